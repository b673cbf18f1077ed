"""log t ≤ t − 1 with what is lost: the logarithm lies strictly below, but for t = 1."""

from __future__ import annotations

from sympy import log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..symbols import author_form, positive

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return log t ≤ (t − 1)(t + 3)/(2(t + 1)) = t − 1 − (t − 1)²/(2(t + 1)) with its proof."""
    return Derivation(
        name="log-bound",
        title="How far log t lies below t − 1",
        words="log t ≤ (t − 1)(t + 3)/(2(t + 1)) = t − 1 − (t − 1)²/(2(t + 1)) for t > 0",
        assumptions=("t > 0",),
        chains=_chains(),
        sources=(
            "log t ≤ t − 1, used twice; F. Topsøe (2007), Some bounds for the logarithmic function, has sharper ones",
        ),
    )


def _chains() -> tuple[Chain, ...]:
    t = positive("t")
    with author_form():
        first, second = (1 + t) / 2, 2 * t / (1 + t)
        apart = log(first) + log(second)
        bounded = (first - 1) + (second - 1)
        quotient = (t - 1) * (t + 3) / (2 * (t + 1))
        gap = t - 1 - (t - 1) ** 2 / (2 * (t + 1))
    steps = (
        Step("t = (1 + t)/2 · 2t/(1 + t)", log(t), apart, laws.log_of_product),
        Step("log t ≤ t − 1 at both factors", apart, bounded, laws.log_bound, "≤", label="K3"),
        Step("over one denominator", bounded, quotient, laws.algebra),
    )
    same = (Step("multiply out", quotient, gap, laws.algebra),)
    return (
        Chain(Statement(log(t), quotient, "≤"), steps, (t,), title="The bound"),
        Chain(Statement(quotient, gap), same, (t,), title="It is t − 1 less a square over something positive"),
    )
