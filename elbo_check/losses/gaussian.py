"""The Gaussian decoder: p(x | z) = N(x; x̂(z), s²) in each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import reals
from ..densities import Normal, Scale
from ..densities.normal import normal_log_density_terms
from ..densities.world import numpy_world
from ..errors import ShapeError, described
from .likelihood import FloatArray
from .scales import slope_of_log, summed_to

__all__ = ["GaussianDecoder"]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class GaussianDecoder:
    """Pixels with independent Gaussian noise: the decoder's output is the mean x̂ of x.

    −log p(x | z) = (D/2) log 2πs² + ‖x − x̂‖²/(2s²), in nats: a squared error only up to the factor 1/(2s²) and the
    constant. `sigma` is s, a number, or one a pixel of shape (D,); `second` says what it holds ("sigma", "variance",
    "log_sigma" or "log_variance"), and it is never converted. Raises `InputError` for an s that is not positive.

    >>> import numpy as np
    >>> float(GaussianDecoder(sigma=0.5).log_likelihood(np.array([1.0, 0.0]), np.array([0.5, 0.0])))
    -0.9515827052894548

    Source: theorem `gaussian-decoder`; Kingma and Welling (2014), Auto-Encoding Variational Bayes, appendix C.2.
    """

    scale: Scale

    def __init__(self, sigma: Any, *, second: str = "sigma") -> None:
        scale = Normal(0.0, sigma, second=second).scale
        if scale.values.ndim > 1:
            shown = described(f"an array of shape {scale.values.shape}")
            raise ShapeError("sigma", shown, "a number, or of shape (D,)", "one scale, or one a pixel")
        object.__setattr__(self, "scale", scale)

    def data(self, x: Any) -> FloatArray:
        """Return x as float64 numbers; with one s a pixel, there must be as many pixels."""
        values, pixels = reals("x", x).values, self.scale.values.shape
        if pixels and values.shape[-1:] != pixels:
            shown = described(f"an array of shape {values.shape}")
            raise ShapeError("x", shown, f"of shape (…, {pixels[0]})", f"sigma holds {pixels[0]} scales, one a pixel")
        return values

    def check_output(self, output: FloatArray) -> None:
        """Let every mean pass."""

    def log_likelihood(self, x: FloatArray, output: FloatArray) -> FloatArray:
        """Return log N(x; output, s²) summed over the last axis, nats; −inf beyond the range of float64."""
        with np.errstate(over="ignore"):
            terms = normal_log_density_terms(self._residual(x, output), self._log_sigma(), numpy_world())
            return np.asarray(np.sum(terms[0] + terms[1] + terms[2], axis=-1))

    def output_gradient(self, x: FloatArray, output: FloatArray) -> FloatArray:
        """Return (x − x̂)/s²."""
        return np.asarray(self.scale.divide(self._residual(x, output)))

    def own_gradient(self, x: FloatArray, output: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the derivative by the number held: Σ weights (((x − x̂)/s)² − 1) ∂ log s, in the shape of `sigma`."""
        excess = weights[..., None] * (self._residual(x, output) ** 2 - 1) * slope_of_log(self.scale)
        return summed_to(self.scale.values.shape, excess)

    def _residual(self, x: FloatArray, output: FloatArray) -> FloatArray:
        return np.asarray(self.scale.divide(x - output))

    def _log_sigma(self) -> FloatArray:
        return np.asarray(self.scale.log_sigma(self.scale.values, numpy_world()))
