"""What the steps of a chain demand, its abbreviations opened, so that their sides have a value."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import sympy

from ..derivation import Chain, Statement, Step
from ..errors import DerivationError
from ..nodes import free_symbols, is_positive, where_densities_vanish
from ..symbols import kind_of
from .cited import as_used
from .demands import Demand, demands_of
from .ranges import NO_RANGES, Ranges

__all__ = ["demanded_by", "sides_of"]

_MOST_STEPS = 64  # of a chain whose demands are kept: each is asked for its doubts, and for what is granted


@functools.lru_cache(maxsize=_MOST_STEPS)
def demanded_by(step: Step, chain: Chain) -> dict[Demand, None]:
    """Return what the sides of a step demand, and then what it cites, each demand once and in their order."""
    own = (demand for side in sides_of(step, chain) for demand in _demands_in(side, chain))
    return dict.fromkeys(itertools.chain(own, _of_meanings(step, chain)))


def _of_meanings(step: Step, chain: Chain) -> Iterator[Demand]:
    """Yield that a density which stands for a positive symbol of what is cited is above zero: its theorem may need it.

    The symbol is the holder; that something is above zero is demanded as a logarithm of it would.
    """
    if step.cites is None or step.law.rests_on:
        return
    names = {symbol for one in step.cites.statements for side in one.sides for symbol in free_symbols(side)}
    meanings = [pair for instance in step.cites.instances for pair in instance]
    meanings += [(symbol, meaning) for symbol, meaning in chain.where if symbol in names]
    sides = chain.without_abbreviations(Statement(step.left, step.right, step.relation)).sides
    for symbol, meaning in meanings:
        part = _opened(Statement(meaning, sympy.Integer(0)), chain)[0]
        if kind_of(symbol) == "positive" and not is_positive(where_densities_vanish(part)):
            logarithm = sympy.log(part, evaluate=False)
            demands = (demand for use in as_used(logarithm, sides) for demand in _demands_in(use, chain))
            yield from (demand._replace(holder=symbol) for demand in demands if demand.holder == logarithm)


@functools.lru_cache(maxsize=_MOST_STEPS)  # where one step ends the next begins
def _demands_in(side: Any, chain: Chain) -> tuple[Demand, ...]:
    return tuple(demands_of(side, _blocks_of(chain)))


@functools.lru_cache(maxsize=2)
def _blocks_of(chain: Chain) -> Ranges:
    """Return which parameters of a chain are blocks, and how many entries these have."""
    sides = [side for step in chain.steps for side in sides_of(step, chain)]
    return NO_RANGES.of_blocks(sides, chain.parameters)


@functools.lru_cache(maxsize=_MOST_STEPS)
def sides_of(step: Step, chain: Chain) -> tuple[Any, ...]:
    """Return the sides, and what is cited: e^x ≥ 0 says nothing of x = log(5 − y) where y is 6."""
    opened = chain.without_abbreviations(Statement(step.left, step.right, step.relation))
    cited = () if step.cites is None or step.law.rests_on else step.cites.statements
    uses = [as_used(side, opened.sides) for one in cited for side in _opened(one, chain)]
    return tuple(itertools.chain(opened.sides, *uses))


def _opened(cited: Statement, chain: Chain) -> tuple[Any, ...]:
    """Return the sides without abbreviations; where one holds a symbol that is bound, as they are, and all meanings."""
    try:
        return chain.without_abbreviations(cited).sides
    except DerivationError:
        meanings = (Statement(meaning, sympy.Integer(0)) for _, meaning in chain.where)
        return (*cited.sides, *(chain.without_abbreviations(meaning).left for meaning in meanings))
