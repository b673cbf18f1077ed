"""Losses that set x of one sample beside another's reconstruction are refuted; an unknown likelihood stays open."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, long, long_but, unmeasured

VAE = ("reconstruction", "x", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


@pytest.mark.parametrize(
    "part",
    long_but(
        {
            "broadcast": lambda r, x: 0.5 * ((r[:, None] - x) ** 2).sum(-1).mean(),
            "flipped": lambda r, x: 0.5 * ((r - x[::-1]) ** 2).sum(-1).mean(),
            "rolled": lambda r, x: 0.5 * ((np.roll(r, 1, axis=0) - x) ** 2).sum(-1).mean(),
            "averaged": lambda r, x: 0.5 * ((r - x.mean(0)) ** 2).sum(-1).mean(),
            "another likelihood": lambda r, x: np.abs(r - x[::-1]).sum(-1).mean(),
        },
        "flipped",
        "averaged",
    ),
)
def test_mixed_samples_are_refuted(part) -> None:
    found = ask(lambda r, x, mu, logvar: part(r, x) + kl(mu, logvar).mean(), *VAE)
    assert found.outcome == "refuted", found.missing
    assert [mistake.slug for mistake in found.mistakes] == ["mixed-samples"]
    assert found.mistakes[0].evidence
    assert found.counterexample is not None


@pytest.mark.parametrize(
    "part",
    [
        lambda r, x: np.abs(r - x).sum(-1).mean(),
        unmeasured(lambda r, x: 2 * np.log1p((x - r) ** 2 / 3).sum(-1).mean()),
        lambda r, x: 0.5 * x.size / len(x) * np.log(((x - r) ** 2).mean()),
        long(lambda r, x: (0.5 * (r - x) ** 2 * np.linspace(0.5, 1.5, x.shape[1])).sum(-1).mean()),
    ],
    ids=["Laplace", "Student", "a spread of the whole batch", "weights of pixels"],
)
def test_other_likelihoods_stay_open(part) -> None:
    found = ask(lambda r, x, mu, logvar: part(r, x) + kl(mu, logvar).mean(), *VAE)
    assert found.outcome == "undecided"
    assert not found.mistakes


def test_a_function_that_refuses_another_order_says_nothing() -> None:
    refused = []

    def of_one_order(r, x, mu, logvar):
        if len(x) > 1 and not (np.diff(x[:, 0] * r[:, 0]) != 0).all():
            raise ValueError("no two alike")
        if x.shape[0] > 1 and np.array_equal(x[0], seen.get("last")) and not np.array_equal(x, seen.get("whole")):
            refused.append(x)
            raise ValueError("not in this order")
        seen.update(last=x[-1].copy(), whole=x.copy())
        return np.cosh(r - x).sum(-1).mean() + kl(mu, logvar).mean()

    seen: dict[str, np.ndarray] = {}
    assert "mixed-samples" not in [mistake.slug for mistake in ask(of_one_order, *VAE).mistakes]
    assert refused
