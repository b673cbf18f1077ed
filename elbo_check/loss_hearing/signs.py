"""Which sign an objective has by its name: an ELBO is maximised, a loss minimised, and `step` may be either."""

from __future__ import annotations

import re

from .calls import Asked

__all__ = ["is_maximised", "is_minimised"]

_LOSS = re.compile(r"loss|cost|criterion|nll")
_ENERGY = re.compile(r"energy|vfe|upper")
_BOUND = re.compile(r"elbo|vlb|evidence|bound(?!ar|ed)")
_NEGATIVE = re.compile(r"neg|minus|\bnelbo|_nelbo")


def is_maximised(call: Asked) -> bool:
    """Whether what is judged is called a bound, and not its negative, by its output or by its function."""
    return _sign(call) < 0


def is_minimised(call: Asked) -> bool:
    """Whether what is judged is called a loss; neither this nor a bound is a name that does not say."""
    return _sign(call) > 0


def _sign(call: Asked) -> int:
    names = (call.output, call.function.name, call.function.built[1])
    return next((sign for name in names if (sign := sign_told(name))), 0)


def sign_told(name: str) -> int:
    """Return 1 for the name of what is minimised, −1 for that of what is maximised, 0 for one that does not say.

    >>> [sign_told(name) for name in ("ELBO", "vlb", "gaussianELBO", "negative_free_energy")]
    [-1, -1, -1, -1]
    >>> [sign_told(name) for name in ("neg_elbo", "nelbo", "elbo_loss", "free_energy", "upper_bound", "negative")]
    [1, 1, 1, 1, 1, 1]
    >>> [sign_told(name) for name in ("step", "boundary", "")]
    [0, 0, 0]
    """
    told = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    if _LOSS.search(told):
        return 1
    own = 1 if _ENERGY.search(told) else -1 if _BOUND.search(told) else 0
    return (-own or 1) if _NEGATIVE.search(told) else own
