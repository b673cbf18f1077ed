"""KL(N(mean, σ²) ‖ N(a, b²)) with a fixed prior, where the second argument holds σ in one of five ways."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from ..edits import constant_slips, dropped, exchanged, flipped, rescaled
from ..formula import ONE, Formula, Law, Term, law
from ..naming import Scales, Slip
from ..probing import Arrays
from ..quantity import Count, Quantity, grid, shape_of
from ..sizes import Sizes
from .seconds import SECONDS, Second, log_ratio, misreading, of_role

__all__ = ["KL_SCALES", "gaussian_kl"]

AXES = ("B", "d")
Prior = tuple[Fraction, Fraction]
STANDARD: Prior = (Fraction(0), Fraction(1))

KL_SCALES: Scales = {
    law(2): ("doubled", "missing-half", "kl-counted-twice"),
    law("1/2"): ("halved",),
    law(-1): ("wrong-sign",),
    law(1, d=-1): ("mean-over-latent", "mean-over-all"),
    law(1, d=1): ("wrong-reduction-axis",),
    law(1, B=-1): ("double-averaging",),
    law(1, B=1): ("wrong-reduction-axis", "sum-for-mean"),
    **{law(1, **{axis: -1}): ("mean-over-latent", "wrong-reduction-axis") for axis in "CHW"},
}


def gaussian_kl(role: str, prior: Prior = STANDARD) -> Quantity:
    """Return the quantity ½ Σ ((μ−a)²/b² + σ²/b² − 1 − log(σ²/b²)), for a second argument that holds this."""
    second = SECONDS[role]
    terms = _Terms(second, prior)
    counts = [Count(ONE, AXES, law("-1/2"))]
    if prior[1] != 1:
        counts.append(Count(_log_prior(prior), AXES, law("1/2")))
    return Quantity(
        name="gaussian-kl",
        said=lambda n: f"KL(N({n['mean']}, {second.variance_text(n[role])}) ‖ {_prior_words(prior)})",
        theorems=("gaussian-kl-diagonal",),
        axes={"mean": AXES, role: AXES},
        draw=_draw(role, second.positive),
        formula=Formula.of(
            {
                terms.square: law("1/2"),
                terms.variance: law("1/2"),
                terms.log: law(Fraction(-second.log_factor, 2)),
            }
        ),
        counts=tuple(counts),
        slips=_slips(terms, prior),
        scales=KL_SCALES,
        wide=_wide(terms),
        only_positive=_draw(role, True),
        simple={"mean": (0.0, 1.0, 2.0, -1.0), role: second.simple},
    )


class _Terms:
    """The terms of a Gaussian KL under one reading, relative to the prior."""

    def __init__(self, second: Second, prior: Prior) -> None:
        self.second, self.prior = second, prior
        self.square = self.of_mean("(m-a)^2", lambda x: x**2)
        self.distance = self.of_mean("m-a", lambda x: x)
        self.size = self.of_mean("|m-a|", abs)
        self.variance = self.spread(second.variance)
        self.deviation = self.spread(second.deviation)
        self.log = of_role(second.log, second.role)
        self.log_square = of_role(second.log_square, second.role)

    def of_mean(self, name: str, function: Callable[[Any], Any]) -> Term:
        a, b = self.prior
        if self.prior == STANDARD:
            return Term(name, AXES, lambda v: function(v["mean"]), lambda s: function(s["mean"]))
        return Term(
            f"{name} at {a}, {b}",
            AXES,
            lambda v: function((v["mean"] - float(a)) / float(b)),
            lambda s: function((s["mean"] - sympy.Rational(a)) / sympy.Rational(b)),
        )

    def spread(self, raw: str) -> Term:
        """A function of the second argument as a variance: over b²."""
        b = self.prior[1]
        held = of_role(raw, self.second.role)
        if b == 1:
            return held
        square = b * b
        return Term(
            f"{held.name} over {square}",
            AXES,
            lambda v: held.value(v) / float(square),
            lambda s: held.symbol(s) / sympy.Rational(square),
        )


def _slips(terms: _Terms, prior: Prior) -> list[Slip]:
    second = terms.second
    found: list[Slip] = [
        ("wrong-sign", flipped),
        *constant_slips({"d": "missing-dim-term"}),
        ("missing-half", rescaled((terms.square, terms.variance), law(2))),
        ("missing-half", rescaled((terms.log,), law(2))),
        ("missing-half", rescaled((terms.square,), law(2))),
        ("missing-half", rescaled((terms.variance,), law(2))),
        ("half-on-logsigma", rescaled((terms.log,), law("1/2"))),
        ("misplaced-parenthesis", rescaled((terms.variance,), law(-2))),
        ("misplaced-parenthesis", rescaled((terms.square, terms.variance), law(-2))),
        ("misplaced-parenthesis", rescaled((terms.log,), law(-2))),
        ("misplaced-parenthesis", _constant_outside),
        ("not-squared", exchanged([(terms.variance, terms.deviation, law(1))])),
        ("not-squared", exchanged([(terms.square, terms.distance, law(1))])),
        ("not-squared", exchanged([(terms.square, terms.size, law(1))])),
        ("missing-log-term", dropped(terms.log)),
        ("missing-mean-term", dropped(terms.square)),
        ("missing-variance-term", dropped(terms.variance)),
        ("missing-log", exchanged([(terms.log, terms.variance, law(1))])),
        ("missing-log", exchanged([(terms.log, terms.deviation, law(1))])),
        *(("square-of-log", exchanged([(terms.log, terms.log_square, law(c))])) for c in _squares(second)),
        *_bases(terms),
        ("abs-on-logvar", exchanged(_of_size(terms))),
    ]
    for other in SECONDS.values():
        if other.role != second.role:
            found += _misread(terms, other)
    if prior != STANDARD:
        found += _prior_slips(terms)
    return [slip for slip in found if slip is not None]


def _squares(second: Second) -> list[Fraction]:
    return list(dict.fromkeys([Fraction(second.log_factor), Fraction(1), Fraction(1, 2), Fraction(1, second.log_factor)]))


def _misread(terms: _Terms, other: Second) -> list[Slip]:
    """Return the slips that read the second argument as something else: in both terms, or in one of them."""
    role = terms.second.role
    slug = misreading(terms.second, other)
    spread = (terms.variance, terms.spread(other.variance), law(1))
    log = (terms.log, of_role(other.log, role), log_ratio(terms.second, other))
    return [(slug, exchanged(pairs)) for pairs in ([spread, log], [spread], [log])]


def _bases(terms: _Terms) -> list[Slip]:
    role = terms.second.role
    if terms.second.positive:
        return [("wrong-log-base", exchanged([(terms.log, of_role(raw, role), law(1))])) for raw in ("log2 s", "log10 s")]
    return [
        ("wrong-log-base", exchanged([(terms.variance, terms.spread(raw), law(1))])) for raw in ("2^s", "10^s")
    ]


def _of_size(terms: _Terms) -> list[tuple[Term, Term, Law]]:
    role = terms.second.role
    return [
        (terms.spread("exp s"), terms.spread("exp |s|"), law(1)),
        (of_role("s", role), of_role("|s|", role), law(1)),
    ]


def _constant_outside(formula: Formula) -> list[Formula]:
    """½ Σ(…) − 1 for ½ Σ(… − 1): the constant stands outside of the sum and of the half."""
    held = formula[ONE]
    if "d" not in held.names:
        return []
    return [formula.with_terms({ONE: held * law(2, d=-1)})]


def _prior_slips(terms: _Terms) -> list[Slip]:
    """Return what happens to those who forget the prior: all of it, its mean, or its scale."""
    plain = _Terms(terms.second, STANDARD)
    a, b = terms.prior
    log = _log_prior(terms.prior)
    ignored = [(terms.square, plain.square, law(1)), (terms.variance, plain.variance, law(1)), (log, log, Law())]
    found: list[Slip] = [("prior-ignored", exchanged(ignored))]
    if a != 0:
        found.append(("prior-ignored", exchanged([(terms.square, _Terms(terms.second, (Fraction(0), b)).square, law(1))])))
    if b != 1:
        unscaled = _Terms(terms.second, (a, Fraction(1)))
        found += [
            ("prior-ignored", exchanged([(terms.square, unscaled.square, law(1)), (terms.variance, unscaled.variance, law(1))])),
            ("prior-ignored", exchanged([(terms.square, unscaled.square, law(1))])),
            ("var-as-sigma", exchanged([(terms.square, terms.square, law(b)), (terms.variance, terms.variance, law(b))])),
            ("half-on-logsigma", exchanged([(log, log, law("1/2"))])),
        ]
    return found


def _log_prior(prior: Prior) -> Term:
    square = prior[1] * prior[1]
    return Term(f"log {square}", (), lambda _: float(np.log(float(square))), lambda _: sympy.log(sympy.Rational(square)), constant=True)


def _prior_words(prior: Prior) -> str:
    if prior == STANDARD:
        return "N(0, I)"
    return f"N({prior[0]}, {prior[1]}² I)"


def _draw(role: str, positive: bool) -> Any:
    low, high = (0.25, 2.25) if positive else (-1.5, 1.25)

    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        shape = shape_of(AXES, sizes)
        return {"mean": grid(generator, -2.0, 2.0, shape), role: grid(generator, low, high, shape)}

    return draw


def _wide(terms: _Terms) -> list[frozenset[Term]]:
    """Return larger sets of terms for functions that no few slips explain: the terms of one other reading, and products."""
    role = terms.second.role
    mean = (terms.square, terms.distance)
    found = [
        frozenset((*mean, *(of_role(raw, role) for raw in raws)))
        for raws in (
            ("s", "s^2", "log s"),
            ("s", "s^2", "exp s", "exp 2s"),
            ("s", "s^2", "exp s", "exp s/2", "exp -s"),
            ("s", "s^2", "log s", "(log s)^2", "1/s", "1/s^2"),
            ("s", "s^4", "sqrt s", "log s", "exp s"),
        )
    ]
    products = [_product(terms, raw) for raw in ("s", "s^2", "exp s", "exp -s", "1/s", "1/s^2")]
    found += [frozenset((terms.square, terms.variance, terms.log, each)) for each in products]
    return found


def _product(terms: _Terms, raw: str) -> Term:
    other = of_role(raw, terms.second.role)
    return Term(
        f"(m-a)^2 · {other.name}",
        AXES,
        lambda v: terms.square.value(v) * other.value(v),
        lambda s: terms.square.symbol(s) * other.symbol(s),
    )
