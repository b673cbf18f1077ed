"""Reads SymPy expressions as normal forms: one more world for `reading.Reader`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from ..densities.world import World
from ..errors import WitnessError
from ..nodes import KL, Expectation, Value, sum_parts
from ..reading import Reader
from .densities import LARGEST_COUNT, Atom, atoms_of, gaussian_log_density
from .expectations import expectation
from .logarithms import exponential, logarithm, square_root
from .polynomials import ONE, Polynomial, Ratio, constant, generator
from .rules import Rule
from .terms import Terms

__all__ = ["Context", "NormalForm"]

Values = Mapping[str, Ratio]


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may use besides its law: abbreviations (`where`), and equations that are known or assumed."""

    where: tuple[tuple[Any, Any], ...] = ()
    equations: tuple[tuple[Any, Any], ...] = ()


class NormalForm:
    """Normal forms under one set of rules. Forms of the same instance can be compared with each other.

    >>> from elbo_check.symbols import positive
    >>> a, b = positive("a"), positive("b")
    >>> form = NormalForm(frozenset({Rule.LOGS}))
    >>> form.read(sympy.log(a / b)) == form.read(sympy.log(a) - sympy.log(b))
    True
    """

    def __init__(self, rules: frozenset[Rule] = frozenset(), context: Context | None = None) -> None:
        self.rules = rules
        self.terms = Terms()
        world = World(
            name="normal forms",
            half=constant(Fraction(1, 2)),
            log=self._log,
            exp=self._exp,
            sqrt=self._root,
            log_two_pi=self._log_two_pi,
            exact=constant,
        )
        handlers = {Value: self._value, Expectation: self._expectation, KL: self._kl, sympy.Sum: self._sum}
        self.reader = Reader(world, handlers)
        self._context = context or Context()
        self._abbreviations: dict[str, Ratio] = {}
        for symbol, meaning in self._context.where:
            self._abbreviations[symbol.name] = self.read(meaning)
        self._equations = [self._equation(left, right) for left, right in self._context.equations]

    def read(self, expression: Any) -> Ratio:
        """Return the normal form; raises `WitnessError` where the expression has none."""
        return self._read(expression, self._symbols(expression.free_symbols))

    def _read(self, expression: Any, values: Values) -> Ratio:
        form: Ratio = self.reader.read(expression, values)
        return form

    def rewritten(self, expression: Any) -> Ratio:
        """Return the normal form with the left side of every known equation replaced by its right side."""
        result = self.read(expression)
        for base, meaning in self._equations:
            result = result.mapped(functools.partial(_substituted, base=base, meaning=meaning))
        return result

    def _symbols(self, symbols: set[Any]) -> dict[str, Ratio]:
        values = {}
        for symbol in symbols:
            positive = bool(symbol.is_positive)
            if symbol.name in self._abbreviations:
                values[symbol.name] = self._abbreviations[symbol.name]
            else:
                tag = ("symbol", symbol.name, positive)
                values[symbol.name] = generator(self.terms.symbol(tag, positive=positive))
        return values

    def _equation(self, left: Any, right: Any) -> tuple[int, Ratio]:
        whole = self.read(left).whole
        only = whole.single if whole is not None else None
        if only is None or only[1] != 1 or [exponent for _, exponent in only[0]] != [1]:
            raise WitnessError(f"an equation is used from left to right, and {left} is not a single term")
        return next(iter(only[0]))[0], self.read(right)

    # the vocabulary of the world

    def _log(self, argument: Ratio) -> Ratio:
        return logarithm(argument, self.terms, self._log_of_base, Rule.LOGS in self.rules)

    def _exp(self, argument: Ratio) -> Ratio:
        return exponential(argument, self.terms)

    def _root(self, argument: Ratio) -> Ratio:
        return square_root(argument, self.terms)

    def _log_two_pi(self) -> Ratio:
        return self._log(constant(2) * generator(self.terms.symbol(("pi",), positive=True)))

    def _log_of_base(self, base: int) -> Ratio:
        term = self.terms[base]
        if term.tag == ("exp",):
            return term.parts[0]
        gaussian = term.tag[0] == "value" and len(term.tag) == 2 and term.tag[1][0] == "gaussian"
        if gaussian and Rule.GAUSSIAN in self.rules:
            return gaussian_log_density(term, self.reader)
        return generator(self.terms.make(("log",), generator(base)))

    # nodes

    def _atoms(self, density: Any, values: Values, split: bool = False) -> tuple[Atom, ...]:
        return atoms_of(density, lambda entry: self._read(entry, values), split)

    def _value(self, node: Any, values: Values) -> Ratio:
        point = [self._read(coordinate, values) for coordinate in node.args[1:]]
        return self._density_at(self._atoms(node.args[0], values), point)

    def _density_at(self, atoms: tuple[Atom, ...], point: list[Ratio]) -> Ratio:
        groups = [(atom,) for atom in atoms] if Rule.INDEPENDENT in self.rules else [atoms]
        result, position = constant(1), 0
        for group in groups:
            dimension = sum(atom.dimension for atom in group)
            parts = [part for atom in group for part in atom.parts]
            tag = ("value", *(atom.tag for atom in group))
            own = point[position : position + dimension]
            result = result * generator(self.terms.make(tag, *parts, *own, positive=True))
            position += dimension
        return result

    def _expectation(self, node: Any, values: Values) -> Ratio:
        density, body, *variables = node.args
        fresh = [self.terms.fresh() for _ in variables]
        bound = {variable.name: generator(base) for variable, base in zip(variables, fresh, strict=True)}
        inside = self._read(body, {**values, **bound})
        return expectation(self._atoms(density, values), fresh, inside, self.terms, self.rules)

    def _kl(self, node: Any, values: Values) -> Ratio:
        split = Rule.LAST_FACTOR in self.rules  # regrouping coordinates leaves a divergence as it is
        q, p = (self._atoms(density, values, split) for density in node.args)
        if Rule.ADDITIVE in self.rules and [a.dimension for a in q] == [a.dimension for a in p]:
            return sum((self._divergence((a,), (b,)) for a, b in zip(q, p, strict=True)), start=constant(0))
        return self._divergence(q, p)

    def _divergence(self, q: tuple[Atom, ...], p: tuple[Atom, ...]) -> Ratio:
        if Rule.KL not in self.rules:
            tag = ("KL", tuple(atom.tag for atom in q), tuple(atom.tag for atom in p))
            return generator(self.terms.make(tag, *(part for atom in (*q, *p) for part in atom.parts)))
        fresh = [self.terms.fresh() for atom in q for _ in range(atom.dimension)]
        point = [generator(base) for base in fresh]
        inside = self._log(self._density_at(q, point)) - self._log(self._density_at(p, point))
        return expectation(q, fresh, inside, self.terms, self.rules)

    def _sum(self, node: Any, values: Values) -> Ratio:
        body, index, lower, upper = sum_parts(node)
        first, last = self._read(lower, values), self._read(upper, values)

        def term(at: Ratio) -> Ratio:
            return self._read(body, {**values, index.name: at})

        tail = constant(0)
        if Rule.LAST_TERM in self.rules and first.key == constant(1).key:
            last, steps = _peeled(last)
            for step in range(1, steps + 1):
                tail = tail + term(last + constant(step))
            if not last.numerator.terms:
                return tail
        fresh = self.terms.fresh()
        inside = term(generator(fresh))
        name = self.terms.bound(1 + max(self.terms.height(part) for part in (inside, first, last)), 0)
        renamed = self.terms.renamed(inside, {fresh: name})
        return tail + generator(self.terms.make(("sum",), first, last, renamed, binds=(name,)))


def _peeled(upper: Ratio) -> tuple[Ratio, int]:
    """Return (n, k) for an upper bound n + k with a whole number k ≥ 0, as large as it is."""
    whole = upper.whole
    offset = whole.terms.get(ONE, 0) if whole is not None else 0
    steps = int(offset) if offset == int(offset) and 0 < offset <= LARGEST_COUNT else 0
    return upper - constant(steps), steps


def _substituted(polynomial: Polynomial, base: int, meaning: Ratio) -> Ratio:
    """Return the polynomial with a generator replaced, where its exponent is a whole number."""
    result = constant(0)
    for monomial, coefficient in polynomial.terms.items():
        exponent = dict(monomial).get(base, 0)
        if exponent != int(exponent):
            raise WitnessError("an equation cannot be used inside a root")
        rest = frozenset((other, e) for other, e in monomial if other != base)
        result = result + Ratio(Polynomial({rest: coefficient})) * meaning ** int(exponent)
    return result
