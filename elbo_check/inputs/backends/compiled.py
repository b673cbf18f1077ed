"""A function of JAX arrays, compiled as a whole for each shape: operation by operation, every operation is compiled.

Compiling runs Python's part of a function once a shape: an `if` of values cannot be compiled, and noise of NumPy's or
Python's would be drawn once. So a function is asked itself as well, at first and whenever the first shapes come again,
and is compiled only as long as both agree.

What it keeps from call to call (a key, an average, a cache) would be kept of the compiler, as an unknown that is no
array: that is put back, and such a function is asked itself from then on. What is made at the first call alone, and
not at the next one of other shapes, is none of this.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..held import held_by, is_of
from ..kept import Kept

__all__ = ["Compiled"]

_SECONDS = 2.0  # that a function itself is asked for, whenever the first shapes come again
_ROUNDINGS = 64.0
_STREAMS = (np.random.Generator, np.random.RandomState, np.random.BitGenerator, random.Random)


class Compiled:
    """A function that is compiled where that makes no difference but time; `fn` is what is called, `held` what it is.

    Raises what the function itself raises.
    """

    def __init__(self, jax: Any, fn: Callable[..., Any], held: Any) -> None:
        self._jax, self._fn, self._held = jax, fn, held
        self._compiled = jax.jit(self._traced)
        self._may_be: bool | None = None  # not known yet
        self._kept = 0  # how often something new was
        self._spent = 0.0
        self._first: Any = None  # the shapes at which both were asked first
        self._like: Any = None  # a first answer: compiled, the entries of a dict are sorted

    def __call__(self, *args: Any, **by_name: Any) -> Any:
        """Return the function's answer."""
        given = (*args, *by_name.values())
        if self._may_be is None:
            self._may_be = not any(is_of(held, *_STREAMS) for held in held_by(self._held))
        if any(map(self._is_tracer, given)):
            return self._traced(args, by_name)
        if self._kept > 1 or not self._may_be or not all(map(self._is_array, given)):
            return self._fn(*args, **by_name)
        shapes = tuple((array.shape, str(array.dtype)) for array in given)
        if self._first is None or (shapes == self._first and self._spent < _SECONDS):
            returned = self._compared(args, by_name)
            self._first = shapes
            return returned
        return self._seen_again(args, by_name, shapes) if self.keeps else self._by_compiler(args, by_name)

    @property
    def keeps(self) -> bool:
        """Whether it was seen to keep something from call to call."""
        return self._kept > 0

    def _compared(self, args: Sequence[Any], by_name: Mapping[str, Any]) -> Any:
        """Return the function's own answer, and see whether it is that of what is compiled."""
        started, places = time.perf_counter(), _places()
        returned = self._seen(args, by_name)
        self._spent += time.perf_counter() - started
        self._like = returned
        try:
            same = self.keeps or (places == _places() and self._same(returned, self._compiled(args, by_name)))
        except Exception:  # noqa: BLE001 - what cannot be compiled is not
            same = False
        self._may_be = same
        return returned

    def _seen(self, args: Sequence[Any], by_name: Mapping[str, Any]) -> Any:
        """Return the function's own answer, and see whether it keeps something new."""
        kept = Kept(self._held)
        returned = self._fn(*args, **by_name)
        self._kept += kept.has_changed(self._is_number)
        return returned

    def _seen_again(self, args: Sequence[Any], by_name: Mapping[str, Any], shapes: Any) -> Any:
        """Return the function's own answer; where other shapes leave nothing new, it only made something at first."""
        returned = self._seen(args, by_name)
        if self._kept == 1 and shapes != self._first:
            self._kept, self._first = 0, None
        return returned

    def _by_compiler(self, args: Sequence[Any], by_name: Mapping[str, Any]) -> Any:
        """Return the answer of what is compiled, and the function's own where these shapes cannot be."""
        try:
            return _in_order_of(self._like, self._compiled(args, by_name))
        except Exception as error:
            if self._is_own(error):
                raise
            returned = self._fn(*args, **by_name)
            self._may_be = False
            return returned

    def _traced(self, args: Sequence[Any], by_name: Mapping[str, Any]) -> Any:
        """Return what comes of unknowns; none of them is kept."""
        kept = Kept(self._held)
        try:
            return self._fn(*args, **by_name)
        finally:
            self._kept += 2 * kept.put_back(self._is_tracer)

    def _is_own(self, error: Exception) -> bool:
        """Whether a function raises this itself, of the shapes that it was given, and not of what is compiled."""
        of_tracers = (
            self._jax.errors.JAXTypeError,
            self._jax.errors.JAXIndexError,
            self._jax.errors.UnexpectedTracerError,
        )
        return (
            isinstance(error, TypeError | ValueError)
            and not isinstance(error, of_tracers)
            and "Trace" not in str(error)
        )

    def _is_array(self, value: Any) -> bool:
        return isinstance(value, self._jax.Array) and not self._is_tracer(value)

    def _is_tracer(self, value: Any) -> bool:
        return is_of(value, self._jax.core.Tracer)

    def _is_number(self, value: Any) -> bool:
        return is_of(value, int, float, complex, np.ndarray, np.generic) or isinstance(value, self._jax.Array)

    def _same(self, one: Any, other: Any) -> bool:
        """Whether two answers are arrays that differ by rounding at most."""
        leaves, others = map(self._jax.tree_util.tree_leaves, (one, other))
        return bool(leaves) and len(leaves) == len(others) and all(map(self._is_near, leaves, others))

    def _is_near(self, one: Any, other: Any) -> bool:
        if not isinstance(one, self._jax.Array) or (one.shape, one.dtype) != (other.shape, other.dtype):
            return False
        if not self._jax.numpy.issubdtype(one.dtype, self._jax.numpy.floating):
            return bool((one == other).all())
        digits = float(self._jax.numpy.finfo(one.dtype).eps)
        here, there = (np.asarray(each, dtype=np.float64) for each in (one, other))
        size = np.abs(here[np.isfinite(here)]).max(initial=0.0)
        return np.allclose(here, there, rtol=0.0, atol=_ROUNDINGS * digits * float(size), equal_nan=True)


def _places() -> tuple[Any, ...]:
    """Return how far the global streams are."""
    _, key, place, *_ = np.random.get_state()  # noqa: NPY002 - which function draws from it is to be seen
    return random.getstate(), place, np.asarray(key).tobytes()


def _in_order_of(like: Any, returned: Any) -> Any:
    """Return what was returned with the entries of its dicts in the order that they have in an answer like it."""
    if type(like) is dict and type(returned) is dict and like.keys() == returned.keys():
        return {name: _in_order_of(held, returned[name]) for name, held in like.items()}
    if type(like) in (tuple, list) and type(returned) is type(like) and len(returned) == len(like):
        return type(like)(map(_in_order_of, like, returned))
    return returned
