"""One part of an objective times a number that is no simple one: a wrong weight, named and told as a decimal."""

import math

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, passed

VAE = ("reconstruction", "x", "mean", "log_variance")
LOGITS = ("logits", "x", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1).mean()


def error(r, x):
    return ((r - x) ** 2).sum(-1).mean()


def entropy(t, x):
    return (np.maximum(t, 0) - t * x + np.log1p(np.exp(-np.abs(t)))).sum(-1).mean()


@pytest.mark.endurance
@pytest.mark.parametrize("quantity", [None, "gaussian-vae-loss"])
@pytest.mark.parametrize(
    ("weight", "slug", "beta"),
    [
        (0.12345678, "wrong-scale", "1/0.24691356 = 4.05"),
        (math.sqrt(2), "wrong-scale", "1/2.82842712475 = 0.353553"),
        (0.5 / math.log(2), "wrong-log-base", "log 2 = 0.693147"),
    ],
)
def test_a_weight_that_is_no_simple_number_is_told(weight, slug, beta, quantity) -> None:
    found = accused(slug, ask(lambda r, x, m, s: weight * error(r, x) + kl(m, s), *VAE, quantity=quantity))
    assert found.finding("effective-beta").message == f"effective beta {beta} instead of 1"


@pytest.mark.endurance
def test_so_is_one_of_a_cross_entropy_and_of_the_kl() -> None:
    accused("wrong-log-base", ask(lambda t, x, m, s: entropy(t, x) / math.log(2) + kl(m, s), *LOGITS))
    found = accused("wrong-scale", ask(lambda t, x, m, s: entropy(t, x) + 0.12345678 * kl(m, s), *LOGITS))
    assert "0.12345678" in found.finding("effective-beta").message
    found = accused("wrong-scale", ask(lambda r, x, m, s: 0.5 * error(r, x) + math.pi * kl(m, s), *VAE))
    assert found.finding("effective-beta").message == "effective beta 3.14159265359 = 3.14159 instead of 1"


@pytest.mark.unmeasured
def test_one_number_on_both_parts_is_right() -> None:
    passed(ask(lambda r, x, m, s: 0.12345678 * (0.5 * error(r, x) + kl(m, s)), *VAE))
    passed(ask(lambda t, x, m, s: (entropy(t, x) + kl(m, s)) / math.log(2), *LOGITS))


@pytest.mark.endurance
def test_a_fixed_spread_with_its_constant_stays_a_decoder() -> None:
    def loss(r, x, m, s):
        return error(r, x) / (2 * 0.1234567**2) + x.shape[1] * math.log(0.1234567) + kl(m, s)

    found = ask(loss, *VAE)
    assert found.outcome == "undecided"
    assert "standard deviation 0.1234567" in found.missing
