"""Breaks a formula into lines before its pluses and minuses, within brackets too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...boxes.layout import Fence, Fraction, Glyph, Layout, Root, Row, as_row, remembered, row

__all__ = ["Bracket", "Line", "lines", "width"]


@dataclass(frozen=True, slots=True)
class Bracket:
    """One bracket of a pair between which a line may break; `tall` is the box it stands around."""

    text: str
    tall: Layout
    opens: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a formula: its boxes, and how deep in brackets it begins."""

    parts: tuple[Layout | Bracket, ...]
    depth: int


Measure = Callable[[Layout], float]
Token = tuple[Layout | Bracket, int]  # a box, and how many brackets are open before it


def lines(layout: Layout, most: float, measure: Measure | None = None) -> list[Line]:
    """Return the lines of a formula, none wider than `most` (in widths of a letter) where it can be helped.

    `measure` says how wide a box is; by default as it is typeset.
    """
    measure = measure or width
    done: list[Line] = []
    current: list[Layout | Bracket] = []
    depth, used, start = 0, 0.0, 0
    for piece in _pieces(list(_tokens(layout, most, measure))):
        size = sum(0.9 if isinstance(token, Bracket) else measure(token) for token, _ in piece)
        if current and used + size > most - 2 * start:
            done.append(Line(tuple(current), start))
            current, used, start = [], 0.0, piece[0][1] + 1
        current.extend(token for token, _ in piece)
        used, depth = used + size, piece[-1][1]
    return [*done, Line(tuple(current), start)] if current or depth else done


@remembered
def width(layout: Layout) -> float:
    """Return an estimate of the width of boxes, in widths of a letter."""
    if isinstance(layout, Glyph):
        spaced = {"operator": 2.4, "relation": 2.8, "comma": 1.0, "big": 2.6}
        return spaced.get(layout.kind, 0) or len(layout.text) * (1.1 if layout.kind == "identifier" else 1.0)
    if isinstance(layout, Row):
        return sum(map(width, layout.parts))
    if isinstance(layout, Fraction):
        return max(width(layout.top), width(layout.bottom)) + 0.6
    if isinstance(layout, Root):
        return 1.8 + width(layout.body)
    if isinstance(layout, Fence):
        return 1.8 + width(layout.body)
    scripts = [0.75 * width(part) for part in (layout.below, layout.above) if part is not None]
    big = isinstance(layout.base, Glyph) and layout.base.kind == "big"
    return max([width(layout.base), *scripts]) + 0.4 if big else width(layout.base) + max(scripts)


def _tokens(layout: Layout, most: float, measure: Measure, depth: int = 0) -> Iterator[Token]:
    """Yield boxes; brackets around what is too wide for a line are opened, and fractions that are become quotients."""
    parts = as_row(layout)
    for part, after in zip(parts, (*parts[1:], None), strict=True):
        if isinstance(part, Fence) and measure(part) > 0.55 * most:
            yield Bracket(part.left, part.body, True), depth
            yield from _tokens(part.body, most, measure, depth + 1)
            yield Bracket(part.right, part.body, False), depth + 1
        elif isinstance(part, Fraction) and measure(part) > 0.8 * most:
            quotient = row(Fence("(", part.top, ")"), Glyph("/", "/", "operator"), Fence("(", part.bottom, ")"))
            runs_on = after is not None and not (isinstance(after, Glyph) and after.kind in ("operator", "relation"))
            yield from _tokens(Fence("(", quotient, ")") if runs_on else quotient, most, measure, depth)
        else:
            yield part, depth


def _pieces(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield what has to stay on one line: up to the next plus or minus that is not a sign, or up to ‖."""
    piece: list[Token] = []
    for place, (token, depth) in enumerate(tokens):
        before = tokens[place - 1][0] if place else None
        between = isinstance(token, Glyph) and (token.kind == "operator" or token.text == "‖")
        if piece and between and not _opens(before):
            yield piece
            piece = []
        piece.append((token, depth))
    yield piece


def _opens(before: Layout | Bracket | None) -> bool:
    """Whether a plus or minus after it is a sign, or a dot."""
    if isinstance(before, Bracket):
        return before.opens
    return isinstance(before, Glyph) and before.kind in ("operator", "relation")
