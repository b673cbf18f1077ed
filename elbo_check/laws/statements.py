"""Laws that use a statement: a theorem, an induction hypothesis, an assumption of the chain."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..errors import WitnessError
from ..normal_form import Context, Rule
from .assumed import derived, monotone, substituting
from .law import BISHOP, by_rewriting, law, ways

__all__ = ["assumption", "induction_hypothesis", "monotonicity", "theorem"]

_NO_HYPOTHESIS = (
    "there is no induction hypothesis here: give the derivation induction=(J, Statement(…)), with a chain at 1 and one "
    "from J to J + 1"
)


@law("theorem", conditions=("the conditions of the theorem",), source="the theorem that the step cites")
def theorem(left: Any, right: Any, context: Context) -> str:
    """A proved statement may be used at the parameters the step names: = replaces, ≤ and ≥ bound."""
    return _by_equations(left, right, context, "the step cites no theorem")


@law("induction hypothesis", conditions=("the statement holds at J",), source="the principle of induction")
def induction_hypothesis(left: Any, right: Any, context: Context) -> str:
    """In the step from J to J + 1 the statement may be used at J."""
    return _by_equations(left, right, context, _NO_HYPOTHESIS)


@law("assumption", conditions=("the assumption of the statement",), source="the statement itself")
def assumption(left: Any, right: Any, context: Context) -> str:
    """What the statement assumes may be used: = replaces, ≤ and ≥ bound.

    x = y replaces x within functions, expectations and densities as well. s ≤ t is log s ≤ log t and eˢ ≤ eᵗ, and for
    s, t > 0 also sⁿ ≤ tⁿ and 1/s ≥ 1/t.
    """
    if not context.assumed:
        return "nothing is assumed here"
    objections = ["what is assumed has no term of its own to replace"]
    bare = tuple(list(monotone(*statement))[-1] for statement in context.assumed)
    for said in dict.fromkeys((*ways(context.assumed), *ways(bare))):
        objections += _objections_by(replace(context, equations=said), left, right)
        if not objections[-1]:
            return ""
    for said in _within_functions(context, left, right):
        if _objections_by(replace(context, equations=said), left, right)[-1:] == [""]:
            return ""
    return objections[min(1, len(objections) - 1)]


@law(
    "monotonicity of E", conditions=("f ≤ g wherever q > 0", "f and g are integrable"), source=BISHOP + "section 1.2.2"
)
def monotonicity(left: Any, right: Any, context: Context) -> str:
    """E_q f ≤ E_q g, if f ≤ g by the theorem that the step cites."""
    none = "the step cites no theorem"
    return by_rewriting(left, right, context, Rule.EQUATIONS, Rule.LINEAR) if context.equations else none


Statements = tuple[tuple[Any, str, Any], ...]


def _within_functions(context: Context, left: Any, right: Any) -> Iterator[Statements]:
    """Yield what is assumed within functions of the step: one by one, before what is assumed itself, and all of it."""
    for assumed in ways(context.assumed):
        every = tuple(made for statement in assumed for made in derived(statement, left, right))
        for made in every:
            yield (made,)
            yield (made, *assumed)
        if len(every) > 1:
            yield (*every, *assumed)


def _objections_by(assumed: Context, left: Any, right: Any) -> list[str]:
    """Return why what is assumed does not lead from left to right, or between what they are functions of, or ""."""
    objections: list[str] = []
    for bare, relation, other in monotone(left, assumed.relation, right):
        within = replace(assumed, relation=relation)
        for made in (within, substituting(bare, other, within)):
            with contextlib.suppress(WitnessError):
                objections.append(by_rewriting(bare, other, made, Rule.EQUATIONS))
            if objections and not objections[-1]:
                return objections
    return objections


def _by_equations(left: Any, right: Any, context: Context, none: str) -> str:
    return by_rewriting(left, right, context, Rule.EQUATIONS) if context.equations else none
