"""What is right at one length is asked at multiples of it, which a reshape takes as well."""

import numpy as np
import pytest

from .help import ask, passed

KL, VAE = ("mean", "log_variance"), ("x", "reconstruction", "mean", "log_variance")


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s)


PARTED = {
    "parts of the latents averaged": lambda mu, s: kl(mu, s).reshape(len(mu), -1, 10).sum(2).mean(),
    "a sum and a mean of rows": lambda mu, s: kl(mu, s).reshape(-1, 10).sum(1).mean(),
}


@pytest.mark.parametrize("loss", PARTED.values(), ids=PARTED)
def test_a_claim_is_made_of_the_length_at_which_alone_it_is_true(loss):
    told = passed(ask(loss, *KL))
    assert told.claim.endswith(" at d = 10")
    assert " is KL(N(mu, exp(s)) ‖ N(0, I)) at d = 10, summed over the latents" in str(told)
    assert "at d = 20, which it takes as well, it is 1/(4B) Σ_b Σ_j" in told.finding("fixed-size").message


def test_what_is_right_at_multiples_too_is_claimed_of_all():
    told = passed(ask(lambda mu, s: kl(mu, s).reshape(-1, 10).sum(), *KL))
    assert " at d" not in told.claim
    assert told.finding("fixed-size").message.endswith("at d = 20, which it takes as well, it is right")


def test_what_takes_no_multiples_is_told_as_before():
    prior = np.zeros(20)
    told = passed(ask(lambda mu, s: (kl(mu, s) + prior).sum(1).mean(), *KL))
    assert told.finding("fixed-size").message.endswith("a factor cannot be told from a power of that number")


def test_multiples_that_fill_the_memory_are_not_asked():
    told = passed(ask(lambda mu, s: kl(mu, s).reshape(-1, 40000).sum(), *KL))
    assert told.finding("fixed-size").message.endswith("a factor cannot be told from a power of that number")


def test_pixels_that_are_divided_into_rows_are_told_beside_their_kl():
    def loss(x, r, mu, s):
        error = 0.5 * ((x.reshape(-1, 784) - r.reshape(-1, 784)) ** 2).sum(1).mean()
        return error + kl(mu, s).sum(1).mean()

    told = passed(ask(loss, *VAE))
    assert told.claim.endswith(" at D = 784")
    assert "at D = 1568, which it takes as well, it is 1/(4B) Σ_b Σ_i" in told.finding("fixed-size").message
