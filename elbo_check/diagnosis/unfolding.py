"""Laws of images: the length of an axis that is three, written by those of its parts where some of them stand there."""

from __future__ import annotations

from .formula import Law, Monomial, law

__all__ = ["unfolded"]

_THREE = {"d": "CHW", "D": "chw"}


def unfolded(held: Law) -> Law:
    """Return a law with the length of an axis of images by those of its parts, where some of them stand there already.

    >>> unfolded(law(1, C=1, d=-1)) == law(1, H=-1, W=-1), unfolded(law(1, d=-1)) == law(1, d=-1)
    (True, True)
    """
    return Law.of((_unfolded(monomial), c) for monomial, c in held.parts)


def _unfolded(monomial: Monomial) -> Monomial:
    for whole, parts in _THREE.items():
        power = dict(monomial).get(whole, 0)
        if power and any(name in parts for name, _ in monomial):
            there = tuple((name, n) for name, n in monomial if name != whole)
            return _unfolded(_times(there, parts, power))
    return monomial


def _times(monomial: Monomial, parts: str, power: int) -> Monomial:
    both = law(1, **dict(monomial)) * law(1, **dict.fromkeys(parts, power))
    return both.parts[0][0]
