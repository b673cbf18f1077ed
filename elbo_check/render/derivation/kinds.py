"""What a page says of the kinds of its symbols: log s ≤ s − 1 is true of a positive s."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sympy import Indexed

from ...boxes.expressions import layout
from ...boxes.texts import to_text
from ...derivation import Chain, Derivation, outcomes_said
from ...nodes import free_symbols
from ...symbols import kind_of

__all__ = ["kinds_said"]

_WORDS = {
    "positive": ("is positive", "are positive"),
    "count": ("is a positive whole number", "are positive whole numbers"),
    "unit": ("is between 0 and 1", "are between 0 and 1"),
    "bit": ("is 0 or 1", "are 0 or 1"),
}
# How authors say the same: around the name of the symbol, or a list of names that ends with others.
_OTHERS = r"(?:(?:\s*,\s*|\s+and\s+)[^\W\d]\w*)*\s*"
_SAID = {
    "positive": rf"{{name}}{_OTHERS}(?:>\s*0|(?:is|are|all) (?:a )?positive|∈\s*\(0)|{{name}}[^;:]*\ball positive",
    "count": rf"{{name}}{_OTHERS}(?:[≥=]\s*[1-9]|(?:is|are) (?:a )?positive whole|∈\s*(?:ℕ|\{{{{\s*1))",
    "unit": rf"0\s*<\s*{{name}}{_OTHERS}<\s*1|{{name}}{_OTHERS}(?:(?:is|are) between 0 and 1|∈\s*\(0,\s*1)",
    "bit": rf"{{name}}{_OTHERS}(?:(?:is|are) 0 or 1|∈\s*\{{{{0,\s*1)",
}


def kinds_said(derivation: Derivation) -> tuple[str, ...]:
    """Return what symbols are, where they are not all real numbers and no assumption of the author says it."""
    found: dict[str, dict[str, None]] = {kind: {} for kind in _WORDS}
    entries = _entries(derivation)
    symbols = {symbol for chain in derivation.chains for symbol in (*outcomes_said(chain), *_parameters(chain))}
    for symbol in sorted(symbols, key=str):
        kind = kind_of(symbol)
        for written in entries.get(symbol, (symbol,)) if kind in _WORDS else ():
            if not _is_said(written, symbol, kind, derivation.assumptions):
                found[kind][to_text(layout(written))] = None
    return tuple(f"{_listed(names)} {_WORDS[kind][len(names) > 1]}" for kind, names in found.items() if names)


def _parameters(chain: Chain) -> set[Any]:
    """Return the parameters of a chain that occur in it."""
    said = [side for step in chain.steps for side in (step.left, step.right)]
    said += [side for statement in chain.assuming for side in statement.sides]
    said += [meaning for _, meaning in chain.where]
    return set().union(*map(free_symbols, said)).intersection(chain.parameters)


def _entries(derivation: Derivation) -> dict[Any, list[Any]]:
    """Return for each sequence how its entries are written: with an index that runs, or else one after the other."""
    entries = {entry for step in derivation.steps for side in (step.left, step.right) for entry in side.atoms(Indexed)}
    found: dict[Any, list[Any]] = {}
    for entry in sorted(entries, key=str):
        found.setdefault(entry.base.label, []).append(entry)
    running = {label: [one for one in own if all(at.is_Symbol for at in one.indices)] for label, own in found.items()}
    return {label: running[label][:1] or own for label, own in found.items()}


def _is_said(written: Any, symbol: Any, kind: str, assumptions: Iterable[str]) -> bool:
    """Whether an assumption says of a symbol what it is: σ_q > 0 for sigma_q, L_ii > 0 for L_11, s_j > 0 for s_1."""
    name = to_text(layout(symbol))
    ways = {re.escape(way) for way in (name, name.replace("_", ""), symbol.name)}
    head, *indices = name.split("_")
    if written != symbol or (indices and indices[-1].strip("{}").split(",")[-1].strip().isdigit()):
        ways.add(rf"{re.escape(head)}_(?:[a-z]+|\{{[^}}]*\}})")
    pattern = _SAID[kind].format(name=rf"(?<!\w)(?:{'|'.join(sorted(ways))})(?!\w)")
    return any(re.search(pattern, said) for said in assumptions)


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
