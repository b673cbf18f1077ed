"""What is told beside a verdict on a loss: the readings taken, how finely it was read, the sizes tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..diagnosis.epsilon import Shift
from ..diagnosis.fitting import Fitter
from ..diagnosis.formula import Formula
from ..diagnosis.probing import Kind
from ..diagnosis.quantities.categories import CATEGORIES
from ..diagnosis.quantities.seconds import SECONDS
from ..diagnosis.recovery import Recovery
from ..diagnosis.roles import PACKED
from ..diagnosis.wording import law_text
from ..verdict import Finding
from .beyond import spot_of
from .counterexample import Counterexample, nearness
from .heard import Heard
from .many_draws import on_unlike_draws
from .values import value_at

__all__ = [
    "on_branch",
    "on_decoder",
    "on_nearness",
    "on_reading",
    "on_recovery",
    "on_roles",
    "on_shift",
    "on_sizes",
    "on_tolerance",
    "reading_words",
]


_SAME_NOISE = (
    "it draws the same noise at every call, as with a seed within: that is meant in a test; in training nothing "
    "averages the noise out, and z says no more than the mean. Seed once, outside of it"
)
_WORDS = {
    "reconstruction": "what the decoder gives, with no sigmoid to come",
    "x": "the data",
    **{held.role: held.words for held in CATEGORIES.values()},
}


def reading_words(right: Heard, heard: Heard) -> str:
    """Say in which argument two readings differ."""
    told = []
    for name, role in right.call.assignment.roles.items():
        if heard.call.assignment.roles[name] != role:
            base, side = role.removesuffix("_q").removesuffix("_p"), ""
            if heard.call.assignment.roles[name].startswith(base):
                side = f" of {role[-1]}"
            words = _WORDS.get(base, _held_words(PACKED.get(base, (base,)))) + side
            told.append(f"{name} holds {words}")
    return " and ".join(told)


def _held_words(roles: Sequence[str]) -> str:
    return " and then ".join(SECONDS[each].words if each in SECONDS else "the mean" for each in roles)


def on_roles(heard: Heard) -> list[Finding]:
    """Say which roles were read off the arguments' names, and which argument is none but drawn."""
    own = heard.call.function.own_noise
    words = f"it draws its own noise: {own} is that one draw from a standard normal, replaced by known numbers"
    notes = [Finding("own-noise", words, "note")] if own else []
    if heard.call.function.repeats:
        notes.append(Finding("same-noise-every-call", _SAME_NOISE, "warning"))
    for name, role in heard.call.assignment.roles.items():
        if role in PACKED:
            held = _held_words([each.removesuffix("_q").removesuffix("_p") for each in PACKED[role]])
            numbers = "latents" if "d" in heard.call.quantity.axes[PACKED[role][0]] else "observed numbers"
            axis = "last axis, where channels stand last" if heard.call.halves_last else numbers
            notes.append(
                Finding("halves", f"{name}₁ and {name}₂ are the halves of {name} along its {axis}: {held}", "note")
            )
    if len(heard.outputs) > 1 and heard.call.output:
        several, parts = ", ".join(map(repr, heard.outputs)), heard.call.function.added
        words = f"of its outputs {several} this is {heard.call.output!r}"
        if parts:
            one, other = parts.words
            words = f"of its outputs {one} is taken, less {other}" if other else f"its outputs {one} were added"
        words += "; output= (--output-name) names another"
        notes.append(Finding("judged-output", words))
    if heard.call.assignment.proposed:
        roles = {name: role for name, role in heard.call.assignment.roles.items() if name != own}
        told = ", ".join(f"{name} as {role}" for name, role in roles.items())
        notes.append(Finding("proposed-roles", f"from the arguments' names: {told}; say so with roles to be sure"))
    return notes


def on_reading(heard: Heard, asked: Heard) -> list[Finding]:
    """Say under which other reading a wrong function is nearest to the right one, and where it was not read."""
    notes = []
    if heard is not asked:
        layout = heard.call.layout.words
        words = reading_words(heard, asked) or (layout and f"its arguments hold {layout}")
        notes += [Finding("reading", f"nearest if {words}", "note")] if words else []
    if heard.only_positive:
        words = "it has no finite value where an argument is negative; it was read where all are positive"
        notes.append(Finding("not-finite", words, "warning"))
    return notes


_DRAWN = Finding("offset", "it differs by a constant where it was drawn, and by more elsewhere", "note")


def on_recovery(heard: Heard) -> list[Finding]:
    """Say how much of a wrong function is known: its formula, the way to it, an offset that changes no gradient."""
    recovery, notes = heard.found, []
    if heard.is_constant:
        words = "its value does not depend on its arguments, wherever it was tried: a constant, or a clamp that binds?"
        notes.append(Finding("constant-value", words, "error"))
    elif recovery.fit is None:
        words = "not recognised: no formula of known terms with simple coefficients gives these values"
        notes.append(Finding("not-recognised", words, "error"))
        unlike = on_unlike_draws(heard)
        notes += [Finding("branch", unlike, "note")] if unlike else []
    elif not recovery.explanations and not _is_shifted(heard):
        words = "no few known slips lead from the right formula to this one"
        notes.append(Finding("not-in-catalogue", words, "note"))
    is_anywhere = recovery.relation.name in ("offset", "affine") and spot_of(heard) is None
    if recovery.relation.name == "offset":
        words = "it differs by a constant: the gradients are right"
        notes.append(Finding("gradients-right", words, "note") if is_anywhere else _DRAWN)
    elif is_anywhere and _is_shifted(heard) and recovery.relation.factor is not None:
        told = law_text(recovery.relation.factor)
        words = f"it is {told} times the objective, and a constant: the minimisers are the same, the value is not"
        notes.append(Finding("gradients-right", words, "note"))
    return notes


def _is_shifted(heard: Heard) -> bool:
    """Whether it is an objective times a positive factor, and a constant that changes no minimiser."""
    relation, objective = heard.found.relation, heard.call.quantity.objective
    positive = relation.factor is not None and all(number > 0 for _, number in relation.factor.parts)
    return relation.name in ("offset", "affine") and objective and positive


def on_branch(recovery: Recovery, case: Counterexample | None) -> list[Finding]:
    """Say that a recovered formula does not hold at the simple numbers of a counterexample."""
    if recovery.fit is None or case is None:
        return []
    kept = replace(case.sample, kind=Kind(recovery.kind.kept, spread=recovery.kind.spread))
    with np.errstate(all="ignore"):
        told = np.squeeze(value_at(recovery.fit.computed, kept, case.arrays))
    near = nearness("float32")
    if not np.isfinite(told).all() or np.allclose(told, case.yours, near[0], near[1]):
        return []
    words = "it computes this at random points, and another value where it fails: an absolute value, a "
    return [Finding("branch", f"{words}branch or a clamp", "note")]


def on_decoder() -> Finding:
    """Say that the decoder decides, and what was seen of the rest."""
    words = "all but the KL is a function of x and the reconstruction: whether it is −log p(x | z) the decoder says"
    return Finding("unknown-decoder", words, "note")


def on_tolerance(heard: Heard, *, harmful: bool = False) -> list[Finding]:
    """Say how coarsely it was read, if not to the rounding of doubles; `harmful` says that an epsilon does harm."""
    recovery = heard.found
    fit = recovery.fit
    if fit is not None and fit.shift is not None:
        return [_on_epsilon(heard, fit.formula, fit.shift)]
    if fit is None or fit.tolerance <= 1e-9 or heard.is_constant:
        return []
    if heard.inside:
        words = f"it computes in {heard.dtype} inside, whatever it is given: it agrees to {fit.departure:.0e} only"
        return [Finding("coarse-inside", words, "warning", resolution=fit.departure)]
    if heard.dtype != "float64":
        words = f"read in {heard.dtype}: coefficients are told apart to about {100 * fit.departure:.0e} relative"
        return [Finding("coarse-dtype", words, "note", resolution=fit.departure)]
    words = f"it agrees to {fit.departure:.0e} only, not to rounding: an epsilon or a clamp inside?"
    return [Finding("epsilon" if harmful else "harmless-epsilon", words, "note", resolution=fit.departure)]


def _on_epsilon(heard: Heard, formula: Formula, shift: Shift) -> Finding:
    """Say which ε it adds, and how far that moves it from the formula that it is read as."""
    moved = Fitter(heard.samples).departure(formula)
    words = f"{shift.words}, which moves the values by up to {moved:.0e} of their largest part"
    if shift.is_harmless:
        return Finding(
            "harmless-epsilon", f"{words}; up to {shift.allowed:g} counts as harmless", "note", resolution=moved
        )
    return Finding("epsilon", words, "note", resolution=moved)


def on_nearness(heard: Heard) -> str:
    """Say what is missing of a function that is near to right values, and whose formula was not recognised."""
    recovery = heard.found
    if recovery.unseen:
        return (
            f"the smallest part of it is {recovery.unseen:.0e} of the whole, and {_dtype_words(heard)} agrees to "
            f"{recovery.apart:.0e} only: that part was not seen. Let it compute in float64, or ask with a larger beta"
        )
    return (
        f"it is within {recovery.apart:.0e} of the right value, relative to its largest part, and no formula of its "
        "own was recognised: half precision, an epsilon or a rounding inside? Let it compute in float64, without them"
    )


def _dtype_words(heard: Heard) -> str:
    return f"{heard.dtype} (in which it computes inside)" if heard.inside else heard.dtype


def on_shift(shift: Shift) -> str:
    """Say under which condition a function is right that adds a large number."""
    return f"equal, if it is meant that {shift.words}, which is more than an epsilon does (up to {shift.allowed:g})"


def on_sizes(heard: Heard) -> list[Finding]:
    """Say which sizes it was read at alone: those that it insists on, or that it was said to be asked with."""
    held = heard.found.fixed
    parts = [name for axis, names in heard.call.layout.axes.items() if axis not in held for name in names]
    fixed = {name: n for name, n in held.items() if name in ("B", "d", "D", "G", "K", *parts)}
    if not fixed:
        return []
    told = ", ".join(f"{name} = {n}" for name, n in fixed.items())
    return [
        Finding(
            "fixed-size", f"it was read at {told} only: a factor cannot be told from a power of that number", "warning"
        )
    ]
