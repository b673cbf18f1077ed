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

from ..diagnosis.mistakes import card
from ..diagnosis.probing import Arrays, Sample
from ..errors import LossFunctionError
from ..loss_verdict import Diagnosis, Mistake
from ..verdict import Finding, Outcome
from .loss_balance import balance
from .loss_calls import Asked
from .loss_estimators import Bias, bias
from .loss_gradient_test import gradient_test, wrong_derivative
from .loss_slopes import Slope, gradient_of, output_dtype, slope, total_along
from .loss_surrogate import is_of_the_right_value

__all__ = ["GradientReport", "gradient_findings", "with_gradients"]

FloatArray = NDArray[np.float64]

_DATA = frozenset({"x", "noise"})
_JITTER = 2.0**-8  # off the grid, where a clamp's bound may lie on a point


@dataclass(frozen=True, slots=True)
class GradientReport:
    """What the gradients show: mistakes, notes, a place where a derivative is wrong, and a test that says so.

    `doubt` is what must be known before a gradient is called right or wrong.
    """

    mistakes: tuple[Mistake, ...] = ()
    findings: tuple[Finding, ...] = ()
    counterexample: Mapping[str, Any] | None = None
    test: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class _Gap:
    """The derivatives along a line in one argument, at two points: the framework's, and those of the value."""

    role: str
    own: tuple[float, ...]
    slopes: tuple[Slope, ...]

    @property
    def ratios(self) -> list[float]:
        """What the gradient is of the derivative of the value, at every point."""
        return [own / true.value if true.value else np.inf for own, true in zip(self.own, self.slopes, strict=True)]

    @property
    def is_flipped(self) -> bool:
        """Whether own/true is one and the same negative number at every point."""
        return max(self.ratios) < 0 and bool(np.allclose(self.ratios, self.ratios[0], rtol=1e-4))


def with_gradients(
    diagnosis: Diagnosis, call: Asked, samples: Sequence[Sample], generator: np.random.Generator
) -> Diagnosis:
    """Return a diagnosis that tells of the gradients too: a right value with a wrong gradient is REFUTED."""
    is_open = diagnosis.outcome is Outcome.UNDECIDED and diagnosis.finding("unknown-decoder") is None
    if is_open or not samples:
        return diagnosis
    report = gradient_findings(call, samples, generator)
    told = replace(diagnosis, findings=(*diagnosis.findings, *report.findings))
    if report.doubt and diagnosis.outcome is Outcome.CONSISTENT:
        return replace(told, outcome=Outcome.UNDECIDED, missing=report.doubt, resolution=None)
    if not report.mistakes:
        return told
    mistakes = (*diagnosis.mistakes, *report.mistakes)
    if diagnosis.outcome is Outcome.REFUTED:
        return replace(told, mistakes=mistakes)
    words = "it has the right value and a wrong gradient"
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


def gradient_findings(call: Asked, samples: Sequence[Sample], generator: np.random.Generator) -> GradientReport:
    """Compare the gradients of an output, summed, with differences of its values, argument by argument.

    Nothing is said of functions without gradients (NumPy's).
    """
    sample = samples[0]
    points = [_off_grid(arrays, generator) for arrays in sample.arrays[:2]]
    roles = [role for role in call.quantity.axes if _is_differentiable(call, role, points[0])]
    try:
        found = [gradient_of(call, point, roles) for point in points] if roles else []
    except LossFunctionError as error:
        return _without_gradient(call, points[0], roles, error)
    gradients = [each for each in found if each is not None]
    if not gradients:
        return GradientReport()
    gaps, coarse = _gaps(call, points, gradients, roles, generator)
    findings = [_coarse(call, coarse)] if coarse else []
    if gaps and is_of_the_right_value(call, sample, points, gradients, roles, generator):
        words = (
            "its gradient is not that of its own value, and is that of the right value: a surrogate to differentiate"
        )
        return GradientReport((), (*findings, Finding("gradients-right", words)))
    if gaps and "noise" in points[0] and call.quantity.name != "sampler":
        gaps, notes = _biased(call, samples, gaps, generator)
        findings += notes
    balanced = balance({gap.role: gap.ratios for gap in gaps}, roles)
    if balanced:
        return _on_balance(call, roles, balanced, findings)
    mistakes = _mistakes(call, gaps)
    if not gaps:
        return GradientReport(mistakes, tuple(findings))
    case = wrong_derivative(call, points[0], gaps[0].role, gradients[0])
    return GradientReport(mistakes, tuple(findings), case, gradient_test(call, points[0], roles))


def _off_grid(arrays: Arrays, generator: np.random.Generator) -> dict[str, Any]:
    return {
        role: array + generator.uniform(0.1, 1.0, np.shape(array)) * _JITTER
        if _is_real(array) and role not in _DATA
        else array
        for role, array in arrays.items()
    }


def _is_real(array: Any) -> bool:
    return isinstance(array, np.ndarray) and array.dtype.kind == "f"


def _is_differentiable(call: Asked, role: str, point: Arrays) -> bool:
    return role not in _DATA and role in call.assignment.names and _is_real(point[role])


def _gaps(
    call: Asked,
    points: Sequence[Arrays],
    gradients: Sequence[Mapping[str, FloatArray]],
    roles: Sequence[str],
    generator: np.random.Generator,
) -> tuple[list[_Gap], list[str]]:
    """Return the arguments whose gradient is wrong at every point, and those where the differences are too coarse."""
    gaps, coarse = [], []
    for role in roles:
        direction = generator.uniform(0.5, 1.0, np.shape(points[0][role]))
        slopes = [slope(total_along(call, point, role, direction), output_dtype(call, point)) for point in points]
        known = [each for each in slopes if each is not None and not each.is_coarse]
        own = [float(np.sum(gradient[role] * direction)) for gradient in gradients]
        if len(known) < len(points):
            coarse.append(role)
        elif all(true.excludes(mine) for true, mine in zip(known, own, strict=True)):
            gaps.append(_Gap(role, tuple(own), tuple(known)))
    return gaps, coarse


def _biased(
    call: Asked, samples: Sequence[Sample], gaps: Sequence[_Gap], generator: np.random.Generator
) -> tuple[list[_Gap], list[Finding]]:
    """Average over noises: keep the arguments whose gradient is wrong on average, and tell of the others."""
    kept, notes = [], []
    for gap in gaps:
        found = bias(call, samples, gap.role, generator)
        if found is None:
            notes.append(_coarse(call, [gap.role]))
        elif found.is_seen:
            kept.append(gap)
        else:
            notes.append(_estimator(call, gap.role, found))
    return kept, notes


def _estimator(call: Asked, role: str, found: Bias) -> Finding:
    words = (
        f"its gradient with respect to {call.assignment.names[role]} is not that of its value draw by draw, and agrees "
        f"with it on average over {found.draws} noises, to {100 * found.resolution:.1g} %: an estimator of its own"
    )
    return Finding("gradient-estimator", words, "note", resolution=found.resolution)


def _on_balance(
    call: Asked, roles: Sequence[str], balanced: tuple[float, float], findings: Sequence[Finding]
) -> GradientReport:
    """Tell of stop-gradients between q and p: two weights that add up to 1 are meant, one side alone may be."""
    q, p = (", ".join(call.assignment.names[role] for role in roles if role.endswith(side)) for side in ("_q", "_p"))
    told = f"its gradient is {balanced[0]:.4g} of that of its value in {q}, and {balanced[1]:.4g} of it in {p}"
    if 0.0 < round(balanced[0], 3) < 1.0:
        words = f"{told}: KL balancing by stop-gradients, whose optimum is another one than that of the KL"
        return GradientReport((), (*findings, Finding("kl-balancing", words, "warning")))
    doubt = f"{told}: is the gradient stopped there on purpose, as one half of a balanced KL, or cut by mistake?"
    return GradientReport((), (*findings, Finding("stopped-gradient", told, "warning")), doubt=doubt)


def _mistakes(call: Asked, gaps: Sequence[_Gap]) -> tuple[Mistake, ...]:
    """Return the gaps as cards, each card once with what shows it in every argument."""
    told: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for gap in gaps:
        name, own, true = call.assignment.names[gap.role], gap.own[0], gap.slopes[0].value
        slugs = ("wrong-gradient", ()) if gap.is_flipped else ("detached-sample", ("wrong-gradient",) if own else ())
        words = f"along a line in {name} the gradient is {own:.6g}, while the value moves by {true:.6g}"
        told.setdefault(slugs, []).append(words)
    return tuple(_mistake(slug, "; ".join(words), also) for (slug, also), words in told.items())


def _mistake(slug: str, evidence: str, also: tuple[str, ...] = ()) -> Mistake:
    held = card(slug)
    return Mistake(held.code, held.slug, held.title, held.why, held.effect, held.cure, evidence, also)


def _coarse(call: Asked, roles: Sequence[str]) -> Finding:
    names = ", ".join(call.assignment.names[role] for role in roles)
    words = (
        f"its gradient with respect to {names} was not checked: differences of its values in {call.function.dtype} are "
        "too coarse there, or it has a kink"
    )
    return Finding("gradient-unchecked", words)


def _without_gradient(call: Asked, point: Arrays, roles: Sequence[str], error: LossFunctionError) -> GradientReport:
    """No gradient at all: loud where backward is called on a loss, and silent where a sample goes on into a decoder."""
    if error.kind != "no-gradient":
        return GradientReport((), (Finding("gradient-unchecked", error.happened),))
    if call.quantity.name == "sampler" and call.function.backend == "torch":
        test = gradient_test(call, point, roles)
        return GradientReport((_mistake("detached-sample", error.happened),), test=test)
    return GradientReport((), (Finding("no-gradient", error.happened, "warning"),))
