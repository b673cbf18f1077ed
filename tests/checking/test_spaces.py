"""What a finite world may not say: of bits, of whole numbers, of (0, 1), and of a line with numbers on it."""

from fractions import Fraction

import pytest
import sympy
from sympy import log

from elbo_check import laws, proofs
from elbo_check.checking import by_meaning, check, check_step, thinner
from elbo_check.checking.continuum import measured_spaces
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import Outline
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.errors import DerivationError, WitnessError
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Independent,
    Integral,
    Member,
    Product,
    Space,
    Value,
    function,
    gaussian,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real, unit

z, w, x = real("z"), positive("w"), real("x")
b, n, u = bit("b"), count("n"), unit("u")
q, p, f = model("q"), model("p"), function("f")
ZERO, ONE = sympy.Integer(0), sympy.Integer(1)


def ruled(left, relation, right, parameters=(), where=(), assuming=()):
    step = Step("s", left, right, laws.algebra, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters, where=where, assuming=assuming)
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=True)


def variance(symbol):
    return Expectation(q(symbol), symbol**2) - Expectation(q(symbol), symbol) ** 2


def largest_entropy(spread):
    return log(2 * sympy.pi * spread) / 2 + sympy.Rational(1, 2)


TRUE = [
    (Entropy(q(b)), "≥", ZERO, ()),
    (Entropy(q(b)), "≤", log(2), ()),
    (q(b), "≤", ONE, (b,)),
    (Entropy(q(n)), "≥", ZERO, ()),
    (q(n, given=b), "≤", ONE, (n, b)),
    (KL(q(b), p(b)), "≥", -log(2) - Expectation(q(b), log(p(b))), ()),
    (Entropy(q(u)), "≤", ZERO, ()),
    (Entropy(q(w)), "≤", largest_entropy(variance(w)), ()),
    (Entropy(q(z)), "≤", largest_entropy(variance(z)), ()),
    (Entropy(q(w)), "≤", 1 + log(Expectation(q(w), w)), ()),
    (Expectation(Member("q", 1), log(Value(Member("q", 1), z)), z), "≥",
     -largest_entropy(Expectation(Member("q", 1), z**2, z)), ()),
]  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize(("left", "relation", "right", "parameters"), TRUE)
def test_what_is_true_of_such_a_space_is_not_refuted(left, relation, right, parameters):
    assert ruled(left, relation, right, parameters).state in ("proved", "undecided")


FALSE = [
    (Entropy(q(z)), "≥", ZERO, ()),
    (Entropy(q(w)), "≥", ZERO, ()),
    (Entropy(q(u)), "≥", ZERO, ()),
    (q(u), "≤", ONE, (u,)),
    (Entropy(q(b)), "≤", log(2) / 2, ()),
    (Entropy(q(n)), "≤", log(2), ()),
    (KL(q(w), p(w)), "≤", Expectation(q(w), w), ()),
    (Expectation(q(w), w) ** 2, "≥", Expectation(q(w), w**2), ()),
    (Expectation(q(b), b), "≤", sympy.Rational(1, 4), ()),
]


@pytest.mark.parametrize(("left", "relation", "right", "parameters"), FALSE)
def test_what_is_false_there_still_is(left, relation, right, parameters):
    assert ruled(left, relation, right, parameters).state == "refuted"


@pytest.mark.endurance
def test_an_assumption_or_an_abbreviation_may_be_what_averages_numbers():
    spread = real("v")
    shorter = ruled(Entropy(q(w)), "≤", largest_entropy(spread), (), where=((spread, variance(w)),))
    assert shorter.state != "refuted"
    known = Statement(Expectation(q(w), w), ONE, "≤")
    assert ruled(Entropy(q(w)), "≤", ONE, assuming=(known,)).state != "refuted"
    wide = Statement(Entropy(q(w)), ONE, "≥")  # log 3 ≥ 1; then E[w] is at least e^0
    assert ruled(Expectation(q(w), w), "≥", sympy.Rational(3, 5), assuming=(wide,)).state != "refuted"


def test_the_kind_of_a_space_is_part_of_it():
    (of_bits,), (of_line,), (of_positive,) = (v.args[0].args[1] for v in (q(b), q(z), q(w)))
    assert isinstance(of_bits, Space)
    assert not isinstance(of_line, Space)
    assert of_positive == Space("w", "positive")
    assert of_bits == Space("b", "bit") != Space("b", "count")
    assert of_bits != of_line
    assert of_bits.func(*of_bits.__getnewargs__()) == of_bits
    entry = q(z, given={x: x}).args[0]
    assert entry.variables == ("z",)
    drawn = model("r")(sequence(b)[n])
    assert isinstance(drawn.args[0].args[1][0], Space)


def test_outcomes_have_room():
    half = Draws(0, {("volume", "b"): Fraction(1, 2)})
    whole = FiniteReading(half, Outline((), kinds={"b": {b}}, forms={"q": {(("b",), ())}}))
    with pytest.raises(WitnessError, match="no room for 2 outcomes of volume 1/2"):
        whole.read(Entropy(q(b)))
    for seed in range(20):
        reading = FiniteReading(Draws(seed), Outline((), kinds={"u": {u}}, forms={"q": {(("u",), ())}}))
        assert reading.densities.volume("u") * reading.densities.size("u") <= 1


def test_where_numbers_are_averaged():
    with author_form():
        assert measured_spaces(Expectation(q(z), z**2)) == {"z"}
        assert measured_spaces(Integral(q(z) * z, z)) == {"z"}
        assert measured_spaces(Expectation(q(z), f(z) + log(q(z)))) == set()
        assert measured_spaces(x + Expectation(q(z), x * f(z))) == set()
        assert measured_spaces(Expectation(q(u), log(Value(Bernoulli(u), b)))) == {"u"}
        assert measured_spaces(Expectation(Member("q", 1), z, z)) == {"q_"}
        assert measured_spaces(Expectation(Independent("q", 2), sequence(z)[1], z)) == {"q_"}
        two = Product(q(z).args[0], q(x).args[0])
        assert measured_spaces(Expectation(two, x * f(z), z, x)) == {"x"}
        assert measured_spaces(Expectation(q(z), Expectation(q(x, given=z), z * f(x)))) == {"z"}


def test_sabotage_thick_outcomes_refute_what_is_true(monkeypatch):
    monkeypatch.setattr(thinner, "measured_spaces", lambda _: set())
    left, relation, right, parameters = TRUE[7]
    assert ruled(left, relation, right, parameters).state == "refuted"


KINDS = (bit, count, unit, positive, real)


@pytest.mark.endurance
@pytest.mark.parametrize("make", KINDS)
def test_a_theorem_on_densities_of_which_only_the_name_is_known_holds_of_every_kind_of_outcome(make):
    v = make("z")
    left, cited = KL(q(v), p(v)), Citation(proofs.theorem("kl-nonnegative"))
    for relation, outcome in (("≥", "proved"), ("≤", "refuted")):
        step = Step("s", left, ZERO, laws.theorem, relation, cites=cited)
        chain = Chain(Statement(left, ZERO, relation), (step,), ())
        assert check(Derivation("t", "t", "t", (), (chain,), ("none",))).outcome == outcome


@pytest.mark.parametrize("make", KINDS[:4])
def test_a_theorem_on_the_line_cannot_be_said_of_another_kind_of_outcome(make):
    v = make("z")
    for over in (lambda: Integral(q(v), v), lambda: Expectation(gaussian(0, 1)(v), v**2)):
        with pytest.raises(DerivationError, match=r"runs over all real numbers|is a density of a real number"):
            over()
    doubled = Step("s", Expectation(q(z), 2 * z), 2 * Expectation(q(z), z), laws.linearity)
    chain = Chain(Statement(doubled.left, doubled.right), (doubled,), ())
    known = Derivation("t", "t", "t", (), (chain,), ("none",))
    assert check(known).outcome == "proved"
    step = Step("s", Expectation(q(v), 2 * v), 2 * Expectation(q(v), v), laws.theorem, cites=Citation(known))
    with pytest.raises(DerivationError, match="once with one set of assumptions"):
        Chain(Statement(step.left, step.right), (step,), ())
