"""Products of sums of logarithms: exact where they are formally zero, balls where they are not.

Whether a polynomial in logarithms of coprime whole numbers can vanish without being formally zero is an open problem
(Schanuel's conjecture says that it cannot): then, and only then, the answer is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import flint

from ..errors import WitnessError
from .coprime import coprime_basis, exponent

if TYPE_CHECKING:
    from .enumeration import LogSum

__all__ = ["LogPolynomial"]

Logs = tuple[int, ...]  # the whole numbers of whose logarithms a term is the product, sorted
_MOST_BITS = 4096


class LogPolynomial:
    """Σ c·∏ log nᵢ with rational c and whole nᵢ > 1."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Logs, Fraction]) -> None:
        self.terms = {logs: c for logs, c in terms.items() if c}

    @classmethod
    def of(cls, value: LogSum | LogPolynomial) -> LogPolynomial:
        """Return a sum of logarithms as a polynomial."""
        if isinstance(value, LogPolynomial):
            return value
        return cls({(): value.constant, **{(number,): c for number, c in value.logs.items()}})

    def is_zero(self) -> bool | None:
        """Whether the value is 0; None where it is not formally zero and no ball tells it from 0."""
        if not self._in_coprime_numbers().terms:
            return True
        return None if self.ball() is None else False

    def ball(self) -> Any:
        """Return a ball that does not contain 0, or None if none was found."""
        bits = 128
        while bits <= _MOST_BITS:
            with flint.ctx.workprec(bits):
                total = flint.arb(0)
                for logs, c in self.terms.items():
                    product = flint.arb(flint.fmpq(c.numerator, c.denominator))
                    for number in logs:
                        product *= flint.arb(number).log()
                    total += product
            if not total.contains(0):
                return total
            bits *= 4
        return None

    def _in_coprime_numbers(self) -> LogPolynomial:
        basis = coprime_basis({number for logs in self.terms for number in logs})
        powers: dict[int, dict[Logs, Fraction]] = {
            number: {(base,): Fraction(exponent(number, base)) for base in basis}
            for logs in self.terms
            for number in logs
        }
        total = LogPolynomial({})
        for logs, c in self.terms.items():
            product = LogPolynomial({(): c})
            for number in logs:
                product = product * LogPolynomial(powers[number])
            total = total + product
        return total

    def __add__(self, other: Any) -> Any:
        if not _known(other):
            return NotImplemented
        terms = dict(self.terms)
        for logs, c in LogPolynomial.of(other).terms.items():
            terms[logs] = terms.get(logs, Fraction(0)) + c
        return LogPolynomial(terms)

    __radd__ = __add__

    def __neg__(self) -> LogPolynomial:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __mul__(self, other: Any) -> Any:
        if not _known(other):
            return NotImplemented
        terms: dict[Logs, Fraction] = {}
        for a, c in self.terms.items():
            for b, d in LogPolynomial.of(other).terms.items():
                logs = tuple(sorted((*a, *b)))
                terms[logs] = terms.get(logs, Fraction(0)) + c * d
        return LogPolynomial(terms)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self.scaled(1 / other.divisor) if _known(other) else NotImplemented

    def __rtruediv__(self, other: LogSum) -> LogPolynomial:
        return LogPolynomial.of(other).scaled(1 / self.divisor)

    def __pow__(self, power: int) -> LogPolynomial:
        result = LogPolynomial({(): Fraction(1)})
        for _ in range(power):
            result = result * self
        return result

    def __float__(self) -> float:
        ball = self.ball()
        return 0.0 if ball is None else float(ball)

    def __str__(self) -> str:
        """Return the value with the logarithms of coprime numbers: `2 log 3 − 5/2 log 2`."""
        terms = sorted(self._in_coprime_numbers().terms.items(), key=lambda term: (len(term[0]), term[0]))
        written = ""
        for logs, c in terms:
            factors = [f"log {number}" for number in logs]
            size = [] if factors and abs(c) == 1 else [str(abs(c))]
            sign = (" − " if c < 0 else " + ") if written else ("−" if c < 0 else "")
            written += sign + " ".join(size + factors)
        return written or "0"

    def scaled(self, factor: Fraction) -> LogPolynomial:
        """Return factor·self."""
        return LogPolynomial({logs: factor * c for logs, c in self.terms.items()})

    @property
    def rational(self) -> Fraction:
        """The value where no logarithm is left; raises `WitnessError` otherwise."""
        if self.terms.keys() - {()}:
            raise WitnessError("a quotient or a logarithm of logarithms is not decided here")
        return self.terms.get((), Fraction(0))

    @property
    def divisor(self) -> Fraction:
        """The value as something to divide by; raises `WitnessError` where it is 0 or holds logarithms."""
        if not self.rational:
            raise WitnessError("a division by zero has no meaning")
        return self.rational


def _known(other: Any) -> bool:
    """Whether something is a sum or a polynomial of logarithms: other numbers reckon with these themselves."""
    return isinstance(other, LogPolynomial) or hasattr(other, "logs")
