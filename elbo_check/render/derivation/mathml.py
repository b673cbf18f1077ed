"""Boxes as MathML, the presentation kind that browsers show without a script."""

from __future__ import annotations

from html import escape

from ...boxes.layout import Fence, Fraction, Glyph, Layout, Root, Row, Scripts, remembered
from .latexing import height

__all__ = ["to_mathml"]


@remembered
def to_mathml(layout: Layout) -> str:
    """Return boxes as MathML elements.

    >>> from ...boxes.names import digits, identifier
    >>> to_mathml(Scripts(identifier("sigma"), None, digits(2)))
    '<msup><mi>σ</mi><mn>2</mn></msup>'
    """
    if isinstance(layout, Glyph):
        return _glyph(layout)
    if isinstance(layout, Row):
        return f"<mrow>{_parts(layout.parts)}</mrow>"
    if isinstance(layout, Fraction):
        return f"<mfrac>{to_mathml(layout.top)}{to_mathml(layout.bottom)}</mfrac>"
    if isinstance(layout, Root):
        return f"<msqrt>{to_mathml(layout.body)}</msqrt>"
    if isinstance(layout, Fence):
        tall = height(layout.body)
        return f"<mrow>{bracket(layout.left, tall)}{to_mathml(layout.body)}{bracket(layout.right, tall)}</mrow>"
    return _scripts(layout)


def bracket(which: str, tall: int = 0) -> str:
    """Return a bracket of one of three sizes; it does not grow with what it stands around, so that lines may break."""
    size = _SIZES[tall]
    grown = f'stretchy="true" symmetric="true" minsize="{size}" maxsize="{size}"' if size else 'stretchy="false"'
    return f'<mo {grown} lspace="0" rspace="0">{escape(which)}</mo>'


def _parts(parts: tuple[Layout, ...]) -> str:
    """Join; a name before what it is applied to gets the invisible sign for that."""
    written = ""
    for place, part in enumerate(parts):
        before = parts[place - 1] if place else None
        if isinstance(before, Glyph) and before.text in ("log", "det "):
            written += '<mspace width="0.17em"/>'
        written += to_mathml(part)
    return written


def _glyph(glyph: Glyph) -> str:
    text = escape(glyph.text.strip())
    if glyph.kind == "number":
        return f"<mn>{text}</mn>"
    if glyph.kind == "big":
        sign = "∑" if text == "Σ" else text
        return f'<mo movablelimits="false">{sign}</mo>'
    if glyph.kind == "product":
        return f'<mo lspace="0" rspace="0">{text}</mo>'
    if glyph.kind in ("operator", "relation", "comma"):
        separator = ' separator="true"' if glyph.kind == "comma" else _APART if text == "‖" else ""
        return f'<mo stretchy="false"{separator}>{text}</mo>'
    if glyph.kind == "upright" and len(text) == 1:
        return f'<mi mathvariant="normal">{_DOUBLE_STRUCK.get(text, text)}</mi>'
    return f"<mi>{text}</mi>"


_APART = ' fence="false" lspace="0.25em" rspace="0.25em"'
_SIZES = ("", "1.3em", "2.1em")
_DOUBLE_STRUCK = {"E": "𝔼", "N": "𝒩"}


def _scripts(layout: Scripts) -> str:
    base = to_mathml(layout.base)
    big = isinstance(layout.base, Glyph) and layout.base.kind == "big"
    below, above = (to_mathml(part) if part is not None else "" for part in (layout.below, layout.above))
    kinds = ("munder", "mover", "munderover") if big else ("msub", "msup", "msubsup")
    kind = kinds[2] if below and above else kinds[0] if below else kinds[1]
    return f"<{kind}>{base}{below}{above}</{kind}>"
