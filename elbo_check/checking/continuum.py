"""What a finite world cannot be asked: what is true of the real line because it is one.

A sum over outcomes has neither the shifts of ∫ … dz nor ∂/∂z of a density, and the maximum over some outcomes is not
that over all real numbers. Where nothing but the outcome itself is named, it stands for a part of the line, and what is
read is what is true there; where its mirror image is an outcome, too, −z is that part reflected, and where outcomes
double, 2 z is the next of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from ..boxes import written
from ..errors import WitnessError
from ..nodes import (
    Arbitrary,
    Expectation,
    Integral,
    Maximum,
    Member,
    Minimum,
    Value,
    free_symbols,
    parts_of,
    space_of,
    spaces_of,
)

__all__ = ["doubled_spaces", "measured_spaces", "require_finite"]

Calls = Mapping[str, set[Any]]
Moves = Callable[[str, str, Any], bool]


def require_finite(expression: Any, calls: Calls, moves: Moves) -> None:
    """Require that all means, integrals and extrema in an expression are what finite worlds can be asked.

    `calls` holds what each function of the chain is applied to, and `moves` says whether the outcomes of one space
    times a factor are outcomes of another. Raises `WitnessError` otherwise.
    """
    for node in parts_of(expression):
        if isinstance(node, Expectation | Integral):
            _require_unmoved(node, moves)
        elif isinstance(node, Maximum | Minimum):
            _require_outcomes(node, calls)


def _require_unmoved(node: Any, moves: Moves) -> None:
    """Refuse p(z − 1) and ∂p(z)/∂z in a mean or an integral over z, f(z − 1) in an integral, and p(x) at z."""
    spaces = dict(_bound(node))

    def own_moves(space: str, own: str, factor: Any) -> bool:
        return moves(space, own, factor) and (factor != 2 or isinstance(node, Expectation))

    for part in parts_of(node.args[node.body_place]):
        moved = isinstance(part, sympy.Derivative) and not spaces.keys().isdisjoint(part.variables)
        places = _places(part, isinstance(node, Integral))
        if moved or not all(_stays(place, own, spaces, own_moves) for place, own in places):
            raise WitnessError(f"{written(part)} under a sum over outcomes is not what it is on the real line")


def _stays(place: Any, own: str | None, spaces: Mapping[Any, str | None], moves: Moves) -> bool:
    """Whether what stands at a place in a space is a variable of that space, a multiple of one, or depends on none."""
    if all(spaces.get(symbol) is None for symbol in free_symbols(place)) and own is None:
        return True  # a bit or an index is on no line
    if spaces.keys().isdisjoint(free_symbols(place)):
        return True
    factor, inner, variable = _multiple(place)
    space = spaces.get(variable)
    return _plain(inner) and (
        (factor == 1 and own is None) or space is None or moves(space, space if own is None else own, factor)
    )


def _multiple(place: Any) -> tuple[Any, Any, Any]:
    """Return a factor, what it multiplies, and the symbol that this is, or is an entry of."""
    multiplied = bool(place.is_Mul) and len(place.args) == 2 and bool(place.args[0].is_Rational)
    factor, inner = place.args if multiplied else (sympy.Integer(1), place)
    return factor, inner, inner.base.label if isinstance(inner, sympy.Indexed) else inner


def doubled_spaces(node: Any) -> set[str]:
    """Return the spaces of which a density is taken at 2 z under a mean over z."""
    found: set[str] = set()
    if isinstance(node, Expectation):
        spaces = dict(_bound(node))
        for part in parts_of(node.args[node.body_place]):
            for place, own in _places(part, integral=True):
                factor, _, variable = _multiple(place)
                found |= {own} if own is not None and factor == 2 and variable in spaces else set()
    return found


def measured_spaces(expression: Any) -> set[str]:
    """Return the spaces over which the numbers themselves are averaged or integrated: in E[z²], not in E[f(z)]."""
    found: set[str] = set()
    for node in parts_of(expression):
        if isinstance(node, Expectation | Integral):
            spaces = dict(_bound(node))
            averaged = {spaces.get(symbol) for symbol in _numbers(node.args[node.body_place])}
            found |= {space for space in averaged if space is not None}
    return found


def _bound(node: Any) -> Iterator[tuple[Any, str | None]]:
    """Yield the variables of a mean or an integral with the name of the space that they run over, if it has one."""
    names = node.args[node.body_place + 1 :]
    if isinstance(node, Integral):
        yield from ((name, space_of(name)) for name in names)
    else:
        yield from zip(names, spaces_of(node.args[0]), strict=True)


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
            raise WitnessError(f"the extremum over {variable} of {written(body)} is one over all real numbers")


def _places(part: Any, integral: bool) -> Iterator[tuple[Any, str | None]]:
    """Yield where a density or a function is taken, and in which space that is, if it has a name."""
    if isinstance(part, Value):
        yield from zip(part.args[1:], spaces_of(part.args[0]), strict=False)
    elif isinstance(part, Arbitrary) and integral:
        yield from ((place, space.name) for place, space in zip(part.args[3], part.args[2], strict=True))
    elif isinstance(part, AppliedUndef) and integral:
        yield from ((place, None) for place in part.args)


def _plain(place: Any) -> bool:
    return isinstance(place, sympy.Symbol | sympy.Indexed)


def _outermost(body: Any, variable: Any) -> Iterator[Any]:
    """Yield the functions, densities and symbols through which an expression depends on a variable."""
    if isinstance(body, AppliedUndef | Arbitrary) or body == variable:
        yield body
    elif variable in free_symbols(body):
        for part in body.args:
            yield from _outermost(part, variable)
