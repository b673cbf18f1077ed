"""The VAE loss: KL in closed form, the reconstruction as an average over draws, each by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..arrays import reals
from ..closed_forms import normal_kl
from ..densities import Normal
from ..errors import ShapeError, described
from .batch import Batch, Noise, Reduction
from .likelihood import FloatArray, Likelihood

__all__ = ["Forward", "VAELoss", "forward", "vae_loss"]

Decoder = Callable[[FloatArray], Any]


@dataclass(frozen=True, slots=True, eq=False)
class VAELoss:
    """The loss and its two terms, in nats: negative_elbo = reconstruction + kl, each reduced as `reduction` says.

    `reconstruction` is the negative log-likelihood averaged over `samples` draws, `kl` the divergence from the prior
    N(0, I). Both are summed over the `pixels` and the `latents`; over the `data` of the batch they are kept ("none",
    shape (B,)), summed ("sum", times dataset_size/data if that is given) or averaged ("mean").
    """

    reconstruction: Any
    kl: Any
    negative_elbo: Any
    reduction: str
    data: int
    pixels: int
    latents: int
    samples: int
    dataset_size: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Forward:
    """One pass through the decoder: the latents (L, B, J), the output (L, B, D), and the loss."""

    z: FloatArray
    output: FloatArray
    loss: VAELoss


def vae_loss(
    x: Any,
    decoder: Decoder,
    mu: Any,
    sigma: Any,
    *,
    likelihood: Likelihood,
    second: str = "sigma",
    reduction: str = "none",
    samples: int = 1,
    noise: Any = None,
    weights: Any = None,
    rng: Any = None,
    dataset_size: int | None = None,
) -> VAELoss:
    """Return the negative ELBO of a VAE with the prior N(0, I), term by term, in nats.

    loss_i = −½ Σ_j (1 + log σ_ij² − μ_ij² − σ_ij²) − (1/L) Σ_l log p(x_i | z_i⁽ˡ⁾), z⁽ˡ⁾ = μ + σ ⊙ ε⁽ˡ⁾

    Its expectation over ε is −ELBO(x_i) ≥ −log p(x_i); the value for one ε may lie on either side.

    Args:
        x: data of shape (B, D), or one datum (D,).
        decoder: called once with z of shape (L, B, J); returns what the likelihood needs, of shape (L, B, D).
        mu: the encoder's means, (B, J), or (J,) for one datum.
        sigma: its standard deviations, or what `second` says; broadcasts with `mu`. It is never converted.
        likelihood: `GaussianDecoder(sigma=…)`, `BernoulliDecoder("logits")` or `BernoulliDecoder("probabilities")`.
        second: what `sigma` holds: "sigma", "variance", "log_sigma" or "log_variance".
        reduction: over the batch: "none" (a value a datum), "sum" or "mean". Pixels and latents are always summed.
        samples: the number L of draws for each datum.
        noise: ε itself, of shape (L, B, J) or (L, J), instead of draws from `rng`.
        weights: (L,) weights for the rows of `noise`, summing to 1: with the nodes and weights of a quadrature rule
            the loss is the exact expectation as far as the rule is exact. Default: 1/L each.
        rng: a seed or a numpy.random generator (SPEC 7).
        dataset_size: N, if the batch of M is a minibatch: the sum is then scaled by N/M, unbiased for the sum over N.

    Returns:
        A `VAELoss`. `kl` is right to 4 units of 2⁻⁵² for each latent, however near the encoder is to the prior.

    Raises:
        InputError: for numbers that cannot be what they are said to be, such as grey values under a Bernoulli decoder.
        ShapeError: for shapes that do not fit.

    >>> import numpy as np
    >>> from elbo_check import GaussianDecoder
    >>> decoder = lambda z: z @ np.array([[1.0, 0.5, -1.0]])
    >>> one = vae_loss([0.2, 0.1, 0.0], decoder, [0.1], [0.9], likelihood=GaussianDecoder(sigma=1.0), noise=[[0.5]])
    >>> round(float(one.reconstruction), 6), round(float(one.kl), 6), round(float(one.negative_elbo), 6)
    (2.984628, 0.015361, 2.999989)

    Source: theorem `vae-loss`; Kingma and Welling (2014), Auto-Encoding Variational Bayes, (10); Odaibo (2019).
    """
    q = Normal(mu, sigma, second=second)
    drawn, reduced = Noise(samples, noise, weights, rng), Reduction(reduction, dataset_size)
    return forward(Batch.of(x, q, likelihood, drawn, reduced), decoder).loss


def forward(batch: Batch, decoder: Decoder) -> Forward:
    """Decode, and take the loss."""
    z = batch.latents()
    output = _decoded(decoder, z, (*z.shape[:2], batch.x.shape[1]))
    batch.likelihood.check_output(output)
    reconstruction = -(batch.weights @ batch.likelihood.log_likelihood(batch.x, output))
    kl = normal_kl(batch.q, _prior(batch.q.scale.kind)).sum(axis=-1)
    return Forward(z, output, _named(batch, reconstruction, kl))


def _named(batch: Batch, reconstruction: FloatArray, kl: FloatArray) -> VAELoss:
    """Reduce the two terms, and add them."""
    how, (draws, data, latents) = batch.reduction, batch.epsilon.shape
    first, second = (
        how.of(term)[0] if batch.single and how.how == "none" else how.of(term) for term in (reconstruction, kl)
    )
    return VAELoss(first, second, first + second, how.how, data, batch.x.shape[1], latents, draws, how.dataset_size)


def _decoded(decoder: Decoder, z: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    output = reals("decoder(z)", decoder(z)).values
    if output.shape != shape:
        shown = described(f"an array of shape {output.shape}")
        remedy = f"for z of shape {z.shape} return a row of D = {shape[-1]} outputs for each draw and datum"
        raise ShapeError("decoder(z)", shown, f"of shape {shape}", remedy)
    return output


def _prior(kind: str) -> Normal:
    """Return N(0, 1), holding its scale as the encoder does: nothing is converted."""
    return Normal(0.0, 0.0 if kind.startswith("log") else 1.0, second=kind)
