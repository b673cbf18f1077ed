"""Each part is broken on purpose, in the ways it breaks in the wild, and the verdict must turn.

An unbroken run comes before, in the fixture `question`, so that no test can pass because nothing works.
"""

import dataclasses

import numpy as np
import pytest

import elbo_check.closed_forms
from elbo_check import Outcome, verify_kl
from elbo_check.closed_forms import normal_kl
from elbo_check.densities.scale import log_ratio, ratio
from elbo_check.densities.standard import Seen
from elbo_check.witnesses import enclosure, moment_balls, monte_carlo, quadrature, sources

GENERATOR = np.random.default_rng(23)
MU, SIGMA = GENERATOR.normal(size=(6, 4)), np.exp(0.5 * GENERATOR.normal(size=(6, 4)))
QUESTIONS = {"scalar": (0.5, 0.7, 0.25, 1.5), "array": (MU, SIGMA, 0.25, 1.5)}


@pytest.fixture(scope="module", params=sorted(QUESTIONS))
def question(request):
    arguments = QUESTIONS[request.param]
    assert verify_kl(*arguments, rng=0).outcome is Outcome.PROVED
    return arguments


def pieces(q, p):
    shape = np.broadcast_shapes(q.shape, p.shape)
    q, p = q.broadcast_to(shape), p.broadcast_to(shape)
    offset = (q.mu - p.mu) / p.scale.sigma_float()
    return offset, ratio(q.scale, p.scale), log_ratio(q.scale, p.scale)


def with_pieces(formula):
    return lambda q, p: formula(*pieces(q, p))


CLOSED_FORM_MUTANTS = {
    "negated": lambda q, p: -normal_kl(q, p),
    "doubled": lambda q, p: 2 * normal_kl(q, p),
    "halved": lambda q, p: normal_kl(q, p) / 2,
    "exchanged": lambda q, p: normal_kl(p.broadcast_to(np.broadcast_shapes(q.shape, p.shape)), q),
    "off by 1e-8": lambda q, p: normal_kl(q, p) * (1 + 1e-8),
    "without its half": with_pieces(lambda a, b, g: (a**2 + b**2) / 2 - g),
    "log of sigma squared": with_pieces(lambda a, b, g: (a**2 + b**2 - 1) / 2 - 2 * g),
    "sigma for its square": with_pieces(lambda a, b, g: (a**2 + b - 1) / 2 - g),
    "without the location": with_pieces(lambda a, b, g: (b**2 - 1) / 2 - g),
    "location not squared": with_pieces(lambda a, b, g: (np.abs(a) + b**2 - 1) / 2 - g),
    "log sign": with_pieces(lambda a, b, g: (a**2 + b**2 - 1) / 2 + g),
    "absolute value": with_pieces(lambda a, b, g: (a**2 + b**2) / 2 + np.abs(g)),
    "nan": lambda q, p: normal_kl(q, p) * np.nan,
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("mutant", sorted(CLOSED_FORM_MUTANTS))
def test_a_broken_closed_form_is_refuted(question, mutant, monkeypatch):
    monkeypatch.setattr(elbo_check.closed_forms, "normal_kl", CLOSED_FORM_MUTANTS[mutant])
    verdict = verify_kl(*question, rng=0)
    assert verdict.outcome is (Outcome.UNDECIDED if mutant == "nan" else Outcome.REFUTED)


def test_a_broken_closed_form_cannot_save_a_wrong_claim_or_condemn_a_right_one(question, monkeypatch):
    truth = verify_kl(*question, rng=0).value
    monkeypatch.setattr(elbo_check.closed_forms, "normal_kl", CLOSED_FORM_MUTANTS["doubled"])
    assert verify_kl(*question, claim=2 * truth, rng=0).outcome is Outcome.REFUTED
    right = verify_kl(*question, claim=truth, rng=0)
    assert right.outcome is Outcome.PROVED
    assert right.finding("library-form-off") is not None
    np.testing.assert_allclose(right.value, truth, rtol=1e-14)


FORMULA_MUTANTS = {
    "half dropped": lambda r, g, w: (-r * r, -g, -w.half * w.log_two_pi()),
    "sign of the square": lambda r, g, w: (w.half * r * r, -g, -w.half * w.log_two_pi()),
    "sign of the log": lambda r, g, w: (-w.half * r * r, g, -w.half * w.log_two_pi()),
    "log of the variance": lambda r, g, w: (-w.half * r * r, -2 * g, -w.half * w.log_two_pi()),
    "log dropped": lambda r, g, w: (-w.half * r * r, 0 * g, -w.half * w.log_two_pi()),
}


@pytest.mark.parametrize("mutant", sorted(FORMULA_MUTANTS))
def test_a_broken_density_cannot_be_proved(question, mutant, monkeypatch):
    broken = FORMULA_MUTANTS[mutant]
    monkeypatch.setattr("elbo_check.densities.normal.normal_log_density_terms", broken)
    assert verify_kl(*question, rng=0).outcome in (Outcome.REFUTED, Outcome.UNDECIDED)


def turned(verdict, code):
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.finding(code) is not None


def test_an_integral_without_its_tail_conflicts(question, monkeypatch):
    import flint

    monkeypatch.setattr(enclosure, "_cut", lambda *_: flint.arb(3))
    monkeypatch.setattr(enclosure, "LAST_DIGITS", 60)
    assert verify_kl(*question, rng=0).outcome is Outcome.PROVED  # a short range with its tail is still true
    monkeypatch.setattr(enclosure, "gaussian_tail_bound", lambda *_: flint.arb(0))
    turned(verify_kl(*question, rng=0), "witness-conflict")


def test_an_integral_of_the_wrong_density_conflicts(question, monkeypatch):
    original = enclosure.log_ratio_terms
    monkeypatch.setattr(enclosure, "log_ratio_terms", lambda e, r, g, w: original(e, r, 2 * g, w))
    turned(verify_kl(*question, rng=0), "witness-conflict")


def test_wrong_moments_conflict(question, monkeypatch):
    original = moment_balls.log_ratio_terms
    monkeypatch.setattr(moment_balls, "log_ratio_terms", lambda e, r, g, w: original(2 * e, r, g, w))
    turned(verify_kl(*question, rng=0), "witness-conflict")


def test_radii_that_are_not_there_conflict_or_leave_the_claim_undecided(question, monkeypatch):
    original = moment_balls.outward
    monkeypatch.setattr(moment_balls, "outward", lambda balls: (original(balls)[0] * (1 + 1e-6), original(balls)[1]))
    turned(verify_kl(*question, rng=0), "witness-conflict")


class Biased(np.random.Generator):
    """A generator whose normals are not standard."""

    shift, stretch = 0.0, 1.0

    def standard_normal(self, size=None):
        return super().standard_normal(size) * self.stretch + self.shift


@pytest.mark.parametrize(("shift", "stretch"), [(0.3, 1.0), (0.0, 1.5), (0.0, 0.5)])
def test_a_biased_generator_conflicts(question, shift, stretch, monkeypatch):
    kind = type("Kind", (Biased,), {"shift": shift, "stretch": stretch})
    monkeypatch.setattr(monte_carlo.np.random, "Generator", kind)
    turned(verify_kl(*question, rng=0), "witness-conflict")


def test_draws_that_are_nan_are_never_dropped(question, monkeypatch):
    class Sick(np.random.Generator):
        def standard_normal(self, size=None):
            drawn = super().standard_normal(size)
            drawn.reshape(-1)[:1] = np.nan
            return drawn

    monkeypatch.setattr(monte_carlo.np.random, "Generator", Sick)
    verdict = verify_kl(*question, rng=0)
    assert "not a finite number" in next(a.reason for a in verdict.absences if a.witness == "monte carlo")


def test_a_rounded_z_is_noticed_at_small_scales(monkeypatch):
    arguments = (1.0, 1e-16, 0.0, 1.0)
    assert verify_kl(*arguments, rng=0).outcome is Outcome.PROVED

    class Rounded(sources.Independent):
        def evaluator(self, rows):
            q, p = self.q.take(rows), self.p.take(rows)

            def evaluate(epsilon):
                z = q.mu[:, None] + q.scale.values[:, None] * epsilon  # what everybody writes
                value = q.log_density(z.T).T - p.log_density(z.T).T
                return sources.Draws(value, np.zeros((len(q.mu), 1)), float(np.abs(epsilon).sum()), 0.0)

            return evaluate

    monkeypatch.setattr(monte_carlo, "source_of", lambda q, p: Rounded(q.flat(), p.flat()))
    turned(verify_kl(*arguments, rng=0), "witness-conflict")


def test_a_sampling_error_that_is_too_small_conflicts(question, monkeypatch):
    monkeypatch.setattr(monte_carlo, "chernoff_radius", lambda *_: 1e-9)
    turned(verify_kl(*question, rng=0), "witness-conflict")


def test_wrong_quadrature_weights_are_told_and_prove_nothing(question, monkeypatch):
    original = quadrature._hermite
    monkeypatch.setattr(quadrature, "_hermite", lambda n: (original(n)[0], tuple(1.01 * w for w in original(n)[1])))
    verdict = verify_kl(*question, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert verdict.finding("quadrature-objects") is not None


def test_wrong_quadrature_leaves_many_elements_undecided(monkeypatch):
    from elbo_check.hearing import elements

    monkeypatch.setattr(elements, "ENCLOSE_ALL", 10)
    monkeypatch.setattr(elements, "SAMPLE", 4)
    assert verify_kl(MU, SIGMA, rng=0).outcome is Outcome.CONSISTENT
    original = quadrature._hermite
    monkeypatch.setattr(quadrature, "_hermite", lambda n: (original(n)[0], tuple(1.01 * w for w in original(n)[1])))
    assert verify_kl(MU, SIGMA, rng=0).outcome is Outcome.UNDECIDED


def test_a_wrong_tanh_sinh_rule_is_told(question, monkeypatch):
    original = quadrature._integrand
    monkeypatch.setattr(quadrature, "_integrand", lambda *parts: 1.01 * original(*parts))
    verdict = verify_kl(*question, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert "tanh-sinh lies outside" in verdict.finding("quadrature-objects").message


def test_a_tanh_sinh_rule_that_does_not_converge_refuses(question, monkeypatch):
    import scipy.integrate

    original = scipy.integrate.tanhsinh

    def failing(*arguments, **keywords):
        answer = original(*arguments, **keywords)
        answer.success = np.zeros_like(answer.success)
        return answer

    monkeypatch.setattr(scipy.integrate, "tanhsinh", failing)
    verdict = verify_kl(*question, rng=0)
    assert "did not converge" in next(a.reason for a in verdict.absences if a.witness == "tanh-sinh")
    assert "tanh-sinh" not in {estimate.witness for estimate in verdict.estimates}


def test_a_ratio_of_scales_that_is_wrong_for_floats_only_is_a_conflict(question, monkeypatch):
    from elbo_check.densities import normal

    original = normal.Normal.seen_from

    def stretched(self, q):
        seen = original(self, q)
        return dataclasses.replace(seen, ratio=1.2 * seen.ratio) if isinstance(seen, Seen) else seen

    monkeypatch.setattr(normal.Normal, "seen_from", stretched)
    turned(verify_kl(*question, rng=0), "witness-conflict")


def test_a_theorem_whose_right_hand_side_is_wrong_conflicts(question, monkeypatch):
    from elbo_check import checking

    original = checking.evaluate
    monkeypatch.setattr(checking, "evaluate", lambda *arguments: 2 * original(*arguments))
    turned(verify_kl(*question, rng=0), "witness-conflict")


def test_a_theorem_that_does_not_pass_its_check_leaves_the_verdict_undecided(question, monkeypatch):
    from elbo_check import checking

    failed = verify_kl(0.5, 0.7, claim=9.0, rng=0)
    monkeypatch.setattr(checking, "checked", lambda name: failed)
    verdict = verify_kl(*question, rng=0)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "theorem" in verdict.missing
