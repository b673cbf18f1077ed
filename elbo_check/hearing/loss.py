"""Does a loss compute what it should? Call it, recover its formula, set it beside the right one, and name the slips."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import rounding_of
from ..diagnosis.probing import Sample, narrowest
from ..diagnosis.quantities import quantity_for
from ..diagnosis.quantities.seconds import SECONDS
from ..diagnosis.quantity import Quantity
from ..diagnosis.recovery import is_right, recovered
from ..diagnosis.roles import Assignment
from ..diagnosis.sizes import LAYOUTS, SEQUENCES, SINGLE
from ..errors import LossFunctionError, WitnessError
from ..loss_verdict import Diagnosis
from ..witnesses.seeding import Seeds
from .loss_calls import Asked, Case, asked, samples_of
from .loss_conclusion import concluded
from .loss_gradients import with_gradients
from .loss_heard import UNEXPLAINED, Heard
from .loss_random import average

__all__ = ["Case", "hear", "is_right_as", "verdict_on_loss"]

_RANDOM = "two calls with the same arguments gave different values: give it its noise as an argument (role noise)"
_DECODED = {"reconstruction": "logits", "logits": "reconstruction"}
_ACROSS = {"_q": "_p", "_p": "_q"}
_NOT_FINITE = "it has no finite value at ordinary points, where the right value is finite"


def verdict_on_loss(case: Case, seeds: Seeds) -> Diagnosis:
    """Judge a function against the quantity that goes with its roles."""
    started = time.perf_counter()
    heard = _right_as_sequences(case, seeds) or hear(case, case.assignment, seeds)
    others: list[Heard] = []
    if case.assignment.proposed and not heard.is_right:
        others = list(_others(case, heard, seeds))
    others += [*_of_images(heard, seeds), *_of_sequences(heard, seeds), *_of_single_samples(heard, seeds)]
    told = concluded(heard, others, seeds, time.perf_counter() - started)
    return with_gradients(told, heard.call, heard.samples, _generator(seeds))


def hear(case: Case, assignment: Assignment, seeds: Seeds) -> Heard:
    """Hear a function at the points of its quantity, and at others where it refuses these or is not right there."""
    quantity = quantity_for(frozenset(assignment.names), case.name, case.options)
    found: list[Heard] = []
    refusal: LossFunctionError | None = None
    for points in (quantity, *quantity.otherwise):
        if points.only_at and any(heard.slips < UNEXPLAINED for heard in found):
            continue
        try:
            heard = _heard_as(case, assignment, points, seeds)
        except LossFunctionError as error:
            refusal = refusal or error
            continue
        if heard.is_right:
            return heard
        found.append(heard)
    if not found and quantity.otherwise and quantity.only_positive is not None:
        with suppress(LossFunctionError):
            points = replace(quantity, draw=quantity.only_positive)
            found.append(replace(_heard_as(case, assignment, points, seeds), only_positive=True))
    if not found and refusal is not None:
        raise refusal
    return min(found, key=lambda heard: (heard.slips, bool(heard.trouble)))


def _heard_as(case: Case, assignment: Assignment, quantity: Quantity, seeds: Seeds) -> Heard:
    """Call the function at designed points, and recover what it computes, in the terms of a quantity."""
    call, answer = asked(case, assignment, quantity)
    try:
        return _called(call, answer.dtypes[call.output], seeds)
    except WitnessError as refusal:
        return Heard(call, answer.dtypes[call.output], trouble=str(refusal))


def _called(call: Asked, dtype: str, seeds: Seeds) -> Heard:
    """Call it, and recover what it computes; say what keeps it from being read."""
    quantity = call.quantity
    first = quantity.draw(np.random.default_rng(0), next(call.sizes()))
    if call.function.is_random(call.arguments(first)):
        return Heard(call, dtype, trouble=_RANDOM, notes=tuple(average(call, _generator(seeds))))
    samples = samples_of(call, _generator(seeds))
    if _finite(samples):
        dtype = narrowest(samples, dtype)
        return Heard(call, dtype, tuple(samples), recovered(samples, quantity, rounding_of(dtype)))
    if quantity.only_positive is None:
        return Heard(call, dtype, trouble=_NOT_FINITE)
    call = replace(call, quantity=replace(quantity, draw=quantity.only_positive))
    samples = samples_of(call, _generator(seeds))
    if not _finite(samples):
        return Heard(call, dtype, trouble=_NOT_FINITE)
    dtype = narrowest(samples, dtype)
    found = recovered(samples, quantity, rounding_of(dtype))
    return Heard(call, dtype, tuple(samples), found, only_positive=True)


def _is_right_laid(call: Asked, dtype: str, seeds: Seeds) -> bool:
    """Whether a function is right as it is called here: a quick look, without any slips."""
    samples = samples_of(call, _generator(seeds))
    return _finite(samples) and is_right(samples, call.quantity, rounding_of(dtype))


def is_right_as(case: Case, assignment: Assignment, seeds: Seeds) -> bool:
    """Whether a function is right under a reading of its arguments: a quick look, without any slips."""
    quantity = quantity_for(frozenset(assignment.names), case.name, case.options)
    try:
        call, answer = asked(case, assignment, quantity)
        return _is_right_laid(call, answer.dtypes[call.output], seeds)
    except (LossFunctionError, WitnessError):
        return False


def _others(case: Case, heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the other readings that matter: one that makes the function right, or all, if one slip is not enough."""
    readings = list(_other_readings(case))
    for assignment in readings:
        with suppress(LossFunctionError, WitnessError):  # under some readings it cannot even be called
            quantity = quantity_for(frozenset(assignment.names), case.name, case.options)
            call = replace(heard.call, assignment=assignment, quantity=quantity)
            if _is_right_laid(call, heard.dtype, seeds):
                yield hear(case, assignment, seeds)
                return
    for assignment in readings if heard.slips > 1 else ():
        with suppress(LossFunctionError, WitnessError):
            yield hear(case, assignment, seeds)


def _of_single_samples(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of single samples, where it gives one number and is right for those only."""
    quantity, recovery = heard.call.quantity, heard.recovery
    alone = not quantity.objective and set(quantity.axes.values()) == {("B", "d")}
    if heard.is_right or recovery is None or recovery.kind.kept or not heard.call.layout.batch or not alone:
        return
    call = replace(heard.call, layout=SINGLE)
    with suppress(LossFunctionError, WitnessError):
        if _is_right_laid(call, heard.dtype, seeds):
            yield _called(call, heard.dtype, seeds)


def _right_as_sequences(case: Case, seeds: Seeds) -> Heard | None:
    """Return a function that takes images, and is right for sequences (B, T, d) only, as one of those."""
    quantity = quantity_for(frozenset(case.assignment.names), case.name, case.options)
    with suppress(LossFunctionError, WitnessError):
        call, answer = asked(case, case.assignment, quantity)
        dtype = answer.dtypes[call.output]
        for layout in (call.layout, *SEQUENCES) if call.layout.axes else ():
            if layout.axes.keys() == call.layout.axes.keys() and layout.steps_come_first:
                with suppress(LossFunctionError, WitnessError):
                    laid = replace(call, layout=layout)
                    if _is_right_laid(laid, dtype, seeds):
                        return _called(laid, dtype, seeds) if layout.of_sequences else None
    return None


def _of_images(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of images, where it takes plain arrays as well and is right for images only."""
    if heard.is_right or heard.recovery is None or heard.call.layout != LAYOUTS[0]:
        return
    held = {axis for axes in heard.call.quantity.axes.values() for axis in axes} - heard.call.given.keys()
    for layout in LAYOUTS:
        if layout.axes and not layout.of_sequences and layout.axes.keys() <= held:
            call = replace(heard.call, layout=layout)
            with suppress(LossFunctionError, WitnessError):
                if _is_right_laid(call, heard.dtype, seeds):
                    yield _called(call, heard.dtype, seeds)
                    return


def _of_sequences(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of sequences, if it takes them: what is no image's right may be a sequence's."""
    if heard.is_right or heard.recovery is None or not heard.call.layout.axes:
        return
    axes = heard.call.layout.axes.keys()
    for layout in SEQUENCES:
        if layout.axes.keys() == axes and layout != heard.call.layout:
            with suppress(LossFunctionError, WitnessError):
                yield _called(replace(heard.call, layout=layout), heard.dtype, seeds)


def _other_readings(case: Case) -> Iterator[Assignment]:
    """Yield the readings that a name may hide: what a second parameter holds, and which of two arguments it is.

    Which of two densities is q is a guess as well, where it goes by numbers.
    """
    for role in case.assignment.names:
        base, side = _sided(role)
        if base in SECONDS:
            for other in SECONDS:
                if other != base:
                    yield case.assignment.with_roles({role: other + side})
            if f"mean{side}" in case.assignment.names:
                yield case.assignment.with_roles({role: f"mean{side}", f"mean{side}": role})
        if role in _DECODED:
            yield case.assignment.with_roles({role: _DECODED[role]})
    sided = {role: role[:-2] + _ACROSS[role[-2:]] for role in case.assignment.names if role[-2:] in _ACROSS}
    if sided:
        yield case.assignment.with_roles(sided)  # the prior first


def _sided(role: str) -> tuple[str, str]:
    return (role[:-2], role[-2:]) if role.endswith(("_q", "_p")) else (role, "")


def _generator(seeds: Seeds) -> np.random.Generator:
    return np.random.default_rng(next(seeds.children()))


def _finite(samples: Sequence[Sample]) -> bool:
    return all(np.isfinite(output).all() for sample in samples for output in sample.outputs)
