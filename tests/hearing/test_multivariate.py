"""Full covariances: one divergence, heard in balls, along principal axes and by sampling."""

import numpy as np
import pytest

from elbo_check import MultivariateNormal, Outcome, gaussian_kl, multivariate_gaussian_kl, verify_divergence
from elbo_check.errors import InputError, ShapeError


def pair(dimension, seed=5):
    generator = np.random.default_rng(seed)
    densities = []
    for _ in range(2):
        root = generator.normal(size=(dimension, dimension))
        densities.append(MultivariateNormal(generator.normal(size=dimension), root @ root.T + np.eye(dimension)))
    return densities


def value_of(q, p):
    return multivariate_gaussian_kl(q.mean, q.cov, p.mean, p.cov)


@pytest.mark.endurance
@pytest.mark.parametrize("dimension", [1, 2, 3, 4, 30])
def test_the_packages_value_is_proved_in_every_dimension_that_balls_reach(dimension):
    q, p = pair(dimension)
    verdict = verify_divergence(q, p, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.value == value_of(q, p)
    expected = ("gaussian-kl-full",) if dimension <= 3 else ("gaussian-kl", "kl-additivity")
    assert verdict.theorems == expected
    assert (verdict.finding("additivity") is None) == (dimension <= 3)


def test_beyond_the_reach_of_balls_the_value_is_consistent(monkeypatch):
    monkeypatch.setattr("elbo_check.hearing.multivariate.LARGEST_ENCLOSED", 3)
    q, p = pair(5)
    verdict = verify_divergence(q, p, rng=0)
    assert verdict.outcome is Outcome.CONSISTENT
    assert verdict.absences[0].reason == "balls reach dimension 3; here it is 5"
    assert 0 < verdict.resolution < 0.1
    refuted = verify_divergence(q, p, claim=1.5 * value_of(q, p), rng=0)
    assert refuted.outcome is Outcome.REFUTED
    assert refuted.finding("sample-objects") is not None


def test_a_wrong_claim_is_refuted_with_its_factor():
    q, p = pair(3)
    verdict = verify_divergence(q, p, claim=2 * value_of(q, p), rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample["factor"] == 2.0
    assert verdict.finding("exchanged") is None


def test_exchanged_densities_are_named():
    q, p = pair(3)
    assert verify_divergence(q, p, claim=value_of(p, q), rng=0).finding("exchanged") is not None


def test_a_right_claim_is_proved_and_float32_is_excused():
    q, p = pair(3)
    assert verify_divergence(q, p, claim=value_of(q, p), rng=0).outcome is Outcome.PROVED
    verdict = verify_divergence(q, p, claim=np.float32(value_of(q, p)), rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.finding("unstable-form") is not None


def test_equal_densities_have_divergence_zero():
    q, _ = pair(3)
    verdict = verify_divergence(q, q, rng=0)
    assert (verdict.outcome, verdict.value) == (Outcome.PROVED, 0.0)
    wrong = verify_divergence(q, q, claim=1.0, rng=0)
    assert wrong.counterexample["factor"] == np.inf


def test_a_diagonal_covariance_agrees_with_the_scalar_formula():
    sigma = np.array([0.5, 2.0])
    q, p = MultivariateNormal([1.0, -1.0], np.diag(sigma**2)), MultivariateNormal([0.0, 0.0], np.eye(2))
    assert verify_divergence(q, p, claim=gaussian_kl([1.0, -1.0], sigma).sum(), rng=0)


def test_the_seed_note_is_kept():
    from .test_verify_kl import FixedState

    q, p = pair(2)
    rng = np.random.Generator(np.random.PCG64(FixedState()))
    assert verify_divergence(q, p, rng=rng).finding("seeded-by-draws") is not None


def test_a_failed_theorem_leaves_the_verdict_undecided(monkeypatch):
    q, p = pair(2)
    failed = verify_divergence(q, p, claim=0.0, rng=0)
    monkeypatch.setattr("elbo_check.hearing.record.checking.checked", lambda name: failed)
    assert verify_divergence(q, p, rng=0).outcome is Outcome.UNDECIDED


def test_a_witness_conflict_is_undecided_and_told(monkeypatch):
    q, p = pair(2)
    monkeypatch.setattr("elbo_check.hearing.multivariate.sample_total", lambda q, p, **_: _far(q, p))
    verdict = verify_divergence(q, p, rng=0)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.finding("witness-conflict") is not None


def _far(q, p):
    from elbo_check import Basis, Estimate

    return Estimate("monte carlo", 99.0, 1.0, Basis.SAMPLED, bound="chernoff", level=1e-9)


def test_bad_claims_and_reductions_are_refused():
    q, p = pair(2)
    with pytest.raises(ShapeError, match="one number"):
        verify_divergence(q, p, claim=[1.0, 2.0])
    with pytest.raises(InputError, match="reduction='sum' must be None"):
        verify_divergence(q, p, reduction="sum")
    with pytest.raises(ShapeError):
        verify_divergence(q, pair(3)[1])


def test_balls_that_do_not_close_are_absent_and_the_rest_is_consistent(monkeypatch):
    monkeypatch.setattr("elbo_check.witnesses.moment_balls.LAST_BITS", 0)
    verdict = verify_divergence(*pair(2), rng=0)
    assert verdict.outcome is Outcome.CONSISTENT
    assert "too ill-conditioned" in verdict.absences[0].reason
