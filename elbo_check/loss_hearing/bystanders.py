"""What a function returns beside what is judged: an argument that is handed on, or one more term of a loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..diagnosis.probing import Arrays, narrowest_of
from ..diagnosis.quantities.seconds import SECONDS
from ..diagnosis.sizes import Sizes
from ..errors import LossFunctionError
from ..inputs.loss_function import Answer
from ..inputs.outputs import differing
from .calls import Asked, Case
from .heard import HALF

__all__ = ["handed_on", "terms_of"]

_POINTS = 3
_STEP = 2.0**-14  # more than float32 rounds, and too little for a share of hits to meet a step of its own
_SCALES = (1 / 16, 1 / 4, 4.0)
_COUNTED = 2**10  # a share of hits among so many is no number in half precision, though it may be held by it
_DATA = "x"  # what depends on the data alone has no gradient
_OF_LATENTS = ("mean", *SECONDS)
_OF_DECODER = ("reconstruction", "logits", *(f"decoder_{name}" for name in SECONDS))
_POSITIVE = tuple(f"{of}{name}" for name, second in SECONDS.items() if second.positive for of in ("", "decoder_"))
_WIDE = 16.0  # of what a decoder gives: means of 8 and logits of 32
_OF_UNIT = ("reconstruction", "probabilities")  # which may be probabilities
_ENDS = (0, 1)
_NEARER = 1 / 64


def handed_on(trial: Asked, answer: Answer) -> frozenset[str]:
    """Return the outputs in a first answer that are arguments as they came, as the first is of `return recon, loss`."""
    arguments = trial.arguments(trial.quantity.draw(np.random.default_rng(0), next(trial.sizes()))).values()
    given = {np.asarray(each, dtype=np.float64).tobytes() for each in arguments}
    return frozenset(name for name, values in answer.outputs.items() if values.tobytes() in given)


def terms_of(case: Case, call: Asked) -> tuple[str, ...]:
    """Return the outputs that may be terms of a loss: numbers, or a row of them, that move where arguments do.

    A weight does not move, nor a count, nor a share of hits but at its steps; what has several axes is a tensor, unless
    one that is judged has its shape. A hinge moves far out alone, or where the KL is small.
    """
    whole = replace(call, function=case.function)
    sizes = next(call.sizes())
    answer = whole.answer(call.quantity.draw(np.random.default_rng(0), sizes))
    answer = replace(answer, handed_on=handed_on(whole, answer))
    judged = {answer.outputs[name].shape for name in call.function.added.names if name in answer.outputs}
    shapes = {name: answer.outputs[name].shape for name in answer.own}
    names = [name for name, shape in shapes.items() if shape in judged or _is_of_numbers(shape, call)]
    found: list[tuple[Answer, Answer]] = []
    for point, is_drawn in _points(call, sizes):
        try:
            found.append((whole.answer(point[0]), whole.answer(point[1])))
        except LossFunctionError:  # an argument may be what no small step leads to
            if is_drawn:
                return tuple(names)
    return tuple(name for name in names if _moves(name, found))


def _is_of_numbers(shape: tuple[int, ...], call: Asked) -> bool:
    """Whether an output is one number, or one a sample, a latent or a pixel; of one sample alone these are tensors."""
    return sum(length > 1 for length in shape) <= (1 if call.layout.batch else 0)


def _points(call: Asked, sizes: Sizes) -> Iterator[tuple[tuple[Arrays, Arrays], bool]]:
    """Yield points that are a small step apart, and whether they were drawn; then some near the prior, and far out."""
    generator, simple = np.random.default_rng(0), call.quantity.simple
    drawn = [tuple(call.quantity.draw(generator, sizes) for _ in range(2)) for _ in range(_POINTS)]
    data = {_DATA: drawn[0][0][_DATA]} if _DATA in drawn[0][0] else {}
    centres = {role: numbers[0] for role, numbers in simple.items()}
    ways = [(_OF_LATENTS, scale, centres) for scale in (1.0, *_SCALES)]
    ways += [(_OF_DECODER, _WIDE, centres), (_OF_DECODER, _NEARER, centres)]
    ways += [(_OF_UNIT, _NEARER, dict.fromkeys(_OF_UNIT, float(end))) for end in _ENDS]
    for roles, scale, about in ways:
        if not set(roles) & drawn[0][0].keys():
            continue
        for near, far in drawn:
            here, there = (_scaled(point, roles, scale, about) for point in (near, far))
            one, other = ({role: here[role] + k * _STEP * (there[role] - here[role]) for role in here} for k in (1, 2))
            yield ({**one, **data}, {**other, **data}), scale == 1


def _scaled(point: Arrays, roles: Sequence[str], scale: float, about: Mapping[str, float]) -> dict[str, Any]:
    """Return a point with these roles nearer to some numbers, or further from them, where they may be any numbers."""
    moved = [role for role in roles if role in point and scale != 1 and not (scale > 1 and role in _POSITIVE)]
    return {**point, **{role: about[role] + scale * (point[role] - about[role]) for role in moved}}


def _moves(name: str, found: Sequence[tuple[Answer, Answer]]) -> bool:
    """Whether an output moves by a small step, and by more than rounding from point to point."""
    held = [(one, other) for one, other in found if name in one.outputs and name in other.outputs]
    steps = [not np.array_equal(one.outputs[name], other.outputs[name], equal_nan=True) for one, other in held]
    answers = [one for one, _ in held]
    if not any(steps) and not _is_coarse(name, answers):
        return False
    return any(name in differing(answers[0], each) for each in answers)


def _is_coarse(name: str, answers: Sequence[Answer]) -> bool:
    """Whether an output came in half precision, which loses a small step; a count of hits is held by it as well."""
    values = [each.outputs[name] for each in answers]
    if not values or not any(np.any(each * _COUNTED % 1) for each in values):
        return False
    return narrowest_of(values, answers[0].dtypes[name]) in HALF
