"""Which expressions are certainly between 0 and 1."""

from __future__ import annotations

from typing import Any

import sympy

from ..symbols import Bit, Unit, anew, known
from .signs import where_densities_vanish

__all__ = ["is_probability"]


def is_probability(given: Any, strictly: bool = False) -> bool:
    """Whether an expression is certainly a probability: in [0, 1], or strictly between.

    Numbers, units and bits, what is left of one, products and powers, and a/(a + b) for positive a and b. A density may
    be 0, and p/(1 + p) with it.

    >>> from elbo_check.symbols import positive, unit
    >>> is_probability(1 - unit("y") ** 2), is_probability(positive("s"))
    (True, False)
    """
    if given.is_Rational:
        return bool(0 < given < 1 if strictly else 0 <= given <= 1)
    label = given.base.label if isinstance(given, sympy.Indexed) else given
    if isinstance(label, Unit | Bit):
        return isinstance(label, Unit) or not strictly
    if given.is_Pow and given.exp.is_Rational and given.exp > 0:
        return is_probability(given.base, strictly)
    if given.is_Mul and all(is_probability(part, strictly) for part in given.args):
        return True
    return _is_rest(given, strictly) or _is_share(given, strictly)


def _is_rest(given: Any, strictly: bool) -> bool:
    """Whether it is 1 − y for a probability y."""
    if not given.is_Add or len(given.args) != 2 or 1 not in given.args:
        return False
    taken = _opposite(given.args[1] if given.args[0] == 1 else given.args[0])
    return taken is not None and is_probability(taken, strictly)


def _opposite(part: Any) -> Any:
    """Return y for what is written as −y, its form kept; None where no factor of it is a negative number."""
    if part.is_Rational:
        return -part if part < 0 else None
    for place, factor in enumerate(part.args if part.is_Mul else ()):
        turned = _opposite(factor)
        if turned is not None:
            left = () if turned == 1 else (turned,)
            return sympy.Mul(*part.args[:place], *left, *part.args[place + 1 :], evaluate=False)
    return None


def _is_share(given: Any, strictly: bool) -> bool:
    """Whether it is a/(a + b) with terms that are not negative; strictly between where two of them are above 0."""
    read = anew(where_densities_vanish(given) if strictly else given)
    if not known(read, "positive"):
        return False
    with sympy.evaluate(True):
        top, bottom = read.as_numer_denom()
    if not bottom.is_Add or top not in bottom.args or not all(known(part, "nonnegative") for part in bottom.args):
        return False
    return not strictly or (known(top, "positive") is True and any(_is_other(part, top) for part in bottom.args))


def _is_other(part: Any, top: Any) -> bool:
    return part != top and known(part, "positive") is True
