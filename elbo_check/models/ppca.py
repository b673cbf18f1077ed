"""Probabilistic PCA: standard normal latents, a linear map, and the same noise everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from ..densities.normal import Normal
from ..errors import InputError, ShapeError, described
from .covariances import table, variance
from .doors import whole
from .linear import Floats
from .linear_gaussian import LinearGaussian

__all__ = ["ProbabilisticPCA"]


class ProbabilisticPCA(LinearGaussian):
    """z ~ N(0, I), x | z ~ N(weights z + offset, noise·I): a `LinearGaussian` with one variance for all of x.

    log p(x) = log N(x; offset, W Wᵀ + noise·I), in nats.

    Raises `InputError` as `LinearGaussian` does.

    >>> model = ProbabilisticPCA([[1.0], [2.0]], noise=0.5)
    >>> model.posterior(model.data([1.0, 1.0]), numpy_world())
    Gaussian(mean=array([0.54545455]), covariance=array([[0.09090909]]))

    Source: Tipping & Bishop (1999), Probabilistic Principal Component Analysis, J. R. Statist. Soc. B 61.
    """

    name: ClassVar[str] = "ppca"
    title: ClassVar[str] = "probabilistic principal component analysis"
    source: ClassVar[str] = "Tipping & Bishop (1999), Probabilistic Principal Component Analysis"

    def __init__(self, weights: Any, noise: Any, offset: Any = 0.0) -> None:
        super().__init__(weights, variance("noise", noise), offset=offset)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {"weights": self.weights, "noise": float(self.noise[0]), "offset": self.offset}

    @classmethod
    def maximum_likelihood(cls, data: Any, latents: int) -> tuple[Self, float]:
        """Return the model that maximises Σₙ log p(xₙ) over weights, noise and offset, and this maximum, in nats.

        With λ₁ ≥ … ≥ λ_D the eigenvalues and U the eigenvectors of the covariance (1/N) Σ (xₙ − x̄)(xₙ − x̄)ᵀ:
        noise = mean of λ_{J+1} … λ_D, W = U_J (Λ_J − noise·I)^½, offset = x̄, and the maximum is
        −(N/2) (D log 2π + Σ_{j≤J} log λⱼ + (D − J) log noise + D). `data` has shape (N, D). Evaluated in float64.

        Raises `InputError` for `latents` outside 1 … D − 1, and for data that leave no noise: the likelihood is then
        unbounded.

        Source: Tipping & Bishop (1999), (3.6) to (3.9).
        """
        rows = table("data", data, "(N, D)", "a row a datum")
        count, size = rows.shape
        if size < 2:
            remedy = "with one number a datum there is nothing to reduce"
            raise ShapeError("data", described(f"an array of shape {rows.shape}"), "of shape (N, D) with D ≥ 2", remedy)
        kept = whole("latents", latents, least=1, most=size - 1, remedy="fewer latents than numbers a datum")
        centre = rows.mean(axis=0)
        _, singular, axes = np.linalg.svd(rows - centre, full_matrices=True)
        values = np.zeros(size)
        values[: len(singular)] = singular * singular / count
        noise = float(values[kept:].mean())
        if not noise > values[0] * size * 2.0**-52:
            remedy = "the likelihood has no maximum: take fewer latents, or more data"
            raise InputError(
                "data",
                described(f"data of rank {np.sum(values > values[0] * size * 2.0**-52)}"),
                f"of a rank above {kept}",
                remedy,
            )
        weights = axes[:kept].T * np.sqrt(values[:kept] - noise)
        logs = size * np.log(2 * np.pi) + np.sum(np.log(values[:kept])) + (size - kept) * np.log(noise) + size
        return cls(weights, noise, centre), float(-count / 2 * logs)

    @classmethod
    def example(cls) -> tuple[Self, Floats, Normal]:
        """Return a model, data and a q."""
        model = cls([[1.0, 0.5], [0.0, 1.0], [-1.0, 2.0]], 0.5, [0.0, 1.0, 0.0])
        return model, model.data([0.5, 2.0, 1.0]), Normal([0.25, 0.75], [0.5, 0.5])
