"""`elbo-check explain`: print a mistake of the catalogue or a law, or list both."""

from __future__ import annotations

import difflib
import re
import sys
from typing import TYPE_CHECKING, Any

from .errors import InputError, described

if TYPE_CHECKING:
    import argparse

    from .diagnosis.mistakes import Card
    from .laws import Law

__all__ = ["explain_command"]


def explain_command(options: argparse.Namespace) -> str:
    """Print what was asked for; return the outcome."""
    from .render.output import terminal_width, write_stream

    shown = _everything() if options.list else _found(options.name)
    text = _json(shown) if options.json else _text(shown, terminal_width(sys.stdout))
    write_stream(sys.stdout, f"{text}\n")
    return "proved"


def _everything() -> tuple[tuple[Card, ...], tuple[Law, ...]]:
    from .diagnosis.mistakes import CARDS
    from .laws import LAWS

    return CARDS, tuple(sorted(LAWS, key=lambda law: law.name.lower()))


def _found(name: str | None) -> Card | Law:
    """Return the mistake of this name, or the law of this name, or the first law whose name holds it."""
    from .diagnosis.mistakes import CARDS, find_card

    if name is None:
        raise InputError(
            "NAME",
            described("not given"),
            "a mistake or a law, such as EC012 or jensen",
            "see elbo-check explain --list",
        )
    found = find_card(name)
    if found is not None:
        return found
    from .laws import LAWS

    wanted = re.sub("[^a-z0-9]+", " ", name.lower()).strip()
    laws = {law.anchor.removeprefix("law-").replace("-", " "): law for law in LAWS}
    law = laws.get(wanted) or next((law for known, law in laws.items() if wanted in known), None)
    if law is None:
        names = {known: known for known in laws} | {card.slug.replace("-", " ").lower(): card.slug for card in CARDS}
        names |= {card.code.lower(): card.code for card in CARDS}
        close = [names[near] for near in difflib.get_close_matches(wanted, names, n=3)] or [
            "EC012",
            "doubled",
            "jensen",
        ]
        remedy = "see elbo-check explain --list"
        raise InputError("NAME", name, f"the name of a mistake or of a law, such as {', '.join(close)}", remedy)
    return law


def _text(shown: Any, width: int) -> str:
    from .diagnosis.mistakes import Card
    from .render.explanation import card_text, law_text, list_text

    if isinstance(shown, tuple):
        cards, laws = shown
        return list_text(cards, laws, width)
    return card_text(shown, width) if isinstance(shown, Card) else law_text(shown, width)


def _json(shown: Any) -> str:
    from .diagnosis.mistakes import Card
    from .render.explanation import card_dict, law_dict
    from .render.json import json_text
    from .verdict import SCHEMA_VERSION

    if isinstance(shown, tuple):
        cards, laws = shown
        data: dict[str, Any] = {"mistakes": [*map(card_dict, cards)], "laws": [*map(law_dict, laws)]}
    else:
        data = card_dict(shown) if isinstance(shown, Card) else law_dict(shown)
    return json_text({"schema_version": SCHEMA_VERSION} | data, 2)
