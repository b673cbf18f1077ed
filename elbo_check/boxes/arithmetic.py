"""Sums, products and powers in boxes, as their author wrote them: signs, fractions and brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy

from ..nodes import Integral, Maximum, Minimum
from .layout import Fence, Fraction, Glyph, Layout, Root, Row, Scripts, row
from .names import DOT, TIMES, digits, sign

__all__ = ["LOG", "added", "after_sign", "fenced", "multiplied", "power"]

Write = Callable[[Any], Layout]

LOG = Glyph("log", r"\log", "upright")
_GREEDY = (sympy.Sum, Integral, Maximum, Minimum, sympy.Derivative)


def added(expression: Any, write: Write) -> Layout:
    """Return a sum."""
    parts: list[Layout] = []
    for term in _flat(expression, sympy.Add):
        negative, rest = _without_sign(term)
        body = after_sign(rest, write) if parts or negative else write(rest)
        if parts or negative:
            parts.append(sign("-" if negative else "+"))
        parts.append(body)
    return row(*parts)


def after_sign(rest: Any, write: Write) -> Layout:
    """Return what follows a sign, such as − or Σ: a sum, and what begins with a minus, in brackets."""
    return fenced(rest, write) if isinstance(rest, sympy.Add) or _without_sign(rest)[0] else write(rest)


def _flat(expression: Any, kind: type) -> Iterator[Any]:
    """Yield the operands, those of a first operand of the same kind opened: (a + b) + c is a + b + c."""
    first, *others = expression.args
    if isinstance(first, kind):
        yield from _flat(first, kind)
    else:
        yield first
    yield from others


def _without_sign(term: Any) -> tuple[bool, Any]:
    """Return whether a term has a minus in front, and the rest."""
    if term.is_Rational and term < 0:
        return True, -term
    if not isinstance(term, sympy.Mul):
        return False, term
    first, *others = _flat(term, sympy.Mul)
    if not (first.is_Rational and first < 0) or not others:
        return False, term
    size = [] if first == -1 else [-first]
    rest = [*size, *others]
    with sympy.evaluate(False):
        return True, rest[0] if len(rest) == 1 else sympy.Mul(*rest)


def multiplied(expression: Any, write: Write) -> Layout:
    """Return a product, quotients as fractions."""
    negative, rest = _without_sign(expression)
    if negative:
        return row(sign("-"), after_sign(rest, write))
    groups = list(_groups(expression))
    parts: list[Layout] = []
    for place, (top, bottom) in enumerate(groups):
        last = place == len(groups) - 1
        if bottom:
            parts.append(Fraction(_alone(top, write), _alone(bottom, write)))
        else:
            parts.append(_product(top, write, last, leading=not parts))
    return row(*_with_dots(parts))


def _alone(factors: list[Any], write: Write) -> Layout:
    """Return a numerator or a denominator: a single factor needs no brackets there."""
    if len(factors) == 1:
        return write(factors[0])
    return _product(factors, write, True) if factors else digits(1)


def _groups(expression: Any) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield (numerator, denominator) as they were written: (1/L) Σ is a fraction and a sum, a b/c is one fraction.

    (a/b)/c is a fraction of a fraction, and (1/a) (1/b) a product of two: a/(b c) and 1/(a b) are others.
    """
    top: list[Any] = []
    bottom: list[Any] = []
    for factor in _flat(expression, sympy.Mul):
        if isinstance(factor, sympy.Pow) and _is_negative(factor.exp):
            if bottom and top:
                with sympy.evaluate(False):
                    top = [sympy.Mul(*top, 1 / bottom[0])]
            elif bottom:
                yield top, bottom
            bottom = [_inverted(factor)]
            continue
        if bottom:
            yield top, bottom
            top, bottom = [], []
        top.append(factor)
    yield top, bottom


def _is_negative(exponent: Any) -> bool:
    return bool(exponent.is_Rational and exponent < 0)


def _inverted(power: Any) -> Any:
    if power.exp == -1:
        return power.base
    with sympy.evaluate(False):
        return sympy.Pow(power.base, -power.exp)


def _product(factors: list[Any], write: Write, last: bool, leading: bool = True) -> Layout:
    parts = [
        _factor(factor, write, first=leading and place == 0, last=last and place == len(factors) - 1)
        for place, factor in enumerate(factors)
    ]
    return row(*_with_dots(parts))


def _with_dots(parts: list[Layout]) -> list[Layout]:
    """Put a dot before every number but the first: 3 ½ would read as three and a half; f (x + y) is no value of f."""
    result: list[Layout] = []
    for part in parts:
        if result and _begins_with_number(part):
            result.append(DOT)
        elif result and _ends_with_name(result[-1]) and _begins_with_bracket(part):
            result.append(TIMES)
        result.append(part)
    return result


def _begins_with_number(part: Layout) -> bool:
    while not isinstance(part, Glyph | Fence | Root):
        part = part.parts[0] if isinstance(part, Row) else part.top if isinstance(part, Fraction) else part.base
    return isinstance(part, Glyph) and part.kind == "number"


def _begins_with_bracket(part: Layout) -> bool:
    while isinstance(part, Row | Scripts):
        part = part.parts[0] if isinstance(part, Row) else part.base
    return isinstance(part, Fence)


def _ends_with_name(part: Layout) -> bool:
    """Whether a bracket behind a factor would be what a function f, or f_1, is applied to: not behind σ²."""
    last = part.parts[-1] if isinstance(part, Row) else part
    base = last.base if isinstance(last, Scripts) and last.above is None else last
    return isinstance(base, Glyph) and base.kind in ("identifier", "upright")


def _factor(factor: Any, write: Write, first: bool, last: bool) -> Layout:
    """Return one factor, in brackets where it would run into its neighbours."""
    if isinstance(factor, sympy.Add | sympy.Mul) or (factor.is_Rational and factor < 0 and not first):
        return fenced(factor, write)
    if isinstance(factor, _GREEDY) and not last:
        return fenced(factor, write)
    if isinstance(factor, sympy.log) and not last:
        return row(LOG, Fence("(", write(factor.args[0]), ")", True))
    return write(factor)


def fenced(expression: Any, write: Write) -> Layout:
    """Return an expression in brackets."""
    return Fence("(", write(expression), ")")


def power(expression: Any, write: Write) -> Layout:
    """Return a power, a root or a reciprocal."""
    base, exponent = expression.base, expression.exp
    if exponent == sympy.Rational(1, 2):
        return Root(write(base))
    if _is_negative(exponent):
        return Fraction(digits(1), write(_inverted(expression)))
    body = write(base)
    if isinstance(base, sympy.Symbol | sympy.Indexed) and isinstance(body, Scripts) and body.above is None:
        return Scripts(body.base, body.below, write(exponent))
    simple = isinstance(base, sympy.Symbol | sympy.Integer | sympy.NumberSymbol) and isinstance(body, Glyph)
    return Scripts(body if simple else Fence("(", body, ")"), None, write(exponent))
