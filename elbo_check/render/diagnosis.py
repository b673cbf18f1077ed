"""A diagnosis for a terminal: the outcome, what the function computes beside what is right, the mistakes and their cure."""

from __future__ import annotations

import textwrap

from ..loss_verdict import Diagnosis, Mistake
from ..verdict import Outcome
from .numbers import number_text, plain, rough_text
from .words import counterexample_words, sorted_findings

__all__ = ["diagnosis_text"]

_WIDTH = 100


def diagnosis_text(diagnosis: Diagnosis, width: int = _WIDTH) -> str:
    """Return a diagnosis as lines of text."""
    return str(width) + plain(diagnosis.claim)
