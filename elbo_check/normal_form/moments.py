"""Moments of Gaussians: of products of powers and exponentials of their coordinates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from .cancelling import lowest
from .densities import Atom, linear_forms
from .logarithms import exponential
from .polynomials import Monomial, Polynomial, Ratio, constant, generator
from .roots import reduced
from .terms import Terms

__all__ = ["moment"]

Slopes = dict[int, Ratio]


def moment(inside: Monomial, atoms: tuple[Atom, ...], variables: Sequence[int], terms: Terms) -> Ratio | None:
    """Return E ∏ z_i^k_i e^t for Gaussian atoms and a t that is linear in z; None where it is no such moment.

    With z = m + L ε, e^t is e^(c + bᵀε), and E f(ε) e^(bᵀε) is e^(bᵀb/2) E f(ε + b).
    """
    powers = {base: e for base, e in inside if terms[base].tag != ("exp",)}
    if not powers.keys() <= set(variables) or any(e != int(e) or e < 0 for e in powers.values()):
        return None
    exponents = (constant(Fraction(e)) * terms[base].parts[0] for base, e in inside if base not in powers)
    exponent = sum(exponents, start=constant(0))
    slopes = _slopes(exponent, variables, terms)
    if slopes is None:
        return None
    product, growth = constant(1), exponent
    epsilons: set[int] = set()
    for atom, own in _each(atoms, variables):
        if powers.keys().isdisjoint(own) and slopes.keys().isdisjoint(own):
            continue
        if atom.tag[0] != "gaussian":
            return None
        fresh = [terms.fresh() for _ in own]
        epsilons.update(fresh)
        shifts = _shifts(atom, own, slopes)
        growth = growth + _grown(atom, own, slopes, shifts)
        places = [generator(base) + shift for base, shift in zip(fresh, shifts, strict=True)]
        for variable, form in zip(own, linear_forms(atom, places), strict=True):
            product = product * form ** int(powers.get(variable, 0))
    mean = product.mapped(lambda polynomial: Ratio(_standard_moments(polynomial, epsilons)))
    return mean * exponential(lowest(reduced(growth, terms), terms), terms)  # no z may be left in it, and yet a number


def _each(atoms: tuple[Atom, ...], variables: Sequence[int]) -> Iterator[tuple[Atom, Sequence[int]]]:
    """Yield each atom with its variables."""
    position = 0
    for atom in atoms:
        yield atom, variables[position : position + atom.dimension]
        position += atom.dimension


def _slopes(exponent: Ratio, variables: Sequence[int], terms: Terms) -> Slopes | None:
    """Return what the variables are multiplied by in a linear exponent; None where it is none."""
    bound, below = frozenset(variables), Ratio(exponent.denominator)
    slopes: Slopes = {}
    if not terms.depends(below).isdisjoint(bound):
        return None
    for monomial, coefficient in exponent.numerator.terms.items():
        moving = [pair for pair in monomial if not terms[pair[0]].depends.isdisjoint(bound)]
        if not moving:
            continue
        ((base, times), *others) = moving
        if others or times != 1 or base not in bound:
            return None
        slope = Ratio(Polynomial({monomial - {(base, times)}: coefficient})) / below
        slopes[base] = slopes.get(base, constant(0)) + slope
    return slopes


def _shifts(atom: Atom, own: Sequence[int], slopes: Slopes) -> list[Ratio]:
    """Return b = Lᵀ a for the slopes a of the coordinates."""
    centre = linear_forms(atom, [constant(0)] * len(own))
    shifts = []
    for place in range(len(own)):
        moved = linear_forms(atom, [constant(int(other == place)) for other in range(len(own))])
        parts = (slopes[base] * (to - at) for base, to, at in zip(own, moved, centre, strict=True) if base in slopes)
        shifts.append(sum(parts, start=constant(0)))
    return shifts


def _grown(atom: Atom, own: Sequence[int], slopes: Slopes, shifts: list[Ratio]) -> Ratio:
    """Return aᵀ(m − z) + bᵀb/2: what comes to the exponent, of which aᵀz is gone."""
    total = constant(Fraction(1, 2)) * sum((shift * shift for shift in shifts), start=constant(0))
    for base, centre in zip(own, linear_forms(atom, [constant(0)] * len(own)), strict=True):
        total = total + slopes.get(base, constant(0)) * (centre - generator(base))
    return total


def _standard_moments(polynomial: Polynomial, epsilons: set[int]) -> Polynomial:
    """Replace each εᵏ by E εᵏ = (k − 1)(k − 3)…1 for even k, 0 for odd k."""
    pairs = []
    for monomial, coefficient in polynomial.terms.items():
        powers = [int(exponent) for base, exponent in monomial if base in epsilons]
        if all(power % 2 == 0 for power in powers):
            outside = frozenset((base, exponent) for base, exponent in monomial if base not in epsilons)
            value = math.prod(math.prod(range(power - 1, 0, -2)) for power in powers)
            pairs.append((outside, coefficient * value))
    return Polynomial.collect(pairs)
