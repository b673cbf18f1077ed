"""Which sign an objective has: told by its output's name, or its function's, or that of the class of an object."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ..diagnosis.quantity import Quantity
from .calls import Asked
from .name_signs import is_negative, sign_of_class, sign_told

__all__ = ["is_maximised", "is_minimised", "may_have_its_sign", "of_its_sign", "words_of_sign"]

_DENSITY = "gaussian-negative-log-likelihood"


def is_maximised(call: Asked) -> bool:
    """Whether what is judged is called a bound, and not its negative, by its output or by its function."""
    return _sign(call) < 0


def is_minimised(call: Asked) -> bool:
    """Whether what is judged is called a loss; neither this nor a bound is a name that does not say."""
    return _sign(call) > 0


def may_have_its_sign(call: Asked) -> bool:
    """Whether what is judged has by its name another sign than the right value: an ELBO, a log density, a neg_kl."""
    if call.quantity.objective or call.quantity.name == _DENSITY:
        return is_maximised(call)
    return any(is_negative(name, "kl") for name in (call.output, *call.function.called))


def words_of_sign(call: Asked) -> str:
    """Say what it is whose negative is right."""
    if not (call.quantity.objective or call.quantity.name == _DENSITY):
        return "it is the negative, as its name says"
    noun = "ELBO" if call.quantity.objective else "log-likelihood"
    return f"it is the {noun} itself: maximise it, or minimise its negative"


def of_its_sign(call: Asked) -> Asked:
    """Return a call of which the sign of a loss alone is right, where a quantity may have both and it is called one."""
    is_loss = len(call.quantity.signs) > 1 and is_minimised(call)
    return replace(call, quantity=_to_minimise(call.quantity)) if is_loss else call


@lru_cache(maxsize=8)
def _to_minimise(quantity: Quantity) -> Quantity:
    return replace(quantity, signs=(-1,))


def _sign(call: Asked) -> int:
    *own, kind = call.function.called
    outputs = () if call.function.added else reversed(call.output.split("."))  # the nearest key first
    told = (*(sign_told(name) for name in outputs), *map(sign_told, own), sign_of_class(kind))
    return next((sign for sign in told if sign), 0)
