"""`elbo-check explain`: mistakes and laws by name, near misses among both, the list, and JSON."""

import json

import pytest

from elbo_check import cli
from elbo_check.diagnosis.mistakes import CARDS, card
from elbo_check.laws import LAWS
from elbo_check.render.explanation import card_text, law_text, list_text


@pytest.fixture
def run(capsys):
    def ran(*arguments):
        code = cli.main(["explain", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return ran


@pytest.mark.parametrize("asked", ["Jensen's inequality", "jensen", "Jensen-s-inequality", "log of a product", "bayes"])
def test_a_law_is_explained(run, asked):
    code, out, err = run(asked)
    assert (code, err) == (0, "")
    assert "Conditions: " in out
    assert "Source: " in out


@pytest.mark.parametrize("asked", ["EC012", "ec012", "mean-over-latent", "mean over latent", "MEAN_OVER_LATENT"])
def test_a_mistake_is_explained(run, asked):
    code, out, err = run(asked)
    assert (code, err) == (0, "")
    assert out.startswith("EC012  mean-over-latent: ")
    for label in ("mistaken", "right", "why", "effect", "cure", "same as", "severity", "source"):
        assert f"\n  {label} " in out


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("jenson s inequality", "jensen s inequality"),
        ("logvar-as-sgima", "logvar-as-sigma"),
        ("missing log k.", "missing-logK"),
        ("EC0122", "EC012"),
        ("qqq", "EC012, doubled, jensen"),
    ],
)
def test_an_unknown_name_is_answered_with_close_ones_of_both_kinds(run, asked, near):
    code, out, err = run(asked)
    assert (code, out) == (2, "")
    assert near in err
    assert "--list" in err


def test_no_name_is_answered_with_examples(run):
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "such as EC012 or jensen" in err


@pytest.mark.unmeasured
def test_every_card_and_law_can_be_asked_for(run):
    names = [name for one in CARDS for name in (one.code, one.slug)] + [law.name for law in LAWS]
    for name in names:
        assert run(name)[0] == 0
    for law in LAWS:
        assert run(law.name)[1].startswith(law.name)


def test_the_list_names_all(run):
    code, out, err = run("--list")
    assert (code, err) == (0, "")
    for one in CARDS:
        assert f"  {one.code}  {one.slug} " in out
    for law in LAWS:
        assert f"\n  {law.name}\n" in out


def test_json_holds_what_the_text_does(run):
    told = json.loads(run("EC012", "--json")[1])
    assert (told["kind"], told["code"], told["slug"]) == ("mistake", "EC012", "mean-over-latent")
    assert told["same_function"] == list(card("EC012").same_function)
    told = json.loads(run("jensen", "--json")[1])
    assert (told["schema_version"], told["kind"], told["name"]) == (1, "law", "Jensen's inequality")
    assert set(told) == {"schema_version", "kind", "name", "statement", "conditions", "source"}
    told = json.loads(run("--list", "--json")[1])
    assert [one["code"] for one in told["mistakes"]] == [one.code for one in CARDS]
    assert len(told["laws"]) == len(LAWS)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_are_no_wider_than_asked_and_no_word_is_broken(width):
    for one in CARDS:
        text = card_text(one, width)
        assert max(len(line) for line in text.splitlines() if one.source not in line) <= width
        assert one.source in text
        assert " ".join(one.effect.split()) in " ".join(text.split())
    texts = [law_text(law, width) for law in LAWS] + [list_text(CARDS, LAWS, width)]
    assert max(len(line) for text in texts for line in text.splitlines()) <= width


def test_a_card_without_a_relative_says_nothing_of_one():
    assert "same as" not in card_text(card("noise-scale"))
    assert "same as" in card_text(card("doubled"))
