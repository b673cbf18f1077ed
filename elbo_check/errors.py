"""Every exception of the package. A message is a letter to a puzzled colleague: the value, what was
expected, and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .verdict import Verdict

__all__ = [
    "DerivationError",
    "ElboCheckError",
    "FileFormatError",
    "InputError",
    "LossFunctionError",
    "RefutedError",
    "ShapeError",
    "TimeLimitError",
    "UndecidedError",
    "WitnessError",
]

_LONGEST_VALUE = 80


class ElboCheckError(Exception):
    """The base of everything this package raises on purpose."""


class InputError(ElboCheckError, ValueError):
    """An argument cannot be what it is; says which, what it was, what was expected and what to do."""

    def __init__(self, argument: str, value: object, expectation: str, remedy: str) -> None:
        self.argument = argument
        self.value = value
        self.expectation = expectation
        self.remedy = remedy
        super().__init__(f"{argument}={_shown(value)} must be {expectation}; {remedy}")


class ShapeError(InputError):
    """Arrays whose shapes do not fit together, or a claim whose shape has more than one meaning."""


class FileFormatError(InputError):
    """A file that cannot be read as what it is said to be."""


class LossFunctionError(ElboCheckError):
    """A user's function cannot be asked: it fails, or what it does cannot be read as numbers.

    `kind` is raises, not-finite, not-a-number, no-output, shape, mutates, random, draws, too-slow, device or
    no-gradient.
    """

    def __init__(self, kind: str, happened: str, remedy: str) -> None:
        self.kind = kind
        self.happened = happened
        self.remedy = remedy
        super().__init__(f"{happened}; {remedy}")


class WitnessError(ElboCheckError):
    """A witness refuses to answer; the verdict then says what is missing instead of guessing."""


class TimeLimitError(ElboCheckError):
    """The time that was given for a piece of work is over."""


class DerivationError(ElboCheckError):
    """A derivation that is ill-typed or disconnected, so that it cannot even be false."""


class UndecidedError(ElboCheckError):
    """A verdict that is neither for nor against was asked for a yes or a no."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(f"undecided: {verdict.missing}")


class RefutedError(ElboCheckError, AssertionError):
    """A claim that `Verdict.require` was asked to stand by is refuted; the message is the whole story."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(str(verdict))


def _shown(value: object) -> str:
    """Show a value on one line, cut where it would drown the message."""
    if issubclass(type(value), _Verbatim):
        return str(value)
    try:
        text = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001 - a foreign object may raise anything, and an int of 5,000 digits does
        return f"a value of type {type(value).__name__} that cannot be printed"
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


class _Verbatim(str):
    """A description that stands in for a value (a shape, a type) and is shown without quotes."""

    __slots__ = ()


def described(text: str) -> object:
    """Mark `text` as a description of a value too large or too odd to show.

    >>> str(ShapeError("claim", described("an array of shape (3,)"), "of shape (2,)", "reshape it"))
    'claim=an array of shape (3,) must be of shape (2,); reshape it'
    """
    return _Verbatim(text)
