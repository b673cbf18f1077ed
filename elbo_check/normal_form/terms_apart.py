"""The first and the last terms of a sum set apart: Σ from 2 to n is the sum from 1 to n without its first term.

A term that is taken away as soon as it was added may have no value there, as 1/(m − n) where Σ_{k=1}^{n−1} 1/(m − k) is
read as a sum to n: the same is then taken away wherever that sum stands, and a sum with this term says that it has one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from ..errors import WitnessError
from .densities import LARGEST_COUNT
from .leaving import leave_all
from .polynomials import ONE, Polynomial, Ratio, constant, generator
from .sums import counts, is_count, summed
from .terms import Terms

__all__ = ["with_terms_apart"]

OfIndex = Callable[[Ratio], Ratio]


def with_terms_apart(addends: Sequence[OfIndex], first: Ratio, last: Ratio, terms: Terms) -> Ratio:
    """Return a sum as one from 1 to n, for the n in its end, and single terms; as it is where these cannot be read.

    Σ a_{j+1} from 1 to n is Σ a_j from 2 to n + 1, by what is added to the index in all addends, or in each of them. It
    is no bit, whose square is itself wherever it stands.
    """

    def of(place: Ratio) -> Ratio:
        return sum((addend(place) for addend in addends), constant(0))

    fresh = terms.running(first, last)
    added = _added(of(generator(fresh)), fresh, terms)
    if len(added) > 1 and len(addends) > 1:
        return sum((with_terms_apart([addend], first, last, terms) for addend in addends), constant(0))
    by = constant(added.pop() if len(added) == 1 else 0)
    return _from_one(lambda place: of(place - by), first + by, last + by, terms)


def _from_one(of: OfIndex, first: Ratio, last: Ratio, terms: Terms) -> Ratio:
    before = _number_before(first, last, terms)
    if before is not None:
        with contextlib.suppress(WitnessError):
            apart = _apart(of, before, last, terms)
            if apart is not None:
                return apart
    fresh = terms.running(first, last)
    return summed(of(generator(fresh)), fresh, first, last, terms)


def _apart(of: OfIndex, before: int, last: Ratio, terms: Terms) -> Ratio | None:
    """Return Σ_{before + 1}^last; None where a factor would leave the longer sum, and may not leave this one."""
    one = constant(1)
    first, (upper, steps) = constant(before + 1), _peeled(last, terms)
    result = sum((of(upper + constant(step)) for step in range(1, steps + 1)), constant(0))
    result = result + sum((of(constant(place)) for place in range(before + 1, 1)), constant(0))
    result = result - sum((of(constant(place)) for place in range(1, before + 1)), constant(0))
    lacks = _lacks_last(upper, terms)
    if lacks:
        upper = upper + one
        result = result - of(upper)
    if not upper.numerator.terms:
        return result
    fresh = terms.running(one, upper)
    body = of(generator(fresh))
    if (before > 0 or lacks) and not leave_all(body, fresh, first, last, terms):
        return None
    return result + summed(body, fresh, one, upper, terms)


def _number_before(first: Ratio, last: Ratio, terms: Terms) -> int | None:
    """Return how many terms a sum from 1 has before another begins, below 0 if it begins later.

    None where one of them need not have what the other has more.
    """
    if first.whole is None or not first.numerator.terms.keys() <= {ONE}:
        return None
    number = first.numerator.terms.get(ONE, Fraction(0))
    whole = number == int(number) and abs(number) <= LARGEST_COUNT
    reaches = number == 1 or counts(last - first + constant(1) if number > 1 else last, terms)
    return int(number) - 1 if whole and reaches else None


def _peeled(upper: Ratio, terms: Terms) -> tuple[Ratio, int]:
    """Return (n, k) for an upper bound n + k with n ≥ 0 and a whole number k ≥ 0, as large as it is."""
    whole = upper.whole
    offset = whole.terms.get(ONE, 0) if whole is not None else 0
    steps = int(offset) if offset == int(offset) and 0 < offset <= LARGEST_COUNT else 0
    rest = upper - constant(steps)
    return (rest, steps) if is_count(rest, terms) else (upper, 0)


def _lacks_last(upper: Ratio, terms: Terms) -> bool:
    """Whether an upper bound is n − 1 for a certain n ≥ 1: Σ to there is Σ to n without the last term."""
    whole = upper.whole
    less = whole is not None and whole.terms.get(ONE, 0) == -1 and len(whole.terms) > 1
    return less and counts(upper, terms)


def _added(body: Ratio, index: int, terms: Terms) -> set[int]:
    """Return for each term of a summand the least whole number m of the index + m that stand within it; 0 if none."""
    if index in terms.depends(Ratio(body.denominator)):
        return {min(_within(body, index, terms), default=0)}
    parts = (Ratio(Polynomial({monomial: Fraction(1)})) for monomial in body.numerator.terms)
    return {min(_within(part, index, terms), default=0) for part in parts}


def _within(part: Ratio, index: int, terms: Terms) -> Iterator[int]:
    for base in terms.bases(part):
        for inner in terms[base].parts if index in terms[base].depends else ():
            more = inner - generator(index)
            offset = more.numerator.terms.get(ONE, 0)
            if more.whole is not None and more.numerator.terms.keys() <= {ONE} and offset == int(offset):
                yield int(offset)
            else:
                yield from _within(inner, index, terms)
