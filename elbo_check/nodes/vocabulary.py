"""What a derivation may be written with: everything that the checks can read and the printers can print."""

from __future__ import annotations

import functools
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.core.numbers import Exp1, Pi
from sympy.core.symbol import Str

from ..errors import DerivationError
from ..symbols import known, safe_name
from .building import require_moving, sequence
from .densities import Density, Value
from .expressions import KL, Binder, Entropy, Information, Vector
from .given import index_of, shown
from .magnitude import require_readable, require_writable

__all__ = ["require_supported"]

_NODES = (Value, KL, Binder, Entropy, Information, Vector, Density, Str)
_OPERATIONS = (sympy.Add, sympy.Mul, sympy.Pow, sympy.log, sympy.exp)
_LEAVES = (sympy.Rational, sympy.Symbol, Exp1, Pi)
_HIGHEST_ORDER = 20
_SUPPORTED = (
    "sums, products, powers, quotients, exp, log, sqrt, E, pi, whole numbers and fractions, symbols, entries of "
    "sequences, functions made by function, sums over an index, derivatives, and the nodes of elbo_check.language"
)


def require_supported(expression: Any) -> None:
    """Refuse an expression with something in it that no check can read, or with more than anybody can."""
    require_readable(expression)
    for node in _nodes(expression):
        require_writable(node)
        _require_one_of_sympy(node, expression)
        if isinstance(node, sympy.Derivative):
            _require_first_derivatives(node)
        elif isinstance(node, sympy.Sum):
            _require_whole_ends(node)
        elif isinstance(node, AppliedUndef):
            _require_nothing_known(node)
        elif isinstance(node, sympy.Indexed):
            _require_a_sequence(node)
        elif not isinstance(node, (*_NODES, *_OPERATIONS, *_LEAVES)):
            raise DerivationError(
                f"{type(node).__name__} is not supported in {shown(expression)}: there are {_SUPPORTED}"
            )


def _require_one_of_sympy(node: Any, expression: Any) -> None:
    """Refuse a sum of somebody's own kind, which may say that it is positive, and a logarithm to a base."""
    if isinstance(node, _OPERATIONS) and type(node) not in _OPERATIONS:
        raise DerivationError(f"{type(node).__name__} is not supported in {shown(expression)}: there are {_SUPPORTED}")
    if type(node) in (sympy.log, sympy.exp) and len(node.args) != 1:  # SymPy calls powers of E instances of exp
        raise DerivationError(
            f"{node.func.__name__} takes one argument, not {len(node.args)}: divide by log of the base"
        )


def _require_nothing_known(node: Any) -> None:
    """Refuse a function that SymPy is told to be positive: its page would show f(x), of which nothing is known."""
    name = node.func.__name__
    if not safe_name(name) or node.func != _of_nothing(name):
        remedy = f'make it by function("{name}"), and state in assuming what is known of its values'
        raise DerivationError(f"the function {name} has properties that no page shows: {remedy}")


def _require_a_sequence(node: Any) -> None:
    """Refuse an entry that SymPy is told to be positive, where its sequence is none of positive numbers."""
    label = node.base.label
    if node.base != sequence(label):
        remedy = f"make it by sequence({label}), of which the entries are what {label} is"
        raise DerivationError(f"the entry {shown(node)} has properties that no page shows: {remedy}")


@functools.lru_cache(maxsize=256)
def _of_nothing(name: str) -> Any:
    """Return the function of this name of which nothing is known, as `function` makes it."""
    return sympy.Function(name, real=True)


def _nodes(expression: Any) -> Any:
    """Yield the parts of an expression that are read: not the base of an entry, nor tuples and limits themselves."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, sympy.Indexed):
            yield node
            waiting += [node.base.label, *node.indices]
        elif isinstance(node, sympy.Derivative):
            yield node
            waiting.append(node.expr)
        elif isinstance(node, sympy.Tuple):
            waiting += node.args
        else:
            yield node
            waiting += node.args


def _require_first_derivatives(node: Any) -> None:
    if not all(isinstance(times, sympy.Integer | int) for _, times in node.variable_count):
        raise DerivationError(f"{node} is a derivative of an order that is no number")
    order = sum(int(times) for _, times in node.variable_count)
    if order > _HIGHEST_ORDER:
        raise DerivationError(f"a derivative of order {order} is not supported: there are those up to {_HIGHEST_ORDER}")
    for parameter, _ in node.variable_count:
        require_moving(node.expr, parameter)


def _require_whole_ends(node: Any) -> None:
    for index, *ends in node.limits:
        index_of(index, "a sum", *ends)
        for end in ends:
            if known(end, "infinite") or not known(end, "integer"):
                raise DerivationError(
                    f"a sum over {index} to {shown(end)}: its ends are whole numbers, infinity is not supported"
                )
