"""Every estimator has the mean it is said to have, value and gradient: a finite sum over all of its draws."""

import itertools
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from elbo_check.closed_forms import latents
from elbo_check.densities.dual import Dual
from elbo_check.densities.gaussian import Gaussian
from elbo_check.estimators import groups, iwae, problem, score_function

from .exact import finite_eubo, finite_sgvb, finite_values, gaussian_gradients
from .toys import TABLE_FORMS, Mixture, Table, scripted

RIGHT, WRONG = 1.0, 1e6  # units of 1e-12, relatively


@pytest.fixture(autouse=True)
def forms_of_tables(monkeypatch):
    monkeypatch.setitem(latents._FAMILIES, Table, TABLE_FORMS)


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_the_importance_weighted_bound_and_its_gradient_have_no_bias(samples):
    assert finite_values(samples) < RIGHT


@pytest.mark.parametrize("form", ["A", "B"])
def test_both_sgvb_estimators_and_their_gradients_have_no_bias(form):
    assert finite_sgvb(form) < RIGHT


@pytest.mark.parametrize("form", ["A", "B"])
def test_both_gradients_of_a_gaussian_have_no_bias(form, monkeypatch):
    assert max(gaussian_gradients(monkeypatch, form)) < RIGHT


def test_the_upper_bound_and_its_gradient_have_no_bias():
    assert finite_eubo() < RIGHT


def test_every_further_sample_tightens_the_bound_in_random_worlds():
    generator = np.random.default_rng(7)
    for _ in range(40):
        prior, likelihood, own = (generator.integers(1, 5, size=2) for _ in range(3))
        model = Mixture([Fraction(int(n), int(prior.sum())) for n in prior], [Fraction(int(n), 5) for n in likelihood])
        probabilities = [Fraction(int(n), int(own.sum())) for n in own]
        bounds = []
        for samples in range(1, 5):
            q, draws = scripted(probabilities, samples)
            bounds.append(iwae.estimate(model, None, q, samples=samples, draws=draws).value)
        assert all(one <= other + 1e-12 for one, other in itertools.pairwise(bounds))
        assert (
            bounds[-1] <= float(mpmath.log(mpmath.mpf(model.evidence.numerator) / model.evidence.denominator)) + 1e-12
        )


def test_a_dropped_score_is_seen(monkeypatch):
    monkeypatch.setattr(score_function, "added_slopes", lambda terms, k, n: (np.zeros((k, n)), np.zeros(k)))
    assert finite_values(2) > WRONG
    assert finite_sgvb("A") > WRONG


def test_a_detached_sample_leaves_the_value_and_spoils_the_gradient(monkeypatch):
    place = Gaussian.place

    def detached(self, noise, world):
        z = place(self, noise, world)
        values = [part.value if isinstance(part, Dual) else part for part in (z.value, z.origin)]
        return type(z)(*values)

    monkeypatch.setattr(Gaussian, "place", detached)
    off, unmoved = gaussian_gradients(monkeypatch, "A")
    assert off > WRONG
    assert unmoved < RIGHT


def test_a_mean_of_logarithms_for_the_logarithm_of_a_mean_is_seen(monkeypatch):
    class Logs(groups.Groups):
        def add(self, log_weights, slopes):
            super().add(log_weights, slopes)
            self.logs = log_weights.mean(axis=0)

        log_mean = property(lambda self: self.logs)

    monkeypatch.setattr(groups, "Groups", Logs)
    assert finite_values(3) > WRONG
    assert finite_values(1) < RIGHT


def test_a_missing_logarithm_of_k_is_seen(monkeypatch):
    right = groups.Groups.log_mean.fget
    monkeypatch.setattr(groups.Groups, "log_mean", property(lambda self: right(self) + np.log(self.samples)))
    assert finite_values(2) > WRONG
    assert finite_values(1) < RIGHT


def test_unnormalised_weights_in_the_gradient_of_a_bound_are_seen(monkeypatch):
    monkeypatch.setattr(groups.Groups, "mean_slopes", property(lambda self: self.plain / self.samples))
    assert finite_values(2) > WRONG


def test_the_wrong_sign_of_the_entropy_is_seen(monkeypatch):
    def wrong(self, z, q, world):
        return (*self.prior.log_density(z, world), *q.log_density(z, world))

    monkeypatch.setattr(problem.Problem, "log_ratio", wrong)
    assert finite_values(2) > WRONG
    assert finite_sgvb("A") > WRONG
    assert finite_sgvb("B") < RIGHT
    assert finite_eubo() > WRONG


def test_a_baseline_changes_no_mean(monkeypatch):
    monkeypatch.setattr(score_function, "_number", lambda name, given: 10.0)
    assert finite_values(2) < RIGHT
    assert finite_sgvb("A") < RIGHT


def test_a_kl_left_out_is_seen(monkeypatch):
    monkeypatch.setitem(latents._FAMILIES, Table, type("Wrong", (), {"kl": lambda q, p, world: (0.0,)}))
    assert finite_sgvb("B") > WRONG
