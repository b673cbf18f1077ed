"""What is taken for a mask among the arrays that are bound to a function, and that large data are not read for it."""

import time
from functools import partial

import numpy as np
import pytest

from elbo_check.inputs.call_plan import call_plan
from elbo_check.inputs.masks import with_masks_filled

LENGTH = 3 << 16


def loss(kl, held):
    return kl * held


def masks_in(held):
    bound = partial(loss, held=held)
    return with_masks_filled(bound, call_plan(bound, "loss", None), {}, np.asarray)[0]


def bits(*ones, kind=float):
    held = np.zeros(LENGTH, kind)
    held[list(ones)] = 1
    return held


@pytest.mark.parametrize("kind", [float, np.float32, bool, int, np.uint8])
@pytest.mark.parametrize("place", [0, LENGTH - 1])
def test_zeros_and_ones_are_a_mask_wherever_they_stand(kind, place):
    assert masks_in(bits(place, kind=kind)) == {"held": (LENGTH,)}
    assert masks_in(1 - bits(place).reshape(2, -1)) == {"held": (2, LENGTH // 2)}


@pytest.mark.parametrize("place", [0, LENGTH - 1])
def test_another_number_zeros_alone_and_ones_alone_are_none(place):
    for number in (0.5, np.nan, -1):
        held = bits(1)
        held[place] = number
        assert masks_in(held) == {}
    assert masks_in(bits()) == masks_in(bits() + 1) == masks_in(np.array(["0", "mask"])) == {}


def test_large_data_are_told_by_their_first_numbers():
    data = np.full(1 << 24, 0.5, np.float32)
    started = time.process_time()
    assert masks_in(data) == {}
    assert time.process_time() - started < 0.1
