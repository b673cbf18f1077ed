"""Noise that a function draws itself, replaced by noise that is given: its randomness becomes an argument.

Only draws from a standard normal are replaced, on the thread that asks, and only as long as the block lasts.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..changes import changed

__all__ = ["KEYS", "Draws", "EnoughError", "listed", "replaced"]

_MOST = 64

KEYS = frozenset({"jax.random.PRNGKey", "jax.random.key"})
"""What makes a stream in JAX: where it is called within a function, every call draws the same."""


class EnoughError(Exception):
    """A function asks for given noise again and again: whatever it waits for does not come."""


@dataclass(slots=True)
class Draws:
    """The noise to be given, and how often it was."""

    noise: Any
    count: int = 0

    def instead(self, shape: tuple[int, ...]) -> Any:
        """Return the noise in this shape; None where it has another number of entries.

        Raises `EnoughError` where it was asked for very often: a loop may draw until it likes what it drew.
        """
        if math.prod(shape) != math.prod(self.noise.shape):
            return None
        self.count += 1
        if self.count > _MOST:
            raise EnoughError
        return self.noise.reshape(shape)


@contextlib.contextmanager
def replaced(module: Any, functions: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """Within this block, functions of a module are these on this thread, which get the original as first argument."""
    here = threading.get_ident()

    def instead_of(original: Callable[..., Any], replacement: Callable[..., Any]) -> Callable[..., Any]:
        def function(*args: Any, **by_name: Any) -> Any:
            if threading.get_ident() != here:
                return original(*args, **by_name)
            return replacement(original, *args, **by_name)

        return function

    def change(stack: contextlib.ExitStack) -> None:
        for name, replacement in functions.items():
            original = getattr(module, name)
            stack.callback(setattr, module, name, original)
            setattr(module, name, instead_of(original, replacement))

    with changed(change):
        yield


@contextlib.contextmanager
def listed(module: Any, names: Iterable[str], called: str) -> Iterator[list[str]]:
    """Within this block, calls of these functions of a module that is called so are listed by their names."""
    found: list[str] = []

    def noting(name: str) -> Callable[..., Any]:
        def noted(original: Any, *args: Any, **by_name: Any) -> Any:
            found.append(f"{called}.{name}")
            return original(*args, **by_name)

        return noted

    with replaced(module, {name: noting(name) for name in names}):
        yield found
