"""A derivation as a LaTeX page: amsmath, amssymb and hyperref are all it needs."""

from __future__ import annotations

from collections.abc import Iterator

from ...boxes.layout import Layout, Row
from .breaking import Bracket, Line, lines, width
from .latexing import closing, height, opening, to_latex
from .prose import prose_latex
from .story import Part, Reason, StepRow, Story

__all__ = ["latex_fragment", "latex_page", "line_latex", "relation_latex"]

_WIDEST, _WIDEST_ALONE = 56.0, 78.0  # letters: beside a reason, and on a line of its own
_RELATIONS = {"=": "=", "≤": r"\le", "≥": r"\ge"}

_HEAD = r"""\documentclass[10pt]{article}
\usepackage{amsmath}
\usepackage{amssymb}
\usepackage[hidelinks]{hyperref}
\setlength{\textwidth}{6.9in}
\setlength{\oddsidemargin}{-0.2in}
\setlength{\textheight}{9.3in}
\setlength{\topmargin}{-0.6in}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5em}
\setlength{\emergencystretch}{3em}
\begin{document}
"""


def latex_page(story: Story) -> str:
    """Return a whole document."""
    return f"{_HEAD}{latex_fragment(story)}\n\\end{{document}}\n"


def latex_fragment(story: Story) -> str:
    """Return a part of a document, to be read in by another one."""
    several = len(story.parts) > 1
    blocks = [
        rf"\section*{{{prose_latex(story.title)}}}",
        rf"\textbf{{{story.heading}.}} {prose_latex(story.words)}",
        _listed("Assumptions", story.assumptions),
        *(block for part in story.parts for block in _part(part, several, story.argument)),
        rf"\textbf{{Verdict.}} {prose_latex(story.verdict)}",
        prose_latex(story.failure),
        _listed("What was assumed on the way", story.ledger),
        _laws(story),
        _listed("Sources", story.sources),
    ]
    return "{\\allowdisplaybreaks\\raggedright\n" + "\n\n".join(block for block in blocks if block) + "\n\n}"


def _listed(title: str, items: tuple[str, ...]) -> str:
    return _itemized(title, [rf"\item {prose_latex(item)}" for item in items])


def _itemized(title: str, items: list[str]) -> str:
    """Return a list under its heading; nothing for an empty one, which LaTeX refuses."""
    lines_of = "\n".join(items)
    begin, end = r"\begin{itemize}\setlength{\itemsep}{0pt}", r"\end{itemize}"
    return f"\\textbf{{{title}.}}\n{begin}\n{lines_of}\n{end}" if items else ""


def _laws(story: Story) -> str:
    items = [
        rf"\item \hypertarget{{{law.anchor}}}{{\emph{{{prose_latex(law.name)}}}}}: {prose_latex(law.statement)} "
        rf"{_conditions(law.conditions)}{{\footnotesize {prose_latex(law.source)}.}}"
        for law in story.laws
    ]
    return _itemized("Laws", items)


def _conditions(conditions: tuple[str, ...]) -> str:
    return rf"Conditions: {prose_latex('; '.join(conditions))}. " if conditions else ""


def _part(part: Part, several: bool, argument: str) -> Iterator[str]:
    if several or part.title:
        yield rf"\subsection*{{{prose_latex(part.title)}}}"
    left, relation, right = part.claim
    beside = width(left) + width(right) < _WIDEST_ALONE - 4
    sides = ("", left), (relation, right)
    claim: list[tuple[tuple[str, Layout], ...]] = [sides] if beside else [(side,) for side in sides]
    yield rf"\textbf{{Claim.}} {_display(claim, beside)}"
    if part.assuming:
        yield rf"\textbf{{Assuming}}{prose_latex(part.at)} {_display([(('', a), (r, b)) for a, r, b in part.assuming])}"
    if part.where:
        yield rf"\textbf{{Where}} {_display([((('', symbol)), ('=', meaning)) for symbol, meaning in part.where])}"
    rows = [_start(part.start), *(row for step in part.rows for row in _step(step))]
    body = " \\\\\n".join(rows)
    yield rf"\textbf{{{argument}.}} \begin{{alignat*}}{{2}}{chr(10)}{body}{chr(10)}\end{{alignat*}}"


def _display(equations: list[tuple[tuple[str, Layout], ...]], beside: bool = False) -> str:
    """Return equations, each a few sides with the relations before them, broken where they are long."""
    rows: list[str] = []
    for sides in equations:
        for place, (relation, side) in enumerate(sides):
            shown = [line_latex(line) for line in lines(side, _WIDEST_ALONE)]
            first = f"& {relation_latex(relation)} {shown[0]}" if place == 0 or len(sides) == 1 else ""
            joined = rows and place > 0 and len(shown) == 1 and (beside or len(rows[-1]) < 60)
            if joined:
                rows[-1] += f" {relation_latex(relation)} {shown[0]}"
                continue
            rows.append(first or rf"& \quad {relation_latex(relation)} {shown[0]}")
            rows.extend(rf"& \quad\quad {line}" for line in shown[1:])
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _start(left: Layout) -> str:
    first, *rest = [line_latex(line) for line in lines(left, _WIDEST)]
    return " \\\\\n".join([f"& {first}", *(rf"& \quad {line}" for line in rest)])


def _step(step: StepRow) -> Iterator[str]:
    shown = [line_latex(line) for line in lines(step.right, _WIDEST)]
    relation = relation_latex(step.relation, step.state)
    yield rf"& {relation} {shown[0]} &\quad& {_reason(step.reason)}"
    for line in shown[1:]:
        yield rf"& \quad {line}"


def relation_latex(relation: str, state: str = "proved") -> str:
    """Return a relation that carries its evidence: proved as it is, undecided with ?, refuted with ×."""
    plain = _RELATIONS.get(relation, "")
    mark = {"proved": "", "refuted": r"\times"}.get(state, "?")
    return rf"\overset{{{mark}}}{{{plain}}}" if mark else plain


def line_latex(line: Line) -> str:
    """Return one line of a formula; a row that begins with a relation or an operator keeps its spacing by {}."""
    indent = r"\quad" * min(line.depth, 3)
    pieces: list[str] = []
    group: list[Layout] = []
    for part in line.parts:
        if isinstance(part, Bracket):
            pieces.append(to_latex(Row(tuple(group))))
            group = []
            size = max(1, height(part.tall))
            pieces.append(opening(part.text, size) if part.opens else closing(part.text, size))
        else:
            group.append(part)
    pieces.append(to_latex(Row(tuple(group))))
    body = "".join(pieces)
    return f"{indent} {{}}{body}" if indent else body


def _reason(reason: Reason) -> str:
    words = prose_latex(reason.name)
    if reason.law.name.lower() != reason.name.lower():
        words += rf" (\hyperlink{{{reason.law.anchor}}}{{{prose_latex(reason.law.name)}}})"
    else:
        words = rf"\hyperlink{{{reason.law.anchor}}}{{{words}}}"
    words += f": {prose_latex(reason.theorem)}" if reason.theorem else ""
    words += f"; {prose_latex(reason.remark)}" if reason.remark else ""
    words += f" [{prose_latex(reason.label)}]" if reason.label else ""
    return rf"\parbox[t]{{1.9in}}{{\raggedright\footnotesize {words}}}"
