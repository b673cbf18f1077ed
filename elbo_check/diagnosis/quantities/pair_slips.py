"""What people do to the KL of two Gaussians: each slip an edit of its formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from ..edits import constant_slips, dropped, exchanged, flipped, rescaled
from ..formula import ONE, Formula, Law, Term, law
from ..naming import Edit, Slip
from .factors import SAME, Factor, Product, everywhere, product_of, raw_factor, times
from .functions import DIFFERENCE, DISTANCE
from .gaussian_slips import log_2pi_kept
from .pair_terms import MEANS, Pair, is_square
from .seconds import SECONDS, Second, misreading

__all__ = ["constant_outside", "pair_slips"]

_Q, _P, _BOTH = (0,), (1,), (0, 1)


def pair_slips(pair: Pair) -> list[Slip]:
    """Return the slips of ½ Σ ((μ_q−μ_p)²/σ_p² + σ_q²/σ_p² − 1 − log(σ_q²/σ_p²))."""
    return [*_signs(pair), *_halves(pair), *_quotients(pair), *_logarithms(pair), *_others(pair), *_misreadings(pair)]


def _any(_: Product) -> bool:
    return True


def _no_square(term: Product) -> bool:
    return not is_square(term)


def _signs(pair: Pair) -> Iterator[Slip]:
    yield "wrong-sign", flipped
    yield "wrong-sign", rescaled((pair.log_q, pair.log_p), law(-1))
    yield "wrong-sign", _of_means({DIFFERENCE: "a+b"})


def _halves(pair: Pair) -> Iterator[Slip]:
    square, ratio, log_q, log_p = pair.square, pair.ratio, pair.log_q, pair.log_p
    yield from constant_slips({"d": "missing-dim-term"})
    for terms in ((square, ratio), (log_q, log_p), (square,), (ratio,), (log_q,), (log_p,)):
        yield "missing-half", rescaled(terms, law(2))
    for terms in ((log_q, log_p), (log_q,), (log_p,)):
        yield "half-on-logsigma", rescaled(terms, law("1/2"))
    for terms in ((ratio,), (square, ratio), (log_q, log_p)):
        yield "misplaced-parenthesis", rescaled(terms, law(-2))
    yield "misplaced-parenthesis", rescaled((square, ratio), law("1/2"))  # (2 σ_p)² for 2 σ_p²
    yield "misplaced-parenthesis", constant_outside
    yield "misplaced-parenthesis", rescaled((log_q, log_p, ONE), law(2))
    yield "wrong-constant", log_2pi_kept


def constant_outside(formula: Formula) -> Iterator[Formula]:
    """½ Σ(…) − 1 for ½ Σ(… − 1): the constant stands outside of the sum and of the half."""
    held = formula[ONE]
    if "d" in held.names:
        yield formula.with_terms({ONE: held * law(2, d=-1)})


def _quotients(pair: Pair) -> Iterator[Slip]:
    """What is divided by the variance of p, and how often."""
    yield "misplaced-parenthesis", pair.powered(_P, _no_square, 1, shift=-1)
    yield "misplaced-parenthesis", pair.powered(_P, is_square, 1, shift=-1)
    yield "misplaced-parenthesis", pair.powered(_P, _no_square, 0)
    for chosen in (_any, is_square, _no_square):
        yield "missing-division", pair.powered(_P, chosen, 0)
        yield "multiplied-not-divided", pair.powered(_P, chosen, -1)
    yield "wrong-variance", exchanged([(pair.square, pair.square_over_q, law(1))])
    yield "wrong-variance", pair.powered(_BOTH, _no_square, -1)
    yield "not-squared", pair.powered(_P, is_square, Fraction(1, 2))
    yield "not-squared", pair.powered(_BOTH, _no_square, Fraction(1, 2))
    yield "not-squared", pair.powered(_BOTH, _any, Fraction(1, 2))
    yield "not-squared", _of_means({DIFFERENCE: DIFFERENCE}, power=1)
    yield "not-squared", _of_means({DIFFERENCE: DISTANCE}, power=1)
    yield "prior-ignored", everywhere(_without_mean)
    yield "prior-ignored", _without_scale(pair, mean=True)
    yield "prior-ignored", _without_scale(pair, mean=False)


def _logarithms(pair: Pair) -> Iterator[Slip]:
    log_q, log_p = pair.log_q, pair.log_p
    for terms in ((log_q,), (log_p,), (log_q, log_p)):
        yield "missing-log-term", dropped(*terms)
    yield "missing-mean-term", dropped(pair.square)
    yield "missing-variance-term", dropped(pair.ratio)
    for power, number in ((1, "-1/2"), (-1, "1/2")):
        yield "missing-log", _instead(pair, {_quotient(pair, "variance", power): law(number)})
        yield "missing-log", _instead(pair, {_quotient(pair, "deviation", power): law(number) * law(2)})
    for number in ("1/2", "-1/2", "1/4", "-1/4", "1", "-1"):
        yield "square-of-log", _instead(pair, _square_of_log(pair, law(number)))
    for raw_q, raw_p in zip(pair.q.bases, pair.p.bases, strict=True):
        other = [times(raw_factor(raw, role)) for raw, role in zip((raw_q, raw_p), pair.roles, strict=True)]
        yield "wrong-log-base", exchanged([(log_q, other[0], law(1)), (log_p, other[1], law(1))])


def _quotient(pair: Pair, field: str, power: int) -> Term:
    (q, role_q), (p, role_p) = pair.sides
    return times(raw_factor(getattr(q, field), role_q, power), raw_factor(getattr(p, field), role_p, -power))


def _square_of_log(pair: Pair, number: Law) -> Mapping[Term, Law]:
    """Return number·(log of the ratio of variances)²."""
    (q, role_q), (p, role_p) = pair.sides
    log_q, log_p = raw_factor(q.log, role_q), raw_factor(p.log, role_p)
    return {
        times(log_q, log_q): number * law(q.log_factor**2),
        times(log_q, log_p): number * law(-2 * q.log_factor * p.log_factor),
        times(log_p, log_p): number * law(p.log_factor**2),
    }


def _instead(pair: Pair, terms: Mapping[Term, Law]) -> Edit:
    """Return the edit that puts terms for the logarithms; coefficients are those for a KL that is not scaled."""
    plain_q, plain_p = law(Fraction(-pair.q.log_factor, 2)), law(Fraction(pair.p.log_factor, 2))

    def edit(formula: Formula) -> Iterator[Formula]:
        scale = formula[pair.log_q].quotient(plain_q)
        if scale is not None and formula[pair.log_p] == plain_p * scale:
            rest = formula.with_terms({pair.log_q: Law(), pair.log_p: Law()})
            yield rest + Formula(terms).scaled(scale)

    return edit


def _others(pair: Pair) -> Iterator[Slip]:
    for slug in ("reversed-kl", "argument-order"):
        yield slug, everywhere(pair.reversed)
    role_q, role_p = pair.roles
    for roles in ({role_q: "mean_p", "mean_p": role_q}, {**_two_way("mean_q", role_q), **_two_way("mean_p", role_p)}):
        yield "argument-order", everywhere(_renamed(roles))


def _two_way(one: str, two: str) -> dict[str, str]:
    return {one: two, two: one}


def _renamed(roles: Mapping[str, str]) -> Callable[[Product], tuple[Product, Law]]:
    def change(term: Product) -> tuple[Product, Law]:
        renamed = ((Factor(f.function, tuple(roles.get(r, r) for r in f.roles)), p) for f, p in term.factors)
        return product_of(renamed), SAME

    return change


def _of_means(functions: Mapping[str, str], power: int = 2) -> Edit:
    """Return the edit that puts another function of the two means, or power, for their difference squared."""

    def change(term: Product) -> tuple[Product, Law]:
        factors = [
            (Factor(functions[f.function], MEANS), Fraction(power)) if f.function in functions else (f, p)
            for f, p in term.factors
        ]
        return product_of(factors), SAME

    return everywhere(change)


def _without_mean(term: Product) -> tuple[Product, Law]:
    """Put μ_q for μ_q − μ_p."""
    factors = [(Factor("s", ("mean_q",)) if f.function == DIFFERENCE else f, p) for f, p in term.factors]
    return product_of(factors), SAME


def _without_scale(pair: Pair, *, mean: bool) -> Edit:
    """Return the edit that forgets the scale of p everywhere, and its mean."""
    spread = pair.powered(_P, _any, 0)

    def edit(formula: Formula) -> Iterator[Formula]:
        for unscaled in spread(formula):
            plain = unscaled.with_terms({pair.log_p: Law()})
            yield from everywhere(_without_mean)(plain) if mean else (plain,)

    return edit


def _misreadings(pair: Pair) -> Iterator[Slip]:
    """A second argument that is read as another: everywhere, or in some of the terms."""
    for side, (held, _) in enumerate(pair.sides):
        for other in _others_than(held):
            slug = misreading(held, other)
            yield slug, everywhere(pair.misread(side, other, _any, logarithm=True))
            if not _told_apart(held, other):
                continue
            yield slug, everywhere(pair.misread(side, other, _any, logarithm=False))
            if _near(held, other):
                yield slug, everywhere(pair.misread(side, other, None, logarithm=True))
                if side == 1:
                    yield slug, everywhere(pair.misread(side, other, is_square, logarithm=False))
    if pair.q == pair.p:
        for other in _others_than(pair.q):
            yield from _of_both(pair, other)


def _of_both(pair: Pair, other: Second) -> Iterator[Slip]:
    slug = misreading(pair.q, other)
    choices: list[tuple[Callable[[Product], bool] | None, bool]] = [(_any, True)]
    if _told_apart(pair.q, other):
        choices += [(_any, False), (None, True)]
    for spread, logarithm in choices:
        one, two = (pair.misread(side, other, spread, logarithm=logarithm) for side in (0, 1))
        yield slug, everywhere(_after(one, two))


def _after(
    one: Callable[[Product], tuple[Product, Law]], two: Callable[[Product], tuple[Product, Law]]
) -> Callable[[Product], tuple[Product, Law]]:
    def change(term: Product) -> tuple[Product, Law]:
        between, first = one(term)
        changed, second = two(between)
        return changed, first if second is SAME else second if first is SAME else first * second

    return change


def _others_than(held: Second) -> list[Second]:
    return [other for other in SECONDS.values() if other != held]


def _told_apart(held: Second, other: Second) -> bool:
    """Whether people mix the two in a part of a formula: nobody writes softplus in one term only."""
    return "softplus" not in other.role and "softplus" not in held.role


def _near(held: Second, other: Second) -> bool:
    return held.positive == other.positive
