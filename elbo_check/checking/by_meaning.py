"""The check of a step *by meaning*: what are both sides worth where every symbol is a number?"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import flint

from ..derivation import Chain, Step
from ..errors import InputError, WitnessError
from ..nodes import Independent, Member
from .finite_worlds import FiniteReading
from .gaussians import PRECISION, GaussianReading
from .reading import Reading, UndefinedError

__all__ = ["GAUSSIANS", "PRECISION", "WORLDS", "Meaning", "meaning_of", "readings_for"]

GAUSSIANS = 3
WORLDS = 6
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the readings say of a step: `agrees` is None if they cannot tell, and `reason` says why.

    Where one side is not defined at the counterexample, `defined` is false: a law that holds wherever both sides are
    defined does not contradict that.
    """

    agrees: bool | None
    reason: str
    counterexample: Mapping[str, Any] = field(default_factory=dict)
    defined: bool = True


def readings_for(chain: Chain) -> list[Reading]:
    """Return the assignments at which a chain is read: Gaussians, and finite worlds where densities are arbitrary."""
    sides = [chain.statement.left, *(step.right for step in chain.steps)]
    arbitrary = any(side.has(Member, Independent) for side in sides)
    kinds: tuple[tuple[type[FiniteReading | GaussianReading], int], ...]
    kinds = ((FiniteReading, WORLDS if arbitrary else 0), (GaussianReading, GAUSSIANS))
    made: list[Reading] = []
    for kind, seed in ((kind, seed) for kind, tries in kinds for seed in range(tries)):
        with flint.ctx.workprec(PRECISION), contextlib.suppress(WitnessError, ZeroDivisionError):
            made.append(kind(seed, chain.parameters, chain.where))
    return made


def meaning_of(step: Step, readings: list[Reading]) -> Meaning:
    """Compare the two sides of a step at every assignment; one that excludes them is the counterexample."""
    agreed: list[str] = []
    wide, reason = False, "no assignment was tried"
    for reading in readings:
        try:
            with flint.ctx.workprec(PRECISION):
                left, right = _read(reading, step.left), _read(reading, step.right)
                holds = _holds(reading, left, step.relation, right)
        except (WitnessError, InputError, ZeroDivisionError) as failure:
            reason = f"{reading.kind}: {failure}"
            continue
        if holds is None:
            wide = True
        elif holds:
            agreed.append(reading.kind)
        else:
            found = _counterexample(reading, left, step.relation, right)
            return Meaning(False, f"excluded by a {reading.kind}", found, not _undefined(left, right))
    if wide:
        return Meaning(None, "the balls of both sides overlap, but they are wide")
    if len(agreed) < _FEWEST:
        return Meaning(None, f"too few assignments could be read ({reason})")
    kinds = " and ".join(f"{agreed.count(kind)} {kind}s" for kind in dict.fromkeys(agreed))
    return Meaning(True, f"agrees at {kinds}")


def _read(reading: Reading, expression: Any) -> Any:
    """Return the value of one side, or why it has none in the real numbers: the other side may have one."""
    try:
        return reading.read(expression)
    except UndefinedError as reason:
        return reason


def _holds(reading: Reading, left: Any, relation: str, right: Any) -> bool | None:
    undefined = _undefined(left, right)
    if len(undefined) == 2:
        raise undefined[0]
    return False if undefined else reading.agreement(left, relation, right)


def _undefined(*sides: Any) -> list[UndefinedError]:
    return [side for side in sides if isinstance(side, UndefinedError)]


def _counterexample(reading: Reading, left: Any, relation: str, right: Any) -> dict[str, Any]:
    """Return the assignment as small fractions, and what the two sides are there."""
    shown = {name: _shown(number) for name, number in sorted(reading.drawn.items())}
    sides = (("left", left), ("right", right))
    values = {name: str(side) if isinstance(side, UndefinedError) else float(side) for name, side in sides}
    return {**shown, **values, "relation": relation}


def _shown(number: Any) -> Any:
    return [str(part) for part in number] if isinstance(number, tuple) else str(number)
