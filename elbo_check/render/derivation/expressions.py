"""From an expression to boxes, in the order in which its author wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from ...nodes import (
    KL,
    Entropy,
    Expectation,
    Information,
    Integral,
    Maximum,
    Minimum,
    Value,
    Vector,
    derivative_parts,
    sum_parts,
)
from .arithmetic import LOG, added, after_sign, fenced, multiplied, power
from .densities import at_point, density, drawn, informed
from .layout import Fence, Fraction, Glyph, Layout, Scripts, row
from .names import PARTIAL, digits, identifier, joined, named, sign, upright, with_index

__all__ = ["layout"]

_ATOMIC = (sympy.Symbol, sympy.Indexed, sympy.Integer, Value, KL, Entropy, AppliedUndef, Information)


def layout(expression: Any) -> Layout:
    """Return the boxes of an expression."""
    for kind, writer in _WRITERS.items():
        if isinstance(expression, kind):
            return writer(expression)
    raise TypeError(f"{type(expression).__name__} has no printed form")


def _log(expression: Any) -> Layout:
    (argument,) = expression.args
    body = layout(argument)
    atomic = isinstance(argument, _ATOMIC) and not (argument.is_Integer and argument < 0)
    return row(LOG, body if atomic else Fence("(", body, ")", True))


def _exp(expression: Any) -> Layout:
    return Scripts(Glyph("e", "e"), None, layout(expression.args[0]))


def _rational(expression: Any) -> Layout:
    size = abs(expression)
    body = digits(size.p) if size.q == 1 else Fraction(digits(size.p), digits(size.q))
    return row(sign("-"), body) if expression < 0 else body


def _indexed(expression: Any) -> Layout:
    return with_index(expression.base.label.name, joined([layout(part) for part in expression.indices]))


def _function(expression: Any) -> Layout:
    arguments = [layout(argument) for argument in expression.args]
    return row(named(expression.func.__name__), Fence("(", joined(arguments), ")", True))


def _value(expression: Any) -> Layout:
    which, *point = expression.args
    return at_point(which, point, layout)


def _expectation(expression: Any) -> Layout:
    which, body, *variables = expression.args
    operator = Scripts(Glyph("E", r"\mathbb{E}", "upright"), drawn(which, variables, layout))
    return row(operator, Fence("[", layout(body), "]", True))


def _kl(expression: Any) -> Layout:
    q, p = (density(which, layout) for which in expression.args)
    return row(upright("KL"), Fence("(", row(q, sign("‖"), p), ")", True))


def _entropy(expression: Any) -> Layout:
    return row(upright("H"), Fence("[", density(expression.args[0], layout), "]", True))


def _information(expression: Any) -> Layout:
    which, *point = expression.args[0].args
    return informed(which, point, layout)


def _integral(expression: Any) -> Layout:
    body, *variables = expression.args
    inside = after_sign(body, layout)
    ends: list[Layout] = []
    for variable in variables:
        ends += [Glyph(" d", r"\,d"), layout(variable)]
    return row(Glyph("∫", r"\int", "big"), inside, *ends)


def _sum(expression: Any) -> Layout:
    body, index, lower, upper = sum_parts(expression)
    inside = after_sign(body, layout)
    start = row(layout(index), sign("="), layout(lower))
    return row(Scripts(Glyph("Σ", r"\sum", "big"), start, layout(upper)), inside)


def _extremum(expression: Any) -> Layout:
    body, variable = expression.args
    name = "max" if isinstance(expression, Maximum) else "min"
    inside = fenced(body, layout) if isinstance(body, sympy.Add | sympy.Mul) else layout(body)
    return row(Scripts(Glyph(name, rf"\{name}", "big"), layout(variable)), inside)


def _derivative(expression: Any) -> Layout:
    body, parameter = derivative_parts(expression)
    inside = fenced(body, layout) if isinstance(body, sympy.Add | sympy.Mul) else layout(body)
    return row(Fraction(PARTIAL, row(PARTIAL, layout(parameter))), inside)


def _vector(expression: Any) -> Layout:
    body, index, upper = expression.args
    start = row(layout(index), sign("="), digits(1))
    return Scripts(Fence("(", layout(body), ")"), start, layout(upper))


_WRITERS: dict[Any, Callable[[Any], Layout]] = {
    sympy.Add: lambda e: added(e, layout),
    sympy.Mul: lambda e: multiplied(e, layout),
    sympy.Pow: lambda e: power(e, layout),  # before exp: SymPy calls powers of E instances of exp
    sympy.exp: _exp,
    type(sympy.E): lambda _: Glyph("e", "e"),
    type(sympy.pi): lambda _: identifier("pi"),
    sympy.log: _log,
    sympy.Rational: _rational,
    sympy.Symbol: lambda symbol: named(symbol.name),
    sympy.Indexed: _indexed,
    sympy.Sum: _sum,
    sympy.Derivative: _derivative,
    AppliedUndef: _function,
    Value: _value,
    Expectation: _expectation,
    KL: _kl,
    Entropy: _entropy,
    Information: _information,
    Integral: _integral,
    Maximum: _extremum,
    Minimum: _extremum,
    Vector: _vector,
}
