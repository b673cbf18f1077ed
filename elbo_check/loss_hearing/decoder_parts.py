"""Two outputs that are the parts of a loss of another decoder than was asked for: what is judged is what they make.

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

from ..diagnosis.probing import Arrays
from ..errors import LossFunctionError, WitnessError
from ..inputs.loss_function import Answer
from ..inputs.output_sums import Sum
from ..witnesses.seeding import Seeds
from .calls import Asked, Case
from .decoders import is_moved_by, unknown_decoder
from .heard import Heard
from .output_names import first_named
from .reading import called, has_a_spread, is_right_laid
from .sums import dtype_of, lacks_a_part, of_a_sum

__all__ = ["of_an_unknown_decoder", "of_another_spread"]

_SEEN = 1e-5  # relative: more than rounding in float32 does
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
    here, there = _two_points(call)
    return any(is_moved_by(call, role, here, there) for role, axes in call.quantity.axes.items() if "D" in axes)


def _may_be_of_a_spread(call: Asked) -> bool:
    """Whether an output bends where the data move, and is not 0 where they are what the decoder gives: at a glance.

    An entropy is a line, and a mere squared error 0: of those nothing more is asked.
    """
    here, there = _two_points(call)
    centre = next((means(here[role]) for role, means in _MEANS.items() if role in here), here["x"])
    points = (here["x"], (here["x"] + there["x"]) / 2, there["x"], centre)
    one, half, other, least = (call({**here, "x": x}) for x in points)
    size = _SEEN * np.max(np.abs([one, half, other]))
    return bool(np.max(np.abs(one - 2 * half + other)) > size and np.max(np.abs(least)) > size)


def _two_points(call: Asked) -> tuple[Arrays, Arrays]:
    generator, sizes = np.random.default_rng(0), next(call.sizes())
    here, there = (call.quantity.draw(generator, sizes) for _ in range(2))
    return here, there


def of_an_unknown_decoder(heard: Heard, parts: Sequence[Heard]) -> Iterator[Heard]:
    """Yield a sum of two outputs that is right of a decoder that is not known, where one of them is read as a KL."""
    is_unread = heard.recovery is not None and heard.recovery.fit is None
    if is_unread and heard.call.function.added and any(map(lacks_a_part, parts)) and unknown_decoder(heard):
        yield heard
