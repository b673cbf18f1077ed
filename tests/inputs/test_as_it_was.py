"""What a function keeps is afterwards what it was before: a step, a running mean, a layer's buffers, a cache."""

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import LossFunctionError
from tests.loss_hearing.help import needs_jax, needs_torch, passed

KL = ("mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def test_what_a_function_of_arrays_keeps():
    counts, steps, seen = np.zeros(3), [0], {}

    def loss(mu, logvar):
        counts[:] += 1
        steps[0] += 1
        seen[mu.shape] = mu.shape[-1]
        loss.last = mu
        return kl(mu, logvar)

    passed(verify_loss(loss, roles=KL, rng=0))
    assert (counts.tolist(), steps, seen, vars(loss)) == ([0, 0, 0], [0], {}, {})


def test_what_fails_gives_it_back_as_well():
    steps = [0]

    def loss(mu, logvar):
        steps[0] += 1
        raise ValueError("never")

    with pytest.raises(LossFunctionError):
        verify_loss(loss, roles=KL, rng=0)
    assert steps == [0]


@needs_torch
def test_what_a_module_keeps():
    import torch

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("average", torch.zeros(()))
            self.layers = torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.LazyLinear(3))
            self.table, self.steps, self.log = np.zeros(2), 0, []

        def loss(self, mu, logvar):
            found = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(-1).mean()
            self.average.mul_(0.99).add_(0.01 * found.detach())
            self.table += float(found)
            self.average = self.average.double()
            self.steps += 1
            self.log.append(float(found))
            if mu.shape[-1] == 3:
                self.layers[0].running_mean.data = self.layers[0].running_mean.double()
                self.layers[0](mu.to(self.layers[0].weight.dtype))
            return found

    model = Model()
    average, layer = model.average, model.layers[0]
    passed(verify_loss(model.loss, roles=KL, backend="torch", rng=0))
    assert model.average is average
    assert (average.item(), model.table.tolist(), model.steps, model.log) == (0, [0, 0], 0, [])
    assert layer.running_mean.tolist() == [0, 0, 0]
    assert layer.running_mean.dtype == torch.float32
    assert layer.num_batches_tracked.item() == 0
    assert layer.weight.tolist() == [1, 1, 1]


@needs_jax
def test_what_a_function_of_jax_keeps():
    import jax.numpy as jnp

    steps = np.zeros(1)

    def loss(mu, logvar):
        steps[0] += 1
        return 0.5 * (mu**2 + jnp.exp(logvar) - 1 - logvar).sum(-1)

    passed(verify_loss(loss, roles=KL, backend="jax", rng=0))
    assert steps.tolist() == [0]
