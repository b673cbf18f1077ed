"""The data of a derivation: steps, chains, and the theorem they prove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import DerivationError
from ..laws import Law
from ..normal_form import Context
from .abbreviations import opened
from .alike import require_told_apart
from .assumptions import require_consistent
from .citation import Citation
from .statement import Relation, Statement
from .typed import law_of_the_project, pairs, require_kind, require_text, tupled
from .wellformed import require_connected, require_declared, require_induction

if TYPE_CHECKING:
    from ..verdict import Verdict

__all__ = ["Chain", "Citation", "Derivation", "Statement", "Step"]


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
        for field in ("name", "label", "words"):
            require_text(getattr(self, field), f"the {field} of a step")
        if not self.name.strip():
            raise DerivationError("a step needs a name: it is what a verdict points at")
        law_of_the_project(self.law, self.name)
        if self.cites is not None:
            require_kind(self.cites, Citation, f"cites of step {self.name!r}", "a Citation of a derivation")
        if self.law.rests_on and (self.cites is None or self.cites.theorem.name != self.law.rests_on):
            raise DerivationError(f"step {self.name!r} must cite {self.law.rests_on!r}, the theorem its law rests on")
        statement = Statement(self.left, self.right, self.relation)
        object.__setattr__(self, "left", statement.left)
        object.__setattr__(self, "right", statement.right)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Return the conditions of its law; where that is a theorem, what the theorem assumes, and what its laws do."""
        if self.cites is None or self.law.rests_on:
            return self.law.conditions
        cited = self.cites.theorem
        return (*cited.as_cited, *(condition for condition in cited.ledger if condition not in cited.assumptions))

    @property
    def grounds(self) -> tuple[str, ...]:
        """Return the same law by law: the letters of a condition are those of its law."""
        if self.cites is None or self.law.rests_on:
            return (f"{self.law.name}: {'; '.join(self.law.conditions)}",) if self.law.conditions else ()
        cited = self.cites.theorem
        return (*cited.as_cited, *(line for step in cited.steps for line in step.grounds))

    @property
    def full_support(self) -> bool:
        """Whether its law, or one that the theorem it cites was proved by, speaks of densities that vanish nowhere."""
        cited = () if self.cites is None or self.law.rests_on else self.cites.theorem.steps
        return self.law.full_support or any(step.full_support for step in cited)


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
        require_kind(self.statement, Statement, "the statement of a chain", "a Statement")
        require_text(self.title, "the title of a chain")
        for field in ("steps", "parameters", "assuming"):
            object.__setattr__(self, field, tupled(getattr(self, field), f"{field} of a chain"))
        object.__setattr__(self, "where", pairs(self.where, "where of a chain"))
        for step in self.steps:
            require_kind(step, Step, "what is in steps", "a Step")
        for assumed in self.assuming:
            require_kind(assumed, Statement, "what is in assuming", "a Statement")
        require_connected(self)
        require_declared(self)
        require_consistent(self)

    def without_abbreviations(self, statement: Statement | None = None) -> Statement:
        """Return a statement (by default its own) with every abbreviation replaced by its meaning."""
        return opened(statement or self.statement, self.where)

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
        self._require_types()
        for field in ("name", "title", "words", "chains", "sources"):
            if not getattr(self, field):
                raise DerivationError(f"a derivation needs {field}: statement and source come before proof")
        if self.induction is not None:
            require_induction(self, *self.induction)
        require_told_apart(self)

    def _require_types(self) -> None:
        for field in ("name", "title", "words"):
            require_text(getattr(self, field), f"the {field} of a derivation")
        for field in ("assumptions", "chains", "sources"):
            object.__setattr__(self, field, tupled(getattr(self, field), f"{field} of a derivation"))
        for text in (*self.assumptions, *self.sources):
            require_text(text, "what is in assumptions and sources")
        for chain in self.chains:
            require_kind(chain, Chain, "what is in chains", "a Chain")
        if self.induction is not None:
            given = tupled(self.induction, "induction")
            if len(given) != 2 or not isinstance(given[1], Statement):
                raise DerivationError(f"induction must be (symbol, Statement), not {self.induction!r}")
            object.__setattr__(self, "induction", given)

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
    def as_cited(self) -> tuple[str, ...]:
        """What it assumes, as one line of who cites it; none if that is nothing."""
        return (f"as in “{self.title}”: {'; '.join(self.assumptions)}",) if self.assumptions else ()

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

    def _checked(self) -> Verdict:
        from ..checking import last_checked

        return last_checked(self)

    def to_latex(self, *, standalone: bool = False) -> str:
        """Return LaTeX that needs amsmath, amssymb and hyperref: a fragment, or a whole document."""
        from ..render.derivation import derivation_latex

        return derivation_latex(self, self._checked(), standalone=standalone)

    def to_markdown(self) -> str:
        """Return Markdown with LaTeX formulas."""
        from ..render.derivation import derivation_markdown

        return derivation_markdown(self, self._checked())

    def to_html(self, *, page: bool = False) -> str:
        """Return an element with MathML and its own style, or a whole page; no script, nothing from elsewhere."""
        from ..render.derivation import derivation_html

        return derivation_html(self, self._checked(), page=page)

    def to_text(self, width: int = 100) -> str:
        """Return plain text, no line wider than `width` columns where it can be helped."""
        from ..render.derivation import derivation_text

        return derivation_text(self, self._checked(), width)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: the statement, every step with its state, the verdict, the ledger and the sources."""
        from ..render.derivation import derivation_dict

        return derivation_dict(self, self._checked())

    def _repr_latex_(self) -> str:
        from ..render.derivation import derivation_repr_latex

        return derivation_repr_latex(self, self._checked())
