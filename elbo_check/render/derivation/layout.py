"""Formulas as small trees of boxes, between an expression and the scripts that write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Fence", "Fraction", "Glyph", "Layout", "Root", "Row", "Scripts", "as_row", "row"]

Kind = Literal["identifier", "upright", "number", "operator", "relation", "big", "comma", "bracket"]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One sign or name: by its Unicode text and its LaTeX."""

    text: str
    latex: str
    kind: Kind = "identifier"


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes side by side."""

    parts: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    """One box above another."""

    top: Layout
    bottom: Layout


@dataclass(frozen=True, slots=True)
class Scripts:
    """A box with something below and above its right end, or, for a big sign, under and over it."""

    base: Layout
    below: Layout | None = None
    above: Layout | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    body: Layout


@dataclass(frozen=True, slots=True)
class Fence:
    """A box in brackets; `applied` if they hold the argument of what stands before: f(z), KL(q ‖ p), E[…]."""

    left: str
    body: Layout
    right: str
    applied: bool = False


Layout = Glyph | Row | Fraction | Scripts | Root | Fence


def row(*parts: Layout) -> Row:
    """Return boxes side by side, rows within opened."""
    flat: list[Layout] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Row) else (part,))
    return Row(tuple(flat))


def as_row(layout: Layout) -> tuple[Layout, ...]:
    """Return the boxes of a row, or the only box."""
    return layout.parts if isinstance(layout, Row) else (layout,)
