"""Small data and models on which everything can be computed by brute force."""

import numpy as np

from elbo_check.examples.linear_vae import Data, LinearVAE

RNG = np.random.default_rng(1999)
COUNTS = RNG.integers(0, 17, size=(9, 4))
DATA = Data.of(COUNTS, 16)


def model(rng=RNG, pixels=4, latents=2):
    """Return a model far from every optimum."""
    W, V = rng.normal(size=(pixels, latents)), rng.normal(size=(latents, pixels))
    return LinearVAE(W, rng.normal(size=pixels), np.array(rng.normal()), V, rng.normal(size=latents))


MODELS = [model(np.random.default_rng(seed)) for seed in range(5)]
RULE = np.sqrt(2) * np.array(
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
)  # exact for quadratics in two dimensions


def rule(batch):
    """Return the rule as noise for a batch, and its weights."""
    return {"noise": np.repeat(RULE[:, None], batch, axis=1), "weights": np.full(4, 0.25)}
