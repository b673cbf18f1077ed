"""The sizes that functions are tried at: all different, so that the length of an axis tells what it counts."""

import itertools
import math

import pytest

from elbo_check.diagnosis.sizes import CHOICES, CLASSES, LAYOUTS, SEQUENCES, SINGLE, fixed_sizes, sizes_for

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


GIVEN = [
    {},
    *({"D": n} for n in (1, 7, 12, 784)),
    *({"d": n} for n in (1, 7, 20)),
    *({"D": D, "d": d} for D, d in ((784, 20), (784, 21), (784, 5), (36, 12))),
    *({"T": T} | others for T in (1, 4, 5) for others in ({}, {"D": 784}, {"d": 20}, {"L": 5, "d": 20}, {"l": 3})),
    *({"L": 4} | others for others in ({"d": 20}, {"d": 20, "D": 784}, {"d": 21}, {"l": 3})),
    {"G": 16},
    {"G": 12, "H": 4},
    {"B": 3, "c": 1, "D": 784},
]


@pytest.mark.endurance
@pytest.mark.parametrize("given", GIVEN, ids=str)
@pytest.mark.parametrize("layout", [*LAYOUTS, *SEQUENCES[3:], *CLASSES], ids=lambda layout: layout.words or "plain")
def test_an_axis_is_as_long_as_the_product_of_its_parts_whatever_was_given(layout, given):
    for sizes in sizes_for(NAMES | {"G"}, layout, given):
        assert {name: sizes[name] for name in given if name in sizes} == {
            name: n for name, n in given.items() if name in sizes
        }
        for axis, names in layout.axes.items():
            assert sizes[axis] == math.prod(sizes[name] for name in names)


def test_both_arguments_have_as_many_steps_where_one_length_is_given():
    for given in ({"D": 784}, {"d": 20}, {"D": 784, "d": 20}, {"L": 4, "d": 20}):
        found = list(sizes_for(NAMES, SEQUENCES[0], given))
        assert found
        assert all(sizes["D"] // sizes["l"] == sizes["d"] // sizes["L"] == sizes["T"] > 1 for sizes in found)
    assert not list(sizes_for(NAMES, SEQUENCES[0], {"D": 784, "d": 25}))
