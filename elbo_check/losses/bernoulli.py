"""The Bernoulli decoder: p(x | z) = y^x (1 − y)^(1 − x) in each pixel, for data that are 0 or 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import reals
from ..errors import InputError
from .likelihood import FloatArray

__all__ = ["BernoulliDecoder"]

OUTPUTS = ("logits", "probabilities")
GREY = (
    "0 or 1: on grey values the cross-entropy x log y + (1 − x) log(1 − y) is no log-likelihood, because "
    "y^x (1 − y)^(1 − x) does not integrate to 1 over 0 ≤ x ≤ 1 (its normaliser is that of the continuous Bernoulli)"
)


@dataclass(frozen=True, slots=True)
class BernoulliDecoder:
    """Independent binary pixels; `outputs` says what the decoder gives: "logits" t, or "probabilities" y.

    −log p(x | z) = −Σ_d [x_d log y_d + (1 − x_d) log(1 − y_d)] with y = 1/(1 + exp(−t)), in nats: the binary
    cross-entropy, summed over the pixels. From logits it is Σ_d softplus((1 − 2x_d) t_d), which neither overflows nor
    saturates. From probabilities a pixel with y = x costs exactly 0, and one that y excludes costs +inf.

    Raises `InputError` for data that are not 0 or 1 (explaining why grey values will not do), for probabilities
    outside of [0, 1], and for another word in `outputs`.

    >>> import numpy as np
    >>> float(BernoulliDecoder("logits").log_likelihood(np.array([1.0, 0.0]), np.array([0.0, -800.0])))
    -0.6931471805599453
    >>> float(BernoulliDecoder("probabilities").log_likelihood(np.array([1.0, 0.0]), np.array([0.5, 0.0])))
    -0.6931471805599453

    Source: theorem `bernoulli-decoder`; Kingma and Welling (2014), Auto-Encoding Variational Bayes, appendix C.1;
    grey values: Loaiza-Ganem and Cunningham (2019), The continuous Bernoulli, NeurIPS 32.
    """

    outputs: str

    def __post_init__(self) -> None:
        if self.outputs not in OUTPUTS:
            remedy = "say what your decoder returns: values before a sigmoid are logits"
            raise InputError("outputs", self.outputs, f"one of {', '.join(OUTPUTS)}", remedy)

    def data(self, x: Any) -> FloatArray:
        """Return x as float64 numbers 0 and 1; arrays of booleans are taken as such."""
        values = reals("x", x.astype(np.float64) if getattr(x, "dtype", None) == np.bool_ else x).values
        grey = (values != 0) & (values != 1)
        if grey.any():
            remedy = "binarise the data, (x > 0.5).astype(float), or use a Gaussian decoder"
            raise InputError(_named("x", grey), _first(values, grey), GREY, remedy)
        return values

    def check_output(self, output: FloatArray) -> None:
        """Refuse probabilities outside of [0, 1]."""
        outside = (output < 0) | (output > 1)
        if self.outputs == "probabilities" and outside.any():
            remedy = "are these logits? then say BernoulliDecoder('logits')"
            raise InputError(_named("decoder(z)", outside), _first(output, outside), "a probability", remedy)

    def log_likelihood(self, x: FloatArray, output: FloatArray) -> FloatArray:
        """Return Σ_d log y_d where x_d = 1 and log(1 − y_d) where x_d = 0, nats."""
        with np.errstate(divide="ignore"):
            if self.outputs == "logits":
                terms = -np.logaddexp(0.0, (1 - 2 * x) * output)
            else:
                terms = np.where(x == 1, np.log(output), np.log1p(-output))
        return np.asarray(np.sum(terms, axis=-1))

    def output_gradient(self, x: FloatArray, output: FloatArray) -> FloatArray:
        """Return x − y by the logits, 1/y or −1/(1 − y) by the probabilities (infinite where y excludes x)."""
        if self.outputs == "logits":
            side = 2 * x - 1
            return np.asarray(side * np.exp(-np.logaddexp(0.0, side * output)))
        with np.errstate(divide="ignore"):
            return np.asarray(np.where(x == 1, 1 / output, -1 / (1 - output)))

    def own_gradient(self, x: FloatArray, output: FloatArray, weights: FloatArray) -> None:
        """Return None: this density has no parameter of its own."""


def _named(name: str, wrong: Any) -> str:
    """Name the first wrong entry by its place."""
    place = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    return f"{name}[{', '.join(str(int(i)) for i in place)}]" if place else name


def _first(values: FloatArray, wrong: Any) -> float:
    return float(values.reshape(-1)[int(np.argmax(wrong))])
