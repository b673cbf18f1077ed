"""Who is asked about an ELBO: for each space of latents, the witnesses that see definitions, and what they are shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import WitnessError
from ..evidence import Absence, Estimate
from ..judge.bounds import ELBO, EUBO, EVIDENCE, GAP
from ..question import Settings
from ..witnesses.seeding import Seeds

__all__ = ["ElboCase", "Heard", "hear_witnesses"]

Measured = Iterable[Estimate | Absence]


@dataclass(frozen=True, slots=True)
class ElboCase:
    """One model, its data as it reads them, and q; `q_in` gives q with its numbers in a world."""

    model: Any
    x: Any
    q: Any
    q_in: Callable[[Any], Any]
    settings: Settings
    seeds: Seeds
    infinite: frozenset[str] = frozenset()

    def with_infinite(self, names: frozenset[str]) -> ElboCase:
        """Return the same case, where these quantities are known to be infinite."""
        return replace(self, infinite=names)


@dataclass(slots=True)
class Heard:
    """What the witnesses said, and who stayed silent."""

    estimates: list[Estimate] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)

    def ask(self, name: str, witness: Callable[[], Measured], infinite: frozenset[str]) -> None:
        """Keep a witness's answers, quantity by quantity; a refusal becomes an absence with its reason."""
        started = time.perf_counter()
        try:
            answers = list(witness())
        except (WitnessError, ArithmeticError) as refusal:
            self.absences.append(Absence(name, str(refusal), time.perf_counter() - started))
            return
        for quantity, answer in zip((ELBO, EVIDENCE, EUBO, GAP), answers, strict=False):
            if isinstance(answer, Absence):
                self.absences.append(answer)
            elif quantity not in infinite:
                self.estimates.append(replace(answer, quantity=quantity))


def hear_witnesses(case: ElboCase) -> Heard:
    """Ask every witness that the latents of this model have."""
    heard = Heard()
    for name, witness in _witnesses(case):
        heard.ask(name, witness, case.infinite)
    return heard


def _witnesses(case: ElboCase) -> Iterable[tuple[str, Callable[[], Measured]]]:
    return ()
