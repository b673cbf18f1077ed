"""Expressions that have the value of another one by a symmetry: laws of integration that no step of a proof needs.

Each is a theorem about the one expectation that it changes:

- a centred Gaussian is symmetric: E f(ε) = E f(−ε) for ε ~ ∏ N(0, σ_j²), by the change of variables ε → −ε;
- draws that do not occur integrate to one (Fubini): E f(z_1, …, z_m) over n ≥ m independent draws is that over m;
- a joint density is that of the first variable given the second, times that of the second;
- a block of one coordinate is that coordinate;
- θ → c θ with c ≠ 0 is a bijection of the real line: max_θ f(c θ) is max_θ f(θ), and ∫ f(c z) dz is ∫ f(z) dz/|c|;
- if p(x, z) is a density of x and z, so are p(x, −z) and 2 p(x, 2 z), and p(x) stays what it is: what is true of any p
  is true of these;
- a derivative leaves an integral whose density vanishes fast enough (as in the law "differentiation under E").
"""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import sympy

from elbo_check.errors import DerivationError
from elbo_check.nodes import (
    Arbitrary,
    Expectation,
    Gaussian,
    Integral,
    Iterated,
    Maximum,
    Minimum,
    Product,
    Value,
    Vector,
    derivative,
    derivative_parts,
    free_symbols,
    sum_parts,
)
from elbo_check.normal_form import NormalForm
from elbo_check.normal_form.terms import Sign
from elbo_check.symbols import author_form, kind_of


def variants(e: Any) -> Iterator[Any]:
    """The expression, and every one that one symmetry of one of its expectations makes of it."""
    yield e
    for node in sympy.preorder_traversal(e):
        if isinstance(node, Expectation):
            for symmetry in (reflected, functools.partial(shortened, around=_ends(e)), of_one_coordinate):
                yield from _with(e, node, symmetry)
        if isinstance(node, Maximum | Minimum | Integral):
            yield from _with(e, node, stretched)
        if isinstance(node, Value) and isinstance(node.args[0], Arbitrary) and len(node.args) == 3:
            yield from _with(e, node, factorised)
        if isinstance(node, Integral) and isinstance(node.args[0], sympy.Derivative):
            yield from _with(e, node, differentiated_outside)


def moved_back(e: Any, step: Any) -> Any:
    """The expression with p(x, z) for p(x, −z) and p(x, z)/2 for p(x, 2 z), where a step has no other p with a z in it.

    None where there is none, or another one.
    """
    values = [node for side in (step.left, step.right) for node in side.atoms(Value)]
    moved = {node: _moved(node) for node in values if _moved(node) is not None}
    spaces = {(node.args[0].args[0], changed[1]) for node, changed in moved.items()}
    others = [node for side in (step.left, step.right) for node in _densities(side, moved)]
    if len(spaces) != 1 or any(_speaks_of(density, *spaces) for density in others):
        return None
    with author_form():
        return e.xreplace({node: changed for node, (changed, _) in moved.items()})


def _moved(node: Any) -> Any:
    """p(x, z) for p(x, −z), or p(x, z)/2 for p(x, 2 z), and the space of z; None where there is nothing like it."""
    density, *point = node.args
    if not isinstance(density, Arbitrary) or density.args[2]:
        return None
    for number, place in enumerate(point):
        if place.is_Mul and place.args[0] in (-1, 2) and place.args[1:] and place.args[1].is_Symbol:
            plain = Value(density, *point[:number], place.args[1], *point[number + 1 :])
            return (plain if place.args[0] == -1 else plain / 2), density.args[1][number]
    return None


def _densities(side: Any, moved: Any) -> Iterator[Any]:
    """The densities of one side that stand anywhere else than in what is moved."""
    for node in sympy.preorder_traversal(side.xreplace({value: sympy.Dummy() for value in moved})):
        if isinstance(node, Arbitrary):
            yield node


def _speaks_of(density: Any, one: Any) -> bool:
    name, space = one
    return density.args[0] == name and space in (*density.args[1], *density.args[2])


def _with(e: Any, node: Any, symmetry: Any) -> Iterator[Any]:
    with author_form(), contextlib.suppress(DerivationError):  # what cannot be built is no variant
        changed = symmetry(node)
        if changed is not None:
            yield e.xreplace({node: changed})


def factorised(node: Any) -> Any:
    """q(z | φ) q(φ) for q(z, φ)."""
    density, first, second = node.args
    name, (own, other), given, _ = density.args
    if given:
        return None
    return Value(Arbitrary(name, [own], [other], [second]), first) * Value(Arbitrary(name, [other]), second)


def differentiated_outside(node: Any) -> Any:
    """∂ ∫ f for ∫ ∂f."""
    inner, *variables = node.args
    body, parameter = derivative_parts(inner)
    return derivative(Integral(body, *variables), parameter) if parameter in free_symbols(body) else None


def reflected(node: Any) -> Any:
    """E f(−ε) for E f(ε), where ε is centred; None where it is not."""
    density, body, *variables = node.args
    factor = density
    while isinstance(factor, Iterated):
        factor = factor.args[0]
    if not isinstance(factor, Gaussian) or any(mean != 0 for mean in factor.args[0]):
        return None
    if isinstance(density, Iterated):
        (variable,) = variables
        entries = [entry for entry in body.atoms(sympy.Indexed) if entry.base.label == variable]
        return Expectation(density, body.xreplace({entry: -entry for entry in entries}), variable)
    return Expectation(density, body.xreplace({variable: -variable for variable in variables}), *variables)


def stretched(node: Any) -> Any:
    """max_θ f(θ) for max_θ f(c θ), and ∫ f(z) dz/|c| for ∫ f(c z) dz, where the variable is any real number.

    None where it stands anywhere else.
    """
    body, *variables = node.args
    for variable in (variable for variable in variables if kind_of(variable) == "real"):
        multiples = {m for m in body.atoms(sympy.Mul) if m.args[1:] == (variable,) and m.args[0].is_Rational}
        if len(multiples) != 1:
            continue
        (multiple,) = multiples
        place = sympy.Dummy()
        moved = body.xreplace({multiple: place})
        if variable not in free_symbols(moved):
            plain = node.func(moved.xreplace({place: variable}), *variables)
            return plain / abs(multiple.args[0]) if isinstance(node, Integral) else plain
    return None


def _ends(e: Any) -> dict[Any, Any]:
    """The last value of each index of a sum from 1, where no other sum has this index."""
    sums = [_sum(node) for node in sympy.preorder_traversal(e) if isinstance(node, sympy.Sum)]
    indices = [index for _, index, _ in sums]
    return {index: upper for _, index, upper in sums if indices.count(index) == 1}


def shortened(node: Any, around: Any = None) -> Any:
    """E over as many draws as occur; None where a block occurs as a whole, or as many occur as are drawn.

    `around` holds where the indices of sums around it end.
    """
    density, body, *variables = node.args
    factors = list(density.args) if isinstance(density, Product) else [density]
    first = 0
    for number, factor in enumerate(factors):
        fewer = _fewer(factor, variables[first], body, around or {}) if isinstance(factor, Iterated) else None
        if fewer is not None:
            factors[number] = fewer
            return Expectation(Product(*factors) if len(factors) > 1 else factors[0], body, *variables)
        first += factor.dimension
    return None


def _fewer(block: Any, variable: Any, body: Any, around: Any) -> Any:
    """A block of as many draws as occur, or one of draws of as many coordinates; None where none is left out."""
    factor, index, upper = block.args
    least = _occurring(upper, variable, body, around, 0)
    if least is not None:
        return Iterated(factor, index, least)
    if isinstance(factor, Iterated):
        least = _occurring(factor.args[2], variable, body, around, 1)
        if least is not None:
            return Iterated(Iterated(*factor.args[:2], least), index, upper)
    return None


def _occurring(drawn: Any, variable: Any, body: Any, around: Any, place: int) -> Any:
    """How many draws of a block occur in a body, where that is known and fewer than are drawn; None otherwise."""
    used = set(_used(body, variable, around, place))
    if len(used) != 1 or None in used:
        return None
    (last,) = used
    form = NormalForm()
    more = form.read(drawn) - form.read(last)
    return last if more.numerator.terms and form.terms.sign(more) is not Sign.UNKNOWN else None


def _used(e: Any, block: Any, ends: dict[Any, Any], place: int) -> Iterator[Any]:
    """The largest index of each occurrence of a block; None where it occurs as a whole, or at an unknown index."""
    if isinstance(e, sympy.Indexed) and e.base.label == block:
        index = e.indices[place] if place < len(e.indices) else None
        yield index if index is None or index.is_Integer else ends.get(index)
    elif isinstance(e, sympy.Sum | Vector):
        body, index, upper = e.args if isinstance(e, Vector) else _sum(e)
        yield from _used(body, block, {**ends, index: upper}, place)
    elif e == block:
        yield None
    else:
        for part in e.args:
            yield from _used(part, block, ends, place)


def _sum(e: Any) -> tuple[Any, Any, Any]:
    body, index, lower, upper = sum_parts(e)
    return body, index, upper if lower == 1 else None


def of_one_coordinate(node: Any) -> Any:
    """E over the one coordinate of a block of one."""
    density, body, *variables = node.args
    if not isinstance(density, Iterated) or density.args[2] != 1:
        return None
    factor, index, one = density.args
    return Expectation(factor.xreplace({index: one}), body, *variables)
