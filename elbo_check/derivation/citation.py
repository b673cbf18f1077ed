"""A citation: a theorem, and the parameters at which a step uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import DerivationError
from .instances import require_instance
from .naming import require_names, symbols_of
from .statement import Statement
from .typed import pairs, tupled
from .wellformed import require_citable

if TYPE_CHECKING:
    from .data import Chain, Derivation

__all__ = ["Citation"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A theorem and the parameters at which a step uses it: one tuple of (symbol, meaning) an instance.

    An instance gives every symbol of the statement a meaning that keeps what the symbol is assumed to be. Without
    instances the statement is used as it stands, and its symbols must be those of the citing chain. `case` is the
    number of the chain, for a theorem that has one a dimension.
    """

    theorem: Derivation
    instances: tuple[tuple[tuple[Any, Any], ...], ...] = ()
    case: int = 0

    def __post_init__(self) -> None:
        self._require_types()
        for chain in self._chains:
            require_citable(self.theorem.name, chain)
        for instance in self.instances:
            require_instance(self.statement, dict(instance), self.theorem.name)
        for statement in self.statements:
            require_names(f"{self.theorem.name}, as it is cited,", symbols_of(statement.sides))

    def _require_types(self) -> None:
        from .data import Derivation  # the two need each other

        if not isinstance(self.theorem, Derivation):
            raise DerivationError(f"what is cited must be a derivation, such as derive('elbo'), not {self.theorem!r}")
        cases = 1 if self.theorem.induction else len(self.theorem.chains)
        if type(self.case) is not int or not 0 <= self.case < cases:
            raise DerivationError(f"case={self.case!r} must be the number of a chain of {self.theorem.name}, from 0")
        instances = tupled(self.instances, "the instances of a citation")
        object.__setattr__(self, "instances", tuple(pairs(instance, "an instance") for instance in instances))

    @property
    def chain(self) -> Chain:
        """The chain that proves what is cited."""
        return self.theorem.chains[0 if self.theorem.induction else self.case]

    @property
    def _chains(self) -> tuple[Chain, ...]:
        """All chains that it takes to prove what is cited."""
        return self.theorem.chains if self.theorem.induction else (self.chain,)

    @property
    def proof(self) -> list[Any]:
        """All that is written in its proof; what that cites in turn says there of what it is about."""
        steps = (step for chain in self._chains for step in chain.steps)
        meanings = [meaning for chain in self._chains for _, meaning in chain.where]
        return [*(side for step in steps for side in (step.left, step.right)), *meanings]

    @property
    def statement(self) -> Statement:
        """The statement that is cited, without abbreviations."""
        return self.chain.without_abbreviations(self.theorem.induction[1] if self.theorem.induction else None)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The theorem's statement at each instance; as it stands, if no instance is named."""
        at_hand = self.instances or ((),)
        return tuple(self.statement.at(dict(instance)) for instance in at_hand)
