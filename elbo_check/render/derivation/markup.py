"""A derivation as HTML with MathML, and as Markdown with LaTeX formulas. No script, and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ...boxes.layout import Layout, Row
from .breaking import Bracket, Line, lines, width
from .latex_page import line_latex, relation_latex
from .latexing import height
from .mathml import bracket, to_mathml
from .prose import prose_html, prose_markdown
from .story import Part, Reason, StepRow, Story

__all__ = ["html_element", "html_page", "markdown_page"]

_WIDEST = 60.0

_STYLE = """
.derivation { max-width: 62em; margin: 1em auto; padding: 0 1em; font: 16px/1.5 Georgia, 'Times New Roman', serif;
  color: inherit; background: transparent }
.derivation math { font-size: 1.08em }
.derivation table { border-collapse: collapse; margin: .6em 0 }
.derivation td { padding: .35em .5em; vertical-align: baseline; border: 0; text-align: left }
.derivation td.formula div { margin: .15em 0; white-space: nowrap }
.derivation td.reason { font-size: .88em; opacity: .85; max-width: 21em }
.derivation .verdict { border-left: 4px solid; padding-left: .7em }
.derivation .proved { border-color: #1a7f37 } .derivation .refuted { border-color: #cf222e }
.derivation .undecided { border-color: #9a6700 }
.derivation a { color: inherit; text-decoration: underline dotted }
.derivation li { margin: .15em 0 }
"""
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{title}</title></head>
<body>
{body}
</body></html>
"""


def html_page(story: Story) -> str:
    """Return a whole page."""
    return _PAGE.format(title=escape(story.title), body=html_element(story))


def html_element(story: Story) -> str:
    """Return one element with its own style, readable on light and dark pages."""
    outcome = story.verdict.split(".")[0].lower()
    blocks = [
        f"<h1>{prose_html(story.title)}</h1>",
        f"<p><b>{story.heading}.</b> {prose_html(story.words)}</p>",
        _listed("Assumptions", [prose_html(item) for item in story.assumptions]),
        *(block for part in story.parts for block in _part(part, story.argument)),
        f'<p class="verdict {escape(outcome)}"><b>Verdict.</b> {prose_html(f"{story.verdict} {story.failure}")}</p>',
        _listed("What was assumed on the way", [prose_html(item) for item in story.ledger]),
        _listed("Laws", [_law(law) for law in story.laws]),
        _listed("Sources", [prose_html(item) for item in story.sources]),
    ]
    body = "\n".join(block for block in blocks if block)
    return f'<div class="derivation">\n<style>{_STYLE}</style>\n{body}\n</div>'


def _law(law: object) -> str:
    name, statement, source = (prose_html(str(getattr(law, field))) for field in ("name", "statement", "source"))
    conditions = prose_html("; ".join(getattr(law, "conditions", ())))
    said = f" Conditions: {conditions}." if conditions else ""
    return f'<i id="{escape(str(getattr(law, "anchor", "")))}">{name}</i>: {statement}{said} <small>{source}.</small>'


def _listed(title: str, items: list[str]) -> str:
    """Return a list under its heading; nothing for an empty one."""
    if not items:
        return ""
    return f"<p><b>{title}</b></p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _part(part: Part, argument: str) -> Iterator[str]:
    if part.title:
        yield f"<h2>{prose_html(part.title)}</h2>"
    left, relation, right = part.claim
    if width(left) + width(right) < _WIDEST:
        sides = f"<tr><td></td>{_formula(left)}{_relation(relation)}{_formula(right)}</tr>"
    else:
        sides = f"<tr><td></td>{_formula(left)}</tr><tr>{_relation(relation)}{_formula(right)}</tr>"
    yield f"<p><b>Claim.</b></p><table>{sides}</table>"
    for title, at, statements in (
        ("Assuming", part.at, part.assuming),
        ("Where", "", tuple((symbol, "=", meaning) for symbol, meaning in part.where)),
    ):
        rows = [f"<tr>{_formula(a)}{_relation(sign)}{_formula(b)}</tr>" for a, sign, b in statements]
        if rows:
            yield f"<p><b>{title}</b>{prose_html(at)}</p><table>{''.join(rows)}</table>"
    rows = [f"<tr><td></td>{_formula(part.start)}<td></td></tr>", *map(_step, part.rows)]
    yield f"<p><b>{argument}.</b></p><table>{''.join(rows)}</table>"


def _step(row: StepRow) -> str:
    reason = f'<td class="reason">{_reason(row.reason)}</td>'
    return f"<tr>{_relation(row.relation, row.state)}{_formula(row.right)}{reason}</tr>"


def _relation(relation: str, state: str = "proved") -> str:
    mark = {"proved": "", "refuted": "×"}.get(state, "?")
    sign = f"<mo>{relation}</mo>"
    return f"<td><math>{f'<mover>{sign}<mo>{mark}</mo></mover>' if mark else sign}</math></td>"


def _formula(formula: Layout) -> str:
    shown = "".join(f'<div><math displaystyle="true">{_line(line)}</math></div>' for line in lines(formula, _WIDEST))
    return f'<td class="formula">{shown}</td>'


def _line(line: Line) -> str:
    written = f'<mspace width="{1.5 * line.depth:g}em"/>'
    group: list[Layout] = []
    for part in line.parts:
        if isinstance(part, Bracket):
            written += to_mathml(Row(tuple(group))) + bracket(part.text, height(part.tall))
            group = []
        else:
            group.append(part)
    return f"<mrow>{written}{to_mathml(Row(tuple(group)))}</mrow>"


def _reason(reason: Reason) -> str:
    linked = f'<a href="#{reason.law.anchor}">{prose_html(reason.law.name)}</a>'
    words = linked if reason.name.lower() == reason.law.name.lower() else f"{prose_html(reason.name)} ({linked})"
    words += f": {prose_html(reason.theorem)}" if reason.theorem else ""
    words += f"; {prose_html(reason.remark)}" if reason.remark else ""
    return words + (f" [{prose_html(reason.label)}]" if reason.label else "")


def markdown_page(story: Story) -> str:
    """Return Markdown in which formulas stand between double dollars, as most viewers know them."""
    blocks = [f"# {prose_markdown(story.title)}", f"**{story.heading}.** {prose_markdown(story.words)}"]
    blocks += _markdown_list("Assumptions", [prose_markdown(item) for item in story.assumptions])
    blocks += [block for part in story.parts for block in _markdown_part(part, story.argument)]
    blocks += [f"**Verdict.** {prose_markdown(f'{story.verdict} {story.failure}'.strip())}"]
    blocks += _markdown_list("Assumed on the way", [prose_markdown(item) for item in story.ledger])
    laws = [f'<a id="{law.anchor}"></a>*{prose_markdown(law.name)}*: {_one_line(law.statement)}' for law in story.laws]
    blocks += _markdown_list("Laws", laws)
    blocks += _markdown_list("Sources", [prose_markdown(item) for item in story.sources])
    return "\n\n".join(blocks) + "\n"


def _markdown_list(title: str, items: list[str]) -> list[str]:
    """Return a list under its heading as one block; none for an empty one."""
    return ["\n".join([f"**{title}**", "", *(f"- {item}" for item in items)])] if items else []


def _one_line(text: str) -> str:
    return prose_markdown(" ".join(text.split()))


def _markdown_part(part: Part, argument: str) -> Iterator[str]:
    if part.title:
        yield f"## {prose_markdown(part.title)}"
    left, relation, right = part.claim
    yield f"**Claim.**\n\n{_displayed([*_rows('', left), *_rows(relation_latex(relation), right)])}"
    for (a, sign, b), point in zip(part.assuming, part.points, strict=True):
        said = prose_markdown(f", {point}" if point else "")
        yield f"Assuming{said} {_displayed([*_rows('', a), *_rows(relation_latex(sign), b)])}"
    if part.where:
        meanings = [row for symbol, meaning in part.where for row in (*_rows("", symbol), *_rows("=", meaning))]
        yield f"Where\n\n{_displayed(meanings)}"
    rows = _rows("", part.start)
    for number, step in enumerate(part.rows, 1):
        shown = _rows(relation_latex(step.relation, step.state), step.right)
        rows += [rf"{shown[0]} && \text{{({number})}}", *shown[1:]]
    yield f"**{argument}.**\n\n{_displayed(rows)}"
    yield "\n".join(f"{number}. {_markdown_reason(step.reason)}" for number, step in enumerate(part.rows, 1))


def _rows(relation: str, formula: Layout) -> list[str]:
    first, *rest = [line_latex(line) for line in lines(formula, _WIDEST)]
    return [f"& {relation} {first}", *(rf"& \quad {line}" for line in rest)]


def _displayed(rows: list[str]) -> str:
    body = " \\\\\n".join(rows)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def _markdown_reason(reason: Reason) -> str:
    words = f"{prose_markdown(reason.name)} ([{prose_markdown(reason.law.name)}](#{reason.law.anchor}))"
    words += f": {prose_markdown(reason.theorem)}" if reason.theorem else ""
    words += f"; {prose_markdown(reason.remark)}" if reason.remark else ""
    return words + (f" \\[{reason.label}\\]" if reason.label else "")
