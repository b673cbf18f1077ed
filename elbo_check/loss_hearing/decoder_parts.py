"""Outputs that are the parts of a loss of another decoder than was asked for: what is judged is what they make.

Of a Gaussian decoder of another spread they are known at a glance, before either is read by itself: a likelihood of its
own kind takes long to be told from all the slips that there are.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.glance import FEW, may_be_right
from ..diagnosis.probing import Arrays
from ..errors import LossFunctionError, WitnessError
from ..inputs.loss_function import Answer
from ..inputs.output_sums import Sum
from ..witnesses.seeding import Seeds
from .calls import Asked, Case, samples_of
from .heard import UNEXPLAINED, Heard
from .known_decoder import known_decoders
from .output_names import first_named
from .reading import called, generator_of, has_a_spread, is_right_laid
from .sums import dtype_of, lacks_a_part, of_a_sum, with_weight
from .unknown_decoder import is_moved_by, unknown_decoder

__all__ = ["of_an_unknown_decoder", "of_another_spread", "of_data_and_latents", "of_some_outputs"]

_SEEN = 1e-5  # relative: more than rounding in float32 does
_NEAR, _BATCHES = 1e-2, 3  # of a KL, at a glance: of two samples, or of four, a multiple of a mean is a sum
_FEWEST_OUTPUTS = 3  # of two nothing is left out
_MOST_PARTS = 3  # of a KL
_MEANS: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "reconstruction": lambda held: held,
    "logits": lambda held: 1 / (1 + np.exp(-held)),
}


def of_another_spread(case: Case, call: Asked, answer: Answer, seeds: Seeds) -> Heard | None:
    """Return what two outputs make, where it is right of a Gaussian decoder of another spread, and none is by itself.

    Their sum, to be minimised or maximised, or a KL less a log-likelihood.
    """
    names = [name for name in answer.own if name]
    if case.output is not None or "x" not in call.quantity.axes or first_named(names, objective=True):
        return None
    with suppress(LossFunctionError, WitnessError):  # an output that comes and goes
        dtype, pairs = dtype_of(call, answer), _pairs(call, names, answer)
        alone = [replace(call, output=name) for name in dict.fromkeys((call.output, *(each for _, each in pairs)))]
        if not pairs or any(is_right_laid(each, dtype, seeds) or has_a_spread(each, dtype, seeds) for each in alone):
            return None
        right = (each for each in _ways(case, call, names, pairs) if has_a_spread(each, dtype, seeds))
        found = (called(each, dtype, seeds) for each in right)
        return next((each for each in found if each.is_of_another_spread), None)
    return None


def _pairs(call: Asked, names: Sequence[str], answer: Answer) -> list[tuple[str, str]]:
    """Return the outputs of one shape of which the first may be a KL, and the other a likelihood of such a decoder."""
    calls = {name: replace(call, output=name) for name in names}
    likelihoods = [name for name, each in calls.items() if _may_be_of_a_spread(each)]
    kls = [name for name, each in calls.items() if not _is_of_data(each)] if likelihoods else []
    pairs = itertools.product(kls, likelihoods)
    return [(one, other) for one, other in pairs if answer.outputs[one].shape == answer.outputs[other].shape]


def _ways(case: Case, call: Asked, names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Iterator[Asked]:
    """Yield what a caller makes of a KL and a likelihood: nobody takes −KL from what is minimised."""
    for kl, likelihood in pairs:
        added = of_a_sum(case, call, Sum(tuple(name for name in names if name in (kl, likelihood))))
        yield added
        yield of_a_sum(case, call, Sum((kl,), (likelihood,)))
        yield from [replace(added, negated=True)] if case.name is None else []


def _is_of_data(call: Asked) -> bool:
    """Whether an output moves with the data, or with what the decoder gives."""
    return _moves(call)[0]


def _moves(call: Asked) -> tuple[bool, bool]:
    """Whether an output moves with the data, or what the decoder gives, and whether with anything else."""
    here, there = _two_points(call)
    moved = [(axes, is_moved_by(call, role, here, there)) for role, axes in call.quantity.axes.items()]
    return any(is_so and "D" in axes for axes, is_so in moved), any(is_so and "D" not in axes for axes, is_so in moved)


def _may_be_of_a_spread(call: Asked) -> bool:
    """Whether an output bends where the data move, and is not 0 where they are what the decoder gives: at a glance.

    An entropy is a line, and a mere squared error 0: of those nothing more is asked.
    """
    here, there = _two_points(call)
    one, half, other = (call({**here, "x": x}) for x in (here["x"], (here["x"] + there["x"]) / 2, there["x"]))
    bends = np.max(np.abs(one - 2 * half + other)) > _SEEN * np.max(np.abs([one, half, other]))
    return bool(bends) and not _is_mere_error(call)


def _is_mere_error(call: Asked) -> bool:
    """Whether an output is 0 where the data are what the decoder gives."""
    here, _ = _two_points(call)
    centre = next((means(here[role]) for role, means in _MEANS.items() if role in here), here["x"])
    return bool(np.max(np.abs(call({**here, "x": centre}))) <= _SEEN * np.max(np.abs(call(here))))


def _two_points(call: Asked) -> tuple[Arrays, Arrays]:
    generator, sizes = np.random.default_rng(0), next(call.sizes())
    here, there = (call.quantity.draw(generator, sizes) for _ in range(2))
    return here, there


def of_an_unknown_decoder(heard: Heard, parts: Sequence[Heard]) -> Iterator[Heard]:
    """Yield a sum of two outputs that is right of a decoder that is not known, where one of them is read as a KL."""
    is_unread = heard.recovery is not None and heard.recovery.fit is None
    if is_unread and heard.call.function.added and any(map(lacks_a_part, parts)) and unknown_decoder(heard):
        yield heard


def of_some_outputs(case: Case, call: Asked, answer: Answer, seeds: Seeds) -> Heard | None:
    """Return what some of three or more outputs make, where that alone is right of another decoder, and none is whole.

    A likelihood and a KL, or the parts of one. What is right of the decoder that was asked for is read as ever.
    """
    alone = _alone(case, call, answer)
    if len(alone) < _FEWEST_OUTPUTS:
        return None
    with suppress(LossFunctionError, WitnessError):  # an output that comes and goes
        dtype = dtype_of(call, answer)
        for sums in _sums(case, alone, answer):
            found = [each for each in sums if _is_of_a_decoder(each, dtype, seeds)]
            if found:
                if len(found) > 1 or any(_is_whole(each, dtype, seeds) for each in (*found, *alone)):
                    return None
                is_total_wrong = _has_a_named_kl(alone[0], dtype, seeds)
                return called(alone[0] if is_total_wrong else found[0], dtype, seeds)
    return _of_a_wrong_kl(case, alone, answer, seeds)


def of_data_and_latents(case: Case, call: Asked, answer: Answer, seeds: Seeds) -> Heard | None:
    """Return the sum of the one output that is of the data alone and the one that is of the latents alone, if so.

    Or the KL less a log-likelihood, where that is right of some decoder.
    """
    with suppress(LossFunctionError, WitnessError):
        alone, dtype = _alone(case, call, answer), dtype_of(call, answer)
        found = next(_sums(case, alone, answer)) if len(alone) > 1 else []
        if len(found) == 1:
            (added,) = found
            likelihood, kl = sorted(
                added.function.added.names, key=lambda name: not _is_of_data(replace(call, output=name))
            )
            less = of_a_sum(case, call, Sum((kl,), (likelihood,)))
            is_less = not _is_of_a_decoder(added, dtype, seeds) and _is_of_a_decoder(less, dtype, seeds)
            return called(less if is_less else added, dtype, seeds)
    return None


def _of_a_wrong_kl(case: Case, alone: Sequence[Asked], answer: Answer, seeds: Seeds) -> Heard | None:
    """Return the sum of a likelihood, beside which a mere error is logged, and of a KL that is wrong of any."""
    of_data = [each for each in alone if _moves(each) == (True, False)]
    is_beside_errors = len({_is_mere_error(each) for each in of_data}) > 1
    if not is_beside_errors or any(_is_whole(each, dtype_of(each, answer), seeds) for each in alone):
        return None
    heard = of_data_and_latents(case, alone[0], answer, seeds)
    if heard is None or with_weight(case, heard, answer, seeds).is_unweighed:
        return None
    return None if _has_right_kl(heard, seeds) else heard


def _has_a_named_kl(call: Asked, dtype: str, seeds: Seeds) -> bool:
    """Whether an output moves as a whole loss does, and its KL is wrong by known mistakes, as no ELBO's is."""
    if _moves(call) != (True, True) or _is_of_a_decoder(replace(call, negated=True), dtype, seeds):
        return False
    heard = Heard(call, dtype, tuple(samples_of(call, generator_of(seeds))))
    for known in known_decoders(heard):
        with suppress(LossFunctionError, WitnessError):
            found = called(known, dtype, seeds)
            if found.slips < UNEXPLAINED and not found.is_right:
                return True
    return False


def _has_right_kl(heard: Heard, seeds: Seeds) -> bool:
    """Whether a loss may be right with a decoder that is known in place of its own, at a glance, or is of no data."""
    known = list(known_decoders(heard))
    asked = (samples_of(each, generator_of(seeds), calls=FEW, most=_BATCHES) for each in known)
    quantity = heard.call.quantity
    return not known or any(all(may_be_right(each, quantity, _NEAR) for each in samples) for samples in asked)


def _alone(case: Case, call: Asked, answer: Answer) -> list[Asked]:
    """Return a call of each output, where none is called the loss, and they may be the parts of one."""
    names = [name for name in answer.own if name]
    is_named = case.output is not None or first_named(names, objective=True)
    return [] if is_named or "x" not in call.quantity.axes else [replace(call, output=name) for name in names]


def _sums(case: Case, alone: Sequence[Asked], answer: Answer) -> Iterator[list[Asked]]:
    """Yield the sums of a likelihood and a KL of one shape, then of two parts of a KL, and of more.

    A mere error is no likelihood beside one that is more than that: it is logged.
    """
    moves = {each.output: (*_moves(each), answer.outputs[each.output].shape) for each in alone}
    of_data = [each for each in alone if moves[each.output][:2] == (True, False)]
    likelihoods = [each.output for each in of_data if not _is_mere_error(each)] or [each.output for each in of_data]
    for count in range(1, _MOST_PARTS + 1):
        yield [
            of_a_sum(case, alone[0], Sum(tuple(name for name in moves if name in (likelihood, *kls))))
            for likelihood in likelihoods
            for kls in itertools.combinations(
                [name for name, held in moves.items() if held == (False, True, moves[likelihood][2])], count
            )
        ]


def _is_whole(call: Asked, dtype: str, seeds: Seeds) -> bool:
    """Whether what moves as a whole loss does is right of the decoder that was asked for, or alone of another."""
    if _moves(call) != (True, True):
        return False
    return is_right_laid(call, dtype, seeds) or (not call.function.added and _is_of_a_decoder(call, dtype, seeds))


def _is_of_a_decoder(call: Asked, dtype: str, seeds: Seeds) -> bool:
    """Whether values are right of some decoder, be it that of another spread: a quick look."""
    return bool(unknown_decoder(Heard(call, dtype, tuple(samples_of(call, generator_of(seeds))))))
