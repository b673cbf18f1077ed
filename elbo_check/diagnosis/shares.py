"""How much of an objective its smallest part is: a formula says something of a part only if it is known that finely.

Beside a KL that is weighted with a millionth, any KL is right to a few parts in a million of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from .fitting import Fitter
from .quantity import Part, Quantity, Right

__all__ = ["KNOWN", "smallest_share"]

FloatArray = NDArray[np.float64]

KNOWN = 1e-2
"""Relative to the smallest part: what is known less well than this says nothing of that part."""


def smallest_share(fitter: Fitter, quantity: Quantity, rights: Sequence[Right]) -> float:
    """Return the size of the smallest part beside the largest term of the whole, at ordinary points: 1 for one part."""
    shares = [
        _share(fitter, right, part, index)
        for right in rights
        for part in quantity.parts
        for index in range(len(fitter.samples))
    ]
    return min([share for share in shares if share > 0], default=1.0)


def _share(fitter: Fitter, right: Right, part: Part, index: int) -> float:
    """Return the share of a part at one choice of sizes; 0 where it has no term in this formula, or none is finite."""
    sizes = fitter.samples[index].sizes
    own = frozenset(term for form in part.forms for term in form.formula.terms)
    terms = right.formula.terms
    values = {t: np.abs(fitter.values(t, index) * right.formula[t].value(sizes)) for t in terms}
    whole = _largest(list(values.values()))
    mine = _largest([value for term, value in values.items() if term in own])
    ratios = np.broadcast_to(mine, whole.shape)[whole > 0] / whole[whole > 0]
    return float(np.median(ratios)) if ratios.size and np.isfinite(ratios).all() else 0.0


def _largest(values: Sequence[FloatArray]) -> FloatArray:
    return reduce(np.maximum, np.broadcast_arrays(*values)) if values else np.zeros(1)
