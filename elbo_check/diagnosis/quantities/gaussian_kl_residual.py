"""KL(N(m + Δm, exp(t + Δt)) ‖ N(m, exp t)): the posterior is given by what it adds to the prior's parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np

from ..edits import constant_slips, dropped, exchanged, flipped, rescaled
from ..formula import LOG_2PI, ONE, Formula, Law, Term, law
from ..naming import Edit, Slip
from ..probing import Arrays, Draw
from ..quantity import Count, Quantity, grid, shape_of
from ..sizes import Sizes
from .factors import Factor, Factors, Product, raw_factor, times
from .gaussian_edges import moved_edges, spread_edges
from .gaussian_slips import KL_SCALES, log_2pi_kept
from .gaussian_terms import STANDARD
from .pair_slips import constant_outside
from .pair_terms import AXES
from .seconds import SECONDS, log_ratio, misreading

__all__ = ["RESIDUAL_ROLES", "gaussian_kl_residual"]

RESIDUAL_ROLES = frozenset({"delta_mean", "delta_log_variance", "log_variance_p"})
"""What it needs; mean_p may be an argument too, although the KL does not depend on it."""

SHIFT: Factors = raw_factor("s", "delta_mean", 2)
RATIO: Factors = raw_factor("exp s", "delta_log_variance")
PRIOR: Factors = raw_factor("exp s", "log_variance_p")
UNDER_PRIOR: Factors = raw_factor("exp s", "log_variance_p", -1)

SQUARE, SPREAD, LOG = times(SHIFT, UNDER_PRIOR), times(RATIO), times(raw_factor("s", "delta_log_variance"))
_HELD = SECONDS["log_variance"]


def gaussian_kl_residual(roles: frozenset[str]) -> Quantity:
    """Return the quantity ½ Σ (Δm²/exp(t) + exp(Δt) − 1 − Δt), where the prior is N(m, exp t)."""
    return Quantity(
        name="gaussian-kl-residual",
        said=_said,
        theorems=("gaussian-kl",),
        axes=dict.fromkeys(sorted(roles), AXES),
        draw=_draw(roles, -1.0),
        formula=Formula.of({SQUARE: law("1/2"), SPREAD: law("1/2"), LOG: law("-1/2")}),
        counts=(Count(ONE, AXES, law("-1/2")), Count(LOG_2PI, AXES, Law())),  # log 2π cancels
        slips=[*_signs(), *_terms(), *_misreadings(), *_parameters(with_mean="mean_p" in roles)],
        scales=KL_SCALES,
        wide=_wide(),
        only_positive=_draw(roles, 0.25),
        simple=dict.fromkeys(roles, (0.0, 1.0, -1.0)),
        edges=(
            *spread_edges("delta_log_variance", STANDARD, AXES),
            *spread_edges("log_variance_p", STANDARD, AXES),
            *moved_edges(("delta_mean",), STANDARD, AXES),
        ),
        near=[{"delta_mean": n, "delta_log_variance": n} for n in (0.1, 0.01)],
    )


def _said(names: Mapping[str, str]) -> str:
    mean, scale = names.get("mean_p", "m"), names["log_variance_p"]
    shift, ratio = names["delta_mean"], names["delta_log_variance"]
    return f"KL(N({mean} + {shift}, exp({scale} + {ratio})) ‖ N({mean}, exp({scale})))"


def _draw(roles: frozenset[str], low: float) -> Draw:
    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        shape = shape_of(AXES, sizes)
        return {role: grid(generator, low, 1.25, shape) for role in sorted(roles)}

    return draw


def _signs() -> Iterator[Slip]:
    yield "wrong-sign", flipped
    yield from constant_slips({"d": "missing-dim-term"})
    for terms in ((SQUARE, SPREAD), (LOG,), (SQUARE,), (SPREAD,)):
        yield "missing-half", rescaled(terms, law(2))
    yield "half-on-logsigma", rescaled((LOG,), law("1/2"))
    for terms in ((SPREAD,), (SQUARE, SPREAD), (LOG,)):
        yield "misplaced-parenthesis", rescaled(terms, law(-2))
    yield "misplaced-parenthesis", constant_outside
    yield "misplaced-parenthesis", rescaled((LOG, ONE), law(2))
    yield "wrong-constant", log_2pi_kept


def _terms() -> Iterator[Slip]:
    for slug in ("residual-as-absolute", "missing-division", "prior-ignored"):
        yield slug, _put(SQUARE, SHIFT)
    yield "multiplied-not-divided", _put(SQUARE, SHIFT, PRIOR)
    yield "misplaced-parenthesis", _put(SPREAD, RATIO, UNDER_PRIOR)
    yield "not-squared", _put(SQUARE, SHIFT, raw_factor("exp s/2", "log_variance_p", -1))
    yield "not-squared", _put(SQUARE, raw_factor("s", "delta_mean"), UNDER_PRIOR)
    yield "not-squared", _put(SQUARE, raw_factor("|s|", "delta_mean"), UNDER_PRIOR)
    yield "not-squared", _put(SPREAD, raw_factor("exp s/2", "delta_log_variance"))
    yield "missing-log-term", dropped(LOG)
    yield "missing-mean-term", dropped(SQUARE)
    yield "missing-variance-term", dropped(SPREAD)
    yield "missing-log", _put(LOG, RATIO)
    for number in ("1", "1/2"):
        square_of_log = times(raw_factor("s", "delta_log_variance", 2))
        yield "square-of-log", exchanged([(LOG, square_of_log, law(number))])
    size, spread = (times(raw_factor(raw, "delta_log_variance")) for raw in ("|s|", "exp |s|"))
    yield "abs-on-logvar", exchanged([(LOG, size, law(1)), (SPREAD, spread, law(1))])


def _misreadings() -> Iterator[Slip]:
    for other in SECONDS.values():
        if other == _HELD:
            continue
        slug = misreading(_HELD, other)
        square = (SQUARE, times(SHIFT, raw_factor(other.variance, "log_variance_p", -1)), law(1))
        spread = (SPREAD, times(raw_factor(other.variance, "delta_log_variance")), law(1))
        log = (LOG, times(raw_factor(other.log, "delta_log_variance")), log_ratio(_HELD, other))
        for pairs in ([square], [spread, log], [spread], [log], [square, spread, log]):
            yield slug, exchanged(pairs)


def _parameters(*, with_mean: bool) -> Iterator[Slip]:
    """Exchanged q and p; the residuals taken for the parameters of q; the standard prior for that of the model."""
    under_both = {**UNDER_PRIOR, **raw_factor("exp s", "delta_log_variance", -1)}
    under_ratio = times(raw_factor("exp s", "delta_log_variance", -1))
    for slug in ("reversed-kl", "argument-order"):
        yield (
            slug,
            exchanged([(SQUARE, times(SHIFT, under_both), law(1)), (SPREAD, under_ratio, law(1)), (LOG, LOG, law(-1))]),
        )
    if with_mean:
        log_p, both = times(raw_factor("s", "log_variance_p")), times(RATIO, PRIOR)
        absolute = times({Factor("a-b", ("mean_p", "delta_mean")): Fraction(2)}, UNDER_PRIOR)
        mean_q: Factors = {Factor("a+b", ("mean_p", "delta_mean")): Fraction(2)}
        whole, shifted = times(mean_q), times(mean_q, UNDER_PRIOR)
        yield "prior-ignored", exchanged([(SQUARE, whole, law(1))])
        yield "prior-ignored", exchanged([(SQUARE, shifted, law(1))])
        yield "residual-as-absolute", _all(absolute, times(RATIO, UNDER_PRIOR), log_p, law(-1))
        yield "prior-ignored", _all(whole, both, log_p, law(1))


def _put(old: Product, *factors: Factors) -> Edit:
    return exchanged([(old, times(*factors), law(1))])


def _all(square: Term, spread: Term, log: Term, sign: Law) -> Edit:
    """Return the edit that puts terms for the first two, and adds a logarithm, with the coefficient of the other."""

    def edit(formula: Formula) -> Iterator[Formula]:
        if all(formula[term] for term in (SQUARE, SPREAD, LOG)):
            changed = formula.replaced([(SQUARE, square, law(1)), (SPREAD, spread, law(1))])
            yield changed + Formula({log: formula[LOG] * sign})

    return edit


def _wide() -> list[frozenset[Term]]:
    """Return larger sets of terms for functions that no few slips explain."""
    plain = [
        times(raw_factor(raw, role)) for role in ("log_variance_p", "delta_log_variance") for raw in ("s", "exp s")
    ]
    mixed = [times(SHIFT), times(RATIO, PRIOR), times(RATIO, UNDER_PRIOR), times(raw_factor("s", "delta_mean"))]
    return [frozenset((SQUARE, *plain, *mixed))]
