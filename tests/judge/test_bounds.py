from fractions import Fraction

import pytest

from elbo_check.evidence import Basis, Estimate
from elbo_check.judge.bounds import ELBO, EUBO, EVIDENCE, GAP, UPPER_GAP, Bounds, compare_signed, decide_bounds
from elbo_check.judge.claims import Tally
from elbo_check.question import Settings
from elbo_check.verdict import Outcome


def ball(quantity, value, error="1e-30", witness="balls"):
    return Estimate(witness, Fraction(str(value)), Fraction(error), Basis.ENCLOSED, quantity=quantity)


def guess(quantity, value, error=1e-9, witness="tanh-sinh"):
    return Estimate(witness, value, error, Basis.HEURISTIC, quantity=quantity)


FORMULAS = (
    ball(ELBO, -2.5, witness="form A"),
    ball(ELBO, -2.5, witness="form B"),
    ball(EVIDENCE, -2.25, witness="closed form"),
    ball(GAP, 0.25, witness="difference"),
    ball(GAP, 0.25, witness="closed form"),
    ball(EUBO, -2.125, witness="closed form"),
    ball(UPPER_GAP, 0.125, witness="closed form"),
)
PROOFS = (ball(ELBO, -2.5, witness="integral"), ball(EVIDENCE, -2.25, witness="integral"))


def test_what_witnesses_enclose_is_proved() -> None:
    case = Bounds(FORMULAS, PROOFS)
    assert decide_bounds(case) == (Outcome.PROVED, "")
    assert case.order(GAP) == case.order(UPPER_GAP) == "positive"
    assert case.best(EUBO) is FORMULAS[5]
    assert [e.quantity for e in case.estimates] == [ELBO] * 3 + [EVIDENCE] * 2 + [GAP] * 2 + [EUBO, UPPER_GAP]


def test_formulas_alone_prove_nothing_and_are_no_witnesses() -> None:
    outcome, missing = decide_bounds(Bounds(FORMULAS, ()))
    assert outcome is Outcome.UNDECIDED
    assert missing == "fewer than two independent estimates of ELBO and log p(x)"


def test_guesses_that_agree_make_it_consistent() -> None:
    heard = (guess(ELBO, -2.5), guess(EVIDENCE, -2.25))
    assert decide_bounds(Bounds(FORMULAS, heard)) == (Outcome.CONSISTENT, "")
    assert decide_bounds(Bounds(FORMULAS, heard[:1]))[0] is Outcome.UNDECIDED


def test_a_formula_that_a_witness_excludes_is_refuted() -> None:
    case = Bounds(FORMULAS, (PROOFS[0], ball(EVIDENCE, -2.2, witness="integral")))
    assert case.broken == [(EVIDENCE, "closed form", "integral")]
    assert decide_bounds(case)[0] is Outcome.REFUTED


def test_two_formulas_for_one_quantity_must_agree() -> None:
    case = Bounds((*FORMULAS[:4], ball(GAP, 0.26, witness="closed form")), PROOFS)
    assert case.broken == [(GAP, "difference", "closed form")]
    assert decide_bounds(case)[0] is Outcome.REFUTED


def test_witnesses_that_exclude_each_other_decide_nothing() -> None:
    outcome, missing = decide_bounds(Bounds(FORMULAS, (*PROOFS, ball(ELBO, -2.6, witness="sums"))))
    assert outcome is Outcome.UNDECIDED
    assert missing == "integral and sums exclude each other: one of the witnesses is broken"


def test_a_guess_outside_a_proof_is_a_doubt_and_no_refutation() -> None:
    case = Bounds(FORMULAS, (*PROOFS, guess(ELBO, -2.4)))
    assert ("tanh-sinh", "integral") in case.doubts
    assert decide_bounds(case)[0] is Outcome.PROVED


def test_a_negative_gap_is_refuted_whoever_says_so() -> None:
    case = Bounds((), (*PROOFS, ball(GAP, -0.001, witness="integral")))
    assert case.disordered == [f"{GAP} by integral"]
    assert decide_bounds(case)[0] is Outcome.REFUTED


def test_where_both_touch_a_narrow_ball_around_0_is_enough_and_a_wide_one_is_not() -> None:
    narrow, wide = ball(GAP, 0, "1e-29"), ball(GAP, 0, "1e-12")
    assert Bounds((narrow,), PROOFS).order(GAP) == "touching"
    assert Bounds((wide,), PROOFS).order(GAP) == "unknown"
    assert Bounds((), PROOFS).order(GAP) == "positive"  # from the enclosures of its two ends
    assert Bounds((), PROOFS).best(GAP).value == Fraction(1, 4)
    assert Bounds((), PROOFS[:1]).order(GAP) == Bounds((), PROOFS).order(UPPER_GAP) == "unknown"
    assert Bounds((), (guess(ELBO, -2.5), guess(EVIDENCE, -2.25))).order(GAP) == "unknown"
    assert Bounds((), (guess(GAP, 0.25),)).order(GAP) == "unknown"
    assert decide_bounds(Bounds((*FORMULAS[:3], wide), PROOFS))[0] is Outcome.CONSISTENT


def test_what_is_infinite_needs_no_estimate() -> None:
    case = Bounds(FORMULAS[2:3], PROOFS[1:], infinite=frozenset({ELBO, GAP}))
    assert case.order(GAP) == "infinite"
    assert decide_bounds(case) == (Outcome.PROVED, "")


def test_an_unproved_theorem_decides_nothing() -> None:
    assert decide_bounds(Bounds(FORMULAS, PROOFS, unproved_theorem="elbo"))[0] is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("claim", "outcome"), [(-2.5, "proved"), (-2.5 - 1e-10, "proved"), (-2.50001, "refuted"), (2.5, "refuted")]
)
def test_a_claim_of_either_sign_is_compared_with_the_narrowest_enclosure(claim: float, outcome: str) -> None:
    case = Bounds(FORMULAS, PROOFS)
    truth = case.best(ELBO)
    assert truth is not None
    tally = compare_signed(claim, 5.0, 2.0**-52, truth, Settings())
    assert decide_bounds(case.judged(tally))[0] is Outcome(outcome)


def test_positive_elbos_are_compared_too() -> None:
    truth = ball(ELBO, 3.5)
    assert compare_signed(3.5, 5.0, 2.0**-52, truth, Settings()).right == 1
    assert compare_signed(-3.5, 5.0, 2.0**-52, truth, Settings()).wrong == 1


def test_a_claim_that_cannot_be_told_from_the_truth_is_undecided_and_a_single_precision_one_is_excused() -> None:
    case = Bounds(FORMULAS, PROOFS)
    wide = ball(ELBO, -2.5, "0.001")
    assert decide_bounds(case.judged(compare_signed(-2.5001, 5.0, 2.0**-52, wide, Settings())))[0] is Outcome.UNDECIDED
    tally = compare_signed(-2.5000002, 5.0, 2.0**-23, ball(ELBO, -2.5), Settings())
    assert tally.unstable == 1
    assert decide_bounds(case.judged(tally))[0] is Outcome.PROVED
    assert decide_bounds(case.judged(Tally(undecided=1)))[0] is Outcome.UNDECIDED
