"""No expression takes the process down, or longer than it was given: what is too large is UNDECIDED at once."""

import time
from fractions import Fraction

import pytest
import sympy
from sympy import Integer, log

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.checking.ball_polynomials import BallPolynomial, bits_of, rational
from elbo_check.checking.finite_densities import Densities
from elbo_check.deadline import deadline
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.errors import DerivationError, TimeLimitError, WitnessError
from elbo_check.nodes import Bernoulli, Expectation, Iterated, Member, function, indexed_sum, model, sequence
from elbo_check.normal_form import polynomials
from elbo_check.normal_form.polynomials import Polynomial
from elbo_check.normal_form.signs import complements
from elbo_check.symbols import author_form, bit, count, positive, real, unit

x, z, y, k, n = real("x"), real("z"), unit("y"), count("k"), count("n")
p, f = model("p"), function("f")
LETTERS = [positive(letter) for letter in "abcdfghijklmnoqrstuvwAB"]


def verdict(left, right, law=laws.linearity, parameters=(), seconds=5):
    with author_form():
        chain = Chain(Statement(left, right), (Step("s", left, right, law),), parameters)
    return check(Derivation("t", "t", "t", (), (chain,), ("none",)), seconds)


@pytest.mark.parametrize("exponent", [10**5, 10**9, 10**15, -(10**15)])
def test_a_power_that_is_too_long_is_not_computed(exponent):
    with author_form():
        large, finite = x**exponent, (x + f(x)) ** exponent
    for left, told in ((large, "has too many digits to be written out"), (finite, "too large to be multiplied out")):
        found = verdict(left, x, laws.algebra, (x,))
        assert found.outcome == "undecided"
        assert told in found.missing


@pytest.mark.parametrize("exponent", [Integer(3 * 10**7), Integer(-(10**9)), Integer(10) ** 7])
def test_a_number_that_nobody_reads_is_refused(exponent):
    """SymPy would write it out, which takes longer than any limit, and more memory than there is."""
    with author_form():
        large = Integer(10) ** exponent
        sides = large, x**large, x + large / 2, log(x) ** (large * n), indexed_sum(k * large, k, 3)
        one, fine = Integer(1) ** exponent, Integer(2) ** Integer(10_000)
    for side in sides:
        with pytest.raises(DerivationError, match="is a number of more than 4000 digits: take a symbol for it"):
            Statement(side, x)
    assert Statement(one, fine).relation == "="


def test_a_number_that_is_written_out_is_refused_as_well():
    """Python itself does not print it, and neither is it printed to say so."""
    long = Integer(10) ** 5000
    with author_form():
        sides = long, x - long, x / long, long**x, long ** Integer(2), x ** (1 / long)
    for side in sides:
        with pytest.raises(DerivationError, match=r"^there is a number of more than 4000 digits: take a symbol"):
            Statement(side, x)
    assert Statement(Integer(10) ** 3000, x).right == x


def test_a_power_of_one_term_is_not_multiplied_out():
    log_of_product = laws.log_of_product
    s, t = positive("s"), positive("t")
    proved = [
        (log(s**784), 784 * log(s), log_of_product),
        (log((t * s) ** 784), 784 * log(t) + 784 * log(s), log_of_product),
        (x**1000 * x**-999, x, laws.algebra),
        ((-x) ** 1001, -(x**1001), laws.algebra),
        (x ** (10**15), x * x ** (10**15 - 1), laws.algebra),
    ]
    for left, right, law in proved:
        assert not law.objection(left, right), left
        assert law.objection(left, right + 1)
    assert verdict(log(s**784), 784 * log(s), log_of_product, (s,)).outcome == "proved"
    assert verdict(log(s**784), 783 * log(s), log_of_product, (s,)).outcome == "refuted"
    with author_form():  # the number 3 to this power has a million digits
        assert "too large" in verdict((3 * x) ** (2 * 10**6), x, laws.algebra, (x,)).missing


def test_a_power_that_is_cited_at_a_large_number_is_refused():
    with author_form():
        power = Integer(10) ** n
        chain = Chain(Statement(power, power), (Step("s", power, power, laws.algebra),), (n,))
        theorem = Derivation("t", "t", "t", (), (chain,), ("none",))
        with pytest.raises(DerivationError, match="more than 4000 digits"):
            Citation(theorem, (((n, Integer(10**9)),),))


@pytest.mark.parametrize(
    ("times", "told"), [(8, "13121 parts,"), (20, r"about 10\^10 parts,"), (60, r"about 10\^29 parts")]
)
def test_an_expression_that_nobody_reads_is_refused(times, told):
    """What SymPy keeps once is read as often as it occurs: building such a chain took minutes."""
    nested = x
    with author_form():
        for _ in range(times):
            nested = nested * nested + nested
        with pytest.raises(DerivationError, match=f"an expression has {told}.*10000 can be read: write many terms"):
            Step("s", nested, x, laws.algebra)


def test_abbreviations_are_counted_as_they_are_opened():
    names = [positive(f"w_{i}") for i in range(30)]
    meanings = [1 + x**2, *(log(1 + before) + before for before in names[:-1])]

    def chain(number, side):
        where = tuple(zip(names, meanings, strict=True))[:number]
        return Chain(Statement(side, side), (Step("s", side, side, laws.algebra),), (x,), where)

    assert check(Derivation("t", "t", "t", (), (chain(10, names[9]),), ("none",)), 5).outcome == "proved"
    with pytest.raises(DerivationError, match=r"the abbreviation w_11 has 1\d{4} parts with its abbreviations opened"):
        chain(30, names[0])
    with author_form(), pytest.raises(DerivationError, match=r"a line of the chain has 1\d{4} parts with its abbrev"):
        chain(10, names[9] + names[9] + names[9])


def test_powers_of_powers_are_stopped():
    whole, unknown = x + 2, f(x) + 2
    with author_form():
        for _ in range(8):
            whole, unknown = whole**100, unknown**100
    for left in (whole, unknown):
        assert verdict(left, x, laws.nonnegativity, (x,), 0.5).outcome == "undecided"


def test_the_length_of_a_number_is_that_of_its_longest_part():
    seven = rational(sympy.Rational(7, 1))
    assert bits_of(seven) == bits_of(BallPolynomial({(): seven, ((0, 1),): seven / 4})) == 3
    assert bits_of(BallPolynomial({})) == 0


def test_outcomes_are_listed_only_where_they_are_few():
    b, bits = bit("b"), Iterated(Bernoulli(y), k, 28)
    started = time.monotonic()
    assert verdict(Expectation(bits(b), sequence(b)[1]), y, parameters=(y,)).outcome == "undecided"
    assert verdict(Expectation(p(*LETTERS), sum(LETTERS)), x, parameters=(x,)).outcome == "undecided"
    block = Expectation(Iterated(Member("r", k), k, 10**9)(z), sequence(z)[1])
    assert verdict(block, x, parameters=(x,)).outcome == "undecided"
    assert time.monotonic() - started < 20


def test_products_and_tables_ask_for_the_time():
    terms = {frozenset({(number, 1)}): sympy.Rational(1) for number in range(1000)}
    whole = Polynomial(terms)
    with deadline(0), pytest.raises(TimeLimitError):
        _ = whole * whole
    assert len(terms) ** 2 < polynomials._MOST_PRODUCTS
    twice = Polynomial({frozenset({(number, 1)}): sympy.Rational(1) for number in range(2000)})
    with pytest.raises(WitnessError, match="too many terms"):
        _ = twice * twice
    nothing = Densities.__new__(Densities)
    nothing._sums = {}
    with deadline(0), pytest.raises(TimeLimitError):
        nothing._mass("p", {})
    variable = BallPolynomial.variable(0)
    with deadline(0), pytest.raises(TimeLimitError):
        _ = variable * variable


def test_signs_of_terms_ask_for_the_time_and_look_at_few_pairs():
    many = [real(f"x_{place}") for place in range(1, 14)]
    with author_form():
        power = sum([each**2 for each in many[1:]], many[0] ** 2) ** 6
    step = Step("s", power, Integer(0), laws.nonnegativity, "≥")
    chain = Chain(Statement(power, Integer(0), "≥"), (step,), tuple(many))
    assert check(Derivation("t", "T", "t", (), (chain,), ("none",)), 20).outcome == "proved"  # of 18,564 terms
    with deadline(0), pytest.raises(TimeLimitError):
        complements({frozenset(): Fraction(1)}, lambda _: True)
