"""The whole run on the digits: what the table shows is so, and the verdict follows from it."""

import math
from dataclasses import fields

import flint
import numpy as np
import pytest

from elbo_check.errors import InputError
from elbo_check.examples import conclusion, digits, evaluation
from elbo_check.examples.digits import ASCENTS, EPOCHS, run
from elbo_check.examples.enclosure import Enclosed
from elbo_check.examples.evaluation import Reported, checks, outcome_of
from elbo_check.examples.linear_vae import Value
from elbo_check.verdict import Outcome


@pytest.fixture(scope="module")
def training():
    return run()


@pytest.mark.endurance
def test_it_is_proved_and_has_a_row_an_epoch(training) -> None:
    assert training.outcome is Outcome.PROVED
    phases = [epoch.phase for epoch in training.epochs]
    assert phases == ["start"] + ["sampled"] * EPOCHS + ["exact"] * ASCENTS
    assert [epoch.number for epoch in training.epochs] == list(range(len(phases)))


@pytest.mark.endurance
def test_every_row_keeps_the_order_and_both_ways_to_the_gap_agree(training) -> None:
    for epoch in training.epochs:
        assert epoch.elbo < epoch.log_evidence < training.optimum
        assert epoch.outcome is Outcome.PROVED
        assert epoch.gap == pytest.approx(epoch.divergence, abs=1e-11)
        assert epoch.gap == epoch.log_evidence - epoch.elbo
        assert epoch.shortfall == pytest.approx(training.optimum - epoch.elbo, abs=1e-12)
        assert abs(epoch.estimate - epoch.elbo) < 6 * epoch.standard_error < 0.2


@pytest.mark.endurance
def test_it_arrives_and_the_gap_shrinks(training) -> None:
    start, end = training.epochs[0], training.epochs[-1]
    assert end.shortfall < 1e-4 < start.gap
    assert end.gap < 1e-4 * start.gap
    exact = [epoch for epoch in training.epochs if epoch.phase == "exact"]
    assert (np.diff([epoch.elbo for epoch in exact]) > 0).all()
    assert (np.diff([epoch.gap for epoch in exact]) < 0).all()


@pytest.mark.endurance
def test_the_verdict_has_the_last_epoch_for_evidence(training) -> None:
    held = {estimate.witness: estimate for estimate in training.verdict.estimates}
    end = training.epochs[-1]
    assert float(held["ELBO"].value) == pytest.approx(end.elbo, abs=1e-12)
    assert held["ELBO"].basis == held["optimum"].basis == "enclosed"
    assert held["sampled ELBO"].basis == "heuristic"
    gap = held["log p(x)"].value - held["ELBO"].value - held["KL(q ‖ posterior)"].value
    assert abs(gap) < 1e-45
    assert bool(training.verdict)
    assert training.verdict.record["seed"]["entropy"] == 0


def test_a_run_that_stops_early_is_refuted_for_its_end_alone() -> None:
    training = run(epochs=2, ascents=1)
    assert training.outcome is Outcome.REFUTED
    assert [finding.code for finding in training.verdict.findings if finding.severity == "error"] == ["arrival"]
    assert training.verdict.counterexample["epoch"] == 3
    assert all(epoch.outcome is Outcome.PROVED for epoch in training.epochs)


@pytest.mark.unmeasured
def test_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    first, again, other = (run(seed=seed, epochs=1, ascents=0) for seed in (5, 5, 6))
    assert first.epochs == again.epochs
    assert first.epochs[0].elbo != other.epochs[0].elbo


@pytest.mark.endurance
def test_progress_is_told() -> None:
    heard = []
    run(epochs=1, ascents=1, progress=lambda *told: heard.append(told))
    assert heard == [("epochs", 0, 3), ("epochs", 1, 3), ("epochs", 2, 3), ("theorems", 0, 0)]


@pytest.mark.parametrize(("name", "given"), [("epochs", -1), ("ascents", 1.0), ("epochs", True)])
def test_a_number_of_epochs_is_one(name: str, given: object) -> None:
    with pytest.raises(InputError, match=f"{name}={given} must be a whole number ≥ 0"):
        run(**{name: given})


def test_a_theorem_that_is_not_proved_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conclusion, "unproved", lambda names: "elbo")
    monkeypatch.setattr(conclusion, "GOAL", 100.0)
    verdict = run(epochs=0, ascents=0).verdict
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.missing == "the theorem elbo is proved"


def test_a_wide_ball_around_the_optimum_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits, "enclosed_optimum", lambda data, latents: flint.arb(14, 1000))
    verdict = run(epochs=0, ascents=0).verdict
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.missing == "log p(x) ≤ the pPCA optimum; the last ELBO is within 0.001 of the optimum"
    assert [found.severity for found in verdict.findings[:2]] == ["warning", "warning"]


def test_an_estimate_that_is_far_off_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "estimate", lambda model, data, rng: (0.0, 0.01))
    finding = run(epochs=0, ascents=0).verdict.finding("sampled")
    assert finding.severity == "warning"
    assert finding.details["worst"] > 1000


def spoilt(**changed: object) -> dict[str, object]:
    """Return the checks, by code, of numbers that are right but for what is changed."""
    numbers = {"elbo": -3.0, "log_evidence": -2.0, "divergence": 1.0}
    reported = {name: Value(changed.get(name, value), 10.0) for name, value in numbers.items()}
    balls = {name: flint.arb(changed.get(f"true_{name}", value)) for name, value in numbers.items()}
    found = checks(Reported(**reported), Enclosed(**balls), changed.get("optimum", flint.arb(-1)))
    return {check.code: check.holds for check in found}


def test_right_numbers_pass_every_check() -> None:
    assert set(spoilt().values()) == {True}
    assert set(spoilt(elbo=-3.0 + 1e-14, optimum=flint.arb(-2)).values()) == {True}


@pytest.mark.parametrize(
    ("changed", "failing"),
    [
        ({"elbo": -3.0 + 1e-12}, {"elbo-value", "gap-value"}),
        ({"log_evidence": -2.0 - 1e-12}, {"evidence-value", "gap-value"}),
        ({"divergence": 1.0 + 1e-12}, {"divergence-value"}),
        ({"elbo": -1.0, "true_elbo": -1.0}, {"lower-bound", "gap-is-divergence"}),
        ({"divergence": 0.5, "true_divergence": 0.5}, {"gap-is-divergence"}),
        ({"optimum": flint.arb(-2.5)}, {"optimum"}),
    ],
)
def test_a_wrong_number_fails_its_checks_and_no_others(changed: dict[str, object], failing: set[str]) -> None:
    found = spoilt(**changed)
    assert {code for code, holds in found.items() if holds is False} == failing
    assert {holds for code, holds in found.items() if code not in failing} == {True}


@pytest.mark.parametrize(
    ("changed", "open_codes"),
    [
        ({"elbo": math.nan}, {"elbo-value", "gap-value"}),
        ({"true_elbo": flint.arb(-3, 2)}, {"elbo-value", "gap-value", "lower-bound", "gap-is-divergence"}),
        ({"optimum": flint.arb.nan()}, {"optimum"}),
    ],
)
def test_what_cannot_be_told_is_left_open(changed: dict[str, object], open_codes: set[str]) -> None:
    assert {code for code, holds in spoilt(**changed).items() if holds is None} == open_codes


def test_a_gap_of_zero_is_no_violation() -> None:
    found = spoilt(elbo=-2.0, true_elbo=flint.arb(-2, 1e-35), divergence=0.0, true_divergence=0.0)
    assert set(found.values()) == {True}


def test_one_failure_outweighs_what_is_open() -> None:
    some = [evaluation.Check("a", "", holds) for holds in (True, None, False)]
    assert outcome_of(some) is Outcome.REFUTED
    assert outcome_of(some[:2]) is Outcome.UNDECIDED
    assert outcome_of(some[:1]) is Outcome.PROVED


# Sabotage: an ELBO that is wrong in one place is refuted at the start already, where nothing has been learnt.


def entropy(model):
    return 0.5 * (np.sum(model.log_D) + len(model.log_D) * np.log(2 * np.pi * np.e))


def kl_to_prior(model, data):
    D, VS = np.exp(model.log_D), model.V @ data.scatter(model.b)
    return 0.5 * (D.sum() + np.sum(VS * model.V) - len(D) - model.log_D.sum())


MISTAKES = {
    "the sign of the entropy": lambda model, data: -2 * entropy(model),
    "a dropped KL": kl_to_prior,
    "a doubled KL": lambda model, data: -kl_to_prior(model, data),
    "a lost normaliser": lambda model, data: 0.5 * len(model.b) * np.log(2 * np.pi),
    "z = μ": lambda model, data: 0.5 * np.exp(model.log_D - model.log_s2) @ np.sum(model.W**2, axis=0),
    "the KL averaged over the latents": lambda model, data: kl_to_prior(model, data) * (1 - 1 / len(model.log_D)),
    "one part in a billion": lambda model, data: 1e-9,
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_elbo_is_refuted(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = evaluation.elbo

    def wrong(model, data):
        value, size = right(model, data)
        return Value(value + float(MISTAKES[mistake](model, data)), size)

    monkeypatch.setattr(evaluation, "elbo", wrong)
    monkeypatch.setattr(conclusion, "GOAL", 100.0)
    verdict = run(epochs=0, ascents=0).verdict
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample["epoch"] == 0
    assert "the reported ELBO is the ELBO" in verdict.counterexample["fails"]


def test_the_evidence_of_other_parameters_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = evaluation.log_evidence
    monkeypatch.setattr(
        evaluation,
        "log_evidence",
        lambda model, data: right(type(model)(*(getattr(model, each.name) * 1.001 for each in fields(model))), data),
    )
    assert run(epochs=0, ascents=0).epochs[0].outcome is Outcome.REFUTED


@pytest.mark.endurance
@pytest.mark.parametrize("slip", ["sign", "nothing", "z = μ"])
def test_a_wrong_gradient_does_not_arrive(slip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run on a wrong gradient (by the encoder's weights, or at z = μ) ends below where the right one does."""
    from elbo_check.losses import batch

    reached = run(epochs=8, ascents=0).epochs[-1].elbo
    right = digits.gradient
    if slip == "z = μ":
        monkeypatch.setattr(batch.Batch, "latents", lambda self: self.q.mu + 0 * self.epsilon)
    else:
        spoil = {"sign": lambda g: -g, "nothing": lambda g: 0 * g}[slip]

        def wrong(model, x, **noise):
            found = right(model, x, **noise)
            return type(found)(found.W, found.b, found.log_s2, spoil(found.V), found.log_D)

        monkeypatch.setattr(digits, "gradient", wrong)
    assert run(epochs=8, ascents=0).epochs[-1].elbo < reached - 0.01
