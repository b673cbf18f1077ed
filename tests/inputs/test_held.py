"""What a function holds is found where Python keeps it, and nothing that is found is asked anything."""

import functools
import types
from typing import Any

import numpy as np
import pytest

from elbo_check.inputs.held import fields, held_by
from elbo_check.inputs.held_shapes import held_shapes
from elbo_check.inputs.loss_function import LossFunction
from elbo_check.inputs.written_numbers import written_numbers

PRIOR = np.zeros(20)


def names_it(mu):
    return mu - PRIOR


def calls_a_neighbour(mu):
    return names_it(mu)


def closing_over(*values: Any) -> Any:
    return lambda mu: (mu, values)


class Slotted:
    __slots__ = ("empty", "prior")

    def __init__(self):
        self.prior = np.zeros(5)


class Model:
    scale = np.ones(6)

    def __init__(self):
        self.prior = np.zeros(7)
        self.parts: dict[str, Any] = {"layers": [np.zeros((3, 4)), Slotted()]}

    def loss(self, mu):
        return mu - self.prior

    def longer(self, mu):
        return self.helper(mu) + self.still(mu)

    def helper(self, mu):
        return mu.reshape(-1, 49)

    @staticmethod
    def still(mu):
        return mu.reshape(-1, 81)

    __call__ = loss


class Shapeless(np.ndarray):
    """An array whose shape says nothing."""

    @property
    def shape(self) -> Any:  # type: ignore[override]
        raise RuntimeError("not for you")


CYCLE: list[Any] = [np.zeros(9)]
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("fn", "expected"),
    [
        (names_it, [(20,)]),
        (calls_a_neighbour, [(20,)]),
        (lambda mu, prior=PRIOR: mu - prior, [(20,)]),
        (functools.partial(names_it, np.zeros((1, 8, 1, 1))), [(1, 8, 1, 1), (20,)]),
        (Model().loss, [(7,), (3, 4), (6,), (5,)]),
        (Model(), [(7,), (3, 4), (6,), (5,)]),
        (closing_over(Model()), [(7,), (3, 4), (6,), (5,)]),
        (closing_over(Model().loss), [(7,), (3, 4), (6,), (5,)]),
        (closing_over(Model), [(6,)]),
        (closing_over(functools.partial(names_it, scale=np.zeros(2))), [(2,)]),
        (closing_over(CYCLE), [(9,)]),
        (closing_over(types.SimpleNamespace(prior=PRIOR)), [(20,)]),
        (closing_over(PRIOR.view(Shapeless)), [(20,)]),
        (closing_over(np.zeros(()), np.ones(1), np.ones((1, 1)), "text", 3, None, np), []),
        (closing_over(np.ones((1, 1, 1)), np.ones((1, 1, 1, 1))), [(1, 1, 1), (1, 1, 1, 1)]),
        (types.MethodType(functools.partial(names_it), Slotted()), [(5,)]),
        (len, []),
    ],
)
def test_arrays_are_found_where_a_function_holds_them_the_nearest_first(fn: Any, expected: list[tuple[int, ...]]):
    assert list(held_shapes(fn)) == expected


def test_a_black_box_tells_them():
    assert LossFunction.of(Model().loss).holds.shapes == ((7,), (3, 4), (6,), (5,))


def test_buffers_and_parameters_of_modules_and_of_modules_in_them_are_found():
    torch = pytest.importorskip("torch")

    class Prior(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.zeros(1, 8))
            self.scale = torch.nn.Parameter(torch.ones(8, 1))

        def forward(self, mu):
            return (mu - self.mean) / self.scale

    class Whole(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.prior = Prior()
            self.encoder = torch.nn.Sequential(torch.nn.Linear(5, 4))

        def loss(self, mu):
            return self.prior(mu)

    assert set(held_shapes(Prior())) == {(1, 8), (8, 1)}
    assert set(held_shapes(Whole().loss)) == {(1, 8), (8, 1), (4, 5), (4,)}
    assert held_shapes(closing_over(Whole()))[:2] == ((8, 1), (1, 8))
    normal = torch.distributions.Normal(torch.zeros(30), 1.0)
    assert held_shapes(closing_over(normal)) == ((30,),)


def test_arrays_of_jax_are_found_and_what_is_compiled_is_looked_into():
    jax = pytest.importorskip("jax")
    prior = jax.numpy.zeros(11)
    for fn in (closing_over(prior), jax.jit(closing_over(prior)), jax.jit(functools.partial(names_it, prior))):
        assert (11,) in held_shapes(fn)


class Asked(BaseException):
    """No test asks; whoever does is told by this."""


class Secretive:
    """It answers nothing: every question is one too many."""

    def __getattribute__(self, name: str) -> Any:
        raise Asked(name)

    def __len__(self) -> int:
        raise Asked("len")

    def __iter__(self) -> Any:
        raise Asked("iter")

    def __bool__(self) -> bool:
        raise Asked("bool")

    def __call__(self, mu):
        return mu.reshape(-1, 49)


class Propertied:
    @property
    def __dict__(self) -> Any:
        raise Asked("dict")

    @property
    def shape(self) -> Any:
        raise Asked("shape")

    def __call__(self, mu):
        return mu


class Mappings(dict):  # type: ignore[type-arg]
    def values(self) -> Any:
        raise Asked("values")

    def __iter__(self) -> Any:
        raise Asked("iter")


def test_what_a_function_holds_is_not_asked_anything():
    object.__setattr__(secret := Secretive(), "prior", np.zeros(13))
    assert held_shapes(secret) == ((13,),)
    assert written_numbers(secret) == (49,)
    assert held_shapes(closing_over(secret, Mappings(prior=np.zeros(14)))) == ((14,), (13,))
    assert held_shapes(Propertied()) == held_shapes(closing_over(Propertied())) == ()
    assert held_shapes(types.MethodType(names_it, secret))[0] == (13,)


def test_methods_that_a_method_calls_are_looked_at():
    assert set(written_numbers(Model().longer)) == {49, 81}
    assert 49 in written_numbers(types.MethodType(Model.longer, Model))


def test_there_is_an_end_to_what_is_held():
    arrays = [np.zeros(n) for n in range(2, 90)]
    assert held_shapes(closing_over(arrays)) == tuple((n,) for n in range(2, 26))
    deep: Any = np.zeros(3)
    for _ in range(9):
        deep = [deep]
    assert held_shapes(closing_over(deep)) == ()
    assert list(held_by(len)) == fields(len)
