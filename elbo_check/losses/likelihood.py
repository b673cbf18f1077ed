"""What the loss asks of a decoder's density p(x | z); `bernoulli` and `gaussian` answer."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["FloatArray", "Likelihood"]

FloatArray = NDArray[np.float64]


class Likelihood(Protocol):
    """The density of x given the decoder's output; D pixels along the last axis, independent given z."""

    def data(self, x: Any) -> FloatArray:
        """Return x as float64 numbers, or raise `InputError` for what this density cannot have drawn."""
        ...

    def check_output(self, output: FloatArray) -> None:
        """Raise `InputError` for an output that is no parameter of this density."""
        ...

    def log_likelihood(self, x: FloatArray, output: FloatArray) -> FloatArray:
        """Return log p(x | z) in nats, summed over the last axis; x and output broadcast."""
        ...

    def output_gradient(self, x: FloatArray, output: FloatArray) -> FloatArray:
        """Return the derivative of log p(x | z) by each entry of the output."""
        ...

    def own_gradient(self, x: FloatArray, output: FloatArray, weights: FloatArray) -> FloatArray | None:
        """Return the derivative of Σ weights · log p(x | z) by this density's own parameter; None without one."""
        ...
