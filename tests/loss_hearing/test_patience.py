"""Lengths of thousands, at which a function that compares all with all would fill the memory, are not asked."""

import numpy as np
import pytest

from .help import ask, passed

KL = ("mean", "log_variance")


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s)


def of_all_pairs(mu, s, warm_up=10000):
    distances = sum(((mu[:, None] - mu[None]) ** 2).sum(-1).mean() for _ in range(4))
    return kl(mu, s).sum(-1).mean() + 0 * distances * warm_up


@pytest.mark.endurance
@pytest.mark.parametrize(("fn", "is_told"), [(of_all_pairs, True), (lambda mu, s: kl(mu, s).sum(1) + 0 * 10000, False)])
def test_what_would_take_long_is_told_and_not_asked(fn, is_told):
    found = passed(ask(fn, *KL))
    told = [finding.message for finding in found.findings if finding.code == "refuses"]
    assert any("where B = 12500: it was not asked, for it would take about" in words for words in told) is is_told


def test_what_refuses_an_eighth_of_a_length_is_asked():
    def of_few(mu, s):
        if 600 < len(mu) < 10000:
            raise ValueError("too many")
        return kl(mu, s).sum(1) * (2 if len(mu) > 10000 else 1)

    assert ask(of_few, *KL).outcome == "refuted"
