"""Densities of latents: normalised, with the moments, samplers and cumulants that they lend."""

import math

import flint
import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats

from elbo_check.densities.beta import Beta
from elbo_check.densities.dirichlet import Dirichlet
from elbo_check.densities.gamma import Gamma
from elbo_check.densities.latent import cumulant_of
from elbo_check.densities.normal_inverse_gamma import NormalInverseGamma
from elbo_check.densities.spaces import POSITIVE, REAL, UNIT, HalfPlanePoint, SimplexPoint
from elbo_check.densities.world import analytic_world, ball_world, numpy_world
from elbo_check.errors import WitnessError

from . import latents as textbook

DRAWS = 20_000
NUMPY = numpy_world()


def value(terms):
    return math.fsum(map(float, terms))


@pytest.mark.parametrize("u", [-30.0, -2.0, 0.5, 3.0])
def test_the_log_densities_are_those_of_the_textbook(u):
    z = UNIT.point(u, NUMPY)
    theta, other = math.exp(z.log), math.exp(z.log_complement)
    coin = scipy.stats.beta.logpdf(theta, 2.5, 0.75) if u < 3 else math.log(float(textbook.beta(2.5, 0.75)(theta)))
    assert value(Beta(2.5, 0.75).log_density(z, NUMPY)) == pytest.approx(coin, rel=1e-10)
    rate = POSITIVE.point(u, NUMPY)
    truth = scipy.stats.gamma.logpdf(rate.value, 2.5, scale=1 / 0.75)
    assert value(Gamma(2.5, 0.75).log_density(rate, NUMPY)) == pytest.approx(truth, rel=1e-12)
    shares = theta / 2, other, theta / 2
    die = Dirichlet([2.5, 0.75, 1.5]).log_density(SimplexPoint(tuple(map(math.log, shares))), NUMPY)
    truth = scipy.stats.dirichlet.logpdf(shares, [2.5, 0.75, 1.5])
    assert value(die) == pytest.approx(truth, rel=1e-9)
    point = HalfPlanePoint(0.25, 0.5, u / 2)
    variance = math.exp(u / 2)
    truth = scipy.stats.invgamma.logpdf(variance, 2.5, scale=3.5)
    truth += scipy.stats.norm.logpdf(0.75, 0.5, math.sqrt(variance / 2))
    assert value(NormalInverseGamma(0.5, 2.0, 2.5, 3.5).log_density(point, NUMPY)) == pytest.approx(truth, rel=1e-12)


@pytest.mark.parametrize("density", [Beta(2.5, 0.75), Beta(0.01, 3.0), Gamma(2.5, 0.75), Gamma(0.01, 30.0)])
def test_the_density_of_u_is_the_density_times_the_jacobian_and_adds_up_to_one(density):
    world = ball_world()
    held = density.read(world)
    with flint.ctx.workprec(150):
        for u in (-7.0, 0.25, 4.0):
            z = density.space.point(flint.arb(u), world)
            apart = sum(held.log_density_along(z, world)) - sum(held.log_density(z, world))
            assert (apart - density.space.log_jacobian(flint.arb(u), world)).contains(0)

        def integrand(u, analytic):
            read = analytic_world(analytic)
            return sum(held.log_density_along(held.space.point(u, read), read)).exp()

        mass = flint.acb.integral(
            integrand, -9000, 60 if density.space is POSITIVE else 200, abs_tol=flint.arb(10) ** -30, rel_tol=0
        ).real
        assert abs(mass - 1) < 1e-25


@pytest.mark.endurance
def test_the_moments_are_their_integrals():
    with mpmath.workdps(25):
        log, beta, gamma = mpmath.log, textbook.beta(0.75, 2.5), textbook.gamma(2.5, 0.75)
        plane = textbook.normal_inverse_gamma(0.5, 2.0, 2.5, 3.5)
        over = lambda f: textbook.over_half_plane(lambda m, v: plane(m, v) * f(m, v), 0.5, 2.0)
        truths = (
            (Beta(0.75, 2.5), [textbook.over_unit(lambda t: beta(t) * log(t) if t else 0)]),
            (Gamma(2.5, 0.75), [textbook.over_positives(lambda z: gamma(z) * log(z))]),
            (
                NormalInverseGamma(0.5, 2.0, 2.5, 3.5),
                [
                    over(lambda m, v: log(v)),
                    over(lambda m, v: 1 / v),
                    over(lambda m, v: m / v),
                    over(lambda m, v: m * m / v),
                ],
            ),
        )
        for density, expected in truths:
            for ours, truth in zip(density.moments(NUMPY), expected, strict=False):
                assert float(ours) == pytest.approx(float(truth), rel=1e-12)
    assert Gamma(2.5, 0.75).moments(NUMPY).value == 2.5 / 0.75
    assert Beta(2.5, 0.75).moments(NUMPY)[1] == pytest.approx(Beta(0.75, 2.5).moments(NUMPY)[0], rel=1e-15)
    die = Dirichlet([2.5, 0.75, 1.5]).moments(NUMPY)
    assert die[1] == pytest.approx(Beta(0.75, 4.0).moments(NUMPY)[0], rel=1e-15)


def log_gamma_cdf(logs, shape):
    """P(log g ≤ x), where g itself underflows by its power law."""
    with np.errstate(all="ignore"):
        small = np.exp(shape * logs - scipy.special.gammaln(shape + 1))
        return np.where(logs < -30, small, scipy.special.gammainc(shape, np.exp(logs)))


def assert_drawn(values, cdf):
    assert scipy.stats.kstest(values, cdf).pvalue > 1e-9


@pytest.mark.parametrize("shape", [1e-3, 0.5, 40.0])
def test_draws_follow_their_densities_with_logarithms_near_every_edge(shape):
    generator = np.random.default_rng(3)
    gamma = Gamma(shape, 4.0).draw(generator, DRAWS)
    assert_drawn(gamma.log + np.log(4.0), lambda x: log_gamma_cdf(x, shape))
    assert np.isfinite(gamma.log).all()
    coin = Beta(shape, 2.0).draw(generator, DRAWS)
    # near 0 Beta(a, 2) has the cdf (1 + a) θ^a − a θ^(1 + a)
    cdf = lambda x: (1 + shape) * np.exp(shape * x) - shape * np.exp((1 + shape) * x)
    assert_drawn(coin.log, cdf)
    assert_drawn(Beta(2.0, shape).draw(generator, DRAWS).log_complement, cdf)
    assert (coin.log_complement < 0).all() == (shape > 0.1)
    die = Dirichlet([shape, 0.5, 1.5]).draw(generator, DRAWS)
    assert_drawn(die.logs[0], cdf)
    np.testing.assert_allclose(np.logaddexp.reduce(die.logs, axis=0), 0.0, atol=1e-13)
    plane = NormalInverseGamma(1e8, 2.0, shape, 3.0).draw(generator, DRAWS)
    assert_drawn(np.log(3.0) - plane.log_variance, lambda x: log_gamma_cdf(x, shape))
    with np.errstate(all="ignore"):
        standard = plane.mean_from(1e8) * np.exp(0.5 * (np.log(2.0) - plane.log_variance))
    assert_drawn(standard[np.isfinite(standard)], scipy.stats.norm.cdf)


COEFFICIENTS = {
    Gamma(2.5, 0.75): ((0.5, -0.25), 0.7),
    Beta(2.5, 0.75): ((0.5, -0.25), 0.7),
    NormalInverseGamma(0.5, 2.0, 2.5, 3.5): ((0.1, -0.5, 0.25, -0.25), 0.7),
    Dirichlet([2.5, 0.75, 1.5]): ((0.5, -0.25, 0.125), 0.7),
}


def cumulant(q, coefficients, s):
    with flint.ctx.workprec(200):
        return cumulant_of(q, coefficients)(s)


@pytest.mark.parametrize("q", COEFFICIENTS, ids=lambda q: type(q).__name__)
def test_the_cumulant_is_above_that_of_draws_and_shrinks_like_a_square(q):
    coefficients, s = COEFFICIENTS[q]
    z = q.draw(np.random.default_rng(4), 400_000)
    y = sum(c * t for c, t in zip(coefficients, q.statistics(z), strict=True))
    drawn = math.log(
        np.mean(np.exp(s * (y - value([c * m for c, m in zip(coefficients, q.moments(NUMPY), strict=True)]))))
    )
    assert cumulant(q, coefficients, s) == pytest.approx(drawn, rel=0.1, abs=1e-3)
    assert cumulant(q, coefficients, 1e-9) == pytest.approx(np.var(y) / 2 * 1e-18, rel=0.05)


def test_the_cumulant_is_the_integral_and_never_below():
    with mpmath.workdps(30):
        density, mean = textbook.gamma(2.5, 0.75), 0.5 * (mpmath.digamma(2.5) - mpmath.log(0.75)) - mpmath.mpf(2.5) / 3
        moment = lambda z: density(z) * mpmath.exp(mpmath.mpf(0.7) * (mpmath.log(z) / 2 - z / 4 - mean))
        truth = mpmath.log(textbook.over_positives(moment))
    bound = cumulant(Gamma(2.5, 0.75), (0.5, -0.25), 0.7)
    assert float(truth) * (1 - 1e-12) <= bound <= float(truth) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("q", "coefficients"), [(Gamma(1.0, 1.0), (0.0, 1.5)), (Beta(1.0, 1.0), (-1.5, 0.0)), (Beta(1.0, 1.0), (0.0, -2.0))]
)
def test_a_cumulant_that_does_not_exist_is_infinite(q, coefficients):
    assert cumulant(q, coefficients, 1.0) == math.inf


def test_log_gamma_in_floats_keeps_its_digits_at_its_zeros():
    x = np.concatenate(
        [c + s * 10.0 ** np.arange(-15, 0) for c in (1.0, 2.0) for s in (1, -1)] + [np.geomspace(1e-300, 1e300)]
    )
    with flint.ctx.workprec(200):
        for number, ours in zip(x.tolist(), NUMPY.log_gamma(x).tolist(), strict=True):
            truth = flint.arb(number).lgamma()
            assert abs(flint.arb(ours) - truth) <= 8 * 2.0**-52 * abs(truth)
    assert NUMPY.log_gamma(1.0) == NUMPY.log_gamma(2.0) == 0.0
    assert NUMPY.log_gamma(-0.5) == NUMPY.log_gamma(0.0) == math.inf
    assert math.isnan(NUMPY.log_gamma(math.nan))


def test_the_complex_world_refuses_what_it_cannot_continue():
    world = analytic_world(True)
    wide = flint.acb(flint.arb(0, 1), flint.arb(0, 1))
    assert not world.log(wide).is_finite()
    assert not world.log_gamma(wide).is_finite()
    assert world.log_gamma(flint.arb(3)).overlaps(flint.arb(2).log())
    with pytest.raises(WitnessError, match="this function has no meaning in this world of numbers"):
        world.digamma(wide)
    far = flint.acb(flint.arb(50, 20), flint.arb(0, 3))
    assert world.softplus(far).is_finite()
    assert world.softplus(flint.acb(-2)).overlaps(flint.arb(-2).exp().log1p())
    assert world.softplus(flint.acb(2)).overlaps(flint.arb(2).exp().log1p())


def test_the_real_line_is_its_own_coordinate():
    assert REAL.point(2.5, NUMPY).value == 2.5
    assert REAL.log_jacobian(2.5, NUMPY) == 0.0
