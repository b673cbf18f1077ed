"""Derivatives in normal form: the rules of differentiation for quotients of polynomials, logarithms and roots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from ..errors import WitnessError
from ..nodes import (
    KL,
    Bernoulli,
    Expectation,
    Gaussian,
    Information,
    Integral,
    Iterated,
    Maximum,
    Minimum,
    Value,
    derivative,
    derivative_parts,
    free_symbols,
    is_positive,
    sum_parts,
)
from .polynomials import Polynomial, Ratio, constant, generator
from .powers import lowered
from .rules import Rule
from .smooth_means import OpenMean
from .sums import as_it_runs, over_sum

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["derivative_of"]

Values = Mapping[str, Ratio]


def derivative_of(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Return a derivative; under the rule it goes into an integral, and into an expectation whose density is fixed."""
    body, parameter = derivative_parts(node)
    form.require_at_rest(free_symbols(body) - {parameter}, parameter, values)
    if Rule.UNDER_EXPECTATION in form.rules and isinstance(body, Expectation | Integral):
        *density, inside = body.args[: body.body_place + 1]
        occurs = parameter in free_symbols(inside)  # it may be hidden in an abbreviation
        moves = any(_depends(form, part, parameter, values) for part in density)
        if occurs and not moves and not _may_jump(form, body, parameter, values):
            within = derivative(inside, parameter)
            return form.inside(body.func(*density, within, *body.bound_symbols), values)
    return derived(form, form.inside(body, values), form.inside(parameter, values))


def _may_jump(form: NormalForm, mean: Any, parameter: Any, values: Values) -> bool:
    """Whether what is under a mean may jump, or end, at a place that moves: sign(θ − z) = (θ − z)/√(θ − z)² does.

    A root, a logarithm or a quotient of what depends on both is smooth where that is certainly positive, or negative,
    and so is a Gaussian by its scale; for a mean within, and for one over several variables, `OpenMean` says whether it
    is. A parameter of which something is assumed may be at the one place where the mean itself is not smooth.
    """
    if not _is_smooth_itself(form, mean, parameter, values):
        return True
    parts = list(_parts_as_they_run(form, mean, values))
    variables = {v for node, _ in parts if isinstance(node, Expectation | Integral) for v in node.bound_symbols}

    def mixes(node: Any, known_there: Values) -> bool:
        both = free_symbols(node) & variables
        return bool(both) and _depends(form, node, parameter, form.values_for(node, known_there))

    for node, there in parts:
        if isinstance(node, Maximum | Minimum):
            return True
        if isinstance(node, Expectation | Integral) and node is not mean and mixes(node, there):
            moving = _symbol(form.inside(parameter, there))
            if not OpenMean.of(form, node, there, free_symbols(node) & variables).is_smooth(moving):
                return True
        if any(mixes(whole, there) and not _is_signed(form, part, there) for whole, part in _divided_by(node)):
            return True
    return False


def _is_smooth_itself(form: NormalForm, mean: Any, parameter: Any, values: Values) -> bool:
    moving = _symbol(form.inside(parameter, values))
    several = len(mean.bound_symbols) > 1 or any(part.has(Iterated) for part in mean.args[: mean.body_place])
    if several and not OpenMean.of(form, mean, values).is_smooth_jointly(moving):
        return False
    return not _is_pinned(form, parameter, values) or OpenMean.of(form, mean, values).is_moderate(moving)


def _is_pinned(form: NormalForm, parameter: Any, values: Values) -> bool:
    """Whether something is assumed of a parameter, so that what is said need hold at one place of it alone."""
    sides = (side for left, _, right in form.assumed for side in (left, right))
    return any(_depends(form, side, parameter, form.values_for(side, values)) for side in sides)


def _parts_as_they_run(form: NormalForm, node: Any, values: Values) -> Iterator[tuple[Any, Values]]:
    """Yield the parts of what is under a mean with the values around each: Σ_k from 0 holds one with k = 0.

    What a node binds is not what has the same name around it.
    """
    yield node, values
    if isinstance(node, sympy.Sum):
        body, index, lower, upper = sum_parts(node)
        for end in (lower, upper):
            yield from _parts_as_they_run(form, end, values)
        yield from _parts_as_they_run(form, as_it_runs(body, index, lower), _without([index], values))
        return
    inner = _without(getattr(node, "bound_symbols", ()), values)
    for part in node.args:
        yield from _parts_as_they_run(form, part, inner)


def _without(bound: Iterable[Any], values: Values) -> Values:
    names = {symbol.name for symbol in bound}
    return {name: value for name, value in values.items() if name not in names} if names else values


def _divided_by(node: Any) -> list[tuple[Any, Any]]:
    """Return (whole, part) for each part that has to be positive, or negative, where the whole is to be smooth."""
    if isinstance(node, Gaussian):
        return [(row[-1], row[-1]) for row in node.args[1]]
    if isinstance(node, KL):
        return [(node.args[1], part) for part in _chances(node.args[1])]
    ends = isinstance(node, sympy.log | Information) or (node.is_Pow and not (node.exp.is_Integer and node.exp >= 0))
    return [(node, node.args[0])] if ends else []


def _chances(part: Any) -> list[Any]:
    """Return the probabilities of 1 and of 0 of the Bernoulli densities in a part."""
    chances = [density.args[0] for density in part.atoms(Bernoulli)]
    return [*chances, *(1 - chance for chance in chances)]


def _is_signed(form: NormalForm, part: Any, values: Values) -> bool:
    """Whether a part is certainly positive, or negative; a Bernoulli density may be 0 where its probability is."""
    if any(not _is_certain(form, chance, values) for value in part.atoms(Value) for chance in _chances(value.args[0])):
        return False
    return is_positive(part) or _is_certain(form, part, values)


def _is_certain(form: NormalForm, part: Any, values: Values) -> bool:
    read = form.inside(part, form.values_for(part, values))
    return form.terms.is_positive(read) or form.terms.is_positive(-read)


def _depends(form: NormalForm, part: Any, parameter: Any, values: Values) -> bool:
    """Whether a density depends on a parameter, perhaps through an abbreviation."""
    symbol = _symbol(form.inside(parameter, values))
    return any(symbol in form.terms.depends(form.inside(free, values)) for free in free_symbols(part))


def _symbol(parameter: Ratio) -> int:
    only = parameter.whole.single if parameter.whole is not None else None
    if only is None or only[1] != 1 or [exponent for _, exponent in only[0]] != [1]:
        raise WitnessError("a derivative is taken with respect to a symbol, not an abbreviation")
    return next(iter(only[0]))[0]


def derived(form: NormalForm, body: Ratio, parameter: Ratio) -> Ratio:
    """Return the derivative of the body with respect to a symbol, carried out where the rules say so."""
    symbol = _symbol(parameter)
    if symbol not in form.terms.depends(body):
        return constant(0)
    if Rule.DIFFERENTIATE not in form.rules:
        return generator(form.terms.make(("derivative",), parameter, body))
    top, bottom = body.numerator, body.denominator
    first, second = (_of_polynomial(form, part, symbol) for part in (top, bottom))
    return (first * Ratio(bottom) - second * Ratio(top)) / (Ratio(bottom) * Ratio(bottom))


def _of_polynomial(form: NormalForm, whole: Polynomial, symbol: int) -> Ratio:
    total = constant(0)
    for monomial, coefficient in whole.terms.items():
        for base, exponent in monomial:
            lower = frozenset(
                (other, e - 1 if other == base else e) for other, e in monomial if other != base or e != 1
            )
            outside = Ratio(Polynomial({lower: coefficient * Fraction(exponent)}))
            total = total + outside * _of_generator(form, base, symbol)
    return total


def _may_divide(form: NormalForm, under: Ratio) -> bool:
    """Whether ∂√u = ∂u/(2 √u) divides by nothing that is 0 on a stretch of the line: √(b y²) is 0 there for a bit b."""
    return form.terms.is_positive(under) or not _holds_known_powers(form, under)


def _holds_known_powers(form: NormalForm, part: Ratio) -> bool:
    """Whether a bit, a root or another generator of which a power is known occurs, also within others."""
    for base in form.terms.bases(part):
        if base in form.terms.known_powers or any(_holds_known_powers(form, inner) for inner in form.terms[base].parts):
            return True
    return False


def _of_generator(form: NormalForm, base: int, symbol: int) -> Ratio:
    term, parameter = form.terms[base], generator(symbol)
    if base == symbol:
        return constant(1)
    if symbol not in term.depends:
        return constant(0)
    if term.tag == ("log",):
        return derived(form, term.parts[0], parameter) / term.parts[0]
    if term.tag == ("exp",):
        return generator(base) * derived(form, term.parts[0], parameter)
    if term.tag == ("root",) and _may_divide(form, term.parts[0]):
        return derived(form, term.parts[0], parameter) / (constant(2) * generator(base))
    if term.tag == ("power",) and symbol not in form.terms.depends(term.parts[1]):
        return term.parts[1] * lowered(form, *term.parts) * derived(form, term.parts[0], parameter)
    if term.tag == ("sum",) and symbol not in form.terms.depends_of(term.parts[:2]):
        return over_sum(term, form.terms, lambda summand: derived(form, summand, parameter))
    return generator(form.terms.make(("derivative",), parameter, generator(base)))
