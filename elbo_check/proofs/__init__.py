"""Theorems, one a file: statement, steps, sources. Data only: nothing is checked here, `checking` does that."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from typing import Any

from ..densities.world import World
from ..derivation import Derivation
from ..errors import InputError
from ..reading import Reader

__all__ = ["evaluate", "names", "theorem"]

_FILES = {
    "gaussian-kl": "gaussian_kl",
    "gaussian-kl-diagonal": "gaussian_kl_diagonal",
    "gaussian-kl-full": "gaussian_kl_full",
    "gaussian-kl-standard": "gaussian_kl_standard",
    "kl-additivity": "kl_additivity",
}


def names() -> tuple[str, ...]:
    """Return the names of all theorems, sorted.

    >>> "gaussian-kl" in names()
    True
    """
    return tuple(sorted(_FILES))


@functools.cache
def theorem(name: str) -> Derivation:
    """Return a theorem with its proof, unchecked; it is built when first asked for.

    >>> theorem("gaussian-kl").words
    'KL(N(μq, σq²)‖N(μp, σp²)) = log(σp/σq) + [σq² + (μq − μp)²]/(2σp²) − ½'
    """
    if name not in _FILES:
        raise InputError("name", name, f"one of {', '.join(names())}", "theorems are listed by proofs.names()")
    built: Derivation = importlib.import_module(f".{_FILES[name]}", __name__).derivation()
    return built


def evaluate(of: str | Derivation, values: Mapping[str, Any], world: World) -> Any:
    """Return the right side of a theorem at `values` (by symbol name), in the arithmetic of `world`.

    Of a theorem with one chain a dimension, the chain is taken whose statement has just these symbols.

    >>> from elbo_check.densities.world import numpy_world
    >>> at = {"mu_q": 0.5, "sigma_q": 0.7, "mu_p": 0.0, "sigma_p": 1.0}
    >>> round(float(evaluate("gaussian-kl", at, numpy_world())), 12)
    0.226674943939
    """
    derivation = theorem(of) if isinstance(of, str) else of
    statements = [derivation.statement] if derivation.induction else [c.statement for c in derivation.chains]
    for statement in statements:
        if {symbol.name for symbol in statement.right.free_symbols} == set(values):
            return Reader(world).read(statement.right, values)
    wanted = " or ".join(str(sorted(symbol.name for symbol in s.right.free_symbols)) for s in statements)
    raise InputError("values", sorted(values), f"numbers for {wanted}", "take the names from the theorem's statement")
