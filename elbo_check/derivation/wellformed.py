"""What a derivation must satisfy to be built at all: steps that meet, declared symbols, an induction that is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sympy

from ..boxes import written
from ..errors import DerivationError
from ..laws import algebra
from ..nodes import free_symbols, parts_of, require_readable, require_supported, sum_parts
from ..symbols import author_form, known
from .instances import require_kept, require_label_kept, require_still_moving
from .kinds import require_one_kind_a_space
from .naming import bound_symbols, listed, moving_symbols, require_names, symbols_of
from .scopes import require_no_double_index

if TYPE_CHECKING:
    from .data import Chain, Derivation
    from .statement import Statement

__all__ = [
    "require_citable",
    "require_connected",
    "require_declared",
    "require_induction",
]


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
            raise DerivationError(
                f"step {step.name!r} begins at {written(step.left)}, but the chain has come to {written(reached)}"
            )
    if ends[-1] != statement.right:
        raise DerivationError(
            f"the chain ends at {written(ends[-1])}, not at {written(statement.right)}, which the statement promises"
        )
    used = {step.relation for step in steps} - {"="}
    if used and used != {statement.relation}:
        raise DerivationError(f"steps with {' and '.join(sorted(used))} do not yield the {statement.relation} stated")


def require_declared(chain: Chain) -> None:
    """Require that every symbol is a parameter, an abbreviation or bound, and that a name stands for one symbol."""
    declared = {*chain.parameters, *(symbol for symbol, _ in chain.where)}
    wrong = sorted(repr(given) for given in declared if not isinstance(given, sympy.Symbol))
    if wrong:
        remedy = "make each with real, positive, count, unit or bit; a sequence is declared by the symbol that names it"
        raise DerivationError(f"parameters and abbreviations are symbols, and {', '.join(wrong)} is none: {remedy}")
    try:
        _require_declared(chain, declared)
    except RecursionError:
        remedy = "name parts of them in where, or write a sum of many terms as one sum"
        raise DerivationError(f"the expressions of the chain are nested too deeply: {remedy}") from None


def _require_declared(chain: Chain, declared: set[Any]) -> None:
    _require_abbreviations(chain, declared)
    said: dict[Any, str] = {}  # and where first: where one step ends the next begins
    for step in chain.steps:
        for side in (step.left, step.right):
            said.setdefault(side, f"step {step.name!r}")
    for side in (side for statement in chain.assuming for side in statement.sides):
        said.setdefault(side, "an assumption")
    for side, place in said.items():
        _require_clean(place, side, declared)
        _require_used_indices(place, side)
    _require_one_symbol_a_name(chain, list(said), declared)


def _require_abbreviations(chain: Chain, declared: set[Any]) -> None:
    """Require abbreviations that are new, rest on what is before them, and are what their symbols are assumed to be."""
    before = set(chain.parameters)
    sides = [side for step in chain.steps for side in (step.left, step.right)]
    sides += [side for given in chain.assuming for side in given.sides]
    meanings = [meaning for _, meaning in chain.where]
    parts: dict[Any, int] = {}
    for symbol, meaning in chain.where:
        require_supported(meaning)
        if symbol in before or not free_symbols(meaning) <= before:
            raise DerivationError(f"the abbreviation {symbol} must be new and rest on what was declared before it")
        _require_clean(f"the abbreviation {symbol}", meaning, declared)
        require_label_kept([*sides, *meanings], symbol, meaning, "the abbreviation")
        require_kept(symbol, meaning, "the abbreviation")
        before.add(symbol)
        parts[symbol] = require_readable(meaning, parts, f"the abbreviation {symbol}")
    for side in sides:
        require_readable(side, parts, "a line of the chain")


def _require_clean(place: str, side: Any, declared: set[Any]) -> None:
    """Refuse undeclared symbols, bound symbols that are declared too, and derivatives with respect to abbreviations."""
    bound = set(bound_symbols(side))
    undeclared = free_symbols(side) - declared
    if undeclared:
        raise DerivationError(f"{place} uses {listed(undeclared)}, which is neither declared nor bound")
    if bound & declared:
        raise DerivationError(f"{place} binds {listed(bound & declared)}, which is a parameter")
    require_names(place, declared | bound)
    require_no_double_index(place, side)


def _require_one_symbol_a_name(chain: Chain, sides: list[Any], declared: set[Any]) -> None:
    """Require that a name means the same in every line, every abbreviation and every statement that is cited."""
    meanings = [meaning for _, meaning in chain.where]
    everything = symbols_of([*sides, *meanings]) | declared
    require_names("the chain", everything)
    abbreviations = dict(chain.where)
    moving = {symbol for side in (*sides, *meanings) for symbol in moving_symbols(side)}
    if moving & set(abbreviations):
        short = listed(moving & set(abbreviations))
        raise DerivationError(f"a derivative is taken with respect to {short}, an abbreviation: take a parameter")
    require_one_kind_a_space("the chain", [*sides, *meanings])
    for step in chain.steps:
        if step.cites is None or step.law.rests_on:
            continue
        name = step.cites.theorem.name
        for statement in step.cites.statements:
            cited = f"step {step.name!r}, with {name} as it is cited,"
            require_names(cited, everything | symbols_of(statement.sides))
            require_one_kind_a_space(cited, [*sides, *meanings], statement.sides, step.cites.proof)
            require_still_moving(statement.sides, abbreviations, name)


def _require_used_indices(place: str, side: Any) -> None:
    """Refuse a sum whose index does not occur in the summand: Σ_j a_i is a slip of the pen."""
    for node in parts_of(side):
        for body, index in _summations(node) if isinstance(node, sympy.Sum) else ():
            if index not in free_symbols(body):
                raise DerivationError(f"{place} sums over {index}, not found in {written(body)}")


def _summations(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (summand, index) of each sum that SymPy joined to one: an index may be found in the end of an inner sum."""
    for _ in node.limits:
        node, index, *_ = sum_parts(node)
        yield node, index


def require_citable(name: str, chain: Chain) -> None:
    """Refuse to cite what holds only where something is assumed: the citing chain need not assume it."""
    if chain.assuming:
        said = "; ".join(f"{written(a.left)} {a.relation} {written(a.right)}" for a in chain.assuming)
        raise DerivationError(f"{name} is proved only where {said}: repeat its steps in a chain that assumes this")


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
            raise DerivationError(
                f"the chain {chain.title!r} does not prove the statement at {variable} = {written(value)}"
            )
    _require_arbitrary(variable, statement, derivation.chains)


def _require_arbitrary(variable: Any, statement: Statement, chains: tuple[Chain, ...]) -> None:
    """Require that the step from J to J + 1 holds for every J: nothing may be assumed of J, and J stands for itself.

    A name stands for one symbol in both chains: what was proved at 1 of a whole number a is nothing for a positive one.
    """
    chain = chains[1]
    if variable not in chain.parameters:
        raise DerivationError(f"{variable} must be a parameter of the chain from {variable} to {variable} + 1")
    assumed = [side for assumption in chain.assuming for side in assumption.sides]
    if variable in symbols_of([*assumed, *(meaning for _, meaning in chain.where)]):
        raise DerivationError(
            f"an induction over {variable} assumes nothing of {variable}, and abbreviates nothing by it"
        )
    sides = [*statement.sides, *(side for each in chains for step in each.steps for side in (step.left, step.right))]
    require_names("the induction", symbols_of(sides).union(*(each.parameters for each in chains)))
    require_one_kind_a_space("the induction", [*sides, *(meaning for _, meaning in chain.where)])
