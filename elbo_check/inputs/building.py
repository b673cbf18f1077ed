"""How what is called comes about: a plain function is imported, an object is built first, and a method asked of one."""

from __future__ import annotations

import re
from functools import partial
from types import MethodType
from typing import Any

__all__ = ["how_built", "name_of"]


def how_built(fn: Any) -> tuple[str, str]:
    """Return what is imported for something that is no plain function, and the expression that it comes from.

    Both are "" for a function. What stands in the brackets is for those who know it.

    >>> how_built(how_built), how_built(partial(how_built, 1)), how_built("text".title)
    (('', ''), ('how_built', 'partial(how_built, …)'), ('', ''))
    """
    kind = type(fn)  # not isinstance: some objects raise when asked for their class
    if kind is partial:
        name = _identifier(fn.func)
        return name, f"partial({name}, …)"
    if kind is MethodType:
        owner, method = fn.__self__, fn.__func__
        if issubclass(type(owner), type):
            return _identifier(owner), f"{_identifier(owner)}.{_identifier(method)}"
        return _identifier(type(owner)), f"{_identifier(type(owner))}(…).{_identifier(method)}"
    if _named(fn):
        return "", ""
    return _identifier(kind), f"{_identifier(kind)}(…)"


def _named(held: Any) -> Any:
    try:
        return getattr(held, "__name__", None)
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        return None


def _identifier(held: Any) -> str:
    """Return the name of a function or a class, that of its class for an object; what is none is called so."""
    name = _named(held) or type(held).__name__
    return name if isinstance(name, str) and re.fullmatch(r"\w+", name) else "something"


def name_of(fn: Any) -> str:
    """The name of a function, of what a partial binds, or of the class of an object; `loss` for a lambda."""
    try:
        inner = getattr(fn, "func", fn)
        name = getattr(inner, "__name__", type(inner).__name__)
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        name = type(fn).__name__
    return name if isinstance(name, str) and re.fullmatch(r"\w+", name) else "loss"
