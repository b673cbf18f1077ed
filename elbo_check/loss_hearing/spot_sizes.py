"""Lengths that random points leave out: one of each axis, many, the numbers that stand in the code, and a quarter more.

A sum over the first 28 columns is right of small images alone, and a weight that holds where there are 784 pixels shows
at 784 alone. All other axes stay small.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sympy

from ..diagnosis.probing import Sample
from ..diagnosis.recovery import Recovery
from ..diagnosis.sizes import MANY
from .calls import Asked
from .patience import is_soon_done

__all__ = ["Resized", "long_axes", "many_draws", "other_lengths"]

_SIZES: tuple[Mapping[str, int], ...] = (
    {"B": 1}, {"d": 1}, {"D": 1}, {"G": 1}, {"B": 1, "d": 1},
    {"B": 33}, {"d": 70}, {"D": 90}, {"B": 33, "d": 70, "D": 90},
)  # fmt: skip
_PARTS = "ChHwWcTLl"  # of images and sequences: channels, heights, widths, steps and what is one step's
_MANY: Mapping[str, int] = {"d": 192, "D": 208, "B": 513, "K": 16, "G": 16, **dict.fromkeys(_PARTS, 70)}
_DRAWS = (2048, 300)  # at least, where one is far larger than the others; the fewer where so many take long
_FURTHER = 87  # samples: 600 beside 513
_LONGEST = 1 << 14  # of a number in the code at and beyond which an axis is asked
_TRIED, _IN_PAIRS = 8, 3  # numbers of the code, alone and for two axes at once
_LARGEST = 1 << 19  # numbers of an array, but of 33 samples, and of 1,025 along another axis, at least
_FEWEST, _SHORTEST = 33, 1025
_MORE = 1.25  # times a number: of one more in ten thousand nothing would be seen
_BATCHES = 3  # that make up all data
_DATA_SET = 60_000
_OF_DATA = range(5, 1, -1)  # samples of a batch that may divide them

Resized = tuple[Asked, Mapping[str, int], str]


def other_lengths(call: Asked, recovery: Recovery, sample: Sample) -> Iterator[Resized]:
    """Yield the call at all such lengths, with its sizes, and words for them."""
    return _resized(
        call, recovery, sample, (*_SIZES, *_beyond(call, sample), *_further_batch(call, sample), *_of_data(call))
    )


def long_axes(call: Asked, recovery: Recovery, sample: Sample) -> Iterator[Resized]:
    """Yield the call with a length for each axis in turn that is beyond the numbers in the code, or is one of them."""
    return _resized(call, recovery, sample, tuple(_beyond(call, sample)))


def many_draws(call: Asked, recovery: Recovery, sample: Sample) -> Iterator[Resized]:
    """Yield the call with many draws, and with fewer: prime numbers of them, which no function divides unseen."""
    longest = max(changes.get("K", 0) for changes in _beyond(call, sample))
    return _resized(call, recovery, sample, [{"K": int(sympy.nextprime(max(least, longest)))} for least in _DRAWS])


def _resized(call: Asked, recovery: Recovery, sample: Sample, every: Sequence[Mapping[str, int]]) -> Iterator[Resized]:
    for changes in every:
        wanted = {name: n for name, n in changes.items() if name in sample.sizes and name not in call.layout.axes}
        if wanted and not wanted.keys() & recovery.fixed.keys() and (len(wanted) == len(changes) or "D" in changes):
            wanted = _dividing(_multiples(wanted, call), sample, recovery)
            asked = replace(call, given={**call.given, **wanted})
            sizes = next(asked.sizes(), None)  # none, where a given whole cannot have such a part
            if wanted and sizes is not None and is_soon_done(asked, sizes, wanted):
                yield asked, sizes, " and ".join(f"{name} = {sizes[name]}" for name in wanted)


def _multiples(lengths: Mapping[str, int], call: Asked) -> dict[str, int]:
    """Return the next lengths that a function takes which takes multiples alone, as `view(-1, 5)` does."""
    return {name: -(-length // _step(call, name)) * _step(call, name) for name, length in lengths.items()}


def _step(call: Asked, name: str) -> int:
    """Return of which number a function takes multiples alone."""
    return math.gcd(*call.choices.get(name, (1,)))


def _dividing(lengths: dict[str, int], sample: Sample, recovery: Recovery) -> dict[str, int]:
    """Return lengths of which a batch divides the data: with more data, or where their number is given, another batch.

    Weights of N/B may be rounded elsewhere. Nothing is returned where there is no such batch.
    """
    least = lengths.get("B", 1)
    if "N" not in sample.sizes or "N" in lengths or least == 1:
        return lengths
    if "N" not in recovery.fixed:
        return {**lengths, "N": _BATCHES * least}
    data = sample.sizes["N"]
    batch = next((n for n in range(least, min(2 * least, data)) if data % n == 0), None)
    return {} if batch is None else {**lengths, "B": batch}


def _beyond(call: Asked, sample: Sample) -> Iterator[Mapping[str, int]]:
    """Yield a length for each axis beyond the numbers in the code, and then those numbers themselves.

    A sum over the first 512 shows there, or over the first 64 parts of four, and what is done at one length alone, or
    at two: `mu.shape == (64, 20)`.
    """
    written = [number for number in call.function.holds.numbers if number <= _LONGEST]
    most = {name: _room(call, sample, name) for name in _MANY if name in sample.sizes}
    for name, room in most.items():
        yield {name: min(max(_MANY[name], math.ceil(_MORE * _step(call, name) * max(written, default=0))), room)}
    for name, room in most.items():
        yield from ({name: n} for n in written[:_TRIED] if n != sample.sizes[name] and n <= room)
    lengths = [n for n in written if n >= MANY][:_IN_PAIRS]
    for one, other in itertools.permutations([name for name in "BdD" if name in most], 2):
        pairs = itertools.combinations(lengths, 2)
        yield from ({one: m, other: n} for m, n in pairs if m <= most[one] and m * n <= _LARGEST)


def _of_data(call: Asked) -> Iterator[Mapping[str, int]]:
    """Yield numbers of all data: those in the code, twice the largest, and as many as a data set has, and a batch each.

    Such a number is no length of an array, and may be large.
    """
    written = [number for number in call.function.holds.numbers if number >= MANY]
    numbers = [*written[:_TRIED], *(2 * max(written) for _ in written[:1]), _DATA_SET]
    for number in numbers if "N" in call.quantity.numbers else ():
        yield {"N": number, "B": next((batch for batch in _OF_DATA if number % batch == 0), 1)}


def _further_batch(call: Asked, sample: Sample) -> Iterator[Mapping[str, int]]:
    """Yield one more batch, at which parts of a length that divides the other, 171 or 257, leave a rest."""
    many = next((changes["B"] for changes in _beyond(call, sample) if "B" in changes), None)
    if many is not None:
        yield {"B": min(many + _FURTHER, _room(call, sample, "B"))}


def _room(call: Asked, sample: Sample, name: str) -> int:
    """Return how long an axis may be, so that no array is too large; as long as the usual ones at least."""
    arrays = [call.layout.concrete(axes) for axes in call.quantity.axes.values()]
    others = [math.prod(sample.sizes.get(axis, 1) for axis in axes if axis != name) for axes in arrays if name in axes]
    return max(_FEWEST if name == "B" else _SHORTEST, _LARGEST // max(others, default=1))
