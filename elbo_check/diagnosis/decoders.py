"""A Gaussian decoder of a fixed spread: Σ (x − r)²/(2σ²) + ½ log(2πσ²) a pixel, beside a KL of weight 1.

The constant tells it from a wrong weight: it must be that of the density with just this σ, ½ log 2π left out or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from .fitting import Fitter
from .formula import LOG_2PI, Term
from .probing import Kind, Sample
from .quantity import Quantity, Right

__all__ = ["decoder_deviation"]

_TOLERANCE = 1e-9
_ROUNDINGS = 10.0  # what least squares makes of a rounding


def decoder_deviation(samples: Sequence[Sample], quantity: Quantity, rounding: float) -> float | None:
    """Return the σ of the decoder of whose objective these are the values, up to rounding, or None."""
    if len(quantity.parts) != 2:
        return None
    fitter, most = Fitter(samples, quantity.constants), max(_TOLERANCE, _ROUNDINGS * rounding)
    for right in quantity.rights(Kind(samples[0].kind.kept), samples[0].layout):
        errors = [term for term in right.formula.terms if "D" in term.axes and term.name.endswith(")^2")]
        found = list(_deviations(fitter, right, errors[0], most)) if len(errors) == 1 else []
        if len(found) == len(samples) and np.ptp(found) <= most * max(found):
            return float(f"{np.mean(found):.4g}") if most > _TOLERANCE else float(np.mean(found))
    return None


def _deviations(fitter: Fitter, right: Right, error: Term, most: float) -> Iterator[float]:
    """Yield σ at each choice of sizes at which the values are those of such a decoder beside a right KL."""
    for index, sample in enumerate(fitter.samples):
        solved = fitter.free(right.formula.terms, index, most)
        if solved is None:
            return
        numbers, constant = solved
        share = float(right.scale.at(sample.sizes).number)
        wanted = {term: float(right.formula[term].at(sample.sizes).number) for term in numbers}
        beside = all(math.isclose(numbers[term], wanted[term], rel_tol=most) for term in numbers if term != error)
        if not beside or numbers[error] <= 0:
            return
        deviation = math.sqrt(share / (2 * numbers[error]))
        pixels, of_kl = share * _pixels(sample), _constant_of_kl(right, sample)
        told = [pixels * (math.log(deviation) + more) + of_kl for more in (LOG_2PI.value(sample.sizes) / 2, 0.0)]
        if not any(math.isclose(constant, each, rel_tol=most, abs_tol=most) for each in told):
            return
        yield deviation


def _pixels(sample: Sample) -> int:
    """Return how many observed numbers one number of the output adds up."""
    kept = sample.layout.concrete(sample.kind.kept)
    return math.prod(length for name, length in sample.sizes.items() if name in ("B", "D") and name not in kept)


def _constant_of_kl(right: Right, sample: Sample) -> float:
    """Return the constant of a right objective, without that of its decoder."""
    held = right.formula.constants.coefficients.items()
    return sum(
        float(law.at(sample.sizes).number) * float(term.value(sample.sizes)) for term, law in held if term != LOG_2PI
    )
