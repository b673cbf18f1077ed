"""Exact expectations of P·exp(Q) under Gaussians: by completing the square, one standard coordinate at a time.

For ε ~ N(0, 1) and a < ½: E ε^k exp(a ε² + b ε) = s exp(b² s²/2) E η^k with η ~ N(b s², s²), s² = 1/(1 − 2a). For a ≥ ½
the integral diverges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import flint

from ..errors import WitnessError
from .ball_polynomials import BallPolynomial, Quotient, constant, is_zero
from .exponentials import Exponentials, settled
from .gaussian_blocks import Block, mean_of
from .undefined import DivergenceError

__all__ = ["expectation"]

_ONE = BallPolynomial({(): flint.fmpq(1)})


def expectation(body: Any, blocks: Sequence[Block], numbers: Sequence[Sequence[int]]) -> Any:
    """Return the expectation of a body over some blocks, whose coordinates have the given numbers.

    Raises `DivergenceError` where the integral diverges.
    """
    if isinstance(body, Quotient):
        return body.expectation(numbers)
    if not isinstance(body, Exponentials):
        return mean_of(body, blocks, numbers)
    if not body.normalised:
        return body.plain()
    places = {
        number: form
        for block, own in zip(blocks, numbers, strict=True)
        if block.exact
        for number, form in zip(own, _standard(block, own), strict=True)
    }
    terms = [(_substituted(factor, places), _substituted(log, places)) for factor, log in body.terms]
    for number in (number for own in numbers for number in own):
        terms = [_over(number, factor, log, len(terms) == 1) for factor, log in terms]
    return settled(Exponentials(terms))


def _standard(block: Block, own: Sequence[int]) -> list[BallPolynomial]:
    """Return z = m + L ε, with the numbers of z for ε."""
    forms = []
    for mean, row in zip(block.mean, block.factor, strict=True):
        form = BallPolynomial({(): mean})
        for entry, number in zip(row, own, strict=False):
            form = form + BallPolynomial.variable(number) * entry
        forms.append(form)
    return forms


def _substituted(whole: BallPolynomial, places: Mapping[int, BallPolynomial]) -> BallPolynomial:
    total = BallPolynomial({(): flint.fmpq(0)})
    for powers, coefficient in whole.terms.items():
        rest = tuple(pair for pair in powers if pair[0] not in places)
        product = BallPolynomial({rest: coefficient})
        for number, power in powers:
            if number in places:
                product = product * places[number] ** power
        total = total + product
    return total


def _over(number: int, factor: BallPolynomial, log: BallPolynomial, alone: bool) -> tuple[Any, Any]:
    """Integrate one standard coordinate out of P·exp(Q)."""
    inside, exponent = _by_power(factor, number), _by_power(log, number)
    zero = BallPolynomial({(): flint.fmpq(0)})
    if max(exponent, default=0) > 2:
        raise WitnessError("the exponential of a polynomial of degree above 2 has no expectation here")
    slope = exponent.get(1, zero)
    precision = 1 - 2 * constant(exponent.get(2, zero))
    if not flint.arb(precision) > 0:
        _diverges(precision, factor, alone)
    variance = 1 / precision
    moments = [_ONE, slope * variance]
    while len(moments) <= max(inside, default=0):
        moments.append(moments[1] * moments[-1] + moments[-2] * (variance * (len(moments) - 1)))
    scale = flint.arb(variance).sqrt()
    total = zero
    for power, coefficient in inside.items():
        total = total + coefficient * moments[power] * scale
    return total, exponent.get(0, zero) + slope * slope * (variance / 2)


def _diverges(precision: Any, factor: BallPolynomial, alone: bool) -> None:
    """Say that an integral diverges, where it certainly does: the integrand is no zero, and nothing can cancel it."""
    certain = any(not flint.arb(c).contains(0) for powers, c in factor.terms.items() if all(v >= 0 for v, _ in powers))
    if alone and certain and flint.arb(precision) <= 0:
        raise DivergenceError("an expectation diverges")
    raise WitnessError("whether an expectation converges is not decided here")


def _by_power(whole: BallPolynomial, number: int) -> dict[int, BallPolynomial]:
    """Return a polynomial as one in a single variable, its coefficients polynomials in the others."""
    found: dict[int, dict[Any, Any]] = {}
    for powers, coefficient in whole.terms.items():
        if is_zero(coefficient):
            continue
        power = dict(powers).get(number, 0)
        rest = tuple(pair for pair in powers if pair[0] != number)
        found.setdefault(power, {})[rest] = coefficient
    return {power: BallPolynomial(terms) for power, terms in found.items()}
