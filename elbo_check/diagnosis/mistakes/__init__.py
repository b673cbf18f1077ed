"""The catalogue of mistakes: a card a mistake, with a code that stays, a slug that reads, and a cure."""

from __future__ import annotations

import difflib

from ...errors import InputError
from . import categories, constants, draws, forms, heads, objective, pairs, readings, sampling, scale, signs, softplus
from .card import Card

__all__ = ["CARDS", "Card", "card", "find_card"]

_FAMILIES = (heads, signs, scale, constants, readings, softplus, pairs, objective, sampling, draws, forms, categories)

CARDS: tuple[Card, ...] = tuple(sorted((one for family in _FAMILIES for one in family.CARDS), key=lambda one: one.code))
_BY_NAME = {name.lower(): one for one in CARDS for name in (one.code, one.slug)}


def find_card(name: str) -> Card | None:
    """Return the card with a code or slug, in any case and with spaces or underscores for hyphens; None without one.

    >>> find_card("Mean over latent").code
    'EC012'
    """
    return _BY_NAME.get("-".join(name.lower().replace("_", " ").replace("-", " ").split()))


def card(code_or_slug: str) -> Card:
    """Return the card of a mistake, by its code or its slug.

    >>> card("EC012").slug, card("doubled").same_function
    ('mean-over-latent', ('missing-half', 'kl-counted-twice', 'reconstruction-weighted'))

    Raises `InputError` for what is neither, and names the nearest.
    """
    found = find_card(code_or_slug)
    if found is None:
        near = ", ".join(difflib.get_close_matches(code_or_slug.lower(), _BY_NAME, n=3)) or "EC012 or mean-over-latent"
        remedy = "elbo-check explain --list shows all"
        raise InputError("mistake", code_or_slug, f"the code or slug of a mistake, such as {near}", remedy)
    return found
