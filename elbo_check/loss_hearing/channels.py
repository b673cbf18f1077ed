"""Images of one channel: a mean over an axis of length 1 is none, and at other lengths it is one.

Channels stand first or last of the three axes of an image. A height and a width are never 1 both: what is a mean over
one of them is a mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.sizes import Sizes
from ..errors import LossFunctionError, WitnessError
from ..witnesses.seeding import Seeds
from .calls import Asked, takes
from .heard import Heard
from .reading import called, is_right_laid

__all__ = ["of_more_channels", "of_one_channel", "one_channel_words"]

_PIXELS = "D"
_SEVERAL = 3
_WORDS = {"c": ": images of one channel", "w": ": images of one channel, which stands last"}


def of_more_channels(heard: Heard, given: Sizes, seeds: Seeds) -> Heard | None:
    """Return what is right of images of one channel, which nobody asked for, as it is of three, if it is wrong there.

    A mean over one channel is none. Where the number of pixels is in the code, rows of so many are flattened images of
    one channel, and of three they are three images.
    """
    if heard.trouble or not heard.is_right:
        return None
    sizes, numbers = heard.samples[0].sizes, heard.call.function.holds.numbers
    images = {axis: names for axis, names in heard.call.layout.axes.items() if len(names) == 3}
    found = [names for axis, names in images.items() if sizes[axis] not in numbers and given.keys().isdisjoint(names)]
    ones = {names[0]: _SEVERAL for names in found if heard.found.fixed.get(names[0]) == 1}
    call = replace(heard.call, given={**heard.call.given, **ones})
    with suppress(LossFunctionError, WitnessError):
        if ones and not is_right_laid(call, heard.dtype, seeds):
            return called(call, heard.dtype, seeds)
    return None


def of_one_channel(call: Asked, given: Sizes) -> Iterator[Asked]:
    """Yield the call of a function of images with those of one channel, first or last; lengths that are known stay.

    Those are what was given, and a number of channels beside which the function takes no other. Where the first length
    alone is known, it is that of the channels.
    """
    names = call.layout.axes.get(_PIXELS, ())
    if len(names) < 3:
        return
    first, middle, last = names
    if first in call.given and first not in given and takes(call, **{first: call.given[first] + 1}):
        call = replace(call, given={name: n for name, n in call.given.items() if name != first})
    known = call.given.keys() & set(names)
    if first not in known:
        yield from _with_one(call, first, (middle, last))
    if last not in known and (first not in known or middle in known):
        yield from _with_one(call, last, (first, middle))


def _with_one(call: Asked, name: str, others: tuple[str, str]) -> Iterator[Asked]:
    """Yield the call with one axis of length 1; where the pixels of a sample are known, they are those of a square."""
    lengths = {name: 1}
    if _PIXELS in call.given:
        lengths |= dict.fromkeys(others, math.isqrt(call.given[_PIXELS]))
    told = {**lengths, **call.given}
    if _PIXELS not in told or math.prod(told[each] for each in (name, *others)) == told[_PIXELS]:
        yield replace(call, given=told)


def one_channel_words(lengths: Sizes) -> str:
    """Say what images of such lengths are, where one channel is all that was needed; "" where it was not."""
    names = [name for name in lengths if name in _WORDS]
    return _WORDS[names[0]] if len(names) == len(lengths) == 1 and lengths[names[0]] == 1 else ""
