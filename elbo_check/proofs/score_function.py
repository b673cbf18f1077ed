"""The score-function gradient: the derivative of a mean as a mean, where the draws cannot be differentiated."""

from __future__ import annotations

from typing import Any

from sympy import Integer, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Expectation, Integral, Iterated, derivative, function, indexed_sum, model, sequence
from ..symbols import author_form, count, real

__all__ = ["derivation"]

Z, PHI, B, J, L = real("z"), real("phi"), real("b"), count("l"), count("L")
F, Q = function("f"), model("q")
ENCODER = Q(Z, given=PHI)


def derivation() -> Derivation:
    """Return ∂ E_q f(z) = E_q[f(z) ∂ log q(z | φ)] with its proof, the baseline, and the average of L draws."""
    return Derivation(
        name="score-function",
        title="The score-function gradient (REINFORCE)",
        words="∂ E_{q(z | φ)} f(z) = E_{q(z | φ)}[f(z) ∂ log q(z | φ)], and an average of L draws has no bias",
        assumptions=(
            "q(z | φ) is a density of z, and differentiable in φ",
            "where q(z | φ) is positive does not depend on φ",
            "f does not depend on φ",
        ),
        chains=(_gradient(), _score(), _baseline(), _average()),
        sources=(
            "R. J. Williams (1992), Simple statistical gradient-following algorithms, Machine Learning 8",
            "S. Mohamed, M. Rosca, M. Figurnov, A. Mnih (2020), Monte Carlo gradient estimation, JMLR 21, section 4",
        ),
    )


def _mean_with_score(term: Any) -> Any:
    """Return E[term · ∂ log q]."""
    return Expectation(ENCODER, term * derivative(log(ENCODER), PHI))


def _gradient() -> Chain:
    with author_form():
        gradient = derivative(Expectation(ENCODER, F(Z)), PHI)
        integral = derivative(Integral(ENCODER * F(Z), Z), PHI)
        inside = Integral(derivative(ENCODER * F(Z), PHI), Z)
        score = Integral(ENCODER * (F(Z) * derivative(log(ENCODER), PHI)), Z)
        closed = _mean_with_score(F(Z))
    steps = (
        Step("write the mean as an integral", gradient, integral, laws.definition_of_expectation),
        Step("∂ goes into the integral", integral, inside, laws.differentiation_under_expectation),
        Step("∂q = q ∂ log q", inside, score, laws.differentiation),
        Step("read as a mean again", score, closed, laws.definition_of_expectation),
    )
    return Chain(Statement(gradient, closed), steps, (PHI,), title="The gradient of a mean is a mean")


def _score() -> Chain:
    with author_form():
        mean = Expectation(ENCODER, derivative(log(ENCODER), PHI))
        integral = Integral(ENCODER * derivative(log(ENCODER), PHI), Z)
        slope = Integral(derivative(ENCODER, PHI), Z)
        mass = derivative(Integral(ENCODER, Z), PHI)
    steps = (
        Step("write the mean as an integral", mean, integral, laws.definition_of_expectation),
        Step("q ∂ log q = ∂q", integral, slope, laws.differentiation),
        Step("∂ leaves the integral", slope, mass, laws.differentiation_under_expectation),
        Step("the mass is 1, whatever φ", mass, Integer(0), laws.normalisation),
    )
    return Chain(Statement(mean, Integer(0)), steps, (PHI,), title="The score has mean zero")


def _baseline() -> Chain:
    """The same steps again inside a difference: a chain cannot cite a part of its own theorem."""
    before = _score().steps
    with author_form():
        shifted = _mean_with_score(F(Z) - B)
        sides = [_mean_with_score(F(Z)) - B * part for part in (before[0].left, *(step.right for step in before))]
    middle = tuple(
        Step(step.name, left, right, step.law) for step, left, right in zip(before, sides, sides[1:], strict=False)
    )
    closed = _mean_with_score(F(Z))
    steps = (
        Step("linearity", shifted, sides[0], laws.linearity),
        *middle,
        Step("nothing is taken away", sides[-1], closed, laws.algebra),
    )
    return Chain(Statement(shifted, closed), steps, (PHI, B), title="A baseline changes nothing")


def _average() -> Chain:
    with author_form():
        draw = sequence(Z)[J]
        terms = F(draw) * derivative(log(Q(draw, given=PHI)), PHI)
        average = Expectation(Iterated(ENCODER.args[0], J, L), 1 / L * indexed_sum(terms, J, L), Z)
        mean = _mean_with_score(F(Z))
        score = Integral(ENCODER * (F(Z) * derivative(log(ENCODER), PHI)), Z)
        inside = Integral(derivative(ENCODER * F(Z), PHI), Z)
        integral = derivative(Integral(ENCODER * F(Z), Z), PHI)
        gradient = derivative(Expectation(ENCODER, F(Z)), PHI)
    steps = (
        Step("every draw has the density q(z | φ)", average, mean, laws.unbiased_average),
        Step("write the mean as an integral", mean, score, laws.definition_of_expectation),
        Step("q ∂ log q = ∂q", score, inside, laws.differentiation),
        Step("∂ leaves the integral", inside, integral, laws.differentiation_under_expectation),
        Step("read as a mean again", integral, gradient, laws.definition_of_expectation),
    )
    return Chain(Statement(average, gradient), steps, (PHI, L), title="The average of L draws has no bias")
