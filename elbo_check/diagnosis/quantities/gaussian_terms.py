"""The terms of a Gaussian KL: functions of the mean and of the second argument, relative to a fixed prior."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from ..formula import Term
from .seconds import Second, of_role

__all__ = ["AXES", "STANDARD", "GaussianTerms", "Prior", "log_prior", "prior_words"]

AXES = ("B", "d")
Prior = tuple[Fraction, Fraction]
STANDARD: Prior = (Fraction(0), Fraction(1))


class GaussianTerms:
    """The terms of a Gaussian KL under one reading, relative to the prior."""

    def __init__(self, second: Second, prior: Prior) -> None:
        self.second, self.prior = second, prior
        self.square = self.of_mean("(m-a)^2", lambda x: x**2)
        self.distance = self.of_mean("m-a", lambda x: x)
        self.size = self.of_mean("|m-a|", abs)
        self.variance = self.spread(second.variance)
        self.deviation = self.spread(second.deviation)
        self.precision = self.spread(second.precision, power=-1)
        self.log = of_role(second.log, second.role)
        self.log_square = of_role(second.log_square, second.role)

    def of_mean(self, name: str, function: Callable[[Any], Any]) -> Term:
        """Return a function of the mean, measured from that of the prior in its standard deviations."""
        a, b = self.prior
        if self.prior == STANDARD:
            return Term(name, AXES, lambda v: function(v["mean"]), lambda s: function(s["mean"]))
        return Term(
            f"{name} at {a}, {b}",
            AXES,
            lambda v: function((v["mean"] - float(a)) / float(b)),
            lambda s: function((s["mean"] - sympy.Rational(a)) / sympy.Rational(b)),
        )

    def spread(self, raw: str, power: int = 1) -> Term:
        """A function of the second argument as a power of its variance: over as large a power of b²."""
        b = self.prior[1]
        held = of_role(raw, self.second.role)
        if b == 1:
            return held
        square = (b * b) ** power
        return Term(
            f"{held.name} over {square}",
            AXES,
            lambda v: held.value(v) / float(square),
            lambda s: held.symbol(s) / sympy.Rational(square),
        )


def prior_words(prior: Prior) -> str:
    """Return a fixed prior in words."""
    if prior == STANDARD:
        return "N(0, I)"
    deviation = prior[1] if prior[1].denominator == 1 else f"({prior[1]})"
    return f"N({prior[0]}, {deviation}² I)"


def log_prior(prior: Prior) -> Term:
    """Return the constant log b²."""
    square = prior[1] * prior[1]
    return Term(
        f"log {square}",
        (),
        lambda _: float(np.log(float(square))),
        lambda _: sympy.log(sympy.Rational(square)),
        constant=True,
    )
