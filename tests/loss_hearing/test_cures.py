"""A mistake is called by what it is, and its cure mends it."""

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, names_of

V = ("reconstruction", "x", "mean", "log_variance")
L = ("logits", "x", "mean", "log_variance")


def kl(mu, lv):
    return 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1)


def bce(t, x):
    return (np.maximum(t, 0) - t * x + np.log1p(np.exp(-np.abs(t)))).sum(-1)


def to_standard(mu, s):
    return (0.5 * (s**2 + mu**2) - np.log(s) - 0.5).sum(-1)


@pytest.mark.parametrize("prior", [(0, 2), (1, 2), (1, 1), (0, 0.5)])
def test_a_prior_that_is_ignored_is_named(prior):
    accused("prior-ignored", ask(to_standard, "mean", "std", prior=prior))


@pytest.mark.parametrize("spread", [2, 3, 0.5])
def test_the_spread_of_a_prior_taken_for_its_variance_is_named(spread):
    def taken(mu, s):
        return (0.5 * np.log(spread / s**2) + (s**2 + mu**2) / (2 * spread) - 0.5).sum(-1)

    accused("sigma-as-var", ask(taken, "mean", "std", prior=(0, spread)))


@pytest.mark.parametrize(
    ("slug", "square", "variance"), [("prior-ignored", 4, 4), ("prior-ignored", 4, 1), ("not-squared", 2, 2)]
)
def test_the_scale_of_a_prior_that_is_left_out_of_terms_is_named(slug, square, variance):
    def half(mu, s):
        return (0.5 * (square * (mu - 1) ** 2 / 4 + variance * s**2 / 4 - 1 + np.log(4)) - np.log(s)).sum(-1)

    accused(slug, ask(half, "mean", "std", prior=(1, 2)))


def test_the_mean_of_a_prior_alone_that_is_left_out_is_named():
    def off(mu, s):
        return (0.5 * (mu**2 / 4 + s**2 / 4 - 1 + np.log(4)) - np.log(s)).sum(-1)

    accused("prior-ignored", ask(off, "mean", "std", prior=(1, 2)))


@pytest.mark.parametrize("second", ["std", "log_variance"])
def test_the_term_of_the_mean_alone_lacks_those_of_the_variance(second):
    found = accused("missing-variance-term", ask(lambda mu, s: 0.5 * (mu**2).sum(-1).mean(), "mean", second))
    assert "sigma**2 - 1 - 2 * log(sigma)" in found.mistakes[0].cure


def test_a_doubled_reconstruction_and_a_halved_kl_are_told_together():
    found = ask(lambda t, x, mu, lv: (2 * bce(t, x) + kl(mu, lv)).sum(), *L)
    assert names_of(found) == [{"halved", "reconstruction-weighted"}]
    assert "take the factor off the reconstruction" in found.mistakes[0].cure
    found = ask(lambda t, x, mu, lv: (0.5 * bce(t, x) + kl(mu, lv)).sum(), *L)
    assert {"doubled", "reconstruction-weighted"} <= names_of(found)[0]


def test_a_halved_kl_alone_is_cured_as_before():
    found = ask(lambda mu, lv: 0.5 * kl(mu, lv), "mean", "log_variance")
    assert names_of(found) == [{"halved"}]
    assert "reconstruction" not in found.mistakes[0].cure


HALF_TOO_MANY = {
    "of the variance": lambda mu, logvar: 0.5 * (mu**2 + np.exp(logvar) / 2 - 1 - logvar),
    "of the mean": lambda mu, logvar: 0.5 * (mu**2 / 2 + np.exp(logvar) - 1 - logvar),
}


@pytest.mark.parametrize("half", HALF_TOO_MANY.values(), ids=HALF_TOO_MANY)
def test_half_of_one_term_too_many_has_one_name_and_is_no_beta(half):
    accused("halved", ask(lambda mu, logvar: half(mu, logvar).sum(-1), "mean", "log_variance"))
    found = ask(
        lambda x, r, mu, logvar: (-(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(-1) + half(mu, logvar).sum(-1)).mean(),
        "x", "probabilities", "mean", "log_variance",
    )  # fmt: skip
    accused("halved", found)
    assert found.finding("effective-beta") is None
