"""The table of names: what a column or a key may be called, and what it then holds.

Names are compared in lower case and without `-`, `_`, `.` and spaces; `²` is `2`. `prior` or `p`, before or behind,
marks the second Gaussian of the KL; `posterior`, `z` or `q` the first. What is not in the table is an error, never
ignored: a misspelt `prior_sgima` must not turn into a prior of 1.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass

__all__ = ["ACCEPTED", "BOOK_KEEPING", "KINDS", "ROLES", "Meaning", "folded", "meaning", "nearest"]

KINDS = ("sigma", "variance", "log_sigma", "log_variance")
ROLES = ("mu", "second", "claim", "prior_mu", "prior_second")
ACCEPTED = "mu, mean; sigma, std, variance, var, log_sigma, logvar; kl; prior_mu, prior_sigma, prior_logvar"

_LOCATIONS = "mu mean loc location μ"
_SECONDS = {
    "sigma": "sigma std stddev stdev sd scale standard_deviation σ",
    "variance": "variance var sigma2 sigma^2 sigma**2 sigma_sq sigma_squared σ2",
    "log_sigma": "log_sigma log_std log_stddev log_stdev log_sd log_scale ln_sigma logσ",
    "log_variance": "log_variance log_var ln_var log_sigma2 log_sigma^2 log_sigma_sq log_sigma_squared logσ2",
}
_CLAIMS = "kl kld kl_div kl_divergence kl_loss kl_claim claim"
_FIRST, _SECOND = ("z", "q", "posterior"), ("prior", "p")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: one of `ROLES`, and for a second parameter what it holds, one of `KINDS`."""

    role: str
    kind: str | None = None


def folded(name: str) -> str:
    """Return a name as it is compared.

    >>> folded(" Log-σ² ")
    'logσ2'
    """
    return re.sub(r"[-_.\s]", "", unicodedata.normalize("NFKC", name).casefold())


def meaning(name: str) -> Meaning | None:
    """Return what a name stands for, or None.

    >>> meaning("z_log_var")
    Meaning(role='second', kind='log_variance')
    """
    return _MEANINGS.get(folded(name))


def nearest(name: str) -> str | None:
    """Return the known name most like an unknown one, or None.

    >>> nearest("Sgima")
    'sigma'
    """
    close = difflib.get_close_matches(folded(name)[:40], _MEANINGS, n=1, cutoff=0.7)
    return close[0] if close else None


def _meanings() -> dict[str, Meaning]:
    """Every folded name, marked or not, and its meaning."""
    held = [(folded(name), Meaning("mu")) for name in _LOCATIONS.split()]
    held += [(folded(name), Meaning("second", kind)) for kind, names in _SECONDS.items() for name in names.split()]
    table = {folded(name): Meaning("claim") for name in _CLAIMS.split()} | dict(held)
    for name, meant in held:
        prior = Meaning(f"prior_{meant.role}", meant.kind)
        table |= {spelt: meant for mark in _FIRST for spelt in (mark + name, name + mark)}
        table |= {spelt: prior for mark in _SECOND for spelt in (mark + name, name + mark)}
    return table


_MEANINGS = _meanings()
# the rows' own names, which say nothing about a Gaussian: passed over; "Unnamed: 0" is how pandas calls an index
BOOK_KEEPING = frozenset({"", "id", "index", "idx", "row", "sample", "label", "labels", "name", "split", "unnamed:0"})
