"""The check of a step *by meaning*: what are both sides worth where every symbol is a number?"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import flint

from ..derivation import Step
from ..errors import InputError, TimeLimitError, WitnessError
from ..nodes import Arbitrary
from .agreeing import told_of
from .counterexamples import counterexample
from .descent import descended
from .draws import Draws, Key
from .gaussians import PRECISION
from .reading import Reading
from .shrinking import shrunk
from .starting import GAUSSIANS, WORLDS, Make, Reader, counted_in, readings_for
from .undefined import DivergenceError, LogOfZeroError, NoValueError, UndefinedError
from .undefined_sides import OneSidedError

__all__ = ["GAUSSIANS", "PRECISION", "WORLDS", "Meaning", "meaning_of", "readings_for", "searched"]

SEARCHED = 100
_STARTS = 4
FIRST_OF_SEARCH = 10_000
_NONE_TRIED = "no assignment was tried: none was found that satisfies the assumptions, which may contradict each other"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the readings say of a step: `agrees` is None if they cannot tell, and `reason` says why.

    Where one side is not defined the step is not excluded: a statement speaks of where both sides are defined. It is
    `undefined` then.
    """

    agrees: bool | None
    reason: str
    counterexample: Mapping[str, Any] = field(default_factory=dict)
    undefined: OneSidedError | None = None

    def certainly_undefined(self, relation: str, licensed: bool) -> OneSidedError | None:
        """Return where one side has no value by anybody's convention, if that is known."""
        certain = self.undefined is not None and self.undefined.certain(relation, licensed)
        return self.undefined if certain else None


def meaning_of(step: Step, readers: list[Reader], shrink: bool = True) -> Meaning:
    """Compare the two sides of a step at every assignment; one that excludes them is the counterexample."""
    agreed: list[Reading] = []
    unread: list[tuple[Reading, Exception]] = []
    wide, reason = False, _NONE_TRIED
    one_sided: list[tuple[Reader, OneSidedError]] = []
    for reader in readers:
        try:
            holds = _comparison(step, reader.reading)
        except OneSidedError as failure:
            if not reader.own or failure.certainty(step.relation) == 2:
                one_sided.append((reader, failure))
            continue
        except (WitnessError, InputError, ZeroDivisionError) as failure:
            reason = f"{reader.reading.kind}: {failure}"
            unread.append((reader.reading, failure))
            continue
        wide = wide or holds is None
        if holds is False:
            return _refuted(step, reader, shrink)
        agreed += [reader.reading] if holds else []
    if one_sided:
        return _undefined(step, one_sided, shrink)
    if wide:
        return Meaning(None, "the balls of both sides overlap, but they are wide")
    return Meaning(*told_of(step, agreed, reason, unread, functools.partial(_comparison, step)))


def searched(step: Step, readers: list[Reader], shrink: bool = True) -> Meaning | None:
    """Look among many more assignments for one that excludes the step, or where one side certainly has no value.

    None if there is none. Where the step is an inequality, some assignments are moved towards one that excludes it.
    """
    undefined: OneSidedError | None = None
    for make in {reader.make: None for reader in readers}:
        found = _searched(step, make)
        if isinstance(found, OneSidedError):
            undefined = undefined or _smallest(step, Reader(found.reading, make), found, shrink)
        elif found is not None:
            return _refuted(step, Reader(found, make), shrink)
    return None if undefined is None else Meaning(None, str(undefined), undefined=undefined)


def _searched(step: Step, make: Make) -> Reading | OneSidedError | None:
    """Return an assignment that excludes the step, or where one side certainly has no value, or None."""
    open_ones: list[tuple[float, Reading]] = []
    undefined: OneSidedError | None = None
    for seed in _by_size(make):
        try:
            tried = _tried(step, make, {}, seed)
        except OneSidedError as failure:
            undefined = undefined or (failure if failure.certain(step.relation, licensed=False) else None)
            continue
        if tried is None:
            continue
        reading, gap = tried
        if gap < 0:
            return reading
        open_ones += [(gap, reading)] if gap > 0 and math.isfinite(gap) else []
    for gap, reading in _starts(open_ones):
        moved = descended(reading, gap, lambda fixed: _attempt(step, make, fixed))
        if moved is not None:
            return moved
    return undefined


def _by_size(make: Make) -> list[int]:
    """Return the seeds of a search, those first that draw few of what is counted: it is read soonest."""
    sizes: dict[int, int] = {}
    for seed in range(FIRST_OF_SEARCH, FIRST_OF_SEARCH + SEARCHED):
        with flint.ctx.workprec(PRECISION), contextlib.suppress(WitnessError, InputError, ZeroDivisionError):
            sizes[seed] = counted_in(make(Draws(seed)))
    return sorted(sizes, key=sizes.__getitem__)


def _starts(found: list[tuple[float, Reading]]) -> list[tuple[float, Reading]]:
    """Return from where to descend: what is nearest to excluding the step, one for each set of counts."""
    nearest: dict[Any, tuple[float, Reading]] = {}
    for gap, reading in sorted(found, key=lambda pair: pair[0]):
        counts = frozenset(
            (key, n) for key, n in reading.draws.made.items() if key[0] == "number" and key[1].is_integer
        )
        nearest.setdefault(counts, (gap, reading))
    return list(nearest.values())[:_STARTS]


def _attempt(step: Step, make: Make, fixed: Mapping[Key, Any]) -> tuple[Reading, float] | None:
    """Return the reading with these draws and how far it is from excluding the step; None where nothing can be said."""
    with contextlib.suppress(OneSidedError):
        return _tried(step, make, fixed)
    return None


def _tried(step: Step, make: Make, fixed: Mapping[Key, Any], seed: int = 0) -> tuple[Reading, float] | None:
    """Do the same, and raise `OneSidedError` where one side alone has a value."""
    try:
        with flint.ctx.workprec(PRECISION):
            reading = make(Draws(seed, fixed))
            return reading, _gap(step, reading)
    except OneSidedError:
        raise
    except (WitnessError, InputError, ZeroDivisionError):
        return None


def _gap(step: Step, reading: Reading) -> float:
    """Return how far an assignment is from excluding the step, below 0 if it does.

    Infinite where nothing can be said, or where no assignment is nearer than another. Only the sign is proved.
    """
    holds = _comparison(step, reading) if reading.satisfies_assumptions() else None
    if holds is None or (holds and step.relation == "="):
        return math.inf
    left, right = (float(reading.read(side)) for side in (step.left, step.right))
    return abs(left - right) if holds else -1.0


def _refuted(step: Step, reader: Reader, shrink: bool) -> Meaning:
    reading = reader.reading
    if shrink:
        with contextlib.suppress(TimeLimitError):  # a large counterexample is one, too
            reading = shrunk(reading, lambda fixed: _still_refutes(step, reader.make, fixed))
    with flint.ctx.workprec(PRECISION):
        found = counterexample(reading, reading.read(step.left), reading.read(step.right), step.relation)
    return Meaning(False, f"excluded by a {reading.kind}", found)


def _still_refutes(step: Step, make: Make, fixed: Mapping[Key, Any]) -> Reading | None:
    """Return the reading with these draws if it refutes the step, and None otherwise."""
    tried = _attempt(step, make, fixed)
    return tried[0] if tried is not None and tried[1] < 0 else None


def _undefined(step: Step, found: list[tuple[Reader, OneSidedError]], shrink: bool) -> Meaning:
    """Say where one side has no value, at an assignment where that is as certain as anywhere."""
    reader, failure = max(found, key=lambda pair: pair[1].certainty(step.relation))
    smallest = _smallest(step, reader, failure, shrink)
    return Meaning(None, str(smallest), undefined=smallest)


def _smallest(step: Step, reader: Reader, found: OneSidedError, shrink: bool) -> OneSidedError:
    """Return what was found at the smallest assignment at which it is still so."""

    def attempt(fixed: Mapping[Key, Any]) -> Reading | None:
        nonlocal found
        try:
            with flint.ctx.workprec(PRECISION):
                reading = reader.make(Draws(0, fixed))
                if reading.satisfies_assumptions():
                    _comparison(step, reading)
        except OneSidedError as failure:
            if failure.like(found):
                found = failure
                return failure.reading
        except (WitnessError, InputError, ZeroDivisionError):
            return None
        return None

    if shrink and isinstance(found.cause, NoValueError | DivergenceError | LogOfZeroError):
        with contextlib.suppress(TimeLimitError):  # a large exhibit is one, too
            shrunk(found.reading, attempt)
    return found


def _comparison(step: Step, reading: Reading) -> bool | None:
    """Return whether the relation holds; raises where nothing can be said."""
    if step.full_support and not reading.full_support:
        raise WitnessError("the law speaks of densities that vanish nowhere")
    if step.relation != "=" and not reading.normalised and _has_arbitrary(step):
        raise WitnessError("test polynomials are not normalised, and say nothing about inequalities")
    with flint.ctx.workprec(PRECISION):
        if step.full_support:
            reading.require_same_outcomes([step.left, step.right])
        sides = {"left": _read(reading, step.left), "right": _read(reading, step.right)}
        undefined = {name: value for name, value in sides.items() if isinstance(value, UndefinedError)}
        for name, failure in undefined.items():
            told = reading.full_support or (isinstance(failure, NoValueError) and not reading.zeros)
            if len(undefined) == 2 or not told:
                raise failure  # where a density vanishes, nothing is told of a side that is not defined
            raise OneSidedError(reading, name, failure)
        holds = reading.agreement(sides["left"], step.relation, sides["right"])
        if holds is False:
            reading.require_told([step.left, step.right, *(side for s in reading.outline.assuming for side in s.sides)])
        return holds


def _has_arbitrary(step: Step) -> bool:
    return bool(step.left.has(Arbitrary) or step.right.has(Arbitrary))


def _read(reading: Reading, expression: Any) -> Any:
    """Return the value of one side, or why it has none in the real numbers: the other side may have one."""
    try:
        return reading.read(expression)
    except UndefinedError as reason:
        return reason
