"""What a finite world cannot be asked: what is true of the real line because it is one.

A sum over outcomes has neither the shifts of ∫ … dz nor ∂/∂z of a density, and the maximum over some outcomes is not
that over all real numbers. Where nothing but the outcome itself is named, it stands for a part of the line, and what is
read is what is true there; where its mirror image is an outcome, too, −z is that part reflected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from ..errors import WitnessError
from ..nodes import (
    Arbitrary,
    Expectation,
    Integral,
    Iterated,
    Maximum,
    Member,
    Minimum,
    Product,
    Value,
    free_symbols,
    space_of,
)

__all__ = ["measured_spaces", "require_finite"]

Calls = Mapping[str, set[Any]]
Mirrored = Callable[[str], bool]


def require_finite(expression: Any, calls: Calls, mirrored: Mirrored) -> None:
    """Require that all means, integrals and extrema in an expression are what finite worlds can be asked.

    `calls` holds what each function of the chain is applied to, and `mirrored` says whether the outcomes of a space are
    their own mirror images. Raises `WitnessError` otherwise.
    """
    for node in sympy.preorder_traversal(expression):
        if isinstance(node, Expectation | Integral):
            _require_unmoved(node, mirrored)
        elif isinstance(node, Maximum | Minimum):
            _require_outcomes(node, calls)


def _require_unmoved(node: Any, mirrored: Mirrored) -> None:
    """Refuse p(z − 1), p(2 z) and ∂p(z)/∂z in a mean or an integral over z, and f(z − 1) in an integral."""
    spaces = dict(_bound(node))
    for part in sympy.preorder_traversal(node.args[node.body_place]):
        moved = isinstance(part, sympy.Derivative) and not spaces.keys().isdisjoint(part.variables)
        if moved or not all(_stays(place, spaces, mirrored) for place in _places(part, isinstance(node, Integral))):
            raise WitnessError(f"{part} under a sum over outcomes is not what it is on the real line")


def _stays(place: Any, spaces: Mapping[Any, str], mirrored: Mirrored) -> bool:
    """Whether a place is a variable, its negative where outcomes have mirror images, or depends on no variable."""
    if _plain(place) or spaces.keys().isdisjoint(free_symbols(place)):
        return True
    reflected = bool(place.is_Mul) and len(place.args) == 2 and place.args[0] == -1 and place.args[1] in spaces
    return reflected and mirrored(spaces[place.args[1]])


def measured_spaces(expression: Any) -> set[str]:
    """Return the spaces over which the numbers themselves are averaged or integrated: in E[z²], not in E[f(z)]."""
    found: set[str] = set()
    for node in sympy.preorder_traversal(expression):
        if isinstance(node, Expectation | Integral):
            spaces = dict(_bound(node))
            found |= {spaces[symbol] for symbol in _numbers(node.args[node.body_place]) if symbol in spaces}
    return found


def _bound(node: Any) -> Iterator[tuple[Any, str]]:
    """Yield the variables of a mean or an integral that run over a space, with its name."""
    names = node.args[node.body_place + 1 :]
    if isinstance(node, Integral):
        yield from ((name, space_of(name)) for name in names)
    else:
        yield from zip(names, _spaces(node.args[0]), strict=True)


def _spaces(density: Any) -> tuple[str, ...]:
    """Return the space of each variable of a density; a block has the space of its coordinates."""
    if isinstance(density, Product):
        return tuple(space for factor in density.args for space in _spaces(factor))
    if isinstance(density, Iterated):
        return _spaces(density.args[0])[:1]
    return density.variables if isinstance(density, Arbitrary) else ("",) * density.dimension


def _numbers(body: Any) -> Iterator[Any]:
    """Yield the symbols that stand for numbers, and not for where a density or a function is taken."""
    if isinstance(body, Value):
        yield from _numbers(body.args[0])
    elif isinstance(body, sympy.Indexed):
        yield body.base.label
    elif isinstance(body, sympy.Symbol):
        yield body
    elif not isinstance(body, Arbitrary | Member | AppliedUndef):
        for part in body.args:
            yield from _numbers(part)


def _require_outcomes(node: Any, calls: Calls) -> None:
    """Refuse max_θ θ², where θ is a number, max_θ f(θ) with f(0) elsewhere, and max_θ p(θ), 0 on most of the line."""
    body, variable = node.args
    for part in _outermost(body, variable):
        given = isinstance(part, Arbitrary) and all(
            _plain(place) and space.name == space_of(place)
            for space, place in zip(part.args[2], part.args[3], strict=True)
            if variable in free_symbols(place)
        )
        called = isinstance(part, AppliedUndef) and calls.get(part.func.__name__, set()) <= {part.args}
        if not given and not (called and all(_plain(place) for place in part.args)):
            raise WitnessError(f"the extremum over {variable} of {body} is one over all real numbers")


def _places(part: Any, integral: bool) -> tuple[Any, ...]:
    if isinstance(part, Value):
        return tuple(part.args[1:])
    if isinstance(part, Arbitrary) and integral:
        return tuple(part.args[3])
    return tuple(part.args) if isinstance(part, AppliedUndef) and integral else ()


def _plain(place: Any) -> bool:
    return isinstance(place, sympy.Symbol | sympy.Indexed)


def _outermost(body: Any, variable: Any) -> Iterator[Any]:
    """Yield the functions, densities and symbols through which an expression depends on a variable."""
    if isinstance(body, AppliedUndef | Arbitrary) or body == variable:
        yield body
    elif variable in free_symbols(body):
        for part in body.args:
            yield from _outermost(part, variable)
