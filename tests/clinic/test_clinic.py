"""What `verify_loss` says about every case of the clinic, and how often it is right: the promises of the diagnosis."""

import itertools
import random

import pytest

from . import disguises
from .asking import Answered, ask, ask_all, rate, table
from .case import Case
from .detached import ATTACHED, DETACHED
from .planted import pairs
from .planted_gaussian import GAUSSIANS
from .planted_objectives import OBJECTIVES
from .planted_others import OTHERS
from .planted_pairs import PAIRS
from .relations import is_right
from .replayable import REPLAYABLE
from .switches import Family
from .written import FIELD, WRITTEN

WINGS = {"one Gaussian": GAUSSIANS, "pairs": PAIRS, "objectives": OBJECTIVES, "others": OTHERS}
FAMILIES = [*GAUSSIANS, *PAIRS, *OBJECTIVES, *OTHERS]
SAMPLE = 60
SINGLES_A_WING = 50


def judge(answers: list[Answered], names: float) -> None:
    """Demand that every verdict is right, and `names` of the names of wrong ones."""
    print(table(answers))
    assert not [answer.case.id for answer in answers if not answer.verdict_is_right], table(answers)
    assert rate(answer.name_is_right for answer in answers) >= names, table(answers)


@pytest.mark.endurance
@pytest.mark.parametrize("cases", [REPLAYABLE, WRITTEN], ids=["replayable", "written"])
def test_field_cases_are_judged_and_named(cases: tuple[Case, ...]):
    judge(ask_all(cases), names=0.95)


@pytest.mark.endurance
@pytest.mark.parametrize("case", [case for case in FIELD if not case.is_wrong], ids=lambda case: case.id)
def test_what_is_right_is_never_accused(case: Case):
    answer = ask(case)
    assert answer.outcome != "REFUTED"
    assert answer.name_is_right, answer.names


def singles(wing: str) -> list[Case]:
    return [case for family in WINGS[wing] for case in family.singles() if not is_right(case)]


@pytest.mark.endurance
@pytest.mark.parametrize("wing", WINGS)
def test_single_planted_mistakes_are_found_and_named(wing: str):
    """A fresh sample every time; the campaign asks about all of them."""
    seed = disguises.fresh_seeds(1)[0]
    print(f"seed {seed}")
    judge(ask_all(random.Random(seed).sample(singles(wing), SINGLES_A_WING)), names=0.96)


@pytest.mark.campaign
@pytest.mark.parametrize("wing", WINGS)
def test_all_single_planted_mistakes_are_found_and_named(wing: str):
    judge(ask_all(singles(wing)), names=0.98)


@pytest.mark.endurance
@pytest.mark.parametrize("wing", WINGS)
def test_the_right_versions_of_planted_mistakes_are_not_accused(wing: str):
    answers = ask_all(case for family in WINGS[wing] for case in family.rights())
    assert not [answer.case.id for answer in answers if answer.outcome == "REFUTED"]


@pytest.mark.endurance
def test_a_sample_of_pairs_is_found_and_named():
    """The same pairs every time, the families in turn."""
    drawn = random.Random(5)
    chosen = [drawn.choice(list(pairs(family))) for family in itertools.islice(itertools.cycle(_with_pairs()), SAMPLE)]
    judge(ask_all(chosen), names=0.9)


@pytest.mark.endurance
def test_what_is_detached_is_found_by_its_gradient():
    pytest.importorskip("torch")
    judge(ask_all([*DETACHED, *ATTACHED]), names=1.0)


def _with_pairs() -> list[Family]:
    return [family for family in FAMILIES if any(pairs(family))]


@pytest.mark.campaign
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_all_pairs_are_found_and_named(family: Family):
    answers = ask_all(pairs(family))
    if answers:
        judge(answers, names=0.9)


@pytest.mark.campaign
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_single_mistakes_are_named_under_every_reduction(family: Family):
    judge(ask_all(case for case in family.singles(every_reduction=True) if not is_right(case)), names=0.95)


@pytest.mark.unmeasured
@pytest.mark.parametrize("part", range(8))
def test_right_losses_in_disguise_are_not_accused(part: int):
    """Drawn afresh every time; the seed of a failure is in its message, and `disguise(seed)` draws it again."""
    seeds = disguises.fresh_seeds(disguises.A_RUN)[part::8]
    answers = [ask(disguises.disguise(seed)) for seed in seeds]
    accused = [f"disguise({s}): {table([a])}" for s, a in zip(seeds, answers, strict=True) if not a.verdict_is_right]
    print(f"seeds from {seeds[0]}")
    assert not accused, "\n".join(accused)
    assert rate(answer.outcome == "CONSISTENT" for answer in answers) >= 0.9, "a shrug is no answer"


@pytest.mark.unmeasured
def test_spoilt_losses_in_disguise_are_found():
    seeds = disguises.fresh_seeds(disguises.A_RUN // 8)
    answers = [ask(disguises.spoilt(seed)) for seed in seeds]
    missed = [f"spoilt({s}): {table([a])}" for s, a in zip(seeds, answers, strict=True) if not a.verdict_is_right]
    assert not missed, "\n".join(missed)
