"""What is told of gradients: mistakes by their cards, estimators, balanced KLs, what could not be checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..diagnosis.quantities.seconds import SECONDS
from ..loss_verdict import Mistake
from ..verdict import Finding
from .calls import Asked
from .cards import mistake_of
from .cuts import DETACHED
from .estimators import Bias
from .gaps import Broken, Gap
from .gradient_departures import Departure

__all__ = [
    "gap_words",
    "mistakes_of_broken",
    "mistakes_of_gaps",
    "on_balance",
    "on_broken",
    "on_coarse",
    "on_estimator",
    "on_far",
]

_Slugs = tuple[str, tuple[str, ...]]
_SAMPLED = frozenset({"mean", *SECONDS})


def mistakes_of_gaps(call: Asked, gaps: Sequence[tuple[Gap, _Slugs]], where: str = "") -> tuple[Mistake, ...]:
    """Return the gaps as cards, each card once with what shows it in every argument, and `where` that is."""
    told: dict[_Slugs, list[Gap]] = {}
    for gap, slugs in gaps:
        told.setdefault(slugs, []).append(gap)
    place = f"{where}: " if where else ""
    return tuple(
        mistake_of(slug, place + "; ".join(gap_words(call, gap) for gap in held), also, _cure(call, slug, held))
        for (slug, also), held in told.items()
    )


def gap_words(call: Asked, gap: Gap) -> str:
    """Say what the gradient is along a line in an argument, and how the value moves there."""
    name, own, true = call.assignment.names[gap.role], gap.own[0], gap.slopes[0].value
    return f"along a line in {name} the gradient is {own:.6g}, while the value moves by {true:.6g}"


def _cure(call: Asked, slug: str, gaps: Sequence[Gap]) -> str:
    """Return what mends a cut where no sample is drawn of what is cut; the card's own cure ("") elsewhere."""
    if slug != DETACHED or ("noise" in call.assignment.names and any(gap.role in _SAMPLED for gap in gaps)):
        return ""
    names = " and ".join(call.assignment.names[gap.role] for gap in gaps)
    return f"let the gradient pass through {names}: no detach(), no_grad, stop_gradient or NumPy on the way to the loss"


def mistakes_of_broken(call: Asked, broken: Sequence[Broken]) -> tuple[Mistake, ...]:
    """Return gradients that are no numbers as one card."""
    words = "; ".join(
        f"in {call.assignment.names[each.role]} the gradient is nan or infinite in {each.count} of "
        f"{each.gradient.size} entries, in one of which the value moves by {each.truth:.6g}"
        for each in broken
    )
    return (mistake_of("wrong-gradient", words),) if broken else ()


def on_broken(call: Asked, broken: Sequence[Broken]) -> Finding:
    """Say that a gradient is no number where the value has a derivative."""
    names = ", ".join(call.assignment.names[each.role] for each in broken)
    words = (
        f"{_place(call, broken[0])}its value is finite, and its gradient with respect to {names} is nan or "
        "infinite: a branch that where() leaves out and that has no finite derivative (0·∞ is nan), or a root of "
        "0? Mend the argument, not the result"
    )
    return Finding("gradient-not-finite", words, "error")


def _place(call: Asked, broken: Broken) -> str:
    """Say where this is, if every argument holds one number there."""
    held = {name: np.unique(value) for name, value in call.arguments(broken.point).items()}
    if any(len(numbers) != 1 for numbers in held.values()):
        return ""
    return f"at {', '.join(f'{name} = {numbers[0]:g}' for name, numbers in held.items())} "


def on_estimator(call: Asked, role: str, found: Bias) -> Finding:
    """Say that a gradient is that of the value on average only."""
    words = (
        f"its gradient with respect to {call.assignment.names[role]} is not that of its value draw by draw, and agrees "
        f"with it on average over {found.draws} noises, to {100 * found.resolution:.1g} %: an estimator of its own"
    )
    return Finding("gradient-estimator", words, "note", resolution=found.resolution)


def on_balance(call: Asked, roles: Sequence[str], balanced: tuple[float, float]) -> tuple[Finding, str]:
    """Tell of stop-gradients between q and p, and of the doubt: two weights that add up to 1 are meant, one may be."""
    q, p = (", ".join(call.assignment.names[role] for role in roles if role.endswith(side)) for side in ("_q", "_p"))
    told = f"its gradient is {balanced[0]:.4g} of that of its value in {q}, and {balanced[1]:.4g} of it in {p}"
    if 0.0 < round(balanced[0], 3) < 1.0:
        words = f"{told}: KL balancing by stop-gradients, whose optimum is another one than that of the KL"
        return Finding("kl-balancing", words, "warning"), ""
    doubt = f"{told}: is the gradient stopped there on purpose, as one half of a balanced KL, or cut by mistake?"
    return Finding("stopped-gradient", told, "warning"), doubt


def on_coarse(call: Asked, roles: Sequence[str]) -> Finding:
    """Say in which arguments the gradient was not checked."""
    names = ", ".join(call.assignment.names[role] for role in roles)
    words = (
        f"its gradient with respect to {names} was not checked: differences of its values in {call.function.dtype} are "
        "too coarse there, or it has a kink"
    )
    return Finding("gradient-unchecked", words)


def on_far(found: Departure) -> Finding:
    """Say that a gradient is another one than that of its value, far out."""
    call, where = found.place.call, found.place.where
    words = "; ".join(gap_words(call, gap) for gap in found.gaps)
    cause = "a gradient that is clipped, or a clamp that binds the value alone, or the gradient alone?"
    return Finding("unstable-gradient", f"its gradient is not that of its value {where}: {words}: {cause}", "warning")
