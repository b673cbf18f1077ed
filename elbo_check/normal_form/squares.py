"""Sums of squares: a polynomial Σ G_ij m_i m_j with monomials m_i is not negative if G has no negative eigenvalue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from .polynomials import Monomial, multiply

__all__ = ["is_sum_of_squares"]

_MOST_MONOMIALS = 20


def is_sum_of_squares(terms: Mapping[Monomial, Fraction]) -> bool:
    """Whether a polynomial is a sum of squares of sums of those monomials whose own squares are among its terms.

    >>> x, y = frozenset({(0, 2)}), frozenset({(1, 2)})
    >>> both = frozenset({(0, 1), (1, 1)})
    >>> is_sum_of_squares({x: Fraction(1), y: Fraction(1), both: Fraction(-2)})
    True
    >>> is_sum_of_squares({x: Fraction(1), y: Fraction(1), both: Fraction(-3)})
    False
    """
    squares = [monomial for monomial, c in terms.items() if c > 0 and all(power % 2 == 0 for _, power in monomial)]
    if not 0 < len(squares) <= _MOST_MONOMIALS:
        return False
    roots = [frozenset((base, Fraction(power) / 2) for base, power in monomial) for monomial in squares]
    gram = [[Fraction(0)] * len(roots) for _ in roots]
    for i, monomial in enumerate(squares):
        gram[i][i] = terms[monomial]
    products = {multiply(roots[i], roots[k]): (i, k) for i in range(len(roots)) for k in range(i)}
    for monomial in terms.keys() - set(squares):
        if monomial not in products:
            return False
        i, k = products[monomial]
        gram[i][k] = gram[k][i] = terms[monomial] / 2
    return _has_no_negative_eigenvalue(gram)


def _has_no_negative_eigenvalue(matrix: Sequence[Sequence[Fraction]]) -> bool:
    """Whether a symmetric matrix is positive semidefinite, by elimination along its diagonal."""
    if not matrix:
        return True
    first, *others = matrix
    pivot = first[0]
    if pivot < 0 or (pivot == 0 and any(first)):
        return False
    rest = [[row[k] - (row[0] * first[k] / pivot if pivot else 0) for k in range(1, len(first))] for row in others]
    return _has_no_negative_eigenvalue(rest)
