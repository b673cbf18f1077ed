"""What people do to a Gaussian KL: readings exchanged, squares and logarithms misplaced, signs, halves, priors."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from ..edits import constant_slips, dropped, exchanged, flipped, rescaled
from ..formula import LOG_2PI, ONE, Formula, Law, Term, law
from ..naming import Edit, Scales, Slip
from .gaussian_heads import head_slips
from .gaussian_terms import AXES, STANDARD, GaussianTerms, Prior, log_prior
from .seconds import SECONDS, Second, log_ratio, misreading, of_role

__all__ = ["KL_SCALES", "kl_slips", "log_2pi_kept", "wider_terms"]

KL_SCALES: Scales = {
    law(2): ("doubled", "missing-half", "kl-counted-twice"),
    law("1/2"): ("halved",),
    law(-1): ("wrong-sign",),
    law(1, d=-1): ("mean-over-latent", "mean-over-all"),
    law(1, B=1, d=-1): ("wrong-reduction-axis",),
    law(1, d=1): ("wrong-reduction-axis",),
    law(1, B=-1): ("double-averaging",),
    law(1, B=1): ("wrong-reduction-axis", "sum-for-mean"),
    **{law(1, **{axis: -1}): ("mean-over-latent", "wrong-reduction-axis") for axis in "CHW"},
    law(1, L=-1): ("mean-over-latent",),
    law(1, T=-1): ("mean-over-steps",),
    law(1, T=1): ("mean-over-steps",),
}


def kl_slips(terms: GaussianTerms, prior: Prior) -> list[Slip]:
    """Return the edits of the right formula that are known as mistakes, each with its slug."""
    second = terms.second
    found: list[Slip] = [
        ("wrong-sign", flipped),
        *constant_slips({"d": "missing-dim-term"}),
        ("missing-half", rescaled((terms.square, terms.variance), law(2))),
        ("missing-half", rescaled((terms.log,), law(2))),
        ("missing-half", rescaled((terms.square,), law(2))),
        ("missing-half", rescaled((terms.variance,), law(2))),
        ("half-on-logsigma", rescaled((terms.log,), law("1/2"))),
        ("halved", rescaled((terms.square,), law("1/2"))),
        ("halved", rescaled((terms.variance,), law("1/2"))),
        ("misplaced-parenthesis", rescaled((terms.variance,), law(-2))),
        ("misplaced-parenthesis", rescaled((terms.square, terms.variance), law(-2))),
        ("misplaced-parenthesis", rescaled((terms.log,), law(-2))),
        ("misplaced-parenthesis", _constant_outside),
        ("misplaced-parenthesis", rescaled((terms.log, ONE), law(2))),
        ("wrong-constant", log_2pi_kept),
        ("not-squared", exchanged([(terms.variance, terms.deviation, law(1))])),
        ("not-squared", exchanged([(terms.square, terms.distance, law(1))])),
        ("not-squared", exchanged([(terms.square, terms.size, law(1))])),
        ("missing-log-term", dropped(terms.log)),
        ("missing-mean-term", dropped(terms.square)),
        ("missing-variance-term", dropped(terms.variance)),
        ("missing-variance-term", dropped(terms.variance, terms.log, log_prior(prior), ONE)),  # ½ Σ μ² alone
        ("missing-log", exchanged([(terms.log, terms.variance, law(1))])),
        ("missing-log", exchanged([(terms.log, terms.deviation, law(1))])),
        *(("square-of-log", exchanged([(terms.log, terms.log_square, law(c))])) for c in _squares(second)),
        *_bases(terms),
        *([] if second.positive else [("abs-on-logvar", exchanged(_of_size(terms)))]),
        *head_slips(terms),
        ("reversed-kl", _reversed(terms)),
        *_inverted(terms),
        *(slip for other in SECONDS.values() if other.role != second.role for slip in _misread(terms, other)),
        *_deviation_for_variance(terms),
    ]
    return found if prior == STANDARD else [*found, *_prior_slips(terms)]


def _inverted(terms: GaussianTerms) -> list[Slip]:
    """Return the slips of a sign within the exponent, exp(−log σ²): there alone, or before the logarithm as well."""
    inverse, log = (terms.variance, terms.precision, law(1)), (terms.log, terms.log, law(-1))
    return [("wrong-sign", exchanged(pairs)) for pairs in ([inverse], [inverse, log])]


def _deviation_for_variance(terms: GaussianTerms) -> list[Slip]:
    """Return what is made of softplus(ρ), or of exp(½ log σ²), if that is taken for the variance."""
    if terms.second.role not in ("softplus_std", "log_variance"):
        return []
    pairs = [(terms.variance, terms.deviation, law(1)), (terms.log, terms.log, law("1/2"))]
    return [("sigma-as-var", exchanged(pairs))]


def _squares(second: Second) -> list[Fraction]:
    return list(
        dict.fromkeys([Fraction(second.log_factor), Fraction(1), Fraction(1, 2), Fraction(1, second.log_factor)])
    )


def _misread(terms: GaussianTerms, other: Second) -> list[Slip]:
    """Return the slips that read the second argument as something else: in both terms, or in one of them."""
    role = terms.second.role
    slug = misreading(terms.second, other)
    spread = (terms.variance, terms.spread(other.variance), law(1))
    log = (terms.log, of_role(other.log, role), log_ratio(terms.second, other))
    return [(slug, exchanged(pairs)) for pairs in ([spread, log], [spread], [log])]


def _bases(terms: GaussianTerms) -> list[Slip]:
    """Return the logarithm to another base, and powers of another base than e where the argument is a logarithm."""
    logs = [(terms.log, of_role(raw, terms.second.role), law(1)) for raw in terms.second.bases]
    powers = [(terms.variance, terms.spread(raw), law(1)) for raw in ("2^s", "10^s") if terms.second.log == "s"]
    return [("wrong-log-base", exchanged([pair])) for pair in (*logs, *powers)]


def _of_size(terms: GaussianTerms) -> list[tuple[Term, Term, Law]]:
    role = terms.second.role
    return [
        (terms.spread("exp s"), terms.spread("exp |s|"), law(1)),
        (terms.spread("exp 2s"), terms.spread("exp 2|s|"), law(1)),
        (of_role("s", role), of_role("|s|", role), law(1)),
    ]


def _reversed(terms: GaussianTerms) -> Edit:
    """The prior first: ½ Σ ((μ−a)²/σ² + b²/σ² − 1 − log(b²/σ²)); both logarithms change their sign."""
    log = log_prior(terms.prior)
    turn = exchanged(
        [
            (terms.square, _product(terms.square, terms.precision), law(1)),
            (terms.variance, terms.precision, law(1)),
            (terms.log, terms.log, law(-1)),
            (log, log, law(-1)),
        ]
    )

    def edit(formula: Formula) -> Iterable[Formula]:
        yield from turn(formula) if formula[terms.variance] else ()

    return edit


def _constant_outside(formula: Formula) -> list[Formula]:
    """½ Σ(…) − 1 for ½ Σ(… − 1): the constant stands outside of the sum and of the half."""
    held = formula[ONE]
    if "d" not in held.names:
        return []
    return [formula.with_terms({ONE: held * law(2, d=-1)})]


def log_2pi_kept(formula: Formula) -> Iterable[Formula]:
    """Yield the formula with a ½ log 2π a coordinate, which cancels between q and p and was left in one of them."""
    held = formula[ONE]
    if held and not formula[LOG_2PI]:
        yield formula.with_terms({LOG_2PI: -held})
        yield formula.with_terms({LOG_2PI: held})


def _prior_slips(terms: GaussianTerms) -> list[Slip]:
    """Return what happens to those who forget the prior: all of it, its mean, or its scale; or take its σ for its σ².

    In the terms of the prior itself: μ² is b² times μ²/b².
    """
    a, b = terms.prior
    log, unscaled = log_prior(terms.prior), law(b * b)
    centred = GaussianTerms(terms.second, (Fraction(0), b)).square
    found: list[Slip] = [
        (
            "prior-ignored",
            exchanged(
                [(terms.square, centred, unscaled), (terms.variance, terms.variance, unscaled), (log, log, Law())]
            ),
        )
    ]
    if a != 0:
        found.append(("prior-ignored", exchanged([(terms.square, centred, law(1))])))
    if b != 1:
        as_variance, as_deviation = (
            [(terms.square, terms.square, law(factor)), (terms.variance, terms.variance, law(factor))]
            for factor in (b, 1 / (b * b))
        )
        half = (log, log, law("1/2"))
        found += [
            ("prior-ignored", rescaled((terms.square, terms.variance), unscaled)),
            ("prior-ignored", rescaled((terms.square,), unscaled)),
            ("multiplied-not-divided", rescaled((terms.square, terms.variance), unscaled * unscaled)),
            ("not-squared", exchanged(as_variance)),  # σ_p for σ_p²
            ("not-squared", exchanged([*as_variance, half])),
            ("sigma-as-var", exchanged([*as_variance, half])),
            ("wrong-prior-scale", exchanged([*as_variance, half])),  # σ_p for σ_p², in the logarithm too
            ("wrong-prior-scale", exchanged([*as_deviation, (log, log, law(2))])),  # σ_p² for σ_p
            ("half-on-logsigma", exchanged([half])),
        ]
    return found


def wider_terms(terms: GaussianTerms) -> list[frozenset[Term]]:
    """Return larger sets of terms for functions that no few slips explain: other functions of both, and products."""
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
    basic = (terms.square, terms.variance, terms.log)
    powers, exponentials = ("s", "s^2", "1/s", "1/s^2"), ("s", "exp s", "exp -s")
    for raws in (powers, exponentials):
        mixed = [_product(of, of_role(raw, role)) for of in (terms.square, terms.distance) for raw in raws]
        found += [frozenset((*basic, each)) for each in mixed]
        found.append(frozenset((*basic, terms.distance, *mixed)))
    return found


def _product(of_mean: Term, other: Term) -> Term:
    return Term(
        f"{of_mean.name} · {other.name}",
        AXES,
        lambda v: of_mean.value(v) * other.value(v),
        lambda s: of_mean.symbol(s) * other.symbol(s),
    )
