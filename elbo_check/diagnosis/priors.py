"""A fixed Gaussian prior that nobody told of: its mean and its standard deviation, read off the terms of a KL.

½ Σ ((μ − a)²/b² + σ²/b² − 1 − log σ² + log b²): the constant must be that of just this prior, or it is no KL to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from .fitting import Fitter
from .formula import LOG_2PI, ONE
from .quantities.gaussian_terms import STANDARD, GaussianTerms
from .quantities.seconds import SECONDS
from .quantity import Quantity, Right

__all__ = ["other_prior"]

_TOLERANCE = 1e-9
_DIGITS = 12


def other_prior(fitter: Fitter, quantity: Quantity, rights: Sequence[Right]) -> tuple[float, float] | None:
    """Return the mean and the standard deviation of the prior to which a function has the right KL; None of none."""
    held = [role for role in quantity.axes if role in SECONDS]
    if len(held) != 1 or "mean" not in quantity.axes or "noise" in quantity.axes:
        return None
    terms = GaussianTerms(SECONDS[held[0]], STANDARD)
    for right in rights:
        found = list(_priors(fitter, right, terms))
        if len(found) == len(fitter.samples) and np.ptp(found, axis=0).max() <= _TOLERANCE * (1 + np.abs(found).max()):
            mean, deviation = (float(f"{number:.{_DIGITS}g}") for number in np.mean(found, axis=0))
            return (mean if abs(mean) > _TOLERANCE else 0.0), deviation
    return None


def _priors(fitter: Fitter, right: Right, terms: GaussianTerms) -> Iterator[tuple[float, float]]:
    """Yield the prior that each choice of sizes tells, as long as one does."""
    spread = (terms.square, terms.variance)
    if not {*spread, terms.log} <= right.formula.terms:
        return
    for index, sample in enumerate(fitter.samples):
        solved = fitter.free(right.formula.terms | {terms.distance}, index, _TOLERANCE)
        if solved is None:
            return
        numbers, constant = solved
        shares = {t: numbers[t] / right.formula[t].value(sample.sizes) for t in right.formula.terms}
        same = [shares[term] for term in shares if term not in spread]
        precision = shares[terms.square]
        if np.ptp([*same, 1.0]) > _TOLERANCE or not precision > 0 or _are_apart(precision, shares[terms.variance]):
            return
        mean, deviation = -numbers[terms.distance] / (2 * numbers[terms.square]), precision**-0.5
        one, log_2pi = (right.formula[each].value(sample.sizes) for each in (ONE, LOG_2PI))
        own = one * (1 - mean**2 * precision + math.log(precision))
        if _are_apart(constant, own + log_2pi * math.log(2 * math.pi)):
            return
        yield mean, deviation


def _are_apart(one: float, other: float) -> bool:
    return not math.isclose(one, other, rel_tol=10 * _TOLERANCE, abs_tol=10 * _TOLERANCE)
