"""Gauss–Hermite and tanh–sinh: the stated error covers the true one, and where it could not there is no answer."""

import itertools
import types

import numpy as np
import pytest
import scipy.integrate

from elbo_check.densities import MultivariateNormal
from elbo_check.densities.standard import Seen
from elbo_check.evidence import Basis
from elbo_check.witnesses import quadrature
from elbo_check.witnesses.moment_balls import enclose_elements, enclose_multivariate
from elbo_check.witnesses.quadrature import gauss_hermite, tanh_sinh

from . import truth

PAIRS = list(itertools.product(truth.KINDS, truth.KINDS))


def both(q, p):
    seen = p.seen_from(q)
    return gauss_hermite(seen), tanh_sinh(seen, np.arange(q.size))


def excesses(answer, balls):
    """Return how far each answer misses the ball of the truth, in units of its own error (nan: no answer)."""
    with np.errstate(all="ignore"):
        return (np.abs(answer.value - balls.value) - balls.error) / answer.error


def check(q, p, unanswered=0.0):
    """Both rules cover the truth wherever they answer; at most a share of `unanswered` elements is refused."""
    balls = enclose_elements(q, p, np.arange(q.size), 1e-14)
    for answer in both(q, p):
        refused = np.isnan(answer.value)
        assert np.array_equal(refused, np.isnan(answer.error))
        assert refused.mean() <= unanswered, answer.witness
        assert np.nanmax(excesses(answer, balls), initial=0.0) <= 1, answer.witness
        assert answer.basis is Basis.HEURISTIC


def sample(kinds, spread, count, seed):
    """Return random pairs whose shifts are as large as their scales."""
    generator = np.random.default_rng(seed)
    logs = np.clip(generator.normal(size=(2, count)) * spread, -340, 340)
    shifts = generator.normal(size=(2, count)) * np.exp(logs)
    return truth.normals(kinds, shifts[0], truth.held(kinds[0], logs[0]), shifts[1], truth.held(kinds[1], logs[1]))


@pytest.mark.unmeasured
@pytest.mark.parametrize("spread", [0.5, 20.0])
@pytest.mark.parametrize("kinds", PAIRS)
def test_the_error_covers_the_truth_in_every_pair_of_kinds(kinds, spread):
    check(*sample(kinds, spread, 100, 1))


@pytest.mark.parametrize("kinds", PAIRS)
def test_the_error_covers_the_truth_at_extreme_scales_or_there_is_none(kinds):
    check(*sample(kinds, 120.0, 100, 2), unanswered=0.25)


@pytest.mark.parametrize("kinds", PAIRS)
def test_the_error_covers_the_truth_near_equal_densities(kinds):
    generator = np.random.default_rng(3)
    logs = np.repeat([-300.0, -7.0, 0.1, 300.0], 40)
    near = generator.choice([-1.0, 1.0], 160) * 10.0 ** generator.uniform(-17, -2, 160)
    shift = np.exp(logs) * near[::-1] * generator.integers(0, 2, 160)
    q, p = truth.held(kinds[0], logs * (1 + near)), truth.held(kinds[1], logs)
    check(*truth.normals(kinds, shift, q, 0.0, p))


@pytest.mark.parametrize("kind", truth.KINDS)
def test_where_q_equals_p_both_say_zero_within_their_rounding(kind):
    q, p = truth.normals(
        (kind, kind), [0.0, 3.0, -1e150], [1e-150, 0.1, 700.0], [0.0, 3.0, -1e150], [1e-150, 0.1, 700.0]
    )
    for answer in both(q, p):
        assert np.all(np.abs(answer.value) <= answer.error)
        assert np.all(answer.error < 1e-13)


def test_an_error_without_the_rounding_floor_would_not_cover(monkeypatch):
    q, p = sample(("sigma", "sigma"), 0.5, 300, 4)
    balls = enclose_elements(q, p, np.arange(q.size), 1e-14)
    assert all(np.max(excesses(answer, balls)) <= 1 for answer in both(q, p))
    monkeypatch.setattr(quadrature, "ROUNDING_FLOOR", 0.0)
    with np.errstate(divide="ignore"):
        assert all(np.max(excesses(answer, balls)) > 1 for answer in both(q, p))


def test_a_distant_q_is_found_where_plain_quadrature_sees_nothing():
    q, p = truth.normals(("sigma", "sigma"), [50.0], [1.0], [0.0], [1.0])
    for answer in both(q, p):
        assert answer.value[0] == pytest.approx(1250.0, rel=1e-13)


def test_elements_are_answered_alike_alone_and_among_many(monkeypatch):
    q, p = sample(("sigma", "log_variance"), 1.0, 50, 5)
    together = gauss_hermite(p.seen_from(q))
    monkeypatch.setattr(quadrature, "BLOCK", 7)
    assert gauss_hermite(p.seen_from(q)).value.tolist() == together.value.tolist()
    index = np.array([41, 3])
    chosen = tanh_sinh(p.seen_from(q), index)
    assert chosen.index.tolist() == [41, 3]
    alone = [tanh_sinh(p.take(slice(i, i + 1)).seen_from(q.take(slice(i, i + 1))), np.arange(1)) for i in index]
    np.testing.assert_allclose(chosen.value, [each.value[0] for each in alone], rtol=1e-13)


@pytest.mark.parametrize(
    "numbers",
    [
        (1e200, 1.0, 0.0, 1.0),
        (0.0, 1e200, 0.0, 1e-200),
        (1.7e308, 1.0, -1.7e308, 1.0),
        (0.0, 1e160, 0.0, 1.0),
        (1e-150, 1.0, 0.0, 1e-320),
    ],
)
def test_what_leaves_the_range_of_float64_is_not_answered_and_is_no_warning(numbers):
    q, p = truth.normals(("sigma", "sigma"), *([number, 1.0] for number in numbers))
    for answer in both(q, p):
        assert np.isnan(answer.value).tolist() == np.isnan(answer.error).tolist() == [True, False]


def test_a_tanh_sinh_rule_that_does_not_converge_does_not_answer(monkeypatch):
    def unsure(*_arguments, **_settings):
        parts = {"success": [True, False], "integral": [0.5, 0.5], "error": [1e-16, 1e-16]}
        return types.SimpleNamespace(**{name: np.array(part) for name, part in parts.items()})

    monkeypatch.setattr(scipy.integrate, "tanhsinh", unsure)
    answer = tanh_sinh(Seen(np.ones(2), np.ones(2), np.zeros(2)), np.arange(2))
    assert answer.value[0] == 0.5
    assert np.isnan(answer.value[1])
    assert np.isnan(answer.error[1])


def test_the_two_orders_disagree_about_what_is_not_quadratic(monkeypatch):
    """Six and eleven nodes both integrate a quadratic exactly; anything else makes the guess of the error large."""
    q, p = truth.normals(("sigma", "sigma"), [0.5], [0.7], [0.0], [1.0])
    assert gauss_hermite(p.seen_from(q)).error[0] < 1e-14
    terms = quadrature.log_ratio_terms
    monkeypatch.setattr(
        quadrature, "log_ratio_terms", lambda e, *rest: (terms(e, *rest)[0] - np.cos(3 * e), *terms(e, *rest)[1:])
    )
    assert gauss_hermite(p.seen_from(q)).error[0] > 1e-3


@pytest.mark.parametrize("order", [6, 11])
def test_the_rules_hold_the_moments_of_a_standard_normal(order):
    nodes, weights = (np.array(part) for part in quadrature._hermite(order))
    for power, moment in enumerate([1.0, 0.0, 1.0, 0.0, 3.0, 0.0, 15.0, 0.0, 105.0]):
        assert weights @ nodes**power == pytest.approx(moment, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("condition", [1.0, 1e4, 1e8, 1e12])
@pytest.mark.parametrize("dimension", [2, 3, 8])
def test_along_principal_axes_the_error_covers_the_truth_however_correlated(dimension, condition):
    generator = np.random.default_rng(dimension)
    for _ in range(5):
        q, p = (
            MultivariateNormal(generator.normal(size=dimension), truth.covariance(generator, dimension, condition))
            for _ in range(2)
        )
        balls = enclose_multivariate(q, p, 1e-12)
        answer = gauss_hermite(p.principal_axes(q))
        value, error = answer.value.sum(), answer.error.sum()
        assert abs(value - balls.value[0]) <= error + balls.error[0] or np.isnan(value)
        assert condition > 1e8 or error < 1e-3 * value


@pytest.mark.parametrize("scale", [1e-4, 1e-10, 1e-30, 1e-100])
def test_along_principal_axes_of_very_different_lengths_the_determinant_is_kept(scale):
    """A singular value of 1e-10 beside 1 comes with six digits, and its logarithm with an error of a millionth."""
    q = MultivariateNormal([0.5, 0.0], np.diag([1.0, scale**2]))
    p = MultivariateNormal([0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]])
    answer, balls = gauss_hermite(p.principal_axes(q)), enclose_multivariate(q, p, 1e-13)
    assert abs(answer.value.sum() - balls.value[0]) <= answer.error.sum() + balls.error[0]
    assert answer.error.sum() < 1e-13 * balls.value[0]


def test_a_covariance_near_to_singular_is_not_answered():
    near = [[1.0, 1 - 4e-16], [1 - 4e-16, 1.0]]
    q, p = MultivariateNormal([0.0, 0.0], near), MultivariateNormal([1.0, 0.0], np.eye(2))
    assert np.isnan(gauss_hermite(p.principal_axes(q)).value).all()
    assert np.isnan(tanh_sinh(p.principal_axes(q), np.arange(2)).value).all()


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kinds", PAIRS)
def test_the_error_covers_the_truth_of_many_elements(kinds, seed):
    for spread in (1e-6, 0.5, 5.0, 50.0, 200.0):
        check(*sample(kinds, spread, 1000, seed), unanswered=0.5)
