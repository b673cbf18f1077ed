"""What the shape of an array says of that beside which it stands: of how many axes it is, and how long they are."""

import pytest

from elbo_check.diagnosis.sizes import CLASSES, LAYOUTS
from elbo_check.loss_hearing.held_axes import axes_held

LAID_OUT = [layout for layout in (*LAYOUTS, *CLASSES) if layout.axes]


def lengths(*shapes, whole=()):
    return [dict(held.lengths) for held in axes_held(shapes, LAID_OUT, whole) if not held.in_rows]


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((1, 8, 1, 1), [{"c": 8}, {"C": 8}, {"K": 8}]),
        ((8, 1, 1), [{"c": 8}, {"C": 8}, {"K": 8}]),
        ((1, 1, 8), [{"L": 8}, {"l": 8}]),
        ((12, 1), [{"T": 12}]),
        ((1, 12, 1), [{"T": 12}]),
        ((1, 1, 1), [{}]),
        ((1, 1, 1, 20), [{"w": 20}, {"W": 20}]),
        ((28, 28), [{"h": 28, "w": 28}, {"H": 28, "W": 28}]),
    ],
    ids=str,
)
def test_an_array_has_no_more_axes_than_what_it_stands_beside(shape, said):
    found = lengths(shape)
    assert [each for each in said if each in found] == said
    assert {frozenset(each) for each in found[:1]} == {frozenset(said[0])}


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (2, 3, 4, 5, 6), (20,), (1, 20), (4000, 3000)])
def test_a_batch_a_row_and_a_matrix_say_nothing_of_images(shape):
    assert lengths(shape) == []


def test_a_square_is_that_of_an_image_and_a_strip_that_of_a_sequence():
    assert lengths((28, 28))[0] == {"h": 28, "w": 28}
    assert lengths((1, 12, 8))[0] == {"T": 12, "L": 8}
    assert [held.unusual for held in axes_held([(28, 28)], LAID_OUT) if "T" in held.lengths][:1] == [True]


def test_what_explains_more_arrays_comes_first_and_steps_are_the_same_in_both():
    assert {"T": 12, "l": 8, "L": 6} in lengths((12, 8), (12, 6))[:2]
    assert {"C": 8, "c": 3} in lengths((1, 8, 1, 1), (3, 1, 1))[:2]
    assert lengths((14, 14), (16,), whole=["d"])[0] == {"h": 14, "w": 14, "d": 16}
    assert not any(each.get("T") == 12 and each.get("L") == 6 for each in lengths((12, 8), (11, 6)))


def test_the_matrix_of_a_layer_stands_beside_nothing_but_its_offsets():
    assert lengths((20, 400), (20,)) == []
    assert {"T": 20, "l": 400} in lengths((20, 400), (30,))
    assert {"T": 12, "l": 8} in lengths((12, 8), (12,))
