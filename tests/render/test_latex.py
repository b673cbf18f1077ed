import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.render.latex import latex_number, latex_text, verdict_latex
from elbo_check.verdict import Verdict

from .samples import ALL, BATCH, BOUNDS, EXACT, SCALAR, UNDECIDED, hostile

# what both MathJax (without extensions) and LaTeX with amsmath know
LETTERS = (
    r"approx backslash begin cdot end ldots le ge mu varepsilon pm quad sigma Sigma sim text textbf tfrac times to "
    r"underline"
)
KNOWN = {*LETTERS.split(), "wedge", "mid", *",|#$%&_{}\\"}


def unknown_commands(formula: str) -> set[str]:
    outside = re.sub(r"\\text\{[^{}]*\}", r"\\text", formula)
    return set(re.findall(r"\\([A-Za-z]+|.)", outside)) - KNOWN


def balanced(formula: str) -> bool:
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", formula.replace(r"\\", "")):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


@pytest.mark.parametrize("verdict", [*ALL, hostile()], ids=lambda v: v.outcome)
def test_a_verdict_is_one_balanced_formula_of_known_commands(verdict: Verdict) -> None:
    formula = verdict_latex(verdict)
    assert formula.startswith("$$\n")
    assert formula.endswith("\n$$")
    assert "$" not in formula[2:-2].replace(r"\$", "")
    assert unknown_commands(formula) == set()
    assert balanced(formula)
    assert formula.count(r"\begin{array}") == formula.count(r"\end{array}")


def test_the_checks_of_a_formula_can_fail() -> None:
    assert unknown_commands(r"\lt \href") == {"lt", "href"}
    assert not balanced(r"\text{a}}")
    assert not balanced(r"\text{a")


@pytest.mark.endurance
@given(st.text())
def test_escaped_text_holds_nothing_special(text: str) -> None:
    escaped = latex_text(text)
    assert balanced(escaped)
    assert unknown_commands(escaped) == set()
    for inside in re.findall(r"\\text\{([^{}]*)\}", escaped):
        assert not set(inside) & set("#$%&_{}\\^~<>|")


def test_the_witnesses_are_rows_of_one_table() -> None:
    rows = SCALAR._repr_latex_().splitlines()
    assert rows[2] == (
        r"\textbf{PROVED}\quad \text{KL(N(0.3, 1.7}{}^{2}\text{) }\,\|\,\text{ N(0, 1)) = 0.459371748938212} \\[4pt]"
    )
    assert rows[5:9] == [
        r"\text{enclosure} & 0.45937174893821239081726388172365 & \pm & 1.1\times 10^{-31} & \text{enclosed, 13 ms} \\",
        r"\text{quadrature} & 0.4593717489382131 & \pm & 3.3\times 10^{-15} & \text{heuristic, 400 µs} \\",
        r"\text{monte}\_\text{carlo} & 0.4601 & \pm & 0.0066 & \text{sampled at level 1e-9, 6.4 ms}",
        r"\end{array} \\[4pt]",
    ]


def test_refutation_and_doubt_say_why() -> None:
    assert r"\text{fails: at [1000]; claim 1.2345678" in verdict_latex(BATCH)
    assert r"\text{missing: a finite enclosure at [3, 4]}" in verdict_latex(UNDECIDED)
    assert "nats" not in verdict_latex(UNDECIDED)
    assert r"& 1 & & \text{exactly} & \text{exact}" in verdict_latex(EXACT)


def test_powers_of_ten_are_written_out() -> None:
    assert [latex_number("1.1e-31"), latex_number("≈0.5")] == [r"1.1\times 10^{-31}", r"\approx{}0.5"]


def test_quantities_are_headings_and_a_bound_with_one_side_has_no_error() -> None:
    *formulas, sampled = BOUNDS.estimates
    rows = verdict_latex(replace(BOUNDS, estimates=(*formulas, replace(sampled, scope="", note="")))).splitlines()
    assert rows[5:11] == [
        r"\underline{\text{ELBO}} &&&& \\[2pt]",
        (
            r"\text{fit }-\text{ KL(q}\,\|\,\text{prior)} & -3.0000000000 & \pm & 1.0\times 10^{-9} & \text{enclosed} "
            r"\\[6pt]"
        ),
        r"\underline{\text{log p(x)}} &&&& \\[2pt]",
        r"\text{Bayes' rule} & -2.5000000000 & \pm & 1.0\times 10^{-9} & \text{enclosed} \\",
        r"\text{importance} & \ge -23.24 & &  & \text{sampled at level 1e-9; estimate -2.5100, standard error 0.0043}",
        r"\end{array}",
    ]
