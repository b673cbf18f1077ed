"""Parts of an objective that ordinary numbers hide: under a threshold, as free nats are, or by a tiny weight.

What is not seen at random points is not missing if it shows further out, and no formula holds beyond a threshold. Nor
is a part missing that a larger one hides, as in max(rec, kl): it shows where either is made small beside the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.quantity import Part
from ..errors import ElboCheckError
from ..verdict import Finding
from .heard import Heard
from .idle import moves_near, moves_with
from .spots import departing_at
from .thresholds import beyond_threshold
from .values import value_at

__all__ = ["on_small_part", "with_hidden_parts"]

_SMALL = 1e-3  # a weight of the second part, beside which it may not be read
_SAME = 1e-2  # relative: how far its weight may seem to change from point to point
_PAIRS = 8
_SMALLER = 16  # times nearer to the simplest numbers, where a part is as many times smaller, squared
_BESIDE = (
    "it computes this at random points, and another value where {} are nearer to the simplest numbers ({:.6g}, and "
    "this is {:.6g}): a branch by the size of a part, or a maximum or minimum of the parts?"
)
_HIDDEN = (
    "a part that depends on {0} is no more than {1} at ordinary numbers, and shows further out: a threshold, as of "
    "free nats, or a tiny weight (beta= declares one)"
)


def with_hidden_parts(heard: Heard) -> tuple[Heard, list[Finding]]:
    """Return what was heard without the name of a missing part that shows elsewhere, and where a formula ends."""
    recovery, fit = heard.found, heard.found.fit
    if fit is None or not heard.samples:
        return heard, []
    spot = beyond_threshold(heard.call, recovery, fit, heard.samples)
    findings = [Finding("threshold", spot.words, "warning")] if spot is not None else []
    missing = _missing(heard)
    hidden = [part for part in missing if _shows(heard, part)]
    beside = _beside_smaller(heard, fit) if missing and not hidden else ""
    if beside:
        return _unnamed(heard), [*findings, Finding("threshold", beside, "warning")]
    if not hidden:
        return heard, findings
    roles = " and ".join(heard.call.assignment.names[role] for part in hidden for role in _roles(heard, part))
    level = f"{fit.tolerance:.0e} of the whole" if _is_near(heard, hidden) else "a constant"
    findings = findings or [Finding("hidden-part", _HIDDEN.format(roles, level), "warning")]
    return _unnamed(heard), findings


def _unnamed(heard: Heard) -> Heard:
    return replace(heard, recovery=replace(heard.found, explanations=()))


def _beside_smaller(heard: Heard, fit: Fit) -> str:
    """Say where a function departs from its formula as one part is made small beside the other; "" if nowhere."""
    call, sample = heard.call, heard.samples[0]
    drawn, simple = sample.arrays[0], call.quantity.simple
    for part in call.quantity.parts if not call.quantity.only_at else ():
        roles = [role for role in _roles(heard, part) if role in simple]
        nearer = {role: simple[role][0] + (drawn[role] - simple[role][0]) / _SMALLER for role in roles}
        spot = departing_at(call, heard.found, fit, sample.sizes, {**drawn, **nearer})
        if spot is not None and spot.case is not None:
            names, numbers = [call.assignment.names[role] for role in roles], spot.case.numbers
            return _BESIDE.format(" and ".join(names), numbers["claim"], numbers["truth"])
    return ""


def _missing(heard: Heard) -> list[Part]:
    """Return the parts that all explanations say to be missing."""
    named = {slug for each in heard.found.explanations for names in each.slips for slug in names}
    return [part for part in heard.call.quantity.parts if part.missing in named]


def _roles(heard: Heard, part: Part) -> list[str]:
    axes = heard.call.quantity.axes
    return [role for role, held in axes.items() if held == part.axes and role not in heard.call.quantity.idle]


def _shows(heard: Heard, part: Part) -> bool:
    """Whether a function moves with what a part depends on, somewhere."""
    with suppress(ElboCheckError):
        return moves_with(heard.call, heard.samples[0].arrays, frozenset(_roles(heard, part)))
    return False


def _is_near(heard: Heard, parts: Sequence[Part]) -> bool:
    """Whether it moves a little at ordinary numbers already."""
    return any(moves_near(heard.call, heard.samples[0].arrays, frozenset(_roles(heard, part))) for part in parts)


def on_small_part(heard: Heard) -> list[Finding]:
    """Say of a function that is not recognised that its second part has a small weight, and how to declare it."""
    quantity = heard.call.quantity
    if heard.found.fit is not None or not heard.samples or not quantity.parts or quantity.beta.number != 1:
        return []
    with suppress(ElboCheckError):
        weights = _weights(heard, quantity.parts[1])
        middle = float(np.median(weights)) if len(weights) else 0.0
        if 0 < middle < _SMALL and bool(np.all(np.abs(weights - middle) <= _SAME * middle)):
            names = " and ".join(heard.call.assignment.names[role] for role in _roles(heard, quantity.parts[1]))
            words = f"what depends on {names} weighs about {middle:.3g} of what is right: if a small weight is meant, "
            return [Finding("small-part", f"{words}declare it, as beta={middle:.1g}", "warning")]
    return []


def _weights(heard: Heard, part: Part) -> np.ndarray:
    """Return by how much it moves where the arguments of a part are exchanged, over what is right, at several pairs."""
    sample, recovery = heard.samples[0], heard.found
    right = (recovery.relation.right or recovery.rights[0]).formula
    roles, found = _roles(heard, part), []
    for here, there in list(itertools.pairwise(sample.arrays))[:_PAIRS]:
        mixed = {**here, **{role: there[role] for role in roles}}
        moved = float(np.sum(heard.call(mixed) - heard.call(here)))
        found.append(moved / float(np.sum(value_at(right, sample, mixed) - value_at(right, sample, here))))
    return np.array(found)
