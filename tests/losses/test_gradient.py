"""The gradient is that of the integrated loss, and what automatic differentiation finds."""

import numpy as np
import pytest

from elbo_check import BernoulliDecoder, GaussianDecoder, vae_loss, vae_loss_gradient

from . import definition as d
from .agreement import DECODERS, KINDS, decoder_gradient_agrees, gradient_agrees

NOISE = np.random.default_rng(5).normal(size=(4, 3, 2))


@pytest.mark.endurance
@pytest.mark.parametrize("second", KINDS)
@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_it_is_the_gradient_of_the_integrated_definition(second: str, decoder: str, reduction: str) -> None:
    gradient_agrees(second, decoder, reduction)


def test_the_decoder_has_its_gradient_too() -> None:
    decoder_gradient_agrees()


def test_it_comes_with_the_loss_at_the_same_noise() -> None:
    options = {"likelihood": GaussianDecoder(sigma=1.0), "reduction": "mean", "samples": 3, "rng": 11}
    found = vae_loss_gradient(d.X, d.tanh, d.tanh_vjp, d.MU, d.SIGMA, **options)
    assert found.loss.negative_elbo == vae_loss(d.X, d.tanh, d.MU, d.SIGMA, **options).negative_elbo


@pytest.mark.parametrize("kind", KINDS)
def test_the_scale_of_the_decoder_has_its_gradient_as_it_is_held(kind: str) -> None:
    s = np.array([0.5, 1.0, 2.0, 0.7])
    held = KINDS[kind][0](s)

    def total(values):
        likelihood = GaussianDecoder(values, second=kind)
        return vae_loss(d.X, d.tanh, d.MU, d.SIGMA, likelihood=likelihood, noise=NOISE, reduction="sum").negative_elbo

    likelihood = GaussianDecoder(held, second=kind)
    found = vae_loss_gradient(d.X, d.tanh, d.tanh_vjp, d.MU, d.SIGMA, likelihood=likelihood, noise=NOISE)
    np.testing.assert_allclose(found.likelihood, d.central(total, held), rtol=1e-8)


def test_what_was_broadcast_gets_the_sum_over_its_copies() -> None:
    options = {"likelihood": GaussianDecoder(sigma=1.0), "noise": NOISE}
    shared = np.array([[0.8, 1.3]])
    full = vae_loss_gradient(d.X, d.tanh, d.tanh_vjp, d.MU, np.repeat(shared, 3, axis=0), **options).sigma
    for given in (shared, shared[0]):
        found = vae_loss_gradient(d.X, d.tanh, d.tanh_vjp, d.MU, given, **options).sigma
        assert found.shape == given.shape
        np.testing.assert_allclose(found, full.sum(axis=0).reshape(given.shape), rtol=1e-13)
    one = vae_loss_gradient(d.X, d.tanh, d.tanh_vjp, d.MU, 0.9, **options).sigma
    assert one.shape == ()
    alone = vae_loss_gradient(d.X[0], d.tanh, d.tanh_vjp, d.MU[0], d.SIGMA[0], likelihood=GaussianDecoder(sigma=1.0))
    assert alone.mu.shape == (2,)


def test_the_gradient_of_the_sum_has_the_data_in_its_rows() -> None:
    options = {"likelihood": GaussianDecoder(sigma=1.0)}
    both = vae_loss_gradient(d.X, d.tanh, d.tanh_vjp, d.MU, d.SIGMA, noise=NOISE, **options).mu
    alone = vae_loss_gradient(d.X[1], d.tanh, d.tanh_vjp, d.MU[1], d.SIGMA[1], noise=NOISE[:, 1], **options).mu
    np.testing.assert_allclose(both[1], alone, rtol=1e-13)
    scaled = vae_loss_gradient(d.X, d.tanh, d.tanh_vjp, d.MU, d.SIGMA, noise=NOISE, dataset_size=30, **options).mu
    np.testing.assert_allclose(scaled, 10 * both, rtol=1e-13)


def test_probabilities_have_the_gradient_of_their_logits() -> None:
    def sigmoid(z):
        return 1 / (1 + np.exp(-d.tanh(z)))

    def vjp(z, g):
        y = sigmoid(z)
        return d.tanh_vjp(z, g * y * (1 - y))

    options = {"noise": NOISE}
    logits = BernoulliDecoder("logits")
    by_logits = vae_loss_gradient(d.BITS, d.tanh, d.tanh_vjp, d.MU, d.SIGMA, likelihood=logits, **options)
    direct = BernoulliDecoder("probabilities")
    by_probabilities = vae_loss_gradient(d.BITS, sigmoid, vjp, d.MU, d.SIGMA, likelihood=direct, **options)
    np.testing.assert_allclose(by_probabilities.mu, by_logits.mu, rtol=1e-11)
    assert by_logits.likelihood is None


KLS = {
    "sigma": lambda xp, h: 0.5 * (h**2 - 1 - 2 * xp.log(h)),
    "variance": lambda xp, h: 0.5 * (h - 1 - xp.log(h)),
    "log_sigma": lambda xp, h: 0.5 * (xp.exp(2 * h) - 1 - 2 * h),
    "log_variance": lambda xp, h: 0.5 * (xp.exp(h) - 1 - h),
}
SCALES = {
    "sigma": lambda xp, h: h,
    "variance": lambda xp, h: xp.sqrt(h),
    "log_sigma": lambda xp, h: xp.exp(h),
    "log_variance": lambda xp, h: xp.exp(h / 2),
}


def written_again(xp, mu, held, w, second, binary, data, noise):
    """Return the mean loss in the words of another library."""
    z = mu + SCALES[second](xp, held) * noise
    output = xp.tanh(z @ xp.asarray(d.A)) @ w + xp.asarray(d.B)
    if binary:
        likelihood = data * output - xp.log1p(xp.exp(output))
    else:
        likelihood = -0.5 * ((data - output) / d.S) ** 2 - np.log(d.S) - 0.5 * np.log(2 * np.pi)
    kl = (0.5 * mu**2 + KLS[second](xp, held)).sum(-1)
    return (kl - likelihood.sum(-1).mean(0)).mean()


def ours(second, binary):
    data = d.BITS if binary else d.X
    likelihood = BernoulliDecoder("logits") if binary else GaussianDecoder(sigma=d.S)
    held = KINDS[second][0](d.SIGMA)
    options = {"likelihood": likelihood, "second": second, "reduction": "mean", "noise": NOISE}
    return data, held, vae_loss_gradient(data, d.tanh, d.tanh_vjp, d.MU, held, **options)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("second", KINDS)
def test_torch_finds_the_same(second: str, binary: bool) -> None:
    torch = pytest.importorskip("torch")
    data, held, found = ours(second, binary)
    mu, scale, w = (torch.tensor(array, requires_grad=True) for array in (d.MU, held, d.W))
    loss = written_again(torch, mu, scale, w, second, binary, torch.tensor(data), torch.tensor(NOISE))
    loss.backward()
    assert float(found.loss.negative_elbo) == pytest.approx(loss.item(), rel=1e-13)
    for mine, theirs in ((found.mu, mu), (found.sigma, scale), (found.decoder["W"], w)):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), rtol=1e-10, atol=1e-13)


@pytest.mark.endurance
@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("second", KINDS)
def test_jax_finds_the_same(second: str, binary: bool) -> None:
    jax = pytest.importorskip("jax")
    data, held, found = ours(second, binary)
    with jax.enable_x64(True):
        slope = jax.grad(
            lambda mu, scale, w: written_again(jax.numpy, mu, scale, w, second, binary, data, NOISE), argnums=(0, 1, 2)
        )
        theirs = [np.asarray(each) for each in slope(d.MU, held, d.W)]
    for mine, other in zip((found.mu, found.sigma, found.decoder["W"]), theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-10, atol=1e-13)
