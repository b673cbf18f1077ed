"""verify_elbo as a user calls it: bounds, claims and what they are mistaken for, broken models, bad input."""

import dataclasses
import json
import math
from fractions import Fraction

import flint
import numpy as np
import pytest

import elbo_check
from elbo_check import verify_elbo
from elbo_check.closed_forms import latents
from elbo_check.densities import Beta, Categorical
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.errors import InputError, WitnessError
from elbo_check.judge.bounds import ELBO, EVIDENCE, GAP
from elbo_check.models import MODELS, BetaBinomial, FiniteJoint, LogisticNormal, NormalNormal
from elbo_check.verdict import Outcome
from tests.models.sandwich import BITS, SABOTEURS, evaluated

MODEL, X, Q = BetaBinomial.example()
ELBO_VALUE = -2.578352478675925486


def codes(verdict):
    return [finding.code for finding in verdict.findings if finding.severity == "error"]


def test_the_bounds_of_a_coin_are_proved_from_both_sides() -> None:
    verdict = verify_elbo(MODEL, X, Q, rng=0)
    assert verdict.outcome is Outcome.PROVED
    known = verdict.record["quantities"]
    assert known["elbo"] == verdict.value == pytest.approx(ELBO_VALUE, rel=1e-15)
    assert known["elbo"] < known["log_evidence"] < known["eubo"]
    assert known["gap"] == pytest.approx(known["log_evidence"] - known["elbo"], rel=1e-13)
    by_kind = {(e.quantity, e.witness): e for e in verdict.estimates}
    assert (ELBO, "enclosure") in by_kind
    assert (EVIDENCE, "tanh-sinh") in by_kind
    assert "positive, certified by balls" in verdict.finding("sandwich").message
    assert json.loads(verdict.to_json())["record"]["model"] == "beta-binomial"


def test_at_the_posterior_all_three_touch_to_1e_28() -> None:
    verdict = verify_elbo(MODEL, X, rng=0)
    assert verdict.outcome is Outcome.PROVED
    gaps = [e for e in verdict.estimates if e.quantity == GAP]
    assert len(gaps) == 4
    assert all(abs(e.value) <= e.error <= 1e-28 for e in gaps if e.basis.proves)
    assert "ELBO = log p(x)" in verdict.finding("sandwich").message


def test_a_millionth_off_the_posterior_the_gap_is_certainly_positive() -> None:
    posterior = MODEL.posterior(X, numpy_world())
    verdict = verify_elbo(MODEL, X, Beta(float(posterior.alpha) * (1 + 1e-6), float(posterior.beta)), rng=0)
    gaps = [e for e in verdict.estimates if e.quantity == GAP and e.basis.proves]
    assert len(gaps) == 3
    assert all(0 < e.value - e.error < 1e-10 for e in gaps)


@pytest.mark.parametrize("claim", [ELBO_VALUE, ELBO_VALUE * (1 + 4e-10), np.float32(ELBO_VALUE)])
def test_a_right_claim_is_proved(claim: float) -> None:
    verdict = verify_elbo(MODEL, X, Q, claim=claim, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert (verdict.finding("unstable-form") is not None) == isinstance(claim, np.float32)


def test_strict_rounding_excuses_nothing() -> None:
    assert verify_elbo(MODEL, X, Q, claim=np.float32(ELBO_VALUE), rounding="strict", rng=0).outcome is Outcome.REFUTED


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("claim", "expected"), [(-2.5, "above-evidence"), (-2.55, "wrong-claim"), (-3.0, "wrong-claim")]
)
def test_a_wrong_claim_is_refuted_and_an_impossible_one_called_so(claim: float, expected: str) -> None:
    verdict = verify_elbo(MODEL, X, Q, claim=claim, rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert codes(verdict) == [expected]
    assert verdict.counterexample["claim"] == claim


def slips():
    world, prior = numpy_world(), MODEL.prior(X, numpy_world())
    fit = math.fsum(MODEL.expected_log_likelihood(X, Q, world))
    divergence = math.fsum(latents.kl(Q, prior, world))
    entropy = math.fsum(latents.entropy(Q, world))
    choices = math.log(math.comb(10, 7))
    evidence = math.fsum(MODEL.log_evidence(X, world))
    upper = math.fsum(latents.kl(MODEL.posterior(X, world), Q, world))
    log_beta = math.lgamma(6) + math.lgamma(4) - math.lgamma(10)
    log_beta_prior = math.lgamma(2) + math.lgamma(3) - math.lgamma(5)
    return {
        "wrong-sign": -(fit - divergence),
        "entropy-sign": fit - divergence - 2 * entropy,
        "missing-kl-term": fit,
        "kl-counted-twice": fit - 2 * divergence,
        "kl-sign": fit + divergence,
        "missing-entropy": fit - divergence - entropy,
        "evidence-for-elbo": evidence,
        "eubo-for-elbo": evidence + upper,
        "prior-for-q": math.fsum(MODEL.expected_log_likelihood(X, prior, world)),
        "wrong-log-base": (fit - divergence) / math.log(2),
        "missing-constant": fit - divergence - choices,
        "missing-normaliser": fit - divergence - log_beta,
        "missing-normaliser ": fit - divergence + log_beta_prior,
    }


@pytest.mark.endurance
@pytest.mark.parametrize(("slip", "claim"), slips().items())
def test_a_slip_is_named(slip: str, claim: float) -> None:
    verdict = verify_elbo(MODEL, X, Q, claim=claim, rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert slip.strip() in codes(verdict)


def test_a_coarse_claim_gets_no_name() -> None:
    assert codes(verify_elbo(MODEL, X, Q, claim=np.float16(2.578), rng=0)) == ["above-evidence"]


class WrongPosterior(BetaBinomial):
    """Forgets the tails."""

    def posterior(self, x, world):
        return Beta.of(world.exact(self.alpha) + x, world.exact(self.beta) + self.trials)


class LostConstant(BetaBinomial):
    """Forgets log C(n, x) in the evidence."""

    def log_evidence(self, x, world):
        return BetaBinomial.log_evidence(self, x, world)[3:]


class NoFormulas(BetaBinomial):
    """Has neither evidence nor posterior in closed form."""

    def log_evidence(self, x, world):
        raise WitnessError("no closed form")


@pytest.mark.parametrize(
    "name",
    [
        name if name == "finite" else pytest.param(name, marks=pytest.mark.unmeasured)
        for name in MODELS
        if name != "logistic"
    ],
)
def test_every_slip_is_refuted_on_every_model_where_it_changes_the_value(name: str) -> None:
    model, x, q = MODELS[name].example()
    known = model.data(x)
    with flint.ctx.workprec(BITS):
        density = model.density(q).read(ball_world())
        right = evaluated(model, known, density, ball_world()).elbo.value
        wrong = {slip.__name__: slip(model, known, density, ball_world()) for slip in SABOTEURS}
        claims = {slip: float(said.value.mid()) for slip, said in wrong.items() if said is not None}
        changed = {slip: claim for slip, claim in claims.items() if abs(claim - float(right.mid())) > 1e-6}
    assert len(changed) >= 4
    for slip, claim in changed.items():
        verdict = verify_elbo(model, x, q, claim=claim, rng=0, draws=1000)
        assert verdict.outcome is Outcome.REFUTED, slip
        assert len(codes(verdict)) > 1 or slip in ("lost_normaliser_of_q", "centre_for_a_draw"), slip  # it has a name


@pytest.mark.unmeasured
def test_slips_of_the_model_without_closed_forms_are_refuted_without_a_name() -> None:
    model, x, q = LogisticNormal.example()
    right = verify_elbo(model, x, q, rng=0, draws=1000)
    assert right.outcome is Outcome.PROVED
    refuted = verify_elbo(model, x, q, claim=right.value + 1e-6, rng=0, draws=1000)
    assert refuted.outcome is Outcome.REFUTED
    assert codes(refuted) == ["wrong-claim"]


@pytest.mark.unmeasured
def test_a_point_estimate_and_a_prior_for_the_posterior_are_named() -> None:
    model, x, q = NormalNormal.example()
    world, density = numpy_world(), model.density(q)
    divergence = math.fsum(latents.kl(density, model.prior(model.data(x), world), world))
    at_mean = math.fsum(model.log_likelihood(model.data(x), density.place(0.0, world), world)) - divergence
    evidence = math.fsum(model.log_evidence(model.data(x), world)) - divergence
    assert "point-estimate" in codes(verify_elbo(model, x, q, claim=at_mean, rng=0, draws=1000))
    assert "prior-for-posterior" in codes(verify_elbo(model, x, q, claim=evidence, rng=0, draws=1000))


TABLE = FiniteJoint([[1, 2, 1], [3, 2, 0]])


def test_a_q_that_exceeds_the_posterior_has_the_elbo_minus_infinity() -> None:
    verdict = verify_elbo(TABLE, 1, Categorical([0.5, 0.25, 0.25]), rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.value == -math.inf
    assert verdict.record["quantities"]["gap"] == math.inf
    assert "the ELBO is −∞" in verdict.finding("infinite").message
    assert json.loads(verdict.to_json())["value"] == "-inf"
    refuted = verify_elbo(TABLE, 1, Categorical([0.5, 0.25, 0.25]), claim=-1.0, rng=0)
    assert refuted.outcome is Outcome.REFUTED
    assert "no number such as -1.0" in refuted.finding("wrong-claim").message


def test_a_q_that_misses_the_posterior_has_the_eubo_infinity() -> None:
    verdict = verify_elbo(TABLE, 0, Categorical([0.5, 0.5, 0.0]), rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.record["quantities"]["eubo"] == math.inf
    assert "the EUBO is +∞" in verdict.finding("infinite").message


def test_among_rational_numbers_all_is_decided_without_rounding() -> None:
    assert verify_elbo(*FiniteJoint.example(), rng=0).finding("exact")
    assert verify_elbo(*MODELS["gaussian-mixture"].example(), rng=0).finding("exact") is None


class WrongTable(FiniteJoint):
    """Forgets the data in the evidence, by too little for float64 to tell."""

    def log_evidence(self, x, world):
        return (world.log_rational(self.table[x].sum() * (1 + Fraction(1, 10**70))),)


def test_an_error_below_all_precision_is_refuted_exactly() -> None:
    verdict = verify_elbo(WrongTable(FiniteJoint.example()[0].table), 0, FiniteJoint.example()[2], rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert "log p(x)" in verdict.finding("inexact").message


@pytest.mark.parametrize(("kind", "quantity"), [(WrongPosterior, GAP), (LostConstant, EVIDENCE)])
def test_a_model_with_a_wrong_formula_is_refuted_and_the_formula_named(kind: type, quantity: str) -> None:
    verdict = verify_elbo(kind(2.0, 3.0, 10), 7, Q, rng=0)
    assert verdict.outcome is Outcome.REFUTED
    found = [finding.message for finding in verdict.findings if finding.code == "inconsistent-model"]
    assert any(message.startswith(quantity) for message in found)


def test_without_a_formula_the_witnesses_serve() -> None:
    verdict = verify_elbo(NoFormulas(2.0, 3.0, 10), 7, Q, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert [(absence.witness, absence.reason) for absence in verdict.absences] == [("closed form", "no closed form")]


@pytest.mark.endurance
@pytest.mark.parametrize("name", MODELS)
def test_every_models_example_holds(name: str) -> None:
    verdict = verify_elbo(*MODELS[name].example(), rng=0)
    assert verdict.outcome is Outcome.PROVED, str(verdict)
    assert codes(verdict) == []


def test_an_explosive_chain_is_given_the_bits_that_it_takes() -> None:
    """States that grow two thousandfold a step: at 184 bits the formulas keep 16 digits."""
    model = MODELS["state-space"]([[2e3, 1.0], [3.0, 1.5e3]], [[1.0, 0.0]], drift=[1e-6, 1e6], noise=1e-6, steps=5)
    x = model.draw(np.random.default_rng(0))
    verdict = verify_elbo(model, x, rng=0, draws=1000)
    assert verdict.outcome is Outcome.PROVED
    formulas = [e for e in verdict.estimates if e.scope == "formula in balls"]
    assert len(formulas) == 9
    assert all(e.error * 10**30 <= max(1, abs(e.value)) for e in formulas)
    doubted = [found.message for found in verdict.findings if found.code == "objection"]
    assert len(doubted) == 1
    assert doubted[0].startswith("sigma points (f64) lies outside what is enclosed by fit − KL(q‖prior), energy +")


def test_digits_that_balls_do_not_bring_end_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("elbo_check.hearing.elbo_formulas._sharp", lambda *_: False)
    assert verify_elbo(MODEL, X, Q, rng=0, draws=1000).outcome is Outcome.PROVED


class NoMargin(BetaBinomial):
    """Lends no fact on which a tail could rest."""

    def margin(self, x, q):
        return None


def test_where_no_witness_encloses_the_elbo_the_outcome_is_consistent() -> None:
    verdict = verify_elbo(NoMargin(2.0, 3.0, 10), 7, Q, rng=0, draws=1000)
    assert verdict.outcome is Outcome.CONSISTENT
    reasons = {absence.reason for absence in verdict.absences}
    assert reasons == {"the model lends no margin of log-concavity: no tail is proved"}


class Unenclosed(LogisticNormal):
    """Has neither formulas nor a margin: there are samples and quadrature."""

    def margin(self, x, q):
        return None


def test_a_claim_about_what_nobody_encloses_is_undecided() -> None:
    example, x, q = LogisticNormal.example()
    model = Unenclosed(**example.parameters)
    verdict = verify_elbo(model, x, q, claim=-2.1457, rng=0, draws=1000)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "is not certified here" in verdict.finding("sandwich").message


def test_of_two_infinite_gaps_no_order_is_told() -> None:
    verdict = verify_elbo(TABLE, 1, Categorical([0.5, 0.0, 0.5]), rng=0, draws=1000)
    assert {verdict.record["quantities"][name] for name in ("gap", "upper_gap")} == {math.inf}
    assert verdict.finding("sandwich") is None


@pytest.mark.unmeasured
def test_q_may_be_named_and_the_prior_is_far_below() -> None:
    assert verify_elbo(MODEL, X, "posterior", rng=0).value > verify_elbo(MODEL, X, "prior", rng=0).value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((MODEL, 11, Q), "from 0 to 10"),
        ((MODEL, 2.5, Q), "whole number"),
        ((MODEL, X, "posteriour"), '"posterior", "prior"'),
        ((MODEL, X, elbo_check.Normal(0.0, 1.0)), "a Beta"),
    ],
)
def test_bad_input_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(InputError, match=message):
        verify_elbo(*arguments)


def test_a_claim_is_one_number() -> None:
    with pytest.raises(InputError, match="one number"):
        verify_elbo(MODEL, X, Q, claim=[1.0, 2.0])


def test_seeds_that_were_drawn_are_noted() -> None:
    generator = np.random.Generator(np.random.RandomState(1)._bit_generator)  # it cannot spawn
    verdict = verify_elbo(NormalNormal.example()[0], *NormalNormal.example()[1:], rng=generator, draws=1000)
    assert verdict.record["seed"]
    assert "cannot spawn" in verdict.finding("seeded-by-draws").message


def test_models_are_plain_data() -> None:
    assert dataclasses.replace(MODEL, trials=3).trials == 3
