"""From a recovered formula to the slips that lead there from the right one: exact edits, fewest first.

A slip is an edit of a formula. Those that change its shape (a term, a sign, a constant) are composed into formulas
that lie one, two, three slips away; the scale of the whole is then read off, and named by its parts. All explanations
with the fewest slips are returned: several slips that lead to the same function are named together.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .formula import Formula, Law, Monomial, Term, law
from .numbers import LOGARITHMS
from .sizes import MANY, Sizes
from .unfolding import unfolded

__all__ = ["Edit", "Explanation", "Scales", "Slip", "Table", "Way", "scale_names"]

_PARTS = frozenset("CHWchw")

Edit = Callable[[Formula], Iterable[Formula]]
Slip = tuple[str, Edit]
"""A slug of the catalogue, and what it makes of a formula."""
Way = tuple[tuple[str, ...], ...]
"""Slips one after another, each a group of slugs for one and the same edit."""
Scales = Mapping[Law, tuple[str, ...]]
"""Laws that a whole formula may be multiplied by, and what each is called."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the right formula becomes what is computed: the slips, and the law that remains as the scale of the whole.

    `beta` is the weight of the second part of an objective over that of the first, where it has parts.
    """

    slips: Way
    factor: Law
    right: int
    beta: Law | None = None

    @property
    def count(self) -> int:
        """How many slips it takes."""
        return len(self.slips)


class Table:
    """The formulas within some slips of the right ones, reached breadth first and only as far as is asked.

    `free` says that a positive factor of the whole is none; `still` are the places of right formulas from which no
    slips are sought.
    """

    def __init__(
        self,
        rights: Sequence[Formula],
        slips: Sequence[Slip],
        fixed: Sizes,
        *,
        free: bool = False,
        still: frozenset[int] = frozenset(),
    ) -> None:
        self._fixed = fixed
        self._free = free
        self._slips = slips
        self._frontier: list[Formula] = []
        self.ways: dict[Formula, list[tuple[int, tuple[str, ...]]]] = {}
        for index, formula in enumerate(rights):
            put = formula.at(fixed)
            if put not in self.ways and index not in still:
                self._frontier.append(put)
            self.ways.setdefault(put, []).append((index, ()))
        self.depth = 0

    def deepen(self) -> None:
        """Go one slip further."""
        reached: dict[Formula, list[tuple[int, tuple[str, ...]]]] = {}
        for formula in self._frontier:
            for slug, edit in self._slips:
                for changed in edit(formula):
                    put = changed.at(self._fixed)
                    if put not in self.ways and put:
                        reached.setdefault(put, []).extend((i, (*way, slug)) for i, way in self.ways[formula])
        self.ways |= {formula: _distinct(found) for formula, found in reached.items()}
        self._frontier = list(reached)
        self.depth += 1

    def term_sets(self, most: int) -> Iterator[frozenset[Term]]:
        """Yield the sets of terms of its formulas within so many slips, nearest first, each once."""
        yield from dict.fromkeys(formula.terms for formula, _ in self.within(most))

    def within(self, most: int) -> Iterator[tuple[Formula, list[tuple[int, tuple[str, ...]]]]]:
        """Yield its formulas within so many slips, with the ways to them; it may have been deepened further."""
        return itertools.takewhile(lambda held: len(held[1][0][1]) <= most, self.ways.items())

    def explanations(self, computed: Formula, scales: Scales, most: int, depth: int) -> list[Explanation]:
        """Return the explanations of a formula with the fewest slips, up to `most`; scales count as slips too.

        `depth` is how many slips of shape there may be.
        """
        if not computed:
            return [Explanation((("wrong-tensor",),), law(1), 0)]  # nothing is left: q is set beside itself
        found: list[Explanation] = []
        for formula, ways in self.within(depth):
            factor = computed.quotient(formula)
            if factor is None:
                continue
            for named in [()] if self._is_free(factor) else scale_names(factor, scales, self._fixed):
                found += [Explanation((*named, *((s,) for s in way)), factor, right) for right, way in ways]
        found = [explanation for explanation in found if explanation.count <= most]
        fewest = min((explanation.count for explanation in found), default=0)
        return list(dict.fromkeys(e for e in found if e.count == fewest))

    def _is_free(self, factor: Law) -> bool:
        """Whether a scale needs no name: a positive one of a whole objective."""
        return self._free and factor.parts[0][1] > 0


def scale_names(factor: Law, scales: Scales, fixed: Sizes) -> list[Way]:
    """Return the ways to name a single-monomial factor: each size apart, the sign apart, the rest as a number."""
    if factor in scales:
        return [(scales[factor],)]
    ((monomial, number),) = unfolded(factor).parts
    options: list[Way] = []
    for hidden in _hidden(number, fixed):
        left = number
        for name, power in hidden:
            left /= Fraction(fixed[name]) ** power
        named = _named((*monomial, *hidden), left, scales)
        is_told = left == 1 and any(fixed[name] >= MANY for name, _ in hidden)  # 1/784 is the mean over 784 pixels
        options.insert(0 if is_told else len(options), named)
    fewest = min(len(option) for option in options)
    return list(dict.fromkeys(option for option in options if len(option) == fewest))


def _hidden(number: Fraction, fixed: Sizes) -> list[Monomial]:
    """Return the powers of fixed sizes that a number may hold: 1/8 is 1/d where d is always 8."""
    found: list[Monomial] = [()]
    if abs(number) == 1:
        return found
    names = [name for name in fixed if name in "BdDGT"]
    powers = itertools.product((-1, 0, 1), repeat=len(names))
    found += [((name, power),) for name in fixed if name in _PARTS and fixed[name] >= MANY for power in (-1, 1)]
    return found + [tuple((n, p) for n, p in zip(names, each, strict=True) if p) for each in powers if any(each)]


def _named(monomial: Monomial, number: Fraction, scales: Scales) -> Way:
    """Name each power of a size, the sign, and the number that is left."""
    names: list[tuple[str, ...]] = []
    for name, power in monomial:
        step = law(1, **{name: 1 if power > 0 else -1})
        found = scales.get(step, ("wrong-log-base" if name in LOGARITHMS else "wrong-scale",))
        if not (name in _PARTS and abs(power) == 1 and found in names):  # a mean over height and width is one
            names += [found] * abs(power)
    if number < 0:
        whole = scales.get(law(number))
        if whole:
            return (*names, whole)
        names.append(scales.get(law(-1), ("wrong-sign",)))
        number = -number
    if number != 1:
        names.append(scales.get(law(number), ("wrong-scale",)))
    return tuple(names)


def _distinct(ways: list[tuple[int, tuple[str, ...]]]) -> list[tuple[int, tuple[str, ...]]]:
    """Keep one order of each set of slips."""
    return list({(right, tuple(sorted(way))): (right, way) for right, way in reversed(ways)}.values())
