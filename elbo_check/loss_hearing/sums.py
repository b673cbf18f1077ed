"""Which outputs a caller may put together to an objective: the parts of it, added, or one less the other."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from ..diagnosis.quantities import quantity_for
from ..errors import LossFunctionError, WitnessError
from ..inputs.loss_function import Answer
from ..inputs.output_sums import Sum
from ..witnesses.seeding import Seeds
from .bystanders import terms_of
from .calls import Asked, Case
from .heard import UNEXPLAINED, Heard
from .reading import called, is_right_laid
from .two_parts import is_of_likelihood, is_turned

__all__ = ["difference_of", "dtype_of", "lacks_a_part", "of_a_difference", "of_a_sum", "put_together", "with_weight"]

_MOST_SLIPS = 3  # of two outputs of different shapes, each of which lacks the other: with more, it is no part
_MOST_PAIRS = 12
_FEWEST_TERMS, _MOST_TERMS = 3, 4  # of one sum that is not of a pair


def put_together(case: Case, parts: Sequence[Heard], answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield what two of several outputs are that lack each other, or more of them: what is right, or else the first.

    Of two that are right but for what a caller does with parts, their sign or a declared weight, nothing is wrong.
    """
    pairs = filter(None, (_of_two(case, *pair, answer, seeds) for pair in _pairs(parts)))
    found: list[Heard] = []
    for pair in itertools.islice(pairs, _MOST_PAIRS):
        if _is_for_the_caller(pair):
            yield pair
            return
        found.append(pair)
    found = [*found[:1], *_of_more(case, parts, answer, seeds)]
    yield from sorted(found, key=lambda heard: (not heard.is_right, heard.slips))[:1]


def _pairs(parts: Sequence[Heard]) -> list[tuple[Heard, Heard]]:
    """Return the pairs of which each lacks what the other is, those that fewest slips explain first."""
    pairs = sorted(itertools.combinations(parts, 2), key=lambda pair: pair[0].slips + pair[1].slips)
    return [(a, b) for a, b in pairs if lacks_a_part(a) and lacks_a_part(b) and not _missing(a) & _missing(b)]


def _is_for_the_caller(heard: Heard) -> bool:
    return heard.is_right or is_of_likelihood(heard) or heard.is_unweighed


def _of_two(case: Case, one: Heard, other: Heard, answer: Answer, seeds: Seeds) -> Heard | None:
    """Return the sum of two outputs, or one less the other; nothing where they are no parts of other shapes."""
    outputs = _added(one, other, answer)
    if outputs:
        with suppress(LossFunctionError, WitnessError):
            call = of_a_sum(case, one.call, outputs)
            found = called(call, dtype_of(call, answer), seeds)
            return with_weight(case, next(of_a_difference(case, found, answer, seeds), found), answer, seeds)
    return None


def _of_more(case: Case, parts: Sequence[Heard], answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield the sum of three outputs of one shape that may be terms, or of four: one that is right, or else of all."""
    call, names = parts[0].call, {part.call.output for part in parts}
    if len(names) < _FEWEST_TERMS:
        return
    terms = [name for name in terms_of(case, call) if name in names]
    shapes = Counter(answer.outputs[name].shape for name in terms).most_common(1)
    alike = [name for name in terms if answer.outputs[name].shape == shapes[0][0]]
    if not _FEWEST_TERMS <= len(alike) <= _MOST_TERMS:
        return
    sums = [
        Sum(names)
        for count in range(len(alike), _FEWEST_TERMS - 1, -1)
        for names in itertools.combinations(alike, count)
    ]
    calls = [of_a_sum(case, call, outputs) for outputs in sums]
    with suppress(LossFunctionError, WitnessError):
        dtype = dtype_of(calls[0], answer)
        right = next((each for each in calls if is_right_laid(each, dtype, seeds)), calls[0])
        found = called(right, dtype, seeds)
        if found.slips < UNEXPLAINED:
            yield found


def of_a_difference(case: Case, heard: Heard, answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield what a log-likelihood and a KL are with the sign that the caller gives them, where that is not right."""
    if not is_of_likelihood(heard, alone=False) or is_of_likelihood(heard):
        return
    for call in _differences(case, heard):
        found = called(call, dtype_of(heard.call, answer), seeds)
        if not found.is_right and found.slips < UNEXPLAINED and not is_turned(found):
            yield found


def difference_of(case: Case, heard: Heard, answer: Answer, seeds: Seeds) -> Sum:
    """Return how a KL is taken less a log-likelihood, of two right ones that were added; nothing where it is −KL."""
    calls, found = _differences(case, heard), Sum()
    with suppress(LossFunctionError, WitnessError):
        right = (call for call in calls if is_right_laid(call, dtype_of(heard.call, answer), seeds))
        found = next((call.function.added for call in right), found)
    return found


def with_weight(case: Case, heard: Heard, answer: Answer, seeds: Seeds) -> Heard:
    """Return what was heard of a sum, and whether a declared weight of the KL is all that it lacks of what is right."""
    if heard.is_right or case.options.beta == 1 or case.output is not None:
        return heard
    names, options = frozenset(heard.call.assignment.names), replace(case.options, beta=Fraction(1))
    call, is_right = replace(heard.call, quantity=quantity_for(names, case.name, options)), False
    with suppress(LossFunctionError, WitnessError):
        dtype = dtype_of(call, answer)
        is_right = any(is_right_laid(replace(call, negated=sign), dtype, seeds) for sign in (False, True))
    return replace(heard, is_unweighed=is_right)


def _differences(case: Case, heard: Heard) -> list[Asked]:
    """Return the calls of one of two outputs less the other, both ways."""
    call, added = replace(heard.call, negated=False), heard.call.function.added
    ways = (added.names, added.names[::-1])
    return [of_a_sum(case, call, Sum(names[:1], names[1:], added.over)) for names in ways]


def _added(one: Heard, other: Heard, answer: Answer) -> Sum:
    """Return two outputs to be added; of other shapes, each array reduced over the batch as the other part is; or none.

    What is one sample's is summed. Where one part is averaged over the batch the other is, unless it was divided by it.
    """
    names = one.call.output, other.call.output
    if answer.outputs[names[0]].shape == answer.outputs[names[1]].shape:
        return Sum(names)
    if _slips_of(one) + _slips_of(other) > _MOST_SLIPS:
        return Sum()
    divided = {name for name, part in zip(names, (one, other), strict=True) if _is_divided(part)}
    arrays = [name for name in names if answer.outputs[name].ndim]
    return Sum(
        names, over=tuple((name, "mean" if divided - {name} and name not in divided else "sum") for name in arrays)
    )


def _is_divided(part: Heard) -> bool:
    """Whether a part is divided by the number of samples."""
    first = part.found.explanations[0].factor
    return ("B", -1) in {each for monomial, _ in first.parts for each in monomial}


def _slips_of(part: Heard) -> int:
    """Return how many slips explain a part but for its sign, which may be for the caller to give."""
    return part.slips - is_turned(part)


def of_a_sum(case: Case, call: Asked, outputs: Sum) -> Asked:
    """Return the call of a sum of outputs."""
    return replace(call, function=case.function.adding(outputs), output=str(outputs))


def dtype_of(call: Asked, answer: Answer) -> str:
    """Return the dtype in which an output came, or the first in a sum: what is told of others is not told of it."""
    names = (call.output, *call.function.added.names)
    return next(answer.dtypes[name] for name in names if name in answer.dtypes)


def lacks_a_part(heard: Heard) -> bool:
    """Whether one part of an objective is missing."""
    return bool(_missing(heard))


def _missing(heard: Heard) -> set[str]:
    missing = {part.missing for part in heard.call.quantity.parts}
    explanations = heard.recovery.explanations if heard.recovery else ()
    return {slug for explanation in explanations[:1] for names in explanation.slips for slug in names} & missing
