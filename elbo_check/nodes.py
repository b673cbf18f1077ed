"""What SymPy lacks: densities, their values at a point, expectations and divergences.

Every node is a SymPy object, so that E_q[…] + KL(q‖p) is an ordinary expression; none of them evaluates itself.
An ill-typed node (KL between different dimensions, an expectation over the wrong variables) cannot be built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.symbol import Str

from .errors import DerivationError
from .symbols import known, safe_name

__all__ = [
    "KL",
    "Density",
    "Expectation",
    "Gaussian",
    "Independent",
    "Member",
    "Product",
    "Value",
    "gaussian",
    "indexed_sum",
    "replaced",
    "sum_parts",
]


class Density(sympy.Basic):  # type: ignore[misc]
    """A probability density; `variables` are the kinds of the variables an expectation over it binds.

    A variable is a "number", or a "block" that stands for several coordinates.
    """

    @property
    def variables(self) -> tuple[str, ...]:
        """The kinds of its variables, in order."""
        return ("number",)

    @property
    def dimension(self) -> int:
        """The number of its variables."""
        return len(self.variables)


class Gaussian(Density):
    """N(mean, L Lᵀ) in n dimensions, by the lower-triangular factor L with a positive diagonal.

    Every positive definite covariance is such an L Lᵀ (Cholesky), so nothing is lost; L makes the density rational
    in its parameters. `factor` holds the rows of L up to the diagonal.
    """

    def __new__(cls, mean: Iterable[Any], factor: Iterable[Iterable[Any]]) -> Any:
        """Take the means and the rows of L."""
        centre = sympy.Tuple(*(_expression(entry) for entry in mean))
        rows = sympy.Tuple(*(sympy.Tuple(*(_expression(entry) for entry in row)) for row in factor))
        if not centre or [len(row) for row in rows] != list(range(1, len(centre) + 1)):
            lengths = [len(row) for row in rows]
            raise DerivationError(f"a Gaussian with {len(centre)} means needs rows of lengths 1, 2, …, not {lengths}")
        if any(known(row[-1], "positive") is False for row in rows):
            raise DerivationError(f"the scales {[row[-1] for row in rows]} of a Gaussian must be positive")
        return super().__new__(cls, centre, rows)

    @property
    def variables(self) -> tuple[str, ...]:
        """One number a coordinate."""
        return ("number",) * len(self.args[0])


def gaussian(mu: Any, sigma: Any) -> Any:
    """Return N(mu, sigma²), a scalar Gaussian by its standard deviation."""
    return Gaussian((mu,), ((sigma,),))


class Member(Density):
    """q_j: the j-th density of a family of arbitrary densities q_1, q_2, …, of which nothing is known."""

    def __new__(cls, family: Any, index: Any) -> Any:
        """Take the name of the family and the index."""
        return super().__new__(cls, _family(family), _counted(index))


class Independent(Density):
    """∏ q_j over j = 1…n: n independent coordinates. Its one variable is the block of all of them."""

    def __new__(cls, family: Any, upper: Any) -> Any:
        """Take the name of the family and the number of coordinates."""
        return super().__new__(cls, _family(family), _counted(upper))

    @property
    def variables(self) -> tuple[str, ...]:
        """One block."""
        return ("block",)


class Product(Density):
    """q₁ × q₂ × …: independent blocks, their variables one after the other."""

    def __new__(cls, *factors: Any) -> Any:
        """Take the blocks in order."""
        if not factors or not all(isinstance(factor, Density) for factor in factors):
            raise DerivationError(f"a product of densities has densities as factors, not {factors!r}")
        return super().__new__(cls, *factors)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of all factors, one after the other."""
        return tuple(kind for factor in self.args for kind in factor.variables)


class Value(sympy.Expr):  # type: ignore[misc]
    """q(z): a density at a point; positive wherever its logarithm is taken."""

    is_commutative = True
    is_positive = True

    def __new__(cls, density: Any, *point: Any) -> Any:
        """Take the density and the coordinates of the point."""
        _require_density("Value", density)
        if len(point) != density.dimension:
            raise DerivationError(f"a density of {density.dimension} variables has no value at {len(point)} of them")
        return super().__new__(cls, density, *(_expression(coordinate) for coordinate in point))


class Expectation(sympy.Expr):  # type: ignore[misc]
    """E_q[body] over the variables of q; as ∫ it runs where q > 0."""

    is_commutative = True
    is_real = True

    def __new__(cls, density: Any, body: Any, *variables: Any) -> Any:
        """Take the density, the integrand and the variables in the order of the density."""
        _require_density("Expectation", density)
        if not all(isinstance(variable, sympy.Symbol) for variable in variables):
            raise DerivationError(f"an expectation binds symbols, not {variables!r}")
        if len(set(variables)) != len(variables) or len(variables) != density.dimension:
            raise DerivationError(f"an expectation over {density.dimension} variables cannot bind {variables!r}")
        body = _expression(body)
        if not body.free_symbols & set(variables):
            raise DerivationError(f"the expectation over {variables!r} is around {body}, in which they do not occur")
        _require_kinds(body, dict(zip(variables, density.variables, strict=True)))
        return super().__new__(cls, density, body, *variables)

    @property
    def bound_symbols(self) -> list[Any]:
        """The variables of the integral."""
        return list(self.args[2:])

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols the value depends on: not the variables of the integral."""
        density, body = self.args[:2]
        return set(density.free_symbols | (body.free_symbols - set(self.args[2:])))

    def _latex(self, printer: Any) -> str:  # SymPy would print the class of this name in its statistics module
        variables = ", ".join(printer.doprint(variable) for variable in self.args[2:])
        return rf"\mathbb{{E}}_{{{variables}}}\left[{printer.doprint(self.args[1])}\right]"


class KL(sympy.Expr):  # type: ignore[misc]
    """KL(q‖p) = E_q log(q/p), in nats; q first."""

    is_commutative = True
    is_real = True

    def __new__(cls, q: Any, p: Any) -> Any:
        """Take two densities of the same variables."""
        for density in (q, p):
            _require_density("KL", density)
        if q.variables != p.variables:
            raise DerivationError(f"KL between densities of {q.variables} and {p.variables} is not defined")
        return super().__new__(cls, q, p)


def _require_density(node: str, density: object) -> None:
    if not isinstance(density, Density):
        raise DerivationError(f"{node} needs a density first, not {density!r}")


def _require_kinds(body: Any, kinds: Mapping[Any, str]) -> None:
    """Require that every density in the body is taken at variables of its own kinds."""
    for value in body.atoms(Value):
        density, *point = value.args
        for coordinate, kind in zip(point, density.variables, strict=True):
            if kinds.get(coordinate, kind) != kind:
                raise DerivationError(f"{density} is taken at {coordinate}, a {kinds[coordinate]}, but needs a {kind}")


def _family(family: object) -> Any:
    name = family.name if isinstance(family, Str) else family
    if not safe_name(name):
        raise DerivationError(f"a family of densities needs a plain name such as q, not {family!r}")
    return Str(name)


def indexed_sum(summand: Any, index: Any, upper: Any) -> Any:
    """Return Σ summand over index = 1 … upper; SymPy's sum, also where SymPy is told to keep forms as written."""
    if not isinstance(index, sympy.Symbol):
        raise DerivationError(f"a sum runs over a symbol, not over {index!r}")
    summand, upper = _expression(summand), _expression(upper)  # before SymPy sees them: it would read text
    with sympy.evaluate(True):
        return sympy.Sum(summand, (index, 1, upper))


def replaced(expression: Any, replacements: Mapping[Any, Any]) -> Any:
    """Return the expression with symbols replaced and its form kept; nothing is evaluated."""
    if expression in replacements:
        return replacements[expression]
    parts = [replaced(part, replacements) for part in expression.args]
    if all(new is old for new, old in zip(parts, expression.args, strict=True)):
        return expression
    if isinstance(expression, sympy.Sum):
        with sympy.evaluate(True):  # told not to evaluate, SymPy writes Σ 1·(…)
            return expression.func(*parts)
    with sympy.evaluate(False):
        return expression.func(*parts)


def sum_parts(node: Any) -> tuple[Any, Any, Any, Any]:
    """Return (summand, index, lower, upper) of the outermost sum; SymPy joins nested sums to one."""
    *inner, outer = node.limits
    return node.func(node.function, *inner) if inner else node.function, *outer


def _counted(given: object) -> Any:
    index = _expression(given)
    if known(index, "integer") is False or known(index, "positive") is False:
        raise DerivationError(f"{index} must be a positive whole number: densities of a family are counted from 1")
    return index


def _expression(given: object) -> Any:
    """Take SymPy expressions and exact numbers as they are; text is never read, floats are never guessed at."""
    if isinstance(given, sympy.Expr):
        return given
    if isinstance(given, int | Fraction) and not isinstance(given, bool):
        return sympy.Rational(given.numerator, given.denominator)
    raise DerivationError(f"{given!r} is no expression: pass a SymPy expression, an int or a Fraction")
