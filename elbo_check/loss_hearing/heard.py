"""What was heard of a function under one reading of its arguments, before a verdict is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..diagnosis.probing import Sample, is_constant
from ..diagnosis.recovery import UNEXPLAINED, Recovery
from ..inputs.output_sums import Sum
from ..verdict import Finding
from .calls import Asked

__all__ = ["HALF", "UNEXPLAINED", "Heard"]

HALF = frozenset({"float16", "bfloat16"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a function under one reading of its arguments.

    `inside` says that the dtype is none that came out, but what the function computes in; `instead_of` names a first
    output beside this one, which is right, that may be meant and is not; `besides` are outputs beside those of a sum
    that may be terms as well, `unread` such as cannot be read, with what they are, and `difference` is how a KL is
    taken less a log-likelihood; `is_unweighed` says that a sum is right but for a declared weight of the KL.
    """

    call: Asked
    dtype: str
    samples: tuple[Sample, ...] = ()
    recovery: Recovery | None = None
    only_positive: bool = False
    trouble: str = ""
    notes: tuple[Finding, ...] = ()
    outputs: tuple[str, ...] = ()
    inside: bool = False
    instead_of: str = ""
    besides: tuple[str, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    difference: Sum = field(default_factory=Sum)
    is_unweighed: bool = False

    @property
    def is_right(self) -> bool:
        """Whether it computes the quantity, or an objective with the same minimisers."""
        return self.is_right_but_for_epsilon and self.found.fit is not None and self.found.fit.is_harmless

    @property
    def is_right_but_for_epsilon(self) -> bool:
        """Whether it is right, or would be without a number that it adds to σ or σ²."""
        return self.recovery is not None and not self.only_positive and _is_right(self.recovery, self.call)

    @property
    def is_of_another_spread(self) -> bool:
        """Whether it is right of a Gaussian decoder of another spread than was asked for, and so not right itself."""
        return self.recovery is not None and self.recovery.spread is not None

    @property
    def is_right_of_a_decoder(self) -> bool:
        """Whether it is right of the decoder that was asked for, or of a Gaussian one of another spread."""
        return self.is_right or self.is_of_another_spread

    def may_be_meant_beside(self, other: Heard) -> bool:
        """Whether it is right as it was heard, where another was heard; in another layout, of any spread."""
        return self.is_right or (self.is_of_another_spread and self.call.layout != other.call.layout)

    @property
    def is_declared_sum(self) -> bool:
        """Whether it is a sum of outputs that was asked for: nothing else was among them."""
        return self.outputs == (self.call.output,)

    @property
    def is_unseen(self) -> bool:
        """Whether it is right as far as its dtype can tell, which is too coarse to tell of its smallest part."""
        return self.recovery is not None and self.recovery.unseen > 0

    @property
    def is_constant(self) -> bool:
        """Whether its value was the same wherever it was asked."""
        return bool(self.samples) and is_constant(self.samples)

    @property
    def found(self) -> Recovery:
        """What was recovered; there is none where there was trouble (ValueError)."""
        if self.recovery is None:
            raise ValueError(f"nothing was recovered: {self.trouble}")
        return self.recovery

    @property
    def slips(self) -> int:
        """How many slips it takes to get there from the right formula."""
        return self.recovery.slips if self.recovery else UNEXPLAINED


def _is_right(recovery: Recovery, call: Asked) -> bool:
    relation = recovery.relation
    if recovery.fit is None or recovery.kind.spread:
        return False
    return relation.is_global_scale if call.quantity.objective else relation.name == "equal"
