"""Numbers that carry their derivatives: a formula read in this world is differentiated as it is evaluated.

Nothing is approximated: every operation applies the chain rule (forward differentiation). A density whose parameters
are such numbers gives the score, ∂ log q(z); a point made from them carries the derivatives of a reparameterised draw.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .world import World, numpy_world

__all__ = ["Dual", "dual_world", "slopes_of", "value_of", "with_slopes"]


class Dual:
    """A float64 number or array, and its derivatives with respect to each of the parameters along a first axis.

    The slopes need not be spread out to the shape of the values: they broadcast with it.

    >>> x = Dual(np.float64(3.0), np.array([1.0]))
    >>> (x * x).slopes
    array([6.])
    """

    __slots__ = ("slopes", "value")
    __array_ufunc__ = None  # NumPy leaves array * Dual to the Dual

    def __init__(self, value: Any, slopes: NDArray[np.float64]) -> None:
        self.value, self.slopes = value, slopes

    def times(self, value: Any, factor: Any) -> Dual:
        """Return the number `value` whose derivatives are `factor` times these."""
        return Dual(value, self.lifted(np.ndim(factor)) * factor)

    def lifted(self, axes: int) -> NDArray[np.float64]:
        """Return the slopes with room for as many axes of values."""
        count, *shape = self.slopes.shape
        return self.slopes.reshape(count, *(1,) * (axes - len(shape)), *shape)

    def __add__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value + other, self.slopes)
        axes = max(np.ndim(self.value), np.ndim(other.value))
        return Dual(self.value + other.value, self.lifted(axes) + other.lifted(axes))

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slopes)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return self.times(self.value * other, other)
        product = self.value * other.value
        axes = np.ndim(product)
        return Dual(product, self.lifted(axes) * other.value + other.lifted(axes) * self.value)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Any:
        return self * (1 / other)

    def __rtruediv__(self, other: Any) -> Any:
        inverse = 1 / self.value
        return other * self.times(inverse, -inverse * inverse)

    def __float__(self) -> float:
        return float(self.value)


def value_of(number: Any) -> Any:
    """Return the number without its derivatives; an array of duals becomes an array of floats."""
    if isinstance(number, np.ndarray) and number.dtype == object:
        return value_of(_gathered(number))
    return number.value if isinstance(number, Dual) else number


def slopes_of(number: Any, count: int) -> Any:
    """Return the derivatives with respect to `count` parameters: zeros for a number that does not depend on them."""
    if isinstance(number, np.ndarray) and number.dtype == object:
        return slopes_of(_gathered(number), count)
    return number.lifted(np.ndim(number.value)) if isinstance(number, Dual) else np.zeros((count, *np.shape(number)))


def _gathered(numbers: Any) -> Dual:
    """Return one dual for an array of duals, most of which stand there many times over (a table that was indexed)."""
    places = {id(number): number for number in numbers.flat}
    keys, index = np.unique(np.fromiter(map(id, numbers.flat), np.intp, numbers.size), return_inverse=True)
    table = [places[key] for key in keys.tolist()]
    values, slopes = np.array([float(dual) for dual in table]), np.array([dual.slopes for dual in table]).T
    return Dual(values[index].reshape(numbers.shape), slopes[:, index].reshape(-1, *numbers.shape))


def with_slopes(density: Any) -> Any:
    """Return the density with its `parameters` as duals, each with slope 1 to itself.

    >>> from elbo_check.densities.beta import Beta
    >>> with_slopes(Beta(2.0, 3.0)).beta.slopes
    array([0., 1.])
    """
    numbers = list(density.parameters.values())
    rows = np.eye(len(numbers))
    duals = [Dual(np.float64(number), row) for number, row in zip(numbers, rows, strict=True)]
    return density.with_parameters(duals, dual_world())


@functools.cache
def dual_world() -> World:
    """Return float64 numbers and arrays that carry their derivatives; plain ones stay plain."""
    plain = numpy_world()

    def function(name: str, slope: Any) -> Any:
        """Return the function of this name of NumPy's world, with its slope from (x, value)."""
        of: Any = getattr(plain, name)

        def differentiated(x: Any) -> Any:
            if not isinstance(x, Dual):
                return of(x)
            value = of(x.value)
            return x.times(value, slope(x.value, value))

        return differentiated

    return replace(
        plain,
        name="duals",
        log=function("log", lambda x, _: 1 / x),
        exp=function("exp", lambda _, value: value),
        sqrt=function("sqrt", lambda _, value: 0.5 / value),
        log_gamma=function("log_gamma", lambda x, _: plain.digamma(x)),
        digamma=function("digamma", _trigamma),
        softplus=function("softplus", lambda x, value: np.exp(x - value)),
        log1p=function("log1p", lambda x, _: 1 / (1 + x)),
    )


def _trigamma(x: Any, _value: Any) -> Any:
    import scipy.special  # half a second: only who needs it waits for it

    return scipy.special.polygamma(1, x)
