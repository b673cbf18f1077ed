"""Draws that are alike: which of n + 1 is left out of a sum does not matter, and the last can be named on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sympy

from ..boxes import written
from ..errors import WitnessError
from ..nodes import Expectation, Iterated, Product, free_symbols, indexed_sum, replaced, sequence, sum_parts
from .polynomials import Ratio, constant, generator

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["last_apart", "one_less"]

Values = Mapping[str, Ratio]

_OTHERS = sympy.Symbol("other draws", real=True)  # no name that a user can write
_LAST = sympy.Symbol("last draw", real=True)


def one_less(form: NormalForm, node: Any, values: Values) -> Ratio | None:
    """Return the mean over n draws, for one over n + 1 of which one occurs only to be taken back from sums over all.

    Σ_{k=1}^{n+1} h(z_k) is h(z_i) plus the sum over the n others; None where z_i is then still there.
    """
    density, body, block, *_ = node.args
    if not isinstance(density, Iterated) or density.args[1] in free_symbols(density.args[0]):
        return None
    factor, index, upper = density.args
    with sympy.evaluate(True):
        fewer = upper - 1
    sums = _sums_over_all(form, body, block, upper, values)
    places = set(_places(body, block, sums))
    if not sums or not fewer or len(places) != 1:
        return None
    place = places.pop()
    if place is None or free_symbols(place) & _bound_in(body):
        return None
    left_out, last = (form.inside(part, form.values_for(part, values)) for part in (place, upper))
    if not form.terms.within(left_out, last):
        raise WitnessError(f"{written(place)} need not be one of the draws 1 … {written(upper)}")
    others = replaced(body, {whole: _apart(whole, block, fewer, place) for whole in sums})
    fresh = form.terms.fresh()
    mean = Expectation(Iterated(factor, index, fewer), others, _OTHERS)
    result = form.inside(mean, {**values, block.name: generator(fresh)})
    return None if fresh in form.terms.depends(result) else result


def last_apart(form: NormalForm, node: Any, values: Values) -> Ratio | None:
    """Return the mean over n draws and one more, for one over n + 1 of which only sums over all of them occur."""
    density, body, block, *_ = node.args
    if not isinstance(density, Iterated) or density.args[1] in free_symbols(density.args[0]):
        return None
    factor, index, upper = density.args
    with sympy.evaluate(True):
        fewer = upper - 1
    sums = _sums_over_all(form, body, block, upper, values)
    if not sums or not fewer or any(True for _ in _places(body, block, sums)):
        return None
    if not _is_some(form, form.inside(upper, form.values_for(upper, values))):
        raise WitnessError(f"of the draws 1 … {written(upper)} there need not be a last one")
    apart = replaced(body, {whole: _last_term_apart(whole, block, fewer) for whole in sums})
    return form.inside(Expectation(Product(Iterated(factor, index, fewer), factor), apart, block, _LAST), values)


def _is_some(form: NormalForm, number: Ratio) -> bool:
    """Whether a number of draws is certainly 1 or more: by its sign, or as an index that starts there."""
    if form.terms.within(constant(1), number):
        return True
    held = number.whole.terms.items() if number.whole is not None else ()
    least = [(coefficient, form.terms.least_of(monomial)) for monomial, coefficient in held]
    known = [coefficient * low for coefficient, low in least if coefficient > 0 and low is not None]
    return len(known) == len(least) and sum(known) >= 1


def _last_term_apart(whole: Any, block: Any, fewer: Any) -> Any:
    """Return Σ h over the first draws, and h of the last."""
    summand, index, _, _ = sum_parts(whole)
    with sympy.evaluate(False):
        return indexed_sum(summand, index, fewer) + replaced(summand, {sequence(block)[index]: _LAST})


def _sums_over_all(form: NormalForm, body: Any, block: Any, upper: Any, values: Values) -> list[Any]:
    """Return the parts of a body that are Σ h(z_k) over all draws, whose number is the same wherever it is named.

    Where something within binds a name of that number, it is another one there.
    """
    bound = _bound_in(body)
    if not bound.isdisjoint({block, *free_symbols(upper)}):
        return []
    sums = [part for part in sympy.preorder_traversal(body) if _over_all(form, part, block, upper, values)]
    return [whole for whole in sums if bound.isdisjoint(set().union(*map(free_symbols, sum_parts(whole)[2:])))]


def _over_all(form: NormalForm, part: Any, block: Any, upper: Any, values: Values) -> bool:
    """Whether a part is Σ h(z_k) over all draws, with one h for all of them."""
    if not isinstance(part, sympy.Sum):
        return False
    summand, index, lower, last = sum_parts(part)
    draw = sequence(block)[index]
    if set(_places(summand, block)) != {index} or _bound_in(summand):
        return False
    if index in free_symbols(replaced(summand, {draw: block})):
        return False
    ends = [form.inside(end, form.values_for(end, values)) for end in (lower, last, upper)]
    return ends[0] == constant(1) and ends[1] == ends[2]


def _apart(whole: Any, block: Any, fewer: Any, place: Any) -> Any:
    """Return h(z_i) + Σ h over the other draws."""
    summand, index, _, _ = sum_parts(whole)
    with sympy.evaluate(False):
        return replaced(summand, {index: place}) + indexed_sum(replaced(summand, {block: _OTHERS}), index, fewer)


def _places(part: Any, block: Any, leave_out: Sequence[Any] = ()) -> Iterator[Any]:
    """Yield i for every z[i] in an expression, None where z occurs whole; not from the parts to be left out."""
    if part == block:
        yield None
    elif isinstance(part, sympy.Indexed) and part.base.label == block:
        yield part.indices[0]
    elif part not in leave_out:
        for inner in part.args:
            yield from _places(inner, block, leave_out)


def _bound_in(part: Any) -> set[Any]:
    """Return the symbols that some part of an expression binds."""
    return {symbol for node in sympy.preorder_traversal(part) for symbol in getattr(node, "bound_symbols", ())}
