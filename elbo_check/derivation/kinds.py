"""One kind of number a space: what is read where z is positive says nothing of a z that is real."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import DerivationError
from ..nodes import (
    KL,
    Arbitrary,
    Expectation,
    Member,
    beside_gaussians,
    family_of,
    outcomes_in,
    own_kinds,
    parts_of,
    same_spaces,
    space_of,
    space_of_family,
)
from ..symbols import kind_of, real

if TYPE_CHECKING:
    from .data import Chain

__all__ = ["outcomes_said", "require_one_kind_a_space"]

Pair = tuple[str, Any]


def require_one_kind_a_space(
    place: str, sides: Iterable[Any], cited: Iterable[Any] = (), proof: Iterable[Any] = ()
) -> None:
    """Require that all symbols that stand for an outcome of one space are of one kind: z real and z_1 real.

    z and z_1 are places of the same space, and E_q(z)[z] ≥ 0 does not follow from z_1 > 0, nor H[q(z)] ≤ log 2 for a
    real z from a bit z_1. So are those of q_j and p_j in KL(q_j‖p_j). What is `cited` with no more than a letter for a
    real number, such as KL(q(z)‖p(z)), holds of every kind; of what a family in it is, its `proof` says, and what cites
    it must say the same.
    """
    own, others = list(sides), list(cited)
    same = same_spaces([*own, *others])
    named = _families(others)
    proved = {space: symbol for space, symbol in _families_said(list(proof)).items() if space in named}
    seen: dict[str, Any] = {}
    _require_alike(place, (*_pairs([*own, *others]), *proved.items()), same, seen)
    _require_said(place, own, proved)
    _require_one_kind_a_letter(place, own, others)
    _require_alike(place, _lines(own), same, seen)
    for space in (space for node in _nodes(own) for space in beside_gaussians(node)):
        first = seen.get(same.get(space, space))
        if first is not None and kind_of(first) in ("bit", "count"):
            raise DerivationError(
                f"{place} has {first} ({kind_of(first)}) for outcomes of {_of(space)}, and a KL between that and a "
                "Gaussian: take a Bernoulli or a uniform density"
            )


def _require_alike(place: str, pairs: Iterable[Pair], same: dict[str, str], seen: dict[str, Any]) -> None:
    """Require that symbols are of the kind of the one that was seen of their space; what is new there is noted."""
    for space, symbol in pairs:
        first = seen.setdefault(same.get(space, space), symbol)
        if kind_of(first) != kind_of(symbol):
            raise DerivationError(
                f"{place} has {first} ({kind_of(first)}) and {symbol} ({kind_of(symbol)}) for outcomes of "
                f"{_of(space)}: take symbols of one kind"
            )


def _require_one_kind_a_letter(place: str, sides: list[Any], cited: list[Any]) -> None:
    """Require that KL(q(z)‖p(z)) and H[q(z)] are of one kind of z, of which they show no more than the letter."""
    said = dict.fromkeys(pair for node in _nodes(sides) for pair in own_kinds(node))
    said |= dict.fromkeys(pair for node in _nodes(cited) for pair in own_kinds(node) if pair[1] != "real")
    seen: dict[str, str] = {}
    for space, kind in said:
        if seen.setdefault(space, kind) != kind:
            raise DerivationError(
                f"{place} has densities of a {space} that is {seen[space]}, and of one that is {kind}: "
                "take symbols of one kind, or another letter"
            )


def outcomes_said(chain: Chain) -> set[Any]:
    """Return symbols that say what the outcomes of a statement are, and those of families wherever they occur.

    q(z) of a positive z is another density, and says so by its letter; q_1 does not. What a statement abbreviates and
    assumes belongs to it.
    """
    steps = [side for step in chain.steps for side in (step.left, step.right)]
    stated = [*chain.statement.sides, *(meaning for _, meaning in chain.where)]
    stated += [side for assumed in chain.assuming for side in assumed.sides]
    same = same_spaces([*stated, *steps])
    of_families = {same.get(space, space) for space in _families([*stated, *steps])}
    found: dict[str, set[Any]] = {}
    letters: dict[str, set[Any]] = {}
    for kinds, sides in ((True, stated), (False, steps)):
        for node in _nodes(sides):
            for space, symbol in outcomes_in(node) if not isinstance(node, KL) else ():
                if kinds or same.get(space, space) in of_families:
                    (letters if isinstance(node, Arbitrary) else found).setdefault(space, set()).add(symbol)
    alone = (symbols for space, symbols in letters.items() if space not in found)
    return set().union(*found.values(), *alone)


def _nodes(sides: list[Any]) -> Iterator[Any]:
    return (node for side in sides for node in parts_of(side))


def _pairs(sides: list[Any]) -> Iterator[Pair]:
    """Yield (space, symbol), and the variables that a mean is over by their own letters: ∫ knows no more of them."""
    for node in _nodes(sides):
        yield from outcomes_in(node)
        if isinstance(node, Expectation):
            yield from ((space_of(variable), variable) for variable in node.args[2:])


def _lines(sides: list[Any]) -> Iterator[Pair]:
    """Yield a variable for each letter of densities of real numbers: q(z) of a real z is none of a bit z_1."""
    for node in _nodes(sides):
        yield from ((space, real(space)) for space, kind in own_kinds(node) if kind == "real")


def _families(sides: list[Any]) -> set[str]:
    """Return the spaces of the families in some expressions."""
    return {space_of_family(node.args[0].name) for node in _nodes(sides) if isinstance(node, Member)}


def _families_said(sides: list[Any]) -> dict[str, Any]:
    """Return for the spaces of families, of which something says that they are none of real numbers, what says it."""
    same, seen = same_spaces(sides), dict[str, Any]()
    for space, symbol in _pairs(sides):
        if kind_of(symbol) != "real":
            seen.setdefault(same.get(space, space), symbol)
    return {space: seen[same.get(space, space)] for space in _families(sides) if same.get(space, space) in seen}


def _require_said(place: str, own: list[Any], proved: dict[str, Any]) -> None:
    """Require that lines say of their families what a theorem was proved of: H[q_1] ≤ log 2 is false of numbers.

    Where nothing says it, a family is read as one of real numbers, by the checks and by who reads the page.
    """
    said = _families_said(own)
    for space in sorted(_families(own).intersection(proved) - set(said)):
        symbol, one = proved[space], f"Member({family_of(space)!r}, 1)"
        kind = kind_of(symbol)
        raise DerivationError(
            f"{place} rests on {symbol} ({kind}) for outcomes of {_of(space)}, and nothing in the chain says what "
            f"these are: name one, as where=((a, Expectation({one}, b, b)),) does for b = {kind}('b')"
        )


def _of(space: str) -> str:
    return f"the family {family_of(space)}" if family_of(space) else f"one space {space}"
