"""Formulas as small trees of boxes, between an expression and the scripts that write it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

__all__ = ["Fence", "Fraction", "Glyph", "Layout", "Root", "Row", "Scripts", "as_row", "remembered", "row"]

Kind = Literal["identifier", "upright", "number", "operator", "product", "relation", "big", "comma", "bracket"]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Box:
    """A box; it keeps what was found out about it, so that what stands deep inside is not measured at every depth."""

    found: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Glyph(Box):
    """One sign or name: by its Unicode text and its LaTeX."""

    text: str
    latex: str
    kind: Kind = "identifier"


@dataclass(frozen=True, slots=True)
class Row(Box):
    """Boxes side by side."""

    parts: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Fraction(Box):
    """One box above another."""

    top: Layout
    bottom: Layout


@dataclass(frozen=True, slots=True)
class Scripts(Box):
    """A box with something below and above its right end, or, for a big sign, under and over it."""

    base: Layout
    below: Layout | None = None
    above: Layout | None = None


@dataclass(frozen=True, slots=True)
class Root(Box):
    """A square root."""

    body: Layout


@dataclass(frozen=True, slots=True)
class Fence(Box):
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


def remembered(measure: Callable[[Layout], Found]) -> Callable[[Layout], Found]:
    """Let a function of a box be computed once for each box, the innermost first: no formula is nested too deeply."""
    name = measure.__name__

    @functools.wraps(measure)
    def once(layout: Layout) -> Found:
        waiting, order = [layout], []
        while waiting:
            box = waiting.pop()
            if name not in box.found:
                order.append(box)
                waiting += _inside(box)
        for box in reversed(order):
            box.found[name] = measure(box)
        known: Found = layout.found[name]
        return known

    return once


def _inside(box: Layout) -> list[Layout]:
    """Return the boxes of which a box is made."""
    if isinstance(box, Glyph):
        return []
    if isinstance(box, Row):
        return list(box.parts)
    if isinstance(box, Fraction):
        return [box.top, box.bottom]
    if isinstance(box, Scripts):
        return [part for part in (box.base, box.below, box.above) if part is not None]
    return [box.body]
