"""Formulas near the right ones, to be held against answers: a slip or a scale away, or with other weights of parts.

A weight that is no simple number is read off the answers first, as well as an epsilon leaves it to be read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from .fitting import LOOSE, Fitter
from .formula import Formula, Law, law
from .free_scale import weights_of
from .naming import Table
from .parts import PartsTable
from .quantity import Quantity
from .sizes import fixed_sizes
from .snapping import monomials, value_of
from .tables import weighted_rights

__all__ = ["neighbours_of", "one_slip_away", "otherwise_weighted", "pairs_of"]

_ALIKE = 0.2  # relative: weights at one choice of sizes and at another, beside an epsilon
_HALF_PRECISION = 1e-2  # its rounding, within which one likelihood may be another
_FACTORS, _DIGITS, _HALF = 24, (1, 2, 3), 0.5  # a weight is a simple fraction, or a decimal of a few digits


def neighbours_of(table: Table | PartsTable, quantity: Quantity, fitter: Fitter, rounding: float) -> Iterator[Formula]:
    """Yield the formulas near the right ones, of a quantity of one piece or of parts.

    In half precision other weights are told, and slips in one part are not.
    """
    if isinstance(table, Table):
        yield from one_slip_away(table, quantity, fitter)
        return
    yield from otherwise_weighted(quantity, fitter)
    yield from table.near() if rounding < _HALF_PRECISION else ()


def one_slip_away(table: Table, quantity: Quantity, fitter: Fitter) -> Iterator[Formula]:
    """Yield the formulas that are one slip and one scale away."""
    near = [formula for formula, ways in table.ways.items() if any(len(way) < 2 for _, way in ways)]
    sizes = fitter.samples[0].sizes.keys()
    for scale in (law(1), *(scale for scale in quantity.scales if scale.names <= sizes)):
        yield from (formula.scaled(scale) for formula in near)


def otherwise_weighted(quantity: Quantity, fitter: Fitter) -> Iterator[Formula]:
    """Yield the right formulas of an objective with other weights of its parts: known ones, and such as are read."""
    first = fitter.samples[0]
    yield from weighted_rights(quantity, first.kind, first.layout, frozenset(first.sizes))
    for one, two in pairs_of(quantity, fitter):
        found = [weights_of(fitter, one, two, index, LOOSE[-1]) for index in range(len(fitter.samples))]
        known = [each for each in found if each is not None]
        if len(known) == len(found):
            laws = (_rough_laws([each[k] for each in known], fitter) for k in (0, 1))
            yield from (one.scaled(a) + two.scaled(b) for a, b in itertools.product(*laws))


def _rough_laws(weights: Sequence[float], fitter: Fitter) -> list[Law]:
    """Return laws near these weights, one a choice of sizes: simple fractions and short decimals times sizes."""
    sizes = [sample.sizes for sample in fitter.samples]
    for monomial in monomials(sizes):
        shares = np.array(weights) / [value_of(monomial, each) for each in sizes]
        middle = float(np.median(shares))
        if middle and np.ptp(shares) <= _ALIKE * abs(middle):
            simple = Fraction(middle).limit_denominator(_FACTORS)
            whole = [Fraction(1, round(1 / middle))] if abs(middle) < _HALF else []  # a mean over 3072 pixels
            short = [Fraction(f"{middle:.{digits - 1}e}") for digits in _DIGITS]
            return [law(number, **dict(monomial)) for number in dict.fromkeys([simple, *whole, *short]) if number]
    return []


def pairs_of(quantity: Quantity, fitter: Fitter) -> Iterator[tuple[Formula, Formula]]:
    """Yield the right formulas of two parts as they stand, for weights between them that are no simple numbers."""
    if not quantity.parts:
        return
    sample, fixed = fitter.samples[0], fixed_sizes([sample.sizes for sample in fitter.samples])
    one, two = quantity.parts
    for held in itertools.product(one.forms, (form for form in two.forms if form.has_slips)):
        first, second = (
            part.formula(form, sample.kind, sample.layout).at(fixed)
            for part, form in zip((one, two), held, strict=True)
        )
        yield first, second
