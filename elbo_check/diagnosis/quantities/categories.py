"""Categorical distributions, held in one of three ways: their points, and how they are misread."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ...errors import InputError
from ..formula import Formula, Law, law
from ..naming import Edit, Scales
from ..probing import Arrays, Kind
from ..quantity import Quantity, Right, grid, shape_of
from ..sizes import Layout, Sizes
from .factors import SAME, Factor, Factors, Product, everywhere, product_of, times

__all__ = [
    "AXES",
    "CATEGORICAL_SCALES",
    "CATEGORIES",
    "LAID_OUT",
    "CategoricalQuantity",
    "Held",
    "drawn",
    "number_words",
    "product",
    "readings_of",
    "reread",
]

AXES = ("B", "K")
LAID_OUT: tuple[tuple[str, ...], ...] = (AXES, ("B", "G", "K"))
"""One categorical a sample, or G of them, whose divergences are added up."""

CATEGORICAL_SCALES: Scales = {
    law(2): ("doubled", "kl-counted-twice"),
    law("1/2"): ("halved",),
    law(-1): ("wrong-sign",),
    law(1, K=-1): ("mean-over-latent", "mean-over-all", "wrong-reduction-axis"),
    law(1, K=1): ("wrong-reduction-axis",),
    law(1, G=-1): ("mean-over-latent", "mean-over-all", "wrong-reduction-axis"),
    law(1, G=1): ("wrong-reduction-axis",),
    **{law(1, **{axis: -1}): ("mean-over-latent", "wrong-reduction-axis") for axis in "HW"},
    law(1, G=-1, K=-1): ("mean-over-all",),
    law(1, B=-1): ("double-averaging",),
    law(1, B=1): ("wrong-reduction-axis", "sum-for-mean"),
}
"""What a whole KL of categories may be multiplied by."""


class Held(NamedTuple):
    """What an argument holds, by the names of functions: probabilities, and their logarithms (to base 2, too)."""

    role: str
    short: str
    words: str
    weight: str
    log: str
    bits: str
    simple: tuple[float, ...]


CATEGORIES: Mapping[str, Held] = {
    held.role: held
    for held in (
        Held("probabilities", "prob", "probabilities", "s", "log s", "log2 s", ()),
        Held("logits", "logits", "logits", "softmax s", "log softmax s", "log2 softmax s", (0.0, 1.0, -1.0)),
        Held("log_probabilities", "logprob", "log probabilities", "exp s", "s", "s/log 2", ()),
    )
}

_SLUGS = {
    ("prob", "logprob"): "prob-instead-of-logprob",
    ("prob", "logits"): "prob-as-logits",
    ("logits", "prob"): "logits-as-prob",
    ("logits", "logprob"): "logits-as-logprob",
    ("logprob", "prob"): "logprob-as-prob",
}
"""How people call the reading of one thing as another; log probabilities are logits, so that this is no mistake."""


@dataclass(frozen=True, slots=True, eq=False)
class CategoricalQuantity(Quantity):
    """A quantity that knows what is right for an output with a value for every category.

    There the constants come with the weight of a category, and terms may stand that add up to nothing.
    """

    single: Sequence[Formula] = ()

    def rights(self, kind: Kind, layout: Layout) -> list[Right]:
        """Return the right formulas for an output of this kind."""
        if "K" not in kind.kept:
            return Quantity.rights(self, kind, layout)
        if "B" in kind.kept or not layout.batch:
            return [Right(formula, "one value a category", law(1)) for formula in self.single]
        batch = (("averaged", law(1, B=-1)), ("summed", law(1)))
        return [
            Right(formula.scaled(scale), f"one value a category, {words} over the batch", scale)
            for words, scale in batch
            for formula in self.single
        ]


def readings_of(held: Held) -> Sequence[tuple[str, Held]]:
    """Return what an argument may be taken for, and the slug of that.

    >>> [slug for slug, _ in readings_of(CATEGORIES["log_probabilities"])]
    ['logprob-as-prob']
    """
    others = CATEGORIES.values()
    return [(_SLUGS[held.short, other.short], other) for other in others if (held.short, other.short) in _SLUGS]


def product(*several: Factors, axes: tuple[str, ...]) -> Product:
    """Return a term over samples and categories."""
    return times(*several, axes=axes)


def number_words(axes: tuple[str, ...]) -> str:
    """Say of how many categoricals a sample is made, if not of one."""
    return " of each of the G categoricals of a sample" if "G" in axes else ""


def reread(role: str, held: Held, other: Held, axes: tuple[str, ...], *, weight: bool, log: bool) -> Edit:
    """Return the edit that reads an argument as another: as a weight, in logarithms, or as both."""
    functions = {held.weight: other.weight} if weight else {}
    functions |= {held.log: other.log} if log else {}

    def change(term: Product) -> tuple[Product, Law]:
        factors = (
            (Factor(functions[f.function], f.roles) if f.roles == (role,) and f.function in functions else f, p)
            for f, p in term.factors
        )
        return product_of(factors, axes), SAME

    return everywhere(change)


def drawn(
    roles: Mapping[str, Held], axes: tuple[str, ...] = AXES, *, positive: bool = False
) -> Callable[[np.random.Generator, Sizes], Arrays]:
    """Return what draws distributions; with `positive`, logarithms and logits are positive, whatever that means."""

    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        if sizes["K"] < 2:
            remedy = "one category has all of the probability, and every divergence is 0: let K vary"
            raise InputError("K", sizes["K"], "at least two categories", remedy)
        shape = shape_of(axes, sizes)
        return {role: _one(held, generator, shape, positive) for role, held in roles.items()}

    return draw


def _one(held: Held, generator: np.random.Generator, shape: tuple[int, ...], positive: bool) -> Any:
    if held.short == "prob":
        return _simplex(generator, shape)
    if positive:
        return grid(generator, 0.25, 2.0, shape)
    return grid(generator, -2.0, 2.0, shape) if held.short == "logits" else np.log(_simplex(generator, shape))


def _simplex(generator: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Draw probabilities that are multiples of a power of two, and that add up to 1 exactly, in float32 too."""
    whole = 2 ** max(10, math.ceil(math.log2(shape[-1])) + 4)
    spare = whole // 32
    each = max(1, spare // shape[-1])
    shares = generator.dirichlet(np.ones(shape[-1]), shape[:-1])
    return (generator.multinomial(whole - each * shape[-1], shares) + each) / whole
