"""A right formula times one number that is no simple rational: bits per dimension, 1/√2, 0.1234567.

An objective may be multiplied by any positive number. Of a value, only a logarithm to another base is known by name.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np

from .fitting import Fit, Fitter
from .formula import Formula, Law, law
from .numbers import LOGARITHMS
from .sizes import Sizes
from .snapping import law_of, monomials, value_of

__all__ = ["any_law", "are_told_apart", "nearness", "number_law", "scaled_right", "weighted_right", "weights_of"]

_SAME = 10.0  # times the tolerance: the number at one choice of sizes and at another
_LEAST = 1e-9
_FAR_BETTER = 8.0
_FINE = 1e-2  # of a tolerance: weights are read as well as that where they fit as well
_KNOWN = 100.0  # times how far a formula is from the answers: what its weights may be off by
_FEWEST_DIGITS = 6
_DIGITS_LOST = 64.0 * float(np.finfo(np.float64).eps)
_MOST_BLUR = 1e-3  # a weight that is known less well is not known
_SIMPLE = (1, -1, 2, -2, "1/2", "-1/2")


def scaled_right(
    fitter: Fitter, rights: Iterable[Formula], tolerances: Sequence[float], *, any_number: bool
) -> Fit | None:
    """Return a right formula times a number and powers of sizes that gives the answers at all points, or None.

    Without `any_number` it must be a logarithm: log 2 or log 10, over or under a half, one or two.
    """
    held = list(rights)
    for tolerance in tolerances:
        for right in held:
            factor = _factor(fitter, right, tolerance, any_number=any_number)
            if factor is not None:
                formula = right.scaled(factor)
                departure = fitter.departure(formula)
                if departure <= tolerance:
                    return Fit(formula, departure, tolerance)
    return None


def weighted_right(fitter: Fitter, pairs: Iterable[tuple[Formula, Formula]], tolerance: float) -> Fit | None:
    """Return two parts of an objective, each times a number and powers of sizes, that give the answers, or None."""
    for (one, two), fine in itertools.product(pairs, (_FINE, 1.0)):
        found = [weights_of(fitter, one, two, index, fine * tolerance) for index in range(len(fitter.samples))]
        known = [each for each in found if each is not None]
        if len(known) < len(found):
            continue
        laws = [
            _weight([each[k] for each in known], fitter, part, tolerance, fine) for k, part in enumerate((one, two))
        ]
        if laws[0] is not None and laws[1] is not None:
            formula = one.scaled(laws[0]) + two.scaled(laws[1])
            departure = fitter.departure(formula)
            if departure <= tolerance:
                return Fit(formula, departure, tolerance)
    return None


def are_told_apart(fitter: Fitter, weighted: Fit | None, scaled: Fit) -> bool:
    """Whether two parts have weights that differ by more than coefficients are known to, and that fit far better.

    What rounding may do to a sum hides a wrong weight of a part that is a few per cent of the whole. How well weights
    are known goes by how well they fit: in single precision a weight of 1.0001 is no rounding.
    """
    if weighted is None or _FAR_BETTER * weighted.departure > scaled.departure:
        return False
    sizes = fitter.samples[0].sizes
    shares = [
        weighted.formula[term].value(sizes) / held.value(sizes) for term, held in scaled.formula.coefficients.items()
    ]
    known = min(_SAME * scaled.tolerance, _KNOWN * weighted.departure)
    return bool(np.ptp(shares) > max(_LEAST, known) * np.max(np.abs(shares)))


def weights_of(fitter: Fitter, one: Formula, two: Formula, index: int, tolerance: float) -> tuple[float, float] | None:
    """Return the weights with which two formulas add up to the answers at one choice of sizes; None if none do."""
    outputs = np.array([np.ravel(output) for output in fitter.samples[index].outputs])
    columns = np.stack([np.ravel(outputs + fitter.difference(each, index)) for each in (one, two)], axis=-1)
    values = np.ravel(outputs)
    if not (np.isfinite(columns).all() and np.isfinite(values).all() and np.any(columns, axis=0).all()):
        return None
    first, second = map(float, np.linalg.lstsq(columns, values, rcond=None)[0])
    apart = np.max(np.abs(columns @ [first, second] - values))
    return (first, second) if apart <= max(_LEAST, _SAME * tolerance) * np.max(np.abs(values)) else None


def _blur(fitter: Fitter, part: Formula, weights: Sequence[float]) -> float:
    """Return what rounding the answers may do to the weight of a part, relatively: much, where it is small in them."""
    found = []
    for index, weight in enumerate(weights):
        outputs = np.array([np.ravel(output) for output in fitter.samples[index].outputs])
        own = weight * (outputs + fitter.difference(part, index))
        found.append(_DIGITS_LOST * float(np.linalg.norm(outputs) / (np.linalg.norm(own) + np.finfo(np.float64).tiny)))
    return max(found)


def _weight(numbers: Sequence[float], fitter: Fitter, part: Formula, tolerance: float, fine: float) -> Law | None:
    blur, sizes = _blur(fitter, part, numbers), [sample.sizes for sample in fitter.samples]
    return None if blur > _MOST_BLUR else any_law(numbers, sizes, tolerance, fine=fine, blur=blur)


def any_law(
    numbers: Sequence[float], sizes: Sequence[Sizes], tolerance: float, *, fine: float = 1.0, blur: float = 0.0
) -> Law | None:
    """Return numbers, one a choice of sizes, as a law: a simple one, or any number beside powers of sizes.

    `blur` is how well the numbers are known, relatively; `fine` how much finer than the tolerance a simple law is read.
    """
    near = max(_LEAST, _SAME * fine * tolerance)
    simple = law_of(np.array(numbers), sizes, near, 0.0, most=1)
    return simple or number_law(numbers, sizes, tolerance, any_number=True, blur=blur)


def nearness(fitter: Fitter, right: Formula) -> tuple[float, float]:
    """Return how far the answers are from a right formula: with free weights and offset, and as it stands.

    Both are relative to how much the answers vary, and the first is rounded: reductions over the batch are alike there.
    """
    apart = fitter.difference(right, 0)
    outputs = np.array([np.ravel(output) for output in fitter.samples[0].outputs])
    sums = [right.restricted(t for t in right.terms if t.axes == axes) for axes in {t.axes for t in right.terms}]
    columns = np.stack([*(np.ravel(fitter.difference(each, 0) + outputs) for each in sums), np.ones(outputs.size)], -1)
    if not (np.isfinite(columns).all() and np.isfinite(outputs).all()):
        return math.inf, math.inf
    left = np.ravel(outputs) - columns @ np.linalg.lstsq(columns, np.ravel(outputs), rcond=None)[0]
    spread = float(np.std(outputs)) + float(np.finfo(np.float64).tiny)
    return round(float(np.std(left)) / spread, 3), float(np.sqrt(np.mean(apart**2))) / spread


def _factor(fitter: Fitter, right: Formula, tolerance: float, *, any_number: bool) -> Law | None:
    """Return the factor as a law: the number that is the same at every choice of sizes, beside powers of these."""
    numbers: list[float] = []
    for index in range(len(fitter.samples)):
        number = _multiple(fitter, right, index, tolerance)
        if not number:
            return None
        numbers.append(number)
    return number_law(numbers, [sample.sizes for sample in fitter.samples], tolerance, any_number=any_number)


def number_law(
    numbers: Sequence[float], sizes: Sequence[Sizes], tolerance: float, *, any_number: bool, blur: float = 0.0
) -> Law | None:
    """Return the number that is the same at every choice of sizes beside powers of these, as a law.

    `blur` is how well the numbers are known, relatively.
    """
    for monomial in monomials(sizes):
        shares = np.array(numbers) / [value_of(monomial, each) for each in sizes]
        if np.ptp(shares) <= max(_LEAST, _SAME * tolerance, blur) * np.abs(shares[0]):
            named = _named(float(np.mean(shares)), tolerance, any_number=any_number, blur=blur)
            return None if named is None else named * law(1, **dict(monomial))
    return None


def _multiple(fitter: Fitter, right: Formula, index: int, tolerance: float) -> float | None:
    """Return what the answers are of a right formula at one choice of sizes; None where they are no multiple of it."""
    outputs = np.array([np.ravel(output) for output in fitter.samples[index].outputs])
    total = outputs + fitter.difference(right, index)
    share = fitter.multiple(right, index)
    apart = np.max(np.abs(share * total - outputs))
    return share if apart <= max(_LEAST, _SAME * tolerance) * np.max(np.abs(outputs)) else None


def _named(number: float, tolerance: float, *, any_number: bool, blur: float) -> Law | None:
    for name, value in LOGARITHMS.items():
        for power in (-1, 1):
            for simple in (law(each) for each in _SIMPLE):
                if math.isclose(float(simple.number) * value**power, number, rel_tol=max(_LEAST, _SAME * tolerance)):
                    return simple * law(1, **{name: power})
    if not any_number:
        return None
    digits = max(_FEWEST_DIGITS, 2 - math.floor(math.log10(tolerance)))
    written = [
        np.format_float_positional(abs(number), precision=n, fractional=False, trim="-") for n in range(1, digits)
    ]
    short = (each for each in written if math.isclose(float(each), abs(number), rel_tol=blur))
    longest = np.format_float_positional(abs(number), precision=digits, fractional=False, trim="-")
    return law(1 if number > 0 else -1, **{next(short, longest): 1})
