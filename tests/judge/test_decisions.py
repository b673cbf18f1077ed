"""The order of the judge's questions is the rule: each row of the table differs from the one above in one thing."""

import pytest

from elbo_check.judge.claims import Case, Tally, decide
from elbo_check.verdict import Outcome

RIGHT = Tally(right=3)
WRONG = Tally(right=2, wrong=1)


@pytest.mark.parametrize(
    ("case", "outcome", "said"),
    [
        (Case(3, RIGHT), Outcome.PROVED, ""),
        (Case(3, Tally(right=1, unstable=2)), Outcome.PROVED, ""),
        (Case(3, WRONG), Outcome.REFUTED, ""),
        (Case(3, RIGHT, sample_objects=True), Outcome.REFUTED, ""),
        (Case(3, Tally(right=2, undecided=1, undecided_at=(2,))), Outcome.UNDECIDED, "(at 2)"),
        (Case(3, Tally(wrong=1, undecided=2)), Outcome.REFUTED, ""),
        (Case(3, WRONG, conflicts=(("one", "other"),)), Outcome.UNDECIDED, "one and other exclude each other"),
        (Case(3, RIGHT, conflicts=(("one", "other"),)), Outcome.UNDECIDED, "broken"),
        (Case(3, RIGHT, unproved_theorem="gaussian-kl"), Outcome.UNDECIDED, "gaussian-kl"),
        (Case(3, WRONG, unproved_theorem="gaussian-kl"), Outcome.UNDECIDED, "gaussian-kl"),
        (Case(9, RIGHT, agreeing=2), Outcome.CONSISTENT, ""),
        (Case(9, RIGHT, agreeing=1), Outcome.UNDECIDED, "fewer than two"),
        (Case(9, RIGHT, agreeing=3, objecting=1), Outcome.UNDECIDED, "objects to 1 claims"),
        (Case(9, Tally(), agreeing=0), Outcome.UNDECIDED, "fewer than two"),
    ],
)
def test_the_outcome_and_what_is_missing(case, outcome, said):
    decided, missing = decide(case)
    assert decided is outcome
    assert said in missing
    assert bool(missing) == (outcome is Outcome.UNDECIDED)
