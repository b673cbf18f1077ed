"""Terms that are products of powers of a few functions, so that slips can exchange factors wherever they occur.

The same function always becomes the same term: exp 2s is the square of exp s, and σ²/σ_p² one product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import sympy

from ..formula import Formula, Law, Term, law
from ..naming import Edit
from .functions import DIFFERENCE, DISTANCE, FUNCTIONS, base_of

__all__ = ["SAME", "Factor", "Factors", "Product", "everywhere", "product_of", "raw_factor", "times"]


class Factor(NamedTuple):
    """A function, by its name, of one or two arguments, by their roles."""

    function: str
    roles: tuple[str, ...]


SAME = law(1)
"""The factor of a coefficient that stays as it is."""
Factors = Mapping[Factor, Fraction]
Change = Callable[["Product"], tuple["Product", Law] | None]
"""What becomes of a term, and of its coefficient; None where the change has no meaning for it."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Product(Term):
    """A term that knows its factors and their powers."""

    factors: tuple[tuple[Factor, Fraction], ...] = ()


def raw_factor(raw: str, role: str, power: int | Fraction = 1) -> Factors:
    """Return a power of a function of one argument as factors."""
    base, exponent = base_of(raw)
    return {Factor(base, (role,)): exponent * power}


def times(*several: Factors, axes: tuple[str, ...] = ("B", "d")) -> Product:
    """Return the product of factors.

    >>> times(raw_factor("exp s", "a"), raw_factor("exp 2s", "b", -1))
    <exp s of a · (exp s of b)^-2>
    """
    return product_of((item for factors in several for item in factors.items()), axes)


def product_of(factors: Iterable[tuple[Factor, Fraction]], axes: tuple[str, ...] = ("B", "d")) -> Product:
    """Return the term with these factors; powers of the same function add up."""
    powers: dict[Factor, Fraction] = {}
    for factor, power in factors:
        powers[factor] = powers.get(factor, Fraction(0)) + power
    held = {_ordered(factor, power): power for factor, power in powers.items() if power}
    return _product(tuple(sorted(held.items())), axes)


def _ordered(factor: Factor, power: Fraction) -> Factor:
    """Even powers of a difference do not know which of the two came first."""
    even = power.denominator == 1 and power.numerator % 2 == 0
    if factor.function == DISTANCE or (factor.function == DIFFERENCE and even):
        return Factor(factor.function, tuple(sorted(factor.roles, reverse=True)))
    return factor


@cache
def _product(factors: tuple[tuple[Factor, Fraction], ...], axes: tuple[str, ...]) -> Product:
    def value(arrays: Mapping[str, Any]) -> Any:
        total: Any = 1.0
        for factor, power in factors:
            part = FUNCTIONS[factor.function].value(*(arrays[role] for role in factor.roles))
            total = total * _power(part, power)
        return total

    def symbol(symbols: Mapping[str, Any]) -> Any:
        total = sympy.Integer(1)
        for factor, power in factors:
            part = FUNCTIONS[factor.function].symbol(*(symbols[role] for role in factor.roles))
            total *= part ** sympy.Rational(power.numerator, power.denominator)
        return total

    return Product(" · ".join(map(_name, factors)) or "one", axes, value, symbol, factors=factors)


def _power(part: Any, power: Fraction) -> Any:
    if power.denominator == 1:
        return part ** float(power)
    return np.abs(part) ** float(power)


def _name(held: tuple[Factor, Fraction]) -> str:
    (function, roles), power = held
    plain = f"{function} of {', '.join(roles)}"
    return plain if power == 1 else f"({plain})^{power}"


def everywhere(change: Change) -> Edit:
    """Return the edit that changes every product of a formula; it applies where it means something for all."""
    change = cache(change)

    def edit(formula: Formula) -> Iterable[Formula]:
        found: dict[Term, Law] = {}
        moved = False
        for term, held in formula.coefficients.items():
            changed = change(term) if isinstance(term, Product) else (term, SAME)
            if changed is None:
                return
            new, factor = changed
            moved = moved or factor is not SAME or new != term
            scaled = held if factor is SAME else held * factor
            found[new] = found[new] + scaled if new in found else scaled
        if moved:
            yield Formula.of(found)

    return edit
