"""A number that knows how far it may be trusted.

Four bases, never mixed in one bare float: EXACT and ENCLOSED can prove and refute, SAMPLED can refute at a
stated level, HEURISTIC can only agree or object in a note. The choke point is `Estimate.__post_init__`:
an estimate that is not finite, or whose basis promises more than its bound, cannot be built.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .errors import WitnessError

__all__ = ["Absence", "Basis", "Elementwise", "Estimate", "as_float"]

FloatArray = NDArray[np.float64]

ONE_SIDED = "markov-one-sided"
SAMPLING_BOUNDS = frozenset({"chernoff", "lipschitz", "bounded", ONE_SIDED})


class Basis(StrEnum):
    """Where a number comes from, and so what it may decide."""

    EXACT = "exact"
    ENCLOSED = "enclosed"
    SAMPLED = "sampled"
    HEURISTIC = "heuristic"

    @property
    def proves(self) -> bool:
        """Whether an estimate on this basis may establish a claim."""
        return self in (Basis.EXACT, Basis.ENCLOSED)

    @property
    def refutes(self) -> bool:
        """Whether an estimate on this basis may exclude a claim."""
        return self is not Basis.HEURISTIC


@dataclass(frozen=True, slots=True)
class Estimate:
    """One witness's answer: the true value lies in value ± error, as far as `basis` carries.

    `value` and `error` are nats: rationals for EXACT and ENCLOSED, floats otherwise. For SAMPLED, `error` holds
    at the family-wise probability `level` of being wrong and comes from the non-asymptotic `bound`; `standard_error`
    is the familiar figure beside it. A bound of the kind "markov-one-sided" has one side: the true value is at least
    value − error, and nothing is said of how far above it may lie. The divergence estimated is the sum over `count`
    elements; `scope` says which.
    Estimates of one verdict with the same `quantity` and `subject` speak of the same number: `quantity` names it where
    a verdict is about several (the ELBO, log p(x), …), `subject` says over which elements it was taken.

    >>> Estimate("enclosure", Fraction(1, 3), Fraction(1, 10**30), Basis.ENCLOSED).excludes(0.3334)
    True
    """

    witness: str
    value: Fraction | float
    error: Fraction | float
    basis: Basis
    bound: str = "none"
    level: float | None = None
    standard_error: float | None = None
    scope: str = ""
    count: int = 1
    subject: str = "all"
    quantity: str = ""
    seconds: float = 0.0
    note: str = ""

    def __post_init__(self) -> None:
        if not (_finite(self.value) and _finite(self.error) and self.error >= 0):
            raise WitnessError(
                f"{self.witness} gave {self.value} ± {self.error}, not a finite number: out of the range of float64"
            )
        if self.basis is Basis.EXACT and self.error != 0:
            raise WitnessError(f"{self.witness} calls {self.value} exact but gives it the error {self.error}")
        if self.basis is Basis.SAMPLED and (self.bound not in SAMPLING_BOUNDS or self.level is None):
            raise WitnessError(f"{self.witness} has no proved bound (bound={self.bound!r}): its basis is heuristic")

    @property
    def about(self) -> tuple[str, str]:
        """What the estimate speaks of."""
        return self.quantity, self.subject

    def excludes(self, claim: Fraction | float, slack: Fraction | float = 0) -> bool:
        """Whether `claim` lies further than error + slack from the value (exact arithmetic on finite numbers).

        A bound with one side excludes only claims that lie so far below.
        """
        below = Fraction(self.value) - Fraction(claim)
        return (below if self.one_sided else abs(below)) > Fraction(self.error) + Fraction(slack)

    def contradicts(self, other: Estimate) -> bool:
        """Whether no number lies in both: each then excludes the whole of the other.

        >>> low = Estimate("w", 1.0, 0.5, Basis.SAMPLED, bound="markov-one-sided", level=1e-9)
        >>> [low.contradicts(Estimate("v", value, 0.1, Basis.ENCLOSED)) for value in (0.3, 0.45, 9.0)]
        [True, False, False]
        """
        return self.excludes(other.value, other.error) and other.excludes(self.value, self.error)

    @property
    def one_sided(self) -> bool:
        """Whether the truth is only bounded from below."""
        return self.bound == ONE_SIDED

    @property
    def resolution(self) -> float:
        """The smallest departure from the value that this estimate would have noticed."""
        return as_float(self.error)


@dataclass(frozen=True, slots=True)
class Elementwise:
    """One witness's answers to many questions at once: value ± error for the elements in `index`.

    `index` holds flat positions among the questions asked (None: every one, in order). The errors of an ENCLOSED
    answer are rounded outwards, so value ± error encloses although both are float64; a value of +inf with the
    error 0 says that the truth was proved to exceed the largest float64. Entries that the witness could not
    answer are nan in both arrays.
    """

    witness: str
    value: FloatArray
    error: FloatArray
    basis: Basis
    index: NDArray[np.intp] | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Absence:
    """A witness that did not answer, and why: it is listed in the verdict and never counted as agreement."""

    witness: str
    reason: str
    seconds: float = 0.0


def as_float(number: Fraction | float) -> float:
    """Return the nearest float, ±inf where a rational lies beyond the largest one.

    >>> as_float(Fraction(10) ** 400)
    inf
    """
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _finite(number: Fraction | float) -> bool:
    return isinstance(number, Fraction) or math.isfinite(number)
