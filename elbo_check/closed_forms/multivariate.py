"""The divergence of two multivariate normals, evaluated in balls so that no conditioning can spoil it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities import MultivariateNormal
from ..errors import InputError, ShapeError, described
from .certain import NotSettledError, certain_float

__all__ = ["multivariate_gaussian_kl", "multivariate_magnitude", "multivariate_normal_kl"]


def multivariate_gaussian_kl(mean: Any, cov: Any, prior_mean: Any = None, prior_cov: Any = None) -> float:
    """Return KL(N(mean, cov) ‖ N(prior_mean, prior_cov)) in nats, right to the last place for any conditioning.

    KL = ½(tr Σp⁻¹Σq + Δᵀ Σp⁻¹ Δ − J + log det Σp/det Σq) with Δ = mean − prior_mean. Means have shape (J,),
    covariances (J, J); the prior left out is N(0, I). The result is 0.0 where q = p, and inf only where the true
    value exceeds the largest float. The work grows as J³: a millisecond at J = 8, under a second at J = 100.

    >>> multivariate_gaussian_kl([1.0, 0.0], [[1.0, 0.5], [0.5, 1.0]])
    0.6438410362258905

    Raises `ShapeError` for shapes that do not fit, `InputError` for a covariance that is not symmetric and
    positive definite in exact arithmetic, `WitnessError` for one that is too close to singular to tell.

    Source: for example Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, (A.23).
    """
    q = MultivariateNormal(mean, cov)
    centre = np.zeros(q.dimension) if prior_mean is None else prior_mean
    spread = np.eye(q.dimension) if prior_cov is None else prior_cov
    return multivariate_normal_kl(q, MultivariateNormal(centre, spread, names=("prior_mean", "prior_cov")))


def multivariate_normal_kl(q: MultivariateNormal, p: MultivariateNormal) -> float:
    """Return KL(q ‖ p) in nats, right to the last place: `multivariate_gaussian_kl` of two densities.

    >>> multivariate_normal_kl(MultivariateNormal([0.0], [[4.0]]), MultivariateNormal([0.0], [[1.0]]))
    0.8068528194400547

    Raises as `multivariate_gaussian_kl`.

    Source: as there.
    """
    if q.dimension != p.dimension:
        shown, expected = described(f"a vector of shape ({p.dimension},)"), f"of shape ({q.dimension},)"
        raise ShapeError("prior_mean", shown, expected, "q and p must be densities of the same space")
    if np.array_equal(q.mean, p.mean) and np.array_equal(q.cov, p.cov):
        return 0.0
    return certain_float("the divergence", functools.partial(_ball, q, p))


def multivariate_magnitude(q: MultivariateNormal, p: MultivariateNormal) -> float:
    """Return C = ½(tr Σp⁻¹Σq + Δᵀ Σp⁻¹ Δ + J + |log det Σp/det Σq|), the sizes of the textbook formula's terms.

    eps·C is what rounding costs whoever evaluates the formula as it stands; inf only where it has no float.
    """

    def size() -> Any:
        trace, distance, log_dets = _terms(q, p)
        return (trace + distance + q.dimension + abs(log_dets)) / 2

    return certain_float("the size of the terms", size)


def _ball(q: MultivariateNormal, p: MultivariateNormal) -> Any:
    """Enclose the right-hand side of the theorem at the precision of the moment."""
    trace, distance, log_dets = _terms(q, p)
    return (trace + distance - q.dimension + log_dets) / 2


def _terms(q: MultivariateNormal, p: MultivariateNormal) -> tuple[Any, Any, Any]:
    """Enclose tr Σp⁻¹Σq, Δᵀ Σp⁻¹ Δ and log det Σp/det Σq."""
    import flint

    log_det_q, log_det_p = _log_det("cov", q.cov), _log_det("prior_cov", p.cov)
    covariance_q, covariance_p = flint.arb_mat(_balls(q.cov)), flint.arb_mat(_balls(p.cov))
    shift = flint.arb_mat(_balls(q.mean[:, None])) - flint.arb_mat(_balls(p.mean[:, None]))
    trace = covariance_p.solve(covariance_q).trace()
    distance = (shift.transpose() * covariance_p.solve(shift))[0, 0]
    return trace, distance, log_det_p - log_det_q


def _balls(matrix: NDArray[np.float64]) -> list[list[Any]]:
    import flint

    return [[flint.arb(float(entry)) for entry in row] for row in matrix]


def _log_det(argument: str, covariance: NDArray[np.float64]) -> Any:
    """Enclose log det by symmetric elimination; that all pivots are positive is what positive definite means."""
    rows, total = _balls(covariance), 0
    for k, pivot_row in enumerate(rows):
        pivot = pivot_row[k]
        if pivot <= 0:
            shown = described(f"a matrix whose leading {k + 1}×{k + 1} block has a determinant ≤ 0")
            remedy = "rounding hides this from float64: add a small multiple of the identity"
            raise InputError(argument, shown, "positive definite", remedy)
        if not pivot > 0:
            raise NotSettledError
        total += pivot.log()
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot
            for j in range(k + 1, i + 1):
                rows[i][j] -= factor * rows[j][k]
    return total
