"""A diagnosis for notebooks: a block of HTML like that of a verdict, and one displayed formula in LaTeX."""

from __future__ import annotations

from html import escape

from sympy import latex

from ..loss_verdict import Diagnosis
from .diagnosis import claim_words, diagnosis_lines
from .html import badge, styled
from .latex import latex_text

__all__ = ["diagnosis_html", "diagnosis_latex"]

_MONOSPACE = frozenset({"it computes", "elsewhere", "right is", "it has", "fix"})


def diagnosis_html(diagnosis: Diagnosis) -> str:
    """Return the diagnosis as one HTML element with its own style."""
    rows = [
        f'<tr><th scope="row">{escape(label)}</th>'
        f'<td class="{"number long" if label in _MONOSPACE else ""}">{escape(body)}</td></tr>'
        for label, body in diagnosis_lines(diagnosis)
    ]
    head = f"<p>{badge(diagnosis.outcome)}{escape(claim_words(diagnosis))}</p>"
    return styled("\n".join([head, "<table>", *rows, "</table>"]))


def diagnosis_latex(diagnosis: Diagnosis) -> str:
    """Return the diagnosis as one displayed formula, $$…$$."""
    lines = [rf"\textbf{{{diagnosis.outcome.upper()}}}\quad {latex_text(claim_words(diagnosis))}"]
    own = diagnosis.expression
    shown = {"it computes": own, "elsewhere": own, "right is": diagnosis.right_expression}
    for label, body in diagnosis_lines(diagnosis):
        formula = shown.get(label)
        told = latex_text(body) if formula is None else rf"\displaystyle {latex(formula)}"
        lines.append(f"{latex_text(f'{label}: ')}{told}")
    return "$$\n\\begin{array}{l}\n" + " \\\\[7pt]\n".join(lines) + "\n\\end{array}\n$$"
