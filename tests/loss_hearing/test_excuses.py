"""Advice that would be refuted when it is followed is not given; names that lie are excused as before."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax

from elbo_check.diagnosis.formula import ONE, Formula, law
from elbo_check.diagnosis.quantities import Options
from elbo_check.diagnosis.roles import assigned
from elbo_check.inputs.loss_function import LossFunction
from elbo_check.loss_hearing import excuses
from elbo_check.loss_hearing.excuses import is_excuse
from elbo_check.loss_hearing.hearing import Case, hear
from elbo_check.witnesses.seeding import Seeds
from tests.loss_hearing.help import ask, codes_of, needs_torch

KL = ("mean", "log_variance")


def each(mu, lv):
    return 0.5 * (mu**2 + np.exp(lv) - 1 - lv)


@pytest.mark.endurance
@pytest.mark.parametrize("bits", [0.1, 0.2])
def test_free_bits_that_do_not_bind_at_one_length_are_no_matter_of_that_length(bits):
    found = ask(lambda mu, lv: np.maximum(each(mu, lv).mean(0), bits).sum(), *KL)
    assert found.outcome == "refuted"
    assert "d = 2" not in found.missing


@pytest.mark.endurance
def test_free_bits_that_do_not_bind_for_single_samples_are_no_matter_of_the_batch():
    found = ask(lambda mu, lv: np.maximum(each(mu, lv), 0.001).sum(-1).mean(), *KL)
    assert "equal, if" not in found.missing


@pytest.mark.endurance
def test_a_weight_that_nothing_shows_is_no_matter_of_the_layout():
    def loss(r, x, mu, lv):
        r, x, mu, lv = (np.asarray(a, np.float32) for a in (r, x, mu, lv))
        return np.float32(0.5) * ((r - x) ** 2).sum() - np.float32(1e-6) * each(mu, lv).sum()

    found = ask(loss, "reconstruction", "x", *KL, beta=1e-6)
    assert "three axes" not in found.missing


@pytest.mark.unmeasured
@needs_torch
def test_a_reading_with_a_wrong_gradient_is_no_excuse():
    import torch

    def kl(mu, sigma):  # sigma holds log σ², and its gradient is cut
        return 0.5 * (mu**2 + torch.exp(sigma) - 1 - sigma).detach().sum(-1) + 0 * mu.sum(-1)

    found = ask(kl, backend="torch")
    assert "equal, if" not in found.missing


def test_names_that_lie_are_excused_in_half_precision():
    found = ask(lambda mu, sigma: each(mu, sigma).sum(-1).astype(np.float16))
    assert found.missing.startswith("equal, if sigma holds log σ²")


@pytest.mark.unmeasured
def test_lengths_and_names_that_are_meant_are_excused_still():
    found = ask(lambda mu, sigma: each(mu, sigma).sum(-1))
    assert found.missing.startswith("equal, if sigma holds log σ²")
    found = ask(lambda mu, lv: each(mu, lv).mean(-1) * 20, *KL)
    assert "equal, if d = 20" in found.missing
    assert codes_of(found) <= {"fixed-size"}


def heard_of(dtype):
    def loss(mu, lv):
        return each(np.asarray(mu, dtype), np.asarray(lv, dtype)).sum(-1)

    case = Case(LossFunction.of(loss), assigned(("mu", "lv"), (), KL), None, Options(), {}, None)
    return hear(case, case.assignment, Seeds.of(0))


def test_half_precision_is_not_asked_whether_it_stands_its_spots(monkeypatch):
    """What it gives at one point is no more than what it resolves."""
    monkeypatch.setattr(excuses, "spot_of", lambda *_: 1 / 0)
    half = heard_of(np.float16)
    assert is_excuse(half, half, Seeds.of(0))
    with pytest.raises(ZeroDivisionError):
        is_excuse(heard_of(np.float64), heard_of(np.float64), Seeds.of(0))


def test_a_reading_that_another_formula_fits_as_well_is_no_excuse():
    right = heard_of(np.float64)
    fit = right.found.fit
    other = replace(fit, formula=fit.formula + Formula.of({ONE: law("1/1000000000000")}))
    far = replace(fit, formula=fit.formula + Formula.of({ONE: law("1/1000")}))
    first, second = (replace(right, recovery=replace(right.found, fit=each_fit)) for each_fit in (other, far))
    assert not is_excuse(right, first, Seeds.of(0))
    assert is_excuse(right, second, Seeds.of(0))


def test_a_formula_of_one_categorical_says_nothing_of_several():
    """Its terms have no place among the numbers of arrays (B, G, K), and it is told by those."""

    def of_rows(a, b):
        q, p = (softmax(logits, axis=-1).reshape(-1, 30, 10) for logits in (a, b))
        return (q * np.log(q / p)).sum((1, 2)).mean()

    found = ask(of_rows, "logits_q", "logits_p")
    assert found.outcome == "undecided"
    assert "G = 30 and K = 10" in found.missing


@pytest.mark.unmeasured
def test_a_reading_that_would_be_refuted_at_the_same_spot_is_not_proposed():
    def huber(recon, x, mu, lv):
        far = np.abs(recon - x)
        return np.where(far < 1, 0.5 * far**2, far - 0.5).sum() + each(mu, lv).sum()

    found = ask(huber, "reconstruction", "x", *KL)
    assert found.outcome == "refuted"
    assert "reading" not in codes_of(found)
