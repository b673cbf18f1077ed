"""What may stand in a node: SymPy expressions and exact numbers. Text is never read, floats are never guessed at."""

from __future__ import annotations

import functools
import re
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.symbol import Str

from ..errors import DerivationError
from ..symbols import kind_of, known, safe_name

__all__ = [
    "ASSUMED",
    "Space",
    "counted",
    "expression",
    "free_symbols",
    "index_of",
    "is_variable_of",
    "kind_of_space",
    "named",
    "parts_of",
    "place_space",
    "shown",
    "space_of",
    "symbol",
]


ASSUMED = {
    "real": "any real number",
    "positive": "positive",
    "unit": "between 0 and 1",
    "count": "a positive whole number",
    "bit": "0 or 1",
}


def expression(given: object) -> Any:
    """Return a SymPy expression as it is, and an exact number as SymPy's; anything else is refused."""
    if isinstance(given, sympy.Expr):
        return given
    if isinstance(given, int | Fraction) and not isinstance(given, bool):
        return sympy.Rational(given.numerator, given.denominator)
    remedy = "text is never read, pass a SymPy expression, an int or a Fraction"
    raise DerivationError(f"{given!r} is no expression: {remedy}")


def shown(part: Any) -> str:
    """Return an expression as a page prints it, for a message."""
    from ..boxes import written  # boxes are made of nodes

    return written(part)


def symbol(given: object, purpose: str) -> Any:
    """Return a symbol as it is; anything else is refused."""
    if not isinstance(given, sympy.Symbol):
        raise DerivationError(f"{purpose} a symbol, not {given!r}")
    return given


def index_of(given: object, runs: str, first: Any = 1, last: Any = None) -> Any:
    """Return the symbol of an index: one of a whole number; a bit only where it runs from 0 to 1.

    Σ_u (1 − u) for a u between 0 and 1 would be taken for a sum of what is positive, and be 0 − 1 − 2 − …
    """
    index = symbol(given, f"{runs} runs over")
    kind = kind_of(index)
    if not known(index, "integer") or (kind == "bit" and (first, last) != (0, 1)):
        said = f"{index} is assumed to be {ASSUMED[kind]}" if kind else f"nothing says that {index} is one"
        raise DerivationError(f"{runs} runs over whole numbers, and {said}: use count({index.name!r})")
    return index


_MOST_FOUND = 8192
_FOUND: dict[Any, frozenset[Any]] = {}  # no lru_cache, whose calls nested expressions have no depth for


def free_symbols(node: Any) -> set[Any]:
    """Return the symbols an expression depends on, as it is written: 0·m and ∂m/∂v name m and v.

    SymPy counts the entry z[l] among them, beside z and l, and leaves out what it can simplify away: not here.
    """
    found = _FOUND.get(node)
    if found is not None:
        return set(found)
    free: set[Any]
    if isinstance(node, sympy.Sum):
        free = free_symbols(node.function)
        for index, *bounds in node.limits:  # SymPy joins nested sums to one, the innermost first
            free = (free - {index}).union(*map(free_symbols, bounds))
    elif isinstance(node, sympy.Derivative):
        free = free_symbols(node.expr).union(node.variables)
    elif isinstance(node, sympy.Add | sympy.Mul | sympy.Pow | sympy.Function):
        free = set().union(*map(free_symbols, node.args))
    else:
        free = {symbol for symbol in node.free_symbols if isinstance(symbol, sympy.Symbol)}
    if len(_FOUND) >= _MOST_FOUND:
        _FOUND.clear()
    _FOUND[node] = frozenset(free)
    return free


@functools.lru_cache(maxsize=2048)  # a chain is asked for its parts by a dozen rules, and each step by as many
def parts_of(expression: Any) -> tuple[Any, ...]:
    """Return the different parts of an expression, itself first, in the order in which they are met."""
    return tuple(dict.fromkeys(sympy.preorder_traversal(expression)))


def counted(given: object) -> Any:
    """Return a positive whole number, or an expression that may be one."""
    index = expression(given)
    if not known(index, "integer") or known(index, "positive") is False:
        raise DerivationError(
            f"{shown(index)} must be a positive whole number: densities of a family are counted from 1"
        )
    return index


def named(given: object, what: str) -> Any:
    """Return a plain name as SymPy keeps it."""
    name = given.name if isinstance(given, Str) else given
    if not safe_name(name):
        raise DerivationError(f"{what} needs a plain name such as q, not {given!r}")
    return Str(name)


class Space(Str):  # type: ignore[misc]
    """The name of a space that is not all of the line: bits, whole numbers, positive ones, or those between 0 and 1.

    H[q(b)] has no b left in it, and is still the entropy of a bit; KL(q(w)‖N(0, 1)) is at least log 2 for positive w.
    """

    __slots__ = ("kind",)

    def __new__(cls, name: str, kind: str) -> Any:
        """Take the name, and the kind of its variables."""
        space = super().__new__(cls, name)
        space.kind = kind
        return space

    def __getnewargs__(self) -> tuple[str, str]:
        return self.name, self.kind

    def _hashable_content(self) -> tuple[str, str]:
        return self.name, self.kind


def place_space(variable: Any) -> Any:
    """Return the space of a variable as a node: by its name, and its kind where that is not the whole line."""
    name = space_of(variable)
    kind = kind_of(variable.base.label if isinstance(variable, sympy.Indexed) else variable)
    return Space(name, kind) if kind in ("bit", "count", "unit", "positive") else Str(name)


def kind_of_space(space: Any) -> str:
    """Return what the variables of a space are assumed to be, as `symbols.kind_of` says it; real where it is a line."""
    return space.kind if isinstance(space, Space) else "real"


def is_variable_of(space: Any, place: Any) -> bool:
    """Whether a place is a variable of the space, z or z_1, so that p(x | z) says which space is meant.

    >>> z = sympy.Symbol("z")
    >>> is_variable_of(Str("z"), z), is_variable_of(Str("x"), z), is_variable_of(Str("z"), z + 1)
    (True, False, False)
    """
    return isinstance(place, sympy.Symbol | sympy.Indexed) and space_of(place) == space.name


def space_of(variable: Any) -> str:
    """Return the space a variable lives in, by its name: z, z_1 and z_new are places of the same space z.

    >>> space_of(sympy.Symbol("z_1")), space_of(sympy.Symbol("theta"))
    ('z', 'theta')
    """
    label = variable.base.label if isinstance(variable, sympy.Indexed) else variable
    found = re.match("[A-Za-z]+", label.name) if isinstance(label, sympy.Symbol) else None
    if found is None:
        raise DerivationError(f"{variable!r} is no variable: a density is named at symbols, such as q(z)")
    return found.group()
