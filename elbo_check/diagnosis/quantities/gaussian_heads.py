"""Slips of the layers before a Gaussian KL: an activation on what should be unbounded, one head used for two."""

from __future__ import annotations

from ..edits import exchanged
from ..formula import Term, law
from ..naming import Slip
from .gaussian_terms import STANDARD, GaussianTerms
from .seconds import of_role

__all__ = ["head_slips"]

_ACTIVATED = {
    "log_variance": {
        "softplus s": ("exp softplus s", "1"),
        "tanh s": ("exp tanh s", "1"),
        "½": ("exp tanh s/2", "1/2"),
    },
    "log_std": {"softplus s": ("exp 2softplus s", "1"), "tanh s": ("exp 2tanh s", "1"), "½": ("exp tanh s", "1/2")},
}
"""What an activation, softplus, tanh or ½ tanh, makes of the variance, and its factor, by what the argument holds."""


def head_slips(terms: GaussianTerms) -> list[Slip]:
    """Return the slips of the heads of an encoder; those that know a standard prior only, where there is one."""
    second = terms.second
    found: list[Slip] = []
    squashed = _of_mean(terms, "tanh^2 s")
    for name, (variance, factor) in _ACTIVATED.get(second.role, {}).items():
        log = of_role("tanh s" if name == "½" else name, second.role)
        pairs = [(terms.variance, terms.spread(variance), law(1)), (terms.log, log, law(factor))]
        found.append(("activation-on-logvar", exchanged(pairs)))
        if squashed is not None:
            found.append(("activation-on-logvar", exchanged([*pairs, (terms.square, squashed, law(1))])))
    head = [_of_mean(terms, raw) for raw in (second.variance, second.log)]
    if head[0] is not None and head[1] is not None:
        pairs = [(terms.variance, head[0], law(1)), (terms.log, head[1], law(1))]
        found.append(("copy-paste-head", exchanged(pairs)))
    return found


def _of_mean(terms: GaussianTerms, raw: str) -> Term | None:
    """Return a function of the mean; the square is the term that is known already."""
    if terms.prior != STANDARD:
        return None
    return terms.square if raw == "s^2" else of_role(raw, "mean")
