"""Estimators of a KL by the ratio r = p(z)/q(z) at one draw z of q: r − 1 − log r is right, ½ (log r)² is biased.

The mean of r − 1 is 0 under q, whatever p and q are, so that it may be added to −log r; r may be the ratio of every
coordinate, or that of a sample. Half the squared logarithm is near to the KL only where p and q are near.

Source: J. Schulman, Approximating KL divergence (2020), where these are called k3 and k2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import sympy

from ..formula import ONE, Formula, Term, law
from ..naming import Slip
from ..quantity import Count, Form
from .seconds import RAW, Second

__all__ = ["Ratio", "ratios", "squared_slips", "with_ratio"]

Prior = tuple[Fraction, Fraction]
_WORDS = "plus r − 1, whose mean is 0, for r = p(z)/q(z)"
_MIRRORED = ", with −noise, which has the law of noise"


class Ratio(NamedTuple):
    """The terms of a ratio: r and (log r)², of every coordinate or of a sample; at the noise, or at −noise."""

    plain: Term
    square: Term
    of: str
    mirrored: bool


def ratios(second: Second, prior: Prior) -> Sequence[Ratio]:
    """Return the ratios for one reading of the second argument, and one prior."""
    found = []
    for mirrored in (False, True):
        log, symbol = _log_ratio(second, prior, -1 if mirrored else 1)
        sign = " at -noise" if mirrored else ""
        for axes, of in ((("B", "d"), " of each coordinate"), (("B",), "")):
            plain = Term(f"r{of}{sign}", axes, _over(log, axes, np.exp), _printed(symbol, axes, sympy.exp))
            square = Term(
                f"(log r)^2{of}{sign}", axes, _over(log, axes, np.square), _printed(symbol, axes, lambda t: t**2)
            )
            found.append(Ratio(plain, square, of, mirrored))
    return found


def with_ratio(whole: Form, found: Sequence[Ratio], cross: Term) -> Mapping[str, Form]:
    """Return −log r with r − 1 added, by what is said of it; `cross` is the term in which the noise has a sign."""
    right, mirrored = whole.formula, whole.formula.with_terms({cross: -whole.formula[cross]})
    return {
        f"{_WORDS}{ratio.of}{_MIRRORED if ratio.mirrored else ''}": Form(
            (mirrored if ratio.mirrored else right) + Formula.of({ratio.plain: law(1)}),
            (*whole.counts, Count(ONE, ratio.plain.axes, law(-1))),
            has_slips=False,
        )
        for ratio in found
    }


def squared_slips(right: Formula, found: Sequence[Ratio]) -> Sequence[Slip]:
    """Return the slips from −log r to half its square."""

    def edit(formula: Formula) -> Iterable[Formula]:
        scale = formula.restricted(formula.terms).quotient(right)
        if scale is not None:
            yield from (Formula.of({ratio.square: scale * law("1/2")}) for ratio in found)

    return [("squared-log-ratio", edit)]


def _log_ratio(second: Second, prior: Prior, sign: int) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return log r of each coordinate, for NumPy and for SymPy: ½ noise² + log σ − ½ ((z−a)/b)² − log b."""
    (a, b), raw = prior, RAW[second.deviation]

    def value(arrays: Mapping[str, Any]) -> Any:
        sigma, noise = raw.value(arrays[second.role]), arrays["noise"]
        z = (arrays["mean"] + sign * sigma * noise - float(a)) / float(b)
        return noise**2 / 2 + np.log(np.abs(sigma)) - z**2 / 2 - np.log(float(b))

    def symbol(symbols: Mapping[str, Any]) -> Any:
        sigma, noise = raw.symbol(symbols[second.role]), symbols["noise"]
        z = (symbols["mean"] + sign * sigma * noise - sympy.Rational(a)) / sympy.Rational(b)
        return noise**2 / 2 + sympy.log(sigma) - z**2 / 2 - sympy.log(sympy.Rational(b))

    return value, symbol


def _over(log: Callable[[Any], Any], axes: tuple[str, ...], function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function of log r, which is summed over the latents where they are no axis."""

    def value(arrays: Mapping[str, Any]) -> Any:
        with np.errstate(over="ignore"):
            return function(log(arrays) if "d" in axes else log(arrays).sum(axis=-1))

    return value


def _printed(log: Callable[[Any], Any], axes: tuple[str, ...], function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return how it is printed: as a function of log r, or of sum(log r)."""
    over = sympy.Function("sum") if "d" not in axes else lambda t: t
    return lambda symbols: function(over(log(symbols)))
