"""KL(N(mean_q, σ_q²) ‖ N(mean_p, σ_p²)), where each second argument holds σ in one of five ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..formula import LOG_2PI, ONE, Formula, Law, Term, law
from ..probing import Arrays
from ..quantity import Count, Quantity, grid, shape_of
from ..sizes import Sizes
from .epsilons import places_of
from .factors import Factor, raw_factor, times
from .functions import DIFFERENCE
from .gaussian_edges import FAR_APART, holding, moved_edges, near_prior, spread_edges
from .gaussian_slips import KL_SCALES
from .gaussian_terms import STANDARD
from .pair_slips import pair_slips
from .pair_terms import AXES, SQUARED, Pair
from .seconds import SECONDS

__all__ = ["gaussian_kl_pair"]


def gaussian_kl_pair(role_q: str, role_p: str) -> Quantity:
    """Return the quantity ½ Σ ((μ_q−μ_p)²/σ_p² + σ_q²/σ_p² − 1 − log(σ_q²/σ_p²)), whatever they hold."""
    pair = Pair(SECONDS[role_q.removesuffix("_q")], SECONDS[role_p.removesuffix("_p")])
    return Quantity(
        name="gaussian-kl-pair",
        said=lambda n: _said(
            n["mean_q"], pair.q.variance_text(n[role_q]), n["mean_p"], pair.p.variance_text(n[role_p])
        ),
        theorems=("gaussian-kl",),
        axes=dict.fromkeys(("mean_q", role_q, "mean_p", role_p), AXES),
        draw=_draw(pair, positive=False),
        formula=Formula.of(
            {
                pair.square: law("1/2"),
                pair.ratio: law("1/2"),
                pair.log_q: law(Fraction(-pair.q.log_factor, 2)),
                pair.log_p: law(Fraction(pair.p.log_factor, 2)),
            }
        ),
        counts=(Count(ONE, AXES, law("-1/2")), Count(LOG_2PI, AXES, Law())),  # log 2π cancels
        slips=pair_slips(pair),
        scales=KL_SCALES,
        wide=_wide(pair),
        only_positive=_draw(pair, positive=True),
        simple={
            "mean_q": (0.0, 1.0, 2.0, -1.0),
            role_q: pair.q.simple,
            "mean_p": (0.0, 1.0, -1.0),
            role_p: pair.p.simple,
        },
        edges=(
            *spread_edges(role_q, STANDARD, AXES),
            *spread_edges(role_p, STANDARD, AXES),
            *moved_edges(("mean_q", "mean_p"), STANDARD, AXES),
        ),
        beyond=[{"mean_q": q, "mean_p": p} for q, p in FAR_APART],
        near=_near(role_q, role_p),
        places=(*places_of(pair.q, role_q, pair.log_q), *places_of(pair.p, role_p, pair.log_p)),
    )


def _near(role_q: str, role_p: str) -> list[Mapping[str, float]]:
    """Return points at which the two are nearly the same: those of q that lead to a standard normal, which p is."""
    p = {"mean_p": 0.0, role_p: holding(role_p.removesuffix("_p"), STANDARD, 0.0)}
    near = near_prior(role_q.removesuffix("_q"), STANDARD)[:2]
    return [{**{f"{role}_q": number for role, number in point.items()}, **p} for point in near]


def _said(mean_q: str, variance_q: str, mean_p: str, variance_p: str) -> str:
    return f"KL(N({mean_q}, {variance_q}) ‖ N({mean_p}, {variance_p}))"


def _draw(pair: Pair, *, positive: bool) -> Callable[[np.random.Generator, Sizes], Arrays]:
    def second(generator: np.random.Generator, is_positive: bool, shape: tuple[int, ...]) -> Any:
        return grid(generator, 0.5, 2.0, shape) if is_positive or positive else grid(generator, -1.0, 1.0, shape)

    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        shape = shape_of(AXES, sizes)
        low = 0.25 if positive else -2.0
        return {
            "mean_q": grid(generator, low, 2.0, shape),
            pair.role_q: second(generator, pair.q.positive, shape),
            "mean_p": grid(generator, low, 2.0, shape),
            pair.role_p: second(generator, pair.p.positive, shape),
        }

    return draw


def _wide(pair: Pair) -> list[frozenset[Term]]:
    """Return larger sets of terms for functions that no few slips explain."""
    basic = (pair.square, pair.ratio, pair.log_q, pair.log_p)
    of_means = [
        times({Factor(DIFFERENCE, ("mean_q", "mean_p")): Fraction(1)}),
        times({Factor("s", ("mean_q",)): Fraction(2)}),
        times({Factor("s", ("mean_p",)): Fraction(2)}),
        times({Factor("s", ("mean_q",)): Fraction(1)}, {Factor("s", ("mean_p",)): Fraction(1)}),
    ]
    of_scales = [times(raw_factor(second.variance, role, power)) for second, role in pair.sides for power in (1, -1)]
    deviations = [times(raw_factor(second.deviation, role, power)) for second, role in pair.sides for power in (1, -1)]
    exchanged = [times(raw_factor(pair.p.variance, pair.role_p), raw_factor(pair.q.variance, pair.role_q, -1))]
    multiplied = times(SQUARED, raw_factor(pair.p.variance, pair.role_p))
    return [
        frozenset((*basic, *of_means)),
        frozenset((*basic, times(SQUARED), pair.square_over_q, multiplied, *exchanged)),
        frozenset((*basic, *of_scales, *exchanged)),
        frozenset((*basic, *of_scales, *deviations)),
    ]
