"""Two outputs that are the parts of an objective, for the caller to add."""

from __future__ import annotations

from collections.abc import Sequence

from ..inputs.loss_function import Answer
from .calls import KLS, MAIN, Asked, Case

__all__ = ["says_parts", "two_parts"]


def two_parts(case: Case, call: Asked, answer: Answer) -> tuple[str, ...]:
    """Return the two outputs, of one shape, that may be the parts of an objective; () where there are not just two."""
    if case.output is not None or not call.quantity.parts or any(name.lower() in MAIN for name in answer.outputs):
        return ()
    shape = answer.outputs[call.output].shape
    found = tuple(name for name, values in answer.outputs.items() if name and values.shape == shape)
    return found if len(found) == 2 else ()


def says_parts(names: Sequence[str]) -> bool:
    """Whether outputs are named as parts of an objective: one is the KL, and none is the loss.

    >>> says_parts(("recon", "kld")), says_parts(("0", "1"))
    (True, False)
    """
    return any(name.rpartition(".")[2].lower() in KLS for name in names)
