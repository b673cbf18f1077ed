"""Free bits: a KL that counts λ nats at least, for each latent, for each sample or for all: which λ, and for what.

Values grow with λ, so that one answer tells it. It is believed only if no departure is left, to rounding, anywhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy.optimize import brentq

from .fitting import Fit, Fitter
from .formula import Formula, Law, Term, law
from .probing import reduction
from .quantity import Count, Quantity, Right

__all__ = ["Floored", "floored"]

FloatArray = NDArray[np.float64]

_LARGEST = 1e4  # nats
_DIGITS = range(1, 8)
_CATEGORIES = "K"  # the axis over which the terms of one KL are added


class Floored(NamedTuple):
    """A formula with a floor under its KL, in words what counts how much at least, and the place of the right one."""

    fit: Fit
    words: str
    right: int


class _Level(NamedTuple):
    """What has a floor: the KLs of all latents of all samples, folded to that. `names` are told around the formula."""

    words: str
    fold: Callable[[FloatArray], Any]
    names: tuple[str, ...]
    of_samples: bool
    of_latents: bool


_LEVELS = (
    _Level("each latent of each sample", lambda v: v, (), True, True),
    _Level("the mean of each latent over the batch", lambda v: v.mean(0, keepdims=True), ("mean_b",), False, True),
    _Level("each sample", lambda v: v.reshape(len(v), -1).sum(1), ("sum_j",), True, False),
    _Level("the mean over the batch", lambda v: v.sum() / len(v), ("mean_b", "sum_j"), False, False),
    _Level("the whole batch", lambda v: v.sum(), ("sum_b", "sum_j"), False, False),
)


class _Divergence(NamedTuple):
    """The KL of each place: its formula there, with its constants, and the axes of the places."""

    formula: Formula
    counts: Sequence[Count]
    axes: tuple[str, ...]
    batch: bool

    def value(self, arrays: Mapping[str, Any]) -> FloatArray:
        """Return the KL of every place."""
        total: Any = 0.0
        for term, held in self.formula.coefficients.items():
            values = np.asarray(term.value(arrays), np.float64)
            total = total + float(held.number) * (values.sum(-1) if _CATEGORIES in term.axes else values)
        sizes = {_CATEGORIES: np.shape(next(iter(arrays.values())))[-1]}
        constants = (float(c.held.number) * float(c.constant.value(sizes)) for c in self.counts if c.held)
        return np.asarray(total + sum(constants))

    def symbol(self, symbols: Mapping[str, Any]) -> Any:
        """Return the KL of one place as SymPy writes it."""
        told = [_number(held) * term.symbol(symbols) for term, held in self.formula.coefficients.items()]
        total = sum(told, start=sympy.Integer(0))
        if any(_CATEGORIES in term.axes for term in self.formula.terms):
            total = sympy.Function("sum_k")(total)
        sizes = {_CATEGORIES: sympy.Symbol(_CATEGORIES, integer=True, positive=True)}
        return sum((_number(c.held) * c.constant.symbol(sizes) for c in self.counts if c.held), start=total)

    def floored(self, level: _Level, number: float) -> Term:
        """Return the term that has a floor, over the samples where it is of them all: as often as there are some."""
        axes = self.axes if level.of_latents else self.axes[:1]

        def value(arrays: Mapping[str, Any]) -> FloatArray:
            every = self.value(arrays) if self.batch else self.value(arrays)[None]
            shape = every.shape if level.of_latents else every.shape[:1]
            held = np.broadcast_to(np.maximum(level.fold(every), number), shape)
            return held if self.batch else np.asarray(held[0])

        def symbol(symbols: Mapping[str, Any]) -> Any:
            told = self.symbol(symbols)
            for name in reversed(level.names):
                told = sympy.Function(name)(told) if name != "sum_j" else self._summed(told)
            return sympy.Function("max")(told, sympy.Rational(repr(number)))

        return Term(f"KL of {level.words}, {number!r} at least", axes, value, symbol)

    def _summed(self, told: Any) -> Any:
        """Sum over the latents, or over the categoricals, of a sample, if there is more than one."""
        for axis in self.axes[1:]:
            told = sympy.Function("sum_g" if axis == "G" else "sum_j")(told)
        return told


def floored(fitter: Fitter, quantity: Quantity, rights: Sequence[Right], rounding: float) -> Floored | None:
    """Return the right formula with a floor under its KL that gives the answers, or None if none does."""
    sample = fitter.samples[0]
    divergence = _divergence_of(quantity, batch=sample.layout.batch)
    if divergence is None or sample.kind.spread:
        return None
    levels = [each for each in _LEVELS if _may_have(each, fitter, divergence)]
    for (place, rest, held), level in itertools.product(_rests(fitter, quantity, rights), levels):
        share = held if level.of_samples else _weight(fitter, quantity) * law(1, B=-1)
        for number in _numbers(fitter, rest, share, rounding, partial(divergence.floored, level)):
            formula = rest + Formula.of({divergence.floored(level, number): share})
            if fitter.is_within(formula, rounding):
                words = f"{level.words} counts {number:.6g} {'nat' if number == 1 else 'nats'} at least"
                return Floored(Fit(formula, fitter.departure(formula), rounding), words, place)
    return None


def _number(held: Law) -> Any:
    return sympy.Rational(held.number.numerator, held.number.denominator)


def _divergence_of(quantity: Quantity, *, batch: bool) -> _Divergence | None:
    """Return the KL that a quantity is, or has for a part; None where it has none, or one of a single draw."""
    form = quantity.parts[1].forms[0] if quantity.parts else None
    formula, counts = (quantity.formula, quantity.counts) if form is None else (form.formula, form.counts)
    axes = {tuple(axis for axis in term.axes if axis != _CATEGORIES) for term in formula.terms}
    is_kl = bool(quantity.parts) or "-kl" in quantity.name
    is_one = len(axes) == 1 and is_kl and "noise" not in quantity.axes
    if not is_one or any(held.names for held in formula.coefficients.values()):
        return None
    return _Divergence(formula, counts, axes.pop(), batch)


def _may_have(level: _Level, fitter: Fitter, divergence: _Divergence) -> bool:
    """Whether an output has a number for each of what has a floor, or sums over it."""
    sample = fitter.samples[0]
    kept = set(sample.layout.concrete(sample.kind.kept))
    folded = {*divergence.axes[:1]} if not level.of_samples else set()
    folded |= {*divergence.axes[1:]} if not level.of_latents else set()
    if not level.of_samples and not sample.layout.batch:
        return False
    return not kept & set(sample.layout.concrete(tuple(folded))) and not (level.of_latents and len(divergence.axes) < 2)


def _weight(fitter: Fitter, quantity: Quantity) -> Law:
    sample = fitter.samples[0]
    return quantity.parts[1].scale(sample.kind, sample.layout) if quantity.parts else law(1)


def _rests(fitter: Fitter, quantity: Quantity, rights: Sequence[Right]) -> Iterator[tuple[int, Formula, Law]]:
    """Yield what stands beside the KL in each right formula, and by what the KL is multiplied there."""
    sample, weight = fitter.samples[0], _weight(fitter, quantity)
    for place, right in enumerate(rights):
        rest = Formula({})
        if quantity.parts:
            one = quantity.parts[0]
            form = one.forms[place % len(one.forms)]
            scale = one.scale(sample.kind, sample.layout) * right.scale
            rest = one.formula(form, sample.kind, sample.layout).scaled(scale)
        yield place, rest, weight * right.scale


def _numbers(
    fitter: Fitter, rest: Formula, share: Law, rounding: float, term_of: Callable[[float], Term]
) -> Iterator[float]:
    """Yield the floor that one answer tells, the first that is not the KL itself: with few digits, and as it is."""
    every = (
        (reduction(sample, term_of(0.0).axes), arrays, float(np.sum(gap)) / share.value(sample.sizes))
        for index, sample in enumerate(fitter.samples)
        for arrays, gap in zip(sample.arrays, -fitter.difference(rest, index), strict=True)
    )
    sides = ((partial(_above, reduce, term_of, arrays, target), abs(target)) for reduce, arrays, target in every)
    above = next((side for side, size in sides if abs(side(0.0)) > rounding * (1 + size)), None)
    if above is not None and above(0.0) < 0 < above(_LARGEST):
        found = float(brentq(above, 0.0, _LARGEST, xtol=1e-13, rtol=1e-14))
        yield from dict.fromkeys([*(float(f"{found:.{digits}g}") for digits in _DIGITS), found])


def _above(
    reduce: Callable[[Any], FloatArray], term_of: Callable[[float], Term], arrays: Any, target: float, number: float
) -> float:
    """Return by how much a KL with this floor is above what it has to be."""
    return float(np.sum(reduce(term_of(number).value(arrays)))) - target
