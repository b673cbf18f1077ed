"""Derivations for people: LaTeX, Markdown, HTML with MathML, and text; and for programs: JSON."""
