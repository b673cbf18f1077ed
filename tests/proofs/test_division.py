"""Division with a remainder: it is exact, it stops, and the remainder does not depend on how something was written."""

from fractions import Fraction
from random import Random

import pytest

from elbo_check.normal_form import division
from elbo_check.normal_form.division import divided
from elbo_check.normal_form.polynomials import ONE, Polynomial


def drawn(rng, terms, powers):
    def monomial():
        return frozenset((base, power) for base in range(3) if (power := rng.choice(powers)))

    return Polynomial.collect((monomial(), Fraction(rng.randint(-3, 3), rng.randint(1, 3))) for _ in range(terms))


@pytest.mark.parametrize("seed", range(60))
def test_quotient_times_divisor_plus_remainder_is_the_whole(seed):
    rng = Random(seed)
    whole, by = drawn(rng, 5, (0, 1, 2, -1)), drawn(rng, 3, (0, 1, 2))
    if not by.terms:
        return
    quotient, remainder = divided(whole, by)
    assert (quotient * by + remainder).key == whole.key
    other = drawn(rng, 2, (0, 1))
    assert divided(whole + other * by, by)[1].key == remainder.key


def test_what_is_a_multiple_leaves_nothing():
    x, y = (Polynomial({frozenset({(base, 1)}): Fraction(1)}) for base in (0, 1))
    one = Polynomial({ONE: Fraction(1)})
    quotient, remainder = divided((x + y) * (x + one), x + y)
    assert (quotient.key, remainder.terms) == ((x + one).key, {})


def test_a_division_that_takes_too_long_is_left(monkeypatch):
    monkeypatch.setattr(division, "_MOST_STEPS", 2)
    x, y = (Polynomial({frozenset({(base, 1)}): Fraction(1)}) for base in (0, 1))
    whole = x * x * x
    quotient, remainder = divided(whole, x + y)
    assert (quotient.terms, remainder) == ({}, whole)
