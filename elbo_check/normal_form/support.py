"""An expectation as an integral: it runs where its density is above zero and nowhere else, and ∫ runs everywhere.

Where something is divided by a density d, "1/d where d > 0, and 0 elsewhere" is a term of its own. d times that is 1
only where d > 0: nothing is cancelled that vanishes with d. So every E that has a value has that of its integral, and
two of them may be compared; an ∫ that an author wrote is equal to none that divides by a density.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .dividing import divides, holds_density
from .marginals import atoms_in
from .polynomials import Monomial, Polynomial, Ratio, constant, generator, multiply
from .rules import Rule
from .terms import Sign, Term, Terms

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["over_support"]

Kinds = Mapping[int, str]


def over_support(form: NormalForm, density: Any, body: Ratio, weight: Ratio, kinds: Kinds) -> Ratio:
    """Return q·f for the integrand of E_q f; `kinds` says what each variable is.

    q may be cancelled where it vanishes nowhere, or where the law says so, or where what is left vanishes with it, as
    p(x) does with p(x, z). A block of draws may where a density of as many draws is left: ∫ does not say how many.
    """
    terms, everywhere = form.terms, Rule.EVERYWHERE in form.rules
    (own,) = weight.numerator.terms
    total = constant(0)
    for monomial, coefficient in body.numerator.terms.items():
        product = multiply(monomial, own)
        for base, exponent in own:
            net = dict(product).get(base, 0)
            if exponent > 0 >= net and not (_may_go(base, product, form, kinds) or _kept_by(base, product, terms)):
                _note(form, density, everywhere)
                inverse = (_inverse(generator(base), terms), exponent - net)
                product = multiply(product, frozenset({(base, exponent - net), inverse}))
        total = total + Ratio(Polynomial({product: coefficient}))
    integrand = total / Ratio(body.denominator)
    if everywhere:
        return integrand
    result = _guarded(integrand, frozenset(kinds), terms)
    if result.key != integrand.key:
        form.notes[_DIVIDED.format(density=density)] = None
    return result


_OWN = (
    "E over {density} runs where {density} > 0 and f is divided by it: what is said of ∫ needs “multiplying and "
    "dividing by q”, with its condition that q > 0 everywhere, and E[p/q] ≤ 1 needs “mass on the support”"
)
_DIVIDED = (
    "E over {density} is of what is divided by a density that may be 0 there: one E may be turned into another, but "
    "into a written ∫ only where no density vanishes, by “multiplying and dividing by q”"
)
_NOT_EVERYWHERE = (
    "{density} does not run through all that ∫ does: an index ends, and ∫ does not say of how many draws a block is, "
    "unless a density of as many draws is left, as in E[p/q]; for an index write the sum by “mean over an index”"
)


def _note(form: NormalForm, density: Any, everywhere: bool) -> None:
    form.notes[(_NOT_EVERYWHERE if everywhere else _OWN).format(density=density)] = None


def _inverse(part: Ratio, terms: Terms) -> int:
    """Return the generator of 1/d where d is not 0, and 0 where it is."""
    signed = Sign.UNKNOWN if terms.sign(part) is Sign.UNKNOWN else Sign.NOT_NEGATIVE
    return terms.make(("inverse",), part, signed=signed)


def _guarded(whole: Ratio, variables: frozenset[int], terms: Terms) -> Ratio:
    """Return a ratio in which nothing is divided by a density that may be 0, nor cancelled against one."""
    total = constant(0)
    for monomial, coefficient in whole.numerator.terms.items():
        product = constant(coefficient)
        for base, exponent in monomial:
            product = product * _guarded_power(base, exponent, variables, terms)
        total = total + product
    below = Ratio(whole.denominator)
    bases = {base for monomial in whole.denominator.terms for base, _ in monomial}
    if any(holds_density(base, variables, terms) or divides(terms[base], variables, terms) for base in bases):
        return total * generator(_inverse(below, terms))
    return total / below


def _guarded_power(base: int, exponent: Any, variables: frozenset[int], terms: Terms) -> Ratio:
    term = terms[base]
    if exponent < 0 and holds_density(base, variables, terms):
        return generator(_inverse(generator(base), terms), -exponent)
    if not divides(term, variables, terms):
        return generator(base, exponent)
    if term.tag[0] in ("integral", "sum"):
        *ends, body = term.parts
        inside = terms.make(term.tag, *ends, _guarded(body, variables, terms), signed=term.signed, binds=term.binds)
    else:
        inside = terms.make(("where it is defined",), generator(base), signed=term.signed)
    return generator(inside, exponent)


def _may_go(base: int, product: Monomial, form: NormalForm, kinds: Kinds) -> bool:
    """Whether a density may be cancelled: it vanishes nowhere that ∫ runs, at least by the law."""
    return all(_runs_everywhere(*atom, product, form, kinds) for atom in atoms_in(form.terms[base]))


def _runs_everywhere(
    tag: Any, parts: tuple[Ratio, ...], point: tuple[Ratio, ...], product: Monomial, form: NormalForm, kinds: Kinds
) -> bool:
    if tag[0] == "gaussian":
        return True
    if tag[0] == "iterated":
        *_, (leaf, inner) = _blocks(parts[0], form.terms)
        others = _block_densities(product, point[0], form.terms)
        alike = any(_as_many(parts[0], other, form.terms) for other in others)
        return alike and _runs_everywhere(leaf, inner, point, product, form, kinds)
    if Rule.EVERYWHERE not in form.rules or tag[0] == "uniform":
        return False
    return tag[0] != "bernoulli" or (_all_bits(point, kinds) and _strictly_within(parts[0], form.terms))


def _all_bits(point: tuple[Ratio, ...], kinds: Kinds) -> bool:
    return all(kinds.get(base) == "bit" for place in point for base in _bases(place))


def _strictly_within(probability: Ratio, terms: Terms) -> bool:
    return all(terms.sign(part) in (Sign.POSITIVE, Sign.UNIT) for part in (probability, constant(1) - probability))


def _blocks(whole: Ratio, terms: Terms) -> Iterator[tuple[Any, tuple[Ratio, ...]]]:
    """Yield what a block is made of, tag and parameters, from the outermost draws to the innermost."""
    (base,) = _bases(whole)
    tag, parts = terms[base].tag[1], terms[base].parts[1:]
    yield tag, parts
    if tag[0] == "iterated":
        yield from _blocks(parts[0], terms)


def _block_densities(product: Monomial, place: Ratio, terms: Terms) -> Iterator[Ratio]:
    """Yield the blocks whose density at a place is a factor."""
    for base, exponent in product:
        term = terms[base]
        if exponent > 0 and term.tag == ("value", ("iterated",)) and term.parts[1].key == place.key:
            yield term.parts[0]


def _as_many(one: Ratio, other: Ratio, terms: Terms) -> bool:
    """Whether two blocks have as many draws, of the same variables."""
    counts = [[_upper(block, terms).key, *_inner_uppers(block, terms)] for block in (one, other)]
    spaces = [tag[2] for block in (one, other) for tag, _ in _blocks(block, terms) if tag[0] == "arbitrary"]
    return counts[0] == counts[1] and len(set(spaces)) <= 1


def _upper(block: Ratio, terms: Terms) -> Ratio:
    (base,) = _bases(block)
    return terms[base].parts[0]


def _inner_uppers(block: Ratio, terms: Terms) -> list[Any]:
    return [_upper(parts[0], terms).key for tag, parts in _blocks(block, terms) if tag[0] == "iterated"]


def _bases(part: Ratio) -> set[int]:
    return {base for monomial in part.numerator.terms for base, _ in monomial}


def _kept_by(base: int, product: Monomial, terms: Terms) -> bool:
    """Whether a product vanishes with a density: a factor has it as a marginal, or is an integral of such."""
    return any(exponent > 0 and _vanishes_with(other, base, terms) for other, exponent in product)


def _vanishes_with(other: int, base: int, terms: Terms) -> bool:
    term = terms[other]
    if term.tag[0] == "integral":
        return all(_kept_by(base, inside, terms) for inside in term.parts[0].numerator.terms)
    if term.tag == ("inverse",):
        return bool(term.parts[0].key == generator(base).key)
    return _is_marginal(base, other, terms)


def _is_marginal(base: int, other: int, terms: Terms) -> bool:
    """Whether p(x) is a marginal of p(x, z), both at the same x."""
    small, large = terms[base], terms[other]
    if not all(_is_one_density(term) for term in (small, large)):
        return False
    (kind, *of), (kind_of_large, *of_large) = small.tag[1], large.tag[1]
    if (kind, kind_of_large) != ("arbitrary", "arbitrary") or of[0] != of_large[0] or of[2] or of_large[2]:
        return False
    places = {space: part.key for space, part in zip(of_large[1], large.parts, strict=True)}
    return all(places.get(space) == part.key for space, part in zip(of[1], small.parts, strict=True))


def _is_one_density(term: Term) -> bool:
    return len(term.tag) == 2 and term.tag[0] == "value"
