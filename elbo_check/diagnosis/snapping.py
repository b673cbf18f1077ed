"""From measured coefficients to exact laws in the sizes: the simplest that fits, or none."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .formula import ONE, Law, Monomial, Term
from .sizes import Sizes

__all__ = ["constant_laws", "law_of", "monomials", "rational", "value_of"]

FloatArray = NDArray[np.float64]

LARGEST_DENOMINATOR = 720
_DENOMINATORS = (1, 2, 4, 8, 12, 24, 60, 120, LARGEST_DENOMINATOR)
_EVERY_DENOMINATOR = np.arange(1.0, LARGEST_DENOMINATOR + 1)
_SLACK, _SLACK_OF_ROUNDING = 1.01, 1e-13  # more than the first look at denominators is rounded by
_DECIMALS = (10**3, 10**4, 10**5, 10**6)
_SMALLEST = 1e-9
_FLOAT32 = 1e-3  # how well coefficients are known of a function in float32
_USUAL, _COARSE = 20.0, 4.0  # denominators that people write are tried, however coarse the answers
_MIXED = 1e-4  # known less well than this, two constants are not told apart
_SMALL = sorted(
    {Fraction(n, m) for m in (1, 2, 4) for n in range(-4 * m, 4 * m + 1) if n}, key=lambda q: (q.denominator, abs(q))
)
_PARTS = frozenset("CHWchwLl")
_CHANCE = 1e-3  # how near a number comes to a whole one for no reason, at most
_POWERS = range(-2, 3)
_LOOK, _BLUR, _RIDGE = 4.0, 1e-7, 1e-14  # a first look at sums is loose: normal equations lose digits
_FEWEST_FOR_A_SUM = 4  # choices of sizes: a sum of two laws has two numbers to fit, and as many to hold it against


def rational(value: float, tolerance: float) -> Fraction | None:
    """Return the simplest rational near a value, or None if none with a small denominator is near.

    >>> rational(0.3333333333, 1e-9), rational(0.1234567, 1e-9)
    (Fraction(1, 3), None)

    Weights are often written as decimals, and scales as one over a count: such are taken with larger denominators.

    >>> rational(0.00025, 1e-9), rational(1 / 100352, 1e-9), rational(0.00037, 1e-9)
    (Fraction(1, 4000), Fraction(1, 100352), Fraction(37, 100000))
    """
    if not math.isfinite(value) or value == 0:
        return None
    most = max(_COARSE if tolerance > _FLOAT32 else _USUAL, 0.05 / math.sqrt(tolerance))  # beyond it, chance finds one
    for limit in _denominators_near(value, tolerance):
        found = Fraction(value).limit_denominator(limit)
        if found and abs(float(found) - value) <= tolerance * abs(value):
            return found if found.denominator <= most else None
    return _written(value, tolerance)


def _denominators_near(value: float, tolerance: float) -> Sequence[int]:
    """Return the limits of denominators from the first on that has a fraction near a value: most values have none."""
    multiples = value * _EVERY_DENOMINATOR
    near = np.abs(np.rint(multiples) - multiples) <= _SLACK * max(tolerance, _SLACK_OF_ROUNDING) * np.abs(multiples)
    first = int(np.argmax(near)) + 1 if near.any() else math.inf
    return [limit for limit in _DENOMINATORS if limit >= first]


def _written(value: float, tolerance: float) -> Fraction | None:
    """Return a decimal of a few digits, or one over a whole number, near a value; None where chance would find one."""
    for denominator in (*_DECIMALS, round(1 / abs(value)) if abs(value) > _SMALLEST else 0):
        numerator = round(value * denominator)
        if numerator and tolerance * abs(numerator) < _CHANCE and tolerance * denominator * abs(value) < _CHANCE:
            found = Fraction(numerator, denominator)
            if abs(float(found) - value) <= tolerance * abs(value) and tolerance * found.denominator < _CHANCE:
                return found
    return None


def law_of(
    values: FloatArray, sizes: Sequence[Sizes], tolerance: float, scale: float = 1.0, most: int = 2
) -> Law | None:
    """Return the simplest law with these values, one a choice of sizes: nothing, one monomial, or a sum of `most`.

    `scale` is the size that counts as large: values below tolerance·scale are nothing.
    """
    if np.all(np.abs(values) <= tolerance * scale):
        return Law()
    found = constant_laws(values, sizes, tolerance, [ONE], most=most)
    return found[ONE] if found else None


def constant_laws(
    values: FloatArray, sizes: Sequence[Sizes], tolerance: float, constants: Sequence[Term], most: int = 3
) -> Mapping[Term, Law] | None:
    """Return laws on constants such as 1 and log 2π whose sum has these values, the fewest parts first."""
    basis = [(c, m) for m in monomials(sizes) for c in constants]
    for count in range(1, most + 1):
        if count > 1 and len(values) < _FEWEST_FOR_A_SUM:
            return None
        most_degree = 3 if count == 2 else 1
        several = [(c, m) for c, m in basis if _degree(m) <= (most_degree if _is_whole(m) else 1)]
        chosen = basis if count == 1 else several
        for parts, columns in _that_may_fit(values, sizes, tolerance, chosen, count):
            found = _fitted(values, tolerance, columns)
            if found is not None:
                return {c: Law.of((m, q) for (k, m), q in zip(parts, found, strict=True) if k == c) for c, _ in parts}
        if count < most and len(constants) > 1:
            mixed = _mixed_laws(values, sizes, tolerance, constants, count)
            if mixed is not None:
                return mixed
    return None


def _mixed_laws(
    values: FloatArray, sizes: Sequence[Sizes], tolerance: float, constants: Sequence[Term], count: int
) -> Mapping[Term, Law] | None:
    """Return laws of constants that go along with the same powers of sizes, as in ½ d (1 + log 2π).

    Their sum over the choices of sizes is one number a monomial, which is then taken apart.
    """
    numbers = {c: float(c.value(sizes[0])) for c in constants if all(c.value(n) == c.value(sizes[0]) for n in sizes)}
    numbers = {c: number for c, number in numbers.items() if number}  # log K is none at K = 1
    if len(numbers) < 2 or tolerance > _MIXED:
        return None
    low = [m for m in monomials(sizes) if count == 1 or _degree(m) <= 1]
    for chosen in itertools.combinations(low, count):
        columns = np.array([[value_of(m, each) for m in chosen] for each in sizes])
        solution, _, rank, _ = np.linalg.lstsq(columns, values, rcond=None)
        if rank < count or np.any(np.abs(columns @ solution - values) > tolerance * np.abs(values).max()):
            continue
        parts = [_taken_apart(float(number), numbers, tolerance) for number in solution]
        laws: dict[Term, Law] = {}
        for monomial, part in zip(chosen, parts, strict=True):
            for constant, q in part.items():
                laws[constant] = laws.get(constant, Law()) + Law.of([(monomial, q)])
        return laws if all(parts) else None
    return None


def _taken_apart(number: float, constants: Mapping[Term, float], tolerance: float) -> Mapping[Term, Fraction]:
    """Return a number as a rational of one constant, or as a sum of small rationals of two; empty if it is neither."""
    for constant, value in constants.items():
        alone = rational(number / value, tolerance)
        if alone is not None:
            return {constant: alone}
    for (one, first), (other, second) in itertools.combinations(constants.items(), 2):
        for p in _SMALL:
            q = rational((number - float(p) * first) / second, 4 * tolerance)
            if q in _SMALL:
                return {one: p, other: q}
    return {}


def _that_may_fit(
    values: FloatArray, sizes: Sequence[Sizes], tolerance: float, chosen: Sequence[tuple[Term, Monomial]], count: int
) -> Iterator[tuple[tuple[tuple[Term, Monomial], ...], FloatArray]]:
    """Yield the sets of so many parts, in order, whose multiples may add up to the values: a look at all at once.

    With each, its columns: the values of the parts at the choices of sizes.
    """
    every = list(itertools.combinations(chosen, count))
    if not every:
        return
    places = np.array(list(itertools.combinations(range(len(chosen)), count)))
    columns = np.array([[float(c.value(each)) * value_of(m, each) for c, m in chosen] for each in sizes])
    if count == 1:
        with np.errstate(all="ignore"):
            shares = values[:, None] / columns  # a column is zero where log K is, at K = 1
            near = np.ptp(shares, axis=0) <= (_LOOK * tolerance + _BLUR) * np.abs(shares).max(axis=0)
        yield from ((every[place], columns[:, places[place]]) for place in np.flatnonzero(near))
        return
    norms = np.linalg.norm(columns, axis=0)
    held = (columns / np.where(norms > 0, norms, 1.0))[:, places].transpose(1, 0, 2)
    squares = held.transpose(0, 2, 1) @ held + _RIDGE * np.eye(count)
    solution = np.linalg.solve(squares, held.transpose(0, 2, 1) @ values[:, None])
    parts = held * solution.transpose(0, 2, 1)
    size = np.maximum(np.abs(values), np.abs(parts).max(axis=-1))
    near = (np.abs(parts.sum(axis=-1) - values) <= (_LOOK * tolerance + _BLUR) * size).all(axis=-1)
    yield from ((every[place], columns[:, places[place]]) for place in np.flatnonzero(near))


def _fitted(values: FloatArray, tolerance: float, columns: FloatArray) -> list[Fraction] | None:
    """Return the rationals with which parts of these values add up to the values, or None."""
    largest, count = np.abs(values), columns.shape[1]
    if count == 1:
        found = [float(np.median(values / columns[:, 0]))]
    else:
        solution, _, rank, _ = np.linalg.lstsq(columns, values, rcond=None)
        largest = np.maximum(largest, np.abs(columns * solution).max(axis=1))
        if rank < count or np.any(np.abs(columns @ solution - values) > tolerance * largest):
            return None
        found = [float(c) for c in solution]
    rationals = [rational(c, tolerance) for c in found]
    if not all(rationals):
        return None
    exact = [q for q in rationals if q is not None]
    guess = columns @ np.array([float(q) for q in exact])
    return exact if np.all(np.abs(values - guess) <= tolerance * largest) else None


def monomials(sizes: Sequence[Sizes]) -> list[Monomial]:
    """Return the monomials in the sizes that vary, simplest first; whole axes before parts of them.

    Beyond four sizes, a part of an axis stands beside samples and observed numbers only: 1/(B·w), h/(B·D).
    Of a sequence's d = T·L, what is not d is told by T alone, so that one law is written in one way.
    """
    told = [n for n in sizes[0] if len({each[n] for each in sizes}) > 1 and not ("T" in sizes[0] and n in "Ll")]
    return list(_monomials(tuple(sorted(told, key=lambda n: (n not in "BdD", n)))))


@cache
def _monomials(names: Sequence[str]) -> Sequence[Monomial]:
    powers = itertools.product(_POWERS, repeat=min(len(names), 4))
    simplest = sorted(powers, key=lambda p: (sum(map(abs, p)), [-abs(n) for n in p], p))
    made = [tuple(sorted((n, p) for n, p in zip(names, each, strict=False) if p)) for each in simplest]
    wholes = [whole for whole in made if {name for name, _ in whole} <= {"B", "D"} and _degree(whole) <= 2]
    singles = [tuple(sorted((*whole, (name, power)))) for whole in wholes for name in names[4:] for power in (-1, 1)]
    return (*made, *singles)


def _is_whole(monomial: Monomial) -> bool:
    """Whether no size in it is that of a part of an axis."""
    return not any(name in _PARTS for name, _ in monomial)


def _degree(monomial: Monomial) -> int:
    return sum(abs(power) for _, power in monomial)


def value_of(monomial: Monomial, sizes: Sizes) -> float:
    """Return the number that a monomial is at these sizes."""
    return math.prod(float(sizes[name]) ** power for name, power in monomial)
