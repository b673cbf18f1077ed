"""Each layout × what a loss holds × the shape of that × its reduction: the right are not accused, the wrong no right.

A sample of both is asked in every run; the campaign asks all of them and counts.
"""

from collections import Counter

import pytest

from elbo_check import verify_loss
from tests.loss_hearing.held_matrix import HELD, LAYOUTS, MISTAKES, ROLES, Cell, cells

SAMPLE = [
    Cell("flat", "prior", "all", "by axes"),
    Cell("images", "mask", "first axis", "by axes"),
    Cell("sequences", "weight", "all, behind a one", "by axes"),
    Cell("sequences of one z", "pair", "last axis", "flattened"),
]


def judged(cell):
    return verify_loss(cell.loss, roles=ROLES, backend=cell.backend, rng=0)


def in_order(found):
    """Whether what is said of a right loss is no accusation, and tells what to say where it is open."""
    return found.outcome == "consistent" or (found.outcome == "undecided" and "sizes=" in found.missing)


@pytest.mark.unmeasured
@pytest.mark.parametrize("cell", SAMPLE, ids=str)
def test_a_right_loss_of_the_sample_is_not_accused(cell) -> None:
    assert in_order(judged(cell))


@pytest.mark.unmeasured
@pytest.mark.parametrize(("cell", "mistake"), list(zip(SAMPLE, MISTAKES, strict=True)), ids=str)
def test_a_wrong_loss_of_the_sample_is_refuted(cell, mistake) -> None:
    assert judged(cell.with_mistake(mistake)).outcome == "refuted"


def test_the_matrix_has_each_of_its_sides() -> None:
    every = list(cells())
    assert {cell.layout for cell in every} == set(LAYOUTS)
    assert {cell.held for cell in every} == set(HELD)
    assert {cell.mistake for cell in cells(mistakes=True)} == set(MISTAKES)
    assert len(every) == len(set(every)) > 1000


@pytest.mark.campaign
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_loss_of_the_matrix_is_judged_wrongly(layout, held) -> None:
    pytest.importorskip("torch")
    counts: Counter[tuple[bool, str]] = Counter()
    for mistakes in (False, True):
        for cell in (each for each in cells(mistakes=mistakes) if (each.layout, each.held) == (layout, held)):
            found = judged(cell)
            counts[mistakes, found.outcome.value] += 1
            assert found.outcome == "refuted" if mistakes else in_order(found), cell
    print(layout, held, dict(counts))
