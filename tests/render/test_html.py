from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from elbo_check.render.html import verdict_html
from elbo_check.render.latex import latex_text
from elbo_check.verdict import Verdict

from .samples import ALL, BATCH, BOUNDS, EXACT, SCALAR, UNDECIDED, hostile

ALLOWED = {"b", "div", "p", "span", "style", "table", "td", "th", "tr"}


class Reader(HTMLParser):
    """Collects tags, attributes and text, and insists that every tag is closed in order."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(document)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if "style" not in self.open else ""


@pytest.mark.parametrize("verdict", [*ALL, hostile()], ids=lambda v: v.outcome)
def test_the_block_is_well_formed_and_holds_nothing_that_acts(verdict: Verdict) -> None:
    reader = Reader(verdict_html(verdict))
    assert reader.tags <= ALLOWED
    assert reader.attributes <= {"class", "colspan", "scope", "style"}
    assert "://" not in verdict_html(verdict)
    assert "url(" not in verdict_html(verdict)


def test_text_from_outside_is_shown_and_never_obeyed() -> None:
    document = verdict_html(hostile())
    assert "<script>" not in document
    assert '<script>alert("x")</script>&amp;\\x1b[31m key\\u202e$_{\\' in Reader(document).text


def test_the_reader_notices_an_injection() -> None:
    broken = verdict_html(SCALAR).replace("PROVED", "<script></script>")
    assert "script" in Reader(broken).tags - ALLOWED


def test_a_notebook_shows_outcome_claim_value_witnesses_and_origin() -> None:
    text = Reader(SCALAR._repr_html_()).text
    told = ["✓ PROVED", SCALAR.claim, "0.459371748938212 nats", "0.45937174893821239081726388172365", "± 1.1e-31"]
    told += ["sampled at level 1e-9", "Resolution", "theorem gaussian_kl; 200,000 draws; seed 1234"]
    places = [text.index(part) for part in told]
    assert places == sorted(places)


def test_findings_stand_in_the_order_of_their_weight_and_the_absent_are_named() -> None:
    text = Reader(verdict_html(BATCH)).text
    places = [text.index(part) for part in ("absent: did not", "1 of 1,797", "3.2 digits", "everywhere", "at [1000]")]
    assert places == sorted(places)
    assert "Missing" in verdict_html(UNDECIDED)
    assert "<table>" not in verdict_html(replace(UNDECIDED, absences=()))
    assert "exactly" in verdict_html(EXACT)


def test_only_numbers_of_usual_length_are_kept_on_one_line() -> None:
    digits = "0." + "3" * 100
    enclosure = replace(SCALAR.estimates[0], value=Fraction(digits), error=Fraction(1, 10**99))
    assert 'class="number long"' in verdict_html(replace(SCALAR, estimates=(enclosure,)))
    assert 'class="number long"' not in verdict_html(SCALAR)


def test_latex_and_html_say_the_same_of_a_hostile_name() -> None:
    assert latex_text("<b>") == r"{<}\text{b}{>}"


def test_a_bound_with_one_side_has_no_error() -> None:
    row = verdict_html(BOUNDS).split("importance")[1]
    assert '<td class="number"> ≥ -23.24' in row.replace('number">≥', 'number"> ≥')
    assert '<td class="number"></td>' in row
