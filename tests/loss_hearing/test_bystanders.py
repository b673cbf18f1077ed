"""What is returned beside two right parts: a further term leaves open what the caller adds, and a metric does not."""

import numpy as np
import pytest

from .help import ask, passed

ROLES = ("probabilities", "x", "mean", "log_variance")


def elements(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


def bce(r, x):
    return elements(r, x).sum(-1).mean()


def each(mu, lv):
    return (mu**2 + np.exp(lv) - 1 - lv).sum(-1) / 2


def kl(mu, lv):
    return each(mu, lv).mean()


TERMS = {
    "free bits": lambda r, x, mu, lv: {"kl_loss": np.mean(np.maximum(each(mu, lv), 0.5))},
    "a penalty": lambda r, x, mu, lv: {"l2": 0.01 * (mu**2).sum(-1).mean()},
    "a penalty of float32": lambda r, x, mu, lv: {"l2": np.float32(0.01) * np.float32((mu**2).sum(-1).mean())},
    "a penalty a sample": lambda r, x, mu, lv: {"l2": 0.01 * (mu**2).sum(-1)},
    "a weighted KL": lambda r, x, mu, lv: {"beta_kl": 4 * kl(mu, lv)},
    "another reconstruction": lambda r, x, mu, lv: {"recon_loss": np.abs(x - r).mean()},
}
NO_TERMS = {
    "a weight": lambda r, x, mu, lv: {"beta": 1.0},
    "a count": lambda r, x, mu, lv: {"n": len(x)},
    "a share of hits": lambda r, x, mu, lv: {"accuracy": np.mean((r > 0.5) == (x > 0.5))},
    "of the data alone": lambda r, x, mu, lv: {"shade": x.mean()},
    "one value a latent": lambda r, x, mu, lv: {"kl_of_each": (mu**2).mean(0)},
    "tensors": lambda r, x, mu, lv: {"mu": mu, "std": np.exp(lv / 2), "recon_x": r},
}


def beside(more):
    return lambda r, x, mu, lv: {"bce": bce(r, x), "kl": kl(mu, lv), **more(r, x, mu, lv)}


@pytest.mark.parametrize("more", TERMS.values(), ids=TERMS)
def test_two_right_parts_beside_a_further_term_are_not_all_that_may_be_added(more):
    found = ask(beside(more), *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert (
        found.missing
        == "equal, if the caller adds its outputs 'bce' and 'kl' and nothing else (say so: output='bce + kl')"
    )
    passed(ask(beside(more), *ROLES, output="bce + kl"))


@pytest.mark.parametrize("more", NO_TERMS.values(), ids=NO_TERMS)
def test_two_right_parts_beside_what_is_no_term_are_right(more):
    passed(ask(beside(more), *ROLES))


def test_parts_of_one_value_a_coordinate_may_have_a_further_one():
    def fn(r, x, mu, lv, more=True):
        both = {"bce": elements(r, x).sum(-1), "kl": each(mu, lv)}
        return {**both, "l2": 0.01 * (mu**2).sum(-1)} if more else both

    assert " and nothing else " in ask(fn, *ROLES).missing
    passed(ask(lambda r, x, mu, lv: fn(r, x, mu, lv, more=False), *ROLES))


def test_what_refuses_a_small_step_may_be_a_term():
    def fn(r, x, mu, lv):
        if np.any(mu * 64 % 1):
            raise ValueError("off the grid")
        return {"bce": bce(r, x), "kl": kl(mu, lv), "n": len(x)}

    assert ask(fn, *ROLES).outcome != "consistent"
