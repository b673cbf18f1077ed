"""Functions of wide complex balls by the mean value form: f(z) ∈ f(m) + f′(ball) (z − m) for the middle m of a ball.

log-densities are sums of large terms that nearly cancel: along u, a million throws of a coin give 10⁶ log θ and
10⁶ log(1 − θ), of which the sum moves by 1 where each moves by a thousand. A ball does not know that; the slopes at
its points cancel before they are multiplied by its width. f′(ball) holds the average of f′ along any chord, since the
ball of an `acb` is a rectangle, and so convex; where f is analytic on the ball, this average is (f(z) − f(m))/(z − m).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..densities.world import World, analytic_world

__all__ = ["Sloped", "by_mean_value", "sloped_world"]


class Sloped:
    """A complex ball that carries its derivative with respect to one number."""

    __slots__ = ("slope", "value")
    __array_ufunc__ = None  # NumPy leaves number * Sloped to the Sloped

    def __init__(self, value: Any, slope: Any) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Any) -> Sloped:
        if isinstance(other, Sloped):
            return Sloped(self.value + other.value, self.slope + other.slope)
        return Sloped(self.value + other, self.slope)

    def __neg__(self) -> Sloped:
        return Sloped(-self.value, -self.slope)

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Sloped:
        if isinstance(other, Sloped):
            return Sloped(self.value * other.value, self.slope * other.value + self.value * other.slope)
        return Sloped(self.value * other, self.slope * other)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Sloped):
            return self * (1 / other)
        return Sloped(self.value / other, self.slope / other)  # a third of a whole number is no float

    def __rtruediv__(self, other: Any) -> Any:
        inverse = 1 / self.value
        return other * Sloped(inverse, -inverse * inverse * self.slope)

    def __pow__(self, power: int) -> Sloped:
        return Sloped(self.value**power, power * self.value ** (power - 1) * self.slope)


def sloped_world(analytic: bool) -> World:
    """Return complex balls that carry a derivative; those that carry none, and real ones, stay as they are."""
    plain = analytic_world(analytic)

    def function(of: Callable[[Any], Any], slope: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
        def differentiated(x: Any) -> Any:
            if not isinstance(x, Sloped):
                return of(x)
            value = of(x.value)
            return Sloped(value, slope(x.value, value) * x.slope)

        return differentiated

    return replace(
        plain,
        name="sloped complex balls",
        log=function(plain.log, lambda x, _: 1 / x),
        exp=function(plain.exp, lambda _, value: value),
        sqrt=function(plain.sqrt, lambda _, value: 1 / (2 * value)),
        log1p=function(plain.log1p, lambda x, _: 1 / (1 + x)),
        softplus=function(plain.softplus, lambda x, _: 1 / (1 + (-x).exp())),
    )


def by_mean_value(functions: Callable[[Any, World], tuple[Any, ...]], ball: Any, analytic: bool) -> tuple[Any, ...]:
    """Enclose every function on the ball; nan where one is not analytic there, if it must be.

    >>> import flint
    >>> parabola = lambda z, world: (1000 * z - 500 * z * z,)
    >>> ball = flint.acb(flint.arb(1, 0.1))
    >>> [f"{float(answer.real.rad()):.0f}" for answer in (*parabola(ball, None), *by_mean_value(parabola, ball, True))]
    ['205', '10']
    """
    import flint

    middle = flint.acb(ball.real.mid(), ball.imag.mid())
    at_middle = functions(middle, analytic_world(analytic))
    around = functions(Sloped(ball, flint.acb(1)), sloped_world(analytic))
    answers = []
    for exact, wide in zip(at_middle, around, strict=True):
        if not isinstance(wide, Sloped):  # a constant
            answers.append(exact)
        elif wide.value.is_finite():  # a slope may be finite where the value jumps across its cut
            answers.append(exact + wide.slope * (ball - middle))
        else:
            answers.append(wide.value)
    return tuple(answers)
