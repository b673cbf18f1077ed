"""What holds of one kind of number is not carried over to another; what a theorem rests on is carried to who cites it.

Each false statement here was proved once: the checks that should object saw fewer numbers than the statement speaks of.
"""

import itertools
from random import Random

import pytest
from sympy import Integer, exp, log, sqrt

from elbo_check import checking
from elbo_check.checking import by_meaning, check_step, finite_densities
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import outline_of
from elbo_check.derivation import wellformed
from elbo_check.errors import DerivationError
from elbo_check.language import (
    Chain,
    Citation,
    Derivation,
    Expectation,
    Information,
    Integral,
    Iterated,
    Member,
    Statement,
    Step,
    Uniform,
    author_form,
    bit,
    count,
    derivative,
    function,
    gaussian,
    indexed_sum,
    laws,
    model,
    positive,
    real,
    sequence,
    unit,
)
from elbo_check.normal_form import reading_nodes, support

P, Q, F = model("p"), model("q"), function("f")
X, Z, J, N, M = real("x"), real("z"), count("J"), count("n"), count("m")


def chain(*sides, by, parameters=(), relation="=", cites=()):
    found = zip(sides, sides[1:], by, strict=False)
    steps = []
    for number, (left, right, law) in enumerate(found):
        cited = cites[number] if number < len(cites) else None
        here = relation if law.name in ("monotonicity of E", "theorem", "nonnegativity") else "="
        steps.append(Step(f"step {number}", left, right, law, here, cites=cited))
    return Chain(Statement(sides[0], sides[-1], relation), tuple(steps), parameters)


def theorem(held, **settings):
    return Derivation("t", "T", "a statement", (), (held,), ("none",), **settings)


def outcome(held):
    checking._complete.cache_clear()
    return checking.check(theorem(held)).outcome


def nonnegative(symbol, relation="≥", bound=0):
    return theorem(chain(symbol, Integer(bound), by=[laws.nonnegativity], relation=relation, parameters=(symbol,)))


def mean_of(place):
    return Expectation(Q(place), place)


def by_another(place, relation="≥", bound=0):
    """E_q[z] ≥ 0 by way of a variable of the same space that is positive, or between 0 and 1."""
    cited = Citation(nonnegative(place, relation, bound))
    steps = (
        Step("renamed", mean_of(Z), mean_of(place), laws.algebra),
        Step("monotone", mean_of(place), Integer(bound), laws.monotonicity, relation, cites=cited),
    )
    return Chain(Statement(mean_of(Z), Integer(bound), relation), steps, ())


def of_members():
    w = positive("w")
    left, right = (Expectation(Member("q", 1), place, place) for place in (Z, w))
    return chain(
        left,
        right,
        Integer(0),
        by=[laws.algebra, laws.monotonicity],
        relation="≥",
        cites=[None, Citation(nonnegative(w))],
    )


MIXED = {
    "positive": lambda: by_another(positive("z_1")),
    "between 0 and 1": lambda: by_another(unit("z_1"), "≤", 1),
    "members of families": of_members,
    "a sum and an integral": lambda: chain(
        Expectation(Q(count("x_1")), P(count("x_1")) / Q(count("x_1"))),
        Integral(P(X), X),
        by=[laws.multiply_and_divide],
    ),
    "a bit": lambda: chain(Expectation(P(X), F(X)), Expectation(P(bit("x_2")), F(bit("x_2"))), by=[laws.algebra]),
    "a parameter": lambda: chain(
        mean_of(Z) + 0 * Q(positive("z_2")),
        Integer(0),
        by=[laws.nonnegativity],
        relation="≥",
        parameters=(positive("z_2"),),
    ),
}


@pytest.mark.parametrize("make", MIXED.values(), ids=MIXED)
def test_two_kinds_of_numbers_are_not_one_space(make):
    with author_form(), pytest.raises(DerivationError, match="take symbols of one kind"):
        make()


def test_a_theorem_about_positive_numbers_says_nothing_of_real_ones():
    w = positive("z_1")
    proved = theorem(
        chain(mean_of(w), Integer(0), by=[laws.monotonicity], relation="≥", cites=[Citation(nonnegative(w))])
    )
    assert checking.check(proved).outcome == "proved"
    with pytest.raises(DerivationError, match=r"as it is cited, has z \(real\) and z_1 \(positive\)"):
        chain(mean_of(Z), Integer(0), by=[laws.theorem], relation="≥", cites=[Citation(proved)])


def test_the_chains_of_an_induction_speak_of_the_same_numbers():
    whole, above = sequence(count("a")), sequence(positive("a"))
    at_least = theorem(chain(J, Integer(1), by=[laws.nonnegativity], relation="≥", parameters=(J,)))
    j, k = count("j"), count("K")

    def sides(of, upto):
        return indexed_sum(of[j], j, N, 6) + upto, indexed_sum(1 + 0 * j, j, N, 6) + upto

    with author_form():
        left, right = sides(whole, Integer(1))
        base = Step("base", left, right, laws.theorem, "≥", cites=Citation(at_least, (((J, whole[j]),),)))
        first = Chain(Statement(left, right, "≥"), (base,), (N, count("a")))
        left, right = sides(above, k + 1)
        onwards = Step("step", left, right, laws.induction_hypothesis, "≥")
        second = Chain(Statement(left, right, "≥"), (onwards,), (k, N, positive("a")))
        statement = Statement(*sides(above, k), "≥")
    with pytest.raises(DerivationError, match="the induction has a symbol named 'a'"):
        Derivation("t", "T", "a statement", (), (first, second), ("none",), induction=(k, statement))


def sums_beyond():
    """Sums of what is not of the index's kind: from below 1."""
    upper = count("N")
    return {
        "from 6 - n": chain(
            indexed_sum(J, J, 1, 6 - N),
            Integer(0),
            by=[laws.theorem],
            relation="≥",
            parameters=(N,),
            cites=[Citation(nonnegative(J))],
        ),
        "from -70": chain(
            indexed_sum(J, J, upper, -70),
            Integer(0),
            by=[laws.theorem],
            relation="≥",
            parameters=(upper,),
            cites=[Citation(nonnegative(J))],
        ),
    }


@pytest.mark.parametrize("which", ["from 6 - n", "from -70"])
def test_a_statement_serves_at_an_index_that_runs_over_nothing_else(which, monkeypatch):
    with author_form():
        held = sums_beyond()[which]
    assert outcome(held) != "proved"
    (step,) = held.steps
    assert step.law.objection(step.left, step.right, held.context(step))
    monkeypatch.setattr(reading_nodes, "at_least", lambda *_: True)
    assert not step.law.objection(step.left, step.right, held.context(step))


def test_a_statement_serves_at_an_index_from_one():
    with author_form():
        held = chain(
            indexed_sum(J, J, N, 1),
            Integer(0),
            by=[laws.theorem],
            relation="≥",
            parameters=(N,),
            cites=[Citation(nonnegative(J))],
        )
    assert outcome(held) == "proved"


def hidden():
    """E_q[f/q] where 1/q is within a sum, an integral or a power of e."""
    w, k = real("w"), count("k")
    below = indexed_sum(Member("q", k)(Z), k, 1)
    return {
        "a sum": (Expectation(Member("q", 1), P(Z) / below, Z), Integral(Member("q", 1)(Z) * (P(Z) / below), Z)),
        "an integral": (
            Expectation(Q(X), Integral(P(X, w) / Q(X), w)),
            Integral(Q(X) * Integral(P(X, w) / Q(X), w), X),
        ),
        "an exponential": (
            Expectation(Q(Z), P(Z) * exp(Information(Q(Z)))),
            Integral(Q(Z) * (P(Z) * exp(Information(Q(Z)))), Z),
        ),
    }


@pytest.mark.parametrize("which", ["a sum", "an integral", "an exponential"])
def test_a_density_that_something_is_divided_by_is_seen_wherever_it_is(which, monkeypatch):
    with author_form():
        left, right = hidden()[which]
    assert "divided by a density that may be 0" in laws.definition_of_expectation.objection(left, right)
    for blind in ("divides", "holds_density"):
        monkeypatch.setattr(support, blind, lambda *_: False)
    assert not laws.definition_of_expectation.objection(left, right)


@pytest.mark.endurance
def test_an_index_and_a_block_do_not_run_everywhere():
    """E over an index and ∫ over all indices differ by the number of them, which ∫ does not know."""
    k, other = count("k"), M + (M - 1) * (M - 2) * (M - 3) * (M - 4) * (M - 5)
    with author_form():
        one, two = (Expectation(Uniform(upper), F(k) / Uniform(upper)(k), k) for upper in (M, other))
    assert laws.multiply_and_divide.objection(one, two)
    assert outcome(chain(one, two, by=[laws.multiply_and_divide], parameters=(M,))) == "refuted"
    b = bit("b")
    with author_form():
        blocks = [Iterated(Q(b), count("l"), upper) for upper in (M, other)]
        one, two = (Expectation(each, F(sequence(b)[1]) / each(b), b) for each in blocks)
    assert laws.multiply_and_divide.objection(one, two)


def test_what_a_theorem_rests_on_is_in_the_ledger_of_who_cites_it():
    left = Expectation(Q(Z), P(Z) / Q(Z))
    proved = theorem(chain(left, Integer(1), by=[laws.multiply_and_divide]))
    citing = theorem(chain(left, Integer(1), by=[laws.theorem], cites=[Citation(proved)]))
    assert citing.ledger == ("q > 0 everywhere: p and q have the same support", "f is integrable")
    assert citing.steps[0].full_support
    assert outcome(citing.chains[0]) == "proved"  # where q > 0, as it says; and not by luck
    assert not theorem(chain(left, Integer(1), by=[laws.algebra])).steps[0].full_support


def test_what_a_theorem_assumes_is_said_with_its_title():
    proved = Derivation(
        "t", "Evidence", "a statement", ("x is seen",), (chain(Z, Z, by=[laws.algebra], parameters=(Z,)),), ("none",)
    )
    citing = chain(Z, Z, by=[laws.theorem], parameters=(Z,), cites=[Citation(proved, (((Z, Z),),))])
    assert theorem(citing).ledger == ("as in “Evidence”: x is seen",)


@pytest.mark.parametrize("names", list(itertools.permutations("pqr", 3)))
def test_in_a_world_of_zeros_something_is_impossible(names):
    one, two, three = map(model, names)
    with author_form():
        held = chain(one(Z) * two(Z, X) * three(X), Integer(1), by=[laws.algebra], parameters=(Z, X))
    outline, alone = outline_of(held), set()
    for seed in range(6):
        reading = FiniteReading(Draws(seed), outline, zeros=True)
        lacking = set()
        for name in names:
            if name in reading.densities.zeros:
                weights = reading.densities._weights(name, outline.spaces(name))
                assert any(weights)
                if len(weights) > 1:
                    assert not all(weights)
                    lacking.add(name)
        alone |= lacking if len(reading.densities.zeros) == 1 else set()
    assert alone == set(names)


def test_no_sum_of_a_chain_is_empty_in_every_reading():
    j = count("j")
    with author_form():
        left, right = (indexed_sum(j**2 * factor, j, N, 6) for factor in (1, 2))
    assert outcome(chain(left, right, by=[laws.algebra], parameters=(N,))) == "refuted"
    assert max(outline_of(chain(left, right, by=[laws.algebra], parameters=(N,))).largest, 0) == 6


def test_small_numbers_need_no_large_counts():
    assert outline_of(chain(N + 2, 2 + N, by=[laws.algebra], parameters=(N,))).largest == 0


def test_the_checks_of_kinds_can_fail(monkeypatch):
    monkeypatch.setattr(wellformed, "require_one_kind_a_space", lambda *_: None)
    with author_form():
        held = by_another(positive("z_1"))  # and it is false: q may be N(-1, 1)
        step = held.steps[1]
    assert check_step(step, held, by_meaning.readings_for(held)).state == "proved"
    assert outcome(held) == "undecided"  # what is positive is no term of what may be negative
    checking._complete.cache_clear()


def divided_in_parameters():
    ratio, w = P(Z) / Q(Z), real("w")
    around = gaussian(ratio, Integer(1))
    return {
        "a mean": (Expectation(Q(Z), Expectation(around, w, w)), Integral(Q(Z) * Expectation(around, w, w), Z)),
        "a logarithm": (Expectation(Q(Z), log(2 * exp(ratio))), Integral(Q(Z) * log(2 * exp(ratio)), Z)),
        "a density": (Expectation(Q(Z), log(around(w))), Integral(Q(Z) * log(around(w)), Z)),
    }


@pytest.mark.parametrize("which", ["a mean", "a logarithm", "a density"])
def test_a_density_in_the_parameters_of_another_is_seen(which):
    with author_form():
        left, right = divided_in_parameters()[which]
    assert "divided by a density that may be 0" in laws.definition_of_expectation.objection(left, right)


@pytest.mark.parametrize("lower", [41, M + 5, M * M + 2 * M + 4])
def test_sums_that_are_empty_wherever_they_were_read_tell_nothing(lower):
    """Σ from 41 to n has no terms at small n: that both sides are 0 there says nothing of the terms."""
    j = count("j")
    with author_form():
        left, right = (indexed_sum(j**2 * F(Z) * factor, j, N, lower) for factor in (1, 1 + Integer(0)))
    verdict = checking.check(theorem(chain(left, right, by=[laws.algebra], parameters=(N, M, Z))))
    assert verdict.outcome == "undecided"
    assert "is a sum of no terms at every assignment that was read" in verdict.missing


@pytest.mark.endurance
def test_draws_of_a_block_are_of_the_kind_of_one():
    z, k, n = positive("z"), count("k"), count("n")
    draws = Iterated(Q(z), count("l"), n)
    total = Expectation(draws, indexed_sum(sequence(z)[k], k, n), z)
    roots = Expectation(draws, indexed_sum(sqrt(sequence(z)[k] ** 2), k, n), z)
    for held in (
        chain(total, Integer(0), by=[laws.nonnegativity], relation="≥", parameters=(n,)),
        chain(roots, total, by=[laws.algebra], parameters=(n,)),
    ):
        assert outcome(held) != "refuted"


def test_a_gaussian_mean_and_a_density_are_over_one_kind_of_variable():
    w, w_1 = positive("w"), real("w_1")
    normal = gaussian(0, 1)
    with author_form(), pytest.raises(DerivationError, match="take symbols of one kind"):
        chain(
            Expectation(Q(w), F(w) / Q(w)),
            Expectation(normal, F(w_1) / normal(w_1), w_1),
            by=[laws.multiply_and_divide],
        )


def test_what_is_divided_by_a_variable_of_integration_is_not_read():
    normal, t = gaussian(0, 1), real("t")
    with author_form():
        left = Expectation(normal, log(t / normal(Z)), Z)
        held = chain(derivative(left, t), 1 / t, by=[laws.algebra], parameters=(t,))
        other = Expectation(normal, gaussian(1 / (1 + Z**2), 1)(t), Z)
        second = chain(other, 2 * other, by=[laws.algebra], parameters=(t,))
    assert outcome(held) in ("undecided", "proved")
    assert outcome(second) == "undecided"


def test_the_kind_of_an_outcome_is_on_the_page():
    w = positive("z_1")
    proved = theorem(
        chain(mean_of(w), Integer(0), by=[laws.monotonicity], relation="≥", cites=[Citation(nonnegative(w))])
    )
    assert "z_1 is positive" in proved.to_text()
    assert "is positive" not in theorem(chain(mean_of(Z), mean_of(Z), by=[laws.algebra])).to_text()


def test_a_world_of_one_outcome_has_it():
    drawn = [finite_densities._joint(Random(seed), sizes, 0) for seed in range(20) for sizes in ((1,), (1, 1))]
    assert {Random(seed).randint(0, 3) for seed in range(20)} >= {0}
    assert set(drawn) == {(1,), (2,), (3,)}
