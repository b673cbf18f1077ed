"""The time that a verdict tells is all that it took."""

import time

import numpy as np
import pytest

from elbo_check.loss_hearing import hearing
from tests.loss_hearing.help import ask


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def sampler(mu, logvar):
    return mu + np.exp(logvar / 2) * np.random.randn(*mu.shape)  # noqa: NPY002


def uniform(mu, logvar):
    return mu + np.exp(logvar / 2) * np.random.rand(*mu.shape)  # noqa: NPY002


@pytest.mark.parametrize(
    ("fn", "settings"),
    [(kl, {}), (kl, {"sampler": sampler}), (uniform, {"quantity": "sampler"})],
    ids=["value", "pair", "draws"],
)
def test_gradients_count_as_well(monkeypatch, fn, settings) -> None:
    asked = hearing.with_gradients
    monkeypatch.setattr(hearing, "with_gradients", lambda *given: (time.sleep(0.3), asked(*given))[1])
    started = time.perf_counter()
    told = ask(fn, "mean", "log_variance", **settings)
    took = time.perf_counter() - started
    assert took - 0.1 < told.record["seconds"] <= took
