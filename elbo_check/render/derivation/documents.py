"""The door to the printed forms of a derivation: each takes the derivation and the verdict on it."""

from __future__ import annotations

from typing import Any

from ...boxes.expressions import layout
from ...boxes.texts import to_text
from ...checking.granted import granted_lines
from ...derivation import Chain, Derivation
from ...verdict import Verdict
from ..json import json_text, verdict_dict
from .breaking import lines
from .kinds import kinds_said
from .latex_page import latex_fragment, latex_page, line_latex, relation_latex
from .latexing import to_latex
from .markup import html_element, html_page, markdown_page
from .points import points_said
from .story import story_of
from .text_page import text_page

__all__ = [
    "derivation_dict",
    "derivation_html",
    "derivation_json",
    "derivation_latex",
    "derivation_markdown",
    "derivation_repr_latex",
    "derivation_text",
]

SCHEMA_VERSION = 1


def derivation_latex(derivation: Derivation, verdict: Verdict, *, standalone: bool = False) -> str:
    """Return LaTeX that needs amsmath, amssymb and hyperref: a fragment to be read in, or a whole document."""
    story = story_of(derivation, verdict)
    return latex_page(story) if standalone else latex_fragment(story)


def derivation_markdown(derivation: Derivation, verdict: Verdict) -> str:
    """Return Markdown with LaTeX formulas."""
    return markdown_page(story_of(derivation, verdict))


def derivation_html(derivation: Derivation, verdict: Verdict, *, page: bool = False) -> str:
    """Return one element with MathML and its own style, or a whole page; no script, nothing from elsewhere."""
    story = story_of(derivation, verdict)
    return html_page(story) if page else html_element(story)


def derivation_text(derivation: Derivation, verdict: Verdict, width: int = 100) -> str:
    """Return plain text."""
    return text_page(story_of(derivation, verdict), width)


def derivation_repr_latex(derivation: Derivation, verdict: Verdict) -> str:
    """Return the statement and the rows as one formula, with what MathJax knows and no more."""
    rows: list[str] = []
    findings = iter(verdict.findings)
    for chain in derivation.chains:
        rows += [f"& {line_latex(line)}" for line in lines(layout(chain.statement.left), 80.0)]
        for step in chain.steps:
            relation = relation_latex(step.relation, next(findings).details["state"])
            first, *rest = [line_latex(line) for line in lines(layout(step.right), 80.0)]
            rows += [f"& {relation} {first}", *(rf"& \quad {line}" for line in rest)]
        rows[-1] += r"\\[6pt]"
    body = " \\\\\n".join(rows).replace(r"\\[6pt] \\", r"\\[6pt]").removesuffix(r"\\[6pt]")
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def derivation_dict(derivation: Derivation, verdict: Verdict) -> dict[str, Any]:
    """Return plain data: the statement, every step with its state, the verdict, the ledger and the sources."""
    findings = iter(verdict.findings)
    return {
        "schema_version": SCHEMA_VERSION,
        "name": derivation.name,
        "title": derivation.title,
        "words": derivation.words,
        "outcome": str(verdict.outcome),
        "assumptions": list(derivation.assumptions),
        "kinds": list(kinds_said(derivation)),
        "chains": [_chain(chain, findings) for chain in derivation.chains],
        "ledger": [*derivation.ledger, *granted_lines(verdict.findings, derivation.assumptions)],
        "sources": list(derivation.sources),
        "verdict": verdict_dict(verdict),
    }


def _chain(chain: Chain, findings: Any) -> dict[str, Any]:
    steps = []
    for step, finding in zip(chain.steps, findings, strict=False):
        cites = step.cites.theorem.name if step.cites is not None else None
        reason = {"name": step.name, "law": step.law.name, "label": step.label, "words": step.words, "cites": cites}
        steps.append({**reason, **_sides(step), "state": finding.details["state"], "message": finding.message})
    where = [{"symbol": _written(symbol), "meaning": _written(meaning)} for symbol, meaning in chain.where]
    assuming = [{**_sides(statement), "points": points_said(statement)} for statement in chain.assuming]
    return {"title": chain.title, **_sides(chain.statement), "where": where, "assuming": assuming, "steps": steps}


def _sides(statement: Any) -> dict[str, Any]:
    return {"left": _written(statement.left), "relation": statement.relation, "right": _written(statement.right)}


def _written(expression: Any) -> dict[str, str]:
    boxes = layout(expression)
    return {"text": to_text(boxes), "latex": to_latex(boxes)}


def derivation_json(derivation: Derivation, verdict: Verdict, indent: int | None = 2) -> str:
    """Return the plain data as JSON."""
    return json_text(derivation_dict(derivation, verdict), indent)
