"""Numbers that are told: cures that fit a layout, factors in few sizes, no number below the resolution."""

import math

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import InputError

from .help import accused, ask, codes_of, names_of, needs_torch, passed

KL = ("mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def of_images(mu, logvar):
    each = kl(mu, logvar)
    assert each.ndim == 4
    return each


def of_categoricals(logits):
    assert logits.ndim == 3
    q = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    return q * np.log(q * logits.shape[2])


CURED = {
    "the last axis": (lambda mu, logvar: of_images(mu, logvar).sum(-1).mean(), KL, "1/(CH)"),
    "the channels": (lambda mu, logvar: of_images(mu, logvar).sum(1).mean(), KL, "1/(HW)"),
    "categoricals": (lambda logits: of_categoricals(logits).sum(-1).mean(), ("logits",), "1/G"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", CURED)
def test_a_cure_is_not_what_is_accused_and_is_told_once(name):
    fn, roles, factor = CURED[name]
    found = accused("mean-over-latent", ask(fn, *roles))
    assert found.factor == factor
    assert f"every value is {factor} of the KL" in found.mistakes[0].evidence
    assert found.mistakes[0].cure.endswith("kl.reshape(len(kl), -1).sum(-1).mean()")


def test_the_cure_of_plain_arrays_and_of_sequences_stays():
    assert "kl.sum(-1).mean()" in ask(lambda mu, logvar: kl(mu, logvar).mean(-1), *KL).mistakes[0].cure
    found = ask(lambda mu, logvar: kl(mu, logvar).sum((1, 2, 3)) * 2, *KL)
    assert [{"doubled"} <= names for names in names_of(found)] == [True]


@needs_torch
def test_the_cure_is_in_the_framework():
    fn = lambda mu, logvar: (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).sum((2, 3)).mean()
    assert "kl.flatten(1).sum(-1).mean()" in ask(fn, *KL, backend="torch").mistakes[0].cure


@pytest.mark.endurance
@pytest.mark.parametrize("seed", range(3))
def test_no_epsilon_below_the_resolution_is_told(seed):
    def clipped(x, recon, s, mu, logvar):
        s = -6 + np.logaddexp(0, s + 6)
        return (0.5 * ((recon - x) / np.exp(s)) ** 2 + s).sum(-1).mean() + kl(mu, logvar).sum(-1).mean()

    roles = ("x", "reconstruction", "decoder_log_std", *KL)
    found = ask(clipped, *roles, rng=seed)
    assert "e-1" not in found.missing
    assert "0.00248 is added" in found.missing


def test_a_small_epsilon_that_is_seen_is_told_as_before():
    found = passed(ask(lambda mu, std: 0.5 * (mu**2 + std**2 - 1 - 2 * np.log(std + 1e-4)).sum(-1), "mean", "std"))
    assert "0.0001 is added to σ within the logarithm" in found.finding("harmless-epsilon").message


def test_numbers_before_a_term_are_multiplied():
    found = ask(lambda mu, logvar: kl(mu, logvar).sum(-1), *KL, prior=(0.3, 0.7))
    assert found.recovered == "1/2 Σ_j (mu_j² + exp(logvar_j) − logvar_j − 1)"


def test_a_third_is_read_as_one():
    fn = lambda recon, x, mu, logvar: (((recon - x) ** 2).sum(-1) / 2 + kl(mu, logvar).sum(-1)).mean()
    found = ask(fn, "reconstruction", "x", *KL, beta=1 / 3)
    assert "+ 1/(6B) Σ_b Σ_j" in found.right


def test_a_weight_of_nothing_is_nothing():
    fn = lambda recon, x, mu, logvar: (((x >= 0) * (recon - x) ** 2).sum(-1) / 2 + kl(mu, logvar).sum(-1)).mean()
    found = ask(fn, "reconstruction", "x", *KL, quantity="gaussian-vae-loss")
    assert "counts 0 times" in found.finding("wrong-spot").message


def log_density(x, mean, std):
    return -0.5 * np.log(2 * np.pi) - np.log(std) - 0.5 * ((x - mean) / std) ** 2


def test_lost_digits_are_no_clamp():
    def sampled(mu, logvar, eps):
        std = np.exp(logvar / 2)
        z = mu + std * eps
        return (log_density(z, mu, std) - log_density(z, 0.0, 1.0)).sum(-1)

    found = passed(ask(sampled, *KL, "noise"))
    assert "binding-clamp" not in codes_of(found)
    assert "digits are lost: at logvar = " in found.finding("unstable-form").message


def test_a_clamp_is_one_even_where_it_fails_further_on():
    clamped = lambda mu, logvar: kl(mu, np.clip(logvar, -20, 20)).sum(-1)

    def fails(mu, logvar):
        if abs(logvar).max() > 30:
            raise ValueError("too large")
        return clamped(mu, logvar)

    for fn in (clamped, fails):
        assert "a clamp or an epsilon binds" in passed(ask(fn, *KL)).finding("binding-clamp").message


MINIBATCH = ("nll", "kl", "dataset_size")
ROUNDED = {
    "up": lambda nll, kl, n: nll.sum() + kl / math.ceil(n / len(nll)),
    "down": lambda nll, kl, n: nll.sum() + kl / (n // len(nll)),
}


@pytest.mark.parametrize("how", ROUNDED)
def test_a_number_of_batches_is_told_as_rounded(how):
    found = passed(ask(ROUNDED[how], *MINIBATCH))
    assert f"N/B rounded {how}" in found.finding("rounded-batches").message


def test_a_share_of_the_data_is_not_called_rounded_and_a_branch_there_is_wrong():
    share = lambda nll, kl, n: nll.sum() + kl * len(nll) / n
    assert passed(ask(share, *MINIBATCH)).finding("rounded-batches") is None
    assert passed(ask(share, *MINIBATCH, sizes={"N": 60})).finding("rounded-batches") is None
    found = ask(lambda nll, kl, n: share(nll, kl, n) * (1 + 0.5 * (n % len(nll) > 0)) + 0 * kl, *MINIBATCH)
    assert "N = 39 and B = 4" in found.finding("wrong-spot").message

    def refuses(nll, kl, n):
        assert n % len(nll) == 0
        return share(nll, kl, n)

    passed(ask(refuses, *MINIBATCH))


BAD = {
    "seconds": ("a", None, 0, True, math.inf),
    "batch": ("no", 0, 1),
    "prior": ((0, 1e-300), (0, 1e-160), (0, 1e200), (1e200, 1), (0, 1e-5)),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_an_option_that_means_nothing_is_an_input_error(name, value):
    with pytest.raises(InputError, match=f"{name}="):
        verify_loss(lambda mu, logvar: kl(mu, logvar).sum(-1), roles=KL, rng=0, **{name: value})


@pytest.mark.endurance
@pytest.mark.parametrize("prior", [(0, 1e-4), (0, 1e4), (5, 1e-3)])
def test_a_prior_far_from_one_is_judged(prior):
    a, b = prior
    right = lambda mu, logvar: kl((mu - a) / b, logvar - 2 * np.log(b)).sum(-1)
    passed(ask(right, *KL, prior=prior))
    assert ask(lambda mu, logvar: right(mu, logvar) + logvar.sum(-1), *KL, prior=prior).outcome == "refuted"
