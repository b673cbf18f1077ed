"""Functions of NumPy arrays, and of whatever takes NumPy arrays: no gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .draws import Draws, listed, replaced

__all__ = ["MOST_NUMBERS", "backend", "changeable_arrays", "host_array", "saved_array"]

MOST_NUMBERS = 1 << 24
"""Of an array whose numbers are kept to be given back."""


class _NumPy:
    name = "numpy"

    def guard(self, dtype: str) -> AbstractContextManager[Any]:  # noqa: ARG002 - NumPy has no default dtype
        return np.errstate(all="ignore")  # nan and infinities are told by the answer

    def caller(self, fn: Callable[..., Any], held: Any) -> Callable[..., Any]:  # noqa: ARG002 - a silhouette
        return fn

    def tensor(self, array: NDArray[Any], dtype: str, gradient: bool = False) -> NDArray[Any]:  # noqa: ARG002
        return np.array(array, dtype=dtype if array.dtype.kind == "f" else array.dtype, order="C")

    def array(self, tensor: Any) -> NDArray[Any]:
        return host_array(tensor)

    @contextmanager
    def drawn(self, noise: NDArray[Any]) -> Iterator[Draws]:
        """Draws of the old global functions, and of generators that are made in the block."""
        draws = Draws(noise)
        old = {name: partial(given, draws) for name, given in _NORMAL.items()}

        def made(original: Any, *args: Any) -> _Given:
            return _Given(original(*args), draws)

        with replaced(np.random, {**old, "default_rng": made}):
            yield draws

    def watched(self) -> AbstractContextManager[list[str]]:
        """Generators that are made within; the global stream is watched by itself."""
        return listed(np.random, ["default_rng"], "np.random")

    def gradient(
        self,
        leaf: Callable[[Mapping[str, Any]], Any],  # noqa: ARG002 - a silhouette
        tensors: Mapping[str, Any],  # noqa: ARG002
        wrt: Sequence[str],  # noqa: ARG002
    ) -> None:
        return None

    def changeable(self, value: Any) -> Sequence[Any]:
        return changeable_arrays(value)

    def saved(self, array: NDArray[Any]) -> Callable[[], None]:
        return saved_array(array)

    def learned(self, returned: Any) -> None:  # noqa: ARG002 - what is learned is an argument here
        return None


def backend() -> _NumPy:
    """Return this backend."""
    return _NumPy()


def host_array(value: Any) -> NDArray[Any]:
    """Return what a number, an array or a tensor of any framework holds, as an array on the host."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":  # unknown to NumPy
            value = value.float()
    return np.asarray(value)


def changeable_arrays(value: Any) -> Sequence[NDArray[Any]]:
    """Return the array of numbers that a value is, if it may be changed in place, and is no whole set of data."""
    is_array = isinstance(value, np.ndarray) and value.flags.writeable and not value.dtype.hasobject
    return [value] if is_array and value.size <= MOST_NUMBERS else []


def saved_array(array: NDArray[Any]) -> Callable[[], None]:
    """Return what gives an array the numbers back that it has now; where none has changed, nothing is written."""
    numbers = array.copy()

    def give_back() -> None:
        if array.tobytes() != numbers.tobytes():
            np.copyto(array, numbers)

    return give_back


def _normal(draws: Draws, original: Any, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
    drawn = original(loc, scale, size)
    given = draws.instead(np.shape(drawn))
    return drawn if given is None else loc + scale * given


def _standard_normal(draws: Draws, original: Any, *args: Any, **by_name: Any) -> Any:
    drawn = original(*args, **by_name)
    given = draws.instead(np.shape(drawn))
    return drawn if given is None else np.array(given, dtype=drawn.dtype)


_NORMAL = {"normal": _normal, "standard_normal": _standard_normal, "randn": _standard_normal}


class _Given:
    """A generator whose normal draws are given."""

    def __init__(self, generator: np.random.Generator, draws: Draws) -> None:
        self._generator, self._draws = generator, draws

    def __getattr__(self, name: str) -> Any:
        own = getattr(self._generator, name)
        return partial(_NORMAL[name], self._draws, own) if name in _NORMAL else own
