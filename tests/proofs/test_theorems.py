"""The theorems of the project: all proved, stated and sourced, in the author's form, and readable by others."""

import subprocess
import sys

import flint
import numpy as np
import pytest

from elbo_check import checking, proofs
from elbo_check.checking import gaussian_blocks
from elbo_check.densities import normal, world
from elbo_check.derivation import Derivation
from elbo_check.errors import InputError
from elbo_check.normal_form import densities
from elbo_check.symbols import safe_name
from elbo_check.verdict import Outcome

NAMES = proofs.names()
WANTED = (
    "bayes kl-nonnegative elbo gaussian-kl gaussian-kl-diagonal gaussian-kl-full reparameterization gaussian-decoder "
    "bernoulli-decoder vae-loss eubo iwae elbo-surgery mean-field-gaussian kl-chain-rule sgvb ppca linear-vae "
    "jaakkola-jordan gaussian-kl-standard kl-additivity gaussian-entropy minibatch mutual-information"
)
FALSE = (
    "analytic-kl-lower-variance elbo-upper-bounds-evidence kl-symmetric point-estimate-bound "
    "raising-elbo-raises-evidence"
)


def test_the_names_are_listed_and_sorted():
    assert set(WANTED.split()) <= set(NAMES)
    assert set(FALSE.split()) <= set(proofs.misconceptions())
    assert list(NAMES) == sorted(NAMES)
    with pytest.raises(InputError, match="gaussian-kl-full"):
        proofs.theorem("gaussian_kl")


@pytest.mark.endurance
@pytest.mark.parametrize("name", NAMES)
def test_every_theorem_is_proved_step_by_step(name):
    derivation = proofs.theorem(name)
    verdict = derivation.check()
    assert verdict.outcome is Outcome.PROVED, verdict.missing
    assert verdict is checking.checked(name) is checking.check(derivation)
    assert "conflict" not in {found.details["state"] for found in verdict.findings}
    assert [found.details["step"] for found in verdict.findings] == [step.name for step in derivation.steps]
    assert all(found.code == "step-proved" and found.severity == "note" for found in verdict.findings)
    assert verdict.theorems == (name,)
    assert verdict.claim == derivation.words
    assert verdict.counterexample is None
    assert verdict.record["seconds"] > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_theorem_is_stated_sourced_and_plainly_named(name):
    derivation = proofs.theorem(name)
    assert derivation is proofs.theorem(name)
    assert derivation.name == name
    assert derivation.sources
    assert set(derivation.assumptions) <= set(derivation.ledger)
    symbols = {symbol for chain in derivation.chains for symbol in chain.parameters}
    assert all(safe_name(symbol.name) for symbol in symbols)


def test_the_labels_of_the_derivation_are_all_there():
    labels = {step.label for name in NAMES for step in proofs.theorem(name).steps}
    wanted = {"B1", "B2", "B3", *(f"E{n}" for n in range(1, 7)), *(f"G{n}" for n in range(1, 9))}
    assert wanted | {"K1", "K2", "K3", "K4", "K5", "R1", "R2", "R3", "D1", "D2", "L1", "L2", "L3"} == labels - {""}


@pytest.mark.endurance
@pytest.mark.parametrize("name", proofs.misconceptions())
def test_a_misconception_is_refuted_by_small_fractions(name):
    verdict = proofs.theorem(name).check()
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample["left"] != verdict.counterexample["right"]
    fractions = [part for part in str(verdict.counterexample).replace("'", " ").split() if "/" in part[1:-1]]
    assert all(len(part) <= 8 for part in fractions)


def test_additivity_is_proved_for_every_number_of_coordinates():
    derivation = proofs.theorem("kl-additivity")
    (dimension, statement) = derivation.induction
    assert statement.right.limits[0][2] == dimension
    assert statement.left.free_symbols == {dimension}


def test_the_explicit_theorems_cover_one_two_and_three_dimensions():
    for name in ("gaussian-kl-full",):
        assert [chain.title for chain in proofs.theorem(name).chains] == ["J = 1", "J = 2", "J = 3"]


@pytest.mark.unmeasured
def test_the_log_density_of_the_proof_is_the_formula_of_the_density(monkeypatch):
    """Spoil the one formula, and the proof, which has it from there, fails both by law and by meaning."""

    def spoilt(residual, log_scale, numbers):
        first, second, third = normal.normal_log_density_terms(residual, log_scale, numbers)
        return first + first, second, third

    derivation = proofs.theorem("gaussian-kl")
    chain, step = derivation.chains[0], derivation.steps[1]
    readings = checking.by_meaning.readings_for(chain)
    assert checking.check_step(step, chain, readings).state == "proved"
    densities._formula.cache_clear()
    monkeypatch.setattr(densities, "normal_log_density_terms", spoilt)
    assert checking.check_step(step, chain, readings).state == "undecided"
    monkeypatch.setattr(gaussian_blocks, "normal_log_density_terms", spoilt)
    readings = checking.by_meaning.readings_for(chain)
    assert checking.check_step(step, chain, readings).state == "refuted"
    densities._formula.cache_clear()


def test_a_theorem_is_evaluated_in_floats_and_in_balls():
    at = {"mu_q": 0.5, "sigma_q": 0.7, "mu_p": -0.25, "sigma_p": 2.0}
    value = proofs.evaluate("gaussian-kl", at, world.numpy_world())
    by_hand = np.log(2.0 / 0.7) + (0.49 + 0.75**2) / 8 - 0.5
    assert value == pytest.approx(by_hand, rel=1e-14)
    with flint.ctx.workprec(300):
        balls = {name: flint.arb(number) for name, number in at.items()}
        ball = checking.evaluate("gaussian-kl", balls, world.ball_world())
    assert float(ball) == pytest.approx(by_hand, rel=1e-14)
    assert ball.rel_accuracy_bits() > 280


def full_kl(mu_q, cov_q, mu_p, cov_p):
    inverse, d = np.linalg.inv(cov_p), np.subtract(mu_q, mu_p)
    logs = np.linalg.slogdet(cov_p)[1] - np.linalg.slogdet(cov_q)[1]
    return (np.trace(inverse @ cov_q) + d @ inverse @ d - len(d) + logs) / 2


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_the_chain_of_the_right_dimension_is_evaluated(dimension):
    rng = np.random.default_rng(dimension)
    mu_q, mu_p = rng.normal(size=(2, dimension))
    roots = rng.normal(size=(2, dimension, dimension)) + 2 * np.eye(dimension)
    cov_q, cov_p = (root @ root.T for root in roots)
    at = {f"mu_{which}_{i + 1}": mu[i] for which, mu in (("q", mu_q), ("p", mu_p)) for i in range(dimension)}
    for which, cov in (("q", cov_q), ("p", cov_p)):
        at |= {f"Sigma_{which}_{i + 1}{j + 1}": cov[i, j] for i in range(dimension) for j in range(i + 1)}
    value = proofs.evaluate("gaussian-kl-full", at, world.numpy_world())
    assert value == pytest.approx(full_kl(mu_q, cov_q, mu_p, cov_p), rel=1e-12)


def test_the_diagonal_theorem_is_the_sum_of_the_standard_one():
    mu, sigma = [0.5, -1.5, 2.0], [0.7, 1.3, 0.2]
    at = {"mu": mu, "sigma": sigma, "J": 3}
    total = proofs.evaluate("gaussian-kl-diagonal", at, world.numpy_world())
    parts = [
        proofs.evaluate(proofs.theorem("gaussian-kl-standard"), {"mu": m, "sigma": s}, world.numpy_world())
        for m, s in zip(mu, sigma, strict=True)
    ]
    assert total == pytest.approx(sum(parts), rel=1e-14)


@pytest.mark.parametrize("name", ["gaussian-kl", "gaussian-kl-full", "kl-additivity"])
def test_wrong_names_are_answered_with_the_right_ones(name):
    with pytest.raises(InputError, match="take the names from the theorem's statement"):
        proofs.evaluate(name, {"mu": 0.5}, world.numpy_world())


def test_a_statement_about_arbitrary_densities_has_no_number():
    with pytest.raises(Exception, match="no meaning"):
        proofs.evaluate("kl-additivity", {"J": 2}, world.numpy_world())


@pytest.mark.unmeasured
def test_listing_the_theorems_builds_none_of_them():
    code = "import sys, elbo_check.proofs as p; p.names(); print([m for m in sys.modules if 'proofs.' in m])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_proof_of_a_theorem_is_a_derivation():
    assert all(isinstance(proofs.theorem(name), Derivation) for name in NAMES)
