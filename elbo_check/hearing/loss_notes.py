"""What is told beside a verdict on a loss: the readings taken, how finely it was read, the sizes tried."""

from __future__ import annotations

from ..diagnosis.epsilon import HARMLESS, Shift
from ..diagnosis.fitting import Fitter
from ..diagnosis.formula import Formula
from ..diagnosis.quantities.seconds import SECONDS
from ..verdict import Finding
from .loss_heard import Heard

__all__ = ["on_roles", "on_shift", "on_sizes", "on_tolerance", "reading_words"]


_WORDS = {"logits": "logits", "reconstruction": "what the decoder gives, with no sigmoid to come"}


def reading_words(right: Heard, heard: Heard) -> str:
    """Say in which argument two readings differ."""
    told = []
    for name, role in right.call.assignment.roles.items():
        if heard.call.assignment.roles[name] != role:
            base, side = role.removesuffix("_q").removesuffix("_p"), ""
            if heard.call.assignment.roles[name].startswith(base):
                side = f" of {role[-1]}"
            words = (SECONDS[base].words if base in SECONDS else _WORDS.get(base, "the mean")) + side
            told.append(f"{name} holds {words}")
    return " and ".join(told)


def on_roles(heard: Heard) -> list[Finding]:
    """Say which roles were read off the arguments' names."""
    if not heard.call.assignment.proposed:
        return []
    told = ", ".join(f"{name} as {role}" for name, role in heard.call.assignment.roles.items())
    return [Finding("proposed-roles", f"from the arguments' names: {told}; say so with roles to be sure")]


def on_tolerance(heard: Heard) -> list[Finding]:
    """Say how coarsely it was read, if not to the rounding of doubles."""
    recovery = heard.found
    fit = recovery.fit
    if fit is not None and fit.shift is not None:
        return [_on_epsilon(heard, fit.formula, fit.shift)]
    if fit is None or fit.tolerance <= 1e-9:
        return []
    if heard.dtype != "float64":
        words = f"read in {heard.dtype}: coefficients are told apart to about {100 * fit.departure:.0e} relative"
        return [Finding("coarse-dtype", words, "note", resolution=fit.departure)]
    words = f"it agrees to {fit.departure:.0e} only, not to rounding: an epsilon or a clamp inside?"
    return [Finding("harmless-epsilon", words, "note", resolution=fit.departure)]


def _on_epsilon(heard: Heard, formula: Formula, shift: Shift) -> Finding:
    """Say which ε it adds, and how far that moves it from the formula that it is read as."""
    moved = Fitter(heard.samples).departure(formula)
    words = f"{shift.words}, which moves the values by up to {moved:.0e} of their largest part"
    if shift.is_harmless:
        return Finding("harmless-epsilon", f"{words}; up to {HARMLESS:g} counts as harmless", "note", resolution=moved)
    return Finding("epsilon", words, "note", resolution=moved)


def on_shift(shift: Shift) -> str:
    """Say under which condition a function is right that adds a large number."""
    return f"equal, if it is meant that {shift.words}, which is more than an epsilon does (up to {HARMLESS:g})"


def on_sizes(heard: Heard) -> list[Finding]:
    """Say which sizes it insists on."""
    fixed = {name: n for name, n in heard.found.fixed.items() if name in "BdD"}
    if not fixed:
        return []
    told = ", ".join(f"{name} = {n}" for name, n in fixed.items())
    return [
        Finding("fixed-size", f"it takes only {told}: a factor cannot be told from a power of that number", "warning")
    ]
