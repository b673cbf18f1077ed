"""Theorems, one a file: statement, steps, sources. Data only: nothing is checked here, `checking` does that."""

from __future__ import annotations

import functools
import importlib
import operator
import pkgutil
from collections.abc import Iterable, Mapping
from typing import Any

import sympy

from ..densities.world import World
from ..derivation import Derivation
from ..errors import InputError
from ..nodes import free_symbols, sum_parts
from ..reading import Reader

__all__ = ["evaluate", "misconceptions", "names", "theorem"]


def names() -> tuple[str, ...]:
    """Return the names of all theorems, sorted; each has the name of its file.

    >>> "gaussian-kl" in names()
    True
    """
    return _listed(__path__)


def misconceptions() -> tuple[str, ...]:
    """Return the names of statements that are widely believed and false, sorted; checking refutes them.

    >>> "kl-symmetric" in misconceptions()
    True
    """
    return _listed(f"{folder}/refuted" for folder in __path__)


@functools.cache
def theorem(name: str) -> Derivation:
    """Return a theorem (or a misconception) with its proof, unchecked; it is built when first asked for.

    >>> theorem("gaussian-kl").words
    'KL(N(μ_q, σ_q²)‖N(μ_p, σ_p²)) = log(σ_p/σ_q) + [σ_q² + (μ_q − μ_p)²]/(2σ_p²) − ½'
    """
    folder = next((f for f, known in (("", names()), ("refuted.", misconceptions())) if name in known), None)
    if folder is None:
        known = (*names(), *misconceptions())
        raise InputError("name", name, f"one of {', '.join(known)}", "theorems are listed by derivations()")
    built: Derivation = importlib.import_module(f".{folder}{name.replace('-', '_')}", __name__).derivation()
    return built


def _listed(folder: Iterable[str]) -> tuple[str, ...]:
    found = (module for module in pkgutil.iter_modules(folder) if not module.ispkg and not module.name.startswith("_"))
    return tuple(sorted(module.name.replace("_", "-") for module in found))


def evaluate(of: str | Derivation, values: Mapping[str, Any], world: World) -> Any:
    """Return the right side of a theorem at `values` (by symbol name), in the arithmetic of `world`.

    Of a theorem with one chain a dimension, the chain is taken whose statement has just these symbols. A sequence is
    given as a list, and the number of its entries as an int.

    >>> from elbo_check.densities.world import numpy_world
    >>> at = {"mu_q": 0.5, "sigma_q": 0.7, "mu_p": 0.0, "sigma_p": 1.0}
    >>> round(float(evaluate("gaussian-kl", at, numpy_world())), 12)
    0.226674943939
    """
    derivation = theorem(of) if isinstance(of, str) else of
    statements = [derivation.statement] if derivation.induction else [c.statement for c in derivation.chains]
    for statement in statements:
        if _names(statement) == sorted(values):
            return _numbers(world).read(statement.right, values)
    wanted = " or ".join(str(_names(statement)) for statement in statements)
    raise InputError("values", sorted(values), f"numbers for {wanted}", "take the names from the theorem's statement")


def _names(statement: Any) -> list[str]:
    return sorted(symbol.name for symbol in free_symbols(statement.right))


def _numbers(world: World) -> Reader:
    """Return a reader that knows sums over an index and entries of sequences, too."""

    def total(node: Any, values: Mapping[str, Any]) -> Any:
        body, index, _, upper = sum_parts(node)
        each = [reader.read(body, {**values, index.name: at}) for at in range(1, values[upper.name] + 1)]
        return functools.reduce(operator.add, each)

    def entry(node: Any, values: Mapping[str, Any]) -> Any:
        return values[node.base.label.name][values[node.indices[0].name] - 1]

    reader = Reader(world, {sympy.Sum: total, sympy.Indexed: entry})
    return reader
