"""A density is integrated out by a variable that runs over its outcomes: Σ_i p(w = i) is not 1 for a positive w."""

import pytest
from sympy import Integer

from elbo_check import checking
from elbo_check.checking.by_meaning import readings_for
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import outline_of
from elbo_check.language import (
    Bernoulli,
    Chain,
    Derivation,
    Expectation,
    Integral,
    Iterated,
    Member,
    Product,
    Statement,
    Step,
    Uniform,
    author_form,
    bit,
    count,
    gaussian,
    laws,
    model,
    positive,
    real,
    unit,
)

P, Q, R, ONE = model("p"), model("q"), model("r"), Integer(1)
N, L, Y, Z, W = count("n"), count("l"), unit("y"), real("z"), positive("w")
MAKE = {"bit": bit, "count": count, "unit": unit, "positive": positive, "real": real}
WITHIN = {("positive", "real"), ("unit", "positive"), ("unit", "real")}


def step(left, right, law, relation="=", parameters=()):
    with author_form():
        made = Step("s", left, right, law, relation)
    chain = Chain(Statement(left, right, relation), (made,), parameters)
    return Derivation("t", "T", "t", (), (chain,), ("none",))


def licensed(*of, **more):
    made = step(*of, **more)
    (one,) = made.steps
    return not one.law.objection(one.left, one.right, made.chains[0].context(one))


def proved(*of, **more):
    checking._complete.cache_clear()
    return checking.check(step(*of, **more)).outcome == "proved"


def divided(density, variable, block=False):
    """E_q[p/q] with p at 1·z, where nothing but the normal form sees z."""
    own = Iterated(Q(variable), L, N) if block else Q(variable).args[0]
    with author_form():
        return Expectation(own, density(ONE * variable) / own(variable), variable)


def of_kinds():
    for kind, make in MAKE.items():
        for other, made in MAKE.items():
            yield pytest.param(make("u"), made("v"), kind == other, (other, kind) in WITHIN, id=f"{kind}-{other}")


@pytest.mark.parametrize(("outcome", "variable", "same", "within"), list(of_kinds()))
def test_a_mass_is_1_over_all_outcomes_and_at_most_1_over_some_of_them(outcome, variable, same, within):
    left = divided(P(outcome).args[0], variable)
    assert licensed(left, ONE, laws.multiply_and_divide) is same
    assert licensed(left, ONE, laws.mass_on_the_support, "≤") is (same or within)


FORMULAS = {
    "a bit": (Bernoulli(Y), bit, (Y,)),
    "an index": (Uniform(N), count, (N,)),
    "a Gaussian": (gaussian(0, 1), real, ()),
}


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("which", FORMULAS)
def test_a_density_with_a_formula_is_over_outcomes_of_one_kind(which, kind):
    density, own, free = FORMULAS[which]
    left, same = divided(density, MAKE[kind]("v")), MAKE[kind] is own
    within = own is real and (kind, "real") in WITHIN
    assert licensed(left, ONE, laws.multiply_and_divide, parameters=free) is same
    assert licensed(left, ONE, laws.mass_on_the_support, "≤", free) is (same or within)
    with author_form():
        whole = Integral(density(ONE * Z), Z)
    assert licensed(whole, ONE, laws.normalisation, parameters=free) is (own is real)


@pytest.mark.unmeasured
def test_a_sum_of_a_density_of_positive_numbers_over_whole_ones_is_not_1():
    i = count("i")
    for variable in (i, Z):
        left = divided(P(W).args[0], variable)
        assert not proved(left, ONE, laws.multiply_and_divide)
        assert not proved(left, ONE, laws.mass_on_the_support, "≤")
    left = divided(P(real("w")).args[0], Z)
    assert proved(left, ONE, laws.multiply_and_divide)
    assert proved(left, ONE, laws.mass_on_the_support, "≤")


def test_a_member_is_over_what_its_variables_are():
    member, b = Member("r", 1), bit("b")
    for variable in (b, Z):
        with author_form():
            said = Expectation(Q(variable), member(variable) / Q(variable), variable)
        assert proved(said, ONE, laws.multiply_and_divide)
        assert proved(said, ONE, laws.mass_on_the_support, "≤")
    assert not licensed(divided(member, b), ONE, laws.multiply_and_divide)
    with author_form():
        mixed = Integral(member(Z + 0), Z) + Expectation(member, b, b)
        right = ONE + Expectation(member, b, b)
    assert not licensed(mixed, right, laws.normalisation)
    with author_form():
        assert proved(Integral(member(Z), Z), ONE, laws.normalisation)


def test_draws_of_a_block_are_over_what_one_of_them_is():
    for kind, make in MAKE.items():
        with author_form():
            block, v = Iterated(P(Z), L, N), make("v")
            left = divided(block, v, block=True)
        assert licensed(left, ONE, laws.mass_on_the_support, "≤", (N,)) is (kind in ("unit", "positive", "real"))
        own = divided(Iterated(P(v), L, N), v, block=True)
        assert licensed(own, ONE, laws.mass_on_the_support, "≤", (N,))
        assert licensed(own, ONE, laws.multiply_and_divide, parameters=(N,))


def test_a_density_of_two_numbers_at_one_is_not_integrated_out_by_two():
    a, b = real("a"), real("b")
    both, own = P(Z, real("w")).args[0], Product(Q(a), R(b))
    for first, second, told in ((a, a, False), (a, b, True), (b, a, True)):
        with author_form():
            left = Expectation(own, both(ONE * first, ONE * second) / (Q(a) * R(b)), a, b)
        assert licensed(left, ONE, laws.mass_on_the_support, "≤") is told
        assert licensed(left, ONE, laws.multiply_and_divide) is told
        assert proved(left, ONE, laws.multiply_and_divide) is told


def test_whole_numbers_of_a_world_are_no_parts_of_a_line():
    i = count("i")
    with author_form():
        left = divided(P(W).args[0], i)
        other = divided(P(count("w")).args[0], i)
    for side, told in ((left, False), (other, True)):
        outline = outline_of(step(side, ONE, laws.multiply_and_divide).chains[0])
        spaces = [FiniteReading(Draws(seed), outline).densities for seed in range(40)]
        alike = [one.numbers("w") == one.numbers("i") and one.volume("w") == one.volume("i") for one in spaces]
        assert any(alike)
        assert [one.moves("w", "i", 1) for one in spaces] == [told and same for same in alike]


def test_the_place_that_is_another_space_is_read_where_kinds_agree():
    held = step(divided(P(count("w")).args[0], count("i")), ONE, laws.multiply_and_divide).chains[0]
    assert readings_for(held)
    assert proved(held.statement.left, ONE, laws.multiply_and_divide)
