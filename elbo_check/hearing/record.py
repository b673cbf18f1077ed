"""What a rerun needs, what this run cost, and the theorems it stands on."""

from __future__ import annotations

import functools
import importlib.metadata
import platform
from typing import Any

from .. import checking
from ..question import Settings
from ..verdict import Outcome
from ..version import __version__
from ..witnesses.seeding import Seeds

__all__ = ["record_of", "unproved"]

PACKAGES = ("numpy", "scipy", "sympy", "python-flint")


def unproved(theorems: tuple[str, ...]) -> str:
    """Return the first of the theorems that does not pass its own check, or an empty string."""
    return next((name for name in theorems if checking.checked(name).outcome is not Outcome.PROVED), "")


def record_of(settings: Settings, seeds: Seeds, seconds: float) -> dict[str, Any]:
    """Return settings, seed and versions, and the seconds spent."""
    return {
        "tol": settings.tol,
        "rounding": settings.rounding,
        "level": settings.level,
        "digits": settings.digits,
        "draws": settings.draws,
        "seed": seeds.record,
        "versions": _versions(),
        "seconds": seconds,
    }


@functools.cache
def _versions() -> dict[str, str]:
    own = {"elbo-check": __version__, "python": platform.python_version()}
    return own | {name: importlib.metadata.version(name) for name in PACKAGES}
