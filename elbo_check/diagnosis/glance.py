"""A glance at a few answers: whether a function may be right at all, before it is asked everywhere."""

from __future__ import annotations

import numpy as np

from .fitting import Fitter
from .formula import Formula
from .probing import Sample
from .quantity import Quantity

__all__ = ["FEW", "may_be_right"]

FEW = 4  # calls: an objective's scale is free, so one of them tells nothing


def may_be_right(sample: Sample, quantity: Quantity, tolerance: float) -> bool:
    """Whether the answers at one choice of sizes are near to a right formula, or to a multiple of one for an objective.

    Never False where the function is right to within the tolerance.
    """
    fitter = Fitter([sample], quantity.constants)
    rights = quantity.rights(sample.kind, sample.layout)
    return any(_apart(fitter, right.formula, quantity.objective) <= tolerance for right in rights)


def _apart(fitter: Fitter, formula: Formula, any_scale: bool) -> float:
    """Return how far the answers are from a formula, or from its nearest multiple, relative to its largest part."""
    times = fitter.multiple(formula, 0) if any_scale else 1.0
    return float(np.max(np.abs(fitter.residual(formula, 0, times))))
