"""The truths against integrals and sums that do not know them: quadrature, enumeration, limits of samples."""

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

from . import truths
from .planted import FAMILIES, pairs, singles
from .planted_gaussian import GAUSSIANS
from .points import draw
from .relations import is_right

ROLES = sorted(truths.VARIANCE)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)


def deviation(role: str, second: float) -> float:
    """What the roles mean, in other words than `truths` has."""
    return {
        "std": second,
        "variance": math.sqrt(abs(second)),
        "log_variance": math.exp(second / 2),
        "log_std": math.exp(second),
        "softplus_std": math.log1p(math.exp(second)),
    }[role]


def expectation(function, mean: float, sigma: float) -> float:
    """E[function(z)] for z normal, by Gauss–Hermite quadrature: exact for polynomials up to degree 79."""
    return float(np.sum(WEIGHTS * function(mean + sigma * NODES)) / math.sqrt(2 * math.pi))


@pytest.mark.parametrize("role", ROLES)
def test_the_kl_is_the_expected_difference_of_log_densities(role: str):
    mean, second = draw(("mean", role), np.random.default_rng(1))
    for m, s, kl in zip(np.ravel(mean), np.ravel(second), np.ravel(truths.standard(role)(mean, second)), strict=True):
        q, p = stats.norm(m, deviation(role, s)), stats.norm(0, 1)
        assert kl == pytest.approx(expectation(lambda z, q=q, p=p: q.logpdf(z) - p.logpdf(z), m, q.std()), rel=1e-10)


@pytest.mark.parametrize("role", ROLES)
def test_the_kl_of_two_is_too(role: str):
    roles = ("mean_q", f"{role}_q", "mean_p", f"{role}_p")
    held = draw(roles, np.random.default_rng(2))
    for mq, sq, mp, sp, kl in zip(*map(np.ravel, (*held, truths.pair(role)(*held))), strict=True):
        q, p = stats.norm(mq, deviation(role, sq)), stats.norm(mp, deviation(role, sp))
        assert kl == pytest.approx(expectation(lambda z, q=q, p=p: q.logpdf(z) - p.logpdf(z), mq, q.std()), rel=1e-9)


@pytest.mark.parametrize("role", ROLES)
def test_the_entropy_and_the_likelihood_are_those_of_the_density(role: str):
    x, mean, second = draw(("x", "mean", role), np.random.default_rng(3))
    sigma = np.vectorize(lambda s: deviation(role, s))(second)
    assert truths.entropy(role)(second) == pytest.approx(stats.norm(0, sigma).entropy())
    assert truths.likelihood(role)(x, mean, second) == pytest.approx(-stats.norm(mean, sigma).logpdf(x))
    one = integrate.quad(lambda t: np.exp(-truths.likelihood(role)(t, mean[0, 0], second[0, 0])), -np.inf, np.inf)[0]
    assert one == pytest.approx(1)


@pytest.mark.parametrize("role", ROLES)
def test_the_sampler_has_the_moments_of_the_density(role: str):
    mean, second = 0.7, 0.4
    sample = truths.sample(role)(mean, second, NODES)
    sigma = deviation(role, second)
    assert np.sum(WEIGHTS * sample) / np.sum(WEIGHTS) == pytest.approx(mean)
    assert np.sum(WEIGHTS * (sample - mean) ** 2) / np.sum(WEIGHTS) == pytest.approx(sigma**2)


def test_categoricals_are_those_of_scipy():
    q, p = draw(("probabilities_q", "probabilities_p"), np.random.default_rng(4))
    divergence = special.rel_entr(q, p).sum(axis=1)
    assert truths.categorical("probabilities", "probabilities")(q, p).sum(axis=1) == pytest.approx(divergence)
    assert truths.categorical("logits", "log_probabilities")(np.log(q) + 3, np.log(p)).sum(axis=1) == pytest.approx(
        divergence
    )
    assert truths.categorical("probabilities", "logits", "pq")(p, np.log(q)).sum(axis=1) == pytest.approx(divergence)
    assert truths.uniform(q).sum(axis=1) == pytest.approx(np.log(4) - stats.entropy(q, axis=1))


def test_bounds_and_whole_losses_are_sums_of_densities():
    log_weights = draw(("log_weights",), np.random.default_rng(5))[0]
    assert truths.iwae(log_weights) == pytest.approx(special.logsumexp(log_weights, axis=0) - np.log(len(log_weights)))
    x, r, mean, second = draw(("x", "reconstruction", "mean", "log_variance"), np.random.default_rng(6))
    kl = truths.standard("log_variance")(mean, second).sum(axis=1)
    bits = (x > 0.5).astype(float)
    bernoulli = -stats.bernoulli(r).logpmf(bits).sum(axis=1) + kl
    assert truths.bernoulli_vae()(bits, r, mean, second) == pytest.approx(bernoulli)
    assert truths.bernoulli_vae(logits=True)(bits, special.logit(r), mean, second) == pytest.approx(bernoulli)
    gaussian = -stats.norm(r, 1).logpdf(x).sum(axis=1) + kl - x.shape[1] * 0.5 * np.log(2 * np.pi)
    assert truths.gaussian_vae()(x, r, mean, second) == pytest.approx(gaussian)
    decoder = -stats.norm(r, 0.3).logpdf(x).sum(axis=1) + kl
    assert truths.decoder_vae("std")(x, r, np.full_like(x, 0.3), mean, second) == pytest.approx(decoder)


def test_the_minibatch_is_the_data_in_expectation():
    """The mean over all minibatches of one size is the loss of the whole data."""
    nll = np.random.default_rng(7).uniform(size=6)
    batches = [nll[[i, j]] for i in range(6) for j in range(i)]
    mean = np.mean([truths.minibatch(batch, 2.5, 6) for batch in batches])
    assert mean == pytest.approx(nll.sum() + 2.5)


def test_residuals_are_differences():
    rng = np.random.default_rng(8)
    dm, dlv, mp, lvp = draw(("delta_mean", "delta_log_variance", "mean_p", "log_variance_p"), rng)
    expected = 0.5 * (dm**2 / np.exp(lvp) + np.exp(dlv) - dlv - 1)
    assert truths.residual(dm, dlv, mp, lvp) == pytest.approx(expected)


@pytest.mark.unmeasured
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_untouched_switches_are_right_and_turned_ones_wrong(family):
    assert all(is_right(case) for case in family.rights())
    assert not [case.id for case in family.singles(every_reduction=True) if is_right(case)]


@pytest.mark.unmeasured
def test_every_card_that_a_kl_can_hold_is_planted():
    planted = {slip.slug for family in GAUSSIANS for slip in family.slips}
    assert {"wrong-sign", "missing-half", "mean-over-latent", "mean-over-all", "wrong-reduction-axis"} <= planted
    assert {"missing-constant", "wrong-constant", "missing-dim-term", "not-squared", "square-of-log"} <= planted
    assert {"wrong-log-base", "missing-log-term", "missing-mean-term", "half-on-logsigma"} <= planted
    assert len(list(singles())) > 800


@pytest.mark.unmeasured
def test_pairs_that_undo_each_other_are_left_out():
    kept = {case.id for case in pairs(GAUSSIANS[0])}
    assert len(kept) > 500
    assert len(kept) <= len(list(GAUSSIANS[0].couples()))
