"""Gradients where what is learned is moved, and of a decoder of another spread: they are those of the value there."""

import math

import pytest

from .help import accused, ask, codes_of, needs_torch, passed
from .test_learned import OBJECTIVE, kl, module, objective, of_sigma

pytestmark = needs_torch

LONG = pytest.mark.endurance
START = "that it learns is what it is now, and not in its gradient: moved by "


def opened(told, words):
    assert told.outcome == "undecided"
    assert START in told.missing, told.missing
    assert words in told.missing, told.missing


def apart(log_sigma, x, recon, mu, logvar):
    """The value of a σ-VAE, with the gradient of plain squared errors."""
    error = 0.5 * (x - recon) ** 2
    value = error.detach() / (2 * log_sigma).exp() + log_sigma
    return ((value + error - error.detach()).sum(1) + kl(mu, logvar)).mean()


@pytest.mark.endurance
def test_a_network_that_is_trained_on_squared_errors_beside_a_spread_is_not_right():
    opened(objective(module(0.0, apart)), "moved by 0.25, along a line in recon the gradient is")
    accused("wrong-gradient", objective(module(-1.0, apart)))


@LONG
def test_nor_is_it_beside_a_spread_for_each_pixel():
    told = objective(module([0.0] * 6, apart))
    assert told.outcome == "undecided"
    assert "and not in its gradient: moved by 0.25 to 0.5, along a line in recon" in told.missing


@pytest.mark.endurance
@pytest.mark.parametrize("sigma", [0.5, pytest.param(0.1, marks=LONG), pytest.param(3.0, marks=LONG)])
def test_the_gradient_beside_a_fixed_spread_is_that_of_this_spread(sigma):
    import torch

    def fixed(loss):
        return lambda *arguments: loss(torch.tensor(math.log(sigma)), *arguments)

    wrong = accused("wrong-gradient", objective(fixed(apart)))
    assert "gradients-right" not in codes_of(wrong)
    right = objective(fixed(of_sigma))
    assert (right.outcome, right.mistakes) == ("undecided", ())
    assert right.missing.startswith("equal, if the decoder is a Gaussian with the fixed standard deviation")


def below(bound, cut):
    """A σ-VAE whose latents are changed by this where log σ is below a bound."""

    def loss(log_sigma, x, recon, mu, logvar):
        mu, logvar = (cut(mu), cut(logvar)) if float(log_sigma) < bound else (mu, logvar)
        return of_sigma(log_sigma, x, recon, mu, logvar)

    return loss


def test_what_is_cut_below_some_spread_is_seen_there():
    opened(
        objective(module(0.0, below(-1.5, lambda held: held.detach()))), "-2.3, along a line in mu the gradient is 0"
    )


@LONG
def test_what_is_written_otherwise_below_some_spread_is_right():
    passed(objective(module(0.0, below(-1.5, lambda held: 1 * held))))


@LONG
@pytest.mark.parametrize("start", [0.0, -1.0])
def test_what_is_learned_may_be_cut_below_some_spread(start):
    def loss(log_sigma, x, recon, mu, logvar):
        inside = log_sigma.detach() if float(log_sigma) < -1.5 else log_sigma
        error = (x - recon) ** 2 / (2 * (2 * inside).exp()) + log_sigma
        return (error.sum(1) + kl(mu, logvar)).mean()

    opened(objective(module(start, loss)), "its value moves by")


@LONG
@pytest.mark.parametrize("other", [lambda held: held.flip(0), lambda held: held.mean()], ids=["flipped", "mean"])
def test_each_of_several_numbers_has_its_own_gradient(other):
    def loss(held, *arguments):
        return of_sigma(held.detach() + other(held) - other(held).detach(), *arguments)

    told = objective(module([0.0] * 6, loss))
    assert told.outcome == "undecided"
    assert "and not in its gradient: moved by 0.25 to 0.5, its value moves by" in told.missing


def test_a_cut_that_a_number_beside_the_loss_decides_on_is_told_as_it_was_found_there():
    def beside(held, x, recon, mu, logvar):
        mu = mu.detach() if float(held) > 0.1 else mu
        return (0.5 * ((x - recon) ** 2).sum(1) + kl(mu, logvar)).mean() + 0 * held

    opened(objective(module(0.0, beside)), "moved by 0.25, along a line in mu the gradient is 0")


def with_backward(given):
    """A module that hands on μ, whose gradient is made by this where log σ is above 0.1."""
    import torch

    class HandedOn(torch.autograd.Function):
        @staticmethod
        def forward(ctx, mu, log_sigma):
            ctx.is_moved = float(log_sigma.detach()) > 0.1
            return mu.clone()

        @staticmethod
        def backward(ctx, gradient):
            return given(gradient) if ctx.is_moved else gradient, None

    return module(0.0, lambda s, x, recon, mu, logvar: of_sigma(s, x, recon, HandedOn.apply(mu, s), logvar))


def test_a_gradient_that_is_no_number_there_is_told():
    opened(objective(with_backward(lambda gradient: gradient * math.nan)), "in mu the gradient is nan or infinite")


def test_nothing_is_said_of_a_gradient_that_raises_there_or_passes_a_clamp():
    def fails(gradient):
        raise ValueError("no further")

    passed(objective(with_backward(fails)))

    def straight_through(log_sigma, *arguments):
        return of_sigma(log_sigma + (log_sigma.clamp(-1.5, 1.5) - log_sigma).detach(), *arguments)

    passed(objective(module(0.0, straight_through)))


def sticking(bound):
    """A σ-VAE with a sampled KL that sticks the landing, and a mean that is cut below some log σ."""

    def loss(log_sigma, x, recon, mu, logvar, eps):
        mean = mu.detach() if float(log_sigma) < bound else mu
        z = mean + (0.5 * logvar).exp() * eps
        q = 0.5 * ((z - mu.detach()) ** 2 / logvar.detach().exp() + logvar.detach()).sum(1)
        error = ((x - recon) ** 2 / (2 * (2 * log_sigma).exp()) + log_sigma).sum(1)
        return (error + 0.5 * (z**2).sum(1) - q).mean()

    names = ("x", "recon", "mu", "logvar", "eps")
    return ask(module(0.0, loss), *OBJECTIVE, "noise", backend="torch", parameters=names)


def test_what_is_cut_below_some_spread_is_no_estimator_of_the_gradient():
    opened(sticking(-1.5), "along a line in mu the gradient is 0")


@LONG
def test_an_estimator_of_the_gradient_is_one_wherever_a_spread_is():
    assert "gradient-estimator" in codes_of(passed(sticking(-math.inf)))
