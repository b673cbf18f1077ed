"""Reads SymPy expressions as normal forms: one more world for `reading.Reader`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..densities.world import World
from ..errors import WitnessError
from ..nodes import free_symbols
from ..reading import Reader
from ..symbols import Bit, known
from .cancelling import lowest, over_one_denominator
from .known import Equation, read_equation, used
from .logarithms import exponential, logarithm
from .outcome_kinds import note_kinds
from .polynomials import Polynomial, Ratio, constant, generator
from .reading_nodes import HANDLERS
from .roots import reduced, settled, square_root
from .rules import INEQUALITIES, Rule
from .signs import Sign, sign_of
from .terms import Terms
from .values import log_over_coordinates

__all__ = ["Context", "NormalForm"]

Values = Mapping[str, Ratio]


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may use besides its law: its relation, abbreviations (`where`), statements known or assumed."""

    where: tuple[tuple[Any, Any], ...] = ()
    equations: tuple[tuple[Any, str, Any], ...] = ()
    relation: str = "="
    assumed: tuple[tuple[Any, str, Any], ...] = ()


class NormalForm:
    """Normal forms under one set of rules. Forms of the same instance can be compared with each other.

    >>> from elbo_check.symbols import positive
    >>> from sympy import log
    >>> a, b = positive("a"), positive("b")
    >>> form = NormalForm(frozenset({Rule.LOGS}))
    >>> form.read(log(a / b)) == form.read(log(a) - log(b))
    True
    """

    def __init__(
        self, rules: frozenset[Rule] = frozenset(), context: Context | None = None, density: Sign = Sign.POSITIVE
    ) -> None:
        self.rules = rules
        self.terms = Terms(density)
        self.notes: dict[str, None] = {}  # what kept a rule from being used, in the author's terms, each once
        world = World(
            name="normal forms",
            half=constant(Fraction(1, 2)),
            log=self.log,
            exp=self.exp,
            sqrt=self._root,
            log_two_pi=self._log_two_pi,
            exact=constant,
        )
        self.reader = Reader(world, {kind: functools.partial(read, self) for kind, read in HANDLERS.items()})
        self._context = context or Context()
        if Rule.EQUATIONS not in rules:  # a statement serves only where the law of the step says so
            self._context = replace(self._context, equations=())
        self.terms.are_told = bool(self._context.equations)
        self._abbreviations: dict[str, Ratio] = {}
        self._equations: list[Equation] = []
        self._in_use: set[int] = set()
        self._beyond: frozenset[str] = frozenset()  # indices that run where they are not what statements say of them
        for symbol, meaning in self._context.where:
            self._abbreviations[symbol.name] = self.read(meaning)
        self._equations = [self._equation(number, {}) for number in self._usable(set())]

    def read(self, expression: Any) -> Ratio:
        """Return the normal form; raises `WitnessError` where the expression has none."""
        if not self.rules.isdisjoint({Rule.NORMALISED, Rule.SUPPORT}):
            note_kinds(expression, self.terms)
        return self.inside(expression, self._symbols(free_symbols(expression)))

    def inside(self, expression: Any, values: Values) -> Ratio:
        """Return the normal form of a part, where bound symbols have the given values."""
        form: Ratio = self.reader.read(expression, values)
        return form

    def bound(self, body: Any, values: Values, bound: Values) -> Ratio:
        """Return the normal form of the body of a sum or an integral, in which statements about its symbols serve."""
        everywhere = {**values, **bound}
        return self.told(self.inside(body, everywhere), everywhere, bound)

    def running(self, body: Any, values: Values, index: Mapping[str, Ratio], *, within: bool) -> Ratio:
        """Return the normal form of a term of a sum; statements about its index serve `within` what the index is."""
        before, names = self._beyond, frozenset(index)
        self._beyond = before - names if within else before | names
        try:
            return self.bound(body, values, index)
        finally:
            self._beyond = before

    def told(self, form: Ratio, everywhere: Values, bound: Values) -> Ratio:
        """Return the normal form of such a body with the statements about the bound symbols used in it.

        A statement about a count k does not serve where k runs from 0, whatever else is bound between.
        """
        for number in self._usable(set(bound)):
            form = used(form, self._equation(number, everywhere, self.terms.depends_of(bound.values())))
        return form

    def _equation(self, number: int, values: Values, about: frozenset[int] = frozenset()) -> Equation:
        """Read a statement; it is not used within itself, where E_q[f(z)] may stand in what it says of f(z)."""
        self._in_use.add(number)
        try:
            return read_equation(self, number, values, about)
        finally:
            self._in_use.remove(number)

    def rewritten(self, expression: Any) -> Ratio:
        """Return the normal form with every known statement used from left to right."""
        return functools.reduce(used, self._equations, self.read(expression))

    def shows(self, left: Any, relation: str, right: Any) -> Ratio | None:
        """Return None if the rules show that left and right stand in the relation, else what is left over."""
        difference = reduced(self.rewritten(left) - self.rewritten(right), self.terms)
        left_over = settled(difference, self.terms)
        if not over_one_denominator(left_over, self.terms).numerator.terms:
            return None
        slack = {"≤": -difference, "≥": difference}.get(relation)
        if slack is not None and self.rules & INEQUALITIES and self.terms.sign(slack) is not Sign.UNKNOWN:
            return None
        return difference

    @property
    def assumed(self) -> tuple[tuple[Any, str, Any], ...]:
        """What the chain of the step assumes."""
        return self._context.assumed

    def statement(self, number: int) -> tuple[Any, str, Any]:
        """Return a statement that the step may use."""
        return self._context.equations[number]

    def values_for(self, expression: Any, values: Values) -> Values:
        """Return values for all symbols of an expression: the given ones, and generators for the others."""
        return {**self._symbols(free_symbols(expression)), **values}

    def _usable(self, bound: set[str]) -> list[int]:
        """Return the statements that mention one of the bound symbols; with none bound, all statements."""
        usable = []
        for number, (left, _, right) in enumerate(self._context.equations):
            names = {symbol.name for side in (left, right) for symbol in free_symbols(side)}
            if number not in self._in_use and (not bound or names & bound) and not names & self._beyond:
                usable.append(number)
        return usable

    def _symbols(self, symbols: set[Any]) -> dict[str, Ratio]:
        values = {}
        for symbol in symbols:
            if symbol.name in self._abbreviations:
                values[symbol.name] = self._abbreviations[symbol.name]
            else:
                signed, bit = sign_of(symbol), isinstance(symbol, Bit)
                values[symbol.name] = generator(self._symbol(symbol, signed, bit))
        return values

    def _symbol(self, symbol: Any, signed: Sign, bit: bool) -> int:
        base = self.terms.symbol(("symbol", symbol.name, signed, bit), signed, bit)
        whole = bit or (known(symbol, "integer") and signed is not Sign.UNKNOWN)
        return self.terms.at_least(base, int(signed is Sign.POSITIVE)) if whole else base

    def require_at_rest(self, symbols: set[Any], parameter: Any, values: Values) -> None:
        """Require that what bound symbols stand for, as z for μ + σ ε, does not move with a parameter: ∂/∂μ holds z."""
        moving = self.terms.depends(self.inside(parameter, values))
        for symbol in sorted(symbols, key=str):
            value = values.get(symbol.name)
            if value is None or symbol.name in self._abbreviations or self.terms.depends(value).isdisjoint(moving):
                continue
            raise WitnessError(
                f"the derivative with respect to {parameter} holds {symbol} fixed, and what would stand for {symbol} "
                f"depends on {parameter}"
            )

    # the vocabulary of the world

    def log(self, argument: Ratio) -> Ratio:
        """Return the logarithm, or under the tangent rule t − 1 less something that is not negative."""
        argument = lowest(reduced(argument, self.terms), self.terms)
        if Rule.TANGENT in self.rules and argument.key != constant(1).key:
            slack = self.terms.make(("slack of the tangent",), argument, signed=Sign.NOT_NEGATIVE)
            return argument - constant(1) - generator(slack)
        kept = self._without_lost_mass(argument) if Rule.SUPPORT in self.rules else argument
        result = logarithm(kept, self.terms, self._log_of_base, Rule.LOGS in self.rules)
        if kept is argument:
            return result
        slack = self.terms.make(("slack of the lost mass",), argument, signed=Sign.NOT_NEGATIVE)
        return result - generator(slack)

    def _without_lost_mass(self, argument: Ratio) -> Ratio:
        """Return what is at least as large as the argument: the mass that a density loses where q = 0 is added back."""
        lost = Polynomial(
            {
                monomial: coefficient
                for monomial, coefficient in argument.numerator.terms.items()
                if any(self.terms[base].tag == ("lost mass",) for base, _ in monomial)
            }
        )
        gone = -Ratio(lost, argument.denominator)
        return argument + gone if lost.terms and self.terms.sign(gone) is not Sign.UNKNOWN else argument

    def exp(self, argument: Ratio) -> Ratio:
        """Return the exponential."""
        return exponential(lowest(reduced(argument, self.terms), self.terms), self.terms)

    def _root(self, argument: Ratio) -> Ratio:
        return square_root(lowest(reduced(argument, self.terms), self.terms), self.terms)

    def _log_two_pi(self) -> Ratio:
        return self.log(constant(2) * generator(self.terms.symbol(("pi",), Sign.POSITIVE)))

    def _log_of_base(self, base: int) -> Ratio:
        term = self.terms[base]
        if term.tag == ("exp",):
            return term.parts[0]
        if term.tag == ("root",) and Rule.LOGS in self.rules:
            return constant(Fraction(1, 2)) * self.log(term.parts[0])
        kind = term.tag[1][0] if term.tag[0] == "value" and len(term.tag) == 2 else ""
        if kind == "iterated" and Rule.INDEPENDENT in self.rules:
            return log_over_coordinates(self, term)
        if kind == "bernoulli" and Rule.BERNOULLI in self.rules:
            probability, bit = term.parts
            one = constant(1)
            return bit * self.log(probability) + (one - bit) * self.log(one - probability)
        return generator(self.terms.make(("log",), generator(base)))
