"""The logarithm of a mean, under Jensen's inequality: the mean of the logarithms plus something not negative."""

from __future__ import annotations

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


def _flat(terms: Any) -> Iterator[Any]:
    """Yield the terms of a sum that was written step by step: (a + b) + c has three."""
    for part in terms.args:
        if isinstance(part, sympy.Add):
            yield from _flat(part)
        else:
            yield part
