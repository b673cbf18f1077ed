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
from .world import World

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
        if self.kind not in KINDS:
            raise InputError("second", self.kind, f"one of {', '.join(KINDS)}", "name what your second parameter holds")

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

    def sigma_float(self) -> NDArray[np.float64]:
        """Return σ rounded to float64 (0 or inf where it leaves the range): for display and rough sizes only."""
        from .world import numpy_world

        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(self.sigma(self.values, numpy_world()), dtype=np.float64)


def log_ratio(q: Scale, p: Scale) -> NDArray[np.float64]:
    """Return log(σq/σp) in float64, from differences of the held numbers wherever their kinds allow."""
    from .world import numpy_world

    world = numpy_world()
    if q.is_log and p.is_log:
        if q.kind == p.kind:
            return np.asarray((q.values - p.values) / q.power)
        return np.asarray(q.values / q.power - p.values / p.power)
    if q.kind == p.kind:
        with np.errstate(all="ignore"):
            quotient = q.values / p.values
            direct = np.log(quotient) / q.power
            apart = (np.log(q.values) - np.log(p.values)) / q.power
        in_range = (quotient > np.finfo(np.float64).tiny) & np.isfinite(quotient)
        return np.where(in_range, direct, apart)
    return np.asarray(q.log_sigma(q.values, world) - p.log_sigma(p.values, world))


def ratio(q: Scale, p: Scale) -> NDArray[np.float64]:
    """Return σq/σp in float64 (0 or inf where it leaves the range)."""
    with np.errstate(all="ignore"):
        if q.kind == p.kind and not q.is_log:
            return np.asarray(np.sqrt(q.values) / np.sqrt(p.values) if q.power == 2 else q.values / p.values)
        return np.asarray(np.exp(log_ratio(q, p)))
