"""Expectations, integrals and divergences: SymPy expressions that never evaluate themselves.

Where a density is wanted, its value at variables serves too: `Expectation(q(z), log(q(z)))` binds z.
An ill-typed node (KL between different dimensions, an expectation over the wrong variables) cannot be built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE

from ..errors import DerivationError
from .arbitrary import Model
from .densities import KNOWN_KINDS, Value, require_density
from .domains import require_domain, require_real_line
from .given import counted, expression, free_symbols, index_of, shown
from .products import require_apart

__all__ = ["KL", "Binder", "Entropy", "Expectation", "Information", "Integral", "Maximum", "Minimum", "Vector"]


class Binder(sympy.Expr):  # type: ignore[misc]
    """An expression that binds variables in its body: `args` are (…, body, *variables) from `body_place` on."""

    is_commutative = True
    is_real = True
    body_place = 0

    @property
    def bound_symbols(self) -> list[Any]:
        """The variables it binds."""
        return list(self.args[self.body_place + 1 :])

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols the value depends on: not the bound ones."""
        body = free_symbols(self.args[self.body_place]) - set(self.bound_symbols)
        return set(body.union(*(free_symbols(part) for part in self.args[: self.body_place])))


class Expectation(Binder):
    """E_q[body] over the variables of q; as ∫ it runs where q > 0."""

    body_place = 1

    def __new__(cls, density: Any, body: Any, *variables: Any) -> Any:
        """Take the density, the integrand and the variables in the order of the density.

        `Expectation(q(z), body)`, `Expectation(q(z), body, z)` and, for a model q, `Expectation(q, body, z)` are the
        same. The variables need not occur in the integrand: E_q[1] is 1.
        """
        if isinstance(density, Model):
            density = density(*_names("an expectation", variables))
        if isinstance(density, Value):
            value, (density, *point) = density, density.args
            if variables and list(variables) != point:
                raise DerivationError(f"the expectation over {value} binds {tuple(point)}, not {variables!r}")
            variables = tuple(point)
        require_density("Expectation", density)
        if not variables:
            remedy = "name its variables after the integrand: Expectation(Product(q(z), r(v)), body, z, v)"
            raise DerivationError(f"an expectation over {density} binds nothing: {remedy}")
        body, variables = expression(body), _names("an expectation", variables)
        if len(variables) != density.dimension:
            raise DerivationError(f"an expectation over {density.dimension} variables cannot bind {variables!r}")
        _require_kinds(body, dict(zip(variables, density.variables, strict=True)))
        require_domain(density, variables)
        require_apart([density], variables)
        return super().__new__(cls, density, body, *variables)

    def _sympystr(self, printer: Any) -> str:
        density, body = map(printer.doprint, self.args[:2])
        names = ", ".join(map(printer.doprint, self.bound_symbols))
        return f"E_{{{names} ~ {density}}}[{body}]"


class Integral(Binder):
    """∫ body dz over the whole space of each variable."""

    def __new__(cls, body: Any, *variables: Any) -> Any:
        """Take the integrand and the variables."""
        body = _bindable("an integral", body, variables)
        require_real_line("an integral", variables)
        return super().__new__(cls, body, *variables)

    def _sympystr(self, printer: Any) -> str:
        ends = " ".join(f"d{printer.doprint(variable)}" for variable in self.bound_symbols)
        return f"∫ {printer.parenthesize(self.args[0], PRECEDENCE['Mul'])} {ends}"


class Maximum(Binder):
    """max over θ of the body."""

    def __new__(cls, body: Any, variable: Any) -> Any:
        """Take the function and its variable."""
        body = _bindable("a maximum", body, (variable,))
        require_real_line("a maximum", (variable,))
        return super().__new__(cls, body, variable)

    def _sympystr(self, printer: Any) -> str:
        body, variable = map(printer.doprint, self.args)
        return f"max_{variable}[{body}]"


class Minimum(Binder):
    """min over θ of the body."""

    def __new__(cls, body: Any, variable: Any) -> Any:
        """Take the function and its variable."""
        body = _bindable("a minimum", body, (variable,))
        require_real_line("a minimum", (variable,))
        return super().__new__(cls, body, variable)

    def _sympystr(self, printer: Any) -> str:
        body, variable = map(printer.doprint, self.args)
        return f"min_{variable}[{body}]"


class Vector(sympy.Expr):  # type: ignore[misc]
    """(a_j) for j = 1…n: a place in a space of n coordinates, such as μ + σ ⊙ ε."""

    is_commutative = True
    is_real = True

    def __new__(cls, entry: Any, index: Any, upper: Any) -> Any:
        """Take the entry, its index and the number of entries."""
        entry, index = expression(entry), index_of(index, "a vector")
        if index not in entry.free_symbols:
            raise DerivationError(f"a vector over {index} has the entry {shown(entry)}, in which it does not occur")
        return super().__new__(cls, entry, index, counted(upper))

    @property
    def bound_symbols(self) -> list[Any]:
        """The index."""
        return [self.args[1]]

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols it depends on: not the index."""
        return (free_symbols(self.args[0]) - {self.args[1]}) | free_symbols(self.args[2])

    def _sympystr(self, printer: Any) -> str:
        entry, index, upper = map(printer.doprint, self.args)
        return f"({entry})_{{{index}=1…{upper}}}"


class KL(sympy.Expr):  # type: ignore[misc]
    """KL(q‖p) = E_q log(q/p), in nats; q first."""

    is_commutative = True
    is_real = True

    def __new__(cls, q: Any, p: Any) -> Any:
        """Take two densities of the same variables."""
        q, p = (density.args[0] if isinstance(density, Value) else density for density in (q, p))
        for density in (q, p):
            require_density("KL", density)
        if q.dimension != p.dimension or any(map(_clash, q.variables, p.variables)):
            raise DerivationError(f"KL between densities of {q.variables} and {p.variables} is not defined")
        if any(map(_exclude, q.variables, q.kinds, p.variables, p.kinds)):
            kinds = f"{q}, of {', '.join(q.kinds)}, and {p}, of {', '.join(p.kinds)}"
            raise DerivationError(f"KL between {kinds}, is not defined: take densities of the same variables")
        require_apart([q, p])
        return super().__new__(cls, q, p)

    def _sympystr(self, printer: Any) -> str:
        return f"KL({' ‖ '.join(map(printer.doprint, self.args))})"


class Entropy(sympy.Expr):  # type: ignore[misc]
    """H[q] = −E_q log q, in nats."""

    is_commutative = True
    is_real = True

    def __new__(cls, density: Any) -> Any:
        """Take the density."""
        density = density.args[0] if isinstance(density, Value) else density
        require_density("Entropy", density)
        require_apart([density])
        return super().__new__(cls, density)

    def _sympystr(self, printer: Any) -> str:
        return f"H[{printer.doprint(self.args[0])}]"


class Information(sympy.Expr):  # type: ignore[misc]
    """I_p(x) = −log p(x), the information of an outcome, in nats."""

    is_commutative = True
    is_real = True

    def __new__(cls, value: Any) -> Any:
        """Take the density at the outcome."""
        if not isinstance(value, Value):
            raise DerivationError(f"information is that of a density at a point, such as p(x), not of {value!r}")
        return super().__new__(cls, value)

    def _sympystr(self, printer: Any) -> str:
        return f"I[{printer.doprint(self.args[0])}]"


def _bindable(node: str, body: Any, variables: Iterable[Any]) -> Any:
    """Return the body, if it can be bound: variables are different symbols, and each node binds one that occurs."""
    names, body = _names(node, variables), expression(body)
    if not body.free_symbols & set(names):
        raise DerivationError(f"{node} over {names!r} is around {shown(body)}, in which they do not occur")
    return body


def _names(node: str, variables: Iterable[Any]) -> tuple[Any, ...]:
    """Return what a node binds: different symbols, and at least one."""
    names = tuple(variables)
    if not names or not all(isinstance(name, sympy.Symbol) for name in names) or len(set(names)) != len(names):
        raise DerivationError(f"{node} binds different symbols, not {names!r}")
    return names


def _require_kinds(body: Any, kinds: Mapping[Any, str]) -> None:
    """Require that every density in the body is taken at variables of its own kinds."""
    for value in body.atoms(Value):
        density, *point = value.args
        for coordinate, kind in zip(point, density.variables, strict=True):
            if _clash(kinds.get(coordinate, kind), kind):
                raise DerivationError(
                    f"{density} is taken at {coordinate}, a {kinds[coordinate]}, but needs a {kind or 'number'}"
                )


def _clash(one: str, other: str) -> bool:
    """Whether two kinds exclude each other: a named space may be that of numbers, of blocks or of anything else.

    A member of a family has one outcome, and no block of them.
    """
    if not (one and other):
        return "block" in (one, other)
    both_known = one in KNOWN_KINDS and other in KNOWN_KINDS
    return one != other and (both_known or (one not in KNOWN_KINDS and other not in KNOWN_KINDS))


def _exclude(of_q: str, q: str, of_p: str, p: str) -> bool:
    """Whether one variable is a bit or an index and the other is not: neither density is one of the other's measure.

    Two arbitrary densities have their spaces, which are told apart by name.
    """
    return bool(q and p and q != p and (of_q in KNOWN_KINDS or of_p in KNOWN_KINDS))
