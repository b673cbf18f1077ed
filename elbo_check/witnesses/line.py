"""A model whose latent has one dimension, as a witness sees it: two log-densities along the coordinate u.

A line lends facts about its densities, never a divergence. Its callables hold their numbers in the world in which they
will be asked: NumPy for quadrature, balls for enclosures (a point is then made of real or of complex balls; constants
may stay real).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..densities.spaces import Space
from ..densities.world import World
from ..evidence import Absence, Estimate

__all__ = ["Along", "Line", "LogDensity", "Measured", "common_margin"]

Terms = tuple[Any, ...]
LogDensity = Callable[[Any, World], Terms]


class Along(NamedTuple):
    """At one u: the terms of ℓ_q and those of ℓ_1."""

    log_q: Terms
    log_joint: Terms


class Measured(NamedTuple):
    """What a witness says of one line, in nats, each an estimate or the reason why there is none.

    elbo = ∫ q (log p(x, z) − log q), log_evidence = log ∫ p(x, z), eubo = ∫ p(z|x) (log p(x, z) − log q),
    gap = log_evidence − elbo = KL(q‖p(z|x)).
    """

    elbo: Estimate | Absence
    log_evidence: Estimate | Absence
    eubo: Estimate | Absence
    gap: Estimate | Absence


@dataclass(frozen=True, slots=True)
class Line:
    """The density q and the joint density z ↦ p(x, z) on a space of one dimension, both as densities of u.

    `log_q` and `log_joint` return, at a point z, the terms of ℓ_q = log q + log |dz/du| and ℓ_1 = log p(x, z) +
    log |dz/du|. The Jacobian is theirs to add because it merges: α log θ is one number in balls, (α − 1) log θ and
    log θ beside it are two, which no longer know that they nearly cancel.

    `bulk` is centre and scale of q in u, roughly: it only says where to look first. `margin` lends the fact that as
    functions of u ℓ_q, ℓ_1, (1 + κ) ℓ_q − κ ℓ_1 and (1 + κ) ℓ_1 − κ ℓ_q are all concave for κ = `margin`, 0 < κ ≤ 1.
    Where the second derivatives satisfy c ≤ ℓ_q″/ℓ_1″ ≤ 1/c with 0 < c ≤ 1, every κ ≤ c does. None lends nothing: no
    tail is then proved.
    """

    space: Space
    log_q: LogDensity
    log_joint: LogDensity
    bulk: tuple[float, float]
    margin: float | None = None

    def along(self, u: Any, world: World) -> Along:
        """Return both log-densities at the point whose coordinate is u."""
        z = self.space.point(u, world)
        return Along(self.log_q(z, world), self.log_joint(z, world))


def common_margin(q: Sequence[float], joint: Sequence[float]) -> float:
    """Return a margin for two members of one family with these positive curvature parameters, one by one.

    If ℓ″ = −Σ aᵢ hᵢ(u) with hᵢ ≥ 0, then (1 + κ) a_q − κ a_1 ≥ 0 for every i suffices; half the smallest ratio leaves
    either mixture at least half of its own slope. Beta in u = logit θ: a = (α, β); gamma in u = log z: (shape, rate),
    where the shape only gives the slope; normal: (precision,).

    >>> common_margin((2.0, 3.0), (4.0, 3.0))
    0.25
    """
    pairs = zip(q, joint, strict=True)
    return 0.5 * min(1.0, *(min(a / b, b / a) for a, b in pairs))
