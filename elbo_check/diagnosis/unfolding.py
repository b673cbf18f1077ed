"""Laws of images of latents: d written as C·H·W where one of these stands there."""

from __future__ import annotations

from .formula import Law, Monomial, law

__all__ = ["unfolded"]

_WHOLE, _PARTS = "d", "CHW"


def unfolded(held: Law) -> Law:
    """Return a law with d as the product of the lengths of its axes, where one of these stands there already.

    >>> unfolded(law(1, C=1, d=-1)) == law(1, H=-1, W=-1), unfolded(law(1, d=-1)) == law(1, d=-1)
    (True, True)
    """
    return Law.of((_unfolded(monomial), c) for monomial, c in held.parts)


def _unfolded(monomial: Monomial) -> Monomial:
    power = dict(monomial).get(_WHOLE, 0)
    if not (power and any(name in _PARTS for name, _ in monomial)):
        return monomial
    there = tuple((name, n) for name, n in monomial if name != _WHOLE)
    both = law(1, **dict(there)) * law(1, **dict.fromkeys(_PARTS, power))
    return both.parts[0][0]
