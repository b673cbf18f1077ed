"""Discrete densities: their doors, draws, statistics, and what they say where a probability is 0."""

import math
from fractions import Fraction

import flint
import numpy as np
import pytest
import scipy.stats

from elbo_check.closed_forms.latents import cross, entropy, kl
from elbo_check.densities.categorical import Categorical, drawn
from elbo_check.densities.finite import FinitePoint, log_sum, normalised
from elbo_check.densities.latent import cumulant_of
from elbo_check.densities.markov_chain import MarkovChain
from elbo_check.densities.world import ball_world, numpy_world, sympy_world
from elbo_check.errors import InputError, ShapeError, WitnessError
from elbo_check.witnesses.rational import rational_world

WORLD = numpy_world()
ROWS = Categorical([[0.25, 0.75, 0.0], [0.1, 0.2, 0.7]])
CHAIN = MarkovChain([0.5, 0.5, 0], [[[0.9, 0.1, 0], [0, 0.5, 0.5], [1, 0, 0]], [[0.2, 0.3, 0.5]] * 3])
DENSITIES = {"one": Categorical([0.5, 0.0, 0.5]), "rows": ROWS, "chain": CHAIN}


def masses(density):
    """Every point with its probability, by log_density."""
    for z in density.space.points():
        yield z, math.exp(sum(map(float, density.log_density(z, WORLD))))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([0.5, 0.6], r"numbers with the sum 1.1 must be probabilities: their sum is 1; divide them by their sum"),
        ([[1.0, 0.0], [0.5, 0.25]], r"probabilities\[1\]=numbers with the sum 0.75"),
        ([0, 0], "one of them at least is positive"),
        ([1.5, -0.5], r"probabilities\[1\]=-0.5 must be ≥ 0; a probability is not negative"),
        ([Fraction(1, 3), Fraction(1, 2)], "with the sum 0.8333333333333334"),
        ([Fraction(1, 3), 0.5], "fractions and whole numbers only"),
        (["1/2", "1/2"], "probabilities"),
        ([math.nan, 1.0], "finite"),
    ],
)
def test_what_is_no_row_of_probabilities_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        Categorical(given)


def test_shapes_are_refused_with_what_was_expected():
    with pytest.raises(ShapeError, match=r"an array of shape \(\) must be an array with 1 or 2 axes"):
        Categorical(1.0)
    with pytest.raises(ShapeError, match=r"\(T − 1, 2, 2\)"):
        MarkovChain([0.5, 0.5], [[[0.5, 0.25, 0.25]] * 2])


def test_floats_are_read_exactly_and_divided_by_their_exact_sum():
    third = Categorical(np.array([1, 1, 1]) / 3)
    assert third.given.tolist() == [Fraction(1, 3)] * 3
    assert Categorical(np.array([0.1, 0.9], dtype=np.float32)).given.sum() == 1
    assert Categorical(np.array([Fraction(1, 3), Fraction(2, 3)], dtype=object)).given[1] == Fraction(2, 3)
    with flint.ctx.workprec(200):
        assert sum(third.read(ball_world()).probabilities).contains(1)


def test_a_density_computed_in_floats_can_be_read_again():
    made = Categorical.of_logs(np.array([-1.0, -2.0, -math.inf]), WORLD)
    again = made.read(ball_world())
    assert [float(p) for p in again.probabilities] == pytest.approx(made.probabilities.tolist(), rel=1e-15)
    assert again.given.sum() == 1
    assert repr(Categorical([1.0, 0.0])) == "Categorical([1.0, 0.0])"


@pytest.mark.parametrize("name", sorted(DENSITIES))
def test_probabilities_of_all_points_sum_to_one_and_draws_follow_them(name):
    density = DENSITIES[name]
    listed = list(masses(density))
    assert len(listed) == density.space.size
    assert math.fsum(mass for _, mass in listed) == pytest.approx(1, abs=1e-15)
    count = 40_000
    sample = density.draw(np.random.default_rng(5), count).index.reshape(-1, count)
    for z, mass in listed:
        seen = int((sample == z.index.reshape(-1, 1)).all(axis=0).sum())
        if mass == 0:
            assert seen == 0
        else:
            assert scipy.stats.binomtest(seen, count, mass).pvalue > 1e-9


@pytest.mark.parametrize("name", sorted(DENSITIES))
def test_moments_are_the_means_of_the_statistics(name):
    density = DENSITIES[name]
    means = np.zeros(len(density.natural()))
    for z, mass in masses(density):
        means += mass * np.array([float(held) for held in density.statistics(z)])
    assert np.array(density.moments(WORLD), dtype=float) == pytest.approx(means, abs=1e-15)
    drawn_statistics = density.statistics(density.draw(np.random.default_rng(1), 10))
    assert {np.shape(held) for held in drawn_statistics} == {(10,)}


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", sorted(DENSITIES))
def test_the_log_partition_is_the_log_of_the_sum_over_all_points(name):
    density = DENSITIES[name]
    slopes = np.linspace(-1, 2, len(density.natural()))
    natural = tuple(np.array(density.natural()) + slopes)
    total = math.fsum(
        mass * math.exp(np.dot(slopes, [float(held) for held in density.statistics(z)])) for z, mass in masses(density)
    )
    assert float(density.log_partition(natural, WORLD)) == pytest.approx(math.log(total), abs=1e-13)
    assert float(density.log_partition(density.natural(), WORLD)) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("name", sorted(DENSITIES))
def test_the_centred_cumulant_is_that_of_all_points(name):
    density, s = DENSITIES[name], 0.7
    coefficients = tuple(np.linspace(-1, 1, len(density.natural())))
    values = [
        (mass, float(np.dot(coefficients, [float(held) for held in density.statistics(z)])))
        for z, mass in masses(density)
    ]
    mean = math.fsum(mass * value for mass, value in values)
    truth = math.log(math.fsum(mass * math.exp(s * (value - mean)) for mass, value in values))
    assert truth - 1e-15 <= cumulant_of(density, coefficients)(s) <= truth + 1e-13  # the sum above rounds, too


@pytest.mark.parametrize("name", sorted(DENSITIES))
def test_closed_forms_are_sums_over_all_points(name):
    q = DENSITIES[name]
    p = {
        "one": Categorical([0.2, 0.5, 0.3]),
        "rows": Categorical([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]]),
        "chain": MarkovChain([0.25, 0.5, 0.25], [[[0.5, 0.25, 0.25]] * 3, [[0.1, 0.1, 0.8]] * 3]),
    }[name]
    log_p = {z.index.tobytes(): sum(map(float, p.log_density(z, WORLD))) for z in p.space.points()}
    own = math.fsum(mass * math.log(mass) for _, mass in masses(q) if mass)
    other = math.fsum(mass * log_p[z.index.tobytes()] for z, mass in masses(q) if mass)
    assert float(sum(entropy(q, WORLD))) == pytest.approx(-own, abs=1e-14)
    assert float(sum(cross(q, p, WORLD))) == pytest.approx(other, abs=1e-14)
    assert float(sum(kl(q, p, WORLD))) == pytest.approx(own - other, abs=1e-14)
    assert p.covers(q)
    assert not q.covers(p)
    for form in (cross, kl):
        with pytest.raises(WitnessError, match="infinite: q is positive where p is 0"):
            form(p, q, WORLD)


def test_steps_that_are_never_taken_do_not_count():
    """From an outcome of probability 0 a chain may go anywhere."""
    one = MarkovChain([1, 0], [[[0.5, 0.5], [0, 1]]])
    other = MarkovChain([1, 0], [[[0.5, 0.5], [1, 0]]])
    assert one.covers(other)
    assert other.covers(one)
    assert sum(kl(one, other, WORLD)) == 0


def test_densities_of_different_latents_are_refused():
    with pytest.raises(ShapeError, match=r"a density of shape \(2,\) must be of shape \(2, 3\)"):
        kl(Categorical([0.5, 0.5]), ROWS, WORLD)


def test_a_chain_of_independent_latents_and_one_of_a_single_latent():
    chain = MarkovChain.independent(ROWS)
    assert chain.shape == ROWS.shape
    for (z, mass), (_, other) in zip(masses(chain), masses(ROWS), strict=True):
        assert mass == pytest.approx(other, abs=1e-16), z
    single = MarkovChain([0.25, 0.75], ())
    assert single.shape == (1, 2)
    assert sum(entropy(single, WORLD)) == pytest.approx(scipy.stats.entropy([0.25, 0.75]), rel=1e-15)
    assert single.covers(MarkovChain.independent(Categorical([[0.5, 0.5]])))
    assert single.read(ball_world()).reached.tolist() == [[True, True]]


def test_the_last_outcome_of_positive_probability_bounds_what_is_drawn():
    steps = np.cumsum([0.1] * 10 + [0.0])
    assert drawn(steps, np.array([0.0, 1.0, np.nextafter(1, 0)])).tolist() == [0, 9, 9]


def test_sums_of_logarithms_keep_what_is_small_and_what_is_far():
    largest, rest = log_sum([-1000.0, 0.0, -40.0, -math.inf], WORLD)
    assert (largest, rest) == (1, pytest.approx(math.exp(-40), rel=1e-14))
    probabilities, logs = normalised([-2000.0, -math.inf, 0.0], WORLD)
    assert (probabilities, logs) == ([0.0, 0.0, 1.0], [-2000.0, -math.inf, -0.0])
    assert log_sum([np.float64(3.0)], WORLD) == (0, 0.0)


@pytest.mark.parametrize("number", [Fraction(1), Fraction(1, 3), Fraction(10**20 + 1, 10**20), Fraction(3, 10**400)])
def test_logarithms_of_rational_numbers_are_right_to_the_last_digits(number):
    with flint.ctx.workprec(2000):
        truth = ball_world().log_rational(number)
        assert ball_world().rational(number).contains(flint.fmpq(number.numerator, number.denominator))
        assert abs(flint.arb(float(WORLD.log_rational(number))) - truth) <= 4 * 2.0**-53 * abs(truth)
    assert float(rational_world().log_rational(number)) == pytest.approx(float(truth), rel=1e-12, abs=1e-15)


def test_rational_numbers_are_rational_in_symbols_too():
    import sympy

    assert sympy_world().rational(Fraction(1, 3)) == sympy.Rational(1, 3)
    assert sympy_world().log_rational(Fraction(1, 3)) == sympy.log(sympy.Rational(1, 3))
    assert WORLD.rational(Fraction(1, 4)) == 0.25
    half = sympy.log(sympy.Rational(1, 2))
    assert sympy_world().log_sum_exp([half, half]) == 0


def test_a_chain_that_cannot_go_on_has_no_mass():
    chain = MarkovChain([1, 0], [[[0.5, 0.5]] * 2])
    assert chain.log_partition((-math.inf,) * len(chain.natural()), WORLD) == -math.inf


def test_outcomes_have_logarithms_minus_infinity_where_they_are_impossible():
    assert Categorical([1, 0]).log_density(FinitePoint(np.array(1)), WORLD) == (-math.inf,)
