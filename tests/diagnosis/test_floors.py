"""Free bits: which floor a KL has, under what, is read off; what only looks like one is not called so."""

import numpy as np
import pytest
from scipy.special import log_softmax

from elbo_check.diagnosis import floors

from .judged import is_named, judged, names


def each(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s)


def pair(mq, sq, mp, sp):
    return np.log(sp / sq) + (sq**2 + (mq - mp) ** 2) / (2 * sp**2) - 0.5


def to_uniform(logits):
    log_q = log_softmax(logits, axis=-1)
    return (np.exp(log_q) * log_q).sum(-1) + np.log(logits.shape[-1])


LEVELS = {
    "each latent of each sample counts 0.5 nats": lambda kl: np.maximum(kl, 0.5).sum(-1),
    "the mean of each latent over the batch counts 0.75 nats": lambda kl: np.maximum(kl.mean(0), 0.75).sum(),
    "each sample counts 2 nats": lambda kl: np.maximum(kl.sum(-1), 2.0).mean(),
    "the mean over the batch counts 3 nats": lambda kl: np.maximum(kl.sum(-1).mean(), 3.0),
    "the whole batch counts 20 nats": lambda kl: np.maximum(kl.sum(), 20.0),
}
KL = ("mean", "log_variance")
VAE = ("x", "reconstruction", *KL)


def told(diagnosis, words):
    assert is_named(diagnosis, "free-bits"), names(diagnosis)
    assert diagnosis.relation == "different"
    (mistake,) = diagnosis.mistakes
    assert mistake.evidence == f"{words} at least"
    return diagnosis


@pytest.mark.parametrize("words", LEVELS)
def test_a_floor_under_a_kl_is_told(words):
    told(judged(lambda mu, s: LEVELS[words](each(mu, s)), KL), words)


@pytest.mark.unmeasured
def test_a_floor_may_be_elementwise_or_summed_over_the_batch():
    words = "each latent of each sample counts 0.3 nats"
    found = told(judged(lambda mu, s: np.maximum(each(mu, s), 0.3), KL), words)
    assert str(found.recovered) == "max(mu_j²/2 − s_j/2 + exp(s_j)/2 − 1/2, 3/10)"
    told(judged(lambda mu, s: np.maximum(each(mu, s), 0.3).sum(), KL), words)
    told(judged(lambda mu, s: np.maximum(each(mu, s).sum(-1), np.log(8)), KL), "each sample counts 2.07944 nats")


@pytest.mark.endurance
@pytest.mark.parametrize("words", LEVELS)
@pytest.mark.parametrize("data", ["squares", "entropy"])
def test_a_floor_within_an_objective_is_told(words, data):
    def loss(x, r, mu, s):
        squares = 0.5 * ((x - r) ** 2).sum(-1)
        entropy = -(x * np.log(r) + (1 - x) * np.log1p(-r)).sum(-1)
        rest = squares if data == "squares" else entropy
        return (rest.sum() if "whole" in words else rest.mean()) + np.mean(LEVELS[words](each(mu, s)))

    told(judged(loss, VAE), words)


@pytest.mark.unmeasured
def test_a_floor_beside_a_declared_weight_is_told():
    loss = lambda x, r, mu, s: (0.5 * ((x - r) ** 2).sum(-1) + 4 * np.maximum(each(mu, s), 0.5).sum(-1)).mean()
    told(judged(loss, VAE, beta=4), "each latent of each sample counts 0.5 nats")


def test_a_floor_under_categoricals_is_told():
    floor = lambda logits: np.maximum(to_uniform(logits), 0.25).mean()
    found = told(judged(floor, ("logits",)), "each sample counts 0.25 nats")
    assert str(found.recovered).endswith("max(sum_k(log_softmax(logits_k)·softmax(logits_k)) + log(K), 1/4)")


@pytest.mark.endurance
def test_a_floor_under_many_categoricals_two_gaussians_and_single_samples_is_told():
    many = lambda logits: np.maximum(to_uniform(logits).sum(-1), 1.0).mean()
    found = told(judged(many, ("logits",), sizes={"G": 3}), "each sample counts 1 nat")
    assert "sum_g(" in str(found.recovered)
    two = judged(lambda a, b, c, d: np.maximum(pair(a, b, c, d), 0.5).sum(-1), ("mean_q", "std_q", "mean_p", "std_p"))
    told(two, "each latent of each sample counts 0.5 nats")
    alone = judged(lambda mu, s: np.maximum(each(mu, s), 0.5).sum(), KL, batch=False)
    told(alone, "each latent of each sample counts 0.5 nats")


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "kl",
    [
        lambda kl: np.maximum(kl, 0.5).sum(-1) + 1e-6 * kl[:, 0] ** 2,
        lambda kl: np.maximum(kl, 0.5 + 1e-4 * kl.shape[-1]).sum(-1),
        lambda kl: np.where(kl < 0.5, 0.4, kl).sum(-1),
        lambda kl: np.logaddexp(kl, 0.5).sum(-1),
    ],
)
def test_what_only_looks_like_a_floor_is_none(kl):
    found = judged(lambda mu, s: kl(each(mu, s)), KL)
    assert found.outcome == "refuted"
    assert not found.mistakes


@pytest.mark.unmeasured
def test_sabotage_is_seen(monkeypatch):
    """With half of the KL under the floor nothing is found, and nothing is told that is not so."""
    whole = floors._Divergence.value
    monkeypatch.setattr(floors._Divergence, "value", lambda self, arrays: whole(self, arrays) / 2)
    found = judged(lambda mu, s: np.maximum(each(mu, s), 0.5).sum(-1), KL)
    assert not found.mistakes
