"""Formulas in words: text for a terminal, and SymPy expressions, in the names of the user's own arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import sympy

from .formula import Formula, Law, Monomial, Term, law
from .numbers import is_number, symbol_of
from .sizes import Layout, Sizes
from .unfolding import unfolded

__all__ = ["expression_of", "formula_text", "law_text", "symbols_for"]

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_POSITIVE = frozenset({"std", "variance", "probabilities", "reconstruction", "decoder_std", "decoder_variance"})
_NONE: Sizes = {}
_SIMPLE = 4  # of a fraction's two numbers together: those of 1/2, 1/3, 2, 3
_INDICES = {"d": "j", "D": "i", "K": "k", "B": "b", "G": "g"}


def law_text(held: Law) -> str:
    """Return a law as people write it.

    >>> law_text(law("1/2", d=-1)), law_text(law("-1/2", d=1) + law(3))
    ('1/(2d)', '3 − d/2')
    >>> law_text(law(1, B=-1, **{"log 2": -1})), law_text(law("1/2", **{"0.37123": 1}))
    ('1/(B·log 2)', '0.37123/2')
    """
    if not held:
        return "0"
    parts = [_part_text(monomial, number) for monomial, number in unfolded(held).parts]
    return parts[0].replace("-", "−") + "".join(
        f" − {part[1:]}" if part.startswith("-") else f" + {part}" for part in parts[1:]
    )


def _part_text(monomial: Monomial, number: Fraction) -> str:
    above = [_power(name, power) for name, power in monomial if power > 0]
    below = [_power(name, -power) for name, power in monomial if power < 0]
    size = abs(number)
    if size.numerator != 1 or not above:
        above.insert(0, str(size.numerator))
    if size.denominator != 1:
        below.insert(0, str(size.denominator))
    dot = "·" if any(is_number(name) for name, _ in monomial) else ""
    top, bottom = dot.join(above), dot.join(below)
    quotient = top if not below else f"{top}/{bottom}" if len(below) == 1 else f"{top}/({bottom})"
    return ("-" if number < 0 else "") + quotient


def _power(name: str, power: int) -> str:
    return name if power == 1 else name + str(power).translate(_SUPERSCRIPTS)


def symbols_for(names: Mapping[str, str], axes: Mapping[str, tuple[str, ...]]) -> Mapping[str, Any]:
    """Return a SymPy symbol for each role, named by the argument that holds it, with its index.

    Names are identifiers of Python; they are only ever printed.
    """
    found = {}
    for role, name in names.items():
        index = "".join(_INDICES.get(axis, "") for axis in axes.get(role, ()) if axis != "B")
        positive = role.removesuffix("_q").removesuffix("_p") in _POSITIVE
        sign = {"positive": True} if positive else {"real": True}
        found[role] = sympy.Symbol(f"{name}_{index}" if index else name, **sign)
    return found


def expression_of(
    formula: Formula, symbols: Mapping[str, Any], kept: tuple[str, ...], layout: Layout, fixed: Sizes = _NONE
) -> Any:
    """Return the formula as a SymPy expression: a common factor and one sum over what is not kept, as it is printed."""
    sizes = {name: sympy.Symbol(name, integer=True, positive=True) for name in "BdDKGNCHWchwTLl"}
    total = sympy.Integer(0)
    groups, left = _grouped(formula, symbols, kept, layout, fixed)
    for group in groups:
        inside = sum(
            (_law_expression(_share(formula[t], group.factor), sizes) * t.symbol(symbols) for t in group.terms),
            start=sum(
                (_law_expression(share, sizes) * c.symbol(sizes) for c, share in group.constants), start=total * 0
            ),
        )
        for axis in reversed(group.axes):
            inside = sympy.Sum(inside, (sympy.Symbol(_INDICES[axis], integer=True), 1, sizes[axis]))
        total += _law_expression(group.factor, sizes) * inside
    return total + sum(_law_expression(held, sizes) * c.symbol(sizes) for c, held in left.coefficients.items())


def _law_expression(held: Law, sizes: Mapping[str, Any]) -> Any:
    parts = []
    for monomial, number in held.parts:
        part = sympy.Rational(number.numerator, number.denominator)
        for name, power in monomial:
            part *= (sizes[name] if name in sizes else symbol_of(name)) ** power
        parts.append(part)
    return sympy.Add(*parts)


def formula_text(
    formula: Formula, symbols: Mapping[str, Any], kept: tuple[str, ...], layout: Layout, fixed: Sizes = _NONE
) -> str:
    """Return the formula in one line: a common factor, a sum over what is not kept, constants inside where they fit.

    `fixed` holds the sizes that were put into its laws.
    """
    groups, left = _grouped(formula, symbols, kept, layout, fixed)
    told = [_sum_text(formula, group, symbols) for group in groups]
    told += [_times(held, _constant_text(term)) for term, held in left.coefficients.items()]
    return _joined(told) or "0"


class _Group(NamedTuple):
    """Terms that are summed over the same axes, with their common factor, and the constants that stand among them."""

    axes: tuple[str, ...]
    terms: list[Term]
    factor: Law
    constants: list[tuple[Term, Law]]


def _grouped(
    formula: Formula, symbols: Mapping[str, Any], kept: tuple[str, ...], layout: Layout, fixed: Sizes
) -> tuple[list[_Group], Formula]:
    """Return the sums of a formula, those over the data first, and the constants that stand in none of them."""
    held: dict[tuple[str, ...], list[Term]] = {}
    for term in sorted(formula.terms, key=_rank):
        summed = (axis for axis in term.axes if axis not in kept and (layout.batch or axis != "B"))
        held.setdefault(tuple(summed), []).append(term)
    groups = [
        _Group(axes, terms, _common(formula, terms, symbols), [])
        for axes, terms in sorted(held.items(), key=lambda group: "D" not in group[0])
    ]
    return groups, _placed(formula.constants, groups, layout, fixed)


def _share(held: Law, factor: Law) -> Law:
    share = held.quotient(factor)
    return held if share is None else share


def _rank(term: Term) -> tuple[int, str]:
    return (0 if term.name.startswith(("(m", "(x", "x")) else 2 if "log" in term.name else 1), term.name


def _common(formula: Formula, terms: Sequence[Term], symbols: Mapping[str, Any]) -> Law:
    """Return the factor before the bracket: that of the first term, if it divides all others.

    It is the half of a Gaussian instead of another fraction where terms hold numbers of their own.
    """
    first, *others = [formula[term] for term in terms]
    if len(first.parts) != 1 or any(other.quotient(first) is None for other in others):
        return law(1)
    ((monomial, number),) = first.parts
    if _size(number) > _SIMPLE and any(t.symbol(symbols).as_coeff_Mul()[0] != 1 for t in terms):
        return Law(((monomial, Fraction(1 if number > 0 else -1, 2)),))
    return first


def _placed(constants: Formula, groups: Sequence[_Group], layout: Layout, fixed: Sizes) -> Formula:
    """Put each constant into the sum in which it is the simplest number, and return those that fit into none."""
    left = {}
    for term, held in constants.coefficients.items():
        shares = []
        for group in groups:
            counted = law(1, **{axis: 1 for axis in group.axes if layout.batch or axis != "B"}).at(fixed)
            share = held.quotient(group.factor * counted)
            if share is not None and not share.names:
                shares.append((group, share))
        if shares:
            group, share = min(shares, key=lambda each: _size(each[1].number))
            group.constants.append((term, share))
        else:
            left[term] = held
    return Formula(left)


def _size(number: Fraction) -> int:
    return abs(number.numerator) + number.denominator


def _sum_text(formula: Formula, group: _Group, symbols: Mapping[str, Any]) -> str:
    factor = group.factor
    parts = [_product_text(_share(formula[t], factor), t.symbol(symbols)) for t in group.terms]
    parts += [_times(share, _constant_text(constant)) for constant, share in group.constants]
    body = _joined(parts)
    sums = "".join(f"Σ_{_INDICES.get(axis, axis.lower())} " for axis in group.axes)
    if len(parts) > 1 and (sums or factor != law(1)):
        body = f"({body})"
    if factor == law(1):
        return f"{sums}{body}"
    if factor == law(-1):
        return f"-{sums}{body}"
    return f"{law_text(factor).replace('−', '-')} {sums}{body}"


def _product_text(held: Law, expression: Any) -> str:
    """Return a law times an expression, with the number before the latter in the law where that is simpler."""
    number, rest = expression.as_coeff_Mul()
    if number.is_Integer and number != 1:
        return _times(held * law(int(number)), _symbol_text(rest))
    if number.is_Rational and number != 1 and len(held.parts) == 1:
        both = held * law(Fraction(int(number.p), int(number.q)))
        if held not in (law(1), law(-1)) or _size(both.parts[0][1]) < _size(held.parts[0][1]):
            return _times(both, _symbol_text(rest))
    return _times(held, _symbol_text(expression))


def _times(held: Law, text: str) -> str:
    if held == law(1):
        return text
    if held == law(-1):
        return f"-{text}"
    number = law_text(held).replace("−", "-")
    if text == "1":
        return number
    return f"({number}) {text}" if len(held.parts) > 1 else f"{number} {text}"


def _joined(parts: list[str]) -> str:
    text = ""
    for part in parts:
        if not text:
            text = part.replace("-", "−", 1) if part.startswith("-") else part
        else:
            text += f" − {part[1:]}" if part.startswith("-") else f" + {part}"
    return text


def _constant_text(term: Term) -> str:
    """Return a constant's name, a fraction of which the logarithm is taken in brackets."""
    return re.sub(r"^log (\d+/\d+)$", r"log(\1)", term.name)


def _symbol_text(expression: Any) -> str:
    """Print a SymPy expression as plain text: powers raised, products with a dot."""
    text = re.sub(r"log\(exp\((\w+)\) \+ 1\)", r"softplus(\1)", str(expression))
    text = re.sub(r"\*\*(?:\((-?\d+)\)|(\d+))", lambda m: (m[1] or m[2]).translate(_SUPERSCRIPTS), text)
    text = re.sub(r"(?<![\w)])(\d+)\*(?=\w)", r"\1 ", text)
    text = text.replace("**", "^").replace("*", "·").replace("Abs", "abs")
    outside, inside = text, ""
    while outside != inside:
        outside, inside = re.sub(r"\([^()]*\)", "", outside), outside
    text = re.sub(r"\(-(\w+) \+ (\w+)\)", r"(\2 − \1)", text).replace(" - ", " − ").replace("(-", "(−")
    return f"({text})".replace("(-", "(−") if re.search(r" [+-] ", outside) else text
