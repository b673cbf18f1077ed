"""What a loss is taken of, made to fit: data, encoder outputs, noise, and how the data are reduced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import reals
from ..densities import Normal
from ..errors import InputError, ShapeError, described
from ..witnesses.seeding import Seeds
from .likelihood import FloatArray, Likelihood

__all__ = ["Batch", "Noise", "Reduction"]

REDUCTIONS = ("none", "sum", "mean")
MOST_NUMBERS = 2**28  # two gigabytes
UNIT = 1e-9


@dataclass(frozen=True, slots=True)
class Reduction:
    """What becomes of the values of the data: nothing, their sum (times N/M), or their mean."""

    how: str
    dataset_size: int | None = None

    def __post_init__(self) -> None:
        if not (issubclass(type(self.how), str) and self.how in REDUCTIONS):
            remedy = "none keeps a value a datum; the latents and the pixels are always summed"
            raise InputError("reduction", self.how, f"one of {', '.join(REDUCTIONS)}", remedy)
        if self.dataset_size is None:
            return
        _require_whole("dataset_size", self.dataset_size, "the number of data that the minibatch was drawn from")
        if self.how != "sum":
            remedy = "pass reduction='sum': (N/M) Σ is unbiased for the sum over all N data (theorem minibatch)"
            raise InputError("dataset_size", self.dataset_size, f"left out with reduction={self.how!r}", remedy)

    def factor(self, data: int) -> float:
        """Return what each datum's value is multiplied by before they are added."""
        if self.dataset_size is not None:
            return self.dataset_size / data
        return 1 / data if self.how == "mean" else 1.0

    def of(self, values: FloatArray) -> Any:
        """Return the values of the data reduced."""
        return values if self.how == "none" else self.factor(len(values)) * np.sum(values)


@dataclass(frozen=True, slots=True)
class Noise:
    """How ε comes about: drawn (`samples`, `rng`), or given (`noise`, with `weights` that sum to 1)."""

    samples: int = 1
    noise: Any = None
    weights: Any = None
    rng: Any = None

    def draws(self, shape: tuple[int, int], pixels: int, single: bool) -> tuple[FloatArray, FloatArray]:
        """Return ε of shape (L, B, J) and the weight of each of its L rows."""
        _require_whole("samples", self.samples, "draws of z for each datum")
        epsilon = self._drawn(shape, pixels) if self.noise is None else self._given(shape, single)
        return epsilon, self._weights(len(epsilon))

    def _drawn(self, shape: tuple[int, int], pixels: int) -> FloatArray:
        if self.weights is not None:
            remedy = "pass the nodes of the rule as noise, too"
            raise InputError("weights", described("an array"), "given together with noise", remedy)
        if self.samples * shape[0] * max(shape[1], pixels) > MOST_NUMBERS:
            remedy = "take fewer at a time, and average the losses of several calls"
            numbers = f"at most {MOST_NUMBERS // (shape[0] * max(shape[1], pixels)):,} for data of this size"
            raise InputError("samples", self.samples, numbers, remedy)
        return np.random.default_rng(Seeds.of(self.rng).root).standard_normal((self.samples, *shape))

    def _given(self, shape: tuple[int, int], single: bool) -> FloatArray:
        given = reals("noise", self.noise).values
        expected = shape[1:] if single else shape
        if given.ndim != len(expected) + 1 or given.shape[1:] != expected:
            shown, wanted = described(f"an array of shape {given.shape}"), ", ".join(map(str, ("L", *expected)))
            raise ShapeError("noise", shown, f"of shape ({wanted})", "one draw of ε a row, for every datum and latent")
        if self.samples not in (1, len(given)):
            remedy = "leave samples out where noise is given"
            raise ShapeError("samples", self.samples, f"{len(given)}, the rows of noise", remedy)
        return given.reshape(len(given), *shape)

    def _weights(self, draws: int) -> FloatArray:
        if self.weights is None:
            return np.full(draws, 1 / draws)
        given = reals("weights", self.weights).values
        if given.shape != (draws,):
            shown = described(f"an array of shape {given.shape}")
            raise ShapeError("weights", shown, f"of shape ({draws},)", "one weight a row of noise")
        if (given == 0).any():
            raise InputError(
                "weights", described("weights with a 0 among them"), "not 0", "leave such rows of noise out"
            )
        if abs(given.sum() - 1) > UNIT:
            remedy = "divide by the sum; Gauss–Hermite weights for exp(−ε²/2) sum to √(2π)"
            raise InputError("weights", described(f"weights with the sum {given.sum():.9g}"), "summing to 1", remedy)
        return given


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Data of shape (B, D), encoders (B, J), noise (L, B, J), weights (L,); `single` without a batch axis."""

    x: FloatArray
    q: Normal
    likelihood: Likelihood
    epsilon: FloatArray
    weights: FloatArray
    reduction: Reduction
    single: bool

    @staticmethod
    def of(x: Any, q: Normal, likelihood: Likelihood, noise: Noise, reduction: Reduction) -> Batch:
        """Make everything fit, or say what does not."""
        data = likelihood.data(x)
        if data.ndim not in (1, 2):
            shown = described(f"an array of shape {data.shape}")
            raise ShapeError("x", shown, "of shape (B, D) or (D,)", "flatten images: x.reshape(len(x), -1)")
        single = data.ndim == 1
        wanted = "(J,)" if single else f"({len(data)}, J)"
        if len(q.shape) != data.ndim or q.shape[:-1] != data.shape[:-1]:
            shown = described(f"arrays that broadcast to shape {q.shape}")
            raise ShapeError("mu, sigma", shown, f"of shape {wanted}", "one row of J latents for each datum in x")
        data, q = np.atleast_2d(data), q.broadcast_to((1, *q.shape)) if single else q
        epsilon, weights = noise.draws((q.shape[0], q.shape[1]), data.shape[1], single)
        return Batch(data, q, likelihood, epsilon, weights, reduction, single)

    def latents(self) -> FloatArray:
        """Return z = μ + σ ⊙ ε, of shape (L, B, J)."""
        with np.errstate(all="ignore"):
            z = self.q.mu + self.q.scale.sigma_float() * self.epsilon
        if not np.isfinite(z).all():
            largest = float(np.max(self.q.scale.sigma_float()))
            remedy = "the encoder has diverged; for a standard deviation pass second='sigma'"
            raise InputError("sigma", described(f"scales up to {largest:.3g}"), "such that z is finite", remedy)
        return z


def _require_whole(name: str, given: Any, meaning: str) -> None:
    if type(given) is bool or not issubclass(type(given), int | np.integer) or given < 1:
        raise InputError(name, given, "a whole number ≥ 1", f"it is {meaning}")
