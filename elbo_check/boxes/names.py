"""How symbols are written: Greek letters, indices, and the names of matrices."""

from __future__ import annotations

from .layout import Fence, Glyph, Layout, Row, Scripts, row

__all__ = [
    "COMMA",
    "DOT",
    "PARTIAL",
    "TIMES",
    "digits",
    "identifier",
    "joined",
    "named",
    "sign",
    "upright",
    "with_index",
]

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell"
)
_LETTERS = "αβγδεζηθικλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩℓ"
_GREEK = dict(zip(_NAMES.split(), _LETTERS, strict=True))
_LATEX = {"epsilon": r"\varepsilon", "phi": r"\varphi"}

PARTIAL = Glyph("∂", r"\partial")
DOT = Glyph("·", r"\cdot", "operator")
TIMES = Glyph("·", r"{\cdot}", "product")  # where letters stand apart anyway it is not written
COMMA = Glyph(",", ",", "comma")
_SIGNS = {
    "+": ("+", "+"),
    "-": ("−", "-"),
    "×": ("×", r"\times"),
}
_RELATIONS = {
    "=": ("=", "="),
    "≤": ("≤", r"\le"),
    "≥": ("≥", r"\ge"),
    "∼": ("∼", r"\sim"),
    "‖": ("‖", r"\,\|\,"),
    "|": ("|", r"\mid"),
}


def sign(which: str) -> Glyph:
    """Return an operator or a relation."""
    if which in _SIGNS:
        return Glyph(*_SIGNS[which], "operator")
    return Glyph(*_RELATIONS[which], "relation")


def digits(number: int | str) -> Glyph:
    """Return a whole number."""
    return Glyph(str(number), str(number), "number")


def upright(word: str) -> Glyph:
    """Return a word in a formula, such as KL."""
    return Glyph(word, rf"\mathrm{{{word}}}", "upright")


def identifier(name: str) -> Layout:
    """Return a single name: a Greek letter, a Latin one, or a word."""
    if name in _GREEK:
        return Glyph(_GREEK[name], _LATEX.get(name, rf"\{name}"))
    if name.isdigit():
        return digits(name)
    return Glyph(name, name) if len(name) == 1 else upright(name)


def named(name: str) -> Layout:
    """Return a symbol: what follows an underscore is its index, Sigma_q_21 an entry of a matrix.

    >>> from .texts import to_text
    >>> [to_text(named(name)) for name in ("mu_q", "sigma_1", "Precision_q_21", "det_q", "rho_bar")]
    ['μ_q', 'σ_1', '(Σ_q⁻¹)_21', 'det Σ_q', 'ρ̄']
    """
    head, *indices = [part for part in name.split("_") if part]
    if head == "Precision" and len(indices) == 2:
        inverse = Scripts(identifier("Sigma"), identifier(indices[0]), row(sign("-"), digits(1)))
        return Scripts(Fence("(", inverse, ")"), identifier(indices[1]))
    if head == "det" and len(indices) == 1:
        matrix = (
            identifier(indices[0]) if indices[0].isupper() else Scripts(identifier("Sigma"), identifier(indices[0]))
        )
        return row(Glyph("det ", r"\det ", "upright"), matrix)
    if indices == ["bar"]:
        body = _GREEK.get(head, head)
        return Glyph(f"{body}\u0304", rf"\bar{{{_LATEX.get(head, chr(92) + head) if head in _GREEK else head}}}")
    if not indices:
        return identifier(head)
    return Scripts(identifier(head), joined([identifier(part) for part in indices]))


def with_index(name: str, index: Layout) -> Layout:
    """Return a name with one more index: μ_{q, j}."""
    body = named(name)
    if isinstance(body, Scripts):
        return Scripts(body.base, index if body.below is None else row(body.below, COMMA, index))
    return Scripts(body, index)


def joined(parts: list[Layout]) -> Layout:
    """Return boxes with commas between them."""
    result: list[Layout] = []
    for part in parts:
        result += [COMMA, part] if result else [part]
    return result[0] if len(result) == 1 else Row(tuple(result))
