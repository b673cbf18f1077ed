"""Variables that are integrated out: marginals of a density, and single coordinates of a block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .densities import Atom
from .outcome_kinds import kinds_of_outcomes, runs_over
from .polynomials import Ratio, constant, generator
from .terms import Term, Terms

__all__ = ["atoms_in", "drawn_out", "marginal", "upper_of"]


def marginal(
    base: int, variables: Sequence[int], kinds: Sequence[str], terms: Terms, *, at_most: bool = False
) -> Ratio | None:
    """Return ∫ p over the variables, for a density p at a point of which they are coordinates; None if it is not.

    `kinds` says what the variables run over: all that p is over, or a part of that where no more than an upper bound of
    the mass is asked for. The sum of a density of positive numbers over all whole ones is not 1.
    """
    term = terms[base]
    if len(term.tag) != 2 or term.tag[0] != "value":
        return None
    regions = {generator(variable).key: kind for variable, kind in zip(variables, kinds, strict=True)}
    kind, fixed = term.tag[1], len(term.parts)
    point = term.parts[-_dimension(kind) :] if fixed else ()
    elsewhere = terms.depends_of(term.parts[: fixed - len(point)])
    own = zip(point, kinds_of_outcomes(kind, term.parts, terms), strict=True)
    over = [(place.key, of) for place, of in own if place.key in regions]
    kept = [place for place in point if place.key not in regions]
    if not elsewhere.union(terms.depends_of(kept)).isdisjoint(variables):
        return None
    if {key for key, _ in over} != regions.keys() or len(over) != len(regions):
        return None
    if not all(runs_over(regions[key], of, at_most) for key, of in over):
        return None
    if not kept:
        return constant(1)
    if kind[0] != "arbitrary":
        return None
    spaces = tuple(space for space, place in zip(kind[2], point, strict=True) if place.key not in regions)
    given = term.parts[: fixed - len(point)]
    return generator(terms.density([(*kind[:2], spaces, kind[3])], *given, *kept))


def atoms_in(term: Term) -> Iterator[tuple[Any, tuple[Ratio, ...], tuple[Ratio, ...]]]:
    """Yield tag, parameters and point of each independent block of a density at a point."""
    parameters, points = 0, len(term.parts) - sum(map(_dimension, term.tag[1:]))
    for tag in term.tag[1:]:
        (first, after), (start, end) = (parameters, parameters + _parameters(tag)), (points, points + _dimension(tag))
        yield tag, term.parts[first:after], term.parts[start:end]
        parameters, points = after, end


def _parameters(kind: tuple[Any, ...]) -> int:
    if kind[0] == "arbitrary":
        return len(kind[3])
    return kind[1] + kind[1] * (kind[1] + 1) // 2 if kind[0] == "gaussian" else 1


def _dimension(kind: tuple[Any, ...]) -> int:
    if kind[0] == "arbitrary":
        return len(kind[2])
    return int(kind[1]) if kind[0] == "gaussian" else 1


def upper_of(atom: Atom, terms: Terms) -> Ratio:
    """Return the number of coordinates of a block."""
    ((base, _),) = next(iter(atom.parts[0].numerator.terms))
    return terms[base].parts[0]


def drawn_out(
    atoms: tuple[Atom, ...], variables: Sequence[int], body: Ratio, terms: Terms
) -> tuple[tuple[Atom, ...], list[int], Ratio]:
    """Replace a block of which one coordinate alone occurs by the density of that coordinate (Fubini)."""
    kept: list[Atom] = []
    names: list[int] = []
    position = 0
    for block in atoms:
        atom, own = block, list(variables[position : position + block.dimension])
        position += block.dimension
        while atom.at is not None:
            index = _only_coordinate(terms, body, own[0])
            if index is None or not terms.within(index, upper_of(atom, terms)):
                break
            coordinate, fresh = terms.make(("coordinate",), generator(own[0]), index), terms.fresh()
            body = terms.renamed(body, {own[0]: own[0], coordinate: fresh})
            (atom,), own = atom.at(index), [fresh]  # a draw that is a block itself may have a coordinate drawn out
        kept.append(atom)
        names.extend(own)
    return tuple(kept), names, body


def _only_coordinate(terms: Terms, part: Ratio, block: int) -> Ratio | None:
    """Return the index i where z[i] is all that occurs of a block z; None where there is more, or i is bound."""
    found: dict[Any, Ratio] = {}
    if not _coordinates(terms, part, block, found) or len(found) != 1:
        return None
    (index,) = found.values()
    return index if terms.depends(index) <= terms.depends(part) else None


def _coordinates(terms: Terms, part: Ratio, block: int, found: dict[Any, Ratio]) -> bool:
    """Collect the indices at which a block occurs; False if it occurs as a whole."""
    for base in terms.bases(part):
        term = terms[base]
        if block not in term.depends:
            continue
        if term.tag == ("coordinate",) and term.parts[0].key == generator(block).key:
            found[term.parts[1].key] = term.parts[1]
        elif base == block or not all(_coordinates(terms, inner, block, found) for inner in term.parts):
            return False
    return True
