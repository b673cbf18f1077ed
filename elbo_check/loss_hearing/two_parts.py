"""Two outputs that are the parts of an objective, for the caller to add."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnosis.naming import Explanation
from ..inputs.loss_function import Answer
from .calls import Asked, Case
from .heard import Heard
from .output_names import KLS, first_named

__all__ = ["is_of_likelihood", "is_said_to_be_added", "is_turned", "says_parts", "two_parts"]


_TURNED = ("wrong-sign",)


def two_parts(case: Case, call: Asked, answer: Answer) -> tuple[str, ...]:
    """Return the two outputs, of one shape, that may be the parts of an objective; () where there are not just two."""
    if case.output is not None or not call.quantity.parts or first_named(answer.own, objective=True):
        return ()
    shape = answer.outputs[call.output].shape
    found = tuple(name for name in answer.own if name and answer.outputs[name].shape == shape)
    return found if len(found) == 2 else ()


def says_parts(names: Sequence[str]) -> bool:
    """Whether the keys of one container name its values as parts of an objective: one is the KL, none is the loss.

    A place in a tuple names nothing, nor does the key of a KL that is logged beside what is returned.

    >>> says_parts(("recon", "kld")), says_parts(("1.recon", "1.kld"))
    (True, True)
    >>> says_parts(("0", "1")), says_parts(("0", "1.kl")), says_parts(("losses.loss", "losses.kl"))
    (False, False, False)
    """
    containers, _, keys = zip(*(name.lower().rpartition(".") for name in names), strict=True)
    return len(set(containers)) == 1 and not first_named(keys, objective=True) and bool({*keys} & {*KLS})


def is_said_to_be_added(heard: Heard) -> bool:
    """Whether names say that a sum of two outputs is meant, beside which nothing else may be a part."""
    added = heard.call.function.added
    others = added.over or heard.besides or heard.unread
    return len(added.names) == 2 and not others and says_parts(added.names)


def is_of_likelihood(heard: Heard, alone: bool = True) -> bool:
    """Whether two outputs that were added are right parts but for a sign: log p(x | z) is one, not its negative.

    Which sign it gets is for the caller. A cross-entropy beside −KL is one: nobody subtracts from what is minimised.
    Where that is not to be all `alone`, there may be other slips.
    """
    first = _explained(heard)
    if first is None:
        return False
    turned = is_turned(heard) and first.factor.parts[0][1] * (-1 if heard.call.negated else 1) < 0
    return turned and (not alone or first.slips == (_TURNED,))


def is_turned(heard: Heard) -> bool:
    """Whether one part has the wrong sign against the other."""
    first = _explained(heard)
    return first is not None and _TURNED in first.slips


def _explained(heard: Heard) -> Explanation | None:
    if heard.recovery is None or heard.recovery.kind.spread:
        return None
    return next(iter(heard.recovery.explanations), None)
