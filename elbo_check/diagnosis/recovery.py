"""Recover, then compare: the formula that a function computes, how it stands to the right ones, what lies between."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .decoders import Spread, decoder_spread
from .fitting import LOOSE, Fit, Fitter
from .floors import floored
from .formula import ONE, Formula, Term, law
from .free_offset import offset_right
from .free_scale import are_told_apart, nearness, scaled_right, weighted_right
from .naming import Explanation, Table
from .neighbours import neighbours_of, one_slip_away, pairs_of
from .parts import PartsTable
from .probing import Kind, Sample, is_constant
from .quantity import Quantity, Right
from .relation import DIFFERENT, Relation, relation_of
from .shares import KNOWN, smallest_share
from .shifting import shifted_right, shifted_wrong
from .sizes import Sizes, fixed_sizes
from .tables import tables_for
from .units import units_of

__all__ = ["UNEXPLAINED", "Recovery", "is_right", "recovered"]

DEEPEST, MOST_SLIPS = 2, 6  # slips of shape that are composed; the scale of the whole comes on top
_HALF = 1e-2  # the rounding of half precision, of which everything is said to be coarse
_ONE_AT_A_TIME = threading.Lock()  # threads that ask about one quantity share its table
_FAR = 100.0  # times the rounding
UNEXPLAINED = 99  # counts as more slips than any explanation has


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a function computes, if it was recognised: the formula, its relation to the right one, the explanations.

    Where it was not, `apart` is how far it is from the nearest right formula, relative to the largest part of a number;
    `unseen` is the share of the smallest part, where that is too little to be told from rounding; `spread` is that of
    the Gaussian decoder of which it is right, where that is another one than was asked for by far. `blur` is by how
    much answers depart from an objective's formula, where that is as little as an epsilon in a small part does.
    """

    kind: Kind
    rights: tuple[Right, ...]
    fixed: Sizes
    fit: Fit | None = None
    relation: Relation = DIFFERENT
    explanations: tuple[Explanation, ...] = ()
    apart: float = 0.0
    unseen: float = 0.0
    spread: Spread | None = None
    blur: float = 0.0
    floor: str = ""

    @property
    def slips(self) -> int:
        """How many slips the nearest explanation needs; a great many where there is none."""
        spread = int(self.kind.spread)
        return self.explanations[0].count + spread if self.explanations else UNEXPLAINED


def is_right(samples: Sequence[Sample], quantity: Quantity, rounding: float) -> bool:
    """Whether a function with these answers computes the quantity itself: a quick look, without any slips."""
    kind = samples[0].kind
    rights = quantity.rights(kind, samples[0].layout)
    fitter = Fitter(samples, quantity.constants)
    if kind.spread:
        return False
    if not quantity.objective:
        return any(fitter.is_within(right.formula, _tolerances(rounding, 1.0)[-1]) for right in rights)
    most = _known(fitter, quantity, rights, rounding)
    if any(fitter.is_within(right.formula, min(rounding, most)) for right in rights):
        return True
    fixed = fixed_sizes([sample.sizes for sample in samples])
    fits = [fitter.fit(terms, rounding) for terms in {right.formula.terms for right in rights}]
    fits.append(_scaled(fitter, [right.formula for right in rights], quantity, [rounding]))
    known = [fit for fit in fits if fit is not None and fit.departure <= most]
    return any(relation_of(fit.formula, rights, fixed).is_global_scale for fit in known)


def recovered(samples: Sequence[Sample], quantity: Quantity, rounding: float) -> Recovery:
    """Return what the function computes that gave these answers, as far as the terms of a quantity can tell."""
    if quantity.parts:
        samples = [replace(sample, kind=Kind(sample.kind.kept)) for sample in samples]  # each part spreads by itself
    kind, layout = samples[0].kind, samples[0].layout
    fixed = fixed_sizes([sample.sizes for sample in samples])
    rights, table = tables_for(quantity, kind, layout, tuple(fixed.items()))
    fitter = Fitter(samples, quantity.constants, units_of(quantity, samples[0], rights))
    formulas = {right.formula.at(fixed): fitter.departure(right.formula) for right in rights}
    nearest, most = min(formulas.values()), _known(fitter, quantity, rights, rounding)
    if most < nearest <= rounding:
        return Recovery(kind, rights, fixed, apart=nearest, unseen=most / KNOWN)
    far = nearest > max(_FAR * rounding, *LOOSE)  # what is nearer may have an epsilon, or a weight of 1.0001
    spread = decoder_spread(fitter, quantity, rights, rounding) if far else None
    if spread and spread.is_told and _scaled(fitter, formulas, quantity, _tolerances(rounding, most)) is None:
        return Recovery(kind, rights, fixed, None, _nearest(fitter, rights), (), nearest, spread=spread)
    fits = _fits(fitter, formulas, table, quantity, _tolerances(rounding, most))
    if is_constant(samples):  # more terms would tell no more
        fits = iter([fitter.fit((), rounding)])
    fit = next((fit for fit in fits if fit is not None and fit.departure <= most), None)
    told = _told(kind, rights, fixed, fit, table, quantity) if fit is not None else None
    is_sharp = fit is not None and fit.tolerance <= rounding
    if quantity.places and not (is_sharp and told is not None and _is_right(told.relation, quantity)):
        fit = _with_epsilon(fitter, told, list(formulas), table, quantity, rounding)
        told = told if fit is None or fit.departure > most else _told(kind, rights, fixed, fit, table, quantity)
    if told is not None:
        return told
    floor = floored(fitter, quantity, rights, rounding)
    if floor is not None:
        free_bits = Explanation((("free-bits",),), law(1), floor.right)
        apart = Relation("different", rights[floor.right])
        return Recovery(kind, rights, fixed, floor.fit, apart, (free_bits,), nearest, floor=floor.words)
    return Recovery(kind, rights, fixed, None, _nearest(fitter, rights), (), nearest)


def _nearest(fitter: Fitter, rights: Sequence[Right]) -> Relation:
    return Relation("different", min(rights, key=lambda right: nearness(fitter, right.formula)))


def _known(fitter: Fitter, quantity: Quantity, rights: Sequence[Right], rounding: float) -> float:
    """Return how far a formula may be from the answers and still tell of every part; half precision is told apart."""
    return KNOWN * smallest_share(fitter, quantity, rights) if quantity.parts and rounding < _HALF else 1.0


def _scaled(fitter: Fitter, rights: Iterable[Formula], quantity: Quantity, tolerances: Sequence[float]) -> Fit | None:
    """Return a right formula times any number; None where two numbers, one a part, are told apart and do better."""
    found = scaled_right(fitter, rights, tolerances, any_number=quantity.objective)
    weighted = weighted_right(fitter, pairs_of(quantity, fitter), found.tolerance) if found is not None else None
    return None if found is not None and are_told_apart(fitter, weighted, found) else found


def _fits(
    fitter: Fitter,
    rights: Mapping[Formula, float],
    table: Table | PartsTable,
    quantity: Quantity,
    tolerances: Sequence[float],
) -> Iterator[Fit | None]:
    """Yield fits: right formulas as they stand and their terms under every tolerance, then all others, sharply first.

    A right formula is compared before coefficients are read off, so that no misreading stands between it and its name.
    """
    near = list(table.term_sets(0))
    for tolerance in tolerances:
        yield from (Fit(right, apart, tolerance) for right, apart in rights.items() if apart <= tolerance)
        yield from (fitter.fit(terms, tolerance) for terms in near)
    yield _scaled(fitter, rights, quantity, tolerances[:1])
    yield weighted_right(fitter, pairs_of(quantity, fitter), tolerances[0])
    yield offset_right(fitter, rights, tolerances[0]) if quantity.objective else None
    for tolerance in tolerances:
        yield from (fitter.fit(terms, tolerance) for terms in _term_sets(table, quantity) if terms not in near)
    if isinstance(table, Table):  # in long sums of many categories, and in half precision, coefficients cannot be told
        yield _among_the_known(fitter, table, quantity, tolerances[0])
    yield _scaled(fitter, rights, quantity, tolerances[1:])


def _among_the_known(fitter: Fitter, table: Table, quantity: Quantity, rounding: float) -> Fit | None:
    """Return a formula one slip and one scale away that gives the answers, where coefficients cannot be told."""
    for formula in one_slip_away(table, quantity, fitter):
        if fitter.is_within(formula, rounding):
            return Fit(formula, fitter.departure(formula), rounding)
    return None


def _is_right(relation: Relation, quantity: Quantity) -> bool:
    return relation.is_global_scale if quantity.objective else relation.name == "equal"


def _with_epsilon(
    fitter: Fitter,
    told: Recovery | None,
    rights: Sequence[Formula],
    table: Table | PartsTable,
    quantity: Quantity,
    rounding: float,
) -> Fit | None:
    """Return a formula with numbers added to σ or σ² that tells more; no large ones in place of a known constant."""
    explained = told is not None and (bool(told.explanations) or _is_right(told.relation, quantity))
    exact = told is not None and told.fit is not None and told.fit.tolerance <= rounding
    offset = exact and told is not None and told.relation.name == "offset"
    fit = shifted_right(fitter, rights, quantity.places, rounding, recognised=exact and (explained or offset))
    if fit is None and not explained:
        _deepen(table, 1)
        fit = shifted_wrong(fitter, neighbours_of(table, quantity, fitter, rounding), quantity.places, rounding)
    return fit if fit is None or fit.is_harmless or not offset else None


def _tolerances(rounding: float, most: float) -> list[float]:
    return [rounding, *dict.fromkeys(min(loose, most) for loose in LOOSE if min(loose, most) > rounding)]


def _term_sets(table: Table | PartsTable, quantity: Quantity) -> Iterator[frozenset[Term]]:
    """Yield sets of terms, nearest to the right formula first, each once; the wide ones last."""
    seen: set[frozenset[Term]] = set()
    for depth in range(DEEPEST + 1):
        _deepen(table, depth)
        for terms in list(table.term_sets(depth)):
            if terms not in seen:
                seen.add(terms)
                yield terms
    yield from (table.wide() if isinstance(table, PartsTable) else quantity.wide)


def _deepen(table: Table | PartsTable, depth: int) -> None:
    with _ONE_AT_A_TIME:
        while table.depth < depth:
            table.deepen()


def _told(
    kind: Kind, rights: tuple[Right, ...], fixed: Sizes, fit: Fit, table: Table | PartsTable, quantity: Quantity
) -> Recovery:
    named = fit.formula.coefficients.keys() - {ONE}
    most = MOST_SLIPS if fit.formula.terms else 2 if named else 1  # many slips lead from anything to a constant
    explanations, depth = table.explanations(fit.formula, quantity.scales, most, 0), 0
    while depth < min(DEEPEST, explanations[0].count if explanations else DEEPEST, most):
        depth += 1
        _deepen(table, depth)
        explanations = table.explanations(fit.formula, quantity.scales, most, depth)
    relation = relation_of(fit.formula, rights, fixed)
    if relation.name == "offset" and relation.right and not explanations and not quantity.objective:
        explanations = [Explanation((("wrong-constant",),), law(1), rights.index(relation.right))]
    if relation.name == "different" and explanations:
        relation = Relation("different", rights[explanations[0].right])
    return Recovery(kind, rights, fixed, fit, relation, tuple(explanations))
