"""What a function returns beside what is judged: an argument that is handed on, or one more term of a loss."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import LossFunctionError
from ..inputs.loss_function import Answer
from ..inputs.outputs import differing
from .calls import Asked, Case

__all__ = ["handed_on", "terms_of"]

_POINTS = 3
_STEP = 2.0**-14  # far more than float32 rounds, and too little for a share of hits to meet a step of its own
_DATA = "x"  # what depends on the data alone has no gradient


def handed_on(trial: Asked, answer: Answer) -> frozenset[str]:
    """Return the outputs in a first answer that are arguments as they came, as the first is of `return recon, loss`."""
    arguments = trial.arguments(trial.quantity.draw(np.random.default_rng(0), next(trial.sizes()))).values()
    given = {np.asarray(each, dtype=np.float64).tobytes() for each in arguments}
    return frozenset(name for name, values in answer.outputs.items() if values.tobytes() in given)


def terms_of(case: Case, call: Asked) -> tuple[str, ...]:
    """Return the outputs that may be terms of a loss: numbers, or one a sample, that move where arguments do.

    A weight does not move, nor a count, nor a share of hits but at its steps; of other shapes are tensors, unless one
    that is judged has that shape.
    """
    whole = replace(call, function=case.function)
    generator, sizes = np.random.default_rng(0), next(call.sizes())
    answer = whole.answer(call.quantity.draw(np.random.default_rng(0), sizes))
    answer = replace(answer, handed_on=handed_on(whole, answer))
    judged = (answer.outputs[name].shape for name in call.function.added.names if name in answer.outputs)
    shapes = {(), (sizes.get("B", 0),), *judged}
    names = [name for name in answer.own if answer.outputs[name].shape in shapes]
    found: set[str] = set()
    for _ in range(_POINTS):
        near, far = (call.quantity.draw(generator, sizes) for _ in range(2))
        moved = (
            {role: each if role == _DATA else each + k * _STEP * (far[role] - each) for role, each in near.items()}
            for k in (1, 2)
        )
        try:
            one, other = map(whole.answer, moved)
        except LossFunctionError:  # an argument may be what no small step leads to
            return tuple(names)
        found |= {*differing(one, other)}
    return tuple(name for name in names if name in found)
