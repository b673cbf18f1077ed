"""Boxes as LaTeX."""

from __future__ import annotations

from ...boxes.layout import Fence, Fraction, Glyph, Layout, Root, Row, Scripts, remembered

__all__ = ["to_latex"]

_BRACKETS = {"{": r"\{", "}": r"\}"}
_SIZES = ("", r"\bigl", r"\Bigl")


@remembered
def to_latex(layout: Layout) -> str:
    r"""Return boxes as LaTeX mathematics; fractions of numbers are small ones.

    >>> from ...boxes.names import digits, identifier
    >>> print(to_latex(Fraction(digits(1), digits(2))), to_latex(Fraction(identifier("x"), digits(2))))
    \tfrac{1}{2} \frac{x}{2}
    """
    if isinstance(layout, Glyph):
        return layout.latex
    if isinstance(layout, Row):
        return _spaced([to_latex(part) for part in layout.parts])
    if isinstance(layout, Fraction):
        plain = all(isinstance(part, Glyph) and part.kind == "number" for part in (layout.top, layout.bottom))
        return rf"\{'tfrac' if plain else 'frac'}{{{to_latex(layout.top)}}}{{{to_latex(layout.bottom)}}}"
    if isinstance(layout, Root):
        return rf"\sqrt{{{to_latex(layout.body)}}}"
    if isinstance(layout, Fence):
        return fenced(layout.left, to_latex(layout.body), layout.right, height(layout.body))
    below = f"_{{{_small(layout.below)}}}" if layout.below is not None else ""
    above = f"^{{{_small(layout.above)}}}" if layout.above is not None else ""
    return f"{to_latex(layout.base)}{below}{above}"


def _small(script: Layout) -> str:
    """Return a script. Its fractions are small by themselves; text-sized ones would be too large."""
    return to_latex(script).replace(r"\tfrac", r"\frac")


def fenced(left: str, body: str, right: str, size: int) -> str:
    """Return a body in brackets of a size: brackets are never stretched, so that lines may break within them."""
    return f"{opening(left, size)}{body}{closing(right, size)}"


def opening(bracket: str, size: int) -> str:
    """Return an opening bracket of a size."""
    return f"{_SIZES[size]}{_BRACKETS.get(bracket, bracket)}"


def closing(bracket: str, size: int) -> str:
    """Return a closing bracket of a size."""
    return f"{_SIZES[size].replace('gl', 'gr')}{_BRACKETS.get(bracket, bracket)}"


@remembered
def height(layout: Layout) -> int:
    """Return how tall a box is: 0 for a line, 1 with scripts or brackets on brackets, 2 with a fraction or a sum."""
    if isinstance(layout, Glyph):
        return 2 if layout.kind == "big" else 0
    if isinstance(layout, Row):
        return max(map(height, layout.parts), default=0)
    if isinstance(layout, Fraction):
        small = all(isinstance(part, Glyph) for part in (layout.top, layout.bottom))
        return 1 if small else 2
    if isinstance(layout, Scripts):
        return max(height(layout.base), 0)
    return max(1, height(layout.body)) if isinstance(layout, Fence) else height(layout.body)


def _spaced(parts: list[str]) -> str:
    """Join; a command that ends in a letter is kept apart from the letter that follows."""
    written = ""
    for part in parts:
        command = written.rpartition("\\")[2]
        apart = bool(written) and "\\" in written and command.isalpha() and part[:1].isalpha()
        written += f" {part}" if apart else part
    return written
