"""The multivariate normal density N(mean, cov) with a full covariance matrix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import reals
from ..errors import InputError, ShapeError, described
from .normal import normal_log_density_terms
from .standard import Seen
from .world import World, numpy_world

__all__ = ["MultivariateNormal"]

ASYMMETRY = 8 * 2.0**-52


@dataclass(frozen=True, slots=True, eq=False, init=False)
class MultivariateNormal:
    """The density of a J-dimensional Gaussian.

    log N(z; m, S) = −½ rᵀr − log det L − (J/2) log 2π with S = L Lᵀ and r = L⁻¹(z − m), in nats.

    `mean` has shape (J,), `cov` shape (J, J): symmetric to the last digits (the mean of cov and its transpose is
    taken) and positive definite. Raises `ShapeError` and `InputError` otherwise.

    >>> MultivariateNormal([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]]).log_density([0.0, 0.0])
    np.float64(-1.8378770664093453)

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, (2.43).
    """

    mean: NDArray[np.float64]
    cov: NDArray[np.float64]
    factor: NDArray[np.float64]

    def __init__(self, mean: Any, cov: Any, *, names: tuple[str, str] = ("mean", "cov")) -> None:
        location = np.atleast_1d(reals(names[0], mean).values)
        if location.ndim != 1:
            shown = described(f"an array of shape {location.shape}")
            raise ShapeError(names[0], shown, "a vector of shape (J,)", "pass one Gaussian at a time")
        covariance = _symmetric(names[1], reals(names[1], cov).values, len(location))
        object.__setattr__(self, "mean", location)
        object.__setattr__(self, "cov", covariance)
        object.__setattr__(self, "factor", _cholesky(names[1], covariance))

    @property
    def dimension(self) -> int:
        """The number J of coordinates."""
        return len(self.mean)

    def log_density(self, z: Any) -> Any:
        """Return log N(z; mean, cov) in float64, nats, for z of shape (…, J)."""
        points = np.asarray(z, dtype=np.float64)
        if points.shape[-1:] != self.mean.shape:
            shown = described(f"an array of shape {points.shape}")
            raise ShapeError("z", shown, f"of shape (…, {self.dimension})", "the last axis holds the coordinates")
        centred = (points - self.mean).reshape(-1, self.dimension)
        residual = np.linalg.solve(self.factor, centred.T).T.reshape(points.shape)
        log_scales = np.log(np.diag(self.factor))
        terms = normal_log_density_terms(residual, log_scales, numpy_world())
        return np.sum(sum(terms[1:], start=terms[0]), axis=-1)

    def seen_from(self, q: MultivariateNormal) -> Seen:
        """Return this density (as p) in the standard coordinates of q, z = m + Lq ε: r = offset + ratio ε."""
        with np.errstate(all="ignore"):
            offset = np.linalg.solve(self.factor, q.mean - self.mean)
            ratio = np.linalg.solve(self.factor, q.factor)
            quotient = np.diag(q.factor) / np.diag(self.factor)  # one logarithm: two would cancel
            apart = np.log(np.diag(q.factor)) - np.log(np.diag(self.factor))
            log_ratio = np.where(np.isfinite(quotient) & (quotient > 0), np.log(quotient), apart)
        return Seen(offset, ratio, log_ratio, 1 + _blur(q.cov) + _blur(self.cov))

    def seen_exactly(self, q: MultivariateNormal, world: World) -> Seen:
        """Return this density (as p) in q's standard coordinates in balls: the Cholesky factors are enclosed, too."""
        import flint

        factor_q, factor_p = _cholesky_balls(q.cov, world), _cholesky_balls(self.cov, world)
        difference = flint.arb_mat([[world.exact(a) - world.exact(b)] for a, b in zip(q.mean, self.mean, strict=True)])
        log_ratios = [world.log(factor_q[i, i] / factor_p[i, i]) for i in range(self.dimension)]
        return Seen(factor_p.solve(difference), factor_p.solve(factor_q), log_ratios)

    def principal_axes(self, q: MultivariateNormal) -> Seen:
        """Return independent scalar pairs with the same divergence: p in q's coordinates along the diagonalising axes.

        Lp⁻¹ Lq = U diag(ratio) Vᵀ, so along V the residual of p (rotated by Uᵀ) has independent coordinates. Small
        ratios come out of the decomposition with few digits: the sum of the logarithms is set right by the factors'.
        """
        seen = self.seen_from(q)
        if not (np.isfinite(seen.ratio).all() and np.isfinite(seen.offset).all()):
            nothing = np.full(self.dimension, np.nan)
            return Seen(nothing, nothing, nothing, seen.blur)
        left, ratios, _ = np.linalg.svd(seen.ratio)
        with np.errstate(divide="ignore", invalid="ignore"):  # a ratio of 0 ends as nan: no answer
            logs = np.log(ratios)
            logs += (np.sum(seen.log_ratio) - np.sum(logs)) / len(logs)
        return Seen(left.T @ seen.offset, ratios, logs, seen.blur)


def _symmetric(argument: str, covariance: NDArray[np.float64], dimension: int) -> NDArray[np.float64]:
    if covariance.ndim == 0 and dimension == 1:
        covariance = covariance.reshape(1, 1)
    if covariance.shape != (dimension, dimension):
        shown = described(f"an array of shape {covariance.shape}")
        remedy = "for variances on the diagonal only, pass numpy.diag(variances) or use Normal"
        raise ShapeError(argument, shown, f"of shape ({dimension}, {dimension})", remedy)
    halves = covariance / 2, covariance.T / 2
    excess = np.abs(halves[0] - halves[1]) - ASYMMETRY * np.maximum(*np.abs(halves))
    if np.any(excess > 0):
        i, j = (int(k) for k in np.unravel_index(int(np.argmax(excess)), excess.shape))
        one, other = float(covariance[i, j]), float(covariance[j, i])
        shown = described(f"a matrix with entries [{i},{j}]={one!r} and [{j},{i}]={other!r}")
        raise InputError(argument, shown, "symmetric", "pass (cov + cov.T) / 2 if the difference is rounding")
    return np.where(covariance == covariance.T, covariance, halves[0] + halves[1])


def _cholesky(argument: str, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    try:
        return np.asarray(np.linalg.cholesky(covariance))
    except np.linalg.LinAlgError:
        least = float(np.linalg.eigvalsh(covariance)[0])
        shown = described(f"a matrix with smallest eigenvalue {least:.3g}")
        remedy = "add a small multiple of the identity, or drop the coordinates that are combinations of others"
        raise InputError(argument, shown, "positive definite (to float64 accuracy)", remedy) from None


def _blur(covariance: NDArray[np.float64]) -> float:
    """Return how far the rounding of a Cholesky factor reaches, in units of 16·eps of what is computed from it.

    L Lᵀ is the covariance to within J(J + 1)·eps/2 in units of its correlation matrix (Higham 2002, Accuracy and
    Stability of Numerical Algorithms, Theorem 10.3), so its quadratic forms are off by at most that over the least
    eigenvalue of the correlation matrix. Infinite where float64 cannot tell the matrix from a singular one.
    """
    scales = np.sqrt(np.diag(covariance))
    least = float(np.linalg.eigvalsh(covariance / scales / scales[:, None])[0])
    reach = len(covariance) * (len(covariance) + 1) * 2.0**-53
    return reach / (least - reach) / (16 * 2.0**-52) if least > 4 * reach else math.inf


def _cholesky_balls(covariance: NDArray[np.float64], world: World) -> Any:
    """Return the lower Cholesky factor in balls, at the precision of the running context (FLINT's is not in Python)."""
    import flint

    size = len(covariance)
    factor = flint.arb_mat(size, size)
    for i in range(size):
        for j in range(i + 1):
            rest = world.exact(covariance[i, j])
            for k in range(j):
                rest -= factor[i, k] * factor[j, k]
            factor[i, j] = world.sqrt(rest) if i == j else rest / factor[j, j]
    return factor
