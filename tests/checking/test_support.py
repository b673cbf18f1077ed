"""E_q runs where q > 0, ∫ runs everywhere: what is divided by a density may be lost on the way from one to the other.

Each false statement here was proved once: every step held wherever both of its sides had a value, and a side in between
had none in just those worlds that exclude the whole.
"""

import pytest
from sympy import Integer, log

from elbo_check import checking
from elbo_check.checking import by_meaning, check_step
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import outline_of
from elbo_check.checking.zeros import certainly_zero
from elbo_check.deadline import deadline
from elbo_check.errors import TimeLimitError
from elbo_check.language import (
    Chain,
    Derivation,
    Expectation,
    Integral,
    Iterated,
    Statement,
    Step,
    author_form,
    count,
    function,
    gaussian,
    indexed_sum,
    laws,
    model,
    positive,
    real,
    sequence,
)
from elbo_check.normal_form import reading_nodes
from elbo_check.verdict import Outcome

X, Z, W = real("x"), real("z"), real("w")
P, Q, R = model("p"), model("q"), model("r")
F = function("f")
ONE = Integer(1)


def chain(*sides, by, parameters=()):
    steps = [
        Step(f"step {number}", left, right, law)
        for number, (left, right, law) in enumerate(zip(sides, sides[1:], by, strict=False))
    ]
    return Chain(Statement(sides[0], sides[-1]), tuple(steps), parameters)


def verdict_on(held):
    derivation = Derivation("support", "Support", "densities may vanish", ("densities",), (held,), ("none",))
    checking._complete.cache_clear()  # the same chain is checked under a sabotage, too
    return checking.check(derivation)


def divided():
    """E_{p(x,z)}[r(x)/p(x)] is the mass of r where p(x) > 0, and E[f r/p] is no mean under r."""
    with author_form():
        yield Expectation(P(X, Z), R(X) / P(X)), ONE
        yield Expectation(P(X, Z), F(X) * R(X) / P(X)), Expectation(R(X), F(X))


@pytest.mark.parametrize(("left", "right"), list(divided()), ids=["mass", "importance sampling"])
def test_a_marginal_that_is_divided_by_is_refuted_where_it_vanishes(left, right):
    found = verdict_on(chain(left, right, by=[laws.total_expectation]))
    assert found.outcome is Outcome.REFUTED
    assert found.counterexample


def harmonic():
    """Chains from E to ∫ to a number: an integral is 0/0 where a density vanishes, and there the whole is false."""
    expectation, conditional, bayes = laws.definition_of_expectation, laws.conditional_density, laws.bayes
    whole = laws.normalisation
    with author_form():
        mean = 1 / P(X, given=Z)
        posterior = P(Z, given=X)
        yield chain(
            Expectation(posterior, mean),
            Integral(posterior * mean, Z),
            Integral(P(Z) / P(X), Z),
            1 / P(X),
            by=[expectation, bayes, whole],
            parameters=(X,),
        )
        marginal = Integral(Q(Z, W), W)
        yield chain(
            Expectation(Q(Z), P(Z) / marginal),
            Integral(Q(Z) * (P(Z) / marginal), Z),
            Integral(P(Z), Z),
            ONE,
            by=[expectation, whole, whole],
        )
        ratio = P(Z) * Q(X) / Q(X, Z)
        yield chain(
            Expectation(Q(Z, given=X), ratio),
            Integral(Q(Z, given=X) * ratio, Z),
            Integral(P(Z), Z),
            ONE,
            by=[expectation, conditional, whole],
            parameters=(X,),
        )
        hidden = P(Z) / (Q(Z, W) / Q(W, given=Z))
        yield chain(
            Expectation(Q(Z), hidden),
            Integral(Q(Z) * hidden, Z),
            Integral(P(Z), Z),
            ONE,
            by=[expectation, conditional, whole],
            parameters=(W,),
        )


CHAINS = list(harmonic())
NAMES = ["harmonic mean", "marginal as an integral", "joint over marginal", "joint over conditional"]


@pytest.mark.endurance
@pytest.mark.parametrize("held", CHAINS, ids=NAMES)
def test_no_integral_is_divided_by_a_density_that_may_vanish(held):
    found = verdict_on(held)
    assert found.outcome is Outcome.UNDECIDED
    assert "divided by a density that may be 0" in found.missing
    assert "“multiplying and dividing by q”" in found.missing


@pytest.mark.parametrize("held", CHAINS, ids=NAMES)
def test_a_chain_is_read_from_its_first_side_to_its_last(held, monkeypatch):
    """Even if the law lets each step pass: the statement itself is excluded."""
    monkeypatch.setattr(reading_nodes, "over_support", lambda form, density, body, weight, _: body * weight)
    found = verdict_on(held)
    assert found.outcome is Outcome.UNDECIDED
    assert {each.details["state"] for each in found.findings[:-1]} == {"proved"}
    assert found.findings[-1].code == "witness-conflict"
    assert found.missing.startswith("all steps together: excluded by a finite world, although every step is licensed")


def test_no_time_for_the_whole_is_said(monkeypatch):
    meaning_of = by_meaning.meaning_of

    def slow(step, readings, shrink=True):
        if step.name == "all steps together":
            raise TimeLimitError("the time was over")
        return meaning_of(step, readings, shrink)

    monkeypatch.setattr(by_meaning, "meaning_of", slow)
    with author_form():
        held = chain(P(X) + 1 - 1, P(X) + 0, P(X), by=[laws.algebra, laws.algebra], parameters=(X,))
    found = verdict_on(held)
    assert (found.outcome, found.missing) == (Outcome.UNDECIDED, "all steps together: the time was over")


def test_a_law_of_full_support_is_not_read_where_densities_vanish():
    with author_form():
        held = chain(
            Expectation(Q(Z), P(Z) / Q(Z)),
            Integral(P(Z), Z),
            ONE,
            by=[laws.multiply_and_divide, laws.normalisation],
        )
    assert verdict_on(held).outcome is Outcome.PROVED


def true_ones():
    total = laws.total_expectation
    with author_form():
        yield Expectation(P(X, Z), F(X)), Expectation(P(X), F(X)), total
        yield Expectation(P(X), Expectation(P(Z, given=X), F(X) * F(Z))), Expectation(P(X, Z), F(X) * F(Z)), total
        yield Expectation(Q(Z), P(Z) / 2), Integral(Q(Z) * P(Z) / 2, Z), laws.definition_of_expectation


@pytest.mark.parametrize(("left", "right", "law"), list(true_ones()))
def test_what_is_not_divided_is_still_proved(left, right, law):
    assert verdict_on(chain(left, right, by=[law])).outcome is Outcome.PROVED


def test_worlds_have_outcomes_that_are_impossible_altogether():
    with author_form():
        held = chain(Expectation(P(X, Z), F(X)), Expectation(P(X), F(X)), by=[laws.total_expectation])
    outline = outline_of(held)
    empty = 0
    for seed in range(40):
        reading = FiniteReading(Draws(seed), outline, zeros=True)
        with author_form():
            reading.read(Expectation(P(X), F(X)))
        ((sizes, weights),) = [(key[-1], row) for key, row in reading.draws.made.items() if key[0] == "joint"]
        rows = [weights[start : start + sizes[1]] for start in range(0, len(weights), sizes[1])]
        empty += any(not any(row) for row in rows)
    assert empty >= 4


@pytest.mark.endurance
def test_a_step_alone_is_checked_within_its_time():
    (held, *_) = CHAINS
    with deadline(20.0):
        ruled = check_step(held.steps[0], held, by_meaning.readings_for(held))
    assert ruled.state == "undecided"


def gaussian_integrals():
    z, m, s = real("z"), real("m"), positive("s")
    with author_form():
        density = gaussian(m, s)(z)
        yield Integral(density, z), ONE, laws.normalisation, Outcome.PROVED
        yield Integral(density, z), ONE + 1, laws.normalisation, Outcome.REFUTED
        yield Expectation(density, z), Integral(density * z, z), laws.definition_of_expectation, Outcome.PROVED
        yield Expectation(density, z), Integral(density * z**2, z), laws.definition_of_expectation, Outcome.REFUTED


@pytest.mark.parametrize(("left", "right", "law", "outcome"), list(gaussian_integrals()))
def test_integrals_of_gaussians_are_read(left, right, law, outcome):
    held = chain(left, right, by=[law], parameters=(real("m"), positive("s")))
    assert verdict_on(held).outcome is outcome


def test_a_block_as_a_parameter_is_read_as_one_and_a_number_is_not_blamed():
    """The density of J coordinates at a parameter z makes z a block; of w z nobody knows which of the two is one."""
    j, top = count("j"), count("J")
    means, scales, z = sequence(real("m")), sequence(positive("s")), real("z")
    with author_form():
        density = Iterated(gaussian(means[j], scales[j]), j, top)
        parameters = (top, real("m"), positive("s"), z, real("w"))
        for place, outcome in ((z, Outcome.PROVED), (real("w") * z, Outcome.UNDECIDED)):
            held = chain(log(density(place)), log(density(place)) + 0, by=[laws.algebra], parameters=parameters)
            found = verdict_on(held)
            assert found.outcome is outcome
    assert "a number stands where a block of" in found.missing


def test_the_mean_of_an_empty_sum_is_certainly_zero():
    k, number, means = count("k"), count("K"), sequence(real("m"))
    empty = indexed_sum(means[k] * F(Z), k, -number)
    with author_form():
        mean = Expectation(Q(Z), empty)
        held = chain(log(mean), P(X), by=[laws.algebra], parameters=(number, real("m"), X))
    found = verdict_on(held)
    assert (found.outcome, found.findings[0].code) == (Outcome.UNDECIDED, "undefined-side")
    assert "log of 0 is not real" in found.missing
    assert certainly_zero(mean, {"K": 2}, lambda part: part.subs({number: 2}))
    assert not certainly_zero(Expectation(Q(Z), F(Z)), {}, lambda part: part)
