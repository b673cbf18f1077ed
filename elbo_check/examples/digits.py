"""A linear VAE learns the handwritten digits, and at every epoch its bound is verified.

First by the loss that practitioners minimise: minibatches, reparameterised gradients, Adam. Then on the exact ELBO, by
coordinate ascent. The model is probabilistic PCA, so log p(x) of the current parameters is known, and so is the best
that any parameters reach.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from ..hearing.elements import Progress, silent
from ..verdict import Outcome, Verdict
from ..version import __version__
from ..witnesses.seeding import Seeds
from . import digits_data
from .conclusion import concluded
from .enclosure import enclosed_optimum
from .evaluation import Epoch, evaluated
from .linear_vae import Data, LinearVAE, ascended
from .stochastic import BATCH, Adam, batches, gradient

__all__ = ["Epoch", "Training", "run"]

LATENTS = 8
EPOCHS = 30
ASCENTS = 15
NAME = "1,797 handwritten digits of 8 × 8 pixels (Alpaydin and Kaynak 1998, UCI, CC BY 4.0)"


@dataclass(frozen=True, slots=True)
class Training:
    """The whole run: a row an epoch (the first is the start), the optimum, and the verdict on all."""

    version: str
    data: str
    latents: int
    optimum: float
    epochs: tuple[Epoch, ...]
    verdict: Verdict

    @property
    def outcome(self) -> Outcome:
        """That of the verdict."""
        return self.verdict.outcome


def run(*, seed: Any = 0, epochs: int = EPOCHS, ascents: int = ASCENTS, progress: Progress = silent) -> Training:
    """Train on the digits and verify ELBO ≤ log p(x) ≤ optimum and gap = KL(q ‖ posterior) at every epoch.

    Args:
        seed: of the start, the minibatches and the noise; a whole number or a numpy.random generator (SPEC 7).
        epochs: passes over the data in the stochastic phase.
        ascents: epochs of the deterministic phase; the k-th has 2^(k−1) sweeps.
        progress: called as progress(stage, done, total).

    Returns:
        A `Training`. Its verdict is PROVED if every epoch's claims are enclosed by balls and the last ELBO is within
        1e-3 nats per datum of the pPCA optimum; REFUTED if one of them is false.

    Raises:
        InputError: for a number of epochs that is none, or a seed that is none.

    >>> training = run(epochs=1, ascents=0)
    >>> [epoch.phase for epoch in training.epochs], str(training.outcome)
    (['start', 'sampled'], 'refuted')

    Source: Lucas, Tucker, Grosse and Norouzi (2019), Don't blame the ELBO!, NeurIPS 32; Tipping and Bishop (1999).
    """
    for name, given in (("epochs", epochs), ("ascents", ascents)):
        if type(given) is not int or given < 0:
            raise InputError(name, given, "a whole number ≥ 0", f"{EPOCHS} and {ASCENTS} are enough for the digits")
    started, seeds = time.perf_counter(), Seeds.of(seed)
    children = seeds.children()
    learning, sampling = (np.random.default_rng(next(children)) for _ in range(2))
    data = Data.of(digits_data.counts(), digits_data.GREATEST)
    optimum = enclosed_optimum(data, LATENTS)
    judged = []
    for number, (phase, steps, model) in enumerate(_phases(data, learning, epochs, ascents)):
        progress("epochs", number, epochs + ascents + 1)
        judged.append(evaluated((number, phase, steps), model, data, optimum, sampling))
    progress("theorems", 0, 0)
    record = {"data": NAME, "seed": seeds.record, "epochs": epochs, "ascents": ascents, "digits": 30}
    verdict = concluded(judged, optimum, record | {"seconds": time.perf_counter() - started})
    return Training(__version__, NAME, LATENTS, float(optimum), tuple(each.epoch for each in judged), verdict)


def _phases(data: Data, rng: np.random.Generator, epochs: int, ascents: int) -> Iterator[tuple[str, int, LinearVAE]]:
    """Yield (phase, steps, model) after every epoch, and the start."""
    size, pixels = data.x.shape
    model = LinearVAE.start(pixels, LATENTS, rng)
    yield "start", 0, model
    each = math.ceil(size / BATCH)
    adam = Adam(epochs * each)
    for _ in range(epochs):
        for chosen in batches(size, rng):
            model = adam.stepped(model, gradient(model, data.x[chosen], rng=rng))
        yield "sampled", each, model
    for k in range(ascents):
        model = ascended(model, data, 2**k)
        yield "exact", 2**k, model
