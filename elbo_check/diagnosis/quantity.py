"""What a loss may be: the right formula, where to try it, and the slips that people make with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .epsilon import Place
from .formula import ONE, Formula, Law, Term, law
from .naming import Scales, Slip
from .probing import Axes, Draw, Kind
from .sizes import Layout, Sizes

__all__ = ["Count", "Edge", "Form", "Part", "Quantity", "Right", "grid", "shape_of"]

_GRID = 64  # points are multiples of 1/64 below 4: exact in every dtype that is in use


@dataclass(frozen=True, slots=True)
class Count:
    """A constant of the right value: `held`·`constant` once for every place of `axes`."""

    constant: Term
    axes: tuple[str, ...]
    held: Law


@dataclass(frozen=True, slots=True)
class Form:
    """One of the formulas that are right for a part of an objective.

    `unit` is how much of the usual likelihood it is: 2 for a squared error without its half. `note` is a card and a
    sentence for its users, `weights` what a weight beside the other part is called, `has_slips`: slips are sought here.
    """

    formula: Formula
    counts: tuple[Count, ...] = ()
    note: tuple[str, str] = ("", "")
    unit: int = 1
    weights: Scales = field(default_factory=dict)
    has_slips: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an objective, as the reconstruction and the KL are of a loss: right in any of its forms.

    `axes` are those of its terms, `weight` is what multiplies it in the whole, `missing` the card for its absence.
    """

    forms: tuple[Form, ...]
    slips: Sequence[Slip]
    axes: tuple[str, ...]
    missing: str
    weight: Law = field(default_factory=lambda: law(1))
    wide: Sequence[frozenset[Term]] = ()

    def scale(self, kind: Kind, layout: Layout) -> Law:
        """Return its weight in one number of an output: what is repeated along an axis counts once along it."""
        share = {axis: -1 for axis in kind.kept if axis not in self.axes and axis not in layout.concrete(self.axes)}
        held = self.weight * law(1, **share)
        return held if layout.batch else held.at({"B": 1})

    def formula(self, form: Form, kind: Kind, layout: Layout) -> Formula:
        """Return a form with its constants, for an output of this kind, without its weight."""
        return _with_counts(form.formula, form.counts, kind, layout)


@dataclass(frozen=True, slots=True)
class Right:
    """A formula that is right for an output of some kind, and the reduction that this is."""

    formula: Formula
    reduction: str
    scale: Law
    note: tuple[str, str] = ("", "")
    has_slips: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of points that leads to where formulas suffer, with a reference that does not.

    Each of `points` gives a number for every role, which `laid` makes an array of, as `where` says; of these the first
    `ordinary` are no extreme ones. `reference` maps arrays to accurate values over `axes`: without, it is the formula
    that was recovered. `near`: the line leads to where the value vanishes; `usual`: models in use have such numbers.
    """

    reference: Callable[[Mapping[str, Any]], Any] | None
    axes: tuple[str, ...]
    points: Sequence[Mapping[str, float]]
    near: bool = False
    laid: Callable[[tuple[int, ...], float], Any] = np.full
    where: str = ""
    usual: bool = False
    ordinary: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A quantity with everything needed to recognise it, and to name what went wrong with it.

    `axes` gives the axes of the array of each role; `draw` makes such arrays at which the terms differ; `said` names
    the quantity in the names of the arguments; `simple` holds simple numbers for each role, simplest first. The right
    value is the sum of `formula` over all places, and of the `counts` of its constants; or that of its `parts`, in any
    of their forms. `also_right` holds further right forms, by what is said of them. `objective` says that a constant
    positive factor does no harm; `wide` lists further terms, for functions that no slips explain; `beta` is the
    declared weight of the second part. `otherwise` holds the same quantity at other points, or of arrays laid out in
    another order, for functions not right here. `edges` lead to where formulas suffer, `beyond` holds numbers far from
    those that are drawn. `weighed` names two arguments whose difference counts alike everywhere: the first goes far
    out, the second stays. `bits` names data that may be 0 and 1 alone, and what is decoded of them. `places` are those
    where an ε may be added, `idle` the roles on which it does not depend, `near` numbers where its divergence is small.
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
    parts: tuple[Part, ...] = ()
    beta: Law = field(default_factory=lambda: law(1))
    only_positive: Draw | None = None
    numbers: frozenset[str] = frozenset()
    simple: Mapping[str, Sequence[float]] = field(default_factory=dict)
    otherwise: tuple[Quantity, ...] = ()
    only_at: str = ""
    edges: Sequence[Edge] = ()
    beyond: Sequence[Mapping[str, float]] = ()
    weighed: Sequence[tuple[str, str]] = ()
    bits: Sequence[tuple[str, str]] = ()
    also_right: Mapping[str, Form] = field(default_factory=dict)
    idle: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    near: Sequence[Mapping[str, float]] = ()

    @property
    def constants(self) -> tuple[Term, ...]:
        """The constants that may occur in it."""
        forms = [*self.also_right.values(), *(form for part in self.parts for form in part.forms)]
        counts = [*self.counts, *(count for form in forms for count in form.counts)]
        return tuple(dict.fromkeys((ONE, *(count.constant for count in counts))))

    def rights(self, kind: Kind, layout: Layout) -> list[Right]:
        """Return the right formulas for an output of this kind: every reduction over the batch that is right."""
        kept = layout.concrete(() if kind.spread else kind.kept)
        found = []
        for words, scale in self._reductions(kept, layout):
            for sign in self.signs:
                for whole, more, form in self._wholes(kind, layout):
                    said = words + (" (with the sign of a loss)" if sign < 0 else "") + (f", {more}" if more else "")
                    held = scale * law(sign)
                    found.append(Right(whole.scaled(held), said, held, form.note, form.has_slips))
        return found

    def _wholes(self, kind: Kind, layout: Layout) -> list[tuple[Formula, str, Form]]:
        """Return what is right as it stands: each formula, what is said of it, and the form that has a note, if any."""
        if not self.parts:
            kept = layout.concrete(() if kind.spread else kind.kept)
            others = {more: form for more, form in self.also_right.items() if _is_over(form.formula, kept, layout)}
            every = {"": Form(self.formula, self.counts), **others}
            return [(_with_counts(form.formula, form.counts, kind, layout), more, form) for more, form in every.items()]
        found = []
        for forms in itertools.product(*(part.forms for part in self.parts)):
            whole = Formula({})
            for part, form in zip(self.parts, forms, strict=True):
                whole = whole + part.formula(form, kind, layout).scaled(part.scale(kind, layout))
            found.append((whole, "", next((form for form in forms if form.note[0]), forms[0])))
        return found

    def _reductions(self, kept: tuple[str, ...], layout: Layout) -> list[tuple[str, Law]]:
        found = self._batch(kept, layout)
        if not layout.of_sequences or "T" in kept:
            return found
        summed = [(f"{words}, summed over the steps", scale) for words, scale in found]
        return summed + [(f"{words}, averaged over the steps", scale * law(1, T=-1)) for words, scale in found]

    def _batch(self, kept: tuple[str, ...], layout: Layout) -> list[tuple[str, Law]]:
        latents = self._latents(kept, layout)
        if "B" in kept or not layout.batch or not any("B" in axes for axes in self.axes.values()):
            return [(latents, law(1))]
        averaged = (f"{latents}, averaged over the batch", law(1, B=-1))
        if any(name in kept for name in layout.concrete(("d",))):
            return [averaged]  # a sum over the batch that keeps latents took the wrong axis
        return [averaged, (f"{latents}, summed over the batch", law(1))]

    def _latents(self, kept: tuple[str, ...], layout: Layout) -> str:
        held = {axis for axes in self.axes.values() for axis in axes if axis in _SUMMED}
        if not held:
            return "a number a sample" if "B" in kept else "one number"
        stays = [name in kept for name in layout.concrete(tuple(held))]
        if all(stays):
            return "elementwise"
        each = f", an array over ({', '.join(kept)})" if any(stays) else ", one value a sample" if "B" in kept else ""
        return " and ".join(words for axis, words in _SUMMED.items() if axis in held) + each


_SUMMED = {"D": "summed over the observed numbers", "d": "summed over the latents", "G": "summed over the categoricals"}


def _with_counts(formula: Formula, counts: Sequence[Count], kind: Kind, layout: Layout) -> Formula:
    kept = layout.concrete(() if kind.spread else kind.kept)
    for count in counts:
        formula = formula + Formula.of({count.constant: count.held * _dropped(count.axes, kept, layout)})
    return formula


def _is_over(formula: Formula, kept: tuple[str, ...], layout: Layout) -> bool:
    """Whether every term has places along all axes that are kept: a number of all latents is none of one latent."""
    return all(set(kept) <= set(layout.concrete(term.axes)) for term in formula.terms)


def _dropped(axes: tuple[str, ...], kept: tuple[str, ...], layout: Layout) -> Law:
    """Return how many places one number of the output sums over."""
    found = law(1)
    for axis in axes:
        if axis == "B" and not layout.batch:
            continue
        names = layout.concrete((axis,))
        gone = [name for name in names if name not in kept]
        for name in [axis] if gone == list(names) else gone:
            found = found * law(1, **{name: 1})
    return found


def grid(generator: np.random.Generator, low: float, high: float, shape: tuple[int, ...]) -> Any:
    """Draw multiples of 1/64 in [low, high] except 0: numbers that every dtype holds exactly.

    >>> float(grid(np.random.default_rng(0), 0.5, 0.5, (1,))[0])
    0.5
    """
    drawn = generator.integers(round(low * _GRID), round(high * _GRID) + 1, shape)
    return (drawn + (drawn == 0)) / _GRID


def shape_of(axes: tuple[str, ...], sizes: Sizes) -> tuple[int, ...]:
    """Return the shape of an array over axes, without a batch where there is none."""
    return tuple(sizes[axis] for axis in axes if axis in sizes)
