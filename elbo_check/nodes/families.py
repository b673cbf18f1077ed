"""Densities with a formula: Gaussians, bits, and uniform indices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from ..errors import DerivationError
from ..symbols import known
from .densities import Density
from .given import counted, expression, shown
from .probabilities import is_probability

__all__ = ["Bernoulli", "Gaussian", "Uniform", "gaussian"]


class Gaussian(Density):
    """N(mean, L Lᵀ) in n dimensions, by the lower-triangular factor L with a positive diagonal.

    Every positive definite covariance is such an L Lᵀ (Cholesky), so nothing is lost; L makes the density rational
    in its parameters. `factor` holds the rows of L up to the diagonal.
    """

    def __new__(cls, mean: Iterable[Any], factor: Iterable[Iterable[Any]]) -> Any:
        """Take the means and the rows of L."""
        for given in (mean, factor, *(factor if isinstance(factor, tuple | list) else ())):
            if not isinstance(given, tuple | list | sympy.Tuple):
                raise DerivationError(f"a Gaussian needs tuples, the means and the rows of L, not {given!r}")
        centre = sympy.Tuple(*(expression(entry) for entry in mean))
        rows = sympy.Tuple(*(sympy.Tuple(*(expression(entry) for entry in row)) for row in factor))
        if not centre or [len(row) for row in rows] != list(range(1, len(centre) + 1)):
            lengths = [len(row) for row in rows]
            raise DerivationError(f"a Gaussian with {len(centre)} means needs rows of lengths 1, 2, …, not {lengths}")
        if any(known(row[-1], "positive") is False for row in rows):
            raise DerivationError(f"the scales {[row[-1] for row in rows]} of a Gaussian must be positive")
        return super().__new__(cls, centre, rows)

    @property
    def variables(self) -> tuple[str, ...]:
        """One number a coordinate."""
        return ("number",) * len(self.args[0])

    @property
    def mean_stem(self) -> str:
        """The name μ_q that the means mu_q_1, mu_q_2, … share; "" where they do not."""
        return _stem(self.args[0], [str(place + 1) for place in range(len(self.args[0]))])

    @property
    def factor_stem(self) -> str:
        """The name L_q that the entries L_q_11, L_q_21, … of the factor share; "" where they do not."""
        sizes = range(1, len(self.args[1]) + 1)
        ends = [f"{place}{column}" for place in sizes for column in range(1, place + 1)]
        return _stem([entry for row in self.args[1] for entry in row], ends)

    def _sympystr(self, printer: Any) -> str:
        return f"N({', '.join(printer.doprint(part) for part in self._shown)})"

    @property
    def _shown(self) -> tuple[Any, ...]:
        mean, factor = self.args
        return (mean[0], factor[0][0] ** 2) if len(mean) == 1 else (mean, factor)


def _stem(entries: Any, ends: list[str]) -> str:
    """Return what the names of symbols share, if they end in their places, in order."""
    if not all(isinstance(entry, sympy.Symbol) for entry in entries):
        return ""
    stem = str(entries[0].name.rpartition("_")[0])
    return stem if [entry.name for entry in entries] == [f"{stem}_{end}" for end in ends] else ""


def gaussian(mu: Any, sigma: Any) -> Any:
    """Return N(mu, sigma²), a scalar Gaussian by its standard deviation."""
    return Gaussian((mu,), ((sigma,),))


class Bernoulli(Density):
    """Bernoulli(y): 1 with probability y, 0 with probability 1 − y."""

    def __new__(cls, probability: Any) -> Any:
        """Take the probability of 1."""
        given = expression(probability)
        if not is_probability(given):
            raise DerivationError(
                f"{shown(given)} need not be a probability: use unit('y'), 1/(1 + exp(-x)) or a fraction"
            )
        return super().__new__(cls, given)

    @property
    def variables(self) -> tuple[str, ...]:
        """One bit."""
        return ("bit",)

    def _sympystr(self, printer: Any) -> str:
        return f"Bernoulli({printer.doprint(self.args[0])})"


class Uniform(Density):
    """Uniform(n): each of the indices 1 … n with probability 1/n."""

    def __new__(cls, upper: Any) -> Any:
        """Take the number of indices."""
        return super().__new__(cls, counted(upper))

    @property
    def variables(self) -> tuple[str, ...]:
        """One index."""
        return ("index",)

    def _sympystr(self, printer: Any) -> str:
        return f"Uniform(1…{printer.doprint(self.args[0])})"
