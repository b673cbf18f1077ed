"""Which other readings of its arguments a wrong loss is heard under: none that touches what it has right already."""

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.loss_hearing import hearing

ROLES = {"recon_x": "reconstruction", "x": "x", "mu": "mean", "logvar": "log_variance"}


def bce(recon_x, x):
    return -(x * np.log(recon_x) + (1 - x) * np.log1p(-recon_x))


def mean_and_sum(recon_x, x, mu, logvar):
    return bce(recon_x, x).mean() - 0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))


def without_variance(recon_x, x, mu, logvar):
    return bce(recon_x, x).mean() - 0.5 * np.sum(1 + logvar - mu**2)


def of_log_sigma(recon_x, x, mu, logvar):
    return bce(recon_x, x).mean() - 0.5 * np.sum(1 + 2 * logvar - mu**2 - np.exp(2 * logvar))


def of_a_narrow_prior(recon_x, x, mu, logvar):
    return bce(recon_x, x).sum() - 0.5 * np.sum(1 + logvar + np.log(4) - 4 * (mu**2 + np.exp(logvar)))


@pytest.fixture
def heard(monkeypatch):
    """The roles that every reading changes under which a function is heard, the first one aside."""
    changed = []
    hear = hearing.hear

    def noted(case, assignment, seeds):
        changed.append({role for role in ROLES.values() if assignment.names.get(role) != case.assignment.names[role]})
        return hear(case, assignment, seeds)

    monkeypatch.setattr(hearing, "hear", noted)
    return changed


@pytest.mark.parametrize(
    ("loss", "touched", "names"),
    [
        (mean_and_sum, set(), ["bce-mean-vs-kl-sum", "sum-for-mean"]),
        (without_variance, {"log_variance"}, ["bce-mean-vs-kl-sum", "missing-variance-term", "sum-for-mean"]),
    ],
)
def test_what_has_all_of_its_terms_is_read_in_no_other_way(loss, touched, names, heard):
    told = verify_loss(loss, rng=0)
    assert sorted(mistake.slug for mistake in told.mistakes) == names
    assert set().union(*heard) == touched


def test_what_has_other_terms_is_read_in_the_ways_that_may_explain_them(heard):
    told = verify_loss(of_log_sigma, rng=0)
    assert sorted(mistake.slug for mistake in told.mistakes) == ["bce-mean-vs-kl-sum", "sum-for-mean"]
    assert "nearest if logvar holds log σ" in {finding.message for finding in told.findings}
    assert set().union(*heard) == {"log_variance"}


def test_an_entropy_of_two_slips_is_read_in_other_ways(monkeypatch):
    seen = []
    hear = hearing.hear
    monkeypatch.setattr(hearing, "hear", lambda case, *rest: seen.append(rest) or hear(case, *rest))
    verify_loss(lambda logvar: np.sum(2 * logvar, axis=-1), quantity="gaussian-entropy", rng=0)
    assert len(seen) > 1, "without its constant and doubled: one slip of log σ"


def test_what_is_right_of_another_prior_is_read_in_no_other_way(heard):
    told = verify_loss(of_a_narrow_prior, rng=0)
    assert told.outcome.name == "UNDECIDED"
    assert "N(0, 0.5²)" in told.missing
    assert heard == [set()]
