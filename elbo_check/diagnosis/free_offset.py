"""A right formula times a number, and a constant beside it that is no simple one: log 256 a pixel, 5.5451774.

Such a constant changes no gradient. It is read last, when every constant that a slip leads to has been tried.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .fitting import Fit, Fitter
from .formula import ONE, Formula, Law, law
from .free_scale import number_law
from .numbers import LOGARITHMS, is_number
from .snapping import law_of

__all__ = ["offset_right"]

_LEAST = 1e-9
_SAME = 10.0  # times the tolerance: what is read off at one choice of sizes


def offset_right(fitter: Fitter, rights: Iterable[Formula], tolerance: float) -> Fit | None:
    """Return a right formula times a positive number, with a constant of its own, that gives the answers; or None."""
    found = [fit for fit in (_shifted(fitter, right, tolerance) for right in rights) if fit is not None]
    return min(found, key=_digits, default=None)


def _shifted(fitter: Fitter, right: Formula, tolerance: float) -> Fit | None:
    read = [_scale_and_constant(fitter, right, index, tolerance) for index in range(len(fitter.samples))]
    known = [pair for pair in read if pair is not None]
    if len(known) < len(read):
        return None
    scale, offset = (_law(fitter, [pair[k] for pair in known], tolerance) for k in (0, 1))
    if scale is None or offset is None:
        return None
    formula = right.scaled(scale) + Formula.of({ONE: offset})
    departure = fitter.departure(formula)
    return Fit(formula, departure, tolerance) if departure <= tolerance else None


def _digits(fit: Fit) -> int:
    """Return how many digits its constants are written with: a number that is none of a few digits is no one's."""
    parts = (part for held in fit.formula.constants.coefficients.values() for part in held.parts)
    names = (name for monomial, _ in parts for name, _ in monomial)
    return sum(len(name) for name in names if is_number(name) and name not in LOGARITHMS)


def _scale_and_constant(fitter: Fitter, right: Formula, index: int, tolerance: float) -> tuple[float, float] | None:
    """Return a > 0 and c with answers = a·right + c at one choice of sizes; None if there are none."""
    outputs = np.array([np.ravel(output) for output in fitter.samples[index].outputs])
    values = np.ravel(outputs + fitter.difference(right, index))
    answers = np.ravel(outputs)
    if not (np.isfinite(values).all() and np.isfinite(answers).all()):
        return None
    columns = np.stack([values, np.ones_like(values)], axis=-1)
    (scale, constant), _, rank, _ = np.linalg.lstsq(columns, answers, rcond=None)
    apart = np.max(np.abs(columns @ [scale, constant] - answers))
    near = max(_LEAST, _SAME * tolerance) * np.max(np.abs(answers))
    return (float(scale), float(constant)) if rank == len(columns.T) and scale > 0 and apart <= near else None


def _law(fitter: Fitter, numbers: list[float], tolerance: float) -> Law | None:
    """Return numbers, one a choice of sizes, as a law: a simple one, one of log 2 or log 10, or any number."""
    sizes = [sample.sizes for sample in fitter.samples]
    near = max(_LEAST, _SAME * tolerance)
    for unit, value in ((law(1), 1.0), *((law(1, **{name: 1}), value) for name, value in LOGARITHMS.items())):
        held = law_of(np.array(numbers) / value, sizes, near, 0.0, most=1)
        if held is not None:
            return held * unit
    return number_law(numbers, sizes, tolerance, any_number=True)
