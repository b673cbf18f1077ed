"""Claims one by one, held against what the witnesses say.

Tolerance: `tol` is relative to the true value. Beyond it, a claim within 4·eps(dtype of the claim)·C of the truth, with
C = Σ|terms| of the textbook formula, is what that formula gives in that dtype: accepted with the finding
`unstable-form` (rounding="strict" refuses it). A ball that contains 0 is judged absolutely, at 1e-30·max(1, C).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..evidence import Basis, Elementwise, Estimate
from ..question import Settings
from ..verdict import Outcome

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

FloatArray = NDArray[np.float64]

ROUNDING_UNITS = 4.0
ABSOLUTE = 1e-30
LISTED = 10


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """Claimed numbers with what their rounding may excuse: `size` is C, `epsilon` the spacing of their dtype."""

    value: FloatArray
    size: FloatArray
    epsilon: float

    def allowance(self, truth: Any, settings: Settings) -> tuple[Any, Any]:
        """Return how far from `truth` a claim may lie: by tolerance alone, and with rounding excused."""
        near = np.where(truth > 0, settings.tol * truth, ABSOLUTE * np.maximum(1.0, self.size))
        size = np.where(np.isfinite(self.size), self.size, 0.0) if settings.rounding == "floating" else 0.0
        excused = ROUNDING_UNITS * self.epsilon * size
        return near, np.maximum(near, excused)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One refuted claim: its position, the number, the truth with its radius, and how far off relative to it."""

    index: int
    claim: float
    truth: float
    error: float
    departure: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What comparing claims with one deciding witness came to; tallies of disjoint parts add up."""

    right: int = 0
    unstable: int = 0
    wrong: int = 0
    undecided: int = 0
    worst: Wrong | None = None
    wrong_at: tuple[int, ...] = ()
    undecided_at: tuple[int, ...] = ()
    lost_digits: float = 0.0
    resolution: float = 0.0

    @property
    def decided(self) -> int:
        """How many claims were proved right, excused or refuted."""
        return self.right + self.unstable + self.wrong

    def at(self, positions: NDArray[np.intp]) -> Tally:
        """Return the same tally with its indices read as places in `positions`."""
        moved = self.worst and replace(self.worst, index=int(positions[self.worst.index]))
        wrong_at, undecided_at = (tuple(int(positions[i]) for i in at) for at in (self.wrong_at, self.undecided_at))
        return replace(self, worst=moved, wrong_at=wrong_at, undecided_at=undecided_at)

    def __add__(self, other: Tally) -> Tally:
        worst = max((w for w in (self.worst, other.worst) if w), key=lambda w: w.departure, default=None)
        return Tally(
            self.right + other.right,
            self.unstable + other.unstable,
            self.wrong + other.wrong,
            self.undecided + other.undecided,
            worst,
            (self.wrong_at + other.wrong_at)[:LISTED],
            (self.undecided_at + other.undecided_at)[:LISTED],
            max(self.lost_digits, other.lost_digits),
            max(self.resolution, other.resolution),
        )


def compare(claims: Claims, truth: Elementwise, settings: Settings) -> Tally:
    """Compare claims, one by one, with a proved enclosure of each."""
    value, error = truth.value, truth.error
    beyond = np.isinf(value) & (error == 0)  # proved to exceed the largest float: right is only who says so
    with np.errstate(all="ignore"):
        lower, upper = value - error, value + error
        distance = np.abs(claims.value - value)
        near_lower, far_lower = claims.allowance(lower, settings)
        _, far_upper = claims.allowance(np.where(lower > 0, upper, 0.0), settings)
        right = np.where(beyond, claims.value == value, distance + error <= near_lower)
        excused = ~right & ~beyond & (distance + error <= far_lower)
        wrong = ~right & ~excused & (beyond | (distance - error > far_upper))
        scale = np.where((lower > 0) & ~beyond, lower, np.nan)
        departure = distance / scale
        noticed = np.where(lower > 0, (far_upper + error) / lower, 0.0)  # what rounding excuses is not noticed
    undecided = ~(right | excused | wrong)
    return Tally(
        int(right.sum()),
        int(excused.sum()),
        int(wrong.sum()),
        int(undecided.sum()),
        _worst(claims, value, error, departure, wrong),
        tuple(int(i) for i in np.flatnonzero(wrong)[:LISTED]),
        tuple(int(i) for i in np.flatnonzero(undecided)[:LISTED]),
        _lost_digits(claims.size[excused], scale[excused]),
        float(np.nanmax(noticed, initial=0.0)),
    )


def objections(claims: Claims, guess: Elementwise, settings: Settings) -> NDArray[np.bool_]:
    """Return where a heuristic witness does not agree with the claims: it objects, or it has no answer."""
    with np.errstate(all="ignore"):
        _, allowed = claims.allowance(np.maximum(guess.value, 0.0), settings)
        return np.asarray(~(np.abs(claims.value - guess.value) <= guess.error + allowed))


def sample_excludes(claimed_total: float, allowance: float, sampled: Estimate) -> bool:
    """Whether a sampled estimate excludes the total of the claims at its level, beyond what rounding excuses."""
    return (
        sampled.basis is Basis.SAMPLED
        and bool(np.isfinite(claimed_total))
        and sampled.excludes(claimed_total, allowance)
    )


def conflicts(estimates: Sequence[Estimate]) -> list[tuple[str, str]]:
    """Return the pairs of deciding witnesses that speak of the same elements and exclude each other."""
    deciding = [estimate for estimate in estimates if estimate.basis.refutes]
    return [
        (one.witness, other.witness)
        for k, one in enumerate(deciding)
        for other in deciding[k + 1 :]
        if one.about == other.about and one.contradicts(other)
    ]


def doubts(estimates: Sequence[Estimate]) -> list[tuple[str, str]]:
    """Return (heuristic, proof) wherever a heuristic witness lies outside a proof about the same elements."""
    return [
        (guess.witness, proof.witness)
        for guess in estimates
        if not guess.basis.refutes
        for proof in estimates
        if proof.basis.proves and proof.about == guess.about and proof.excludes(guess.value, guess.error)
    ]


@dataclass(frozen=True, slots=True)
class Case:
    """All that was heard: the tally of the enclosed claims, how many there are, and what else was said."""

    claims: int
    tally: Tally
    objecting: int = 0
    agreeing: int = 0
    sample_objects: bool = False
    conflicts: tuple[tuple[str, str], ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    unproved_theorem: str = ""


def decide(case: Case) -> tuple[Outcome, str]:
    """Return the outcome, and what is missing if it is UNDECIDED. The order of the questions is the rule."""
    tally = case.tally
    if case.unproved_theorem:
        return Outcome.UNDECIDED, f"the theorem {case.unproved_theorem} did not pass its own check"
    if case.conflicts:
        one, other = case.conflicts[0]
        return Outcome.UNDECIDED, f"{one} and {other} exclude each other: one of the witnesses is broken"
    if tally.wrong or case.sample_objects:
        return Outcome.REFUTED, ""
    if tally.undecided:
        places = ", ".join(map(str, tally.undecided_at))
        return Outcome.UNDECIDED, f"{tally.undecided} claims lie within the radius of the enclosure (at {places})"
    if tally.decided == case.claims:
        return Outcome.PROVED, ""
    if case.objecting:
        return Outcome.UNDECIDED, f"quadrature objects to {case.objecting} claims that were not enclosed"
    if case.agreeing < 2:
        return Outcome.UNDECIDED, "fewer than two independent witnesses could answer"
    return Outcome.CONSISTENT, ""


def _worst(claims: Claims, value: FloatArray, error: FloatArray, departure: Any, wrong: Any) -> Wrong | None:
    if not wrong.any():
        return None
    # where the truth may be 0 no relative departure exists: infinitely wrong
    ranked = np.where(wrong, np.nan_to_num(departure, nan=np.inf, posinf=np.inf), -1.0)
    k = int(np.argmax(ranked))
    return Wrong(k, float(claims.value[k]), float(value[k]), float(error[k]), float(ranked[k]))


def _lost_digits(sizes: FloatArray, truths: FloatArray) -> float:
    if not len(sizes):
        return 0.0
    with np.errstate(all="ignore"):
        return float(np.nanmax(np.log10(sizes / truths), initial=0.0))
