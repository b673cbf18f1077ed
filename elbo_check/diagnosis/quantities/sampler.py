"""Reparameterised samplers z = mean + σ·noise, where the second argument holds σ in one of five ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..edits import dropped, exchanged, flipped, rescaled
from ..formula import Formula, Term, law
from ..naming import Scales, Slip
from ..probing import Arrays
from ..quantity import Form, Quantity, grid, shape_of
from ..sizes import Sizes
from .epsilons import places_of
from .gaussian_edges import moved_edges, noise_edges, spread_edges
from .gaussian_terms import STANDARD
from .products import times
from .seconds import SECONDS, Second, misreading, of_role

__all__ = ["MEAN", "NOISE", "draw_with_noise", "ignoring_noise", "reading_slugs", "sampler"]

AXES = ("B", "d")
MEAN, NOISE = of_role("s", "mean"), of_role("s", "noise")

_FACTORS = tuple(
    Fraction(above, below)
    for above, below in (
        *((1, n) for n in (1000, 500, 200, 100, 50, 20, 10, 5, 4, 3, 2)),
        *((n, 10) for n in (3, 4, 6, 7, 8, 9)),
        *((3, 4), (5, 4), (3, 2), (2, 1), (3, 1), (4, 1), (5, 1), (10, 1)),
    )
)  # by which people damp or widen noise

SAMPLER_SCALES: Scales = {law(-1): ("wrong-sign",), law(2): ("doubled",), law("1/2"): ("halved",)}


def sampler(role: str) -> Quantity:
    """Return the quantity z = mean + σ·noise, a value a coordinate; mean − σ·noise has the same law and is right."""
    second = SECONDS[role]
    scaled = times(of_role(second.deviation, role), NOISE)
    right = Formula.of({MEAN: law(1), scaled: law(1)})
    return Quantity(
        name="sampler",
        said=lambda n: f"{n['mean']} + σ·{n['noise']} with σ² = {second.variance_text(n[role])}",
        theorems=(),
        axes={"mean": AXES, role: AXES, "noise": AXES},
        draw=draw_with_noise(role, second.positive),
        formula=right,
        counts=(),
        slips=_slips(second, scaled),
        scales=SAMPLER_SCALES,
        wide=_wide(role),
        only_positive=draw_with_noise(role, positive=True),
        simple={"mean": (0.0, 1.0, 2.0), role: tuple(reversed(second.simple)), "noise": (1.0, 2.0, -1.0)},
        also_right={"with −noise, which has the law of noise": Form(right.with_terms({scaled: law(-1)}))},
        places=places_of(second, role)[:1],
        edges=(
            *spread_edges(role, STANDARD, AXES),
            *moved_edges(("mean",), STANDARD, AXES),
            *noise_edges(),
        ),
    )


def _slips(second: Second, scaled: Term) -> list[Slip]:
    role = second.role
    raw, spread = of_role("s", role), of_role(second.deviation, role)
    swapped = [
        (MEAN, raw, law(1)),
        (scaled, times(of_role(second.deviation, "mean"), NOISE), law(1)),
    ]
    found: list[Slip] = [
        ("wrong-sign", flipped),
        ("deterministic-z-at-eval", dropped(scaled)),
        ("missing-mean-term", dropped(MEAN)),
        ("missing-sigma", exchanged([(scaled, NOISE, law(1))])),
        ("missing-noise", exchanged([(scaled, spread, law(1))])),
        ("plus-instead-of-times", _split(scaled, spread, NOISE)),
        ("misplaced-parenthesis", exchanged([(MEAN, times(MEAN, NOISE), law(1))])),
        ("argument-order", exchanged(swapped)),
        *(("noise-scale", rescaled((scaled,), law(factor))) for factor in _FACTORS),
    ]
    for read, slugs in reading_slugs(second).items():
        found += [(slug, exchanged([(scaled, times(of_role(read, role), NOISE), law(1))])) for slug in slugs]
    return found


def reading_slugs(second: Second) -> dict[str, list[str]]:
    """Return what may stand for σ by mistake, by the name of the function of the argument; the last name leads.

    >>> reading_slugs(SECONDS["log_variance"])["exp s"]
    ['logvar-as-logsigma', 'logvar-as-logstd-in-reparam', 'var-as-std-in-reparam']
    """
    found: dict[str, list[str]] = {}
    for other in SECONDS.values():
        if other.deviation != second.deviation:
            found.setdefault(other.deviation, []).append(misreading(second, other))
    if second.role == "log_variance":
        found["exp s"].append("logvar-as-logstd-in-reparam")
    found.setdefault(second.variance, []).append("var-as-std-in-reparam")
    inverse = {"exp s/2": "exp -s/2", "exp s": "exp -s", "s": "1/s"}
    if second.deviation in inverse:
        found.setdefault(inverse[second.deviation], []).append("precision-as-sigma")
    return found


def _split(product: Term, *parts: Term) -> Any:
    """The edit that puts a sum for a product."""

    def edit(formula: Formula) -> Iterable[Formula]:
        held = formula[product]
        if held:
            yield formula.with_terms({product: law(0), **{part: formula[part] + held for part in parts}})

    return edit


def _wide(role: str) -> list[frozenset[Term]]:
    """Return larger sets of terms for functions that no few slips explain."""
    families = (
        ("s", "s^2", "sqrt s", "1/s", "log s"),
        ("s", "exp s", "exp s/2", "exp -s"),
        ("s", "softplus s", "exp s"),
    )
    found = []
    for raws in families:
        spreads = [of_role(raw, role) for raw in raws]
        found.append(frozenset((MEAN, NOISE, *spreads, *(times(each, NOISE) for each in spreads))))
    return found


def draw_with_noise(role: str, positive: bool) -> Any:
    """Return how points with a noise are drawn: it is any number here, what it multiplies is what is asked."""
    low, high = (0.25, 2.25) if positive else (-1.5, 1.25)

    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        shape = shape_of(AXES, sizes)
        return {
            "mean": grid(generator, -2.0, 2.0, shape),
            role: grid(generator, low, high, shape),
            "noise": grid(generator, -2.0, 2.0, shape),
        }

    return draw


def ignoring_noise(quantity: Quantity, role: str) -> Quantity:
    """Return a quantity of mean and scale for a function that is given noise too, and must not depend on it."""
    return replace(
        quantity,
        axes={**quantity.axes, "noise": AXES},
        draw=draw_with_noise(role, SECONDS[role].positive),
        only_positive=draw_with_noise(role, positive=True),
        simple={**quantity.simple, "noise": (1.0, 2.0, -1.0)},
        idle=frozenset({"noise"}),
        edges=tuple(
            replace(edge, points=[{**numbers, "noise": 1.0} for numbers in edge.points]) for edge in quantity.edges
        ),
    )
