"""What has no value where it is read, and how certain that is."""

from __future__ import annotations

from ..errors import WitnessError

__all__ = ["DivergenceError", "DivisionByZeroError", "LogOfZeroError", "NoValueError", "UndefinedError"]


class UndefinedError(WitnessError):
    """What was read is not defined there; some convention may still give it a value, as it gives 0 to 0·log 0."""


class NoValueError(UndefinedError):
    """What was read has no value by any convention: the logarithm of a negative number, the third of two draws."""


class DivergenceError(UndefinedError):
    """An expectation diverges; where its integrand is not negative, it may be said to be +∞."""


class LogOfZeroError(UndefinedError):
    """The logarithm of what is 0 whatever the densities are; some would say that it is −∞."""


class DivisionByZeroError(UndefinedError):
    """Something was divided by 0: not even 0 times it has a meaning."""
