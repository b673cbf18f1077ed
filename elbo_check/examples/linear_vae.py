"""The linear VAE, in closed form: its ELBO, its evidence, the gap, and the ascent of the exact ELBO.

p(z) = N(0, I), p(x | z) = N(Wz + b, s²I), q(z | x) = N(V(x − b), diag D). Everything here is an average over the data,
which enter through their mean and covariance alone; values come with the sum of the sizes of their terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Data", "LinearVAE", "Value", "ascended", "divergence", "elbo", "log_evidence", "optimum"]

FloatArray = NDArray[np.float64]


class Value(NamedTuple):
    """A number in nats per datum, and the sum of the sizes of the terms that it is the sum of."""

    value: float
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Data of shape (N, n) that are whole numbers over a common denominator, and their mean and covariance.

    The sums over the data are exact; mean and (biased) covariance are rounded once.
    """

    x: FloatArray
    mean: FloatArray
    covariance: FloatArray
    sums: NDArray[np.int64]
    products: NDArray[np.int64]
    denominator: int

    @staticmethod
    def of(counts: NDArray[np.int64], denominator: int) -> Data:
        """Summarise data that are counts/denominator."""
        size, sums, products = len(counts), counts.sum(axis=0), counts.T @ counts
        covariance = (size * products - np.outer(sums, sums)) / (size * denominator) ** 2
        return Data(counts / denominator, sums / (size * denominator), covariance, sums, products, denominator)

    def scatter(self, centre: FloatArray) -> FloatArray:
        """Return the mean of (x − centre)(x − centre)ᵀ."""
        shift = self.mean - centre
        return self.covariance + np.outer(shift, shift)


@dataclass(frozen=True, slots=True, eq=False)
class LinearVAE:
    """Decoder weights W (n, J), offset b (n,), log s²; encoder weights V (J, n), log D (J,)."""

    W: FloatArray
    b: FloatArray
    log_s2: FloatArray
    V: FloatArray
    log_D: FloatArray

    @staticmethod
    def start(pixels: int, latents: int, rng: np.random.Generator) -> LinearVAE:
        """Return small random weights, b = 0, s² = 1, D = 1."""
        W, V = 0.1 * rng.standard_normal((pixels, latents)), 0.1 * rng.standard_normal((latents, pixels))
        return LinearVAE(W, np.zeros(pixels), np.zeros(()), V, np.zeros(latents))

    @property
    def M(self) -> FloatArray:
        """WᵀW + s²I: the precision of the posterior, times s²."""
        return np.asarray(self.W.T @ self.W + np.exp(self.log_s2) * np.eye(self.W.shape[1]))


def elbo(model: LinearVAE, data: Data) -> Value:
    """Return the ELBO: E log p(x | z) − KL(q ‖ p).

    With S the scatter about b, R = I − WV and A = tr(RSRᵀ) + Σ_j D_j‖w_j‖²: E log p(x | z) = −½ (n log 2πs² + A/s²) and
    KL = ½ (Σ_j D_j + tr(VSVᵀ) − J − Σ_j log D_j).
    """
    s2, D, S, (pixels, latents) = np.exp(model.log_s2), np.exp(model.log_D), data.scatter(model.b), model.W.shape
    error, VS = _error(model, S), model.V @ S
    terms = [pixels * np.log(2 * np.pi), pixels * model.log_s2, error / s2, -latents]
    return _summed([*terms, D.sum(), np.sum(VS * model.V), *-model.log_D])


def log_evidence(model: LinearVAE, data: Data) -> Value:
    """Return log p(x) of x ~ N(b, C), C = WWᵀ + s²I: −½ (n log 2π + log det C + tr(C⁻¹S))."""
    pixels = len(model.b)
    C = model.W @ model.W.T + np.exp(model.log_s2) * np.eye(pixels)
    quadratic = np.trace(np.linalg.solve(C, data.scatter(model.b)))
    return _summed([pixels * np.log(2 * np.pi), *2 * np.log(np.diag(np.linalg.cholesky(C))), quadratic])


def divergence(model: LinearVAE, data: Data) -> Value:
    """Return KL(q(z | x) ‖ p(z | x)), the posterior being N(M⁻¹Wᵀ(x − b), s²M⁻¹).

    With U = V − M⁻¹Wᵀ: ½ (Σ_j M_jj D_j/s² + tr(M USUᵀ)/s² − J + J log s² − log det M − Σ_j log D_j).
    """
    s2, D, M, S = np.exp(model.log_s2), np.exp(model.log_D), model.M, data.scatter(model.b)
    U, latents = model.V - np.linalg.solve(M, model.W.T), len(M)
    terms = [np.diag(M) @ D / s2, np.sum((M @ U @ S) * U) / s2, -latents, latents * model.log_s2]
    return _summed([*terms, *-2 * np.log(np.diag(np.linalg.cholesky(M))), *-model.log_D], sign=1)


def optimum(data: Data, latents: int) -> float:
    """Return the largest log p(x) that any such model reaches: −½ (n log 2π + Σ_{i≤J} log λ_i + (n − J) log s² + n).

    λ are the eigenvalues of the covariance, s² is the mean of the n − J smallest (theorem `ppca`).
    """
    eigenvalues = np.linalg.eigvalsh(data.covariance)[::-1]
    pixels, s2 = eigenvalues.size, eigenvalues[latents:].mean()
    kept = np.log(eigenvalues[:latents]).sum()
    return float(-0.5 * (pixels * np.log(2 * np.pi) + kept + (pixels - latents) * np.log(s2) + pixels))


def ascended(model: LinearVAE, data: Data, sweeps: int) -> LinearVAE:
    """Climb the exact ELBO: each sweep sets V, D, W and s² in turn to their best values given the others.

    b = mean(x), V = M⁻¹Wᵀ, D_j = s²/M_jj, W = SVᵀ(VSVᵀ + diag D)⁻¹, s² = A/n: where the derivative of the ELBO by each
    block is zero. No step lowers it.
    """
    S, pixels = data.covariance, len(data.mean)
    W: Any = model.W
    V: Any = model.V
    s2, D = np.exp(model.log_s2), np.exp(model.log_D)
    for _ in range(sweeps):
        M = W.T @ W + s2 * np.eye(len(D))
        V, D = np.linalg.solve(M, W.T), s2 / np.diag(M)
        VS = V @ S
        W = np.linalg.solve(VS @ V.T + np.diag(D), VS).T
        s2 = _error(LinearVAE(W, data.mean, np.log(s2), V, np.log(D)), S) / pixels
    return LinearVAE(W, data.mean, np.log(s2), V, np.log(D))


def _error(model: LinearVAE, S: FloatArray) -> Any:
    """Return A = E‖x − b − Wz‖² = tr(RSRᵀ) + Σ_j D_j‖w_j‖²."""
    R = np.eye(len(S)) - model.W @ model.V
    return np.sum((R @ S) * R) + np.exp(model.log_D) @ np.sum(model.W**2, axis=0)


def _summed(terms: list[Any], sign: int = -1) -> Value:
    """Return ±½ Σ terms."""
    held = np.array(terms, dtype=np.float64)
    return Value(float(sign * 0.5 * held.sum()), float(0.5 * np.abs(held).sum()))
