"""Sums of polynomials times exponentials of polynomials: Gaussian densities, and what is reckoned with them.

Such a sum has an exact expectation under a Gaussian (`gaussian_means`). Where only the logarithm of a density has a
meaning, because nothing says that it is normalised, nothing else is ever read of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import flint

from ..errors import WitnessError
from .ball_polynomials import BallPolynomial, constant, depends, infinitesimal, is_zero
from .outcome import NoNumber
from .undefined import NoValueError

__all__ = ["INFINITESIMAL", "Exponentials", "change_of", "log_of", "root_of", "settled"]

Term = tuple[BallPolynomial, BallPolynomial]

INFINITESIMAL = -1
"""The number of the variable whose square is 0."""
_LARGEST_POWER = 12
_ZERO = BallPolynomial({(): flint.fmpq(0)})
_ONE = BallPolynomial({(): flint.fmpq(1)})


class Exponentials(NoNumber):
    """Σ P·exp(Q) for polynomials P and Q, by the pairs (P, Q); the infinitesimal stands in P alone."""

    __slots__ = ("normalised", "terms")
    what = "a density outside a logarithm"

    def __init__(self, terms: Iterable[Term], normalised: bool = True) -> None:
        self.terms = [term for term in map(_without_infinitesimals, terms) if not _vanishes(term[0])]
        self.normalised = normalised

    @classmethod
    def of(cls, log: Any, normalised: bool = True) -> Exponentials:
        """Return exp(log)."""
        return cls([(_ONE, _ZERO + log)], normalised)

    def plain(self) -> Any:
        """Return Σ P·exp(Q) where no variable is left in it, and where it is no density that is not normalised."""
        if not self.normalised:
            return super().plain()
        return constant(_sum_of(self.terms))

    def __add__(self, other: Any) -> Any:
        if not self.normalised or (isinstance(other, Exponentials) and not other.normalised):
            return super().plain()
        theirs = _lifted(other)
        return NotImplemented if theirs is None else Exponentials([*self.terms, *theirs.terms])

    def __mul__(self, other: Any) -> Any:
        theirs = _lifted(other)
        if theirs is None:
            return NotImplemented
        pairs = [(p * r, q + s) for p, q in self.terms for r, s in theirs.terms]
        return Exponentials(pairs, self.normalised and theirs.normalised)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Any:
        return self * flint.fmpq(-1)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __truediv__(self, other: Any) -> Any:
        theirs = _lifted(other)
        return NotImplemented if theirs is None else self * theirs._inverse()

    def __rtruediv__(self, other: Any) -> Any:
        return self._inverse() * other

    def __pow__(self, exponent: int) -> Any:
        if exponent < 0:
            return self._inverse() ** -exponent
        if exponent > _LARGEST_POWER:
            raise WitnessError(f"{self.what} is not taken to the power {exponent}")
        result = Exponentials([(_ONE, _ZERO)], self.normalised)
        for _ in range(exponent):
            result = result * self
        return result

    def _inverse(self) -> Exponentials:
        factor, log = self.single()
        return Exponentials([(_ZERO + 1 / factor, -log)], self.normalised)

    def single(self) -> Term:
        """Return P and Q of a single term, to which a number is brought; raises `WitnessError` for any other sum."""
        if len(self.terms) != 1 and self.normalised and not _moves(self):
            return _ZERO + _sum_of(self.terms), _ZERO
        if len(self.terms) != 1:
            raise WitnessError("the logarithm, root or reciprocal of several exponentials is not computed here")
        return self.terms[0]


def settled(number: Exponentials) -> Any:
    """Return a sum as the number that it is, if no variable of integration is left in it."""
    if _moves(number) or not number.normalised:
        return number
    total = _ZERO + _sum_of(number.terms)
    return total if any(powers for powers in total.terms) else constant(total)


def log_of(number: Exponentials) -> Any:
    """Return the logarithm, a polynomial; raises `NoValueError` where the argument is nowhere positive."""
    factors = [infinitesimal(factor) for factor, _ in number.terms if not depends(factor)]
    if factors and len(factors) == len(number.terms) and all(flint.arb(value) < 0 for value, _ in factors):
        raise NoValueError("the logarithm of what is nowhere positive is not real")
    factor, log = number.single()
    value, rest = infinitesimal(factor)
    if not flint.arb(value) > 0:
        raise WitnessError("a density times what is not positive is no density, and has no logarithm")
    result = log if is_zero(value - 1) else log + flint.arb(value).log()
    return result if rest is None else result + rest / value


def root_of(number: Exponentials) -> Exponentials:
    """Return the square root."""
    return Exponentials.of(log_of(number) / flint.fmpq(2), number.normalised)


def _lifted(number: Any) -> Exponentials | None:
    if isinstance(number, Exponentials):
        return number
    return None if isinstance(number, NoNumber) else Exponentials([(_ZERO + number, _ZERO)])


def _without_infinitesimals(term: Term) -> Term:
    """Return P (1 + δ q) and Q for P exp(Q + δ q)."""
    factor, log = term
    parts: tuple[Any, ...] = term  # what a variable was divided by is no polynomial
    if not all(isinstance(part, BallPolynomial) for part in parts):
        raise WitnessError("what is divided by a variable of integration has no exact mean")
    rest = {powers: c for powers, c in log.terms.items() if any(variable < 0 for variable, _ in powers)}
    if not rest:
        return factor, log
    plain = BallPolynomial({powers: c for powers, c in log.terms.items() if powers not in rest})
    return factor * (BallPolynomial(rest) + flint.fmpq(1)), plain


def _vanishes(factor: BallPolynomial) -> bool:
    return all(map(is_zero, factor.terms.values()))


def _moves(number: Exponentials) -> bool:
    """Whether a variable of integration is left."""
    return any(depends(part) for term in number.terms for part in term)


def _sum_of(terms: Iterable[Term]) -> Any:
    total: Any = flint.fmpq(0)
    for factor, log in terms:
        total = factor * flint.arb(constant(log)).exp() + total
    return total


def change_of(result: Any) -> Any:
    """Return the coefficient of an infinitesimal change; raises `WitnessError` for what is no polynomial."""
    if isinstance(result, NoNumber):
        return result.plain()
    terms = result.terms.items() if isinstance(result, BallPolynomial) else ()
    slope = {powers: c for powers, c in terms if (INFINITESIMAL, 1) in powers}
    rest = {tuple(p for p in powers if p[0] != INFINITESIMAL): c for powers, c in slope.items()}
    return rest.get((), flint.fmpq(0)) if rest.keys() <= {()} else BallPolynomial(rest) + flint.fmpq(0)
