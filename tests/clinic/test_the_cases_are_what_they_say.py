"""The clinic's own data: what is wrong differs under every reduction, what is right does not."""

import numpy as np
import pytest

from .case import Case
from .points import SIZES
from .relations import is_right, relations
from .replayable import REPLAYABLE
from .written import FIELD


def test_there_are_as_many_cases_as_promised():
    assert len(REPLAYABLE) == 28
    assert len(FIELD) >= 90
    assert len({case.id for case in FIELD}) == len(FIELD)
    assert sum(not case.is_wrong for case in FIELD) >= 20


@pytest.mark.parametrize("case", FIELD, ids=lambda case: case.id)
def test_a_wrong_case_differs_and_a_right_one_agrees_with_the_truth(case: Case):
    assert list(relations(case)), "no reduction of the truth has the shape of the answer"
    assert is_right(case) != case.is_wrong


@pytest.mark.parametrize("case", [case for case in FIELD if case.relation], ids=lambda case: case.id)
def test_a_measured_relation_is_found_again(case: Case):
    assert case.relation
    factor, offset, reduction = case.relation
    found = {relation.reduction: relation for relation in relations(case, {**SIZES, "B": 6, "d": 5, "K": 5})}[reduction]
    assert found.residual < 1e-6
    assert (found.factor, found.offset) == pytest.approx((factor, offset), abs=1e-5)


@pytest.mark.parametrize(
    "case", [case for case in REPLAYABLE if case.is_wrong and not case.relation], ids=lambda c: c.id
)
def test_where_no_relation_was_measured_there_is_none(case: Case):
    assert all(relation.residual > 1e-3 for relation in relations(case))


@pytest.mark.parametrize("case", FIELD, ids=lambda case: case.id)
def test_labels_that_are_not_seen_are_labels(case: Case):
    assert set(case.unseen) <= set(case.slugs)
    assert not case.unseen or case.note
    assert case.is_wrong or not np.setdiff1d(case.slugs, ["global-scale-only"]).size
