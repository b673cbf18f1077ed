"""Entropy, cross-entropy and KL of Gaussians over latents, against closed forms that share no line with them."""

import math

import flint
import numpy as np
import pytest
import scipy.stats
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from elbo_check.closed_forms import multivariate_gaussian_kl
from elbo_check.closed_forms.latents import cross, entropy, kl
from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.densities.gaussian import Gaussian
from elbo_check.densities.linear_algebra import matrix
from elbo_check.densities.world import ball_world, numpy_world, sympy_world
from tests.models.gaussians import densities

ROUNDING = 16 * 2.0**-52
Q = MultivariateNormal([0.5, -1.0], [[0.7, 0.2], [0.2, 1.2]])
P = MultivariateNormal([0.0, 0.25], [[1.0, -0.3], [-0.3, 1.0]])


def test_they_agree_with_scipy_and_with_the_multivariate_closed_form():
    q, p = Gaussian(Q), Gaussian(P)
    reference = scipy.stats.multivariate_normal(Q.mean, Q.cov)
    assert sum(entropy(q, numpy_world())) == pytest.approx(reference.entropy(), rel=1e-14)
    truth = multivariate_gaussian_kl(Q.mean, Q.cov, P.mean, P.cov)
    assert sum(kl(q, p, numpy_world())) == pytest.approx(truth, rel=1e-14)
    assert -sum(cross(q, p, numpy_world())) == pytest.approx(truth + reference.entropy(), rel=1e-14)


@st.composite
def pairs(draw):
    size = draw(st.integers(1, 4))
    return draw(densities(size)), draw(densities(size))


def full(q):
    if isinstance(q, MultivariateNormal):
        return q.mean, q.cov
    world = numpy_world()
    return q.mu, np.diag(q.scale.sigma(q.scale.values, world) ** 2)


@pytest.mark.unmeasured
@settings(max_examples=100)
@given(pairs())
def test_floats_are_off_by_no_more_than_their_terms_say(pair):
    q, p = map(Gaussian, pair)
    with flint.ctx.workprec(400):
        world = ball_world()
        exact = q.read(world), p.read(world)
        parts = [
            (entropy(q, numpy_world()), entropy(exact[0], world)),
            (cross(q, p, numpy_world()), cross(*exact, world)),
            (kl(q, p, numpy_world()), kl(*exact, world)),
        ]
        for floats, balls in parts:
            assert abs(sum(balls) - math.fsum(floats)) <= ROUNDING * math.fsum(map(abs, floats))
        assert (sum(parts[2][1]) + sum(parts[1][1]) + sum(parts[0][1])).contains(0)
    if all(second.scale.kind in {"sigma"} for second in pair if isinstance(second, Normal)):
        truth = multivariate_gaussian_kl(*full(pair[0]), *full(pair[1]))
        floats = parts[2][0]
        assert math.fsum(floats) == pytest.approx(truth, rel=1e-10, abs=4 * ROUNDING * math.fsum(map(abs, floats)))


@pytest.mark.unmeasured
def test_the_symbolic_reading_is_the_textbook_formula():
    world = sympy_world()
    m, n = sympy.symbols("m n", real=True)
    s, t = sympy.symbols("s t", positive=True)
    q, p = (Gaussian.independent(np.array([a]), np.array([b]), np.array([sympy.log(b)])) for a, b in ((m, s), (n, t)))
    textbook = sympy.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - sympy.Rational(1, 2)
    assert sympy.simplify(sympy.expand_log(sum(kl(q, p, world)) - textbook)) == 0
    assert (
        sympy.simplify(sympy.expand_log(sum(entropy(q, world)) - sympy.log(2 * sympy.pi * sympy.E) / 2 - sympy.log(s)))
        == 0
    )
    assert sympy.simplify(sum(kl(q, p, world)) + sum(cross(q, p, world)) + sum(entropy(q, world))) == 0


def test_the_divergence_from_itself_is_a_ball_about_zero():
    with flint.ctx.workprec(256):
        world = ball_world()
        q = Gaussian(Q).read(world)
        assert sum(kl(q, q, world)).contains(0)
        assert sum(kl(q, q, world)).rad() < 1e-60
        moved = q.moved(matrix([1e-20, 0.0], world))
        assert sum(kl(q, moved, world)) > 0


def test_a_mean_that_no_float_holds_is_subtracted_whole():
    with flint.ctx.workprec(256):
        world = ball_world()
        third = np.array([flint.arb(10**10) / 3])
        p = Gaussian.with_precision(third, matrix([[1e12]], world), world)
        q = Gaussian(Normal(1e10 / 3, 1e-6))
        truth = sum(kl(q.read(world), p, world))
        floats = kl(q, p.rounded(), numpy_world())
        assert abs(truth - math.fsum(floats)) <= ROUNDING * math.fsum(map(abs, floats))
        assert truth > 1e-3
