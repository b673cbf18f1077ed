"""A pytest function that fails for a wrong loss, and passes once the loss is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..diagnosis.probing import Arrays
from ..inputs.loss_function import LossFunction
from .calls import Asked
from .counterexample import PERIOD, Counterexample
from .expected import Expected, expected_difference, expected_of

__all__ = ["difference_test", "failing_test", "got_at"]

_MANY, _FEW = 60, 3  # entries of an array, and of those the exceptions that are told one by one

_SINGLE = 1e-7  # relative: float32 cannot tell
_TENSORS = {"numpy": "np.array({})", "torch": "torch.tensor({})", "jax": "jnp.array({})"}
_FOUND = {
    "numpy": "np.asarray({}, np.float64)",
    "torch": "torch.as_tensor({}).detach().cpu().double().numpy()",
    "jax": "np.asarray({}, np.float64)",
}
_IMPORTS: Mapping[str, list[str]] = {"numpy": [], "torch": ["import torch"], "jax": ["import jax.numpy as jnp"]}


def failing_test(call: Asked, case: Counterexample, dtype: str) -> str:
    """Return the source of a pytest function that fails today, and passes once the function is right.

    There is none for a function that draws its own noise: nobody else can give it the same.
    """
    function = call.function
    expected = None if function.own_noise else expected_of(call, case, dtype)
    if expected is None:
        return ""
    compared = _compared_freely(expected) if expected.free else _compared(expected)
    return _written(call, expected, f"test_{function.name}_is_right", compared)


def difference_test(call: Asked, case: Counterexample, other: Arrays, dtype: str, share: float = 1.0) -> str:
    """Return the source of a pytest function of what a function loses from one point to another, as `failing_test`.

    `share` is what it is a multiple of.
    """
    expected = None if call.function.own_noise else expected_difference(call, case, other, dtype)
    if expected is None:
        return ""
    lost = "found[0] - found[1]" if share == 1 else f"(found[0] - found[1]) / {share!r}"
    compared = (f"found = {lost}  # the KL, whatever −log p(x | z) is", *_compared(expected))
    return _written(call, expected, f"test_{call.function.name}_has_the_right_kl", compared)


def _written(call: Asked, expected: Expected, name: str, compared: Iterable[str]) -> str:
    function = call.function
    _, header = got_at(function)
    if function.backend == "jax" and expected.near[0] < _SINGLE:
        header = ["import jax", *header, 'jax.config.update("jax_enable_x64", True)']
    lines = [f"def {name}():", *_asked_at(call, expected), *compared]
    body = [lines[0], *(f"    {line}" if line else "" for line in lines[1:])]
    return "\n".join(["import numpy as np", *_IMPORTS[function.backend], *header, "", "", *body]) + "\n"


def _asked_at(call: Asked, expected: Expected) -> Iterator[str]:
    """Yield the lines that call a function at every point, each argument made where it changes."""
    function, sign = call.function, "-" if call.negated else ""
    called, _ = got_at(function)
    before: dict[str, Any] = {}
    for number, point in enumerate(expected.points):
        arguments = call.arguments(point)
        for name, value in arguments.items():
            if name not in before or not np.array_equal(before[name], value):
                yield from _assigned(name, np.asarray(value), _tensors(function, expected))
        before = arguments
        value = function.access(arguments, call.output, called)
        found = f"{sign}np.squeeze({_FOUND[function.backend].format(value)})"
        if expected.free:
            found = f"found = [{found}]" if number == 0 else f"found.append({found})"
        yield found if expected.free else f"found = {found}"


def _compared(expected: Expected) -> Iterator[str]:
    relative, absolute = expected.near
    yield from _rights(
        [right[0] for right in expected.rights], "every shape and reduction over the batch that is right, in nats"
    )
    near = f"np.allclose(found, right, {relative:g}, {absolute:g})"
    yield f"near = [{near} for right in rights if found.shape == np.shape(right)]"
    yield "assert any(near), found"


def _compared_freely(expected: Expected) -> Iterator[str]:
    relative, absolute = expected.near
    yield "found = np.array(found)"
    yield from _rights(expected.rights, "every shape and form that is right at these points; a positive factor is free")
    yield from (
        "",
        "def is_multiple(right):",
        "    factor = np.sum(found * right) / np.sum(right * right)",
        f"    near = np.allclose(found, factor * right, {relative:g}, {absolute:g} * np.abs(found).max())",
        "    return factor > 0 and near",
        "",
        "near = [is_multiple(np.array(right)) for right in rights if found.shape == np.shape(right)]",
        "assert any(near), found",
    )


def _rights(rights: Sequence[Any], words: str) -> Iterator[str]:
    """Yield the lines that list the right values, the large ones apart."""
    for number, right in enumerate(rights):
        yield from _assigned(_of(number), right, _TENSORS["numpy"]) if right.size > _MANY else ()
    told = ", ".join(_literal(r) if r.size <= _MANY else _of(number) for number, r in enumerate(rights))
    yield f"rights = [{told}]  # {words}"


def got_at(function: LossFunction) -> tuple[str, list[str]]:
    """Return what a test calls a function, and the comments that say how it gets there."""
    imported, expression = function.built
    if not imported and function.name in function.parameters:  # an argument has its name
        return f"{function.name}_itself", [f"# from your_module import {function.name} as {function.name}_itself"]
    if not imported:
        return function.name, [f"# from your_module import {function.name}"]
    return "loss", [f"# from your_module import {imported}", f"# loss = {expression}  # as you build it"]


def _of(number: int) -> str:
    return f"right_{number}"


def _tensors(function: LossFunction, expected: Expected) -> str:
    """Return how an array becomes a tensor: float32 for a function that refuses float64, which a fine test asks for."""
    made = _TENSORS[function.backend]
    dtype = "float32" if function.dtype == "float32" else "float64" if expected.near[0] < _SINGLE else ""
    return made.replace("{}", f"{{}}, dtype=torch.{dtype}") if dtype and function.backend == "torch" else made


def _assigned(name: str, array: Any, tensors: str) -> Iterator[str]:
    """Yield the lines that make an array: a large one by its exceptions, or by what it repeats, if these are few."""
    values, counts = np.unique(array, return_counts=True)
    usual = values[np.argmax(counts)]
    places = np.argwhere(array != usual)
    if array.size <= _MANY or len(places) > _FEW:
        short = _repeating(array)
        made = tensors.format(short or _literal(array))
        yield f"{name} = {short if short and tensors == _TENSORS['numpy'] else made}"
        return
    yield f"{name} = np.full({array.shape}, {usual.item()!r})"
    for place in places.tolist():
        yield f"{name}[{', '.join(map(str, place))}] = {array[tuple(place)].item()!r}"
    if tensors != _TENSORS["numpy"]:
        yield f"{name} = {tensors.format(name)}"


def _repeating(array: Any) -> str:
    """Return a large array that repeats its first few numbers as these; "" for another."""
    few = np.ravel(array)[:PERIOD]
    repeats = array.size > _MANY and np.array_equal(np.resize(few, array.shape), array)
    return f"np.resize({few.tolist()!r}, {array.shape})" if repeats else ""


def _literal(value: Any) -> str:
    return repr(np.asarray(value).tolist())
