"""Calling a function at designed points, and seeing the shape of its answers: which numbers depend on which samples.

A function is called with arrays of several sizes that all differ from each other, so that the length of an axis tells
what it counts. What comes out is a number for everything, for every sample, for every place, or for every latent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WitnessError
from .sizes import Layout, Sizes

__all__ = [
    "CALLS",
    "Arrays",
    "Axes",
    "Call",
    "Kind",
    "Sample",
    "is_constant",
    "kind_of",
    "narrowest",
    "narrowest_of",
    "reduced",
    "reduction",
    "sampled",
]

FloatArray = NDArray[np.float64]
Arrays = Mapping[str, Any]
Axes = Mapping[str, tuple[str, ...]]
Call = Callable[[Arrays], FloatArray]
"""A function of arrays by role, laid out as it wants them, giving one of its outputs."""
Draw = Callable[[np.random.Generator, Sizes], Arrays]

CALLS = 24  # a size: a number comes out of each at least, and the largest dictionary has half as many terms
_NARROWER = {"float64": ("bfloat16", "float16", "float32"), "float32": ("bfloat16", "float16")}
_DROPPED = 0xFFFF  # the bits of a float32 that a bfloat16 has not
_EXCHANGED = 2
NOTICED = 1e-7  # a relative change of a sample's number when another sample moves; float32 sums stay below it


@dataclass(frozen=True, slots=True)
class Kind:
    """What one number of an output sums over: the axes that are kept, and whether there is a batch at all.

    `kept` lists the sizes along the axes of the output, () for a single number. `spread` says that every number depends
    on every sample although the output has one for each: a total that was broadcast.
    """

    kept: tuple[str, ...]
    spread: bool = False

    @property
    def words(self) -> str:
        """The kind in words."""
        named = {
            (): "one number",
            ("B",): "one value a sample",
            ("d",): "one value a latent",
            ("B", "d"): "one value a coordinate",
            ("B", "D"): "one value an observed number",
            ("B", "G"): "one value a categorical",
        }
        words = named.get(self.kept, f"an array over ({', '.join(self.kept)})")
        return f"{words}, each of them a total over the batch" if self.spread else words


@dataclass(frozen=True, slots=True)
class Sample:
    """The answers of a function at one choice of sizes: the arrays of every call, and the numbers that came out."""

    sizes: Sizes
    layout: Layout
    kind: Kind
    arrays: tuple[Arrays, ...]
    outputs: tuple[FloatArray, ...]


def sampled(
    call: Call,
    draw: Draw,
    axes: Axes,
    sizes: Sizes,
    layout: Layout,
    generator: np.random.Generator,
    calls: int = CALLS,
) -> Sample:
    """Call a function at random points of one choice of sizes, at two at least."""
    arrays = tuple(draw(generator, sizes) for _ in range(calls))
    outputs = tuple(np.squeeze(call(each)) for each in arrays)
    if any(output.shape != outputs[0].shape for output in outputs):
        raise WitnessError("the shape of the output changes from call to call")
    kind = kind_of(call, arrays, axes, sizes, layout, outputs[0])
    return Sample(sizes, layout, kind, arrays, outputs)


def narrowest(samples: Sequence[Sample], dtype: str) -> str:
    """Return the dtype that the answers were rounded to, which may be narrower than the one they came in.

    >>> from .sizes import LAYOUTS
    >>> outputs = (np.array(0.1, np.float16), np.array(0.3, np.float16))
    >>> narrowest([Sample({}, LAYOUTS[0], Kind(()), ({}, {}), outputs)], "float64")
    'float16'
    """
    return narrowest_of([output for sample in samples for output in sample.outputs], dtype)


def narrowest_of(outputs: Sequence[FloatArray], dtype: str) -> str:
    """Return the dtype that numbers were rounded to, which may be narrower than the one they came in."""
    numbers = np.concatenate([np.ravel(output) for output in outputs])
    return next((narrow for narrow in _NARROWER.get(dtype, ()) if _holds(narrow, numbers)), dtype)


def _holds(narrow: str, outputs: FloatArray) -> bool:
    """Whether a dtype holds these numbers exactly."""
    with np.errstate(over="ignore"):
        rounded = outputs.astype(np.float32 if narrow == "bfloat16" else narrow)
    exact = np.array_equal(rounded.astype(np.float64), outputs)
    return exact and not (narrow == "bfloat16" and np.any(rounded.view(np.uint32) & _DROPPED))


def is_constant(samples: Sequence[Sample]) -> bool:
    """Whether every call gave the same answer, at each choice of sizes: nothing depends on the arguments."""
    return all(np.array_equal(output, sample.outputs[0]) for sample in samples for output in sample.outputs)


def kind_of(call: Call, points: Sequence[Arrays], axes: Axes, sizes: Sizes, layout: Layout, output: FloatArray) -> Kind:
    """Return what the numbers of an output stand for; raises `WitnessError` where its shape has no meaning here.

    `output` is the answer at the first point. Its last sample is taken from others: from two, as one may be as large.
    """
    kept = _named(output.shape, sizes, layout)
    if "B" not in kept:
        return Kind(kept)
    first, *others = points
    index = kept.index("B")
    before = np.take(np.squeeze(output), 0, axis=index)
    for other in others[:_EXCHANGED]:
        moved = {role: _last_exchanged(array, other[role], axes[role]) for role, array in first.items()}
        after = np.take(np.squeeze(call(moved)), 0, axis=index)
        with np.errstate(all="ignore"):  # infinite numbers are refused later
            if np.any(np.abs(after - before) > NOTICED * (1 + np.abs(before))):
                return Kind(kept, spread=True)
    return Kind(kept)


def _last_exchanged(array: Any, other: Any, axes: tuple[str, ...]) -> Any:
    """Take the last sample from another array."""
    if "B" not in axes:
        return array
    place = (slice(None),) * axes.index("B") + (-1,)
    changed = np.array(array)
    changed[place] = np.asarray(other)[place]
    return changed


def _named(shape: tuple[int, ...], sizes: Sizes, layout: Layout) -> tuple[str, ...]:
    """Name the axes of an output; three axes that stand for one are named as that one."""
    parts = dict.fromkeys(name for names in layout.axes.values() for name in names)
    whole = {n: name for name, n in sizes.items() if name not in layout.axes and name not in parts}
    pieces = {sizes[name]: name for name in parts}
    for axis, names in layout.axes.items():
        lengths = tuple(sizes[name] for name in names)
        for start in range(len(shape) - len(lengths) + 1):
            if shape[start : start + len(lengths)] == lengths:
                before, after = shape[:start], shape[start + len(lengths) :]
                return (*_named(before, sizes, layout), axis, *_named(after, sizes, layout))
    known = pieces | whole
    if sizes.get("G") == sizes.get("K") and sizes.get("K") in shape:
        raise WitnessError(f"an output of shape {shape} cannot be read where G and K are both {sizes['K']}")
    if not all(length in known for length in shape) or len(set(shape)) < len(shape):
        given = ", ".join(f"{name} = {length}" for name, length in sizes.items())
        raise WitnessError(f"an output of shape {shape} cannot be read where {given}")
    return tuple(known[length] for length in shape)


def reduced(values: Any, sample: Sample, axes: tuple[str, ...]) -> FloatArray:
    """Sum the values of a term over the axes that the output does not keep, and give them the output's shape.

    >>> from .sizes import LAYOUTS
    >>> sample = Sample({"B": 2, "d": 3}, LAYOUTS[0], Kind(("B",)), (), ())
    >>> reduced(np.ones((2, 3)), sample, ("B", "d"))
    array([3., 3.])
    """
    return reduction(sample, axes)(values)


def reduction(sample: Sample, axes: tuple[str, ...]) -> Callable[[Any], FloatArray]:
    """Return what `reduced` does to the values of a term with these axes, worked out once for many values."""
    layout, sizes, kind = sample.layout, sample.sizes, sample.kind
    held = tuple(axis for axis in axes if layout.batch or axis != "B")
    names, kept = layout.concrete(held), layout.concrete(kind.kept)
    stays = () if kind.spread else kept
    left = [name for name in names if name in stays]
    whole = tuple(sizes[axis] for axis in held)
    laid = tuple(sizes[name] for name in names)
    summed = tuple(i for i, name in enumerate(names) if name not in stays)
    order = [left.index(name) for name in stays if name in left]
    shape = tuple(sizes[name] if name in left else 1 for name in kept)
    full = tuple(sizes[name] for name in kept)

    def reduce(values: Any) -> FloatArray:
        total = _spread_to(np.asarray(values, dtype=np.float64), whole).reshape(laid)
        total = np.asarray(total.sum(axis=summed)) if summed else total
        return _spread_to(total.transpose(order).reshape(shape), full)

    return reduce


def _spread_to(values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    return values if values.shape == shape else np.broadcast_to(values, shape)
