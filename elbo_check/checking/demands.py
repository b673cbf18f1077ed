"""What the parts of a side demand, so that it has a value: log u that u > 0, 1/u that u is not 0."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sympy

from ..errors import DerivationError
from ..nodes import (
    KL,
    Arbitrary,
    Binder,
    Expectation,
    Gaussian,
    Information,
    Iterated,
    Member,
    Uniform,
    Value,
    Vector,
    free_symbols,
    replaced,
    sum_parts,
)
from ..reading import written_out
from ..symbols import at_least, author_form, known
from .ranges import NO_RANGES, Block, Levels, Ranges, as_it_runs, blocks_of

__all__ = ["Demand", "demands_of", "told_by"]


class Demand(NamedTuple):
    """What must be so for a side to have a value: a part of it is positive, at least 0, not 0, or a number from 1.

    `last` is the number of the last entry of a block of which the holder is one.
    """

    needs: str
    part: Any
    holder: Any
    ranges: Ranges = NO_RANGES
    read_as: Any = None
    last: Any = None


def demands_of(side: Any, ranges: Ranges = NO_RANGES) -> Iterator[Demand]:
    """Yield what a side demands, its innermost parts first; `ranges` say where the indices of sums around it run."""
    parts: Sequence[Any]
    if isinstance(side, sympy.Sum | Iterated | Vector):
        yield from _over_index(side, ranges)
        parts = ()
    elif isinstance(side, sympy.Indexed):
        parts = side.indices
    elif isinstance(side, sympy.Derivative):
        parts = (side.expr,)
    elif isinstance(side, Arbitrary):
        parts = side.args[3]
    else:
        parts = [part for part in side.args if not isinstance(part, sympy.Tuple)]
        parts += [entry for tuples in side.args if isinstance(tuples, sympy.Tuple) for entry in _entries(tuples)]
    inner = _within(side, ranges)
    for part in parts:
        within = isinstance(side, Expectation) and part is side.args[side.body_place]
        yield from demands_of(part, ranges.in_mean(side) if within else inner)
    yield from (demand._replace(ranges=ranges) for demand in _all_demands(side, ranges.blocks))


def _all_demands(node: Any, blocks: tuple[Block, ...]) -> Iterator[Demand]:
    """Yield what a node demands by itself, and as it stands among blocks."""
    yield from _own_demands(node)
    yield from _of_entry(node, blocks)
    yield from _of_sizes(node, blocks)


def _within(node: Any, ranges: Ranges) -> Ranges:
    """Return what stands around the parts of a node; in ∫ q(z) f(z_1) dz, z is a block of what q is over."""
    if not isinstance(node, Binder):
        return ranges
    variables = tuple(node.bound_symbols)
    return ranges.without(variables).of_blocks([node], variables)


def _entries(given: Any) -> Iterator[Any]:
    for part in given:
        yield from _entries(part) if isinstance(part, sympy.Tuple) else [part]


def _own_demands(node: Any) -> Iterator[Demand]:
    if isinstance(node, sympy.log | Information):
        yield Demand("above zero", node.args[0], node)
    elif node.is_Pow:
        yield from _of_power(node)
    elif isinstance(node, Gaussian):
        yield from (Demand("positive", row[-1], node) for row in node.args[1])
    elif isinstance(node, Uniform):
        yield Demand("from 1", node.args[0], node)
    elif isinstance(node, Member):
        yield Demand("from 1", node.args[1], node)
    elif isinstance(node, Iterated | Vector):
        yield Demand("from 0", node.args[2], node)


def _of_entry(node: Any, blocks: Iterable[Block]) -> Iterator[Demand]:
    """Yield what an entry of a block demands: z_3 is none of two draws, and neither is z_0."""
    if not isinstance(node, sympy.Indexed):
        return
    every = [levels for variable, levels in blocks if variable == node.base.label]
    yield from () if every else (Demand("from 1", place, node) for place in node.indices)
    for levels in every:
        meanings: dict[Any, Any] = {}
        for place, (index, last) in zip(node.indices, levels, strict=False):
            upper = replaced(last, meanings)  # how many coordinates there are may depend on the draw
            meanings[index] = place
            with author_form():
                left = upper - place
            yield Demand("an entry to the last", left, node, last=upper)
            yield Demand("an entry from 1", place, node, last=upper)


def _of_sizes(node: Any, blocks: tuple[Block, ...]) -> Iterator[Demand]:
    """Yield what densities of blocks demand: KL from a block of n to one of m has a value where n = m."""
    pairs: list[tuple[Levels, Levels]]
    if isinstance(node, Value):
        density, *point = node.args
        pairs = [(own, of) for place, of in blocks_of(density, tuple(point)) for own in _levels_at(place, blocks)]
    elif isinstance(node, KL):
        one, other = (tuple(blocks_of(density, tuple(range(density.dimension)))) for density in node.args)
        pairs = [(own, of) for place, own in one for at, of in other if at == place]
    else:
        return
    for last, end in itertools.chain.from_iterable(itertools.starmap(_beside, pairs)):
        if last != end:
            with author_form():
                left = last - end
            yield Demand("as many", left, node, last=last)


def _levels_at(place: Any, blocks: tuple[Block, ...]) -> Iterator[Levels]:
    """Yield the numbers of a block that stands as a place: z, −z, a vector, or one of the draws of blocks."""
    if isinstance(place, Vector):
        yield (place.args[1:],)
    elif isinstance(place, sympy.Indexed):
        for levels in (levels for variable, levels in blocks if variable == place.base.label):
            own = dict(zip((index for index, _ in levels), place.indices, strict=False))
            yield tuple((index, replaced(last, own)) for index, last in levels[len(own) :])
    else:
        free = free_symbols(place)
        yield from (levels for variable, levels in blocks if variable in free)


def _beside(levels: Levels, others: Levels) -> Iterator[tuple[Any, Any]]:
    """Yield the numbers of a block beside those of another, index by index."""
    meanings: dict[Any, Any] = {}
    for (index, last), (own, end) in zip(levels, others, strict=False):
        yield last, replaced(end, meanings)
        meanings[own] = index


def _of_power(node: Any) -> Iterator[Demand]:
    """Yield what a power demands: x^y is e^(y log x), but for a whole number y, which may be a symbol."""
    read = written_out(node)
    if known(node.exp, "integer"):
        yield from () if at_least(node.exp, 0) else (Demand("not zero", node.base, node),)
    elif not read.is_Pow:
        yield Demand("above zero", node.base, node, read_as=read)
    else:
        yield Demand("above zero" if node.exp.is_negative else "not negative", node.base, node)


def told_by(side: Any) -> Iterator[Demand]:
    """Yield what a side that is assumed to have a value grants: log s ≤ 0 says that s > 0, and 0·log s does not.

    Nor does c^(n − 5) say that c is not 0: n may be 5.
    """
    terms = (term for term in sympy.Add.make_args(side) if not _may_be_to_the_zero(term))
    for demand in (demand for term in terms for demand in _own_demands(term)):
        yield demand
        if demand.needs == "above zero":
            yield from (demand._replace(needs=needs) for needs in ("positive", "not negative", "not zero"))


def _may_be_to_the_zero(term: Any) -> bool:
    """Whether it is a power that has a value where its base is 0, if its whole exponent is not negative."""
    return bool(term.is_Pow and known(term.exp, "integer") and not at_least(-term.exp, 1))


def _over_index(side: Any, ranges: Ranges) -> Iterator[Demand]:
    """Yield what a sum, a vector or a product over an index demands: its index is a whole number."""
    if isinstance(side, sympy.Sum):
        body, index, first, last = sum_parts(side)
    else:
        body, index, last = side.args
        first = sympy.Integer(1)
    for end in (first, last):
        yield from demands_of(end, ranges)
    try:
        yield from demands_of(*as_it_runs(body, index, first, last, ranges))
    except DerivationError:  # 1/(1 + j) is no probability then
        yield Demand("a count", index, side, ranges)
