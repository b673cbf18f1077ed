"""The importance-weighted bound L_K = E log (1/K) Σ wₖ by exact enumeration, in finite worlds with rational numbers.

The K draws are exchangeable, so that multisets of outcomes are gone through, each as often as it has orders: with M
outcomes C(M + K − 1, K) logarithms instead of M^K.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

from ..errors import InputError, WitnessError
from .enumeration import LogSum

__all__ = ["LARGEST", "importance_bound"]

LARGEST = 20_000  # multisets


def importance_bound(q: Sequence[Fraction], joint: Sequence[Fraction], k: int) -> LogSum:
    """Return L_K exactly: K draws z ~ q, w = joint[z]/q[z], and the expectation of log (1/K) Σ w.

    L_1 is the ELBO; L_1 ≤ L_2 ≤ … ≤ log p(x) = log Σ joint. q sums to 1, joint to p(x); outcomes with q = 0 are never
    drawn. Raises `InputError` for a k below 1, `WitnessError` where L_K is −∞ (q > 0 at a joint of 0) or where there
    are more than 20,000 multisets.

    >>> importance_bound([Fraction(1, 2)] * 2, [Fraction(1, 4), Fraction(1, 2)], 1) == LogSum.log(
    ...     Fraction(1, 2)
    ... ) + LogSum.number(Fraction(1, 2)) * LogSum.log(2)
    True

    Source: Burda, Grosse & Salakhutdinov (2016), Importance Weighted Autoencoders, theorem 1.
    """
    if k < 1:
        raise InputError("k", k, "at least 1", "one draw gives the ELBO")
    drawn = [(mass, weight / mass) for mass, weight in zip(q, joint, strict=True) if mass]
    if not all(weight for _, weight in drawn):
        raise WitnessError("L_K is −∞: q is positive where the joint is 0")
    count = math.comb(len(drawn) + k - 1, k)
    if count > LARGEST:
        raise WitnessError(f"{count} multisets are more than the {LARGEST} that are gone through one by one")
    logs: dict[Fraction, Fraction] = {}
    for chosen in itertools.combinations_with_replacement(range(len(drawn)), k):
        orders = math.factorial(k) // math.prod(math.factorial(chosen.count(outcome)) for outcome in set(chosen))
        mass = orders * math.prod((drawn[outcome][0] for outcome in chosen), start=Fraction(1))
        mean = sum((drawn[outcome][1] for outcome in chosen), start=Fraction(0)) / k
        logs[mean] = logs.get(mean, Fraction(0)) + mass
    total = LogSum.number(0)
    for mean, mass in logs.items():
        total = total + LogSum.log(mean).scaled(mass)
    return total
