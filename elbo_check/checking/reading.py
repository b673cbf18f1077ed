"""What every reading *by meaning* shares: numbers for the symbols, sums over an index, blocks of coordinates.

A reading is one assignment: it draws small rational numbers for the parameters from its seed and then says what an
expression is worth there. It knows no law, and rewrites nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

import sympy
from sympy.core.function import AppliedUndef

from ..boxes import written
from ..densities.world import World
from ..derivation import Statement
from ..errors import WitnessError
from ..nodes import KL, Entropy, Expectation, Information, Integral, Maximum, Minimum, Value, Vector, sum_parts
from ..reading import Handler, Reader
from .assumed import equal_exactly, fits_kind, solved, stripped
from .block_parameters import BlockParameter
from .draws import Draws
from .filled import Filled
from .outcome import Outcome
from .outline import Outline
from .undefined import NoValueError, all_defined

__all__ = ["Reading", "counted", "require_short"]

LARGEST_COUNT = 64
_EVERY = 3  # a reading in which counts are larger than every number of the chain: no sum is empty there
_MOST_BITS = 10_000

Values = Mapping[str, Any]
Found = TypeVar("Found")


def counted(index: int) -> int:
    """Return an index of a family; raises `NoValueError` below 1."""
    if index < 1:
        raise NoValueError(f"there is no density number {index}: they are counted from 1")
    return index


def require_short(bits: int, exponent: Any) -> None:
    """Raise `WitnessError` where the power of a number of so many bits is too long to be written out."""
    if exponent.is_Rational and abs(int(exponent.p)) > 1 and bits * abs(int(exponent.p)) > _MOST_BITS:
        raise WitnessError(f"the power {exponent} of a number has too many digits to be written out")


class Reading:
    """One assignment of numbers to the parameters of a chain, and the value of expressions at it."""

    kind = "reading"
    normalised = True  # whether an arbitrary density is one
    zeros = False  # whether a density vanishes at some outcome

    def __init__(
        self, draws: Draws, outline: Outline, world: World, own: Mapping[Any, Handler], filled: Filled
    ) -> None:
        """Begin to read in a world; `own` says how a kind of reading reads some nodes."""
        self.draws = draws
        self.filled = filled
        self.outline = outline
        handlers = {
            sympy.Sum: self._sum,
            sympy.Indexed: self._entry,
            sympy.Derivative: self._derivative,
            AppliedUndef: self._function,
            Value: self._value,
            Expectation: self._expectation,
            KL: self._kl,
            Entropy: self._entropy,
            Information: self._information,
            Integral: self._integral,
            Maximum: self._extremum,
            Minimum: self._extremum,
            Vector: self._vector,
            **own,
        }
        self.reader = Reader(world, handlers)
        self._known: dict[Any, Any] = {}
        self.solved: dict[str, Any] = {}
        free = tuple(symbol for symbol in outline.parameters if symbol.name not in outline.places)
        self._solved = solved(outline.assuming, free)
        made = {*(known.name for known, _ in self._solved.values()), *outline.blocks}
        self.values: dict[str, Any] = {s.name: self._parameter(s) for s in outline.parameters if s.name not in made}
        for symbol, meaning in self._solved.values():
            with filled.apart(symbol):
                self.values[symbol.name] = self.solved[symbol.name] = self._solution(symbol, meaning)
        for name, block in outline.blocks.items():
            self.values[name] = block.made(lambda upper: self._index(upper, self.values), self._coordinate)
        for symbol, meaning in outline.where:
            with filled.apart(symbol):
                self.values[symbol.name] = self.reader.read(meaning, self.values)

    @property
    def full_support(self) -> bool:
        """Whether no density vanishes anywhere."""
        return True

    def read(self, expression: Any) -> Any:
        """Return the value of an expression; raises `WitnessError` where it has none here."""
        if expression not in self._known:
            with self.filled.apart(expression):
                self._known[expression] = self.reader.read(expression, self.values)
        return self._known[expression]

    def filled_in(self, *expressions: Any) -> dict[Any, bool]:
        """Return which sums and products over an index had terms in what was read, abbreviations opened."""
        return self.filled.of(expressions, {**dict(self._solved.values()), **dict(self.outline.where)})

    def agreement(self, left: Any, relation: str, right: Any) -> bool | None:
        """Whether two values stand in the relation; None if the precision does not tell."""
        raise NotImplementedError

    def certainly(self, left: Any, relation: str, right: Any) -> bool:
        """Whether two values stand in the relation beyond doubt: where balls overlap, they do not."""
        return bool(self.agreement(left, relation, right))

    def require_same_outcomes(self, expressions: Sequence[Any]) -> None:
        """Require that the densities of one index have the same outcomes, for a law by which none vanishes."""

    def require_told(self, expressions: Sequence[Any]) -> None:
        """Require that what expressions are worth here is what they may be worth on the real line."""

    def satisfies_assumptions(self) -> bool:
        """Whether every assumption of the chain certainly holds here, and says something: both sides have a value."""
        return all(self._satisfies(number, statement) for number, statement in enumerate(self.outline.assuming))

    def _satisfies(self, number: int, statement: Statement) -> bool:
        sides = self.read(statement.left), self.read(statement.right)
        if number in self._solved or self.certainly(sides[0], statement.relation, sides[1]):
            return True
        left, right = stripped(statement)
        if (left, right) != statement.sides and self.certainly(self.read(left), statement.relation, self.read(right)):
            return True
        made = self.draws.made.items()
        numbers = {key[1].name: value for key, value in made if key[0] == "number" and len(key) == 2}
        return statement.relation == "=" and equal_exactly(left, right, numbers)

    def _solution(self, symbol: Any, meaning: Any) -> Any:
        """Return what an assumption says that a parameter is; raises `WitnessError` where it cannot be that."""
        value = self.reader.read(meaning, self.values)
        if not fits_kind(symbol, value, self._rational, self._at_least):
            raise WitnessError(f"{symbol} is not what it is assumed to be where {symbol} = {written(meaning)}")
        return value

    def _parameter(self, symbol: Any) -> Any:
        beyond = self.outline.largest if self.draws.seed % _EVERY == _EVERY - 1 else 0
        return self._number(self.draws.number(symbol, beyond=beyond, wide=self.wide))

    def _coordinate(self, block: BlockParameter, place: int) -> Any:
        return self._entry_of(block.symbol, [place])

    def _entry_of(self, label: Any, indices: Sequence[int]) -> Any:
        return self._number(self.draws.number(label, *indices, wide=self.wide))

    def _at_least(self, value: Any, low: Fraction) -> bool:
        return self.certainly(value, "≥", self._number(low))

    @property
    def wide(self) -> bool:
        """Whether the numbers that are drawn are unusual ones: a product may vanish at all small fractions."""
        return self.draws.seed % _EVERY == 1

    def _number(self, value: Fraction) -> Any:
        raise NotImplementedError

    def _index(self, expression: Any, values: Values) -> int:
        """Return a whole number ≥ 0."""
        number = self._limit(expression, values)
        if number < 0:
            raise NoValueError(f"{number} is no index")
        return number

    def _limit(self, expression: Any, values: Values) -> int:
        """Return a whole number: where a sum begins or ends."""
        number = self._rational(self.reader.read(expression, values))
        if number.denominator != 1:
            raise NoValueError(f"{number} is no index")
        if abs(number) > LARGEST_COUNT:
            raise WitnessError(f"{number} are too many to be read one by one")
        return int(number)

    def _rational(self, value: Any) -> Fraction:
        raise NotImplementedError

    def _sum(self, node: Any, values: Values) -> Any:
        """Add up the terms from one end to the other: a sum that ends before it begins is 0."""
        body, index, lower, upper = sum_parts(node)
        total = self._number(Fraction(0))
        places = range(self._limit(lower, values), self._limit(upper, values) + 1)
        self.filled.note(node, bool(places))
        within = ({**values, index.name: self._number(Fraction(at))} for at in places)
        with self.filled.inside(node):
            return sum(all_defined(functools.partial(self.reader.read, body, each) for each in within), total)

    def _entry(self, node: Any, values: Values) -> Any:
        """Return z[i], z[l, i]: a coordinate of a block or of a draw; or an entry of a sequence of parameters."""
        label, indices = node.base.label, [self._index(index, values) for index in node.indices]
        part = values.get(label.name)
        if not isinstance(part, Outcome):
            return self._entry_of(label, indices)
        for index in indices:
            if not isinstance(part, Outcome) or not 1 <= index <= len(part.places):
                raise NoValueError(f"{label} has no coordinate {label}[{', '.join(map(str, indices))}] here")
            part = part.places[index - 1]
        return part

    def _vector(self, node: Any, values: Values) -> Any:
        return Outcome(tuple(self._each(node, values, lambda within: self.reader.read(node.args[0], within))))

    def _each(self, node: Any, values: Values, read: Callable[[Values], Found]) -> list[Found]:
        """Return what is read at each place of the index of a vector, or of a product of densities."""
        _, index, upper = node.args
        places = range(1, self._index(upper, values) + 1)
        self.filled.note(node, bool(places))
        with self.filled.inside(node):
            return [read({**values, index.name: self._number(Fraction(at))}) for at in places]

    def _information(self, node: Any, values: Values) -> Any:
        return self._number(Fraction(0)) - self.reader.world.log(self.reader.read(node.args[0], values))

    def _value(self, node: Any, values: Values) -> Any:
        raise NotImplementedError

    def _expectation(self, node: Any, values: Values) -> Any:
        raise NotImplementedError

    def _kl(self, node: Any, values: Values) -> Any:
        raise NotImplementedError

    def _entropy(self, node: Any, values: Values) -> Any:
        raise NotImplementedError

    def _function(self, node: Any, values: Values) -> Any:
        raise NotImplementedError

    def _derivative(self, node: Any, values: Values) -> Any:
        raise NotImplementedError

    def _integral(self, node: Any, values: Values) -> Any:
        raise NotImplementedError

    def _extremum(self, _node: Any, _values: Values) -> Any:
        raise WitnessError(f"an extremum is not computed in a {self.kind}")
