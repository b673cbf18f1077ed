"""A sampler that draws its own noise, as `reparameterize(mu, logvar)` does, asked with noise that is known.

Its one draw from a standard normal is replaced by given noise; then it is a function of that, and no longer random.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.probing import Arrays
from ..diagnosis.quantities import quantity_for
from ..diagnosis.quantities.seconds import SECONDS
from ..diagnosis.quantity import Quantity
from ..diagnosis.roles import Assignment
from ..errors import ElboCheckError, InputError, LossFunctionError, WitnessError
from ..inputs.backends.draws import KEYS
from .asking import asked
from .calls import Asked, Case

__all__ = ["with_own_noise"]

_NAME = "ε"
_FAR = 4.0  # standard deviations, either way: whoever draws again beyond a bound does so here
_OF_NOISE = (None, "sampler", "sampled-kl")
_WHOLE = (None, "vae-loss", "bernoulli-vae-loss", "gaussian-vae-loss")


def with_own_noise(case: Case) -> Case:
    """Return the case of a function of a mean and a scale, or of a whole loss, with its own noise as an argument.

    It is as it was if it draws none. Raises `RejectedDrawsError` if it draws again what lies far out.
    """
    roles = case.assignment.names.keys()
    alone, whole = len(roles) == 2 and case.name in _OF_NOISE, "x" in roles and case.name in _WHOLE
    if not (alone or whole) or "mean" not in roles or "noise" in roles or not roles & SECONDS.keys():
        return case
    name = "sampler" if alone else case.name
    try:
        quantity = quantity_for(frozenset({*roles, "noise"}), name, case.options)
    except InputError:  # a likelihood alone has no noise
        return case
    repeats = _repeats(case)
    held = {**case.assignment.roles, _NAME: "noise"}
    given = replace(
        case,
        function=case.function.with_own_noise(_NAME),
        assignment=Assignment(held, case.assignment.proposed),
    )
    for points in _points(quantity):
        try:
            call, _ = asked(given, given.assignment, points)
            point = call.quantity.draw(np.random.default_rng(0), next(call.sizes()))
            if not call.function.is_random(call.arguments(point), call.output):
                given.function.repeats = repeats
                _ask_far_out(call, point)
                return given
        except (LossFunctionError, WitnessError) as refusal:
            if _is_of_shapes(refusal):
                break
    return case


def _is_of_shapes(refusal: ElboCheckError) -> bool:
    """Whether a function refuses the shapes of its arrays, whatever they hold."""
    return isinstance(refusal, LossFunctionError) and refusal.kind == "shape"


def _ask_far_out(call: Asked, point: Arrays) -> None:
    signs = np.resize([1.0, -1.0], np.shape(point["noise"]))
    with suppress(LossFunctionError):  # what it cannot take there is no draw of its own choice
        call.answer({**point, "noise": _FAR * signs})


def _points(quantity: Quantity) -> list[Quantity]:
    """Return the points that are drawn, and those of 0 and 1, where a density may take such data alone."""
    return [quantity, *[each for each in quantity.otherwise if each.only_at][:1]]


def _repeats(case: Case) -> bool:
    """Whether a function gives one value at one point twice; it is asked itself, so that it knows its first question.

    In JAX that is a key, which an argument may hold: there it is one that is made within.
    """
    name = case.name if "x" in case.assignment.names else None  # without its noise it is no sampler
    with suppress(InputError):
        quantity = quantity_for(frozenset(case.assignment.names), name, case.options)
        for points in _points(quantity):
            repeats = _repeats_at(case, points)
            if repeats is not None:
                return repeats
    return False


def _repeats_at(case: Case, points: Quantity) -> bool | None:
    """Return the same at points of these kinds; None where it takes none of them."""
    try:
        call, _ = asked(case, case.assignment, points)
        arguments = call.arguments(points.draw(np.random.default_rng(0), next(call.sizes())))
        if call.function.is_random(arguments):
            return False
        return call.function.backend != "jax" or not KEYS.isdisjoint(call.function.drawn_from(arguments))
    except ElboCheckError as error:
        if isinstance(error, LossFunctionError) and error.kind == "too-slow":
            raise  # it would be waited for again and again
        return False if _is_of_shapes(error) else None
