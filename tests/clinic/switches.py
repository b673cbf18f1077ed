"""Families of losses that are written with one switch a mistake: turned one at a time, or two at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .case import Case, Function

Switches = Mapping[str, Any]


@dataclass(frozen=True)
class Slip:
    """A mistake: its name, how this one of its forms is called, and the switches that it turns."""

    slug: str
    form: str
    turned: Switches
    also: tuple[str, ...] = ()
    """Other names of this very edit."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.slug, *self.also})


@dataclass(frozen=True)
class Family:
    """Losses of one quantity with one list of roles; the function of untouched switches is right."""

    name: str
    roles: tuple[str, ...]
    quantity: str | None
    truth: Function
    untouched: Switches
    build: Callable[[Switches], Function]
    slips: tuple[Slip, ...]
    reductions: tuple[str, ...] = ("rows", "total", "batch_mean")
    """The right ones: values of the switch "reduction", where there is one."""

    def plant(self, *slips: Slip, reduction: str = "rows") -> Case:
        switches = {**self.untouched, "reduction": reduction}
        for slip in slips:
            switches |= slip.turned
        name = f"{self.name}, {' and '.join(slip.form for slip in slips) or 'right'}, {switches['reduction']}"
        slugs = tuple(dict.fromkeys(slip.slug for slip in slips))
        return Case(name, self.build(switches), self.roles, self.quantity, self.truth, slugs)

    def rights(self) -> Iterator[Case]:
        for reduction in self.reductions:
            yield self.plant(reduction=reduction)

    def singles(self, *, every_reduction: bool = False) -> Iterator[Case]:
        """Every slip alone, the reductions in turn (or each)."""
        for number, slip in enumerate(self.slips):
            free = self.reductions if "reduction" not in slip.turned else self.reductions[:1]
            for reduction in free if every_reduction else (free[number % len(free)],):
                yield self.plant(slip, reduction=reduction)

    def couples(self) -> Iterator[tuple[Slip, Slip]]:
        """Two slips that turn different switches, under different names."""
        for one, other in itertools.combinations(self.slips, 2):
            if one.slug != other.slug and not set(one.turned) & set(other.turned):
                yield one, other

    def pairs(self) -> Iterator[Case]:
        for number, (one, other) in enumerate(self.couples()):
            yield self.plant(one, other, reduction=self.reductions[number % len(self.reductions)])
