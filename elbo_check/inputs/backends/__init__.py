"""The frameworks a user's function may be written in, one a file with one silhouette; imported when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Protocol

from numpy.typing import NDArray

from ...errors import InputError
from .draws import Draws

__all__ = ["BACKENDS", "Backend", "CutOffError", "Learned", "NoGradientError", "backend_named"]

BACKENDS = ("numpy", "torch", "jax")


class NoGradientError(Exception):
    """The framework cannot differentiate what a function returned; says why."""


class CutOffError(NoGradientError):
    """A tensor came out that no argument reaches: as a term of a loss it raises nothing, and trains nothing."""


class Backend(Protocol):
    """What is asked of a framework: its tensors from arrays, arrays from what it returns, gradients, and quiet."""

    name: str

    def guard(self, dtype: str) -> AbstractContextManager[Any]:
        """Return a block in which tensors have `dtype` by default and draws are from a stream of this backend's own.

        Nothing that is set in the block outlives it; a stream goes on in the next block.
        """

    def caller(self, fn: Callable[..., Any], held: Any) -> Callable[..., Any]:
        """Return a function that gives what `fn` gives, perhaps faster; `held` is the user's own that `fn` calls."""

    def tensor(self, array: NDArray[Any], dtype: str, gradient: bool = False) -> Any:
        """Return a fresh tensor on the CPU, which shares no memory; only real floating numbers take the dtype."""

    def array(self, tensor: Any) -> NDArray[Any]:
        """Return what a tensor, an array or a number holds, on the host and without its graph."""

    def drawn(self, noise: Any) -> AbstractContextManager[Draws]:
        """Return a block in which what is drawn from a standard normal, with as many entries, is this tensor."""

    def watched(self) -> AbstractContextManager[list[str]]:
        """Return a block that lists the operations of the framework that draw random numbers within it."""

    def gradient(
        self, leaf: Callable[[Mapping[str, Any]], Any], tensors: Mapping[str, Any], wrt: Sequence[str]
    ) -> Mapping[str, NDArray[Any]] | None:
        """Return d(sum of leaf(tensors))/d(tensors[name]) for each name; None where the framework has no gradients.

        Raises `NoGradientError` where the leaf does not depend on its tensors in a way that can be differentiated.
        """

    def changeable(self, value: Any) -> Sequence[Any]:
        """Return the arrays of numbers that a value is, or holds as a layer does, and layers whose mode may change."""

    def saved(self, array: Any) -> Callable[[], None]:
        """Return what gives such an array the numbers back that it has now, and a layer its mode."""

    def learned(self, returned: Any) -> Learned | None:
        """Return what training changes and a number that was returned depends on; the arguments are none of it."""


class Learned(Protocol):
    """Numbers that training changes beside the arguments of a function, as the parameters of a module."""

    count: int

    def moved(self, least: float, most: float, *, exact: bool = True) -> AbstractContextManager[Any]:
        """Return a block in which they are larger, each by another amount between these two; `exact`: in float64."""

    def slope(self, returned: Any, least: float, most: float) -> float:
        """Return the derivative of the sum of what was returned along a line on which they move so."""


def backend_named(name: str) -> Backend:
    """Return a backend, importing its framework; `InputError` says how to get one that is absent.

    >>> backend_named("numpy").name
    'numpy'
    """
    if name not in BACKENDS:
        raise InputError("backend", name, f"one of {', '.join(BACKENDS)}", "say what the function computes with")
    try:
        made: Backend = import_module(f".{name}", __name__).backend()
    except (ImportError, OSError) as error:
        remedy = f"pip install 'elbo-check[{name}]' ({error})"
        raise InputError("backend", name, "a framework that is installed", remedy) from error
    return made
