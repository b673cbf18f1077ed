"""The weight of a KL that all data share, in the loss of a minibatch."""

import numpy as np
import pytest

from .judged import beta_of, is_named, judged, named, outcome

ROLES = ("nll", "kl", "dataset_size")

RIGHT = {
    "N/B sum + KL": lambda nll, kl, n: n / len(nll) * np.sum(nll) + kl,
    "w142: mean + KL/N": lambda nll, kl, n: np.mean(nll) + kl / n,
    "w143: sum + B/N KL": lambda nll, kl, n: np.sum(nll) + len(nll) / n * kl,
    "by the number of batches": lambda nll, kl, n: np.sum(nll) + kl / np.ceil(n / len(nll)),
    "w177: for one datum": lambda nll, kl, n: (n * np.mean(nll) + kl) / n,
    "rows": lambda nll, kl, n: nll + kl / n,
    "w109: a half of all": lambda nll, kl, n: 0.5 * (np.mean(nll) + kl / n),
}


@pytest.mark.parametrize("case", RIGHT)
def test_every_multiple_is_right(case):
    assert outcome(judged(RIGHT[case], ROLES)) == "consistent"


WRONG = {
    "w141: KL by the batch": (lambda nll, kl, n: np.mean(nll) + kl / len(nll), ("minibatch-weight",), "N/B"),
    "no weight": (lambda nll, kl, n: np.mean(nll) + kl, ("minibatch-weight",), "N"),
    "sum + KL/N": (lambda nll, kl, n: np.sum(nll) + kl / n, ("minibatch-weight",), "1/B"),
    "batches beside a mean": (lambda nll, kl, n: np.mean(nll) + kl / (n / len(nll)), ("minibatch-weight",), "B"),
    "sum + KL": (lambda nll, kl, n: np.sum(nll) + kl, ("minibatch-weight",), "N/B"),
    "w145: another N": (lambda nll, kl, n: 0.8 * n * np.mean(nll) + kl, ("wrong-scale",), "5/4"),
    "twice": (lambda nll, kl, n: n * np.mean(nll) + 2 * kl, ("kl-counted-twice",), "2"),
    "half": (lambda nll, kl, n: n * np.mean(nll) + kl / 2, ("halved",), "1/2"),
    "sign": (lambda nll, kl, n: n * np.mean(nll) - kl, ("wrong-sign",), "−1"),
    "whole sign": (lambda nll, kl, n: -n * np.mean(nll) - kl, ("wrong-sign",), ""),
    "no KL": (lambda nll, kl, n: n * np.mean(nll), ("missing-kl-term",), "0"),
    "no likelihood": (lambda nll, kl, n: kl, ("missing-reconstruction-term",), ""),
    "weight and sign": (lambda nll, kl, n: np.mean(nll) - kl, ("minibatch-weight", "wrong-sign"), "−N"),
    "weight and twice": (lambda nll, kl, n: np.mean(nll) + 2 * kl, ("minibatch-weight", "doubled"), "2N"),
    "rows + KL": (lambda nll, kl, n: nll + kl, ("minibatch-weight",), "N"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_weight_is_named_and_told_in_n_and_b(case):
    function, slugs, beta = WRONG[case]
    function.__name__ = "loss"  # a lambda without a name may be an ELBO
    diagnosis = judged(function, ROLES)
    assert outcome(diagnosis) == "refuted"
    assert is_named(diagnosis, *slugs), named(diagnosis)
    assert beta_of(diagnosis) == beta


def test_a_batch_is_told_from_its_absence():
    """A function of one sample's likelihood, a number, has a batch of one."""

    def loss(nll, kl, n):
        if np.ndim(nll):
            raise ValueError("one number")
        return n * nll + kl

    assert outcome(judged(loss, ROLES)) == "consistent"
