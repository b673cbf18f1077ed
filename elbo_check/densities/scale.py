"""A scale in the parameter its owner holds: sigma, variance, log sigma or log variance.

Converting log σ² to σ in float64 moves a KL of 2.5e-25 by 2e-4 relative (at log σ² = 1e-12), so every reading
starts from the owner's own number: log-scales and ratios are formed before anything else rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .world import World, numpy_world

__all__ = ["KINDS", "Scale", "log_ratio", "ratio"]

# kind -> (is the number already a logarithm?, its power of sigma)
KINDS: dict[str, tuple[bool, int]] = {
    "sigma": (False, 1),
    "variance": (False, 2),
    "log_sigma": (True, 1),
    "log_variance": (True, 2),
}


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Positive scales σ, held as `values` of the stated `kind`; σ itself is never rounded to float64.

    >>> Scale(np.array([4.0]), "variance").sigma_float()
    array([2.])
    """

    values: NDArray[np.float64]
    kind: str = "sigma"

    def __post_init__(self) -> None:
        kind: Any = self.kind
        if not (issubclass(type(kind), str) and kind in KINDS):
            raise InputError("second", kind, f"one of {', '.join(KINDS)}", "name what your second parameter holds")

    @property
    def is_log(self) -> bool:
        """Whether the held number is a logarithm."""
        return KINDS[self.kind][0]

    @property
    def power(self) -> int:
        """The power of σ that is held, or whose logarithm is."""
        return KINDS[self.kind][1]

    def sigma(self, value: Any, world: World) -> Any:
        """Read one held number (already of `world`) as σ."""
        root = world.exp(value / self.power) if self.is_log else value
        return world.sqrt(root) if self.power == 2 and not self.is_log else root

    def log_sigma(self, value: Any, world: World) -> Any:
        """Read one held number (already of `world`) as log σ."""
        return (value if self.is_log else world.log(value)) / self.power

    def divide(self, difference: Any) -> Any:
        """Return difference/σ in float64; a log-scale divides in two steps, so that σ itself may leave the range."""
        with np.errstate(all="ignore"):
            if not self.is_log:
                return difference / self.sigma(self.values, numpy_world())
            root = self.root()
            return np.where(difference == 0, 0.0, difference / root / root)

    def root(self) -> Any:
        """Return √σ in float64: in range, and as accurate as any float, wherever |log σ| < 1400."""
        if self.is_log:
            return np.exp(self.values / (2 * self.power))
        return np.sqrt(self.sigma(self.values, numpy_world()))

    def sigma_float(self) -> NDArray[np.float64]:
        """Return σ rounded to float64 (0 or inf where it leaves the range): for display and rough sizes only."""
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(self.sigma(self.values, numpy_world()), dtype=np.float64)


def log_ratio(q: Scale, p: Scale) -> NDArray[np.float64]:
    """Return log(σq/σp) in float64, from the difference or the quotient of the held numbers where their kinds allow."""
    with np.errstate(all="ignore"):
        if q.is_log and p.is_log:
            return np.asarray(_difference(q, p)[0])
        if q.kind == p.kind:
            quotient, power = q.values / p.values, q.power
        else:
            quotient, power = ratio(q, p), 1
        apart = q.log_sigma(q.values, numpy_world()) - p.log_sigma(p.values, numpy_world())
        in_range = (quotient > np.finfo(np.float64).tiny) & np.isfinite(quotient)
        return np.asarray(np.where(in_range, np.log(quotient) / power, apart))


def ratio(q: Scale, p: Scale) -> NDArray[np.float64]:
    """Return σq/σp in float64 (0 or inf where it leaves the range), accurate to a few units of 2.2e-16."""
    with np.errstate(all="ignore"):
        if q.is_log and p.is_log:
            difference, rest = _difference(q, p)
            return np.asarray(np.exp(difference) * (1 + np.where(np.isfinite(rest), rest, 0.0)))
        if not (q.is_log or p.is_log):
            return np.asarray(q.sigma(q.values, numpy_world()) / p.sigma(p.values, numpy_world()))
        root = q.root() / p.root()
        return np.asarray(root * root)


def _difference(q: Scale, p: Scale) -> tuple[Any, Any]:
    """Return log σq − log σp, and what its rounding left out: half a unit of 700 would move the ratio by 256 units."""
    a, b = q.values / q.power, p.values / p.power
    difference = a - b
    shadow = difference - a
    return difference, (a - (difference - shadow)) - (b + shadow)
