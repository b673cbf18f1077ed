"""A verdict for notebooks: one self-contained block of HTML, without script, readable on light and dark pages.

Colours are those of the page, except for the badge of the outcome; every text is escaped.
"""

from __future__ import annotations

from html import escape

from ..verdict import Outcome, Verdict
from .numbers import WIDEST_NUMBER, aligned, plain
from .words import (
    Row,
    counterexample_words,
    evidence_rows,
    origin_words,
    resolution_words,
    sharpness_words,
    sorted_findings,
    value_words,
)

__all__ = ["badge", "styled", "verdict_html"]

_BADGES = {
    Outcome.PROVED: ("#1a7f37", "✓"),
    Outcome.CONSISTENT: ("#0969da", "≈"),
    Outcome.REFUTED: ("#cf222e", "✗"),
    Outcome.UNDECIDED: ("#9a6700", "?"),
}
_STRIPES = {"error": "#cf222e", "warning": "#bf8700", "note": "#808080"}

_STYLE = """
.elbo-check { border: 1px solid rgba(128,128,128,.4); border-radius: 6px; padding: .7em 1em; max-width: 70em;
  font: 14px/1.5 system-ui, sans-serif; color: inherit; background: transparent; overflow-wrap: anywhere }
.elbo-check p { margin: .45em 0 }
.elbo-check table { font: inherit; border-collapse: collapse; margin: .5em 0; background: transparent; color: inherit }
.elbo-check tr { background: transparent }
.elbo-check th, .elbo-check td { padding: .15em 1.1em .15em 0; text-align: left; vertical-align: top; border: 0 }
.elbo-check th { font-weight: 600; min-width: 10.5em }
.elbo-check td.quiet { min-width: 17em }
.elbo-check .quantity { padding-top: .5em; font-style: italic }
.elbo-check .number { font: 13px/1.6 ui-monospace, monospace; white-space: pre }
.elbo-check .long { white-space: normal; max-width: 26em }
.elbo-check .quiet { opacity: .72 }
.elbo-check .finding { border-left: 3px solid; padding-left: .6em }
.elbo-check .badge { color: #fff; border-radius: 4px; padding: .1em .55em; margin-right: .6em; font-weight: 700 }
"""


def verdict_html(verdict: Verdict) -> str:
    """Return the verdict as one HTML element with its own style."""
    parts = [_headline(verdict)]
    if verdict.value is not None:
        parts.append(f"<p>{escape(value_words(verdict.value))}</p>")
    parts += [_table(verdict), *_findings(verdict)]
    rest = (
        ("Fails", counterexample_words(verdict)),
        ("Missing", plain(verdict.missing)),
        ("Resolution", resolution_words(verdict)),
    )
    parts += [f"<p><b>{label}</b> {escape(words)}</p>" for label, words in rest if words]
    origin = origin_words(verdict)
    parts.append(f'<p class="quiet">{escape(origin)}</p>' if origin else "")
    return styled("\n".join(part for part in parts if part))


def styled(body: str) -> str:
    """Put a body into an element that carries its own style."""
    return f'<div class="elbo-check">\n<style>{_STYLE}</style>\n{body}\n</div>'


def badge(outcome: Outcome) -> str:
    """Return the outcome as a coloured badge."""
    colour, mark = _BADGES[outcome]
    return f'<span class="badge" style="background: {colour}">{mark} {outcome.upper()}</span>'


def _headline(verdict: Verdict) -> str:
    return f"<p>{badge(verdict.outcome)}{escape(plain(verdict.claim))}</p>"


def _table(verdict: Verdict) -> str:
    """Return a row a witness, the absent ones last."""
    evidence = evidence_rows(verdict)
    values = aligned([row.value for row in evidence], WIDEST_NUMBER)
    rows = [
        f'{_heading(row, before)}<tr><th scope="row">{escape(row.witness)}</th>'
        f'<td class="number{" long" * (len(value) > WIDEST_NUMBER)}">{escape(value)}</td>'
        f'<td class="number">{escape(row.spread)}</td>'
        f'<td class="quiet">{escape(row.words)}</td></tr>'
        for row, before, value in zip(evidence, [None, *evidence], values, strict=False)
    ]
    rows += [
        f'<tr><th scope="row">{escape(plain(absent.witness))}</th><td colspan="3" class="quiet">'
        f"absent: {escape(plain(absent.reason))}</td></tr>"
        for absent in verdict.absences
    ]
    return "\n".join(["<table>", *rows, "</table>"]) if rows else ""


def _heading(row: Row, before: Row | None) -> str:
    """Name the quantity that this row and those below it speak of, where it changes."""
    if row.quantity == (before.quantity if before else ""):
        return ""
    return f'<tr><th scope="rowgroup" colspan="4" class="quantity">{escape(row.quantity)}</th></tr>\n'


def _findings(verdict: Verdict) -> list[str]:
    return [
        f'<p class="finding" style="border-left-color: {_STRIPES[found.severity]}">'
        f"<b>{found.severity}</b> {escape(plain(found.message) + sharpness_words(found))} "
        f'<span class="quiet">[{escape(plain(found.code))}]</span></p>'
        for found in sorted_findings(verdict)
    ]
