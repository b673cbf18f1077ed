"""Means over the simplex and the half-plane: held against closed forms, refused where the function is another."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elbo_check.closed_forms import latents
from elbo_check.densities import Dirichlet, NormalInverseGamma
from elbo_check.densities.world import ball_world
from elbo_check.errors import InputError, WitnessError
from elbo_check.evidence import Basis
from elbo_check.witnesses import affine
from elbo_check.witnesses.regions import enclose_half_plane_mean, enclose_simplex_mean

from ..models.conjugate import positives, reals
from ..models.sandwich import nudged

DIE, OTHER_DIE = Dirichlet([4.0, 0.5, 2.0]), Dirichlet([1.0, 2.0, 3.0])
NORMAL, OTHER_NORMAL = NormalInverseGamma(0.75, 5.0, 4.0, 6.0), NormalInverseGamma(0.0, 1.0, 2.0, 3.0)


def log_ratio(q, p):
    def in_world(world):
        one, other = q.read(world), p.read(world)
        return one, lambda z: (*one.log_density(z, world), *(-term for term in other.log_density(z, world)))

    return in_world


def divergence(q, p):
    with flint.ctx.workprec(600):
        return sum(latents.kl(q.read(ball_world()), p.read(ball_world()), ball_world()))


def assert_encloses(estimate, truth, digits):
    assert estimate.basis is Basis.ENCLOSED
    assert estimate.error <= Fraction(10) ** -digits * max(1, abs(estimate.value))
    with flint.ctx.workprec(600):
        middle, radius = (flint.arb(flint.fmpq(n.numerator, n.denominator)) for n in (estimate.value, estimate.error))
        assert truth.rad() < 1e-60
        assert not abs(middle - truth) > radius


CASES = {
    "simplex": (enclose_simplex_mean, DIE, OTHER_DIE),
    "half-plane": (enclose_half_plane_mean, NORMAL, OTHER_NORMAL),
}
every = pytest.mark.parametrize("name", sorted(CASES))


@every
@pytest.mark.parametrize("digits", [1, 12, 30, 60])
def test_a_divergence_by_its_definition_is_the_closed_form(name, digits):
    enclose, q, p = CASES[name]
    assert_encloses(enclose(log_ratio(q, p), digits), divergence(q, p), digits)
    assert_encloses(enclose(log_ratio(p, q), digits), divergence(p, q), digits)


@pytest.mark.unmeasured
@every
def test_of_a_density_from_itself_it_is_0_and_from_a_nudged_one_positive(name):
    enclose, q, _ = CASES[name]
    same = enclose(log_ratio(q, q), 30)
    assert abs(same.value) <= same.error <= Fraction(1, 10**30)
    for near in nudged(q, 1 + 1e-6):
        apart = enclose(log_ratio(q, near), 30)
        assert 0 < apart.value - apart.error < apart.value < Fraction(1, 10**10)


def test_means_of_the_statistics_are_what_mpmath_integrates():
    mean = lambda k: enclose_simplex_mean(lambda world: (DIE.read(world), lambda z: (z.logs[k],)), 20).value
    precision = enclose_half_plane_mean(lambda world: (NORMAL.read(world), lambda z: (world.exp(-z.log_variance),)), 20)
    with mpmath.workdps(25):
        for k, (a, b) in enumerate([(4, 2.5), (0.5, 6), (2, 4.5)]):
            beta = lambda t: t ** (a - 1) * (1 - t) ** (b - 1)  # noqa: B023
            truth = mpmath.quad(lambda t: mpmath.log(t) * beta(t), [0, 1e-6, 0.5, 1]) / mpmath.beta(a, b)  # noqa: B023
            assert float(mean(k)) == pytest.approx(float(truth), rel=1e-10)
    assert abs(precision.value - Fraction(4, 6)) <= precision.error


@st.composite
def dice(draw):
    faces = draw(st.integers(2, 4))
    one, other = (Dirichlet([draw(positives) for _ in range(faces)]) for _ in range(2))
    return enclose_simplex_mean, one, other


@st.composite
def half_planes(draw):
    one, other = (NormalInverseGamma(draw(reals), *(draw(positives) for _ in range(3))) for _ in range(2))
    return enclose_half_plane_mean, one, other


def assert_case(case):
    enclose, q, p = case
    assert_encloses(enclose(log_ratio(q, p), 25), divergence(q, p), 25)


@pytest.mark.endurance
@settings(max_examples=10, deadline=None)
@given(dice() | half_planes())
def test_random_pairs_are_enclosed(case):
    assert_case(case)


@pytest.mark.campaign
@settings(max_examples=2000, deadline=None)
@given(dice() | half_planes())
def test_many_random_pairs_are_enclosed(case):
    assert_case(case)


def with_more(q, more):
    return lambda world: (q.read(world), lambda z: (*q.read(world).log_density(z, world), more(z, world)))


@pytest.mark.parametrize(
    ("enclose", "q", "more", "message"),
    [
        (enclose_simplex_mean, DIE, lambda z, _: z.logs[0] * z.logs[0], "not affine in the statistics"),
        (enclose_simplex_mean, DIE, lambda z, world: world.exp(z.logs[1]), "not affine in the statistics"),
        (enclose_simplex_mean, DIE, lambda z, _: z.logs[0] * z.logs[1], "not affine in the statistics"),
        (enclose_half_plane_mean, NORMAL, lambda z, _: z.log_variance * z.log_variance, "not affine in the statistics"),
        (enclose_half_plane_mean, NORMAL, lambda z, world: world.exp(z.log_variance), "not affine in the statistics"),
        (enclose_half_plane_mean, NORMAL, lambda z, world: z.mean_from(0) ** 2, "not affine in the statistics"),
        (enclose_half_plane_mean, NORMAL, lambda z, _: z.mean_from(0) ** 4, "no polynomial of degree 3 or less"),
    ],
)
def test_a_function_that_the_family_does_not_lead_to_is_refused(enclose, q, more, message):
    with pytest.raises(WitnessError, match=message):
        enclose(with_more(q, more), 10)


def test_a_cubic_in_the_mean_is_no_matter():
    cubed = with_more(NORMAL, lambda z, world: z.mean_from(NORMAL.mean) ** 3 * world.exp(-z.log_variance))
    with flint.ctx.workprec(300):
        truth = -sum(latents.entropy(NORMAL.read(ball_world()), ball_world()))
    assert_encloses(enclose_half_plane_mean(cubed, 20), truth, 20)


@pytest.mark.parametrize("faces", [24, 25])
def test_many_faces_are_refused(faces, monkeypatch):
    lines = []
    monkeypatch.setattr(affine, "enclose_line_mean", lambda line, _: lines.append(line) or flint.arb(0))
    many = Dirichlet(np.ones(faces))
    if faces == 24:
        assert enclose_simplex_mean(log_ratio(many, many), 10).value == 0
        assert len(lines) == 24
    else:
        with pytest.raises(WitnessError, match="25 faces are more than the 24 that are integrated one by one"):
            enclose_simplex_mean(log_ratio(many, many), 10)


@every
@pytest.mark.parametrize("digits", [0, 1001])
def test_impossible_digits_are_refused(name, digits):
    enclose, q, p = CASES[name]
    with pytest.raises(InputError, match=f"digits={digits} must be from 1 to 1000"):
        enclose(log_ratio(q, p), digits)


def test_more_digits_are_asked_for_where_the_first_do_not_suffice(monkeypatch):
    asked, exact = [], affine.enclose_line_mean
    monkeypatch.setattr(affine, "enclose_line_mean", lambda line, digits: asked.append(digits) or exact(line, digits))
    steep = lambda world: (DIE.read(world), lambda z: (1e12 * (z.logs[0] - z.logs[2]), -world.exact(833333333333.0)))
    found = enclose_simplex_mean(steep, 30)
    with flint.ctx.workprec(300):
        truth = flint.arb(10) ** 12 * (flint.arb(4).digamma() - flint.arb(2).digamma()) - 833333333333
    assert_encloses(found, truth, 30)
    assert sorted(set(asked))[0] == 33 < asked[-1]


def test_digits_that_do_not_come_are_refused(monkeypatch):
    monkeypatch.setattr(affine, "enclose_line_mean", lambda *_: flint.arb(-1, 1e-20))
    monkeypatch.setattr(affine, "LAST_DIGITS", 3)
    with pytest.raises(WitnessError, match="30 digits do not come at 33 working digits"):
        enclose_simplex_mean(log_ratio(DIE, OTHER_DIE), 30)
    monkeypatch.setattr(affine, "enclose_line_mean", lambda *_: flint.arb("nan"))
    with pytest.raises(WitnessError, match="the numbers leave the range of balls"):
        enclose_simplex_mean(log_ratio(DIE, OTHER_DIE), 30)
