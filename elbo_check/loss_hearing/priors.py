"""A loss that is right of another prior than N(0, I), where nobody said which: what is missing, in words."""

from __future__ import annotations

from dataclasses import replace

from ..diagnosis.fitting import Fitter
from ..diagnosis.priors import other_prior
from ..diagnosis.probing import Kind
from .heard import Heard

__all__ = ["missing_prior"]


def missing_prior(heard: Heard) -> str:
    """Return of which fixed prior a loss is right that no known mistake explains; "" where of none."""
    recovery = heard.recovery
    if recovery is None or recovery.explanations:
        return ""
    samples = [replace(sample, kind=Kind(sample.kind.kept)) for sample in heard.samples]
    found = other_prior(Fitter(samples, heard.call.quantity.constants), heard.call.quantity, recovery.rights)
    if found is None or recovery.kind.spread:
        return ""
    mean, deviation = (f"{number:.12g}" for number in found)
    said = f"prior=({mean}, {deviation}) says so (--prior {mean},{deviation})"
    return f"equal, if the prior is N({mean}, {deviation}²), which was not said: {said}"
