"""The world of rational assignments: polynomials over balls, exponentials of them, and quotients."""

from __future__ import annotations

import math
from typing import Any

import flint

from ..densities.world import World
from .ball_polynomials import BallPolynomial, constant, infinitesimal
from .exponentials import Exponentials, log_of, root_of
from .undefined import NoValueError

__all__ = ["ball_polynomial_world"]


def ball_polynomial_world() -> World:
    """Return the world of these numbers, at the precision of the running `flint.ctx`."""
    return World(
        name="polynomials over balls",
        half=flint.fmpq(1, 2),
        log=_log,
        exp=_exp,
        sqrt=_sqrt,
        log_two_pi=_log_two_pi,
        exact=flint.fmpq,
    )


def _log(number: Any) -> Any:
    if isinstance(number, Exponentials):
        return log_of(number)
    value, rest = infinitesimal(number)
    log = _not_negative(value, "log").log()
    return log if rest is None else rest / value + log


def _log_two_pi() -> Any:
    return (2 * flint.arb.pi()).log()


def _exp(number: Any) -> Any:
    if isinstance(number, BallPolynomial) and any(variable >= 0 for powers in number.terms for variable, _ in powers):
        return Exponentials.of(number)
    value, rest = infinitesimal(number)
    result = flint.arb(value).exp()
    return result if rest is None else rest * result + result


def _sqrt(number: Any) -> Any:
    if isinstance(number, Exponentials):
        return root_of(number)
    exact, rest = infinitesimal(number)
    if rest is not None:
        root = _not_negative(exact, "√").sqrt()
        return rest / (2 * root) + root
    if isinstance(exact, flint.fmpq) and exact >= 0:
        root = flint.fmpq(math.isqrt(int(exact.p)), math.isqrt(int(exact.q)))
        if root * root == exact:
            return root
    return _not_negative(exact, "√").sqrt()


def _not_negative(number: Any, function: str) -> Any:
    ball = flint.arb(constant(number))
    if ball < 0:
        raise NoValueError(f"{function} of {float(ball):.6g} is not real")
    return ball
