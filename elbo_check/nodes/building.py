"""Sums over an index, sequences, functions and derivatives: SymPy's own, built so that nothing evaluates itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from ..errors import DerivationError
from ..symbols import known, safe_name
from .given import expression, index_of, shown, symbol

__all__ = [
    "derivative",
    "derivative_parts",
    "function",
    "indexed_sum",
    "replaced",
    "require_moving",
    "sequence",
    "sum_parts",
]


def indexed_sum(summand: Any, index: Any, upper: Any, lower: Any = 1) -> Any:
    """Return Σ summand over index = lower … upper; SymPy's sum, also where SymPy is told to keep forms as written.

    The index is a whole number, made by `count`; or a bit, where it runs from 0 to 1.
    """
    summand, upper, lower = (expression(part) for part in (summand, upper, lower))  # SymPy would read text
    index = index_of(index, "a sum", lower, upper)
    if index not in summand.free_symbols:
        raise DerivationError(f"the sum runs over {index}, which does not occur in {shown(summand)}")
    with sympy.evaluate(True):
        return sympy.Sum(summand, (index, lower, upper))


class Sequence(sympy.IndexedBase):  # type: ignore[misc]
    """SymPy's indexed base, which would read an index that is text."""

    def __getitem__(self, indices: Any, **_: Any) -> Any:
        """Return the entry at an index, or at several."""
        several = indices if isinstance(indices, tuple | sympy.Tuple) else (indices,)
        if not several:
            raise DerivationError(f"an entry of {self.label} needs an index")
        return sympy.Indexed(self, *map(expression, several))


class Function:
    """The door to the values of a function of which only the name is known."""

    def __init__(self, name: object) -> None:
        if not safe_name(name):
            raise DerivationError(f"a function needs a plain name such as f, not {name!r}")
        self._function = sympy.Function(name, real=True)

    def __call__(self, *arguments: Any) -> Any:
        """Return the value at the arguments."""
        if not arguments:
            raise DerivationError(f"{self._function.__name__} is a function of something, such as f(z)")
        return self._function(*map(expression, arguments))


def sequence(label: Any) -> Any:
    """Return a sequence μ of which `sequence(μ)[j]` is an entry; it has the assumptions of its label.

    >>> from elbo_check.symbols import count, positive
    >>> sigma = sequence(positive("sigma"))
    >>> sigma[count("j")].is_positive
    True
    """
    return Sequence(symbol(label, "a sequence is named by"))


def function(name: str) -> Function:
    """Return a function f of which nothing is known; `f(z)` is its value.

    >>> function("f")(sympy.Symbol("z"))
    f(z)
    """
    return Function(name)


def derivative(body: Any, parameter: Any) -> Any:
    """Return the derivative of the body with respect to a symbol that occurs in it, not carried out."""
    body, parameter = expression(body), symbol(parameter, "a derivative is taken with respect to")
    if parameter not in body.free_symbols:
        raise DerivationError(
            f"the derivative with respect to {parameter} is of {shown(body)}, in which it does not occur"
        )
    require_moving(body, parameter)
    with sympy.evaluate(True):
        return sympy.Derivative(body, parameter, evaluate=False)


def require_moving(body: Any, parameter: Any) -> None:
    """Refuse ∂J²/∂J: a count or a bit does not move; and ∂/∂μ of μ_j: μ is the name of a sequence, and no number."""
    if known(parameter, "integer"):
        remedy = "take a real, positive or unit number"
        raise DerivationError(f"a derivative with respect to {parameter}, a whole number, has no meaning: {remedy}")
    if any(entry.base.label == parameter for entry in body.atoms(sympy.Indexed)):
        remedy = "name the entry that changes by a symbol of its own"
        raise DerivationError(
            f"the derivative is taken with respect to {parameter}, which names a sequence in {shown(body)}: {remedy}"
        )


def derivative_parts(node: Any) -> tuple[Any, Any]:
    """Return (body, parameter) of the outermost derivative; SymPy joins nested derivatives to one."""
    *inner, (parameter, times) = node.args[1:]
    with sympy.evaluate(True):
        if times != 1:
            inner.append((parameter, times - 1))
        return sympy.Derivative(node.args[0], *inner, evaluate=False) if inner else node.args[0], parameter


def replaced(node: Any, replacements: Mapping[Any, Any]) -> Any:
    """Return the expression with symbols replaced and its form kept; nothing is evaluated."""
    if node in replacements:
        return replacements[node]
    parts = [replaced(part, replacements) for part in node.args]
    if all(new is old for new, old in zip(parts, node.args, strict=True)):
        return node
    if isinstance(node, sympy.Sum | sympy.Derivative):
        with sympy.evaluate(True):  # told not to evaluate, SymPy writes Σ 1·(…)
            return node.func(*parts)
    if isinstance(node, sympy.Add | sympy.Mul | sympy.Pow | sympy.exp | sympy.log):
        return node.func(*parts, evaluate=False)  # the setting below empties SymPy's caches each time
    with sympy.evaluate(False):
        return node.func(*parts)


def sum_parts(node: Any) -> tuple[Any, Any, Any, Any]:
    """Return (summand, index, lower, upper) of the outermost sum; SymPy joins nested sums to one."""
    *inner, outer = node.limits
    with sympy.evaluate(True):  # told not to evaluate, SymPy writes Σ 1·(…)
        return node.func(node.function, *inner) if inner else node.function, *outer
