"""The one door for numbers: what a user passes becomes a float64 array that still knows its own precision.

NumPy arrays, Python numbers, and tensors of torch and JAX are taken as they are (detached, brought to the
host, bfloat16 widened exactly). Everything that is not a finite real number is refused with a reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, ShapeError, described

__all__ = ["Reals", "broadcast_shape", "exact_sum", "reals"]

BFLOAT16_EPSILON = 2.0**-7
LARGEST_EXACT_INTEGER = 2**53
MOST_AXES = 31  # NumPy holds 64, but broadcasts and iterates over 32; a draw takes one
DEEPEST_NESTING = 64  # of NumPy's arrays, too


@dataclass(frozen=True, slots=True, eq=False)
class Reals:
    """Finite real numbers as float64 `values`, with the `dtype` they came in.

    `epsilon` is the relative spacing of that dtype at 1: what a user who computed in it could at best have got. Numbers
    read from text may know, in `printed`, how far the number that was printed can lie from what the text says.
    """

    values: NDArray[np.float64]
    dtype: str
    epsilon: float
    printed: NDArray[np.float64] | None = None


def reals(argument: str, given: Any) -> Reals:
    """Return `given` as finite float64 numbers; integers must be exact.

    Bool, complex, text, dates, objects, masks, long doubles, and numbers that are nan or infinite are refused,
    in lists too. Raises `InputError`, and `ShapeError` for an empty array.

    >>> reals("mu", [1, 2]).values
    array([1., 2.])
    """
    if type(given) is Reals:  # not isinstance: some objects raise when asked for their class
        return given
    array, name = _host_array(argument, given)
    if name == "bfloat16":
        return _finite(argument, Reals(array.astype(np.float64), name, BFLOAT16_EPSILON))
    if array.dtype.kind in "iu":
        return _from_integers(argument, array)
    if array.dtype.type not in (np.float16, np.float32, np.float64):
        shown = given if array.ndim == 0 else described(f"an array of dtype {name}")
        raise InputError(argument, shown, "real numbers", _remedy(array.dtype))
    info = np.finfo(array.dtype)
    with np.errstate(invalid="ignore"):  # a signalling nan: refused by name below
        held = np.asarray(array, dtype=np.float64)
    return _finite(argument, Reals(held, name, float(info.eps)))


def broadcast_shape(**shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the common shape of the named arrays, or say which ones do not fit.

    >>> broadcast_shape(mu=(3, 2), sigma=(2,))
    (3, 2)
    """
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        expected = "shapes that broadcast with each other"
        raise ShapeError("shapes", described(listed), expected, "the last axis holds the latents") from None


def exact_sum(values: NDArray[np.float64], divisor: int = 1) -> float:
    """Return the correctly rounded sum over `divisor`, ±inf where it overflows, nan where infinities cancel.

    >>> exact_sum(np.array([1e308, 1e308]), 2), exact_sum(np.array([1e308, 1e308]))
    (1e+308, inf)
    """
    numbers = values.tolist()
    try:
        return math.fsum(numbers) / divisor
    except ValueError:
        return math.nan
    except OverflowError:
        with np.errstate(over="ignore"):
            return float(np.ldexp(math.fsum(math.ldexp(number, -64) for number in numbers) / divisor, 64))


_REMEDIES = {
    "b": "True and False are no measurements: pass 1.0 and 0.0 if numbers are meant",
    "c": "pass the real part, array.real, if the imaginary part is a leftover of an FFT",
    "U": "text is not read as numbers here: convert it with float() or astype(float)",
    "S": "bytes are not read as numbers here: convert them with astype(float)",
    "O": "an object hides what it holds: convert it with float(), .toarray() or astype(float)",
    "f": "convert it first: astype(numpy.float64)",
    "V": "pass one plain array: a field of the structure, or astype(numpy.float32) of a small float",
    "M": "a date is no real number: subtract an origin and divide by a unit of time",
    "m": "a duration has a unit: divide by it, for example by numpy.timedelta64(1, 's')",
}


def _remedy(dtype: np.dtype[Any]) -> str:
    return _REMEDIES.get(dtype.kind, _REMEDIES["U"])


def _host_array(argument: str, given: Any) -> tuple[NDArray[Any], str]:
    """Return the numbers on the host and the name of the dtype they came in."""
    try:
        _refuse_disguises(argument, given)
        array, name = _detached(given)
    except InputError:
        raise
    except Exception as failure:  # noqa: BLE001 - a foreign object may raise anything
        remedy = f"convert it to a NumPy array first ({_reason(failure)})"
        shown = described(f"a {type(given).__name__}")
        raise InputError(argument, shown, "a number or an array of numbers", remedy) from None
    if array.ndim > MOST_AXES:
        shown = described(f"an array with {array.ndim} axes")
        raise ShapeError(argument, shown, f"an array with at most {MOST_AXES} axes", "reshape it")
    if array.size == 0:
        shown = described(f"an array of shape {array.shape}")
        raise ShapeError(argument, shown, "non-empty", "pass a number at least")
    return array, name


def _refuse_disguises(argument: str, given: Any) -> None:
    """Refuse what NumPy would turn into plain numbers in silence: masks, and what lists hide."""
    if isinstance(given, np.ma.MaskedArray):
        _refuse_mask(argument)
    if given is None or isinstance(given, str | bytes | bytearray | dict | set | frozenset):
        remedy = "convert it first, for example by float()"
        raise InputError(argument, given, "a number or an array of numbers", remedy)
    for level in _levels(argument, given):
        kinds = set(map(type, level))
        if any(issubclass(kind, np.ma.MaskedArray) for kind in kinds):
            _refuse_mask(argument)
        if any(issubclass(kind, bool | np.bool_) for kind in kinds):
            nested = isinstance(given, list | tuple)
            shown = described("a list with True or False in it") if nested else given
            raise InputError(argument, shown, "real numbers", _REMEDIES["b"])
        if any(issubclass(kind, int | np.integer) for kind in kinds):
            _refuse_inexact(argument, [item for item in level if isinstance(item, int | np.integer)])


def _refuse_mask(argument: str) -> None:
    remedy = "decide what the masked places mean: pass given.compressed() or given.filled(value)"
    raise InputError(argument, described("a masked array"), "a plain array", remedy)


def _refuse_inexact(argument: str, integers: list[Any]) -> None:
    worst = max(abs(int(integer)) for integer in integers)
    if worst > LARGEST_EXACT_INTEGER:
        remedy = "pass floats if their rounding is meant"
        raise InputError(argument, worst, "at most 2**53 in size", remedy)


def _levels(argument: str, given: Any) -> Iterator[list[Any]]:
    """Yield what nested lists and tuples hold, level by level; a list may not hold itself."""
    level = [given]
    for _ in range(DEEPEST_NESTING + 1):
        yield level
        if not any(issubclass(kind, list | tuple) for kind in set(map(type, level))):
            return
        boxes = {id(item): item for item in level if isinstance(item, list | tuple)}  # each once: a list in
        level = list(chain.from_iterable(boxes.values()))  # itself twice would double at every level
    shown = described(f"a list nested more than {DEEPEST_NESTING} deep")
    raise ShapeError(argument, shown, "an array of numbers", "a list that contains itself has no shape")


def _reason(failure: Exception) -> str:
    """Return the kind of an exception and the first line of what it says, if it can say anything."""
    kind = type(failure).__name__
    try:
        return f"{kind}: {failure}".partition("\n")[0]
    except Exception:  # noqa: BLE001 - a foreign object may raise anything
        return kind


def _detached(given: Any) -> tuple[NDArray[Any], str]:
    """Bring a tensor to the host without its graph; torch's bfloat16, unknown to NumPy, widens to float32."""
    if not (hasattr(given, "detach") and hasattr(given, "cpu")):
        array = np.asarray(given)
        return array, array.dtype.name
    tensor = given.detach().cpu()
    if str(tensor.dtype) == "torch.bfloat16":
        return np.asarray(tensor.float()), "bfloat16"
    array = np.asarray(tensor)
    return array, array.dtype.name


def _from_integers(argument: str, array: NDArray[Any]) -> Reals:
    """Integers become float64 only if every one survives unchanged; their own precision is float64's."""
    _refuse_inexact(argument, [array.max(), array.min()])
    info = np.finfo(np.float64)
    return Reals(array.astype(np.float64), array.dtype.name, float(info.eps))


def _finite(argument: str, given: Reals) -> Reals:
    finite = np.isfinite(given.values)
    if not finite.all():
        place = tuple(int(i) for i in np.unravel_index(int(np.argmin(finite)), finite.shape))
        where = f"{argument}[{', '.join(map(str, place))}]" if place else argument
        count = int(finite.size - np.count_nonzero(finite))
        remedy = f"{count} of {finite.size} values are nan or infinite: find where they arise first"
        raise InputError(where, float(given.values[place]), "finite", remedy)
    return given
