"""The derivations that come with the package, by name."""

from __future__ import annotations

import difflib

from . import proofs
from .derivation import Derivation
from .errors import InputError

__all__ = ["derivations", "derive"]


def derivations() -> tuple[str, ...]:
    """Return the names of all derivations: theorems first, then statements that are widely believed and false.

    >>> derivations()[:2], derivations()[-1]
    (('average-variance', 'bayes'), 'raising-elbo-raises-evidence')
    """
    return (*proofs.names(), *proofs.misconceptions())


def derive(name: str) -> Derivation:
    """Return a derivation: its statement, its steps, and their reasons; `.check()` proves or refutes it.

    `.to_latex()`, `.to_markdown()`, `.to_html()`, `.to_text()` and `.to_dict()` print it with that verdict.

    >>> derive("gaussian-kl").check().outcome
    <Outcome.PROVED: 'proved'>

    Raises `InputError` for a name that is none of `derivations()`.
    """
    known = derivations()
    if name not in known:
        close = difflib.get_close_matches(str(name), known, n=3) or list(known)
        raise InputError("name", name, f"the name of a derivation, such as {', '.join(close)}", "see derivations()")
    return proofs.theorem(name)
