"""Which sign an objective has: told by its output's name, or its function's, or that of the class of an object."""

from __future__ import annotations

from .calls import Asked
from .name_signs import sign_of_class, sign_told

__all__ = ["is_maximised", "is_minimised"]


def is_maximised(call: Asked) -> bool:
    """Whether what is judged is called a bound, and not its negative, by its output or by its function."""
    return _sign(call) < 0


def is_minimised(call: Asked) -> bool:
    """Whether what is judged is called a loss; neither this nor a bound is a name that does not say."""
    return _sign(call) > 0


def _sign(call: Asked) -> int:
    *own, kind = call.function.called
    outputs = () if call.function.added else reversed(call.output.split("."))  # the nearest key first
    told = (*(sign_told(name) for name in outputs), *map(sign_told, own), sign_of_class(kind))
    return next((sign for sign in told if sign), 0)
