"""What was seen in a function that shows a mistake: its scale, the terms that differ, the places where it departs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..diagnosis.decoders import is_distance
from ..diagnosis.formula import LOG_2PI, Formula, Law, Term, law
from ..diagnosis.mistakes import Card, card
from ..diagnosis.naming import Explanation
from ..diagnosis.numbers import LOGARITHMS, is_decimal, is_number
from ..diagnosis.probing import Kind, Sample
from ..diagnosis.recovery import Recovery
from ..diagnosis.unfolding import unfolded
from ..diagnosis.wording import formula_text, law_text
from ..loss_verdict import Mistake
from ..verdict import Finding
from .calls import Asked
from .cards import mistake_of

__all__ = ["differences", "mistakes_of", "on_beta"]

_NOUNS = {True: "objective", False: "right value"}
_SMALL = 1e-3  # nobody weighs a KL so by mistake
_LAST = "kl.sum(-1).mean()"
_CURE_OF_ELBO = "elbo = log_likelihood - kl, with kl >= 0 at any point, and log_likelihood = -reconstruction loss"
_CURE_OF_A_DRAW = "kl = log_q - log_p at the draw z; that of one draw may be below 0"
_SPREAD = ("wrong-reduction-axis",)
_NAMED_APART = {  # another place is to be mended: by the cure of its card, or as is said here
    "mse-without-variance": "",
    "reconstruction-weighted": "",
    "missing-half": "put the ½ before that term",
}


def mistakes_of(call: Asked, recovery: Recovery, samples: Sequence[Sample]) -> list[tuple[Mistake, ...]]:
    """Return the explanations as cards: each slip once, those that are the same function named together."""
    found: dict[tuple[tuple[str, ...], ...], Explanation] = {}
    for explanation in recovery.explanations:
        slips = [_SPREAD, *explanation.slips] if recovery.kind.spread else [*explanation.slips]
        once = call.quantity.parts or _has_several_axes(call) or not any(_is_scale(s) for slip in slips for s in slip)
        slips = list(dict.fromkeys(slips)) if once else slips  # one card tells of several terms, parts or axes
        found.setdefault(tuple(sorted(slips)), explanation)
    merged = _merged([list(way) for way in found])
    scale = _scale_words(call, recovery, samples)
    of_decoder = _is_of_decoder(call, recovery)
    return [tuple(_mistake(call, group, scale, of_decoder) for group in way) for way in merged]


def _merged(ways: list[list[tuple[str, ...]]]) -> list[list[tuple[str, ...]]]:
    """Put explanations that differ in one slip into one, with both names for it."""
    kept: list[list[tuple[str, ...]]] = []
    for way in ways:
        if not any(_joined(known, way) for known in kept):
            kept.append(list(way))
    return kept


def _joined(known: list[tuple[str, ...]], way: list[tuple[str, ...]]) -> bool:
    """Put the names of a way into a known one, if they differ in one slip at most, in whatever order they come."""
    left, places = list(way), []
    for place, group in enumerate(known):
        same = next((other for other in left if set(other) <= set(group)), None)
        if same is None:
            places.append(place)
        else:
            left.remove(same)
    if len(known) != len(way) or len(places) > 1:
        return False
    for place in places:
        known[place] = tuple(dict.fromkeys((*known[place], *left[0])))
    return True


def _is_of_decoder(call: Asked, recovery: Recovery) -> bool:
    """Whether all terms that differ are those of −log p(x | z), its constant among them; or there are no others."""
    axes = {axis for named in call.quantity.axes.values() for axis in named}
    if axes == {"B", "D"}:
        return True
    apart = _apart(*_both(recovery, _scale_aside(call, recovery))) if recovery.explanations else []
    own = () if "noise" in call.quantity.axes else (LOG_2PI,)
    return bool(apart) and all("D" in term.axes or term in own for term in apart)


def _mistake(call: Asked, group: tuple[str, ...], scale: Mapping[str, str], of_decoder: bool) -> Mistake:
    evidence = next((words for slug, words in scale.items() if slug in group), "")
    held = card(group[0])
    cures = [
        held.cure_of_decoder if of_decoder and held.cure_of_decoder else _cure(call, held, of_decoder),
        *(f"or, if it is {s}, {_NAMED_APART[s] or card(s).cure}" for s in group[1:] if s in _NAMED_APART),
    ]
    return mistake_of(group[0], evidence, tuple(group[1:]), "; ".join(cures))


def _cure(call: Asked, held: Card, of_decoder: bool) -> str:
    """Return the cure of a card, for what it is of; where latents lie along several axes, one that sums over all."""
    if call.negated and held.slug == "wrong-sign":
        return _CURE_OF_ELBO
    if held.slug == "wrong-sign" and "noise" in call.quantity.axes.keys() - call.quantity.idle:
        return _CURE_OF_A_DRAW
    if held.slug == "argument-order" and call.quantity.objective and (of_decoder or "mean_p" not in call.quantity.axes):
        return "pass by keyword: binary_cross_entropy(input=reconstruction, target=x)"
    if call.quantity.name.startswith("categorical") and held.cure_of_categories:
        return held.cure_of_categories
    if _LAST not in held.cure or not _has_several_axes(call):
        return held.cure
    flat = "kl.flatten(1)" if call.function.backend == "torch" else "kl.reshape(len(kl), -1)"
    return f"sum over all axes but the batch, then average over the batch: {flat}.sum(-1).mean()"


def _has_several_axes(call: Asked) -> bool:
    """Whether the latents of a sample lie along more than one axis."""
    images = bool(call.layout.axes) and not call.layout.of_sequences
    return images or any("G" in axes for axes in call.quantity.axes.values())


def _scale_words(call: Asked, recovery: Recovery, samples: Sequence[Sample]) -> Mapping[str, str]:
    """Return, by slug, what is known of a scale: the factor, and where it was tried."""
    if not recovery.explanations:
        return {}
    if recovery.floor:
        return {"free-bits": recovery.floor}
    factor = unfolded(recovery.explanations[0].factor)
    if call.quantity.parts:
        return _weight_words(recovery.explanations[0], call.quantity.beta.at(recovery.fixed), samples)
    if factor == law(1):
        return {}
    noun = _NOUNS[call.quantity.objective] if not call.quantity.name.endswith("kl") else "KL"
    whole = recovery.relation.name == "proportional"
    words = f"every value is {law_text(factor)} of the {noun}" if whole else f"a factor of {law_text(factor)}"
    if whole and noun == "KL":
        words += f", an effective beta of {law_text(factor)}"
    if factor.names:
        words += _tried(sorted(factor.names), samples)
    in_logs = any(name in LOGARITHMS for monomial, _ in factor.parts for name, _ in monomial)
    named = (slug for name in recovery.explanations[0].slips for slug in name)
    return {slug: words for slug in named if _is_scale(slug) or (in_logs and slug == "wrong-log-base")}


def _weight_words(explanation: Explanation, declared: Law, samples: Sequence[Sample]) -> Mapping[str, str]:
    """Return what is known of a scale between two parts: the weight that all its names together give the second.

    The factor of the whole names nothing there: an objective may have any.
    """
    if not explanation.beta or explanation.beta == declared:
        return {}
    beta = unfolded(explanation.beta)
    several = sum(any(map(_is_scale, names)) for names in explanation.slips) > 1
    words = f"{'together ' if several else ''}an effective beta of {law_text(beta)}"
    words += _tried(sorted(beta.names), samples) if beta.names else ""
    return {slug: words for name in explanation.slips for slug in name if _is_scale(slug)}


def _is_scale(slug: str) -> bool:
    return slug in {"doubled", "halved", "wrong-scale", "mean-over-latent", "mean-over-all", "double-averaging",
                    "sum-for-mean"}  # fmt: skip


def _tried(names: Sequence[str], samples: Sequence[Sample]) -> str:
    told = [f"{name} = {', '.join(str(n) for n in dict.fromkeys(s.sizes[name] for s in samples))}" for name in names]
    return f" (tried {'; '.join(told)})"


def differences(recovery: Recovery, symbols: Mapping[str, Any], call: Asked) -> str:
    """Say which terms differ once the scale is put aside: yours has …, the right one has …."""
    if recovery.fit is None or not recovery.explanations:
        return ""
    scale, sign = _scale_aside(call, recovery), law(-1 if call.negated else 1)
    yours, right = (formula.scaled(sign) for formula in _both(recovery, scale))
    apart = _apart(yours, right)
    if not apart or len(apart) == len({**yours.coefficients, **right.coefficients}):
        return ""  # nothing differs, or all does: both formulas are told anyway
    kept = Kind(()).kept if recovery.kind.spread else recovery.kind.kept
    mine, its = (
        formula_text(Formula.of({t: f[t] for t in apart}), symbols, kept, call.layout, recovery.fixed)
        for f in (yours, right)
    )
    return f"{mine} where {its} is right" if scale == law(1) else f"{mine} where {its} is right, the scale aside"


def _scale_aside(call: Asked, recovery: Recovery) -> Law:
    """Return what multiplies the whole, beside the reduction that is right: of parts it is told with that."""
    explanation = recovery.explanations[0]
    held = recovery.rights[explanation.right].scale.inverse() if call.quantity.parts else law(1)
    return explanation.factor * held


def _both(recovery: Recovery, scale: Law) -> tuple[Formula, Formula]:
    """Return what is computed, its scale put aside, and what is right."""
    yours = recovery.fit.formula.scaled(scale.inverse()) if recovery.fit else Formula({})
    return yours, recovery.rights[recovery.explanations[0].right].formula.at(recovery.fixed)


def _apart(yours: Formula, right: Formula) -> list[Term]:
    return [term for term in {**yours.coefficients, **right.coefficients} if yours[term] != right[term]]


def _with_decimal(beta: Law) -> str:
    """Return a law, and the decimal that it is where a number stands in it that is no simple one."""
    told = law_text(beta)
    if beta.names or not any(is_number(name) for monomial, _ in beta.parts for name, _ in monomial):
        return told
    short = f"{float(beta.number):.6g}"
    return short if is_decimal(told) and float(told) == float(short) else f"{told} = {short}"


def on_beta(call: Asked, recovery: Recovery) -> list[Finding]:
    """Say what the KL weighs beside the reconstruction, where that is not what it should."""
    declared = call.quantity.beta
    betas = [explanation.beta for explanation in recovery.explanations if explanation.beta is not None]
    if not betas or betas[0] == declared.at(recovery.fixed):
        return []
    told = _with_decimal(unfolded(betas[0]))
    words = f"effective beta {told} instead of {law_text(declared)}"
    is_alone = len(recovery.explanations[0].slips) == 1
    if is_alone and not betas[0].names and 0 < betas[0].number < _SMALL:
        words += f"; if that is meant, declare it: beta={float(betas[0].number):.12g}"
    if recovery.fit is not None and any(is_distance(term) for term in recovery.fit.computed.terms):
        words += (
            f", if |x − r| stands for its square; of a Laplace decoder of scale 1 it is {law_text(betas[0] * law(2))}"
        )
    return [Finding("effective-beta", words, details={"beta": told})]
