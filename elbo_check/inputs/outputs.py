"""What a function returned, taken to pieces and read as numbers: tuples, dicts and records, nested once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LossFunctionError
from .leaves import is_list_of_numbers, is_unread_number, read_leaf
from .user_code import reason

__all__ = ["Answer", "access", "differ", "differing", "pieces", "read_answer"]

_DEPTH = 2
_DEEPEST = 6  # containers in what is nested too deep to be read
_ROUNDINGS = 64.0  # by which two answers to one question may differ: sums over threads
_REMEDY = "return the loss as a float, an array or a tensor of real numbers"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function returned: float64 `outputs` by name, and the `dtypes` in which they came.

    The name is "" for a single output, "0", "1", … in tuples and lists, the user's own in dicts, named tuples and
    dataclasses, and "losses.kl" one level down. A list of plain floats may be an array as well: it is there
    as a whole, too. `unread` tells why what else it returned is not among the outputs, and `opaque` which of that may
    hold a loss all the same; `names` are all, in the order in which they came. `handed_on` are outputs that are
    arguments as they came, if somebody has looked.
    Values may be nan or infinite: see `finite`.
    """

    outputs: Mapping[str, NDArray[np.float64]]
    dtypes: Mapping[str, str]
    unread: Mapping[str, str] = field(default_factory=dict)
    opaque: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    handed_on: frozenset[str] = frozenset()

    @property
    def own(self) -> tuple[str, ...]:
        """The outputs that are not handed on; all where there are no others."""
        return tuple(name for name in self.outputs if name not in self.handed_on) or tuple(self.outputs)

    @property
    def finite(self) -> bool:
        """Whether every number is finite."""
        return all(bool(np.isfinite(values).all()) for values in self.outputs.values())


def pieces(returned: Any, depth: int = _DEPTH) -> dict[str, Any]:
    """Return the parts of what a function returned, by name; raises `ValueError` where two have one name.

    >>> pieces((1.5, {"kl": 0.5, "rate": [0.1]}))
    {'0': 1.5, '1.kl': 0.5, '1.rate': [0.1]}
    """
    parts = _parts(returned) if depth else None
    if parts is None:
        return {"": returned}
    found: dict[str, Any] = {"": returned} if is_list_of_numbers(returned) else {}
    for name, part in parts:
        for inner, leaf in (pieces(part, depth - 1) or {"": part}).items():
            whole = f"{name}.{inner}" if inner else name
            if whole in found:
                raise ValueError(f"two outputs are called {whole!r}")
            found[whole] = leaf
    return found


def access(returned: Any, name: str) -> str:
    """Return how a part by this name is got at in Python.

    >>> access((1.5, {"kl": 0.5}), "1.kl")
    "[1]['kl']"
    """
    kind = type(returned)
    if not name:
        return ""
    for part, inner in _parts(returned) or ():
        if name != part and not name.startswith(f"{part}."):
            continue
        if issubclass(kind, Mapping):
            step = next(f"[{key!r}]" for key in returned if str(key) == part)
        else:
            step = f".{part}" if not issubclass(kind, tuple | list) or hasattr(kind, "_fields") else f"[{part}]"
        return step + access(inner, name[len(part) + 1 :])
    return ""


def read_answer(returned: Any, array: Callable[[Any], NDArray[Any]], function: str) -> Answer:
    """Read what a function returned; raises `LossFunctionError` (not-a-number, shape) if no part of it is numbers."""
    try:
        found = pieces(returned)
    except Exception as error:
        happened = f"{function} returned a {type(returned).__name__} that cannot be taken to pieces: {reason(error)}"
        raise LossFunctionError("not-a-number", happened, _REMEDY) from error
    outputs: dict[str, NDArray[np.float64]] = {}
    dtypes: dict[str, str] = {}
    unread: dict[str, str] = {}
    for name, leaf in found.items():
        values, said = _read(leaf, array)
        if values is None:
            unread[name] = said
        else:
            outputs[name], dtypes[name] = values, said
    if not outputs:
        told = ", ".join(f"{name}: {why}" if name else why for name, why in unread.items()) or "nothing in a container"
        kind = "shape" if unread and all(why.startswith("an empty") for why in unread.values()) else "not-a-number"
        raise LossFunctionError(kind, f"{function} returned {told}", _REMEDY)
    opaque = frozenset(name for name in unread if _may_hold_a_loss(found[name], array))
    return Answer(outputs, dtypes, unread, opaque, tuple(found))


def _read(leaf: Any, array: Callable[[Any], NDArray[Any]]) -> tuple[NDArray[np.float64] | None, str]:
    """Return the numbers of a part and their dtype, or None and what it is instead, be it nested too deep."""
    is_record = not issubclass(type(leaf), tuple | list) and bool(_parts(leaf))
    return (None, f"a {type(leaf).__name__}, nested too deep") if is_record else read_leaf(leaf, array)


def _may_hold_a_loss(leaf: Any, array: Callable[[Any], NDArray[Any]], depth: int = _DEEPEST) -> bool:
    """Whether what cannot be read may be a loss, or hold one: numbers of another kind, or one number nested deep."""
    parts = (_parts(leaf) or []) if depth else []
    if parts:
        return any(_may_hold_a_loss(part, array, depth - 1) for _, part in parts)
    values, _ = read_leaf(leaf, array)
    return is_unread_number(leaf, array) if values is None else values.size == 1


def _parts(value: Any) -> list[tuple[str, Any]] | None:
    kind = type(value)  # not isinstance: some objects raise when asked for their class
    if issubclass(kind, Mapping):
        return [(str(key), value[key]) for key in value]
    if dataclasses.is_dataclass(kind):
        return [(one.name, getattr(value, one.name)) for one in dataclasses.fields(kind)]
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return list(zip(kind._fields, value, strict=True))
    if issubclass(kind, tuple | list):
        return [(str(place), part) for place, part in enumerate(value)]
    return None


def differ(one: Answer, other: Answer) -> bool:
    """Whether two answers differ by more than rounding in the dtype they came in."""
    return one.outputs.keys() != other.outputs.keys() or bool(differing(one, other))


def differing(one: Answer, other: Answer) -> tuple[str, ...]:
    """Return the outputs of two answers, of those that both have, that differ by more than rounding."""
    both = ((name, values, other.outputs.get(name)) for name, values in one.outputs.items())
    return tuple(name for name, mine, its in both if its is not None and _apart(mine, its, one.dtypes[name]))


def _apart(one: NDArray[np.float64], other: NDArray[np.float64], dtype: str) -> bool:
    if one.shape != other.shape:
        return True
    epsilon = np.finfo(dtype).eps if dtype.startswith("float") and not dtype.startswith("float8") else 2.0**-8
    size = np.abs(one[np.isfinite(one)]).max(initial=0.0)
    return not np.allclose(one, other, rtol=0.0, atol=_ROUNDINGS * float(epsilon) * float(size), equal_nan=True)
