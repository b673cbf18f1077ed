"""Which other readings of its arguments excuse a function that is not right under the first: those that stand.

A reading under which it is right at random points, and wrong at a spot or with a wrong gradient, would be refuted when
it is followed; one under which it is as wrong at the very spot where it was refuted is no better; and one that is told
from the first by less than was allowed tells nothing. How many draws there are excuses no bound that is right of any
number of them that are alike.
"""

from __future__ import annotations

import numpy as np

from ..diagnosis.fitting import Fit, Fitter
from ..witnesses.seeding import Seeds
from .beyond import spot_of
from .gradients import gradient_findings
from .heard import HALF, Heard
from .many_draws import is_right_of_alike
from .reading import generator_of
from .spots import departing_at
from .values import value_at

__all__ = ["is_as_wrong", "is_excuse"]


def is_excuse(other: Heard, heard: Heard, seeds: Seeds) -> bool:
    """Whether a function that is right under another reading stays right there, at spots and with its gradient."""
    fit = other.found.fit
    if fit is None or other.dtype in HALF:
        return True
    if _is_told_by_nothing(other, heard, fit):
        return False
    if other.call.given.keys() - heard.call.given.keys() == {"K"} and is_right_of_alike(heard):
        return False
    spot = spot_of(other)
    if spot is not None and spot.case is not None:
        return False
    return not gradient_findings(other, generator_of(seeds)).mistakes


def is_as_wrong(other: Heard, heard: Heard) -> bool:
    """Whether a function departs, at the spot that refutes it under one reading, from its value under another as well.

    Where the other reading has arrays of other axes, or no value there, it is not wrong there.
    """
    spot, fit = spot_of(heard) if heard.is_right else None, other.found.fit
    if spot is None or spot.case is None or fit is None:
        return False
    names, axes = other.call.assignment.held, other.call.quantity.axes
    held = [(names[name], roles) for name, roles in heard.call.assignment.held.items()]
    formers = {role: former for pair in held for role, former in zip(*pair, strict=True)}
    if any(axes[role] != spot.call.quantity.axes[former] for role, former in formers.items()):
        return False
    there, sample = {role: spot.case.arrays[former] for role, former in formers.items()}, spot.case.sample
    with np.errstate(all="ignore"):
        if not np.isfinite(value_at(fit.formula, sample, there)).all():
            return False
    return departing_at(other.call, other.found, fit, sample.sizes, there) is not None


def _is_told_by_nothing(other: Heard, heard: Heard, right: Fit) -> bool:
    """Whether what it computes under the first reading, another formula, is as near to its answers here."""
    fit = heard.recovery.fit if heard.recovery else None
    if fit is None or other.call.assignment != heard.call.assignment or not other.call.layout.batch:
        return False
    if other.call.quantity.axes != heard.call.quantity.axes:
        return False  # of one categorical a sample, and of several: a formula of the one says nothing of the other
    lengths = {name for held in fit.computed.coefficients.values() for name in held.names}
    if any(not lengths <= sample.sizes.keys() for sample in other.samples):
        return False  # it is told in axes that arrays have not in the other layout
    if all(fit.computed.at(sample.sizes) == right.computed.at(sample.sizes) for sample in other.samples):
        return False
    return Fitter(other.samples).departure(fit.computed) <= right.tolerance
