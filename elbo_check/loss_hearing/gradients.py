"""Is a loss's gradient that of its value? Its framework's own derivatives beside differences of what it returns.

A right value with a wrong gradient trains wrongly and no value shows it: a sample that was detached, a gradient written
by hand. One that differs draw by draw and agrees on average over the noise is an estimator of its own, and no mistake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.formula import Formula, law
from ..diagnosis.probing import Arrays, Sample
from ..errors import LossFunctionError
from ..loss_verdict import Diagnosis, Mistake
from ..verdict import Finding, Outcome
from .balance import balance
from .calls import Asked
from .cards import mistake_of
from .cuts import DETACHED, is_all_cut, slugs_of
from .estimators import bias
from .gaps import Broken, Gap, broken_in, gaps_in, wrong_entry
from .gradient_departures import Departure, departures
from .gradient_notes import (
    mistakes_of_broken,
    mistakes_of_gaps,
    on_balance,
    on_broken,
    on_coarse,
    on_estimator,
    on_far,
)
from .gradient_places import broken_at_simple, edges_of_gradients
from .gradient_reach import Place
from .gradient_test import gradient_test, wrong_derivative
from .heard import Heard
from .slopes import gradient_of, gradient_or_zeros, is_differentiable, off_grid
from .surrogate import is_of_the_right_value

__all__ = ["GradientReport", "gradient_findings", "with_gradients", "with_gradients_of_latents"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GradientReport:
    """What the gradients show: mistakes, notes, a place where a derivative is wrong, and a test that says so.

    `doubt` is what must be known before a gradient is called right or wrong; `asked` are the roles of the arguments in
    which nothing is wrong at random points.
    """

    mistakes: tuple[Mistake, ...] = ()
    findings: tuple[Finding, ...] = ()
    counterexample: Mapping[str, Any] | None = None
    test: str = ""
    doubt: str = ""
    asked: tuple[str, ...] = ()


def with_gradients(diagnosis: Diagnosis, heard: Heard, generator: np.random.Generator) -> Diagnosis:
    """Return a diagnosis that tells of the gradients too: a right value with a wrong gradient is REFUTED."""
    is_open = diagnosis.outcome is Outcome.UNDECIDED and diagnosis.finding("unknown-decoder") is None
    if is_open or not heard.samples:
        return diagnosis
    report = gradient_findings(heard, generator)
    if diagnosis.outcome is Outcome.CONSISTENT or diagnosis.finding("gradients-right") is not None:
        report = _further_out(heard, report, generator)
    edges = _edges(heard) if diagnosis.outcome is Outcome.CONSISTENT and not report.mistakes else []
    is_cut = any(each.code == "no-gradient" for each in report.findings) or report.mistakes or report.doubt
    held = [each for each in diagnosis.findings if not is_cut or each.code != "gradients-right"]
    told = replace(diagnosis, findings=(*held, *report.findings, *edges))
    if report.doubt and diagnosis.outcome is Outcome.CONSISTENT:
        return replace(told, outcome=Outcome.UNDECIDED, missing=report.doubt, resolution=None)
    return _refuted(told, report) if report.mistakes else told


def with_gradients_of_latents(diagnosis: Diagnosis, heard: Heard, generator: np.random.Generator) -> Diagnosis:
    """Return a diagnosis that tells of a gradient that is cut far out, along what does not belong to the data."""
    call, point = heard.call, heard.samples[0].arrays[0]
    latents = [role for role, axes in call.quantity.axes.items() if "D" not in axes]
    roles = [role for role in latents if is_differentiable(call, role, point)]
    if call.function.backend == "numpy" or diagnosis.outcome is Outcome.REFUTED:
        return diagnosis
    report = _further_out(heard, GradientReport(asked=tuple(roles)), generator)
    words = "whatever −log p(x | z) is, the KL has its value and a wrong gradient"
    return _refuted(diagnosis, report, words) if report.mistakes else diagnosis


def _refuted(
    told: Diagnosis, report: GradientReport, words: str = "it has the right value and a wrong gradient"
) -> Diagnosis:
    mistakes = (*told.mistakes, *report.mistakes)
    if told.outcome is Outcome.REFUTED:
        return replace(told, mistakes=mistakes)
    return replace(
        told,
        outcome=Outcome.REFUTED,
        missing="",
        resolution=None,
        counterexample=report.counterexample,
        test=report.test,
        mistakes=mistakes,
        findings=(*told.findings, Finding("right-value-wrong-gradient", words, "error")),
    )


def _edges(heard: Heard) -> list[Finding]:
    """Return where the gradients of a right function are no numbers; nothing of a function without gradients."""
    sample, call = heard.samples[0], replace(heard.call, negated=False)
    roles = [role for role in call.quantity.axes if is_differentiable(call, role, sample.arrays[0])]
    return edges_of_gradients(call, roles, sample) if roles and call.function.backend != "numpy" else []


def gradient_findings(heard: Heard, generator: np.random.Generator) -> GradientReport:
    """Compare the gradients of an output, summed, with differences of its values, argument by argument.

    Nothing is said of functions without gradients (NumPy's). An ELBO's gradient is told with its own sign, though its
    negative is judged.
    """
    samples, sample, call = heard.samples, heard.samples[0], replace(heard.call, negated=False)
    points = [off_grid(arrays, generator) for arrays in sample.arrays[:2]]
    roles = [role for role in call.quantity.axes if is_differentiable(call, role, points[0])]
    try:
        gradients, findings = _gradients_at(call, points, roles)
    except LossFunctionError as error:
        return _without_gradient(call, points[0], roles, error)
    if not gradients:
        return GradientReport()
    broken = broken_in(call, points, gradients, roles)
    finite = [role for role in roles if all(np.isfinite(gradient[role]).all() for gradient in gradients)]
    gaps, coarse = gaps_in(call, points, gradients, finite, generator)
    asked = tuple(role for role in finite if role not in {gap.role for gap in gaps})
    coarse += [role for role in roles if role not in finite and role not in {each.role for each in broken}]
    findings += [on_coarse(call, coarse)] if coarse else []
    broken = broken or broken_at_simple(call, sample, roles)
    if broken:
        return _without_numbers(call, roles, broken, findings)
    if gaps and not heard.is_right_of_a_decoder and is_of_the_right_value(heard.call, samples, finite, generator):
        words = (
            "its gradient is not that of its own value, and is that of the right value: a surrogate to differentiate"
        )
        return GradientReport((), (*findings, Finding("gradients-right", words)))
    if gaps and "noise" in points[0] and call.quantity.name != "sampler":
        gaps, notes = _biased(call, samples, gaps, generator)
        findings += notes
    balanced = balance({gap.role: gap.ratios for gap in gaps}, roles)
    if balanced:
        note, doubt = on_balance(call, roles, balanced)
        return GradientReport((), (*findings, note), doubt=doubt)
    if not gaps:
        return GradientReport((), tuple(findings), asked=asked)
    return _refuting(heard, Departure(Place(call, sample, points[0], "", {}), gaps, gradients[0]), findings)


def _gradients_at(
    call: Asked, points: Sequence[Arrays], roles: Sequence[str]
) -> tuple[list[Mapping[str, FloatArray]], list[Finding]]:
    """Return the gradients, if the framework has any; those of a tensor that is cut off are 0, and that is told."""
    findings: list[Finding] = []
    try:
        found = [gradient_of(call, point, roles) for point in points] if roles else []
    except LossFunctionError as error:
        if not is_all_cut(call, points[0], roles, error):
            raise
        found = [gradient_or_zeros(call, point, roles) for point in points]
        findings.append(Finding("no-gradient", error.happened, "warning"))
    return [each for each in found if each is not None], findings


def _further_out(heard: Heard, report: GradientReport, generator: np.random.Generator) -> GradientReport:
    """Return the report with what shows along long axes, near the prior, and further out than random points lie."""
    formula = _formula_of(heard)
    if formula is None or not report.asked:
        return report
    first, far = departures(heard, formula, report.asked, generator)
    if first is not None:
        return _refuting(heard, first, report.findings)
    return replace(report, findings=(*report.findings, *(on_far(each) for each in far)))


def _refuting(heard: Heard, found: Departure, findings: Sequence[Finding]) -> GradientReport:
    """Report a gradient that is not that of the value, by its cards, with a derivative that is wrong and a test."""
    place, own = found.place, _formula_of(heard)
    call, point = place.call, place.point
    roles = [gap.role for gap in found.gaps]
    worst = {role: wrong_entry(call, point, role, found.gradients[role]) for role in roles}
    named = [
        (gap, slugs_of(call, own, place.sample, point, gap.role, found.gradients[gap.role], worst[gap.role]))
        for gap in found.gaps
    ]
    case = wrong_derivative(call, point, roles[0], found.gradients[roles[0]], worst[roles[0]])
    test = gradient_test(call, point, list(found.gradients))
    return GradientReport(mistakes_of_gaps(call, named, place.where), tuple(findings), case, test)


def _formula_of(heard: Heard) -> Formula | None:
    """Return what the output itself computes, if that is known."""
    fit = heard.recovery.fit if heard.recovery else None
    if fit is None:
        return None
    return fit.computed.scaled(law(-1)) if heard.call.negated else fit.computed


def _biased(
    call: Asked, samples: Sequence[Sample], gaps: Sequence[Gap], generator: np.random.Generator
) -> tuple[list[Gap], list[Finding]]:
    """Average over noises: keep the arguments whose gradient is wrong on average, and tell of the others."""
    kept, notes = [], []
    for gap in gaps:
        found = bias(call, samples, gap.role, generator)
        if found is None:
            notes.append(on_coarse(call, [gap.role]))
        elif found.is_seen:
            kept.append(gap)
        else:
            notes.append(on_estimator(call, gap.role, found))
    return kept, notes


def _without_numbers(
    call: Asked, roles: Sequence[str], broken: Sequence[Broken], findings: Sequence[Finding]
) -> GradientReport:
    """Report gradients that are nan or infinite where the value has a derivative."""
    first = broken[0]
    place = {"derivative": call.assignment.names[first.role], "index": list(first.place)}
    case = {**place, "claim": first.claim, "truth": first.truth, **call.arguments(first.point)}
    told = (*findings, on_broken(call, broken))
    return GradientReport(mistakes_of_broken(call, broken), told, case, gradient_test(call, first.point, roles))


def _without_gradient(call: Asked, point: Arrays, roles: Sequence[str], error: LossFunctionError) -> GradientReport:
    """No tensor, or one beside a loss: loud where backward is called on it, and silent where a sample is decoded."""
    if error.kind != "no-gradient":
        return GradientReport((), (Finding("gradient-unchecked", error.happened),))
    if call.quantity.name == "sampler" and call.function.backend == "torch":
        test = gradient_test(call, point, roles)
        return GradientReport((mistake_of(DETACHED, error.happened),), test=test)
    return GradientReport((), (Finding("no-gradient", error.happened, "warning"),))
