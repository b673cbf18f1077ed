"""The normal density N(mu, sigma²), scalar or batched: a diagonal Gaussian over the last axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import Reals, broadcast_shape, reals
from ..errors import InputError
from . import scale as scales
from .scale import Scale
from .standard import Seen
from .world import World, numpy_world

NAMES = ("mu", "sigma", "second")

__all__ = ["Normal", "log_ratio_terms", "normal_log_density_terms", "standard_coordinates"]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Normal:
    """The density of independent normals, coordinates along the last axis.

    log N(z; μ, σ²) = −((z − μ)/σ)²/2 − log σ − ½ log 2π, in nats.

    `mu` and `sigma` broadcast to shape (…, J); scalars make a single normal. `second` says what the second
    number holds: "sigma" (default), "variance", "log_sigma" or "log_variance"; it is never converted, so that
    nothing is lost near the edges. Raises `InputError` for a sigma that is not positive, or is not finite.

    >>> Normal(0.0, 2.0).log_density(0.0)
    np.float64(-1.612085713764618)

    Source: any text on probability, for example Bishop (2006), Pattern Recognition and Machine Learning, (1.46).
    """

    mu: NDArray[np.float64]
    scale: Scale

    def __init__(self, mu: Any, sigma: Any, *, second: str = "sigma", names: tuple[str, str, str] = NAMES) -> None:
        location, spread = reals(names[0], mu), reals(names[1], sigma)
        if not (issubclass(type(second), str) and second in scales.KINDS):
            raise InputError(
                names[2], second, f"one of {', '.join(scales.KINDS)}", "name what your second parameter holds"
            )
        scale = Scale(spread.values, second)
        if not scale.is_log:
            _require_positive(names[1], spread)
        shape = broadcast_shape(**{names[0]: location.values.shape, names[1]: spread.values.shape})
        object.__setattr__(self, "mu", np.broadcast_to(location.values, shape))
        object.__setattr__(self, "scale", Scale(np.broadcast_to(spread.values, shape), second))

    @property
    def shape(self) -> tuple[int, ...]:
        """The common shape (…, J) of the parameters."""
        return self.mu.shape

    @property
    def size(self) -> int:
        """The number of scalar normals held."""
        return int(self.mu.size)

    def broadcast_to(self, shape: tuple[int, ...]) -> Normal:
        """Return the same normals spread over `shape`, without copying."""
        return self._with(np.broadcast_to(self.mu, shape), np.broadcast_to(self.scale.values, shape))

    def flat(self) -> Normal:
        """Return the normals as one flat row."""
        return self._with(self.mu.reshape(-1), self.scale.values.reshape(-1))

    def take(self, index: NDArray[np.intp] | slice) -> Normal:
        """Return the normals at `index` of the first axis."""
        return self._with(self.mu[index], self.scale.values[index])

    def log_density(self, z: Any) -> Any:
        """Return log N(z; mu, sigma²) elementwise in float64, nats."""
        world = numpy_world()
        with np.errstate(all="ignore"):  # far out, where the density is 0, its logarithm is −inf
            residual = self.scale.divide(np.asarray(z, dtype=np.float64) - self.mu)
            terms = normal_log_density_terms(residual, self.scale.log_sigma(self.scale.values, world), world)
            return sum(terms[1:], start=terms[0])

    def seen_from(self, q: Normal) -> Seen:
        """Return these normals (as p) in the standard coordinates ε of q, z = μq + σq ε, in float64."""
        with np.errstate(all="ignore"):
            offset = self.scale.divide(q.mu - self.mu)
        return Seen(offset, scales.ratio(q.scale, self.scale), scales.log_ratio(q.scale, self.scale))

    def _with(self, mu: NDArray[np.float64], values: NDArray[np.float64]) -> Normal:
        made = object.__new__(Normal)
        object.__setattr__(made, "mu", mu)
        object.__setattr__(made, "scale", Scale(values, self.scale.kind))
        return made


def normal_log_density_terms(residual: Any, log_scale: Any, world: World) -> tuple[Any, Any, Any]:
    """The log-density of a normal, written once: the terms whose sum it is.

    `residual` is (z − centre)/scale, in any coordinates in which `log_scale` is the logarithm of the scale.
    """
    return -world.half * residual * residual, -log_scale, -world.half * world.log_two_pi()


def log_ratio_terms(epsilon: Any, residual: Any, log_ratio: Any, world: World) -> tuple[Any, Any, Any]:
    """Return (log q's quadratic term, log p's, the constant): log q/p at z = μq + σq ε is first − second + third.

    Both densities are read from the one formula above, q in its own coordinates and p through its residual there.
    """
    own = normal_log_density_terms(epsilon, 0, world)
    other = normal_log_density_terms(residual, -log_ratio, world)
    return own[0], other[0], (own[1] - other[1]) + (own[2] - other[2])


def standard_coordinates(
    mean_q: Any, held_q: Any, scale_q: Scale, mean_p: Any, held_p: Any, scale_p: Scale, world: World
) -> Seen:
    """Return p in q's standard coordinates for single numbers of an exact world (balls, SymPy)."""
    sigma_q, sigma_p = scale_q.sigma(held_q, world), scale_p.sigma(held_p, world)
    ratio = sigma_q / sigma_p
    if scale_q.is_log or scale_p.is_log:
        log_ratio = scale_q.log_sigma(held_q, world) - scale_p.log_sigma(held_p, world)
    else:
        log_ratio = world.log(ratio)
    return Seen((mean_q - mean_p) / sigma_p, ratio, log_ratio)


def _require_positive(argument: str, spread: Reals) -> None:
    positive = spread.values > 0
    if positive.all():
        return
    place = tuple(int(i) for i in np.unravel_index(int(np.argmin(positive)), positive.shape))
    where = f"{argument}[{', '.join(map(str, place))}]" if place else argument
    remedy = "for a log-variance pass second='log_variance'; for a log standard deviation second='log_sigma'"
    raise InputError(where, float(spread.values[place]), "> 0", remedy)
