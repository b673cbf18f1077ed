"""Products of terms place by place, as they occur where noise is multiplied by a scale."""

from __future__ import annotations

from functools import reduce
from operator import mul

from ..formula import Term

__all__ = ["ratio", "times"]


def times(*factors: Term) -> Term:
    """Return the product of terms over the same axes.

    >>> from .seconds import of_role
    >>> times(of_role("s", "std"), of_role("s", "noise"))
    <s of std · s of noise>
    """
    return Term(
        " · ".join(factor.name for factor in factors),
        factors[0].axes,
        lambda arrays: reduce(mul, (factor.value(arrays) for factor in factors)),
        lambda symbols: reduce(mul, (factor.symbol(symbols) for factor in factors)),
    )


def ratio(above: Term, below: Term) -> Term:
    """Return the quotient of two terms over the same axes."""
    return Term(
        f"{above.name} / {below.name}",
        above.axes,
        lambda arrays: above.value(arrays) / below.value(arrays),
        lambda symbols: above.symbol(symbols) / below.symbol(symbols),
    )
