"""Functions of JAX arrays, jitted ones too; float64 is switched on for the length of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import NoGradientError
from .compiled import Compiled
from .draws import Draws, listed, replaced
from .numpy import changeable_arrays, host_array, saved_array

__all__ = ["backend"]

_WATCHED = ("PRNGKey", "key", "normal", "uniform", "bernoulli", "gumbel", "laplace", "rademacher", "truncated_normal")


class _Jax:
    name = "jax"

    def __init__(self) -> None:
        self._jax: Any = import_module("jax")
        self._gradients: dict[tuple[Any, tuple[str, ...]], Any] = {}
        self._callers: list[Compiled] = []

    def guard(self, dtype: str) -> AbstractContextManager[Any]:
        """In JAX draws have no hidden stream, and float64 arrays exist only where they are enabled."""
        jax, block = self._jax, ExitStack()
        enable = (jax if hasattr(jax, "enable_x64") else import_module("jax.experimental")).enable_x64
        block.enter_context(enable(dtype == "float64"))
        block.enter_context(np.errstate(all="ignore"))
        return block

    def caller(self, fn: Callable[..., Any], held: Any) -> Callable[..., Any]:
        self._callers.append(Compiled(self._jax, fn, held))
        return self._callers[-1]

    def tensor(self, array: NDArray[Any], dtype: str, gradient: bool = False) -> Any:  # noqa: ARG002 - jax.grad asks
        return self._jax.numpy.array(array, dtype=dtype if array.dtype.kind == "f" else None)

    def array(self, tensor: Any) -> NDArray[Any]:
        return host_array(tensor)

    @contextmanager
    def drawn(self, noise: Any) -> Iterator[Draws]:
        """Draws of `jax.random.normal`, whatever the key; nothing is compiled, which would keep another draw.

        Draws that `jax.vmap` makes of many keys are one draw in the shape of them all.
        """
        draws = Draws(noise)

        def normal(original: Any, key: Any, *args: Any, **by_name: Any) -> Any:
            return self._drawn_by(key, lambda key: original(key, *args, **by_name), draws)

        with self._jax.disable_jit(), replaced(self._jax.random, {"normal": normal}):
            yield draws

    def _drawn_by(self, key: Any, draw: Callable[[Any], Any], draws: Draws) -> Any:
        jax, like = self._jax, self._jax.eval_shape(draw, key)

        def once(key: Any, noise: Any) -> Any:
            given = draws.instead(like.shape)
            return draw(key) if given is None else noise.reshape(like.shape).astype(like.dtype)

        if not isinstance(key, jax.core.Tracer):
            return once(key, draws.noise)
        count, mapped = draws.count, import_module("jax.custom_batching").custom_vmap(once)

        def of_many(size: int, is_batched: Any, keys: Any, noise: Any) -> Any:  # noqa: ARG001 - the key alone is many
            draws.count = count  # `once` was traced for its shape, and is not what is drawn
            return self._drawn_by(keys, jax.vmap(draw), draws), True

        mapped.def_vmap(of_many)
        return mapped(key, draws.noise)

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """Draws, which are functions of keys, and the making of keys; nothing is compiled, which would hide them."""
        with self._jax.disable_jit(), listed(self._jax.random, _WATCHED, "jax.random") as names:
            yield names

    def gradient(
        self, leaf: Callable[[Mapping[str, Any]], Any], tensors: Mapping[str, Any], wrt: Sequence[str]
    ) -> Mapping[str, NDArray[Any]]:
        jax = self._jax

        def total(chosen: Mapping[str, Any], others: Mapping[str, Any]) -> Any:
            returned = leaf({**others, **chosen})
            if not isinstance(returned, jax.Array):
                raise NoGradientError(f"it returned a {type(returned).__name__}, not an array of JAX")
            return returned.sum()

        chosen = {name: tensors[name] for name in wrt}
        others = {name: tensor for name, tensor in tensors.items() if name not in chosen}
        try:
            found = self._differentiated(leaf, jax.grad(total), chosen, others)
        except jax.errors.UnexpectedTracerError:  # that says nothing of the gradient
            raise
        except (jax.errors.JAXTypeError, jax.errors.JAXIndexError) as error:
            raise NoGradientError(f"it leaves JAX on the way: {str(error).partition(chr(10))[0]}") from error
        return {name: self.array(found[name]) for name in wrt}

    def _differentiated(
        self, leaf: Any, gradient: Any, chosen: Mapping[str, Any], others: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return the gradients, compiled once for each shape; a function with an `if` of its values cannot be compiled.

        Operation by operation a loop is compiled anew in every call. One that keeps something is asked with what it
        keeps by now.
        """
        key = (leaf, tuple(chosen))
        keeps = any(caller.keeps for caller in self._callers)
        if not keeps and all(isinstance(other, self._jax.Array) for other in others.values()):
            try:
                found: Mapping[str, Any] = self._gradients.setdefault(key, self._jax.jit(gradient))(chosen, others)
            except (TypeError, ValueError, IndexError, NoGradientError):
                self._gradients[key] = gradient
            else:
                return found
        return dict(gradient(chosen, others))

    def changeable(self, value: Any) -> Sequence[Any]:
        return changeable_arrays(value)

    def saved(self, array: NDArray[Any]) -> Callable[[], None]:
        return saved_array(array)

    def learned(self, returned: Any) -> None:  # noqa: ARG002 - what is learned is an argument here
        return None


def backend() -> _Jax:
    """Return this backend; raises `ImportError` where JAX is absent."""
    return _Jax()
