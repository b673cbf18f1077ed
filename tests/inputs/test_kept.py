"""What a function keeps from call to call is seen to change, wherever it is kept, and is put back."""

import argparse
import functools
import queue
import types
from collections import ChainMap, OrderedDict, UserDict, UserList, deque
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pytest

from elbo_check.inputs.kept import Kept
from elbo_check.inputs.stores import stores_of

COUNT = STEP = 0
CONFIG = types.ModuleType("config")
CONFIG.step, CONFIG.names = 0, ["kl"]


class Stray:
    """What must not be kept."""


def is_stray(value):
    return isinstance(value, Stray)


def is_number(value):
    return isinstance(value, int | float | np.ndarray)


class Attribute:
    def __init__(self):
        self.kept = 1.0

    def __call__(self, value):
        self.kept = value


class Slotted:
    __slots__ = ("empty", "kept")

    def __init__(self):
        self.kept = 1.0

    def __call__(self, value):
        self.kept = self.empty = value


class Shared:
    kept = 1.0

    def __call__(self, value):
        Shared.kept = Shared.new = value


class Within:
    """An object in a tuple in a list of an object, and a method."""

    def __init__(self):
        self.parts = [(Attribute(), "part")]

    def loss(self, value):
        self.parts[0][0](value)


class Partial(functools.partial):
    """A slot of its own beside those of a builtin type, which can only be read."""

    __slots__ = ("kept",)

    def __call__(self, value):
        self.kept = value


def with_global(value):
    global COUNT  # noqa: PLW0603 - that is what it is about
    COUNT = value


class Calling:
    def __call__(self, value):
        self.inner(value)

    @classmethod
    def inner(cls, value):
        global STEP  # noqa: PLW0603
        STEP = value


def with_module(value):
    CONFIG.step = value
    CONFIG.names.append(value)


def with_new_global(value):
    global NEW  # noqa: PLW0603 - that is what it is about
    NEW = value


def with_attribute(value):
    with_attribute.last = value


def with_default(value, cache={}):  # noqa: B006 - that is what it is about
    cache["last"] = value


def keeping(box, keep):
    return lambda value: keep(box, value)


def cell():
    kept = 1.0

    def fn(value):
        nonlocal kept
        kept = value

    return fn


def empty_cell():
    def fn(value):
        nonlocal kept
        kept = value

    if fn is None:
        kept = 1.0
    return fn


def wrapped():
    inner = Attribute()

    @functools.wraps(with_global)
    def fn(value):
        inner(value)

    return functools.partial(fn)


def queue_of(*held):
    box = queue.Queue()
    for value in held:
        box.put(value)
    return box


WAYS = {
    "attribute": Attribute(),
    "slot": Slotted(),
    "class": Shared(),
    "within": Within().loss,
    "partial": Partial(print),
    "global": with_global,
    "global of a method": Calling(),
    "module": with_module,
    "new global": with_new_global,
    "of the function": with_attribute,
    "default": with_default,
    "dict": keeping({"a": 1}, lambda box, value: box.update(a=value, b=value)),
    "ordered": keeping(OrderedDict(a=1), lambda box, value: box.update(b=value)),
    "list": keeping(["a", "b"], lambda box, value: box.insert(0, value)),
    "deque": keeping(deque(["a", "b"], maxlen=2), lambda box, value: box.append(value)),
    "namespace": keeping(types.SimpleNamespace(kept=1.0), lambda box, value: vars(box).update(kept=value, new=value)),
    "arguments": keeping(argparse.Namespace(kept=1.0), lambda box, value: setattr(box, "kept", value)),
    "user dict": keeping(UserDict(a=1), lambda box, value: box.update(a=value, b=value)),
    "user list": keeping(UserList(["a", "b"]), lambda box, value: box.insert(0, value)),
    "chain": keeping(ChainMap({}, {"a": 1}), lambda box, value: box.update(a=value)),
    "queue": keeping(queue_of("a"), lambda box, value: (box.put(value), box.get(), box.task_done())),
    "weak keys": keeping(WeakKeyDictionary({Stray: 1}), lambda box, value: box.update({Stray: value})),
    "tuple": keeping([()], lambda box, value: box.append(({"kl": value},))),
    "cell": cell(),
    "empty cell": empty_cell(),
    "wrapped": wrapped(),
}


@pytest.mark.parametrize("fn", WAYS.values(), ids=WAYS)
def test_what_is_kept_is_seen_and_put_back(fn) -> None:
    before = Kept(fn)
    fn(Stray())
    assert not before.has_changed(is_number)
    assert before.has_changed(is_stray)
    assert before.put_back(is_stray)
    assert not before.has_changed(is_stray)
    assert not before.put_back(is_stray)
    fn(2.5)
    assert before.has_changed(is_number)


def test_what_was_there_is_what_is_put_back() -> None:
    box: Any = OrderedDict(a=1, b=2)
    fn = keeping(box, lambda box, value: (box.pop("a"), box.update(c=value), box.move_to_end("b")))
    before = Kept(fn)
    fn(Stray())
    before.put_back(is_stray)
    assert dict(box) == {"a": 1, "b": 2}
    assert list(reversed(box)) == list(box)[::-1]  # its order is a list of its own


@pytest.mark.parametrize("most", [None, 4])
def test_a_cache_that_was_filled_is_emptied(most) -> None:
    @functools.lru_cache(maxsize=most)
    def prior(name):
        return (NOW[name],)

    NOW = {"a": 1.5, "b": Stray()}
    before = Kept(prior)
    prior("a")
    assert before.has_changed(is_number)
    assert not before.put_back(is_stray)
    assert prior.cache_info().currsize == 1
    prior("b")
    assert before.put_back(is_stray)
    assert prior.cache_info().currsize == 0


def test_what_a_generator_has_come_to_is_seen() -> None:
    def counting():
        yield from (1.5, 2.5)

    def keys():
        key = 1.5
        while key < 3:
            key += 1
            yield key

    for generator in (keys(), keys()):
        next(generator)
        before = Kept(lambda mu, generator=generator: next(generator))
        assert not before.has_changed(is_number)
        next(generator)
        assert before.has_changed(is_number)
        assert before.put_back(is_number)  # as far as that goes
        assert list(generator) == []
    assert list(counting()) == [1.5, 2.5]


def test_the_same_numbers_and_what_is_no_number_are_no_change() -> None:
    class Logging:
        def __init__(self):
            self.last, self.lines = 1.5, []

        def __call__(self, mu):
            self.last = 3.0 / 2
            self.lines.append(f"{mu}")
            self.owner = Logging

    fn = Logging()
    before = Kept(fn)
    fn(1)
    assert not before.has_changed(is_number)


def test_nothing_that_is_looked_at_is_asked() -> None:
    class Touchy(dict):
        def __getattribute__(self, name):
            raise AssertionError(name)

        __iter__ = __len__ = __eq__ = __getitem__ = items = keys = None

    class Loss:
        def __init__(self):
            self.touchy = Touchy(a=1)

        @property
        def prior(self):
            raise AssertionError

        def __call__(self, value):
            dict.__setitem__(self.touchy, "a", value)

        @staticmethod
        def of_two(mu):
            return mu

    fn = Loss()
    before = Kept(fn)
    fn(Stray())
    assert before.put_back(is_stray)
    assert dict.__getitem__(fn.touchy, "a") == 1


@pytest.mark.parametrize("most", [None, 0, 2, 128])
def test_the_dict_in_which_a_cache_keeps_its_entries_is_none_that_is_written(most) -> None:
    held: dict[str, list[int]] = {"prior": []}

    @functools.lru_cache(maxsize=most)
    def prior(number):
        return held if number == 0 else {"number": number}

    (store,) = stores_of(prior)
    for number in range(5):
        prior(number)
    read = list(store.read().values())
    assert not [each for each in read if type(each).__name__ == "_lru_list_elem"]
    results = [each for each in read if each is held or (isinstance(each, dict) and each.keys() == {"number"})]
    assert len(results) == {None: 5, 0: 0, 2: 2, 128: 5}[most]
    Kept(lambda: prior).put_back(lambda _: True)
    assert [prior(number) for number in range(1, 4)] == [{"number": number} for number in range(1, 4)]
