"""`gaussian_kl` in float64: at most 4 units wrong for all finite inputs, never negative, 0 at q = p."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from elbo_check.closed_forms import gaussian_kl

from . import reference

UNITS = 4
LARGEST, SMALLEST = float(np.finfo(np.float64).max), 5e-324
POWERS = [10.0**k for k in (-300, -150, -100, -20, -8, -1, 0, 1, 8, 100, 150, 300)]
SIZES = [SMALLEST, 3 * SMALLEST, float(np.finfo(np.float64).tiny), *POWERS, np.nextafter(1.0, 2), 0.7, 3.3, LARGEST]
CENTRES = [0.0, *SIZES, *(-size for size in SIZES)]
FEW_SIZES = [SMALLEST, 1e-150, 1e-8, 0.7, 1.0, 1e8, 1e150, LARGEST]
DISTANCES = [1.0, -0.999, *(sign * 10.0**-k for k in range(1, 16) for sign in (1, -1))]


def check(*arguments):
    arguments = np.broadcast_arrays(*arguments)
    values = gaussian_kl(*arguments)
    assert np.all(values >= 0)
    error, row = reference.worst(values, arguments)
    assert error <= UNITS, f"gaussian_kl{row} is {error} units wrong"


def log_uniform(rng, low, high, size):
    return np.exp2(rng.uniform(low, high, size))


def signs(rng, size):
    return rng.choice([-1.0, 1.0], size)


@pytest.mark.unmeasured
def test_a_grid_over_all_sizes_of_float64_is_right_to_4_units():
    check(*reference.grid(CENTRES, SIZES, [0.0, 1.0, -1e150, LARGEST], FEW_SIZES))


@pytest.mark.unmeasured
@pytest.mark.parametrize("prior_sigma", [SMALLEST * 2**60, 1e-300, 1e-150, 1e-8, 0.7, 1.0, 3.3, 1e8, 1e150, 1e307])
def test_clusters_around_the_prior_are_right_to_4_units(prior_sigma):
    sigmas = [prior_sigma * (1 + distance) for distance in DISTANCES]
    sigmas += [prior_sigma, np.nextafter(prior_sigma, 0), np.nextafter(prior_sigma, np.inf), 2 * prior_sigma]
    prior_mu = 1.7
    mus = [prior_mu, np.nextafter(prior_mu, 0), *(prior_mu * (1 + distance) for distance in DISTANCES)]
    check(*reference.grid(mus, sigmas, [prior_mu], [prior_sigma]))
    shifts = [prior_sigma * distance for distance in DISTANCES if prior_sigma * distance]
    check(*reference.grid(shifts, sigmas, [0.0], [prior_sigma]))


def test_ratios_at_the_seams_of_the_formula_are_right_to_4_units():
    rng = np.random.default_rng(2)
    prior = rng.uniform(1, 2, 3000)
    for seam in (0.5, 2.0):
        ratios = seam * (1 + signs(rng, 3000) * log_uniform(rng, -53, -2, 3000))
        check(0.0, prior * ratios, 0.0, prior)
        check(signs(rng, 3000) * log_uniform(rng, -4, 1, 3000), prior * ratios, 0.0, prior)


@pytest.mark.unmeasured
@pytest.mark.parametrize("spread", [1, 100, 1000])
def test_random_inputs_are_right_to_4_units(spread):
    rng = np.random.default_rng(3)
    size = 10_000

    def any_size():
        return log_uniform(rng, -min(1074, spread), min(1023.9, spread), size)

    check(signs(rng, size) * any_size(), any_size(), signs(rng, size) * any_size(), any_size())


def test_subnormal_scales_are_right_to_4_units():
    rng = np.random.default_rng(4)
    sigma, prior_sigma = SMALLEST * rng.integers(1, 50, (2, 3000))
    check(0.0, sigma, 0.0, prior_sigma)
    check(SMALLEST * rng.integers(-50, 50, 3000), sigma, 0.0, prior_sigma)
    check(0.0, sigma, 0.0, log_uniform(rng, -1000, 1023, 3000))


def test_results_below_the_normal_numbers_are_right_to_one_step():
    rng = np.random.default_rng(5)
    check(signs(rng, 3000) * log_uniform(rng, -540, -500, 3000), 1.0, 0.0, 1.0)
    check(log_uniform(rng, -560, -520, 3000), 0.7, 0.0, 0.7)


def test_centres_whose_difference_overflows_are_right_to_4_units():
    rng = np.random.default_rng(6)
    mu, sigma, prior_mu, prior_sigma = LARGEST * rng.uniform(0.4, 1, (4, 2000))
    check(mu, sigma, -prior_mu, prior_sigma)


def halfway(low, high):
    """Return the float in the middle of all the floats between two positive ones."""
    places = [int(np.float64(number).view(np.uint64)) for number in (low, high)]
    return float(np.uint64(sum(places) // 2).view(np.float64))


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(30))
def test_only_what_exceeds_the_largest_float_overflows(seed):
    rng = np.random.default_rng(seed)
    prior_sigma = float(log_uniform(rng, -1000, 500, None))
    sigma = prior_sigma * float(log_uniform(rng, 0, 512.4, None)) if seed % 2 else prior_sigma

    def truth(mu):
        return reference.kl(mu, sigma, 0.0, prior_sigma)

    below, above = 0.0, LARGEST if prior_sigma > 1 else prior_sigma * 2.0**513
    assert truth(below) < LARGEST < truth(above)
    while np.nextafter(below, np.inf) < above:
        middle = halfway(below, above)
        below, above = (middle, above) if truth(middle) <= LARGEST else (below, middle)
    last, first = gaussian_kl(below, sigma, 0.0, prior_sigma), gaussian_kl(above, sigma, 0.0, prior_sigma)
    assert reference.units(last, truth(below)) <= UNITS
    assert first == np.inf or reference.units(first, truth(above)) <= UNITS
    assert gaussian_kl(above * (1 + 1e-14), sigma, 0.0, prior_sigma) == np.inf


@pytest.mark.parametrize(
    "arguments",
    [
        (0.0, 1e200),
        (1e200, 1.0),
        (LARGEST, 1.0, -LARGEST, 1.0),
        (0.0, LARGEST, 0.0, SMALLEST),
        (1.0, 1.0, 0.0, SMALLEST),
    ],
)
def test_what_is_far_too_large_is_infinite(arguments):
    assert gaussian_kl(*arguments) == np.inf


def test_what_is_far_too_large_costs_no_ball(monkeypatch):
    monkeypatch.setattr("elbo_check.closed_forms.normal.certain_float", None)  # to call it would be an error
    assert np.all(gaussian_kl(0.0, np.full(10**6, 1e200)) == np.inf)
    with pytest.raises(TypeError):
        gaussian_kl(LARGEST, LARGEST, -LARGEST, LARGEST)


any_float = st.floats(allow_nan=False, allow_infinity=False)
any_scale = st.floats(min_value=SMALLEST, allow_nan=False, allow_infinity=False)


@st.composite
def near_or_anywhere(draw, numbers, other):
    """Draw any of `numbers`, or one a little off the `other`."""
    if draw(st.booleans()):
        return draw(numbers)
    factor = 1 + draw(st.sampled_from([1, -1])) * 10.0 ** draw(st.floats(-16, -0.1))
    near = min(max(other * factor, -LARGEST), LARGEST)
    return near or other


@st.composite
def pairs(draw):
    prior_mu, prior_sigma = draw(any_float), draw(any_scale)
    mu = draw(near_or_anywhere(any_float, prior_mu))
    return mu, draw(near_or_anywhere(any_scale, prior_sigma)), prior_mu, prior_sigma


@pytest.mark.unmeasured
@settings(deadline=None)
@given(pairs())
@example((0.0, 1.0, 0.0, 1.0))
@example((1e-40, 1.0, 0.0, 1.0))
@example((LARGEST, LARGEST, -LARGEST, LARGEST))
def test_any_pair_is_right_to_4_units(pair):
    value, truth = gaussian_kl(*pair), reference.kl(*pair)
    assert value >= 0
    assert reference.units(value, truth) <= UNITS
    assert value > 0 or truth < SMALLEST


@settings(deadline=None)
@given(any_float, any_scale)
def test_equal_densities_have_no_divergence(mu, sigma):
    assert gaussian_kl(mu, sigma, mu, sigma) == 0


@pytest.mark.unmeasured
@settings(deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.integers(-60, 60))
def test_a_common_scale_changes_nothing(mu, sigma, prior_mu, prior_sigma, power):
    scaled = [2.0**power * number for number in (mu, sigma, prior_mu, prior_sigma)]
    assert gaussian_kl(*scaled) == pytest.approx(gaussian_kl(mu, sigma, prior_mu, prior_sigma), rel=1e-14, abs=0)


def test_the_textbook_formula_fails_where_this_one_does_not():
    mu, sigma = 0.0, 1 + 1e-9
    textbook = -0.5 * (1 + np.log(sigma**2) - mu**2 - sigma**2)
    assert reference.units(textbook, reference.kl(mu, sigma, 0.0, 1.0)) > 1e9
    check(mu, sigma, 0.0, 1.0)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(10))
def test_a_million_random_pairs_are_right_to_4_units(seed):
    rng = np.random.default_rng(seed)
    size = 100_000
    prior = log_uniform(rng, -1, 1, size) if seed % 2 else log_uniform(rng, -1000, 1000, size)
    shift = prior * signs(rng, size) * log_uniform(rng, -60, 8, size) * rng.integers(0, 2, size)
    check(shift, prior * log_uniform(rng, -3, 3, size), 0.0, prior)
