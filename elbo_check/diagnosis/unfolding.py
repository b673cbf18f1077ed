"""Laws of images and sequences: d written as C·H·W or T·L, and D as c·h·w or T·l, where one of these divides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .formula import Law, Monomial, law

__all__ = ["unfolded"]

_PARTS: Mapping[str, Sequence[str]] = {"d": ("CHW", "TL"), "D": ("chw", "Tl")}


def unfolded(held: Law) -> Law:
    """Return a law with d and D as products of the lengths of their axes, where one of these divides them already.

    >>> unfolded(law(1, C=1, d=-1)) == law(1, H=-1, W=-1), unfolded(law(1, d=-1)) == law(1, d=-1)
    (True, True)
    >>> unfolded(law(1, T=1, d=-1)) == law(1, L=-1), unfolded(law(1, D=1, T=-1)) == law(1, l=1)
    (True, True)
    >>> unfolded(law(1, T=-1, d=-1)) == law(1, T=-1, d=-1)
    True
    """
    return Law.of((_unfolded(monomial), c) for monomial, c in held.parts)


def _unfolded(monomial: Monomial) -> Monomial:
    for whole, ways in _PARTS.items():
        powers = dict(monomial)
        power = powers.pop(whole, 0)
        for parts in ways:
            if any(power * powers.get(name, 0) < 0 for name in parts):
                monomial = (law(1, **powers) * law(1, **dict.fromkeys(parts, power))).parts[0][0]
                break
    return monomial
