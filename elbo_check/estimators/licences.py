"""Which bound an integrand is entitled to: what the densities lend, tried out on a few draws before it is relied on.

A density has finitely many outcomes if its space has `points`; it lends `noise` and `place` if its draws are an affine
map of standard normals, and `natural`, `statistics`, `log_partition` if it is an exponential family. log p(x, z) is
log p(z|x) plus a constant, so that a posterior in the family of q makes the integrand quadratic in the noise, or linear
in the statistics.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.world import numpy_world
from ..errors import WitnessError
from ..witnesses.quadrature import ROUNDING_FLOOR
from .bounds import Bound, bernstein, chernoff, none, quadratic
from .problem import Terms, added
from .support import enumerable, outcomes

__all__ = ["Rows", "bounded", "in_statistics", "of_noise", "value_bound"]

FloatArray = NDArray[np.float64]
Rows = Callable[[Any, int], tuple[FloatArray, FloatArray]]
"""From points (or noise) and their number: rows of quantities, and Σ|terms| of each row over all points."""

TRIED = 16


def value_bound(
    terms: Callable[[Any], Terms], drawn: Any, plus: Any, minus: Any, *, draws: int, level: float, reason: str = ""
) -> Bound:
    """Bound the mean of the sum of `terms`, which is log plus − log minus up to a constant, z drawn from `drawn`.

    `plus` None says that there is no such density, for the `reason` given. Raises `WitnessError` for an infinite mean.
    """

    def rows(z: Any, count: int) -> tuple[FloatArray, FloatArray]:
        values, size = added(terms(z), count)
        return values[None], np.array([size])

    if enumerable(drawn):
        return bounded(rows, drawn, draws, level)[0]
    if plus is None:
        return none(reason)
    if not type(plus) is type(minus) is type(drawn):
        return none(f"the posterior is no {type(drawn).__name__}")
    if hasattr(drawn, "noise"):
        return of_noise(lambda noise, count: rows(drawn.place(noise, numpy_world()), count), drawn, draws, level)[0]
    if hasattr(drawn, "natural"):
        return in_statistics(rows, drawn, plus, minus, draws=draws, level=level)
    return none(f"a {type(drawn).__name__} lends no cumulant")


def bounded(rows: Rows, drawn: Any, draws: int, level: float) -> list[Bound]:
    """Bound the mean of every row by its values at all outcomes."""
    points, probabilities = outcomes(drawn)
    with np.errstate(all="ignore"):
        values, _ = rows(points, probabilities.size)
    if not np.isfinite(values).all():
        raise WitnessError("the mean is infinite: a density is 0 at an outcome that is drawn")
    return [bernstein(row, probabilities, draws, level / len(values)) for row in values]


def of_noise(rows: Rows, drawn: Any, draws: int, level: float) -> list[Bound]:
    """Bound the mean of every row, a quadratic form of the noise, from its coefficients.

    They are read off at 0, ±eᵢ and eᵢ + eⱼ. What rounding may hide of them adds its own radius: with L = log(2/level)/n
    the radius inf over s of (K(sP) + L)/s is convex and homogeneous in the coefficients P, and so subadditive.
    """
    noise = drawn.noise(np.random.Generator(np.random.PCG64(0)), TRIED)
    flat = np.reshape(noise, (-1, TRIED))
    size = flat.shape[0]
    with np.errstate(all="ignore"):
        forms, hidden = _forms(rows, size, np.ndim(noise) > 1)
        values, sizes = rows(noise, TRIED)
    share = level / len(values)
    unit = size * (1 + 4 * size) * quadratic(np.ones(1), np.eye(1), draws, share).radius
    bounds = []
    for form, value, rounding, blur in zip(forms, values, ROUNDING_FLOOR * sizes, ROUNDING_FLOOR * hidden, strict=True):
        reach = float(np.square(1 + 2 * np.abs(flat).sum(axis=0)).max())
        if np.abs(_at(form, flat) - value).max() <= rounding + blur * reach:
            bound = quadratic(*form[1:], draws, share)
            bounds.append(Bound(bound.kind, bound.radius + blur * unit, bound.reason))
        else:
            bounds.append(none("the integrand is no quadratic form of the noise"))
    return bounds


def in_statistics(rows: Rows, drawn: Any, plus: Any, minus: Any, *, draws: int, level: float) -> Bound:
    """Bound the mean of one row, linear in the statistics with the difference of two natural parameters."""
    coefficients = tuple(float(a) - float(b) for a, b in zip(plus.natural(), minus.natural(), strict=True))
    z = drawn.draw(np.random.Generator(np.random.PCG64(0)), TRIED)
    with np.errstate(all="ignore"):
        values, size = rows(z, TRIED)
        linear, reach = added([c * t for c, t in zip(coefficients, drawn.statistics(z), strict=True)], TRIED)
    if not np.ptp(values[0] - linear) <= ROUNDING_FLOOR * (float(size[0]) + reach):
        return none("the integrand is not linear in the statistics")
    return chernoff(drawn, coefficients, draws, level)


Form = tuple[FloatArray, FloatArray, FloatArray]


def _forms(rows: Rows, size: int, vector: bool) -> tuple[list[Form], FloatArray]:
    """Return (c, b, A) of every row, and Σ|terms| over all places at which it was evaluated."""
    unit = np.eye(size)
    pairs = [unit[i] + unit[j] for i in range(size) for j in range(i)]
    places = np.array([np.zeros(size), *unit, *-unit, *pairs]).T
    values, sizes = rows(places if vector else places[0], places.shape[1])
    forms = []
    for zero, *others in values:
        up, down, both = np.split(np.array(others), [size, 2 * size])
        curvature = np.zeros((size, size))
        curvature[np.tril_indices(size, -1)] = both - np.array([up[i] + up[j] for i in range(size) for j in range(i)])
        curvature[np.tril_indices(size, -1)] += zero
        curvature += curvature.T + np.diag(up + down - 2 * zero)
        forms.append((zero, (up - down) / 2, curvature))
    return forms, sizes


def _at(form: Form, places: FloatArray) -> FloatArray:
    constant, linear, curvature = form
    values: FloatArray = constant + linear @ places + np.einsum("in,ij,jn->n", places, curvature, places) / 2
    return values
