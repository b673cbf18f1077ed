"""A mask that a loss holds elsewhere than as an argument hides what it computes, and nobody is accused for that."""

import importlib
from types import SimpleNamespace

import numpy as np
import pytest

from .help import accused, ask, codes_of, long_but, needs_torch, passed

ROLES = ("reconstruction", "x", "mean", "log_variance")
MASK = np.array([1.0, 1, 0, 1, 1, 0])


def parts(r, x, mu, lv):
    return 0.5 * ((x - r) ** 2).sum(-1), 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1)


def masked(values, mask):
    return (values * mask).sum() / mask.sum()


def of_the_module(r, x, mu, lv):
    return masked(sum(parts(r, x, mu, lv)), MASK)


def closed_over(mask):
    return lambda r, x, mu, lv: masked(sum(parts(r, x, mu, lv)), mask)


class Loss:
    def __init__(self, mask, weight=1.0):
        self.held = {"mask": mask}
        self.weight = weight

    def __call__(self, r, x, mu, lv):
        one, other = parts(r, x, mu, lv)
        return masked(one + self.weight * other, self.held["mask"])

    def method(self, r, x, mu, lv):
        return self(r, x, mu, lv)


HELD = {
    "a global": of_the_module,
    "a closure": closed_over(MASK > 0),
    "an object": Loss(MASK),
    "a method": Loss(MASK.astype(int)).method,
}


@pytest.mark.parametrize("fn", long_but(HELD, "a method"))
def test_what_is_not_recognised_beside_a_mask_that_is_held_is_not_accused(fn):
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith(
        "it holds an array of zeros and ones of shape (6,), and if that is a mask, it hides"
    )


@pytest.mark.endurance
@needs_torch
def test_nor_is_a_module_with_a_mask_in_a_buffer():
    torch = importlib.import_module("torch")

    class Module(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mask", torch.tensor(MASK))

        def forward(self, r, x, mu, lv):
            values = 0.5 * ((x - r) ** 2).sum(-1) + 0.5 * (mu**2 + lv.exp() - 1 - lv).sum(-1)
            return masked(values, self.mask)

    assert "of zeros and ones of shape (6,)" in ask(Module(), *ROLES, backend="torch").missing


@pytest.mark.endurance
def test_a_mask_beside_no_argument_excuses_nothing():
    held = SimpleNamespace(eye=np.eye(6), ones=np.ones(6))

    def strange(r, x, mu, lv):
        one, other = parts(r, x, mu, lv)
        return (np.sqrt(one) + np.tanh(other)).mean() + held.eye[0, 1]

    found = ask(strange, *ROLES)
    assert (found.outcome, found.mistakes) == ("refuted", ())


@pytest.mark.unmeasured
def test_a_mistake_that_is_named_and_what_is_right_at_random_points_alone_stay_as_they_are():
    def fn(weight, floor=0.0):
        def loss(r, x, mu, lv):
            one, other = parts(r, x, mu, lv)
            return (one + weight * np.maximum(other, floor) + 0 * MASK).mean()

        return loss

    passed(ask(fn(1), *ROLES))
    accused("doubled", ask(fn(2), *ROLES))
    assert "wrong-spot" in codes_of(ask(fn(1, 0.02), *ROLES))
