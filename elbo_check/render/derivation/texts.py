"""Boxes as plain Unicode text."""

from __future__ import annotations

from .layout import Fence, Fraction, Glyph, Layout, Root, Row, Scripts

__all__ = ["to_text"]

_SPACED = {"operator": " {} ", "relation": " {} ", "comma": "{} "}
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def to_text(layout: Layout) -> str:
    """Return boxes on one line, with brackets where a fraction or an index needs them.

    >>> from .names import digits, identifier
    >>> to_text(Fraction(digits(1), Scripts(identifier("sigma"), None, digits(2))))
    '1/σ²'
    """
    if isinstance(layout, Glyph):
        return layout.text
    if isinstance(layout, Row):
        return _row(layout.parts)
    if isinstance(layout, Fraction):
        return f"{_closed(layout.top)}/{_closed(layout.bottom, below=True)}"
    if isinstance(layout, Root):
        return f"√{_closed(layout.body)}"
    if isinstance(layout, Fence):
        return f"{layout.left}{to_text(layout.body)}{layout.right}"
    below = f"_{_script(layout.below)}" if layout.below is not None else ""
    above = _raised(layout.above) if layout.above is not None else ""
    return f"{to_text(layout.base)}{below}{above}"


def _row(parts: tuple[Layout, ...]) -> str:
    written = ""
    for place, part in enumerate(parts):
        if isinstance(part, Glyph) and part.kind in _SPACED:
            prefix = part.kind == "operator" and (place == 0 or _is_sign(parts[place - 1]))
            written += part.text if prefix else _SPACED[part.kind].format(part.text)
        else:
            attached = not written or written.endswith(" ") or _is_sign(parts[place - 1])
            attached = attached or (isinstance(part, Fence) and part.applied) or to_text(part).startswith(" ")
            written += to_text(part) if attached else f" {to_text(part)}"
    return written


def _is_sign(part: Layout) -> bool:
    return isinstance(part, Glyph) and part.kind in ("operator", "relation", "comma")


def _is_big(part: Layout) -> bool:
    base = part.base if isinstance(part, Scripts) else part
    return isinstance(base, Glyph) and base.kind == "big"


def _closed(part: Layout, *, below: bool = False) -> str:
    """Return a numerator or denominator, in brackets unless it is one box."""
    text = to_text(part)
    parts = part.parts if isinstance(part, Row) else (part,)
    call = len(parts) == 2 and isinstance(parts[1], Fence) and parts[1].applied
    lone = len(parts) == 1 and not isinstance(parts[0], Fraction)
    product = not below and all(isinstance(one, Glyph | Scripts | Fence) and not _is_sign(one) for one in parts)
    return text if call or lone or (product and not any(map(_is_big, parts))) else f"({text})"


def _raised(part: Layout) -> str:
    """Return an exponent: digits above the line as such."""
    text = to_text(part)
    return text.translate(_SUPERSCRIPTS) if text.isdigit() else f"^{_script(part)}"


def _script(part: Layout) -> str:
    text = to_text(part)
    plain = isinstance(part, Glyph) or text.lstrip("−").isalnum()
    return text.replace(" ", "") if plain else f"{{{text}}}" if not text.startswith("(") else text
