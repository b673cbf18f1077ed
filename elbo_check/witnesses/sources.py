"""Where draws of log q/p come from: independent normals, element by element, or one pair of full Gaussians."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import broadcast_shape
from ..densities.multivariate_normal import MultivariateNormal
from ..densities.normal import Normal, log_ratio_terms
from ..densities.standard import Seen
from ..densities.world import numpy_world
from ..errors import WitnessError

__all__ = ["PIECE", "Independent", "Joint", "Source", "source_of"]

FloatArray = NDArray[np.float64]
Evaluate = Callable[[FloatArray], tuple[Any, Any, float]]

PIECE = 2**16  # draws worked on at once: their temporaries stay in the cache


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
        """Return the map from ε of shape (elements, draws) to (log q/p less its constant, the constant, Σ|terms|)."""
        seen = self.p.take(rows).seen_from(self.q.take(rows))
        column = Seen(seen.offset[:, None], seen.ratio[:, None], seen.log_ratio[:, None])

        def evaluate(epsilon: FloatArray) -> tuple[Any, Any, float]:
            own, other, constant = log_ratio_terms(epsilon, column.residual(epsilon), column.log_ratio, numpy_world())
            size = _magnitude(own) + _magnitude(other) + float(np.abs(constant).sum()) * epsilon.shape[-1]
            return np.subtract(own, other, out=own), constant, size

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
        """Return the map from ε of shape (J, draws) to (log q/p less its constant, the constant, Σ|terms|)."""
        seen = self.seen

        def evaluate(epsilon: FloatArray) -> tuple[Any, Any, float]:
            residual = seen.offset[:, None] + seen.ratio @ epsilon
            own, other, constants = log_ratio_terms(epsilon, residual, seen.log_ratio, numpy_world())
            size = _magnitude(own) + _magnitude(other) + float(np.abs(constants).sum()) * epsilon.shape[-1]
            return (own - other).sum(axis=0, keepdims=True), constants.sum(), size * seen.blur

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


def _magnitude(terms: Any) -> float:
    """Return Σ|terms| of quadratic terms, which have one sign: no absolute values need be formed."""
    return abs(float(np.sum(terms)))
