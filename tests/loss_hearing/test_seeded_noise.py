"""Losses with a seed or a key within: the one draw is replaced, several are no accusation, and repeats are told."""

import functools
import importlib.util

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, codes_of, needs_jax, needs_torch, passed

VAE = ("reconstruction", "x", "mean", "log_variance")
KL = ("mean", "log_variance")

if importlib.util.find_spec("torch"):
    import torch
    from torch.distributions import Normal
if importlib.util.find_spec("jax"):
    import jax
    import jax.numpy as jnp


def of_jax(recon, x, mu, logvar, key, times=1):
    e = jax.random.normal(key, mu.shape)
    z = mu + jnp.exp(logvar / 2) * e
    return (0.5 * ((recon - x) ** 2).sum(-1) + times * (0.5 * z**2 - 0.5 * e**2 - 0.5 * logvar).sum(-1)).mean()


def of_numpy(recon, x, mu, logvar, times=1):
    e = np.random.default_rng(0).standard_normal(mu.shape)
    z = mu + np.exp(logvar / 2) * e
    return (0.5 * ((recon - x) ** 2).sum(-1) + times * (0.5 * z**2 - 0.5 * e**2 - 0.5 * logvar).sum(-1)).mean()


def of_torch(recon, x, mu, logvar, draws=5, seed=None):
    if seed is not None:
        torch.manual_seed(seed)
    q = Normal(mu, (logvar / 2).exp())
    z = q.rsample((draws,))
    return 0.5 * ((recon - x) ** 2).sum(-1).mean() + (q.log_prob(z) - Normal(0, 1).log_prob(z)).sum(-1).mean()


@pytest.mark.endurance
@needs_jax
def test_a_key_that_is_bound_is_replaced_in_a_whole_loss() -> None:
    found = passed(ask(functools.partial(of_jax, key=jax.random.PRNGKey(0)), *VAE, backend="jax"))
    assert "own-noise" in codes_of(found)
    assert "same-noise-every-call" not in codes_of(found)


@pytest.mark.endurance
@needs_jax
def test_a_key_that_is_made_within_repeats_itself() -> None:
    def draw(mu, logvar):
        return mu + jnp.exp(logvar / 2) * jax.random.normal(jax.random.PRNGKey(0), mu.shape)

    assert "same-noise-every-call" in codes_of(passed(ask(draw, *KL, backend="jax", quantity="sampler")))


@pytest.mark.endurance
def test_a_seed_within_a_whole_loss_is_replaced_and_told() -> None:
    found = passed(ask(of_numpy, *VAE))
    assert found.finding("same-noise-every-call").severity == "warning"
    accused("doubled", ask(functools.partial(of_numpy, times=2), *VAE))


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("seed", [None, 0])
def test_several_draws_are_no_accusation_and_no_advice_leads_to_one(seed) -> None:
    found = ask(functools.partial(of_torch, seed=seed), *VAE, backend="torch")
    assert found.outcome == "undecided"
    assert "it draws by torch.normal" in found.missing
    assert "give it its noise as an argument" in found.missing
    assert "seed" not in found.missing


@pytest.mark.endurance
@needs_torch
def test_one_draw_with_a_seed_is_judged() -> None:
    passed(ask(functools.partial(of_torch, draws=1, seed=0), *VAE, backend="torch"))


@needs_torch
def test_a_mask_from_a_seed_beside_the_draw_is_no_accusation() -> None:
    def masked(recon, x, mu, logvar):
        torch.manual_seed(0)
        z = mu + (logvar / 2).exp() * torch.randn_like(mu)
        kept = torch.bernoulli(torch.full_like(x, 0.5))
        return (0.5 * kept * (recon - x) ** 2).sum() + (0.5 * z**2 - 0.5 * (z - mu) ** 2 / logvar.exp()).sum()

    found = ask(masked, *VAE, backend="torch")
    assert found.outcome == "undecided"
    assert "torch.bernoulli" in found.missing


@pytest.mark.endurance
def test_a_strange_loss_that_draws_nothing_but_its_noise_is_refuted() -> None:
    def strange(recon, x, mu, logvar):
        e = np.random.default_rng(0).standard_normal(mu.shape)
        return (0.5 * ((recon - x) ** 2).sum(-1) + np.cosh(mu + np.exp(logvar / 2) * e).sum(-1)).mean()

    assert ask(strange, *VAE).outcome == "refuted"


def test_samplers_that_reseed_themselves_are_told() -> None:
    def seeded(mu, logvar):
        return mu + np.exp(logvar / 2) * np.random.default_rng(0).standard_normal(mu.shape)

    def fresh(mu, logvar):
        return mu + np.exp(logvar / 2) * np.random.default_rng().standard_normal(mu.shape)

    assert "same-noise-every-call" in codes_of(passed(ask(seeded, *KL, quantity="sampler")))
    assert "same-noise-every-call" not in codes_of(passed(ask(fresh, *KL, quantity="sampler")))


@pytest.mark.endurance
@needs_torch
def test_a_sampler_of_torch_that_reseeds_itself_is_told() -> None:
    def seeded(mu, logvar):
        torch.manual_seed(0)
        return mu + (logvar / 2).exp() * torch.randn_like(mu)

    assert "same-noise-every-call" in codes_of(passed(ask(seeded, *KL, quantity="sampler", backend="torch")))


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("part", "role", "said"),
    [
        (lambda r, x: 0.5 * ((r - x) ** 2).sum(-1), "reconstruction", "(x_i − r_i)²"),
        (lambda r, x: -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(-1), "reconstruction", "log(r_i)"),
    ],
    ids=["Gaussian", "Bernoulli"],
)
def test_what_is_right_is_said_of_the_decoder_that_was_judged(part, role, said) -> None:
    def loss(r, x, mu, logvar):
        return (part(r, x) + np.sinh(mu).sum(-1) * np.cos(logvar).sum(-1)).mean()

    found = ask(loss, role, "x", "mean", "log_variance")
    assert found.outcome == "refuted"
    assert said in found.right
