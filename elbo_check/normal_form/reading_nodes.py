"""How each kind of node is read as a normal form."""

from __future__ import annotations

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
    Iterated,
    Maximum,
    Minimum,
    Uniform,
    Value,
    Vector,
    free_symbols,
    space_of,
    sum_parts,
)
from .blocks import entry, vector
from .changes import changed
from .densities import Atom, Read, atoms_of, ordered
from .derivatives import derivative_of
from .exchange import last_apart, one_less
from .expectations import Mean
from .integrals import integral
from .jensen import log_of
from .polynomials import Ratio, constant, generator
from .rules import Rule
from .sums import peeled, summed
from .terms import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["HANDLERS"]

Values = Mapping[str, Ratio]


def _atoms(form: NormalForm, density: Any, values: Values, split: bool = False) -> tuple[Atom, ...]:
    def read(part: Any, bound: dict[str, Ratio]) -> Ratio:
        return form.inside(part, {**values, **bound})

    return atoms_of(density, Read(form.terms, read, split))


def _value(form: NormalForm, node: Any, values: Values) -> Ratio:
    density, *point = node.args
    return _density_at(form, density, [form.inside(place, values) for place in point], values)


def _density_at(form: NormalForm, density: Any, point: list[Ratio], values: Values) -> Ratio:
    atoms, places = _atoms(form, density, values), ordered(density, point)
    apart = not form.rules.isdisjoint({Rule.INDEPENDENT, Rule.CONDITIONAL})
    result, position = constant(1), 0
    for group in [(atom,) for atom in atoms] if apart else [atoms]:
        dimension = sum(atom.dimension for atom in group)
        result = result * _group_at(form, group, places[position : position + dimension])
        position += dimension
    return result


def _group_at(form: NormalForm, group: tuple[Atom, ...], point: list[Ratio]) -> Ratio:
    if len(group) == 1 and group[0].tag[0] == "arbitrary" and Rule.CONDITIONAL in form.rules:
        return _joint_over_given(form, group[0], point)
    parts = [part for atom in group for part in atom.parts]
    tag = ("value", *(atom.tag for atom in group))
    return generator(form.terms.make(tag, *parts, *point, signed=Sign.POSITIVE))


def _joint_over_given(form: NormalForm, atom: Atom, point: list[Ratio]) -> Ratio:
    """Return p(z, x)/p(x) for p(z | x)."""
    _, name, spaces, given = atom.tag
    result = constant(1)
    for places, exponent in (
        ([*zip(spaces, point, strict=True), *zip(given, atom.parts, strict=True)], 1),
        (list(zip(given, atom.parts, strict=True)), -1),
    ):
        if places:
            places.sort(key=lambda pair: pair[0])
            tag = ("value", ("arbitrary", name, tuple(space for space, _ in places), ()))
            base = form.terms.make(tag, *(place for _, place in places), signed=Sign.POSITIVE)
            result = result * generator(base, exponent)
    return result


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
    fresh = [form.terms.fresh() for _ in variables]
    places = [generator(base) for base in fresh]
    atoms = _atoms(form, density, values)
    if Rule.CHANGE in form.rules:
        atoms, places = changed(form, atoms, fresh)
    bound = {variable.name: place for variable, place in zip(variables, places, strict=True)}
    inside = form.bound(body, values, bound)
    if Rule.WRITTEN in form.rules and inside.whole is None and isinstance(body, sympy.Add):
        return _term_by_term(form, node, values)
    if Rule.INTEGRAL in form.rules:
        weighted = inside * _density_at(form, density, places, values)
        return integral(weighted, fresh, [space_of(v) for v in variables], form.terms, form.rules)
    return Mean(atoms, ordered(density, fresh), form.terms, form.rules).of(inside)


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


def _kl(form: NormalForm, node: Any, values: Values) -> Ratio:
    q, p = node.args
    rules, terms = form.rules, form.terms
    if Rule.ADDITIVE in rules and isinstance(q, Iterated) and isinstance(p, Iterated) and q.args[2] == p.args[2]:
        fresh = terms.index(form.inside(q.args[2], values))
        at = {index.name: generator(fresh) for index in (q.args[1], p.args[1])}
        each = form.bound(KL(q.args[0], p.args[0]), values, at)
        return summed(each, fresh, constant(1), form.inside(q.args[2], values), terms)
    if Rule.KL in rules:
        return _defined(form, q, p, values)
    split = Rule.LAST_FACTOR in rules  # regrouping coordinates leaves a divergence as it is
    of_q, of_p = _atoms(form, q, values, split), _atoms(form, p, values, split)
    if Rule.ADDITIVE in rules and [a.dimension for a in of_q] == [a.dimension for a in of_p]:
        pairs = zip(of_q, of_p, strict=True)
        return sum((_opaque_kl(form, (a,), (b,), ()) for a, b in pairs), start=constant(0))
    first, second = (ordered(density, range(density.dimension)) for density in (q, p))
    order = [first.index(place) for place in second]
    return _opaque_kl(form, of_q, of_p, () if order == sorted(order) else tuple(order))


def _opaque_kl(form: NormalForm, q: tuple[Atom, ...], p: tuple[Atom, ...], order: tuple[int, ...]) -> Ratio:
    tag = ("KL", order, tuple(a.tag for a in q), tuple(a.tag for a in p))
    signed = Sign.NOT_NEGATIVE if Rule.GIBBS in form.rules else Sign.UNKNOWN
    return generator(form.terms.make(tag, *(part for atom in (*q, *p) for part in atom.parts), signed=signed))


def _defined(form: NormalForm, q: Any, p: Any, values: Values) -> Ratio:
    """Return E_q[log q − log p]."""
    fresh = [form.terms.fresh() for _ in range(q.dimension)]
    point = [generator(base) for base in fresh]
    inside = form.log(_density_at(form, q, point, values)) - form.log(_density_at(form, p, point, values))
    return Mean(_atoms(form, q, values), ordered(q, fresh), form.terms, form.rules).of(inside)


def _entropy(form: NormalForm, node: Any, values: Values) -> Ratio:
    (q,) = node.args
    atoms = _atoms(form, q, values)
    if Rule.ENTROPY not in form.rules:
        tag = ("entropy", *(atom.tag for atom in atoms))
        return generator(form.terms.make(tag, *(part for atom in atoms for part in atom.parts)))
    fresh = [form.terms.fresh() for _ in range(q.dimension)]
    inside = -form.log(_density_at(form, q, [generator(base) for base in fresh], values))
    return Mean(atoms, ordered(q, fresh), form.terms, form.rules).of(inside)


def _information(form: NormalForm, node: Any, values: Values) -> Ratio:
    value = form.inside(node.args[0], values)
    if Rule.INFORMATION in form.rules:
        return -form.log(value)
    return generator(form.terms.make(("information",), value))


def _integral(form: NormalForm, node: Any, values: Values) -> Ratio:
    body, *variables = node.args
    fresh = [form.terms.fresh() for _ in variables]
    bound = {variable.name: generator(base) for variable, base in zip(variables, fresh, strict=True)}
    inside = form.bound(body, values, bound)
    return integral(inside, fresh, [space_of(v) for v in variables], form.terms, form.rules)


def _sum(form: NormalForm, node: Any, values: Values) -> Ratio:
    body, index, lower, upper = sum_parts(node)
    first, last = form.inside(lower, values), form.inside(upper, values)

    def term(at: Ratio) -> Ratio:
        return form.bound(body, values, {index.name: at})

    tail = constant(0)
    if Rule.LAST_TERM in form.rules and first.key == constant(1).key:
        last, steps = peeled(last, form.terms)
        for step in range(1, steps + 1):
            tail = tail + term(last + constant(step))
        if not last.numerator.terms:
            return tail
    fresh = form.terms.index(last) if first == constant(1) else form.terms.fresh()
    return tail + summed(term(generator(fresh)), fresh, first, last, form.terms)


def _extremum(form: NormalForm, node: Any, values: Values) -> Ratio:
    body, variable = node.args
    turned = Rule.NEGATION in form.rules and isinstance(node, Maximum)
    fresh = form.terms.fresh()
    inside = form.bound(body, values, {variable.name: generator(fresh)})
    inside = -inside if turned else inside
    name = form.terms.bound(1 + form.terms.height(inside), 0)
    kind = "maximum" if isinstance(node, Maximum) and not turned else "minimum"
    tag = (kind, space_of(variable))
    least = generator(form.terms.make(tag, form.terms.renamed(inside, {fresh: name}), binds=(name,)))
    return -least if turned else least


def _function(form: NormalForm, node: Any, values: Values) -> Ratio:
    parts = [form.inside(argument, values) for argument in node.args]
    return generator(form.terms.make(("function", node.func.__name__), *parts))


def _log(form: NormalForm, node: Any, values: Values) -> Ratio:
    return log_of(form, node.args[0], values)


HANDLERS: dict[type, Callable[[NormalForm, Any, Values], Ratio]] = {
    Value: _value,
    Expectation: _expectation,
    KL: _kl,
    Entropy: _entropy,
    Information: _information,
    Integral: _integral,
    sympy.Sum: _sum,
    Maximum: _extremum,
    Minimum: _extremum,
    Vector: vector,
    sympy.Indexed: entry,
    AppliedUndef: _function,
    sympy.Derivative: derivative_of,
    sympy.log: _log,
}
