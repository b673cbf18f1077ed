"""Lengths that a function takes for granted: a literal 784 for D, a sum divided by 128 for a batch of 128.

Such a function is right at that length alone. Numbers in its code and in its recovered formula say which to try.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.formula import Formula
from ..diagnosis.recovery import relation_of
from ..diagnosis.sizes import Sizes
from ..errors import LossFunctionError, WitnessError
from ..witnesses.seeding import Seeds
from .loss_calls import Asked
from .loss_heard import Heard
from .loss_reading import called

__all__ = ["exchanged", "of_written_lengths"]

_SMALLEST, _LARGEST = 8, 1 << 14  # smaller numbers are factors: a doubled KL is not right "if d = 2"


def of_written_lengths(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function at the lengths of one axis, or else of two, at which its formula is right."""
    if heard.is_right or heard.recovery is None or heard.recovery.fit is None:
        return
    found = False
    for lengths in _lengths(heard):
        if found and len(lengths) > 1:
            return  # one axis is enough, and of two the first way
        if _would_be_right(heard, lengths):
            with suppress(LossFunctionError, WitnessError):
                call = replace(heard.call, given={**heard.call.given, **lengths})
                right = called(call, heard.dtype, seeds)
                if right.is_right:
                    yield right
                    found = True


def exchanged(call: Asked, given: Sizes) -> Iterator[Asked]:
    """Yield the call with the lengths that its function insists on given to its axes in every other way.

    A reshape takes 20 samples of 32 latents for 32 samples of 20: what it means shows in what it computes.
    """
    found = {name: length for name, length in call.given.items() if name not in given}
    free = [name for name in "BdD" if name in next(call.sizes()) and name not in given]
    for names in itertools.permutations(free, len(found)):
        lengths = dict(zip(names, found.values(), strict=True))
        if lengths != found:
            yield replace(call, given={**given, **lengths})


def _would_be_right(heard: Heard, lengths: Sizes) -> bool:
    """Whether the recovered formula is a right one where these lengths are put in."""
    recovery = heard.found
    fixed = {**recovery.fixed, **lengths}
    formula = recovery.fit.formula.at(fixed) if recovery.fit else Formula({})
    relation = relation_of(formula, recovery.rights, fixed)
    return relation.is_global_scale if heard.call.quantity.objective else relation.name == "equal"


def _lengths(heard: Heard) -> Iterator[Sizes]:
    known = {**heard.call.given, **heard.call.layout.axes}
    ways = {name: _numbers(heard, name) for name in "DdB" if name in heard.samples[0].sizes and name not in known}
    yield from ({name: number} for name, numbers in ways.items() for number in numbers)
    for one, other in itertools.combinations(ways, 2):
        yield from ({one: m, other: n} for m, n in itertools.product(ways[one], ways[other]))


def _numbers(heard: Heard, name: str) -> list[int]:
    """Return the numbers of the formula that may be this length, up to a factor of two.

    A total may be divided by a batch's length, and a mean be multiplied by that of its axis. Another number must be
    written in the code: a weight of 1/4000 alone does not say that there are 4000 pixels.
    """
    fit = heard.found.fit
    written = heard.call.function.written_numbers
    found: dict[int, None] = {}
    for held in fit.formula.coefficients.values() if fit else ():
        for powers, number in held.parts:
            is_mean = (name, -1) in powers
            for part in (number.numerator, number.denominator):
                near = (abs(part), 2 * abs(part), abs(part) // 2)
                found |= dict.fromkeys(n for n in near if name == "B" or is_mean or n in written)
    return [n for n in found if _SMALLEST <= n <= _LARGEST]
