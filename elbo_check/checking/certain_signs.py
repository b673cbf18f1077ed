"""What is certain of the sign of a part of a chain, whatever its parameters are: nothing is sampled here."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sympy

from ..derivation import Statement
from ..errors import DerivationError, WitnessError
from ..laws.assumed import substituting
from ..laws.law import turned, ways
from ..nodes import (
    KL,
    Bernoulli,
    Expectation,
    Gaussian,
    Integral,
    Iterated,
    Value,
    is_probability,
    replaced,
    sum_parts,
)
from ..normal_form import Context, NormalForm, Rule
from ..normal_form.signs import Sign, sign_of
from ..symbols import Bit, at_least, kind_of, known
from .bounds import counted_from_one, with_divergences
from .drawn import factors
from .ranges import NO_RANGES, Ranges, as_it_runs, bound_in

__all__ = ["CertainSigns"]


class CertainSigns:
    """The signs that follow from the kinds of symbols, from squares and the like, and from what a chain assumes.

    `density` is the sign of a density of which no more is known: it may be 0, unless that is granted.
    """

    def __init__(self, assuming: Sequence[Statement], density: Sign = Sign.NOT_NEGATIVE) -> None:
        """Take what is assumed; neither that nor what is asked of may hold abbreviations."""
        self._density = density
        self._assumed = Context(equations=tuple(turned(one.triple) for one in assuming))
        self._told: dict[Any, Sign] = dict(
            told for statement in self._assumed.equations for told in _told_by(*statement)
        )
        self.forms = list(self._made())
        self._turned = list(self._made_otherwise())
        self._ranges = NO_RANGES
        self._found: dict[tuple[Ranges, Any], Sign] = {}

    def within(self, ranges: Ranges) -> CertainSigns:
        """Return the same, where the indices of sums run as given."""
        self._ranges = ranges
        return self

    @contextlib.contextmanager
    def placed(self, ranges: Ranges) -> Iterator[None]:
        """Ask for a while of what stands elsewhere."""
        before, self._ranges = self._ranges, ranges
        try:
            yield
        finally:
            self._ranges = before

    def inside(self, node: Any) -> contextlib.AbstractContextManager[None]:
        """Ask for a while of the body of a sum from 1, a mean or an integral: its own index and variables are meant."""
        return self.placed(self._ranges.inside(node))

    def is_positive(self, part: Any) -> bool:
        """Whether a part is certainly above 0."""
        return self._of(part) is Sign.POSITIVE

    def is_not_negative(self, part: Any) -> bool:
        """Whether a part is certainly not below 0."""
        return self._of(part) is not Sign.UNKNOWN

    def _made(self) -> Iterator[NormalForm]:
        """Yield normal forms: without what is assumed, with each assumption that replaces something, and with all."""
        yield self._form(replace(self._assumed, equations=()))
        useful = []
        for statement in self._assumed.equations:
            with contextlib.suppress(WitnessError):
                yield self._form(replace(self._assumed, equations=(statement,)))
                useful.append(statement)
        if len(useful) > 1:
            yield self._form(replace(self._assumed, equations=tuple(useful)))

    def _made_otherwise(self) -> Iterator[NormalForm]:
        """Yield normal forms with each assumption, and with all, the other way round: s ≤ x says that x is positive."""
        others = [each for each in ways(self._assumed.equations) if each != self._assumed.equations]
        alone = [(one,) for each in others for one in each if one not in self._assumed.equations]
        for equations in dict.fromkeys((*alone, *others)):
            with contextlib.suppress(WitnessError):
                yield self._form(replace(self._assumed, equations=equations))

    def _form(self, context: Context) -> NormalForm:
        return NormalForm(frozenset({Rule.EQUATIONS}), context, self._density)

    def _of(self, part: Any) -> Sign:
        key = self._ranges, part
        if key not in self._found:
            self._found[key] = _largest(self._signs_of(part))
        return self._found[key]

    def _signs_of(self, part: Any) -> Iterator[Sign]:
        """Yield what is certain of a part, in one way after another, the quickest first."""
        for place in self._standing_for(part):
            yield self._by_tree(place)
            yield from (_in_form(place, form) for form in self._forms_for(place))

    def _standing_for(self, part: Any) -> Iterator[Any]:
        """Yield a part, and what may stand for it: the sign that is certain of one of them is its own."""
        yield part
        places = [part, *map(with_divergences, (part, *self._ranges.placed(part)))]
        yield from list(dict.fromkeys([*places, *map(counted_from_one, places)]))[1:]

    def _forms_for(self, part: Any) -> Iterator[NormalForm]:
        yield from self.forms
        if len(self.forms) > 1:
            context = substituting(part, part, self._assumed)
            with contextlib.suppress(WitnessError):
                yield self._form(context)
        yield from self._turned

    def _by_tree(self, part: Any) -> Sign:
        """Return what is assumed of a part as it stands, or what its parts say of it."""
        if part in self._told:
            return self._told[part]
        if isinstance(part, sympy.exp):
            return Sign.POSITIVE
        if isinstance(part, Value):
            everywhere = all(_is_everywhere(*factor) for factor in factors(part.args[0], part.args[1:]))
            return Sign.POSITIVE if everywhere or self._ranges.runs_where(part) else self._density
        if isinstance(part, KL):
            return Sign.NOT_NEGATIVE
        if isinstance(part, Expectation | Integral):
            return self._of_inner(part.args[part.body_place], self._ranges.inside(part))
        if isinstance(part, sympy.Sum):
            return self._of_sum(part)
        return self._of_operation(part)

    def _of_operation(self, part: Any) -> Sign:
        if part.is_Add:
            signs = list(map(self._of, part.args))
            return self._of_sum_without_a_term(*part.args) if Sign.UNKNOWN in signs else _largest(signs)
        if part.is_Mul:
            return min(map(self._of, part.args), key=_rank)
        if part.is_Pow:
            return self._of_power(part)
        label = part.base.label if isinstance(part, sympy.Indexed) else part
        return _within_two(sign_of(label)) if label.is_Symbol or label.is_number else Sign.UNKNOWN

    def _of_sum(self, part: Any) -> Sign:
        body, index, lower, upper = sum_parts(part)
        try:
            sign = self._of_inner(*as_it_runs(body, index, lower, upper, self._ranges))
        except DerivationError:
            return Sign.UNKNOWN
        return sign if at_least(upper, lower) else min(sign, Sign.NOT_NEGATIVE, key=_rank)

    def _of_inner(self, body: Any, ranges: Ranges) -> Sign:
        """Return the sign of what stands within a sum, a mean or an integral, where indices run as given."""
        with self.placed(ranges):
            return self._of(body)

    def _of_sum_without_a_term(self, whole: Any, less: Any, *others: Any) -> Sign:
        """Return the sign of Σ_k a_k − a_i, where i is an index that runs as k does."""
        if others or not isinstance(whole, sympy.Sum):
            return Sign.UNKNOWN
        body, index, first, last = sum_parts(whole)
        if bound_in(body) or kind_of(index) != "count" or not at_least(first, 1):
            return Sign.UNKNOWN
        own = [other for other, *ends in self._ranges.ends if ends == [first, last]]
        if not any(_factors(replaced(body, {index: other})) == _factors(-less) for other in own):
            return Sign.UNKNOWN
        sign = self._of_inner(
            *as_it_runs(body, index, first, last, self._ranges)
        )  # its index may run elsewhere around it
        return sign if at_least(last, first + 1) else min(sign, Sign.NOT_NEGATIVE, key=_rank)

    def _of_power(self, part: Any) -> Sign:
        base = self._of(part.base)
        if base is Sign.POSITIVE:
            return base
        if base is Sign.UNKNOWN and known(part.exp, "even"):
            return Sign.NOT_NEGATIVE
        return base if part.exp.is_Rational or known(part.exp, "integer") else Sign.UNKNOWN


def _told_by(left: Any, relation: str, right: Any) -> Iterator[tuple[Any, Sign]]:
    """Yield the sign of a part, or of its opposite, that a comparison with a number tells."""
    if right.is_Rational:
        sign = Sign.POSITIVE if right else Sign.NOT_NEGATIVE
        if relation != "≤" and right >= 0:
            yield left, sign
        if relation != "≥" and right <= 0:
            yield sympy.Mul(sympy.Integer(-1), left, evaluate=False), sign


def _is_everywhere(density: Any, point: tuple[Any, ...]) -> bool:
    """Whether a density is positive at every outcome: that of a Gaussian, or of a bit that is neither certain."""
    if isinstance(density, Iterated):
        return _is_everywhere(density.args[0], point)
    if isinstance(density, Bernoulli):
        label = point[0].base.label if isinstance(point[0], sympy.Indexed) else point[0]
        return is_probability(density.args[0], strictly=True) and isinstance(label, Bit)
    return isinstance(density, Gaussian)


def _factors(part: Any) -> Counter[Any]:
    """Return the factors of a product, and those of its factors."""
    if not part.is_Mul:
        return Counter() if part == 1 else Counter((part,))
    found: Counter[Any] = Counter()
    for factor in part.args:
        found += _factors(factor)
    return found


def _in_form(part: Any, form: NormalForm) -> Sign:
    with contextlib.suppress(WitnessError, ZeroDivisionError):
        return _within_two(form.terms.sign(form.rewritten(part)))
    return Sign.UNKNOWN


def _rank(sign: Sign) -> int:
    return int(sign.value)


def _largest(signs: Iterable[Sign]) -> Sign:
    """Return the largest of some signs; none is asked for after a positive one."""
    found = Sign.UNKNOWN
    for sign in signs:
        found = max(found, sign, key=_rank)
        if found is Sign.POSITIVE:
            break
    return found


def _within_two(sign: Sign) -> Sign:
    return Sign.POSITIVE if sign is Sign.UNIT else sign
