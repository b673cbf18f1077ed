"""Exact Gaussian moments: against counting pairings, against quadrature, and beyond what they promise."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.errors import WitnessError
from elbo_check.witnesses.moments import covariance_of, expectation, moment, standard_moment

fractions = st.fractions(-3, 3, max_denominator=5)
positive = st.fractions(Fraction(1, 5), 3, max_denominator=5)


def pairings(places):
    """Every way to pair the places."""
    if not places:
        yield []
        return
    first, *rest = places
    for i, other in enumerate(rest):
        for others in pairings([*rest[:i], *rest[i + 1 :]]):
            yield [(first, other), *others]


def by_pairings(powers, covariance):
    """Isserlis' theorem for a centred Gaussian: the sum over pairings of the products of covariances."""
    places = [i for i, power in enumerate(powers) for _ in range(power)]
    return sum(math.prod(covariance[a][b] for a, b in pairing) for pairing in pairings(places))


def test_standard_moments_are_odd_factorials():
    assert [standard_moment(k) for k in (0, 1, 2, 3, 4, 6, 8, 10)] == [1, 0, 1, 0, 3, 15, 105, 945]
    assert all(standard_moment(2 * k) == math.factorial(2 * k) // (2**k * math.factorial(k)) for k in range(12))
    with pytest.raises(WitnessError):
        standard_moment(-1)


@pytest.mark.unmeasured
@given(st.integers(0, 9), fractions, positive)
def test_a_scalar_moment_is_the_binomial_sum_of_standard_ones(power, mu, sigma):
    wanted = sum(math.comb(power, k) * mu ** (power - k) * sigma**k * standard_moment(k) for k in range(power + 1))
    assert moment((power,), (mu,), ((sigma**2,),)) == wanted


@pytest.mark.unmeasured
@given(
    st.tuples(*[st.integers(0, 3)] * 3).filter(lambda k: sum(k) <= 6),
    st.lists(fractions, min_size=3, max_size=3),
    st.lists(positive, min_size=3, max_size=3),
)
def test_a_centred_moment_is_the_sum_over_pairings(powers, below, diagonal):
    covariance = covariance_of([[diagonal[0]], [below[0], diagonal[1]], [below[1], below[2], diagonal[2]]])
    zero = (Fraction(0),) * 3
    assert moment(powers, zero, covariance) == by_pairings(powers, covariance)


def test_moments_agree_with_quadrature():
    mean, factor = (Fraction(1, 2), Fraction(-1)), [[Fraction(3, 2)], [Fraction(-2, 3), Fraction(1, 4)]]
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    weights = weights / weights.sum()
    lower = np.array([[1.5, 0], [-2 / 3, 0.25]])
    for powers in itertools.product(range(4), repeat=2):
        numeric = 0.0
        for (a, u), (b, v) in itertools.product(zip(nodes, weights, strict=True), repeat=2):
            at = np.array([0.5, -1.0]) + lower @ [a, b]
            numeric += u * v * at[0] ** powers[0] * at[1] ** powers[1]
        assert float(moment(powers, mean, covariance_of(factor))) == pytest.approx(numeric, rel=1e-10)


def test_an_expectation_is_linear_in_the_polynomial():
    mean, covariance = (Fraction(1),), ((Fraction(4),),)
    assert expectation({}, mean, covariance) == 0
    assert expectation({(2,): Fraction(3), (1,): Fraction(-1)}, mean, covariance) == 3 * 5 - 1


@pytest.mark.parametrize(
    ("powers", "mean"), [((1, 1), (Fraction(0),)), ((-1,), (Fraction(0),)), ((61,), (Fraction(0),))]
)
def test_what_is_no_moment_is_refused(powers, mean):
    with pytest.raises(WitnessError):
        moment(powers, mean, ((Fraction(1),),))


@pytest.mark.unmeasured
def test_a_covariance_that_does_not_fit_is_refused():
    with pytest.raises(WitnessError):
        moment((1,), (Fraction(0),), ((Fraction(1),),) * 2)


def test_the_covariance_of_a_factor():
    factor = [[Fraction(2)], [Fraction(1), Fraction(3)], [Fraction(0), Fraction(-1), Fraction(1, 2)]]
    full = np.array([[2, 0, 0], [1, 3, 0], [0, -1, 0.5]])
    assert np.array_equal(np.array(covariance_of(factor), dtype=float), full @ full.T)
