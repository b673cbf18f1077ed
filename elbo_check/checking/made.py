"""Which densities a part is made of: those of which it is told that they are granted not to be 0."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sympy

from ..errors import DerivationError
from ..nodes import Expectation, Integral, Value, sum_parts
from ..symbols import author_form
from .certain_signs import CertainSigns
from .drawn import factors
from .ranges import Ranges, as_it_runs

__all__ = ["densities_in"]


def densities_in(part: Any, ranges: Ranges, signs: CertainSigns, granting: CertainSigns | None) -> Iterator[Any]:
    """Yield the densities of a part that may be 0 where it stands; what is made of them as a whole if none is granted.

    `granting` says what is certain once densities are above 0: (p − q)² is not. Without it, for a divisor, sums, means
    and integrals are told as a whole. A symbol that is assumed to be a density is one.
    """
    if part.is_number or signs.within(ranges).is_positive(part):
        return
    if isinstance(part, Value):
        each = (density(*point) for density, point in factors(part.args[0], part.args[1:]))
        yield from (one for one in each if not signs.is_positive(one))
        return
    inner = list(_inner(part, ranges) if granting is None else _granted(part, ranges, granting))
    if not inner:
        yield part
    for each, around in inner:
        yield from densities_in(each, around, signs, granting)


Place = tuple[Any, Ranges]


def _inner(part: Any, ranges: Ranges) -> Iterator[Place]:
    """Yield what is not 0 where a divisor is not."""
    if part.is_Mul or part.is_Pow:
        yield from ((each, ranges) for each in part.args)


def _granted(part: Any, ranges: Ranges, granting: CertainSigns) -> Iterator[Place]:
    """Yield what is above 0 where it is enough for a part to be so, as it stands there."""
    if part.is_Pow or part.is_Mul:
        base = part.args[:1] if part.is_Pow else part.args
        if all(map(granting.within(ranges).is_positive, base)):
            yield from ((each, ranges) for each in part.args)
    elif part.is_Add:
        terms, signs = list(map(_without_sign, part.args)), granting.within(ranges)
        if signs.is_positive(part) and all(map(signs.is_not_negative, terms)):
            yield from ((each, ranges) for each in terms)
    elif isinstance(part, Expectation):
        yield from [(part.args[1], ranges.in_mean(part))] if part.args[1].has(Value) else []
    elif isinstance(part, Integral):
        yield part.args[0], ranges.without(part.bound_symbols)
    elif isinstance(part, sympy.Sum):
        with contextlib.suppress(DerivationError):
            yield as_it_runs(*sum_parts(part), ranges)


def _without_sign(term: Any) -> Any:
    """Return a term without −1 before it: what is taken away from more of its kind is above 0 as well."""
    if not term.is_Mul or not (term.args[0].is_Rational and term.args[0] < 0):
        return term
    with author_form():
        return sympy.Mul(*term.args[1:])
