"""KL(q ‖ p) of two categorical distributions, each held as probabilities, logits or log probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..edits import exchanged, flipped
from ..formula import Formula, Law, Term, law
from ..naming import Edit, Slip
from ..quantity import Quantity
from .categorical_edges import pair_edges
from .categories import (
    CATEGORICAL_SCALES,
    CATEGORIES,
    LAID_OUT,
    CategoricalQuantity,
    Held,
    drawn,
    number_words,
    product,
    readings_of,
    reread,
)
from .factors import SAME, Factor, Factors, Product, everywhere, product_of, raw_factor

__all__ = ["categorical_kl_pair"]


def categorical_kl_pair(role_q: str, role_p: str) -> Quantity:
    """Return the quantity Σ_k q_k (log q_k − log p_k), for what the two arguments hold; one a sample, or many."""
    one, many = (_along(role_q, role_p, axes) for axes in LAID_OUT)
    return replace(one, otherwise=(many,))


def _along(role_q: str, role_p: str, axes: tuple[str, ...]) -> CategoricalQuantity:
    terms = _Terms(role_q, role_p, axes)
    held = {role_q: terms.q.held, role_p: terms.p.held}
    right = Formula.of({terms.entropy: law(1), terms.cross: law(-1)})
    return CategoricalQuantity(
        name="categorical-kl-pair",
        said=lambda n: (
            f"KL(q ‖ p){number_words(axes)}, "
            f"q in {n[role_q]} ({held[role_q].words}), p in {n[role_p]} ({held[role_p].words})"
        ),
        theorems=(),
        axes=dict.fromkeys(held, axes),
        draw=drawn(held, axes),
        formula=right,
        counts=(),
        slips=list(_slips(terms)),
        scales=CATEGORICAL_SCALES,
        wide=_wide(terms),
        only_positive=drawn(held, axes, positive=True),
        simple={role: each.simple for role, each in held.items()} if all(each.simple for each in held.values()) else {},
        edges=pair_edges(role_q, role_p, axes),
        single=(right, right + Formula.of({terms.q.weight: law(-1), terms.p.weight: law(1)})),
    )


class _Side:
    """One of the two distributions: the factors of its terms."""

    def __init__(self, role: str, axes: tuple[str, ...]) -> None:
        self.role, self.held = role, CATEGORIES[role[:-2]]
        self.factor, self.log_factor = raw_factor(self.held.weight, role), raw_factor(self.held.log, role)
        self.weight, self.log = product(self.factor, axes=axes), product(self.log_factor, axes=axes)


class _Terms:
    """The terms of the KL of two categorical distributions under two readings."""

    def __init__(self, role_q: str, role_p: str, axes: tuple[str, ...]) -> None:
        self.axes, self.q, self.p = axes, _Side(role_q, axes), _Side(role_p, axes)
        self.entropy = self.product(self.q.factor, self.q.log_factor)
        self.cross = self.product(self.q.factor, self.p.log_factor)

    def product(self, *several: Factors) -> Product:
        """Return a term over the same places."""
        return product(*several, axes=self.axes)

    def reversed(self, term: Product) -> tuple[Product, Law] | None:
        """Exchange q and p in a term; None for functions that only a misread argument has."""
        q, p = self.q, self.p
        known = {}
        for one, two in ((q, p), (p, q)):
            known[Factor(one.held.weight, (one.role,))] = Factor(two.held.weight, (two.role,))
            known[Factor(one.held.log, (one.role,))] = Factor(two.held.log, (two.role,))
        if any(factor not in known for factor, _ in term.factors):
            return None
        return product_of(((known[factor], power) for factor, power in term.factors), self.axes), SAME


def _slips(terms: _Terms) -> Iterator[Slip]:
    q, p, entropy, cross = terms.q, terms.p, terms.entropy, terms.cross
    square, mixed = terms.product(q.factor, q.factor), terms.product(q.factor, p.factor)
    ratio = terms.product(q.factor, q.factor, {f: -power for f, power in p.factor.items()})
    yield "wrong-sign", flipped
    for slug in ("reversed-kl", "argument-order"):
        yield slug, everywhere(terms.reversed)
    yield "missing-log", exchanged([(entropy, ratio, law(1)), (cross, cross, Law())])
    yield "missing-log", exchanged([(entropy, square, law(1))])
    yield "missing-log", exchanged([(entropy, square, law(1)), (cross, mixed, law(1))])
    for slug in ("prob-instead-of-logprob", "kldiv-input-not-log"):
        yield slug, exchanged([(cross, mixed, law(1))])
    yield "missing-entropy-term", exchanged([(entropy, entropy, Law())])
    yield "prior-ignored", exchanged([(cross, cross, Law())])
    yield "missing-weights", exchanged([(entropy, q.log, law(1)), (cross, p.log, law(1))])
    bits = [terms.product(q.factor, raw_factor(side.held.bits, side.role)) for side in (q, p)]
    yield "wrong-log-base", exchanged([(entropy, bits[0], law(1)), (cross, bits[1], law(1))])
    yield from _misreadings(terms)


def _misreadings(terms: _Terms) -> Iterator[Slip]:
    parts = ((True, True), (True, False), (False, True))
    for side in (terms.q, terms.p):
        for slug, other in readings_of(side.held):
            for weight, log in parts:
                yield slug, reread(side.role, side.held, other, terms.axes, weight=weight, log=log)
    if terms.q.held == terms.p.held:
        for slug, other in readings_of(terms.q.held):
            for weight, log in ((True, True), (False, True)):
                yield slug, _of_both(terms, other, weight=weight, log=log)


def _of_both(terms: _Terms, other: Held, *, weight: bool, log: bool) -> Edit:
    one, two = (reread(side.role, side.held, other, terms.axes, weight=weight, log=log) for side in (terms.q, terms.p))
    return lambda formula: [changed for between in one(formula) for changed in two(between)]


def _wide(terms: _Terms) -> list[frozenset[Term]]:
    """Return larger sets of terms for functions that no few slips explain."""
    q, p = terms.q, terms.p
    basic = (terms.entropy, terms.cross)
    other = (terms.product(p.factor, p.log_factor), terms.product(p.factor, q.log_factor))
    squares = (terms.product(q.factor, q.factor), terms.product(q.factor, p.factor), terms.product(p.factor, p.factor))
    return [frozenset((*basic, *other)), frozenset((*basic, *squares)), frozenset((*basic, q.log, p.log))]
