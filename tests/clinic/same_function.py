"""Which mistakes are one and the same function, computed at points by the families; and when a diagnosis is right.

Reporters disagree about names: "mean over the latents" and "mean over all" are one function of a scalar loss, and
"missing ½" and "doubled" always are. A diagnosis is right if its names, planted, make the function that was diagnosed.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from .case import OBJECTIVES, Case, Function
from .planted import FAMILIES
from .points import OTHER_SIZES, SIZES, draw
from .switches import Family, Slip

TOLERANCE = 1e-6
"""Relative; a 1e-8 inside a logarithm is below it."""

CATALOGUED = {
    "custom-weight": "wrong-scale",
    "dataset-weight-on-local-kl": "minibatch-weight",
    "missing-log": "missing-log-term",
}
"""Labels of the field list, and what the catalogue calls them."""

DRAWS = 4

Fingerprint = list[np.ndarray[Any, Any]]
"""What a function returns at fixed points, one array for each set of sizes."""


class Named(Protocol):
    """A mistake, as a diagnosis names it."""

    slug: str
    same_as: Collection[str]


def fingerprint(function: Function, family: Family, order: Sequence[int] | None = None) -> Fingerprint:
    """Return values at fixed points of the family; `order` permutes its arguments into those of the function.

    Of an objective only the proportions count, since every positive multiple of it is the same objective.
    """
    found = []
    for seed, sizes in enumerate((SIZES, OTHER_SIZES)):
        rng = np.random.default_rng(seed)
        held = [draw(family.roles, rng, sizes) for _ in range(DRAWS)]
        with np.errstate(all="ignore"):
            answers = np.stack([function(*(h if order is None else [h[i] for i in order])) for h in held])
        found.append(answers / np.max(np.abs(answers)) if family.quantity in OBJECTIVES else answers)
    return found


def is_same(one: Fingerprint, other: Fingerprint) -> bool:
    return all(
        a.shape == b.shape and bool(np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE))
        for a, b in zip(one, other, strict=True)
    )


def family_of(case: Case) -> tuple[Family, list[int]] | None:
    """The family of the same quantity and roles, and where each argument of the case stands among its roles."""
    for family in FAMILIES:
        if family.quantity == case.quantity and sorted(family.roles) == sorted(case.roles):
            return family, [family.roles.index(role) for role in case.roles]
    return None


def _reductions(family: Family) -> Iterator[str]:
    yield from family.reductions
    if "elements" not in family.reductions and family.quantity is None:
        yield "elements"


def _choices(family: Family, groups: Sequence[Collection[str]]) -> Iterator[tuple[Slip, ...]]:
    candidates = [[slip for slip in family.slips if slip.names & set(group)] for group in groups]
    for chosen in itertools.product(*candidates):
        switches = [switch for slip in chosen for switch in slip.turned]
        if len(set(switches)) == len(switches):
            yield chosen


def reproduces(case: Case, groups: Sequence[Collection[str]]) -> bool:
    """Whether mistakes of these names (one of each group) make the right loss into the function of this case."""
    found = family_of(case)
    if found is None:
        return False
    family, order = found
    wanted = fingerprint(case.function, family, order)
    return any(
        is_same(wanted, fingerprint(family.plant(*chosen, reduction=reduction).function, family))
        for chosen in _choices(family, groups)
        for reduction in _reductions(family)
    )


def same_class(family: Family, one: str, other: str) -> bool:
    """Whether a form of the one mistake is the same function as a form of the other, under some right reduction."""
    return any(
        reproduces(family.plant(slip, reduction=reduction), [{other}])
        for slip in family.slips
        if one in slip.names
        for reduction in _reductions(family)
    )


def matches(groups: Sequence[Collection[str]], labels: Sequence[str]) -> bool:
    """Whether each label is the name of another group, and no group is left."""

    def known(name: str) -> str:
        return CATALOGUED.get(name, name)

    named = [{known(name) for name in group} for group in groups]
    wanted = [known(label) for label in labels]
    return len(named) == len(wanted) and any(
        all(label in group for label, group in zip(wanted, order, strict=True))
        for order in itertools.permutations(named)
    )


def is_named_right(case: Case, mistakes: Sequence[Named]) -> bool:
    """Whether the names are those of the case, or, no more of them, make the very same function."""
    groups = [{mistake.slug, *mistake.same_as} for mistake in mistakes]
    if not case.is_wrong:
        return not [group for group in groups if not group & {*case.slugs, "unstable-form", "harmless-epsilon"}]
    few_enough = 0 < len(groups) <= len(case.expected)
    return matches(groups, case.expected) or (few_enough and reproduces(case, groups))
