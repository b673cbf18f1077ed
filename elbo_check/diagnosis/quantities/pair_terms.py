"""The terms of the KL of two Gaussians, and what slips do to the factors of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..formula import Law
from ..naming import Edit
from .factors import SAME, Factor, Factors, Product, everywhere, product_of, raw_factor, times
from .functions import DIFFERENCE, base_of
from .seconds import Second, log_ratio

__all__ = ["AXES", "SQUARED", "Pair", "is_square"]

AXES = ("B", "d")
MEANS = ("mean_q", "mean_p")
SQUARED: Factors = {Factor(DIFFERENCE, MEANS): Fraction(2)}


def is_square(term: Product) -> bool:
    """Whether a term holds a mean.

    >>> is_square(times(SQUARED))
    True
    """
    return any(role in MEANS for factor, _ in term.factors for role in factor.roles)


@dataclass(frozen=True, slots=True)
class Pair:
    """What the second arguments of the two Gaussians hold; the terms of the KL, and edits of their factors."""

    q: Second
    p: Second

    @property
    def role_q(self) -> str:
        """The role of the second argument of q."""
        return f"{self.q.role}_q"

    @property
    def role_p(self) -> str:
        """The role of the second argument of p."""
        return f"{self.p.role}_p"

    @property
    def roles(self) -> tuple[str, str]:
        """The roles of the two second arguments."""
        return self.role_q, self.role_p

    @property
    def sides(self) -> tuple[tuple[Second, str], tuple[Second, str]]:
        """What each second argument holds, and its role."""
        return (self.q, self.role_q), (self.p, self.role_p)

    @property
    def square(self) -> Product:
        """(μ_q − μ_p)²/σ_p²."""
        return times(SQUARED, raw_factor(self.p.variance, self.role_p, -1))

    @property
    def square_over_q(self) -> Product:
        """(μ_q − μ_p)²/σ_q², which is not in the KL."""
        return times(SQUARED, raw_factor(self.q.variance, self.role_q, -1))

    @property
    def ratio(self) -> Product:
        """σ_q²/σ_p²."""
        return times(raw_factor(self.q.variance, self.role_q), raw_factor(self.p.variance, self.role_p, -1))

    @property
    def log_q(self) -> Product:
        """The function whose multiple log σ_q² is."""
        return times(raw_factor(self.q.log, self.role_q))

    @property
    def log_p(self) -> Product:
        """The function whose multiple log σ_p² is."""
        return times(raw_factor(self.p.log, self.role_p))

    def is_log(self, term: Product) -> bool:
        """Whether a term is one of the two logarithms."""
        return term in (self.log_q, self.log_p)

    def misread(
        self, side: int, other: Second, spread: Callable[[Product], bool] | None, *, logarithm: bool
    ) -> Callable[[Product], tuple[Product, Law]]:
        """Return the change that reads a second argument as another: in chosen spreads, in its logarithm."""
        held, role = self.sides[side]
        (base, exponent), (new, power) = base_of(held.variance), base_of(other.variance)
        own, factor = (self.log_q, self.log_p)[side], log_ratio(held, other)

        def change(term: Product) -> tuple[Product, Law]:
            if term == own:
                return (times(raw_factor(other.log, role)), factor) if logarithm else (term, SAME)
            if spread is None or not spread(term):
                return term, SAME
            old = Factor(base, (role,))
            factors = [(Factor(new, (role,)), p * power / exponent) if f == old else (f, p) for f, p in term.factors]
            return product_of(factors), SAME

        return change

    def powered(
        self, sides: tuple[int, ...], chosen: Callable[[Product], bool], power: Fraction | int, shift: int = 0
    ) -> Edit:
        """Return the edit that raises the spreads of some sides to a power, then multiplies by σ² to the `shift`."""
        bases = {
            Factor(base_of(s.variance)[0], (role,)): base_of(s.variance)[1]
            for s, role in (self.sides[i] for i in sides)
        }

        def change(term: Product) -> tuple[Product, Law]:
            if self.is_log(term) or not chosen(term):
                return term, SAME
            return product_of((f, p * power + shift * bases[f] if f in bases else p) for f, p in term.factors), SAME

        return everywhere(change)

    def reversed(self, term: Product) -> tuple[Product, Law] | None:
        """Exchange q and p in a term."""
        if self.is_log(term):
            side = (self.log_q, self.log_p).index(term)
            held, other = (self.q, self.p) if side == 0 else (self.p, self.q)
            return (self.log_p if side == 0 else self.log_q), log_ratio(held, other)
        found = [self._exchanged(factor, power) for factor, power in term.factors]
        if not all(found):
            return None
        return product_of(each for each in found if each is not None), SAME

    def _exchanged(self, factor: Factor, power: Fraction) -> tuple[Factor, Fraction] | None:
        if len(factor.roles) > 1:
            return (factor, power) if set(factor.roles) == set(MEANS) else None
        (role,) = factor.roles
        if role in MEANS:
            return Factor(factor.function, (MEANS[1 - MEANS.index(role)],)), power
        side = (self.role_q, self.role_p).index(role)
        (held, _), (other, new) = self.sides[side], self.sides[1 - side]
        for raw, same in ((held.variance, other.variance), (held.log, other.log)):
            base, exponent = base_of(raw)
            if factor.function == base:
                into, by = base_of(same)
                return Factor(into, (new,)), power * by / exponent
        return None
