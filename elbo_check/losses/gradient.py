"""The gradient of the VAE loss, by reparameterisation: the noise is held fixed, and the chain rule does the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import reals
from ..densities import Normal
from ..errors import InputError, ShapeError, described
from .batch import Batch, Noise, Reduction
from .likelihood import FloatArray, Likelihood
from .loss import Decoder, Forward, VAELoss, forward
from .scales import slope_of_kl, slope_of_log, summed_to

__all__ = ["VAELossGradient", "vae_loss_gradient"]

Vjp = Callable[[FloatArray, FloatArray], tuple[Any, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class VAELossGradient:
    """The derivatives of `loss.negative_elbo`, and the loss itself at the same noise.

    `mu` and `sigma` have the shapes of what was passed under these names (`sigma` as `second` holds it); `likelihood`
    is by the decoder's own scale as it is held (None for a Bernoulli decoder); `decoder` is what the vector–Jacobian
    product gave for the decoder's parameters.
    """

    loss: VAELoss
    mu: FloatArray
    sigma: FloatArray
    likelihood: FloatArray | None
    decoder: Any


def vae_loss_gradient(
    x: Any,
    decoder: Decoder,
    vjp: Vjp,
    mu: Any,
    sigma: Any,
    *,
    likelihood: Likelihood,
    second: str = "sigma",
    reduction: str = "sum",
    samples: int = 1,
    noise: Any = None,
    weights: Any = None,
    rng: Any = None,
    dataset_size: int | None = None,
) -> VAELossGradient:
    """Return the gradient of `vae_loss` by the encoder's outputs, the decoder's parameters and its scale.

    With c the factor of the reduction and g_l = −(c/L) ∂ log p(x | z_l)/∂ output, the vector–Jacobian product gives
    ∂/∂z_l for g_l, and z = μ + σ ⊙ ε gives

    ∂/∂μ = c μ + Σ_l ∂/∂z_l,    ∂/∂σ = c (σ − 1/σ) + Σ_l ε_l ⊙ ∂/∂z_l

    Averaged over ε this is the gradient of the expected loss (theorem `reparameterization`): it has no bias. The other
    estimator without bias, theorem `score-function`, needs no derivative of the decoder, and varies more.

    Args:
        x: as for `vae_loss`, as are all the arguments not listed here.
        decoder: as there.
        vjp: called as vjp(z, g) with z of shape (L, B, J) and g of shape (L, B, D); returns Σ g ∂output/∂z, of shape
            (L, B, J), and Σ g ∂output/∂θ for the parameters θ in whatever form (None if there are none).
        mu: as there.
        sigma: as there; the derivative is by the number held.
        likelihood: as there.
        second: as there.
        reduction: "sum" or "mean". There is no gradient of many values; that of the sum has each datum's in its row.
        samples: as there.
        noise: as there.
        weights: as there.
        rng: as there.
        dataset_size: as there.

    Returns:
        A `VAELossGradient`.

    Raises:
        InputError: as there, and for reduction="none", or a datum that the decoder calls impossible.
        ShapeError: as there.

    >>> from elbo_check import GaussianDecoder
    >>> W = np.array([[1.0, 0.5, -1.0]])
    >>> decoder, vjp = lambda z: z @ W, lambda z, g: (g @ W.T, np.einsum("lbj,lbd->jd", z, g))
    >>> data, likelihood = [[0.2, 0.1, 0.0]], GaussianDecoder(sigma=1.0)
    >>> found = vae_loss_gradient(data, decoder, vjp, [[0.1]], [[0.9]], likelihood=likelihood, noise=[[[0.5]]])
    >>> found.mu.round(6), found.sigma.round(6), found.decoder.round(6)
    (array([[1.0875]]), array([[0.282639]]), array([[ 0.1925 ,  0.09625, -0.3025 ]]))

    Source: theorems `vae-loss` and `reparameterization`; Kingma and Welling (2014), section 2.4.
    """
    if reduction == "none":
        raise InputError("reduction", reduction, "sum or mean", "in the gradient of the sum each datum has its own row")
    q = Normal(mu, sigma, second=second)
    drawn, reduced = Noise(samples, noise, weights, rng), Reduction(reduction, dataset_size)
    batch = Batch.of(x, q, likelihood, drawn, reduced)
    passed = forward(batch, decoder)
    through_z, through_decoder = vjp(passed.z, _cotangent(batch, passed))
    return _collected(batch, passed, _checked(through_z, passed.z.shape), (mu, sigma), through_decoder)


def _collected(
    batch: Batch, passed: Forward, through_z: FloatArray, given: tuple[Any, Any], through_decoder: Any
) -> VAELossGradient:
    """Add what comes through z to what comes from the KL, in the shapes of the arguments."""
    scale, factor = batch.q.scale, batch.reduction.factor(len(batch.x))
    slope = scale.sigma_float() * slope_of_log(scale)
    by_mu = factor * batch.q.mu + through_z.sum(axis=0)
    by_sigma = factor * slope_of_kl(scale) + slope * np.sum(batch.epsilon * through_z, axis=0)
    mu, sigma = (np.shape(reals(name, held).values) for name, held in zip(("mu", "sigma"), given, strict=True))
    weights = np.broadcast_to(-factor * batch.weights[:, None], passed.z.shape[:2])
    own = batch.likelihood.own_gradient(batch.x, passed.output, weights)
    return VAELossGradient(passed.loss, summed_to(mu, by_mu), summed_to(sigma, by_sigma), own, through_decoder)


def _cotangent(batch: Batch, passed: Forward) -> FloatArray:
    """Return the derivative of the loss by the decoder's output, (L, B, D)."""
    weights = -batch.reduction.factor(len(batch.x)) * batch.weights[:, None, None]
    slopes = batch.likelihood.output_gradient(batch.x, passed.output)
    if not np.isfinite(slopes).all():
        remedy = "train on logits, BernoulliDecoder('logits'): they do not saturate"
        shown = described("an output that calls a datum impossible")
        raise InputError("decoder(z)", shown, "such that the loss has a derivative", remedy)
    return np.asarray(weights * slopes)


def _checked(through_z: Any, shape: tuple[int, ...]) -> FloatArray:
    held = reals("vjp(z, g)[0]", through_z).values
    if held.shape != shape:
        shown = described(f"an array of shape {held.shape}")
        raise ShapeError("vjp(z, g)[0]", shown, f"of shape {shape}, like z", "return Σ_d g_d ∂output_d/∂z for each z")
    return held
