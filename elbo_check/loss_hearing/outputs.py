"""Which of several outputs is meant: the first, the one called loss, another that is right, or the sum of two parts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from ..errors import LossFunctionError, WitnessError
from ..inputs.loss_function import Answer
from ..inputs.outputs import Sum
from ..witnesses.seeding import Seeds
from .bystanders import terms_of
from .calls import Asked, Case
from .heard import UNEXPLAINED, Heard
from .output_names import first_named
from .reading import called
from .signs import is_maximised, is_minimised
from .two_parts import is_of_likelihood, is_turned, two_parts

__all__ = ["other_calls", "other_outputs"]

_MOST_SLIPS = 3  # of two outputs of different shapes, each of which lacks the other: with more, it is no part


def other_outputs(case: Case, heard: Heard, answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield what may be meant where a first output was only the first, and beside a right sum what may belong to it."""
    for found in _other_outputs(case, heard, answer, seeds):
        added = found.call.function.added
        if added and found.is_right:
            terms = terms_of(case, found.call, answer)
            yield replace(found, besides=tuple(name for name in terms if name not in added.names))
        else:
            yield found


def _other_outputs(case: Case, heard: Heard, answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield what may be meant where a first output was only the first: another that is right, or else a whole one.

    The sum of two is a whole one where neither is: a caller adds them. An ELBO's negative is right as well, and a wrong
    ELBO is heard by its negative, unless that takes more to be explained. What is not called an ELBO, nor a loss, may
    be one as long as nobody said which quantity it is. A first output that is no part of a right one may be meant.
    """
    whole: list[Heard] = []
    parts = [heard]
    for call in other_calls(case, heard.call, answer):
        with suppress(LossFunctionError, WitnessError):
            found = called(call, _dtype_of(call, answer), seeds)
            if found.is_right:
                yield found if _is_set_aside(heard, found, answer) else replace(found, instead_of=heard.call.output)
            if call.negated and not is_maximised(call):
                continue
            if call.output == heard.call.output:
                whole += [found] if _is_nearer(found, heard) else []
            elif _may_be_less(heard, found, answer) and found.slips < UNEXPLAINED and not lacks_a_part(found):
                whole.append(found)
            else:
                parts.append(found)
            if call.function.added and is_of_likelihood(found, alone=False):
                whole += _of_a_difference(case, call, answer, seeds)
    if not whole and (lacks_a_part(heard) or heard.slips >= UNEXPLAINED):
        whole += _of_two(case, parts, answer, seeds)
    yield from sorted(whole, key=lambda found: (lacks_a_part(found), found.slips))


def other_calls(case: Case, call: Asked, answer: Answer) -> Iterator[Asked]:
    """Yield other outputs, the sum of two, and negatives: of what is called an ELBO, and last of what may be one."""
    names, calls = answer.own, list[Asked]()
    objective = call.quantity.objective
    if case.output is None and not first_named(names, objective):
        calls = [replace(call, output=name) for name in names if name != call.output]
    parts = two_parts(case, call, answer)
    if parts:
        calls.append(_of_sum(case, call, Sum(parts)))
    for each in (call, *calls):
        if objective and is_maximised(each):
            yield replace(each, negated=True)
        if each is not call:
            yield each
    if objective and case.name is None:
        untold = (each for each in (call, *calls) if not (is_maximised(each) or is_minimised(each)))
        yield from (replace(each, negated=True) for each in untold)


def _of_a_difference(case: Case, call: Asked, answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield what a log-likelihood and a KL are with the sign that the caller gives them, where that is not right."""
    one, other = call.function.added.names
    for outputs in (Sum((one,), (other,)), Sum((other,), (one,))):
        found = called(_of_sum(case, replace(call, negated=False), outputs), _dtype_of(call, answer), seeds)
        if not found.is_right and found.slips < UNEXPLAINED and not is_turned(found):
            yield found


def _of_two(case: Case, parts: Sequence[Heard], answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield the sum of two of several outputs, each of which is what the other lacks; one alone, if shapes differ.

    One value a sample is summed over the batch, or averaged, where the other output was.
    """
    for one, other in sorted(itertools.combinations(parts, 2), key=lambda pair: pair[0].slips + pair[1].slips):
        if not lacks_a_part(one) or not lacks_a_part(other) or _missing(one) & _missing(other):
            continue
        names = one.call.output, other.call.output
        outputs = _added(one, other, answer)
        if outputs:
            with suppress(LossFunctionError, WitnessError):
                call = _of_sum(case, one.call, outputs)
                yield called(call, _dtype_of(call, answer), seeds)
                return
        if one.slips == other.slips == 1 and _differ_by_a_batch(one, other):
            yield replace(one, apart=names)
            return


def _added(one: Heard, other: Heard, answer: Answer) -> Sum:
    """Return two outputs to be added, one of one value a sample reduced over the batch as the other is; else none."""
    names = one.call.output, other.call.output
    axes = [answer.outputs[name].ndim for name in names]
    if answer.outputs[names[0]].shape == answer.outputs[names[1]].shape:
        return Sum(names)
    if sorted(axes) != [0, 1] or one.slips + other.slips > _MOST_SLIPS:
        return Sum()
    whole = (one, other)[axes.index(0)]
    powers = {power for m, _ in whole.found.explanations[0].factor.parts for name, power in m if name == "B"}
    return Sum(names, over=((names[axes.index(1)], "mean" if -1 in powers else "sum"),))


def _differ_by_a_batch(one: Heard, other: Heard) -> bool:
    """Whether two parts have one weight, but for a sum over the batch where the other is a mean."""
    first, second = (heard.found.explanations[0].factor for heard in (one, other))
    between = first.quotient(second)
    return between is not None and all(c == 1 and {name for name, _ in m} <= {"B"} for m, c in between.parts)


def _of_sum(case: Case, call: Asked, outputs: Sum) -> Asked:
    return replace(call, function=case.function.adding(outputs), output=str(outputs))


def _dtype_of(call: Asked, answer: Answer) -> str:
    """Return the dtype in which an output came, or the first in a sum: what is told of others is not told of it."""
    names = (call.output, *call.function.added.names)
    return next(answer.dtypes[name] for name in names if name in answer.dtypes)


def _is_set_aside(first: Heard, other: Heard, answer: Answer) -> bool:
    """Whether a first output is not what is meant where another is right: a part of it, a constant, or a tensor."""
    if first.call.output == other.call.output or other.call.function.added:
        return True
    if first.trouble or first.is_constant or lacks_a_part(first):
        return True
    return _is_tensor_beside(first, other, answer)


def _may_be_less(first: Heard, other: Heard, answer: Answer) -> bool:
    """Whether a first output may be less than a loss: a part of it, or a tensor that it is made of."""
    return lacks_a_part(first) or _is_tensor_beside(first, other, answer)


def _is_tensor_beside(first: Heard, other: Heard, answer: Answer) -> bool:
    """Whether no slips explain a first output, and it has another shape than one beside it."""
    if first.slips < UNEXPLAINED or other.call.function.added:
        return False
    return answer.outputs[first.call.output].shape != answer.outputs[other.call.output].shape


def _is_nearer(found: Heard, heard: Heard) -> bool:
    """Whether a function is explained by no more slips than as it was heard before, or is nearer to what is right."""
    if heard.recovery is None or found.slips < UNEXPLAINED:
        return found.slips <= heard.slips
    return found.slips == heard.slips and found.found.apart < heard.recovery.apart


def lacks_a_part(heard: Heard) -> bool:
    """Whether one part of an objective is missing."""
    return bool(_missing(heard))


def _missing(heard: Heard) -> set[str]:
    missing = {part.missing for part in heard.call.quantity.parts}
    explanations = heard.recovery.explanations if heard.recovery else ()
    return {slug for explanation in explanations[:1] for names in explanation.slips for slug in names} & missing
