"""What the arguments of a loss may hold instead of what their names say: another reading of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import sympy

from ..diagnosis.formula import Formula, Term
from ..diagnosis.quantities.seconds import SECONDS
from ..diagnosis.roles import PACKED, Assignment
from .calls import Case
from .heard import Heard

__all__ = ["other_readings", "readings_of_the_rest"]

_DECODED = {"reconstruction": "logits", "logits": "reconstruction", "probabilities": "logits"}
_CLASSES = ("probabilities", "logits", "log_probabilities")
_ACROSS = {"_q": "_p", "_p": "_q"}


def other_readings(case: Case) -> Iterator[Assignment]:
    """Yield the readings that a name may hide: what a second parameter holds, and which of two arguments it is.

    Which of two densities is q is a guess as well, where it goes by numbers.
    """
    packed = [role for role in case.assignment.roles.values() if role in PACKED]
    pairs = ((role, other) for role in packed for other in PACKED if _sided(other)[1] == _sided(role)[1])
    yield from (case.assignment.with_roles({role: other}) for role, other in pairs if other != role)
    for role in case.assignment.names:
        yield from map(case.assignment.with_roles, _hidden_by(role, case.assignment.names))
    sided = {role: role[:-2] + _ACROSS[role[-2:]] for role in case.assignment.names if role[-2:] in _ACROSS}
    if sided:
        yield case.assignment.with_roles(sided)  # the prior first
    yield from map(case.assignment.with_roles, _two_at_once(case.assignment.names))


def readings_of_the_rest(case: Case, heard: Heard) -> Iterator[Assignment]:
    """Yield the other readings that leave alone what a whole loss has right: its terms would be others, and more slips.

    An entropy does not tell: that of log σ has the terms of that of log σ².
    """
    settled = _settled(heard)
    for assignment in other_readings(case):
        if not any(assignment.names.get(role) != heard.call.assignment.names[role] for role in settled):
            yield assignment


def _settled(heard: Heard) -> list[str]:
    """Return the roles that stand in all terms of a right loss that have them, and in no others."""
    fit = heard.recovery.fit if heard.recovery is not None else None
    if fit is None or not heard.call.quantity.parts:
        return []
    symbols = {role: sympy.Symbol(role) for role in heard.call.assignment.names}

    def having(role: str, formula: Formula) -> frozenset[Term]:
        return frozenset(term for term in formula.terms if term.symbol(symbols).has(symbols[role]))

    rights = [right.formula for right in heard.found.rights]
    return [role for role in symbols if any(having(role, fit.formula) == having(role, right) for right in rights)]


def _two_at_once(names: Collection[str]) -> Iterator[dict[str, str]]:
    """Yield what a decoder gives and a second parameter may hold together, where neither is what its name says."""
    seconds = [role for role in names if role in SECONDS]
    for decoded in (role for role in names if role in _DECODED and "x" in names):
        pairs = ((second, other) for second in seconds for other in SECONDS if other != second)
        yield from ({decoded: _DECODED[decoded], second: other} for second, other in pairs)


def _hidden_by(role: str, names: Collection[str]) -> Iterator[dict[str, str]]:
    """Yield what may be instead of one role, and of the one that it was taken for."""
    base, side = _sided(role)
    if base in SECONDS:
        yield from ({role: other + side} for other in SECONDS if other != base)
        if f"mean{side}" in names:
            yield {role: f"mean{side}", f"mean{side}": role}
    if "x" in names and role in _DECODED:
        yield {role: _DECODED[role]}
        yield {role: "x", "x": role}
    elif base in _CLASSES:
        yield from ({role: other + side} for other in _CLASSES if other != base)


def _sided(role: str) -> tuple[str, str]:
    return (role[:-2], role[-2:]) if role.endswith(("_q", "_p")) else (role, "")
