"""Gaussian negative log likelihoods: right under every reading, and every slip named."""

import itertools
import random

import numpy as np
import pytest
from scipy import stats

from elbo_check.diagnosis.formula import Formula, law
from elbo_check.diagnosis.quantities.gaussian_nll import Density, gaussian_nll
from elbo_check.diagnosis.quantities.seconds import SECONDS

from .judged import codes, is_named, judged, named, outcome

LOG_2PI = np.log(2 * np.pi)
VARIANCES = {
    "std": lambda s: s**2,
    "variance": lambda s: s,
    "log_variance": np.exp,
    "log_std": lambda s: np.exp(2 * s),
    "softplus_std": lambda s: np.logaddexp(0, s) ** 2,
}
REDUCED = {
    "elementwise": lambda e: e,
    "rows": lambda e: e.sum(-1),
    "total": np.sum,
    "batch mean": lambda e: e.sum(-1).mean(),
    "mean times D": lambda e: e.mean() * e.shape[1],
}


@pytest.mark.endurance
@pytest.mark.parametrize(("role", "reduction"), list(itertools.product(VARIANCES, REDUCED)))
def test_the_density_of_scipy_is_right(role, reduction):
    def nll(x, mu, s):
        return REDUCED[reduction](-stats.norm.logpdf(x, mu, np.sqrt(VARIANCES[role](s))))

    diagnosis = judged(nll, ("x", "x_mean", role))
    assert outcome(diagnosis) == "consistent"
    assert diagnosis.relation == "equal"


@pytest.mark.parametrize("mean", ["mean", "x_mean", "reconstruction"])
def test_the_mean_goes_by_three_names(mean):
    def nll(x, mu, s):
        return 0.5 * np.sum((mu - x) ** 2 * np.exp(-s) + s + LOG_2PI, -1)

    assert outcome(judged(nll, ("x", mean, "log_variance"))) == "consistent"


SLIPS = {
    "no constant": (lambda q, v: q / 2 + np.log(v) / 2, "missing-constant"),
    "no half": (lambda q, v: q + np.log(v) / 2 + LOG_2PI / 2, "missing-half"),
    "quarter of the square": (lambda q, v: q / 4 + np.log(v) / 2 + LOG_2PI / 2, "halved"),
    "half of the logarithm": (lambda q, v: q / 2 + np.log(v) / 4 + LOG_2PI / 2, "half-on-logsigma"),
    "whole logarithm": (lambda q, v: q / 2 + np.log(v) + LOG_2PI / 2, "missing-half"),
    "no logarithm": (lambda q, v: q / 2 + LOG_2PI / 2, "missing-log-term"),
    "squares only": (lambda q, v: q * v, "mse-without-variance"),
    "half squares with the constant": (lambda q, v: q * v / 2 + LOG_2PI / 2, "mse-without-variance"),
    "squares beside a logarithm": (lambda q, v: q * v / 2 + np.log(v) / 2 + LOG_2PI / 2, "mse-without-variance"),
    "deviation for variance": (lambda q, v: q * np.sqrt(v) / 2 + np.log(v) / 2 + LOG_2PI / 2, "not-squared"),
    "times the variance": (lambda q, v: q * v**2 / 2 + np.log(v) / 2 + LOG_2PI / 2, "multiplied-not-divided"),
    "absolute": (lambda q, v: np.sqrt(q / v) / 2 + np.log(v) / 2 + LOG_2PI / 2, "not-squared"),
    "variance for its logarithm": (lambda q, v: q / 2 + v / 2 + LOG_2PI / 2, "missing-log"),
    "sign of the logarithm": (lambda q, v: q / 2 - np.log(v) / 2 + LOG_2PI / 2, "wrong-sign"),
    "log likelihood": (lambda q, v: -q / 2 - np.log(v) / 2 - LOG_2PI / 2, "wrong-sign"),
    "twice": (lambda q, v: q + np.log(v) + LOG_2PI, "doubled"),
    "base 2": (lambda q, v: q / 2 + np.log2(v) / 2 + LOG_2PI / 2, "wrong-log-base"),
    "base 10": (lambda q, v: q / 2 + np.log10(v) / 2 + LOG_2PI / 2, "wrong-log-base"),
}


def of(slip, role="variance", reduce=REDUCED["batch mean"]):
    return lambda x, mu, s: reduce(slip((x - mu) ** 2 / VARIANCES[role](s), VARIANCES[role](s)))


@pytest.mark.endurance
@pytest.mark.parametrize("case", SLIPS)
def test_a_slip_is_named(case):
    slip, slug = SLIPS[case]
    diagnosis = judged(of(slip), ("x", "mean", "variance"))
    assert outcome(diagnosis) == "refuted"
    assert is_named(diagnosis, slug), named(diagnosis)


@pytest.mark.endurance
@pytest.mark.parametrize(("held", "read"), [(h, r) for h in VARIANCES for r in VARIANCES if h != r])
def test_a_misreading_is_named(held, read):
    """Where a logarithm of what may be negative has no value, it is read where all is positive."""
    variance = VARIANCES[read]

    def nll(x, mu, s):
        with np.errstate(all="ignore"):
            log = 2 * np.log(s) if read == "std" else np.log(variance(s))
            return 0.5 * np.sum((x - mu) ** 2 / variance(s) + log + LOG_2PI, -1)

    slug = f"{SECONDS[held].short}-as-{SECONDS[read].short}"
    diagnosis = judged(nll, ("x", "mean", held))
    assert outcome(diagnosis) == "refuted"
    assert is_named(diagnosis, slug), named(diagnosis)


def test_means_over_the_numbers_are_a_factor():
    whole = SLIPS["twice"][0]

    def halved(q, v):
        return whole(q, v) / 2

    assert is_named(judged(of(halved, reduce=np.mean), ("x", "mean", "variance")), "mean-over-all")
    diagnosis = judged(of(SLIPS["no constant"][0]), ("x", "mean", "variance"))
    assert diagnosis.relation == "offset"
    assert "gradients-right" in codes(diagnosis)


def test_pairs_are_named():
    pairs = [
        (lambda q, v: q / 2 + np.log(v) / 4, {"half-on-logsigma", "missing-constant"}),
        (lambda q, v: q - np.log(v) / 2 + LOG_2PI / 2, {"missing-half", "wrong-sign"}),
        (lambda q, v: q, {"missing-log-term", "missing-constant", "missing-half"}),
        (lambda q, v: q / 2 - np.log(v) / 2, {"wrong-sign", "missing-constant"}),
    ]
    for slip, slugs in random.Random(1).sample(pairs, len(pairs)):
        diagnosis = judged(of(slip), ("x", "mean", "variance"))
        assert outcome(diagnosis) == "refuted"
        assert {slug for group in named(diagnosis) for slug in group} & slugs


def test_an_unknown_form_is_read_in_wider_terms():
    def nll(x, mu, s):
        return np.sum(0.5 * (x - mu) ** 2 + 3 * (x - mu) ** 2 / s - 7 * s + 2 * np.log(s), -1)

    diagnosis = judged(nll, ("x", "mean", "variance"))
    assert outcome(diagnosis) == "refuted"
    assert diagnosis.recovered
    assert "not-in-catalogue" in codes(diagnosis)


def test_there_are_no_squares_to_take_from_a_density_without_its_quadratic_term():
    density = Density("mean", "std", SECONDS["std"])
    slip = next(edit for slug, edit in density.slips if slug == "mse-without-variance")
    assert list(slip(Formula.of({density.log: law(1)}))) == []
    assert list(slip(density.formula))


def test_the_quantity_says_what_it_is():
    said = gaussian_nll("x_mean", "log_std").said({"x": "y", "x_mean": "mu", "log_std": "ls"})
    assert said == "−log N(y; mu, exp(2 ls))"
