"""The test that goes with a verdict passes on whatever is called right, and fails on what was accused."""

import numpy as np
import pytest

from elbo_check import verify_loss

from .help import ask, needs_jax, needs_torch, passes

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def vae(recon, x, mu, logvar, beta=1.0):
    return 0.5 * ((recon - x) ** 2).sum(-1) + beta * kl(mu, logvar).sum(-1)


def loss(recon, x, mu, logvar):
    return vae(recon, x, mu, logvar, beta=2.0).mean()


OBJECTIVES = {
    "sum": lambda **a: vae(**a).sum(),
    "mean": lambda **a: vae(**a).mean(),
    "a sample": vae,
    "over D": lambda **a: vae(**a).mean() / a["x"].shape[1],
    "times 3": lambda **a: 3 * vae(**a),
    "with its constant": lambda **a: (vae(**a) + 0.5 * a["x"].shape[1] * np.log(2 * np.pi)).mean(),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_may_have_any_factor_and_reduction(name):
    assert passes(ask(loss, *VAE), OBJECTIVES[name])


WRONG_OBJECTIVES = {
    "doubled": loss,
    "negative": lambda **a: -vae(**a).mean(),
    "a quarter": lambda **a: vae(**a, beta=0.25).mean(),
    "offset": lambda **a: vae(**a).mean() + 1,
    "squared": lambda **a: vae(**a).mean() ** 2,
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", WRONG_OBJECTIVES)
def test_a_wrong_objective_fails_in_every_test(name):
    assert not passes(ask(loss, *VAE), WRONG_OBJECTIVES[name])


@pytest.mark.endurance
@pytest.mark.parametrize("name", WRONG_OBJECTIVES)
def test_an_accused_objective_fails_in_its_own_test(name):
    fn = WRONG_OBJECTIVES[name]

    def wrong_loss(recon, x, mu, logvar):
        return fn(recon=recon, x=x, mu=mu, logvar=logvar)

    found = ask(wrong_loss, *VAE)
    assert found.outcome == "refuted"
    assert not passes(found, wrong_loss, "wrong_loss")
    assert passes(found, vae, "wrong_loss")


@pytest.mark.endurance
def test_a_branch_in_an_objective_has_a_test_at_more_points_than_one():
    def branch(recon, x, mu, logvar):
        return vae(recon, x, mu, logvar).mean() * (1 + (len(x) > 32))

    def free_bits(recon, x, mu, logvar):
        return (0.5 * ((recon - x) ** 2).sum(-1) + np.maximum(kl(mu, logvar), 1e-3).sum(-1)).mean()

    found = ask(free_bits, *VAE)
    assert found.outcome == "refuted"
    assert not passes(found, free_bits, "free_bits")
    assert passes(found, vae, "free_bits")
    assert ask(branch, *VAE).outcome == "refuted"


def test_a_minibatch_may_be_mended_as_its_card_says():
    def wrong(nll, kl, N):
        return nll.sum() + kl / N

    found = ask(wrong, "nll", "kl", "dataset_size")
    assert not passes(found, wrong, "wrong")
    assert passes(found, lambda nll, kl, N: nll.mean() + kl / N, "wrong")
    assert passes(found, lambda nll, kl, N: N * nll.mean() + kl, "wrong")


SHAPES = {
    "elementwise": kl,
    "a sample": lambda mu, logvar: kl(mu, logvar).sum(-1),
    "mean": lambda mu, logvar: kl(mu, logvar).sum(-1).mean(),
    "sum": lambda mu, logvar: kl(mu, logvar).sum(),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("mended", SHAPES)
@pytest.mark.parametrize("wrong", SHAPES)
def test_a_kl_may_be_mended_in_any_shape(wrong, mended):
    doubled = lambda mu, logvar: 2 * SHAPES[wrong](mu, logvar)
    doubled.__name__ = "loss"
    found = ask(doubled, *KL)
    assert not passes(found, doubled)
    assert passes(found, SHAPES[mended])


@pytest.mark.endurance
@pytest.mark.parametrize("factor", [1.0001, 1.00001, 0.99999])
def test_a_tiny_factor_has_a_counterexample_and_a_test(factor):
    def loss(mu, logvar):
        return factor * kl(mu, logvar).sum(-1)

    found = ask(loss, *KL)
    assert found.outcome == "refuted"
    assert found.counterexample["claim"] == pytest.approx(factor * found.counterexample["truth"], rel=1e-9)
    assert not passes(found, loss)
    assert passes(found, SHAPES["a sample"])


@pytest.mark.endurance
@needs_torch
def test_a_tiny_factor_is_tested_in_doubles_in_torch():
    import torch

    def loss(mu, logvar, factor=1.00001):
        return factor * 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)

    found = verify_loss(loss, roles=KL, backend="torch", rng=0)
    source = found.as_test().replace("<lambda>", "loss")
    assert "dtype=torch.float64" in source
    for factor, fails in ((1.00001, True), (1.0, False)):
        scope = {"loss": lambda mu, logvar, factor=factor: loss(mu, logvar, factor), "torch": torch}
        exec(source, scope)
        try:
            scope["test_loss_is_right"]()
            assert not fails
        except AssertionError:
            assert fails


@needs_jax
def test_a_tiny_factor_is_tested_in_doubles_in_jax():
    import jax.numpy as jnp

    def loss(mu, logvar):
        return 1.00001 * 0.5 * (mu**2 + jnp.exp(logvar) - 1 - logvar).sum(-1)

    assert 'jax.config.update("jax_enable_x64", True)' in ask(loss, *KL, backend="jax").as_test()


@pytest.mark.unmeasured
def test_the_test_of_an_elbo_has_its_own_sign():
    def elbo(recon, x, mu, logvar):
        return -vae(recon, x, mu, logvar).mean() * (1 + (mu.shape[1] > 64 and mu.any()))

    found = ask(elbo, *VAE)
    assert found.outcome == "refuted"
    assert "found = [-np.squeeze(" in found.as_test()
    assert not passes(found, elbo, "elbo")
    assert passes(found, lambda **a: -vae(**a).mean(), "elbo")
    assert not passes(found, lambda **a: vae(**a).mean(), "elbo")
