"""Densities at −z and at 2 z in finite worlds: outcomes with mirror images, and outcomes that double."""

from fractions import Fraction

import pytest
import sympy
from sympy import log

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step, thinner
from elbo_check.checking.continuum import doubled_spaces
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import Outline
from elbo_check.checking.places import Place
from elbo_check.checking.shrinking import simpler
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.nodes import Expectation, Independent, Integral, Member, Product, Value, model, sequence
from elbo_check.symbols import author_form, count, positive, real, unit

z, w, x, n, u = real("z"), real("w"), real("x"), count("n"), unit("u")
p, q = model("p"), model("q")
P, Q = p(z).args[0], q(z).args[0]
TWO = sympy.Integer(2)


def finite_readers(chain):
    return [reader for reader in by_meaning.readings_for(chain) if isinstance(reader.reading, FiniteReading)]


def ruled(left, relation, right, law=laws.algebra):
    step = Step("s", left, right, law, relation)
    chain = Chain(Statement(left, right, relation), (step,), ())
    return check_step(step, chain, finite_readers(chain))


def mean(body):
    return Expectation(Q, body, z)


with author_form():
    TRUE = [
        (mean(log(Q(-z))), "≤", mean(log(Q(z)))),
        (mean(log(Q(2 * z))), "≤", mean(log(Q(z))) - log(TWO)),
        (mean(log(P(2 * z) / Q(z))), "≤", -log(TWO)),
        (mean(P(2 * z) / Q(z)), "≤", 1 / TWO),
        (mean(Q(2 * z)), "≤", mean(Q(z)) / sympy.sqrt(2)),
        (Integral(P(2 * z), z), "=", 1 / TWO),
        (mean(z * Q(-z)), "=", -mean(z * Q(-z))),
        # constant where both draws stand for the same part beyond, and not otherwise
        (Expectation(Product(Q, Q), log((Q(z) + Q(w)) / Q(2 * z)), z, w), "≥", 2 * log(TWO)),
        (mean(Expectation(Q, log((Q(2 * z) + Q(w)) / Q(z)), w)), "≥", mean(log(Q(2 * z) / Q(z)))),
    ]
    FALSE = [
        (mean(log(P(-z))), "=", mean(log(P(z)))),
        (mean(P(-z) / Q(z)), "≥", sympy.Integer(1)),
        (mean(P(2 * z) / Q(z)), "≥", 1 / TWO),
        (mean(P(2 * z) / (P(z) + Q(z))), "=", mean(P(z) / (P(z) + Q(z)))),
        (mean(log(1 + P(z) / Q(2 * z))), "=", mean(log(1 + P(z) / Q(z)))),
        (Expectation(Member("q", 1), Value(Member("r", 1), 2 * z) / Value(Member("q", 1), z), z), "≥", 1 / TWO),
    ]


@pytest.mark.endurance
@pytest.mark.parametrize(("left", "relation", "right"), TRUE)
def test_what_is_true_of_the_line_is_not_refuted(left, relation, right):
    assert ruled(left, relation, right).state in ("proved", "undecided")


@pytest.mark.parametrize(("left", "relation", "right"), FALSE)
def test_what_is_false_is_refuted_by_a_world_that_can_be_read(left, relation, right):
    found = ruled(left, relation, right)
    assert found.state == "refuted"
    beyond = [words for name, words in found.counterexample.items() if name.startswith("outcomes")]
    doubled = left.has(2 * z) or right.has(2 * z)
    assert beyond == ["[1, 2), [2, 4), …; the last: all beyond"] * doubled


def test_a_true_identity_at_2z_is_proved():
    with author_form():
        assert (
            ruled(mean(log(P(2 * z) / Q(z))), "=", mean(log(P(2 * z)) - log(Q(z))), laws.log_of_product).state
            == "proved"
        )


def world(seed, beyond=(0, 0), kinds=None):
    outline = Outline((), kinds={"z": {z}} | (kinds or {}), forms={"q": {(("z",), ())}}, doubled={"z", "n", "u"})
    return FiniteReading(Draws(seed, {("beyond", "z"): beyond}), outline)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("beyond", [(0, 0), (1, 0), (0, 3), (2, 1)])
def test_a_density_has_mass_one_whichever_part_stands_for_all_beyond(seed, beyond):
    reading = world(seed, beyond)
    assert reading.read(Integral(Q(z), z)).rational == 1
    with author_form():
        assert reading.read(Expectation(Q, Q(2 * z) / Q(2 * z), z)).rational == 1
    numbers = reading.densities.numbers("z")
    assert len(numbers) == reading.densities.size("z") + beyond[0]
    last = numbers[-1]
    value = {number: reading.densities.at(Q, (Place(number),), None) for number in (last, 2 * last)}
    assert value[2 * last] == value[last] / 4
    assert reading.densities.at(Q, (Place(Fraction(1, 2)),), None) == 0
    assert not reading.full_support


def test_the_parts_are_those_of_a_density_on_the_line():
    """The mass of [2ⁿ, 2ⁿ⁺¹) is the density there times its length, and all masses together are 1."""
    for seed in range(4):
        reading = world(seed)
        volume = reading.densities.volume("z")
        total = sum(
            reading.densities.at(Q, (Place(Fraction(2**power)),), None) * volume * 2**power for power in range(60)
        )
        assert 0 < 1 - total < Fraction(1, 2**50)


def test_only_a_space_that_may_grow_doubles():
    reading = world(0, kinds={"n": {n}, "u": {u}})
    assert reading.densities.doubles("z")
    assert not reading.densities.doubles("n")
    assert not reading.densities.doubles("u")
    assert not reading.densities.doubles("x")
    assert world(0, kinds={"z": {positive("z")}}).densities.doubles("z")


def test_where_a_density_is_taken_at_2z():
    with author_form():
        entry = sequence(z)[n]
        assert doubled_spaces(mean(P(2 * z))) == {"z"}
        assert doubled_spaces(mean(P(z) * 2 * z)) == set()
        assert doubled_spaces(mean(Value(P, 2 * x) * z)) == set()
        assert doubled_spaces(P(2 * z)) == set()
        assert doubled_spaces(Integral(P(2 * z), z)) == set()
        assert doubled_spaces(Expectation(Independent("q", 2), Value(Member("q", n), 2 * entry), z)) == {"q_"}


def test_which_part_stands_for_all_is_never_made_simpler():
    assert list(simpler(("beyond", "z"), (0, 0))) == []


def test_sabotage_one_part_beyond_refutes_what_is_true(monkeypatch):
    left, _, right = TRUE[7]
    step = Step("s", left, right, laws.algebra, "≤")
    chain = Chain(Statement(left, right, "≤"), (step,), ())
    told = by_meaning.meaning_of(step, finite_readers(chain), shrink=False).agrees
    monkeypatch.setattr(thinner, "_BEYOND", ())
    untold = by_meaning.meaning_of(step, finite_readers(chain), shrink=False).agrees
    assert told is not False
    assert untold is False
