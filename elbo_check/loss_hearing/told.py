"""What is said of a function in words: the claim, and what it computes."""

from __future__ import annotations

from typing import Any

from ..diagnosis.formula import law
from ..diagnosis.probing import Kind
from ..diagnosis.wording import expression_of, formula_text, law_text, symbols_for
from .evidence import differences
from .heard import Heard

__all__ = ["claim_of", "recovered_words", "told_of"]


def claim_of(heard: Heard) -> str:
    """Return what is asked of the function."""
    call = heard.call
    names = ", ".join(call.function.parameters)
    negative = "the negative of " if call.negated else ""
    return f"{call.function.name}({names}) is {negative}{call.quantity.said(call.assignment.names)}"


def recovered_words(heard: Heard) -> str:
    """Return what it computes, or that it could not be read."""
    return f"not read ({heard.trouble})" if heard.trouble else str(told_of(heard).get("recovered", "something else"))


def told_of(heard: Heard) -> dict[str, Any]:
    """Return what is known of the function in words."""
    recovery, call = heard.found, heard.call
    symbols = symbols_for(call.assignment.names, call.quantity.axes)
    kept = () if recovery.kind.spread else recovery.kind.kept
    told: dict[str, Any] = {"kind": recovery.kind.words, "readings": dict(call.assignment.roles)}
    right = recovery.relation.right or recovery.rights[0]
    true = call.quantity.rights(Kind(recovery.kind.kept), call.layout)[0] if recovery.kind.spread else right
    relation, sign = recovery.relation, law(-1 if call.negated else 1)
    own = true.formula.scaled(sign)
    told["right"] = formula_text(own, symbols, recovery.kind.kept, call.layout)
    told["right_expression"] = expression_of(own, symbols, recovery.kind.kept, call.layout)
    if recovery.fit is None:
        return told
    told |= {
        "relation": "different" if recovery.kind.spread else relation.name,
        "reduction": right.reduction,
        "recovered": formula_text(recovery.fit.formula.scaled(sign), symbols, kept, call.layout, recovery.fixed)
        + recovery.fit.remark,
        "differs": differences(recovery, symbols, call),
        "expression": expression_of(recovery.fit.computed.scaled(sign), symbols, kept, call.layout, recovery.fixed),
        "factor": law_text(relation.factor) if relation.factor is not None else "",
    }
    if relation.offset is not None:
        told["offset"] = formula_text(relation.offset.scaled(sign), symbols, kept, call.layout)
    return told
