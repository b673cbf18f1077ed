"""KL(N(mean, σ²) ‖ N(a, b²)) with a fixed prior, where the second argument holds σ in one of five ways."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ..formula import LOG_2PI, ONE, Formula, Law, law
from ..probing import Arrays
from ..quantity import Count, Quantity, grid, shape_of
from ..sizes import Sizes
from .epsilons import places_of
from .gaussian_edges import kl_edges, near_prior
from .gaussian_slips import KL_SCALES, kl_slips, wider_terms
from .gaussian_terms import AXES, STANDARD, GaussianTerms, Prior, log_prior, prior_words
from .seconds import SECONDS

__all__ = ["gaussian_kl"]


def gaussian_kl(role: str, prior: Prior = STANDARD) -> Quantity:
    """Return the quantity ½ Σ ((μ−a)²/b² + σ²/b² − 1 − log(σ²/b²)), for a second argument that holds this."""
    second = SECONDS[role]
    terms = GaussianTerms(second, prior)
    counts = [Count(ONE, AXES, law("-1/2")), Count(LOG_2PI, AXES, Law())]  # log 2π cancels
    if prior[1] != 1:
        counts.append(Count(log_prior(prior), AXES, law("1/2")))
    return Quantity(
        name="gaussian-kl",
        said=lambda n: f"KL(N({n['mean']}, {second.variance_text(n[role])}) ‖ {prior_words(prior)})",
        theorems=("gaussian-kl-diagonal",),
        axes={"mean": AXES, role: AXES},
        draw=_draw(role, second.positive),
        formula=Formula.of(
            {
                terms.square: law("1/2"),
                terms.variance: law("1/2"),
                terms.log: law(Fraction(-second.log_factor, 2)),
            }
        ),
        counts=tuple(counts),
        slips=kl_slips(terms, prior),
        scales=KL_SCALES,
        wide=wider_terms(terms),
        only_positive=_draw(role, True),
        edges=kl_edges(role, prior),
        simple={"mean": (0.0, 1.0, 2.0, -1.0), role: second.simple},
        places=places_of(second, role, terms.log),
        near=near_prior(role, prior)[:2],
    )


def _draw(role: str, positive: bool) -> Any:
    low, high = (0.25, 2.25) if positive else (-1.5, 1.25)

    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        shape = shape_of(AXES, sizes)
        return {"mean": grid(generator, -2.0, 2.0, shape), role: grid(generator, low, high, shape)}

    return draw
