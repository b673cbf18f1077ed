"""Closed form, quadrature, enclosure and sample agree for random parameters and random priors; what KL must obey."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from elbo_check import Normal, Outcome, gaussian_kl, verify_kl
from elbo_check.closed_forms import normal_kl
from elbo_check.witnesses.enclosure import enclose_integral
from elbo_check.witnesses.moment_balls import enclose_elements
from elbo_check.witnesses.monte_carlo import sample_mean
from elbo_check.witnesses.quadrature import gauss_hermite, tanh_sinh

locations = st.one_of(st.floats(-100, 100), st.sampled_from([0.0, 1.0, -1e-8, 1e-3]))
log_scales = st.floats(-6, 6)
scales = st.one_of(log_scales.map(math.exp), st.sampled_from([1.0, 0.5, 2.0]))
near_one = st.floats(-1e-6, 1e-6).map(lambda t: 1.0 + t)
normals = st.tuples(locations, scales)


@st.composite
def pairs(draw):
    """A random normal and a random prior: any, or very near the first."""
    mu, sigma = draw(normals)
    if draw(st.booleans()):
        return mu, sigma, *draw(normals)
    return mu, sigma, mu + sigma * draw(st.floats(-1e-6, 1e-6)), sigma * draw(near_one)


def densities(pair):
    return Normal([pair[0]], [pair[1]]), Normal([pair[2]], [pair[3]])


@pytest.mark.endurance
@given(pairs())
def test_closed_form_quadrature_and_enclosure_agree(pair):
    q, p = densities(pair)
    ball = enclose_integral(q, p, digits=20)
    value = Fraction(float(normal_kl(q, p)[0]))
    assert abs(value - ball.value) <= ball.error + 4 * Fraction(2.0**-52) * abs(ball.value) + Fraction(2.0**-1074)
    for guess in (gauss_hermite(p.seen_from(q)), tanh_sinh(p.seen_from(q), np.arange(1))):
        assert abs(Fraction(float(guess.value[0])) - ball.value) <= Fraction(float(guess.error[0])) + ball.error


@pytest.mark.unmeasured
@given(pairs(), st.integers(0, 2**32))
def test_the_sample_agrees_with_the_enclosure_at_its_level(pair, seed):
    q, p = densities(pair)
    balls = enclose_elements(q, p, np.arange(1), 1e-10)
    sampled = sample_mean(q, p, draws=2000, rng=seed, level=1e-12)
    assert abs(sampled.value - balls.value[0]) <= sampled.error + balls.error[0]


@pytest.mark.unmeasured
@settings(max_examples=25)
@given(pairs(), st.integers(0, 2**32))
def test_the_verdict_on_the_packages_own_value_is_proved(pair, seed):
    assert verify_kl(*pair, rng=seed, draws=2000, digits=15).outcome is Outcome.PROVED


@pytest.mark.unmeasured
@settings(max_examples=25)
@given(pairs(), st.sampled_from([1 + 1e-6, 1 - 1e-6, 2.0, 0.5, -1.0]))
def test_a_claim_off_by_a_millionth_is_refuted(pair, factor):
    truth = float(gaussian_kl(*pair))
    assume(truth > 1e-29)  # below, a claim is judged absolutely
    verdict = verify_kl(*pair, claim=factor * truth, rounding="strict", rng=0, draws=100, digits=15)
    assert verdict.outcome is Outcome.REFUTED


@pytest.mark.unmeasured
@given(pairs())
def test_the_divergence_is_positive_exactly_where_the_densities_differ(pair):
    q, p = densities(pair)
    ball = enclose_elements(q, p, np.arange(1), 1e-9)
    assert gaussian_kl(*pair) >= 0
    if pair[:2] == pair[2:]:
        assert ball.value[0] - ball.error[0] <= 0 <= ball.value[0] + ball.error[0]
    elif gaussian_kl(*pair) > 1e-32:  # below, the enclosure ends at its absolute goal
        assert ball.value[0] - ball.error[0] > 0


@pytest.mark.endurance
@given(st.lists(pairs(), min_size=2, max_size=5))
def test_independent_coordinates_add_up(many):
    mu, sigma, prior_mu, prior_sigma = (np.array(column) for column in zip(*many, strict=True))
    whole = verify_kl(mu, sigma, prior_mu, prior_sigma, reduction="sum", rng=0, draws=100).value
    assert whole == pytest.approx(math.fsum(gaussian_kl(mu, sigma, prior_mu, prior_sigma)), rel=1e-14, abs=1e-300)


# A common shift by whole numbers and a common scale by powers of two are exact in float64, so that equality is too.
eighths = st.integers(-8000, 8000).map(lambda n: n / 8)


@pytest.mark.unmeasured
@given(eighths, eighths, scales, scales, st.integers(-1000, 1000), st.integers(-30, 30), st.booleans())
def test_a_common_shift_scale_or_reflection_changes_nothing(mu, prior_mu, sigma, prior_sigma, shift, power, flip):
    factor = math.ldexp(-1.0 if flip else 1.0, power)
    moved = ((mu + shift) * factor, sigma * abs(factor), (prior_mu + shift) * factor, prior_sigma * abs(factor))
    assert gaussian_kl(*moved) == gaussian_kl(mu, sigma, prior_mu, prior_sigma)


@pytest.mark.unmeasured
@given(pairs())
def test_the_gradient_in_mu_points_away_from_the_prior(pair):
    mu, sigma, prior_mu, prior_sigma = pair
    further = mu + math.copysign(max(abs(mu), abs(prior_mu), sigma, prior_sigma), mu - prior_mu)
    assert gaussian_kl(further, sigma, prior_mu, prior_sigma) > gaussian_kl(mu, sigma, prior_mu, prior_sigma)


@pytest.mark.unmeasured
@given(locations, scales, scales, st.floats(1.001, 10))
def test_the_gradient_in_sigma_points_away_from_the_priors_scale(mu, prior_sigma, ratio, step):
    away = step if ratio >= 1 else 1 / step
    near = gaussian_kl(mu, prior_sigma * ratio, mu, prior_sigma)
    assert gaussian_kl(mu, prior_sigma * ratio * away, mu, prior_sigma) > near


def textbook32(mu, sigma, prior_mu, prior_sigma):
    """log(σp/σq) + (σq² + (μq − μp)²)/(2σp²) − ½, every operation in float32."""
    mu, sigma, prior_mu, prior_sigma = (np.float32(x) for x in (mu, sigma, prior_mu, prior_sigma))
    square = (sigma * sigma + (mu - prior_mu) ** 2) / (np.float32(2) * prior_sigma * prior_sigma)
    return np.log(prior_sigma / sigma) + square - np.float32(0.5)


floats32 = st.floats(-20, 20, width=32)
scales32 = st.floats(0.0625, 20, width=32).map(np.float32)


@pytest.mark.unmeasured
@settings(max_examples=50)
@given(floats32, scales32, floats32, scales32)
def test_a_float32_textbook_value_is_accepted_and_warned_about_if_it_is_off(mu, sigma, prior_mu, prior_sigma):
    claim = textbook32(mu, sigma, prior_mu, prior_sigma)
    arguments = [np.float32(x) for x in (mu, sigma, prior_mu, prior_sigma)]
    verdict = verify_kl(*arguments, claim=claim, rng=0, draws=100, digits=15)
    assert verdict.outcome is Outcome.PROVED
    truth = float(gaussian_kl(*(float(x) for x in arguments)))
    off = abs(float(claim) - truth) > max(1e-9 * truth * (1 + 1e-6), 1e-29)
    assert (verdict.finding("unstable-form") is not None) or not off


@pytest.mark.endurance
@settings(max_examples=50)
@given(floats32, scales32, floats32, scales32)
def test_a_float32_value_of_a_wrong_formula_is_refuted(mu, sigma, prior_mu, prior_sigma):
    arguments = [np.float32(x) for x in (mu, sigma, prior_mu, prior_sigma)]
    wrong = textbook32(*arguments) + np.float32(0.5)  # the ½ is lost
    assert verify_kl(*arguments, claim=wrong, rng=0, draws=100, digits=15).outcome is Outcome.REFUTED
