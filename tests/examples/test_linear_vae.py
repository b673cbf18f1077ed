"""The closed forms of the linear VAE against brute force over the data."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from elbo_check import GaussianDecoder, multivariate_gaussian_kl, vae_loss
from elbo_check.examples import digits_data
from elbo_check.examples.linear_vae import Data, ascended, divergence, elbo, log_evidence, optimum
from elbo_check.examples.stochastic import NAMES, estimate, gradient

from .worlds import COUNTS, DATA, MODELS, rule

EVERY_MODEL = pytest.mark.parametrize("model", MODELS, ids=range(len(MODELS)))


def encoded(model, x):
    return (x - model.b) @ model.V.T, np.exp(model.log_D / 2)


def posterior(model, x):
    M, s2 = model.M, np.exp(model.log_s2)
    return np.linalg.solve(M, model.W.T @ (x - model.b)), s2 * np.linalg.inv(M)


@EVERY_MODEL
def test_the_elbo_is_the_loss_averaged_over_data_and_noise(model) -> None:
    mu, sigma = encoded(model, DATA.x)
    likelihood = GaussianDecoder(sigma=np.exp(model.log_s2 / 2))
    options = {"likelihood": likelihood, "reduction": "mean", **rule(len(DATA.x))}
    loss = vae_loss(DATA.x, lambda z: z @ model.W.T + model.b, mu, sigma, **options)
    assert elbo(model, DATA).value == pytest.approx(-loss.negative_elbo, rel=1e-12)


@EVERY_MODEL
def test_the_evidence_is_that_of_a_multivariate_normal(model) -> None:
    covariance = model.W @ model.W.T + np.exp(model.log_s2) * np.eye(4)
    exact = stats.multivariate_normal(model.b, covariance).logpdf(DATA.x).mean()
    assert log_evidence(model, DATA).value == pytest.approx(exact, rel=1e-11)


@EVERY_MODEL
def test_the_divergence_is_the_mean_kl_to_each_posterior(model) -> None:
    each = []
    for x in DATA.x:
        mean, covariance = posterior(model, x)
        mu, sigma = encoded(model, x)
        each.append(multivariate_gaussian_kl(mu, np.diag(sigma**2), mean, (covariance + covariance.T) / 2))
    assert divergence(model, DATA).value == pytest.approx(np.mean(each), rel=1e-9)


@EVERY_MODEL
def test_the_gap_is_the_divergence_and_every_size_is_that_of_the_terms(model) -> None:
    bound, evidence, kl = elbo(model, DATA), log_evidence(model, DATA), divergence(model, DATA)
    assert evidence.value - bound.value == pytest.approx(kl.value, rel=1e-10)
    assert kl.value > 0
    assert all(abs(each.value) <= each.size for each in (bound, evidence, kl))


@EVERY_MODEL
def test_the_stochastic_gradient_is_that_of_the_exact_elbo_in_the_mean(model) -> None:
    """With a rule that is exact for quadratics in place of draws, it is the gradient: central differences agree."""
    found = gradient(model, DATA.x, **rule(len(DATA.x)))
    for name in NAMES:
        held = getattr(model, name)
        for place in np.ndindex(held.shape):
            moved = [held.copy(), held.copy()]
            moved[0][place] += 1e-5
            moved[1][place] -= 1e-5
            ahead, behind = (elbo(replace(model, **{name: each}), DATA).value for each in moved)
            assert getattr(found, name)[place] == pytest.approx((behind - ahead) / 2e-5, rel=1e-6, abs=1e-6)


@pytest.mark.endurance
@EVERY_MODEL
def test_no_sweep_lowers_the_elbo_and_the_end_is_the_optimum(model) -> None:
    best, values = optimum(DATA, 2), [elbo(model, DATA).value]
    for _ in range(40):
        model = ascended(model, DATA, 1)
        values.append(elbo(model, DATA).value)
    assert (np.diff(values) >= -1e-12).all()
    model = ascended(model, DATA, 20_000)
    assert best - 1e-6 <= elbo(model, DATA).value <= log_evidence(model, DATA).value + 1e-12 <= best + 2e-12


def test_no_model_exceeds_the_optimum_and_the_closed_form_solution_reaches_it() -> None:
    best = optimum(DATA, 2)
    values, vectors = np.linalg.eigh(DATA.covariance)
    s2 = values[:2].mean()
    W = vectors[:, 2:] * np.sqrt(values[2:] - s2)
    reached = replace(MODELS[0], W=W, b=DATA.mean, log_s2=np.log(s2))
    assert log_evidence(reached, DATA).value == pytest.approx(best, rel=1e-13)
    assert all(log_evidence(each, DATA).value < best for each in MODELS)


def test_the_summary_is_that_of_the_data() -> None:
    np.testing.assert_allclose(DATA.mean, (COUNTS / 16).mean(axis=0), rtol=1e-15)
    np.testing.assert_allclose(DATA.covariance, np.cov(COUNTS / 16, rowvar=False, bias=True), rtol=1e-13)
    shift = DATA.x - MODELS[0].b
    np.testing.assert_allclose(DATA.scatter(MODELS[0].b), shift.T @ shift / len(shift), rtol=1e-13)


@pytest.mark.unmeasured
def test_sampling_estimates_the_elbo_with_an_honest_standard_error() -> None:
    """Many estimates: their spread is the standard error they state, and their mean is the exact ELBO."""
    model, rng = MODELS[0], np.random.default_rng(0)
    found = np.array([estimate(model, DATA, rng) for _ in range(150)])
    exact, spread = elbo(model, DATA).value, found[:, 0].std()
    assert abs(found[:, 0].mean() - exact) < 5 * spread / np.sqrt(len(found))
    assert np.sqrt(np.mean(found[:, 1] ** 2)) == pytest.approx(spread, rel=0.25)


def test_the_digits_are_those_of_scikit_learn() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    counts = digits_data.counts()
    assert (counts == datasets.load_digits().data).all()
    assert counts.max() == digits_data.GREATEST
    assert Data.of(counts, 16).x.shape == (1797, 64)
