"""Sums of squares that are multiplied out, against NumPy's eigenvalues and against what is false."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from elbo_check import laws
from elbo_check.checking import by_meaning, check, check_step
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.nodes import Expectation, function, gaussian, model
from elbo_check.normal_form.squares import is_sum_of_squares
from elbo_check.symbols import author_form, positive, real

x, y, z = real("x"), real("y"), real("z")
f, q = function("f"), model("q")


def ruled(left, relation, right, parameters, law=laws.nonnegativity):
    step = Step("s", left, right, law, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters)
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=False).state


def monomial(*powers):
    return frozenset((base, power) for base, power in enumerate(powers) if power)


with author_form():
    mean = Expectation(q(z), f(z))
    TRUE = [
        (x**2 + y**2, "≥", 2 * x * y, (x, y)),
        (2 * x * y, "≤", x**2 + y**2, (x, y)),
        (x**2 + y**2 + z**2, "≥", x * y + y * z + z * x, (x, y, z)),
        (x**4 + y**4, "≥", 2 * x**2 * y**2, (x, y)),
        (x**2 + 1, "≥", 2 * x, (x,)),
        (mean**2 + 1, "≥", 2 * mean, ()),
    ]
    FALSE = [
        (x**2 + y**2, "≥", 3 * x * y, (x, y)),
        (x**2 + y**2, "≤", 2 * x * y, (x, y)),
        (x**2 + sympy.Rational(9, 10), "≥", 2 * x, (x,)),
        (x**2 + y**2 + z**2, "≥", sympy.Rational(3, 2) * (x * y + y * z + z * x), (x, y, z)),
        (-(x**2) + 2 * x, "≥", sympy.Integer(1), (x,)),
    ]


@pytest.mark.parametrize(("left", "relation", "right", "parameters"), TRUE)
def test_a_sum_of_squares_is_not_negative_though_it_is_multiplied_out(left, relation, right, parameters):
    assert ruled(left, relation, right, parameters) == "proved"
    assert ruled(left, relation, right, parameters, laws.algebra) == "undecided"


@pytest.mark.parametrize(("left", "relation", "right", "parameters"), FALSE)
def test_what_is_no_sum_of_squares_is_not_taken_for_one(left, relation, right, parameters):
    assert ruled(left, relation, right, parameters) in ("refuted", "undecided")


def test_a_quadratic_form_is_judged_as_its_eigenvalues_are():
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(300):
        size = int(rng.integers(1, 4))
        root = rng.integers(-2, 3, (size, size))
        matrix = root @ root.T + np.diag(rng.integers(-1, 2, size))
        if (np.diag(matrix) <= 0).any():
            continue
        terms = {}
        for i in range(size):
            for k in range(i + 1):
                powers = np.eye(size, dtype=int)[i] + np.eye(size, dtype=int)[k]
                if matrix[i, k]:
                    terms[monomial(*map(int, powers))] = Fraction(int(matrix[i, k]) * (1 + (i != k)))
        expected = bool(np.linalg.eigvalsh(matrix.astype(float))[0] > -1e-9)
        assert is_sum_of_squares(terms) is expected
        seen.add(expected)
    assert seen == {True, False}


def test_what_has_no_square_to_be_part_of_is_no_sum_of_squares():
    assert not is_sum_of_squares({})
    assert not is_sum_of_squares({monomial(1): Fraction(1)})
    assert not is_sum_of_squares({monomial(2): Fraction(1), monomial(0, 1): Fraction(1)})
    assert not is_sum_of_squares({monomial(*[0] * i, 2): Fraction(1) for i in range(21)})
    zero_pivot = {
        monomial(2): Fraction(1),
        monomial(0, 2): Fraction(1),
        monomial(1, 1): Fraction(2),
        monomial(0, 0, 2): Fraction(1),
    }
    assert is_sum_of_squares(zero_pivot)
    assert not is_sum_of_squares({**zero_pivot, monomial(1, 0, 1): Fraction(1)})


def derived(left, right, law, relation="≥", parameters=(), cites=None):
    step = Step("s", left, right, law, relation, cites=cites)
    chain = Chain(Statement(left, right, relation), (step,), parameters)
    return Derivation("square", "Square", "square", (), (chain,), ("none",))


v, w, m, scale = real("v"), real("w"), real("m"), positive("scale")
SQUARE = derived(v**2, sympy.Integer(0), laws.nonnegativity, parameters=(v,))
ZERO = sympy.Integer(0)


def cited():
    """Var f ≥ 0 and what follows, by v² ≥ 0 at v = f − E f: E f stands in what is said of f."""
    centred, renamed = f(z) - mean, f(z) - Expectation(q(w), f(w))
    yield Expectation(q(z), centred**2), ZERO, centred, laws.monotonicity, ()
    yield Expectation(q(z), renamed**2), ZERO, renamed, laws.monotonicity, ()
    yield Expectation(q(z), f(z) ** 2), mean**2, centred, laws.monotonicity, ()
    yield Expectation(q(z), f(z) ** 2), ZERO, f(z), laws.monotonicity, ()
    yield Expectation(gaussian(m, scale), (z - m) ** 2, z), ZERO, z - m, laws.monotonicity, (m, scale)
    yield x**2 + y**2, 2 * x * y, x - y, laws.theorem, (x, y)


with author_form():
    CITED = list(cited())


@pytest.mark.parametrize(("left", "right", "at", "law", "parameters"), CITED)
def test_a_square_that_is_cited_is_used_though_it_is_multiplied_out(left, right, at, law, parameters):
    held = Citation(SQUARE, (((v, at),),))
    found = check(derived(left, right, law, parameters=parameters, cites=held))
    assert found.outcome == "proved", found.missing
    with author_form():
        more = right + sympy.Rational(1, 100)
    assert check(derived(left, more, law, parameters=parameters, cites=held)).outcome != "proved"
    assert check(derived(left, right, law, "≤", parameters=parameters, cites=held)).outcome == "refuted"


def test_twice_the_square_of_the_mean_is_too_much():
    with author_form():
        left, right, at = Expectation(q(z), f(z) ** 2), 2 * mean**2, f(z) - mean
    held = Citation(SQUARE, (((v, at),),))
    assert check(derived(left, right, laws.monotonicity, cites=held)).outcome == "refuted"
