"""Lengths that a function takes for granted: a literal 784 for D, a sum divided by 128 for a batch of 128.

Such a function is right at that length alone. Numbers in its code and in its recovered formula say which to try.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.fitting import Fit
from ..diagnosis.relation import relation_of
from ..diagnosis.sizes import MANY, Sizes
from ..errors import InputError, LossFunctionError, WitnessError
from ..inputs.loss_options import LARGEST_SIZE
from ..witnesses.seeding import Seeds
from .calls import Asked, takes
from .channels import of_one_channel
from .heard import UNEXPLAINED, Heard
from .insisted import lengths_of, numbers_of, with_products
from .reading import called, is_right_laid

__all__ = ["also_right_at", "at_other_lengths", "explained_alone"]

_WITHOUT_SMALL_FACTORS = {"d": 11, "B": 13, "D": 17, "K": 19}
_LARGEST = 1 << 21  # numbers of an argument: 512 images of 3 × 32 × 32, 128 of 3 × 64 × 64
_TRIED = 8  # numbers of the code and lengths of arrays, where no formula says which
_TIMES = (2, 3)  # a length at which a function is right that has no formula at all of them
_LARGEST_UNTOLD = 1 << 19  # numbers of an argument with a batch of so many samples, there


def at_other_lengths(heard: Heard, given: Sizes, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function at lengths at which it is right, where it is not right at those that it was read at."""
    if heard.is_right:
        return
    found = False
    called_otherwise = (*_alone(heard.call), *of_one_channel(heard.call, given))
    for call in (*called_otherwise, *_exchanged(heard.call, given), *_insisting(heard, given)):
        yield from (right := _right(call, heard, seeds))
        found = found or bool(right)
    if found or heard.recovery is None:
        return
    fit = heard.recovery.fit
    for lengths in _sensible(
        _told(heard, fit) if fit else _no_factors(_written(heard), heard, seeds), heard.call, given
    ):
        if found and len(lengths) > 1:
            return  # one axis is enough, and of two the first way
        yield from (right := _right(_at(heard.call, lengths), heard, seeds))
        found = found or bool(right)


def explained_alone(heard: Heard, given: Sizes, seeds: Seeds) -> Heard | None:
    """Return a function that slips do not explain at the lengths it takes as it is at one alone, if they do there."""
    if heard.recovery is None or heard.slips < UNEXPLAINED:
        return None
    for call in (*_alone(heard.call), *_insisting(heard, given)):
        with suppress(LossFunctionError, WitnessError, InputError):
            found = called(call, heard.dtype, seeds)
            if found.recovery is not None and found.slips < UNEXPLAINED:
                return found
    return None


def also_right_at(heard: Heard, lengths: Sizes, seeds: Seeds) -> list[int]:
    """Return multiples of a length at which a function is right as well, as one that drops an odd sample is.

    A formula that was read at several lengths says itself what the function is at others.
    """
    if heard.trouble or heard.found.fit is not None or len(lengths) > 1:
        return []
    ((name, length),) = lengths.items()
    return [n * length for n in _TIMES if _right(_at(heard.call, {name: n * length}), heard, seeds)]


def _right(call: Asked, heard: Heard, seeds: Seeds) -> list[Heard]:
    """Return the function as it is called here, if it is right there; batches that fill the memory are not asked."""
    with suppress(LossFunctionError, WitnessError, InputError):  # a length may have no meaning
        sizes = next(call.sizes(), {})
        largest = sizes.get("B", 1) * max((sizes[name] for name in "dDK" if name in sizes), default=0)
        if largest <= _LARGEST and is_right_laid(call, heard.dtype, seeds):
            return [called(call, heard.dtype, seeds)]
    return []


def _at(call: Asked, lengths: Sizes) -> Asked:
    return replace(call, given={**call.given, **lengths})


def _alone(call: Asked) -> Iterator[Asked]:
    """Yield the call at the first of the lengths that it takes, where all are multiples of that: `view(-1, 2)`.

    It may be right there with its axes in another order: in `view(2, -1)` the draws come first.
    """
    for name, (first, *others) in call.choices.items():
        if all(length % first == 0 for length in others):
            yield from (_at(each, {name: first}) for each in _in_any_order(call))


def _in_any_order(call: Asked) -> Sequence[Asked]:
    others = (each for each in call.quantity.otherwise if each.axes != call.quantity.axes)
    return call, *(replace(call, quantity=each) for each in others)


def _insisting(heard: Heard, given: Sizes) -> Iterator[Asked]:
    """Yield the call at a length in its code, however small, where it fails at others: `view(-1, 2)` takes no 11 × 13.

    A factor is no length: what multiplies by two is not refused anywhere.
    """
    free = {name: _WITHOUT_SMALL_FACTORS[name] for name in _free(heard)}
    if free and not takes(heard.call, **free):
        for lengths in _sensible(_written(heard), heard.call, given):
            yield from (_at(each, lengths) for each in _in_any_order(heard.call))


def _sensible(ways: Iterator[Sizes], call: Asked, given: Sizes) -> Iterator[Sizes]:
    """Yield lengths but those that nobody means: as many latents as pixels, or samples by the number of either.

    A number is known to be that of latents, or of pixels, where it was given, and where the function takes no multiple
    of it: a reshape does.
    """
    found = {name: length for name, length in call.given.items() if name not in given}
    known = {length for name, length in found.items() if name == "D" or not takes(call, **{name: 2 * length})}
    sizes, parts = next(call.sizes(), {}), call.layout.axes
    known |= {
        sizes[axis] for axis in "dD" if axis in sizes and not given.keys().isdisjoint((axis, *parts.get(axis, ())))
    }
    for lengths in ways:
        told = {**call.given, **lengths}
        if lengths.get("B") not in known and ("d" not in told or told["d"] != told.get("D")):
            yield lengths


def _exchanged(call: Asked, given: Sizes) -> Iterator[Asked]:
    """Yield the call with the lengths that its function insists on given to its axes in every other way.

    A reshape takes 20 samples of 32 latents for 32 samples of 20.
    """
    found = {name: length for name, length in call.given.items() if name not in given}
    free = [name for name in ("B", "d", "D", "K") if name in next(call.sizes()) and name not in given]
    if "B" in found and found.keys() <= set(free):
        for names in itertools.permutations(free, len(found)):
            lengths = dict(zip(names, found.values(), strict=True))
            if lengths != found:
                yield replace(call, given={**given, **lengths})


def _no_factors(ways: Iterator[Sizes], heard: Heard, seeds: Seeds) -> Iterator[Sizes]:
    """Yield lengths that are no factors: one below 8 is that of draws or of categories, or twice it does as well."""
    for lengths in ways:
        small = {name: n for name, n in lengths.items() if name != "K" and n < MANY}
        if not small or _right(_at(heard.call, {name: 2 * n for name, n in small.items()}), heard, seeds):
            yield lengths


def _written(heard: Heard) -> Iterator[Sizes]:
    """Yield lengths of one axis from the code, where no formula says which to try: log(10 q) may be right if K = 10."""
    function = heard.call.function
    numbers = dict.fromkeys((*function.holds.numbers[:_TRIED], *lengths_of(function.holds.shapes)[:_TRIED]))
    most = {"B": _LARGEST_UNTOLD // max(next(heard.call.sizes()).values())}  # a layer of 400 × 20 is no batch of 8000
    for name in _free(heard):
        further = function.holds.short_reciprocals[:_TRIED] if name == "K" else ()  # log(0.1) is −log K, if K = 10
        told = dict.fromkeys((*numbers, *further))
        yield from ({name: number} for number in told if number <= most.get(name, LARGEST_SIZE))


def _told(heard: Heard, fit: Fit) -> Iterator[Sizes]:
    """Yield lengths of one axis, and then of two, at which the recovered formula is a right one."""
    numbers = {name: _numbers(heard, fit, name) for name in _free(heard) if name in "DdB"}
    ways: list[Mapping[str, int]] = [{name: n} for name, each in numbers.items() for n in each]
    for one, other in itertools.combinations(numbers, 2):
        pairs = list(itertools.product(numbers[one], numbers[other]))
        pairs.sort(key=lambda pair: pair[0] < pair[1])  # more pixels than latents, and than samples
        ways += [{one: m, other: n} for m, n in pairs]
    for lengths in ways:
        if _may_be_right(heard, fit, lengths) and _would_be_right(heard, fit, lengths):
            yield lengths


def _may_be_right(heard: Heard, fit: Fit, lengths: Sizes) -> bool:
    """Whether the coefficients stand in the right ratio to each other at one choice of sizes: a quick look."""
    sizes = {**heard.samples[0].sizes, **lengths}
    for right in heard.found.rights:
        terms = right.formula.terms
        if terms == fit.formula.terms:
            ratios = {fit.formula[term].at(sizes).number / right.formula[term].at(sizes).number for term in terms}
            if len(ratios) == 1:
                return True
    return False


def _free(heard: Heard) -> list[str]:
    known = {**heard.call.given, **heard.call.layout.axes}
    return [name for name in "DdKB" if name in next(heard.call.sizes()) and name not in known]


def _would_be_right(heard: Heard, fit: Fit, lengths: Sizes) -> bool:
    """Whether the recovered formula is a right one where these lengths are put in."""
    fixed = {**heard.found.fixed, **lengths}
    relation = relation_of(fit.formula.at(fixed), heard.found.rights, fixed)
    return relation.is_global_scale if heard.call.quantity.objective else relation.name == "equal"


def _numbers(heard: Heard, fit: Fit, name: str) -> Sequence[int]:
    """Return the numbers that may be this length, the likeliest first.

    A mean is multiplied by the length of its axis, and a total divided by that of a batch, each up to a factor of two.
    Another number must be written in the code: a weight of 1/4000 alone does not say that there are 4000 pixels.
    """
    likely: list[int] = []
    for held in fit.formula.coefficients.values():
        for powers, number in held.parts:
            above, below = ([abs(n), 2 * abs(n), abs(n) // 2] for n in (number.numerator, number.denominator))
            is_mean = (name, -1) in powers
            likely += above * is_mean + below * (name == "B" and not is_mean)
    written = with_products(numbers_of(heard.call.function.holds.numbers, ()))
    return [n for n in dict.fromkeys((*likely, *written)) if MANY <= n <= LARGEST_SIZE]
