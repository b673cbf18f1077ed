"""Numbers in the code of a function: found where people write them, and never by calling anything."""

import functools
import types
from typing import Any

import pytest

from elbo_check.inputs.loss_function import LossFunction
from elbo_check.inputs.written_numbers import written_numbers

PIXELS = 784


def with_a_global(x):
    return x.reshape(-1, PIXELS)


def calls_a_neighbour(x):
    return with_a_global(x)


def in_a_closure(length):
    return lambda x: x / length


def with_default(x, *, batch=64):
    return x / batch


class Model:
    def __init__(self):
        self.latents = 20

    def loss(self, x):
        return x.reshape(-1, self.latents) / 128.0

    __call__ = loss


class Hostile:
    @property
    def __dict__(self) -> Any:
        raise RuntimeError("not for you")

    def __call__(self, x):
        return x.view(-1, 49)


@functools.wraps(with_a_global)
def wrapper(x):
    return with_a_global(x)


@pytest.mark.parametrize(
    ("fn", "expected"),
    [
        (with_a_global, {784}),
        (calls_a_neighbour, {784}),
        (in_a_closure(96), {96}),
        (with_default, {64}),
        (functools.partial(with_default, batch=32), {32, 64}),
        (Model().loss, {20, 128}),
        (Model(), {20, 128}),
        (Hostile(), {49}),
        (wrapper, {784}),
        (lambda x: [x[:, -12], *(y * 17 for y in x)], {12, 17}),
        (lambda x: x * (3 * 32 * 32), {3072}),
        (lambda x: x * 0.5 + 1e30 + float("inf") + True, set()),
        (len, set()),
    ],
)
def test_numbers_are_found_where_they_are_written(fn: Any, expected: set[int]):
    assert set(written_numbers(fn)) == expected


def test_an_empty_cell_holds_nothing():
    cell = types.CellType()
    fn = types.FunctionType(in_a_closure(5).__code__, {}, closure=(cell,))
    assert written_numbers(fn) == ()


def test_there_is_an_end_to_them():
    scope: dict[str, Any] = {}
    exec("def many(x): return x + " + " + ".join(f"x[{n}]" for n in range(2, 90)), scope)
    assert written_numbers(scope["many"]) == tuple(range(2, 26))
    assert written_numbers(lambda x: x * 10**9) == ()


def test_a_black_box_tells_them():
    assert LossFunction.of(with_default).holds.numbers == (64,)
