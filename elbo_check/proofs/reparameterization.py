"""The reparameterisation z = μ + σ ε: expectations, gradients, and averages of draws."""

from __future__ import annotations

from typing import Any

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Expectation, Iterated, Vector, derivative, function, gaussian, indexed_sum, sequence
from ..symbols import author_form, count, positive, real

__all__ = ["derivation"]

Z, EPSILON, MU, SIGMA = real("z"), real("epsilon"), real("mu"), positive("sigma")
F = function("f")


def derivation() -> Derivation:
    """Return E_q f(z) = E f(μ + σ ε), its gradients, and that averages of draws have no bias, with their proofs."""
    return Derivation(
        name="reparameterization",
        title="Reparameterisation",
        words="for q = N(μ, σ²) and ε ~ N(0, 1): E_q f(z) = E f(μ + σ ε), and the gradient goes inside",
        assumptions=("μ real", "σ > 0", "f differentiable, f and its gradient dominated by integrable functions"),
        chains=(_scalar(), _vector(), _gradient(MU, "μ"), _gradient(SIGMA, "σ"), _average()),
        sources=(
            "D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, section 2.4",
            "D. J. Rezende, S. Mohamed, D. Wierstra (2014), Stochastic Backpropagation, ICML",
        ),
    )


def _sides() -> tuple[Any, Any]:
    """Return E_q f(z) and E f(μ + σ ε)."""
    with author_form():
        return Expectation(gaussian(MU, SIGMA)(Z), F(Z)), Expectation(gaussian(0, 1)(EPSILON), F(MU + SIGMA * EPSILON))


def _scalar() -> Chain:
    direct, moved = _sides()
    steps = (Step("z = μ + σ ε", direct, moved, laws.change_of_variables, label="R1"),)
    return Chain(Statement(direct, moved), steps, (MU, SIGMA), title="One dimension")


def _vector() -> Chain:
    j, dimension = count("j"), count("J")
    mu, sigma, epsilon = sequence(MU), sequence(SIGMA), sequence(EPSILON)
    with author_form():
        direct = Expectation(Iterated(gaussian(mu[j], sigma[j]), j, dimension), F(Z), Z)
        place = Vector(mu[j] + sigma[j] * epsilon[j], j, dimension)
        moved = Expectation(Iterated(gaussian(0, 1), j, dimension), F(place), EPSILON)
    steps = (Step("z_j = μ_j + σ_j ε_j", direct, moved, laws.change_of_variables, label="R1"),)
    return Chain(
        Statement(direct, moved), steps, (MU, SIGMA, dimension), title="J dimensions, coordinate by coordinate"
    )


def _gradient(parameter: Any, name: str) -> Chain:
    direct, moved = _sides()
    with author_form():
        wanted = derivative(direct, parameter)
        outside = derivative(moved, parameter)
        inside = Expectation(gaussian(0, 1)(EPSILON), derivative(F(MU + SIGMA * EPSILON), parameter))
    under = "the density of ε does not depend on it"
    steps = (
        Step("z = μ + σ ε", wanted, outside, laws.change_of_variables, label="R1"),
        Step(
            f"∂/∂{name} goes inside", outside, inside, laws.differentiation_under_expectation, label="R2", words=under
        ),
    )
    return Chain(Statement(wanted, inside), steps, (MU, SIGMA), title=f"The gradient with respect to {name}")


def _average() -> Chain:
    index, draws = count("l"), count("L")
    epsilon = sequence(EPSILON)
    block = Iterated(gaussian(0, 1), index, draws)
    with author_form():
        place = MU + SIGMA * epsilon[index]
        average = Expectation(block, 1 / draws * indexed_sum(F(place), index, draws), EPSILON)
        _, moved = _sides()
        direct, _ = _sides()
    steps = (
        Step("every draw has the same density", average, moved, laws.unbiased_average, label="R3"),
        Step("back to z", moved, direct, laws.change_of_variables, label="R1"),
    )
    return Chain(Statement(average, direct), steps, (MU, SIGMA, draws), title="The average of L draws has no bias")
