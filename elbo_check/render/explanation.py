"""Laws and mistakes for people and programs: one at a time, and the list of all."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .output import WIDTH

if TYPE_CHECKING:
    from ..diagnosis.mistakes import Card
    from ..laws import Law

__all__ = ["card_dict", "card_text", "law_dict", "law_text", "list_text"]

_COLUMN = 14
_SEVERITIES = {
    "error": "error: what is learned changes",
    "warning": "warning: gradients are right, the value is not",
    "note": "note: neither value nor gradient is wrong",
}


def card_text(card: Card, width: int = WIDTH) -> str:
    """Return a card: its name, the formula with and without the mistake, then why, what it does, and the cure."""
    rows = (
        ("mistaken", card.with_mistake),
        ("right", card.right),
        ("why", card.why),
        ("effect", card.effect),
        ("cure", card.cure),
        ("categories", card.cure_of_categories),
        ("decoder", card.cure_of_decoder),
        ("same as", _same(card)),
        ("severity", _SEVERITIES[card.severity]),
        ("source", card.source),
    )
    lines = _row(f"{card.code}  ", f"{card.slug}: {card.title}", width)
    for label, body in rows:
        if body:
            lines += _row(f"  {label}".ljust(_COLUMN) + " ", body, width)
    return "\n".join(lines)


def law_text(law: Law, width: int = WIDTH) -> str:
    """Return a law: its name, its statement, its conditions and its source."""
    conditions = "; ".join(law.conditions) or "none"
    rows = [law.name, law.statement, f"Conditions: {conditions}", f"Source: {law.source}"]
    return "\n\n".join(textwrap.fill(" ".join(row.split()), width) for row in rows)


def card_dict(card: Card) -> dict[str, Any]:
    """Return a card as plain data."""
    return {"kind": "mistake"} | asdict(card) | {"same_function": list(card.same_function)}


def law_dict(law: Law) -> dict[str, Any]:
    """Return a law as plain data."""
    conditions = list(law.conditions)
    statement = " ".join(law.statement.split())
    return {"kind": "law", "name": law.name, "statement": statement, "conditions": conditions, "source": law.source}


def list_text(cards: Iterable[Card], laws: Iterable[Law], width: int = WIDTH) -> str:
    """Return the code, slug and title of every mistake, and the names of the laws."""
    cards = tuple(cards)
    column = max(len(card.slug) for card in cards) + 2
    lines = ["mistakes"]
    for card in cards:
        lines += _row(f"  {card.code}  {card.slug.ljust(column)}", card.title, width)
    lines += ["", "laws"]
    return "\n".join(lines + [f"  {law.name}" for law in laws])


def _same(card: Card) -> str:
    """Return the slugs of the cards that no black box can tell from this one everywhere."""
    return f"{', '.join(card.same_function)} (the same function in some setting)" if card.same_function else ""


def _row(label: str, body: str, width: int) -> list[str]:
    """Break label + body into lines; the later ones hang below the body. An address or a word stays whole."""
    below = " " * len(label)
    return textwrap.wrap(label + body, width, subsequent_indent=below, break_on_hyphens=False, break_long_words=False)
