"""−log N(x; mean, σ²), summed over the observed numbers, where one argument holds σ in one of five ways."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from ..edits import constant_slips, dropped, exchanged, flipped, rescaled
from ..formula import LOG_2PI, Formula, Law, Term, law
from ..naming import Scales, Slip
from ..probing import Arrays
from ..quantity import Count, Quantity, grid, shape_of
from ..sizes import Sizes
from .epsilons import places_of
from .gaussian_edges import FAR_APART, moved_edges, spread_edges
from .gaussian_terms import STANDARD
from .seconds import RAW, SECONDS, Second, log_ratio, misreading, of_role

__all__ = ["DATA", "Density", "gaussian_nll"]

DATA = ("B", "D")


NLL_SCALES: Scales = {
    law(2): ("doubled", "missing-half"),
    law("1/2"): ("halved",),
    law(-1): ("wrong-sign",),
    **{law(1, **{axis: -1}): ("mean-over-latent", "mean-over-all") for axis in "Dchw"},
    law(1, D=1): ("wrong-reduction-axis",),
    law(1, B=-1): ("double-averaging",),
    law(1, B=1): ("wrong-reduction-axis", "sum-for-mean"),
}


def gaussian_nll(mean: str, role: str) -> Quantity:
    """Return the quantity Σ (½ (x−m)²/σ² + ½ log σ² + ½ log 2π), for arguments with these roles."""
    second = SECONDS[role]
    density = Density(mean, role, second)
    return Quantity(
        name="gaussian-negative-log-likelihood",
        said=lambda n: f"−log N({n['x']}; {n[mean]}, {second.variance_text(n[role])})",
        theorems=(),
        axes={"x": DATA, mean: DATA, role: DATA},
        draw=_draw(mean, role, second.positive),
        formula=density.formula,
        counts=density.counts,
        slips=density.slips,
        scales=NLL_SCALES,
        wide=density.wide,
        only_positive=_draw(mean, role, True),
        simple={"x": (0.0, 1.0, 2.0, -1.0), mean: (0.0, 1.0, -1.0), role: second.simple},
        places=places_of(second, role, density.log),
        edges=(*spread_edges(role, STANDARD, DATA), *moved_edges(("x", mean), STANDARD, DATA)),
        beyond=[{"x": x, mean: m} for x, m in FAR_APART],
        weighed=(("x", mean), (mean, "x")),
    )


class Density:
    """The terms of a Gaussian density, and what people make of them; the spread may be one number, or one a pixel."""

    def __init__(self, mean: str, role: str, second: Second) -> None:
        self._mean, self._role, self._second = mean, role, second
        self.square = self._apart("(x-m)^2", lambda e: e**2)
        self.quadratic = self._over(self.square, second.variance)
        self.log = self._spread(second.log)
        self.counts = (Count(LOG_2PI, DATA, law("1/2")),)
        self.formula = Formula.of({self.quadratic: law("1/2"), self.log: law(Fraction(second.log_factor, 2))})

    @property
    def slips(self) -> list[Slip]:
        """The slips from the right density."""
        quadratic, log, deviation = self.quadratic, self.log, self._second.deviation
        found: list[Slip] = [
            ("wrong-sign", flipped),
            *constant_slips({"D": "missing-dim-term"}),
            ("missing-half", rescaled((quadratic,), law(2))),
            ("missing-half", rescaled((log,), law(2))),
            ("halved", rescaled((quadratic,), law("1/2"))),
            ("half-on-logsigma", rescaled((log,), law("1/2"))),
            ("missing-log-term", dropped(log)),
            ("mse-without-variance", self._squares),
            ("missing-log", exchanged([(log, self._spread(self._second.variance), law(1))])),
            ("missing-log", exchanged([(log, self._spread(deviation), law(1))])),
            ("not-squared", exchanged([(quadratic, self._over(self.square, deviation), law(1))])),
            ("multiplied-not-divided", exchanged([(quadratic, self._by(self.square, self._second.variance), law(1))])),
        ]
        for function in ("|x-m|", "x-m"):
            apart = self._apart(function, abs if "|" in function else lambda e: e)
            found.append(("not-squared", exchanged([(quadratic, self._over(apart, self._second.variance), law(1))])))
        bases = [self._spread(raw) for raw in self._second.bases]
        found += [("wrong-log-base", exchanged([(log, base, law(1))])) for base in bases]
        for other in SECONDS.values():
            if other.role != self._second.role:
                found += self._misread(other)
        return found

    @property
    def wide(self) -> list[frozenset[Term]]:
        """Larger sets of terms, for functions that no few slips explain."""
        raws = ("s", "s^2", "exp s", "exp 2s")
        logs = (self._spread("s"), self._spread("log s")) if self._second.positive else (self._spread("s"),)
        return [frozenset((self.square, self._over(self.square, raw), self._spread(raw), *logs)) for raw in raws]

    def _squares(self, formula: Formula) -> Iterable[Formula]:
        """The squared error alone, with its half or without, with the constant or without; or with log σ kept."""
        held = formula[self.quadratic]
        if not held:
            return
        kept = formula.replaced([(self.quadratic, self.square, law(1))])
        yield kept
        for factor in (law(1), law(2)):
            alone = kept.with_terms({self.log: Law(), self.square: held * factor})
            yield alone
            yield alone.restricted(alone.terms)

    def _misread(self, other: Second) -> list[Slip]:
        quadratic = (self.quadratic, self._over(self.square, other.variance), law(1))
        log = (self.log, self._spread(other.log), log_ratio(self._second, other))
        slug = misreading(self._second, other)
        return [(slug, exchanged(pairs)) for pairs in ([quadratic, log], [quadratic], [log])]

    def _apart(self, name: str, function: Callable[[Any], Any]) -> Term:
        mean = self._mean
        return Term(name, DATA, lambda a: function(a["x"] - a[mean]), lambda s: function(s["x"] - s[mean]))

    def _over(self, distance: Term, raw: str) -> Term:
        return self._joined(distance, "/", raw, operator.truediv)

    def _by(self, distance: Term, raw: str) -> Term:
        return self._joined(distance, "·", raw, operator.mul)

    def _joined(self, distance: Term, sign: str, raw: str, join: Callable[[Any, Any], Any]) -> Term:
        function, role = RAW[raw], self._role
        return Term(
            f"{distance.name} {sign} ({raw} of {role})",
            DATA,
            lambda a: join(distance.value(a), function.value(a[role])),
            lambda s: join(distance.symbol(s), function.symbol(s[role])),
        )

    def _spread(self, raw: str) -> Term:
        """A function of the spread, once for every place of x."""
        held = of_role(raw, self._role, DATA)
        return Term(held.name, DATA, lambda a: held.value(a) + np.zeros_like(a["x"]), held.symbol)


def _draw(mean: str, role: str, positive: bool) -> Callable[[np.random.Generator, Sizes], Arrays]:
    low, high = (0.25, 2.25) if positive else (-1.5, 1.25)

    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        shape = shape_of(DATA, sizes)
        drawn = {name: grid(generator, -2.0, 2.0, shape) for name in ("x", mean)}
        return {**drawn, role: grid(generator, low, high, shape)}

    return draw
