"""False: a model with a higher ELBO has a higher log p(x)."""

from __future__ import annotations

from sympy import log

from ... import laws
from ...derivation import Chain, Derivation, Statement, Step
from ...nodes import Expectation, model
from ...symbols import author_form, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return the false statement that ELBO_2 ≥ ELBO_1 implies log p_2(x) ≥ log p_1(x)."""
    return Derivation(
        name="raising-elbo-raises-evidence",
        title="Raising the ELBO raises log p(x) (false)",
        words="if ELBO_2 ≥ ELBO_1, then log p_2(x) ≥ log p_1(x)",
        assumptions=("p_1(x, z) and p_2(x, z) are densities", "q(z | x) is a density of z", "ELBO_2 ≥ ELBO_1"),
        chains=(_chain(),),
        sources=(
            "D. M. Blei, A. Kucukelbir, J. D. McAuliffe (2017), Variational Inference, section 2.2: a bound only",
        ),
    )


def _chain() -> Chain:
    q, x, z = model("q")(real("z"), given=real("x")), real("x"), real("z")
    first, second = model("p_1"), model("p_2")
    with author_form():
        elbos = [Expectation(q, log(p(x, z)) - log(q)) for p in (first, second)]
    steps = (Step("the bound was raised", log(second(x)), log(first(x)), laws.assumption, "≥"),)
    raised = Statement(elbos[1], elbos[0], "≥")
    return Chain(Statement(log(second(x)), log(first(x)), "≥"), steps, (x,), assuming=(raised,))
