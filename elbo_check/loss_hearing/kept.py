"""What a mask does to a loss: whether ones or zeros in it keep all, and which parts of the loss it leaves something of.

Where all is kept, a loss depends on all its arguments; a part that moves as much without the mask is not masked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.probing import NOTICED, Arrays
from ..diagnosis.quantities import quantity_for
from ..errors import ElboCheckError, LossFunctionError
from ..inputs.loss_function import LossFunction
from .asking import asked
from .calls import Asked, Case

__all__ = ["as_called", "kept_by", "masked_parts"]

_PAIRS = 2
_PARTS = {"D": "the reconstruction", "d": "the KL"}  # by the axis that their arguments have


def as_called(case: Case) -> Asked:
    """Return the function in the layout that it takes, at the first points that it takes; raises its refusal."""
    first = quantity_for(frozenset(case.assignment.names), case.name, case.options)
    *others, last = first, *first.otherwise, replace(first, draw=first.only_positive or first.draw)
    for points in others:
        with suppress(LossFunctionError):
            return asked(case, case.assignment, points)[0]
    return asked(case, case.assignment, last)[0]


def kept_by(case: Case) -> Mapping[str, bool]:
    """Return, for each mask that is bound to a function, whether ones in its place keep all, or zeros do.

    What keeps nothing leaves a constant or no finite value. A mask is left out if it changes nothing, or if with
    either the function depends on fewer arguments than with the mask itself: it chooses between two parts.
    """
    call, found = as_called(case), dict[str, bool]()
    as_it_stands = _Seen(call, case.function)
    for name in case.function.filled({})[0]:
        ones, zeros = (_Seen(call, case.function.filled({name: is_one})[1]) for is_one in (True, False))
        whole = next((seen for seen in (ones, zeros) if seen.moving >= as_it_stands.moving), None)
        if whole is not None and not (ones.is_like(as_it_stands) and zeros.is_like(as_it_stands)):
            found[name] = whole is ones
    return found


def masked_parts(case: Case, kept: Mapping[str, bool]) -> str:
    """Return in words of which parts of a loss its masks leave something out: of one alone, or of every part."""
    call = as_called(case)
    own, whole = _Seen(call, case.function), _Seen(call, case.function.filled(kept)[1])
    roles = {axis: {role for role, axes in call.quantity.axes.items() if axis in axes} for axis in _PARTS}
    masked = [
        words for axis, words in _PARTS.items() if any(map(_differ, own.moves(roles[axis]), whole.moves(roles[axis])))
    ]
    return f"{masked[0]} alone" if len(masked) == 1 and all(roles.values()) else "every part"


class _Seen:
    """What was seen of a function at a few points: its outputs there, and the roles of arguments that move them."""

    def __init__(self, call: Asked, function: LossFunction) -> None:
        self._call = replace(call, function=function)
        generator, sizes = np.random.default_rng(0), next(call.sizes())
        self._points = [call.quantity.draw(generator, sizes) for _ in range(2 * _PAIRS)]
        self.outputs = [self._outputs(point) for point in self._points]
        self.moving = {role for role in self._points[0] if self._moves(role)}

    def is_like(self, other: _Seen) -> bool:
        """Whether the outputs of another are the same."""
        return not any(map(_differ, self.outputs, other.outputs))

    def _moves(self, role: str) -> bool:
        for here, there, before in zip(self._points[::2], self._points[1::2], self.outputs[::2], strict=True):
            if _differ(before, self._outputs({**here, role: there[role]})):
                return True
        return False

    def moves(self, roles: Collection[str]) -> list[Arrays]:
        """Return how far each output goes where these roles, all together, go from one point to the next."""
        steps: list[Arrays] = []
        for here, there, before in zip(self._points[::2], self._points[1::2], self.outputs[::2], strict=True):
            after = self._outputs({**here, **{role: there[role] for role in roles}})
            steps.append({name: after[name] - before[name] for name in after.keys() & before.keys()})
        return steps

    def _outputs(self, point: Arrays) -> Arrays:
        try:
            return self._call.answer(point).outputs
        except ElboCheckError:
            return {}


def _differ(before: Arrays, after: Arrays) -> bool:
    """Whether an output is another number, and a finite one, somewhere."""
    both = before.keys() & after.keys()
    pairs = [(before[name], after[name]) for name in both if before[name].shape == after[name].shape]
    with np.errstate(invalid="ignore"):
        return any(bool(np.any(np.abs(new - old) > NOTICED * (1 + np.abs(old)))) for old, new in pairs)
