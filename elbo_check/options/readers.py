"""Numbers as the command line writes them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

__all__ = ["is_number", "joined", "numbers", "real", "seconds", "whole"]

_Number = TypeVar("_Number", int, float)
_NEGATIVE = re.compile(r"-(\d|\.\d|inf|nan)", re.IGNORECASE)


def numbers(text: str) -> float | list[float]:
    """Read "0.5" as a number and "0.5,1.0" as a list."""
    try:
        found = [real(part) for part in text.split(",")]
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number, nor numbers with commas between them") from None
    return found if len(found) > 1 else found[0]


def real(text: str) -> float:
    """Read a number."""
    return _read(float, text, "a number")


def seconds(text: str) -> float:
    """Read a number of seconds above 0."""
    given = real(text)
    if not given > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return given


def whole(text: str) -> int:
    """Read a whole number."""
    return _read(int, text, "a whole number")


def is_number(text: str) -> bool:
    """Whether a text is a number, or numbers with commas between them."""
    try:
        numbers(text)
    except argparse.ArgumentTypeError:
        return False
    return True


def joined(arguments: Sequence[str]) -> list[str]:
    """Turn `--mu -0.5,1` into `--mu=-0.5,1`: argparse would take the number for an option."""
    kept: list[str] = []
    for argument in arguments:
        last = kept[-1] if kept else ""
        if "--" not in kept and last.startswith("--") and "=" not in last and _NEGATIVE.match(argument):
            kept[-1] = f"{last}={argument}"
        else:
            kept.append(argument)
    return kept


def _read(kind: Callable[[str], _Number], text: str, expected: str) -> _Number:
    """Read a number; `1_000` and digits of other scripts, which Python reads too, are no numbers here."""
    with suppress(ValueError):
        if text.isascii() and "_" not in text:
            return kind(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not {expected}")
