"""A diagnosis for notebooks: a block of HTML like that of a verdict, and one displayed formula in LaTeX."""

from __future__ import annotations

import textwrap
from html import escape
from typing import Any

from sympy import Symbol, latex

from ..loss_verdict import Diagnosis
from .diagnosis import claim_words, diagnosis_lines
from .html import badge, styled
from .latex import latex_text

__all__ = ["diagnosis_html", "diagnosis_latex"]

_MONOSPACE = frozenset({"it computes", "elsewhere", "right is", "it has", "fix"})
_WIDTH = 96


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
    """Return the diagnosis as one displayed formula, $$…$$, whose long texts are wrapped."""
    outcome = rf"\textbf{{{diagnosis.outcome.upper()}}}\quad "
    entries = [outcome + _wrapped(claim_words(diagnosis))]
    own = diagnosis.expression
    shown = {"it computes": own, "elsewhere": own, "right is": diagnosis.right_expression}
    for label, body in diagnosis_lines(diagnosis):
        formula = shown.get(label)
        if formula is None:
            entries.append(_wrapped(f"{label}: {body}"))
        else:
            entries.append(rf"{latex_text(f'{label}: ')}\displaystyle {_formula(formula)}")
    return "$$\n\\begin{array}{l}\n" + " \\\\[7pt]\n".join(entries) + "\n\\end{array}\n$$"


def _wrapped(text: str) -> str:
    """Return text in as many rows as it takes to stay on a page."""
    rows = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return " \\\\\n\\qquad ".join(map(latex_text, rows))


def _formula(expression: Any) -> str:
    """Return an expression with the caller's words upright: italic letters beside each other are a product."""
    upright = {symbol: _upright(symbol.name) for symbol in expression.atoms(Symbol)}
    return str(latex(expression, symbol_names={symbol: name for symbol, name in upright.items() if name}))


def _upright(name: str) -> str:
    r"""Return a name of words in upright letters, or nothing for what is one letter with its indices.

    >>> print(*(_upright(name) for name in ("mu_j", "x_q_j", "logvar_j", "z_log_var_j", "nll")))
      \mathrm{logvar}_{j} \mathrm{z\_log\_var}_{j} \mathrm{nll}
    """
    first, *rest = name.split("_")
    is_letter = len(first.rstrip("0123456789")) <= 1 or latex(Symbol(first)).startswith("\\")
    if is_letter and all(len(part) <= 1 for part in rest):
        return ""
    index = rf"_{{{rest.pop()}}}" if rest and len(rest[-1]) == 1 else ""
    words = r"\_".join([first, *rest])
    return rf"\mathrm{{{words}}}{index}"
