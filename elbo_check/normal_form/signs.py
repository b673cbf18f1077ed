"""Signs: what a symbol's assumptions say, and terms that are taken together because one is a fraction of another."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from typing import Any

from ..deadline import check_deadline
from ..nodes import Arbitrary, Bernoulli, Product, Uniform
from ..symbols import Unit, known
from .polynomials import Monomial, multiply

__all__ = ["Sign", "complements", "sign_of", "signs_of"]


class Sign(Enum):
    """What is known of the sign of a generator."""

    UNKNOWN = 0
    NOT_NEGATIVE = 1
    POSITIVE = 2
    UNIT = 3  # between 0 and 1, so that 1 − y is positive, too


def sign_of(symbol: Any) -> Sign:
    """Return what a symbol's assumptions say of its sign."""
    if isinstance(symbol, Unit):
        return Sign.UNIT
    if known(symbol, "positive"):
        return Sign.POSITIVE
    return Sign.NOT_NEGATIVE if known(symbol, "nonnegative") else Sign.UNKNOWN


def signs_of(density: Any, variables: Sequence[Any]) -> list[Sign]:
    """Return what is known of the outcomes that variables run over, from what the variables are assumed to be.

    Those of an arbitrary density say what its outcomes are; nothing is known of those of a family, nor of a block.
    """
    if isinstance(density, Product):
        places, signs = iter(variables), []
        for factor in density.args:
            signs += signs_of(factor, list(itertools.islice(places, factor.dimension)))
        return signs
    told = isinstance(density, Arbitrary | Uniform | Bernoulli)
    return [sign_of(variable) if told else Sign.UNKNOWN for variable in variables]


def complements(terms: Mapping[Monomial, Fraction], is_unit: Callable[[int], bool]) -> list[tuple[Monomial, Fraction]]:
    """Return terms that have the signs of parts whose sum is a polynomial: c m − c m v has that of c m, for 0 < v < 1.

    `is_unit` says of which generators it is known that they lie between 0 and 1; v is a product of such.

    >>> one, u = frozenset(), frozenset({(0, 1)})
    >>> complements({one: Fraction(3), u: Fraction(-2)}, lambda _: True)
    [(frozenset(), Fraction(2, 1)), (frozenset(), Fraction(1, 1))]
    """
    rest = {monomial: c for monomial, c in terms.items() if c > 0}
    alike: dict[Monomial, list[Monomial]] = {}  # by what is no unit in them: no others can be m and m v
    for monomial in rest:
        alike.setdefault(_without_units(monomial, is_unit), []).append(monomial)
    parts: list[tuple[Monomial, Fraction]] = []
    for taken, coefficient in terms.items():
        check_deadline()
        wholes = alike.get(_without_units(taken, is_unit), ()) if coefficient < 0 else ()
        whole = next((m for m in wholes if rest[m] + coefficient >= 0 and _within(taken, m, is_unit)), None)
        if whole is not None:
            rest[whole] += coefficient
            parts.append((whole, -coefficient))
        elif coefficient < 0:
            parts.append((taken, coefficient))
    return [*parts, *((monomial, c) for monomial, c in rest.items() if c)]


def _without_units(monomial: Monomial, is_unit: Callable[[int], bool]) -> Monomial:
    return frozenset(factor for factor in monomial if not is_unit(factor[0]))


def _within(taken: Monomial, whole: Monomial, is_unit: Callable[[int], bool]) -> bool:
    """Whether one monomial is another times numbers between 0 and 1."""
    factors = multiply(taken, frozenset((base, -exponent) for base, exponent in whole))
    return all(exponent > 0 and is_unit(base) for base, exponent in factors)
