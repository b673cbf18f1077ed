"""What every density of a latent variable shares: numbers of any world, and the doors that let users' numbers in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..arrays import reals
from ..errors import InputError, ShapeError, described
from .world import World

__all__ = ["Numbers", "centred_cumulant", "cumulant_of", "log_gamma_draws", "positive", "positive_vector", "real"]

EPSILON = 2.0**-52
ROUNDING = 16 * EPSILON


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

    def with_parameters(self, numbers: Sequence[Any], world: World) -> Any:  # noqa: ARG002 - others need the world
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


def centred_cumulant(q: Any, coefficients: tuple[Any, ...], s: float, world: World) -> float:
    """Return an upper bound on K(s) = log E_q exp(s Y), Y = c·t(z) − E_q c·t(z), +inf where it does not exist.

    K(s) = A(η + s c) − A(η) − s c·∇A(η) for a density of an exponential family with statistics t, natural parameters
    η and log-partition A. K'(0) = 0: the cumulant does not contain the mean. What the subtraction may lose is added.
    """
    return cumulant_of(q, coefficients, world)(s)


def cumulant_of(q: Any, coefficients: tuple[Any, ...], world: World) -> Callable[[float], float]:
    """Return s ↦ `centred_cumulant`, which computes once what does not depend on s."""
    natural, means = q.natural(), tuple(q.moments(world))
    with np.errstate(all="ignore"):
        start = float(q.log_partition(natural, world))
        slopes = [float(c * mean) for c, mean in zip(coefficients, means, strict=True)]

    def cumulant(s: float) -> float:
        shifted = tuple(eta + s * c for eta, c in zip(natural, coefficients, strict=True))
        with np.errstate(all="ignore"):
            end, lines = float(q.log_partition(shifted, world)), [s * slope for slope in slopes]
            bound = end - start - sum(lines) + ROUNDING * (abs(end) + abs(start) + sum(map(abs, lines)))
        return bound if np.isfinite(bound) else np.inf

    return cumulant
