"""One latent, pixel, draw or sample that is unlike the others: none is clamped, scaled or left out by what they are."""

import numpy as np
import pytest

from .help import ask, codes_of, needs_torch, passed

KL = ("mean", "log_variance")
STD = ("mean", "std")
LOGITS = ("logits", "x", *KL)
VAE = ("reconstruction", "x", *KL)
NLL = ("x", "mean", "std")
PAIR = ("mean_q", "log_variance_q", "mean_p", "log_variance_p")


def each(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s)


def kl(mu, s):
    return each(mu, s).sum(-1)


def of_std(mu, std):
    return (0.5 * (mu**2 + std**2 - 1) - np.log(std)).sum(-1)


def entropy(logits, x):
    return np.logaddexp(0, logits) - x * logits


def squares(r, x):
    return 0.5 * (x - r) ** 2


def pair(a, b, c, d):
    return 0.5 * (d - b + (np.exp(b) + (a - c) ** 2) / np.exp(d) - 1)


def density(x, mean, std):
    return (0.5 * ((x - mean) / std) ** 2 + np.log(std) + 0.5 * np.log(2 * np.pi)).sum(-1)


def row(values):
    return np.abs(values).max(-1, keepdims=True)


def shrunk(values, most, of):
    return values * np.minimum(most / (of + 1e-12), 1)


def quantity_of(roles):
    return {"quantity": "gaussian-negative-log-likelihood"} if roles is NLL else {}


def refusing(mu, s):
    if mu.max() != mu.min() and np.abs(mu).max() >= 4:
        raise ValueError("unlike")
    return kl(mu, s)


BY_THE_LARGEST = {
    "a floor by the largest of the batch": (lambda mu, s: kl(mu, np.maximum(s, s.max() - 3)), KL),
    "a floor by the largest of the sample": (lambda mu, s: kl(mu, np.maximum(s, s.max(-1, keepdims=True) - 6)), KL),
    "a floor of σ": (lambda mu, std: of_std(mu, np.maximum(std, 0.1 * std.max())), STD),
    "means scaled by the batch's largest": (lambda mu, s: kl(shrunk(mu, 3, np.abs(mu).max()), s), KL),
    "means scaled by the sample's largest": (lambda mu, s: kl(shrunk(mu, 3, row(mu)), s), KL),
    "log variances scaled": (lambda mu, s: kl(mu, shrunk(s, 3, row(s))), KL),
    "logits scaled": (lambda t, x, mu, s: entropy(shrunk(t, 3, np.abs(t).max()), x).sum(-1) + kl(mu, s), LOGITS),
    "two Gaussians": (lambda a, b, c, d: pair(a, np.maximum(b, b.max() - 5), c, d).sum(-1), PAIR),
    "a decoder's σ": (lambda x, m, std: density(x, m, np.maximum(std, 0.05 * std.max())), NLL),
    "means scaled by the smallest": (lambda mu, s: kl(shrunk(mu, 3, np.abs(mu).min()), s), KL),
}


@pytest.mark.parametrize(("loss", "roles"), BY_THE_LARGEST.values(), ids=BY_THE_LARGEST)
def test_what_one_counts_does_not_go_by_what_the_others_are(loss, roles):
    found = ask(loss, *roles, **quantity_of(roles))
    assert found.outcome == "refuted"
    message = found.finding("wrong-spot").message
    assert "counts goes by what the others are, as it does under a clamp by the largest of them" in message
    assert found.counterexample["claim"] != pytest.approx(found.counterexample["truth"], rel=1e-3)


ALONE = {
    "plain": (kl, KL),
    "each clamped by itself": (lambda mu, s: kl(mu.clip(-3.5, 3.5), s.clip(-3, 3)), KL),
    "a floor of each σ": (lambda mu, std: of_std(mu, np.maximum(std, 0.2)), STD),
    "each logit clamped": (lambda t, x, mu, s: entropy(t.clip(-4, 4), x).sum(-1) + kl(mu, s), LOGITS),
    "scaled and put back": (lambda mu, s: kl(mu / (row(mu) + 1) * (row(mu) + 1), s), KL),
    "an average": (lambda mu, s: each(mu, s).sum(-1).mean(), KL),
    "a decoder's floor": (lambda x, m, std: density(x, m, np.maximum(std, 0.05)), NLL),
    "what refuses them": (refusing, KL),
    "images of bytes": (
        lambda r, x, mu, s: squares(r, x / 255 if x.max() > 1 else x).sum(-1) + kl(mu, s),
        VAE,
    ),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("loss", "roles"), ALONE.values(), ids=ALONE)
def test_what_goes_by_each_number_alone_is_right(loss, roles):
    found = ask(loss, *roles, **quantity_of(roles))
    message = found.finding("wrong-spot").message if "wrong-spot" in codes_of(found) else ""
    assert "others" not in message
    if loss is not ALONE["images of bytes"][0]:
        passed(found)


def trimmed(parts, times):
    return (parts * (parts <= times * parts.mean(-1, keepdims=True))).sum(-1)


def capped(parts, times):
    return np.minimum(parts, times * parts.mean(-1, keepdims=True)).sum(-1)


LEFT_OUT = {
    "latents": (lambda mu, s: trimmed(each(mu, s), 10), KL, "one latent"),
    "latents, far out": (lambda mu, s: trimmed(each(mu, s), 100), KL, "one latent"),
    "capped": (lambda mu, s: capped(each(mu, s), 20), KL, "one latent"),
    "pixels": (lambda r, x, mu, s: trimmed(squares(r, x), 25) + kl(mu, s), VAE, "one observed number"),
    "pixels of 0 and 1": (lambda t, x, mu, s: capped(entropy(t, x), 5) + kl(mu, s), LOGITS, "one observed number"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("loss", "roles", "words"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_nothing_within_a_sample_is_left_out_for_its_size(loss, roles, words):
    found = ask(loss, *roles)
    assert found.outcome == "refuted"
    message = found.finding("wrong-spot").message
    assert words in message
    assert message.endswith("that is far larger or smaller than the others left out, or does it weigh less?")


@pytest.mark.parametrize(
    ("trim", "outcome"),
    [(lambda w: w, "consistent"), (lambda w: np.minimum(w, w.mean(1, keepdims=True) + 5), "refuted")],
    ids=["all", "capped"],
)
def test_a_draw_that_weighs_more_than_the_others_is_kept(trim, outcome):
    def bound(log_w):
        kept = trim(log_w)
        most = kept.max(1, keepdims=True)
        return -(np.log(np.exp(kept - most).mean(1)) + most[:, 0]).mean()

    assert ask(bound, "log_weights").outcome == outcome


@pytest.mark.unmeasured
@needs_torch
@pytest.mark.parametrize("is_cut", [True, False])
def test_a_gradient_of_a_large_latent_is_kept(is_cut):
    import torch

    def loss(mu, logvar):
        parts = -0.5 * (1 + logvar - mu**2 - logvar.exp())
        is_large = parts > 20 * parts.mean(-1, keepdim=True)
        return torch.where(is_large & is_cut, parts.detach(), parts).sum(-1).mean()

    found = ask(loss, *KL, backend="torch")
    assert found.outcome == ("refuted" if is_cut else "consistent")
    assert ("right-value-wrong-gradient" in codes_of(found)) is is_cut
