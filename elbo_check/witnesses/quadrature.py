"""SciPy quadrature of the defining integral: Gauss–Hermite on every element, tanh–sinh on chosen ones.

A heuristic witness: it may agree, or object in a note, and never decides. Its error is the routine's own guess plus
the rounding floor 16·eps·Σ|terms|, without which tanh–sinh reports success 30–60 times too narrow near q = p.
"""

from __future__ import annotations

import functools
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.normal import log_ratio_terms, normal_log_density_terms
from ..densities.standard import Seen
from ..densities.world import numpy_world
from ..evidence import Basis, Elementwise

__all__ = ["ROUNDING_FLOOR", "gauss_hermite", "tanh_sinh"]

ORDERS = (6, 11)
BLOCK = 8192
ROUNDING_FLOOR = 16 * 2.0**-52
# φ(12) = 2e-32: what lies beyond is far below the floor.
REACH = 12.0
# Two coarse levels may agree by chance (on the whole line one element in 500 did: error 3e-10, guessed 8e-16).
LEAST_LEVEL = 5


def gauss_hermite(seen: Seen) -> Elementwise:
    """Return E_q[log q − log p] for every element by Gauss–Hermite rules with 6 and with 11 nodes.

    Both rules are exact in principle for a quadratic log-ratio, so that their difference guesses the error. Entries
    whose arithmetic leaves the float64 range are nan: no answer.
    """
    for order in ORDERS:
        _hermite(order)  # loads SciPy the first time, which is not this answer's time
    started = time.perf_counter()
    value, error = np.empty(seen.offset.shape), np.empty(seen.offset.shape)
    with np.errstate(all="ignore"):
        for start in range(0, len(value), BLOCK):
            part = slice(start, start + BLOCK)
            block = Seen(seen.offset[part], seen.ratio[part], seen.log_ratio[part], seen.blur)
            (coarse, _), (fine, size) = (_rule(block, order) for order in ORDERS)
            value[part], error[part] = fine, np.abs(fine - coarse) + ROUNDING_FLOOR * size
    return Elementwise("gauss-hermite", *_answers(value, error), Basis.HEURISTIC, None, time.perf_counter() - started)


def tanh_sinh(seen: Seen, index: NDArray[np.intp]) -> Elementwise:
    """Return ∫ φ(ε) [log q − log p] dε for the elements in `index` by SciPy's tanh–sinh rule over |ε| ≤ 12.

    Entries for which the routine does not report convergence are nan: it refuses to answer there.
    """
    from scipy.integrate import tanhsinh

    started = time.perf_counter()
    parameters = (seen.offset[index], seen.ratio[index], seen.log_ratio[index])
    with np.errstate(all="ignore"):
        answer = tanhsinh(_integrand, -REACH, REACH, args=parameters, rtol=1e-13, atol=2.0**-52, minlevel=LEAST_LEVEL)
        _, size = _rule(Seen(*parameters, seen.blur), ORDERS[-1])
    value = np.where(answer.success, answer.integral, np.nan)
    error = answer.error + ROUNDING_FLOOR * size
    seconds = time.perf_counter() - started
    return Elementwise("tanh-sinh", *_answers(value, error), Basis.HEURISTIC, index, seconds)


def _rule(seen: Seen, order: int) -> tuple[Any, Any]:
    """Return the Gauss–Hermite mean of the log-ratio and of the absolute size of its terms (times their blur)."""
    total, size = np.zeros(seen.offset.shape), np.zeros(seen.offset.shape)
    for node, weight in zip(*_hermite(order), strict=True):
        own, other, constant = log_ratio_terms(node, seen.residual(node), seen.log_ratio, numpy_world())
        total += weight * (own - other + constant)
        size += weight * (abs(own) + np.abs(other) + np.abs(constant))
    return total, size * seen.blur


@functools.cache
def _hermite(order: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return nodes and weights of the rule for the standard normal density."""
    from scipy.special import roots_hermitenorm

    nodes, weights = roots_hermitenorm(order)
    return tuple(nodes.tolist()), tuple((weights / weights.sum()).tolist())


def _integrand(epsilon: Any, offset: Any, ratio: Any, log_ratio: Any) -> Any:
    own, other, constant = log_ratio_terms(epsilon, offset + ratio * epsilon, log_ratio, numpy_world())
    density = np.exp(sum(normal_log_density_terms(epsilon, 0.0, numpy_world())))
    return density * (own - other + constant)


def _answers(value: NDArray[np.float64], error: NDArray[np.float64]) -> tuple[Any, Any]:
    finite = np.isfinite(value) & np.isfinite(error)
    return np.where(finite, value, np.nan), np.where(finite, error, np.nan)
