"""From a model with a latent of one dimension to what a witness is shown of it."""

from __future__ import annotations

from typing import Any

from ..densities.spaces import REAL, Space
from ..densities.world import World
from ..errors import WitnessError
from ..witnesses.line import Line, LogDensity

__all__ = ["along", "line"]


def line(model: Any, x: Any, q: Any, world: World) -> Line:
    """Return q and the joint density of `model` at x along the coordinate u, with numbers of `world` (as q's are).

    Raises `WitnessError` where the latent has more than one dimension. A model without a method `margin` lends none.
    """
    if not isinstance(q.space, Space):
        raise WitnessError(f"{q.space.name} have no single coordinate to integrate along")
    prior = model.prior(x, world)

    def log_joint(z: Any, read: World) -> tuple[Any, ...]:
        return *along(prior)(z, read), *model.log_likelihood(x, z, read)

    margin = model.margin(x, q) if hasattr(model, "margin") else None
    return Line(q.space, along(q), log_joint, q.bulk(), margin)


def along(density: Any) -> LogDensity:
    """Return the log-density of u: on the real line, where u is the number itself, it is the density's own."""
    lent: LogDensity = density.log_density if density.space is REAL else density.log_density_along
    return lent
