"""The checks that the sabotage tests turn red: the loss and its gradient against the definition."""

import numpy as np

import elbo_check
from elbo_check import vae_loss, vae_loss_gradient

from . import definition as d

KINDS = {
    "sigma": (lambda s: s, lambda h: h),
    "variance": (lambda s: s**2, np.sqrt),
    "log_sigma": (np.log, np.exp),
    "log_variance": (lambda s: 2 * np.log(s), lambda h: np.exp(h / 2)),
}
DECODERS = {"linear": (d.linear, d.linear_vjp), "tanh": (d.tanh, d.tanh_vjp)}


def cases():
    """Yield (name, data, likelihood, log-density by definition)."""
    yield "gaussian", d.X, elbo_check.GaussianDecoder(sigma=d.S), d.gaussian
    yield "bernoulli", d.BITS, elbo_check.BernoulliDecoder("logits"), d.bernoulli


def value_agrees(second="sigma", decoder="tanh"):
    """Each term, for each datum, averaged over the nodes of a converged rule, is what the definition says."""
    noise, weights = d.every(3, 2)
    held = KINDS[second][0](d.SIGMA)
    decode = DECODERS[decoder][0]
    for _, x, likelihood, log_density in cases():
        options = {"likelihood": likelihood, "second": second, "noise": noise, "weights": weights}
        found = vae_loss(x, decode, d.MU, held, **options)
        reconstruction, kl = d.expected(x, decode, d.MU, d.SIGMA, log_density)
        np.testing.assert_allclose(found.reconstruction, reconstruction, rtol=1e-9)
        np.testing.assert_allclose(found.kl, kl, rtol=1e-11)
        np.testing.assert_allclose(found.negative_elbo, reconstruction + kl, rtol=1e-9)


def one_draw_agrees():
    """With one or two given draws of ε, the loss is the average of what they give, term by term."""
    noise = np.random.default_rng(3).normal(size=(2, 3, 2))
    for _, x, likelihood, log_density in cases():
        found = vae_loss(x, d.tanh, d.MU, d.SIGMA, likelihood=likelihood, noise=noise)
        by_hand = [-log_density(x, d.tanh(d.MU + d.SIGMA * draw)) for draw in noise]
        np.testing.assert_allclose(found.reconstruction, (by_hand[0] + by_hand[1]) / 2, rtol=1e-13)


def gradient_agrees(second="sigma", decoder="tanh", reduction="sum"):
    """The gradient, averaged over the nodes, is that of the integrated definition by central differences."""
    noise, weights = d.every(3, 2)
    to_held, to_sigma = KINDS[second]
    held, (decode, vjp) = to_held(d.SIGMA), DECODERS[decoder]
    factor = 1.0 if reduction == "sum" else 1 / 3
    for _, x, likelihood, log_density in cases():

        def total(mu, scale, x=x, log_density=log_density):
            return factor * np.sum(d.expected(x, decode, mu, to_sigma(scale), log_density))

        options = {"likelihood": likelihood, "second": second, "reduction": reduction}
        found = vae_loss_gradient(x, decode, vjp, d.MU, held, noise=noise, weights=weights, **options)
        np.testing.assert_allclose(found.mu, d.central(lambda mu: total(mu, held), d.MU), atol=2e-9)
        np.testing.assert_allclose(found.sigma, d.central(lambda scale: total(d.MU, scale), held), atol=2e-9)


def decoder_gradient_agrees():
    """The decoder's parameters and the Gaussian decoder's own scale, against differences of the definition."""
    noise, weights = d.every(3, 2)
    for _, x, likelihood, log_density in cases():

        def with_weights(w, x=x, log_density=log_density):
            decode = lambda z: np.tanh(z @ d.A) @ w + d.B
            return np.sum(d.expected(x, decode, d.MU, d.SIGMA, log_density))

        found = vae_loss_gradient(
            x, d.tanh, d.tanh_vjp, d.MU, d.SIGMA, likelihood=likelihood, noise=noise, weights=weights
        )
        np.testing.assert_allclose(found.decoder["W"], d.central(with_weights, d.W), atol=2e-9)
        if found.likelihood is not None:

            def with_scale(s):
                density = lambda data, output: d.gaussian(data, output, s[0])
                return np.sum(d.expected(d.X, d.tanh, d.MU, d.SIGMA, density))

            np.testing.assert_allclose(found.likelihood, d.central(with_scale, np.array([d.S]))[0], rtol=1e-9)


def gradient_checks():
    gradient_agrees()
    gradient_agrees("variance")
    decoder_gradient_agrees()
