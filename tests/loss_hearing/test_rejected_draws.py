"""Functions that draw again what they do not like: their noise is not standard normal, and no given noise will do."""

# ruff: noqa: NPY002 - it is the old functions that these losses draw by

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import LossFunctionError
from elbo_check.inputs.drawing import RejectedDrawsError
from elbo_check.inputs.loss_function import LossFunction

from .help import accused, ask, codes_of, needs_jax, needs_torch, passed

KL = ("mean", "log_variance")
RECON = ("reconstruction", "x", *KL)


def truncated(shape, is_bad=lambda e: np.abs(e) > 2):
    noise = np.random.standard_normal(shape)
    while is_bad(noise).any():
        noise = np.where(is_bad(noise), np.random.standard_normal(shape), noise)
    return noise


def sampler(mu, logvar):
    return mu + np.exp(logvar / 2) * truncated(mu.shape)


def divergence(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def of_one_draw(mu, logvar, draw=sampler):
    z = draw(mu, logvar)
    return (0.5 * z**2 - 0.5 * (logvar + (z - mu) ** 2 / np.exp(logvar))).sum(-1)


def whole(recon, x, mu, logvar):
    return 0.5 * ((x - recon) ** 2).sum(-1) + of_one_draw(mu, logvar)


def test_a_sampler_that_rejects_is_judged_by_what_it_keeps():
    found = accused("wrong-noise", ask(sampler, *KL, quantity="sampler"))
    assert "between -2 and 2" in found.mistakes[0].evidence
    assert "rejected-draws" in codes_of(found)


def test_one_that_rejects_beside_a_right_kl_is_refuted():
    accused("wrong-noise", verify_loss(divergence, sampler=sampler, roles=KL, rng=0))


@pytest.mark.parametrize(
    ("loss", "roles"),
    [
        (of_one_draw, KL),
        (whole, RECON),
        (lambda mu, logvar: (sampler(mu, logvar), divergence(mu, logvar)), KL),
        (
            lambda mu, logvar: of_one_draw(mu, logvar, lambda m, t: m + np.exp(t / 2) * truncated(m.shape, np.signbit)),
            KL,
        ),
        (lambda mu, logvar: divergence(mu, logvar) + 0 * truncated(mu.shape).sum(), KL),
    ],
    ids=["a KL of one draw", "a whole loss", "a sample and its KL", "half-normal", "draws that do not matter"],
)
def test_a_loss_that_rejects_its_draws_is_never_consistent(loss, roles):
    found = ask(loss, *roles)
    assert found.outcome == "undecided"
    assert "it rejects some" in found.finding("rejected-draws").message
    assert "give it its noise as an argument" in found.missing


@pytest.mark.unmeasured
def test_what_is_drawn_again_where_it_is_no_number_is_one_draw():
    def right(mu, logvar):
        return mu + np.exp(logvar / 2) * truncated(mu.shape, np.isnan)

    passed(ask(right, *KL, quantity="sampler"))
    passed(verify_loss(divergence, sampler=right, roles=KL, rng=0))
    passed(ask(lambda mu, logvar: of_one_draw(mu, logvar, right), *KL))


def test_a_rejection_is_told_from_several_draws_and_never_waits():
    kept, thrice = (LossFunction.of(fn).with_own_noise("e") for fn in (sampler, several))
    mean = np.zeros((2, 3))
    assert kept({"mu": mean, "logvar": mean, "e": mean + 1}).outputs[""].tolist() == (mean + 1).tolist()
    with pytest.raises(RejectedDrawsError):
        kept({"mu": mean, "logvar": mean, "e": mean + 3})
    with pytest.raises(LossFunctionError, match="drew normal noise 3 times"):
        thrice({"mu": mean, "logvar": mean, "e": mean})


def several(mu, logvar):
    return mu + np.exp(logvar / 2) * sum(np.random.standard_normal(mu.shape) for _ in range(3))


@needs_torch
def test_tensors_are_rejected_as_arrays_are():
    torch = pytest.importorskip("torch")

    def drawn(mu, logvar):
        noise = torch.randn_like(mu)
        while (noise.abs() > 2).any():
            noise = torch.where(noise.abs() > 2, torch.randn_like(mu), noise)
        return mu + torch.exp(logvar / 2) * noise

    accused("wrong-noise", ask(drawn, *KL, quantity="sampler", backend="torch"))


@needs_jax
def test_arrays_of_jax_are_rejected_as_well():
    jax = pytest.importorskip("jax")

    def drawn(mu, logvar):
        key = jax.random.key(0)
        noise = jax.random.normal(key, mu.shape)
        while bool((abs(noise) > 2).any()):
            key, _ = jax.random.split(key)
            noise = jax.numpy.where(abs(noise) > 2, jax.random.normal(key, mu.shape), noise)
        return mu + jax.numpy.exp(logvar / 2) * noise

    asked = LossFunction.of(drawn, backend="jax").with_own_noise("e")
    mean = np.zeros((2, 3))
    assert asked({"mu": mean, "logvar": mean, "e": mean + 1}).outputs[""].tolist() == (mean + 1).tolist()
    with pytest.raises(RejectedDrawsError):
        asked({"mu": mean, "logvar": mean, "e": mean + 3})
