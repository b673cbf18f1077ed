"""Derivations for people: LaTeX, Markdown, HTML with MathML, and text; and for programs: JSON."""

from .documents import (
    derivation_dict,
    derivation_html,
    derivation_json,
    derivation_latex,
    derivation_markdown,
    derivation_repr_latex,
    derivation_text,
)

__all__ = [
    "derivation_dict",
    "derivation_html",
    "derivation_json",
    "derivation_latex",
    "derivation_markdown",
    "derivation_repr_latex",
    "derivation_text",
]
