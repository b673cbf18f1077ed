"""Break the checkers on purpose, and see that a verdict never stays PROVED; feed them the errors that people print."""

import itertools
from dataclasses import replace

import flint
import pytest
import sympy
from sympy import log

from elbo_check import checking, laws, proofs
from elbo_check.checking import by_meaning, check, check_step, finite_worlds, gaussian_means, slopes
from elbo_check.checking.ball_polynomials import Quotient
from elbo_check.checking.finite_densities import Densities
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.real_balls import RealBall
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.nodes import (
    KL,
    Expectation,
    Independent,
    Integral,
    Member,
    Product,
    Value,
    gaussian,
    indexed_sum,
    model,
)
from elbo_check.normal_form import polynomials, reading_nodes
from elbo_check.symbols import author_form, count, positive, real
from elbo_check.verdict import Outcome
from elbo_check.witnesses import enumeration, moments
from elbo_check.witnesses.enumeration import LogSum

x, y, z, mu, v = real("x"), real("y"), real("z"), real("mu"), real("v")
s, sp, sq = positive("s"), positive("s_p"), positive("s_q")
HALF = sympy.Rational(1, 2)


def proof(*sides, law=laws.algebra, parameters=(x,), where=(), cites=None, relation="="):
    steps = tuple(
        Step(f"step {i}", left, right, law, relation, cites=cites)
        for i, (left, right) in enumerate(itertools.pairwise(sides))
    )
    chain = Chain(Statement(sides[0], sides[-1], relation), steps, parameters, where)
    return Derivation("test", "Test", "a test", (), (chain,), ("none",))


def unremembered(derivation):
    """Check a derivation, whatever was found out about it before."""
    return checking._complete.__wrapped__(derivation)


def anything(*_):
    return ""


def nothing(*_):
    return "it is the rule of this law to refuse"


RIGHT, WRONG = proof((x + 1) ** 2, x**2 + 2 * x + 1), proof((x + 1) ** 2, x**2 + 1)


def loosened(step, checker):
    """A step whose law is broken: none that can be built, for only laws of the project are taken."""
    loose = replace(step)
    object.__setattr__(loose, "law", replace(step.law, checker=checker))
    return loose


def with_checker(derivation, checker):
    chain = derivation.chains[0]
    steps = tuple(loosened(step, checker) for step in chain.steps)
    return replace(derivation, chains=(replace(chain, steps=steps),))


def test_sound_checks_prove_the_right_and_refute_the_wrong():
    assert check(RIGHT).outcome is Outcome.PROVED
    assert check(WRONG).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    ("derivation", "checker", "code"),
    [(RIGHT, nothing, "step-undecided"), (WRONG, anything, "witness-conflict"), (WRONG, nothing, "step-refuted")],
)
def test_a_broken_law_proves_nothing(derivation, checker, code):
    verdict = check(with_checker(derivation, checker))
    assert verdict.outcome is (Outcome.REFUTED if code == "step-refuted" else Outcome.UNDECIDED)
    assert verdict.finding(code)
    assert ("yet it is false" in verdict.missing) == (code == "witness-conflict")


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        (by_meaning.Meaning(True, "agrees"), Outcome.PROVED, Outcome.UNDECIDED),
        (by_meaning.Meaning(False, "excluded"), Outcome.UNDECIDED, Outcome.REFUTED),
        (by_meaning.Meaning(None, "cannot tell"), Outcome.UNDECIDED, Outcome.UNDECIDED),
    ],
)
def test_a_broken_meaning_does_not_prove_the_wrong(monkeypatch, answer, right, wrong):
    monkeypatch.setattr(by_meaning, "meaning_of", lambda *_: answer)
    monkeypatch.setattr(by_meaning, "searched", lambda *_: None)
    assert unremembered(RIGHT).outcome is right
    assert unremembered(WRONG).outcome is wrong


def spoil(monkeypatch, what):
    """Break one part of the meaning checks, each in its own way."""
    if what == "no moments":
        monkeypatch.setattr(moments, "moment", lambda powers, mean, covariance: 0)
    elif what == "moments of a larger spread":
        monkeypatch.setattr(moments, "covariance_of", lambda rows: tuple(tuple(2 * a for a in r) for r in rows))
    elif what == "a constant for every value":
        monkeypatch.setattr(GaussianReading, "read", lambda self, expression: self._number(0) * 0)
    elif what == "squared probabilities":
        honest = enumeration.expectation
        monkeypatch.setattr(enumeration, "expectation", lambda pairs: honest((p * p, value) for p, value in pairs))
    elif what == "a dropped outcome":
        monkeypatch.setattr(Densities, "outcomes", lambda *arguments: list(HONEST_OUTCOMES(*arguments))[1:])


HONEST_OUTCOMES = Densities.outcomes


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("no moments", "gaussian-kl"),
        ("moments of a larger spread", "gaussian-kl"),
        ("squared probabilities", "kl-additivity"),
        ("a dropped outcome", "kl-additivity"),
    ],
)
def test_a_broken_witness_turns_the_verdict_on_a_true_theorem(monkeypatch, what, name):
    spoil(monkeypatch, what)
    verdict = unremembered(proofs.theorem(name))
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.finding("witness-conflict")


def test_a_meaning_that_says_yes_to_all_still_leaves_the_law(monkeypatch):
    spoil(monkeypatch, "a constant for every value")
    assert unremembered(WRONG).outcome is Outcome.UNDECIDED
    assert unremembered(RIGHT).outcome is Outcome.PROVED


def test_with_one_check_broken_no_step_of_a_wrong_proof_is_proved(monkeypatch):
    """Every step made false in turn; first without its law, then without its meaning: never PROVED."""
    chain = proofs.theorem("gaussian-kl").chains[0]
    for number, step in enumerate(chain.steps):
        false = replace(step, right=2 * step.right)
        readings = by_meaning.readings_for(chain)
        loose = loosened(false, anything)
        assert check_step(loose, chain, readings).state == "conflict", number
        with monkeypatch.context() as patch:
            patch.setattr(by_meaning, "meaning_of", lambda *_: by_meaning.Meaning(True, "agrees"))
            patch.setattr(by_meaning, "searched", lambda *_: None)
            assert check_step(false, chain, readings).state == "undecided", number


def test_a_proof_that_cites_what_is_not_proved_is_not_proved():
    left, right = KL(gaussian(x, 1), gaussian(0, 1)), x**2
    false = proof(left, right, law=laws.definition_of_kl)
    citing = proof(left + 1, right + 1, law=laws.theorem, cites=Citation(false, (((x, x),),)))
    assert check(false).outcome is Outcome.REFUTED
    assert check(citing).outcome is Outcome.REFUTED
    cited = replace(false.chains[0].steps[0], law=laws.algebra)
    open_lemma = replace(false, chains=(replace(false.chains[0], steps=(replace(cited, right=right),)),))
    true_but_open = proof(x / x, x / x, law=laws.linearity)
    assert check(open_lemma).outcome is Outcome.REFUTED
    assert check(true_but_open).outcome is Outcome.PROVED


def test_citing_an_undecided_theorem_is_undecided():
    left, right = KL(gaussian(x, 1), gaussian(0, 1)), x**2 / 2
    lemma = proof(left, right, law=laws.algebra)  # true, but not by this law
    assert check(lemma).outcome is Outcome.UNDECIDED
    verdict = check(proof(2 * left, 2 * right, law=laws.theorem, cites=Citation(lemma, (((x, x),),))))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "it cites is undecided" in verdict.missing


GENERAL = proofs.theorem("gaussian-kl")
STANDARD = proofs.theorem("gaussian-kl-standard")
TWO = KL(gaussian(x, sq), gaussian(y, sp))
ONE = KL(gaussian(mu, s), gaussian(0, 1))
BY_GENERAL = Citation(GENERAL, (tuple(zip(GENERAL.parameters, (x, sq, y, sp), strict=True)),))
BY_STANDARD = Citation(STANDARD, (tuple(zip(STANDARD.parameters, (mu, s), strict=True)),))

PUBLISHED = {
    "½ dropped": (TWO, log(sp / sq) + (sq**2 + (x - y) ** 2) / (2 * sp**2) - 1),
    "½ forgotten in the quotient": (TWO, log(sp / sq) + (sq**2 + (x - y) ** 2) / sp**2 - HALF),
    "log around the whole bracket": (TWO, log(sp / sq + (sq**2 + (x - y) ** 2) / (2 * sp**2)) - HALF),
    "forward for reverse": (TWO, log(sq / sp) + (sp**2 + (x - y) ** 2) / (2 * sq**2) - HALF),
    "σ for σ²": (TWO, log(sp / sq) + (sq + (x - y) ** 2) / (2 * sp) - HALF),
    "log of the variances": (TWO, log(sp**2 / sq**2) + (sq**2 + (x - y) ** 2) / (2 * sp**2) - HALF),
    "means added": (TWO, log(sp / sq) + (sq**2 + (x + y) ** 2) / (2 * sp**2) - HALF),
    "½ in μ² + σ² − log σ − ½": (ONE, mu**2 + s**2 - log(s) - HALF),
    "(log σ)² for log σ²": (ONE, HALF * (mu**2 + s**2 - 1 - log(s) ** 2)),
    "sign of the bracket": (ONE, -HALF * (mu**2 + s**2 - 1 - log(s**2))),
    "sign of the logarithm": (ONE, HALF * (mu**2 + s**2 - 1 + log(s**2))),
    "1 forgotten": (ONE, HALF * (mu**2 + s**2 - log(s**2))),
    "σ for log σ²": (ONE, HALF * (mu**2 + s**2 - 1 - s)),
}

LOOKS_WRONG = {
    "signs turned": (ONE, -HALF * (1 + log(s**2) - mu**2 - s**2)),
    "2 log σ": (ONE, HALF * (mu**2 + s**2 - 1 - 2 * log(s))),
    "difference of logs": (TWO, log(sp) - log(sq) + (sq**2 + (x - y) ** 2) / (2 * sp**2) - HALF),
    "variance ratio": (TWO, HALF * (sq**2 / sp**2 + ((y - x) / sp) ** 2 - 1 - log(sq**2 / sp**2))),
}


def cited(left, right):
    citation, parameters = (BY_GENERAL, (x, sq, y, sp)) if left is TWO else (BY_STANDARD, (mu, s))
    middle = citation.statements[0].right
    steps = (
        Step("theorem", left, middle, laws.theorem, cites=citation),
        Step("rewritten", middle, right, laws.log_of_product),
    )
    return Derivation("t", "t", "t", (), (Chain(Statement(left, right), steps, parameters),), ("none",))


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_errors_are_refuted(name):
    verdict = check(cited(*PUBLISHED[name]))
    assert verdict.outcome is Outcome.REFUTED
    found = verdict.finding("step-refuted")
    assert found.details["step"] == "rewritten"
    assert found.details["counterexample"] == verdict.counterexample
    assert verdict.counterexample["left"] != pytest.approx(verdict.counterexample["right"], rel=1e-6)


@pytest.mark.parametrize("name", LOOKS_WRONG)
def test_forms_that_look_wrong_but_are_right_are_accepted(name):
    assert check(cited(*LOOKS_WRONG[name])).outcome is Outcome.PROVED


def test_the_log_variance_form_is_accepted():
    left, right = HALF * (mu**2 + s**2 - 1 - log(s**2)), HALF * (sympy.exp(v) + mu**2 - 1 - v)
    where = ((v, log(s**2)),)
    assert check(proof(left, right, parameters=(mu, s), where=where)).outcome is Outcome.PROVED
    wrong = HALF * (sympy.exp(v / 2) + mu**2 - 1 - v)
    assert check(proof(left, wrong, parameters=(mu, s), where=where)).outcome is Outcome.REFUTED


@pytest.mark.endurance
def test_additivity_fails_where_it_must():
    J, j = count("J"), count("j")
    each = KL(Member("q", j), Member("p", j))
    whole = KL(Independent("q", J), Independent("p", J))
    for wrong in (indexed_sum(each, j, J + 1), indexed_sum(2 * each, j, J), J * KL(Member("q", 1), Member("p", 1))):
        verdict = check(proof(whole, wrong, law=laws.factorisation, parameters=(J,), cites=ADDITIVITY))
        assert verdict.outcome is Outcome.REFUTED
        assert verdict.counterexample["J"] in {"1", "2"}


ADDITIVITY = Citation(proofs.theorem("kl-additivity"))


def test_worlds_reach_the_edge_where_q_is_zero_and_more_than_one_coordinate():
    chain = proofs.theorem("kl-additivity").chains[1]
    readings = by_meaning.readings_for(chain)
    worlds = [reader.reading for reader in readings if isinstance(reader.reading, FiniteReading)]
    readable, with_zero, counts = 0, 0, set()
    for world in worlds:
        try:
            world.read(chain.statement.left)
        except by_meaning.WitnessError:
            continue
        readable += 1
        drawn = world.draws.made
        counts |= {number for key, number in drawn.items() if key[0] == "number"}
        with_zero += any(0 in weights for key, weights in drawn.items() if key[:2] == ("member", "q"))
    assert readable >= 4
    assert with_zero >= 1
    assert counts >= {1, 2}


def test_an_undefined_side_is_no_contradiction_of_a_law_and_no_proof():
    J, w = count("J"), real("w")
    q, last = Member("q", 1), Member("q", 2 - J)  # there is such a density only for J = 1
    left, right = Expectation(Product(q, last), log(Value(q, z)), z, w), Expectation(q, log(Value(q, z)), z)
    verdict = check(proof(left, right, law=laws.marginalisation, parameters=(J,)))
    assert verdict.outcome is Outcome.UNDECIDED
    assert not verdict.finding("witness-conflict")


MEANING_ONLY = [
    "a square for a root",
    "no poles",
    "no division by zero",
    "a slope that stands still",
    "a ball says yes",
]


def break_reading(monkeypatch, what):
    """Break one handler of the meaning checks."""
    if what == "a square for a root":
        monkeypatch.setattr(finite_worlds, "root", lambda value: value * value)
    elif what == "no poles":
        monkeypatch.setattr(Quotient, "expectation", lambda *_: flint.fmpq(0))
    elif what == "no division by zero":
        monkeypatch.setattr(FiniteReading, "_power", lambda self, node, values: LogSum.number(1))
    elif what == "a slope that stands still":
        monkeypatch.setattr(finite_worlds, "slope_of", lambda *_: LogSum.number(0))
    elif what == "a ball says yes":
        monkeypatch.setattr(RealBall, "is_zero", lambda _: True)


def of_root():
    p = model("p")
    with author_form():
        return Integral(sympy.sqrt(p(z)), z), Integral(p(z), z)


@pytest.mark.endurance
@pytest.mark.parametrize("what", MEANING_ONLY)
def test_breaking_a_handler_of_meaning_does_not_move_the_law(monkeypatch, what):
    """Law and meaning share the walker of trees alone: no handler of one is one of the other."""
    steps = [step for name in ("gaussian-kl", "kl-chain-rule", "score-function") for c in proofs.theorem(name).chains
             for step in c.steps]  # fmt: skip
    wrong = Step("wrong", *of_root(), laws.algebra)
    honest = [step.law.objection(step.left, step.right) for step in [*steps, wrong]]
    break_reading(monkeypatch, what)
    assert [step.law.objection(step.left, step.right) for step in [*steps, wrong]] == honest
    assert unremembered(proof(*of_root(), parameters=())).outcome is not Outcome.PROVED


@pytest.mark.endurance
def test_breaking_a_handler_of_the_law_does_not_move_the_meaning(monkeypatch):
    chain = proofs.theorem("kl-chain-rule").chains[0]
    readings = by_meaning.readings_for(chain)
    honest = [by_meaning.meaning_of(step, readings).agrees for step in chain.steps]
    wrong = Step("wrong", *of_root(), laws.algebra)
    own = by_meaning.readings_for(Chain(Statement(*of_root()), (wrong,), ()))
    assert by_meaning.meaning_of(wrong, own).agrees is False
    for kind in reading_nodes.HANDLERS:
        monkeypatch.setitem(reading_nodes.HANDLERS, kind, lambda *_: polynomials.constant(0))
    assert not chain.steps[0].law.objection(chain.steps[0].left, 2 * chain.steps[0].left)  # all is 0 by law
    assert [by_meaning.meaning_of(step, readings).agrees for step in chain.steps] == honest == [True] * len(chain.steps)
    assert by_meaning.meaning_of(wrong, own).agrees is False


@pytest.mark.endurance
def test_a_broken_rule_of_differentiation_turns_the_verdict(monkeypatch):
    monkeypatch.setitem(slopes._RULES, sympy.log, lambda path, node, values: path.slope(node.args[0], values))
    assert unremembered(proofs.theorem("score-function")).finding("witness-conflict")


def test_an_expectation_of_exponentials_that_is_wrong_turns_a_true_step(monkeypatch):
    density = gaussian(mu, s)
    true = Expectation(density, sympy.exp(z), z), sympy.exp(mu + s**2 / 2)
    assert check(proof(*true, parameters=(mu, s))).outcome is Outcome.UNDECIDED  # no law says it
    monkeypatch.setattr(gaussian_means, "_substituted", lambda whole, places: whole)  # as if q were N(0, 1)
    assert unremembered(proof(*true, parameters=(mu, s))).outcome is Outcome.REFUTED
