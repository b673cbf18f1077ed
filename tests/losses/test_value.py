"""The loss is what its definition says, for every decoder, every kind of second parameter, every reduction."""

import math

import numpy as np
import pytest
from scipy import stats

from elbo_check import BernoulliDecoder, GaussianDecoder, vae_loss

from . import definition as d
from .agreement import DECODERS, KINDS, cases, one_draw_agrees, value_agrees


def test_the_oracle_has_converged() -> None:
    for _, x, _, log_density in cases():
        coarse, fine = (d.expected(x, d.tanh, d.MU, d.SIGMA, log_density, order) for order in (d.ORDER, 40))
        np.testing.assert_allclose(coarse, fine, rtol=1e-11)


@pytest.mark.parametrize("second", KINDS)
@pytest.mark.parametrize("decoder", DECODERS)
def test_each_term_is_its_definition(second: str, decoder: str) -> None:
    value_agrees(second, decoder)


def test_draws_are_averaged() -> None:
    one_draw_agrees()


@pytest.mark.parametrize("second", KINDS)
def test_near_the_prior_the_kl_keeps_its_digits(second: str) -> None:
    held = KINDS[second][0](1.0) + 2.0**-40
    power = {"sigma": 1, "variance": 0.25, "log_sigma": 1, "log_variance": 0.25}[second]
    found = vae_loss([0.0], lambda z: z, [0.0], [held], likelihood=GaussianDecoder(sigma=1.0), second=second)
    assert found.kl == pytest.approx(power * 2.0**-80, rel=1e-11)


def test_a_logit_far_out_neither_overflows_nor_saturates() -> None:
    loss = lambda x, t: vae_loss([x], lambda z: 0 * z + t, [0.0], [1.0], likelihood=BernoulliDecoder("logits"))
    assert loss(1.0, 800.0).reconstruction == 0
    assert loss(0.0, 800.0).reconstruction == 800
    assert loss(1.0, 40.0).reconstruction == pytest.approx(math.exp(-40), rel=1e-14)
    assert loss(0.0, -40.0).reconstruction == pytest.approx(math.exp(-40), rel=1e-14)


def test_a_probability_of_0_or_1_costs_nothing_or_everything() -> None:
    likelihood = BernoulliDecoder("probabilities")
    loss = lambda x, y: vae_loss([x], lambda z: 0 * z + y, [0.0], [1.0], likelihood=likelihood).reconstruction
    assert loss(1.0, 1.0) == 0 == loss(0.0, 0.0)
    assert loss(1.0, 0.0) == math.inf == loss(0.0, 1.0)
    assert loss(1.0, 0.3) == pytest.approx(-math.log(0.3), rel=1e-15)
    assert loss(0.0, 0.3) == pytest.approx(-math.log(0.7), rel=1e-15)


def test_logits_and_their_probabilities_agree() -> None:
    noise = np.random.default_rng(1).normal(size=(5, 3, 2))
    sigmoid = lambda z: 1 / (1 + np.exp(-d.tanh(z)))
    logits = vae_loss(d.BITS, d.tanh, d.MU, d.SIGMA, likelihood=BernoulliDecoder("logits"), noise=noise)
    direct = vae_loss(d.BITS, sigmoid, d.MU, d.SIGMA, likelihood=BernoulliDecoder("probabilities"), noise=noise)
    np.testing.assert_allclose(logits.reconstruction, direct.reconstruction, rtol=1e-13)


def test_booleans_are_bits() -> None:
    options = {"likelihood": BernoulliDecoder("logits"), "rng": 0}
    bits = vae_loss(d.BITS, d.tanh, d.MU, d.SIGMA, **options).negative_elbo
    assert (vae_loss(d.BITS.astype(bool), d.tanh, d.MU, d.SIGMA, **options).negative_elbo == bits).all()


@pytest.mark.parametrize("second", KINDS)
def test_a_pixel_may_have_its_own_scale(second: str) -> None:
    s = np.array([0.5, 1.0, 2.0, 3.0])
    likelihood = GaussianDecoder(KINDS[second][0](s), second=second)
    noise = np.zeros((1, 3, 2))
    found = vae_loss(d.X, d.linear, d.MU, d.SIGMA, likelihood=likelihood, noise=noise).reconstruction
    np.testing.assert_allclose(found, -stats.norm(d.linear(d.MU), s).logpdf(d.X).sum(axis=-1), rtol=1e-13)


def test_reductions_are_what_they_are_called() -> None:
    options = {"likelihood": GaussianDecoder(sigma=1.0), "noise": np.ones((1, 3, 2))}
    each = vae_loss(d.X, d.linear, d.MU, d.SIGMA, **options)
    total = vae_loss(d.X, d.linear, d.MU, d.SIGMA, reduction="sum", **options)
    mean = vae_loss(d.X, d.linear, d.MU, d.SIGMA, reduction="mean", **options)
    scaled = vae_loss(d.X, d.linear, d.MU, d.SIGMA, reduction="sum", dataset_size=30, **options)
    assert each.negative_elbo.shape == (3,)
    for term in ("reconstruction", "kl", "negative_elbo"):
        values = getattr(each, term)
        assert getattr(total, term) == pytest.approx(values.sum(), rel=1e-14)
        assert getattr(mean, term) == pytest.approx(values.mean(), rel=1e-14)
        assert getattr(scaled, term) == pytest.approx(10 * values.sum(), rel=1e-14)
    said = (scaled.reduction, scaled.data, scaled.pixels, scaled.latents, scaled.samples, scaled.dataset_size)
    assert said == ("sum", 3, 4, 2, 1, 30)


def test_minibatches_average_to_the_whole() -> None:
    """All three batches of two out of three data, each as likely: the mean of the scaled sums is the sum (L2)."""
    options = {"likelihood": GaussianDecoder(sigma=1.0), "reduction": "sum", "dataset_size": 3}
    noise = np.random.default_rng(2).normal(size=(1, 3, 2))

    def scaled(rows):
        return vae_loss(d.X[rows], d.linear, d.MU[rows], d.SIGMA[rows], noise=noise[:, rows], **options).negative_elbo

    whole = scaled([0, 1, 2])
    assert np.mean([scaled([0, 1]), scaled([0, 2]), scaled([1, 2])]) == pytest.approx(whole, rel=1e-14)


def test_one_datum_is_a_batch_of_one() -> None:
    noise = np.random.default_rng(4).normal(size=(6, 2))
    options = {"likelihood": GaussianDecoder(sigma=1.0)}
    alone = vae_loss(d.X[0], d.tanh, d.MU[0], d.SIGMA[0], noise=noise, **options)
    batch = vae_loss(d.X[:1], d.tanh, d.MU[:1], d.SIGMA[:1], noise=noise[:, None], **options)
    assert alone.negative_elbo.shape == ()
    assert alone.negative_elbo == batch.negative_elbo[0]
    assert vae_loss(d.X[0], d.tanh, d.MU[0], 1.0, noise=noise, **options).kl == pytest.approx(
        0.5 * np.sum(d.MU[0] ** 2)
    )


def test_the_same_seed_gives_the_same_draws_and_another_one_others() -> None:
    options = {"likelihood": GaussianDecoder(sigma=1.0), "samples": 3}
    value = lambda rng: vae_loss(d.X, d.tanh, d.MU, d.SIGMA, rng=rng, **options).negative_elbo
    assert (value(7) == value(7)).all()
    assert (value(7) != value(8)).all()
    generator = np.random.default_rng(7)
    assert (value(generator) != value(generator)).all()


def test_draws_are_standard_normal() -> None:
    """A decoder that returns z itself hears the noise: its first four moments are those of N(0, 1), at 5 deviations."""
    heard = []
    decoder = lambda z: heard.append(z) or z
    vae_loss([0.0, 0.0], decoder, [0.0, 0.0], [1.0, 1.0], likelihood=GaussianDecoder(sigma=1.0), samples=50_000, rng=1)
    moments = [np.mean(heard[0] ** k) for k in (1, 2, 3, 4)]
    deviations = np.sqrt(np.array([1, 2, 15, 96]) / 100_000)
    assert (np.abs(np.array(moments) - [0, 1, 0, 3]) < 5 * deviations).all()


def test_what_overflows_is_infinite_and_never_nan() -> None:
    found = vae_loss([1e200], lambda z: z, [0.0], [1.0], likelihood=GaussianDecoder(sigma=1e-10), rng=0)
    assert found.negative_elbo == math.inf
