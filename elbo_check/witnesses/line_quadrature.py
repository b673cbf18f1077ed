"""SciPy quadrature of ELBO, evidence and EUBO along a line: tanh–sinh on either side of each peak.

A heuristic witness: it may agree, or object in a note, and never decides. Its error is the routine's own guess plus
the rounding floor, 16·eps times the integral of the sizes of all terms: those of log p(x, z) − log q, and those of the
exponent times what the exponential multiplies.
"""

from __future__ import annotations

import math
import time
from typing import Any, NamedTuple

import numpy as np

from ..densities.world import numpy_world
from ..errors import WitnessError
from ..evidence import Absence, Basis, Estimate
from .line import Line, Measured
from .quadrature import ROUNDING_FLOOR

__all__ = ["integrate_line"]

NAME = "tanh-sinh"
DROP = 90.0  # exp(−90) = 8e-40, what lies beyond is far below the floor
WIDEST = 60
ZOOMS = 8
RELATIVE = 1e-13
# Where a likelihood is sharp, two levels below may agree by chance: at 5, an error of 1e-11 was guessed to be 3e-13.
LEAST_LEVEL = 7
GRID = 65
SIZE_POINTS = 1025


class _Piece(NamedTuple):
    """A density along the line, in sight of quadrature: which it is, its peak, and where it has fallen to nothing."""

    which: int
    top: float
    low: float
    peak: float
    high: float


def integrate_line(line: Line) -> Measured:
    """Return all four integrals as heuristic estimates in nats; the callables of the line must answer in floats.

    Where the routine reports no convergence or the arithmetic leaves the range of float64, the four are absent and say
    why.
    """
    started = time.perf_counter()
    try:
        with np.errstate(all="ignore"):
            pairs = _pairs(line)
        seconds = time.perf_counter() - started
        return Measured(*(Estimate(NAME, *pair, Basis.HEURISTIC, seconds=seconds) for pair in pairs))
    except WitnessError as refusal:
        absence = Absence(NAME, str(refusal), time.perf_counter() - started)
        return Measured(absence, absence, absence, absence)


def _pairs(line: Line) -> list[tuple[float, float]]:
    """Return value and error of elbo, log_evidence, eubo and gap."""
    own, joint = (_piece(line, which) for which in (0, 1))
    elbo, elbo_error = _integral(line, own, ratio=True)
    mass, mass_error = _integral(line, joint, ratio=False)
    above, above_error = _integral(line, joint, ratio=True)
    q_mass, eubo = math.exp(own.top), above / mass
    log_evidence = joint.top + math.log(mass) if mass > 0 else math.nan
    elbo, elbo_error = elbo * q_mass, elbo_error * q_mass
    evidence_error = mass_error / mass + ROUNDING_FLOOR * abs(joint.top)
    eubo_error = above_error / mass + abs(eubo) * mass_error / mass
    gap = log_evidence - elbo, evidence_error + elbo_error
    return [(elbo, elbo_error), (log_evidence, evidence_error), (eubo, eubo_error), gap]


def _integral(line: Line, piece: _Piece, *, ratio: bool) -> tuple[float, float]:
    """Return ∫ exp(ℓ − top) (ℓ_1 − ℓ_q) du, or ∫ exp(ℓ − top) du, with its error."""
    from scipy.integrate import tanhsinh

    def integrand(u: Any) -> Any:
        heights = _heights(line, u)
        weight = np.exp(heights[piece.which] - piece.top)
        return np.where(weight > 0, weight * (heights[1] - heights[0]), 0.0) if ratio else weight

    ends = np.array([piece.low, piece.peak]), np.array([piece.peak, piece.high])
    answer = tanhsinh(integrand, *ends, rtol=RELATIVE, atol=0.0, minlevel=LEAST_LEVEL)
    floor = sum(_size(line, piece, low, high, ratio=ratio) for low, high in zip(*ends, strict=True))
    # a guess below what the routine was asked for is luck: it has been seen to be half of the error
    value, guess = float(answer.integral.sum()), max(answer.error.sum(), RELATIVE * np.abs(answer.integral).sum())
    if not np.all(answer.success | (answer.error <= ROUNDING_FLOOR * floor)):
        raise WitnessError("tanh–sinh reports no convergence")
    return value, float(guess) + ROUNDING_FLOOR * floor


def _size(line: Line, piece: _Piece, low: float, high: float, *, ratio: bool) -> float:
    """Return the integral of the sizes of all terms that `_integral` adds up, to a few per cent."""
    # denser towards the peak, whatever lies between the two scales
    away = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, SIZE_POINTS)])
    u = piece.peak + away * ((low if high == piece.peak else high) - piece.peak)
    along = line.along(u, numpy_world())
    sizes = [sum(np.abs(term) for term in terms) for terms in along]
    heights = _heights(line, u)
    weight = np.exp(heights[piece.which] - piece.top)
    exponent = sizes[piece.which] + abs(piece.top)
    each = sizes[0] + sizes[1] + np.abs(heights[1] - heights[0]) * exponent if ratio else exponent
    return float(np.trapezoid(np.where(weight > 0, weight * each, 0.0), np.abs(u - piece.peak)))


def _heights(line: Line, u: Any) -> list[Any]:
    """Return ℓ_q and ℓ_1; what is no number is taken as the logarithm of nothing."""
    return [np.nan_to_num(sum(terms) + 0 * u, nan=-np.inf, posinf=np.inf) for terms in line.along(u, numpy_world())]


def _piece(line: Line, which: int) -> _Piece:
    """Find the peak on ever finer grids, starting from q's bulk, and the ends where the density has fallen by DROP."""
    centre, scale = line.bulk
    powers = scale * 2.0 ** np.arange(-8, WIDEST)
    grid = centre + np.concatenate([-powers[::-1], [0.0], powers])
    for _ in range(ZOOMS):
        best = int(np.argmax(_heights(line, grid)[which]))
        centre, near, far = grid[best], grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
        grid = np.linspace(near, far, GRID)
    peak = float(centre)
    top = float(_heights(line, np.float64(peak))[which])
    if not math.isfinite(top):
        raise WitnessError("no place was found where the density is a number")
    low, high = (_end(line, which, peak, side * scale, top - DROP) for side in (-1, 1))
    return _Piece(which, top, low, peak, high)


def _end(line: Line, which: int, peak: float, step: float, level: float) -> float:
    """Return a place on one side of the peak where the density first lies below a level, to a few per cent."""
    distances = step * np.geomspace(2.0**-40, 2.0**WIDEST, 2048)
    below = _heights(line, peak + distances)[which] < level
    if not below.any():
        raise WitnessError("a density does not fall off along the line")
    return float(peak + distances[int(np.argmax(below))])
