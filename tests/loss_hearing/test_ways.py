"""The table of layouts and lengths that a function is asked with: what comes before what, and where it ends."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from elbo_check.diagnosis.quantities import Options, quantity_for
from elbo_check.diagnosis.roles import assigned
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.inputs.loss_function import LossFunction
from elbo_check.loss_hearing.calls import Case
from elbo_check.loss_hearing.ways import WAYS, Known

ROLES = ("reconstruction", "x", "mean", "log_variance")


def known(*shapes: tuple[int, ...], numbers: tuple[int, ...] = (), batch: bool = True, **given: int) -> Known:
    arrays = [np.zeros(shape) for shape in shapes]

    def loss(r, x, m, v):
        return arrays

    assignment = assigned(("r", "x", "m", "v"), (), ROLES)
    case = Case(LossFunction.of(loss), assignment, None, Options(), given, None, batch)
    found = Known.of(case, quantity_for(frozenset(assignment.names), None, Options()))
    return replace(found, numbers=numbers) if numbers else found


def tried(what: Known) -> dict[str, list[tuple[Any, Any]]]:
    return {way.reason: list(way.trials(what)) for way in WAYS}


def test_each_way_has_a_reason_of_its_own_and_is_tried() -> None:
    assert len({way.reason for way in WAYS}) == len(WAYS)
    everything = [tried(known((8, 1, 1), (3,), numbers=(28, 20))), tried(known(c=1, h=8))]
    assert all(any(found[way.reason] for found in everything) for way in WAYS)


def test_what_is_held_comes_before_what_is_written_and_a_length_of_one_is_the_last() -> None:
    lengths = [each for found in tried(known((1, 8, 1, 1), numbers=(28,))).values() for _, each in found]
    places = [lengths.index(each) for each in ({"C": 8}, {}, {"d": 28}, {"B": 28}, {"c": 1, "h": 28, "w": 28})]
    assert places == sorted(places)
    assert lengths[-3:] == [{"d": 1}, {"D": 1}, {"B": 1}]


def test_without_a_batch_no_batch_is_tried() -> None:
    for batch, names in ((False, {"d", "D"}), (True, {"d", "D", "B"})):
        found = tried(known((20,), numbers=(28,), batch=batch))
        assert {name for each in found.values() for layout, held in each if not layout.axes for name in held} == names


def test_images_and_batches_are_not_too_large() -> None:
    found = tried(known(numbers=(16, 256, 784, 1024, 2048)))
    lengths = [held for each in found.values() for layout, held in each if layout in LAYOUTS]
    images = [[held[name] for name in names] for held in lengths for names in ("chw", "CHW") if {*names} <= {*held}]
    assert max(map(math.prod, images)) <= 1 << 18
    assert max(held["B"] * max(held.get("D", 1), held.get("d", 1)) for held in lengths if "B" in held) <= 1 << 19


@pytest.mark.parametrize("given", [{"c": 3}, {"H": 4, "W": 5}, {"T": 3}])
def test_lengths_of_parts_have_layouts_asked_that_have_such_parts(given: dict[str, int]) -> None:
    (_, first), *_ = tried(known(**given)).items()
    assert first
    assert all(layout.has(given) for layout, _ in first)
