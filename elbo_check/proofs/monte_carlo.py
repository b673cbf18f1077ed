"""The Monte Carlo average of L draws: no bias, and the variance of one draw divided by L."""

from __future__ import annotations

from sympy import log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import Expectation, Iterated, function, indexed_sum, model, sequence
from ..symbols import author_form, count, real
from . import theorem

__all__ = ["derivation"]

X, Z, M, INDEX, DRAWS = real("x"), real("z"), real("m"), count("l"), count("L")
F, P, Q = function("f"), model("p"), model("q")


def derivation() -> Derivation:
    """Return that an average of L draws has no bias and the variance Var_q[f]/L, with the proofs."""
    return Derivation(
        name="monte-carlo",
        title="The average of L draws: no bias, and variance Var/L",
        words="for independent z_1, …, z_L ~ q: E[(1/L) Σ_l f(z_l)] = E_q f and Var[(1/L) Σ_l f(z_l)] = Var_q[f]/L",
        assumptions=("z_1, …, z_L are independent draws from q", "L ≥ 1", "f has a finite variance under q"),
        chains=(_unbiased(), _variance(), _reconstruction()),
        sources=("C. P. Robert and G. Casella (2004), Monte Carlo Statistical Methods, 2nd edition, section 3.2",),
    )


def _unbiased() -> Chain:
    with author_form():
        average = 1 / DRAWS * indexed_sum(F(sequence(Z)[INDEX]), INDEX, DRAWS)
        mean = Expectation(Iterated(Q(Z).args[0], INDEX, DRAWS), average, Z)
        single = Expectation(Q(Z), F(Z))
    steps = (Step("every draw has the density q", mean, single, laws.unbiased_average, label="R3"),)
    return Chain(Statement(mean, single), steps, (DRAWS,), title="No bias")


def _variance() -> Chain:
    """Var of the average, its mean being m by the first part; Var_q[f] in its two forms."""
    cited = theorem("average-variance")
    mean = cited.chains[0].where[0][1]
    error, divided = cited.statement.sides
    with author_form():
        closed = 1 / DRAWS * (Expectation(Q(Z), F(Z) ** 2) - M**2)
    steps = (
        Step("by induction over L", error, divided, laws.theorem, label="R3", cites=Citation(cited)),
        Step("variance is the mean square less the squared mean", divided, closed, laws.linearity, label="R3"),
    )
    title = "The variance is that of one draw, divided by L"
    return Chain(Statement(error, closed), steps, (DRAWS,), ((M, mean),), title=title)


def _reconstruction() -> Chain:
    encoder = Q(Z, given=X)
    with author_form():
        average = 1 / DRAWS * indexed_sum(log(P(X, given=sequence(Z)[INDEX])), INDEX, DRAWS)
        mean = Expectation(Iterated(encoder.args[0], INDEX, DRAWS), average, Z)
        single = Expectation(encoder, log(P(X, given=Z)))
    steps = (Step("every draw has the density q(z | x)", mean, single, laws.unbiased_average, label="R3"),)
    return Chain(Statement(mean, single), steps, (X, DRAWS), title="The reconstruction term, f(z) = log p(x | z)")
