r"""A verdict in LaTeX mathematics: outcome, statement, and the witnesses as an aligned table.

Only what MathJax knows without extensions is used (arrays, \text, \textbf), so that notebooks show it. Text is
escaped for both: MathJax takes a backslash inside \text literally, so what needs one is set outside of it.
"""

from __future__ import annotations

import re

from ..verdict import Verdict
from .numbers import plain
from .words import Row, counterexample_words, evidence_rows, resolution_words, value_words

__all__ = ["latex_number", "latex_text", "verdict_latex"]

_SPECIAL = {
    "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "_": r"\_", "{": r"\{", "}": r"\}",
    "\\": r"\backslash{}", "^": r"\wedge{}", "~": r"\sim{}", "<": "{<}", ">": "{>}",
    "‖": r"\,\|\,", "μ": r"\mu{}", "σ": r"\sigma{}", "ε": r"\varepsilon{}", "²": "{}^{2}", "±": r"\pm{}",
    "−": "-", "×": r"\times{}", "≤": r"\le{}", "≥": r"\ge{}", "≈": r"\approx{}", "Σ": r"\Sigma{}", "½": r"\tfrac{1}{2}",
    "…": r"\ldots{}", "·": r"\cdot{}", "→": r"\to{}", "|": "{|}",
}  # fmt: skip
_RUNS = re.compile("|".join([*map(re.escape, _SPECIAL), f"[^{re.escape(''.join(_SPECIAL))}]+"]))


def verdict_latex(verdict: Verdict) -> str:
    """Return the verdict as one displayed formula, $$…$$."""
    lines = [rf"\textbf{{{verdict.outcome.upper()}}}\quad {latex_text(plain(verdict.claim))}"]
    if verdict.value is not None:
        lines.append(latex_text(value_words(verdict.value)))
    evidence = evidence_rows(verdict)
    if evidence:
        rows = "".join(_row(row, before) for row, before in zip(evidence, [None, *evidence], strict=False))
        lines.append(f"\\begin{{array}}{{llcll}}\n{rows}\n\\end{{array}}")
    rest = (
        ("fails: ", counterexample_words(verdict)),
        ("missing: ", plain(verdict.missing)),
        ("", resolution_words(verdict)),
    )
    lines += [latex_text(label + words) for label, words in rest if words]
    return "$$\n\\begin{array}{l}\n" + " \\\\[4pt]\n".join(lines) + "\n\\end{array}\n$$"


def latex_text(text: str) -> str:
    r"""Return text for use inside a formula, in \text{…} as far as possible.

    >>> print(latex_text("mu_1 of 50%"))
    \text{mu}\_\text{1 of 50}\%
    """
    return "".join(_SPECIAL.get(run) or rf"\text{{{run}}}" for run in _RUNS.findall(text))


def latex_number(number: str) -> str:
    r"""Return a printed number with its power of ten written out.

    >>> print(latex_number("1.1e-31"), latex_number("≈0.5"))
    1.1\times 10^{-31} \approx{}0.5
    """
    mantissa, mark, exponent = number.partition("e")
    head = mantissa.replace("≈", _SPECIAL["≈"]).replace("≥", r"\ge")  # the minus sign after \ge is no difference
    return rf"{head}\times 10^{{{exponent}}}" if mark else head


def _row(row: Row, before: Row | None) -> str:
    """Return a row with the break before it, and with the name of its quantity above where that changes."""
    spread = rf"\pm & {latex_number(row.error)}" if row.error else f"& {latex_text(row.spread)}"
    start = " \\\\\n" if before else ""
    if row.quantity != (before.quantity if before else ""):
        start = (" \\\\[6pt]\n" if before else "") + rf"\underline{{{latex_text(row.quantity)}}} &&&& \\[2pt]" + "\n"
    return rf"{start}{latex_text(row.witness)} & {latex_number(row.value)} & {spread} & {latex_text(row.words)}"
