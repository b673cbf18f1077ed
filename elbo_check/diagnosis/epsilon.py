"""Small numbers that people add to σ or σ² so that nothing is divided by 0: which number, to what, and where.

A term with such a number is a term like others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import sympy

from .formula import Formula, Term

__all__ = ["HARMLESS", "Move", "Place", "Shift"]

HARMLESS = 1e-3
"""The largest number beside a σ of about 1 that counts as none."""


class Move(NamedTuple):
    """What an argument would hold if a number ε were added to σ, or to σ²: for NumPy and for SymPy.

    `words` say to what it is added; {rest} in them is 1 − ε.
    """

    words: str
    value: Callable[[Any, float], Any]
    symbol: Callable[[Any, Any], Any]


class Place(NamedTuple):
    """A place where a number may be added: within the logarithms of an argument, or outside of them.

    `most` is the largest number that counts as none there, where that is not `HARMLESS`.
    """

    role: str
    words: str
    logs: frozenset[Term]
    inside: bool
    moves: tuple[Move, ...]
    most: float | None = None

    @property
    def harmless(self) -> float:
        """The largest number that counts as none here."""
        return HARMLESS if self.most is None else self.most

    def touches(self, term: Term) -> bool:
        """Whether it is in this term that the number is added."""
        return (term in self.logs) == self.inside


@dataclass(frozen=True, slots=True)
class Shift:
    """The numbers that are added to σ, or to σ² (`move` is the number of the way), one a place; none of them 0."""

    move: int
    numbers: Mapping[Place, float]

    @property
    def is_harmless(self) -> bool:
        """Whether all numbers are small beside what they are added to."""
        return all(number <= place.harmless for place, number in self.numbers.items())

    @property
    def allowed(self) -> float:
        """The largest number that would count as none at all of its places."""
        return min(place.harmless for place in self.numbers)

    @property
    def words(self) -> str:
        """Say what is added where.

        >>> move = Move("σ", lambda s, e: s + e, lambda s, e: s + e)
        >>> log = Term("log s", (), lambda a: a, lambda s: s)
        >>> places = [Place("std", "", frozenset((log,)), inside, (move,)) for inside in (False, True)]
        >>> Shift(0, dict.fromkeys(places, 1e-6)).words, Shift(0, {places[1]: 0.5}).words
        ('1e-06 is added to σ', '0.5 is added to σ within the logarithm')
        """
        told: dict[tuple[str, str], list[str]] = {}
        held = [(number, self._what(place, number), place) for place, number in self.numbers.items()]
        for number, what in dict.fromkeys((number, what) for number, what, _ in held):
            sides = [place for each, said, place in held if (each, said) == (number, what)]
            where = "" if len(sides) == 2 or not sides[0].logs else _WHERE[sides[0].inside]
            told.setdefault((f"{number:.3g}", where), []).append(what)
        return " and ".join(
            f"{number} is added to {' and '.join(what)}{where}" for (number, where), what in told.items()
        )

    def _what(self, place: Place, number: float) -> str:
        return place.moves[self.move].words.format(rest=f"{1 - number:.6g}") + place.words

    def applied(self, formula: Formula) -> Formula:
        """Return the formula with the numbers added."""
        return Formula.of({self._moved(term): held for term, held in formula.coefficients.items()})

    def _moved(self, term: Term) -> Term:
        touched = {p.role: (p.moves[self.move], number) for p, number in self.numbers.items() if p.touches(term)}
        if term.constant or not touched:
            return term

        def value(arrays: Mapping[str, Any]) -> Any:
            return term.value({**arrays, **{r: move.value(arrays[r], e) for r, (move, e) in touched.items()}})

        def symbol(symbols: Mapping[str, Any]) -> Any:
            exact = {r: (move, _exactly(e)) for r, (move, e) in touched.items()}
            return term.symbol({**symbols, **{r: move.symbol(symbols[r], e) for r, (move, e) in exact.items()}})

        numbers = ", ".join(f"{r}+{e!r}" for r, (_, e) in touched.items())
        return Term(f"{term.name} at {numbers} by {self.move}", term.axes, value, symbol)


def _exactly(number: float) -> Any:
    held = Fraction(repr(number))
    return sympy.Rational(held.numerator, held.denominator)


_WHERE = {True: " within the logarithm", False: " outside of the logarithm"}
