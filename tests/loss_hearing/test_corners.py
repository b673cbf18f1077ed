"""Corners of the diagnosis: answers without a value, arguments that stand alone, explanations unlike each other."""

import numpy as np
import pytest

from elbo_check import Outcome, verify_loss
from elbo_check.errors import ElboCheckError, LossFunctionError
from elbo_check.loss_hearing import pair
from elbo_check.loss_hearing.evidence import _merged
from elbo_check.loss_hearing.heard import Heard

from .help import ask, passed


def test_a_bound_without_a_value_is_undecided():
    found = verify_loss(lambda log_w: np.full(log_w.shape[1], np.nan), roles=["log_weights"], rng=0)
    assert (found.outcome, "finite" in found.missing) == (Outcome.UNDECIDED, True)


def test_a_scale_that_stands_alone_has_other_readings_and_no_mean_to_exchange():
    def entropy(sigma):
        return np.sum(np.log(sigma), axis=-1)

    assert [mistake.slug for mistake in verify_loss(entropy, rng=0).mistakes] == ["missing-constant"]


def test_a_function_that_returns_an_empty_dictionary_is_refused():
    with pytest.raises(ElboCheckError, match="nothing"):
        verify_loss(lambda mu, logvar: {}, rng=0)


def test_explanations_with_nothing_in_common_stay_apart():
    ways = [[("a",), ("b",)], [("c",), ("d",)], [("a",), ("e",)]]
    assert _merged(ways) == [[("a",), ("b", "e")], [("c",), ("d",)]]


def test_what_was_not_recovered_has_no_formula():
    heard = Heard(None, "float64", trouble="it never returned")
    with pytest.raises(ValueError, match="it never returned"):
        _ = heard.found


def test_a_quantity_that_cannot_be_heard_is_passed_over(monkeypatch):
    def refusing(case, assignment, seeds):
        if case.name == "sampled-kl":
            raise LossFunctionError("raises", "it raised", "mend it")
        return heard(case, assignment, seeds)

    heard = pair.hear
    monkeypatch.setattr(pair, "hear", refusing)
    found = verify_loss(lambda mu, logvar, eps: (mu**2 + np.exp(logvar) - logvar).sum(-1), rng=0)
    assert (found.outcome, {m.slug for m in found.mistakes}) == (Outcome.REFUTED, {"doubled", "missing-constant"})


@pytest.mark.parametrize("role", ["std", "variance"])
def test_a_product_of_scales_that_underflows_is_an_edge(role):
    """The logarithm of a determinant: on the way to the place where it overflows no scale may become 0."""

    def divergence(mean, scale):
        variance = scale**2 if role == "std" else scale
        return 0.5 * ((mean**2 + variance - 1).sum(1) - np.log(variance.prod(1)))

    found = passed(ask(divergence, "mean", role))
    assert "overflows" in found.finding("unstable-form").message or "digits" in found.finding("unstable-form").message
