"""Does a loss compute what it should? Call it, recover its formula, set it beside the right one, and name the slips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.quantities import quantity_for
from ..diagnosis.quantity import Quantity
from ..diagnosis.roles import Assignment
from ..diagnosis.sizes import ROWS, Sizes
from ..errors import ElboCheckError, LossFunctionError, WitnessError
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .asking import asked
from .bystanders import terms_of
from .calls import Case
from .channels import of_more_channels
from .conclusion import concluded
from .decoder_parts import of_another_spread
from .decoder_spreads import of_other_spreads
from .excuses import is_as_wrong, is_excuse
from .gradients import with_gradients, with_gradients_of_latents
from .heard import HALF, UNEXPLAINED, Heard
from .idle import may_be
from .latents_apart import with_latents_apart
from .layouts import of_other_layouts, right_as_sequences
from .learned import with_learned
from .lengths import at_other_lengths, explained_alone
from .masks import verdict_with_masks
from .multiples import with_multiples
from .notes import reading_words
from .other_readings import other_readings, readings_of_the_rest
from .outputs import heard_of_outputs, other_calls
from .priors import missing_prior
from .random import RANDOM
from .reading import called, generator_of, is_right_laid
from .rivals import as_held, wrong_along_steps
from .rows import in_rows
from .signs import of_its_sign
from .steadiness import as_steady
from .steps import with_other_latents
from .unknown_decoder import unknown_decoder

__all__ = ["Case", "hear", "is_right_as", "verdict_on_loss"]


def verdict_on_loss(case: Case, seeds: Seeds) -> Diagnosis:
    """Judge a function against the quantity that goes with its roles."""
    return verdict_with_masks(case, seeds, _verdict_on)


def _verdict_on(case: Case, seeds: Seeds) -> Diagnosis:
    told, heard = _judged(case, seeds)
    anew = replace(case, function=case.function.adding(case.function.added))
    told = with_learned(told, heard, lambda: _judged(anew, seeds), lambda: called(heard.call, heard.dtype, seeds))
    return told if heard.trouble else as_steady(told, heard)


def _judged(case: Case, seeds: Seeds) -> tuple[Diagnosis, Heard]:
    heard = hear(case, case.assignment, seeds)
    try:
        return _compared(case, heard, seeds)
    except WitnessError as trouble:  # an output that comes and goes
        heard = replace(heard, trouble=str(trouble))
    except LossFunctionError as refusal:  # one of a sum that nobody asked for
        if refusal.kind != "no-output" or case.output is not None:
            raise
        heard = replace(heard, trouble=f"the outputs change from call to call: {refusal.happened}")
    return concluded(heard, [], seeds), heard


def _compared(case: Case, heard: Heard, seeds: Seeds) -> tuple[Diagnosis, Heard]:
    """Set what was heard beside other readings, layouts and lengths, and return the verdict."""
    heard = right_as_sequences(heard, case.given, seeds) or heard
    heard = of_more_channels(heard, case.given, seeds) or heard
    rows = in_rows(heard, case.given, seeds)
    if rows is not None and rows.is_right and rows.call.layout == ROWS[0]:
        heard, rows = rows, None
    heard = _beside_terms(case, heard)
    others: list[Heard] = []
    if case.assignment.proposed and not heard.is_right_of_a_decoder:
        others = list(_others(case, heard, seeds))
    if not (heard.is_unseen or heard.is_of_another_spread):
        others += [*as_held(case, heard, seeds), *of_other_layouts(heard, case, seeds)]
        others += [*at_other_lengths(heard, case.given, seeds), *wrong_along_steps(case, heard, seeds)]
        others += with_other_latents(heard, case.given, seeds)
        others += [rows] if rows else []
        heard = heard if others else explained_alone(heard, case.given, seeds) or heard
    told, apart = with_latents_apart(concluded(heard, others, seeds), heard, seeds)
    told = with_multiples(told, heard, seeds)
    if told.outcome is Outcome.REFUTED and not told.mistakes and not case.assignment.proposed:
        told = replace(told, findings=(*told.findings, *_right_if(case, heard, seeds)))
    if heard.dtype not in HALF:  # differences of such values say nothing of a gradient
        told = with_gradients(told, heard, generator_of(seeds))
    told = with_gradients_of_latents(told, apart, generator_of(seeds)) if apart else told
    return of_other_spreads(told, case, heard, seeds), heard


def hear(case: Case, assignment: Assignment, seeds: Seeds) -> Heard:
    """Hear a function at the points of its quantity, and at others where it refuses these or is not right there.

    What is right of single samples is so where it takes no batches at other points either.
    """
    quantity = quantity_for(frozenset(assignment.names), case.name, case.options)
    found: list[Heard] = []
    refusal: LossFunctionError | None = None
    for points in may_be(case, assignment, _having(case.given, (quantity, *quantity.otherwise))):
        is_explained = any(heard.slips < UNEXPLAINED for heard in found)
        if points.only_at and is_explained and not _is_right_at(case, assignment, points, seeds):
            continue  # slips explain it; yet one written for these points alone, as with `x == 1`, is no slip
        try:
            heard = _heard_as(case, assignment, points, seeds)
        except LossFunctionError as error:
            if error.kind == "too-slow" and not found:
                raise  # it would be waited for at each of the other points as well
            refusal = refusal or error
            continue
        if _is_settled(heard, case):
            return heard
        found.append(heard)
    if not found and quantity.otherwise and quantity.only_positive is not None:
        with suppress(LossFunctionError):
            points = replace(quantity, draw=quantity.only_positive)
            found.append(replace(_heard_as(case, assignment, points, seeds), only_positive=True))
    if not found and refusal is not None:
        raise refusal
    return _best(found)


def _is_settled(heard: Heard, case: Case) -> bool:
    """Whether nothing else needs to be asked: what is right of single samples may take batches at other points."""
    if heard.is_right_of_a_decoder:
        return heard.call.layout.batch or not case.batch
    return heard.is_unseen or heard.trouble.startswith(RANDOM)  # what is random here is right nowhere


def _best(found: Sequence[Heard]) -> Heard:
    """Return what needs the fewest slips; what is right of single samples counts where none takes batches."""
    if any(each.call.layout.batch for each in found):
        found = [each for each in found if not each.is_right]
    return min(found, key=lambda heard: (heard.slips, bool(heard.trouble), not heard.call.layout.batch))


def _having(given: Sizes, quantities: Sequence[Quantity]) -> Sequence[Quantity]:
    """Return the quantities that have all axes whose lengths were given, if any has: categoricals in a row have G."""
    wanted = {"G" if name in "GHW" else name for name in given}
    having = [each for each in quantities if wanted <= {axis for axes in each.axes.values() for axis in axes}]
    return having or quantities


def _heard_as(case: Case, assignment: Assignment, quantity: Quantity, seeds: Seeds) -> Heard:
    """Call the function at designed points, and recover what it computes, in the terms of a quantity."""
    call, answer = asked(case, assignment, quantity)
    call = of_its_sign(call)
    heard = of_another_spread(case, call, answer, seeds) or heard_of_outputs(case, call, answer, seeds)
    unread = {name: answer.unread[name] for name in answer.names if name in answer.opaque}
    return replace(heard, outputs=tuple(answer.outputs), unread=unread)


def is_right_as(case: Case, assignment: Assignment, seeds: Seeds) -> bool:
    """Whether a function is right under a reading of its arguments: a quick look, without any slips."""
    quantity = quantity_for(frozenset(assignment.names), case.name, case.options)
    try:
        call, answer = asked(case, assignment, quantity)
        return is_right_laid(call, answer.dtypes[call.output], seeds)
    except (LossFunctionError, WitnessError):
        return False


def _beside_terms(case: Case, heard: Heard) -> Heard:
    """Return what was heard, and of a right sum of outputs which others may be terms as well."""
    added = heard.call.function.added
    if not added or not heard.is_right or case.output is not None:
        return heard
    return replace(heard, besides=tuple(name for name in terms_of(case, heard.call) if name not in added.names))


def _is_right_at(case: Case, assignment: Assignment, points: Quantity, seeds: Seeds) -> bool:
    """Whether one of its outputs, their sum or an ELBO's negative is right at the points of a quantity."""
    with suppress(LossFunctionError, WitnessError):
        call, answer = asked(case, assignment, points)
        calls = (call, *other_calls(case, call, answer))
        return any(is_right_laid(each, answer.dtypes[call.output], seeds) for each in calls)
    return False


def _right_if(case: Case, heard: Heard, seeds: Seeds) -> Iterator[Finding]:
    """Say what the arguments would have to hold, instead of what was said, for an unnamed function to be right."""
    for assignment in other_readings(case):
        with suppress(ElboCheckError), np.errstate(all="ignore"):  # some readings are those of no quantity
            quantity = quantity_for(frozenset(assignment.names), case.name, case.options)
            other = replace(heard, call=replace(heard.call, assignment=assignment, quantity=quantity))
            if not is_right_laid(other.call, heard.dtype, seeds):
                continue
            found = called(other.call, heard.dtype, seeds)
            if found.is_right and is_excuse(found, heard, seeds) and not is_as_wrong(found, heard):
                yield Finding("reading", f"it would be right if {reading_words(other, heard)}", "note")
                return


def _others(case: Case, heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the other readings that matter: one that makes the function right, or all that may take fewer slips."""
    for assignment in other_readings(case):
        with suppress(ElboCheckError):  # under some readings it cannot even be called, or they are those of no quantity
            quantity = quantity_for(frozenset(assignment.names), case.name, case.options)
            call = replace(heard.call, assignment=assignment, quantity=quantity)
            if is_right_laid(call, heard.dtype, seeds):
                yield hear(case, assignment, seeds)
                return
    if heard.slips < 2 or unknown_decoder(heard) or missing_prior(heard):
        return
    for assignment in readings_of_the_rest(case, heard):
        with suppress(ElboCheckError):
            yield hear(case, assignment, seeds)
