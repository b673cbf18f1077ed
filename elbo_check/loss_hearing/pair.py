"""A sampler and its KL are judged together: each may be right alone, under readings that exclude each other.

They come as two outputs of one function of mean, scale and noise, or as two functions. Every output is heard as each of
the quantities that it may be, and counts as the one that it is nearest to.
"""

from __future__ import annotations

import math
from dataclasses import replace

import sympy

from ..diagnosis.quantities import quantity_for
from ..diagnosis.quantities.seconds import SECONDS
from ..diagnosis.roles import Assignment
from ..errors import LossFunctionError, WitnessError
from ..inputs.drawing import RejectedDrawsError
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .asking import asked
from .cards import mistake_of
from .hearing import Case, hear, is_right_as, verdict_on_loss
from .idle import may_be
from .own_draws import rejecting, verdict_on_draws
from .own_noise import with_own_noise

__all__ = ["verdict_on_outputs", "verdict_on_pair"]

_KLS = ("gaussian-kl", "sampled-kl")
_OF_GRADIENTS = frozenset({"detached-sample", "wrong-gradient"})
_NAMED = {
    "sampler": frozenset({"z", "sample", "samples", "latent", "latents", "z_sample"}),
    **dict.fromkeys(_KLS, frozenset({"kl", "kld", "kl_loss", "kl_div", "kl_divergence"})),
}


def verdict_on_outputs(case: Case, seeds: Seeds) -> Diagnosis:
    """Judge a function by all that it returns: a sample, a KL, or both; any other as `verdict_on_loss` does.

    One that rejects its draws is judged as it draws them itself.
    """
    try:
        return _on_outputs(with_own_noise(case), seeds)
    except RejectedDrawsError:
        return rejecting(_on_outputs(case, seeds))


def _on_outputs(case: Case, seeds: Seeds) -> Diagnosis:
    if case.name == "sampler" and _lacks_noise(case):
        return verdict_on_draws(case, seeds)
    if case.name is not None or not {"mean", "noise"} <= case.assignment.names.keys() or "x" in case.assignment.names:
        return verdict_on_loss(case, seeds)
    ways = _cases(case)
    found = [near for each in ways if (near := _nearest(each, seeds)) is not None]
    samplers = [(rank, each) for rank, each in found if each.name == "sampler"]
    kls = [(rank, each) for rank, each in found if each.name in _KLS]
    best = [min(group, key=lambda one: one[0])[1] for group in (samplers, kls) if group]
    best = best or [ways[0][0]]
    told = verdict_on_pair(best[0], best[1], seeds) if len(best) > 1 else verdict_on_loss(best[0], seeds)
    judged = [each.output for each in best]
    left = [repr(each[0].output) for each in ways if each[0].output not in judged]
    unheard = [Finding("not-judged", f"outputs that were not judged: {', '.join(left)}")] if left else []
    return replace(told, findings=(*told.findings, *unheard))


def _cases(case: Case) -> list[list[Case]]:
    """Return, for each output that was asked for, the function as each quantity that the output may be."""
    quantity = quantity_for(frozenset(case.assignment.names), "sampler", case.options)
    call, answer = asked(case, case.assignment, quantity)
    axes = ("B", "d") if call.layout.batch else ("d",)
    elements = math.prod(call.layout.shape(axes, next(call.sizes())))
    outputs = answer.outputs if case.output is None else {case.output: answer.outputs[case.output]}
    found = []
    for name, values in outputs.items():
        fit = _KLS if values.size < elements else ("sampler", *_KLS)
        hinted = [each for each in fit if name.rpartition(".")[2].lower() in _NAMED[each]]
        found.append([replace(case, name=each, output=name) for each in hinted or fit])
    return found


def _nearest(ways: list[Case], seeds: Seeds) -> tuple[tuple[int, bool], Case] | None:
    """Return the quantity that an output is nearest to, after how many slips; an argument handed on comes last."""
    for way in ways:
        if is_right_as(way, way.assignment, seeds):
            return (0, False), way
    ranked = []
    for way in _possible(ways):
        try:
            heard = hear(way, way.assignment, seeds)
        except (LossFunctionError, WitnessError):
            continue
        fit = heard.recovery.fit if heard.recovery else None
        handed_on = fit is not None and not any("noise" in term.name for term in fit.formula.terms)
        ranked.append(((heard.slips, handed_on and way.name == "sampler"), way))
        if heard.slips <= 1:
            break
    return min(ranked, key=lambda one: one[0], default=None)


def _possible(ways: list[Case]) -> list[Case]:
    """Return the quantities that an output may be by what it depends on: a KL in closed form knows no noise."""
    quantities = {way.name: quantity_for(frozenset(way.assignment.names), way.name, way.options) for way in ways}
    left = may_be(ways[0], ways[0].assignment, list(quantities.values()))
    return [way for way in ways if quantities[way.name] in left]


def verdict_on_pair(sampler: Case, kl: Case, seeds: Seeds) -> Diagnosis:
    """Judge a sampler and a KL of the same tensors, in one verdict.

    Each right alone, and under readings of the second argument that exclude each other: `sampler-kl-disagree`.
    """
    try:
        return _on_pair(with_own_noise(sampler), kl, seeds)
    except RejectedDrawsError:
        return rejecting(_on_pair(sampler, kl, seeds))


def _on_pair(sampler: Case, kl: Case, seeds: Seeds) -> Diagnosis:
    if _lacks_noise(sampler):
        return _joined(verdict_on_draws(sampler, seeds), verdict_on_loss(kl, seeds))
    draws, charges = verdict_on_loss(sampler, seeds), verdict_on_loss(kl, seeds)
    told = _joined(draws, charges)
    if Outcome.CONSISTENT is draws.outcome is charges.outcome:
        return _if_apart(sampler, kl, told)
    if _second(sampler) != _second(kl):
        return told
    ways = [[role for role in SECONDS if is_right_as(*_read_as(case, role), seeds)] for case in (sampler, kl)]
    if not all(ways) or set(ways[0]) & set(ways[1]):
        return told
    return _disagreement(sampler, kl, ways[0], ways[1], told, seeds)


def _if_apart(sampler: Case, kl: Case, told: Diagnosis) -> Diagnosis:
    """Return UNDECIDED for two that are right of different tensors, where only names say that they are given two."""
    is_proposed = sampler.assignment.proposed or kl.assignment.proposed
    if _second(sampler) == _second(kl) or not is_proposed:
        return told
    (one, held), (other, read) = (
        (case.assignment.names[_second(case)], SECONDS[_second(case)].words) for case in (sampler, kl)
    )
    missing = (
        f"equal, if the sampler is given {held} as {one}, and the KL {read} as {other}: two tensors. Of one that goes "
        "to both, one of them is wrong; say what they hold with roles"
    )
    return replace(told, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)


def _lacks_noise(case: Case) -> bool:
    """Whether a function of a mean and a second argument is given no noise, and was not found to draw it."""
    roles = case.assignment.names.keys()
    return len(roles) == 2 and "mean" in roles and bool(roles & SECONDS.keys())


def _second(case: Case) -> str:
    return next(role for role in case.assignment.names if role in SECONDS)


def _read_as(case: Case, role: str) -> tuple[Case, Assignment]:
    """Return a case whose second argument is said to hold this."""
    said = replace(case.assignment.with_roles({_second(case): role}), proposed=False)
    return replace(case, assignment=said), said


def _disagreement(
    sampler: Case, kl: Case, drawn: list[str], charged: list[str], told: Diagnosis, seeds: Seeds
) -> Diagnosis:
    """Judge both under a reading at which one of them is right, and say which reading each is right under."""
    declared, name = _second(sampler), sampler.assignment.names[_second(sampler)]
    reading = declared if declared in drawn else charged[0]
    found = _joined(*(verdict_on_loss(_read_as(case, reading)[0], seeds) for case in (sampler, kl)))
    two = SECONDS[drawn[0]].words, SECONDS[charged[0]].words
    words = f"the sampler is right if {name} holds {two[0]}, the KL if it holds {two[1]}"
    values = [mistake for mistake in found.mistakes if mistake.slug not in _OF_GRADIENTS]
    same = tuple(dict.fromkeys(slug for mistake in values for slug in (mistake.slug, *mistake.same_as)))
    named = mistake_of("sampler-kl-disagree", words, same)
    others = [mistake for mistake in found.mistakes if mistake.slug in _OF_GRADIENTS]
    return replace(found, mistakes=(named, *others), findings=told.findings, readings=told.readings)


def _joined(draws: Diagnosis, charges: Diagnosis) -> Diagnosis:
    """Put two verdicts into one: the worse outcome, the mistakes and notes of both."""
    worst = max((draws, charges), key=lambda each: _BADNESS[each.outcome])
    both = [each.expression for each in (draws, charges)]
    sizes = [each.resolution for each in (draws, charges)]
    return replace(
        charges,
        outcome=worst.outcome,
        claim=f"{draws.claim}, and {charges.claim.partition(') is ')[2]}",
        findings=tuple({each.message: each for each in (*draws.findings, *charges.findings)}.values()),
        counterexample=worst.counterexample,
        missing=worst.missing,
        resolution=None if None in sizes else max(sizes),  # type: ignore[type-var]
        relation=worst.relation,
        factor=worst.factor,
        offset=worst.offset,
        recovered=_both(draws.recovered, charges.recovered),
        right=_both(draws.right, charges.right),
        expression=sympy.Tuple(*both) if None not in both else None,
        mistakes=(*draws.mistakes, *charges.mistakes),
        alternatives=(*draws.alternatives, *charges.alternatives),
        test=worst.test,
    )


_BADNESS = {Outcome.CONSISTENT: 0, Outcome.UNDECIDED: 1, Outcome.REFUTED: 2}


def _both(one: str, other: str) -> str:
    return f"z = {one or 'not recognised'}; KL: {other or 'not recognised'}"
