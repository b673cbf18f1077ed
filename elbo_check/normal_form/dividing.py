"""Whether an expression is divided by a density that may be 0: as it is written, or within what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .polynomials import Ratio

if TYPE_CHECKING:
    from .table import Table, Term

__all__ = ["divides", "divides_by_density", "holds_density"]


def divides_by_density(form: Ratio, variables: frozenset[int], terms: Table) -> bool:
    """Whether a form, or a part of it, is divided by what holds a density that may be 0 at some of the variables.

    log q is left alone, as 0·log 0 = 0; e to the power of a logarithm is a density below the line, if it pleases.
    """
    below = {base for monomial in form.numerator.terms for base, exponent in monomial if exponent < 0}
    below |= {base for monomial in form.denominator.terms for base, _ in monomial}
    if any(holds_density(base, variables, terms) for base in below):
        return True
    every = {base for monomial in form.numerator.terms for base, _ in monomial} | below
    return any(divides(terms[base], variables, terms) for base in every)


def divides(term: Term, variables: frozenset[int], terms: Table) -> bool:
    """Whether something within a generator is divided by what holds a density that may be 0."""
    if term.depends.isdisjoint(variables):
        return False
    if term.tag[0] in ("log", "information"):
        return any(_divides_in_log(part, variables, terms) for part in term.parts)
    if term.tag[0] in ("exp", "power"):
        return any(holds_density(base, variables, terms) for part in term.parts for base in _bases(part))
    return any(divides_by_density(part, variables, terms) for part in term.parts)


def _divides_in_log(form: Ratio, variables: frozenset[int], terms: Table) -> bool:
    """Do the same for what stands in a logarithm: a density alone is no divisor there, though its parameters may be."""
    bases = _bases(form)
    if all(terms[base].tag[0] == "value" for base in bases):
        return any(divides(terms[base], variables, terms) for base in bases)
    return divides_by_density(form, variables, terms)


def holds_density(base: int, variables: frozenset[int], terms: Table) -> bool:
    """Whether a generator is a density that may be 0 at some value of the variables, or is made of one."""
    term = terms[base]
    if term.depends.isdisjoint(variables):
        return False
    if term.tag[0] == "value":
        return not all(tag[0] == "gaussian" for tag in term.tag[1:])
    return term.tag[0] == "integral" or any(holds_density(b, variables, terms) for p in term.parts for b in _bases(p))


def _bases(form: Ratio) -> set[int]:
    return {base for part in (form.numerator, form.denominator) for monomial in part.terms for base, _ in monomial}
