"""The declared weight of a part of an objective as the unit of its coefficients: half a millionth is ½ of a millionth.

One over a large whole number may be met by chance; a simple multiple of a weight that was declared may not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .formula import ONE, Formula, Law, Monomial, Term, law
from .probing import Sample
from .quantity import Quantity, Right
from .sizes import Sizes
from .snapping import law_of

__all__ = ["NO_UNITS", "Units", "units_of"]

FloatArray = NDArray[np.float64]

_MOST_BLUR = 1e-3  # a coefficient that is known less well is no multiple of anything
_MOST_HEIGHT = 720  # numerator times denominator: beyond it, chance finds one near a number of thousands
_EPSILON = 4.0 * float(np.finfo(np.float64).eps)
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Units:
    """What each term's coefficient may be a simple multiple of; and constants that may stand beside such a one."""

    weights: Mapping[Term, Fraction] = field(default_factory=dict)
    offsets: Sequence[Formula] = ()

    def law(
        self, term: Term, values: FloatArray, sizes: Sequence[Sizes], tolerance: float, floor: float, blur: float = 0.0
    ) -> Law | None:
        """Return the law of these values; one of the unit, where they are no monomial as they stand, or None.

        `blur` is how well they are known, relatively.
        """
        unit = self.weights.get(term)
        if unit is None or blur > _MOST_BLUR:
            return law_of(values, sizes, tolerance, floor)
        held = law_of(values, sizes, tolerance, floor, most=1)
        if held is not None:
            return held
        told = law_of(values / float(unit), sizes, tolerance, floor / float(unit))
        return told * law(unit) if told is not None and all(map(_is_simple, told.parts)) else None

    def constants(self, values: FloatArray, samples: Sequence[Sample], snap: float) -> Mapping[Term, Law] | None:
        """Read a constant of a unit beside one of those that another part may have."""
        sizes = [sample.sizes for sample in samples]
        for offset in self.offsets if ONE in self.weights else ():
            known = np.array([_total(offset, each) for each in sizes])
            left = values - known
            blur = (snap * np.abs(values) + _EPSILON * np.abs(known)) / (np.abs(left) + _TINY)
            held = self.law(ONE, left, sizes, float(np.max(blur)), 0.0)
            if held:
                return {**offset.coefficients, ONE: held + offset[ONE]}
        return None


NO_UNITS = Units()


def units_of(quantity: Quantity, sample: Sample, rights: Sequence[Right]) -> Units:
    """Return the declared weight of the second part as the unit of its terms, and the constants of the first part."""
    beta = quantity.beta.number
    if not quantity.parts or beta in (0, 1):
        return NO_UNITS
    first, second = quantity.parts
    forms = [form.formula for form in second.forms]
    known = [*forms, *(changed for _, edit in second.slips for form in forms for changed in edit(form))]
    terms = [*(term for each in known for term in each.terms), *(term for wide in second.wide for term in wide)]
    scale = first.scale(sample.kind, sample.layout)
    parts = [first.formula(form, sample.kind, sample.layout).constants.scaled(scale) for form in first.forms]
    offsets = dict.fromkeys(part.scaled(right.scale) for part in parts for right in rights)
    return Units(dict.fromkeys((*terms, ONE), beta), tuple(offsets))


def _is_simple(part: tuple[Monomial, Fraction]) -> bool:
    return abs(part[1].numerator) * part[1].denominator <= _MOST_HEIGHT


def _total(constants: Formula, sizes: Sizes) -> float:
    return sum(held.value(sizes) * float(term.value(sizes)) for term, held in constants.coefficients.items())
