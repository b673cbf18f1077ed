"""Sums of squares: a polynomial Σ G_ij m_i m_j with monomials m_i is not negative if G has no negative eigenvalue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from .polynomials import Exponent, Monomial, multiply

__all__ = ["is_sum_of_squares"]

_MOST_MONOMIALS = 20


def is_sum_of_squares(
    terms: Mapping[Monomial, Fraction], has_root: Callable[[int, Exponent], bool] = lambda _, power: power % 2 == 0
) -> bool:
    """Whether a polynomial is a sum of squares of sums of those monomials whose own squares are among its terms.

    `has_root` says of which powers of a generator the half is a real number, too: of s³ for s ≥ 0, of x² for every x.

    >>> x, y = frozenset({(0, 2)}), frozenset({(1, 2)})
    >>> both = frozenset({(0, 1), (1, 1)})
    >>> is_sum_of_squares({x: Fraction(1), y: Fraction(1), both: Fraction(-2)})
    True
    >>> is_sum_of_squares({x: Fraction(1), y: Fraction(1), both: Fraction(-3)})
    False
    """
    positive = [monomial for monomial, c in terms.items() if c > 0]
    squares = [monomial for monomial in positive if all(has_root(*power) for power in monomial)]
    return any(_is_made_of(each, terms) for each in _choices(squares))


def _choices(squares: list[Monomial]) -> Iterator[list[Monomial]]:
    """Yield what may be the squares, and what else is twice a product: all, those of whole powers, those of no others.

    √(st) may be a square and may be √s √t: s + t + y² + 2√(st) − 2y√s − 2y√t is (√s + √t − y)².
    """
    yield squares
    whole = [monomial for monomial in squares if all(power % 2 == 0 for _, power in monomial)]
    if 0 < len(whole) < len(squares):
        yield whole
    if len(squares) <= _MOST_MONOMIALS:
        products = _products([_root(monomial) for monomial in squares])
        yield [monomial for monomial in squares if monomial not in products]


def _is_made_of(squares: list[Monomial], terms: Mapping[Monomial, Fraction]) -> bool:
    """Whether a polynomial is a sum of squares of sums of the roots of some of its terms."""
    if not 0 < len(squares) <= _MOST_MONOMIALS:
        return False
    gram = [[Fraction(0)] * len(squares) for _ in squares]
    for i, monomial in enumerate(squares):
        gram[i][i] = terms[monomial]
    products = _products([_root(monomial) for monomial in squares])
    for monomial in terms.keys() - set(squares):
        if monomial not in products:
            return False
        i, k = products[monomial]
        gram[i][k] = gram[k][i] = terms[monomial] / 2
    return _has_no_negative_eigenvalue(gram)


def _root(monomial: Monomial) -> Monomial:
    return frozenset((base, Fraction(power) / 2) for base, power in monomial)


def _products(roots: Sequence[Monomial]) -> dict[Monomial, tuple[int, int]]:
    """Return the products of two different roots, with their places."""
    return {multiply(roots[i], roots[k]): (i, k) for i in range(len(roots)) for k in range(i)}


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
