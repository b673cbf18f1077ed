"""What the data of a derivation is made of: the right types, or an error that says which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from ..errors import DerivationError
from ..laws import LAWS, Law

__all__ = ["law_of_the_project", "pairs", "require_kind", "require_text", "tupled"]


def tupled(given: object, what: str) -> tuple[Any, ...]:
    """Return a list, or another collection, as a tuple; a lone object and text are refused."""
    if isinstance(given, str | sympy.Basic) or not isinstance(given, Iterable):
        raise DerivationError(f"{what} must be a tuple, not {given!r}: write (…,) around a single one")
    return tuple(given)


def require_kind(given: object, kind: type | tuple[type, ...], what: str, wanted: str) -> None:
    """Require an object of a type."""
    if not isinstance(given, kind):
        raise DerivationError(f"{what} must be {wanted}, not {given!r}")


def require_text(given: object, what: str) -> None:
    """Require text, empty or not."""
    require_kind(given, str, what, "text")


def pairs(given: object, what: str) -> tuple[tuple[Any, Any], ...]:
    """Return pairs of a symbol and an expression, as tuples of tuples."""
    found = [tuple(pair) if isinstance(pair, list | tuple) else pair for pair in tupled(given, what)]
    for pair in found:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise DerivationError(f"{what} must hold pairs (symbol, meaning), not {pair!r}")
        if not isinstance(pair[0], sympy.Symbol):
            raise DerivationError(f"{what} must give meanings to symbols, not to {pair[0]!r}")
        if not isinstance(pair[1], sympy.Expr | int) or isinstance(pair[1], bool):
            raise DerivationError(f"{pair[0]}={pair[1]!r} is no expression: text is never read, build it from symbols")
    return tuple((symbol, sympy.Integer(m) if isinstance(m, int) else m) for symbol, m in found)


def law_of_the_project(given: object, step: str) -> None:
    """Require one of the laws that the project tests: a checker of one's own could license anything."""
    if not any(given is known for known in LAWS):
        own = f"{given.name!r}, which is none of them" if isinstance(given, Law) else repr(given)
        raise DerivationError(f"step {step!r} must cite a law of elbo_check.laws, not {own}")
