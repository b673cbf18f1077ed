"""The divergence of two scalar normals, elementwise, accurate to the last digits of float64.

The textbook form loses everything to cancellation near q = p; `parts` does not. The few elements whose
intermediate results leave the range of float64 are computed in balls, one by one.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import Reals, broadcast_shape, reals
from ..densities import Normal
from ..densities.normal import standard_coordinates
from ..densities.scale import log_ratio
from ..densities.world import ball_world, numpy_world
from .certain import certain_float
from .parts import LOCATION_PART, SCALE_PART, difference, log_part, log_variance

__all__ = ["gaussian_kl", "normal_kl", "textbook_magnitude"]

FloatArray = NDArray[np.float64]

HOPELESS_LOG_SQUARE = 712.0  # ½ exp(712) exceeds the largest float by a factor of 5
CHUNK = 8192  # elements: the dozen arrays at work fit the cache


def gaussian_kl(mu: Any, sigma: Any, prior_mu: Any = 0.0, prior_sigma: Any = 1.0) -> Any:
    """Return KL(N(mu, sigma²) ‖ N(prior_mu, prior_sigma²)) elementwise, in nats, right to 4 units of 2⁻⁵².

    KL = log(σp/σq) + (σq² + (μq − μp)²)/(2σp²) − ½. The arguments broadcast. For all finite inputs the relative
    error is ≤ 4 · 2⁻⁵² (one step where the result is subnormal), the result is never negative, 0 where q = p, and
    inf only where the true value exceeds the largest float. It comes in the floating dtype of the inputs, at the
    accuracy of that dtype (Python numbers do not count, integers count as float64, bfloat16 as float32), though
    computed in float64; scalars give a NumPy scalar.

    >>> gaussian_kl(0.5, 0.7)
    np.float64(0.22667494393873241)
    >>> gaussian_kl([0.0, 1.0], [1.0, 1.0 + 2**-30], prior_mu=[0.0, 1.0])
    array([0.00000000e+00, 8.67361738e-19])

    Raises `InputError` for a sigma that is not positive and for anything that is not a finite real number,
    `ShapeError` for shapes that do not broadcast.

    Source: Kullback & Leibler (1951), On information and sufficiency, Ann. Math. Statist. 22; the case of the
    standard prior: Kingma & Welling (2014), Auto-encoding variational Bayes, appendix B.
    """
    given = {"mu": mu, "sigma": sigma, "prior_mu": prior_mu, "prior_sigma": prior_sigma}
    held = {name: reals(name, value) for name, value in given.items()}
    broadcast_shape(**{name: each.values.shape for name, each in held.items()})
    q = Normal(held["mu"].values, held["sigma"].values)
    p = Normal(held["prior_mu"].values, held["prior_sigma"].values, names=("prior_mu", "prior_sigma", ""))
    strong = [held[name] for name, value in given.items() if type(value) not in (int, float)]
    with np.errstate(all="ignore"):
        return normal_kl(q, p).astype(_common_dtype(strong), copy=False)[()]


def normal_kl(q: Normal, p: Normal) -> FloatArray:
    """Return KL(q ‖ p) elementwise in float64 nats, computed from the numbers held in whichever kind they are.

    The shape is the common one of q and p. The relative error is ≤ 4 · 2⁻⁵² where both hold "sigma"; for the other
    kinds the worst ever measured is 3.3 · 2⁻⁵². Where the kinds differ the logarithms are compared, to 212 bits (a
    few microseconds for each distinct sigma or variance).

    >>> normal_kl(Normal(0.0, 1e-12, second="log_variance"), Normal(0.0, 1.0))
    array(2.5e-25)

    Raises `ShapeError` if the shapes do not broadcast.

    Source: as for `gaussian_kl`.
    """
    shape = broadcast_shape(q=q.shape, p=p.shape)
    q, p = q.broadcast_to(shape), p.broadcast_to(shape)
    with np.errstate(all="ignore"):
        value = _one_kind(q, p) if q.scale.kind == p.scale.kind else _mixed_kinds(q, p)
        return _mended(value, q, p)


def textbook_magnitude(q: Normal, p: Normal) -> FloatArray:
    """Return C = |log(σp/σq)| + σq²/(2σp²) + (μq − μp)²/(2σp²) + ½ elementwise, to about 12 digits.

    The sum of the sizes of the textbook formula's terms: eps·C is what rounding costs whoever evaluates it as it
    stands. The shape is the common one of q and p; C is never below ½, and inf only where it has no float.

    >>> textbook_magnitude(Normal([0.0, 3.0], 1.0), Normal(0.0, 1.0))
    array([1. , 5.5])

    Raises `ShapeError` if the shapes do not broadcast.

    Source: Higham (2002), Accuracy and Stability of Numerical Algorithms, section 4.2 (rounding in sums).
    """
    shape = broadcast_shape(q=q.shape, p=p.shape)
    q, p = q.broadcast_to(shape), p.broadcast_to(shape)
    with np.errstate(all="ignore"):
        log_scales = log_ratio(q.scale, p.scale)
        squares = np.exp(2 * log_scales - np.log(2)) + np.exp(2 * _log_offset(q, p) - np.log(2))
    return np.asarray(np.abs(log_scales) + squares + 0.5)


def _common_dtype(strong: list[Reals]) -> np.dtype[Any]:
    """Return the floating dtype in which arguments of these dtypes meet; float64 if there are none."""
    dtypes = [np.dtype("float32" if each.dtype == "bfloat16" else each.dtype) for each in strong]
    floating = [dtype if dtype.kind == "f" else np.dtype(np.float64) for dtype in dtypes]
    return np.result_type(*(floating or [np.dtype(np.float64)]))


def _one_kind(q: Normal, p: Normal) -> FloatArray:
    """Evaluate normals of one kind in pieces that fit the cache; broadcast arrays are not copied."""
    location_part, scale_part = LOCATION_PART[p.scale.kind], SCALE_PART[p.scale.kind]
    value = np.empty(q.shape)
    arrays = [q.mu, q.scale.values, p.mu, p.scale.values, value]
    flags: Any = [["readonly"]] * 4 + [["writeonly"]]
    with np.nditer(arrays, ["external_loop", "buffered"], flags, buffersize=CHUNK) as pieces:
        for mu, held, prior_mu, prior_held, out in pieces:
            out[...] = location_part(mu - prior_mu, prior_held) + scale_part(held, prior_held)
    return value


def _mixed_kinds(q: Normal, p: Normal) -> FloatArray:
    """Evaluate normals of different kinds: the centres in p's own kind, the scales as logarithms."""
    scales = log_part(*difference(log_variance(q.scale), log_variance(p.scale)))
    return np.asarray(LOCATION_PART[p.scale.kind](q.mu - p.mu, p.scale.values) + scales)


def _mended(value: FloatArray, q: Normal, p: Normal) -> FloatArray:
    """Replace what left the range of float64, on the way or in the end, by certain numbers."""
    suspects = np.flatnonzero(~np.isfinite(value))
    if suspects.size == 0:
        return value
    q, p = q.flat().take(suspects), p.flat().take(suspects)
    hopeless = 2 * np.maximum(_log_offset(q, p), _log_sigma(q) - _log_sigma(p)) > HOPELESS_LOG_SQUARE
    certain = np.full(suspects.shape, np.inf)
    for i in np.flatnonzero(~hopeless):
        question = f"the divergence of element {suspects[i]}"
        certain[i] = certain_float(question, functools.partial(_ball, q, p, int(i)))
    value.reshape(-1)[suspects] = certain
    return value


def _ball(q: Normal, p: Normal, position: int) -> Any:
    """Enclose ½(offset² + ratio² − 1) − log ratio at one position, at the precision of the moment."""
    world = ball_world()
    mean_q, mean_p = world.exact(q.mu[position]), world.exact(p.mu[position])
    held_q, held_p = world.exact(q.scale.values[position]), world.exact(p.scale.values[position])
    seen = standard_coordinates(mean_q, held_q, q.scale, mean_p, held_p, p.scale, world)
    return (seen.offset**2 + seen.ratio**2 - 1) / 2 - seen.log_ratio


def _log_offset(q: Normal, p: Normal) -> FloatArray:
    """Return log(|μq − μp|/σp); halved first, so that the difference does not overflow."""
    return np.asarray(np.log(np.abs(q.mu / 2 - p.mu / 2)) + np.log(2) - _log_sigma(p))


def _log_sigma(density: Normal) -> FloatArray:
    return np.asarray(density.scale.log_sigma(density.scale.values, numpy_world()))
