"""Which expressions are certainly between 0 and 1."""

from __future__ import annotations

from typing import Any

import sympy

from ..symbols import Bit, Unit, known
from .signs import is_positive, where_densities_vanish

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
    with sympy.evaluate(True):
        return is_probability(1 - given, strictly)


def _is_share(given: Any, strictly: bool) -> bool:
    """Whether it is a/(a + b) with positive terms."""
    if not known(given, "positive"):
        return False
    with sympy.evaluate(True):
        top, bottom = given.as_numer_denom()
    if not bottom.is_Add or not all(known(part, "positive") for part in bottom.args):
        return False
    if top not in bottom.args:
        return False
    others = [part for part in bottom.args if part != top]
    return not strictly or (_is_certain(top) and any(map(_is_certain, others)))


def _is_certain(part: Any) -> bool:
    """Whether a part is above 0, also where densities vanish."""
    return is_positive(where_densities_vanish(part))
