"""The stochastic phase: minibatches, reparameterised gradients of `vae_loss`, and Adam."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..losses import GaussianDecoder, vae_loss, vae_loss_gradient
from .linear_vae import Data, LinearVAE

__all__ = ["Adam", "batches", "estimate", "gradient"]

FloatArray = NDArray[np.float64]

BATCH = 100
DRAWS = 8
NAMES = tuple(field.name for field in fields(LinearVAE))


def gradient(model: LinearVAE, x: FloatArray, **noise: Any) -> LinearVAE:
    """Return the reparameterised gradient of the mean loss of a batch, by every parameter of the model.

    The encoder's mean V(x − b) goes on to V and b by the chain rule.
    """
    centred = x - model.b

    def vjp(z: FloatArray, g: FloatArray) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
        return g @ model.W, (np.einsum("lbd,lbj->dj", g, z), g.sum(axis=(0, 1)))

    options = {**_options(model), **noise, "reduction": "mean"}
    found = vae_loss_gradient(x, _decoder(model), vjp, centred @ model.V.T, model.log_D, **options)
    by_W, by_b = found.decoder
    by_s2 = np.asarray(found.likelihood)
    return LinearVAE(by_W, by_b - found.mu.sum(axis=0) @ model.V, by_s2, found.mu.T @ centred, found.sigma)


def estimate(model: LinearVAE, data: Data, rng: np.random.Generator) -> tuple[float, float]:
    """Return the average ELBO of all data from eight draws each, and its standard error, in nats per datum.

    The data are not drawn: the error is that of ε alone, from the spread of each datum's eight values.
    """
    encoded = ((data.x - model.b) @ model.V.T, model.log_D)
    draws = [
        -vae_loss(data.x, _decoder(model), *encoded, **_options(model), rng=rng).negative_elbo for _ in range(DRAWS)
    ]
    values = np.array(draws)
    variance = float(values.var(axis=0, ddof=1).mean()) / (DRAWS * len(data.x))
    return float(values.mean()), math.sqrt(variance)


def batches(size: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Yield the indices of an epoch's minibatches, each datum in one of them."""
    order = rng.permutation(size)
    yield from np.array_split(order, math.ceil(size / BATCH))


class Adam:
    """Kingma and Ba (2015), Adam, algorithm 1; its rate falls along half a cosine to zero after `steps` steps."""

    def __init__(self, steps: int, rate: float = 0.02) -> None:
        self._steps = steps
        self._rate = rate
        self._taken = 0
        self._mean: dict[str, FloatArray] = {}
        self._square: dict[str, FloatArray] = {}

    def stepped(self, model: LinearVAE, gradient: LinearVAE) -> LinearVAE:
        """Return the model one step down the gradient."""
        rate = self._rate * 0.5 * (1 + math.cos(math.pi * self._taken / self._steps))
        self._taken += 1
        moved = {}
        for name in NAMES:
            slope = getattr(gradient, name)
            mean = self._mean[name] = 0.9 * self._mean.get(name, 0.0) + 0.1 * slope
            square = self._square[name] = 0.999 * self._square.get(name, 0.0) + 0.001 * slope**2
            direction = mean / (1 - 0.9**self._taken) / (np.sqrt(square / (1 - 0.999**self._taken)) + 1e-8)
            moved[name] = np.asarray(getattr(model, name) - rate * direction)
        return LinearVAE(**moved)


def _decoder(model: LinearVAE) -> Any:
    return lambda z: z @ model.W.T + model.b


def _options(model: LinearVAE) -> dict[str, Any]:
    """Say what the second parameters hold: log-variances, in the encoder as in the decoder."""
    return {"likelihood": GaussianDecoder(model.log_s2, second="log_variance"), "second": "log_variance"}
