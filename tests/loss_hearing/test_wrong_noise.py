# ruff: noqa: NPY002 - the functions of users draw so
"""A sampler in which no draw from a standard normal is found: what is wrong with what it draws."""

import random

import numpy as np
import pytest

from .help import accused, ask, names_of, needs_torch, passed

ROLES = ("mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def with_noise(draw):
    return lambda mu, logvar: mu + np.exp(logvar / 2) * draw(mu.shape)


WRONG = {
    "uniform": (lambda shape: np.random.rand(*shape), "like uniform numbers of [0, 1)"),
    "laplace": (lambda shape: np.random.laplace(size=shape), "standard deviation 1.4"),
    "two draws": (lambda shape: np.random.randn(*shape) + np.random.randn(*shape), "standard deviation 1.4"),
    "one number": (lambda shape: np.random.randn(), "one number is drawn for the whole batch"),
    "one row": (lambda shape: np.random.randn(shape[-1]), "one row is drawn for the whole batch"),
    "one number a sample": (lambda shape: np.random.randn(len(shape) and shape[0], 1), "one number a sample is drawn"),
}


@pytest.mark.endurance
@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("way", ["alone", "beside its KL"])
def test_noise_that_is_wrong_is_told_with_what_it_is(name, way):
    draw, words = WRONG[name]
    fn = with_noise(draw)
    found = ask(fn, *ROLES, quantity="sampler") if way == "alone" else ask(kl, *ROLES, sampler=fn)
    accused("wrong-noise", found)
    assert words in found.mistakes[0].evidence
    assert found.counterexample["claim"] != pytest.approx(found.counterexample["truth"], abs=0.01)
    assert found.as_test() == ""


@pytest.mark.unmeasured
@pytest.mark.parametrize("role", ["std", "variance", "log_std", "softplus_std"])
def test_noise_is_judged_where_the_second_argument_makes_sigma_one(role):
    deviation = {
        "std": lambda s: s,
        "variance": np.sqrt,
        "log_std": np.exp,
        "softplus_std": lambda s: np.log1p(np.exp(s)),
    }[role]
    two_normal = lambda mean, s: mean + deviation(s) * (np.random.randn(2, *s.shape).sum(0)) / np.sqrt(2)
    found = ask(two_normal, "mean", role, quantity="sampler")
    assert found.outcome == "undecided"
    assert "its draws look standard normal (mean " in found.missing
    assert "role noise" in found.missing


WITHOUT = {
    "deterministic-z-at-eval": lambda mu, logvar: mu * 1,
    "missing-noise": lambda mu, logvar: mu + np.exp(logvar / 2),
}


@pytest.mark.parametrize("slug", WITHOUT)
def test_a_sampler_without_noise_is_named(slug):
    assert [slug in names for names in names_of(ask(kl, *ROLES, sampler=WITHOUT[slug]))] == [True]
    found = accused(slug, ask(WITHOUT[slug], *ROLES, quantity="sampler"))
    assert found.finding("own-noise") is None


def seeded(mu, logvar):
    np.random.seed(0)
    return mu + np.exp(logvar / 2) * np.random.rand(*mu.shape)


generator = np.random.default_rng(0)
OPEN = {
    "seeded inside": (seeded, "the same z in every call"),
    "a generator outside": (with_noise(generator.standard_normal), "look standard normal"),
    "Python's": (
        with_noise(lambda shape: np.array([random.gauss(0, 1) for _ in range(np.prod(shape))]).reshape(shape)),
        "it draws by Python's random",
    ),
    "another shape": (lambda mu, logvar: mu.sum(-1) + np.random.rand(len(mu)), "with the shape of z"),
    "changing shapes": (
        lambda mu, logvar: np.random.rand(*mu.shape)[:: random.choice((1, 2))],
        "with the shape of z",
    ),
}


@pytest.mark.parametrize("name", OPEN)
def test_what_is_not_known_to_be_wrong_is_open_with_what_to_do(name):
    fn, words = OPEN[name]
    found = ask(fn, *ROLES, quantity="sampler")
    assert found.outcome == "undecided"
    assert words in found.missing
    assert "role noise" in found.missing


def test_noise_is_not_accused_by_roles_that_are_proposed():
    found = ask(lambda mu, sigma: mu + np.exp(sigma) * np.random.rand(*mu.shape), quantity="sampler")
    assert found.outcome == "undecided"
    assert "mu as mean and sigma as std" in found.missing
    accused("wrong-noise", ask(lambda mu, sigma: mu + sigma * np.random.randn(), quantity="sampler"))


def test_a_sampler_of_another_size_is_asked_at_the_one_that_it_takes():
    def fussy(mu, logvar):
        if mu.shape[1] > 3:
            raise ValueError("three latents")
        return with_noise(WRONG["uniform"][0])(mu, logvar)

    accused("wrong-noise", ask(fussy, *ROLES, quantity="sampler"))


@pytest.mark.unmeasured
def test_one_normal_draw_is_right_as_before():
    fn = with_noise(lambda shape: np.random.randn(*shape))
    passed(ask(fn, *ROLES, quantity="sampler"))
    passed(ask(kl, *ROLES, sampler=fn))


@needs_torch
def test_what_torch_draws_by_is_said():
    import torch

    found = ask(lambda mu, s: mu + s * torch.rand_like(s), "mean", "std", quantity="sampler", backend="torch")
    assert "torch.rand_like" in accused("wrong-noise", found).mistakes[0].evidence
