"""Sums of squares that are multiplied out, against NumPy's eigenvalues and against what is false."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from elbo_check import laws
from elbo_check.checking import by_meaning, check, check_step
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.nodes import Expectation, Integral, function, gaussian, indexed_sum, model, sequence
from elbo_check.normal_form import Context
from elbo_check.normal_form.polynomials import constant, generator
from elbo_check.normal_form.squares import is_sum_of_squares
from elbo_check.normal_form.terms import Sign, Terms
from elbo_check.symbols import author_form, count, positive, real

x, y, z = real("x"), real("y"), real("z")
j, n = count("j"), count("n")
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


@pytest.mark.unmeasured
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


s, t, p = positive("s"), positive("t"), model("p")
with author_form():
    root, other = sympy.sqrt(s), sympy.sqrt(t)
    drawn, below = sympy.sqrt(p(z)), sympy.sqrt(p(z) / q(z))
    HALVES = [
        ((root - y) ** 2, "≥", 0, (s, y)),
        ((root - other) ** 2, "≥", 0, (s, t)),
        (s + t, "≥", 2 * sympy.sqrt(s * t), (s, t)),
        (s + 1 / s, "≥", 2, (s,)),
        (2 - s, "≤", 1 / s, (s,)),
        (s**3 + s, "≥", 2 * s**2, (s,)),
        ((s + t - x) ** 2, "≥", 0, (s, t, x)),  # 2st is a product here, and no square
        ((root + other - y) ** 2, "≥", 0, (s, t, y)),  # and so is 2√(st)
        ((1 - root) ** 2 + s**2, "≥", 0, (s,)),  # and here s is a square, and no product
        (Expectation(q(z), (drawn - y) ** 2), "≥", 0, (y,)),
        (Expectation(q(z), (below - y) ** 2), "≥", 0, (y,)),
        (Expectation(q(s), (root - y) ** 2), "≥", 0, (y,)),
        (Integral((drawn - sympy.sqrt(q(z))) ** 2, z), "≥", 0, ()),
    ]
    NOT_HALVES = [
        ((root - y) ** 2, "≥", 1, (s, y)),
        ((root - other) ** 2, "≤", 0, (s, t)),
        (s + t, "≥", 3 * sympy.sqrt(s * t), (s, t)),
        (s + 1 / s, "≥", 3, (s,)),
        (x + 1 / x, "≥", 2, (x,)),
        (x**3 + x, "≥", 2 * x**2, (x,)),
        (x + y, "≥", 2 * sympy.sqrt(x * y), (x, y)),
        (s + t + y**2, "≥", 2 * y * root + 2 * y * other, (s, t, y)),
        ((1 - root) ** 2, "≥", s**2, (s,)),
        (Expectation(q(z), (drawn - y) ** 2), "≥", y**2, (y,)),
        (Expectation(q(z), p(z) / q(z) - 3 * y * below + y**2), "≥", 0, (y,)),
        (Integral(p(z) - 3 * sympy.sqrt(p(z) * q(z)) + q(z), z), "≥", 0, ()),
        (indexed_sum(sequence(s)[j] - 3 * y * sympy.sqrt(sequence(s)[j]) + y**2, j, n), "≥", 0, (s, y, n)),
    ]


@pytest.mark.unmeasured
@pytest.mark.parametrize(("left", "relation", "right", "parameters"), HALVES)
def test_what_is_positive_has_a_root_whatever_its_power(left, relation, right, parameters):
    assert ruled(left, relation, sympy.sympify(right), parameters) == "proved"


@pytest.mark.unmeasured
@pytest.mark.parametrize(("left", "relation", "right", "parameters"), NOT_HALVES)
def test_roots_of_what_is_positive_show_nothing_that_is_false(left, relation, right, parameters):
    assert laws.nonnegativity.objection(left, sympy.sympify(right), Context(relation=relation))
    assert ruled(left, relation, sympy.sympify(right), parameters) in ("refuted", "undecided")


def test_what_may_be_zero_has_the_roots_of_its_positive_powers():
    terms = Terms()
    least = generator(terms.symbol(("symbol", "w"), Sign.NOT_NEGATIVE))
    free = generator(terms.symbol(("symbol", "x")))
    two = constant(2)
    assert terms.sign(least - two * generator(0, Fraction(1, 2)) * free + free * free) is Sign.NOT_NEGATIVE
    assert terms.sign(least + least.inverse() - two) is Sign.UNKNOWN
    assert terms.sign(free + free.inverse() - two) is Sign.UNKNOWN


def test_a_polynomial_in_roots_is_nowhere_negative_if_it_is_called_a_sum_of_squares():
    rng = np.random.default_rng(1)
    points = rng.uniform(0.01, 3, (400, 3)) * np.array([1, 1, 2]) - np.array([0, 0, 3])
    seen = set()
    for _ in range(400):
        rows = [[(0.5, 0, 0), (0, 0.5, 0), (0, 0, 1), (0, 0, 0), (1, 0, 0)][i] for i in rng.permutation(5)[:3]]
        weights = rng.integers(-2, 3, 3)
        terms = {}
        for a, c in zip(rows, weights, strict=True):
            for b, d in zip(rows, weights, strict=True):
                powers = frozenset((i, Fraction(u + v)) for i, (u, v) in enumerate(zip(a, b, strict=True)) if u + v)
                terms[powers] = terms.get(powers, 0) + Fraction(int(c * d))
        spoilt = list(terms)[int(rng.integers(len(terms)))]
        terms[spoilt] += int(rng.integers(-2, 1))
        terms = {powers: number for powers, number in terms.items() if number}
        told = is_sum_of_squares(terms, lambda base, power: base < 2 or power % 2 == 0)
        values = sum(
            (float(c) * np.prod([points[:, i] ** float(e) for i, e in m], axis=0) for m, c in terms.items()),
            np.zeros(len(points)),
        )
        assert not told or values.min() > -1e-9
        seen.add(told)
    assert seen == {True, False}


@pytest.mark.unmeasured
def test_a_mean_of_a_root_squared_is_below_the_mean_by_squares():
    c = real("c")
    with author_form():
        ratio = p(x, z) / q(z, given=x)
        density, root = q(z, given=x), sympy.sqrt(ratio)
        mean = Expectation(density, root)
        sides = [
            Expectation(density, ratio),
            Expectation(density, (root - c) ** 2 + 2 * c * root - c**2),
            Expectation(density, (root - c) ** 2) + 2 * c * mean - c**2,
            2 * c * mean - c**2,
            mean**2,
        ]
    said = [(laws.algebra, "="), (laws.linearity, "="), (laws.nonnegativity, "≥"), (laws.substitution, "=")]
    places = range(len(said))
    steps = tuple(Step(f"s{k}", sides[k], sides[k + 1], said[k][0], said[k][1]) for k in places)
    chain = Chain(Statement(sides[0], sides[-1], "≥"), steps, (x,), where=((c, mean),))
    assert check(Derivation("t", "t", "t", (), (chain,), ("none",))).outcome.value == "proved"
