"""A full verdict with proof from a cold start, against the mere import of what it needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from .measure import ROOT, Row, interleaved

VERDICT = ["-m", "elbo_check", "kl", "--mu", "0.3", "--sigma", "1.7"]
IMPORTS = ["-c", "import numpy, scipy.integrate, sympy, flint"]


def rows(quick: bool) -> Iterator[Row]:
    """Time both as subprocesses; the unmeasured first round fills the byte-code and disk caches."""
    ours, theirs = interleaved(lambda: python(VERDICT), lambda: python(IMPORTS), repeats=3 if quick else 9)
    yield Row.against("cold `elbo-check kl`, over the imports alone", 1.35, ours, theirs)


def python(arguments: list[str]) -> None:
    """Run Python once; a run that fails is an error, not a time."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True)
