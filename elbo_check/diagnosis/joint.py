"""Names the slip behind a refuted claim about two full Gaussians: q and p exchanged, or a constant factor."""

from __future__ import annotations

from .. import closed_forms
from ..densities.multivariate_normal import MultivariateNormal
from ..judge.claims import Claims
from ..question import Settings
from ..verdict import Finding
from .look import COINCIDENCE, NEAR, ROUNDING_UNITS
from .readings import EXCHANGED, SLIPS

__all__ = ["explain_joint"]


def explain_joint(
    q: MultivariateNormal, p: MultivariateNormal, claims: Claims, own: float, settings: Settings
) -> tuple[Finding, ...]:
    """Return a finding for every slip that reproduces the claim."""
    claim = float(claims.value[0])
    near = max(settings.tol, NEAR)

    def met(value: float, size: float) -> bool:
        allowed = max(near * abs(value), ROUNDING_UNITS * claims.epsilon * size)
        return abs(claim - value) <= allowed <= COINCIDENCE * abs(value)

    found = []
    if met(closed_forms.multivariate_normal_kl(p, q), closed_forms.multivariate_magnitude(p, q)):
        found.append(Finding("exchanged", f"the claim would be right {EXCHANGED}", "error"))
    slips = SLIPS | {1 / q.dimension: "divided by the number of coordinates"}
    for factor, words in slips.items():
        if factor != 1.0 and met(factor * own, abs(factor) * float(claims.size[0])):
            message = f"the claim is {factor:.6g} times the truth: {words}"
            found.append(Finding("constant-factor", message, "error", details={"factor": factor}))
    return tuple(found)
