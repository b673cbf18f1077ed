"""Finite worlds with rational probabilities, where every identity between expectations of logarithms is decidable.

A value there is c₀ + Σ cᵢ log nᵢ with rational cᵢ and whole nᵢ > 1. It is zero exactly if c₀ = 0 and ∏ nᵢ^cᵢ = 1:
e^c₀ is transcendental for rational c₀ ≠ 0 (Lindemann), so the two parts cannot cancel. The product is decided
through a coprime basis of the nᵢ, without rounding and without taking powers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from ..errors import WitnessError
from .coprime import coprime_basis, exponent
from .log_polynomials import LogPolynomial

__all__ = ["LogSum", "expectation"]

_LARGEST_POWER = 100


class LogSum:
    """c₀ + Σ cᵢ log nᵢ, exactly. Equal values are equal, however they are written.

    >>> LogSum.log(Fraction(4, 9)) == LogSum.number(2) * (LogSum.log(2) - LogSum.log(3))
    True
    """

    __slots__ = ("constant", "logs")

    def __init__(self, constant: Fraction, logs: Mapping[int, Fraction]) -> None:
        self.constant = constant
        self.logs = {number: c for number, c in logs.items() if c and number != 1}

    @classmethod
    def number(cls, value: Fraction | int) -> LogSum:
        """Return a rational number."""
        return cls(value if type(value) is Fraction else Fraction(value), {})  # to make one anew takes its time

    @classmethod
    def log(cls, ratio: Fraction | int) -> LogSum:
        """Return the logarithm of a positive rational number."""
        if ratio <= 0:
            raise WitnessError(f"log {ratio} has no meaning")
        return cls(Fraction(0), {ratio.numerator: Fraction(1), ratio.denominator: Fraction(-1)})

    @property
    def rational(self) -> Fraction:
        """The value where no logarithm is left; raises `WitnessError` otherwise."""
        if self.logs:
            raise WitnessError("a product or quotient of logarithms is not decided here")
        return self.constant

    def is_zero(self) -> bool:
        """Whether the value is 0: exact, for every such sum."""
        if self.constant or not self.logs:
            return not self.constant
        return all(
            sum(c * exponent(number, base) for number, c in self.logs.items()) == 0 for base in coprime_basis(self.logs)
        )

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, LogSum):
            return NotImplemented
        logs = dict(self.logs)
        for number, c in other.logs.items():
            logs[number] = logs[number] + c if number in logs else c
        return LogSum(self.constant + other.constant, logs)

    def __neg__(self) -> LogSum:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, LogSum):
            return NotImplemented
        if self.logs and other.logs:
            return LogPolynomial.of(self) * other
        return self.scaled(other.rational) if self.logs else other.scaled(self.rational)

    @property
    def divisor(self) -> Fraction:
        """The value as something to divide by; raises `WitnessError` where it is 0 or holds logarithms."""
        if not self.rational:
            raise WitnessError("a division by zero has no meaning")
        return self.rational

    def __truediv__(self, other: Any) -> Any:
        return self.scaled(1 / other.divisor) if isinstance(other, LogSum) else NotImplemented

    def __pow__(self, power: int) -> Any:
        if power == 1:
            return self
        if self.logs and 0 <= power <= _LARGEST_POWER:
            return LogPolynomial.of(self) ** power
        base = self.rational
        if abs(power) > _LARGEST_POWER or (power < 0 and not base):
            raise WitnessError(f"{base} to the power {power} is not computed")
        return LogSum.number(base**power)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LogSum) and (self - other).is_zero()

    __hash__ = None  # type: ignore[assignment]  # equal values may be written differently

    def __float__(self) -> float:
        return float(self.constant) + math.fsum(float(c) * math.log(number) for number, c in self.logs.items())

    def __str__(self) -> str:
        return str(LogPolynomial.of(self))

    def scaled(self, factor: Fraction) -> LogSum:
        """Return factor·self."""
        return LogSum(factor * self.constant, {number: factor * c for number, c in self.logs.items()})


def expectation(weighted: Iterable[tuple[Fraction, LogSum]]) -> LogSum:
    """Return Σ probability·value, where only outcomes of positive probability are listed (0 log 0 = 0)."""
    total = LogSum.number(0)
    for probability, value in weighted:
        total = total + value.scaled(probability)
    return total
