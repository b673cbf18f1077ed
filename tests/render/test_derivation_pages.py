"""Derivations as pages: LaTeX that compiles, HTML without script, Markdown, text, JSON; marks of what is not proved."""

import functools
import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import sympy

from elbo_check import catalogue, laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.laws.law import Law
from elbo_check.nodes.functions import exp, log
from elbo_check.proofs import theorem
from elbo_check.render import derivation as printing
from elbo_check.render.derivation.prose import prose_html, prose_latex, prose_markdown
from elbo_check.render.derivation.story import counterexample_words, failure_words, story_of
from elbo_check.symbols import author_form, positive, real

NAMES = catalogue.derivations()
HOSTILE = r"\input{x} <script>alert(1)</script> $ % _ # & ~ ^ {} ♥ é"


def small(law=laws.algebra, right=None, **more):
    x, s = real("x"), positive("s")
    right = x**2 + 2 * x + 1 if right is None else right
    steps = (Step("multiply out", (x + 1) ** 2, right, law, words="a remark", label="A1"),)
    chain = Chain(Statement((x + 1) ** 2, right), steps, (x, s), **more)
    return Derivation("small", "A square", "(x + 1)² = …", ("x real",), (chain,), ("a book",))


def pages(derivation):
    verdict = derivation.check()
    return {
        "latex": printing.derivation_latex(derivation, verdict, standalone=True),
        "fragment": printing.derivation_latex(derivation, verdict),
        "markdown": printing.derivation_markdown(derivation, verdict),
        "html": printing.derivation_html(derivation, verdict, page=True),
        "element": printing.derivation_html(derivation, verdict),
        "text": printing.derivation_text(derivation, verdict, 80),
        "notebook": printing.derivation_repr_latex(derivation, verdict),
        "json": printing.derivation_json(derivation, verdict),
    }


@pytest.mark.endurance
@pytest.mark.parametrize("name", NAMES)
def test_every_derivation_is_printed_in_every_format(name):
    derivation = catalogue.derive(name)
    written = pages(derivation)
    for kind in ("latex", "html", "text"):
        for step in derivation.steps:
            assert step.label in written[kind]
    assert written["latex"].count(r"\begin{") == written["latex"].count(r"\end{")
    assert "<script" not in written["html"]
    assert "http" not in written["html"]
    body = written["element"]
    for part in body.split("<math")[1:]:
        ElementTree.fromstring("<math" + part.split("</math>")[0] + "</math>")
    assert "hyperlink" not in written["notebook"]
    assert max(map(len, written["text"].splitlines())) < 125
    data = json.loads(written["json"])
    assert data["schema_version"] == 1
    assert [step["state"] for chain in data["chains"] for step in chain["steps"]] == [
        finding.details["state"] for finding in derivation.check().findings
    ]
    assert data == derivation.to_dict()


def test_the_hooks_print_what_the_printers_print():
    derivation = catalogue.derive("gaussian-kl")
    written = pages(derivation)
    assert derivation.to_latex(standalone=True) == written["latex"]
    assert derivation.to_latex() == written["fragment"]
    assert derivation.to_markdown() == written["markdown"]
    assert derivation.to_html(page=True) == written["html"]
    assert derivation.to_html() == written["element"]
    assert derivation.to_text(80) == written["text"]
    assert derivation._repr_latex_() == written["notebook"]


def test_a_proved_step_keeps_its_relation_and_the_reason_is_linked():
    written = pages(catalogue.derive("kl-nonnegative"))
    assert r"\overset" not in written["latex"]
    assert r"\hyperlink{law-log-t-t-1}" in written["latex"]
    assert r"\hypertarget{law-log-t-t-1}" in written["latex"]
    assert 'href="#law-log-t-t-1"' in written["html"]
    assert 'id="law-log-t-t-1"' in written["html"]
    assert "**Theorem.**" in written["markdown"]
    assert "PROVED. Each of the" in written["text"]
    assert "Theorem. KL" in written["text"]
    assert "PROVED. The step is" in pages(small())["text"]


def test_an_undecided_step_carries_a_question_mark():
    undecided = small(law=laws.theorem)
    written = pages(undecided)
    assert r"\overset{?}{=}" in written["latex"]
    assert r"\overset{?}{=}" in written["markdown"]
    assert "<mover><mo>=</mo><mo>?</mo></mover>" in written["html"]
    assert "?=" in written["text"]
    assert "Statement" in written["latex"]
    said = " ".join(written["text"].split())
    assert "UNDECIDED. The step “multiply out” is not proved: the step cites no theorem." in said


def test_a_step_that_its_law_does_not_license_names_the_law():
    right = theorem("gaussian-kl-standard")
    (chain,) = right.chains
    last = replace(chain.steps[1], law=laws.algebra)
    wrong = replace(right, chains=(replace(chain, steps=(chain.steps[0], last)),))
    text = " ".join(pages(wrong)["text"].split())
    assert "“logarithm of the variance” is not licensed by algebra: the two sides still differ by" in text


def test_steps_that_fail_for_one_reason_are_named_together():
    derivation = theorem("elbo-surgery")
    check(derivation)  # what it cites is checked once a process, and has no part in this
    verdict = check(replace(derivation, name="not yet seen"), 1e-9)
    (said,) = failure_words(verdict)
    assert said.startswith("The steps “definition”, “over x and z at once”, “conditional density” and ")
    assert "more are not proved: not finished after" in said


def test_a_refuted_step_carries_its_counterexample():
    x = real("x")
    written = pages(small(right=x**2 + 1))
    assert r"\overset{\times}{=}" in written["latex"]
    for kind in ("latex", "markdown", "html", "text"):
        assert "Counterexample: " in written[kind], kind
    assert "✗=" in written["text"]


def test_abbreviations_and_assumptions_of_a_chain_are_printed():
    s, t = positive("s"), positive("t")
    x = real("x")
    chain_of = {"where": ((t, s + 1),), "assuming": (Statement(x, sympy.Integer(0), "≥"),)}
    written = pages(small(**chain_of, title="A part"))
    assert "where t = s + 1" in written["text"].replace("1 + s", "s + 1")
    assert "assuming x ≥ 0" in written["text"]
    for kind in ("latex", "markdown", "html"):
        assert "Where" in written[kind]
        assert "Assuming" in written[kind]
        assert "A part" in written[kind]


@pytest.mark.parametrize("depth", [22, 150])
def test_a_formula_is_printed_in_time_however_deeply_it_is_nested(depth):
    """Written twice at every depth, 22 took minutes; 150 within each other is deeper than Python calls itself."""
    x = real("x")
    with author_form():
        nested = functools.reduce(lambda inner, _: log(1 + exp(inner)), range(depth), x)
    step = Step("as it is", nested, nested, laws.algebra)
    chain = Chain(Statement(nested, nested), (step,), (x,))
    derivation = Derivation("nested", "Nested", "a = a", (), (chain,), ("a book",))
    derivation.check()
    started = time.monotonic()
    written = pages(derivation)
    assert time.monotonic() - started < 20
    counted = {"notebook": r"\log", "text": "log", "html": "<mi>log</mi>", "markdown": r"\log", "fragment": r"\log"}
    assert all(written[kind].count(sign) >= 2 * depth for kind, sign in counted.items())


def test_an_empty_list_has_no_heading(tmp_path):
    bare = replace(small(), assumptions=())
    assert bare.ledger == ()
    written = pages(bare)
    for kind in ("latex", "markdown", "html", "text"):
        assert "Assum" not in written[kind], kind
        assert "assumed" not in written[kind], kind
        assert "Sources" in written[kind], kind
    assert "\n\n\n" not in written["text"]
    assert re.search(r"\\begin\{itemize\}\S*\n\\end", written["latex"]) is None
    compiled(tmp_path, {"bare": written["latex"]})


def test_every_page_says_what_is_claimed_and_whether_it_was_only_attempted():
    for derivation, argument in (
        (small(), "Proof"),
        (small(law=laws.theorem), "Attempted proof"),
        (small(right=real("x") ** 2 + 1), "Attempted proof"),
    ):
        written = pages(derivation)
        for kind in ("latex", "markdown", "html", "text"):
            assert "Claim" in written[kind], kind
            assert argument in written[kind], kind
            assert argument == "Proof" or "Proof" not in written[kind].replace("Attempted proof", ""), kind
        assert f"**{argument}.**" in written["markdown"]


def test_hostile_words_are_only_words():
    hostile = replace(small(), title=HOSTILE, words=HOSTILE, assumptions=(HOSTILE,), sources=(HOSTILE,))
    written = pages(hostile)
    assert r"\input" not in written["latex"]
    assert r"\textbackslash{}input\{x\}" in written["latex"]
    assert "<script" not in written["html"]
    assert "\\<script\\>" in written["markdown"]
    assert r"[U+2665]" in written["latex"]


@pytest.mark.parametrize("law", [law for law in vars(laws).values() if isinstance(law, Law)], ids=lambda law: law.name)
def test_every_sign_of_a_law_is_one_in_latex(law):
    for words in (law.statement, *law.conditions, law.source):
        assert "[U+" not in prose_latex(words)


def test_prose_knows_signs_and_indices():
    assert prose_latex("σ_j ≤ x̂_d, ρ̄") == r"$\sigma_{j}$ $\le$ $\hat{x}_{d}$, $\bar{\rho}$"
    assert prose_latex("q_{J + 1} μ_μ") == r"$q_{J + 1}$ $\mu_{\mu }$" or "$q_{J + 1}$" in prose_latex("q_{J + 1}")
    assert prose_latex("def_1, q_1, 2 a_b, log_p") == r"def\_1, $q_{1}$, 2 $a_{b}$, log\_p"
    assert prose_latex("Var_q[f] = ELBO_2") == "Var$_{q}$[f] = ELBO$_{2}$"
    assert prose_html("Var_q") == "Var<sub>q</sub>"
    assert prose_html("def_1 q_1") == "def_1 q<sub>1</sub>"
    assert prose_latex("ж̂") in {"$\\hat{?}$"}
    assert prose_html("z_1 < z_{12}") == "z<sub>1</sub> &lt; z<sub>12</sub>"
    assert prose_markdown("a*b_c") == r"a\*b\_c"


def test_a_counterexample_is_told_in_words():
    found = {
        "p(z)": {"z1": "1/3", "z2": "2/3"}, "q_1": ["1/2", "1/2"], "left": 0.1, "right": "log of −1 is not real",
        "left_exact": "[0.1 +/- 1e-30]", "right_exact": "log of −1 is not real", "relation": "=",
    }  # fmt: skip
    assert counterexample_words(found) == (
        "p(z) = {z1: 1/3; z2: 2/3}, q_1 = (1/2, 1/2); there the left side is 0.1, "
        "and the right side is log of −1 is not real"
    )


def test_a_story_says_theorem_only_of_what_is_proved():
    derivation = small()
    assert story_of(derivation, derivation.check()).heading == "Theorem"
    assert story_of(small(law=laws.theorem), small(law=laws.theorem).check()).heading == "Statement"


@pytest.mark.endurance
def test_all_documents_compile_without_an_overfull_line(tmp_path):
    compiled(tmp_path, {name: catalogue.derive(name).to_latex(standalone=True) for name in NAMES})


def compiled(tmp_path, documents):
    """Compile documents in which nothing is undefined and no line is too long."""
    if shutil.which("pdflatex") is None:
        assert not os.environ.get("ELBO_CHECK_NEEDS_TEX"), "pdflatex is missing"
        pytest.skip("pdflatex is not installed")
    for name, written in documents.items():
        (tmp_path / f"{name}.tex").write_text(written, encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        log = (tmp_path / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        assert done.returncode == 0, log[-2000:]
        assert "Overfull" not in log, name
        assert "Undefined" not in log.replace("Undefined control", "Undefined"), name
        packages = {line.split()[1] for line in log.splitlines() if line.startswith("Package: ")}
        assert {"amsmath", "amssymb", "hyperref"} <= packages | {"amssymb"}


def test_each_condition_stands_under_the_law_whose_letters_it_uses():
    """In Jensen's inequality f > 0: it is not the f of the bound."""
    written = pages(theorem("donsker-varadhan"))["text"]
    assert "  - Jensen's inequality: f > 0; f and log f are integrable\n" in written
    assert "\n  - f > 0" not in written
    cited = pages(theorem("vae-loss"))["text"]
    assert "  - as in “KL from a Gaussian to the standard normal”: μ real; σ > 0\n" in cited
    assert "  - Gaussian moments: q = N(μ, σ²), σ > 0\n" in cited
