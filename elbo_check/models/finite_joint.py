"""A table of probabilities: one latent and one observed variable, both with finitely many outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np

from ..densities.categorical import Categorical
from ..densities.finite import FinitePoint, logarithms
from ..densities.rows import exact_numbers, shared
from ..densities.world import World, numpy_world
from ..errors import InputError, ShapeError, WitnessError, described
from .doors import family, whole
from .model import Terms

__all__ = ["FiniteJoint"]


@dataclass(frozen=True, slots=True, eq=False)
class FiniteJoint:
    """p(x, z) = table[x, z], a latent z and data x with finitely many outcomes.

    log p(x) = log Σ_z table[x, z], in nats; p(z|x) = table[x, z]/p(x). Numbers are read exactly: `Fraction`s and whole
    numbers as they are, floats as binary fractions. Where all are whole numbers they are weights, divided by their sum;
    otherwise their sum is 1, but for the rounding of floats, and is divided out exactly. In `rational_world()` every
    value is exact.

    Raises `InputError` for negative numbers or another sum, `ShapeError` for a table that has not two axes.

    >>> model = FiniteJoint([[1, 2], [3, 2]])
    >>> model.posterior(0, numpy_world())
    Categorical([0.3333333333333333, 0.6666666666666666])

    Source: for example MacKay (2003), Information Theory, Inference, and Learning Algorithms, section 2.1.
    """

    table: Any

    name: ClassVar[str] = "finite"
    title: ClassVar[str] = "a table of probabilities"
    source: ClassVar[str] = "MacKay (2003), Information Theory, Inference, and Learning Algorithms, section 2.1"
    families: ClassVar[tuple[type, ...]] = (Categorical,)

    def __post_init__(self) -> None:
        exact, epsilon = exact_numbers("table", self.table)
        if exact.ndim != 2:
            shown = described(f"an array of shape {exact.shape}")
            raise ShapeError("table", shown, "a table: a row for each x, a column for each z", "reshape it")
        total = exact.sum()
        if total and all(number.denominator == 1 for number in exact.flat):
            object.__setattr__(self, "table", exact / total)
        else:
            object.__setattr__(self, "table", shared("table", exact, epsilon))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keyword."""
        return {"table": self.table}

    def data(self, x: Any) -> int:
        """Return x, the number of a row of the table whose probability is not 0."""
        rows = len(self.table)
        row = whole("x", x, most=rows - 1, remedy="x is the number of a row of the table, from 0 on")
        if not self.table[row].any():
            raise InputError("x", row, "of positive probability", "the evidence p(x) is 0: there is no posterior")
        return row

    def density(self, q: Any) -> Categorical:
        """Return q, a `Categorical` with one number for each column of the table."""
        latent: Categorical = family("q", q, Categorical, "the latent of finite is one of the table's columns")
        if latent.shape != self.table.shape[1:]:
            shown = described(f"a Categorical of shape {latent.shape}")
            raise ShapeError("q", shown, f"of shape {self.table.shape[1:]}", "one number for each column of the table")
        return latent

    def prior(self, x: int, world: World) -> Categorical:
        """Return p(z): the sums of the columns."""
        return Categorical.of_rationals(self.table.sum(axis=0), world)

    def posterior(self, x: int, world: World) -> Categorical:
        """Return p(z|x): a row, divided by its sum."""
        return Categorical.of_rationals(self.table[x] / self.table[x].sum(), world)

    def log_likelihood(self, x: int, z: FinitePoint, world: World) -> Terms:
        """Return log p(x|z) = log table[x, z]/p(z), −inf where it is 0."""
        return (self._logs(x, world)[z.index],)

    def expected_log_likelihood(self, x: int, q: Categorical, world: World) -> Terms:
        """Return Σ_z q(z) log p(x|z); raises `WitnessError` where it is −∞."""
        if (q.support & (self.table[x] == 0)).any():
            raise WitnessError("E_q log p(x|z) is −∞: q is positive where p(x|z) is 0")
        return tuple(q.probabilities[q.support] * self._logs(x, world)[q.support])

    def log_evidence(self, x: int, world: World) -> Terms:
        """Return log Σ_z table[x, z], one logarithm of a rational number."""
        return (world.log_rational(self.table[x].sum()),)

    def draw(self, generator: np.random.Generator) -> int:
        """Draw z from the prior and x from p(x|z)."""
        z = self.prior(0, numpy_world()).draw(generator, 1).index[0]
        column = self.table[:, z] / self.table[:, z].sum()
        return int(Categorical.of_rationals(column, numpy_world()).draw(generator, 1).index[0])

    @classmethod
    def example(cls) -> tuple[Self, int, Categorical]:
        """Return a model, data and a q."""
        table = [[Fraction(1, 6), Fraction(1, 12), Fraction(1, 4)], [Fraction(1, 8), Fraction(1, 4), Fraction(1, 8)]]
        return cls(table), 0, Categorical([Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)])

    def _logs(self, x: int, world: World) -> Any:
        """Return log p(x|z) for each z; −inf too for a z that has probability 0 itself."""
        columns = self.table.sum(axis=0)
        likelihood = [
            joint / total if total else Fraction(0) for joint, total in zip(self.table[x], columns, strict=True)
        ]
        return logarithms(likelihood, world)
