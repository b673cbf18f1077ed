"""What is built, checked and printed within `author_form()` is what it is outside: SymPy's switch is the author's."""

import sympy

from elbo_check import laws
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import Expectation, gaussian, indexed_sum
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, count, positive, real
from elbo_check.verdict import Outcome

k, n = count("k"), count("n")
x, z, mu, sigma = real("x"), real("z"), real("mu"), positive("sigma")


def derivation(left, right, law, parameters):
    step = Step("s", left, right, law)
    return Derivation("t", "T", "t", (), (Chain(Statement(left, right), (step,), parameters),), ("none",))


def test_an_end_whose_sign_sympy_must_work_out_is_read_there() -> None:
    with author_form():
        end = sympy.sqrt((7 - n) ** 2)
        left, right = indexed_sum(x * k, k, end), x * indexed_sum(k, k, end)
        verdict = derivation(left, right, laws.algebra, (x, n)).check()
    assert verdict.outcome is Outcome.PROVED
    assert derivation(left, right, laws.algebra, (x, n)).check().findings == verdict.findings


def test_a_mean_is_worked_out_there() -> None:
    with author_form():
        square = Expectation(gaussian(mu, sigma)(z), (z - x) ** 2, z)
        verdict = derivation(square, (mu - x) ** 2 + sigma**2, laws.gaussian_moments, (mu, sigma, x)).check()
    assert verdict.outcome is Outcome.PROVED


def test_a_page_reads_the_same_there() -> None:
    proof = theorem("gaussian-kl")
    with author_form():
        pages = proof.to_latex(standalone=True), proof.to_text(), proof.to_html()
    assert pages == (proof.to_latex(standalone=True), proof.to_text(), proof.to_html())
