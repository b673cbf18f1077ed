"""Whether the sides of a step certainly have a value: what holds log u says that u > 0, and a sample of u does not.

A chain speaks of where all of its sides are defined. Were log(5 − x) let pass because x was small wherever it was read,
5 − x = e^{log(5 − x)} ≥ 0 would be proved for every real x. By convention a density is positive where its logarithm is
taken, and means exist: these are in the ledger.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sympy

from ..derivation import Chain, Statement, Step
from ..errors import DerivationError
from ..nodes import (
    Arbitrary,
    Gaussian,
    Iterated,
    Member,
    Uniform,
    Vector,
    free_symbols,
    sum_parts,
)
from ..reading import written_out
from ..symbols import known
from .bounds import free_entries, with_meanings
from .certain_nonzero import CertainlyNonzero
from .certain_signs import CertainSigns
from .ranges import NO_RANGES, Ranges, as_it_runs, at_least

__all__ = ["doubt_of"]

_MOST_BITS = 6


class Demand(NamedTuple):
    """What must be so for a side to have a value: a part of it is positive, at least 0, not 0, or a number from 1."""

    needs: str
    part: Any
    holder: str
    ranges: Ranges = NO_RANGES


def doubt_of(step: Step, chain: Chain) -> str:
    """Return which part of a step need not have a value under what its chain assumes, or ""."""
    signs, nonzero, granted = _known_in(chain)
    opened = chain.without_abbreviations(Statement(step.left, step.right, step.relation))
    for demand in dict.fromkeys(d for side in opened.sides for d in _demands(side)):
        if (demand.needs, demand.part) not in granted and not _is_certain(demand, signs, nonzero):
            return _objection(demand, set(chain.parameters))
    return ""


def _objection(demand: Demand, parameters: set[Any]) -> str:
    """Say what is not certain, and what to do; of a bound symbol nothing can be assumed."""
    unless, assumed, taken = _REMEDIES[demand.needs]
    said = f"{demand.holder} has no value {unless.format(u=demand.part)}"
    if free_symbols(demand.part) <= parameters:
        return f"{said}: assume {assumed.format(u=demand.part)}, or take {taken}"
    return f"{said}, and of what is bound in it nothing can be assumed: take {taken}"


@functools.lru_cache(maxsize=2)
def _known_in(chain: Chain) -> tuple[CertainSigns, CertainlyNonzero, set[tuple[str, Any]]]:
    """Return what is certain in a chain: its steps hold the same parts."""
    assuming = [chain.without_abbreviations(statement) for statement in chain.assuming]
    signs = CertainSigns(assuming)
    granted = {(d.needs, d.part) for one in assuming for side in one.sides for d in _granted(side)}
    return signs, CertainlyNonzero(signs, assuming), granted


_POSITIVE = "unless {u} > 0, which is not certain", "{u} ≥ 1/100, or another bound", "symbols that make it positive"
_REMEDIES = {
    "above zero": _POSITIVE,
    "positive": _POSITIVE,
    "not negative": ("unless {u} ≥ 0, which is not certain", "{u} ≥ 0", "symbols that make it so"),
    "not zero": ("where {u} = 0, which is not excluded", "{u} ≥ 1/100 or ≤ −1/100", "symbols that exclude it"),
    "from 0": ("unless {u} is at least 0, which is not certain", "{u} ≥ 0", "a count"),
    "a count": ("where {u} is no whole number, as an index is", "{u} ≥ 1", "a count"),
    "from 1": ("unless {u} is at least 1, which is not certain", "{u} ≥ 1", "a count"),
}


def _is_certain(demand: Demand, signs: CertainSigns, nonzero: CertainlyNonzero) -> bool:
    """Whether a demand is met, or is whatever the bits in it are: 2 b − 1 is never 0."""
    certain = signs.within(demand.ranges)
    if _is_met(demand, certain, nonzero):
        return True
    bits = free_entries(demand.part, "bit")
    if not 0 < len(bits) <= _MOST_BITS:
        return False
    values = itertools.product(map(sympy.Integer, (0, 1)), repeat=len(bits))
    parts = (with_meanings(demand.part, dict(zip(bits, value, strict=True))) for value in values)
    return all(part is not None and _is_met(demand._replace(part=part), certain, nonzero) for part in parts)


def _is_met(demand: Demand, signs: CertainSigns, nonzero: CertainlyNonzero) -> bool:
    needs, part = demand.needs, demand.part
    if needs == "positive":
        return signs.is_positive(part)
    if needs == "above zero":
        return signs.is_not_negative(part) and nonzero.holds(part)
    if needs == "not negative":
        return signs.is_not_negative(part)
    if needs == "not zero":
        return nonzero.holds(part)
    if needs == "a count":
        return False
    least = sympy.Integer(needs[-1])
    return at_least(part, least) or signs.is_not_negative(part - least)


def _demands(side: Any, ranges: Ranges = NO_RANGES) -> Iterator[Demand]:
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
    inner = ranges.within(side)
    for part in parts:
        yield from _demands(part, inner)
    yield from (demand._replace(ranges=ranges) for demand in _own_demands(side))


def _entries(given: Any) -> Iterator[Any]:
    for part in given:
        yield from _entries(part) if isinstance(part, sympy.Tuple) else [part]


def _own_demands(node: Any) -> Iterator[Demand]:
    if isinstance(node, sympy.log):
        yield Demand("above zero", node.args[0], str(node))
    elif node.is_Pow:
        yield from _of_power(node)
    elif isinstance(node, Gaussian):
        yield from (Demand("positive", row[-1], str(node)) for row in node.args[1])
    elif isinstance(node, Uniform):
        yield Demand("from 1", node.args[0], str(node))
    elif isinstance(node, Member):
        yield Demand("from 1", node.args[1], str(node))
    elif isinstance(node, Iterated | Vector):
        yield Demand("from 0", node.args[2], str(node))


def _of_power(node: Any) -> Iterator[Demand]:
    """Yield what a power demands: x^y is e^(y log x), but for a whole number y, which may be a symbol."""
    written = written_out(node)
    if known(node.exp, "integer"):
        yield from () if at_least(node.exp, 0) else (Demand("not zero", node.base, str(node)),)
    elif not written.is_Pow:
        yield Demand("above zero", node.base, f"{node}, which is read as {written},")
    else:
        yield Demand("above zero" if node.exp.is_negative else "not negative", node.base, str(node))


def _granted(side: Any) -> Iterator[Demand]:
    """Yield what a side that is assumed to have a value grants: log s ≤ 0 says that s > 0, and 0·log s does not."""
    for demand in (demand for term in sympy.Add.make_args(side) for demand in _own_demands(term)):
        yield demand
        if demand.needs == "above zero":
            yield from (demand._replace(needs=needs) for needs in ("positive", "not negative", "not zero"))


def _over_index(side: Any, ranges: Ranges) -> Iterator[Demand]:
    """Yield what a sum, a vector or a product over an index demands: its index is a whole number."""
    if isinstance(side, sympy.Sum):
        body, index, first, last = sum_parts(side)
    else:
        body, index, last = side.args
        first = sympy.Integer(1)
    for end in (first, last):
        yield from _demands(end, ranges)
    try:
        yield from _demands(*as_it_runs(body, index, first, last, ranges))
    except DerivationError:
        yield Demand("a count", index, str(side))
