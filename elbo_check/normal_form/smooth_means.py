"""Which means certainly move smoothly with a parameter and what else they are of: E_w of a polynomial does.

E exp(w²/2 − (θ − z)² w²/2) under N(w; 0, 1) is 1/|θ − z|: no root, no logarithm and no quotient is to be seen in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .marginals import atoms_in
from .moderate import Moderate, leaf_of
from .polynomials import Monomial, Ratio, generator
from .terms import Tag, Term, Terms
from .values import atoms_at

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["OpenMean"]

_NONE: frozenset[int] = frozenset()
_UNKNOWN, _FINITE = frozenset({"arbitrary", "member"}), frozenset({"bernoulli", "uniform"})

Values = Mapping[str, Ratio]


@dataclass(frozen=True, slots=True)
class OpenMean:
    """What is under a mean, or an integral, in normal form, with generators for its own variables and for others."""

    terms: Terms
    leaves: tuple[tuple[Tag, tuple[Ratio, ...]], ...]
    inside: Ratio
    blocks: frozenset[int]
    own: frozenset[int]
    others: frozenset[int]

    @classmethod
    def of(cls, form: NormalForm, mean: Any, values: Values, others: Iterable[Any] = ()) -> OpenMean:
        """Read a mean; `others` are variables of means around it."""
        *density, body = mean.args[: mean.body_place + 1]
        outside = {variable.name: form.terms.fresh() for variable in others}
        bound = {variable.name: form.terms.fresh() for variable in mean.bound_symbols}
        values = {**form.values_for(mean, values), **{name: generator(base) for name, base in outside.items()}}
        atoms = [atom for part in density for atom in atoms_at(form, part, values)]
        leaves = tuple(leaf_of(atom.tag, atom.parts, form.terms) for atom in atoms)
        inside = form.inside(body, {**values, **{name: generator(base) for name, base in bound.items()}})
        own, elsewhere = frozenset(bound.values()), frozenset(outside.values())
        blocks = own if any(atom.tag[0] == "iterated" for atom in atoms) else _NONE
        return cls(form.terms, leaves, inside, blocks, own, elsewhere)

    @property
    def kinds(self) -> set[str]:
        """What its densities are; of an integral, nothing."""
        return {tag[0] for tag, _ in self.leaves}

    @property
    def fixed(self) -> frozenset[int]:
        """What the densities that are known depend on."""
        return _NONE.union(*(self.terms.depends_of(parts) for tag, parts in self.leaves if tag[0] not in _UNKNOWN))

    def is_finite(self) -> bool:
        """Whether it runs over a few outcomes."""
        return bool(self.leaves) and self.kinds <= _FINITE

    def is_smooth(self, moving: int) -> bool:
        """Whether it certainly jumps at no place that moves with a parameter and what else it is of.

        So does one over a few outcomes; term by term, one by Gaussians of what is moderate; one of functions and
        densities that are not known, by such densities and Gaussians of positive scale; and one of what does not hold
        both the parameter and another variable, but for what is not known.
        """
        if self.is_finite():
            return True
        held_below = _NONE if self._is_free_below() else self.terms.depends(Ratio(self.inside.denominator))
        within, moderate = _Within(self.terms, self.own), self._moderate(moving, _FINITE | {"gaussian"})
        scales = (scale for tag, parts in self.leaves if tag[0] == "gaussian" for scale in parts[tag[1] :])
        smooth = self.kinds <= _FINITE | _UNKNOWN | {"gaussian"} and all(map(self.terms.is_positive, scales))

        def is_smooth_in(monomial: Monomial) -> bool:
            held = held_below | within.held_by(monomial)
            apart = moving not in self.fixed | held or (self.fixed | held).isdisjoint(self.others)
            return moderate(monomial) or (smooth and not held) or apart

        return all(map(is_smooth_in, self.inside.numerator.terms))

    def is_smooth_jointly(self, moving: int) -> bool:
        """Whether a mean over several variables, taken one by one in some order, jumps at no place that moves.

        What is not known is the author's to say: he grants that all that is under the mean is dominated.
        """
        moderate = self._moderate(moving, _FINITE | _UNKNOWN | {"gaussian"})
        return self.is_finite() or all(moderate(each) or self._is_taken(each, moving) for each in self._monomials())

    def is_moderate(self, moving: int) -> bool:
        """Whether what is known under it has a derivative that is dominated, at every place of a parameter."""
        within, moderate = _Within(self.terms, self.own), self._moderate(moving, _FINITE | _UNKNOWN | {"gaussian"})
        return self.is_finite() or all(moderate(each) or within.holds_unknown(each) for each in self._monomials())

    def _monomials(self) -> Iterable[Monomial]:
        return self.inside.numerator.terms

    def _is_free_below(self) -> bool:
        return all(self.terms.free_of(monomial, self.own) for monomial in self.inside.denominator.terms)

    def _moderate(self, moving: int, kinds: frozenset[str]) -> Callable[[Monomial], bool]:
        """Return whether the mean of a term is one of what is moderate, by densities of these kinds."""
        moderate = Moderate(self.terms, self.own, self.others | {moving})
        by_such = bool(self.leaves) and self.kinds <= kinds and self.fixed.isdisjoint(self.own)
        return lambda monomial: by_such and moderate.has(monomial, self.inside.denominator)

    def _is_taken(self, monomial: Monomial, moving: int) -> bool:
        """Whether the variables can be taken one by one: what holds one holds the parameter, or another, not both."""
        within = _Within(self.terms, self.own)
        held = [within.known_in(base) for base, _ in monomial]
        held += [] if self._is_free_below() else [self.terms.depends(Ratio(self.inside.denominator))]
        left = set(self.own)
        while left:
            for variable in left:
                touched = _NONE.union(*(each for each in held if variable in each))
                if moving not in touched or (variable not in self.blocks and touched & left == {variable}):
                    break
            else:
                return False
            left.remove(variable)
            held = [*(each for each in held if variable not in each), touched - {variable}]
        return True


@dataclass(frozen=True, slots=True)
class _Within:
    """What stands within a mean, by its own variables."""

    terms: Terms
    own: frozenset[int]

    def held_by(self, monomial: Monomial) -> frozenset[int]:
        """Return what the factors depend on that depend on an own variable, but for what is not known."""
        return _NONE.union(*(self._held(*factor) for factor in monomial if not self._free(factor[0])))

    def holds_unknown(self, monomial: Monomial) -> bool:
        """Whether something that is not known is a factor, or stands within one, beside own variables."""
        return any(self._is_unknown_within(base) for base, _ in monomial if not self._free(base))

    def known_in(self, base: int) -> frozenset[int]:
        """Return what a factor depends on; of one in which something is not known, nothing."""
        return _NONE if not self._free(base) and self._is_unknown_within(base) else self.terms[base].depends

    def _is_unknown_within(self, base: int) -> bool:
        term = self.terms[base]
        inner = (each for part in term.parts for each in self.terms.bases(part))
        return self._is_unknown(term) or any(map(self._is_unknown_within, inner))

    def _free(self, base: int) -> bool:
        return self.terms[base].depends.isdisjoint(self.own)

    def _held(self, base: int, exponent: Any) -> frozenset[int]:
        """A whole power of log N(z; θ v, s) is a polynomial, which falls apart; e to it does not: it holds θ and z."""
        term = self.terms[base]
        if term.tag == ("log",) and exponent == int(exponent) and exponent > 0:
            places = Moderate(self.terms, self.own).places_of_gaussian(term.parts[0])
            if places is not None:
                return _NONE.union(*map(self._held_by_terms, places))
        return self._held_within(base)

    def _held_within(self, base: int) -> frozenset[int]:
        """f(w, θ, z) holds nothing that is known, and f((θ − z) w) does: ∫ f((θ − z) w) dw is one over |θ − z|."""
        term = self.terms[base]
        if self._is_unknown(term):
            return _NONE.union(*map(self._held_by_place, term.parts))
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
        return _NONE.union(*held)

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
        return _NONE.union(*map(self.held_by, place.numerator.terms))

    def _is_unknown(self, term: Term) -> bool:
        if term.tag[0] != "value":
            return bool(term.tag[0] == "function")
        return all(leaf_of(tag, parts, self.terms)[0][0] in _UNKNOWN for tag, parts, _ in atoms_in(term))

    def _held_by_place(self, place: Ratio) -> frozenset[int]:
        held = self.terms.depends(place)
        alone = any(place.key == generator(base).key for base in self.own)
        return frozenset() if alone or held.isdisjoint(self.own) else held
