"""What a reader could take for something else: a product for the value of a function, one point for all of them."""

import pytest
from sympy import Integer, log, pi

from elbo_check import laws
from elbo_check.boxes.expressions import layout
from elbo_check.boxes.texts import to_text
from elbo_check.language import (
    Chain,
    Derivation,
    Expectation,
    Statement,
    Step,
    author_form,
    count,
    function,
    model,
    positive,
    real,
    sequence,
)
from elbo_check.render.derivation.latexing import to_latex
from elbo_check.render.derivation.mathml import to_mathml
from elbo_check.render.derivation.points import points_said

F, X, Y, S = real("f"), real("x"), real("y"), positive("sigma")
X1, Z1, PHI = real("x_1"), real("z_1"), real("phi_1")
J = count("j")
FUNCTION, P = function("f"), model("p")

with author_form():
    PRINTED = {
        "a letter": (F * (X + Y), r"f{\cdot}(x+y)", "f (x + y)"),
        "a letter with an index": (sequence(F)[J] * (X + Y), r"f_{j}{\cdot}(x+y)", "f_j (x + y)"),
        "a word": (real("gain") * (X + Y), r"\mathrm{gain}{\cdot}(x+y)", "gain (x + y)"),
        "the last of several": (2 * F * (X + Y), r"2f{\cdot}(x+y)", "2 f (x + y)"),
        "a power of a bracket": (F * (X + Y) ** 2, r"f{\cdot}(x+y)^{2}", "f (x + y)²"),
        "a minus": (F * -X, r"f{\cdot}(-x)", "f (−x)"),
        "above a line": (F * (X + Y) / 2, r"\frac{f{\cdot}(x+y)}{2}", "f (x + y)/2"),
        "a function": (FUNCTION(X + Y), "f(x+y)", "f(x + y)"),
        "a number": (2 * (X + Y), "2(x+y)", "2 (x + y)"),
        "a square": (S**2 * (X + Y), r"\sigma^{2}(x+y)", "σ² (x + y)"),
        "a bracket": ((X + Y) * (X - Y), "(x+y)(x-y)", "(x + y) (x − y)"),
        "a logarithm": (log(X) * (X + Y), r"\log(x)(x+y)", "log(x) (x + y)"),
        "π": (2 * pi * (X + Y), r"2\pi{\cdot}(x+y)", "2 π (x + y)"),
    }


@pytest.mark.parametrize("which", PRINTED)
def test_a_letter_before_a_bracket_is_no_function(which):
    expression, latex, text = PRINTED[which]
    boxes = layout(expression)
    assert to_latex(boxes) == latex
    assert to_text(boxes) == text
    assert ('<mo lspace="0" rspace="0">·</mo>' in to_mathml(boxes)) == (r"\cdot" in latex)


def page(*assuming):
    left = P(X1, Z1) + FUNCTION(PHI)
    chain = Chain(Statement(left, left), (Step("s", left, left, laws.algebra),), (X1, Z1, PHI, S), assuming=assuming)
    return Derivation("t", "t", "t", (), (chain,), ("none",))


@pytest.mark.endurance
def test_the_page_says_at_which_points_something_is_assumed():
    with author_form():
        proof = page(Statement(P(X1, Z1), P(X1) * P(Z1)), Statement(FUNCTION(PHI), Integer(2)), Statement(S, 3))
    text = proof.to_text(200)
    assert "assuming p(x_1, z_1) = p(x_1) p(z_1), at these x_1 and z_1\n" in text
    assert "assuming f(φ_1) = 2, at this φ_1\n" in text
    assert "assuming σ = 3\n" in text
    assert r"\textbf{Assuming}, at these $x_{1}$ and $z_{1}$, at this $\varphi_{1}$ \begin" in proof.to_latex()
    assert "<b>Assuming</b>, at these x<sub>1</sub> and z<sub>1</sub>, at this φ<sub>1</sub></p>" in proof.to_html()
    assert r"Assuming, at these x\_1 and z\_1 $$" in proof.to_markdown()
    (chain,) = proof.to_dict()["chains"]
    assert [one["points"] for one in chain["assuming"]] == ["at these x_1 and z_1", "at this φ_1", ""]


def test_what_is_assumed_of_all_points_is_said_as_before():
    assert points_said(Statement(Expectation(P(X), FUNCTION(X)), Y)) == ""
    assert points_said(Statement(P(X, given=Z1), Y)) == "at these x and z_1"
    assert "Assuming</b></p>" in page(Statement(S, 3)).to_html()
