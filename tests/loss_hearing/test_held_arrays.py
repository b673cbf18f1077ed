"""Arrays that a function holds: a prior's 20 means, a weight for each of 784 pixels. It is judged at those.

Broadcasting makes a length of one acceptable beside any of them, and a mean over one latent is a sum.
"""

from typing import Any

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.diagnosis.formula import ONE
from elbo_check.diagnosis.quantities.categorical_kl import LOG_K
from elbo_check.diagnosis.snapping import constant_laws
from elbo_check.errors import LossFunctionError
from elbo_check.loss_hearing.insisted import numbers_of

from .help import accused, ask, needs_torch

KL = ("mean", "log_variance")
WHOLE = ("reconstruction", "x", *KL)


def kl(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - np.exp(logvar))


def square(r, x):
    return 0.5 * (r - x) ** 2


def judged(loss: Any, **options: Any) -> Any:
    roles = KL if loss.__code__.co_argcount == 2 else WHOLE
    return verify_loss(loss, roles=roles, rng=0, **options)


def slugs(found: Any) -> set[str]:
    return {slug for mistake in found.mistakes for slug in (mistake.slug, *mistake.same_as)}


def prior(*shape: int) -> Any:
    zeros, ones = np.zeros(shape), np.ones(shape)
    return lambda m, v: kl((m - zeros) / ones, v)


def of_latents(length: int) -> tuple[Any, Any]:
    held = prior(length)
    return lambda m, v: np.mean(np.sum(held(m, v), axis=-1)), lambda m, v: np.mean(held(m, v))


@pytest.mark.unmeasured
@pytest.mark.parametrize("length", [3, 5, 6, 20])
def test_a_prior_of_one_length_is_judged_at_that_as_a_literal_would_be(length: int):
    right, wrong = (judged(loss) for loss in of_latents(length))
    assert right.outcome == "consistent"
    assert f"at d = {length} only" in right.finding("fixed-size").message
    assert (wrong.outcome, wrong.factor) == ("refuted", f"1/{length}")
    literal = judged(lambda m, v: np.mean(kl(m.reshape(-1, 20), v.reshape(-1, 20))))
    assert slugs(wrong) == slugs(literal) >= {"wrong-scale", "mean-over-latent"}


@pytest.mark.unmeasured
def test_latents_and_pixels_may_both_be_held():
    pixels, held = np.ones(6), prior(3)
    both = judged(lambda r, x, m, v: (pixels * square(r, x)).sum(-1).mean() + held(m, v).sum(-1).mean())
    assert both.outcome == "consistent"
    assert "D = 6, d = 3" in both.finding("fixed-size").message
    wrong = judged(lambda r, x, m, v: (pixels * square(r, x)).mean() + held(m, v).sum(-1).mean())
    assert wrong.outcome == "refuted"
    assert "mse-mean-vs-kl-sum" in slugs(wrong)


class Module:
    """Losses in torch whose prior is a buffer, and whose σ is a parameter."""

    def __init__(self, torch: Any):
        self.torch, self.module = torch, torch.nn.Module()
        self.module.register_buffer("prior", torch.zeros(20))
        self.module.log_sigma = torch.nn.Parameter(torch.zeros(784))

    def kl(self, mu, logvar):
        return -0.5 * (1 + logvar - mu**2 - logvar.exp())

    def nll(self, r, x):
        return -self.torch.distributions.Normal(r, self.module.log_sigma.exp()).log_prob(x)

    def right(self, r, x, mu, logvar):
        return self.nll(r, x).sum(-1).mean() + self.kl(mu - self.module.prior, logvar).sum(-1).mean()

    def pixels(self, r, x, mu, logvar):
        return self.nll(r, x).mean() + self.kl(mu, logvar).sum(-1).mean()

    def latents(self, r, x, mu, logvar):
        return (0.5 * (r - x) ** 2).sum(-1).mean() + self.kl(mu - self.module.prior, logvar).mean()


@pytest.mark.endurance
def test_buffers_and_parameters_are_such_arrays():
    losses = Module(pytest.importorskip("torch"))
    right, pixels, latents = (
        verify_loss(getattr(losses, name), roles=WHOLE, backend="torch", rng=0)
        for name in ("right", "pixels", "latents")
    )
    assert right.outcome == "consistent"
    assert "D = 784, d = 20" in right.finding("fixed-size").message
    assert pixels.outcome == latents.outcome == "refuted"
    assert "mse-mean-vs-kl-sum" in slugs(pixels)
    assert "mean-over-latent" in slugs(latents)


def test_one_is_no_evidence_where_an_array_within_is_broadcast():
    """Its length is worked out where it cannot be seen: 24."""
    right, wrong = (lambda m, v: hidden(m, v).sum(-1), lambda m, v: hidden(m, v).mean(-1))
    for loss in (right, wrong):
        found = judged(loss)
        assert found.outcome == "undecided"
        assert found.missing.startswith("it takes no other length of d than 1 of those that were tried")
        assert found.missing.endswith("Say that length: sizes={'d': n}")
    assert judged(right, sizes={"d": 24}).outcome == "consistent"
    assert judged(wrong, sizes={"d": 24}).outcome == "refuted"


def hidden(m, v):
    return kl(m, v) + np.zeros(int(np.exp(3.2)))


def test_names_alone_are_no_excuse_at_a_length_of_one():
    def loss(mu, log_std):
        return np.sum(kl(mu, log_std) + np.zeros(int(np.exp(3.2))), axis=-1)

    found = verify_loss(loss, rng=0)
    assert found.missing.startswith("it takes no other length of d than 1")


IMAGES = prior(1, 8, 1, 1)
CHANNELS = np.ones((3, 1, 1))
STEPS = prior(1, 10, 1)
LAID = {
    "latents": (lambda m, v: IMAGES(m, v).sum((1, 2, 3)).mean(), lambda m, v: IMAGES(m, v).mean((1, 2, 3)).mean()),
    "both": (
        lambda r, x, m, v: (CHANNELS * square(r, x)).sum((1, 2, 3)).mean() + IMAGES(m, v).sum((1, 2, 3)).mean(),
        lambda r, x, m, v: (CHANNELS * square(r, x)).mean() + IMAGES(m, v).sum((1, 2, 3)).mean(),
    ),
    "pixels alone": (
        lambda r, x, m, v: (CHANNELS * square(r, x)).sum((1, 2, 3)).mean() + kl(m, v).sum(1).mean(),
        lambda r, x, m, v: (CHANNELS * square(r, x)).mean() + kl(m, v).sum(1).mean(),
    ),
    "steps": (lambda m, v: STEPS(m, v).sum((1, 2)).mean(), lambda m, v: STEPS(m, v).mean()),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("right", "wrong"), LAID.values(), ids=LAID)
def test_an_array_with_channels_or_steps_makes_images_or_sequences_of_the_arguments(right: Any, wrong: Any):
    assert judged(right).outcome == "consistent"
    found = judged(wrong)
    assert found.outcome == "refuted"
    assert slugs(found) & {"mean-over-latent", "mse-mean-vs-kl-sum"}


LAST = prior(20)
PIXELS = np.ones(784)
BESIDE = {
    "images of pixels": (
        lambda r, x, m, v: square(r, x).sum((1, 2, 3)).mean() + LAST(m, v).sum(1).mean(),
        lambda r, x, m, v: square(r, x).sum((1, 2, 3)).mean() + LAST(m, v).mean(),
    ),
    "images of latents": (
        lambda r, x, m, v: (PIXELS * square(r, x)).sum(1).mean() + kl(m, v).sum((1, 2, 3)).mean(),
        lambda r, x, m, v: (PIXELS * square(r, x)).mean() + kl(m, v).sum((1, 2, 3)).mean(),
    ),
    "sequences": (lambda m, v: LAST(m, v).sum((1, 2)).mean(), lambda m, v: LAST(m, v).mean((1, 2)).mean()),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("right", "wrong"), BESIDE.values(), ids=BESIDE)
def test_a_prior_stands_beside_images_and_along_sequences(right: Any, wrong: Any):
    assert judged(right).outcome == "consistent"
    found = judged(wrong)
    assert found.outcome == "refuted"
    assert slugs(found) & {"mean-over-latent", "mse-mean-vs-kl-sum"}


def test_channels_are_told_as_the_only_ones():
    assert "at C = 8 only" in judged(LAID["latents"][0]).finding("fixed-size").message


def test_an_array_with_channels_that_is_not_used_makes_no_images():
    unused = np.zeros((1, 8, 1, 1))

    def loss(m, v):
        return kl(m, v).sum(1).mean() + 0 * unused.sum()

    assert judged(loss).record["layout"] == ""
    assert judged(loss).outcome == "consistent"


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", [(4, 6), (6, 6), (32, 16)])
@pytest.mark.parametrize("reduce", [np.mean, lambda each: each], ids=["mean", "each"])
def test_a_matrix_that_is_not_used_makes_no_images_of_terms_that_are_added(shape, reduce):
    """Along two axes each the terms would have to be alike, at whatever lengths."""
    unused = np.zeros(shape)

    def loss(r, x, mu, logvar):
        return reduce(square(r, x).sum(1) + kl(mu, logvar).sum(1)) + 0 * unused.sum()

    told = judged(loss)
    assert told.outcome == "consistent"
    assert told.record["layout"] == ""


@pytest.mark.unmeasured
@pytest.mark.parametrize("shape", [(4, 6), (6, 6), (32, 16)])
def test_nor_does_it_excuse_a_mean_over_latents(shape):
    """Of a latent image of one channel, as large as the data, that would be right."""
    unused = np.zeros(shape)

    def loss(r, x, mu, logvar):
        return (square(r, x).sum(1) + kl(mu, logvar).mean(1)).mean() + 0 * unused.sum()

    accused("mean-over-latent", judged(loss))


@pytest.mark.unmeasured
@needs_torch
def test_nor_does_that_of_a_layer():
    import torch

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = torch.nn.Linear(6, 4)

        def loss(self, r, x, mu, logvar):
            divergence = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
            return (square(r, x).sum(1) + divergence.sum(1)).mean()

    told = ask(Model().loss, *WHOLE, backend="torch")
    assert told.outcome == "consistent"
    assert told.record["layout"] == ""


def test_channels_that_are_written_are_asked_for_before_a_function_is_accused():
    right = judged(lambda m, v: kl(m - np.zeros((1, 8, 1, 1)), v).sum((1, 2, 3)).mean())
    words = "equal, if its arguments hold d along three axes (C, H, W), with C = 8 (say so: sizes={'C': 8, "
    assert right.missing.startswith(words)
    wrong = judged(lambda m, v: kl(m - np.zeros((1, 8, 1, 1)), v).sum((2, 3)).mean(), sizes={"C": 8})
    assert (wrong.outcome, wrong.factor) == ("refuted", "1/8")  # and no single sample, of shape (d,), excuses it


@pytest.mark.unmeasured
@pytest.mark.parametrize("length", [2, 64])
def test_a_weight_for_each_sample_is_one_of_a_batch(length: int):
    weights = np.ones(length) / length
    assert judged(lambda m, v: (weights * kl(m, v).sum(1)).sum()).outcome == "consistent"
    found = judged(lambda m, v: (weights * kl(m, v).mean(1)).sum())
    assert (found.outcome, found.factor) == ("refuted", "1/d")
    assert f"at B = {length} only" in found.finding("fixed-size").message


@pytest.mark.unmeasured
def test_categories_are_such_lengths_and_no_division_by_log_one_is_tried():
    uniform = np.full(10, 0.1)
    losses = {
        "consistent": lambda q: (q * np.log(q / uniform)).sum(-1),
        "refuted": lambda q: (q * np.log(q / uniform)).mean(-1),
        "undecided": lambda q: (q * np.log(q * uniform.shape[0])).sum(-1),
    }
    for outcome, loss in losses.items():
        assert verify_loss(loss, roles=("probabilities",), rng=0).outcome == outcome
    channels = np.full((1, 10, 1, 1), 0.1)
    right = verify_loss(lambda q: (q * np.log(q / channels)).sum((1, 2, 3)).mean(), roles=("probabilities",), rng=0)
    assert right.outcome == "consistent"
    values, sizes = np.full(4, 0.123456789), [{"B": n, "K": 1} for n in (2, 3, 4, 5)]
    assert constant_laws(values, sizes, 1e-12, [ONE, LOG_K]) is None


def test_numbers_to_try_are_few():
    assert numbers_of((2, 3), []) == (2, 3)
    assert numbers_of(range(2, 40), [(n,) for n in range(50, 90)]) == (50, 3, 51, 4, 52, 5, 53, 6, 54, 7)


def test_a_function_that_takes_nothing_is_told_so_with_its_first_refusal_and_large_arrays_are_not_kept():
    asked_with = []

    def refusing(m, v, pixels=784, batch=64, latents=20):
        asked_with.append(m.size)
        raise ValueError(f"no {m.shape}")

    with pytest.raises(LossFunctionError, match=r"no \(2, 3\)"):
        verify_loss(refusing, roles=KL, rng=0)
    assert max(asked_with) <= 1 << 20
    assert len(asked_with) < 5000


@pytest.mark.endurance
@needs_torch
def test_a_layer_that_stands_beside_nothing_says_no_lengths():
    """A 3 × 3 layer is no array of three steps of three: at those lengths all weights happen to be the same."""
    import torch

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = torch.nn.Linear(3, 3)

        def loss(self, r, x, mu, logvar):
            kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1).mean()
            return torch.nn.functional.mse_loss(r, x) + kl

    accused("mse-mean-vs-kl-sum", ask(Model().loss, "reconstruction", "x", "mean", "log_variance", backend="torch"))
