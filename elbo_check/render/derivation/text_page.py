"""A derivation as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ...boxes.layout import Glyph, Layout, Row
from ...boxes.names import TIMES
from ...boxes.texts import to_text
from .breaking import Bracket, Line, lines
from .story import Part, Reason, StepRow, Story

__all__ = ["line_text", "text_page"]

_NARROWEST, _RELATION = 60, 4


def text_page(story: Story, width: int) -> str:
    """Return the page, no line wider than `width` columns where it can be helped."""
    width = max(width, _NARROWEST)
    rows = [story.title, "=" * min(len(story.title), width), ""]
    rows += [*_wrapped(f"{story.heading}. {story.words}", width), *_listed("Assumptions", story.assumptions, width)]
    for part in story.parts:
        rows += ["", *_part(part, width, story.argument)]
    rows += ["", *_wrapped(f"Verdict. {story.verdict}", width)]
    rows += _wrapped(story.failure, width) if story.failure else []
    rows += _listed("Assumed on the way", story.ledger, width)
    rows += _listed("Laws", tuple(f"{law.name}: {law.statement}" for law in story.laws), width)
    return "\n".join([*rows, *_listed("Sources", story.sources, width)])


def _listed(title: str, items: tuple[str, ...], width: int) -> list[str]:
    """Return a list under its heading, after an empty line; nothing for an empty one."""
    rows = ["", title] if items else []
    for item in items:
        rows += textwrap.wrap(" ".join(item.split()), width, initial_indent="  - ", subsequent_indent="    ")
    return rows


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False)


def _part(part: Part, width: int, argument: str) -> Iterator[str]:
    if part.title:
        yield from [part.title, "-" * min(len(part.title), width)]
    left, relation, right = part.claim
    short = f"Claim  {to_text(left)}  {relation}  {to_text(right)}"
    if len(short) <= 0.95 * width:
        yield short
    else:
        yield from _formula("Claim  ", left, width)
        yield from _formula(f"    {relation:<3}", right, width)
    for (a, sign, b), point in zip(part.assuming, part.points, strict=True):
        yield f"  assuming {to_text(a)} {sign} {to_text(b)}{f', {point}' if point else ''}"
    for symbol, meaning in part.where:
        yield from _formula(f"  where {to_text(symbol)} = ", meaning, width)
    yield from ["", argument]
    yield from _formula("  ", part.start, width)
    for row in part.rows:
        yield from _step(row, width)


def _length(boxes: Layout) -> float:
    """Return how many signs boxes are, and a blank; the sign of a product is not written."""
    return 0.0 if boxes == TIMES else len(to_text(boxes)) + 1.0


def _formula(head: str, formula: Layout, width: int) -> Iterator[str]:
    for place, line in enumerate(lines(formula, 0.95 * (width - len(head)), _length)):
        yield (head if place == 0 else " " * len(head)) + line_text(line)


def _step(row: StepRow, width: int) -> Iterator[str]:
    mark = {"proved": "", "refuted": "✗"}.get(row.state, "?")
    head = f"  {mark + row.relation:<{_RELATION - 1}}"
    shown = list(_formula(head, row.right, width))
    reason = _reason(row.reason)
    if len(shown[-1]) + len(reason) + 4 <= width:
        shown[-1] = f"{shown[-1]}{' ' * (width - len(shown[-1]) - len(reason))}{reason}"
        yield from shown
        return
    yield from shown
    yield from (f"{line:>{width}}" for line in textwrap.wrap(reason, width - 12))


def _reason(reason: Reason) -> str:
    words = reason.name if reason.name.lower() == reason.law.name.lower() else f"{reason.name} ({reason.law.name})"
    words += f": {reason.theorem}" if reason.theorem else ""
    words += f"; {reason.remark}" if reason.remark else ""
    return words + (f" [{reason.label}]" if reason.label else "")


def line_text(line: Line) -> str:
    """Return one line of a formula."""
    parts: list[Layout] = []
    for part in line.parts:
        if isinstance(part, Bracket):
            parts.append(Glyph(part.text, part.text, "bracket"))
        else:
            parts.append(part)
    return "  " * line.depth + to_text(Row(tuple(parts)))
