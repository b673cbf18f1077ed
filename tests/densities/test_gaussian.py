"""A Gaussian over the latents: the same density in every world, and floats that are right to the last place."""

import contextlib
import math
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import scipy.stats
import sympy

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.densities.gaussian import Gaussian
from elbo_check.densities.gaussian_parameters import parameters_of, with_parameters
from elbo_check.densities.linear_algebra import column, matrix
from elbo_check.densities.scale import KINDS
from elbo_check.densities.spaces import REAL, VECTORS, RealPoint
from elbo_check.densities.world import ball_world, numpy_world, sympy_world
from elbo_check.errors import InputError, ShapeError

MEAN, COVARIANCE = [1.0, -2.0, 0.5], [[2.0, 0.5, 0.25], [0.5, 1.0, -0.25], [0.25, -0.25, 0.75]]
FULL = MultivariateNormal(MEAN, COVARIANCE)
ARRAYS = ("factor", "whitener", "log_scales", "covariance", "precision")


def log_density(density, z, world=None):
    terms = density.log_density(z, world or numpy_world())
    return sum(terms[1:], start=terms[0])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_second_parameter_is_the_same_density(kind):
    sigma = np.array([0.5, 2.0])
    held = {"sigma": sigma, "variance": sigma**2, "log_sigma": np.log(sigma), "log_variance": 2 * np.log(sigma)}[kind]
    density = Gaussian(Normal([1.0, -1.0], held, second=kind))
    z = np.array([0.25, 3.0])
    truth = scipy.stats.norm.logpdf(z, [1.0, -1.0], sigma).sum()
    assert log_density(density, RealPoint(z)) == pytest.approx(truth, rel=1e-14)
    assert np.allclose(density.covariance, np.diag(sigma**2), rtol=1e-15)
    assert parameters_of(density) == {"mu[0]": 1.0, "mu[1]": -1.0, f"{kind}[0]": held[0], f"{kind}[1]": held[1]}


def test_a_log_variance_is_exponentiated_in_balls():
    """Through a float64 sigma the log-scale would be off in its sixteenth digit."""
    held = 0.1
    with flint.ctx.workprec(200):
        density = Gaussian(Normal(0.0, held, second="log_variance")).read(ball_world())
        assert (density.log_scales[0] - flint.arb(held) / 2).contains(0)
        assert density.log_scales[0].rad() < 1e-50
        assert (density.covariance[0, 0] - flint.arb(held).exp()).contains(0)
        assert not (density.covariance[0, 0] - flint.arb(math.exp(held))).contains(0)


def test_full_gaussians_agree_with_scipy_at_points_and_at_draws():
    density = Gaussian(FULL)
    reference = scipy.stats.multivariate_normal(MEAN, COVARIANCE)
    assert log_density(density, RealPoint(np.zeros(3))) == pytest.approx(reference.logpdf(np.zeros(3)), rel=1e-14)
    z = density.draw(np.random.default_rng(0), 50)
    points = (z.value + np.asarray(z.origin)[:, None]).T
    assert np.allclose(log_density(density, z), reference.logpdf(points), rtol=1e-12)
    assert density.space is VECTORS


def test_draws_have_the_mean_and_the_covariance():
    count = 200_000
    z = Gaussian(FULL).draw(np.random.default_rng(1), count)
    draws = z.value + np.asarray(z.origin)[:, None]
    assert np.allclose(draws.mean(axis=1), MEAN, atol=6 * math.sqrt(2 / count))
    assert np.allclose(np.cov(draws), COVARIANCE, atol=6 * math.sqrt(8 / count))


def test_draws_do_not_round_to_a_distant_mean():
    density = Gaussian(Normal(1e8, 1e-10))
    z = density.draw(np.random.default_rng(2), 1000)
    residuals = z.minus(1e8) / 1e-10
    assert scipy.stats.kstest(residuals, "norm").pvalue > 1e-6
    truth = scipy.stats.norm.logpdf(residuals) - math.log(1e-10)
    assert np.allclose(log_density(density, z), truth, rtol=1e-12)


def test_the_three_worlds_read_one_density():
    point = [0.25, 1.0, -0.5]
    numeric = log_density(Gaussian(FULL), RealPoint(np.array(point)))
    with flint.ctx.workprec(128):
        world = ball_world()
        ball = log_density(Gaussian(FULL).read(world), RealPoint(matrix(point, world)), world)
        assert ball.rad() < 1e-30
        assert float(ball) == pytest.approx(numeric, rel=1e-15)
        world = sympy_world()
        symbolic = log_density(Gaussian(FULL).read(world), RealPoint(matrix(point, world)), world)
        assert ball.overlaps(flint.arb(str(symbolic.evalf(45)), 1e-36))


def test_a_point_of_complex_balls_is_read_with_real_constants():
    density = Gaussian(Normal(0.5, 2.0)).read(ball_world())
    assert density.space is REAL
    ball = log_density(density, RealPoint(flint.acb(1, 1)), ball_world())
    truth = -(((0.5 + 1j) / 2) ** 2) / 2 - math.log(2) - math.log(2 * math.pi) / 2
    assert complex(float(ball.real), float(ball.imag)) == pytest.approx(truth, rel=1e-14)


def ill_conditioned(size=8):
    return 1 / (np.arange(size)[:, None] + np.arange(size) + 1.0) + 1e-9 * np.eye(size)


def test_floats_are_right_to_the_last_place_whatever_the_condition():
    q = MultivariateNormal(np.full(8, 0.1), ill_conditioned())
    floats = Gaussian(q)
    with flint.ctx.workprec(600):
        balls = floats.read(ball_world())
        for name in ARRAYS:
            pairs = zip(getattr(floats, name).flat, getattr(balls, name).flat, strict=True)
            assert all(number == float(ball.mid()) for number, ball in pairs), name
    worse = np.linalg.inv(q.cov)
    assert not np.allclose(worse, floats.precision, rtol=1e-9)


def test_what_the_rounding_of_a_mean_leaves_out_is_kept():
    with flint.ctx.workprec(300):
        world = ball_world()
        third = np.array([flint.arb(10**10) / 3])
        made = Gaussian.with_precision(third, matrix([[1e20]], world), world).rounded()
        assert made.mean[0] == 1e10 / 3
        assert abs(third[0] - flint.arb(made.mean[0]) - flint.arb(made.rest[0])) < 1e-23
        assert made.rest[0] != 0
        again = made.read(world)
        assert abs(again.mean[0] - third[0]) < 1e-23


def test_precision_and_covariance_make_the_same_density():
    world = ball_world()
    with flint.ctx.workprec(200):
        one = Gaussian(FULL).read(world)
        other = Gaussian.with_precision(one.mean, one.precision, world)
        point = RealPoint(matrix([0.0, 1.0, 2.0], world))
        assert (log_density(one, point, world) - log_density(other, point, world)).contains(0)
        for a, b in zip(one.covariance.flat, other.covariance.flat, strict=True):
            assert (a - b).contains(0)
            assert (a - b).rad() < 1e-50


def test_the_parameters_make_the_density_again_and_may_be_symbols():
    for q in (Normal([1.0, 2.0], [0.5, 0.3], second="variance"), FULL, Normal(0.5, -1.0, second="log_sigma")):
        density = Gaussian(q)
        with flint.ctx.workprec(100):
            world = ball_world()
            made = with_parameters(density, [world.exact(v) for v in parameters_of(density).values()], world)
            for a, b in zip(made.covariance.flat, density.covariance.flat, strict=True):
                assert abs(a - b) < 1e-15
    m, s, z = sympy.symbols("m s z", real=True)
    made = with_parameters(Gaussian(Normal(0.0, 1.0, second="log_sigma")), [m, s], sympy_world())
    textbook = -((z - m) ** 2) * sympy.exp(-2 * s) / 2 - s - sympy.log(2 * sympy.pi) / 2
    assert sympy.simplify(log_density(made, RealPoint(z), sympy_world()) - textbook) == 0
    assert sympy.simplify(made.place(z, sympy_world()).minus(0) - m - sympy.exp(s) * z) == 0


def test_what_a_model_has_made_keeps_its_recipe():
    def build(world):
        third = matrix([1.0], world) / 3
        return Gaussian.with_precision(third, matrix([[7.0]], world), world)

    floats = Gaussian.made(build, numpy_world())
    assert list(parameters_of(floats)) == ["mean[0]", "factor[0, 0]"]
    assert floats.moments(numpy_world()).mean.tolist() == [1 / 3]
    assert floats.read(numpy_world()) is floats
    with flint.ctx.workprec(300):
        assert (3 * floats.read(ball_world()).mean[0] - 1).contains(0)
        assert floats.read(ball_world()).mean[0].rad() < 1e-80


def test_balls_are_as_good_as_the_precision_of_the_moment():
    with flint.ctx.workprec(53):
        density = Gaussian(Normal(0.1, 0.3, second="log_variance")).read(ball_world())
    for bits in (300, 80, 300):
        with flint.ctx.workprec(bits):
            ball = log_density(density, RealPoint(flint.arb(2)), ball_world())
            assert ball.rel_accuracy_bits() > bits - 12
    assert sorted(density.readings) == [80, 300]


def test_many_draws_at_numbers_of_another_kind():
    """Draws in an array at parameters that are no floats: each number then stands for all its draws."""
    density = Gaussian(FULL)
    exact = with_parameters(density, [np.float64(v) for v in parameters_of(density).values()], numpy_world())
    assert exact.factor.dtype == object
    noise = density.noise(np.random.default_rng(0), 5)
    z = exact.place(column(list(noise)), numpy_world())
    assert np.allclose(log_density(exact, z).astype(float), log_density(density, density.place(noise, numpy_world())))


def test_the_bulk_is_mean_and_deviation():
    assert Gaussian(Normal(3.0, 4.0, second="variance")).bulk() == (3.0, 2.0)


@pytest.mark.parametrize(
    ("q", "message"),
    [
        (3.0, "q=a float must be a Normal or a MultivariateNormal"),
        (Normal(np.zeros((2, 3)), 1.0), r"q=normals of shape \(2, 3\) must be of shape \(\) or \(J,\)"),
        (Normal(0.0, -2000.0, second="log_variance"), "within the range and precision of float64 numbers"),
        (Normal(0.0, 1e-170), "a variance beyond"),
    ],
)
def test_what_is_no_gaussian_over_the_latents_is_refused(q, message):
    with pytest.raises(InputError, match=message):
        Gaussian(q)
    assert issubclass(ShapeError, InputError)


def test_a_covariance_that_only_float64_takes_for_positive_definite_is_refused():
    candidates = (np.array([[a, b], [b, b * b / a]], dtype=float) for a in range(1, 99) for b in range(1, 99))
    for given in candidates:
        if Fraction(given[0, 0]) * Fraction(given[1, 1]) < Fraction(given[0, 1]) ** 2:
            with contextlib.suppress(InputError):
                q = MultivariateNormal([0.0, 0.0], given)
                break
    with pytest.raises(InputError, match="nearly singular"):
        Gaussian(q)


def test_mpmath_agrees_far_out():
    density = Gaussian(Normal(0.0, 1e-3))
    with mpmath.workdps(30):
        truth = (
            -(mpmath.mpf(1e6) ** 2) / mpmath.mpf(1e-3) ** 2 / 2
            - mpmath.log(mpmath.mpf(1e-3))
            - mpmath.log(2 * mpmath.pi) / 2
        )
        assert log_density(density, RealPoint(np.float64(1e6))) == pytest.approx(float(truth), rel=1e-15)
