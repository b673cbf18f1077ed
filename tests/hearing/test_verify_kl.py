"""The main verb as a user meets it: outcome, value, evidence, and what is said about it."""

import math

import numpy as np
import pytest

from elbo_check import Basis, Normal, Outcome, gaussian_kl, verify_divergence, verify_kl
from elbo_check.errors import InputError, RefutedError, UndecidedError

GENERATOR = np.random.default_rng(20)
MU, SIGMA = GENERATOR.normal(size=(7, 3)), np.exp(GENERATOR.normal(size=(7, 3)))
KL = gaussian_kl(MU, SIGMA)


def test_a_scalar_is_proved_with_every_witness_heard():
    verdict = verify_kl(0.5, 0.7, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.value == gaussian_kl(0.5, 0.7)
    bases = {estimate.witness: estimate.basis for estimate in verdict.estimates}
    assert bases == {
        "theorem": Basis.ENCLOSED,
        "enclosure": Basis.ENCLOSED,
        "moment balls": Basis.ENCLOSED,
        "gauss-hermite": Basis.HEURISTIC,
        "tanh-sinh": Basis.HEURISTIC,
        "monte carlo": Basis.SAMPLED,
    }
    assert verdict.absences == ()
    assert verdict.require() is verdict
    assert verdict.theorems == ("gaussian-kl",)


def test_a_scalar_gets_the_digits_it_asks_for():
    enclosure = next(e for e in verify_kl(0.5, 0.7, digits=60, rng=0).estimates if e.witness == "enclosure")
    assert 0 < enclosure.error <= enclosure.value / 10**60


@pytest.mark.parametrize(
    ("reduction", "value"),
    [(None, KL), ("none", KL), ("latent", KL.sum(-1)), ("sum", KL.sum()), ("mean", KL.sum(-1).mean())],
)
def test_without_a_claim_the_package_judges_its_own_values_under_the_reduction(reduction, value):
    verdict = verify_kl(MU, SIGMA, reduction=reduction, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert np.shape(verdict.value) == np.shape(value)
    np.testing.assert_allclose(verdict.value, value, rtol=1e-15)


@pytest.mark.parametrize("kind", ["sigma", "variance", "log_sigma", "log_variance"])
def test_every_kind_of_second_parameter_is_judged_as_it_is(kind):
    held = {"sigma": SIGMA, "variance": SIGMA**2, "log_sigma": np.log(SIGMA), "log_variance": 2 * np.log(SIGMA)}[kind]
    assert verify_kl(MU, held, claim=KL, second=kind, tol=1e-12, rng=0).outcome is Outcome.PROVED


def test_a_log_variance_near_zero_is_not_sent_through_sigma():
    assert verify_kl(0.0, 1e-12, second="log_variance", claim=2.5e-25, rounding="strict", rng=0)
    through_sigma = gaussian_kl(0.0, math.exp(5e-13))
    assert not verify_kl(0.0, 1e-12, second="log_variance", claim=through_sigma, rounding="strict", rng=0)


def test_a_prior_of_another_kind_and_shape_is_taken():
    prior_mu, prior_variance = np.array([0.5, -1.0, 2.0]), np.array([1.0, 4.0, 0.25])
    claim = gaussian_kl(MU, SIGMA, prior_mu, np.sqrt(prior_variance))
    assert verify_kl(MU, SIGMA, prior_mu, prior_variance, prior_second="variance", claim=claim, rng=0)


def test_one_wrong_value_is_found_counted_and_measured():
    claim = KL.copy()
    claim[4, 1] *= 1.1
    verdict = verify_kl(MU, SIGMA, claim=claim, rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.record["wrong"] == 1
    assert verdict.counterexample["index"] == [4, 1]
    assert verdict.counterexample["factor"] == pytest.approx(1.1)
    assert verdict.counterexample["mu"] == MU[4, 1]
    assert verdict.finding("wrong-claims").message.startswith("1 of 21 claims is wrong, the worst at [4, 1]")
    assert not verdict
    with pytest.raises(RefutedError, match="REFUTED"):
        verdict.require()


def test_a_wrong_sum_has_a_counterexample_without_parameters():
    claim = KL.sum(-1)
    claim[2] += 0.1
    case = verify_kl(MU, SIGMA, claim=claim, rng=0).counterexample
    assert case["index"] == [2]
    assert "mu" not in case


def test_an_error_of_1e_12_is_refuted_when_asked_for_strictly_and_shown_as_such():
    value = float(gaussian_kl(0.3, 1.7))
    verdict = verify_kl(0.3, 1.7, claim=value * (1 + 1e-12), tol=1e-13, rounding="strict", rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert "a factor 1 + 1e-12" in verdict.finding("wrong-claims").message
    assert (
        verify_kl(0.3, 1.7, claim=value * (1 - 1e-12), tol=1e-13, rounding="strict", rng=0).counterexample["factor"] < 1
    )


def test_a_float32_textbook_value_is_right_with_a_warning():
    mu, sigma = np.float32(1e-3), np.float32(1.001)
    textbook = np.float32(0.5) * (mu * mu + sigma * sigma - np.float32(1) - np.log(sigma * sigma))
    verdict = verify_kl(mu, sigma, claim=textbook, rng=0)
    assert verdict.outcome is Outcome.PROVED
    found = verdict.finding("unstable-form")
    assert found.severity == "warning"
    assert found.details["lost_digits"] > 5
    assert "float32" in found.message
    assert verify_kl(mu, sigma, claim=textbook, rounding="strict", rng=0).outcome is Outcome.REFUTED


def test_q_equal_to_p_is_proved_zero():
    verdict = verify_kl(MU, SIGMA, MU, SIGMA, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert not np.any(verdict.value)
    assert verify_kl(0.3, 1.7, 0.3, 1.7, claim=1e-20, rounding="strict", rng=0).outcome is Outcome.REFUTED


def test_a_divergence_beyond_the_largest_float_is_proved_to_be_that():
    verdict = verify_kl([1e200, 1.0], 1.0, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.value[0] == np.inf
    assert {absent.witness for absent in verdict.absences} >= {"gauss-hermite", "monte carlo", "moment balls"}


def test_a_finite_claim_where_the_truth_overflows_is_refuted():
    verdict = verify_kl(1e200, 1.0, claim=1e300, rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample["factor"] == 0.0


@pytest.mark.parametrize(
    ("mu", "sigma"), [(0.0, 1e-150), (1e150, 1e-150), (0.0, 1e150), (1e-150, 1.0), (0.0, 1 + 1e-15), (1e-161, 1.0)]
)
def test_extremes_are_proved(mu, sigma):
    assert verify_kl(mu, sigma, rng=0).outcome is Outcome.PROVED


def test_the_record_holds_what_a_rerun_needs():
    first = verify_kl(0.5, 0.7, rng=np.random.default_rng(7))
    seed = first.record["seed"]
    again = verify_kl(0.5, 0.7, rng=np.random.SeedSequence(seed["entropy"], spawn_key=seed["spawn_key"]))
    assert first.record["versions"].keys() == {"elbo-check", "python", "numpy", "scipy", "sympy", "python-flint"}
    assert first.estimates[-1].value == again.estimates[-1].value


class FixedState(np.random.bit_generator.ISeedSequence):
    """A seed sequence without spawn, as hardware sources have."""

    def generate_state(self, n_words, dtype=np.uint32):
        return np.arange(n_words, dtype=dtype) + 7


def test_a_generator_that_cannot_spawn_is_handled_and_said():
    verdicts = [verify_kl(0.5, 0.7, rng=np.random.Generator(np.random.PCG64(FixedState()))) for _ in range(2)]
    assert all(verdict.outcome is Outcome.PROVED for verdict in verdicts)
    assert "cannot spawn" in verdicts[0].finding("seeded-by-draws").message
    assert verdicts[0].estimates[-1].value == verdicts[1].estimates[-1].value


def test_progress_is_reported_by_stage():
    stages = []
    verify_kl(MU, SIGMA, rng=0, progress=lambda stage, done, total: stages.append((stage, done, total)))
    assert [stage for stage, _, _ in stages] == ["elements", "elements", "integrals", "draws"]
    assert all(done <= total for _, done, total in stages)


def test_a_shared_generator_gives_fresh_draws_each_time():
    generator = np.random.default_rng(0)
    one, other = (verify_kl(0.5, 0.7, rng=generator).estimates[-1].value for _ in range(2))
    assert one != other


def test_undecided_is_neither_true_nor_false(monkeypatch):
    failed = verify_kl(0.5, 0.7, claim=9.0, rng=0)
    monkeypatch.setattr("elbo_check.hearing.record.checking.checked", lambda name: failed)
    verdict = verify_kl(0.5, 0.7, rng=0)
    assert verdict.outcome is Outcome.UNDECIDED
    with pytest.raises(UndecidedError, match="gaussian-kl"):
        bool(verdict)


def test_densities_go_through_the_general_door():
    claim = verify_divergence(Normal(MU, SIGMA), Normal(1.0, 2.0), claim=gaussian_kl(MU, SIGMA, 1.0, 2.0), rng=0)
    assert claim.outcome is Outcome.PROVED


def test_densities_of_two_families_are_refused():
    with pytest.raises(InputError, match="two Normal or two MultivariateNormal"):
        verify_divergence(Normal(0.0, 1.0), "N(0, 1)")


def test_the_inputs_are_left_as_they_are():
    mu, sigma, claim = MU.copy(), SIGMA.copy(), KL.copy()
    for array in (mu, sigma, claim):
        array.setflags(write=False)
    assert verify_kl(mu, sigma, claim=claim, rng=0)
