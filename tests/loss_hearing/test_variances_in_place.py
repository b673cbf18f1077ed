"""Variances that multiply where they divide, and the one of the other Gaussian: named, with a simple failing case."""

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, passed, unmeasured

PAIR = ("mean_q", "std_q", "mean_p", "std_p")


def pair(square, ratio):
    return lambda m, s, n, t: (np.log(t / s) + ratio(s, t) + square(m - n, s, t) - 0.5).sum(-1)


def over_p(numerator, t):
    return numerator**2 / (2 * t**2)


@pytest.mark.parametrize(
    ("slug", "loss"),
    [
        ("multiplied-not-divided", lambda m, s, n, t: (np.log(t / s) + (s**2 + (m - n) ** 2) / 2 * t**2 - 0.5).sum(-1)),
        unmeasured("multiplied-not-divided", pair(lambda apart, s, t: apart**2 / 2 * t**2, over_p)),
        unmeasured("multiplied-not-divided", pair(lambda apart, s, t: over_p(apart, t), lambda s, t: s**2 / 2 * t**2)),
        ("wrong-variance", pair(lambda apart, s, t: over_p(apart, s), over_p)),
        unmeasured("wrong-variance", pair(lambda apart, s, t: over_p(apart, t), lambda s, t: over_p(t, s))),
    ],
)
def test_a_pair_with_a_variance_out_of_place_is_named(slug, loss) -> None:
    found = accused(slug, ask(loss, *PAIR))
    assert found.relation == "different"
    assert found.recovered is not None


@pytest.mark.unmeasured
def test_the_pair_that_they_are_made_from_is_right() -> None:
    passed(ask(pair(lambda apart, s, t: over_p(apart, t), over_p), *PAIR))


@pytest.mark.unmeasured
def test_a_density_that_multiplies_fails_at_two_simple_numbers() -> None:
    """At x = mean the squares are 0, and at σ = 1 both are the same: two arguments have to change."""
    density = lambda x, m, s: ((x - m) ** 2 / 2 * s**2 + np.log(s) + 0.5 * np.log(2 * np.pi)).sum(-1).mean()
    found = accused("multiplied-not-divided", ask(density, "x", "mean", "std"))
    held = {name: np.unique(value) for name, value in found.counterexample.items() if name in ("x", "m", "s")}
    assert {name: numbers.tolist() for name, numbers in held.items()} == {"x": [1], "m": [0], "s": [2]}
    assert "(2 * sigma**2)" in found.mistakes[0].cure


@pytest.mark.unmeasured
def test_a_learned_decoder_may_multiply() -> None:
    def loss(x, r, decoder_logvar, mu, logvar):
        data = 0.5 * ((x - r) ** 2 * np.exp(decoder_logvar) + decoder_logvar + np.log(2 * np.pi)).sum(-1)
        return (data + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)).mean()

    roles = ("x", "reconstruction", "decoder_log_variance", "mean", "log_variance")
    assert "exp(-logvar)" in accused("multiplied-not-divided", ask(loss, *roles)).mistakes[0].cure


def test_a_given_prior_may_multiply() -> None:
    loss = lambda m, s: (np.log(0.5 / s) + (s**2 + m**2) / 2 * 0.5**2 - 0.5).sum(-1)
    accused("multiplied-not-divided", ask(loss, "mean", "std", prior=(0, 0.5)))
