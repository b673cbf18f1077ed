"""What every estimator is about: a model, data and a q, and the logarithm of the weight p(x, z)/q(z) at a draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..densities.dual import slopes_of, value_of
from ..densities.world import World, numpy_world
from ..errors import WitnessError
from .running import Piece

__all__ = ["Problem", "Terms", "added", "added_slopes", "values_of"]

FloatArray = NDArray[np.float64]
Terms = tuple[Any, ...]

# 16·eps·Σ|terms| covers the rounding of about as many terms added one after the other
FEW = 16


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A model with data and a q that have passed its doors, and its prior as NumPy reads it."""

    model: Any
    x: Any
    q: Any
    prior: Any

    @classmethod
    def of(cls, model: Any, x: Any, q: Any) -> Self:
        """Read data and q through the doors of the model, which raise `InputError`."""
        data, density = model.data(x), model.density(q)
        return cls(model, data, density, model.prior(data, numpy_world()))

    @property
    def posterior(self) -> Any:
        """The density p(z|x); raises `WitnessError` where the model has none in closed form."""
        return self.model.posterior(self.x, numpy_world())

    def posterior_or_reason(self) -> tuple[Any, str]:
        """Return the posterior, or None and why there is none."""
        try:
            return self.posterior, ""
        except WitnessError as missing:
            return None, str(missing)

    @property
    def slope(self) -> float | None:
        """A bound on |∂ log p(x|z)/∂ε| along the noise ε of q, if the model lends one."""
        lent = getattr(self.model, "likelihood_slope", None)
        return None if lent is None else float(lent(self.x, self.q))

    def log_likelihood(self, z: Any, _q: Any, world: World) -> Terms:
        """Return the terms of log p(x|z)."""
        return tuple(self.model.log_likelihood(self.x, z, world))

    def log_ratio(self, z: Any, q: Any, world: World) -> Terms:
        """Return the terms of log p(z) − log q(z)."""
        return (*self.prior.log_density(z, world), *(-term for term in q.log_density(z, world)))

    def log_weight(self, z: Any, q: Any, world: World) -> Terms:
        """Return the terms of log p(x|z) + log p(z) − log q(z)."""
        return (*self.log_likelihood(z, q, world), *self.log_ratio(z, q, world))


def values_of(drawn: Any, terms: Callable[[Any], Terms]) -> Piece:
    """Return the piece that draws from a density and adds up the terms at every draw."""

    def piece(generator: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray]:
        values, size = added(terms(drawn.draw(generator, count)), count)
        return values[None], np.array([size])

    return piece


def added(terms: Iterable[Any], count: int, *, largest: bool = False) -> tuple[FloatArray, float]:
    """Return the sum of the terms at each of `count` draws, and Σ|terms| over all of them.

    Draws are on the last axis; a term that is one number counts for every draw. With `largest`, the size is a bound on
    that of each draw instead.
    """
    total, room, size, constant, number = np.zeros(count), np.empty(count), 0.0, 0.0, 0
    for term in map(value_of, terms):
        if np.ndim(term) == 0:
            total += term
            constant += abs(float(term))
            number += 1
            continue
        for row in np.reshape(term, (-1, np.shape(term)[-1])):
            total += row
            reach = np.abs(row, out=room[: row.size])
            size += _largest(reach) if largest else float(reach.sum()) * (count // row.size)
            number += 1
    size += constant if largest else constant * count
    return total, size * max(1.0, number / FEW)


def _largest(sizes: FloatArray) -> float:
    size = float(sizes.max())
    if math.isfinite(size):
        return size
    return float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))  # a weight of 0 has no rounding


def added_slopes(terms: Iterable[Any], parameters: int, count: int) -> tuple[FloatArray, FloatArray]:
    """Return the derivatives of the sum of the terms, shape (parameters, draws), and Σ|terms| of each derivative."""
    total, size = np.zeros((parameters, count)), np.zeros(parameters)
    for term in terms:
        slopes = slopes_of(term, parameters)
        rows = (
            slopes.reshape(parameters, -1, slopes.shape[-1]) if slopes.ndim > 2 else slopes.reshape(parameters, 1, -1)
        )
        total += rows.sum(axis=1)
        size += np.abs(rows).sum(axis=(1, 2)) * (count // rows.shape[-1])
    return total, size
