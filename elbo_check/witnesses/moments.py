"""Exact moments of Gaussians with rational parameters, in fractions: no SymPy, no closed form of any divergence.

Every moment follows from E[(z_i − μ_i) g(z)] = Σ_j Σ_ij E[∂g/∂z_j] (Stein's identity), which lowers the degree until
nothing is left. For one standard coordinate this is E εᵏ = (k − 1) E εᵏ⁻².
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..errors import WitnessError

__all__ = ["covariance_of", "expectation", "moment", "standard_moment"]

Powers = tuple[int, ...]
Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]

_LARGEST_DEGREE = 60


def standard_moment(power: int) -> int:
    """Return E εᵏ for ε ~ N(0, 1): 1, 0, 1, 0, 3, 0, 15, …

    >>> [standard_moment(k) for k in range(7)]
    [1, 0, 1, 0, 3, 0, 15]
    """
    if power < 0:
        raise WitnessError(f"ε to the power {power} has no expectation")
    if power == 0:
        return 1
    return 0 if power % 2 else (power - 1) * standard_moment(power - 2)


def moment(powers: Powers, mean: Vector, covariance: Matrix) -> Fraction:
    """Return E[z₁^k₁ ⋯ z_n^k_n] for z ~ N(mean, covariance), exactly.

    >>> moment((2,), (Fraction(1, 2),), ((Fraction(4),),))
    Fraction(17, 4)

    Source: C. Stein (1981), Estimation of the mean of a multivariate normal distribution, Annals of Statistics 9.
    """
    if len(powers) != len(mean) or len(covariance) != len(mean):
        raise WitnessError(f"{len(powers)} powers do not fit a Gaussian in {len(mean)} dimensions")
    if any(power < 0 for power in powers) or sum(powers) > _LARGEST_DEGREE:
        raise WitnessError(f"the moment of powers {powers} is none, or of a degree above {_LARGEST_DEGREE}")
    return _moment(powers, mean, covariance)


def expectation(polynomial: Mapping[Powers, Fraction], mean: Vector, covariance: Matrix) -> Fraction:
    """Return E[Σ c·z₁^k₁ ⋯ z_n^k_n] for a polynomial given as {powers: coefficient}.

    >>> expectation({(0,): Fraction(3), (4,): Fraction(1)}, (Fraction(0),), ((Fraction(1),),))
    Fraction(6, 1)
    """
    terms = (coefficient * moment(powers, mean, covariance) for powers, coefficient in polynomial.items())
    return sum(terms, start=Fraction(0))


def covariance_of(factor: Sequence[Sequence[Fraction]]) -> Matrix:
    """Return L Lᵀ for the rows of a lower-triangular L, each up to its diagonal.

    >>> covariance_of([[Fraction(2)], [Fraction(1), Fraction(3)]])[1]
    (Fraction(2, 1), Fraction(10, 1))
    """
    return tuple(
        tuple(sum((a * b for a, b in zip(row, other, strict=False)), start=Fraction(0)) for other in factor)
        for row in factor
    )


@functools.lru_cache(maxsize=4096)
def _moment(powers: Powers, mean: Vector, covariance: Matrix) -> Fraction:
    first = next((i for i, power in enumerate(powers) if power), None)
    if first is None:
        return Fraction(1)
    lower = _lowered(powers, first)
    total = mean[first] * _moment(lower, mean, covariance)
    for j, power in enumerate(lower):
        if power and covariance[first][j]:
            total += covariance[first][j] * power * _moment(_lowered(lower, j), mean, covariance)
    return total


def _lowered(powers: Powers, place: int) -> Powers:
    return tuple(power - (i == place) for i, power in enumerate(powers))
