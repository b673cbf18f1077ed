"""Functions of torch tensors, asked on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..changes import changed
from . import CutOffError, NoGradientError
from .draws import Draws
from .numpy import MOST_NUMBERS, changeable_arrays, host_array, saved_array

__all__ = ["backend"]

_NO_GRAPH = "a tensor without a graph (detach(), no_grad() or a way through NumPy)"
_RAISES = "on which backward() would raise"
_NORMAL = frozenset({"aten::randn", "aten::randn_like", "aten::normal", "aten::normal_"})


class _Torch:
    name = "torch"

    def __init__(self) -> None:
        self._torch: Any = import_module("torch")
        self._stream = self._torch.Generator().manual_seed(0).get_state()

    @contextmanager
    def guard(self, dtype: str) -> Iterator[None]:
        """The default dtype too is `dtype`, so that constants made by the function are as exact as its arguments.

        One thread is enough: the arrays are small, and several would wait for each other on a busy machine.
        """
        torch = self._torch

        def change(stack: ExitStack) -> None:
            stack.enter_context(torch.random.fork_rng(self._devices()))
            stack.callback(self._go_on_from_here)
            torch.set_rng_state(self._stream)
            stack.callback(torch.set_default_dtype, torch.get_default_dtype())
            torch.set_default_dtype(getattr(torch, dtype))
            stack.callback(torch.set_num_threads, torch.get_num_threads())
            torch.set_num_threads(1)

        with torch.inference_mode(False), torch.enable_grad(), np.errstate(all="ignore"), changed(change):
            yield

    def _go_on_from_here(self) -> None:
        self._stream = self._torch.get_rng_state()

    def caller(self, fn: Callable[..., Any], held: Any) -> Callable[..., Any]:  # noqa: ARG002 - a silhouette
        return fn

    def tensor(self, array: NDArray[Any], dtype: str, gradient: bool = False) -> Any:
        torch = self._torch
        made = torch.from_numpy(np.array(array, order="C"))
        made = made.to(getattr(torch, dtype)) if array.dtype.kind == "f" else made
        return made.requires_grad_() if gradient else made

    def array(self, tensor: Any) -> NDArray[Any]:
        if isinstance(tensor, self._torch.Tensor):
            tensor = tensor.detach().to_dense().cpu().resolve_conj().resolve_neg()
        return host_array(tensor)

    @contextmanager
    def drawn(self, noise: Any) -> Iterator[Draws]:
        """Draws of torch itself, below its Python functions and distributions, by whatever name they are called."""
        draws = Draws(noise.detach())
        with _mode(draws):
            yield draws

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """Operations by their names in torch: bernoulli, rand_like, native_dropout."""
        names: list[str] = []
        with _watch(names):
            yield names

    def gradient(
        self, leaf: Callable[[Mapping[str, Any]], Any], tensors: Mapping[str, Any], wrt: Sequence[str]
    ) -> Mapping[str, NDArray[Any]]:
        torch = self._torch
        returned = leaf(tensors)
        if not isinstance(returned, torch.Tensor):
            raise NoGradientError(f"it returned a {type(returned).__name__}, not a tensor, {_RAISES}")
        if not returned.requires_grad:
            raise CutOffError(f"it returned {_NO_GRAPH}, {_RAISES}; as a term of a loss it trains nothing")
        found = torch.autograd.grad(returned.sum(), [tensors[name] for name in wrt], allow_unused=True)
        none = {name: np.zeros(tuple(tensors[name].shape)) for name in wrt}
        return none | {name: self.array(given) for name, given in zip(wrt, found, strict=True) if given is not None}

    def changeable(self, value: Any) -> Sequence[Any]:
        torch = self._torch
        layers = list(value.modules()) if isinstance(value, torch.nn.Module) else []
        held = [*value.parameters(), *value.buffers()] if layers else [value]
        tensors = [each for each in held if isinstance(each, torch.Tensor) and not torch.nn.parameter.is_lazy(each)]
        few = [each for each in tensors if not each.is_nested and each.numel() <= MOST_NUMBERS]
        return [*few, *layers] or changeable_arrays(value)

    def saved(self, array: Any) -> Callable[[], None]:
        if isinstance(array, np.ndarray):
            return saved_array(array)
        if isinstance(array, self._torch.nn.Module):  # whose layers an eval() sets as well
            return partial(setattr, array, "training", array.training)
        return partial(_give_back, self._torch, array, array.detach().clone(), array.requires_grad)

    def learned(self, returned: Any) -> _Learned | None:
        """Leaves of the graph: the arguments are none, which ask for no gradient here."""
        first = getattr(returned, "grad_fn", None) if isinstance(returned, self._torch.Tensor) else None
        waiting = [] if first is None else [first]
        seen, leaves = set(waiting), list[Any]()
        while waiting:
            node = waiting.pop()
            if hasattr(node, "variable"):  # it sums up what comes back to a leaf
                leaves.append(node.variable)
            found = {inner for inner, _ in node.next_functions if inner is not None} - seen
            seen |= found
            waiting += found
        return _Learned(self._torch, leaves) if leaves else None

    def _devices(self) -> list[int]:
        """Accelerators whose streams of draws a function may advance: none before the first one is used."""
        cuda = self._torch.cuda
        return list(range(cuda.device_count())) if cuda.is_initialized() else []


class _Learned:
    """Leaves of a graph."""

    def __init__(self, torch: Any, leaves: Sequence[Any]) -> None:
        self._torch, self._leaves = torch, leaves
        *self._starts, self.count = accumulate((leaf.numel() for leaf in leaves), initial=0)

    @contextmanager
    def moved(self, least: float, most: float, *, exact: bool = True) -> Iterator[None]:
        """In float64, what is made of them is as exact as what is made of the arguments; not all take that."""
        before = [leaf.data for leaf in self._leaves]
        try:
            for leaf, data, start in zip(self._leaves, before, self._starts, strict=True):
                exactly = data.to(self._torch.float64) if exact else data
                leaf.data = exactly + self._between(least, most, start, exactly)
            yield
        finally:
            for leaf, data in zip(self._leaves, before, strict=True):
                leaf.data = data

    def slope(self, returned: Any, least: float, most: float) -> float:
        """What is not in the graph any more, as a number taken by item(), does not move in it."""
        found = self._torch.autograd.grad(returned.sum(), self._leaves, allow_unused=True)
        known = [(each, start) for each, start in zip(found, self._starts, strict=True) if each is not None]
        return float(sum(float((each * self._between(least, most, start, each)).sum()) for each, start in known))

    def _between(self, least: float, most: float, start: int, like: Any) -> Any:
        """Return a number for each of a leaf, of which the first is the `start`-th of all, between these two."""
        places = self._torch.arange(start, start + like.numel(), dtype=like.dtype, device=like.device)
        return (least + (most - least) * places / self.count).reshape(like.shape)


def _give_back(torch: Any, tensor: Any, numbers: Any, is_trained: bool) -> None:
    """Write numbers that have changed into a tensor, and not beside it: others may be views of it."""
    if tensor.requires_grad != is_trained:
        tensor.requires_grad_(is_trained)
    if tensor.shape != numbers.shape or tensor.dtype != numbers.dtype or tensor.layout != torch.strided:
        tensor.data = numbers
    elif not torch.equal(tensor.detach(), numbers):
        tensor.data.copy_(numbers)


def backend() -> _Torch:
    """Return this backend; raises `ImportError` where torch is absent."""
    return _Torch()


def _mode(draws: Draws) -> Any:
    """Return a block in which the operations that draw normal numbers are given them."""
    dispatch: Any = import_module("torch.utils._python_dispatch")

    class Given(dispatch.TorchDispatchMode):  # type: ignore[misc]
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            drawn = func(*args, **(kwargs or {}))
            operation = func._schema.name
            given = draws.instead(tuple(drawn.shape)) if operation in _NORMAL else None
            if given is None:
                return drawn
            location, scale = _spread(operation, args)
            value = location + scale * given.to(drawn.dtype)
            return drawn.copy_(value) if operation == "aten::normal_" else value

    return Given()


def _watch(names: list[str]) -> Any:
    """Return a block in which the operations that draw are listed."""
    dispatch: Any = import_module("torch.utils._python_dispatch")
    drawing = import_module("torch").Tag.nondeterministic_seeded

    class Watching(dispatch.TorchDispatchMode):  # type: ignore[misc]
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if drawing in func.tags:
                names.append("torch." + func._schema.name.removeprefix("aten::").rstrip("_"))
            return func(*args, **(kwargs or {}))

    return Watching()


def _spread(operation: str, args: Any) -> tuple[Any, Any]:
    """Return the mean and the standard deviation of a draw."""
    if operation == "aten::normal":
        return args[0], args[1]
    if operation == "aten::normal_":
        return (*args[1:3], *(0.0, 1.0)[len(args) - 1 :])
    return 0.0, 1.0
