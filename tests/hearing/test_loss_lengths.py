"""Lengths that a function takes for granted: right at one length is no mistake, and not right everywhere either."""

from typing import Any

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.render.diagnosis import diagnosis_text

KL = ("mean", "log_variance")
WHOLE = ("reconstruction", "x", *KL)
PIXELS = 784


def kl(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - np.exp(logvar))


def bce(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


def mean_of_sums(mu, logvar):
    return np.mean(np.sum(kl(mu, logvar), axis=1))


RIGHT_AT = {
    "pixels": (lambda r, x, m, v: np.mean(bce(r, x)) * 784 + mean_of_sums(m, v), {"D": 784}),
    "pixels by name": (lambda r, x, m, v: PIXELS * np.mean(bce(r, x)) + mean_of_sums(m, v), {"D": 784}),
    "the KL over pixels": (lambda r, x, m, v: np.mean(bce(r, x)) + mean_of_sums(m, v) / 784, {"D": 784}),
    "both": (lambda r, x, m, v: np.mean(bce(r, x)) * 784 + np.sum(kl(m, v)) / 128, {"D": 784, "B": 128}),
    "latents": (lambda r, x, m, v: np.mean(bce(r, x)) * 784 + np.mean(kl(m, v)) * 20, {"D": 784, "d": 20}),
    "a batch": (lambda m, v: np.sum(kl(m, v)) / 64, {"B": 64}),
    "a mean": (lambda m, v: np.mean(kl(m, v)) * 128, {"d": 128}),
}


@pytest.mark.parametrize(("loss", "sizes"), RIGHT_AT.values(), ids=RIGHT_AT)
def test_what_is_right_at_one_length_is_not_accused_and_is_right_there(loss: Any, sizes: dict[str, int]):
    roles = KL if loss.__code__.co_argcount == 2 else WHOLE
    found = verify_loss(loss, roles=roles, rng=0)
    assert found.outcome == "undecided"
    told = " and ".join(f"{name} = {n}" for name, n in sizes.items())
    assert found.missing.startswith(f"equal, if {told} (say so: sizes={sizes!r}); at other lengths it is ")
    assert verify_loss(loss, roles=roles, sizes=sizes, rng=0).outcome == "consistent"
    wrong = {name: n // (4 + i) for i, (name, n) in enumerate(sizes.items())}  # not the same factor on both parts
    assert verify_loss(loss, roles=roles, sizes=wrong, rng=0).outcome == "refuted"


def test_a_length_at_which_the_function_does_something_else_is_no_excuse():
    def loss(mu, logvar):
        return np.mean(kl(mu, logvar)) * (7 if mu.shape[1] == 128 else 128)

    assert verify_loss(loss, roles=KL, rng=0).outcome == "refuted"


def test_what_it_is_elsewhere_is_told_with_its_beta():
    found = verify_loss(RIGHT_AT["pixels"][0], roles=WHOLE, rng=0)
    assert found.missing.endswith("(effective beta D/784 instead of 1)")


def test_two_lengths_that_are_right_are_both_told():
    def loss(r, x, m, v):
        return np.mean((r - x) ** 2) * 1536 + mean_of_sums(m, v)

    found = verify_loss(loss, roles=WHOLE, rng=0)
    assert found.missing.startswith("equal, if D = 1536, or if D = 3072 (say so: sizes={'D': 1536})")


FACTORS = {
    "doubled": lambda m, v: 2 * mean_of_sums(m, v),
    "a tenth": lambda m, v: 0.1 * mean_of_sums(m, v),
    "ten times the total": lambda m, v: np.sum(kl(m, v)) * 10,
    "a sample's over a number": lambda m, v: np.sum(kl(m, v), axis=1) / 64,
    "a mean of means over a number": lambda m, v: np.mean(kl(m, v)) / 20,
    "a small mean": lambda m, v: 4 * np.mean(kl(m, v)),
    "not squared": lambda m, v: np.mean(-0.5 * (1 + v - m - np.exp(v))) * 20,
    "no length": lambda m, v: np.sum(m + v) / 64,
}


@pytest.mark.parametrize("loss", FACTORS.values(), ids=FACTORS)
def test_a_number_is_no_excuse_where_no_length_makes_it_right(loss: Any):
    assert verify_loss(loss, roles=KL, rng=0).outcome == "refuted"


def test_a_weight_does_not_say_how_many_pixels_there_are():
    found = verify_loss(lambda r, x, m, v: np.mean(bce(r, x)) + 0.00025 * mean_of_sums(m, v), roles=WHOLE, rng=0)
    assert found.outcome == "refuted"
    assert found.finding("effective-beta").details["beta"] == "D/4000"


def shaped(*shape: int) -> Any:
    return lambda mu, logvar: mean_of_sums(mu.reshape(shape), logvar.reshape(shape))


def insists(mu, logvar):
    if len(mu) != 37:
        raise ValueError("a batch of 37")
    return mean_of_sums(mu, logvar)


def insists_on_both(mu, logvar, latents=20, batch=32):
    return mean_of_sums(mu.reshape(batch, latents), logvar.reshape(batch, latents))


INSISTING = {
    "a batch": (shaped(64, -1), {"B": 64}),
    "latents": (shaped(-1, 20), {"d": 20}),
    "both": (shaped(32, 20), {"B": 32, "d": 20}),
    "a batch of 37": (insists, {"B": 37}),
    "both, in another order": (insists_on_both, {"B": 32, "d": 20}),
}


@pytest.mark.parametrize(("loss", "sizes"), INSISTING.values(), ids=INSISTING)
def test_a_function_for_one_length_only_is_called_with_that(loss: Any, sizes: dict[str, int]):
    found = verify_loss(loss, roles=KL, rng=0)
    assert found.outcome == "consistent"
    told = ", ".join(f"{name} = {n}" for name, n in sizes.items())
    assert found.finding("fixed-size").message.startswith(f"it takes only {told}:")


def test_a_wrong_one_for_two_lengths_is_refuted_with_a_case_that_can_be_read():
    def loss(mu, logvar):
        return np.mean(kl(mu, logvar).reshape(64, 20))

    found = verify_loss(loss, roles=KL, rng=0)
    assert [mistake.slug for mistake in found.mistakes] == ["wrong-scale"]
    assert "mean-over-latent" in found.mistakes[0].same_as
    assert "at mu = 0 but 1 at [0, 0] (shape 64 × 20), logvar = 0:" in " ".join(diagnosis_text(found).split())
    scope: dict[str, Any] = {"loss": loss}
    exec(found.as_test(), scope)
    with pytest.raises(AssertionError):
        scope["test_loss_is_right"]()
    scope["loss"] = mean_of_sums
    scope["test_loss_is_right"]()


def test_the_test_of_a_large_case_is_short_in_torch_too():
    torch = pytest.importorskip("torch")

    def loss(mu, logvar):
        return torch.mean((0.5 * (mu**2 + logvar.exp() - 1 - logvar)).view(64, 20))

    source = verify_loss(loss, roles=KL, backend="torch", rng=0).as_test()
    assert "    mu = np.full((64, 20), 0.0)\n    mu[0, 0] = 1.0\n    mu = torch.tensor(mu)\n" in source
    scope: dict[str, Any] = {"loss": loss}
    exec(source, scope)
    with pytest.raises(AssertionError):
        scope["test_loss_is_right"]()
