"""What a function refuses: each length is asked once, and large arrays not for ever; values are another matter."""

from collections import Counter

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import LossFunctionError
from tests.loss_hearing.help import ask, needs_torch, passed

WHOLE = ("reconstruction", "x", "mean", "log_variance")


def kl(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - np.exp(logvar)).sum(-1)


def _says_nothing(x):
    raise AssertionError(x.ndim * "")


def _names_its_lengths(x):
    raise ValueError(f"operands could not be broadcast together with shapes {x.shape} (11,)")


@pytest.mark.parametrize("refuses", [_says_nothing, _names_its_lengths])
def test_a_function_that_refuses_every_length_is_asked_each_of_them_once(refuses):
    asked = Counter()

    def loss(r, x, mu, logvar):
        asked[x.shape, mu.shape, set(np.unique(x)) <= {0, 1}] += 1
        refuses(x)

    with pytest.raises(LossFunctionError, match=r"loss\(r of shape \(2, 6\)") as caught:
        ask(loss, *WHOLE)
    assert isinstance(caught.value.__cause__, AssertionError | ValueError)
    assert len(asked) > 60
    assert sum(times > 2 for times in asked.values()) <= 12, asked.most_common(20)


def test_of_large_arrays_a_function_that_refuses_them_is_asked_a_hundred_times_and_each_once():
    layers = [np.empty((100 + i, 300 + i)) for i in range(8)]
    large = Counter()

    def loss(r, x, mu, logvar):
        large[x.shape] += x.size >= 1 << 16
        raise ValueError(f"shapes {x.shape} and {layers[0].shape} not aligned")

    with pytest.raises(LossFunctionError):
        ask(loss, *WHOLE)
    assert 0 < large.total() <= 150


def test_what_is_refused_for_its_numbers_is_asked_with_others():
    def loss(r, x, mu, logvar):
        if x.shape[-1] != 49 or not set(np.unique(x)) <= {0, 1}:
            raise ValueError("not an image in black and white")
        return -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(-1).mean() + kl(mu, logvar).mean()

    found = passed(verify_loss(loss, roles=("probabilities", *WHOLE[1:]), rng=0))
    assert "at D = 49 only" in found.finding("fixed-size").message


@pytest.mark.endurance
@pytest.mark.parametrize("shape", [(-1, 49), (-1, 1, 7, 7)], ids=str)
def test_numbers_that_are_refused_by_their_shape_are_no_matter_of_lengths(shape):
    def loss(r, x, mu, logvar):
        r, x = r.reshape(shape), x.reshape(shape)
        if not set(np.unique(x)) <= {0, 1}:
            raise ValueError(
                f"Expected value argument (Tensor of shape {x.shape}) to be within the support (Boolean())"
            )
        axes = tuple(range(1, len(shape)))
        return -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(axes).mean() + kl(mu, logvar).mean()

    found = passed(verify_loss(loss, roles=("probabilities", *WHOLE[1:]), rng=0))
    assert "at D = 49 only" in found.finding("fixed-size").message


@pytest.mark.endurance
@needs_torch
def test_a_distribution_that_checks_its_values_is_asked_with_bits_at_its_own_length():
    from torch.distributions import Bernoulli

    def loss(r, x, mu, logvar):
        likelihood = Bernoulli(r.view(-1, 49)).log_prob(x.view(-1, 49)).sum(1)
        return (-0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1) - likelihood).mean()

    passed(ask(loss, *WHOLE, backend="torch"))


@pytest.mark.unmeasured
@pytest.mark.parametrize("given", [{"D": 784}, {"d": 20}], ids=str)
def test_a_length_is_given_where_sequences_are_asked_in_vain(given):
    def loss(r, x, mu, logvar):
        if not np.isin(x, (0, 1)).all():
            raise ValueError("x must be 0 or 1")
        return -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(1).mean() + kl(mu, logvar).mean()

    passed(ask(loss, *WHOLE, sizes=given))


@pytest.mark.endurance
def test_lengths_of_a_batch_that_no_formula_tells_are_those_of_ordinary_ones():
    weights, layer = np.linspace(0.5, 1.5, 40), np.empty((130, 120))
    most = 0

    def loss(r, x, mu, logvar):
        nonlocal most
        most = max(most, x.size)
        assert layer.size
        return (weights * 0.5 * (r - x) ** 2).sum(-1).mean() + kl(mu, logvar).mean()

    assert ask(loss, *WHOLE).finding("unknown-decoder")
    assert 40 * 130 <= most < 1 << 19


@pytest.mark.unmeasured
def test_a_batch_of_large_images_is_no_long_one():
    most = 0

    def loss(r, x, mu, logvar):
        nonlocal most
        most = max(most, x.size)
        return (0.5 * (r - x) ** 2).sum(-1).mean() + kl(mu, logvar).mean()

    passed(ask(loss, *WHOLE, sizes={"D": 4096}))
    assert 33 * 4096 < most <= 1 << 19


@pytest.mark.parametrize(("roles", "settings"), [(WHOLE, {}), (WHOLE[2:], {}), (WHOLE[2:], {"quantity": "sampler"})])
def test_what_never_returns_is_waited_for_once(roles, settings):
    calls = []

    def endless(*arguments):
        calls.append(len(arguments))
        while True:
            pass

    names = [f"a{n}" for n in range(len(roles))]
    with pytest.raises(LossFunctionError, match="had not returned after 0"):
        ask(endless, *roles, seconds=0.2, parameters=names, **settings)
    assert len(calls) == 1


def test_what_never_returns_is_not_waited_for_at_each_kind_of_points():
    calls = []

    def endless(r, x, mu, logvar, e):
        calls.append(x)
        while True:
            pass

    with pytest.raises(LossFunctionError, match="had not returned"):
        ask(endless, *WHOLE, "noise", seconds=0.2)
    assert len(calls) <= 2
