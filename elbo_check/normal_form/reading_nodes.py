"""How each kind of node is read as a normal form."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sympy
from sympy.core.function import AppliedUndef

from ..nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Information,
    Integral,
    Maximum,
    Minimum,
    Uniform,
    Value,
    Vector,
    free_symbols,
    space_of,
    sum_parts,
)
from ..symbols import Bit, at_least, kind_of
from .blocks import entry, vector
from .changes import changed
from .densities import ordered
from .derivatives import derivative_of
from .divergences import entropy, information, kl
from .double_sums import exchanged
from .exchange import last_apart, one_less
from .expectations import Mean
from .integrals import integral, region
from .jensen import log_of
from .polynomials import Ratio, constant, generator
from .powers import power_of
from .roots import reduced
from .rules import Rule
from .signs import Sign, signs_of
from .sums import as_it_runs, summed
from .support import over_support
from .terms_apart import with_terms_apart
from .values import atoms_at, density_at, value_of

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["HANDLERS"]

Values = Mapping[str, Ratio]


def _expectation(form: NormalForm, node: Any, values: Values) -> Ratio:
    density, body, *variables = node.args
    if Rule.DISCRETE in form.rules and isinstance(density, Uniform | Bernoulli):
        return _discrete(form, density, body, variables[0], values)
    less = one_less(form, node, values) if Rule.ALIKE in form.rules else None
    if less is not None:
        return less
    apart = last_apart(form, node, values) if Rule.LAST_DRAW in form.rules else None
    if apart is not None:
        return apart
    changes = Rule.CHANGE in form.rules
    signs = signs_of(density, variables)
    fresh = [
        form.terms.fresh(sign, sign is not Sign.UNKNOWN and isinstance(v, Bit))
        for sign, v in zip(signs, variables, strict=True)
    ]
    if isinstance(density, Uniform):
        form.terms.runs(fresh[0], form.inside(density.args[0], values))
    places = [generator(base) for base in fresh]
    atoms = atoms_at(form, density, values)
    if changes:
        atoms, places = changed(form, atoms, fresh)
    bound = {variable.name: place for variable, place in zip(variables, places, strict=True)}
    inside = form.bound(body, values, bound)
    if Rule.WRITTEN in form.rules and inside.whole is None and isinstance(body, sympy.Add):
        return _term_by_term(form, node, values)
    if Rule.INTEGRAL in form.rules:
        kinds = dict(zip(fresh, map(kind_of, variables), strict=True))
        weighted = over_support(form, density, inside, density_at(form, density, places, values), kinds)
        return integral(weighted, fresh, [region(v) for v in variables], form.terms, form.rules)
    mean = Mean(atoms, ordered(density, fresh), form.terms, form.rules).of(inside)
    return _as_its_mirror_image(form, node, mean, values) if changes else mean


def _as_its_mirror_image(form: NormalForm, node: Any, mean: Ratio, values: Values) -> Ratio:
    """Return the same for E f(μ + σ ε) and E f(μ − σ ε): whichever was met first."""
    density, body, *variables = node.args
    (atom, *others) = atoms_at(form, density, values)
    if others or atom.tag != ("gaussian", 1):
        return mean
    (atom,), places = changed(form, (atom,), fresh := [form.terms.fresh()], mirrored=True)
    inside = form.bound(body, values, {variables[0].name: places[0]})
    image = Mean((atom,), fresh, form.terms, form.rules).of(inside)
    return min(mean, image, key=lambda one: sorted(sorted(monomial) for monomial in one.numerator.terms))


def _term_by_term(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Return E[a] + E[b] for E[a + b], as it is written: one quotient of both would hide what each of them is."""
    density, body, *variables = node.args
    total = constant(0)
    for part in body.args:
        bound = not free_symbols(part).isdisjoint(variables)
        total = total + form.inside(Expectation(density, part, *variables) if bound else part, values)
    return total


def _discrete(form: NormalForm, density: Any, body: Any, variable: Any, values: Values) -> Ratio:
    """Return the mean over an index or a bit as the weighted sum that it is."""
    parameter = form.inside(density.args[0], values)

    def at(place: Ratio) -> Ratio:
        return form.bound(body, values, {variable.name: place})

    if isinstance(density, Bernoulli):
        return parameter * at(constant(1)) + (constant(1) - parameter) * at(constant(0))
    fresh = form.terms.index(parameter)
    return summed(at(generator(fresh)), fresh, constant(1), parameter, form.terms) / parameter


def _integral(form: NormalForm, node: Any, values: Values) -> Ratio:
    body, *variables = node.args
    fresh = [form.terms.fresh() for _ in variables]
    bound = {variable.name: generator(base) for variable, base in zip(variables, fresh, strict=True)}
    inside = form.bound(body, values, bound)
    return integral(inside, fresh, [region(v) for v in variables], form.terms, form.rules)


def _sum(form: NormalForm, node: Any, values: Values) -> Ratio:
    body, index, lower, upper = sum_parts(node)
    first, last = form.inside(lower, values), form.inside(upper, values)
    told, body = at_least(lower, 1), as_it_runs(body, index, lower)

    def term(part: Any, at: Ratio) -> Ratio:
        return form.running(part, values, {index.name: at}, within=told)

    bit = isinstance(index, Bit)
    if Rule.LAST_TERM in form.rules and not bit:
        addends = [functools.partial(term, part) for part in (body.args if isinstance(body, sympy.Add) else (body,))]
        return with_terms_apart(addends, first, last, form.terms)
    fresh = form.terms.running(first, last, bit=bit)
    total = summed(term(body, generator(fresh)), fresh, first, last, form.terms)
    return exchanged(total, form.terms) if Rule.EXCHANGE in form.rules else total


def _extremum(form: NormalForm, node: Any, values: Values) -> Ratio:
    body, variable = node.args
    turned = Rule.NEGATION in form.rules and isinstance(node, Maximum)
    fresh = form.terms.fresh()
    inside = form.bound(body, values, {variable.name: generator(fresh)})
    inside = -inside if turned else inside
    kind = "maximum" if isinstance(node, Maximum) and not turned else "minimum"
    least = generator(form.terms.make((kind, space_of(variable)), inside, binds=(fresh,)))
    return -least if turned else least


def _function(form: NormalForm, node: Any, values: Values) -> Ratio:
    parts = [form.inside(argument, values) for argument in node.args]
    return generator(form.terms.make(("function", node.func.__name__), *parts))


def _log(form: NormalForm, node: Any, values: Values) -> Ratio:
    return log_of(form, node.args[0], values)


def _product(form: NormalForm, node: Any, values: Values) -> Ratio:
    factors = (form.inside(part, values) for part in node.args)
    return reduced(functools.reduce(operator.mul, factors), form.terms)


HANDLERS: dict[type, Callable[[NormalForm, Any, Values], Ratio]] = {
    Value: value_of,
    Expectation: _expectation,
    KL: kl,
    Entropy: entropy,
    Information: information,
    Integral: _integral,
    sympy.Sum: _sum,
    Maximum: _extremum,
    Minimum: _extremum,
    Vector: vector,
    sympy.Indexed: entry,
    AppliedUndef: _function,
    sympy.Derivative: derivative_of,
    sympy.log: _log,
    sympy.Mul: _product,
    sympy.Pow: power_of,
}
