"""What a function keeps is afterwards what it was before: a step, a running mean, a layer's buffers, a cache."""

import functools
import warnings

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import LossFunctionError
from elbo_check.inputs.backends.numpy import saved_array
from tests.loss_hearing.help import needs_jax, needs_torch, passed

KL = ("mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


class Loss:
    """A loss that keeps a step, a list, a dict, an array and a number that is not there at first."""

    def __init__(self, is_right=True):
        self.counts, self.steps, self.log, self.seen, self.is_right = np.zeros(3), 0, [], {}, is_right

    def __call__(self, mu, logvar):
        self.counts[:] += 1
        self.steps += 1
        self.log.append(mu)
        self.seen[mu.shape] = self.last = mu
        if not self.is_right:
            raise ValueError("never")
        return kl(mu, logvar)

    def method(self, mu, logvar):
        return self(mu, logvar)

    def is_as_it_was(self):
        kept = (self.counts.tolist(), self.steps, self.log, self.seen, self.is_right)
        return kept == ([0, 0, 0], 0, [], {}, self.is_right) and not hasattr(self, "last")


@pytest.mark.unmeasured
@pytest.mark.parametrize("taken", [lambda loss: loss, lambda loss: loss.method, functools.partial])
def test_what_an_object_keeps(taken):
    loss = Loss()
    passed(verify_loss(taken(loss), roles=KL, rng=0))
    assert loss.is_as_it_was()


def test_what_fails_gives_it_back_as_well():
    loss = Loss(is_right=False)
    with pytest.raises(LossFunctionError):
        verify_loss(loss, roles=KL, rng=0)
    assert loss.is_as_it_was()


def test_what_is_written_down_elsewhere_is_left():
    shapes, prior, steps = [], np.zeros(1), 0

    def loss(mu, logvar):
        nonlocal steps
        steps += 1
        shapes.append(mu.shape)
        prior[0] = 0 * steps
        return kl(mu - prior, logvar)

    passed(verify_loss(loss, roles=KL, rng=0))
    assert len(shapes) == steps > 1


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


@pytest.mark.unmeasured
def test_what_the_objects_of_an_object_keep():
    class Trainer:
        def __init__(self):
            self.model, self.settings, self.nested = Loss(), {"a": {"n": 0}}, [[0]]

        def loss(self, mu, logvar):
            self.settings["a"]["n"] += 1
            self.nested[0][0] += 1
            return self.model(mu, logvar)

    trainer, model = Trainer(), Loss()
    passed(verify_loss(trainer.loss, roles=KL, rng=0))
    assert (trainer.settings, trainer.nested, trainer.model.is_as_it_was()) == ({"a": {"n": 0}}, [[0]], True)
    passed(verify_loss(lambda mu, logvar: 1.0 * model(mu, logvar), roles=KL, rng=0))
    assert model.is_as_it_was()


def test_a_file_that_is_mapped_into_memory_is_what_it_was(tmp_path):
    mapped = np.memmap(tmp_path / "numbers", dtype=float, mode="w+", shape=(3,))

    def loss(mu, logvar):
        mapped[0] += 1
        return kl(mu, logvar)

    passed(verify_loss(loss, roles=KL, rng=0))
    assert mapped.tolist() == [0, 0, 0]


@needs_torch
def test_tensors_of_any_kind_are_kept_and_none_stops_a_verdict():
    import torch

    expanded = torch.ones(1).expand(5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are said to be a prototype
        nested = torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])
    sparse = torch.eye(2).to_sparse()

    def loss(mu, logvar):
        sparse.mul_(2)
        expanded.data[:1].fill_(float(nested.dim()))
        return -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(-1)

    passed(verify_loss(loss, roles=KL, backend="torch", rng=0))
    assert sparse.to_dense().tolist() == [[1, 0], [0, 1]]


def test_what_has_not_changed_is_not_written():
    array = np.zeros(3)
    give_back = saved_array(array)
    array.flags.writeable = False
    give_back()
    array.flags.writeable = True
    array[0] = np.nan
    array.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        give_back()


@needs_torch
def test_layers_keep_their_mode_and_what_is_trained_of_them():
    import torch

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout(0.5))

        def forward(self, mu, logvar):
            self.eval()
            self.layers[0].requires_grad_(False)
            return -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(-1)

    model = Model()
    passed(verify_loss(model, roles=KL, backend="torch", rng=0))
    assert all(layer.training for layer in model.modules())
    assert all(parameter.requires_grad for parameter in model.parameters())
