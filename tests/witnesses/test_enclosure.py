"""`enclose_integral`: FLINT's quadrature of the definition plus a proved tail holds the truth, or refuses."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elbo_check.densities import Normal
from elbo_check.densities.normal import standard_coordinates
from elbo_check.densities.scale import Scale
from elbo_check.densities.world import ball_world
from elbo_check.errors import InputError, WitnessError
from elbo_check.evidence import Basis
from elbo_check.witnesses import enclosure
from elbo_check.witnesses.enclosure import enclose_integral, integrate
from elbo_check.witnesses.moment_balls import enclose_elements

from . import truth

Q, P = Normal([0.5], [0.7]), Normal([0.1], [1.3])


def holds(estimate, exact):
    return abs(estimate.value - exact) <= estimate.error


@pytest.mark.parametrize("digits", [1, 5, 15, 30, 100, 300])
def test_the_asked_digits_are_reached_and_the_truth_is_inside(digits):
    estimate = enclose_integral(Q, P, digits)
    exact = truth.kl(0.5, 0.7, "sigma", 0.1, 1.3, "sigma")
    assert holds(estimate, exact)
    assert 0 < estimate.error <= exact * Fraction(10) ** -digits
    assert estimate.basis is Basis.ENCLOSED


@pytest.mark.parametrize("prior_kind", truth.KINDS)
@pytest.mark.parametrize("kind", truth.KINDS)
def test_every_pair_of_kinds_is_enclosed_as_it_is_held(kind, prior_kind):
    q, p = Normal([0.3], [0.75], second=kind), Normal([-0.2], [1.5], second=prior_kind)
    estimate = enclose_integral(q, p, 25)
    assert holds(estimate, truth.of(q, p)[0])
    assert estimate.error <= estimate.value * Fraction(10) ** -25


@pytest.mark.parametrize(
    "numbers",
    [
        (1e150, 1e-150, -1e150, 1e-150),
        (0.0, 1e-150, 0.0, 1.0),
        (0.0, 1e150, 0.0, 1e-150),
        (0.0, 1.0, 0.0, 1e150),
        (50.0, 1.0, 0.0, 1.0),
        (1e-16, 1.0, 0.0, 1.0),
        (0.0, 1 + 2.0**-52, 0.0, 1.0),
        (5e-324, 5e-324, 0.0, 1e-323),
        (1.7e308, 1.7e308, -1.7e308, 1e300),
    ],
)
def test_extremes_are_enclosed_to_the_asked_digits(numbers):
    q, p = truth.normals(("sigma", "sigma"), *([number] for number in numbers))
    estimate = enclose_integral(q, p, 15)
    assert holds(estimate, truth.of(q, p)[0])
    assert estimate.error <= estimate.value * Fraction(10) ** -15


@pytest.mark.unmeasured
@pytest.mark.parametrize("digits", [2, 9])
def test_small_divergences_have_all_their_digits(digits):
    for mu in 2.0 ** np.arange(-50, 0):
        estimate = enclose_integral(Normal([mu], [1.0]), Normal([0.0], [1.0]), digits)
        assert holds(estimate, Fraction(float(mu)) ** 2 / 2)
        assert estimate.error * 10**digits <= estimate.value


@pytest.mark.parametrize("kind", truth.KINDS)
@pytest.mark.parametrize("second", [1e-150, 0.1, 700.0])
def test_where_q_equals_p_zero_is_inside_a_radius_of_1e_33(kind, second):
    q = Normal([3.0], [second], second=kind)
    estimate = enclose_integral(q, q, 30)
    assert abs(estimate.value) <= estimate.error <= Fraction(10) ** -33


def test_a_divergence_below_the_absolute_goal_is_enclosed_with_zero():
    estimate = enclose_integral(Normal([1e-150], [1.0]), Normal([0.0], [1.0]), 10)
    assert holds(estimate, Fraction(1e-150) ** 2 / 2)
    assert holds(estimate, 0)
    assert estimate.error <= Fraction(10) ** -33


def test_the_position_picks_the_element_of_an_array():
    q, p = Normal([[0.5, 1.0], [2.0, 3.0]], 0.7), Normal([[0.0, 0.0], [0.0, 1.0]], [[1.0, 2.0], [3.0, 4.0]])
    assert holds(enclose_integral(q, p, 12, position=3), truth.kl(3.0, 0.7, "sigma", 1.0, 4.0, "sigma"))


log_scales = st.floats(-30, 30)
shifts = st.one_of(st.floats(-100, 100), st.sampled_from([0.0, 1e-9, -1e9]))
kinds = st.sampled_from(truth.KINDS)


@pytest.mark.unmeasured
@settings(max_examples=60)
@given(kinds, kinds, log_scales, log_scales, shifts, shifts)
def test_integral_and_moment_balls_overlap_for_random_priors(kind, prior_kind, log_q, log_p, mu, prior_mu):
    q = Normal([mu], [truth.held(kind, log_q)], second=kind)
    p = Normal([prior_mu], [truth.held(prior_kind, log_p)], second=prior_kind)
    integral, moments = enclose_integral(q, p, 12), enclose_elements(q, p, np.arange(1), 1e-12)
    apart = abs(integral.value - Fraction(float(moments.value[0])))
    assert apart <= integral.error + Fraction(float(moments.error[0]))


@pytest.mark.unmeasured
@given(st.floats(-1e3, 1e3), st.floats(-20, 20))
@settings(max_examples=30)
def test_a_density_very_near_another_is_enclosed(mu, log_sigma):
    sigma = float(np.exp(log_sigma))
    q, p = Normal([mu], [sigma]), Normal([mu + sigma * 1e-9], [sigma * (1 + 1e-9)])
    assert holds(enclose_integral(q, p, 20), truth.of(q, p)[0])


@pytest.mark.campaign
@settings(max_examples=3000)
@given(kinds, kinds, st.floats(-300, 300), st.floats(-300, 300), shifts, shifts, st.integers(1, 60))
def test_many_random_integrals_hold_the_truth(kind, prior_kind, log_q, log_p, mu, prior_mu, digits):
    q = Normal([mu], [truth.held(kind, log_q)], second=kind)
    p = Normal([prior_mu], [truth.held(prior_kind, log_p)], second=prior_kind)
    assert holds(enclose_integral(q, p, digits), truth.of(q, p)[0])


def once(digits):
    """One pass at the precision for `digits`, of the pair (q, p), as a ball."""
    scale = Scale(np.array([1.0]))
    with flint.ctx.workprec(200):
        numbers = (flint.arb(number) for number in (0.5, 0.7, 0.1, 1.3))
        mean_q, held_q, mean_p, held_p = numbers
        seen = standard_coordinates(mean_q, held_q, scale, mean_p, held_p, scale, ball_world())
        ball = enclosure._once(seen, digits)
        exact = truth.kl(0.5, 0.7, "sigma", 0.1, 1.3, "sigma")
        off = abs(ball - flint.arb(exact.numerator) / exact.denominator)
        return ball, 0 in off


@pytest.mark.parametrize("cut", [1, 2, 3, 6])
def test_the_tail_makes_up_for_any_cut_and_without_it_the_truth_is_lost(cut, monkeypatch):
    monkeypatch.setattr(enclosure, "_cut", lambda digits: flint.arb(cut))
    asked, bound = [], enclosure.gaussian_tail_bound
    monkeypatch.setattr(enclosure, "gaussian_tail_bound", lambda *parts: asked.append(bound(*parts)) or asked[-1])
    ball, inside = once(30)
    assert inside
    assert ball.rad() >= asked[0].upper()
    assert float(ball.rad()) > 1e-9  # nearly all of it tail
    monkeypatch.setattr(enclosure, "gaussian_tail_bound", lambda *_: flint.arb(0))
    ball, inside = once(30)
    assert not inside
    assert float(ball.rad()) < 1e-25


def test_the_cut_is_far_enough_out_for_the_tail_to_stay_below_the_digits():
    for digits in (1, 4, 20, 100, 1000, 3000):
        cut = float(enclosure._cut(digits))
        with mpmath.workdps(20):
            assert mpmath.exp(-(mpmath.mpf(cut) ** 2) / 2) * cut**2 < mpmath.mpf(10) ** -digits / 10


@pytest.mark.parametrize("failure", [ValueError("in the integrand"), KeyboardInterrupt(), ZeroDivisionError()])
def test_an_exception_inside_the_integrand_comes_out_as_itself_and_soon(failure):
    calls = []

    def broken(point):
        calls.append(point)
        if len(calls) > 5:
            raise failure
        return point

    with pytest.raises(type(failure)) as raised:
        integrate(broken, flint.arb(3), flint.arb(10) ** -20)
    assert raised.value is failure
    assert len(calls) < 20


def test_an_exception_in_a_density_reaches_the_caller(monkeypatch):
    def broken(*_):
        raise RuntimeError("no density")

    monkeypatch.setattr(enclosure, "log_ratio_terms", broken)
    with pytest.raises(RuntimeError, match="no density"):
        enclose_integral(Q, P, 10)


def test_the_integral_of_an_entire_function_is_enclosed():
    ball = integrate(lambda point: point * point + 1, flint.arb(3), flint.arb(10) ** -12)
    assert ball.overlaps(flint.arb(24))
    assert ball.rad() < 1e-11


def test_an_integral_that_does_not_come_out_finite_is_refused(monkeypatch):
    monkeypatch.setattr(enclosure, "EVALUATIONS", 100)
    monkeypatch.setattr(enclosure, "log_ratio_terms", lambda *_: (flint.acb("nan"), 0, 0))
    with pytest.raises(WitnessError, match="the integral did not come out finite within 100 evaluations"):
        enclose_integral(Q, P, 10)


@pytest.mark.parametrize(
    "numbers",
    [
        (1e300, "log_sigma", 1e300, "log_sigma"),
        (1.0, "sigma", -1e300, "log_sigma"),
        (1e300, "log_variance", 1.0, "sigma"),
    ],
)
def test_what_leaves_the_range_of_balls_is_refused_at_once(numbers):
    q, p = Normal([0.0], [numbers[0]], second=numbers[1]), Normal([0.0], [numbers[2]], second=numbers[3])
    with pytest.raises(WitnessError, match="p leaves the range of balls when it is seen from q"):
        enclose_integral(q, p, 10)


@pytest.mark.parametrize("log_sigma", [1e5, 1e10, 1e15])
def test_a_divergence_too_large_to_write_out_is_refused_before_memory_is(log_sigma):
    with pytest.raises(WitnessError, match="is not written out as a rational"):
        enclose_integral(Normal([0.0], [log_sigma], second="log_sigma"), P, 10)


@pytest.mark.parametrize("digits", [0, -5, 1001, 10**9])
def test_digits_beyond_the_limits_are_refused(digits):
    with pytest.raises(InputError, match=f"digits={digits} must be from 1 to 1000; 30 tell apart"):
        enclose_integral(Q, P, digits)


def test_digits_that_do_not_come_within_the_working_limit_are_refused(monkeypatch):
    monkeypatch.setattr(enclosure, "LAST_DIGITS", 40)
    assert holds(enclose_integral(Q, P, 30), truth.kl(0.5, 0.7, "sigma", 0.1, 1.3, "sigma"))
    with pytest.raises(WitnessError, match=r"60 digits asked, .* reached at .* working digits"):
        enclose_integral(Normal([1e-10], [1.0]), Normal([0.0], [1.0]), 60)


def test_the_working_precision_of_others_is_left_alone():
    before = flint.ctx.prec
    enclose_integral(Q, P, 40)
    with pytest.raises(WitnessError):
        enclose_integral(Normal([0.0], [1e5], second="log_sigma"), P, 10)
    assert flint.ctx.prec == before
