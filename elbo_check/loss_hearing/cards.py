"""From a card of the catalogue to a mistake that was seen in a function."""

from __future__ import annotations

from ..diagnosis.mistakes import card
from ..loss_verdict import Mistake

__all__ = ["mistake_of"]


def mistake_of(slug: str, evidence: str, also: tuple[str, ...] = (), cure: str = "") -> Mistake:
    """Return a card with what shows it here, the cards that are the same function, and a cure that fits better."""
    held = card(slug)
    return Mistake(held.code, held.slug, held.title, held.why, held.effect, cure or held.cure, evidence, also)
