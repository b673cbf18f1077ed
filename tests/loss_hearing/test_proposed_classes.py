"""Without roles an answer that hangs on the names is left open, of categoricals and of decoders as of Gaussians."""

import numpy as np
import pytest

from elbo_check import verify_loss

from .help import accused, passed


def log_sum_exp(values):
    return np.log(np.exp(values).sum(-1, keepdims=True))


def of_logits(probs):
    log_q = probs - log_sum_exp(probs)
    return (np.exp(log_q) * (log_q + np.log(probs.shape[-1]))).sum(-1)


def of_probabilities(logits):
    return (logits * np.log(logits * logits.shape[-1])).sum(-1)


def of_log_probabilities(logits):
    return (np.exp(logits) * (logits + np.log(logits.shape[-1]))).sum(-1)


def of_two(q_probs, p_logits):
    return (np.exp(q_probs) * (q_probs - p_logits + log_sum_exp(p_logits))).sum(-1)


def exchanged(x, recon_x, mu, logvar):
    return (
        -(recon_x * np.log(x) + (1 - recon_x) * np.log(1 - x)).sum() + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum()
    )


HELD = {
    of_logits: ("probs holds logits", ("probabilities",), "prob-as-logits"),
    of_probabilities: ("logits holds probabilities", ("logits",), "logits-as-prob"),
    of_log_probabilities: ("logits holds log probabilities", ("logits",), "logits-as-logprob"),
    exchanged: (
        "x holds what the decoder gives, with no sigmoid to come and recon_x holds the data",
        ("x", "reconstruction", "mean", "log_variance"),
        "argument-order",
    ),
}


@pytest.mark.endurance
@pytest.mark.parametrize("fn", HELD, ids=lambda fn: fn.__name__)
def test_what_an_argument_holds_is_asked_for_where_only_its_name_says_so(fn):
    words, roles, slug = HELD[fn]
    found = verify_loss(fn, rng=0)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing == f"equal, if {words}; say what the arguments hold with roles"
    accused(slug, verify_loss(fn, roles=roles, rng=0))


def test_of_two_categoricals_each_is_asked_for():
    found = verify_loss(of_two, roles=("probabilities_q", "logits_p"), rng=0)
    assert found.outcome == "refuted"
    passed(verify_loss(of_two, roles=("log_probabilities_q", "logits_p"), rng=0))


def test_a_mistake_under_every_reading_is_one_without_roles_too():
    accused("missing-constant", verify_loss(lambda probs: (probs * np.log(probs)).sum(-1), rng=0))
