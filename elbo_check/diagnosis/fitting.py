"""From calls to a formula: coefficients by least squares, snapped to rationals and to laws in the sizes.

A fit counts only if fresh points agree to rounding and every coefficient is a simple rational times powers of the
sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .epsilon import Shift
from .formula import ONE, Formula, Law, Term
from .probing import Sample, reduction
from .snapping import constant_laws
from .units import NO_UNITS, Units

__all__ = ["LOOSE", "Fit", "Fitter", "rounding_of"]

FloatArray = NDArray[np.float64]

LOOSE = (1e-7, 2e-5)  # relative: what an epsilon inside a logarithm may change, in two steps
_ROUNDING = {"float64": 1e-10, "float32": 4e-5, "float16": 2e-2, "bfloat16": 5e-2}
_SNAPPING = 100.0  # coefficients are known less well than values, by the condition of the points
_NOTHING = 1e-4
_MOST_BLUR = 1e-6  # relative: a coefficient that is known less well is read as if it were known so
_FINEST_SNAP = 1e-9
_CONDITION = 1e9
_SINGLE_CONDITION = 1e4


def rounding_of(dtype: str) -> float:
    """Return what rounding may do to a sum of a few dozen numbers in this dtype, with room; slips do far more."""
    return _ROUNDING.get(dtype, _ROUNDING["float64"])


@dataclass(frozen=True, slots=True)
class Fit:
    """A formula, how far fresh points depart from it (relative to the largest part of a number), what was allowed.

    `shift` holds small numbers that the function adds to σ or σ² where the formula has none.
    """

    formula: Formula
    departure: float
    tolerance: float
    shift: Shift | None = None

    @property
    def remark(self) -> str:
        """What the function adds to the formula, to be said after it; nothing if it adds nothing."""
        return "" if self.shift is None else f", where {self.shift.words}"

    @property
    def is_harmless(self) -> bool:
        """Whether it adds nothing, or nothing that does harm."""
        return self.shift is None or self.shift.is_harmless

    @property
    def computed(self) -> Formula:
        """The formula as the function computes it."""
        return self.formula if self.shift is None else self.shift.applied(self.formula)


class _Solved(NamedTuple):
    """Coefficients by least squares, how far fresh points are off, and how well the terms are told apart.

    `blur` is what the rounding of the numbers that came out may do to each coefficient: a small one beside a large one
    is known to fewer digits.
    """

    coefficients: FloatArray
    departure: float
    condition: float
    blur: FloatArray


@dataclass(slots=True)
class Fitter:
    """The samples of one output, with the values of each term reckoned once.

    `units` say what the coefficients of a part of an objective are multiples of. `unread` holds the sets of terms that
    fit although their coefficients are no laws: more terms do not mend that.
    """

    samples: Sequence[Sample]
    constants: Sequence[Term] = (ONE,)
    units: Units = NO_UNITS
    unread: list[frozenset[Term]] = field(default_factory=list)
    _columns: dict[tuple[Term, int], FloatArray] = field(default_factory=dict)
    _solved: dict[tuple[int, tuple[Term, ...]], _Solved | None] = field(default_factory=dict)
    _outputs: list[FloatArray] = field(default_factory=list)

    def __post_init__(self) -> None:
        for sample in self.samples:
            self._outputs.append(np.array([np.ravel(output) for output in sample.outputs]))

    def fit(self, terms: Iterable[Term], tolerance: float) -> Fit | None:
        """Return the formula over these terms and constants that the function computes, or None if it is none such."""
        held = frozenset(terms)
        if any(unread <= held for unread in self.unread):
            return None
        chosen = sorted(held, key=lambda term: term.name)
        solved: list[_Solved] = []
        for index in range(len(self.samples)):
            found = self._coefficients(index, chosen, tolerance)
            if found is None:
                return None
            solved.append(found)
        worst = max(each.departure for each in solved)
        laws = self._laws(solved, chosen, max(_FINEST_SNAP, _SNAPPING * worst, tolerance))
        if laws is None:
            self.unread.append(held)
            return None
        formula = Formula.of(laws)
        departure = max(worst, self.departure(formula))
        return Fit(formula, departure, tolerance) if departure <= tolerance else None

    def free(self, terms: Iterable[Term], index: int, tolerance: float) -> tuple[dict[Term, float], float] | None:
        """Return plain coefficients at one choice of sizes, and a constant that need be no law; None without a fit."""
        chosen = sorted(terms, key=lambda term: term.name)
        found = self._coefficients(index, chosen, tolerance)
        if found is None:
            return None
        *numbers, constant = map(float, found.coefficients)
        return dict(zip(chosen, numbers, strict=True)), constant

    def departure(self, formula: Formula) -> float:
        """Return how far a formula is from the function, relative to the largest part of each number."""
        return float(np.max([np.max(np.abs(self.residual(formula, index))) for index in range(len(self.samples))]))

    def is_within(self, formula: Formula, tolerance: float) -> bool:
        """Whether a formula departs by no more than this: the first choice of sizes that tells otherwise is enough."""
        return all(np.max(np.abs(self.residual(formula, index))) <= tolerance for index in range(len(self.samples)))

    def residual(self, formula: Formula, index: int, times: float = 1.0) -> FloatArray:
        """Return formula − function at one choice of sizes, relative to the largest part of each number.

        The formula is multiplied by `times`.
        """
        outputs = self._outputs[index]
        parts = [times * part for part in self._parts(formula, index)]
        scale = reduce(np.maximum, (np.abs(part) for part in parts), np.abs(outputs))
        return np.ravel((sum(parts, start=np.zeros_like(outputs)) - outputs) / (scale + _floor(outputs)))

    def multiple(self, formula: Formula, index: int) -> float:
        """Return the number that the function is nearest to as a multiple of a formula; 1 where the formula is 0."""
        outputs = self._outputs[index]
        total = outputs + self.difference(formula, index)
        return float(np.sum(total * outputs) / np.sum(total * total)) if np.any(total) else 1.0

    def difference(self, formula: Formula, index: int) -> FloatArray:
        """Return formula − function at one choice of sizes: a row a call, a column a number that comes out."""
        outputs = self._outputs[index]
        return sum(self._parts(formula, index), start=np.zeros_like(outputs)) - outputs

    def _parts(self, formula: Formula, index: int) -> list[FloatArray]:
        sizes = self.samples[index].sizes
        return [self.values(term, index) * held.value(sizes) for term, held in formula.coefficients.items()]

    def values(self, term: Term, index: int) -> FloatArray:
        """Return the values of a term at one choice of sizes: a row a call, a column a number that comes out."""
        found = self._columns.get((term, index))
        if found is None:
            found = self._columns[term, index] = _column(term, self.samples[index])
        return found

    def _coefficients(self, index: int, terms: Sequence[Term], tolerance: float) -> _Solved | None:
        """Return the coefficients at one choice of sizes, if they can be told and the departure is small."""
        key = (index, tuple(terms))
        try:
            found = self._solved[key]
        except KeyError:
            found = self._solved[key] = self._solution(index, terms)
        condition = _CONDITION if tolerance < LOOSE[0] else _SINGLE_CONDITION
        if found is None or found.condition > condition or not found.departure <= tolerance:
            return None
        return found

    def _solution(self, index: int, terms: Sequence[Term]) -> _Solved | None:
        """Fit two thirds of the calls, and hold the rest against them; None where terms cannot be told apart."""
        outputs = self._outputs[index]
        columns = [self.values(term, index) for term in terms] + [np.ones_like(outputs)]
        every = np.stack([np.broadcast_to(column, outputs.shape) for column in columns], axis=-1)
        fitted = 2 * len(outputs) // 3
        left, right = every[:fitted].reshape(-1, len(columns)), outputs[:fitted].reshape(-1)
        scales = np.abs(left).max(axis=0)
        scales[scales == 0] = 1.0
        if not (np.isfinite(scales).all() and np.isfinite(right).all()):
            return None
        solution, _, _, singular = np.linalg.lstsq(left / scales, right, rcond=None)
        if singular[-1] * _CONDITION < singular[0]:
            return None
        coefficients: FloatArray = solution / scales
        size = np.maximum(np.abs(every * coefficients).max(axis=-1), np.abs(outputs)) + _floor(outputs)
        departure = float(np.max(np.abs(every @ coefficients - outputs) / size))
        condition = float(singular[0] / singular[-1])
        blur = np.finfo(np.float64).eps * condition * np.abs(right).max() / scales
        return _Solved(coefficients, departure, condition, blur)

    def _laws(self, solved: Sequence[_Solved], terms: Sequence[Term], snap: float) -> dict[Term, Law] | None:
        """Read each column of coefficients, one a choice of sizes, as a law."""
        sizes = [sample.sizes for sample in self.samples]
        table = np.array([each.coefficients for each in solved])
        blurs = np.max([each.blur / (np.abs(each.coefficients) + 1e-300) for each in solved], axis=0)
        snaps = np.maximum(snap, np.minimum(blurs, _MOST_BLUR))
        largest = float(np.max(np.abs(table)))
        laws: dict[Term, Law] = {}
        for column, term in enumerate(terms):
            floor = largest * 1e-2 * snap / float(snaps[column])
            held = self.units.law(term, table[:, column], sizes, float(snaps[column]), floor, float(blurs[column]))
            if held is None:
                return None
            laws[term] = held
        constants = table[:, -1]
        if np.all(np.abs(constants) <= snap * largest * 1e-2):
            return laws
        found = constant_laws(constants, sizes, float(snaps[-1]), self.constants)
        found = found or self.units.constants(constants, self.samples, float(snaps[-1]))
        return None if found is None else laws | dict(found)


def _floor(outputs: FloatArray) -> float:
    """Return what counts as next to nothing beside these numbers: a row may be 0, and so may all of its terms."""
    return _NOTHING * float(np.max(np.abs(outputs))) + 1e-300


def _column(term: Term, sample: Sample) -> FloatArray:
    if term.constant:
        return np.full((len(sample.arrays), 1), float(term.value(sample.sizes)))
    total_of = reduction(sample, term.axes)
    return np.array([np.ravel(total_of(term.value(arrays))) for arrays in sample.arrays])
