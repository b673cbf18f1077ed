"""A loss with a mask bound to it is not refuted for leaving steps out: what it is with all of them kept tells."""

import functools
import importlib.util

import numpy as np
import pytest

from .help import accused, ask, codes_of, needs_torch, passed

ROLES = ("logits", "x", "mean", "log_variance")
MASK = np.array([[1.0, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0]])
WORDS = "equal, if all that 'mask' leaves out is to be left out of every part: with ones for it the function is right"


def parts(logits, x, mu, logvar):
    bce = np.logaddexp(0, logits) - logits * x
    return bce.sum(-1), 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def summed(logits, x, mu, logvar, mask=MASK):
    one, other = parts(logits, x, mu, logvar)
    return ((one + other) * mask).sum(-1).mean()


def averaged(logits, x, mu, logvar, *, mask):
    one, other = parts(logits, x, mu, logvar)
    return ((one + other) * mask).sum() / mask.sum()


def doubled(logits, x, mu, logvar, mask=MASK):
    one, other = parts(logits, x, mu, logvar)
    return ((one + 2 * other) * mask).sum() / mask.sum()


RIGHT = {
    "a default": summed,
    "bound": functools.partial(averaged, mask=MASK),
    "of bits": functools.partial(averaged, mask=MASK > 0),
    "of whole numbers": functools.partial(averaged, mask=MASK.astype(int)),
}


@pytest.mark.parametrize("fn", RIGHT.values(), ids=RIGHT)
def test_a_loss_with_a_mask_is_right_if_the_mask_is_meant(fn):
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith(WORDS)


def test_without_a_zero_a_mask_hides_nothing():
    assert ask(functools.partial(averaged, mask=np.ones_like(MASK)), *ROLES).outcome == "consistent"


def test_a_mistake_beside_a_mask_is_named():
    found = accused("doubled", ask(doubled, *ROLES))
    assert found.finding("all-kept").message.startswith("judged with ones for 'mask'")
    assert found.as_test() == ""


def test_what_is_not_recognised_without_its_mask_is_refuted_as_it_stands():
    def strange(logits, x, mu, logvar, mask=MASK):
        one, other = parts(logits, x, mu, logvar)
        return ((np.sqrt(one) + np.tanh(other)) * mask).sum()

    found = ask(strange, *ROLES)
    assert found.outcome == "refuted"
    assert "all-kept" not in codes_of(found)


def test_a_weight_that_is_no_mask_and_what_is_no_array_are_left_alone():
    class Odd:
        shape = (2,)
        dtype = "odd"

    nothing = Odd()

    def weighed(logits, x, mu, logvar, weight=MASK + 0.5, odd=nothing, beta=1.0):
        one, other = parts(logits, x, mu, logvar)
        return ((one + other) * weight).sum()

    found = ask(weighed, *ROLES)
    assert (found.outcome, found.mistakes) == ("refuted", ())


@needs_torch
def test_a_mask_of_torch_is_one_as_well():
    torch = importlib.import_module("torch")

    kept = torch.tensor(MASK > 0)

    def loss(logits, x, mu, logvar, mask=kept):
        bce = torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)
        return ((bce + 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)) * mask).sum() / mask.sum()

    assert ask(loss, *ROLES, backend="torch").missing.startswith(WORDS)
    passed(ask(functools.partial(loss, mask=torch.ones(3, 6)), *ROLES, backend="torch"))
