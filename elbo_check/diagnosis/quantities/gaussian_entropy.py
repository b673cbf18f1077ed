"""The entropy of N(·, σ²): Σ (½ log σ² + ½ (1 + log 2π)), where the only argument holds σ in one of five ways."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ..edits import constant_slips, dropped, exchanged, flipped, rescaled
from ..formula import LOG_2PI, ONE, Formula, Term, law
from ..naming import Slip
from ..probing import Arrays
from ..quantity import Count, Quantity, grid, shape_of
from ..sizes import Sizes
from .epsilons import places_of
from .gaussian_edges import spread_edges
from .gaussian_slips import KL_SCALES
from .gaussian_terms import AXES, STANDARD
from .seconds import SECONDS, Second, log_ratio, misreading, of_role

__all__ = ["gaussian_entropy"]


def gaussian_entropy(role: str) -> Quantity:
    """Return the quantity Σ (½ log σ² + ½ (1 + log 2π)), for an argument that holds this."""
    second = SECONDS[role]
    log = of_role(second.log, role)
    return Quantity(
        name="gaussian-entropy",
        said=lambda n: f"the entropy of N(·, {second.variance_text(n[role])})",
        theorems=(),
        axes={role: AXES},
        draw=_draw(role, second.positive),
        formula=Formula.of({log: law(Fraction(second.log_factor, 2))}),
        counts=(Count(ONE, AXES, law("1/2")), Count(LOG_2PI, AXES, law("1/2"))),
        slips=_slips(second, log),
        scales=KL_SCALES,
        wide=[frozenset(of_role(raw, role) for raw in raws) for raws in _WIDE],
        only_positive=_draw(role, True),
        simple={role: second.simple},
        places=places_of(second, role, log)[1:],
        edges=spread_edges(role, STANDARD, AXES),
    )


_WIDE = (("s", "s^2", "log s"), ("s", "s^2", "exp s", "exp 2s"), ("log s", "(log s)^2", "1/s", "s"))


def _slips(second: Second, log: Term) -> list[Slip]:
    role = second.role
    found: list[Slip] = [
        ("wrong-sign", flipped),
        *constant_slips({"d": "missing-dim-term"}),
        ("missing-log-term", dropped(log)),
        ("half-on-logsigma", rescaled((log,), law("1/2"))),
        ("not-squared", rescaled((log,), law("1/2"))),
        ("missing-half", rescaled((log,), law(2))),
        ("missing-log", exchanged([(log, of_role(second.variance, role), law(1))])),
        ("missing-log", exchanged([(log, of_role(second.deviation, role), law(1))])),
        ("square-of-log", exchanged([(log, of_role(second.log_square, role), law(1))])),
    ]
    bases = [of_role(raw, role) for raw in second.bases]
    found += [("wrong-log-base", exchanged([(log, base, law(1))])) for base in bases]
    for other in SECONDS.values():
        if other.role != role:
            exchange = exchanged([(log, of_role(other.log, role), log_ratio(second, other))])
            found.append((misreading(second, other), exchange))
    return found


def _draw(role: str, positive: bool) -> Any:
    low, high = (0.25, 2.25) if positive else (-1.5, 1.25)

    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        return {role: grid(generator, low, high, shape_of(AXES, sizes))}

    return draw
