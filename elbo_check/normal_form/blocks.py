"""Places in a space of n coordinates: a variable z, or a vector written by its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .polynomials import Ratio, generator

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["Block", "coordinate", "entry", "vector"]

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
    fresh = form.terms.index(upper)
    body = of(generator(fresh))
    return Block(generator(form.terms.make(("vector",), upper, body, binds=(fresh,))), of)


def entry(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Read z[i], or z[l, i]: a coordinate of a draw."""
    whole = form.inside(node.base.label, values)
    for index in node.indices:
        whole = coordinate(form, whole, form.inside(index, values))
    return whole


def coordinate(form: NormalForm, whole: Ratio, index: Ratio) -> Ratio:
    """Return an entry; a declared sequence has the sign of its label, a drawn block has none, whatever its label."""
    if isinstance(whole, Block):
        return whole.entry(index)
    entry = form.terms.make(("coordinate",), whole, index, signed=form.terms.sign_of_single(whole))
    return generator(form.terms.noted(entry, bit=form.terms.is_bit_itself(whole)))
