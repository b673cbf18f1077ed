"""Every single-edit mutant of every expression of every proof turns the verdict, or is shown to say the same thing.

Mutants come from edits of the expression's tree, never by hand. An edit changes an expression wherever it stands in
the chain, so that the chain stays connected and only its truth is at stake. The classes are: cannot be built, refuted
with a counterexample, undecided (the law does not apply), and equal in value, which `numeric` has to confirm.
"""

from collections import Counter
from dataclasses import replace

import pytest

from elbo_check import proofs
from elbo_check.checking import by_meaning, check, check_step
from elbo_check.derivation import Step
from elbo_check.derivation.wellformed import bound_symbols
from elbo_check.errors import DerivationError
from elbo_check.verdict import Outcome

from .mutants import built, mutants, with_expression
from .numeric import equal_by_value

# theorem, chain, one mutant of how many is tried, how many of those tried must at least be refuted
SHORT = [
    ("gaussian-kl", 0, 1, 850),
    ("gaussian-kl-standard", 0, 1, 130),
    ("gaussian-kl-diagonal", 0, 1, 140),
    ("gaussian-kl-diagonal", 1, 2, 150),
    ("gaussian-kl-diagonal", 2, 9, 40),
    ("gaussian-kl-full", 0, 4, 200),
    ("gaussian-kl-full", 1, 60, 40),
    ("gaussian-kl-full", 2, 400, 12),
    ("kl-additivity", 0, 1, 33),
    ("kl-additivity", 1, 2, 260),
]


def expressions(chain):
    return [chain.statement.left, *(step.right for step in chain.steps)]


def generated(chain, every):
    number = 0
    for place, expression in enumerate(expressions(chain)):
        symbols = {*chain.parameters, *(symbol for symbol, _ in chain.where), *bound_symbols(expression)}
        for what, build in mutants(expression, sorted(symbols, key=lambda symbol: symbol.name)):
            number += 1
            if number % every == 0:
                yield place, expression, what, built(build)


def rule(derivation, number, place, mutant, readings):
    """Rule on the steps that the mutant is part of."""
    hypothesis = derivation.induction[1] if derivation.induction and number == 1 else None
    changed = with_expression(derivation.chains[number], place, mutant)
    touched = changed.steps[max(place - 1, 0) : place + 1]
    return {check_step(step, changed, readings, hypothesis).state for step in touched}


def campaign(name, number, every):
    derivation = proofs.theorem(name)
    chain = derivation.chains[number]
    readings = by_meaning.readings_for(chain)
    classes, wrong = Counter(), []
    for place, expression, what, mutant in generated(chain, every):
        if isinstance(mutant, Exception):
            classes["cannot be built"] += 1
            continue
        try:
            states = rule(derivation, number, place, mutant, readings)
        except DerivationError:
            classes["cannot be built"] += 1
            continue
        if "refuted" in states and "conflict" not in states:
            classes["refuted"] += 1
            continue
        same = equal_by_value(expression, mutant, list(chain.parameters), chain.where)
        if "conflict" in states or (states == {"proved"} and not same):
            wrong.append((place, what, mutant, states))
        verdict = "proved" if states == {"proved"} else "undecided"
        classes[f"{verdict}, {'equal in value' if same else 'other value or none'}"] += 1
    return classes, wrong


@pytest.mark.parametrize(("name", "number", "every", "refuted"), SHORT)
def test_no_mutant_is_proved_unless_it_says_the_same(name, number, every, refuted):
    classes, wrong = campaign(name, number, every)
    assert wrong == []
    assert classes["refuted"] >= refuted
    # what is neither refuted nor the same has no polynomial in z, no finite world, or no scale: a handful
    assert classes["undecided, other value or none"] <= 0.05 * classes.total()


@pytest.mark.campaign
@pytest.mark.parametrize(("name", "number"), [(name, number) for name, number, *_ in SHORT])
def test_no_mutant_at_all_is_proved_unless_it_says_the_same(name, number):
    classes, wrong = campaign(name, number, 1)
    print(name, number, classes.total(), dict(classes))
    assert wrong == []


@pytest.mark.parametrize(("name", "number", "every"), [("gaussian-kl", 0, 12), ("kl-additivity", 1, 40)])
def test_what_is_refuted_is_false(name, number, every):
    """No mutant that says the same is accused: the second opinion sees a difference in every refuted one."""
    derivation = proofs.theorem(name)
    chain = derivation.chains[number]
    readings = by_meaning.readings_for(chain)
    accused = 0
    for place, expression, _, mutant in generated(chain, every):
        if isinstance(mutant, Exception):
            continue
        try:
            states = rule(derivation, number, place, mutant, readings)
        except DerivationError:
            continue
        if "refuted" in states:
            accused += 1
            assert not equal_by_value(expression, mutant, list(chain.parameters), chain.where)
    assert accused > 10


@pytest.mark.parametrize("name", proofs.names())
def test_one_mutant_turns_the_verdict_on_the_whole_theorem(name):
    derivation = proofs.theorem(name)
    number = len(derivation.chains) - 1 if derivation.induction else 0
    for place in range(1, len(derivation.chains[number].steps)):
        _, _, _, mutant = next(
            m for m in generated(derivation.chains[number], 1) if m[0] == place and m[2] == "doubled"
        )
        chains = list(derivation.chains)
        chains[number] = with_expression(chains[number], place, mutant)
        verdict = check(replace(derivation, chains=tuple(chains)))
        assert verdict.outcome is Outcome.REFUTED
        assert not verdict
        assert verdict.counterexample["left"] != verdict.counterexample["right"]


def test_relations_cannot_be_exchanged():
    """= for ≤ is true but weaker: such a chain does not yield the theorem, and cannot be built as its proof."""
    for name in proofs.names():
        for chain in proofs.theorem(name).chains:
            for number, step in enumerate(chain.steps):
                for relation in ("≤", "≥"):
                    steps = [*chain.steps[:number], replace(step, relation=relation), *chain.steps[number + 1 :]]
                    with pytest.raises(DerivationError, match="do not yield"):
                        replace(chain, steps=tuple(steps))


def test_no_law_can_be_exchanged_for_one_that_does_not_apply():
    """A true step under the wrong law is not refuted, and not proved."""
    chain = proofs.theorem("gaussian-kl").chains[0]
    readings = by_meaning.readings_for(chain)
    found = set()
    for step in chain.steps:
        for other in chain.steps:
            state = check_step(replace(step, law=other.law), chain, readings).state
            objection = other.law.objection(step.left, step.right)
            assert state == ("undecided" if objection else "proved")
            found.add(state)
    assert found == {"undecided", "proved"}


def test_every_theorem_is_in_the_campaign():
    assert {name for name, *_ in SHORT} == set(proofs.names())
    for name in proofs.names():
        assert {number for n, number, *_ in SHORT if n == name} == set(range(len(proofs.theorem(name).chains)))


def test_the_second_opinion_can_say_no():
    chain = proofs.theorem("gaussian-kl").chains[0]
    left, right = chain.statement.sides
    assert equal_by_value(left, right, list(chain.parameters))
    assert not equal_by_value(left, right + 1, list(chain.parameters))
    assert not equal_by_value(left, right / (right - right), list(chain.parameters))
    assert isinstance(chain.steps[0], Step)
