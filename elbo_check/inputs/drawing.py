"""A function whose own noise is given: what it draws from a standard normal is its first argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import LossFunctionError
from .backends import Backend
from .leaves import forgotten

__all__ = ["drawing"]


def drawing(fn: Callable[..., Any], name: str, backend: Backend) -> Callable[..., Any]:
    """Return the function of a tensor of noise and of its arguments.

    A call raises `LossFunctionError` of kind draws unless there is one draw, with as many entries as the noise.
    """

    def drawn(noise: Any, *args: Any, **by_name: Any) -> Any:
        with backend.drawn(noise) as draws:
            returned = fn(*args, **by_name)
        if draws.count != 1:
            forgotten(returned)
            happened = f"{name} drew normal noise {draws.count} times, with as many entries as its mean"
            raise LossFunctionError("draws", happened, "let it take its noise as an argument")
        return returned

    return drawn
