"""Polynomials in variables of integration with exact rationals and FLINT balls as coefficients.

Whatever does not depend on a variable stays a plain `fmpq` or `arb`; an expression is read by evaluating it on these
objects, and nothing is rewritten on the way. A variable with a negative number is infinitesimal: its square is 0, and
its coefficient is a derivative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint

from ..deadline import check_deadline
from ..errors import WitnessError
from .outcome import NoNumber
from .undefined import DivergenceError

__all__ = [
    "BallPolynomial",
    "Quotient",
    "bits_of",
    "constant",
    "depends",
    "fraction",
    "infinitesimal",
    "is_zero",
    "rational",
]

Powers = tuple[tuple[int, int], ...]
_LARGEST_POWER = 100


class BallPolynomial:
    """Σ c·∏ z_i^k_i, by {((i, k_i), …): c}."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Powers, Any]) -> None:
        self.terms = terms

    @classmethod
    def variable(cls, coordinate: int) -> BallPolynomial:
        """Return the variable with this number."""
        return cls({((coordinate, 1),): flint.fmpq(1)})

    def __add__(self, other: Any) -> BallPolynomial:
        if isinstance(other, NoNumber):
            return NotImplemented  # it says itself what can be done with it
        terms = dict(self.terms)
        for powers, coefficient in _lifted(other).terms.items():
            terms[powers] = terms[powers] + coefficient if powers in terms else coefficient
        return BallPolynomial(terms)

    def __mul__(self, other: Any) -> BallPolynomial:
        if isinstance(other, NoNumber):
            return NotImplemented
        result: dict[Powers, Any] = {}
        for a, c in self.terms.items():
            check_deadline()
            for b, d in _lifted(other).terms.items():
                powers = _joined(a, b)
                if any(variable < 0 and power > 1 for variable, power in powers):
                    continue
                result[powers] = result[powers] + c * d if powers in result else c * d
        return BallPolynomial(result)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> BallPolynomial:
        return BallPolynomial({powers: -coefficient for powers, coefficient in self.terms.items()})

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __truediv__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, NoNumber) else self * _inverse(other)

    def __rtruediv__(self, other: Any) -> Any:
        return _inverse(self) * other

    def __pow__(self, exponent: int) -> Any:
        if exponent < 0:
            return _inverse(self) ** -exponent
        if exponent > _LARGEST_POWER:
            return constant(self) ** exponent
        result = BallPolynomial({(): flint.fmpq(1)})
        for _ in range(exponent):
            result = result * self
        return result


class Quotient(NoNumber):
    """P/D for a polynomial P and a polynomial D that is no number: read only so far that its expectation may not exist.

    Where D has a zero and P has none there, |P/D| is at least c/|z − r| near it, and no expectation exists.
    """

    __slots__ = ("denominator", "numerator")
    what = "this function of a variable of integration is no polynomial, and"

    def __init__(self, numerator: Any, denominator: BallPolynomial) -> None:
        self.numerator = BallPolynomial({(): flint.fmpq(1)}) * numerator
        self.denominator = denominator

    def expectation(self, numbers: Sequence[Sequence[int]]) -> Any:
        """Raise `DivergenceError` where the expectation over these coordinates diverges, else `WitnessError`."""
        found = self._poles()
        if found is not None:
            variable, poles = found
            if any(variable in own for own in numbers) and any(_nonzero(self.numerator, variable, at) for at in poles):
                raise DivergenceError("an expectation diverges: its integrand has a pole")
        return self.plain()

    def _poles(self) -> tuple[int, list[Any]] | None:
        """Return the one variable of the denominator and the rational zeros of it; None if it has more variables."""
        used = {powers: c for powers, c in self.denominator.terms.items() if not is_zero(c)}
        variables = {variable for powers in used for variable, _ in powers}
        if len(variables) != 1 or not all(isinstance(c, flint.fmpq) for c in used.values()):
            return None
        coefficients = {sum(power for _, power in powers): c for powers, c in used.items()}
        whole = flint.fmpq_poly([coefficients.get(power, flint.fmpq(0)) for power in range(max(coefficients) + 1)])
        factors = [flint.fmpq_poly(factor) for factor, _ in whole.numer().factor()[1]]
        return variables.pop(), [-factor[0] / factor[1] for factor in factors if factor.degree() == 1]

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Quotient):
            top = self.numerator * other.denominator + other.numerator * self.denominator
            return Quotient(top, self.denominator * other.denominator)
        return Quotient(self.numerator + self.denominator * _polynomial(self, other), self.denominator)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Quotient):
            return Quotient(self.numerator * other.numerator, self.denominator * other.denominator)
        return Quotient(self.numerator * _polynomial(self, other), self.denominator)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Any:
        return Quotient(-self.numerator, self.denominator)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __truediv__(self, other: Any) -> Any:
        return self * _inverse(_polynomial(self, other))

    def __pow__(self, exponent: int) -> Any:
        if exponent < 0:
            self.plain()
        return Quotient(self.numerator**exponent, self.denominator**exponent)


def bits_of(number: Any) -> int:
    """Return the length of the longest rational number in a number or a polynomial; balls have a fixed length."""
    coefficients = number.terms.values() if isinstance(number, BallPolynomial) else (number,)
    return max((int(c.height_bits()) for c in coefficients if isinstance(c, flint.fmpq)), default=0)


def rational(number: Fraction) -> Any:
    """Return a fraction as FLINT's rational number."""
    return flint.fmpq(number.numerator, number.denominator)


def fraction(number: Any) -> Fraction:
    """Return FLINT's rational number as a fraction; raises `WitnessError` for anything that is not rational."""
    if not isinstance(number, flint.fmpq):
        raise WitnessError("a parameter of a density is not a rational number here")
    return Fraction(int(number.p), int(number.q))


def _lifted(number: Any) -> BallPolynomial:
    return number if isinstance(number, BallPolynomial) else BallPolynomial({(): number})


def constant(number: Any) -> Any:
    """Return what does not depend on a variable; raises `WitnessError` where something does."""
    if isinstance(number, NoNumber):
        return number.plain()
    if not isinstance(number, BallPolynomial):
        return number
    if any(powers and not is_zero(coefficient) for powers, coefficient in number.terms.items()):
        raise WitnessError("this function of a variable of integration is no polynomial")
    return number.terms.get((), flint.fmpq(0))


def _inverse(number: Any) -> Any:
    if isinstance(number, BallPolynomial) and depends(number):
        return Quotient(flint.fmpq(1), number)
    value, rest = infinitesimal(number)
    return 1 / value if rest is None else BallPolynomial({(): 1 / value}) - rest / (value * value)


def is_zero(coefficient: Any) -> bool:
    """Whether a coefficient is certainly 0: a ball that merely contains 0 is not, and not unequal to it either."""
    return bool(coefficient == 0)


def depends(number: BallPolynomial) -> bool:
    """Whether a polynomial depends on a variable of integration."""
    return any(v >= 0 for powers, c in number.terms.items() if not is_zero(c) for v, _ in powers)


def infinitesimal(number: Any) -> tuple[Any, BallPolynomial | None]:
    """Return a number as a plain one and what is infinitesimal in it, if anything is."""
    if not isinstance(number, BallPolynomial):
        return constant(number), None
    rest = {powers: c for powers, c in number.terms.items() if any(variable < 0 for variable, _ in powers)}
    plain = BallPolynomial({powers: c for powers, c in number.terms.items() if powers not in rest})
    return constant(plain), BallPolynomial(rest) if rest else None


def _joined(a: Powers, b: Powers) -> Powers:
    if not a or not b:
        return a or b
    powers = dict(a)
    for coordinate, power in b:
        powers[coordinate] = powers.get(coordinate, 0) + power
    return tuple(sorted(powers.items()))


def _polynomial(quotient: Quotient, other: Any) -> Any:
    return quotient.plain() if isinstance(other, NoNumber) else other


def _nonzero(numerator: BallPolynomial, variable: int, at: Any) -> bool:
    """Whether a polynomial is certainly not the zero polynomial where one variable has a value."""
    values: dict[Any, Any] = {}
    for powers, coefficient in numerator.terms.items():
        rest = tuple(pair for pair in powers if pair[0] != variable)
        term = coefficient * at ** dict(powers).get(variable, 0)
        values[rest] = values[rest] + term if rest in values else term
    if any(number < 0 for powers in values for number, _ in powers):
        raise WitnessError("the derivative of a quotient is not computed here")
    return any(not flint.arb(value).contains(0) for value in values.values())
