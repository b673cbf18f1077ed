"""A length excuses a function only where somebody may mean it: not 784 latents beside 784 pixels."""

from typing import Any

import numpy as np
import pytest

from elbo_check import verify_loss

KL = ("mean", "log_variance")
WHOLE = ("reconstruction", "x", *KL)
PRIOR = np.zeros(20)


def kl(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - np.exp(logvar))


def bce(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


BOTH_MEANS = {
    "pixels written": (lambda r, x, m, v: np.mean(bce(r, x.reshape(-1, 784))) + np.mean(kl(m, v)), "784/d"),
    "latents held": (lambda r, x, m, v: np.mean(bce(r, x)) + np.mean(kl(m - PRIOR, v)), "D/20"),
    "one number for both": (lambda r, x, m, v: 20 * np.mean(bce(r, x)) + 20 * np.mean(kl(m, v)), "D/d"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("loss", "beta"), BOTH_MEANS.values(), ids=BOTH_MEANS)
def test_as_many_latents_as_pixels_excuse_nothing(loss: Any, beta: str):
    found = verify_loss(loss, roles=WHOLE, rng=0)
    assert found.outcome == "refuted"
    assert found.finding("effective-beta").details["beta"] == beta
    named = {slug for mistake in found.mistakes for slug in (mistake.slug, *mistake.same_as)}
    assert {"mean-over-latent", "bce-mean-vs-kl-sum"} <= named


def test_a_number_of_latents_is_none_of_samples_but_behind_a_reshape():
    held = verify_loss(lambda m, v: np.sum(kl(m - PRIOR, v)) / 20, roles=KL, rng=0)
    assert (held.outcome, held.factor) == ("refuted", "1/20")
    reshaped = verify_loss(lambda m, v: np.sum(kl(m, v).reshape(-1, 20)) / 20, roles=KL, rng=0)
    assert reshaped.missing.startswith("equal, if B = 20 ")


@pytest.mark.unmeasured
def test_a_length_of_pixels_excuses_their_mean_still():
    found = verify_loss(
        lambda r, x, m, v: 784 * np.mean(bce(r, x)) + np.mean(np.sum(kl(m - PRIOR, v), -1)), roles=WHOLE, rng=0
    )
    assert found.missing.startswith("equal, if D = 784 ")


RECIPROCALS = {
    "1 / 784": (lambda r, x, m, v: np.mean((r - x) ** 2) / 2 + (1 / 784) * np.mean(kl(m, v).sum(1)), WHOLE, "D = 784"),
    "1 / (28 * 28)": (
        lambda r, x, m, v: np.mean((r - x) ** 2) / 2 + (1 / (28 * 28)) * np.mean(kl(m, v).sum(1)),
        WHOLE,
        "D = 784",
    ),
    "a default": (
        lambda r, x, m, v, weight=1 / 784: np.mean((r - x) ** 2) / 2 + weight * np.mean(kl(m, v).sum(1)),
        WHOLE,
        "D = 784",
    ),
    "log (1 / 10)": (lambda q: (q * (np.log(q) - np.log(1 / 10))).sum(1).mean(), ("probabilities",), "K = 10"),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("loss", "roles", "length"), RECIPROCALS.values(), ids=RECIPROCALS)
def test_a_length_is_read_of_one_over_it_as_well(loss: Any, roles: Any, length: str):
    found = verify_loss(loss, roles=roles, rng=0)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith(f"equal, if {length} ")


@pytest.mark.unmeasured
@pytest.mark.parametrize("weight", [0.001, 0.00025, 0.1])
def test_a_decimal_of_a_few_digits_is_a_weight(weight: float):
    loss = eval(f"lambda r, x, m, v: np.mean((r - x) ** 2) / 2 + {weight} * np.mean(kl(m, v).sum(1))", globals())
    found = verify_loss(loss, roles=WHOLE, rng=0)
    assert found.outcome == "refuted"
    assert "mse-mean-vs-kl-sum" in [mistake.slug for mistake in found.mistakes]


def over_the_latents(r, x, m, v):
    return np.sum(bce(r, x)) / len(x) + np.sum(kl(m, v)) / m.shape[1]


def over_the_pixels(r, x, m, v):
    return np.sum(bce(r, x)) / x[0].size + np.sum(kl(m, v)) / len(m)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("loss", "sizes"),
    [
        (over_the_latents, {"d": 20}),
        (over_the_latents, {"d": 20, "D": 784}),
        (over_the_pixels, {"D": 784}),
        (over_the_pixels, {"c": 3, "h": 8, "w": 10}),
    ],
)
def test_no_batch_is_as_long_as_latents_or_pixels_whose_number_was_given(loss: Any, sizes: dict[str, int]):
    found = verify_loss(loss, roles=WHOLE, rng=0, sizes=sizes)
    assert found.outcome == "refuted"
    assert found.finding("effective-beta")


def softmax(logits):
    return (
        np.exp(logits - logits.max(-1, keepdims=True))
        / np.exp(logits - logits.max(-1, keepdims=True)).sum(-1)[..., None]
    )


def divergence(q, p):
    q, p = softmax(q), softmax(p)
    return np.sum(q * (np.log(q) - np.log(p)), axis=-1)


@pytest.mark.parametrize("factor", [2, 3])
@pytest.mark.parametrize("sizes", [{}, {"K": 10}])
def test_a_factor_is_no_number_of_categoricals(factor: int, sizes: dict[str, int]):
    def uniform(logits):
        q = softmax(logits)
        return factor * np.mean(np.sum(q * (np.log(q) + np.log(q.shape[-1])), -1))

    found = verify_loss(uniform, roles=("logits",), rng=0, sizes=sizes)
    assert (found.outcome, found.factor) == ("refuted", str(factor))
    found = verify_loss(lambda q, p: factor * divergence(q, p).mean(), roles=("logits_q", "logits_p"), rng=0)
    assert (found.outcome, found.factor) == ("refuted", str(factor))


MANY_CLASSES = {
    "doubled": (lambda q, p: 2 * divergence(q, p).sum(-1).mean(), {"G": 32, "K": 32}),
    "argument-order": (lambda q, p: divergence(p, q).sum(-1).mean(), {"G": 1, "K": 2000}),
    "mean-over-latent": (lambda q, p: divergence(q, p).mean(), {"G": 32, "K": 32}),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("slug", MANY_CLASSES)
def test_a_mistake_in_long_sums_of_categories_is_known_and_no_factor_a_batch(slug: str):
    loss, sizes = MANY_CLASSES[slug]
    found = verify_loss(loss, roles=("logits_q", "logits_p"), rng=0, sizes=sizes)
    assert [mistake.slug for mistake in found.mistakes] == [slug]
    assert found.finding("not-recognised") is None
