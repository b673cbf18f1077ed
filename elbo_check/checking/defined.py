"""Whether the sides of a step certainly have a value: what holds log u says that u > 0, and a sample of u does not.

A chain speaks of where all of its sides are defined. Were log(5 − x) let pass because x was small wherever it was read,
5 − x = e^{log(5 − x)} ≥ 0 would be proved for every real x. By convention means exist. A density is certainly positive
where a mean by it runs; where its logarithm is taken, where it is divided by, or where it stands for a positive symbol
of what is cited, that is granted, and then told.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import sympy

from ..boxes import written
from ..derivation import Chain, Step
from ..nodes import KL, Arbitrary, Entropy, Expectation, Information, Integral, Value, free_symbols, parts_of
from ..normal_form.signs import Sign
from ..symbols import at_least
from .bounds import free_entries, with_meanings
from .certain_nonzero import CertainlyNonzero
from .certain_signs import CertainSigns
from .demanded import demanded_by, sides_of
from .demands import Demand, told_by
from .granted import Granted
from .made import densities_in

__all__ = ["doubt_of", "granted_to"]

_MOST_BITS = 6


def doubt_of(step: Step, chain: Chain) -> str:
    """Return which part of a step need not have a value under what its chain assumes, or ""."""
    ground = _ground_of(chain)
    for demand in itertools.chain(*map(ground.apart, demanded_by(step, chain))):
        if not ground.is_so(demand):
            return _objection(demand, set(chain.parameters))
    return ""


def granted_to(step: Step, chain: Chain) -> Granted:
    """Return what is granted to a step that is not in doubt; a law that is cited and not used says nothing of it."""
    ground = _ground_of(chain)
    logarithms, divisors, positives = list[Any](), list[Any](), list[Any]()
    for demand in filter(ground.is_granted, itertools.chain(*map(ground.apart, demanded_by(step, chain)))):
        parts = logarithms if _is_logarithm(demand) else positives if _is_cited(demand) else divisors
        parts += ground.densities_in(demand)
    read = (part for side in sides_of(step, chain) for part in parts_of(side))
    powers = {part for part in read if isinstance(part, sympy.exp | sympy.Pow)}
    exponents = [part for power in powers for part in _means_in(power.exp)]
    everywhere, cited = ([_at_any_place(part) for part in parts] for parts in (logarithms, positives))
    others = (part for part in cited if part not in everywhere)
    told = everywhere, divisors, sorted(exponents, key=written), others
    return Granted(*(tuple(dict.fromkeys(map(written, each))) for each in told))


def _at_any_place(part: Any) -> Any:
    """Return p(x | z) for an arbitrary density at a draw z_k, or given another place: it is granted wherever it is."""
    if not isinstance(part, Value) or not isinstance(part.args[0], Arbitrary):
        return part
    name, spaces, given, _ = part.args[0].args
    variables, under = ([sympy.Symbol(space.name) for space in each] for each in (spaces, given))
    return Arbitrary(name, spaces, given, under)(*variables)


def _means_in(exponent: Any) -> Iterator[Any]:
    """Yield what is finite by convention in an exponent, outside logarithms: e to minus infinity would be 0."""
    if isinstance(exponent, KL | Entropy | Expectation | Integral):
        yield exponent
    elif not isinstance(exponent, sympy.log):
        for part in exponent.args:
            yield from _means_in(part)


def _objection(demand: Demand, parameters: set[Any]) -> str:
    """Say what is not certain, and what to do; of a bound symbol nothing can be assumed."""
    unless, assumed, taken = _REMEDIES[demand.needs]
    part, last = written(demand.part), "" if demand.last is None else written(demand.last)
    read = "" if demand.read_as is None else f", which is read as {written(demand.read_as)},"
    said = f"{written(demand.holder)}{read} has no value {unless.format(u=part, n=last)}"
    if _is_cited(demand):
        said = f"what is cited speaks of a positive {demand.holder}, and {part} > 0 is not certain"
    if free_symbols(demand.part) <= parameters:
        return f"{said}: assume {assumed.format(u=part)}, or take {taken.format(n=last)}"
    return f"{said}, and of what is bound in it nothing can be assumed: take {taken.format(n=last)}"


_POSITIVE = "unless {u} > 0, which is not certain", "{u} ≥ 1/100, or another bound", "symbols that make it positive"
_REMEDIES = {
    "above zero": _POSITIVE,
    "positive": _POSITIVE,
    "not negative": ("unless {u} ≥ 0, which is not certain", "{u} ≥ 0", "symbols that make it so"),
    "not zero": ("where {u} = 0, which is not excluded", "{u} ≥ 1/100 or ≤ −1/100", "symbols that exclude it"),
    "from 0": ("unless {u} is at least 0, which is not certain", "{u} ≥ 0", "a count"),
    "a count": ("where {u} is below 1", "{u} ≥ 1", "a sum from 1"),
    "as many": ("unless {u} is 0, which is not certain", "{u} = 0", "blocks of {n}"),
    "an entry to the last": (
        "unless {u} is at least 0, which is not certain, as the last of its block is {n}",
        "{u} ≥ 0",
        "an index that runs from 1 to {n}",
    ),
    "an entry from 1": (
        "unless {u} is at least 1, which is not certain",
        "{u} ≥ 1",
        "an index that runs from 1 to {n}",
    ),
    "from 1": ("unless {u} is at least 1, which is not certain", "{u} ≥ 1", "a count"),
}


class _Ground:
    """What is certain in a chain, and what is granted there."""

    def __init__(self, chain: Chain) -> None:
        assuming = [chain.without_abbreviations(statement) for statement in chain.assuming]
        self._signs = CertainSigns(assuming)
        self._granting = CertainSigns(assuming, Sign.POSITIVE)
        self._nonzero = CertainlyNonzero(self._signs, assuming)
        self._assumed = {(d.needs, d.part) for one in assuming for side in one.sides for d in told_by(side)}
        self._parameters = set(chain.parameters)
        self._chain = chain

    @functools.cached_property
    def _said(self) -> set[Any]:
        """The densities by which a law says that something is divided, and those within logarithms."""
        by_law = [d for step in self._chain.steps if step.law.divides for d in demanded_by(step, self._chain)]
        demands = (demand for step in self._chain.steps for demand in demanded_by(step, self._chain))
        logs = (demand for demand in demands if _is_logarithm(demand) and self._is_free(demand))
        return {part for demand in dict.fromkeys((*by_law, *logs)) for part in self.densities_in(demand)}

    def apart(self, demand: Demand) -> list[Demand]:
        """Return what is demanded of each factor of a divisor, if that is so, and not of the whole: p(c) a is not 0."""
        if demand.needs != "not zero" or not demand.part.is_Mul or self.is_so(demand):
            return [demand]
        factors = [demand._replace(part=factor) for factor in demand.part.args]
        return factors if all(map(self.is_so, factors)) else [demand]

    def is_so(self, demand: Demand) -> bool:
        """Whether what is demanded is granted or met."""
        return self.is_granted(demand) or self.is_met(demand)

    def is_met(self, demand: Demand) -> bool:
        """Whether what is demanded is certain, or is so whatever the bits in it are: 2 b − 1 is never 0."""
        if (demand.needs, demand.part) in self._assumed or self._is_certain(demand):
            return True
        bits = free_entries(demand.part, "bit")
        if not 0 < len(bits) <= _MOST_BITS:
            return False
        values = itertools.product(map(sympy.Integer, (0, 1)), repeat=len(bits))
        parts = (with_meanings(demand.part, dict(zip(bits, value, strict=True))) for value in values)
        return all(part is not None and self._is_certain(demand._replace(part=part)) for part in parts)

    def _is_certain(self, demand: Demand) -> bool:
        needs, part = demand.needs, demand.part
        signs = self._signs.within(demand.ranges)
        if needs == "positive":
            return signs.is_positive(part)
        if needs == "above zero":
            return signs.is_not_negative(part) and self._nonzero.holds(part)
        if needs == "not negative":
            return signs.is_not_negative(part)
        if needs == "not zero":
            return self._nonzero.holds(part)
        if needs == "a count":
            return False
        if needs == "as many":
            return signs.is_not_negative(part) and signs.is_not_negative(_opposite(part))
        least = sympy.Integer(1 if needs.endswith("from 1") else 0)
        return at_least(part, least) or signs.is_not_negative(part - least)

    def is_granted(self, demand: Demand) -> bool:
        """Whether what is demanded is not certain, but granted, for it rests on densities.

        Not of a divisor of which something can be assumed, and is: a² ≤ x p(c) says that x ≥ 0 only where p(c) > 0.
        """
        if (demand.needs, demand.part) in self._assumed or not self._rests_on_what_is_granted(demand):
            return False
        if not self._is_free(demand):
            return True
        if self._said.issuperset(self.densities_in(demand)):
            return True
        return self._nonzero.is_unassumed(demand.part)

    def densities_in(self, demand: Demand) -> list[Any]:
        """Return the densities by which a demand is met; of a divisor, sums, means and integrals of them as a whole."""
        granting = self._granting if _is_logarithm(demand) or _is_cited(demand) else None
        found = densities_in(demand.part, demand.ranges, self._signs, granting)
        return [part for part in found if not self._nonzero.holds(part)] or [demand.part]

    def _rests_on_what_is_granted(self, demand: Demand) -> bool:
        """Whether a part has the sign that is demanded if densities and means do not vanish, and need not have it."""
        needs, part = demand.needs, demand.part
        if needs not in ("above zero", "not zero") or _is_signed(demand, self._signs):
            return False
        if part.has(Value) and _is_signed(demand, self._granting):
            return True
        may_be = needs == "not zero" or self._signs.within(demand.ranges).is_not_negative(part)
        return may_be and not self._is_certain(demand) and self._nonzero.may_be_granted(part)

    def _is_free(self, demand: Demand) -> bool:
        return free_symbols(demand.part) <= self._parameters


_ground_of = functools.lru_cache(maxsize=2)(_Ground)  # the steps of a chain hold the same parts


def _is_logarithm(demand: Demand) -> bool:
    """Whether it is a logarithm that demands something, also that in p^u, which is e^(u log p)."""
    return isinstance(demand.holder, sympy.log | Information) or demand.read_as is not None


def _is_cited(demand: Demand) -> bool:
    """Whether it is demanded of what stands for a positive symbol in what is cited."""
    return isinstance(demand.holder, sympy.Symbol)


def _is_signed(demand: Demand, signs: CertainSigns) -> bool:
    signs.within(demand.ranges)
    part = demand.part
    return signs.is_positive(part) or (demand.needs == "not zero" and signs.is_positive(_opposite(part)))


def _opposite(part: Any) -> Any:
    return sympy.Mul(sympy.Integer(-1), part, evaluate=False)
