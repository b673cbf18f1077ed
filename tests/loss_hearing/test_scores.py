"""Several numbers that are learned, each by itself: two that should be one, a factor of the whole, a clamp of one."""

import math

import pytest

from .help import needs_torch, passed
from .test_learned import asked, kl, module, objective, of_sigma

pytestmark = needs_torch

SLOPE = "where x is one σ from the reconstruction, its slope along what it learns is"
FACTOR = "a factor of the whole that is learned is brought to 0 by training"


def two(square, constant):
    """A σ in the square and another in the constant, of two numbers that are learned."""

    def loss(learned, x, recon, mu, logvar):
        error = ((x - recon) ** 2 / (2 * (2 * learned[square]).exp()) + learned[constant]).sum(1)
        return (error + kl(mu, logvar)).mean() + 0 * learned.sum()

    return loss


def opened(told, words):
    assert told.outcome == "undecided"
    assert words in told.missing, told.missing


def test_a_spread_that_is_learned_apart_from_its_logarithm_is_told():
    opened(objective(module([0.0, 0.0], two(0, 1))), f"moved by 0.25 to 0.5: {SLOPE} 0.5,")


@pytest.mark.endurance
def test_two_numbers_of_which_one_is_a_spread_are_right():
    passed(objective(module([0.0, 0.0], two(1, 1))))


@pytest.mark.endurance
@pytest.mark.parametrize("start", [0.0, -1.0])
@pytest.mark.parametrize("constant", ["mean", "max"])
def test_the_logarithm_of_one_spread_for_all_pixels_is_told(start, constant):
    def loss(learned, x, recon, mu, logvar):
        one = {"mean": learned.exp().mean().log(), "max": learned.max()}[constant]
        return ((((x - recon) / learned.exp()) ** 2).sum(1) / 2 + 6 * one + kl(mu, logvar)).mean()

    opened(objective(module([start] * 6, loss)), SLOPE)
    passed(objective(module([start] * 6, of_sigma)))


def test_a_factor_of_the_whole_that_is_learned_is_told():
    opened(objective(module(0.0, lambda learned, *a: learned.exp() * of_sigma(0 * learned, *a))), FACTOR)


@pytest.mark.endurance
@pytest.mark.parametrize("start", [0.0, -1.0])
def test_an_objective_times_its_own_variance_is_told(start):
    opened(objective(module(start, lambda learned, *a: 2 * (2 * learned).exp() * of_sigma(learned, *a))), FACTOR)


@pytest.mark.endurance
@pytest.mark.parametrize("bound", [3.0, 6.0])
def test_a_clamp_of_the_spread_in_the_square_alone_shows_far_from_where_it_starts(bound):
    def clamped(learned, x, recon, mu, logvar, *, alone):
        inside = learned.clamp(-bound, bound)
        error = ((x - recon) ** 2 / (2 * (2 * inside).exp()) + (learned if alone else inside)).sum(1)
        return (error + kl(mu, logvar)).mean()

    opened(objective(module(0.0, clamped, alone=True)), "")
    passed(objective(module(0.0, clamped, alone=False)))


@pytest.mark.endurance
@pytest.mark.parametrize("start", [0.1, 0.01])
def test_a_variance_that_is_learned_itself_is_small_and_right(start):
    def loss(learned, x, recon, mu, logvar):
        error = ((x - recon) ** 2 / (2 * learned) + learned.log() / 2 + math.log(2 * math.pi) / 2).sum(1)
        return (error + kl(mu, logvar)).mean()

    passed(objective(module(start, loss)))


def test_of_what_is_no_gaussian_everywhere_no_score_is_asked():
    """Data that are clamped to images, and a Bernoulli's: no two points stand for all of x."""

    def clamped(learned, x, recon, mu, logvar):
        return of_sigma(0 * learned.sum(), x.clamp(0, 1), recon, mu, logvar)

    def bernoulli(learned, x, logits, mu, logvar):
        import torch

        error = torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
        return (error + kl(mu, logvar)).mean() + 0 * learned.sum()

    passed(objective(module([0.0, 0.0], clamped)))
    roles = ("x", "logits", "mean", "log_variance")
    passed(asked(module([0.0, 0.0], bernoulli), *roles, names=("x", "recon", "mu", "logvar")))
