"""Symbols with their assumptions, and the author's form of an expression.

A symbol's name never reaches a parser, but a name is also data that other programs read: only letters, digits and
underscores are taken.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator
from typing import Any

import sympy
from sympy.core.facts import InconsistentAssumptions
from sympy.polys.polyerrors import PolynomialError

from .errors import DerivationError, InputError

__all__ = [
    "Bit",
    "Unit",
    "anew",
    "at_least",
    "author_form",
    "bit",
    "count",
    "kind_of",
    "known",
    "positive",
    "real",
    "running",
    "safe_name",
    "unit",
]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def safe_name(name: object) -> bool:
    """Whether `name` is a plain name: a letter, then letters, digits and underscores.

    >>> safe_name("sigma_q"), safe_name("__import__('os')")
    (True, False)
    """
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def real(name: str) -> Any:
    """Return a real symbol: a mean, a variable of integration.

    >>> real("mu_q").is_real
    True
    """
    return sympy.Symbol(_named(name), real=True)


def positive(name: str) -> Any:
    """Return a positive symbol: a standard deviation, a variance. Without the assumption log σ² and 2 log σ stay apart.

    >>> positive("sigma_q").is_positive
    True
    """
    return sympy.Symbol(_named(name), positive=True)


def count(name: str) -> Any:
    """Return a positive whole number: a dimension J, an index j.

    >>> count("J").is_integer
    True
    """
    return sympy.Symbol(_named(name), integer=True, positive=True)


@contextlib.contextmanager
def author_form() -> Iterator[None]:
    """Within this block SymPy keeps expressions as they are written: (z − μ)² stays that, and is not (−μ + z)².

    The form that is printed and the form that is checked are then the same object. The switch is SymPy's own and
    local to the thread.

    >>> z, mu = real("z"), real("mu")
    >>> with author_form():
    ...     square = (z - mu) ** 2
    >>> square.args[0].args[0]
    z
    """
    with sympy.evaluate(False):
        yield


def known(expression: Any, property_name: str) -> bool | None:
    """Return whether an expression has a property such as "positive": True, False, or None if it is not certain.

    SymPy's own reasoning goes wrong where it is told not to evaluate, so it is always asked outside `author_form`, of
    an expression that is written anew; and not of sums with quotients in them, nor whether a product with a fraction
    is whole, of which it says too much. Of Σ over an index it would say what its terms are where the index is a count.

    >>> known(positive("sigma") + 1, "positive"), known(real("mu"), "positive")
    (True, None)
    >>> known(5 / (count("m") * count("n")) - 1, "positive")  # SymPy says that it is
    """
    answer: bool | None
    if not expression.args:
        answer = getattr(expression, f"is_{property_name}")
        return answer
    return _known(expression, property_name)


@functools.lru_cache(maxsize=8192)
def at_least(number: Any, least: Any) -> bool:
    """Whether one number is certainly not below another, from what its symbols are.

    >>> at_least(count("n") - 1, 0), at_least(count("n") - 2, 0)
    (True, False)
    """
    with sympy.evaluate(True):
        return _known(_anew(number) - _anew(least), "nonnegative") is True


def running(index: Any, first: Any) -> Any:
    """Return an index as that of a sum from `first`: a count k may be 0 or below there, and a bit is what it is.

    >>> running(count("k"), sympy.Integer(1)) == count("k"), running(count("k"), sympy.Integer(0)).is_positive is None
    (True, True)
    """
    if isinstance(index, Bit):
        return index
    least = next((said for end, said in ((1, "positive"), (0, "nonnegative")) if at_least(first, end)), "integer")
    return sympy.Symbol(index.name, **{"integer": True, least: True})


def anew(expression: Any) -> Any:
    """Return an expression as SymPy writes it, with a symbol for each Σ, of which as much is known.

    >>> with author_form():
    ...     written = real("x") + (sympy.Integer(0) + sympy.Integer(0))
    >>> anew(written)
    x
    """
    with sympy.evaluate(True):
        return _anew(expression)


_SIGNS = ("positive", "nonnegative", "negative", "nonpositive", "nonzero", "zero")


@functools.lru_cache(maxsize=8192)
def _known(expression: Any, property_name: str) -> bool | None:
    try:
        with sympy.evaluate(True):
            anew = _anew(expression)
            said_too_much = _has_a_fraction(anew)
            if property_name in _SIGNS:
                said_too_much = (said_too_much and anew.has(sympy.Add, sympy.log)) or _has_a_sum_of_quotients(anew)
            if said_too_much:
                return None
            answer: bool | None = getattr(anew, f"is_{property_name}")
            return answer
    except (ArithmeticError, TypeError, ValueError, InconsistentAssumptions, PolynomialError):
        return None  # SymPy was asked for what has no meaning


@functools.lru_cache(maxsize=8192)
def _anew(expression: Any) -> Any:
    """Return sums, products and powers as SymPy writes them: what it infers of others goes by how they were made."""
    if isinstance(expression, sympy.Add | sympy.Mul | sympy.Pow):
        return expression.func(*map(_anew, expression.args))
    if isinstance(expression, sympy.exp | sympy.log):
        return expression.func(*map(_anew, expression.args), evaluate=False)
    return _in_place_of(expression) if isinstance(expression, sympy.Sum) else expression


def _in_place_of(total: Any) -> Any:
    """Return a symbol of which is known what is known of a sum: SymPy takes each index for what its kind says."""
    *inner, (index, first, last) = total.limits
    body = total.func(total.function, *inner) if inner else total.function
    try:
        body = body.xreplace({index: running(index, first)})
    except DerivationError:  # parts of the body refuse such an index
        return sympy.Dummy("sum", real=True)
    said = ("positive", "negative") if at_least(last, first) else ()
    assumed = (each for each in (*said, "nonnegative", "nonpositive", "real") if known(body, each))
    return sympy.Dummy("sum", **{next(assumed, "commutative"): True})


def _has_a_sum_of_quotients(expression: Any) -> bool:
    """Whether there is a sum, or a logarithm, with something in it that is divided by what has symbols."""
    nodes = (node for node in sympy.preorder_traversal(expression) if node.is_Add or isinstance(node, sympy.log))
    powers = (power for node in nodes for power in node.atoms(sympy.Pow))
    return any(not power.exp.is_nonnegative and power.free_symbols for power in powers)


def _has_a_fraction(expression: Any) -> bool:
    """Whether SymPy takes a product with a fraction in it for a whole number, as it does with 2^m/6."""
    products = (node for node in sympy.preorder_traversal(expression) if node.is_Mul and node.is_integer)
    return any(part.is_Rational and not part.is_Integer for product in products for part in product.args)


def _named(name: object) -> str:
    if not safe_name(name):
        remedy = "give it a plain name such as sigma_q"
        raise InputError("name", name, "letters, digits and underscores, beginning with a letter", remedy)
    return str(name)


class Unit(sympy.Symbol):  # type: ignore[misc]
    """A number strictly between 0 and 1: a probability."""


class Bit(sympy.Symbol):  # type: ignore[misc]
    """0 or 1."""


def unit(name: str) -> Any:
    """Return a symbol for a number strictly between 0 and 1.

    >>> unit("y").is_positive
    True
    """
    return Unit(_named(name), positive=True)


def bit(name: str) -> Any:
    """Return a symbol that is 0 or 1: a black or white pixel.

    >>> bit("x").is_nonnegative
    True
    """
    return Bit(_named(name), integer=True, nonnegative=True)


@functools.lru_cache(maxsize=1024)
def kind_of(symbol: Any) -> str:
    """Return which of the functions of this file makes a symbol: real, positive, count, unit or bit; "" for none.

    >>> kind_of(count("J")), kind_of(sympy.Symbol("x"))
    ('count', '')
    """
    kinds = {"real": real, "positive": positive, "count": count, "unit": unit, "bit": bit}
    return next((kind for kind, make in kinds.items() if safe_name(symbol.name) and make(symbol.name) == symbol), "")
