"""Places in a space of n coordinates: a variable z, or a vector written by its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .polynomials import Ratio, generator
from .terms import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["Block", "entry", "vector"]

Values = Mapping[str, Ratio]


class Block(Ratio):
    """A vector of which each entry can be read; as a whole it is one generator."""

    __slots__ = ("entry",)

    def __init__(self, whole: Ratio, of: Callable[[Ratio], Ratio]) -> None:
        super().__init__(whole.numerator)
        self.entry = of


def vector(form: NormalForm, node: Any, values: Values) -> Block:
    """Read (a_j) for j = 1…n."""
    body, index, upper = node.args

    def of(place: Ratio) -> Ratio:
        return form.bound(body, values, {index.name: place})

    return block(form, of, form.inside(upper, values))


def block(form: NormalForm, of: Callable[[Ratio], Ratio], upper: Ratio) -> Block:
    """Return the vector with the given entries."""
    fresh = form.terms.fresh()
    body = of(generator(fresh))
    name = form.terms.bound(1 + max(form.terms.height(body), form.terms.height(upper)), 0)
    renamed = form.terms.renamed(body, {fresh: name})
    return Block(generator(form.terms.make(("vector",), upper, renamed, binds=(name,))), of)


def entry(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Read z[i], or z[l, i]: a coordinate of a draw."""
    from .form import sign_of

    label = node.base.label
    *before, last = (form.inside(index, values) for index in node.indices)
    whole = form.inside(label, values)
    for index in before:
        whole = _part(form, whole, index, Sign.UNKNOWN)
    return _part(form, whole, last, sign_of(label))


def _part(form: NormalForm, whole: Ratio, index: Ratio, signed: Sign) -> Ratio:
    if isinstance(whole, Block):
        return whole.entry(index)
    return generator(form.terms.make(("coordinate",), whole, index, signed=signed))
