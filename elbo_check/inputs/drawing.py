"""A function whose own noise is given: what it draws from a standard normal is its first argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import LossFunctionError
from .backends import Backend
from .backends.draws import EnoughError
from .leaves import forgotten

__all__ = ["RejectedDrawsError", "drawing"]

_ORDINARY = 0.25  # a number that nobody rejects who draws until all are positive, or none is far out


class RejectedDrawsError(Exception):
    """A function draws once where it likes what it drew, and again where it does not: given noise is no answer to it.

    No other error may stand in for it, for what is then asked of the function says nothing of its noise.
    """


def drawing(fn: Callable[..., Any], name: str, backend: Backend) -> Callable[..., Any]:
    """Return the function of a tensor of noise and of its arguments.

    A call raises `LossFunctionError` of kind draws unless there is one draw, with as many entries as the noise, and
    `RejectedDrawsError` where there is one at other noise.
    """

    def drawn(noise: Any, *args: Any, **by_name: Any) -> Any:
        returned, count = asked(noise, *args, **by_name)
        if count != 1:
            forgotten(returned)
            happened = f"{name} drew normal noise {count} times, with as many entries as its mean"
            if count > 1 and takes_one(0 * noise + _ORDINARY, *args, **by_name):
                raise RejectedDrawsError(happened)
            raise LossFunctionError("draws", happened, "let it take its noise as an argument")
        return returned

    def takes_one(noise: Any, *args: Any, **by_name: Any) -> bool:
        returned, count = asked(noise, *args, **by_name)
        forgotten(returned)
        return count == 1

    def asked(noise: Any, *args: Any, **by_name: Any) -> tuple[Any, int]:
        with backend.drawn(noise) as draws:
            try:
                returned = fn(*args, **by_name)
            except EnoughError:
                returned = None
        return returned, draws.count

    return drawn
