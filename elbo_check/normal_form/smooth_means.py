"""Which means certainly move smoothly with a parameter and what else they are of: E_w of a polynomial does.

E exp(w²/2 − (θ − z)² w²/2) under N(w; 0, 1) is 1/|θ − z|: no root, no logarithm and no quotient is to be seen in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .marginals import atoms_in
from .polynomials import Monomial, Ratio, generator
from .terms import Tag, Term, Terms
from .values import atoms_at

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["is_smooth"]

_UNKNOWN, _FINITE = frozenset({"arbitrary", "member"}), frozenset({"bernoulli", "uniform"})

Values = Mapping[str, Ratio]


def is_smooth(form: NormalForm, mean: Any, moving: int, others: Iterable[Any], values: Values) -> bool:
    """Whether a mean, or an integral, of smooth functions certainly jumps at no place that moves with a parameter.

    So does one over a few outcomes; term by term, one by Gaussians of a polynomial times e to an affine power; one of
    functions and densities that are not known, by such densities and Gaussians of positive scale; and one of what does
    not hold both the parameter and another variable, but for what is not known.
    """
    *density, body = mean.args[: mean.body_place + 1]
    outside = {variable.name: form.terms.fresh() for variable in others}
    bound = {variable.name: form.terms.fresh() for variable in mean.bound_symbols}
    values = {**form.values_for(mean, values), **{name: generator(base) for name, base in outside.items()}}
    leaves = [_leaf(a.tag, a.parts, form.terms) for part in density for a in atoms_at(form, part, values)]
    kinds = {tag[0] for tag, _ in leaves}
    if kinds and kinds <= _FINITE:
        return True
    own = frozenset(bound.values())
    inside = form.inside(body, {**values, **{name: generator(base) for name, base in bound.items()}})
    within = _Within(form.terms, own)
    fixed = frozenset().union(*(form.terms.depends_of(parts) for tag, parts in leaves if tag[0] not in _UNKNOWN))
    is_free = all(form.terms.free_of(monomial, own) for monomial in inside.denominator.terms)
    below = frozenset[int]() if is_free else form.terms.depends(Ratio(inside.denominator))
    elsewhere = frozenset(outside.values())
    gaussian = bool(kinds) and kinds <= _FINITE | {"gaussian"} and fixed.isdisjoint(own) and is_free
    smooth = kinds <= _FINITE | _UNKNOWN | {"gaussian"} and all(map(form.terms.is_positive, _scales(leaves)))

    def is_smooth_in(monomial: Monomial) -> bool:
        held = below | within.held_by(monomial)
        of_moments = gaussian and within.has_moments(monomial)
        return of_moments or (smooth and not held) or _apart(fixed | held, moving, elsewhere)

    return all(map(is_smooth_in, inside.numerator.terms))


def _apart(held: frozenset[int], moving: int, others: frozenset[int]) -> bool:
    return moving not in held or held.isdisjoint(others)


def _scales(leaves: Iterable[tuple[Tag, tuple[Ratio, ...]]]) -> Iterable[Ratio]:
    return (scale for tag, parts in leaves if tag[0] == "gaussian" for scale in parts[tag[1] :])


def _leaf(tag: Tag, parts: tuple[Ratio, ...], terms: Terms) -> tuple[Tag, tuple[Ratio, ...]]:
    """Return tag and parameters of a density; of draws, those of one of them."""
    if tag[0] != "iterated":
        return tag, parts
    (block,) = terms.bases(parts[0])
    return _leaf(terms[block].tag[1], terms[block].parts[1:], terms)


@dataclass(frozen=True, slots=True)
class _Within:
    """What stands within a mean, by its own variables."""

    terms: Terms
    own: frozenset[int]

    def held_by(self, monomial: Monomial) -> frozenset[int]:
        """Return what the factors depend on that depend on an own variable, but for what is not known."""
        return frozenset().union(*(self._held(*factor) for factor in monomial if not self._free(factor[0])))

    def _free(self, base: int) -> bool:
        return self.terms[base].depends.isdisjoint(self.own)

    def _held(self, base: int, exponent: Any) -> frozenset[int]:
        """A whole power of log N(z; θ v, s) is a polynomial, which falls apart; e to it does not: it holds θ and z."""
        term = self.terms[base]
        if term.tag == ("log",) and exponent == int(exponent) and exponent > 0:
            places = self._places_of_gaussian(term.parts[0])
            if places is not None:
                return frozenset().union(*map(self._held_by_terms, places))
        return self._held_within(base)

    def _held_within(self, base: int) -> frozenset[int]:
        """f(w, θ, z) holds nothing that is known, and f((θ − z) w) does: ∫ f((θ − z) w) dw is one over |θ − z|."""
        term = self.terms[base]
        if self._is_unknown(term):
            return frozenset().union(*map(self._held_by_place, term.parts))
        if term.tag in (("log",), ("exp",), ("information",)):
            return self._held_by_argument(term.parts[0], is_of_product=term.tag != ("exp",))
        return term.depends

    def _held_by_argument(self, part: Ratio, *, is_of_product: bool) -> frozenset[int]:
        """What is not known holds all that it depends on beside what is: e^(θ f(w, z)) holds z, as e^(θ z w) does.

        The logarithm of a product is a sum, in which they stand apart.
        """
        bases = self.terms.bases(part)
        unknown = [base for base in bases if not self._free(base) and self._hides_unknown(base)]
        known = (base for base in bases if base not in unknown)
        held = [self.terms[base].depends if self._free(base) else self._held_within(base) for base in known]
        is_apart = not held or (is_of_product and len(part.numerator.terms) == len(part.denominator.terms) == 1)
        held += [self._held_within(base) if is_apart else self.terms[base].depends for base in unknown]
        return frozenset().union(*held)

    def _hides_unknown(self, base: int) -> bool:
        """Whether something unknown stands in a factor, however deep: w² (1 − e^f)² couples w and f as w² f² does."""
        term = self.terms[base]
        if term.tag not in (("log",), ("exp",), ("information",)):
            return self._is_unknown(term)
        return any(self._hides_unknown(inner) for inner in self.terms.bases(term.parts[0]) if not self._free(inner))

    def _held_by_terms(self, place: Ratio) -> frozenset[int]:
        """A Gaussian log N(z; θ v, s) is a polynomial in z and θ v: no term of it holds both θ and z in a factor."""
        if not all(self.terms.free_of(monomial, self.own) for monomial in place.denominator.terms):
            return self.terms.depends(place)
        return frozenset().union(*map(self.held_by, place.numerator.terms))

    def _is_unknown(self, term: Term) -> bool:
        if term.tag[0] != "value":
            return bool(term.tag[0] == "function")
        return all(_leaf(tag, parts, self.terms)[0][0] in _UNKNOWN for tag, parts, _ in atoms_in(term))

    def _held_by_place(self, place: Ratio) -> frozenset[int]:
        held = self.terms.depends(place)
        alone = any(place.key == generator(base).key for base in self.own)
        return frozenset() if alone or held.isdisjoint(self.own) else held

    def has_moments(self, monomial: Monomial) -> bool:
        """Whether the own variables occur in powers, and in e to what is affine in them."""
        return all(self._has_moments(base, exponent) for base, exponent in monomial if not self._free(base))

    def _has_moments(self, base: int, exponent: Any) -> bool:
        term = self.terms[base]
        if term.tag == ("exp",):
            return self._degree(term.parts[0]) in (0, 1)
        return exponent == int(exponent) and exponent > 0 and self._degree_of(base) is not None

    def _degree(self, part: Ratio) -> int | None:
        """Return the degree of a polynomial in the own variables; None for what is none."""
        if not all(self.terms.free_of(monomial, self.own) for monomial in part.denominator.terms):
            return None
        return _largest(self._degree_of_product(monomial) for monomial in part.numerator.terms)

    def _degree_of_product(self, monomial: Monomial) -> int | None:
        total = 0
        for base, exponent in monomial:
            degree = 0 if self._free(base) else self._degree_of(base)
            if degree is None or (degree and (exponent < 0 or exponent != int(exponent))):
                return None
            total += degree * int(exponent)
        return total

    def _degree_of(self, base: int) -> int | None:
        term = self.terms[base]
        if base in self.own:
            return 1
        if term.tag in (("coordinate",), ("sum",)):
            whole, rest = (0, term.parts[1:]) if term.tag == ("coordinate",) else (-1, term.parts[:-1])
            return self._degree(term.parts[whole]) if self.terms.depends_of(rest).isdisjoint(self.own) else None
        if term.tag == ("log",):
            return self._degree_of_log(term.parts[0])
        return None

    def _degree_of_log(self, part: Ratio) -> int | None:
        """Return the degree of the logarithm of a Gaussian density, of which the scales do not move."""
        places = self._places_of_gaussian(part)
        degree = None if places is None else _largest(map(self._degree, places))
        return None if degree is None else 2 * degree

    def _places_of_gaussian(self, part: Ratio) -> list[Ratio] | None:
        """Return the means and the point of a Gaussian density, of which the scales do not move; None for another."""
        (base, *more) = self.terms.bases(part)
        term = self.terms[base]
        if more or part.key != generator(base).key or term.tag[0] != "value":
            return None
        places: list[Ratio] = []
        for tag, parameters, point in atoms_in(term):
            leaf, parts = _leaf(tag, parameters, self.terms)
            if leaf[0] != "gaussian" or not self.terms.depends_of(parts[leaf[1] :]).isdisjoint(self.own):
                return None
            places += [*parts[: leaf[1]], *point]
        return places


def _largest(degrees: Iterable[int | None]) -> int | None:
    every = list(degrees)
    return max((degree for degree in every if degree is not None), default=0) if None not in every else None
