"""A mistake is called by what it is, and its cure mends it."""

import re

import numpy as np
import pytest
from numpy import log

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


@pytest.mark.unmeasured
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


@pytest.mark.unmeasured
@pytest.mark.parametrize("half", HALF_TOO_MANY.values(), ids=HALF_TOO_MANY)
def test_half_of_one_term_too_many_has_one_name_and_is_no_beta(half):
    accused("halved", ask(lambda mu, logvar: half(mu, logvar).sum(-1), "mean", "log_variance"))
    found = ask(
        lambda x, r, mu, logvar: (-(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(-1) + half(mu, logvar).sum(-1)).mean(),
        "x", "probabilities", "mean", "log_variance",
    )  # fmt: skip
    accused("halved", found)
    assert found.finding("effective-beta") is None


Q = np.array([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]])
P = np.array([[0.25, 0.5, 0.25], [0.5, 0.25, 0.25]])
OF_CATEGORIES = {
    "missing-constant": lambda q: (q * log(q)).sum(-1),
    "misplaced-parenthesis": lambda q: (q * log(q) + log(q.shape[-1])).sum(-1),
    "halved": lambda q: (q * log(q * q.shape[-1])).sum(-1) / 2,
    "missing-log": lambda q: (q * q * q.shape[-1]).sum(-1),
    "prob-instead-of-logprob": lambda q: (q * (log(q) - 1 / q.shape[-1])).sum(-1),
    "argument-order": lambda q: -log(q * q.shape[-1]).mean(-1),
}
OF_TWO_CATEGORICALS = {
    "halved": lambda q, p: (q * log(q / p)).sum(-1) / 2,
    "missing-log": lambda q, p: (q * q / p).sum(-1),
    "prob-instead-of-logprob": lambda q, p: (q * (log(q) - p)).sum(-1),
    "argument-order": lambda q, p: (p * log(p / q)).sum(-1),
    "prior-ignored": lambda q, p: (q * log(q)).sum(-1),
}


def cured(found, **values):
    """What the formula in the cure of a mistake gives."""
    (formula,) = re.findall(r"\(q \* .*sum\(-1\)(?: \+ log\(K\))?", found.mistakes[0].cure)
    return eval(formula, {"log": log, **values})


@pytest.mark.unmeasured
@pytest.mark.parametrize("slug", OF_CATEGORIES)
def test_the_cure_of_a_categorical_gives_what_is_right(slug):
    found = accused(slug, ask(OF_CATEGORIES[slug], "probabilities"))
    np.testing.assert_allclose(cured(found, q=Q, K=3, p=np.full(3, 1 / 3)), (Q * log(3 * Q)).sum(-1))


@pytest.mark.unmeasured
@pytest.mark.parametrize("slug", OF_TWO_CATEGORICALS)
def test_the_cure_of_two_categoricals_gives_what_is_right(slug):
    found = accused(slug, ask(OF_TWO_CATEGORICALS[slug], "probabilities_q", "probabilities_p"))
    np.testing.assert_allclose(cured(found, q=Q, p=P), (Q * log(Q / P)).sum(-1))


def test_the_constant_of_categoricals_is_told_as_theirs():
    doubled = accused("wrong-constant", ask(lambda q: (q * log(q * q.shape[-1] ** 2)).sum(-1), "probabilities"))
    assert doubled.mistakes[0].cure == "the constant is log K for every categorical: the KL must be 0 at q = 1 / K"

    def once(q):
        _, _, categories = q.shape
        return (q * log(q)).sum((1, 2)) + log(categories)

    found = accused("missing-dim-term", ask(once, "probabilities"))
    formula = found.mistakes[0].cure.split(": ")[1]
    right = eval(formula, {"log": log, "q": Q[None], "K": 3})
    np.testing.assert_allclose(right, [(Q * log(3 * Q)).sum()])


def test_a_sum_over_the_wrong_axis_of_categoricals_speaks_of_no_latents():
    found = accused("wrong-reduction-axis", ask(lambda q: len(q) * (q * log(q * q.shape[-1])).sum(-1), "probabilities"))
    assert found.mistakes[0].cure.startswith("sum over the categories, and over the categoricals of a sample")


def test_the_cure_of_a_gaussian_stays():
    found = ask(lambda mu, lv: kl(mu, lv) + 0.5 * mu.shape[-1], "mean", "log_variance")
    assert found.mistakes[0].cure == "keep the −1 of every latent"


STEPS = {
    "1/T": (lambda recon, divergence: recon.sum((-1, -2)).mean() + divergence.sum(-1).mean()),
    "T": (lambda recon, divergence: recon.sum(-1).mean() + divergence.sum((-1, -2)).mean()),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("beta", STEPS)
def test_one_part_that_is_averaged_over_the_steps_alone_is_called_so(beta):
    def loss(x, r, mu, logvar):
        (_, _, _), (_, _, _) = x.shape, mu.shape
        entropies = -(x * np.log(r) + (1 - x) * np.log(1 - r))
        return STEPS[beta](entropies, 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar))

    found = accused("mean-over-steps", ask(loss, "x", "probabilities", "mean", "log_variance"))
    assert found.finding("effective-beta").message == f"effective beta {beta} instead of 1"
