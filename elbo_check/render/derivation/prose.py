"""Prose with mathematical signs in it, for LaTeX and for HTML."""

from __future__ import annotations

import re
from html import escape

__all__ = ["prose_html", "prose_latex", "prose_markdown"]

_PLAIN = {
    "\\": r"\textbackslash{}", "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "_": r"\_", "{": r"\{", "}": r"\}",
    "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"\dots{}", "é": r"\'e", "ö": r'\"o',
    "ü": r'\"u', "ä": r'\"a', "|": r"\textbar{}",
}  # fmt: skip
_MATH = {
    "−": "-", "×": r"\times", "·": r"\cdot", "±": r"\pm", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx",
    "≪": r"\ll", "∼": r"\sim", "~": r"\sim", "∈": r"\in", "∂": r"\partial", "∫": r"\int", "∏": r"\textstyle\prod",
    "√": r"\surd",
    "Σ": r"\Sigma", "‖": r"\,\|\,", "⊙": r"\odot", "→": r"\to", "↦": r"\mapsto", "ℓ": r"\ell", "½": r"\tfrac12",
    "ᵀ": r"{}^{\top}", "⁻": "{}^{-}", "²": "{}^{2}", "³": "{}^{3}", "¹": "{}^{1}", "ᵏ": "{}^{k}", "ʳ": "{}^{r}",
    "ᵃ": "{}^{a}", "ᵇ": "{}^{b}", "ⁿ": "{}^{n}", "ˢ": "{}^{s}", "ᵗ": "{}^{t}",
    "₁": "{}_{1}", "₂": "{}_{2}", "₃": "{}_{3}", "₄": "{}_{4}", "π": r"\pi", "∇": r"\nabla",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "Δ": r"\Delta", "ε": r"\varepsilon",
    "η": r"\eta", "θ": r"\theta", "λ": r"\lambda", "Λ": r"\Lambda", "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi",
    "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "ψ": r"\psi", "ω": r"\omega", "Ω": r"\Omega",
    "ᵢ": "{}_{i}", "ⱼ": "{}_{j}", "∞": r"\infty", "∀": r"\forall", "⇒": r"\Rightarrow", "≡": r"\equiv",
}  # fmt: skip
_ACCENTS = {"\u0302": r"\hat", "\u0304": r"\bar"}
_LETTER = r"[^\W\d_][\u0302\u0304]?"
_ALONE = r"(?<![A-Za-z])"  # def_1 is a name, not f with an index; E_q and Var_q have one
_RAISED = r"\{[^{}]*\}|[^\W_]"
_INDEXED = re.compile(
    rf"(?P<base>{_ALONE}(?:{_LETTER}|[A-Z][A-Za-z]+|max|min)|[α-ωΑ-Ω][\u0302\u0304]?)"
    rf"_(?P<index>\{{[^{{}}]*\}}|[A-Za-z0-9]+|[α-ω])"
    rf"|\^(?P<power>{_RAISED})|(?P<accented>{_LETTER[:-1]})|(?P<rest>.)",
    re.S,
)


def prose_latex(text: str) -> str:
    r"""Return prose for LaTeX: signs become mathematics, σ_j an index, and nothing is left that TeX would obey.

    >>> print(prose_latex("σ_j² > 0, 50 %"))
    $\sigma_{j}$${}^{2}$ \textgreater{} 0, 50 \%
    >>> print(prose_latex("e^{−x/2}"))
    e${}^{- x/2}$
    >>> print(prose_latex("max_θ p_θ"))
    max$_{\theta }$ $p_{\theta }$
    """
    return "".join(_piece(found) for found in _INDEXED.finditer(text))


def _piece(found: re.Match[str]) -> str:
    if found["base"]:
        word = len(found["base"]) > 1 and found["base"].isascii()
        base = f"{found['base']}$" if word else f"${_letter(found['base'])}"
        return f"{base}_{{{_index(found['index'])}}}$"
    if found["power"]:
        return f"${{}}^{{{_index(found['power'])}}}$"
    if found["accented"]:
        return f"${_letter(found['accented'])}$"
    sign = found["rest"]
    if sign in _MATH:
        return f"${_MATH[sign]}$"
    return _PLAIN.get(sign, sign if sign.isascii() else f"[U+{ord(sign):04X}]")


def _letter(letter: str) -> str:
    base = _MATH.get(letter[0], letter[0] if letter[0].isascii() else "?")
    return f"{_ACCENTS[letter[1]]}{{{base}}}" if len(letter) > 1 else base


def _index(index: str) -> str:
    return "".join(_MATH.get(sign, _PLAIN.get(sign, sign)) + " " * (sign in _MATH) for sign in index.strip("{}"))


def prose_html(text: str) -> str:
    """Return prose for HTML, σ_j as an index.

    >>> prose_html("z_1 < z_2")
    'z<sub>1</sub> &lt; z<sub>2</sub>'
    >>> prose_html("Σ_p⁻¹Σ_q e^ξ")
    'Σ<sub>p</sub>⁻¹Σ<sub>q</sub> e<sup>ξ</sup>'
    """
    return "".join(_tagged(found) for found in _INDEXED.finditer(text))


def _tagged(found: re.Match[str]) -> str:
    if found["base"]:
        return f"{escape(found['base'])}<sub>{escape(found['index'].strip('{}'))}</sub>"
    if found["power"]:
        return f"<sup>{escape(found['power'].strip('{}'))}</sup>"
    return escape(found[0])


def prose_markdown(text: str) -> str:
    r"""Return prose for Markdown, where signs that would be markup are escaped.

    >>> print(prose_markdown("z_1 * z_2"))
    z\_1 \* z\_2
    """
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)
