"""Where draws of log q/p come from: independent normals, element by element, or one pair of full Gaussians."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import broadcast_shape
from ..densities.multivariate_normal import MultivariateNormal
from ..densities.normal import Normal, log_ratio_terms
from ..densities.standard import Seen
from ..densities.world import numpy_world
from ..errors import WitnessError
from .streaming import PIECE

__all__ = ["Draws", "Independent", "Joint", "Source", "source_of"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """log q/p at a piece of draws: `difference` (rows of draws) plus the `constant` of each row.

    The quadratic terms have one sign each, so that `own_size`, Σ|log q's|, tells that of log p's, too; `constant_size`
    is Σ|constant| for one draw. `blur` is how much coarser than float64 the map from ε to residuals is.
    """

    difference: Any
    constant: Any
    own_size: float
    constant_size: float
    blur: float = 1.0

    def size(self, quadratic: float) -> float:
        """Return Σ|terms| if `quadratic` is the sum of `difference`: Σ|other| = Σ(own − other) + Σ|own|."""
        return self.blur * (2 * self.own_size + quadratic + self.constant_size * int(self.difference.shape[-1]))


Evaluate = Callable[[FloatArray], Draws]


class Independent:
    """Independent normals, element by element: a row of draws for each."""

    def __init__(self, q: Normal, p: Normal) -> None:
        self.q, self.p, self.width = q, p, q.size

    def axes(self) -> Iterator[Seen]:
        """Yield p seen from q, block by block."""
        for start in range(0, self.width, PIECE):
            rows = slice(start, start + PIECE)
            yield self.p.take(rows).seen_from(self.q.take(rows))

    def evaluator(self, rows: slice) -> Evaluate:
        """Return the map from ε of shape (elements, draws) to what its draws give."""
        seen = self.p.take(rows).seen_from(self.q.take(rows))
        column = Seen(seen.offset[:, None], seen.ratio[:, None], seen.log_ratio[:, None])

        constant_size = float(np.abs(seen.log_ratio).sum())

        def evaluate(epsilon: FloatArray) -> Draws:
            own, other, constant = log_ratio_terms(epsilon, column.residual(epsilon), column.log_ratio, numpy_world())
            own_size = -float(own.sum())
            return Draws(np.subtract(own, other, out=own), constant, own_size, constant_size)

        return evaluate

    def height(self, rows: slice) -> int:
        """How many standard normals one draw of these rows takes."""
        return int(rows.stop - rows.start)


class Joint:
    """One pair of full Gaussians: every draw is a vector."""

    width = 1

    def __init__(self, q: MultivariateNormal, p: MultivariateNormal) -> None:
        self.q, self.p, self.seen = q, p, p.seen_from(q)
        if not math.isfinite(self.seen.blur):
            raise WitnessError("monte carlo: a covariance is too near to singular to be factored in float64")

    def axes(self) -> Iterator[Seen]:
        """Yield the independent scalar pairs along the axes that diagonalise both."""
        yield self.p.principal_axes(self.q)

    def evaluator(self, _rows: slice) -> Evaluate:
        """Return the map from ε of shape (J, draws) to what its draws give."""
        seen = self.seen
        constant_size = float(np.abs(seen.log_ratio).sum())

        def evaluate(epsilon: FloatArray) -> Draws:
            residual = seen.offset[:, None] + seen.ratio @ epsilon
            own, other, constants = log_ratio_terms(epsilon, residual, seen.log_ratio, numpy_world())
            difference = (own - other).sum(axis=0, keepdims=True)
            return Draws(difference, constants.sum(), -float(own.sum()), constant_size, seen.blur)

        return evaluate

    def height(self, _rows: slice) -> int:
        """How many standard normals one draw takes."""
        return self.q.dimension


Source = Independent | Joint


def source_of(q: Normal | MultivariateNormal, p: Any) -> Source:
    """Return the source of draws for a pair of densities of one family, brought to one shape."""
    if isinstance(q, MultivariateNormal):
        return Joint(q, p)
    shape = broadcast_shape(q=q.shape, p=p.shape)
    return Independent(q.broadcast_to(shape).flat(), p.broadcast_to(shape).flat())
