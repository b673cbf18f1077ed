"""Boxes as plain Unicode text."""

from __future__ import annotations

from .layout import Fence, Fraction, Glyph, Layout, Root, Row, Scripts, remembered
from .names import DOT, PARTIAL, TIMES

__all__ = ["to_text"]

_SPACED = {"operator": " {} ", "relation": " {} ", "comma": "{} "}
_SUPERSCRIPTS = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@remembered
def to_text(layout: Layout) -> str:
    """Return boxes on one line, with brackets where a fraction or an index needs them.

    >>> from .names import digits, identifier
    >>> to_text(Fraction(digits(1), Scripts(identifier("sigma"), None, digits(2))))
    '1/σ²'
    """
    if isinstance(layout, Glyph):
        return layout.text
    if isinstance(layout, Row):
        return _row(_written(layout))
    if isinstance(layout, Fraction):
        return f"{_closed(layout.top)}/{_closed(layout.bottom, below=True)}"
    if isinstance(layout, Root):
        return f"√{_rooted(layout.body)}"
    if isinstance(layout, Fence):
        return f"{layout.left}{to_text(layout.body)}{layout.right}"
    below = f"_{_script(layout.below)}" if layout.below is not None else ""
    above = _raised(layout.above) if layout.above is not None else ""
    return f"{to_text(layout.base)}{below}{above}"


def _written(row: Row) -> tuple[Layout, ...]:
    """Return the boxes of a row but signs of products: f (x + y) has a blank, f(x) has none."""
    return tuple(part for part in row.parts if part != TIMES)


def _row(parts: tuple[Layout, ...]) -> str:
    written = ""
    for place, part in enumerate(parts):
        if isinstance(part, Glyph) and part.kind in _SPACED:
            prefix = part.kind == "operator" and (place == 0 or _is_sign(parts[place - 1]))
            written += part.text if prefix else _SPACED[part.kind].format(part.text)
        else:
            text = f"({to_text(part)})" if _runs_on(parts[place : place + 2]) else to_text(part)
            attached = not written or written.endswith(" ") or _is_sign(parts[place - 1])
            attached = attached or (isinstance(part, Fence) and part.applied) or text.startswith(" ")
            written += text if attached else f" {text}"
    return written


def _runs_on(parts: tuple[Layout, ...]) -> bool:
    """Whether a fraction has a factor behind it: a/b c would read as a/(b c); 1/2 c, and ∂/∂x f, would not."""
    fraction, *after = parts
    ends = not after or (_is_sign(after[0]) and after[0] != DOT)
    if not isinstance(fraction, Fraction) or ends or fraction.top == PARTIAL:
        return False
    return not all(isinstance(part, Glyph) and part.kind == "number" for part in (fraction.top, fraction.bottom))


def _is_sign(part: Layout) -> bool:
    return isinstance(part, Glyph) and part.kind in ("operator", "relation", "comma")


def _is_big(part: Layout) -> bool:
    base = part.base if isinstance(part, Scripts) else part
    return isinstance(base, Glyph) and base.kind == "big"


def _closed(part: Layout, *, below: bool = False) -> str:
    """Return a numerator or denominator, in brackets unless it is one box."""
    text = to_text(part)
    parts = _written(part) if isinstance(part, Row) else (part,)
    lone = len(parts) == 1 and not isinstance(parts[0], Fraction)
    return text if lone or _is_call(parts) or (not below and _is_plain_product(parts)) else f"({text})"


def _is_call(parts: tuple[Layout, ...]) -> bool:
    """Whether boxes are a name and what it is applied to: f(z), log(2), KL(q ‖ p)."""
    return len(parts) == 2 and isinstance(parts[1], Fence) and parts[1].applied


def _is_plain_product(parts: tuple[Layout, ...]) -> bool:
    """Whether boxes are a product that ends where its last factor does: a b, log(a) b; not a log b, nor Σ a."""
    after = (*parts[1:], None)
    return all(
        isinstance(one, Glyph | Scripts | Fence)
        and not _is_sign(one)
        and not _is_big(one)
        and not (_is_operator(one) and not (isinstance(next_one, Fence) and next_one.applied))
        for one, next_one in zip(parts, after, strict=True)
    )


def _is_operator(part: Layout) -> bool:
    """Whether a box is log or det, which take what follows as their argument."""
    return isinstance(part, Glyph) and part.text.strip() in ("log", "det")


def _rooted(part: Layout) -> str:
    """Return what stands below a root, in brackets unless it is a name, a number or a call."""
    text = to_text(part)
    name = isinstance(part, Glyph | Fence) or (isinstance(part, Scripts) and part.above is None)
    call = isinstance(part, Row) and _is_call(part.parts) and not _is_operator(part.parts[0])
    return text if name or call else f"({text})"


def _raised(part: Layout) -> str:
    """Return an exponent: digits above the line as such."""
    text = to_text(part)
    return text.translate(_SUPERSCRIPTS) if text.removeprefix("−").isdecimal() else f"^{_script(part)}"


def _script(part: Layout) -> str:
    """Return what stands above or below the line, in braces unless it is a single sign."""
    text = to_text(part)
    return text if isinstance(part, Glyph | Fence) else f"{{{text}}}"
