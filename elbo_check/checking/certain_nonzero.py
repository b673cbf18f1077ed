"""What is certainly not 0, but for some values of its real numbers that are nowhere dense.

What holds but there holds there, too, where both sides have a value: they are continuous.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str

from ..derivation import Statement
from ..errors import WitnessError
from ..nodes import (
    KL,
    Entropy,
    Expectation,
    Information,
    Integral,
    Maximum,
    Minimum,
    Value,
    free_symbols,
    sum_parts,
)
from ..normal_form import NormalForm
from ..normal_form.polynomials import Polynomial, Ratio, constant
from ..normal_form.signs import Sign
from ..normal_form.terms import Terms
from ..symbols import at_least, kind_of, known
from .certain_signs import CertainSigns

__all__ = ["CertainlyNonzero"]

_MEANS = (Value, Integral, Expectation, KL, Entropy, Information)


class CertainlyNonzero:
    """Says of which parts of a chain it is certain that they are almost nowhere 0."""

    def __init__(self, signs: CertainSigns, assuming: Sequence[Statement]) -> None:
        self._signs = signs
        each = ((one, [other for other in assuming if other != one]) for one in assuming)
        self._names = set().union(*(self._narrowed(one, others) for one, others in each))

    def holds(self, part: Any) -> bool:
        """Whether a part is nowhere 0, or only where its real numbers happen to fit.

        So is x, and not √(x²) + x, which is 0 for all x < 0.
        """
        opposite = sympy.Mul(sympy.Integer(-1), part, evaluate=False)
        if self._signs.is_positive(part) or self._signs.is_positive(opposite):
            return True
        return self._is_sum_of_nonnegative(part) or self._is_generic(part)

    def may_be_granted(self, part: Any) -> bool:
        """Whether a part that holds densities or means is not 0 by arithmetic, and nothing that is assumed says so.

        Of a KL, which is 0 where q is p, that it is not 0 is no matter of real numbers that happen to fit.
        """
        return part.has(*_MEANS) and self._is_generic(part, granted=True)

    def is_unassumed(self, part: Any) -> bool:
        """Whether nothing that is assumed may leave a part no room but 0."""
        return self._names.isdisjoint(_names(part))

    def _is_sum_of_nonnegative(self, part: Any) -> bool:
        """Whether a part is a sum or a mean of what is never negative, and some term is certainly not 0."""
        if part.is_Add:
            return all(map(self._signs.is_not_negative, part.args)) and any(map(self.holds, part.args))
        if not self.is_unassumed(part):  # of its density or ends, too: a bound name may be another
            return False
        if isinstance(part, sympy.Sum):
            body, index, first, last = sum_parts(part)
            runs = kind_of(index) == "count" and at_least(first, 1) and at_least(last, first)
            return runs and self._is_inside(part, body)
        return isinstance(part, Expectation | Integral) and self._is_inside(part, part.args[part.body_place])

    def _is_inside(self, part: Any, body: Any) -> bool:
        with self._signs.inside(part):
            return self._signs.is_not_negative(body) and self.holds(body)

    def _narrowed(self, statement: Statement, others: Sequence[Statement]) -> set[str]:
        """Return the names of what an assumption may leave no room: none of x ≥ f(y), if nothing else is said of x.

        But for those in what has no value everywhere.
        """
        names = set().union(*map(_names, statement.sides))
        elsewhere = {name for other in others for side in other.sides for name in _names(side)}
        form = self._signs.forms[0]
        try:
            difference = form.read(statement.left) - form.read(statement.right)
        except (WitnessError, ZeroDivisionError):
            return names
        free = {symbol for side in statement.sides for symbol in free_symbols(side)}
        moving = [s for s in free if s.name not in elsewhere and not known(s, "integer")]
        if statement.relation != "=" and any(_moves(form.read(symbol), difference, form.terms) for symbol in moving):
            return set().union(*(_names(part) for side in statement.sides for part in _partial(side)))
        return names

    def _is_generic(self, part: Any, *, granted: bool = False) -> bool:
        """Whether a part vanishes for no open set of its real numbers: it is analytic in them, and not 0 throughout.

        Of densities and means that is not known, but `granted`: ∫p − 1 is 0 by no arithmetic.

        Whole numbers are no such set, so that n − 7 is not meant; nor is √u or log u where u may be 0 or is a quotient:
        x √(1 + 1/x²) − √(1 + x²) is 0 for all x > 0. Where something is assumed of it, it may be 0 throughout.
        """
        if not self.is_unassumed(part):
            return False
        if part.is_Mul or (part.is_Pow and (part.exp.is_Rational or known(part.exp, "integer"))):
            factors = part.args if part.is_Mul else (part.base,)
            return all(self.holds(each) or (granted and self._is_generic(each, granted=True)) for each in factors)
        if not granted and part.has(*_MEANS):
            return False
        label = part.base.label if isinstance(part, sympy.Indexed) else part
        if isinstance(label, sympy.Symbol | AppliedUndef):
            return not known(label, "integer")
        nodes = list(sympy.preorder_traversal(part))
        if any((node.is_Symbol and known(node, "integer")) or isinstance(node, Maximum | Minimum) for node in nodes):
            return False
        branched = (node.args[0] for node in nodes if isinstance(node, sympy.log) or _is_root(node))
        return all(map(self._is_smooth, branched)) and not _vanishes(part, self._signs.forms)

    def _is_smooth(self, part: Any) -> bool:
        below = (node.base for node in part.atoms(sympy.Pow) if node.exp.is_negative)
        return self._signs.is_positive(part) and all(map(self._signs.is_positive, below))


def _partial(side: Any) -> Iterator[Any]:
    """Yield what has no value everywhere: that √(x²(x − 1)) has one leaves x no room about 0, and x = 0."""
    for node in sympy.preorder_traversal(side):
        whole = node.is_Pow and known(node.exp, "integer") and at_least(node.exp, 0)
        if isinstance(node, sympy.log) or (node.is_Pow and not whole):
            yield node


def _names(part: Any) -> set[str]:
    """Return the names of all symbols, functions and densities in a part."""
    named = {node.name for node in part.atoms(sympy.Symbol, Str)}
    return named | {node.func.__name__ for node in part.atoms(AppliedUndef)}


def _moves(symbol: Ratio, difference: Ratio, terms: Terms) -> bool:
    """Whether a difference is a x + b for a symbol x, where a is certainly not 0 and neither depends on x."""
    ((own, _),) = next(iter(symbol.numerator.terms))
    slope, rest = constant(0), constant(0)
    for monomial, coefficient in difference.numerator.terms.items():
        power = dict(monomial).get(own, 0)
        part = Ratio(Polynomial({frozenset(pair for pair in monomial if pair[0] != own): coefficient}))
        if power not in (0, 1):
            return False
        slope, rest = (slope + part, rest) if power else (slope, rest + part)
    below = Ratio(difference.denominator)
    signs = {terms.sign(slope / below), terms.sign(-slope / below)}
    return Sign.POSITIVE in signs and all(own not in terms.depends(part) for part in (slope, rest, below))


def _is_root(node: Any) -> bool:
    return bool(node.is_Pow and not node.exp.is_Integer)


def _vanishes(part: Any, forms: list[NormalForm]) -> bool:
    """Whether it is 0 by arithmetic, perhaps under what is assumed, or cannot be read."""
    try:
        return not all(form.rewritten(part).numerator.terms for form in forms)
    except (WitnessError, ZeroDivisionError):
        return True
