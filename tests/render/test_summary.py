import json
from dataclasses import replace

import pytest

from elbo_check.render.json import verdict_dict
from elbo_check.render.summary import Summary, summary_dict, summary_json, summary_text, worst
from elbo_check.verdict import Outcome, Verdict

from .samples import BATCH, HOSTILE, SCALAR, UNDECIDED, hostile

THEOREM = Verdict(Outcome.PROVED, "KL(N(μ_q, σ_q²) ‖ N(μ_p, σ_p²)) = log(σ_p/σ_q) + …", record={"seconds": 0.12})
THEOREMS = {"gaussian-kl": THEOREM, "kl-additivity": replace(THEOREM, claim="KL = Σ KLⱼ", record={})}


def test_all_is_told_on_one_screen() -> None:
    summary = Summary("0.1.0", THEOREMS, "the shipped example", SCALAR)
    assert summary_text(summary).splitlines() == [
        "elbo-check 0.1.0",
        "  gaussian-kl    PROVED     120 ms  KL(N(μ_q, σ_q²) ‖ N(μ_p, σ_p²)) = log(σ_p/σ_q) + …",
        "  kl-additivity  PROVED             KL = Σ KLⱼ",
        "",
        "the shipped example",
        "  PROVED  KL(N(0.3, 1.7²) ‖ N(0, 1)) = 0.459371748938212",
        "    value        0.459371748938212 nats",
        "    enclosure    0.45937174893821239081726388172365 ± 1.1e-31  enclosed, 13 ms",
        "    quadrature   0.4593717489382131                 ± 3.3e-15  heuristic, 400 µs",
        "    monte_carlo  0.4601                             ± 0.0066   sampled at level 1e-9, 6.4 ms",
        "    resolution   a relative error of 1e-9 in the claim would have been noticed",
        "",
        "PROVED  2 of 2 theorems proved; the shipped example: proved",
    ]


def test_an_unproved_theorem_is_told_in_full_and_decides_the_outcome() -> None:
    failed = replace(THEOREM, outcome=Outcome.REFUTED, counterexample={"claim": 2, "truth": 1})
    text = summary_text(Summary("0.1.0", THEOREMS | {"broken": failed}, "a.npz", SCALAR))
    assert "  broken         REFUTED    120 ms" in text
    assert "\n  REFUTED  KL(N(μ_q, σ_q²)" in text
    assert "\n    fails       claim 2, truth 1\n" in text
    assert text.endswith("REFUTED  2 of 3 theorems proved; a.npz: proved")


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ("proved proved", "proved"),
        ("proved consistent", "consistent"),
        ("undecided consistent", "undecided"),
        ("undecided refuted proved", "refuted"),
    ],
)
def test_the_worst_outcome_is_that_of_all(outcomes: str, expected: str) -> None:
    assert worst([Outcome(name) for name in outcomes.split()]) is Outcome(expected)


def test_the_numbers_decide_too_and_no_theorems_are_allowed() -> None:
    assert Summary("0.1.0", THEOREMS, "a.npz", BATCH).outcome is Outcome.REFUTED
    empty = Summary("0.1.0", {}, "a.npz", UNDECIDED)
    assert summary_text(empty).endswith("UNDECIDED  0 of 0 theorems proved; a.npz: undecided")


def test_names_from_outside_are_plain_and_lines_fit() -> None:
    text = summary_text(Summary("0.1.0", {HOSTILE: hostile()}, HOSTILE, hostile()), 80)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100  # the theorem's own name is kept whole
    long = replace(THEOREM, claim="x" * 200)
    assert summary_text(Summary("0.1.0", {"a": long}, "a.npz", SCALAR), 80).splitlines()[1].endswith("x…")


def test_as_json_each_verdict_keeps_its_schema() -> None:
    summary = Summary("0.1.0", THEOREMS, "a.npz", SCALAR)
    data = json.loads(summary_json(summary, 2))
    assert data == summary_dict(summary)
    assert (data["schema_version"], data["version"], data["outcome"], data["source"]) == (1, "0.1.0", "proved", "a.npz")
    assert data["kl"] == verdict_dict(SCALAR)
    assert list(data["theorems"]) == ["gaussian-kl", "kl-additivity"]
