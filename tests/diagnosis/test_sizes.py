"""The sizes that functions are tried at: all different, so that the length of an axis tells what it counts."""

import itertools
import math

import pytest

from elbo_check.diagnosis.sizes import CHOICES, LAYOUTS, SINGLE, fixed_sizes, sizes_for

NAMES = frozenset({"B", "d", "D", "K"})


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.words or "plain")
def test_no_axis_is_as_long_as_the_batch_at_four_choices_at_least(layout):
    choices = list(sizes_for(NAMES, layout, {}))
    assert len(choices) >= 4
    for sizes in choices:
        others = [n for name, n in sizes.items() if name != "B"]
        assert sizes.get("B", 0) not in others
        for axis, names in layout.axes.items():
            parts = [sizes[name] for name in names]
            assert sizes[axis] == math.prod(parts)
            assert len(set(parts)) == len(parts) > 1
    assert not fixed_sizes(choices).keys() & set("BdDK")


def test_latents_and_samples_are_never_as_many_and_vary_apart():
    choices = list(sizes_for(frozenset({"B", "d"}), LAYOUTS[0], {}))
    assert len({sizes["d"] for sizes in choices}) >= 4
    assert len({sizes["B"] for sizes in choices}) >= 4
    ratios = {(sizes["d"] / sizes["B"]) for sizes in choices}
    assert len(ratios) >= 4  # or d could not be told from B


def test_sizes_that_are_given_stay_and_the_batch_moves_out_of_the_way():
    choices = list(sizes_for(frozenset({"B", "d"}), LAYOUTS[0], {"d": 4}))
    assert {sizes["d"] for sizes in choices} == {4}
    assert all(sizes["B"] != 4 for sizes in choices)
    assert fixed_sizes(choices) == {"d": 4}


def test_a_choice_comes_once_and_a_batch_that_is_given_is_not_moved():
    choices = list(sizes_for(frozenset({"B", "d"}), LAYOUTS[0], {"d": 4, "B": 4, "N": 3}))
    assert choices == [{"B": 4, "d": 4}]


def test_without_a_batch_there_is_no_batch():
    assert all("B" not in sizes for sizes in sizes_for(frozenset({"B", "d"}), SINGLE, {}))


def test_both_kinds_of_images_are_told_apart_by_their_lengths():
    for sizes in sizes_for(NAMES, LAYOUTS[3], {}):
        assert {sizes[name] for name in "CHW"}.isdisjoint(sizes[name] for name in "chw")


def test_layouts_lay_out_axes_and_say_so():
    plain, data, latents, both, *sequences, single = LAYOUTS
    sizes = {"B": 2, "d": 60, "C": 3, "H": 4, "W": 5}
    assert plain.shape(("B", "d"), sizes) == (2, 60)
    assert latents.shape(("B", "d"), sizes) == (2, 3, 4, 5)
    assert both.concrete(("B", "D")) == ("B", "c", "h", "w")
    assert plain.words == ""
    assert data.words == "D along three axes (c, h, w)"
    assert single.words == "without a batch"
    assert [layout.of_sequences for layout in (both, *sequences)] == [False, True, True, True]
    assert sequences[1].words == "d along two axes (T, L)"


def test_there_are_as_many_choices_of_every_size():
    assert {len(each) for each in CHOICES.values()} == {6}
    for one, two in itertools.combinations("BdD", 2):
        assert all(a != b for a, b in zip(CHOICES[one], CHOICES[two], strict=True)), (one, two)
