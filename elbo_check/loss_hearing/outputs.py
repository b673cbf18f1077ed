"""Which of several outputs is meant: the first, the one called loss, another that is right, or the sum of two parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ..errors import LossFunctionError, WitnessError
from ..inputs.loss_function import Answer
from ..witnesses.seeding import Seeds
from .calls import Asked, Case, main_output
from .heard import UNEXPLAINED, Heard
from .reading import called
from .signs import is_maximised, is_minimised
from .two_parts import two_parts

__all__ = ["other_calls", "other_outputs"]


def other_outputs(case: Case, heard: Heard, answer: Answer, seeds: Seeds) -> Iterator[Heard]:
    """Yield what may be meant where a first output was only the first: another that is right, or else a whole one.

    The sum of two is a whole one where neither is: a caller adds them. An ELBO's negative is right as well, and a wrong
    ELBO is heard by its negative, unless that takes more to be explained. What is not called an ELBO, nor a loss, may
    be one as long as nobody said which quantity it is.
    """
    whole: list[Heard] = []
    for call in other_calls(case, heard.call, answer):
        with suppress(LossFunctionError, WitnessError):
            found = called(call, heard.dtype, seeds)
            if found.is_right:
                yield found
            if call.negated and not is_maximised(call):
                continue
            if call.output == heard.call.output:
                whole += [found] if _is_nearer(found, heard) else []
            elif _lacks_a_part(heard) and found.slips < UNEXPLAINED and not _lacks_a_part(found):
                whole.append(found)
    yield from sorted(whole, key=lambda found: (_lacks_a_part(found), found.slips))


def other_calls(case: Case, call: Asked, answer: Answer) -> Iterator[Asked]:
    """Yield other outputs, the sum of two, and negatives: of what is called an ELBO, and last of what may be one."""
    names, calls = tuple(answer.outputs), list[Asked]()
    if case.output is None and names[0] == main_output(names, call.quantity) == call.output:
        calls = [replace(call, output=name) for name in names[1:]]
    parts = two_parts(case, call, answer)
    if parts:
        calls.append(replace(call, function=case.function.adding(parts), output=" + ".join(parts)))
    for each in (call, *calls):
        if call.quantity.objective and is_maximised(each):
            yield replace(each, negated=True)
        if each is not call:
            yield each
    if call.quantity.objective and case.name is None:
        untold = (each for each in (call, *calls) if not (is_maximised(each) or is_minimised(each)))
        yield from (replace(each, negated=True) for each in untold)


def _is_nearer(found: Heard, heard: Heard) -> bool:
    """Whether a function is explained by no more slips than as it was heard before, or is nearer to what is right."""
    if heard.recovery is None or found.slips < UNEXPLAINED:
        return found.slips <= heard.slips
    return found.slips == heard.slips and found.found.apart < heard.recovery.apart


def _lacks_a_part(heard: Heard) -> bool:
    """Whether one part of an objective is missing."""
    missing = {part.missing for part in heard.call.quantity.parts}
    explanations = heard.recovery.explanations if heard.recovery else ()
    return any(slug in missing for explanation in explanations[:1] for names in explanation.slips for slug in names)
