"""The logarithm of a mean, under Jensen's inequality: the mean of the logarithms plus something not negative."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sympy

from ..nodes import Expectation, sum_parts
from .polynomials import Ratio, constant, generator
from .rules import Rule
from .sums import summed
from .terms import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["log_of"]

Values = Mapping[str, Ratio]

_MOST_WAYS = 200


def log_of(form: NormalForm, argument: Any, values: Values) -> Ratio:
    """Return log(argument); under Jensen's rule that of E[f], and of (1/n) Σ a_k, is taken apart."""
    whole = form.inside(argument, values)
    mean = _mean_of_logs(form, argument, values) if Rule.JENSEN in form.rules else None
    if mean is None:
        return form.log(whole)
    slack = form.terms.make(("slack of Jensen",), whole, mean, signed=Sign.NOT_NEGATIVE)
    return mean + generator(slack)


def _mean_of_logs(form: NormalForm, argument: Any, values: Values) -> Ratio | None:
    if isinstance(argument, Expectation):
        density, body, *variables = argument.args
        return form.inside(Expectation(density, sympy.log(body), *variables), values)
    if isinstance(argument, sympy.Add) and Rule.WEIGHTS in form.rules:
        return _by_weights(form, list(_flat(argument)), values)
    if not isinstance(argument, sympy.Mul):
        return None
    summed_up = [part for part in argument.args if isinstance(part, sympy.Sum | sympy.Add)]
    if len(summed_up) != 1:
        return None
    weight = constant(1)
    for part in argument.args:
        if part is not summed_up[0]:
            weight = weight * form.inside(part, values)
    return _weighted(form, summed_up[0], weight, values)


def _weighted(form: NormalForm, terms: Any, weight: Ratio, values: Values) -> Ratio | None:
    """Return Σ w log a_k, where the weights w are equal and add up to 1."""
    one = constant(1)
    if isinstance(terms, sympy.Add):
        parts = list(_flat(terms))
        if weight * constant(len(parts)) != one:
            return None
        logs = [log_of(form, part, values) for part in parts]
        return weight * sum(logs, start=constant(0))
    body, index, lower, upper = sum_parts(terms)
    first, last = form.inside(lower, values), form.inside(upper, values)
    if first != one or weight * last != one:
        return None
    fresh = form.terms.index(last)
    each = form.bound(sympy.log(body), values, {index.name: generator(fresh)})
    return weight * summed(each, fresh, first, last, form.terms)


def _by_weights(form: NormalForm, parts: list[Any], values: Values) -> Ratio | None:
    """Return Σ w_k log a_k for a sum of w_k a_k, where some of the factors of each term are its weight."""
    ways = itertools.product(*(itertools.islice(_weights(form, part, values), _MOST_WAYS) for part in parts))
    for way in itertools.islice(ways, _MOST_WAYS):
        if sum((weight for weight, _ in way), start=constant(0)) == constant(1):
            logs = [weight * log_of(form, sympy.Mul(*rest), values) for weight, rest in way]
            return sum(logs, start=constant(0))
    return None


def _weights(form: NormalForm, part: Any, values: Values) -> Iterator[tuple[Ratio, list[Any]]]:
    """Yield every choice of positive factors as a weight, and the factors that are left; one at least is."""
    factors = [(factor, form.inside(factor, values)) for factor in _flat(part, sympy.Mul)]
    positive = [place for place, (_, value) in enumerate(factors) if form.terms.is_positive(value)]
    for number in range(1, len(factors)):
        for places in itertools.combinations(positive, number):
            weight = functools.reduce(operator.mul, (factors[place][1] for place in places))
            yield weight, [factor for place, (factor, _) in enumerate(factors) if place not in places]


def _flat(terms: Any, kind: type[Any] = sympy.Add) -> Iterator[Any]:
    """Yield the terms of a sum, or the factors of a product, that was written step by step: (a + b) + c has three."""
    if not isinstance(terms, kind):
        yield terms
        return
    for part in terms.args:
        yield from _flat(part, kind)
