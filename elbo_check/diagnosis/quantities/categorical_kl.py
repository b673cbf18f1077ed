"""KL(q ‖ uniform) of a categorical q, which is held as probabilities, logits or log probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import sympy

from ..edits import constant_slips, exchanged, flipped
from ..formula import ONE, Formula, Law, Term, law
from ..naming import Edit, Slip
from ..quantity import Count, Quantity
from .categorical_edges import uniform_edges
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
from .factors import Factors, Product, raw_factor

__all__ = ["categorical_kl"]

LOG_K = Term("log K", (), lambda n: math.log(n["K"]), lambda s: sympy.log(s["K"]), constant=True)
LOG2_K = Term("log2 K", (), lambda n: math.log2(n["K"]), lambda s: sympy.log(s["K"], 2), constant=True)


def categorical_kl(role: str) -> Quantity:
    """Return the quantity Σ_k q_k log q_k + log K, for an argument that holds q in this way; one a sample, or many."""
    one, many = (_along(role, axes) for axes in LAID_OUT)
    return replace(one, otherwise=(many,))


def _along(role: str, axes: tuple[str, ...]) -> CategoricalQuantity:
    terms, places = _Terms(CATEGORIES[role], axes), axes[:-1]
    return CategoricalQuantity(
        name="categorical-kl",
        said=lambda n: f"KL(q ‖ uniform){number_words(axes)}, q in {n[role]} ({terms.held.words})",
        theorems=(),
        axes={role: axes},
        draw=drawn({role: terms.held}, axes),
        formula=Formula.of({terms.entropy: law(1)}),
        counts=(Count(LOG_K, places, law(1)), Count(LOG2_K, places, Law())),
        slips=list(_slips(terms)),
        scales=CATEGORICAL_SCALES,
        wide=_wide(terms),
        only_positive=drawn({role: terms.held}, axes, positive=True),
        simple={role: terms.held.simple} if terms.held.simple else {},
        edges=uniform_edges(role, axes),
        single=(Formula.of({terms.entropy: law(1), terms.uniform: law(1)}),),
    )


class _Terms:
    """The terms of a KL to the uniform distribution under one reading."""

    def __init__(self, held: Held, axes: tuple[str, ...]) -> None:
        self.held, self.axes, role = held, axes, held.role
        self.q, self.log_q = raw_factor(held.weight, role), raw_factor(held.log, role)
        self.weight, self.log = self.product(self.q), self.product(self.log_q)
        self.entropy = self.product(self.q, self.log_q)
        self.square = self.product(self.q, self.q)
        self.log_k = raw_factor("log K", role)
        self.uniform = self.product(self.q, self.log_k)

    def product(self, *several: Factors) -> Product:
        """Return a term over the same places."""
        return product(*several, axes=self.axes)


def _slips(terms: _Terms) -> Iterator[Slip]:
    entropy, uniform = terms.entropy, terms.uniform
    yield "wrong-sign", flipped
    yield from constant_slips({"B": "wrong-constant", "G": "missing-dim-term"})
    yield "missing-constant", exchanged([(uniform, uniform, Law())])
    yield from _of_constant(terms)
    alone = [(LOG_K, LOG_K, Law()), (uniform, uniform, Law())]
    yield "missing-log", exchanged([(entropy, terms.square, law(1, K=1)), *alone])
    yield "missing-log", exchanged([(entropy, terms.square, law(1))])
    for slug in ("reversed-kl", "argument-order"):
        share = law(-1, K=-1)
        yield slug, exchanged([(entropy, terms.log, share), (LOG_K, LOG_K, law(-1)), (uniform, LOG_K, share)])
    yield (
        "missing-weights",
        exchanged([(entropy, terms.log, law(1)), (LOG_K, LOG_K, law(1, K=1)), (uniform, LOG_K, law(1))]),
    )
    bits, in_bits = (terms.product(terms.q, raw_factor(raw, terms.held.role)) for raw in (terms.held.bits, "log2 K"))
    yield "wrong-log-base", exchanged([(entropy, bits, law(1))])
    yield "wrong-log-base", exchanged([(entropy, bits, law(1)), (LOG_K, LOG2_K, law(1)), (uniform, in_bits, law(1))])
    yield from _misreadings(terms)


def _of_constant(terms: _Terms) -> Iterator[Slip]:
    """The constant log K, or its share in a category, is something else."""
    uniform, weight = terms.uniform, terms.weight
    yield "prob-instead-of-logprob", exchanged([(LOG_K, ONE, law(-1, K=-1)), (uniform, weight, law(-1, K=-1))])
    yield "missing-log", exchanged([(LOG_K, ONE, law(1, K=1)), (uniform, weight, law(1, K=1))])
    yield "misplaced-parenthesis", exchanged([(LOG_K, LOG_K, law(1, K=1)), (uniform, LOG_K, law(1))])
    yield "wrong-constant", exchanged([(LOG_K, LOG_K, law(1, K=-1)), (uniform, uniform, law(1, K=-1))])


def _misreadings(terms: _Terms) -> Iterator[Slip]:
    for slug, other in readings_of(terms.held):
        for weight, log in ((True, True), (True, False), (False, True)):
            edit = reread(terms.held.role, terms.held, other, terms.axes, weight=weight, log=log)
            yield slug, edit
            if weight and other.short != "logits":
                yield slug, _weighted(edit, terms, other)


def _weighted(edit: Edit, terms: _Terms, other: Held) -> Edit:
    """Return an edit after which log K is weighted by what does not add up to 1, as in Σ w_k (log w_k + log K)."""
    weighted = terms.product(raw_factor(other.weight, terms.held.role), terms.log_k)

    def both(formula: Formula) -> Iterator[Formula]:
        if formula[LOG_K]:
            for changed in edit(formula):
                yield changed.with_terms({LOG_K: Law(), weighted: formula[terms.entropy]})

    return both


def _wide(terms: _Terms) -> list[frozenset[Term]]:
    """Return larger sets of terms for functions that no few slips explain."""
    role = terms.held.role
    cross = terms.product(terms.log_q, terms.log_q)
    plain = [terms.product(raw_factor("s", role, power)) for power in (1, 2)]
    return [
        frozenset((terms.entropy, terms.log, terms.square)),
        frozenset((terms.entropy, cross, terms.square)),
        frozenset((terms.entropy, terms.weight, terms.square, terms.log)),
        frozenset((terms.entropy, *plain)),
    ]
