"""Who is asked about an ELBO: for each space of latents, the witnesses that see definitions, and what they see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ..densities.spaces import Space
from ..densities.world import ball_world, numpy_world
from ..errors import WitnessError
from ..evidence import Absence, Estimate
from ..judge.bounds import ELBO, EUBO, EVIDENCE, GAP
from ..models.line import line
from ..question import Settings
from ..witnesses.line_enclosure import enclose_line
from ..witnesses.line_quadrature import integrate_line
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


def _witnesses(case: ElboCase) -> Iterator[tuple[str, Callable[[], Measured]]]:
    if isinstance(case.q.space, Space):
        yield "enclosure along the line", partial(_enclosed_line, case)
        yield "tanh-sinh along the line", partial(_measured_line, case)


def _enclosed_line(case: ElboCase) -> Measured:
    import flint

    with flint.ctx.workprec(64 + 8 * case.settings.digits):  # finer than the integral needs: its numbers may be balls
        return enclose_line(line(case.model, case.x, case.q_in(ball_world()), ball_world()), case.settings.digits)


def _measured_line(case: ElboCase) -> Measured:
    return integrate_line(line(case.model, case.x, case.q, numpy_world()))
