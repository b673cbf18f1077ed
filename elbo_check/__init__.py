"""Settle with evidence whether a KL divergence or an ELBO is right.

>>> import elbo_check
>>> verdict = elbo_check.verify_kl(0.5, 0.7)
>>> verdict.outcome
<Outcome.PROVED: 'proved'>

Names are loaded when they are first used: importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import errors as errors
from .version import __version__

if TYPE_CHECKING:
    from .api import verify_divergence, verify_elbo, verify_kl
    from .api_loss import verify_loss
    from .catalogue import derivations, derive
    from .closed_forms import gaussian_kl, multivariate_gaussian_kl
    from .densities import MultivariateNormal, Normal
    from .evidence import Absence, Basis, Estimate
    from .loss_verdict import Diagnosis, Mistake
    from .losses import BernoulliDecoder, GaussianDecoder, vae_loss, vae_loss_gradient
    from .verdict import Finding, Outcome, Verdict

__all__ = [
    "Absence",
    "Basis",
    "BernoulliDecoder",
    "Diagnosis",
    "Estimate",
    "Finding",
    "GaussianDecoder",
    "Mistake",
    "MultivariateNormal",
    "Normal",
    "Outcome",
    "Verdict",
    "__version__",
    "derivations",
    "derive",
    "gaussian_kl",
    "multivariate_gaussian_kl",
    "vae_loss",
    "vae_loss_gradient",
    "verify_divergence",
    "verify_elbo",
    "verify_kl",
    "verify_loss",
]

_ROOMS = {
    "Absence": "evidence",
    "Basis": "evidence",
    "BernoulliDecoder": "losses",
    "Diagnosis": "loss_verdict",
    "Estimate": "evidence",
    "Finding": "verdict",
    "GaussianDecoder": "losses",
    "Mistake": "loss_verdict",
    "MultivariateNormal": "densities",
    "Normal": "densities",
    "Outcome": "verdict",
    "Verdict": "verdict",
    "derivations": "catalogue",
    "derive": "catalogue",
    "gaussian_kl": "closed_forms",
    "multivariate_gaussian_kl": "closed_forms",
    "vae_loss": "losses",
    "vae_loss_gradient": "losses",
    "verify_divergence": "api",
    "verify_elbo": "api",
    "verify_kl": "api",
    "verify_loss": "api_loss",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{_ROOMS[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
