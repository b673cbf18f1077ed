"""What is cited may fail at single places, where a derivative went under a mean in it: no assumption may name them."""

from __future__ import annotations

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step

__all__ = ["PINNED", "is_pinned"]

PINNED = (
    "a derivative went under E in what it cites, which holds but at single places: assume nothing of what the step "
    "speaks of, or repeat the steps in this chain"
)


def is_pinned(step: Step, theorem: Derivation, chain: Chain) -> bool:
    """Whether a chain assumes something of what a step speaks of that cites such a theorem."""
    named = Statement(step.left, step.right, step.relation).names
    named |= {name for symbol, meaning in chain.where if symbol.name in named for name in Statement(meaning, 0).names}
    return _moves_under(theorem) and any(not named.isdisjoint(assumed.names) for assumed in chain.assuming)


def _moves_under(theorem: Derivation) -> bool:
    """Whether a derivative went under a mean in a theorem, or in one that it cites."""
    cited = (step.cites.theorem for step in theorem.steps if step.cites is not None)
    under = laws.differentiation_under_expectation
    return any(step.law is under for step in theorem.steps) or any(map(_moves_under, cited))
