"""Numbers that training changes beside the arguments, as the parameters of a module: a loss is right with all of them.

A σ-VAE that forgets + log σ is right at σ = 1, where it starts; and one that does not is a Gaussian's at any σ.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from ..errors import ElboCheckError
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from .decoders import deviation_of
from .heard import Heard
from .told import recovered_words

__all__ = ["with_learned"]

_BY = 0.25


def with_learned(
    told: Diagnosis, heard: Heard, again: Callable[[], tuple[Diagnosis, Heard]], as_heard: Callable[[], Heard]
) -> Diagnosis:
    """Return a diagnosis as it is, unless what is right is not so where all that is learned is moved.

    `again` judges anew, and `as_heard` reads it in the layout in which it is right; what is open is judged with all
    that is learned in float64.
    """
    function = heard.call.function
    if told.outcome is Outcome.REFUTED or function.first is None:
        return told
    try:
        learned = function.learned(function.first[0], heard.call.output)
        if not learned:
            return told
        if told.outcome is Outcome.UNDECIDED:
            with function.moved(learned, 0.0, 0.0):
                return again()[0]
        with function.moved(learned, _BY, 2 * _BY):
            other, there = again()
        count = sum(each.numel() for each in learned)
    except ElboCheckError as error:
        return _beside(told, f"it depends on numbers that it learns, and fails where they are moved by {_BY}: {error}")
    numbers = "a number that it learns" if count == 1 else f"{count:,} numbers that it learns"
    moved = f"moved by {_BY}" if count == 1 else f"moved by {_BY} to {2 * _BY}"
    if other.outcome is Outcome.CONSISTENT:
        return _beside(told, f"it depends on {numbers}; {moved}, it is right as well")
    deviation = None
    if count == 1 or other.outcome is not Outcome.REFUTED:
        with function.moved(learned, _BY, _BY), suppress(ElboCheckError):  # several spreads are no one spread
            deviation = deviation_of(as_heard())
    if deviation is not None:
        together = moved if count == 1 else f"all moved by {_BY}"
        words = f"it depends on {numbers}: {together}, it is that of a Gaussian decoder of σ = {deviation:.10g}"
        return _beside(told, words)
    words = other.missing or f"it is {recovered_words(there)}"
    now = "is what it is" if count == 1 else "are what they are"
    missing = f"equal, while {numbers} {now} now; {moved}: {words}"
    return replace(told, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)


def _beside(told: Diagnosis, words: str) -> Diagnosis:
    return replace(told, findings=(*told.findings, Finding("learned-numbers", words, "note")))
