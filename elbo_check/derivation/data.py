"""The data of a derivation: statements, steps, chains, and the theorem they prove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sympy

from ..errors import DerivationError
from ..laws import Law
from ..nodes import free_symbols, replaced
from ..normal_form import Context
from .assumptions import require_consistent
from .wellformed import (
    bound_symbols,
    listed,
    require_citable,
    require_connected,
    require_declared,
    require_induction,
    require_instance,
)

if TYPE_CHECKING:
    from ..verdict import Verdict

__all__ = ["Chain", "Citation", "Derivation", "Statement", "Step"]

Relation = Literal["=", "≤", "≥"]


@dataclass(frozen=True, slots=True)
class Statement:
    """left = right (or ≤, ≥), as SymPy expressions."""

    left: Any
    right: Any
    relation: Relation = "="

    def __post_init__(self) -> None:
        if self.relation not in ("=", "≤", "≥"):
            raise DerivationError(f"relation={self.relation!r} must be =, ≤ or ≥")
        for side in self.sides:
            if not isinstance(side, sympy.Expr):
                raise DerivationError(f"{side!r} is no expression: text is never read, build it from symbols")

    def at(self, replacements: dict[Any, Any]) -> Statement:
        """Return the statement with symbols replaced; a symbol bound by an integral or a sum is out of reach."""
        bound = {symbol for side in self.sides for symbol in bound_symbols(side)}
        reached = set(replacements).union(*(free_symbols(meaning) for meaning in replacements.values()))
        if bound & reached:
            raise DerivationError(f"{listed(bound & reached)} is bound in the statement: replace it by other symbols")
        return Statement(replaced(self.left, replacements), replaced(self.right, replacements), self.relation)

    @property
    def sides(self) -> tuple[Any, Any]:
        """The left and the right side."""
        return self.left, self.right

    @property
    def triple(self) -> tuple[Any, str, Any]:
        """Left, relation, right."""
        return self.left, self.relation, self.right


@dataclass(frozen=True, slots=True)
class Citation:
    """A theorem and the parameters at which a step uses it: one tuple of (symbol, meaning) an instance.

    An instance gives every symbol of the statement a meaning that keeps what the symbol is assumed to be. `case` is
    the number of the chain, for a theorem that has one a dimension.
    """

    theorem: Derivation
    instances: tuple[tuple[tuple[Any, Any], ...], ...] = ()
    case: int = 0

    def __post_init__(self) -> None:
        require_citable(self.theorem.name, self.chain)
        for instance in self.instances:
            require_instance(self.statement, dict(instance), self.theorem.name)
        _ = self.statements

    @property
    def chain(self) -> Chain:
        """The chain that proves what is cited."""
        return self.theorem.chains[0 if self.theorem.induction else self.case]

    @property
    def statement(self) -> Statement:
        """The statement that is cited, without abbreviations."""
        return self.chain.without_abbreviations(self.theorem.induction[1] if self.theorem.induction else None)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The theorem's statement at each instance; as it stands, if no instance is named."""
        at_hand = self.instances or ((),)
        return tuple(self.statement.at(dict(instance)) for instance in at_hand)


@dataclass(frozen=True, slots=True)
class Step:
    """One line: left, relation, right, and the law that is said to lead from one to the other.

    `label` is the line's id in the project's list (G1 … G8, K2), `cites` the theorem it rests on, `words` a remark for
    the reader where the name and the law do not say it all.
    """

    name: str
    left: Any
    right: Any
    law: Law
    relation: Relation = "="
    label: str = ""
    cites: Citation | None = None
    words: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise DerivationError("a step needs a name: it is what a verdict points at")
        if not isinstance(self.law, Law):
            raise DerivationError(f"step {self.name!r} must cite a law of elbo_check.laws, not {self.law!r}")
        if self.law.rests_on and (self.cites is None or self.cites.theorem.name != self.law.rests_on):
            raise DerivationError(f"step {self.name!r} must cite {self.law.rests_on!r}, the theorem its law rests on")
        Statement(self.left, self.right, self.relation)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Return the conditions of its law; where that is a theorem, what the theorem assumes."""
        if self.cites is None or self.law.rests_on:
            return self.law.conditions
        cited = self.cites.theorem
        return (f"as in “{cited.title}”: {'; '.join(cited.assumptions)}",)


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps from the left side of a statement to its right side, over declared parameters.

    `where` are abbreviations, (symbol, meaning), each in terms of parameters and of those before it; `assuming` are
    statements that hold wherever the chain is read, such as ELBO₂ ≥ ELBO₁. Raises
    `DerivationError` for steps that do not meet, an undeclared or unsafe symbol, or a relation that does not follow.
    """

    statement: Statement
    steps: tuple[Step, ...]
    parameters: tuple[Any, ...]
    where: tuple[tuple[Any, Any], ...] = ()
    title: str = ""
    assuming: tuple[Statement, ...] = ()

    def __post_init__(self) -> None:
        for field in ("steps", "parameters", "where", "assuming"):
            object.__setattr__(self, field, tuple(getattr(self, field)))
        require_connected(self)
        require_declared(self)
        require_consistent(self)

    def without_abbreviations(self, statement: Statement | None = None) -> Statement:
        """Return a statement (by default its own) with every abbreviation replaced by its meaning."""
        statement = statement or self.statement
        for symbol, meaning in reversed(self.where):
            statement = statement.at({symbol: meaning})
        return statement

    def context(self, step: Step, hypothesis: Statement | None = None) -> Context:
        """Return what a step of this chain may use besides its law."""
        usable: tuple[Statement, ...] = () if hypothesis is None else (hypothesis,)
        usable += step.cites.statements if step.cites and not step.law.rests_on else ()
        equations, assumed = (tuple(s.triple for s in statements) for statements in (usable, self.assuming))
        return Context(self.where, equations, step.relation, assumed)


@dataclass(frozen=True, slots=True)
class Derivation:
    """A theorem with its proof: statement first, then chains of steps.

    Usually one chain. Several chains prove either the same theorem in several dimensions, or, with `induction`, a
    statement for every value of that symbol: the first chain proves it at 1, the second at J + 1 from J.
    """

    name: str
    title: str
    words: str
    assumptions: tuple[str, ...]
    chains: tuple[Chain, ...]
    sources: tuple[str, ...]
    induction: tuple[Any, Statement] | None = None

    def __post_init__(self) -> None:
        for field in ("assumptions", "chains", "sources"):
            object.__setattr__(self, field, tuple(getattr(self, field)))
        for field in ("name", "title", "words", "chains", "sources"):
            if not getattr(self, field):
                raise DerivationError(f"a derivation needs {field}: statement and source come before proof")
        if self.induction is not None:
            require_induction(self, *self.induction)

    @property
    def statement(self) -> Statement:
        """What is proved: for every value of the induction symbol, or by the first chain."""
        return self.induction[1] if self.induction else self.chains[0].statement

    @property
    def conclusion(self) -> Any:
        """The right side of the statement."""
        return self.statement.right

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The symbols of the statement, with their assumptions."""
        return self.chains[0].parameters

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps of all chains, in order."""
        return tuple(step for chain in self.chains for step in chain.steps)

    @property
    def ledger(self) -> tuple[str, ...]:
        """Every assumption: the theorem's own, then the conditions of the laws and theorems used, each once."""
        conditions = (condition for step in self.steps for condition in step.conditions)
        return tuple(dict.fromkeys((*self.assumptions, *conditions)))

    # What follows are hooks for people: each imports the higher room when it is called.

    def check(self, seconds: float | None = None) -> Verdict:
        """Check every step by its law and by meaning; past the time limit (60 s) the rest is undecided."""
        from ..checking import SECONDS, check

        return check(self, SECONDS if seconds is None else seconds)

    def to_latex(self, *, standalone: bool = False) -> str:
        """Return LaTeX that needs amsmath, amssymb and hyperref: a fragment, or a whole document."""
        from ..render.derivation import derivation_latex

        return derivation_latex(self, self.check(), standalone=standalone)

    def to_markdown(self) -> str:
        """Return Markdown with LaTeX formulas."""
        from ..render.derivation import derivation_markdown

        return derivation_markdown(self, self.check())

    def to_html(self, *, page: bool = False) -> str:
        """Return an element with MathML and its own style, or a whole page; no script, nothing from elsewhere."""
        from ..render.derivation import derivation_html

        return derivation_html(self, self.check(), page=page)

    def to_text(self, width: int = 100) -> str:
        """Return plain text, no line wider than `width` columns where it can be helped."""
        from ..render.derivation import derivation_text

        return derivation_text(self, self.check(), width)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: the statement, every step with its state, the verdict, the ledger and the sources."""
        from ..render.derivation import derivation_dict

        return derivation_dict(self, self.check())

    def _repr_latex_(self) -> str:
        from ..render.derivation import derivation_repr_latex

        return derivation_repr_latex(self, self.check())
