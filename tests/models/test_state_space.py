"""A linear-Gaussian state space: the filter against brute force, a smoother, the sandwich, and the door."""

from functools import partial

import flint
import numpy as np
import pytest
import scipy.stats
from hypothesis import strategies as st

from elbo_check.densities import Normal
from elbo_check.densities.linear_algebra import matrix
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.errors import InputError, ShapeError
from elbo_check.models import StateSpace

from .gaussians import (
    assert_a_nudge_is_seen,
    assert_brute_force_agrees,
    assert_definitions_agree,
    covariances,
    densities,
    matrices,
)
from .sandwich import SLIPS, assert_loose, assert_sabotage_is_seen, assert_sandwich, assert_tight, quantities
from .strategies import at_both_scales, hold

MODEL, X, Q = StateSpace.example()
WIDE = StateSpace(
    [[0.9, 0.25], [-0.25, 0.75]],
    [[1.0, 0.0], [0.5, 1.0], [0.0, 2.0]],
    drift=[[0.5, 0.125], [0.125, 0.25]],
    noise=[0.5, 1.0, 2.0],
    steps=5,
    mean=[1.0, -1.0],
    covariance=[[2.0, 0.5], [0.5, 1.0]],
)
EXPLOSIVE = 512  # bits: a state that grows two thousandfold a step spreads over fifty digits
WIDE_X = np.random.default_rng(12).normal(size=(5, 3))


def full(variances):
    return np.diag(variances) if variances.ndim == 1 else variances


def marginal(model):
    """Mean and covariance of all states, and of all data, built from z_t = A z_{t−1} + noise, in float64."""
    size = len(model.transition)
    means, blocks = [model.mean], [[full(model.covariance)]]
    for _ in range(1, model.steps):
        means.append(model.transition @ means[-1])
        row = [model.transition @ block for block in blocks[-1]]
        last = model.transition @ blocks[-1][-1] @ model.transition.T + full(model.drift)
        blocks.append([*row, last])
    states = np.zeros((model.steps * size,) * 2)
    for t, row in enumerate(blocks):
        for s, block in enumerate(row):
            states[t * size : (t + 1) * size, s * size : (s + 1) * size] = block
            states[s * size : (s + 1) * size, t * size : (t + 1) * size] = block.T
    see = np.kron(np.eye(model.steps), model.emission)
    noise = np.kron(np.eye(model.steps), full(model.noise))
    return np.concatenate(means), states, see @ np.concatenate(means), see @ states @ see.T + noise


@pytest.mark.parametrize(("model", "x"), [(MODEL, X), (WIDE, WIDE_X)], ids=["small", "wide"])
def test_the_filter_finds_the_evidence_of_scipy(model, x):
    mean, covariance = marginal(model)[2:]
    truth = scipy.stats.multivariate_normal(mean, covariance).logpdf(np.ravel(x))
    assert sum(model.log_evidence(x, numpy_world())) == pytest.approx(truth, rel=1e-12)
    prior = model.prior(x, numpy_world())
    assert np.allclose(prior.covariance, marginal(model)[1])
    assert np.allclose(prior.mean, marginal(model)[0])


@pytest.mark.parametrize(("model", "x"), [(MODEL, X), (WIDE, WIDE_X)], ids=["small", "wide"])
def test_evidence_and_posterior_are_those_of_the_joint_gaussian(model, x):
    assert_brute_force_agrees(model, x)


def smoothed(model, x):
    """Means and covariances of the states given all data, by Rauch, Tung and Striebel, in float64."""
    move, see, drift, noise = model.transition, model.emission, full(model.drift), full(model.noise)
    mean, spread, filtered, ahead = model.mean, full(model.covariance), [], []
    for row in x:
        ahead.append((mean, spread))
        gain = spread @ see.T @ np.linalg.inv(see @ spread @ see.T + noise)
        mean, spread = mean + gain @ (row - see @ mean), spread - gain @ see @ spread
        filtered.append((mean, spread))
        mean, spread = move @ mean, move @ spread @ move.T + drift
    result = [filtered[-1]]
    for (mean, spread), (ahead_mean, ahead_spread) in zip(filtered[-2::-1], ahead[:0:-1], strict=True):
        back = spread @ move.T @ np.linalg.inv(ahead_spread)
        later_mean, later_spread = result[0]
        result.insert(
            0, (mean + back @ (later_mean - ahead_mean), spread + back @ (later_spread - ahead_spread) @ back.T)
        )
    return result


@pytest.mark.parametrize(("model", "x"), [(MODEL, X), (WIDE, WIDE_X)], ids=["small", "wide"])
def test_the_posterior_has_the_marginals_of_the_smoother(model, x):
    posterior = model.posterior(x, numpy_world())
    for t, (mean, spread) in enumerate(smoothed(model, x)):
        place = slice(2 * t, 2 * t + 2)
        assert np.allclose(posterior.mean[place], mean, rtol=1e-12)
        assert np.allclose(posterior.covariance[place, place], spread, rtol=1e-12)


def test_one_step_is_a_linear_gaussian_model():
    model = StateSpace([[0.5]], [[2.0]], drift=1.0, noise=0.5, steps=1, mean=1.0, covariance=3.0)
    truth = scipy.stats.norm.logpdf(0.75, 2.0, np.sqrt(12.5))
    assert sum(model.log_evidence(model.data([0.75]), numpy_world())) == pytest.approx(truth)


def test_the_sandwich_and_its_definitions():
    for model, x, q in ((MODEL, X, Q), (WIDE, WIDE_X, Normal(np.linspace(-1, 1, 10), 0.5))):
        assert_sandwich(model, x, q)
        assert_tight(model, x)
        assert_loose(model, x, q)
        assert_a_nudge_is_seen(model, x)
        assert_definitions_agree(model, x, q)


def test_every_slip_in_the_elbo_is_seen():
    assert assert_sabotage_is_seen(MODEL, X, Q) == SLIPS


def test_a_slip_in_the_filter_is_seen(monkeypatch):
    """A wrong drift in the predictions: the evidence no longer fits ELBO and KL, which do not use the filter."""
    model, x, q = StateSpace.example()
    right = quantities(model, x, q, numpy_world())
    monkeypatch.setattr(StateSpace, "_drift", lambda self, world: self._first(world))
    wrong = quantities(model, x, q, numpy_world())
    assert wrong.elbo == right.elbo
    assert abs((right.gap - right.kl).value) < 1e-13
    assert abs((wrong.gap - wrong.kl).value) > 1e-2


@st.composite
def state_spaces(draw):
    size, seen, steps = draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(st.integers(1, 4))
    model = StateSpace(
        draw(matrices(size, size)) / 500,
        draw(matrices(seen, size)) / 500,
        drift=draw(covariances(size)),
        noise=draw(covariances(seen)),
        steps=steps,
        covariance=draw(covariances(size)),
    )
    return model, draw(matrices(steps, seen)), draw(densities(size * steps))


@pytest.mark.endurance
@at_both_scales
def test_random_state_spaces_keep_the_sandwich(cases):
    hold(partial(assert_sandwich, bits=EXPLOSIVE), state_spaces(), cases)


@pytest.mark.endurance
def test_draws_have_the_marginal_covariance():
    generator = np.random.default_rng(13)
    draws = np.array([WIDE.draw(generator).ravel() for _ in range(5000)])
    truth = marginal(WIDE)[3]
    assert np.allclose(np.cov(draws.T), truth, atol=0.1 * np.diag(truth).max())


@pytest.mark.unmeasured
def test_a_hundred_states_are_settled_in_floats_and_enclosed():
    model = StateSpace(0.9 * np.eye(2), np.eye(2), drift=0.5, noise=0.25, steps=50)
    x = model.draw(np.random.default_rng(14))
    with flint.ctx.workprec(400):
        world = ball_world()
        ball = sum(model.log_evidence(x, world))
        assert ball.rad() < 1e-60
        assert sum(model.log_evidence(x, numpy_world())) == pytest.approx(float(ball), rel=1e-13)
        posterior = model.posterior(x, world)
        z = matrix(np.zeros(100), world)
        assert len(posterior.place(z, world).value) == 100


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"transition": [[1.0, 0.0]]}, "transition=an array of shape (1, 2) must be square"),
        ({"transition": 0.5}, "transition=an array of shape () must be of shape (d, d)"),
        ({"emission": [[1.0, 0.0, 0.0]]}, "emission=an array of shape (1, 3) must be of shape (D, 2)"),
        ({"drift": 0.0}, "drift=0.0 must be > 0"),
        ({"drift": [[1.0, 1.0], [1.0, 1.0]]}, "drift=a matrix with smallest eigenvalue"),
        ({"noise": np.inf}, "noise=inf must be finite; an infinite variance is improper"),
        ({"noise": 1e-320}, "noise=this covariance must be positive definite, from 1e-300 to 1e300"),
        ({"covariance": np.inf}, "covariance=inf must be finite; an infinite variance is improper"),
        ({"covariance": 1e-320}, "covariance or drift=this covariance must be positive definite"),
        ({"steps": 0}, "steps=0.0 must be a whole number from 1 on"),
        ({"mean": [1.0]}, "mean=an array of shape (1,) must be of shape (2,)"),
    ],
)
def test_impossible_models_are_refused(changes, message):
    with pytest.raises(InputError) as raised:
        StateSpace(**{**MODEL.parameters, **changes})
    assert message in str(raised.value)


@pytest.mark.parametrize("x", [[1.0, 2.0], 1.0, [[1.0], [2.0]], [[1.0, 2.0, 3.0]], [True, False, True]])
def test_impossible_data_are_refused(x):
    with pytest.raises(InputError, match=r"^x"):
        MODEL.data(x)


def test_a_q_over_one_state_is_refused():
    with pytest.raises(ShapeError, match="q=a density of 2 numbers must be a density of 6; state-space has 6 latents"):
        MODEL.density(Normal([0.0, 0.0], 1.0))


def test_the_model_can_be_made_again_from_its_parameters():
    again = StateSpace(**WIDE.parameters)
    assert sum(again.log_evidence(WIDE_X, numpy_world())) == sum(WIDE.log_evidence(WIDE_X, numpy_world()))
