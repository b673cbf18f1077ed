"""All of a loss but its KL, where that has another weight than 1: −log p(x | z) times this weight, or something else.

A KL that weighs 1/D beside a sum over the pixels is a slip, and beside a mean over them it is an objective per pixel.
Where all pixels of all samples are alike, a likelihood is as many times that of one pixel as there are of them. One
that is doubled is a density no more, and its half is: what it adds up to over all that x may be says which.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress

import numpy as np

from ..diagnosis.decoders import pixels_of
from ..diagnosis.formula import Formula, Law
from ..diagnosis.numbers import LOGARITHMS
from ..diagnosis.probing import Sample
from ..errors import ElboCheckError
from .calls import Asked
from .values import rest_at

__all__ = ["counts_pixels_by", "is_density_by", "is_weighed_likelihood"]

_X = "x"
_SAME = 1e-6  # relative: what one pixel counts, at every choice of sizes
_ONE = 1e-5
_LEAST = -40.0  # of −log p at a mode; less is no likelihood's

Pixel = Callable[[float, float], float]
Density = Callable[[float], float]
Total = Callable[[Density, float], float]


def is_weighed_likelihood(
    call: Asked, samples: Sequence[Sample], divergence: Formula, scale: Law, weight: Law, data: Sequence[str]
) -> bool:
    """Whether all but a KL of this weight is the same weight times a likelihood of independent pixels.

    `divergence` is the KL with its weight, as it is reduced over the batch by the scale. Of a weight that is a number
    the likelihood has to be a density as well; powers of lengths, in nats or bits, are told by the pixels.
    """
    asked = counts_pixels_by if _is_of_units(weight) else is_density_by
    return asked(call, samples, divergence, scale * weight, data)


def counts_pixels_by(
    call: Asked,
    samples: Sequence[Sample],
    divergence: Formula,
    share: Law,
    data: Sequence[str],
    *,
    as_a_density: bool = False,
) -> bool:
    """Whether all but a KL is this share times a sum over the pixels, be it of a density or, if asked, of one alone."""
    with suppress(ElboCheckError), np.errstate(all="ignore"):
        pixels, points = _pixels(call, samples, divergence, share, data)
        given = {r for _, r in points} if as_a_density else ()
        return _are_alike(pixels, points) and all(_is_density(pixels[0], r) for r in given)
    return False


def is_density_by(call: Asked, samples: Sequence[Sample], divergence: Formula, share: Law, data: Sequence[str]) -> bool:
    """Whether all but a KL is this share times −log p of independent pixels."""
    return counts_pixels_by(call, samples, divergence, share, data, as_a_density=True)


def _pixels(
    call: Asked, samples: Sequence[Sample], divergence: Formula, share: Law, data: Sequence[str]
) -> tuple[list[Pixel], list[tuple[float, float]]]:
    """Return what one pixel counts at each choice of sizes, and pairs of numbers to ask it at."""
    (given,) = (role for role in data if role != _X)
    first = samples[0].arrays[0]
    pixels = [_pixel(call, sample, divergence, share, (_X, given)) for sample in samples]
    return pixels, list(itertools.product(*(np.unique(first[role])[:2].tolist() for role in (_X, given))))


def _are_alike(pixels: Sequence[Pixel], points: Sequence[tuple[float, float]]) -> bool:
    """Whether one pixel counts the same at every choice of sizes."""
    counts = np.array([[pixel(*point) for point in points] for pixel in pixels])
    return bool(np.isfinite(counts).all() and np.ptp(counts, axis=0).max() <= _SAME * np.abs(counts).max())


def _pixel(call: Asked, sample: Sample, divergence: Formula, share: Law, roles: tuple[str, str]) -> Pixel:
    """Return what one pixel counts of all but the KL, where all of them are alike."""
    first, many = sample.arrays[0], pixels_of(sample) * share.value(sample.sizes)

    def count(*numbers: float) -> float:
        alike = {role: np.full_like(first[role], number) for role, number in zip(roles, numbers, strict=True)}
        return rest_at(call, sample, divergence, {**first, **alike}) / many

    return count


def _is_of_units(weight: Law) -> bool:
    """Whether a weight is one a pixel, in nats or in bits: no slip weighs a KL so, and the pixels as well."""
    number = float(weight.at(dict.fromkeys(weight.names, 1)).number)
    return bool(weight.names) and any(math.isclose(number, 1 / unit) for unit in (1, *LOGARITHMS.values()))


def _is_density(pixel: Pixel, given: float) -> bool:
    """Whether exp(−count) adds up to 1 over the real numbers, [0, 1], two values, or 256 levels."""

    def density(x: float) -> float:
        return math.exp(-max(pixel(x, given), _LEAST))

    for total in _TOTALS:
        with suppress(ElboCheckError, ArithmeticError, ValueError):
            if abs(total(density, given) - 1) <= _ONE:
                return True
    return False


def _integral(least: float, most: float) -> Total:
    def total(density: Density, given: float) -> float:
        from scipy.integrate import quad

        ends = sorted({least, min(max(given, least), most), most})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sum(float(quad(density, *pair)[0]) for pair in itertools.pairwise(ends))

    return total


def _sum(levels: Sequence[float]) -> Total:
    return lambda density, _: sum(map(density, levels))


_TOTALS: Sequence[Total] = (
    _integral(-math.inf, math.inf),
    _integral(0.0, 1.0),
    _sum((0.0, 1.0)),
    *(_sum([k * step + start for k in range(256)]) for step, start in ((1, 0), (1 / 255, 0), (2 / 255, -1))),
)
