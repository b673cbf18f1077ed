"""Reads an expression in a world of numbers by walking its tree: nothing is compiled, no text is evaluated."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from .deadline import check_deadline
from .densities.world import World
from .errors import InputError, WitnessError
from .symbols import known

__all__ = ["Handler", "Reader", "written_out"]

Handler = Callable[[Any, Mapping[str, Any]], Any]

_LARGEST_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads sums, products, powers, log, exp, e, π, rationals and named symbols in `world`.

    `nodes` says how to read further kinds of node: a handler gets the node and the values of the symbols. Raises
    `InputError` for a symbol without a value and `WitnessError` for a node that has no meaning in this world.

    >>> from elbo_check.densities.world import numpy_world
    >>> from elbo_check.symbols import positive
    >>> Reader(numpy_world()).read(positive("sigma") ** 2 / 2, {"sigma": 3.0})
    np.float64(4.5)
    """

    world: World
    nodes: Mapping[type, Handler] = field(default_factory=dict)

    def read(self, expression: Any, values: Mapping[str, Any]) -> Any:
        """Return the meaning of `expression` where each symbol stands for the number `values[name]`."""
        check_deadline()
        kind = AppliedUndef if isinstance(expression, AppliedUndef) else type(expression)
        handler = self.nodes.get(kind)
        if handler is not None:
            return handler(expression, values)
        if expression.is_Symbol:
            return _value(expression.name, values)
        if expression.is_Rational:
            return self._rational(expression)
        if expression.is_Pow:
            return self._raised(written_out(expression), values)
        if expression.is_Add or expression.is_Mul:
            combine = operator.add if expression.is_Add else operator.mul
            return functools.reduce(combine, (self.read(part, values) for part in expression.args))
        return self._function(expression, values)

    def _function(self, expression: Any, values: Mapping[str, Any]) -> Any:
        if expression.func == sympy.log and len(expression.args) == 1:
            return self.world.log(self.read(expression.args[0], values))
        if expression.func == sympy.exp:
            return self.world.exp(self.read(expression.args[0], values))
        if expression == sympy.E:
            return self.world.exp(self.world.exact(1))
        if expression == sympy.pi:
            return self.world.exp(self.world.log_two_pi()) / self.world.exact(2)
        raise WitnessError(f"{type(expression).__name__} has no meaning among {self.world.name}")

    def _raised(self, written: Any, values: Mapping[str, Any]) -> Any:
        return (
            self.power(self.read(written.base, values), written.exp) if written.is_Pow else self.read(written, values)
        )

    def power(self, base: Any, exponent: Any) -> Any:
        """Return a number to a whole or half power; raises `ZeroDivisionError` for 0 below a fraction."""
        root = base if exponent.q == 1 else self.world.sqrt(base)
        try:
            return root ** int(exponent.p)
        except ZeroDivisionError:
            raise ZeroDivisionError("a division by zero has no meaning") from None

    def _rational(self, expression: Any) -> Any:
        numerator, denominator = int(expression.p), int(expression.q)
        if max(abs(numerator), denominator) > _LARGEST_EXACT:
            raise WitnessError(f"the number {expression} is beyond 2**53 and would be rounded")
        top = self.world.exact(numerator)
        return top if denominator == 1 else top / self.world.exact(denominator)


def written_out(power: Any, whole: Callable[[Any], int] | None = None) -> Any:
    """Return s^y as e^(y log s), and a whole or half power as it is; `whole` says which number n is in xⁿ.

    A power of the number e is the exponential that it says, whatever the exponent: e⁻¹ and √e, too.

    >>> from elbo_check.symbols import positive, real
    >>> written_out(positive("s") ** real("y"))
    exp(y*log(s))
    """
    exponent = power.exp
    if power.base == sympy.E:
        return sympy.exp(exponent, evaluate=False)
    if exponent.is_Rational and exponent.q <= 2:
        return power
    with sympy.evaluate(False):
        if whole is not None and known(exponent, "integer"):
            return sympy.Pow(power.base, sympy.Integer(whole(exponent)))
        return sympy.exp(exponent * sympy.log(power.base))


def _value(name: str, values: Mapping[str, Any]) -> Any:
    try:
        return values[name]
    except KeyError:
        known = f"given with the others ({', '.join(sorted(values)) or 'none'})"
        raise InputError("values", name, known, f"add a value for {name}") from None
