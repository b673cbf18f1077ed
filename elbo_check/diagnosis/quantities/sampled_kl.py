"""The KL by one draw: log q(z) − log p(z) at z = mean + σ·noise, for q = N(mean, σ²) and a fixed prior N(a, b²).

Either of its parts may be averaged in closed form, −H[q] or −E log p, and r − 1 may be added, r = p/q, whose mean is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import sympy

from ..edits import constant_slips, dropped, exchanged, flipped, rescaled
from ..formula import LOG_2PI, ONE, Formula, Law, Term, law
from ..naming import Edit, Slip
from ..quantity import Count, Form, Quantity
from .epsilons import places_of
from .gaussian_slips import KL_SCALES
from .gaussian_terms import prior_words
from .products import ratio, times
from .ratios import ratios, squared_slips, with_ratio
from .sampler import MEAN, NOISE, draw_with_noise, reading_slugs
from .seconds import SECONDS, Second, log_ratio, misreading, of_role

__all__ = ["sampled_kl", "sampled_kl_words"]

AXES = ("B", "d")
Prior = tuple[Fraction, Fraction]
STANDARD: Prior = (Fraction(0), Fraction(1))
SQUARED_NOISE = of_role("s^2", "noise")
_PLACES = (law(1), law(1, d=1), law(1, B=1), law(1, B=1, d=1))


class _Parts(NamedTuple):
    """The terms of log q(z) − log p(z) if σ is read as this in the draw."""

    location: Term
    square: Term
    cross: Term
    spread: Term


def sampled_kl(role: str, prior: Prior = STANDARD) -> Quantity:
    """Return the quantity Σ (½((z−a)/b)² + log b − ½ noise² − log σ) at z = mean + σ·noise; log 2π cancels."""
    second = SECONDS[role]
    terms, log = _parts(second, second.deviation, prior), of_role(second.log, role)
    half = law(Fraction(1, 2) / prior[1] ** 2)
    right = Formula.of(
        {
            terms.square: half,
            terms.cross: half * law(2),
            terms.spread: half,
            SQUARED_NOISE: law("-1/2"),
            log: law(Fraction(-second.log_factor, 2)),
        }
    )
    counts = [Count(LOG_2PI, AXES, Law())]
    if prior[1] != 1:
        counts.append(Count(_log_prior(prior), AXES, law("1/2")))
    sampled = ratios(second, prior)
    sigma = of_role(second.deviation, role)
    forms = {"": Form(right, tuple(counts)), **_partly_exact(right, tuple(counts), terms, sigma)}
    also = {**forms, **_mirrored(forms, terms.cross), **with_ratio(Form(right, tuple(counts)), sampled, terms.cross)}
    return Quantity(
        name="sampled-kl",
        said=lambda n: sampled_kl_words(n, second, prior),
        theorems=(),
        axes={"mean": AXES, role: AXES, "noise": AXES},
        draw=draw_with_noise(role, second.positive),
        formula=right,
        counts=tuple(counts),
        slips=[*_slips(second, terms, log, prior), *squared_slips(right, sampled)],
        scales=KL_SCALES,
        only_positive=draw_with_noise(role, positive=True),
        simple={"mean": (0.0, 1.0, 2.0), role: tuple(reversed(second.simple)), "noise": (1.0, 0.5, -1.0)},
        also_right={words: form for words, form in also.items() if words},
        places=places_of(second, role, log),
    )


def _partly_exact(right: Formula, counts: tuple[Count, ...], terms: _Parts, sigma: Term) -> Mapping[str, Form]:
    """Return the forms in which one of two parts is taken on average over the noise, by what is said of them."""
    spread = times(sigma, sigma)
    entropy = right.with_terms({SQUARED_NOISE: Law()})
    cross = right.with_terms({terms.cross: Law(), terms.spread: Law(), spread: right[terms.spread]})
    return {
        "the entropy of q in closed form": Form(entropy, (*counts, Count(ONE, AXES, law("-1/2")))),
        "the mean of log p(z) in closed form": Form(cross, counts, has_slips=False),
    }


def _mirrored(forms: Mapping[str, Form], cross: Term) -> Mapping[str, Form]:
    """Return the forms in which the noise stands, at −noise."""
    return {
        f"{words}, with −noise, which has the law of noise".removeprefix(", "): replace(
            form, formula=form.formula.with_terms({cross: -form.formula[cross]}), has_slips=not words
        )
        for words, form in forms.items()
        if form.formula[cross]
    }


def sampled_kl_words(names: Mapping[str, str], second: Second, prior: Prior) -> str:
    """Say what the quantity is, in the names of the arguments."""
    base = prior_words(prior)
    q = f"N({names['mean']}, {second.variance_text(names[second.role])})"
    return f"log q(z) − log p(z) for q = {q}, p = {base}, z = {names['mean']} + σ·{names['noise']}"


def _parts(second: Second, deviation: str, prior: Prior) -> _Parts:
    """Terms of ((z−a)/b)² times b²: (mean−a)², (mean−a)·σ·noise, σ²·noise²."""
    a = prior[0]
    location = MEAN
    if a != 0:
        location = Term(
            f"mean - {a}",
            AXES,
            lambda v: v["mean"] - float(a),
            lambda s: s["mean"] - sympy.Rational(a.numerator, a.denominator),
        )
    sigma = of_role(deviation, second.role)
    square = Term(f"({location.name})^2", AXES, lambda v: location.value(v) ** 2, lambda s: location.symbol(s) ** 2)
    return _Parts(location, square, times(location, sigma, NOISE), times(sigma, sigma, SQUARED_NOISE))


def _slips(second: Second, terms: _Parts, log: Term, prior: Prior) -> list[Slip]:
    prior_part = (terms.square, terms.cross, terms.spread)
    found: list[Slip] = [
        ("wrong-sign", flipped),
        ("wrong-sign", rescaled(prior_part, law(-1))),
        ("wrong-sign", _log_q_kept(log, -1)),
        ("missing-constant", _one_sided),
        *constant_slips({"d": "missing-dim-term"}),
        ("missing-half", rescaled(prior_part, law(2))),
        ("missing-half", rescaled((SQUARED_NOISE,), law(2))),
        ("missing-half", rescaled((log,), law(2))),
        ("half-on-logsigma", rescaled((log,), law("1/2"))),
        ("missing-log-term", dropped(log)),
        ("missing-mean-term", dropped(terms.square, terms.cross)),
        ("missing-entropy", _log_q_kept(log, 0)),
        ("deterministic-z-at-eval", dropped(terms.cross, terms.spread)),
        ("deterministic-z-at-eval", dropped(terms.cross, terms.spread, SQUARED_NOISE)),
    ]
    for read, slugs in reading_slugs(second).items():
        found += [(slug, edit) for slug in slugs for edit in _other_draw(second, read, terms, prior)]
    for other in SECONDS.values():
        if other.role != second.role:
            found += _other_density(second, other, terms, log, prior)
    if prior != STANDARD:
        found += _prior_slips(second, terms, prior)
    return found


def _other_draw(second: Second, read: str, terms: _Parts, prior: Prior) -> list[Edit]:
    """The point z is drawn with another σ: with log q taken at that z, and with log q written in the noise."""
    wrong = _parts(second, read, prior)
    share = ratio(of_role(read, second.role), of_role(second.deviation, second.role))
    draw = [(terms.cross, wrong.cross, law(1)), (terms.spread, wrong.spread, law(1))]
    at_z = times(share, share, SQUARED_NOISE)
    return [exchanged([*draw, (SQUARED_NOISE, at_z, law(1))]), exchanged(draw)]


def _other_density(second: Second, other: Second, terms: _Parts, log: Term, prior: Prior) -> list[Slip]:
    """The argument is read as something else: everywhere, or in log q alone."""
    wrong, slug = _parts(second, other.deviation, prior), misreading(second, other)
    logs = (log, of_role(other.log, second.role), log_ratio(second, other))
    share = ratio(of_role(second.deviation, second.role), of_role(other.deviation, second.role))
    draw = [(terms.cross, wrong.cross, law(1)), (terms.spread, wrong.spread, law(1))]
    in_density = (SQUARED_NOISE, times(share, share, SQUARED_NOISE), law(1))
    return [(slug, exchanged([*draw, logs])), (slug, exchanged([in_density, logs])), (slug, exchanged([logs]))]


def _prior_slips(second: Second, terms: _Parts, prior: Prior) -> list[Slip]:
    """The prior's mean, its scale, or both are forgotten."""
    a, b = prior
    plain = _parts(second, second.deviation, STANDARD)
    moved = [(terms.square, plain.square), (terms.cross, plain.cross)]
    log = _log_prior(prior)
    found: list[Slip] = []
    if a != 0:
        found.append(("prior-ignored", exchanged([(old, new, law(1)) for old, new in moved])))
    if b != 1:
        every = [(old, new, law(b * b)) for old, new in (*moved, (terms.spread, terms.spread))]
        found.append(("prior-ignored", exchanged([*every, (log, log, Law())])))
    return found


def _log_prior(prior: Prior) -> Term:
    square = prior[1] * prior[1]
    exact = sympy.Rational(square.numerator, square.denominator)
    return Term(f"log {square}", (), lambda _: float(np.log(float(square))), lambda _: sympy.log(exact), constant=True)


def _log_q_kept(log: Term, times: int) -> Edit:
    """Log q stands in it −1 or 0 times instead of once; its half of log 2π adds to that of log p, or neither does."""

    def edit(formula: Formula) -> Iterable[Formula]:
        scale = formula[SQUARED_NOISE] * law(times - 1)  # half of what is left of log 2π
        kept = formula.with_terms({term: formula[term] * law(times) for term in (SQUARED_NOISE, log)})
        yield kept
        for places in _PLACES:
            yield kept.with_terms({LOG_2PI: formula[LOG_2PI] + scale * places})

    return edit


def _one_sided(formula: Formula) -> Iterable[Formula]:
    """½ log 2π stands on one side only; the other density lacks it. Or the prior's log b is left out."""
    scale = formula[SQUARED_NOISE] * law(-2)
    for places in _PLACES:
        for number in ("1/2", "-1/2"):
            yield formula.with_terms({LOG_2PI: formula[LOG_2PI] + scale * places * law(number)})
    for constant in formula.constants.coefficients:
        if constant not in (LOG_2PI, ONE):
            yield formula.with_terms({constant: Law()})
