"""A refuted claim that would be right under another reading: each reading is made on purpose, and must be named."""

import numpy as np
import pytest

from elbo_check import Outcome, gaussian_kl, verify_kl
from elbo_check.errors import InputError

GENERATOR = np.random.default_rng(21)
MU, SIGMA = GENERATOR.normal(size=(7, 3)), np.exp(GENERATOR.normal(size=(7, 3)))
KL = gaussian_kl(MU, SIGMA)
LOG_VARIANCE = 2 * np.log(SIGMA)
BOLD = np.abs(LOG_VARIANCE)


def refuted(code, *arguments, says="", **keywords):
    verdict = verify_kl(*arguments, rng=0, **keywords)
    assert verdict.outcome is Outcome.REFUTED
    finding = verdict.finding(code)
    assert finding is not None, [found.code for found in verdict.findings]
    assert says in finding.message
    return finding


@pytest.mark.parametrize(
    ("claim", "reduction", "says"),
    [
        (KL.mean(-1), None, "averaged over the latents, not summed"),
        (KL.sum(-1) / 7, None, "divided by the number of samples"),
        (KL.sum(-1).mean(), "sum", "averaged over the samples and summed over the latents (reduction='mean')"),
        (KL.sum(), "mean", "summed over everything (reduction='sum')"),
        (KL.mean(), "mean", "averaged over everything, latents included"),
        (KL.mean(-1).sum(), "sum", "averaged over the latents and summed over the samples"),
        (KL / 3, None, "divided by the number of latents"),
    ],
)
def test_another_reduction_is_named(claim, reduction, says):
    finding = refuted("other-reduction", MU, SIGMA, claim=claim, reduction=reduction, says=says)
    assert finding.details["reading"] == ""


@pytest.mark.parametrize(
    ("held", "second", "says"),
    [
        (SIGMA**2, "sigma", "were the variance σ², not the standard deviation σ"),
        (SIGMA, "variance", "were the standard deviation σ, not the variance σ²"),
        (LOG_VARIANCE, "log_sigma", "were the log variance log σ², not the log standard deviation log σ"),
        (np.log(SIGMA), "log_variance", "were the log standard deviation log σ, not the log variance log σ²"),
    ],
)
def test_another_reading_of_the_second_parameter_is_named(held, second, says):
    refuted("other-reading", MU, held, second=second, claim=KL, says=says)


def test_a_positive_log_variance_passed_as_sigma_is_named():
    claim = gaussian_kl(MU, np.exp(BOLD / 2))
    refuted("other-reading", MU, BOLD, claim=claim, says="were the log variance log σ²")


@pytest.mark.parametrize(
    ("fed", "says"),
    [(SIGMA**2, "variance σ² were fed"), (BOLD, "log variance log σ² were fed"), (BOLD / 2, "log σ were fed")],
)
def test_another_parameter_fed_into_a_formula_for_sigma_is_named(fed, says):
    refuted("other-reading", MU, SIGMA, claim=gaussian_kl(MU, fed), says=says)


def test_exchanged_densities_are_named():
    refuted("exchanged", MU, SIGMA, 1.0, 2.0, claim=gaussian_kl(1.0, 2.0, MU, SIGMA), says="KL(p‖q), not KL(q‖p)")


def test_two_mistakes_at_once_are_named_together():
    finding = refuted("other-reading", MU, SIGMA**2, claim=KL.mean(-1), says="variance σ²")
    assert "averaged over the latents" in finding.message


@pytest.mark.parametrize(
    ("factor", "says"),
    [(2.0, "½ is missing"), (0.5, "½ too many"), (-1.0, "sign is reversed"), (1 / np.log(2), "in bits")],
)
@pytest.mark.parametrize("claim", [KL, KL.sum(-1)])
def test_a_slip_of_a_constant_factor_is_named(factor, says, claim):
    refuted("constant-factor", MU, SIGMA, claim=factor * claim, says=says)


def test_a_factor_without_a_name_is_told_for_arrays_only():
    assert refuted("constant-factor", MU, SIGMA, claim=1.25 * KL).details["factor"] == pytest.approx(1.25)
    assert verify_kl(0.5, 0.7, claim=0.3, rng=0).finding("constant-factor") is None
    refuted("constant-factor", 0.5, 0.7, claim=2 * gaussian_kl(0.5, 0.7), says="the claim is 2 times")


def test_no_reading_is_named_for_a_single_wrong_value():
    claim = KL.copy()
    claim[0, 0] += 1e-3
    codes = {found.code for found in verify_kl(MU, SIGMA, claim=claim, rng=0).findings}
    assert codes == {"wrong-claims", "additivity"}


def test_no_reading_is_named_for_claims_that_are_wrong_by_less_than_readings_differ():
    codes = {f.code for f in verify_kl(0.3, 1.7, 0.3, 1.7, claim=1e-20, rounding="strict", rng=0).findings}
    assert codes == {"wrong-claims"}


def test_no_factor_is_named_where_the_truth_is_zero_or_overflows():
    for parameters in ((0.0, 1.0), (1e200, 1.0)):
        verdict = verify_kl(*parameters, claim=5.0, rng=0)
        assert verdict.outcome is Outcome.REFUTED
        assert verdict.finding("constant-factor") is None


def test_float32_claims_are_matched_at_their_own_precision():
    refuted("other-reduction", MU, SIGMA, claim=KL.mean(-1).astype(np.float32), says="averaged over the latents")


def test_a_log_variance_with_negative_numbers_passed_as_sigma_is_refuted_and_named():
    finding = refuted("other-reading", MU, LOG_VARIANCE, claim=KL, says="second='log_variance'")
    assert finding.details["reduction"] == ""
    verdict = verify_kl(MU, np.log(SIGMA), claim=KL.sum(-1), rng=0)
    assert "second='log_sigma'" in verdict.finding("other-reading").message
    assert "cannot be the standard deviation σ" in verdict.finding("impossible-scale").message
    assert verdict.counterexample["second"] <= 0


def test_a_sigma_that_is_not_positive_stays_an_error_when_no_reading_explains_the_claim():
    with pytest.raises(InputError, match="second='log_variance'"):
        verify_kl(MU, LOG_VARIANCE, claim=KL + 1.0)
    with pytest.raises(InputError, match="must be > 0"):
        verify_kl(MU, LOG_VARIANCE)
    with pytest.raises(InputError, match="must be > 0"):
        verify_kl(MU, LOG_VARIANCE, claim=np.zeros((2, 2)))


def test_a_prior_sigma_that_is_not_positive_is_an_error_with_its_own_name():
    with pytest.raises(InputError, match=r"prior_sigma=-1\.0 must be > 0"):
        verify_kl(MU, SIGMA, 0.0, -1.0, claim=KL)


def test_whole_array_reductions_are_read_block_by_block(monkeypatch):
    monkeypatch.setattr("elbo_check.diagnosis.look.BLOCK", 4)
    refuted("other-reading", MU, SIGMA**2, claim=KL.sum(), reduction="sum", says="variance σ²")


def test_a_claim_that_was_rounded_for_printing_is_refuted_and_that_is_named():
    from dataclasses import replace

    from elbo_check.arrays import reals

    claim = replace(reals("claim", np.round(KL, 4)), printed=np.array(0.5e-4))
    finding = refuted("rounded-claim", MU, SIGMA, claim=claim, says="right to the digits that were printed")
    assert finding.severity == "note"
    assert verify_kl(MU, SIGMA, claim=replace(claim, printed=np.array(1e-6)), rng=0).finding("rounded-claim") is None


PRIOR_MU, PRIOR_SIGMA = np.array([0.5, -1.0, 0.2]), np.array([1.5, 0.6, 2.0])
WITH_PRIOR = gaussian_kl(MU, SIGMA, PRIOR_MU, PRIOR_SIGMA)


@pytest.mark.parametrize(
    ("held", "prior", "second", "prior_second", "says"),
    [
        (SIGMA, PRIOR_SIGMA**2, "sigma", "sigma", "if the prior's second parameter were the variance"),
        (SIGMA**2, PRIOR_SIGMA**2, "sigma", "sigma", "if both second parameters were the variance"),
        (LOG_VARIANCE, 2 * np.log(PRIOR_SIGMA), "log_sigma", "log_sigma", "if both second parameters were the log var"),
    ],
)
def test_a_misread_prior_is_named(held, prior, second, prior_second, says):
    keywords = {"second": second, "prior_second": prior_second, "claim": WITH_PRIOR}
    refuted("other-reading", MU, held, PRIOR_MU, prior, says=says, **keywords)


def test_exchanged_densities_with_variances_are_named():
    claim = gaussian_kl(PRIOR_MU, PRIOR_SIGMA, MU, SIGMA)
    refuted(
        "exchanged", MU, SIGMA**2, PRIOR_MU, PRIOR_SIGMA**2, claim=claim, says="both second parameters were the var"
    )


def test_negative_log_variances_of_both_densities_are_named():
    prior = 2 * np.log(PRIOR_SIGMA)
    refuted("other-reading", MU, LOG_VARIANCE, PRIOR_MU, prior, claim=WITH_PRIOR, says="if both second parameters")
    refuted("other-reading", MU, SIGMA, PRIOR_MU, prior, claim=WITH_PRIOR, says="prior_second='log_variance'")


def test_a_negative_log_variance_with_another_reduction_is_named():
    finding = refuted("other-reading", MU, LOG_VARIANCE, claim=KL.mean(-1), says="second='log_variance'")
    assert "averaged over the latents" in finding.message


def test_a_log_variance_fed_into_a_formula_for_sigma_is_named_for_log_kinds_too():
    refuted("other-reading", MU, LOG_VARIANCE, second="log_variance", claim=gaussian_kl(MU, BOLD), says="were fed into")


@pytest.mark.parametrize(
    ("claim", "reduction", "says"),
    [
        (np.full(7, KL.sum()), None, "the sum over everything, repeated"),
        (np.full(7, KL.sum() / 7), None, "the mean over the samples, repeated"),
        (np.repeat(KL.sum(-1), 3).reshape(7, 3), None, "the sum over the latents, repeated for every coordinate"),
    ],
)
def test_a_total_that_was_repeated_is_named(claim, reduction, says):
    refuted("other-reduction", MU, SIGMA, claim=claim, reduction=reduction, says=says)


def test_a_mean_over_the_first_of_three_axes_is_named():
    generator = np.random.default_rng(3)
    mu, sigma = generator.normal(size=(5, 4, 3)), np.exp(generator.normal(size=(5, 4, 3)))
    claim = gaussian_kl(mu, sigma).sum() / 5
    refuted("other-reduction", mu, sigma, claim=claim, reduction="sum", says="divided by the length of the first axis")


def test_one_divisor_with_two_names_is_told_with_both():
    mu, sigma = MU[:3], SIGMA[:3]
    message = refuted("other-reduction", mu, sigma, claim=gaussian_kl(mu, sigma).mean(-1), reduction="latent").message
    assert "averaged over the latents, not summed, or divided by the number of samples" in message


@pytest.mark.parametrize("arguments", [(0.0, 800.0), (0.0, 1e-160), ([0.0, 0.0], [400.0, 1.0])])
def test_a_reading_whose_value_overflows_explains_nothing(arguments):
    mu, sigma = arguments
    verdict = verify_kl(mu, sigma, claim=5.0, reduction="sum", rng=0)
    assert {found.code for found in verdict.findings if found.severity == "error"} == {"wrong-claims", "sample-objects"}
    with pytest.raises(InputError):
        verify_kl([0.0, 0.0], [-1.0, 800.0], claim=5.0, reduction="sum")


@pytest.mark.endurance
def test_claims_too_coarse_to_tell_readings_apart_get_no_name():
    import ml_dtypes

    generator = np.random.default_rng(8)
    for _ in range(30):
        mu, sigma = generator.normal(size=(4, 3)), np.exp(generator.normal(size=(4, 3)))
        claim = gaussian_kl(mu, sigma).sum() * np.exp(0.6 * generator.normal())
        codes = {f.code for f in verify_kl(mu, sigma, claim=ml_dtypes.bfloat16(claim), reduction="sum", rng=0).findings}
        assert codes <= {"wrong-claims", "sample-objects", "additivity", "unstable-form"}


def test_a_factor_is_not_claimed_where_rounding_alone_makes_it():
    sigma = 1.0003
    claim = np.float32([6e-7, -5e-7, 6e-7])
    assert verify_kl(0.0, [sigma] * 3, claim=claim, rng=0).finding("constant-factor") is None
    assert verify_kl(MU, SIGMA, claim=KL * (1 + 1e-6), rng=0).finding("constant-factor") is None
    assert verify_kl(MU, SIGMA, claim=0 * KL, rng=0).finding("constant-factor") is None


@pytest.mark.parametrize(("log_q", "log_p"), [(-0.4, 0.3), (0.4, -0.3)])
def test_kinds_that_one_density_cannot_have_are_not_tried_for_both(log_q, log_p):
    verdict = verify_kl(0.5, log_q, 0.1, log_p, second="log_variance", prior_second="log_variance", claim=0.123, rng=0)
    assert {found.code for found in verdict.findings} == {"wrong-claims", "sample-objects"}
