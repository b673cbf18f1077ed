"""What a Gaussian family lends a witness: parts of the centred log-ratio, its cumulant, and a proved tail bound."""

import flint
import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.densities.normal import log_ratio_terms
from elbo_check.densities.standard import Seen, centred_cumulant, gaussian_tail_bound, quadratic_parts, sub_gamma
from elbo_check.densities.world import numpy_world

sizes = st.floats(-40, 8).map(lambda power: 2.0**power)
signed = st.tuples(st.sampled_from([-1.0, 1.0]), sizes).map(lambda pair: pair[0] * pair[1])


def exact_cumulant(linear, quadratic, s):
    """Return K(s) by its formula, with the digits that cancel to spare."""
    with mpmath.workdps(120):
        linear, quadratic, s = (mpmath.mpf(float(number)) for number in (linear, quadratic, s))
        x = 2 * s * quadratic
        return +(-(mpmath.log(1 - x) + x) / 2 + (s * linear) ** 2 / (2 * (1 - x)))


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("linear", "quadratic", "s"),
    [(0.0, 0.4, 0.9), (1.3, 0.4, 0.9), (-2.0, -1.5, 0.7), (0.3, 1e-6, 2.0), (1.0, -1e-7, 1.0), (0.0, 0.24, 2.0)],
)
def test_the_cumulant_is_the_integral_that_defines_it(linear, quadratic, s):
    with mpmath.workdps(30):

        def integrand(e):
            return mpmath.exp(s * (linear * e + quadratic * (e * e - 1)) - e * e / 2)

        integral = mpmath.quad(integrand, [-60, -20, -5, 0, 5, 20, 60]) / mpmath.sqrt(2 * mpmath.pi)
        assert mpmath.almosteq(mpmath.log(integral), exact_cumulant(linear, quadratic, s), 1e-15, 1e-20)
    assert float(centred_cumulant(linear, quadratic, s)) == pytest.approx(float(mpmath.log(integral)), rel=2e-4)


@given(signed, signed, sizes)
def test_the_cumulant_is_never_below_the_true_one_and_hardly_above(linear, quadratic, s):
    computed = float(centred_cumulant(linear, quadratic, s))
    if 2 * s * quadratic >= 1:
        assert computed == np.inf
        return
    truth = exact_cumulant(linear, quadratic, s)
    assert truth <= computed <= truth * (1 + 1e-4)


@pytest.mark.parametrize("x", [1e-4, -1e-4, 1.0001e-4, -1.0001e-4, 3e-4, 1e-3, -1e-3, 0.5, -0.5, 1 - 1e-9, -1e6])
def test_the_cumulant_is_an_upper_bound_where_its_logarithm_cancels_most(x):
    for nudge in np.linspace(1.0, 1.01, 200) if abs(x) < 0.1 else [1.0]:
        quadratic = float(x * nudge / 2)
        truth = exact_cumulant(0.0, quadratic, 1.0)
        assert truth <= float(centred_cumulant(0.0, quadratic, 1.0)) <= truth * (1 + 1e-4)


def test_the_cumulant_is_infinite_exactly_where_the_expectation_is():
    assert centred_cumulant(0.0, [0.5, 0.6, 1e300], 1.0).tolist() == [np.inf] * 3
    assert np.isfinite(centred_cumulant(0.0, [0.5 - 2.0**-54, -1e100, 0.0], 1.0)).all()
    assert centred_cumulant(0.0, 0.0, 1.0) == 0.0


def test_the_cumulant_has_no_first_derivative_so_that_it_cannot_hold_the_divergence():
    s = np.array([2.0**-k for k in range(2, 30)])
    slopes = np.array([float(centred_cumulant(1.7, 0.8, step)) / step for step in s])
    assert np.all(slopes > 0)
    assert np.all(slopes <= 4 * s * (1.7**2 + 2 * 0.8**2))


@given(signed, signed, st.floats(0.01, 0.99))
def test_the_sub_gamma_figures_bound_the_cumulant(linear, quadratic, share):
    variance, width = sub_gamma(linear, quadratic)
    s = share / width
    assert exact_cumulant(linear, quadratic, s) <= s * s * variance / (2 * (1 - width * s)) * (1 + 1e-9)
    assert width == 2 * abs(quadratic)


def test_the_variance_in_the_sub_gamma_figures_is_that_of_the_centred_log_ratio():
    nodes, weights = scipy.special.roots_hermitenorm(8)
    linear, quadratic = 1.3, -0.7
    centred = linear * nodes + quadratic * (nodes**2 - 1)
    assert sub_gamma(linear, quadratic)[0] == pytest.approx(weights @ centred**2 / weights.sum(), rel=1e-13)


def test_the_parts_are_those_of_the_log_ratio_with_its_mean_taken_off():
    seen = Seen(np.array(0.7), np.array(1.4), np.log(1.4))
    epsilon = np.linspace(-3, 3, 7)
    own, other, constant = log_ratio_terms(epsilon, seen.residual(epsilon), seen.log_ratio, numpy_world())
    linear, quadratic = quadratic_parts(seen)
    # log p enters with its sign changed: log q/p − E = −½ε² + ½r² − E(…) = βε + c(ε² − 1)
    rest = own - other + constant - (linear * epsilon + quadratic * (epsilon**2 - 1))
    np.testing.assert_allclose(rest, rest[0], rtol=1e-14)


def test_the_parts_of_nearly_equal_scales_do_not_cancel():
    for power in (20, 30, 40, 52):
        step = 2.0**-power
        seen = Seen(0.0, 1 + step, np.log1p(step))
        assert quadratic_parts(seen)[1] == pytest.approx(step * (1 + step / 2), rel=4e-16)


def tail_truth(offset, ratio, log_ratio, cut):
    """Return ∫ beyond ±T of φ·|½ε² + ½(|a| + b|ε|)² + |g|| by the error function: the majorant, integrated exactly."""
    with mpmath.workdps(50):
        offset, ratio, log_ratio, cut = (mpmath.mpf(float(number)) for number in (offset, ratio, log_ratio, cut))
        density = mpmath.exp(-cut * cut / 2) / mpmath.sqrt(2 * mpmath.pi)
        beyond = mpmath.erfc(cut / mpmath.sqrt(2)) / 2
        moments = beyond, density, cut * density + beyond
        size = abs(offset)
        factors = size * size / 2 + abs(log_ratio), size * ratio, (1 + ratio * ratio) / 2
        return 2 * sum(factor * moment for factor, moment in zip(factors, moments, strict=True))


shapes = st.tuples(signed, sizes, st.floats(-50, 50), st.floats(1, 30))


@given(shapes)
def test_the_tail_bound_exceeds_the_majorant_and_by_little(shape):
    offset, ratio, log_ratio, cut = (flint.arb(number) for number in shape)
    bound = gaussian_tail_bound(Seen(offset, ratio, log_ratio), cut, (2 * flint.arb.pi()).log())
    truth = flint.arb(mpmath.nstr(tail_truth(*shape), 40))
    assert truth < bound
    assert bound < truth * (1 + 2 / cut**2)  # Q(T) = φ(T)/T·(1 − 1/T² + …)


@given(shapes)
def test_the_tail_bound_exceeds_the_log_ratio_beyond_the_cut(shape):
    """By balls: ∫ of φ·|log q/p| from T to T + 4, on both sides, with signs inside as they come."""
    offset, ratio, log_ratio, cut = (flint.arb(number) for number in shape)
    seen = Seen(offset, ratio, log_ratio)
    bound = gaussian_tail_bound(seen, cut, (2 * flint.arb.pi()).log())
    root = (2 * flint.arb.pi()).sqrt()

    def integrand(epsilon, _analytic):
        residual = seen.residual(epsilon)
        return (-epsilon * epsilon / 2).exp() / root * (residual * residual / 2 - epsilon * epsilon / 2 + log_ratio)

    right = flint.acb.integral(integrand, cut, cut + 4).real
    left = flint.acb.integral(integrand, -cut - 4, -cut).real
    assert not abs(right) + abs(left) > bound


def test_a_wrong_tail_bound_would_be_seen():
    """One moment forgotten, or one side only, falls below the majorant: the tests above can fail."""
    shape = (0.5, 2.0, 0.7, 6.0)
    truth = float(tail_truth(*shape))
    seen = Seen(*(flint.arb(number) for number in shape[:3]))
    bound = float(gaussian_tail_bound(seen, flint.arb(6), (2 * flint.arb.pi()).log()))
    assert truth < bound < 1.06 * truth
    density = np.exp(-18.0) / np.sqrt(2 * np.pi)
    assert bound / 2 < truth
    assert bound - 2 * density * (1 + 2.0**2) / 2 * 6.0 < truth


def test_a_density_seen_from_another_has_the_residual_of_a_point():
    seen = Seen(0.25, 3.0, np.log(3.0))
    assert seen.residual(-2.0) == 0.25 - 6.0
    assert seen.blur == 1.0
