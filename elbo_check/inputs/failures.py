"""What went wrong in a user's function: the exception, sorted by kind, with the user's line and a remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LossFunctionError
from .backends import CutOffError, NoGradientError
from .user_code import reason, through, user_line

__all__ = [
    "called",
    "changed_in_place",
    "is_about_dtype",
    "is_cut_off",
    "is_without_graph",
    "no_gradient",
    "not_finite",
    "plain",
    "raised",
    "said",
]

# How the frameworks word it: NumPy 2, torch 2, JAX.
_DEVICE = re.compile(r"cuda|\bgpu\b|same device|meta tensor|nvidia|\bmps\b|\bxpu\b|no data!", re.IGNORECASE)
_DTYPE = re.compile(r"dtype|double|float(16|32|64)?\b|bfloat16|half", re.IGNORECASE)
_SHAPE = re.compile(r"shape|broadcast|dimension|\baxis\b|\bsizes?\b|too many indices|out of bounds", re.IGNORECASE)
# What a check of numbers says, which may tell the shape as well: torch's "(Tensor of shape (2, 6)) to be within the
# support". A complaint of shapes taken for one of these is only asked more often.
_NUMBERS = re.compile(
    r"the support\b|\bconstraints?\b|invalid values?\b|\bbinary\b|probabilit|\b0 (or|and) 1\b|\[0, ?1\]", re.IGNORECASE
)
_NOT_ARRAYS = re.compile(r"numpy\.ndarray|must be tensor|incompatible function arguments", re.IGNORECASE)

_TENSORS = ("torch", "jax")
_REMEDIES = {
    "raises": "call it once with arrays of these shapes and mend what it raises",
    "device": "arguments are given on the CPU: move its model there, or wrap it in a function that moves tensors "
    "to the device and back",
    "shape": "it is asked with several batch and latent sizes: let it take arrays of these shapes, or wrap it",
}


def raised(call: str, error: BaseException, backend: str = "numpy") -> LossFunctionError:
    """Return the error for a call that raised, sorted: device, shape, or raises.

    Arrays of NumPy that reached another framework's code are told of, with the backend that gives it tensors.
    """
    text = reason(error)
    kind = _kind(error, text)
    line = user_line(error.__traceback__)
    happened = f"{call} raised {text}" + (f" ({line})" if line else "")
    reached = [name for name in through(error.__traceback__) if name in _TENSORS] if backend == "numpy" else []
    wrong_backend = isinstance(error, TypeError | AttributeError) and (reached or _NOT_ARRAYS.search(text))
    meant = " or ".join(f"backend={name!r}" for name in reached[:1] or _TENSORS)
    remedy = f"it was given NumPy arrays: for tensors say {meant}"
    return LossFunctionError(kind, happened, remedy if kind == "raises" and wrong_backend else _REMEDIES[kind])


def is_about_dtype(error: LossFunctionError) -> bool:
    """Whether an error complains of a dtype rather than of anything else."""
    return error.kind == "raises" and bool(_DTYPE.search(said(error)))


def said(error: LossFunctionError) -> str:
    """Return what a function that raised said, and in which line, whatever it was called with."""
    return error.happened.partition(" raised ")[2]


def no_gradient(call: str, happened: str) -> LossFunctionError:
    """Return the error for a value that cannot be differentiated."""
    told = happened if happened.startswith(call) else f"{call} has no gradient: {happened}"
    return LossFunctionError("no-gradient", told, "keep to operations of the framework from the arguments to the loss")


def is_without_graph(error: LossFunctionError) -> bool:
    """Whether a value came out that nothing can be differentiated of, rather than an exception on the way."""
    return _comes_of(error, NoGradientError)


def is_cut_off(error: LossFunctionError) -> bool:
    """Whether a tensor came out that no gradient passes through, rather than a number or an array of NumPy."""
    return _comes_of(error, CutOffError)


def _comes_of(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__
    return error is not None


def changed_in_place(call: str, name: str, given: NDArray[Any], found: NDArray[Any]) -> None:
    """Raise `LossFunctionError` (mutates) if an argument is not what it was when it was given."""
    if np.array_equal(given, found):
        return
    remedy = "let it work on copies: x = x + 1 for x += 1, exp() for exp_()"
    if found.shape != given.shape:
        happened = f"{call} changed the shape of its argument {name} in place, from {given.shape} to {found.shape}"
        raise LossFunctionError("mutates", happened, remedy)
    changed = np.not_equal(given, found) & ~(np.not_equal(given, given) & np.not_equal(found, found))
    if changed.any():
        place = tuple(int(i) for i in np.unravel_index(int(np.argmax(changed)), changed.shape))
        where = f"{name}[{', '.join(map(str, place))}]" if place else name
        happened = f"{call} changed its argument in place: {where} was {given[place]} and is {found[place]}"
        raise LossFunctionError("mutates", happened, remedy)


def _kind(error: BaseException, text: str) -> str:
    if _DEVICE.search(text):
        return "device"
    wrong_shape = isinstance(error, ValueError | RuntimeError | TypeError | IndexError) and _SHAPE.search(text)
    other = re.search("dtype|keyword", text) or _NUMBERS.search(text)
    return "shape" if wrong_shape and not other else "raises"


def not_finite(call: str, outputs: Mapping[str, NDArray[np.float64]]) -> None:
    """Raise where an output holds nan or infinities."""
    for name, values in outputs.items():
        if not np.isfinite(values).all():
            bad = int(np.count_nonzero(~np.isfinite(values)))
            where = f"output {name} of " if name else ""
            happened = f"{bad} of {values.size} values that {where}{call} returned are nan or infinite"
            raise LossFunctionError("not-finite", happened, "find where they arise: a log of 0, an exp too large")


def called(name: str, arguments: Mapping[str, Any]) -> str:
    """Return a call as it is told.

    >>> called("kl_loss", {"mu": np.zeros((4, 3)), "beta": 2.0})
    'kl_loss(mu of shape (4, 3), beta=2.0)'
    """
    told = (
        f"{name} of shape {value.shape}" if isinstance(value, np.ndarray) else f"{name}={value!r}"
        for name, value in arguments.items()
    )
    return f"{name}({', '.join(told)})"


def plain(value: Any) -> Any:
    """Return a number of NumPy as one of Python; all else as it is."""
    return value.item() if isinstance(value, np.generic) else value
