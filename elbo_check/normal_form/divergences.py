"""KL, entropy and information in normal form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..nodes import Iterated, Product
from .densities import Atom, ordered
from .expectations import Mean
from .polynomials import Ratio, constant, generator
from .rules import Rule
from .sums import summed
from .terms import Sign
from .values import atoms_at, density_at

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["entropy", "information", "kl"]

Values = Mapping[str, Ratio]


def kl(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Read KL(q‖p)."""
    q, p = node.args
    return _between(form, q, p, values, values)


def _between(form: NormalForm, q: Any, p: Any, of_q: Values, of_p: Values) -> Ratio:
    """Read KL(q‖p), each density with values of its own: the index of one is no symbol of the other."""
    if Rule.ADDITIVE in form.rules and isinstance(q, Iterated) and isinstance(p, Iterated):
        last, other = form.inside(q.args[2], of_q), form.inside(p.args[2], of_p)
        if last == other:
            return _by_coordinates(form, q, p, of_q, of_p, last)
    if Rule.KL in form.rules:
        return _defined(form, q, p, of_q, of_p)
    return _regrouped(form, q, p, of_q, of_p)


def _by_coordinates(form: NormalForm, q: Any, p: Any, of_q: Values, of_p: Values, last: Ratio) -> Ratio:
    """Return Σ KL(q_j‖p_j) for two products over an index, in which statements about both indices serve."""
    fresh = form.terms.index(last)
    of_q, of_p = {**of_q, q.args[1].name: generator(fresh)}, {**of_p, p.args[1].name: generator(fresh)}
    each = _between(form, q.args[0], p.args[0], of_q, of_p)
    bound = {index.name: generator(fresh) for index in (q.args[1], p.args[1])}
    return summed(form.told(each, {**of_p, **bound}, bound), fresh, constant(1), last, form.terms)


def _regrouped(form: NormalForm, q: Any, p: Any, q_values: Values, p_values: Values) -> Ratio:
    """Return KL(q‖p) as the sum over blocks that q and p have alike, or as one term."""
    rules = form.rules
    split = Rule.LAST_FACTOR in rules  # regrouping coordinates leaves a divergence as it is
    of_q, of_p = atoms_at(form, q, q_values, split), atoms_at(form, p, p_values, split)
    if Rule.ADDITIVE in rules and [a.dimension for a in of_q] == [a.dimension for a in of_p]:
        pairs = zip(of_q, of_p, _orders(q, of_q), _orders(p, of_p), strict=True)
        return sum((_opaque_kl(form, (a,), (b,), _order(c, d)) for a, b, c, d in pairs), start=constant(0))
    first, second = (ordered(density, range(density.dimension)) for density in (q, p))
    return _opaque_kl(form, of_q, of_p, _order(first, second))


def _order(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    """Return where the variables of one density stand in the other; () where they stand alike."""
    order = tuple(first.index(place) for place in second)
    return () if order == tuple(sorted(order)) else order


def _orders(density: Any, atoms: tuple[Atom, ...]) -> list[list[int]]:
    """Return for each block which of its variables comes first, second, … in normal form."""
    several = iter(_orders_of_several(density))
    return [[0] if atom.dimension == 1 else next(several) for atom in atoms]


def _orders_of_several(density: Any) -> list[list[int]]:
    """Return the same for the factors of more than one variable: no other has an order."""
    if isinstance(density, Product):
        return [order for factor in density.args for order in _orders_of_several(factor)]
    return [ordered(density, range(density.dimension))] if density.dimension > 1 else []


def _opaque_kl(form: NormalForm, q: tuple[Atom, ...], p: tuple[Atom, ...], order: tuple[int, ...]) -> Ratio:
    tag = ("KL", order, tuple(a.tag for a in q), tuple(a.tag for a in p))
    signed = Sign.NOT_NEGATIVE if Rule.GIBBS in form.rules else Sign.UNKNOWN
    return generator(form.terms.make(tag, *(part for atom in (*q, *p) for part in atom.parts), signed=signed))


def _defined(form: NormalForm, q: Any, p: Any, of_q: Values, of_p: Values) -> Ratio:
    """Return E_q[log q − log p]."""
    fresh = [form.terms.fresh() for _ in range(q.dimension)]
    point = [generator(base) for base in fresh]
    inside = form.log(density_at(form, q, point, of_q)) - form.log(density_at(form, p, point, of_p))
    return Mean(atoms_at(form, q, of_q), ordered(q, fresh), form.terms, form.rules).of(inside)


def entropy(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Read H[q]."""
    (q,) = node.args
    atoms = atoms_at(form, q, values)
    if Rule.ENTROPY not in form.rules:
        tag = ("entropy", *(atom.tag for atom in atoms))
        return generator(form.terms.make(tag, *(part for atom in atoms for part in atom.parts)))
    fresh = [form.terms.fresh() for _ in range(q.dimension)]
    inside = -form.log(density_at(form, q, [generator(base) for base in fresh], values))
    return Mean(atoms, ordered(q, fresh), form.terms, form.rules).of(inside)


def information(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Read I_p(x)."""
    value = form.inside(node.args[0], values)
    if Rule.INFORMATION in form.rules:
        return -form.log(value)
    return generator(form.terms.make(("information",), value))
