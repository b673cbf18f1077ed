"""What a verdict says where a statement is false, or not defined: each hole has a sentence, and stays closed."""

import math
from random import Random

import pytest
from sympy import exp, log

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.checking.draws import draw
from elbo_check.cli import main
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import InputError
from elbo_check.nodes import KL, Expectation, Integral, model, sequence
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, count, real

x, z = map(real, ("x", "z"))
p, q = model("p"), model("q")


def verdict(left, right, law, relation="=", parameters=()):
    chain = Chain(Statement(left, right, relation), (Step("s", left, right, law, relation),), parameters)
    return check(Derivation("t", "t", "t", (), (chain,), ("none",)))


def test_numbers_are_drawn_that_a_constant_does_not_hide():
    drawn = [abs(draw(x, Random(seed))) for seed in range(200)]
    assert max(drawn) > 50
    assert min(drawn) < 0.05
    assert {draw(count("J"), Random(seed)) for seed in range(200)} == {1, 2, 3, 4, 5}
    assert verdict(x, x + 10, laws.nonnegativity, "≤", (x,)).outcome == "proved"
    assert verdict(x, 10 + 0 * x, laws.nonnegativity, "≤", (x,)).outcome == "refuted"


@pytest.mark.parametrize("law", [laws.total_expectation, laws.definition_of_expectation, laws.linearity, laws.algebra])
def test_mass_outside_the_support_is_seen_by_every_law_that_does_not_exclude_it(law):
    ratio = Expectation(q(z), p(z) / q(z))
    assert verdict(ratio, Integral(p(z), z), law).outcome == "refuted"
    assert verdict(ratio, 1, law, "≥").outcome == "refuted"


def test_where_q_vanishes_nowhere_the_ledger_says_so():
    ratio = Expectation(q(z), p(z) / q(z))
    step = Step("s", ratio, Integral(p(z), z), laws.multiply_and_divide)
    chain = Chain(Statement(ratio, step.right), (step,), ())
    proof = Derivation("t", "t", "t", (), (chain,), ("none",))
    assert check(proof).outcome == "proved"
    assert any("q > 0 everywhere" in line for line in proof.ledger)


def test_a_marginal_may_be_divided_by_where_it_vanishes_with_the_joint():
    nested = Expectation(q(x), Expectation(q(z, given=x), z))
    assert verdict(nested, Expectation(q(x, z), z), laws.total_expectation).outcome == "proved"
    assert verdict(Expectation(q(z), q(x, z) / q(z)), q(x), laws.total_expectation, "=", (x,)).outcome == "proved"
    other = p(x, z) / q(z)
    assert laws.total_expectation.objection(Expectation(q(z), other), Integral(other * q(z), z))


def test_a_side_without_a_value_is_told_with_its_place():
    with author_form():
        sides = [(exp(log(real(name))), real(name)) for name in "abcdfgh"]
    missing = [verdict(left, right, laws.algebra, "=", (right,)).missing for left, right in sides]
    told = ["the left side is not defined at a rational assignment with" in words for words in missing]
    assert any(told)
    assert all("unless" in words for words, sampled in zip(missing, told, strict=True) if not sampled)


def test_a_divergence_of_a_density_from_itself_is_zero_by_definition():
    assert verdict(KL(q(z), q(z)), 0, laws.definition_of_kl).outcome == "proved"
    with author_form():
        nothing = Expectation(q(z), 0 * z)
    assert verdict(nothing, 0, laws.algebra).outcome == "proved"


def test_a_counterexample_names_every_index():
    table = sequence(real("W"))
    found = verdict(table[1, 1], table[1, 2], laws.algebra, "=", (real("W"),))
    assert {"W_1_1", "W_1_2"} <= set(found.counterexample)


def test_a_file_that_ends_the_program_is_an_error(tmp_path, capsys):
    file = tmp_path / "ends.py"
    file.write_text("import sys\n\nsys.exit(0)\n", encoding="utf-8")
    assert main(["derive", str(file)]) == 2
    assert "ends.py:3" in capsys.readouterr().err


def test_what_is_no_derivation_or_no_time_is_refused_in_words():
    with pytest.raises(InputError, match="must be a Derivation"):
        check("5")
    for seconds in ("5", [], True, math.nan):
        with pytest.raises(InputError, match="a number of seconds"):
            check(theorem("log-bound"), seconds)
