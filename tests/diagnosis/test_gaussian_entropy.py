"""Entropies of Gaussians: right under every reading, and every slip named."""

import numpy as np
import pytest
from scipy import stats

from elbo_check.diagnosis.quantities.gaussian_entropy import gaussian_entropy
from elbo_check.diagnosis.quantities.seconds import SECONDS

from .judged import codes, is_named, judged, named, outcome

LOG_2PI = np.log(2 * np.pi)
DEVIATIONS = {
    "std": lambda s: s,
    "variance": np.sqrt,
    "log_variance": lambda s: np.exp(s / 2),
    "log_std": np.exp,
    "softplus_std": lambda s: np.logaddexp(0, s),
}


@pytest.mark.endurance
@pytest.mark.parametrize("role", DEVIATIONS)
@pytest.mark.parametrize("reduce", [lambda e: e, lambda e: e.sum(-1), lambda e: e.sum(-1).mean(), np.sum])
def test_the_entropy_of_scipy_is_right(role, reduce):
    diagnosis = judged(lambda s: reduce(stats.norm(0.0, DEVIATIONS[role](s)).entropy()), (role,), "gaussian-entropy")
    assert outcome(diagnosis) == "consistent"
    assert diagnosis.relation == "equal"


SLIPS = {
    "w127": ("log_std", lambda s: np.sum(0.5 * s + 0.5 * np.log(2 * np.pi * np.e), -1), "half-on-logsigma"),
    "w128": ("std", lambda s: np.sum(0.5 * np.log(2 * np.pi * np.e * s), -1), "not-squared"),
    "w131": ("log_std", lambda s: np.sum(s, -1), "missing-constant"),
    "no log 2π": ("log_std", lambda s: np.sum(s + 0.5, -1), "missing-constant"),
    "no one": ("log_std", lambda s: np.sum(s + 0.5 * LOG_2PI, -1), "missing-constant"),
    "once a sample": ("log_std", lambda s: np.sum(s, -1) + 0.5 * (1 + LOG_2PI), "missing-dim-term"),
    "no half": ("log_std", lambda s: np.sum(s + 1 + LOG_2PI, -1), "wrong-constant"),
    "negative": ("log_std", lambda s: -np.sum(s + 0.5 * (1 + LOG_2PI), -1), "wrong-sign"),
    "sign": ("log_std", lambda s: np.sum(-s + 0.5 * (1 + LOG_2PI), -1), "wrong-sign"),
    "twice": ("log_std", lambda s: np.sum(2 * s + 1 + LOG_2PI, -1), "doubled"),
    "mean": ("log_std", lambda s: np.mean(s + 0.5 * (1 + LOG_2PI)), "mean-over-all"),
    "no logarithm": ("std", lambda s: np.sum(s + 0.5 * (1 + LOG_2PI), -1), "missing-log"),
    "base 2": ("std", lambda s: np.sum(np.log2(s) + 0.5 * (1 + LOG_2PI), -1), "wrong-log-base"),
    "nothing of σ": ("std", lambda s: np.full(len(s), s.shape[1]) * 0.5 * (1 + LOG_2PI), "missing-log-term"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", SLIPS)
def test_a_slip_is_named(case):
    role, function, slug = SLIPS[case]
    diagnosis = judged(function, (role,), "gaussian-entropy")
    assert outcome(diagnosis) == "refuted"
    assert any(slug in group for group in named(diagnosis)), named(diagnosis)


@pytest.mark.parametrize(
    ("held", "read"), [("std", "variance"), ("log_variance", "log_std"), ("softplus_std", "log_std")]
)
def test_a_misreading_is_named(held, read):
    def entropy(s):
        return np.sum(np.log(DEVIATIONS[read](s)) + 0.5 * (1 + LOG_2PI), -1)

    assert is_named(judged(entropy, (held,), "gaussian-entropy"), f"{SECONDS[held].short}-as-{SECONDS[read].short}")


def test_two_slips_at_once_are_named():
    def entropy(s):
        return np.mean(0.5 * s)

    diagnosis = judged(entropy, ("log_std",), "gaussian-entropy")
    assert is_named(diagnosis, "mean-over-all", "half-on-logsigma", "missing-constant"), named(diagnosis)


def test_an_offset_leaves_the_gradients_right():
    diagnosis = judged(SLIPS["w131"][1], ("log_std",), "gaussian-entropy")
    assert diagnosis.relation == "offset"
    assert "gradients-right" in codes(diagnosis)


def test_the_quantity_says_what_it_is():
    assert gaussian_entropy("variance").said({"variance": "v"}) == "the entropy of N(·, v)"


def test_two_slips_that_leave_the_constant_alone_are_named():
    """What is left is no number from anywhere: it is the constant of the entropy."""
    constant = 0.5 * np.log(2 * np.pi * np.e)
    found = judged(lambda std: -constant * np.full(len(std), std.shape[1]), ("std",), quantity="gaussian-entropy")
    assert {mistake.slug for mistake in found.mistakes} == {"missing-log-term", "wrong-sign"}
    found = judged(lambda std: np.full(len(std), 1.5), ("std",), quantity="gaussian-entropy")
    assert outcome(found) == "refuted"
    assert found.mistakes == ()
