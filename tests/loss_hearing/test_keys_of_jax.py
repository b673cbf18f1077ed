"""Samplers of JAX that draw from many keys, as `vmap` over `split` does, or from one that all samples share."""

import importlib.util

import pytest

from .help import accused, ask, codes_of, long, needs_jax, passed

if importlib.util.find_spec("jax"):
    import jax
    import jax.numpy as jnp

pytestmark = needs_jax
ROLES = ("mean", "log_variance")


def of_keys(mu, logvar, key, scale=0.5):
    """Return a draw with a key for each sample."""
    drawn = jax.vmap(lambda key: jax.random.normal(key, mu.shape[1:]))(jax.random.split(key, len(mu)))
    return mu + jnp.exp(scale * logvar) * drawn


def of_samples(mu, logvar, key):
    """Return what a sampler of one sample draws, given to `vmap` as a whole."""
    return jax.vmap(lambda key, mu, logvar: mu + jnp.exp(logvar / 2) * jax.random.normal(key, mu.shape))(
        jax.random.split(key, len(mu)), mu, logvar
    )


def of_numbers(mu, logvar, key):
    """Return what a sampler of one number draws, with a key for each."""
    one = jax.vmap(jax.vmap(lambda key, mu, logvar: mu + jnp.exp(logvar / 2) * jax.random.normal(key)))
    return one(jax.random.split(key, mu.shape), mu, logvar)


@pytest.mark.parametrize("draw", [of_keys, long(of_samples), long(of_numbers)])
def test_draws_of_many_keys_are_one_draw(draw):
    key = jax.random.key(0)
    found = passed(ask(lambda mu, logvar: draw(mu, logvar, key), *ROLES, backend="jax", quantity="sampler"))
    assert "own-noise" in codes_of(found)


@pytest.mark.endurance
def test_a_wrong_one_is_named():
    key = jax.random.PRNGKey(0)

    def draw(mu, logvar):
        return of_keys(mu, logvar, key, scale=1)

    accused("var-as-std-in-reparam", ask(draw, *ROLES, backend="jax", quantity="sampler"))


@pytest.mark.endurance
def test_its_gradients_are_read_where_they_are_of_many_keys():
    key = jax.random.PRNGKey(0)

    def loss(x, recon, mu, logvar):
        z = of_samples(mu, logvar, key)
        divergence = 0.5 * (z**2 - (z - mu) ** 2 / jnp.exp(logvar) - logvar)
        return (0.5 * ((x - recon) ** 2).sum(1) + divergence.sum(1)).mean()

    assert "own-noise" in codes_of(passed(ask(loss, "x", "reconstruction", *ROLES, backend="jax")))


def test_a_key_that_all_samples_share_is_told():
    key = jax.random.PRNGKey(0)

    def draw(mu, logvar):
        return jax.vmap(lambda mu, logvar: mu + jnp.exp(logvar / 2) * jax.random.normal(key, mu.shape))(mu, logvar)

    found = accused("wrong-noise", ask(draw, *ROLES, backend="jax", quantity="sampler"))
    assert "all samples share their noise" in str(found)


@pytest.mark.endurance
def test_several_draws_of_a_sample_are_not_one():
    key = jax.random.PRNGKey(0)

    def draw(mu, logvar):
        def five(key, mu, logvar):
            return (mu + jnp.exp(logvar / 2) * jax.random.normal(key, (5, *mu.shape))).mean(0)

        return jax.vmap(five)(jax.random.split(key, len(mu)), mu, logvar)

    found = ask(draw, *ROLES, backend="jax", quantity="sampler")
    assert found.outcome == "undecided"
    assert "the same z in every call" in found.missing
    assert not [each for each in found.findings if each.severity == "error"]
