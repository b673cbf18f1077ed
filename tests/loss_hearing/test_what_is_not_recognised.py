"""What is told beside a formula that was not found, or that does not hold everywhere; and cures that fit."""

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import WitnessError
from elbo_check.loss_hearing.idle import on_ignored
from tests.loss_hearing.help import ask

VAE = ("reconstruction", "x", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1).mean()


@pytest.mark.endurance
def test_an_argument_that_changes_nothing_is_told_and_no_sample_is_mixed() -> None:
    found = ask(lambda r, x, mu, logvar: (np.cosh(r)).sum() + kl(mu, logvar), *VAE)
    assert found.outcome == "refuted"
    assert found.finding("ignored-argument").message == "its value does not depend on x"
    assert not found.mistakes


def test_what_refuses_exchanged_arguments_tells_of_none() -> None:
    def refusing(_):
        raise WitnessError("not these")

    points = [{"x": np.zeros(2)}, {"x": np.ones(2)}]
    assert on_ignored(refusing, points) == []


@pytest.mark.endurance
def test_a_formula_that_fails_at_the_counterexample_is_told_of() -> None:
    def capacity(r, x, mu, logvar):
        return 0.5 * ((r - x) ** 2).sum() + 10 * np.abs(kl(mu, logvar) - 0.5)

    found = ask(capacity, *VAE)
    assert found.outcome == "refuted"
    assert "another value where it fails" in found.finding("branch").message


@pytest.mark.unmeasured
def test_exchanged_arguments_of_a_cross_entropy_have_its_cure() -> None:
    def swapped(p, x, mu, logvar):
        return -(p * np.log(x) + (1 - p) * np.log(1 - x)).sum(-1).mean() + kl(mu, logvar)

    found = ask(swapped, "probabilities", "x", "mean", "log_variance")
    assert "binary_cross_entropy(input=reconstruction, target=x)" in found.mistakes[0].cure


def test_a_half_that_is_missing_on_one_term_is_a_cure_beside_the_other() -> None:
    def pair(a, b, c, d):
        return (d - b + (np.exp(b) + (a - c) ** 2) / (2 * np.exp(d)) - 0.5).sum(-1)

    found = ask(pair, "mean_q", "log_variance_q", "mean_p", "log_variance_p")
    assert "or, if it is missing-half, put the ½ before that term" in found.mistakes[0].cure


def test_predictions_and_squares_are_read_by_their_names() -> None:
    def loss(pred, gt, mu, log_sigma2):
        return 0.5 * ((pred - gt) ** 2).sum(-1).mean() + kl(mu, log_sigma2)

    found = verify_loss(loss, rng=0)
    assert found.outcome == "consistent"
    assert dict(found.readings) == dict(zip(("pred", "gt", "mu", "log_sigma2"), VAE, strict=True))


def test_halves_the_other_way_round_are_told_though_roles_were_said() -> None:
    def packed(h):
        logvar, mu = np.split(h, 2, -1)
        return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)

    found = ask(packed, "mean_and_log_variance")
    assert found.outcome == "refuted"
    assert found.finding("reading").message == "it would be right if h holds log σ² and then the mean"


def test_readings_that_are_those_of_no_quantity_are_passed_over() -> None:
    def loss(x_hat, x, mu, logvar, logvar_x):
        return 0.5 * ((x - x_hat) ** 2 / np.exp(logvar_x) + logvar_x).sum() + 3 * np.cosh(mu).sum()

    found = verify_loss(loss, rng=0)
    assert found.outcome == "refuted"
    assert found.finding("ignored-argument").details["arguments"] == ("logvar",)
    assert "nearest if its arguments hold" not in str(found)
