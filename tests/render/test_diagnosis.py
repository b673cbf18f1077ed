"""A diagnosis as text, JSON, HTML and LaTeX: at several widths, and with hostile names."""

import json
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.loss_verdict import Diagnosis
from elbo_check.render.diagnosis import case_words, diagnosis_text
from elbo_check.verdict import Outcome

from .samples import HOSTILE
from .test_latex import balanced, unknown_commands


def each(m, s):
    return 0.5 * (m**2 + np.exp(s) - 1 - s)


def asked(function, **settings):
    return verify_loss(function, rng=5, **settings)


def averaged(mu, logvar):
    return each(mu, logvar).mean(-1)


WRONG = asked(averaged)
RIGHT = asked(lambda mu, logvar: each(mu, logvar).sum(-1))
ELSEWHERE = asked(lambda mu, sigma: each(mu, sigma).sum(-1))
STRANGE = asked(lambda mu, logvar: np.cos(mu).sum(-1))
SCALED = replace(RIGHT, relation="proportional", factor="2")
PARTS = replace(WRONG, weights={"nll": "1", "kl": "1/d"}, alternatives=(("halved", "wrong-sign"), ("doubled",)))
ALL = [WRONG, RIGHT, ELSEWHERE, STRANGE, SCALED, PARTS, Diagnosis(Outcome.UNDECIDED, "f(a) is g")]


def hostile():
    """A diagnosis whose every text is chosen by somebody who means harm."""
    case = {"index": [0], "claim": 1.0, "truth": 2.0, HOSTILE: 1.0}
    mistakes = tuple(replace(mistake, evidence=HOSTILE, cure=HOSTILE) for mistake in WRONG.mistakes)
    texts = dict.fromkeys(("claim", "recovered", "right", "differs", "missing"), HOSTILE)
    return replace(WRONG, counterexample=case, mistakes=mistakes, **texts)


@pytest.mark.parametrize("width", [40, 72, 100, 160])
@pytest.mark.parametrize("diagnosis", [*ALL, hostile()])
def test_text_keeps_to_its_width_and_is_plain(diagnosis, width):
    text = diagnosis_text(diagnosis, width)
    assert max(map(len, text.splitlines())) <= width
    assert text.startswith(diagnosis.outcome.upper())
    assert not set(text) & set("\x1b\u202e\r\t")


def test_the_text_tells_what_it_computes_what_is_right_and_the_name_of_the_mistake():
    text = " ".join(str(WRONG).split())
    for words in (
        "REFUTED averaged(mu, logvar) is not KL(N(mu, exp(logvar)) ‖ N(0, I)), under any reduction",
        "it computes 1/(2d) Σ_j (mu_j² + exp(logvar_j) − logvar_j − 1), one value a sample",
        "right is 1/2 Σ_j (mu_j² + exp(logvar_j) − logvar_j − 1)",
        "EC012 mean-over-latent",
        "elbo-check explain EC012",
    ):
        assert words in text
    assert "has the minimisers of" in str(SCALED)
    assert "under any reduction" not in str(RIGHT)
    assert "weights nll 1, kl 1/d" in " ".join(str(PARTS).split())
    assert "or halved with wrong-sign; or doubled" in " ".join(str(PARTS).split())


@pytest.mark.parametrize("diagnosis", [*ALL, hostile()])
def test_json_holds_all_fields_and_is_read_back(diagnosis):
    told = json.loads(diagnosis.to_json())
    assert told == json.loads(json.dumps(diagnosis.to_dict()))
    assert told["relation"] == diagnosis.relation
    assert [each["slug"] for each in told["mistakes"]] == [each.slug for each in diagnosis.mistakes]
    assert json.loads(diagnosis.to_json(indent=1)) == told


@pytest.mark.parametrize("diagnosis", [*ALL, hostile()])
def test_html_is_escaped(diagnosis):
    page = diagnosis._repr_html_()
    assert "<script" not in page
    assert 'alert("x")' not in page
    assert page.count("<table>") == page.count("</table>") == 1


@pytest.mark.parametrize("diagnosis", [*ALL, hostile()])
def test_latex_is_one_balanced_formula_of_known_commands(diagnosis):
    formula = diagnosis._repr_latex_()
    assert formula.startswith("$$\n")
    assert formula.endswith("\n$$")
    assert balanced(formula)
    assert unknown_commands(formula) <= {"displaystyle", "frac", "left", "right", "sum", "log", "mathrm", "qquad"}


def test_latex_has_the_words_of_a_caller_upright_and_its_long_texts_in_rows():
    formula = WRONG._repr_latex_()
    assert r"\mathrm{logvar}_{j}" in formula
    assert " logvar_{j}" not in formula
    rows = formula.split("\n")
    assert sum(row.startswith(r"\qquad \text{") for row in rows) >= 2
    assert all(len(row) < 150 for row in rows if r"\displaystyle" not in row)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not there")
@pytest.mark.parametrize("diagnosis", [WRONG, hostile()])
def test_latex_compiles(diagnosis, tmp_path):
    page = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n%s\n\\end{document}\n"
    (tmp_path / "page.tex").write_text(page % diagnosis._repr_latex_(), encoding="utf-8")
    ran = subprocess.run(
        ["pdflatex", "-interaction=batchmode", "page.tex"], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert ran.returncode == 0


def test_a_function_with_a_name_in_greek_is_told_by_it():
    def δ(μ, σ):
        return each(μ, 2 * np.log(σ)).sum(-1)

    assert "δ(μ, σ) is KL(N(μ, σ²) ‖ N(0, I))" in str(asked(δ))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({"mu": [[1.0, 0.0]], "s": [[0.0, 0.0]], "claim": 1 / 6, "truth": 0.5}, "yours is 1/6, right is 1/2"),
        ({"mu": 1.0, "index": [2], "claim": -0.5, "truth": 0.0}, "yours at [2] is −1/2, right is 0"),
        ({"mu": 1.0, "claim": float("nan"), "truth": 0.123456789}, "yours is nan, right is 0.123457"),
        ({"mu": 1.0, "claim": float("inf"), "truth": 2.0}, "yours is inf, right is 2"),
        ({"mu": 1.0, "claim": 2.25e-4, "truth": 2.25000071e-4}, "yours is 0.000225, right is 0.0002250001"),
    ],
)
def test_a_case_is_told_in_small_fractions(held, expected):
    assert expected in case_words(held)
