"""Numbers that training changes beside the arguments, as the parameters of a module: a loss is right with all of them.

A σ-VAE that forgets + log σ is right at σ = 1, where it starts; and one that does not is a Gaussian's at any σ. So they
are moved up and down, and their gradient is that of the value there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from typing import Any

from ..diagnosis.fitting import rounding_of
from ..errors import ElboCheckError
from ..inputs.backends import Learned
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from .decoders import deviation_of, missing_decoder
from .heard import Heard
from .learned_gradients import WRONG, gradient_slip
from .learned_spread import to_one
from .scores import slip_of
from .told import recovered_words

__all__ = ["with_learned"]

_BY = (0.25, 1 / 64)  # the nearer where what is moved leaves where it may be, as a variance of 0.1 does
_SINGLE = "float32"
_NOTHING = 1e-12
_SEEN = 1e-10  # the share of a part whose weight is read off to a few digits
_LOGS, _HALVED = (-1.1, 1.1, -2.3, 2.3, -3.7, -6.2), 5  # of log σ: no round numbers, where one may be clamped

Again = Callable[[], tuple[Diagnosis, Heard]]


@dataclass(frozen=True, slots=True)
class _Moved:
    """What a function is where all that is learned is moved; `exact` where it takes that in float64.

    `told` is the diagnosis of it there; none is needed where it is right of a decoder of another spread.
    """

    learned: Learned
    least: float
    most: float
    exact: bool
    there: Heard
    told: Diagnosis | None = None

    @property
    def words(self) -> str:
        """Say how far it is moved."""
        by = f"moved by {self.least:.6g}"
        if self.learned.count == 1:
            return by
        return f"all {by}" if self.least == self.most else f"{by} to {self.most:.6g}"

    @property
    def is_right(self) -> bool:
        """Whether its value is right there of σ = 1, whatever its gradient is."""
        told = self.told
        return told is not None and (told.outcome is Outcome.CONSISTENT or told.finding(WRONG) is not None)

    def block(
        self, further: float = 0.0, last: float | None = None, *, alike: bool = False
    ) -> AbstractContextManager[Any]:
        """Return a block in which it is moved so and `further`, the last of it by `last` if not as far; or `alike`."""
        most = (self.least if alike else self.most) + (further if last is None else last)
        return self.learned.moved(self.least + further, most, exact=self.exact)


def with_learned(told: Diagnosis, heard: Heard, again: Again, as_heard: Callable[[], Heard]) -> Diagnosis:
    """Return a diagnosis as it is, unless what is right is not so where all that is learned is moved.

    `again` judges anew, and `as_heard` reads it in the layout in which it is right; what is open is judged with all
    that is learned in float64.
    """
    function = heard.call.function
    learned, is_wrong = None, told.outcome is Outcome.REFUTED
    if function.first is not None and not (is_wrong and told.finding("gradients-right") is None):
        with suppress(ElboCheckError):
            learned = function.learned(function.first[0], heard.call.output)
    if learned is None or is_wrong:
        return told if learned is None else _of_now(told)
    place, places = 0.0, {0.0}
    if (told.outcome is Outcome.UNDECIDED and "right_layout" not in told.record) or _is_coarse(heard):
        told, place = _in_float64(told, learned, again, as_heard)
        places.add(place)
    if told.outcome is not Outcome.CONSISTENT:
        return told if told.finding("unknown-decoder") is None else _of_unknown(told, heard, learned, as_heard)
    found = [moved for each in sorted(places) for moved in _both_ways(learned, each, again, as_heard)]
    found += _further(learned, place, found, as_heard)
    return _where_moved(told, heard, found, learned, as_heard)


def _is_coarse(heard: Heard) -> bool:
    """Whether it is right to less than rounding, as with σ = softplus(0.5413) it is, which is nearly 1."""
    fit = heard.recovery.fit if heard.recovery else None
    return fit is not None and fit.departure > rounding_of(heard.dtype)


def _of_now(told: Diagnosis) -> Diagnosis:
    """Return a verdict on what differs by a constant, less that its gradients are right: of what it learns, none is."""
    kept = tuple(each for each in told.findings if each.code != "gradients-right")
    words = "it differs by a constant, while what it learns is what it is now; without the constant it is asked further"
    return replace(told, findings=(*kept, Finding("offset", words, "note")))


def _in_float64(
    told: Diagnosis, learned: Learned, again: Again, as_heard: Callable[[], Heard]
) -> tuple[Diagnosis, float]:
    """Return what is told with all that is learned in float64; of a learned σ, what is told where that is 1.

    Beside it stands by how much all is moved there.
    """
    with suppress(ElboCheckError):
        with learned.moved(0.0, 0.0):
            told, there = again()
            start = None if told.finding(WRONG) is not None else deviation_of(there)
        by = None if start is None else to_one(learned, math.log(start), there, as_heard)
        if start is not None and by is not None:
            with learned.moved(by, by):
                one = again()[0]
            words = f"it learns its σ, and starts at {start:.10g}; what is told is told of σ = 1"
            return replace(one, findings=(*one.findings, Finding("learned-spread", words, "note"))), by
    return told, 0.0


def _both_ways(learned: Learned, place: float, again: Again, as_heard: Callable[[], Heard]) -> Iterator[_Moved]:
    """Yield what it is up and down from a place, as far as it works there."""
    for side in (1, -1):
        ways = ((side * by, exact) for by in _BY for exact in (True, False))
        found = (_moved(learned, (place + by, place + 2 * by), exact, again, as_heard) for by, exact in ways)
        works = next((each for each in found if each is not None), None)
        yield from [] if works is None else [works]


def _further(
    learned: Learned, place: float, found: Sequence[_Moved], as_heard: Callable[[], Heard]
) -> Iterator[_Moved]:
    """Yield where log σ is about ±1 and ±2, as far as σ may be so: a clamp of one of its terms shows there.

    `place` is where σ is 1. A step that leaves where it may be is halved.
    """
    near = next((each for each in found if each.least != place), None)
    deviation = None if near is None else _deviation(near, as_heard)
    slope = 0.0 if near is None or deviation is None else math.log(deviation) / (near.least - place)
    sizes = () if near is None else [size for size in _LOGS if _is_seen(near.there, size)]
    for step in [size / slope for size in sizes] if abs(slope) > _NOTHING else ():
        halves = (place + step / 2**halved for halved in range(_HALVED))
        heard = ((by, _there(learned, by, as_heard)) for by in halves)
        works = next(((by, there) for by, there in heard if there is not None and not there.trouble), None)
        yield from [] if works is None else [_Moved(learned, works[0], works[0], True, works[1])]


def _is_seen(there: Heard, size: float) -> bool:
    """Whether a KL of a declared weight is seen in doubles beside squares over so small a variance."""
    return float(there.call.quantity.beta.number) * math.exp(2 * min(size, 0.0)) > _SEEN


def _there(learned: Learned, by: float, as_heard: Callable[[], Heard]) -> Heard | None:
    with suppress(ElboCheckError), learned.moved(by, by):
        return as_heard()
    return None


def _moved(
    learned: Learned, ends: tuple[float, float], exact: bool, again: Again, as_heard: Callable[[], Heard]
) -> _Moved | None:
    with suppress(ElboCheckError), learned.moved(*ends, exact=exact):
        there = as_heard()
        if learned.count == 1 and there.is_of_another_spread:
            return _Moved(learned, *ends, exact, there)
        if not there.trouble:
            told, there = again()
            return None if there.trouble else _Moved(learned, *ends, exact, there, told)
    return None


def _where_moved(
    told: Diagnosis, heard: Heard, found: list[_Moved], learned: Learned, as_heard: Callable[[], Heard]
) -> Diagnosis:
    numbers = _numbers(learned)
    equal = f"equal, while {_as_now(learned)}"
    if not found:
        return _open(told, f"{equal}; it fails wherever {'it is' if learned.count == 1 else 'they are'} moved to")
    notes = []
    for moved in found:
        deviation = None if moved.is_right else _deviation(moved, as_heard)
        if not moved.is_right and deviation is None:
            missing = "" if moved.told is None else moved.told.missing
            words = missing or f"it is {recovered_words(moved.there)}"
            return _open(told, f"{equal}; {moved.words}: {words}")
        slip = slip_of(heard, moved, single=learned.count == 1) if moved.exact else ""
        if slip:
            return _open(told, f"{equal}; {moved.words}: {slip}")
        if deviation is None:
            notes.append(f"it depends on {numbers}; {moved.words}, it is right as well")
            continue
        together = moved.words if learned.count == 1 else f"all moved by {moved.least:.6g}"
        spread = f"it is that of a Gaussian decoder of σ = {deviation:.10g}"
        notes.append(f"it depends on {numbers}: {together}, {spread}")
    wrong = gradient_slip(heard, found)
    if wrong:
        return _open(told, f"{equal}, and not in its gradient: {wrong}")
    return replace(told, findings=(*told.findings, Finding("learned-numbers", notes[0], "note")))


def _of_unknown(told: Diagnosis, heard: Heard, learned: Learned, as_heard: Callable[[], Heard]) -> Diagnosis:
    """Return what is told of an unknown decoder, which is told of what is learned as it is; or where it is wrong."""
    is_wrong, is_other = False, not missing_decoder(heard)  # what was left open for an epsilon is not read so
    with suppress(ElboCheckError), learned.moved(_BY[0], _BY[0]):
        there = as_heard()
        is_wrong = not (there.trouble or is_other or missing_decoder(there))
    if is_wrong:
        words = f"all that while {_as_now(learned)}: moved by {_BY[0]:g}, it is wrong"
        return _open(told, f"{told.missing}; and {words}")
    words = f"this is told while {_as_now(learned)}"
    return replace(told, findings=(*told.findings, Finding("learned-numbers", words, "note")))


def _numbers(learned: Learned) -> str:
    return "a number that it learns" if learned.count == 1 else f"{learned.count:,} numbers that it learns"


def _as_now(learned: Learned) -> str:
    return f"{_numbers(learned)} {'is what it is' if learned.count == 1 else 'are what they are'} now"


def _open(told: Diagnosis, missing: str) -> Diagnosis:
    return replace(told, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)


def _deviation(moved: _Moved, as_heard: Callable[[], Heard]) -> float | None:
    """Return the σ of the decoder that it is there; several spreads are no one spread, and are moved alike."""
    if moved.told is None:
        return deviation_of(moved.there)
    if moved.learned.count > 1 and moved.told.outcome is Outcome.REFUTED:
        return None
    with suppress(ElboCheckError), moved.block(alike=True):
        return deviation_of(as_heard(), "" if moved.exact else _SINGLE)
    return None
