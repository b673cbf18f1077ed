"""KLs of one draw: every unbiased form is right, alone and in a whole loss, and what is near to one is not."""

import numpy as np
import pytest

from elbo_check.errors import LossFunctionError
from tests.loss_hearing.help import accused, ask, codes_of, names_of, needs_torch, passed

DRAW = ("mean", "log_variance", "noise")
WHOLE = ("reconstruction", "x", *DRAW)
LOG_2PI = np.log(2 * np.pi)


def drawn(mu, lv, e):
    return mu + np.exp(lv / 2) * e


def log_q(mu, lv, e):
    return -0.5 * e**2 - lv / 2 - LOG_2PI / 2


def log_p(z, a=0.0, b=1.0):
    return -0.5 * ((z - a) / b) ** 2 - np.log(b) - LOG_2PI / 2


def entropy(lv):
    return 0.5 * (1 + lv + LOG_2PI)


def log_ratio(mu, lv, e, a=0.0, b=1.0):
    return log_p(drawn(mu, lv, e), a, b) - log_q(mu, lv, e)


def semi_analytic(mu, lv, e, a=0.0, b=1.0):
    return -entropy(lv) - log_p(drawn(mu, lv, e), a, b)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("fn", "words"),
    [
        (lambda m, t, e: semi_analytic(m, t, e).sum(-1), "entropy of q in closed form"),
        (lambda m, t, e: semi_analytic(m, t, e).sum(-1).mean(), "entropy of q in closed form"),
        (lambda m, t, e: semi_analytic(m, t, -e), "entropy of q in closed form, with −noise"),
        (lambda m, t, e: (log_q(m, t, e) + 0.5 * (m**2 + np.exp(t) + LOG_2PI)).sum(-1), "mean of log p(z)"),
        (lambda m, t, e: np.expm1(log_ratio(m, t, e)) - log_ratio(m, t, e), "r − 1"),
        (lambda m, t, e: joint(log_ratio(m, t, e).sum(-1)), "r − 1"),
        (lambda m, t, e: joint(log_ratio(m, t, -e).sum(-1)).mean(), "r − 1"),
    ],
    ids=["sum", "mean", "mirrored", "prior", "k3 each", "k3", "k3 mirrored"],
)
def test_unbiased_forms_are_right(fn, words):
    assert words in passed(ask(fn, *DRAW)).reduction


def joint(log_r):
    return np.expm1(log_r) - log_r


@pytest.mark.unmeasured
def test_the_forms_know_another_prior():
    passed(ask(lambda m, t, e: semi_analytic(m, t, e, 1, 2).sum(-1), *DRAW, prior=(1, 2)))
    passed(ask(lambda m, t, e: joint(log_ratio(m, t, e, 1, 2).sum(-1)), *DRAW, prior=(1, 2)))
    found = ask(lambda m, t, e: semi_analytic(m, t, e).sum(-1), *DRAW, prior=(1, 2))
    assert found.outcome == "refuted"


@pytest.mark.parametrize(
    ("slug", "fn"),
    [
        ("squared-log-ratio", lambda m, t, e: 0.5 * log_ratio(m, t, e).sum(-1) ** 2),
        ("squared-log-ratio", lambda m, t, e: 0.5 * (log_ratio(m, t, e) ** 2).sum(-1).mean()),
        ("missing-constant", lambda m, t, e: (semi_analytic(m, t, e) + 0.5).sum(-1)),
        ("wrong-constant", lambda m, t, e: (-log_ratio(m, t, e) - 0.5).sum(-1)),
        ("wrong-constant", lambda m, t, e: -log_ratio(m, t, e).sum(-1) + 0.37),
        ("mean-over-latent", lambda m, t, e: semi_analytic(m, t, e).mean(-1)),
        ("var-as-std-in-reparam", lambda m, t, e: (-entropy(t) - log_p(m + np.exp(t) * e)).sum(-1)),
        ("missing-half", lambda m, t, e: (drawn(m, t, e) ** 2 - 0.5 * (1 + t)).sum(-1)),
    ],
    ids=["k2", "k2 each", "no constant", "half", "number", "mean", "variance", "no half"],
)
def test_slips_of_the_forms_are_named(slug, fn):
    accused(slug, ask(fn, *DRAW))


@pytest.mark.endurance
@pytest.mark.parametrize(
    "fn",
    [
        lambda m, t, e: np.expm1(-log_ratio(m, t, e).sum(-1)) + log_ratio(m, t, e).sum(-1),
        lambda m, t, e: np.expm1(log_ratio(m, t, e).sum(-1)) + log_ratio(m, t, e).sum(-1),
        lambda m, t, e: np.exp(log_ratio(m, t, e).sum(-1)) - log_ratio(m, t, e).sum(-1),
        lambda m, t, e: (-entropy(t) + log_p(drawn(m, t, e))).sum(-1),
        lambda m, t, e: np.abs(log_ratio(m, t, e).sum(-1)),
    ],
    ids=["inverse", "sign", "no one", "prior's sign", "size"],
)
def test_what_is_near_to_a_form_is_refuted(fn):
    assert ask(fn, *DRAW).outcome == "refuted"


@pytest.mark.unmeasured
def test_a_ratio_of_all_latents_is_none_of_one():
    def spread(m, t, e):
        log_r = log_ratio(m, t, e)
        return np.expm1(log_r.sum(-1, keepdims=True)) - log_r

    assert ask(spread, *DRAW).outcome == "refuted"


def squares(r, x):
    return 0.5 * ((r - x) ** 2).sum(-1)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "kl",
    [
        lambda m, t, e: -log_ratio(m, t, e).sum(-1),
        lambda m, t, e: semi_analytic(m, t, e).sum(-1),
        lambda m, t, e: 0.5 * (m**2 + np.exp(t) - 1 - t).sum(-1) + 0 * e.sum(-1),
    ],
    ids=["drawn", "entropy", "closed"],
)
def test_a_whole_loss_may_hold_a_kl_of_one_draw(kl):
    passed(ask(lambda r, x, m, t, e: (squares(r, x) + kl(m, t, e)).mean(), *WHOLE))


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("slug", "fn"),
    [
        ("mean-over-latent", lambda r, x, m, t, e: squares(r, x) - log_ratio(m, t, e).mean(-1)),
        ("missing-entropy", lambda r, x, m, t, e: squares(r, x) + 0.5 * (drawn(m, t, e) ** 2).sum(-1)),
        ("mse-mean-vs-kl-sum", lambda r, x, m, t, e: squares(r, x) / x.shape[-1] - log_ratio(m, t, e).sum(-1)),
        ("logvar-as-logsigma", lambda r, x, m, t, e: squares(r, x) - log_ratio(m, 2 * t, e).sum(-1)),
    ],
    ids=["mean", "entropy", "pixels", "reading"],
)
def test_slips_beside_a_reconstruction_are_named(slug, fn):
    found = ask(lambda r, x, m, t, e: fn(r, x, m, t, e).mean(), *WHOLE)
    assert found.outcome == "refuted"
    assert any(slug in names for names in names_of(found)), found.mistakes


@pytest.mark.endurance
def test_an_unknown_decoder_beside_a_draw_is_asked_for():
    found = ask(lambda r, x, m, t, e: (np.cosh(r - x).sum(-1) - log_ratio(m, t, e).sum(-1)).mean(), *WHOLE)
    assert found.outcome == "undecided"
    assert "unknown-decoder" in codes_of(found)


def test_noise_that_comes_from_within_a_whole_loss_is_given():
    def loss(r, x, m, t):
        return (squares(r, x) - log_ratio(m, t, np.random.randn(*m.shape)).sum(-1)).mean()  # noqa: NPY002

    assert "own-noise" in codes_of(passed(ask(loss, *WHOLE[:-1])))


@needs_torch
def test_a_sample_that_is_cut_in_a_whole_loss_is_seen():
    import torch

    normal = torch.distributions.Normal

    def loss(r, x, m, t, e):
        z = (m + (t / 2).exp() * e).detach()
        kl = normal(m, (t / 2).exp()).log_prob(z) - normal(0.0, 1.0).log_prob(z)
        return (0.5 * ((r - x) ** 2).sum(-1) + kl.sum(-1)).mean()

    accused("detached-sample", ask(loss, *WHOLE, backend="torch"))


def test_a_function_that_refuses_its_arguments_is_asked_as_any_of_them():
    def loss(m, t, e):
        raise ValueError("no")

    with pytest.raises(LossFunctionError, match="no"):
        ask(loss, *WHOLE[2:], quantity="gaussian-kl")
