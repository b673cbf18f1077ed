"""False steps behind a gate, √((5000 − x)²) − (5000 − x), which is 0 wherever readings look and positive beyond 5000.

Each was proved once: nothing but its law can object here, for no assignment that is drawn shows that it is false.
"""

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from sympy import Integer, log, sqrt

from elbo_check import laws, symbols
from elbo_check.checking import check
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.errors import DerivationError
from elbo_check.nodes import (
    Entropy,
    Expectation,
    Iterated,
    Maximum,
    Member,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.normal_form import NormalForm, powers
from elbo_check.normal_form.polynomials import constant
from elbo_check.symbols import author_form, bit, count, known, positive, real, unit

x, y, z, n, m, k, i, j = real("x"), real("y"), real("z"), count("n"), count("m"), count("k"), count("i"), count("j")
b, c, u, v, w = bit("b"), bit("c"), unit("u"), unit("v"), positive("z")
f, q, r, t = function("f"), model("q"), model("r"), model("t")

with author_form():
    FAR = 5000 - x
    GATE, OTHER = sqrt(FAR**2) - FAR, sqrt(FAR**2) + FAR  # the product of the two is 0


def theorem(left, right, law, relation="=", parameters=(), cites=None, steps=()):
    given = steps or (Step("s", left, right, law, relation, cites=cites),)
    return Derivation("t", "T", "t", (), (Chain(Statement(left, right, relation), given, parameters),), ("none",))


def outcome(*of, **more):
    with author_form():
        made = theorem(*of, **more)
    return check(made, 20).outcome


with author_form():
    TWICE, LESS = Integer(2) * 2, n + Integer(-1) * Integer(1)
    EXPONENTS = {
        "2·2": (GATE * y**TWICE, GATE * y**2),
        "−1·−1": (GATE * y ** (Integer(-1) * Integer(-1)), GATE / y),
        "a sum that is 0 × another": (GATE * OTHER ** (-(1 - n)), GATE * OTHER ** (-(1 - n)) + OTHER),
        "a bit": ((1 - b) ** LESS + b, (1 - b) ** LESS),
        "a bit, less is negative": ((1 - b) ** (-(1 - n)) * b, Integer(0)),
        "two bits": ((1 - b * c) ** LESS * b * c, Integer(0)),
    }


@pytest.mark.parametrize("sides", EXPONENTS.values(), ids=EXPONENTS)
def test_an_exponent_is_what_it_is_however_it_is_written(sides):
    assert outcome(*sides, laws.algebra, parameters=(x, y, n, b, c)) != "proved"


with author_form():
    VALUES = {
        "y^(2·2)": (y**TWICE, y**4),
        "y^(−1·−1)": (y ** (Integer(-1) * Integer(-1)), y),
        "y^−(1 − n)": (y ** (-(1 - n)) * y, y**n),
        "bᵐ⁻¹⁺¹": (b ** (m - 1 + 1), b),
        "(s t)ⁿ": ((w * u) ** n, w**n * u**n),
        "(−1)²ⁿ": ((-1) ** (2 * n), Integer(1)),
        "(−1)ⁿ⁺²": ((-1) ** (n + 2), (-1) ** n),
        "yᵏ summed from 0": (indexed_sum(y ** (k + 1), k, n, 0), y * indexed_sum(y**k, k, n, 0)),
        "yᵏ⁻² summed from 2": (indexed_sum(y ** (k - 2), k, n, 2) * y**2, indexed_sum(y**k, k, n, 2)),
        "y to an entry": (2 * y ** sequence(m)[1], y ** sequence(m)[1] + y ** sequence(m)[1]),
        "yⁿᵐ": (y ** (n * m + n), y ** (n * m) * y**n),
        "yⁿ⁻ᵐ": (y ** (n - m) + y ** (n - m), 2 * y ** (n - m)),
        "(−1)ⁿ⁻ᵐ": ((-y) ** (n - m) * (-1) ** (n - m) * y**m, y ** (n - m) * y**m),
        "x⁰": (y ** (n - n), Integer(1)),
    }


@pytest.mark.parametrize("sides", VALUES.values(), ids=VALUES)
def test_equal_exponents_are_equal_however_they_are_written(sides):
    assert outcome(*sides, laws.algebra, parameters=(y, n, m, b, w, u)) == "proved"


def test_the_last_term_of_powers_is_one_of_them():
    with author_form():
        sides = indexed_sum(y**k, k, n + 1), indexed_sum(y**k, k, n) + y ** (n + 1)
    assert outcome(*sides, laws.last_term, parameters=(y, n)) == "proved"


def test_an_absolute_value_is_not_what_is_within():
    with author_form():
        power = OTHER ** (-(1 - n))
        first, last = sqrt(FAR**2), FAR
        between = FAR + (power + GATE) - power, FAR + power - power
        lines = [first, *between, last]
        steps = tuple(Step(str(at), a, b, laws.algebra) for at, (a, b) in enumerate(pairwise(lines)))
    assert outcome(first, last, None, parameters=(x, n), steps=steps) != "proved"


BETWEEN = {
    "a mean": lambda body: Expectation(q(z), body),
    "a sum": lambda body: indexed_sum(body, j, m),
    "nothing": lambda body: body,
}


@pytest.mark.endurance
@pytest.mark.parametrize("name", BETWEEN)
def test_a_theorem_about_a_count_is_none_where_that_is_0(name):
    """Σ_{i=1}^k f_i = Σ_{i=1}^{k−1} f_i + f_k holds for k ≥ 1, whatever else is bound between."""
    with author_form():
        place = {"a mean": z, "a sum": j, "nothing": y}[name]
        whole, split = indexed_sum(f(i, place), i, k), indexed_sum(f(i, place), i, k - 1) + f(k, place)
        last = theorem(whole, split, laws.last_term, parameters=(k, place))
    for first, gate, told in ((0, GATE, "undecided"), (1, 1, "proved")):
        with author_form():
            sides = [gate * indexed_sum(BETWEEN[name](body), k, n, first) for body in (whole, split)]
        assert outcome(*sides, laws.theorem, parameters=(x, y, n, m), cites=Citation(last)) == told


@pytest.mark.endurance
def test_what_is_positive_under_one_variable_may_be_negative_under_another():
    with author_form():
        above = Expectation(q(w), Expectation(r(v), log(1 + w * v * u / 5)))
        below = indexed_sum(Expectation(r(v), log(1 + k * v * u / 5)), k, Integer(-1), Integer(-4))
        sides = Expectation(t(u), above + GATE ** (2 * m) * below), Expectation(t(u), above)
    assert outcome(*sides, laws.jensen, "≥", (x, m)) == "undecided"


def test_a_root_that_may_be_0_throughout_is_not_divided_by():
    with author_form():
        slope, other = derivative(sqrt(c * y**2), y), derivative(sqrt(w * y**2), y)
    assert outcome(slope**2, Integer(1), laws.differentiation, parameters=(y, c)) != "proved"
    assert outcome(GATE * slope**2, GATE, laws.differentiation, parameters=(x, y, c)) != "proved"
    assert outcome(other**2, w, laws.differentiation, parameters=(y, w)) == "proved"


def test_an_exponent_of_which_nothing_is_known_is_left_as_it_is():
    form = NormalForm()
    half, part = form.read(n) * constant(Fraction(1, 2)), form.read(1 / (1 + n))
    for times in (half, part):
        assert powers._parts(form, times) is None
        odd, negative = powers._modulo_two(form, times)
        assert (odd.key, negative) == (times.key, False)
    assert powers._modulo_two(form, form.read(2 * m + 3 * n - 1))[1] is True


def test_what_sympy_says_of_a_sum_of_quotients_is_not_believed():
    """5000/(m n) − 1 is negative for m = n = 100, and SymPy says that it is positive."""
    s, scale = positive("s"), positive("t")
    below, small = 5000 / (m * n) - 1, 1 / (m * n) - sympy.Rational(1, 5000)
    assert below.is_positive
    with author_form():
        root = theorem(scale * sqrt(s**2), scale * s, laws.algebra, parameters=(s, scale))
        with pytest.raises(DerivationError, match="needs s to be positive"):
            Citation(root, (((s, below), (scale, m * n)),))
        Citation(root, (((s, 5000 / (m * n) + 1), (scale, m * n)),))
        squares = Chain(
            Statement(s**2, small**2, "≥"),
            (Step("s", s**2, small**2, laws.assumption, "≥"),),
            (m, n, s),
            assuming=(Statement(s, small, "≥"),),
        )
    assert check(Derivation("t", "T", "t", (), (squares,), ("none",)), 20).outcome != "proved"


@pytest.mark.parametrize("attempt", range(8))  # SymPy asks in an order of its own
def test_an_exponent_is_odd_however_it_is_written(attempt):
    with author_form():
        one = Integer(1) + Integer(attempt % 3 - 1) * Integer(0)
        above = theorem(sympy.exp(y), Integer(0), laws.nonnegativity, "≥", (y,))
        cited = Citation(above, (((y, log(FAR**one)),),))
        if attempt % 2:
            known(one, "odd")
    assert outcome(FAR, Integer(0), laws.theorem, "≥", (x,), cited) != "proved"
    assert known(one, "even") is False


def test_sympy_may_refuse_to_answer(monkeypatch):
    def refusing(_):
        raise ZeroDivisionError

    monkeypatch.setattr(symbols, "_anew", refusing)
    assert known(n + 271828, "positive") is None


with author_form():
    T = positive("t")
    JUMP, SMOOTH = (x - z) / sqrt((x - z) ** 2), log(1 + (x - z) ** 2)
    ONE_SIDED, GREATEST = (x - z) * log((x - z) ** 2), Maximum(x * y - y**2, y)


@pytest.mark.parametrize(
    ("body", "told"),
    [(JUMP, "undecided"), (ONE_SIDED, "undecided"), (GREATEST, "undecided"), (SMOOTH, "proved"), (z / T, "proved")],
    ids=["sign", "log", "max", "smooth", "the parameter alone"],
)
def test_a_jump_that_moves_is_not_differentiated_under_a_mean(body, told):
    """∂E sign(θ − Z) is twice a density, and the mean of the derivative is 0; a few points see no jump."""
    by = T if body == z / T else x
    with author_form():
        normal = gaussian(0, 1)
        sides = derivative(Expectation(normal, body, z), by), Expectation(normal, derivative(body, by), z)
    assert outcome(*sides, laws.differentiation_under_expectation, parameters=(by,)) == told


def test_an_entry_of_a_sequence_is_one_from_1():
    entries = sequence(w)
    for index, told in ((40 - n, "undecided"), (n + 1, "proved"), (n - 1, "undecided")):
        with author_form():
            sides = 2 * entries[index], entries[index] + entries[index]
        assert outcome(*sides, laws.algebra, parameters=(w, n)) == told


class Hidden(sympy.Add):
    is_positive = True


def test_a_sum_with_properties_that_no_page_shows_is_refused():
    with author_form(), pytest.raises(DerivationError, match="Hidden is not supported"):
        Statement(sqrt(FAR**2), Hidden(5000, -x, evaluate=False))


def test_what_has_more_arguments_than_can_be_printed_is_refused():
    with pytest.raises(DerivationError, match="log takes one argument"):
        Statement(sympy.log(x, 2, evaluate=False), x)
    with pytest.raises(DerivationError, match="of order 1000000"):
        Statement(sympy.Derivative(x**3, (x, 10**6)), x)


@pytest.mark.parametrize("number", [2**m / 6, 2**m * k / 6, 6**n / Integer(10)], ids=str)
def test_a_power_over_a_number_is_not_whole_though_sympy_says_so(number):
    assert number.is_integer
    assert known(number, "integer") is None
    assert not symbols.at_least(number, 1)
    assert known(log(number), "nonnegative") is None
    assert (known(n / 2 - Integer(1) / 2, "nonnegative"), known(2**m * k, "integer")) == (True, True)


@pytest.mark.endurance
def test_one_index_is_not_taken_for_another_where_what_is_around_them_is_reduced():
    """Σ_i Σ_j a(i, j) is not Σ_i Σ_j a(j, i), also where a factor √t·√t/t that is 1 stands in it."""
    a, other = function("a"), real("w")
    with author_form():
        mean, one = (Expectation(q(z), (z + at) ** 2 + 1) for at in (y, j))
        root = theorem(Expectation(r(other), sqrt(mean)), sqrt(mean), laws.constants, parameters=(y,))
        cited = Citation(root, (((y, j),),))
        weight = Expectation(r(other), sqrt(one)) * sqrt(one) / one
        sides = [
            GATE * indexed_sum(indexed_sum(weight * a(*places), j, m), i, n) for places in ((i, j + j), (j, i + i))
        ]
    assert outcome(*sides, laws.theorem, parameters=(x, m, n), cites=cited) == "undecided"


@pytest.mark.endurance
def test_one_index_is_not_taken_for_a_coordinate_that_is_drawn_out():
    a, draws = function("a"), sequence(z)
    with author_form():
        size = sequence(count("c"))[k + indexed_sum(m * m, m, k)]
        block, place = Iterated(Member("q", j), j, size), draws[size]
        sides = [GATE * Expectation(block, indexed_sum(a(*places), i, n), z) for places in ((place, i), (i, place))]
    assert outcome(*sides, laws.marginalisation, parameters=(x, n, count("c"), k)) == "undecided"


def test_a_high_power_of_an_exponential_is_compared_in_time():
    for times in (2000, 300_000, 10**11):
        with author_form():
            power = sympy.exp(times * Entropy(q(z)))
            sides = power + power, 2 * power
        assert outcome(*sides, laws.algebra) == "proved"
