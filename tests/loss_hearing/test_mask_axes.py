"""A mask of samples and steps has a loss asked with as many of both; nobody is accused where it is broadcast."""

import functools

import numpy as np
import pytest

from .help import accused, ask, codes_of

ROLES = ("logits", "x", "mean", "log_variance")
MASK = np.array([[1.0, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 0]])
LENGTHS = {"B": 4, "T": 6}
CONDITION = "equal, if all that 'mask' leaves out is to be left out of {}: with ones for 'mask' the function"
WORDS, OF_THE_DATA = map(CONDITION.format, ("every part", "the reconstruction alone"))


def cross_entropy(logits, x):
    return np.logaddexp(0, logits) - logits * x


def divergence(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def averaged_over_steps(logits, x, mu, logvar, mask=MASK):
    one = (cross_entropy(logits, x).sum(-1) * mask).sum(1) / x.shape[1]
    return (one + (divergence(mu, logvar) * mask).sum(1) / mu.shape[1]).mean()


def of_the_data_alone(logits, x, mu, logvar, mask=MASK):
    return ((cross_entropy(logits, x).sum(-1) * mask).sum(1) + divergence(mu, logvar)).mean()


def chosen(logits, x, mu, logvar, mask=MASK > 0):
    both = cross_entropy(logits, x).sum(-1)[mask].sum() + divergence(mu, logvar)[mask].sum()
    return both / len(x)


def along_all_axes(logits, x, mu, logvar, mask=MASK[..., None]):
    return ((cross_entropy(logits, x) * mask).sum((1, 2)) + divergence(mu, logvar).sum(1)).mean()


@pytest.mark.endurance
@pytest.mark.parametrize("fn", [averaged_over_steps, of_the_data_alone, chosen, along_all_axes])
def test_a_mask_of_samples_and_steps_has_as_many_of_both_asked(fn):
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith(OF_THE_DATA if fn in (of_the_data_alone, along_all_axes) else WORDS)
    assert LENGTHS.items() <= found.record["sizes"][0].items()
    assert found.finding("mask-of-steps").message.startswith("asked with sizes={'B': 4, 'T': 6}")


@pytest.mark.endurance
def test_a_mask_of_steps_stands_beside_those_that_are_given():
    found = ask(of_the_data_alone, *ROLES, sizes={"T": 6, "l": 5})
    assert found.missing.startswith(OF_THE_DATA)
    told = ask(of_the_data_alone, *ROLES, sizes=LENGTHS)
    assert told.missing == found.missing
    assert "mask-of-steps" not in codes_of(told)


def test_lengths_that_contradict_a_mask_are_not_changed():
    def loss(mu, logvar, mask=MASK):
        return divergence(mu, logvar).sum() + 0 * mask.sum()

    assert ask(loss, "mean", "log_variance", sizes={"T": 5}).record["sizes"][0]["T"] == 5


@pytest.mark.endurance
@pytest.mark.parametrize("batch", [None, True])
def test_slips_beside_a_mask_of_steps_are_named(batch):
    def loss(logits, x, mu, logvar, mask=MASK):
        return ((cross_entropy(logits, x).sum(-1) * mask).sum(1) + 2 * divergence(mu, logvar)).mean()

    found = accused("doubled", ask(loss, *ROLES, batch=batch))
    assert LENGTHS.items() <= found.record["sizes"][0].items()
    assert {"all-kept", "mask-of-steps"} <= codes_of(found)


def test_where_a_mask_is_broadcast_nobody_is_accused():
    def loss(mu, logvar, mask=MASK):
        assert mu.ndim == 2
        return 2 * (divergence(mu, logvar) * mask).sum(1).mean()

    found = ask(loss, "mean", "log_variance")
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert "'mask' of shape (4, 6)" in found.missing
    assert "say with sizes" in found.missing


def test_what_is_wrong_beside_a_mask_that_it_does_not_use_is_accused():
    def loss(mu, logvar, mask=MASK):
        return 2 * divergence(mu, logvar) + 0 * mask.sum()

    accused("doubled", ask(loss, "mean", "log_variance"))


@pytest.mark.endurance
def test_a_mask_of_pixels_is_one_of_pixels():
    def loss(logits, x, mu, logvar, mask, weight):
        return (cross_entropy(logits, x) * mask).sum(-1) + weight * divergence(mu, logvar)

    mask = MASK[:1, :5] * 0 + np.array([1, 1, 0, 1, 1])
    for weight in (1, 2):
        found = ask(functools.partial(loss, mask=np.concatenate([mask] * 8), weight=weight), *ROLES)
        assert "mask-of-steps" not in codes_of(found)
        assert found.missing.startswith(OF_THE_DATA) if weight == 1 else accused("doubled", found).mistakes


def flattened(logits, x, mu, logvar, mask=MASK, *, steps_are_along=1):
    one = (cross_entropy(logits, x).sum(-1).ravel() * mask.ravel()).sum() / x.shape[steps_are_along]
    return one + (divergence(mu, logvar).ravel() * mask.ravel()).sum() / mu.shape[steps_are_along]


def test_a_mask_of_steps_that_may_be_one_of_samples_asks_which():
    found = ask(flattened, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert "this is said at sizes={'B': 4, " in found.missing
    assert "and at sizes={'B': 24, " in found.missing
    assert "all that 'mask' leaves out" in ask(functools.partial(flattened, steps_are_along=0), *ROLES).missing
