"""Functions of JAX arrays that keep something from call to call are judged as they stand, and left whole."""

import argparse
import functools
import queue
import types
from collections import UserDict

import pytest

from tests.loss_hearing.help import accused, ask, needs_jax, passed

pytestmark = needs_jax
jax = pytest.importorskip("jax", reason="jax is not installed")
jnp = jax.numpy

ROLES = ("mean", "log_variance")


class Sampled:
    """A KL of one draw, by a key of its own that is split at every call."""

    def __init__(self, weight=1.0):
        self.key, self.weight = jax.random.PRNGKey(0), weight

    def __call__(self, mu, logvar):
        self.key, key = jax.random.split(self.key)
        z = mu + jnp.exp(0.5 * logvar) * jax.random.normal(key, mu.shape)
        log_q = -0.5 * logvar - 0.5 * (z - mu) ** 2 / jnp.exp(logvar)
        return jnp.mean(jnp.sum(log_q + 0.5 * self.weight * z**2, axis=-1))


@functools.lru_cache
def prior(latents):
    return jnp.zeros(latents), jnp.zeros(latents)


def to_prior(mu, logvar):
    mean, log_variance = prior(mu.shape[-1])
    ratio = (jnp.exp(logvar) + (mu - mean) ** 2) / jnp.exp(log_variance)
    return 0.5 * jnp.sum(log_variance - logvar + ratio - 1, axis=-1)


@pytest.mark.endurance
def test_a_key_of_its_own_is_a_draw() -> None:
    fn = Sampled()
    assert passed(ask(fn, *ROLES, backend="jax")).finding("own-noise")
    assert jnp.isfinite(fn(jnp.ones((2, 3)), jnp.ones((2, 3))))
    assert ask(Sampled(2.0), *ROLES, backend="jax").outcome == "refuted"


@pytest.mark.endurance
@pytest.mark.filterwarnings("ignore:Explicitly requested dtype float64")  # kept of a call in float64
def test_a_cache_is_no_mistake_and_hides_none() -> None:
    passed(ask(to_prior, *ROLES, backend="jax"))
    assert jnp.isfinite(to_prior(jnp.ones((2, 3)), jnp.ones((2, 3)))).all()
    accused("mean-over-latent", ask(lambda mu, logvar: to_prior(mu, logvar) / mu.shape[-1], *ROLES, backend="jax"))
    cut = ask(lambda mu, logvar: to_prior(jax.lax.stop_gradient(mu), logvar), *ROLES, backend="jax")
    accused("detached-sample", cut)


def put_and_taken(box):
    return box.get, box.put


def looked_up(box):
    return lambda: box["average"], lambda average: box.update(average=average)


def of_attributes(box):
    return lambda: box.average, lambda average: setattr(box, "average", average)


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("held", "box"),
    [
        (put_and_taken, queue.Queue()),
        (looked_up, UserDict(average=0.0)),
        (of_attributes, types.SimpleNamespace(average=0.0)),
        (of_attributes, argparse.Namespace(average=0.0)),
    ],
)
def test_an_average_in_a_container_of_pythons_own_is_left_whole(held, box) -> None:
    read, write = held(box)
    write(jnp.zeros(()))

    def loss(mu, logvar):
        kl = -0.5 * jnp.sum(1 + logvar - mu**2 - jnp.exp(logvar), axis=-1)
        write(0.9 * read() + 0.1 * kl.mean())
        return kl

    passed(ask(loss, *ROLES, backend="jax"))
    assert jnp.isfinite(read())


@pytest.mark.endurance
def test_an_average_that_is_logged_is_no_mistake() -> None:
    class Logging:
        average = 0.0

        def __call__(self, mu, logvar):
            kl = 0.5 * (mu**2 + jnp.exp(logvar) - 1 - logvar).sum(-1)
            self.average = 0.9 * self.average + 0.1 * kl.mean()
            return kl

    fn = Logging()
    passed(ask(fn, *ROLES, backend="jax"))
    assert jnp.isfinite(fn.average)
