"""What a derivation must satisfy to be built at all: steps that meet, declared symbols, an induction that is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sympy

from ..errors import DerivationError
from ..laws import algebra
from ..nodes import Binder, Iterated, Vector, free_symbols
from ..symbols import author_form, known, safe_name

if TYPE_CHECKING:
    from .data import Chain, Derivation, Statement

__all__ = [
    "bound_symbols",
    "listed",
    "require_citable",
    "require_connected",
    "require_declared",
    "require_induction",
    "require_instance",
]


_KEPT = ("positive", "integer", "real")


def require_connected(chain: Chain) -> None:
    """Require steps that lead from the left side of the statement to its right side."""
    statement, steps = chain.statement, chain.steps
    if not steps:
        raise DerivationError("a chain needs at least one step")
    repeated = [name for name, times in Counter(step.name for step in steps).items() if times > 1]
    if repeated:
        raise DerivationError(f"step names must differ, and {repeated[0]!r} occurs more than once")
    ends = [statement.left, *(step.right for step in steps)]
    for step, reached in zip(steps, ends, strict=False):
        if step.left != reached:
            raise DerivationError(f"step {step.name!r} begins at {step.left}, but the chain has come to {reached}")
    if ends[-1] != statement.right:
        raise DerivationError(f"the chain ends at {ends[-1]}, not at {statement.right}, which the statement promises")
    used = {step.relation for step in steps} - {"="}
    if used and used != {statement.relation}:
        raise DerivationError(f"steps with {' and '.join(sorted(used))} do not yield the {statement.relation} stated")


def require_declared(chain: Chain) -> None:
    """Require that every symbol is a parameter, an abbreviation or bound, and has a safe and unambiguous name."""
    declared = {*chain.parameters, *(symbol for symbol, _ in chain.where)}
    if not all(isinstance(symbol, sympy.Symbol) for symbol in declared):
        raise DerivationError(f"parameters and abbreviations are symbols, not {listed(declared)}")
    before = set(chain.parameters)
    for symbol, meaning in chain.where:
        if symbol in before or not isinstance(meaning, sympy.Expr) or not free_symbols(meaning) <= before:
            raise DerivationError(f"the abbreviation {symbol} must be new and rest on what was declared before it")
        before.add(symbol)
    said = [(f"step {step.name!r}", side) for step in chain.steps for side in (step.left, step.right)]
    said += [("an assumption", side) for statement in chain.assuming for side in statement.sides]
    for place, side in said:
        _require_clean(place, side, declared)
        _require_used_indices(place, side)


def _require_clean(place: str, side: Any, declared: set[Any]) -> None:
    """Refuse undeclared symbols, unsafe names, two symbols of one name, and bound symbols that are declared too."""
    bound = set(bound_symbols(side))
    undeclared = free_symbols(side) - declared
    if undeclared:
        raise DerivationError(f"{place} uses {listed(undeclared)}, which is neither declared nor bound")
    if bound & declared:
        raise DerivationError(f"{place} binds {listed(bound & declared)}, which is a parameter")
    names = Counter(symbol.name for symbol in declared | bound)
    for symbol, times in names.items():
        if not safe_name(symbol) or times > 1:
            remedy = "letters, digits and underscores, once with one set of assumptions"
            raise DerivationError(f"{place} has a symbol named {symbol!r}; a name is {remedy}")


def _require_used_indices(place: str, side: Any) -> None:
    """Refuse a sum whose index does not occur in the summand: Σ_j a_i is a slip of the pen."""
    for node in sympy.preorder_traversal(side):
        if isinstance(node, sympy.Sum) and not set(node.bound_symbols) <= free_symbols(node.function):
            raise DerivationError(f"{place} sums over {listed(node.bound_symbols)}, not found in {node.function}")


def listed(symbols: Iterable[Any]) -> str:
    """Return the names of symbols, sorted."""
    return ", ".join(sorted(map(str, symbols)))


def bound_symbols(side: Any) -> Iterator[Any]:
    """Yield the variables of every integral and sum in an expression."""
    for node in sympy.preorder_traversal(side):
        if isinstance(node, Binder | Iterated | Vector | sympy.Sum):
            yield from node.bound_symbols


def require_citable(name: str, chain: Chain) -> None:
    """Refuse to cite what holds only where something is assumed: the citing chain need not assume it."""
    if chain.assuming:
        said = "; ".join(f"{a.left} {a.relation} {a.right}" for a in chain.assuming)
        raise DerivationError(f"{name} is proved only where {said}: repeat its steps in a chain that assumes this")


def require_instance(statement: Statement, meanings: Mapping[Any, Any], name: str) -> None:
    """Require a meaning for every symbol of a cited statement, and for no other, that has the symbol's properties."""
    free = {symbol for side in statement.sides for symbol in free_symbols(side)}
    if free != set(meanings):
        raise DerivationError(f"citing {name} needs meanings for {listed(free)}, not for {listed(meanings) or 'none'}")
    for symbol, meaning in meanings.items():
        if not isinstance(meaning, sympy.Expr):
            raise DerivationError(f"{symbol}={meaning!r} is no expression: text is never read, build it from symbols")
        lost = [kept for kept in _KEPT if known(symbol, kept) and not known(meaning, kept)]
        if lost:
            raise DerivationError(f"{name} needs {symbol} to be {lost[0]}, and {meaning} need not be")


def require_induction(derivation: Derivation, variable: Any, statement: Statement) -> None:
    """Require one chain for the statement at 1, and one for the statement at J + 1."""
    if not (known(variable, "integer") and known(variable, "positive")):
        raise DerivationError(f"an induction runs over a positive whole number, not over {variable!r}: use count('J')")
    if len(derivation.chains) != 2:
        raise DerivationError("an induction has two chains: the statement at 1, and at J + 1 from J")
    first, second = derivation.chains
    if (first.where, first.assuming) != (second.where, second.assuming):
        raise DerivationError("the two chains of an induction need the same abbreviations and the same assumptions")
    with author_form():
        values = (sympy.Integer(1), variable + 1)
    for chain, value in zip(derivation.chains, values, strict=True):
        wanted = statement.at({variable: value})
        given = chain.statement
        objection = algebra.objection(given.left, wanted.left) or algebra.objection(given.right, wanted.right)
        if objection or given.relation != wanted.relation:
            raise DerivationError(f"the chain {chain.title!r} does not prove the statement at {variable} = {value}")
