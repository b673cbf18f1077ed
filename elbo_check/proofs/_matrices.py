"""Matrices of symbols, entry by entry, for the proof with full covariance.

All of it is written in the author's form: call it within `author_form()`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add, mul
from typing import Any

from ..nodes import Gaussian
from ..symbols import positive, real

__all__ = ["Normal", "double_sum", "quadratic", "total", "trace"]

Matrix = list[list[Any]]


@dataclass
class Normal:
    """N(μ, Σ) with Σ = L Lᵀ: symbols for μ and L, and abbreviations for the entries of Σ and Σ⁻¹ and for det Σ.

    `which` is q or p; the entries are named Sigma_q_21 (row 2, column 1), Precision_q_21, det_q.
    """

    which: str
    dimension: int
    mean: list[Any] = field(init=False)
    factor: Matrix = field(init=False)
    covariance: Matrix = field(init=False)
    inverse: Matrix = field(init=False)
    determinant: Any = field(init=False)
    abbreviations: list[tuple[Any, Any]] = field(init=False)

    def __post_init__(self) -> None:
        axes = range(self.dimension)
        self.mean = [real(f"mu_{self.which}_{i + 1}") for i in axes]
        self.factor = [[self._entry("L", i, j) for j in range(i + 1)] for i in axes]
        self.covariance = self._symmetric("Sigma")
        self.inverse = self._symmetric("Precision")
        self.determinant = positive(f"det_{self.which}")
        self.abbreviations = [
            *self._meanings(self.covariance, _times_transposed(self.factor)),
            *self._meanings(self.inverse, _gram(_inverse_triangle(self.factor))),
            (self.determinant, _product([row[-1] for row in self.factor]) ** 2),
        ]

    @property
    def density(self) -> Any:
        """The density as a node."""
        return Gaussian(self.mean, self.factor)

    @property
    def parameters(self) -> list[Any]:
        """The symbols of μ and L."""
        return [*self.mean, *(entry for row in self.factor for entry in row)]

    @property
    def adjugate(self) -> Matrix:
        """The cofactors of Σ, transposed, in its entries: Σ⁻¹ det Σ."""
        axes = range(self.dimension)
        return [[_signed(_determinant(_minor(self.covariance, j, i)), i + j) for j in axes] for i in axes]

    @property
    def determinant_of_entries(self) -> Any:
        """The determinant of Σ in the entries of Σ."""
        return _determinant(self.covariance)

    def _entry(self, letter: str, i: int, j: int) -> Any:
        make = positive if i == j else real
        return make(f"{letter}_{self.which}_{i + 1}{j + 1}")

    def _symmetric(self, letter: str) -> Matrix:
        axes = range(self.dimension)
        return [[self._entry(letter, max(i, j), min(i, j)) for j in axes] for i in axes]

    def _meanings(self, symbols: Matrix, entries: Matrix) -> list[tuple[Any, Any]]:
        return [(symbols[i][j], entries[i][j]) for i in range(self.dimension) for j in range(i + 1)]


def total(parts: Sequence[Any]) -> Any:
    """Return the sum of the parts, in their order."""
    return reduce(add, parts)


def double_sum(term: Callable[[int, int], Any], dimension: int) -> Any:
    """Return Σ_ij term(i, j)."""
    return total([term(i, j) for i in range(dimension) for j in range(dimension)])


def quadratic(matrix: Matrix, vector: Sequence[Any]) -> Any:
    """Return vᵀ M v."""
    return double_sum(lambda i, j: _scaled(matrix[i][j], vector[i]) * vector[j], len(vector))


def trace(a: Matrix, b: Matrix) -> Any:
    """Return tr(A B) for symmetric B: Σ_ij A_ij B_ij."""
    return double_sum(lambda i, j: _scaled(a[i][j], b[i][j]), len(a))


def _times_transposed(factor: Matrix) -> Matrix:
    """Return L Lᵀ for the rows of L up to the diagonal (lower triangle)."""
    size = len(factor)
    return [[total([factor[i][k] * factor[j][k] for k in range(j + 1)]) for j in range(i + 1)] for i in range(size)]


def _gram(rows: Matrix) -> Matrix:
    """Return KᵀK for the rows of a lower-triangular K up to the diagonal (lower triangle)."""
    size = len(rows)
    return [[total([rows[k][i] * rows[k][j] for k in range(i, size)]) for j in range(i + 1)] for i in range(size)]


def _inverse_triangle(factor: Matrix) -> Matrix:
    """Return the rows of L⁻¹ up to the diagonal, by forward substitution."""
    rows: Matrix = []
    for i, row in enumerate(factor):
        done = [-total([row[k] * rows[k][j] for k in range(j, i)]) / row[i] for j in range(i)]
        rows.append([*done, 1 / row[i]])
    return rows


def _determinant(matrix: Matrix) -> Any:
    """Return the determinant by expansion along the first row; 1 for no rows."""
    if len(matrix) <= 1:
        return matrix[0][0] if matrix else 1
    return total([_signed(entry * _determinant(_minor(matrix, 0, j)), j) for j, entry in enumerate(matrix[0])])


def _minor(matrix: Matrix, row: int, column: int) -> Matrix:
    return [[entry for j, entry in enumerate(line) if j != column] for i, line in enumerate(matrix) if i != row]


def _scaled(entry: Any, by: Any) -> Any:
    """Return entry · by, without the factor one: the cofactor of a single number."""
    return by if entry == 1 else entry * by


def _signed(entry: Any, parity: int) -> Any:
    return -entry if parity % 2 else entry


def _product(entries: Sequence[Any]) -> Any:
    return reduce(mul, entries)
