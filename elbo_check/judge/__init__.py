"""The only room that knows what "agree" means: claims one by one, and bounds that must be in order."""

from .claims import (
    Case,
    Claims,
    Tally,
    Wrong,
    compare,
    conflicts,
    decide,
    doubts,
    objections,
    sample_excludes,
)

__all__ = [
    "Case",
    "Claims",
    "Tally",
    "Wrong",
    "compare",
    "conflicts",
    "decide",
    "doubts",
    "objections",
    "sample_excludes",
]
