"""Closed forms of the latents' densities against integrals of textbook densities, in balls and in floats."""

import functools
import math

import flint
import mpmath
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from elbo_check.closed_forms.latents import cross, entropy, kl
from elbo_check.densities.beta import Beta
from elbo_check.densities.dirichlet import Dirichlet
from elbo_check.densities.gamma import Gamma
from elbo_check.densities.normal_inverse_gamma import NormalInverseGamma
from elbo_check.densities.world import ball_world, numpy_world

from ..densities import latents as textbook

PAIRS = {
    "beta": (Beta(2.5, 1.75), Beta(1.25, 3.0)),
    "gamma": (Gamma(2.5, 0.75), Gamma(1.25, 3.0)),
    "normal-inverse-gamma": (NormalInverseGamma(0.5, 2.0, 2.5, 3.5), NormalInverseGamma(-0.25, 0.75, 1.25, 2.0)),
}
INTEGRALS = {
    "beta": (textbook.beta, lambda q, f: textbook.over_unit(f)),
    "gamma": (textbook.gamma, lambda q, f: textbook.over_positives(f)),
    "normal-inverse-gamma": (
        textbook.normal_inverse_gamma,
        lambda q, f: textbook.over_half_plane(f, q.mean, q.kappa),
    ),
}
DIRICHLET = Dirichlet([2.5, 0.75, 1.5]), Dirichlet([1.25, 3.0, 0.5])
DIGITS = 20


def numbers(density):
    return [getattr(density, name) for name in density.__dataclass_fields__]


def balls(function, *densities):
    with flint.ctx.workprec(250):
        return function(*(density.read(ball_world()) for density in densities), ball_world())


def total(terms):
    with flint.ctx.workprec(250):
        return sum(terms[1:], terms[0])


def by_integral(name):
    """H[q], E_q log p and KL(q‖p) of a pair, by quadrature of the textbook densities."""
    (q, p), (make, integral) = PAIRS[name], INTEGRALS[name]
    with mpmath.workdps(40 if name == "beta" else 25):  # 1 − θ must keep its digits
        own, other = (functools.cache(make(*numbers(density))) for density in (q, p))  # three integrals, one grid
        cut = lambda density, f: lambda *z: density(*z) and density(*z) * f(*z)
        results = (
            -integral(q, cut(own, lambda *z: mpmath.log(own(*z)))),
            integral(q, cut(own, lambda *z: mpmath.log(other(*z)))),
            integral(q, cut(own, lambda *z: mpmath.log(own(*z)) - mpmath.log(other(*z)))),
        )
        with flint.ctx.workprec(250):
            return [flint.arb(mpmath.nstr(number, DIGITS + 2)) for number in results]


@pytest.fixture(scope="module", params=sorted(PAIRS))
def case(request):
    q, p = PAIRS[request.param]
    return (balls(entropy, q), balls(cross, q, p), balls(kl, q, p)), by_integral(request.param)


def near(terms, truth):
    with flint.ctx.workprec(250):
        return abs(total(terms) - truth) < flint.arb(10) ** -15


@pytest.mark.endurance
def test_each_is_the_integral_that_defines_it(case):
    for terms, truth in zip(*case, strict=True):
        assert near(terms, truth)


@pytest.mark.endurance
def test_each_term_that_is_dropped_or_turned_round_is_missed(case):
    for terms, truth in zip(*case, strict=True):
        for k, term in enumerate(terms):
            if not term.contains(0):
                assert not near((*terms, -term), truth), k
                assert not near((*terms, -2 * term), truth), k


def test_the_entropies_are_those_of_scipy():
    floats = lambda q: math.fsum(entropy(q, numpy_world()))
    assert floats(Beta(2.5, 0.75)) == pytest.approx(scipy.stats.beta(2.5, 0.75).entropy(), rel=1e-12)
    assert floats(Gamma(2.5, 0.75)) == pytest.approx(scipy.stats.gamma(2.5, scale=1 / 0.75).entropy(), rel=1e-12)
    assert floats(DIRICHLET[0]) == pytest.approx(scipy.stats.dirichlet([2.5, 0.75, 1.5]).entropy(), rel=1e-12)


def test_a_dirichlet_is_broken_stick_by_stick():
    """θ₁ and θ₂/(1 − θ₁) are independent betas; E log p has log(1 − θ₁) for the change of variables."""
    (a, b, c), (d, e, f) = (density.concentration for density in DIRICHLET)
    first, second = (Beta(a, b + c), Beta(d, e + f)), (Beta(b, c), Beta(e, f))
    with flint.ctx.workprec(250):
        change = first[0].read(ball_world()).moments(ball_world()).log_complement
        for function, shift in ((kl, 0), (cross, -change)):
            terms = balls(function, *DIRICHLET)
            truth = total(balls(function, *first)) + total(balls(function, *second)) + shift
            assert (total(terms) - truth).contains(0)
            for term in terms:
                assert not (total(terms) - term - truth).contains(0)
                assert not (total(terms) - 2 * term - truth).contains(0)


@pytest.mark.parametrize("q", [pair[0] for pair in PAIRS.values()] + [DIRICHLET[0]], ids=lambda q: type(q).__name__)
def test_the_divergence_from_itself_is_zero(q):
    ball = total(balls(kl, q, q))
    assert ball.contains(0)
    assert ball.rad() < 1e-60


positives = st.floats(-3, 4).map(lambda power: 10.0**power) | st.sampled_from([1.0, 2.0, 1.5])


@st.composite
def pairs(draw):
    family = draw(st.sampled_from([Beta, Gamma, Dirichlet, NormalInverseGamma]))
    if family is Dirichlet:
        count = draw(st.integers(2, 4))
        return [Dirichlet([draw(positives) for _ in range(count)]) for _ in range(2)]
    if family is NormalInverseGamma:
        return [family(draw(st.floats(-50, 50)), *(draw(positives) for _ in range(3))) for _ in range(2)]
    return [family(draw(positives), draw(positives)) for _ in range(2)]


@pytest.mark.unmeasured
@settings(max_examples=100)
@given(pairs())
def test_divergences_are_not_negative_and_are_cross_minus_entropy(pair):
    divergence = total(balls(kl, *pair))
    assert not divergence < 0
    assert (divergence + total(balls(entropy, pair[0])) + total(balls(cross, *pair))).contains(0)
