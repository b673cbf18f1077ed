"""How what is called comes about: a plain function is imported, an object is built first, and a method asked of one."""

from __future__ import annotations

import re
from functools import partial
from types import MethodType
from typing import Any

__all__ = ["called_as", "how_built", "name_of"]


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
    return _attribute(held, "__name__")


def _attribute(held: Any, name: str) -> Any:
    try:
        return getattr(held, name, None)
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        return None


def _identifier(held: Any) -> str:
    """Return the name of a function or a class, that of its class for an object; what is none is called so."""
    name = _named(held) or type(held).__name__
    return _word(name) or "something"


def name_of(fn: Any) -> str:
    """The name of a function, of what a partial binds, or of the class of an object; `loss` for a lambda of no name."""
    return next(filter(None, called_as(fn)), "loss")


def called_as(fn: Any) -> tuple[str, str, str]:
    """Return a function's own name, that of what it binds, and the class that it is an object or a method of, or "".

    A lambda and a partial go by the one name that their module binds to them.

    >>> called_as(called_as), called_as(partial(called_as)), called_as(lambda: 0)
    (('called_as', '', ''), ('', 'called_as', ''), ('', '', ''))
    >>> called_as(re.compile("a").match)
    ('match', '', '')
    """
    kind = type(fn)  # not isinstance: some objects raise when asked for their class
    if kind is MethodType:
        owner = fn.__self__
        holder = owner if issubclass(type(owner), type) else type(owner)
        return _word(_named(fn)), "", _word(_named(holder))
    if issubclass(kind, partial):
        own, _, holder = called_as(fn.func)
        return _bound_to(fn, fn.func), own, holder
    name = _named(fn)
    if name is None:
        return "", "", _word(kind.__name__)
    return _word(name) or _bound_to(fn, fn), "", ""


def _bound_to(held: Any, fn: Any) -> str:
    """Return the one global name that the module of a function binds to what is held; "" for none, or for several."""
    known = _attribute(fn, "__globals__")
    if type(known) is not dict:  # one that is compiled wraps what has them
        known = _attribute(_attribute(fn, "__wrapped__"), "__globals__")
    names = [name for name, value in known.copy().items() if value is held] if type(known) is dict else []
    return _word(names[0]) if len(names) == 1 else ""


def _word(name: Any) -> str:
    return name if isinstance(name, str) and re.fullmatch(r"\w+", name) else ""
