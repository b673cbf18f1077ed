"""Which of several outputs is meant: the first, the one called loss, another that is right, or the sum of two parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ..errors import LossFunctionError, WitnessError
from ..inputs.loss_function import Answer
from ..inputs.output_sums import Sum
from ..witnesses.seeding import Seeds
from .calls import Asked, Case
from .decoder_parts import of_an_unknown_decoder, of_data_and_latents, of_some_outputs
from .heard import UNEXPLAINED, Heard
from .output_names import first_named, namesakes
from .reading import called
from .signs import is_maximised, is_minimised, may_have_its_sign
from .sums import difference_of, dtype_of, lacks_a_part, of_a_difference, of_a_sum, put_together, with_weight
from .two_parts import is_of_likelihood, two_parts
from .unknown_decoder import unknown_decoder

__all__ = ["heard_of_outputs", "other_calls"]


def heard_of_outputs(case: Case, call: Asked, answer: Answer, seeds: Seeds) -> Heard:
    """Recover what one output is, or another where that may be meant instead, or the sum of some."""
    made = of_some_outputs(case, call, answer, seeds)
    if made is not None:
        return made
    dtype = answer.dtypes[call.output]
    try:
        heard = called(call, dtype, seeds)
    except WitnessError as refusal:
        heard = Heard(call, dtype, trouble=str(refusal))
    heard = _among_namesakes(case, heard, answer, seeds)
    is_settled = heard.is_right_of_a_decoder or (len(answer.own) > 1 and _is_of_an_unknown_decoder(heard))
    found = heard if is_settled else next(_meant_instead(case, heard, answer, seeds), heard)
    is_untold = found is heard and not is_settled and (heard.slips >= UNEXPLAINED or lacks_a_part(heard))
    return (of_data_and_latents(case, call, answer, seeds) or found) if is_untold else found


def _is_of_an_unknown_decoder(heard: Heard) -> bool:
    """Whether an output that is read as nothing known is a whole loss of a decoder that is not known."""
    return heard.recovery is not None and heard.recovery.fit is None and bool(unknown_decoder(heard))


def _among_namesakes(case: Case, heard: Heard, answer: Answer, seeds: Seeds) -> Heard:
    """Return what was heard, or a right output where one is right and one is not, and both are called the loss."""
    names = namesakes(answer.own, heard.call.quantity.objective) if case.output is None else ()
    for name in (name for name in names if name != heard.call.output):
        with suppress(LossFunctionError, WitnessError):
            found = called(replace(heard.call, output=name), answer.dtypes[name], seeds)
            if found.is_right is not heard.is_right:
                right, wrong = (found, heard) if found.is_right else (heard, found)
                return replace(right, instead_of=wrong.call.output)
    return heard


def _meant_instead(case: Case, heard: Heard, answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield what may be meant where a first output was only the first, and of two parts what a caller has to know."""
    for found in _other_outputs(case, heard, answer, seeds):
        added = found.call.function.added
        if added and is_of_likelihood(found):
            yield replace(found, difference=difference_of(case, found, answer, seeds))
        else:
            yield with_weight(case, found, answer, seeds) if added else found


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
            found = called(call, dtype_of(call, answer), seeds)
            if found.is_right:
                yield found if _is_set_aside(heard, found, answer) else replace(found, instead_of=heard.call.output)
            if call.negated and not may_have_its_sign(call):
                yield from [found] if _is_of_an_unknown_decoder(found) else []
                continue
            if call.output == heard.call.output:
                whole += [found] if _is_nearer(found, heard) else []
            elif _may_be_less(heard, found, answer) and found.slips < UNEXPLAINED and not lacks_a_part(found):
                whole.append(found)
            else:
                parts.append(found)
            yield from of_an_unknown_decoder(found, parts)
            if call.function.added:
                whole += of_a_difference(case, found, answer, seeds)
    if all(map(lacks_a_part, whole)) and (lacks_a_part(heard) or heard.slips >= UNEXPLAINED):
        whole += put_together(case, parts, answer, seeds)
    yield from sorted(whole, key=lambda found: (lacks_a_part(found), found.slips))


def other_calls(case: Case, call: Asked, answer: Answer) -> Iterator[Asked]:
    """Yield other outputs, the sum of two, and negatives: of what is called an ELBO, and last of what may be one."""
    names, calls = answer.own, list[Asked]()
    objective = call.quantity.objective
    if case.output is None and not first_named(names, objective):
        calls = [replace(call, output=name) for name in names if name != call.output]
    parts = two_parts(case, call, answer)
    if parts:
        calls.append(of_a_sum(case, call, Sum(parts)))
    for each in (call, *calls):
        if may_have_its_sign(each):
            yield replace(each, negated=True)
        if each is not call:
            yield each
    if objective and case.name is None:
        untold = (each for each in (call, *calls) if not (is_maximised(each) or is_minimised(each)))
        yield from (replace(each, negated=True) for each in untold)


def _is_set_aside(first: Heard, other: Heard, answer: Answer) -> bool:
    """Whether a first output is not what is meant where another is right: a part of it, a constant, or a tensor."""
    if first.call.output == other.call.output or other.call.function.added:
        return True
    if first.is_constant or lacks_a_part(first):
        return True
    return _is_tensor_beside(first, other, answer)


def _may_be_less(first: Heard, other: Heard, answer: Answer) -> bool:
    """Whether a first output may be less than a loss: a part of it, or a tensor that it is made of."""
    return lacks_a_part(first) or _is_tensor_beside(first, other, answer)


def _is_tensor_beside(first: Heard, other: Heard, answer: Answer) -> bool:
    """Whether no slips explain a first output, and it has more numbers than a loss: neither one, nor one a sample."""
    if first.slips < UNEXPLAINED or other.call.function.added:
        return False
    shape, sizes = answer.outputs[first.call.output].shape, next(first.call.sizes())
    is_as_other = shape == answer.outputs[other.call.output].shape
    return not is_as_other and [length for length in shape if length > 1] not in ([], [sizes.get("B")])


def _is_nearer(found: Heard, heard: Heard) -> bool:
    """Whether a function is explained by no more slips than as it was heard before, or is nearer to what is right."""
    if heard.recovery is None or found.slips < UNEXPLAINED:
        return found.slips <= heard.slips
    is_nearer = found.recovery is not None and found.recovery.apart < heard.recovery.apart
    return found.slips == heard.slips and is_nearer
