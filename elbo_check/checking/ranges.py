"""What stands around a part: where the indices of sums run, as k ≥ 0 and k ≤ n, and by what means are taken."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy

from ..errors import DerivationError
from ..nodes import Expectation, Iterated, Uniform, free_symbols, parts_of, replaced, sum_parts
from ..symbols import at_least, kind_of
from .block_parameters import blocks_in
from .drawn import Drawn, factors, run_where

__all__ = [
    "NO_RANGES",
    "Block",
    "Levels",
    "Ranges",
    "as_it_runs",
    "blocks_of",
    "bound_in",
    "labels_in",
    "with_in_place",
]

_MOST_PLACES = 16
Levels = tuple[tuple[Any, Any], ...]
Block = tuple[Any, Levels]


@dataclass(frozen=True, slots=True)
class Ranges:
    """The indices, (index, first, last), the innermost last, and the means around a part.

    A mean E_q runs where q > 0, so that q(z) is positive in it, and so is each of its factors and marginals. Of each
    variable that is a block, `blocks` hold (index, last) of the product that it is drawn by, or that is taken at it;
    two of them for draws of blocks.
    """

    ends: tuple[tuple[Any, Any, Any], ...] = ()
    drawn: tuple[Drawn, ...] = ()
    blocks: tuple[Block, ...] = ()

    def over(self, index: Any, first: Any, last: Any) -> Ranges:
        """Return the same with one more index."""
        inner = self.without((index,))
        return replace(inner, ends=(*inner.ends, (index, first, last)))

    def in_mean(self, mean: Any) -> Ranges:
        """Return the same within an expectation; that by Uniform(n) is over indices from 1 to n."""
        density, _, *variables = mean.args
        inner = self.without(variables)
        if isinstance(density, Uniform):
            inner = inner.over(variables[0], sympy.Integer(1), density.args[0])
        by = density, tuple(variables)
        return replace(inner, drawn=(*inner.drawn, *factors(*by)), blocks=(*inner.blocks, *blocks_of(*by)))

    def inside(self, node: Any) -> Ranges:
        """Return the same within the body of a sum whose index is what its kind says, of a mean, or of an integral."""
        if isinstance(node, sympy.Sum):
            _, index, first, last = sum_parts(node)
            return self.over(index, first, last)
        return self.in_mean(node) if isinstance(node, Expectation) else self.without(node.bound_symbols)

    def without(self, bound: Iterable[Any]) -> Ranges:
        """Return the same where symbols are bound anew: what was said of them, and by them, is of others."""
        taken = frozenset(bound)
        ends = (end for end in self.ends if taken.isdisjoint({end[0]}.union(*map(free_symbols, end[1:]))))
        drawn = (one for one in self.drawn if taken.isdisjoint(free_symbols(one[0]).union(one[1])))
        blocks = ((variable, _others(taken, levels)) for variable, levels in self.blocks if variable not in taken)
        return Ranges(tuple(ends), tuple(drawn), tuple(blocks))

    def of_blocks(self, sides: Iterable[Any], variables: Sequence[Any]) -> Ranges:
        """Return the same where variables, at which products over an index are taken, are the blocks of these."""
        found = blocks_in(sides, variables).values()
        blocks = ((block.symbol, _levels(density)) for block in found for density in block.densities)
        return replace(self, blocks=(*self.blocks, *blocks))

    def runs_where(self, value: Any) -> bool:
        """Whether the means around a density at a point run only where it is positive."""
        return run_where(self.drawn, value)

    def placed(self, part: Any) -> Iterator[Any]:
        """Yield a part with each index at first + m, or at last − m: what holds of one of these for all m ≥ 0 holds.

        The ends of an inner index may hold an outer one, which is replaced after it.
        """
        placed = _placed(part, self.ends) if free_symbols(part) & {index for index, *_ in self.ends} else iter(())
        yield from itertools.islice(placed, _MOST_PLACES)


NO_RANGES = Ranges()


def _placed(part: Any, ends: tuple[tuple[Any, Any, Any], ...]) -> Iterator[Any]:
    if not ends:
        yield part
        return
    *outer, (index, first, last) = ends
    if index not in free_symbols(part):
        yield from _placed(part, tuple(outer))
        return
    steps = sympy.Symbol(f"steps of {index.name}", integer=True, nonnegative=True)  # nobody can give it that name
    for place in (first + steps, last - steps):
        with contextlib.suppress(DerivationError):
            yield from _placed(with_in_place(part, index, place), tuple(outer))


def blocks_of(density: Any, point: tuple[Any, ...]) -> Iterator[Block]:
    """Yield the places of a point at which a density has products over an index."""
    found = factors(density, point)
    yield from ((place[0], _levels(factor)) for factor, place in found if isinstance(factor, Iterated))


def _levels(density: Any) -> Levels:
    """Return (index, last) of a product over an index, and of the one that is its factor."""
    if not isinstance(density, Iterated):
        return ()
    factor, index, last = density.args
    return (index, last), *_levels(factor)


def _others(taken: frozenset[Any], levels: Levels) -> Levels:
    """Return the same with other symbols for those that are bound anew: a block of n need have no entry at that n."""
    found: list[tuple[Any, Any]] = []
    for index, last in levels:
        anew = (taken & free_symbols(last)).difference(own for own, _ in found)
        others = {symbol: sympy.Symbol(f"another {symbol.name}", **symbol.assumptions0) for symbol in anew}
        found.append((index, replaced(last, others)))
    return tuple(found)


def with_in_place(part: Any, symbol: Any, meaning: Any) -> Any:
    """Return a part with a meaning in the place of a free symbol; raises `DerivationError` where it cannot stand."""
    if not (bound_in(part) | labels_in(part)).isdisjoint({symbol, *free_symbols(meaning)}):
        raise DerivationError(f"{meaning} cannot stand for {symbol} in {part}, where one of its symbols is bound")
    return replaced(part, {symbol: meaning})


def as_it_runs(body: Any, index: Any, first: Any, last: Any, ranges: Ranges) -> tuple[Any, Ranges]:
    """Return the body of a sum with an index of which only its ends are known, and where it runs.

    Raises `DerivationError` where parts of the body refuse such an index.
    """
    if kind_of(index) == "count" and at_least(first, 1):
        return body, ranges.over(index, first, last)
    least = next((said for least, said in ((1, "positive"), (0, "nonnegative")) if at_least(first, least)), "integer")
    whole = sympy.Symbol(index.name, **{"integer": True, least: True})
    return replaced(body, {index: whole}), ranges.without((index,)).over(whole, first, last)


def bound_in(part: Any) -> set[Any]:
    """Return the symbols that the sums, means and the like in a part bind, or by which it is differentiated."""
    nodes = parts_of(part)
    moved = {symbol for node in nodes if isinstance(node, sympy.Derivative) for symbol in node.variables}
    return moved.union(*(getattr(node, "bound_symbols", ()) for node in nodes))


def labels_in(part: Any) -> set[Any]:
    """Return the names of the sequences of which entries occur in a part."""
    return {entry.base.label for entry in parts_of(part) if isinstance(entry, sympy.Indexed)}
