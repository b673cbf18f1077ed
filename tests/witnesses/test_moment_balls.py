"""`enclose_elements`, `enclose_multivariate`, `outward`: every ball holds the truth, and is as narrow as asked."""

import itertools
import math
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.evidence import Basis
from elbo_check.witnesses import moment_balls
from elbo_check.witnesses.moment_balls import ABSOLUTE_GOAL, enclose_elements, enclose_multivariate

from . import truth

PAIRS = list(itertools.product(truth.KINDS, truth.KINDS))
LARGEST = 2**1024 - 2**971


def check(q, p, relative=1e-12):
    """Enclose every element; each ball holds the truth, and is as narrow as was asked."""
    answer = enclose_elements(q, p, np.arange(q.size), relative)
    assert (answer.witness, answer.basis) == ("moment balls", Basis.ENCLOSED)
    for value, error, exact in zip(answer.value, answer.error, truth.of(q, p), strict=True):
        if math.isinf(value):
            assert error == 0
            assert exact > LARGEST
        else:
            assert truth.excess(value, error, exact) <= 0
            narrow = Fraction(float(error)) <= Fraction(relative) * exact
            assert narrow or (value - error <= 0 and error <= ABSOLUTE_GOAL)
    return answer


def grid(*axes):
    return tuple(np.array(column) for column in zip(*itertools.product(*axes), strict=True))


@pytest.mark.endurance
@pytest.mark.parametrize("kinds", PAIRS)
def test_everyday_numbers_are_enclosed_in_every_pair_of_kinds(kinds):
    generator = np.random.default_rng(1)
    second, prior = (truth.held(kind, generator.normal(size=40)) for kind in kinds)
    check(*truth.normals(kinds, generator.normal(size=40), second, generator.normal(size=40), prior))


@pytest.mark.endurance
@pytest.mark.parametrize("kinds", PAIRS)
def test_extreme_scales_are_enclosed_in_every_pair_of_kinds(kinds):
    generator = np.random.default_rng(2)
    logs = np.log([1e-150, 1e-100, 1e-8, 1.0, 1e8, 1e150])
    spread = np.array(list(itertools.product(logs, logs)))
    second, prior = (truth.held(kind, column) for kind, column in zip(kinds, spread.T, strict=True))
    mu = generator.choice([0.0, 1e-150, 1.0, -1e150], size=len(spread))
    check(*truth.normals(kinds, mu, second, 0.0, prior))


@pytest.mark.endurance
@pytest.mark.parametrize("kinds", PAIRS)
def test_nearly_equal_scales_are_enclosed_in_every_pair_of_kinds(kinds):
    generator = np.random.default_rng(3)
    logs, near = generator.normal(size=30), generator.choice([-1, 1], 30) * 10.0 ** generator.uniform(-16, -1, 30)
    second, prior = truth.held(kinds[0], logs + near), truth.held(kinds[1], logs)
    check(*truth.normals(kinds, near * generator.integers(0, 2, 30), second, 0.0, prior))


@pytest.mark.endurance
def test_the_whole_range_of_float64_is_enclosed():
    extremes = [5e-324, 2.3e-308, 1e-150, 1.0, 1e150, 1.7976931348623157e308]
    shifts = [0.0, 5e-324, 1e-150, 1.0, 1.7976931348623157e308]
    answer = check(*truth.normals(("sigma", "sigma"), *grid(shifts, extremes, [0.0, -1e150], extremes)))
    assert np.isinf(answer.value).any()
    assert not np.isnan(answer.value).any()


@pytest.mark.parametrize("kind", truth.KINDS)
def test_where_q_equals_p_every_ball_holds_zero_and_is_below_1e_33(kind):
    q = Normal(np.array([0.0, 1e150, -3.0]), np.array([1e-150, 700.0, 0.1]), second=kind)
    answer = enclose_elements(q, q, np.arange(3), 1e-12)
    assert np.all(np.abs(answer.value) <= answer.error)
    assert np.all(answer.error <= 1e-33)


def test_divergences_across_the_absolute_goal_are_enclosed():
    """½μ² from far below 1e-33 to far above: where the ball no longer holds 0 it is narrow relative to the value."""
    mu = 2.0 ** np.arange(-120, -30, 0.5)
    answer = check(*truth.normals(("sigma", "sigma"), mu, 1.0, 0.0, 1.0))
    settled = answer.value - answer.error > 0
    assert settled[mu > 2.0**-50].all()


@pytest.mark.parametrize("relative", [1e-3, 1e-9, 1e-15, 1e-30])
def test_the_asked_radius_is_reached_as_far_as_float64_carries_it(relative):
    generator = np.random.default_rng(4)
    q, p = Normal(generator.normal(size=50), np.exp(generator.normal(size=50))), Normal(np.zeros(50), np.ones(50))
    answer = enclose_elements(q, p, np.arange(50), relative)
    assert np.all(answer.error <= max(relative, 2.0**-50) * answer.value)


signed = st.floats(-1e150, 1e150)
log_scales = st.floats(-345, 345)


@pytest.mark.endurance
@settings(max_examples=150)
@given(st.sampled_from(PAIRS), signed, log_scales, signed, log_scales)
def test_random_numbers_are_enclosed(kinds, mu, log_q, prior_mu, log_p):
    second, prior = (truth.held(kind, log) for kind, log in zip(kinds, (log_q, log_p), strict=True))
    check(*truth.normals(kinds, [mu], [second], [prior_mu], [prior]))


@pytest.mark.campaign
@settings(max_examples=20_000)
@given(st.sampled_from(PAIRS), signed, log_scales, signed, log_scales)
def test_many_random_numbers_are_enclosed(kinds, mu, log_q, prior_mu, log_p):
    second, prior = (truth.held(kind, log) for kind, log in zip(kinds, (log_q, log_p), strict=True))
    check(*truth.normals(kinds, [mu], [second], [prior_mu], [prior]))


def test_the_index_picks_flat_elements_of_any_shape():
    q, p = Normal([[0.5, 1.0], [2.0, 3.0]], 0.7), Normal([[0.0, 1.0], [0.5, 1.0]], 2.0)
    answer = enclose_elements(q, p, np.array([3, 0]), 1e-12)
    assert answer.index.tolist() == [3, 0]
    flat = enclose_elements(q.flat(), p.flat(), np.arange(4), 1e-12)
    assert answer.value.tolist() == flat.value[[3, 0]].tolist()


def test_no_elements_are_no_work():
    q = Normal([1.0], [1.0])
    assert enclose_elements(q, q, np.array([], dtype=np.intp), 1e-9).value.shape == (0,)


def test_what_leaves_the_range_of_balls_is_not_answered(monkeypatch):
    q, p = Normal([0.0, 1.0], [-1e308, 0.0], second="log_sigma"), Normal([0.0, 0.0], [-1e308, 0.0], second="log_sigma")
    monkeypatch.setattr(moment_balls, "LAST_BITS", 192)  # at a thousand bits even these have an exponent
    answer = enclose_elements(q, p, np.arange(2), 1e-9)
    assert np.isnan(answer.value).tolist() == np.isnan(answer.error).tolist() == [True, False]


def test_precision_rises_only_where_it_is_needed(monkeypatch):
    asked = []
    balls = moment_balls._balls

    def watched(numbers, q, p, bits):
        numbers = list(numbers)
        asked.append((len(numbers), bits))
        return balls(numbers, q, p, bits)

    monkeypatch.setattr(moment_balls, "_balls", watched)
    near = np.nextafter(2.0, 3.0)
    check(*truth.normals(("sigma", "sigma"), [0.5, 0.0, 1.0], [0.7, near, 1e150], 0.0, [1.0, 2.0, 2.0]))
    assert asked == [(3, 96), (1, 192)]


def test_the_precision_of_others_is_left_alone():
    before = flint.ctx.prec
    check(*truth.normals(("sigma", "sigma"), [0.0], [1 + 2.0**-52], 0.0, [1.0]))
    assert flint.ctx.prec == before


@pytest.mark.parametrize("dimension", [1, 2, 3, 5])
def test_full_gaussians_are_enclosed(dimension):
    generator = np.random.default_rng(dimension)
    for condition in (1.0, 1e3, 1e12):
        q, p = (
            MultivariateNormal(generator.normal(size=dimension), truth.covariance(generator, dimension, condition))
            for _ in range(2)
        )
        answer = enclose_multivariate(q, p, 1e-13)
        assert truth.excess(answer.value[0], answer.error[0], truth.multivariate_kl(q, p)) <= 0
        assert answer.error[0] <= 1e-13 * answer.value[0]


def test_badly_scaled_full_gaussians_are_enclosed():
    scales = np.diag([1.0, 1e-150, 1e150])
    q, p = (
        MultivariateNormal([1.0, 1e-150 * k, 0.0], scales @ truth.covariance(np.random.default_rng(k), 3) @ scales)
        for k in range(2)
    )
    answer = enclose_multivariate(q, p, 1e-13)
    assert truth.excess(answer.value[0], answer.error[0], truth.multivariate_kl(q, p)) <= 0
    assert answer.error[0] <= 1e-13 * answer.value[0]


def test_equal_full_gaussians_are_enclosed_with_zero():
    q = MultivariateNormal([1.0, -2.0, 3.0], truth.covariance(np.random.default_rng(0), 3, 1e9))
    answer = enclose_multivariate(q, q, 1e-12)
    assert abs(answer.value[0]) <= answer.error[0] <= 1e-33


def test_a_diagonal_covariance_gives_what_independent_normals_give():
    mu, variance = np.array([0.3, -1.0]), np.array([0.5, 2.0])
    joint = enclose_multivariate(
        MultivariateNormal(mu, np.diag(variance)), MultivariateNormal([0.0, 0.0], np.eye(2)), 1e-14
    )
    apart = enclose_elements(
        Normal(mu, variance, second="variance"), Normal([0.0, 0.0], [1.0, 1.0]), np.arange(2), 1e-14
    )
    assert abs(joint.value[0] - apart.value.sum()) <= joint.error[0] + apart.error.sum() + 2.0**-52


def test_a_covariance_that_only_float64_takes_for_positive_is_not_answered():
    """Its determinant is below 0 by 2e-19: the factor comes out in float64, and in balls it does not."""
    row = [0.10391918156260999, 0.5921527814462848]
    q = MultivariateNormal([0.0, 0.0], [[0.018237179044007096, row[0]], row])
    assert truth.solve(truth.exact_matrix(q.cov), [Fraction(1), Fraction(1)])[1] < 0
    answer = enclose_multivariate(q, MultivariateNormal([0.0, 0.0], np.eye(2)), 1e-9)
    assert np.isnan(answer.value[0])
    assert np.isnan(answer.error[0])
