"""Laws in the sizes and formulas over terms: an exact algebra."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.diagnosis.formula import LOG_2PI, ONE, Formula, Law, Term, law, product

NAMES = ("B", "D", "d")
NUMBERS = st.fractions(-6, 6, max_denominator=12)
POWERS = st.dictionaries(st.sampled_from(NAMES), st.integers(-2, 2), max_size=3)
MONOMIALS = st.builds(lambda c, powers: law(c, **powers), NUMBERS.filter(bool), POWERS)
LAWS = st.lists(MONOMIALS, max_size=3).map(lambda each: sum(each, Law()))
SIZES = st.fixed_dictionaries({name: st.integers(1, 9) for name in NAMES})

TERMS = [Term(name, ("B", "d"), lambda a: a["x"], lambda s: s["x"]) for name in ("one", "two", "three")]
FORMULAS = st.dictionaries(st.sampled_from([*TERMS, ONE, LOG_2PI]), LAWS, max_size=5).map(Formula.of)


def value(held, sizes):
    """What a law is worth, reckoned with Python's own powers."""
    total = Fraction(0)
    for monomial, c in held.parts:
        total += c * math.prod(Fraction(sizes[name]) ** power for name, power in monomial)
    return total


@pytest.mark.endurance
@given(LAWS, LAWS, SIZES)
def test_laws_add_subtract_and_multiply_as_their_values_do(one, two, sizes):
    for made, expected in (
        (one + two, value(one, sizes) + value(two, sizes)),
        (one - two, value(one, sizes) - value(two, sizes)),
        (one * two, value(one, sizes) * value(two, sizes)),
        (-one, -value(one, sizes)),
    ):
        assert made.at(sizes).number == expected == value(made, sizes)


@given(LAWS, LAWS, LAWS)
def test_laws_are_a_commutative_ring(one, two, three):
    assert one + two == two + one
    assert one * two == two * one
    assert (one + two) * three == one * three + two * three
    assert one * law(1) == one
    assert not (one - one)
    assert hash(one + two) == hash(two + one)


@pytest.mark.endurance
@given(LAWS, MONOMIALS)
def test_a_multiple_by_one_monomial_is_found_again(held, factor):
    assert (held * factor).quotient(held) == (factor if held else None)


@pytest.mark.endurance
@given(LAWS, LAWS)
def test_a_quotient_is_only_given_where_it_is_one(one, two):
    found = one.quotient(two)
    assert found is None or (two * found == one and len(found.parts) == 1)


def test_laws_that_are_no_multiples_have_no_quotient():
    assert (law(1, d=1) + law(1)).quotient(law(1, d=1) + law(2)) is None
    assert law(1).quotient(Law()) is None


@pytest.mark.unmeasured
@given(MONOMIALS)
def test_a_monomial_times_its_inverse_is_one(held):
    assert held * held.inverse() == law(1)


def test_only_a_single_monomial_has_an_inverse():
    for held in (Law(), law(1) + law(1, d=1)):
        with pytest.raises(ValueError, match="unpack"):
            held.inverse()


@given(LAWS, SIZES)
def test_sizes_may_be_put_in_one_after_another(held, sizes):
    partly = held.at({"d": sizes["d"]})
    assert "d" not in partly.names
    assert partly.at(sizes) == held.at(sizes)


def test_a_law_of_sizes_is_no_number():
    with pytest.raises(ValueError, match="depends on B, d"):
        _ = law(1, d=1, B=-1).number
    assert Law().number == 0


def test_a_product_of_laws_is_taken_in_turn():
    assert product([]) == law(1)
    assert product([law("1/2", d=1), law(2, d=-1), law(3, B=1)]) == law(3, B=1)


def test_terms_are_told_apart_by_name_alone():
    again = Term("one", ("d",), lambda a: 0, lambda s: 0)
    assert again == TERMS[0] != TERMS[1]
    assert hash(again) == hash(TERMS[0])
    assert TERMS[0] != "one"
    assert repr(again) == "<one>"


@pytest.mark.endurance
@given(FORMULAS, FORMULAS, MONOMIALS)
def test_formulas_add_and_scale_term_by_term(one, two, factor):
    total = one + two.scaled(factor)
    for term in [*TERMS, ONE, LOG_2PI]:
        assert total[term] == one[term] + two[term] * factor
    assert one - one == Formula({})
    assert not (one - one)
    assert hash(one + two) == hash(two + one)
    assert all(total.coefficients.values())


@pytest.mark.endurance
@given(FORMULAS, SIZES)
def test_sizes_are_put_into_every_law_of_a_formula(formula, sizes):
    put = formula.at(sizes)
    for term in TERMS:
        assert put[term] == formula[term].at(sizes)
    assert formula.at({}) is formula


@pytest.mark.endurance
@given(FORMULAS)
def test_a_formula_is_its_terms_and_its_constants(formula):
    assert formula.restricted(formula.terms) + formula.constants == formula
    assert not formula.constants.terms
    assert all(not term.constant for term in formula.terms)


@pytest.mark.endurance
@given(FORMULAS, MONOMIALS)
def test_a_scaled_formula_is_a_multiple_of_the_first(formula, factor):
    assert formula.scaled(factor).quotient(formula) == (factor if formula else None)


def test_formulas_of_other_terms_or_unequal_factors_are_no_multiples():
    one, two, _ = TERMS
    formula = Formula.of({one: law(1), two: law(2)})
    assert formula.quotient(Formula.of({one: law(1)})) is None
    assert formula.quotient(Formula.of({one: law(1), two: law(1)})) is None
    assert formula.quotient(Formula.of({one: law(1), two: law(1) + law(1, d=1)})) is None
    assert formula != "formula"


def test_terms_are_exchanged_at_once_and_with_their_factors():
    one, two, three = TERMS
    formula = Formula.of({one: law(1), two: law(2)})
    assert formula.replaced([(one, two, law(3)), (two, one, law(1))]) == Formula.of({two: law(3), one: law(2)})
    assert formula.replaced([(one, two, law(1))]) == Formula.of({two: law(3)})
    assert formula.replaced([(three, one, law(1))]) == formula
    assert formula.with_terms({one: Law()}) == Formula.of({two: law(2)})
