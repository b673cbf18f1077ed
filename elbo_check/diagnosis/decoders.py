"""Decoders of a fixed spread, beside a KL of weight 1: Gaussian, Σ (x − r)²/(2σ²) + ½ log(2πσ²) a pixel, and Laplace.

The constant tells a Gaussian from a wrong weight: it must be that of the density with just this σ, ½ log 2π left out or
not. A sum of |x − r| is the density of a Laplace distribution, up to log 2b a pixel, and no slip in a squared error.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .fitting import Fitter
from .formula import LOG_2PI, Formula, Law, Term, law
from .free_scale import any_law
from .probing import Sample
from .quantity import Quantity, Right
from .sizes import Sizes

__all__ = ["Laplace", "Spread", "decoder_spread", "is_distance", "is_square", "laplace_decoders", "pixels_of"]

_TOLERANCE = 1e-9
_ONE = 1e-4
_SINGLE = 2e-6  # σ alone in single precision, as a parameter of a module is
_DIGITS = ((1e-4, 4), (1e-6, 6), (0.0, 17))  # that are known of σ, by how well values are
_ROUNDINGS = 10.0  # what least squares makes of a rounding


class Spread(NamedTuple):
    """The σ of a Gaussian decoder, and by which law of the sizes its objective is multiplied."""

    deviation: float
    factor: Law

    @property
    def is_told(self) -> bool:
        """Whether the constant tells of it: that of σ = 1 is 0."""
        return not math.isclose(self.deviation, 1, rel_tol=_ONE)


class Laplace(NamedTuple):
    """The scale b of a Laplace decoder, and by which law of the sizes its objective is multiplied."""

    scale: Law
    factor: Law


def decoder_spread(fitter: Fitter, quantity: Quantity, rights: Sequence[Right], rounding: float) -> Spread | None:
    """Return the σ of the decoder of whose objective, times a positive number, these are the values; None of none."""
    if len(quantity.parts) != 2:
        return None
    for most in sorted({max(each, _ROUNDINGS * rounding) for each in (_TOLERANCE, _SINGLE)}):
        found = [each for each in (_spread(fitter, right, most) for right in rights) if each is not None]
        if found:
            return next((each for each in found if each.factor == law(1)), found[0])
    return None


def _spread(fitter: Fitter, right: Right, most: float) -> Spread | None:
    """Return σ where values are known so well, relatively: with as many digits as are known of it."""
    errors = [term for term in right.formula.terms if "D" in term.axes and term.name.endswith(")^2")]
    found = list(_spreads(fitter, right, errors[0], most)) if len(errors) == 1 else []
    if not found or len(found) < len(fitter.samples):
        return None
    deviations, factors = (list(each) for each in zip(*found, strict=True))
    factor = any_law(factors, [sample.sizes for sample in fitter.samples], most)
    if factor is None or np.ptp(deviations) > most * max(deviations):
        return None
    digits = next(digits for least, digits in _DIGITS if most >= least)
    return Spread(float(f"{np.mean(deviations):.{digits}g}"), factor)


def is_distance(term: Term) -> bool:
    """Whether a term is Σ |x − r|, which is weighed as Σ (x − r)² is, of which a Gaussian of variance 1 has half."""
    return term.name.startswith("|x-")


def is_square(term: Term) -> bool:
    """Whether a term is a squared error, of what the decoder gives or of its sigmoid."""
    return term.name.startswith("(x-") and term.name.endswith(")^2")


def laplace_decoders(computed: Formula, quantity: Quantity, rights: Sequence[Right], fixed: Sizes) -> list[Laplace]:
    """Return the Laplace decoders of whose objective, times a factor, this is the formula, up to a constant.

    Σ |x − r|/b beside the KL; b is a number, for the sums are those of a likelihood. Only where no likelihood was asked
    for. The simplest factor comes first.
    """
    errors = [term for term in computed.terms if is_distance(term)]
    if len(errors) != 1 or quantity.name != "vae-loss":
        return []
    rest = computed.restricted(computed.terms - {errors[0]})
    divergences = {term for form in quantity.parts[1].forms for term in form.formula.terms}
    found = list[Laplace]()
    for right in rights:
        factor = rest.quotient(right.formula.at(fixed).restricted(divergences & right.formula.terms))
        scale = None if factor is None else (factor * right.scale.at(fixed)).quotient(computed[errors[0]])
        if factor is not None and scale is not None and not scale.names and scale.number > 0:
            found.append(Laplace(scale, factor))
    return sorted(found, key=lambda each: (each.factor != law(1), len(each.factor.names)))


def _spreads(fitter: Fitter, right: Right, error: Term, most: float) -> Iterator[tuple[float, float]]:
    """Yield σ and a factor at each choice of sizes at which the values are those of a decoder beside a right KL."""
    for index, sample in enumerate(fitter.samples):
        solved = fitter.free(right.formula.terms, index, most)
        if solved is None:
            return
        numbers, constant = solved
        share = right.scale.value(sample.sizes)
        factors = [numbers[t] / right.formula[t].value(sample.sizes) for t in numbers if t != error]
        factor = float(np.mean(factors))
        is_one = np.ptp(factors) <= most * abs(factor)
        if not is_one or factor <= 0 or numbers[error] <= 0:
            return
        deviation = math.sqrt(factor * share / (2 * numbers[error]))
        pixels, of_kl = share * pixels_of(sample), _constant_of_kl(right, sample)
        told = [pixels * (math.log(deviation) + more) + of_kl for more in (LOG_2PI.value(sample.sizes) / 2, 0.0)]
        if not any(math.isclose(constant, factor * each, rel_tol=most, abs_tol=most * factor) for each in told):
            return
        yield deviation, factor


def pixels_of(sample: Sample) -> int:
    """Return how many observed numbers one number of the output adds up."""
    kept = sample.layout.concrete(sample.kind.kept)
    return math.prod(length for name, length in sample.sizes.items() if name in ("B", "D") and name not in kept)


def _constant_of_kl(right: Right, sample: Sample) -> float:
    """Return the constant of a right objective, without that of its decoder."""
    held = right.formula.constants.coefficients.items()
    return sum(law.value(sample.sizes) * float(term.value(sample.sizes)) for term, law in held if term != LOG_2PI)
