"""Find the small numbers that were added to σ or σ² in a formula: a least-squares problem with a few unknowns.

That they are the reason for a departure is believed only if none is left, to rounding, at all other points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .epsilon import Place, Shift
from .fitting import Fit, Fitter
from .formula import Formula

__all__ = ["shifted_right", "shifted_wrong", "shifts_of"]

FloatArray = NDArray[np.float64]

_LARGEST = 0.5
_STEPS = 12
_STEP = 1e-6
_DIGITS = (1, 2, 3)
_LEAST = (1e-2, 1e-4, 0.0)  # of the largest number: what is smaller is nothing, if the rest explains all
_CONVERGED = 1e-9
_GAIN = 0.7  # of what is left: a step that leaves more leads nowhere, or there is nothing left to gain
_COARSE = 1e-6
_LEFT = 10.0  # times the tolerance: what the best numbers of all may leave at the points that they are solved at
_NOTHING = 1e-2  # of the tolerance: a smaller number cannot be seen
_NEAR = 0.05  # relative: what a small number may do to a value at the points that are tried


def shifted_right(
    fitter: Fitter, rights: Sequence[Formula], places: Sequence[Place], rounding: float, *, recognised: bool
) -> Fit | None:
    """Return a right formula with small numbers added to σ or σ² that gives the answers, or None if none does.

    Where a function was recognised as it stands, only numbers that do no harm may tell otherwise.
    """
    for right in rights:
        if not recognised or _distance(fitter, right) <= _NEAR:
            found = _fitted(fitter, right, places, rounding)
            if found is not None and (found.is_harmless or not recognised):
                return found
    return None


def shifted_wrong(fitter: Fitter, formulas: Iterable[Formula], places: Sequence[Place], rounding: float) -> Fit | None:
    """Return one of these formulas with small numbers added that gives the answers, among those that nearly do."""
    near = (formula for formula in formulas if _distance(fitter, formula) <= _NEAR)
    found = (_fitted(fitter, formula, places, rounding) for formula in near)
    return next((fit for fit in found if fit is not None), None)


def _distance(fitter: Fitter, formula: Formula) -> float:
    return float(np.max(np.abs(fitter.residual(formula, 0))))


def _fitted(fitter: Fitter, formula: Formula, places: Sequence[Place], rounding: float) -> Fit | None:
    """Return a formula with the numbers that make it that of the function, those that explain it best: none, if any."""
    apart = fitter.departure(formula)
    if apart <= rounding:
        return Fit(formula, apart, rounding)
    fits = [
        Fit(formula, fitter.departure(shift.applied(formula)), rounding, shift)
        for shift in shifts_of(fitter, formula, places, rounding)
    ]
    return min(fits, key=lambda fit: fit.departure, default=None)


def shifts_of(fitter: Fitter, formula: Formula, places: Sequence[Place], tolerance: float) -> Iterator[Shift]:
    """Yield the numbers whose addition makes a formula that of the function: to σ, or to σ²."""
    for move in range(len(places[0].moves) if places else 0):
        found = _solution(fitter, formula, places, move)
        with np.errstate(all="ignore"):
            left = np.max(np.abs(_apart(fitter, formula, places, move, found)))
            if not left <= (_LEFT * tolerance if tolerance > _COARSE else _NEAR):
                continue
        for numbers in _simplest(found):
            held = {place: e for place, e in zip(places, numbers, strict=True) if e > _NOTHING * tolerance}
            shifted = Shift(move, held).applied(formula)
            if held and _distance(fitter, shifted) <= tolerance and fitter.departure(shifted) <= tolerance:
                yield Shift(move, held)
                break


def _solution(fitter: Fitter, formula: Formula, places: Sequence[Place], move: int) -> FloatArray:
    """Return the numbers by Gauss's and Newton's method, at one choice of sizes."""
    numbers, before = np.zeros(len(places)), np.inf
    with np.errstate(all="ignore"):
        for _ in range(_STEPS):
            here = _apart(fitter, formula, places, move, numbers)
            left = float(np.linalg.norm(here))
            if not left < _GAIN * before:
                break
            before = left
            sides = [
                _apart(fitter, formula, places, move, numbers + _STEP * np.eye(len(places))[i])
                for i in range(len(places))
            ]
            slopes = np.nan_to_num(np.stack([(side - here) / _STEP for side in sides], axis=-1))
            change = np.linalg.lstsq(slopes, -here, rcond=None)[0]
            numbers = np.clip(numbers + change, 0.0, _LARGEST)
            if np.max(np.abs(change)) <= _CONVERGED:
                break
    return numbers


def _apart(fitter: Fitter, formula: Formula, places: Sequence[Place], move: int, numbers: FloatArray) -> FloatArray:
    """Return formula − function, number by number, at the first choice of sizes, in units of each number's parts."""
    shift = Shift(move, dict(zip(places, numbers, strict=True)))
    return fitter.residual(shift.applied(formula), 0)


def _simplest(numbers: FloatArray) -> Iterator[list[float]]:
    """Yield numbers near these: one for all places, then those with the fewest digits, then these themselves."""
    kept = [numbers > least * np.max(numbers) for least in _LEAST]
    for chosen in kept:
        even = float(np.median(numbers[chosen])) if chosen.any() else 0.0
        yield from ([_rounded(even, digits) * bool(c) for c in chosen] for digits in _DIGITS)
    for chosen in kept:
        yield from ([_rounded(e * c, digits) for e, c in zip(numbers, chosen, strict=True)] for digits in _DIGITS)
    yield [float(e) for e in numbers]


def _rounded(number: float, digits: int) -> float:
    return float(f"{number:.{digits - 1}e}")
