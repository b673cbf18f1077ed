"""What is printed alike must be one object: μ_1 a symbol or an entry of a sequence, p a function or a density."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import sympy
from sympy.core.function import AppliedUndef

from ..errors import DerivationError
from ..nodes import (
    KL,
    Arbitrary,
    Entropy,
    Expectation,
    Gaussian,
    Information,
    Integral,
    Iterated,
    Member,
    Product,
    Space,
)

if TYPE_CHECKING:
    from .data import Derivation

__all__ = ["require_told_apart"]

Key = tuple[Any, ...]  # how an object is printed: its letter, and its indices

_RESERVED: dict[Key, str] = {
    ("e",): "the number e",
    ("pi",): "the number pi",
    ("log",): "the logarithm",
    ("det",): "a determinant",
    ("max",): "a maximum",
    ("min",): "a minimum",
}
_CALLED: dict[str, str] = {
    "N": "a Gaussian",
    "Bernoulli": "a Bernoulli density",
    "Uniform": "a uniform density",
    "H": "an entropy",
    "KL": "a divergence",
    "I": "an information",
    "E": "an expectation",
    "exp": "the exponential",
    "sqrt": "the square root",
    "diag": "a diagonal matrix",
}


def require_told_apart(derivation: Derivation) -> None:
    """Refuse a derivation in which two objects are printed alike; a symbol pi or e would be read as the number."""
    known = _RESERVED | {_called(name): what for name, what in _CALLED.items()}
    sequences: dict[Key, str] = {}
    last: dict[Key, str] = {}
    for node in _nodes(_sides(derivation)):
        for key, what in _printed(node):
            _require_one(key, known.setdefault(key, what), what)
        if isinstance(node, sympy.Indexed) and len(node.indices) == 1:
            sequences[_split(node.base.label.name)] = f"an entry of the sequence {node.base.label.name}"
        for name, upper in _blocks(node):
            sequences[_split(name)] = f"an entry of the block {name}"
            last[(*_split(name), _index(upper))] = f"the last entry of the block {name}"
    for key, what in known.items():
        if key[:-1] in sequences and str(key[-1]).isdigit() and what.startswith("the symbol"):
            _require_one(key, sequences[key[:-1]], what)
        if key in last and what.startswith("the symbol"):
            _require_one(key, last[key], what)


def _require_one(key: Key, one: str, other: str) -> None:
    if one != other:
        shown = "_".join(map(str, key)).strip("_")
        raise DerivationError(f"{one} and {other} are both printed as {shown}: rename one of them")


def _sides(derivation: Derivation) -> Iterator[Any]:
    for chain in derivation.chains:
        for statement in (chain.statement, *chain.assuming):
            yield from statement.sides
        for step in chain.steps:
            yield from (step.left, step.right)
        for symbol, meaning in chain.where:
            yield from (symbol, meaning)
    if derivation.induction:
        yield from derivation.induction[1].sides


def _nodes(sides: Iterable[Any]) -> Iterator[Any]:
    """Yield each part of some expressions once; of an entry its indices, and not the sequence itself."""
    waiting, seen = list(sides), set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            yield node
            waiting += node.indices if isinstance(node, sympy.Indexed) else node.args


def _blocks(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield the blocks that an expectation binds, and how many entries they have: z_1, …, z_n is printed for z."""
    if isinstance(node, Expectation):
        which, _, *variables = node.args
        yield from ((name.name, end) for name, end in zip(variables, _ends(which), strict=True) if end is not None)


def _ends(which: Any) -> list[Any]:
    """Return the number of entries of each variable of a density that is a block, and None for the others."""
    if isinstance(which, Product):
        return [end for factor in which.args for end in _ends(factor)]
    return [which.args[2]] if isinstance(which, Iterated) else [None] * which.dimension


def _called(name: str) -> Key:
    """Return the key of what is printed before a bracket: E_q(z) is read as an expectation, too."""
    head, *_ = _split(name)
    return "", "", head if head == "E" else name


def _printed(node: Any) -> Iterator[tuple[Key, str]]:
    """Yield how a node is printed, if it has a name, and what it is."""
    for kind, printed in _PRINTED.items():
        if isinstance(node, kind):
            yield from printed(node)


def _symbol(node: Any) -> Iterator[tuple[Key, str]]:
    yield _split(node.name), f"the symbol {node.name}"


def _entry(node: Any) -> Iterator[tuple[Key, str]]:
    yield (*_split(node.base.label.name), *map(_index, node.indices)), f"the entry {node} of a sequence"


def _function(node: Any) -> Iterator[tuple[Key, str]]:
    for key in (_split(node.func.__name__), _called(node.func.__name__)):
        yield key, f"the function {node.func.__name__}"


def _density(node: Any) -> Iterator[tuple[Key, str]]:
    for key in (_split(node.args[0].name), _called(node.args[0].name)):
        yield key, f"the density {node.args[0].name}"


def _differential(node: Any) -> Iterator[tuple[Key, str]]:
    """Yield the d of ∫ p(z) dz, and the dz."""
    yield ("d",), "the d of an integral"
    for variable in node.bound_symbols:
        yield _split(f"d{variable.name}"), f"the d{variable.name} of an integral"


def _without_point(node: Any) -> Iterator[tuple[Key, str]]:
    """Yield the variables of the densities in H[q(z)], of which only their names are printed."""
    for which in sympy.preorder_traversal(node):
        for space in which.args[1] if isinstance(which, Arbitrary) else ():
            yield ("", space.name), f"a variable {space.name} ({space.kind if isinstance(space, Space) else 'real'})"


def _member(node: Any) -> Iterator[tuple[Key, str]]:
    yield (*_split(node.args[0].name), _index(node.args[1])), f"the member {node} of a family"


def _information(node: Any) -> Iterator[tuple[Key, str]]:
    which = node.args[0].args[0]
    if isinstance(which, Arbitrary):
        yield ("I", *_split(which.args[0].name)), f"the information of {which.args[0].name}"


def _gaussian(node: Any) -> Iterator[tuple[Key, str]]:
    stems = ((node.mean_stem, "mean"), (node.factor_stem, "factor")) if len(node.args[0]) > 1 else ()
    for stem, what in stems:
        if stem:
            yield _split(stem), f"the {what} {stem} of a Gaussian"


_PRINTED: dict[type, Callable[[Any], Iterator[tuple[Key, str]]]] = {
    sympy.Symbol: _symbol,
    sympy.Indexed: _entry,
    AppliedUndef: _function,
    Arbitrary: _density,
    Member: _member,
    Information: _information,
    KL: _without_point,
    Entropy: _without_point,
    Gaussian: _gaussian,
    Integral: _differential,
}


def _split(name: str) -> Key:
    return tuple(part for part in name.split("_") if part)


def _index(index: Any) -> Any:
    """Return an index as it would stand in a name; an expression stands for itself."""
    parts = _split(str(index)) if isinstance(index, sympy.Symbol | sympy.Integer) else ()
    return parts[0] if len(parts) == 1 else index
