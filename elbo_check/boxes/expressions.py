"""From an expression to boxes, in the order in which its author wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from ..nodes import (
    KL,
    Entropy,
    Expectation,
    Information,
    Integral,
    Iterated,
    Maximum,
    Minimum,
    Product,
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

Write = Callable[[Any], Layout]

_ATOMIC = (sympy.Symbol, sympy.Indexed, sympy.Integer, KL, Entropy, AppliedUndef, Information)


def layout(expression: Any) -> Layout:
    """Return the boxes of an expression; each part is written once, the innermost first."""
    known: dict[Any, Layout] = {}

    def write(node: Any) -> Layout:
        if node not in known:
            known[node] = _written(node, write)
        return known[node]

    for node in reversed(list(_parts(expression))):
        write(node)
    return write(expression)


def _parts(expression: Any) -> Iterator[Any]:
    """Yield what is printed within an expression, the outermost first."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple(_WRITERS)):
            yield node
        waiting += node.args


def _written(expression: Any, write: Write) -> Layout:
    for kind, writer in _WRITERS.items():
        if isinstance(expression, kind):
            return writer(expression, write)
    raise TypeError(f"{type(expression).__name__} has no printed form")


def _log(expression: Any, write: Write) -> Layout:
    (argument,) = expression.args
    body = write(argument)
    return row(LOG, body if _is_atomic(argument) else Fence("(", body, ")", True))


def _is_atomic(argument: Any) -> bool:
    """Whether what follows log is seen to be all of its argument: log f(z), and not log (q × p)(z)."""
    if isinstance(argument, Value):
        return not isinstance(argument.args[0], Product | Iterated)
    return isinstance(argument, _ATOMIC) and not (argument.is_Integer and argument < 0)


def _exp(expression: Any, write: Write) -> Layout:
    return Scripts(Glyph("e", "e"), None, write(expression.args[0]))


def _rational(expression: Any, _: Write) -> Layout:
    size = abs(expression)
    body = digits(size.p) if size.q == 1 else Fraction(digits(size.p), digits(size.q))
    return row(sign("-"), body) if expression < 0 else body


def _indexed(expression: Any, write: Write) -> Layout:
    return with_index(expression.base.label.name, joined([write(part) for part in expression.indices]))


def _function(expression: Any, write: Write) -> Layout:
    arguments = [write(argument) for argument in expression.args]
    return row(named(expression.func.__name__), Fence("(", joined(arguments), ")", True))


def _value(expression: Any, write: Write) -> Layout:
    which, *point = expression.args
    return at_point(which, point, write)


def _expectation(expression: Any, write: Write) -> Layout:
    which, body, *variables = expression.args
    operator = Scripts(Glyph("E", r"\mathbb{E}", "upright"), drawn(which, variables, _wholes(body), write))
    return row(operator, Fence("[", write(body), "]", True))


def _wholes(body: Any) -> set[Any]:
    """Return the symbols in an integrand that are there by themselves, and not only as the name of a sequence."""
    found, waiting = set(), [body]
    while waiting:
        node = waiting.pop()
        found |= {node} if isinstance(node, sympy.Symbol) else set()
        waiting += node.indices if isinstance(node, sympy.Indexed) else node.args
    return found


def _kl(expression: Any, write: Write) -> Layout:
    q, p = (density(which, write) for which in expression.args)
    return row(upright("KL"), Fence("(", row(q, sign("‖"), p), ")", True))


def _entropy(expression: Any, write: Write) -> Layout:
    return row(upright("H"), Fence("[", density(expression.args[0], write), "]", True))


def _information(expression: Any, write: Write) -> Layout:
    which, *point = expression.args[0].args
    return informed(which, point, write)


def _integral(expression: Any, write: Write) -> Layout:
    body, *variables = expression.args
    inside = after_sign(body, write)
    ends: list[Layout] = []
    for variable in variables:
        ends += [Glyph(" d", r"\,d"), write(variable)]
    return row(Glyph("∫", r"\int", "big"), inside, *ends)


def _sum(expression: Any, write: Write) -> Layout:
    body, index, lower, upper = sum_parts(expression)
    inside = after_sign(body, write)
    start = row(write(index), sign("="), write(lower))
    return row(Scripts(Glyph("Σ", r"\sum", "big"), start, write(upper)), inside)


def _extremum(expression: Any, write: Write) -> Layout:
    body, variable = expression.args
    name = "max" if isinstance(expression, Maximum) else "min"
    inside = fenced(body, write) if isinstance(body, sympy.Add | sympy.Mul) else write(body)
    return row(Scripts(Glyph(name, rf"\{name}", "big"), write(variable)), inside)


def _derivative(expression: Any, write: Write) -> Layout:
    body, parameter = derivative_parts(expression)
    inside = fenced(body, write) if isinstance(body, sympy.Add | sympy.Mul) else write(body)
    return row(Fraction(PARTIAL, row(PARTIAL, write(parameter))), inside)


def _vector(expression: Any, write: Write) -> Layout:
    body, index, upper = expression.args
    start = row(write(index), sign("="), digits(1))
    return Scripts(Fence("(", write(body), ")"), start, write(upper))


_WRITERS: dict[Any, Callable[[Any, Write], Layout]] = {
    sympy.Add: added,
    sympy.Mul: multiplied,
    sympy.Pow: power,  # before exp: SymPy calls powers of E instances of exp
    sympy.exp: _exp,
    type(sympy.E): lambda *_: Glyph("e", "e"),
    type(sympy.pi): lambda *_: identifier("pi"),
    sympy.log: _log,
    sympy.Rational: _rational,
    sympy.Symbol: lambda symbol, _: named(symbol.name),
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
