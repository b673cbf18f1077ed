"""Which of several equal forms is taken: one that does not change with the names of the symbols bound around it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from .polynomials import Polynomial, Ratio
from .terms import Terms

__all__ = ["least"]


def least(forms: Iterable[Ratio], terms: Terms) -> Ratio:
    """Return the form whose written shape comes first; new symbols have in it the order in which they were made."""
    first, *others = every = list(forms)
    if not others:
        return first
    new = sorted(base for base in terms.depends_of(every) if terms[base].tag[0] == "fresh")
    shapes = {base: f"new {place}" for place, base in enumerate(new)}
    return min(every, key=lambda form: _of_ratio(form, terms, shapes))


def _of_ratio(form: Ratio, terms: Terms, shapes: dict[int, str]) -> str:
    return f"({_of(form.numerator, terms, shapes)})/({_of(form.denominator, terms, shapes)})"


def _of(whole: Polynomial, terms: Terms, shapes: dict[int, str]) -> str:
    def product(monomial: Iterable[tuple[int, Any]]) -> str:
        return "*".join(sorted(f"{_of_base(base, terms, shapes)}^{exponent}" for base, exponent in monomial))

    return "+".join(sorted(f"{coefficient}*{product(monomial)}" for monomial, coefficient in whole.terms.items()))


def _of_base(base: int, terms: Terms, shapes: dict[int, str]) -> str:
    if base not in shapes:
        parts = ",".join(_of_ratio(part, terms, shapes) for part in terms[base].parts)
        shapes[base] = hashlib.sha256(f"{terms[base].tag}[{parts}]".encode()).hexdigest()
    return shapes[base]
