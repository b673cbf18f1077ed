"""False: the estimator with the KL term in closed form always has the lower variance."""

from __future__ import annotations

from typing import Any

from sympy import log

from ... import laws
from ...derivation import Chain, Derivation, Statement, Step
from ...nodes import Expectation, model
from ...symbols import author_form, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return the false statement Var_q[log p(x | z)] ≤ Var_q[log p(x, z) − log q(z | x)]."""
    return Derivation(
        name="analytic-kl-lower-variance",
        title="The estimator with the analytic KL always has the lower variance (false)",
        words="Var_q[log p(x | z)] ≤ Var_q[log p(x, z) − log q(z | x)]",
        assumptions=("p(x, z) is a density and p(x) > 0", "q(z | x) is a density of z", "both variances exist"),
        chains=(_chain(),),
        sources=(
            "D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, section 2.3, which says `typically`",
            "G. Roeder, Y. Wu, D. Duvenaud (2017), Sticking the Landing: at q = posterior the other one has variance 0",
        ),
    )


def _chain() -> Chain:
    p, q, x, z = model("p"), model("q"), real("x"), real("z")
    encoder = q(z, given=x)
    with author_form():
        analytic = _variance(encoder, log(p(x, given=z)))
        joint = _variance(encoder, log(p(x, z)) - log(encoder))
    steps = (Step("one random term less", analytic, joint, laws.nonnegativity, "≤"),)
    return Chain(Statement(analytic, joint, "≤"), steps, (x,))


def _variance(density: Any, term: Any) -> Any:
    return Expectation(density, term**2) - Expectation(density, term) ** 2
