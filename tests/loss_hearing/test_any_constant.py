"""A constant beside an objective changes no minimiser, whatever number it is; and it is no part of the objective."""

import math

import numpy as np
import pytest

from .help import ask, codes_of, long_but, needs_torch, passed

BERNOULLI = ("x", "logits", "mean", "log_variance")
GAUSSIAN = ("x", "reconstruction", "mean", "log_variance")
BITS = math.log(2)


def divergence(mu, logvar):
    return 0.5 * np.sum(mu**2 + np.exp(logvar) - 1 - logvar, axis=1)


def bernoulli(x, logits, mu, logvar):
    return np.mean(np.sum(np.logaddexp(0, logits) - x * logits, axis=1) + divergence(mu, logvar))


def gaussian(x, reconstruction, mu, logvar):
    return np.mean(np.sum((x - reconstruction) ** 2, axis=1) / 2 + divergence(mu, logvar))


def told_of_minimisers(told):
    (words,) = [finding.message for finding in told.findings if finding.code == "gradients-right"]
    assert not {"not-recognised", "not-in-catalogue", "unknown-decoder"} & codes_of(told)
    return words


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("constant", "offset"),
    [
        (lambda x: math.log(256), "8·log 2"),
        (lambda x: x.shape[1] * math.log(256), "8·D·log 2"),
        (lambda x: 1.2345678 * x.shape[1], "1.2345678·D"),
        (lambda x: 3.0, "3"),
    ],
    ids=["log256", "log256-a-pixel", "any-a-pixel", "3"],
)
def test_an_offset_is_refuted_as_a_value_and_its_gradients_are_right(constant, offset):
    told = ask(lambda x, logits, mu, logvar: bernoulli(x, logits, mu, logvar) + constant(x), *BERNOULLI)
    assert (told.outcome, told.relation, told.offset) == ("refuted", "offset", offset)
    assert told_of_minimisers(told) == "it differs by a constant: the gradients are right"


@pytest.mark.parametrize(
    ("scaled", "factor", "offset"),
    long_but(
        {
            "2 and 3": (lambda value, x: 2 * value + 3, "2", "3"),
            "bits a pixel and 8": (lambda value, x: value / (x.shape[1] * BITS) + 8, "1/(D·log 2)", "8"),
            "bits a pixel of 256 levels": (
                lambda value, x: (value + x.shape[1] * math.log(256)) / (x.shape[1] * BITS),
                "1/(D·log 2)",
                "8",
            ),
            "decimal": (lambda value, x: 0.123 * value + math.log(256), "123/1000", "8·log 2"),
        },
        "decimal",
    ),
)
def test_a_scale_and_an_offset_have_the_same_minimisers(scaled, factor, offset):
    told = ask(lambda x, r, mu, logvar: scaled(gaussian(x, r, mu, logvar), x), *GAUSSIAN)
    assert (told.outcome, told.relation, told.factor, told.offset) == ("refuted", "affine", factor, offset)
    assert told_of_minimisers(told) == (
        f"it is {factor} times the objective, and a constant: the minimisers are the same, the value is not"
    )


def test_without_the_constant_it_is_right():
    passed(ask(lambda x, r, mu, logvar: gaussian(x, r, mu, logvar) / (x.shape[1] * BITS), *GAUSSIAN))


@pytest.mark.endurance
@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, r, mu, logvar: -2 * gaussian(x, r, mu, logvar) + math.log(256),
        lambda x, r, mu, logvar: gaussian(x, r, mu, logvar) + 0.1 * np.mean(divergence(mu, logvar)) + math.log(256),
        lambda x, r, mu, logvar: gaussian(x, r, mu, logvar) + math.log(256) * np.mean(x),
    ],
    ids=["negative", "other-weight", "no-constant"],
)
def test_what_moves_a_minimiser_is_no_offset(wrong):
    told = ask(wrong, *GAUSSIAN)
    assert told.outcome != "consistent"
    assert told.relation not in ("offset", "affine") or "gradients-right" not in codes_of(told)


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("is_cut", [True, False])
def test_gradients_that_are_cut_are_not_told_to_be_right(is_cut):
    def loss(x, r, mu, logvar):
        decoded = r.detach() if is_cut else r
        part = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
        return (((x - decoded) ** 2).sum(1) / 2 + part).mean() + 1.2345

    told = ask(loss, *GAUSSIAN, backend="torch")
    assert (told.outcome, told.relation) == ("refuted", "offset")
    assert ("gradients-right" in codes_of(told)) is not is_cut


@pytest.mark.endurance
@pytest.mark.parametrize(
    "loss",
    [
        lambda x, r, mu, logvar: gaussian(x, np.abs(r), mu, logvar) + 1.2345,
        lambda x, r, mu, logvar: gaussian(x, r, mu[:, :64], logvar[:, :64]) + 1.2345,
        lambda x, r, mu, logvar: gaussian(x, r, mu, np.maximum(logvar, logvar.max() - 4)) + 1.2345,
    ],
    ids=["folded", "64 latents", "floored by the largest"],
)
def test_what_is_another_function_elsewhere_differs_by_more_than_a_constant(loss):
    told = ask(loss, *GAUSSIAN)
    assert (told.outcome, told.relation) == ("refuted", "offset")
    assert "gradients-right" not in codes_of(told)
    assert told.finding("offset").message == "it differs by a constant where it was drawn, and by more elsewhere"


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("place", ["latents", pytest.param("means", marks=pytest.mark.endurance)])
def test_gradients_that_are_cut_elsewhere_are_not_told_to_be_right(place):
    import torch

    def loss(x, r, mu, logvar):
        cut = {"latents": lambda: torch.arange(mu.shape[1]) >= 64, "means": lambda: mu.abs() > 3.5}[place]()
        means = torch.where(cut, mu.detach(), mu)
        part = 0.5 * (means**2 + logvar.exp() - 1 - logvar).sum(1)
        return (((x - r) ** 2).sum(1) / 2 + part).mean() + 1.2345

    told = ask(loss, *GAUSSIAN, backend="torch")
    assert (told.outcome, [each.slug for each in told.mistakes]) == ("refuted", ["detached-sample"])
    assert "gradients-right" not in codes_of(told)


@needs_torch
def test_gradients_of_what_is_learned_are_not_told_to_be_right():
    """A σ without its logarithm, which starts at 1, and a constant: training would not end."""
    import torch

    from .test_learned import module

    def loss(log_sigma, x, r, mu, logvar):
        part = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
        return (((x - r) ** 2 / (2 * log_sigma).exp()).sum(1) / 2 + part).mean() + 1.2345

    told = ask(module(0.0, loss), *GAUSSIAN, backend="torch", parameters=("x", "r", "mu", "logvar"))
    assert (told.outcome, told.relation) == ("refuted", "offset")
    assert "gradients-right" not in codes_of(told)
    assert told.finding("offset").message.startswith("it differs by a constant, while what it learns is what it is now")
    fixed = ask(lambda x, r, mu, logvar: loss(torch.tensor(0.0), x, r, mu, logvar), *GAUSSIAN, backend="torch")
    assert "gradients-right" in codes_of(fixed)
