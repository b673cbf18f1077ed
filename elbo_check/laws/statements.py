"""Laws that use a statement: a theorem, an induction hypothesis, an assumption of the chain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..normal_form import Context, Rule
from .law import BISHOP, by_rewriting, law

__all__ = ["assumption", "induction_hypothesis", "monotonicity", "theorem"]


@law("theorem", conditions=("the conditions of the theorem",), source="the theorem that the step cites")
def theorem(left: Any, right: Any, context: Context) -> str:
    """A proved statement may be used at the parameters the step names: = replaces, ≤ and ≥ bound."""
    return _by_equations(left, right, context, "the step cites no theorem")


@law("induction hypothesis", conditions=("the statement holds at J",), source="the principle of induction")
def induction_hypothesis(left: Any, right: Any, context: Context) -> str:
    """In the step from J to J + 1 the statement may be used at J."""
    return _by_equations(left, right, context, "there is no induction hypothesis here")


@law("assumption", conditions=("the assumption of the statement",), source="the statement itself")
def assumption(left: Any, right: Any, context: Context) -> str:
    """What the statement assumes may be used: = replaces, ≤ and ≥ bound."""
    return _by_equations(left, right, replace(context, equations=context.assumed), "nothing is assumed here")


@law(
    "monotonicity of E", conditions=("f ≤ g wherever q > 0", "f and g are integrable"), source=BISHOP + "section 1.2.2"
)
def monotonicity(left: Any, right: Any, context: Context) -> str:
    """E_q f ≤ E_q g, if f ≤ g by the theorem that the step cites."""
    none = "the step cites no theorem"
    return by_rewriting(left, right, context, Rule.EQUATIONS, Rule.LINEAR) if context.equations else none


def _by_equations(left: Any, right: Any, context: Context, none: str) -> str:
    return by_rewriting(left, right, context, Rule.EQUATIONS) if context.equations else none
