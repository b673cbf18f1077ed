"""What every density of a latent variable shares: numbers of any world, and the doors that let users' numbers in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..arrays import reals
from ..errors import InputError, ShapeError, described
from .world import World, ball_world

__all__ = ["Numbers", "cumulant_of", "log_gamma_draws", "positive", "positive_vector", "real"]

BITS = 256


class Numbers:
    """A density whose parameters are numbers of one world: users' float64 numbers, balls, or symbols."""

    __slots__ = ()

    @classmethod
    def of(cls, *numbers: Any) -> Self:
        """Make the density from numbers of any world, unchecked: the constructor checks what users pass."""
        made = object.__new__(cls)
        made._hold(*numbers)
        return made

    def read(self, world: World) -> Self:
        """Return the same density with its float64 numbers read, exactly, in another world."""
        return self.of(*(world.exact(getattr(self, field.name)) for field in fields(self)))  # type: ignore[arg-type]

    @property
    def parameters(self) -> dict[str, float]:
        """The numbers that describe the density, by name: what a gradient is taken with respect to."""
        held = ((field.name, getattr(self, field.name)) for field in fields(self))  # type: ignore[arg-type]
        return {key: float(number) for name, value in held for key, number in _named(name, value)}

    def with_parameters(self, numbers: Sequence[Any], world: World) -> Any:
        """Return a density of the same kind with other numbers, of any world, in the order of `parameters`."""
        left = iter(numbers)
        held = (getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]
        return self.of(*(tuple(next(left) for _ in part) if isinstance(part, tuple) else next(left) for part in held))

    def _hold(self, *numbers: Any) -> None:
        for field, number in zip(fields(self), numbers, strict=True):  # type: ignore[arg-type]
            object.__setattr__(self, field.name, number)


def _named(name: str, held: Any) -> list[tuple[str, Any]]:
    return [(f"{name}[{k}]", part) for k, part in enumerate(held)] if isinstance(held, tuple) else [(name, held)]


def real(argument: str, given: Any) -> float:
    """Return `given` as one float64 number; raises `InputError` for anything else."""
    values = reals(argument, given).values
    if values.shape != ():
        shown = described(f"an array of shape {values.shape}")
        raise ShapeError(argument, shown, "one number", "pass one density at a time")
    return float(values)


def positive(argument: str, given: Any) -> float:
    """Return `given` as a positive float64 number; raises `InputError` for anything else."""
    number = real(argument, given)
    if not number > 0:
        raise InputError(argument, number, "> 0", "a density with this parameter has no finite mass: it is improper")
    return number


def positive_vector(argument: str, given: Any, *, least: int = 1) -> tuple[float, ...]:
    """Return `given` as a vector of positive float64 numbers; raises `InputError` for anything else."""
    values = reals(argument, given).values
    if values.ndim != 1 or len(values) < least:
        shown, expected = described(f"an array of shape {values.shape}"), f"a vector of {least} or more numbers"
        raise ShapeError(argument, shown, expected, "pass one density at a time")
    return tuple(positive(argument, number) for number in values)


def log_gamma_draws(generator: np.random.Generator, shape: float, count: int) -> NDArray[np.float64]:
    """Draw logarithms of gamma numbers: with G of shape a + 1 and U uniform, G·U^(1/a) has shape a.

    Drawn directly, numbers of a small shape underflow to 0, and their logarithm is lost.
    """
    return np.log(generator.standard_gamma(shape + 1, count)) - generator.standard_exponential(count) / shape


def cumulant_of(q: Any, coefficients: tuple[float, ...]) -> Callable[[float], float]:
    """Return s ↦ an upper bound on K(s) = log E_q exp(s Y), Y = c·t(z) − E_q c·t(z), +inf where it does not exist.

    K(s) = A(η + s c) − A(η) − s c·∇A(η) for a density (of floats) of an exponential family with statistics t, natural
    parameters η and log-partition A. K'(0) = 0: the cumulant does not contain the mean. It is computed in balls: with
    floats the subtraction may lose more than its own size tells.
    """
    import flint

    world = ball_world()
    with flint.ctx.workprec(BITS):
        exact, factors = q.read(world), [world.exact(c) for c in coefficients]
        natural = exact.natural()
        start = exact.log_partition(natural, world)
        slope = sum(c * mean for c, mean in zip(factors, exact.moments(world), strict=True))

    def cumulant(s: float) -> float:
        with flint.ctx.workprec(BITS):
            step = world.exact(s)
            shifted = tuple(eta + step * c for eta, c in zip(natural, factors, strict=True))
            return _upper(exact.log_partition(shifted, world) - start - step * slope)

    return cumulant


def _upper(ball: Any) -> float:
    """Return a float above a ball (the nearest one may lie below), +inf where it is not finite."""
    return math.nextafter(float(ball.upper()), math.inf) if ball.is_finite() else math.inf
