"""A small part of a loss, and a small error that is large at the prior: neither is hidden by the rest."""

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.diagnosis import recovery
from elbo_check.diagnosis.fitting import Fitter
from elbo_check.diagnosis.probing import sampled
from elbo_check.diagnosis.quantities.gaussian_kl import gaussian_kl
from elbo_check.diagnosis.shifting import shifted_right
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.diagnosis.units import NO_UNITS
from elbo_check.loss_hearing import conclusion

from .help import ask, codes_of, names_of, passed

VAE = ("reconstruction", "x", "mean", "log_variance")


def each(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def weighted(divergence, beta):
    def loss(r, x, mu, logvar):
        return 0.5 * ((r - x) ** 2).sum() + beta * divergence(mu, logvar).sum()

    return loss


WRONG = {
    "logstd": lambda mu, logvar: 0.5 * (mu**2 + np.exp(2 * logvar) - 1 - 2 * logvar),
    "reversed": lambda mu, logvar: 0.5 * ((mu**2 + 1) * np.exp(-logvar) - 1 + logvar),
    "free-bits": lambda mu, logvar: np.maximum(each(mu, logvar), 1.0),
}


@pytest.mark.endurance
@pytest.mark.parametrize("beta", [1e-9, 1e-6, 1e-4, 1e-2, 1.0])
def test_a_right_loss_with_any_beta_is_equal(beta):
    found = passed(ask(weighted(each, beta), *VAE, beta=beta))
    assert found.relation == "equal"
    assert not codes_of(found) & {"harmless-epsilon", "points"}


@pytest.mark.endurance
@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_kl_beside_a_tiny_beta_is_refuted_and_no_right_formula_is_printed(slip):
    found = ask(weighted(WRONG[slip], 1e-6), *VAE, beta=1e-6)
    assert found.outcome == "refuted"
    assert found.recovered != ask(weighted(each, 1e-6), *VAE, beta=1e-6).recovered
    assert "points" not in codes_of(found)


@pytest.mark.endurance
def test_a_reversed_sign_beside_a_tiny_beta_is_named():
    found = ask(weighted(lambda mu, logvar: -each(mu, logvar), 1e-6), *VAE, beta=1e-6)
    assert found.outcome == "refuted"
    assert names_of(found) == [{"wrong-sign"}]


def test_a_part_below_the_rounding_of_float32_is_not_seen():
    def single(r, x, mu, logvar):
        r, x, mu, logvar = (each.astype(np.float32) for each in (r, x, mu, logvar))
        return np.float32(0.5) * ((r - x) ** 2).sum() + np.float32(1e-7) * each(mu, logvar).sum()

    found = ask(single, *VAE, beta=1e-7)
    assert found.outcome == "undecided"
    assert "larger beta" in found.missing


@pytest.mark.endurance
@pytest.mark.parametrize("level", [0.001, 0.01])
def test_free_bits_at_a_small_level_are_refuted_at_the_prior(level):
    def floored(mu, logvar):
        return np.maximum(each(mu, logvar), level).sum(-1).mean()

    found = ask(floored, "mean", "log_variance")
    assert found.outcome == "refuted"
    assert [mistake.slug for mistake in found.mistakes] == ["free-bits"]
    assert found.counterexample["claim"] == pytest.approx(level * 3)
    assert found.counterexample["truth"] == 0
    assert "free bits" in str(found).replace("\n", " ")


@pytest.mark.endurance
def test_a_floor_of_the_squared_error_is_refuted_where_it_binds():
    def floored(r, x, mu, logvar):
        return np.maximum(0.5 * (r - x) ** 2, 5e-4).sum() + each(mu, logvar).sum()

    found = ask(floored, *VAE)
    assert found.outcome == "refuted"
    assert "wrong-spot" in codes_of(found)


@pytest.mark.unmeasured
def test_rounding_inside_is_no_spot():
    def rounded(mu, logvar):
        return each(np.round(mu * 1.01, 2), logvar).sum(-1).mean()

    found = ask(rounded, "mean", "log_variance")
    assert "wrong-spot" not in codes_of(found)


@pytest.mark.unmeasured
def test_without_the_looks_at_the_prior_free_bits_would_be_taken_for_rounding(monkeypatch):
    for look in ("far_off_spot", "inactive_spot_of_near"):
        monkeypatch.setattr(conclusion, look, lambda *_: None)
    monkeypatch.setattr(recovery, "floored", lambda *_: None)
    found = ask(lambda mu, logvar: np.maximum(each(mu, logvar), 0.01).sum(-1).mean(), "mean", "log_variance")
    assert found.outcome == "undecided"


@pytest.mark.endurance
def test_without_the_share_a_wrong_kl_would_be_equal(monkeypatch):
    monkeypatch.setattr("elbo_check.diagnosis.recovery.smallest_share", lambda *_: 1.0)
    monkeypatch.setattr("elbo_check.diagnosis.recovery.units_of", lambda *_: NO_UNITS)  # which would tell it as well
    loss = weighted(WRONG["logstd"], 1e-6)
    assert ask(loss, *VAE, beta=1e-6).recovered == ask(weighted(each, 1e-6), *VAE, beta=1e-6).recovered


def test_no_epsilon_is_found_in_a_formula_that_fits_without():
    quantity, layout, generator = gaussian_kl("std"), LAYOUTS[0], np.random.default_rng(0)

    def call(arrays):
        return each(arrays["mean"], 2 * np.log(arrays["std"])).sum(-1)

    sample = sampled(call, quantity.draw, quantity.axes, {"B": 2, "d": 3}, layout, generator)
    rights = [right.formula for right in quantity.rights(sample.kind, layout)]
    fit = shifted_right(Fitter([sample], quantity.constants), rights, quantity.places, 1e-10, recognised=False)
    assert fit is not None
    assert fit.shift is None


WRONG_KLS = {
    "wrong-sign": lambda mu, s: 0.5 * (mu**2 + np.exp(s) - 1 + s),
    "logvar-as-var": lambda mu, s: 0.5 * (mu**2 + s - 1 - np.log(np.abs(s))),
    "logvar-as-logsigma": lambda mu, s: 0.5 * (mu**2 + np.exp(2 * s) - 1 - 2 * s),
    "missing-constant": lambda mu, s: 0.5 * (mu**2 + np.exp(s) - s),
    "not-squared": lambda mu, s: 0.5 * (mu + np.exp(s) - 1 - s),
}


@pytest.mark.endurance
@pytest.mark.parametrize("slug", WRONG_KLS)
@pytest.mark.parametrize("constant", [0.0, 0.5 * np.log(2 * np.pi)])
def test_a_mistake_in_a_part_of_a_millionth_has_its_name(slug, constant):
    def loss(r, x, mu, s):
        return ((0.5 * (r - x) ** 2 + constant).sum(-1) + 1e-6 * WRONG_KLS[slug](mu, s).sum(-1)).mean()

    found = verify_loss(loss, roles=("reconstruction", "x", "mean", "log_variance"), beta=1e-6, rng=0)
    assert found.outcome == "refuted"
    assert any(slug in (mistake.slug, *mistake.same_as) for mistake in found.mistakes), found.mistakes
    assert "epsilon" not in str(found)


@pytest.mark.endurance
def test_a_constant_of_no_kind_beside_a_small_part_is_not_named_and_what_is_wrong_is():
    def loss(r, x, mu, s):
        kl = WRONG_KLS["wrong-sign"](mu, s).sum(-1)
        return ((0.5 * (r - x) ** 2).sum(-1) + 1e-6 * kl).mean() + 0.1234567 * np.sqrt(x.shape[-1])

    found = verify_loss(loss, roles=("reconstruction", "x", "mean", "log_variance"), beta=1e-6, rng=0)
    assert found.outcome == "refuted"
    assert [mistake.slug for mistake in found.mistakes] == ["wrong-sign"]


@pytest.mark.unmeasured
def test_a_sign_that_is_flipped_in_the_kl_is_no_negative_beta():
    def loss(r, x, mu, s):
        return ((0.5 * (r - x) ** 2).sum(-1) + 1e-4 * WRONG_KLS["wrong-sign"](mu, s).sum(-1)).mean()

    found = verify_loss(loss, roles=("reconstruction", "x", "mean", "log_variance"), beta=1e-4, rng=0)
    assert [mistake.slug for mistake in found.mistakes] == ["wrong-sign"]
    assert "effective-beta" not in {finding.code for finding in found.findings}


def test_a_small_part_that_float32_cannot_read_is_told_as_such():
    def loss(r, x, mu, s):
        r, x, mu, s = (np.asarray(a, np.float32) for a in (r, x, mu, s))
        kl = WRONG_KLS["wrong-sign"](mu, s).sum(-1)
        return ((0.5 * (r - x) ** 2).sum(-1) + np.float32(1e-6) * kl).mean()

    found = verify_loss(loss, roles=("reconstruction", "x", "mean", "log_variance"), beta=1e-6, rng=0)
    assert found.outcome == "refuted"
    assert "its smallest part is all there is" in found.finding("wrong-spot").message
    assert "free bits" not in str(found)


@pytest.mark.endurance
@pytest.mark.parametrize("beta", [1e-4, 1e-5, 1e-6])
def test_the_constant_of_a_laplace_decoder_is_no_multiple_of_a_small_beta(beta):
    def loss(r, x, mu, s):
        kl = 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)
        return ((np.abs(r - x) + np.log(2)).sum(-1) + beta * kl).mean()

    found = verify_loss(loss, roles=("reconstruction", "x", "mean", "log_variance"), beta=beta, rng=0)
    assert found.outcome == "undecided", found.recovered
    assert "The KL part is right" in found.missing
