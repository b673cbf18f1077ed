"""More elements than are enclosed one by one: what is proved is counted, what is doubted is enclosed."""

import numpy as np
import pytest

from elbo_check import Basis, Outcome, gaussian_kl, verify_kl
from elbo_check.hearing import elements

GENERATOR = np.random.default_rng(22)
MU, SIGMA = GENERATOR.normal(size=(400, 5)), np.exp(0.3 * GENERATOR.normal(size=(400, 5)))
KL = gaussian_kl(MU, SIGMA)


@pytest.fixture
def _small_budget(monkeypatch):
    monkeypatch.setattr(elements, "ENCLOSE_ALL", 1000)
    monkeypatch.setattr(elements, "SAMPLE", 100)
    monkeypatch.setattr(elements, "BLOCK", 256)


pytestmark = pytest.mark.usefixtures("_small_budget")


def test_right_claims_are_consistent_with_the_count_of_what_was_enclosed():
    verdict = verify_kl(MU, SIGMA, claim=KL, rng=0)
    assert verdict.outcome is Outcome.CONSISTENT
    assert verdict.finding("not-all-enclosed").message.startswith("100 of 2,000 claims were decided by enclosures")
    assert verdict.record["enclosed"] == 100
    assert 0 < verdict.resolution < 1e-6
    balls = next(e for e in verdict.estimates if e.witness == "moment balls")
    assert (balls.count, balls.basis) == (100, Basis.ENCLOSED)
    assert "100 of 2,000" in balls.scope


@pytest.mark.parametrize("reduction", ["none", "latent"])
def test_a_single_wrong_claim_among_many_is_enclosed_and_refuted(reduction):
    claim = KL.copy() if reduction == "none" else KL.sum(-1)
    claim[333] *= 1 + 1e-6
    verdict = verify_kl(MU, SIGMA, claim=claim, rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample["index"][0] == 333
    assert verdict.finding("wrong-claims").message.startswith("at least ")


def test_where_everything_is_wrong_the_budget_holds_and_the_count_is_a_lower_bound():
    verdict = verify_kl(MU, SIGMA, claim=2 * KL, rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.record["enclosed"] <= 200
    assert 100 <= verdict.record["wrong"] <= 200
    assert verdict.finding("constant-factor") is not None


@pytest.fixture
def _no_second_pass(monkeypatch):
    monkeypatch.setattr(elements, "MOST_FOR_ONE", 0)


@pytest.mark.parametrize("factor", [1.5, 1 + 1e-6])
def test_one_total_that_is_doubted_is_enclosed_over_all_elements(factor):
    verdict = verify_kl(MU, SIGMA, claim=factor * KL.sum(), reduction="sum", rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.record["enclosed"] == 2000


@pytest.mark.usefixtures("_no_second_pass")
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_one_total_over_many_elements_is_consistent_or_refuted_by_sampling(reduction):
    total = KL.sum() if reduction == "sum" else KL.sum(-1).mean()
    right = verify_kl(MU, SIGMA, claim=total, reduction=reduction, rng=0)
    assert right.outcome is Outcome.CONSISTENT
    wrong = verify_kl(MU, SIGMA, claim=1.5 * total, reduction=reduction, rng=0)
    assert wrong.outcome is Outcome.REFUTED
    assert wrong.finding("sample-objects") is not None
    assert set(wrong.counterexample) == {"total", "sampled"}


@pytest.mark.usefixtures("_no_second_pass")
def test_a_total_that_only_quadrature_doubts_is_undecided():
    verdict = verify_kl(MU, SIGMA, claim=KL.sum() * (1 + 1e-6), reduction="sum", rng=0)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "quadrature objects to 1 claims" in verdict.missing
    mean = verify_kl(MU, SIGMA, claim=KL.sum() / 400 * (1 + 1e-12), reduction="sum", rng=0, draws=1000)
    assert mean.finding("other-reduction") is not None


def test_elements_that_quadrature_cannot_answer_are_enclosed():
    mu, sigma = MU.copy(), SIGMA.copy()
    mu[7, 2], sigma[7, 2] = 0.0, 1e200
    verdict = verify_kl(mu, sigma, rng=0)
    absences = {absent.witness: absent.reason for absent in verdict.absences}
    assert "1 of 2,000 elements leave the range of float64" in absences["gauss-hermite"]
    assert verdict.value[7, 2] == np.inf
    assert verdict.outcome is Outcome.UNDECIDED


def test_the_chosen_elements_hold_the_extremes(monkeypatch):
    from elbo_check import Normal
    from elbo_check.hearing.chosen import chosen_elements
    from elbo_check.question import Question

    question = Question.of(Normal(MU, SIGMA), Normal(0.0, 1.0))
    chosen = set(chosen_elements(question, 6).tolist())
    assert {int(MU.argmin()), int(MU.argmax()), int(SIGMA.argmin()), int(SIGMA.argmax())} <= chosen
    assert len(chosen) == 6
    assert chosen_elements(question, 10**6).tolist() == list(range(2000))


def test_all_elements_are_proved_when_the_budget_reaches(monkeypatch):
    monkeypatch.setattr(elements, "ENCLOSE_ALL", 2000)
    verdict = verify_kl(MU, SIGMA, claim=KL.astype(np.float32), rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.record["enclosed"] == 2000


def test_claims_wider_than_the_budget_are_not_enclosed_and_the_verdict_says_so(monkeypatch):
    monkeypatch.setattr(elements, "SAMPLE", 4)
    verdict = verify_kl(MU, SIGMA, claim=KL.sum(-1), rng=0)
    assert verdict.outcome is Outcome.CONSISTENT
    assert verdict.record["enclosed"] == 0
    assert verdict.finding("not-all-enclosed").message.startswith("0 of 400 claims")
    doubted = verify_kl(MU, SIGMA, claim=KL.sum(-1) * (1 + 1e-6), rng=0)
    assert doubted.outcome is Outcome.UNDECIDED
