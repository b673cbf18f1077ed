"""What a loss may be: the right formula, where to try it, and the slips that people make with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .formula import ONE, Formula, Law, Term, law
from .naming import Scales, Slip
from .probing import Axes, Draw, Kind
from .sizes import Layout, Sizes

__all__ = ["Count", "Edge", "Quantity", "Right", "grid", "shape_of"]

_GRID = 64  # points are multiples of 1/64 below 4: exact in every dtype that is in use


@dataclass(frozen=True, slots=True)
class Count:
    """A constant of the right value: `held`·`constant` once for every place of `axes`."""

    constant: Term
    axes: tuple[str, ...]
    held: Law


@dataclass(frozen=True, slots=True)
class Right:
    """A formula that is right for an output of some kind, and the reduction that this is."""

    formula: Formula
    reduction: str
    scale: Law


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of points that leads to where formulas suffer, with a reference that does not.

    Each of `points` gives a number for every role; `reference` maps arrays to accurate values over `axes`. `near` says
    that the line leads to where the value vanishes, not to extreme numbers.
    """

    reference: Callable[[Mapping[str, Any]], Any]
    axes: tuple[str, ...]
    points: Sequence[Mapping[str, float]]
    near: bool


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity with everything needed to recognise it, and to name what went wrong with it.

    `axes` gives the axes of the array of each role; `draw` makes such arrays at which the terms differ; `said` names
    the quantity in the names of the arguments; `simple` holds simple numbers for each role, simplest first. The right
    value is the sum of `formula` over all places, and of the `counts` of its constants. `objective` says that a
    constant positive factor does no harm; `wide` lists further terms, for functions that no slips explain. `parts`
    names terms whose coefficients must be in proportion within a part, and between parts up to an effective weight, as
    the reconstruction and the KL of a loss are. `also_right` holds formulas that are right as well, by what is said
    of them; `others` the same quantity of arrays laid out in another order, tried where this one is not right.
    """

    name: str
    said: Callable[[Mapping[str, str]], str]
    theorems: tuple[str, ...]
    axes: Axes
    draw: Draw
    formula: Formula
    counts: tuple[Count, ...]
    slips: Sequence[Slip]
    scales: Scales
    wide: Sequence[frozenset[Term]] = ()
    objective: bool = False
    signs: tuple[int, ...] = (1,)
    parts: Mapping[str, frozenset[Term]] = field(default_factory=dict)
    only_positive: Draw | None = None
    numbers: frozenset[str] = frozenset()
    simple: Mapping[str, Sequence[float]] = field(default_factory=dict)
    edges: Sequence[Edge] = ()
    also_right: Mapping[str, Formula] = field(default_factory=dict)
    others: tuple[Quantity, ...] = ()

    @property
    def constants(self) -> tuple[Term, ...]:
        """The constants that may occur in it."""
        return tuple(dict.fromkeys((ONE, *(count.constant for count in self.counts))))

    def rights(self, kind: Kind, layout: Layout) -> list[Right]:
        """Return the right formulas for an output of this kind: every reduction over the batch that is right."""
        kept = layout.concrete(() if kind.spread else kind.kept)
        found = []
        for words, scale in self._batch(kept, layout):
            for sign in self.signs:
                constants = [(c.constant, c.held * _dropped(c.axes, kept, layout)) for c in self.counts]
                said = words + (" (with the sign of a loss)" if sign < 0 else "")
                for more, summed in {"": self.formula, **self.also_right}.items():
                    whole = sum((Formula.of({constant: held}) for constant, held in constants), summed)
                    told = f"{said}, {more}" if more else said
                    found.append(Right(whole.scaled(scale * law(sign)), told, scale * law(sign)))
        return found

    def _batch(self, kept: tuple[str, ...], layout: Layout) -> list[tuple[str, Law]]:
        latents = self._latents(kept, layout)
        if "B" in kept or not layout.batch or not any("B" in axes for axes in self.axes.values()):
            return [(latents, law(1))]
        return [(f"{latents}, averaged over the batch", law(1, B=-1)), (f"{latents}, summed over the batch", law(1))]

    def _latents(self, kept: tuple[str, ...], layout: Layout) -> str:
        names = layout.concrete(("d",))
        if not any("d" in axes for axes in self.axes.values()):
            return "a number a sample" if "B" in kept else "one number"
        if all(name in kept for name in names):
            return "elementwise"
        return "summed over the latents" + (", one value a sample" if "B" in kept else "")


def _dropped(axes: tuple[str, ...], kept: tuple[str, ...], layout: Layout) -> Law:
    """Return how many places one number of the output sums over."""
    found = law(1)
    for axis in axes:
        if axis == "B" and not layout.batch:
            continue
        names = layout.concrete((axis,))
        gone = [name for name in names if name not in kept]
        if gone == list(names):
            found = found * law(1, **{axis: 1})
        else:
            for name in gone:
                found = found * law(1, **{name: 1})
    return found


def grid(generator: np.random.Generator, low: float, high: float, shape: tuple[int, ...]) -> Any:
    """Draw multiples of 1/64 in [low, high] except 0: numbers that every dtype holds exactly.

    >>> float(grid(np.random.default_rng(0), 0.5, 0.5, (1,))[0])
    0.5
    """
    drawn = generator.integers(round(low * _GRID), round(high * _GRID) + 1, shape)
    return np.where(drawn == 0, 1, drawn) / _GRID


def shape_of(axes: tuple[str, ...], sizes: Sizes) -> tuple[int, ...]:
    """Return the shape of an array over axes, without a batch where there is none."""
    return tuple(sizes[axis] for axis in axes if axis in sizes)
