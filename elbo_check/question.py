"""What is being asked: two densities, a claim about their divergence, and what the claim's numbers hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .arrays import Reals, reals
from .densities.normal import Normal
from .errors import InputError, ShapeError, described

__all__ = ["REDUCTIONS", "Question", "Settings", "reduced_shape"]

REDUCTIONS = {
    "none": "one number a coordinate",
    "latent": "summed over the last axis",
    "sum": "summed over everything",
    "mean": "the mean over samples of the sums over the last axis",
}
ROUNDINGS = ("floating", "strict")
MOST_DIGITS = 1000
MOST_DRAWS = 10**12


@dataclass(frozen=True, slots=True)
class Settings:
    """How sharply to look; every field is a keyword of the verbs, with the same name."""

    tol: float = 1e-9
    rounding: str = "floating"
    level: float = 1e-9
    digits: int = 30
    draws: int = 200_000

    def __post_init__(self) -> None:
        _fraction("tol", self.tol, "it is relative: 1e-9 asks for nine digits")
        _fraction("level", self.level, "1e-9 errs once in a billion verdicts")
        _require(
            "rounding",
            self.rounding,
            _among(self.rounding, ROUNDINGS),
            "'floating' or 'strict'",
            "see the docs of verify_kl",
        )
        _count("digits", self.digits, 1, MOST_DIGITS)
        _count("draws", self.draws, 2, MOST_DRAWS)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """KL(q‖p) for normals of one common `shape` (…, J), and the `claim` about it under a `reduction`.

    `q` and `p` are flat; claims are flat, too, one for every `width` consecutive elements, divided by `divisor`.
    """

    q: Normal
    p: Normal
    shape: tuple[int, ...]
    reduction: str
    claim: Reals | None

    @staticmethod
    def of(q: Normal, p: Normal, claim: Any = None, reduction: str | None = None) -> Question:
        """Bring both densities to one shape and let the claim's shape decide what it holds, unless that is said."""
        shape = _common_shape(q, p)
        if reduction is not None and not _among(reduction, tuple(REDUCTIONS)):
            raise InputError(
                "reduction", reduction, f"one of {', '.join(REDUCTIONS)}", "or None to let the shape decide"
            )
        held = None if claim is None else reals("claim", claim)
        chosen = reduction or ("none" if held is None else _reduction_of(held.values.shape, shape))
        if held is not None:
            _check_claim_shape(held.values.shape, shape, chosen)
        flat_q, flat_p = q.broadcast_to(shape).flat(), p.broadcast_to(shape).flat()
        return Question(flat_q, flat_p, shape, chosen, held)

    @property
    def latents(self) -> int:
        """The length J of the last axis (1 for a scalar)."""
        return self.shape[-1] if self.shape else 1

    @property
    def samples(self) -> int:
        """The number of samples: elements divided by latents."""
        return self.q.size // self.latents

    @property
    def width(self) -> int:
        """How many consecutive elements one claimed number covers."""
        return {"none": 1, "latent": self.latents}.get(self.reduction, self.q.size)

    @property
    def divisor(self) -> int:
        """What a claimed number's sum is divided by."""
        return self.samples if self.reduction == "mean" else 1

    @property
    def claims(self) -> int:
        """How many numbers are claimed."""
        return self.q.size // self.width

    @property
    def claimed_shape(self) -> tuple[int, ...]:
        """The shape of the answer under this reduction."""
        return reduced_shape(self.shape, self.reduction)

    def part(self, start: int, stop: int) -> tuple[Normal, Normal]:
        """Return q and p for the elements from `start` to `stop`."""
        return self.q.take(slice(start, stop)), self.p.take(slice(start, stop))


def reduced_shape(shape: tuple[int, ...], reduction: str) -> tuple[int, ...]:
    """Return the shape that values of `shape` have after a reduction.

    >>> reduced_shape((5, 3), "latent")
    (5,)
    """
    return {"none": shape, "latent": shape[:-1]}.get(reduction, ())


def _reduction_of(claimed: tuple[int, ...], shape: tuple[int, ...]) -> str:
    if claimed == shape:
        return "none"
    if claimed == shape[:-1]:
        if claimed == shape[1:] != () and max(claimed) > 1:
            shown = described(f"an array of shape {claimed}")
            remedy = "say reduction='latent' if it holds one number a sample; one a latent is not a KL of a sample"
            raise ShapeError("claim", shown, f"of one meaning, but {shape} has equal axes", remedy)
        return "latent"
    if claimed == () and int(np.prod(shape[:-1])) == 1:
        return "sum"
    if claimed == ():
        remedy = "say reduction='sum' or reduction='mean' (the mean over samples of the sums over latents)"
        raise ShapeError("claim", described("one number"), f"of one meaning for parameters of shape {shape}", remedy)
    listed = f"of shape {shape} (a number a coordinate), {shape[:-1]} (a number a sample) or ()"
    raise ShapeError("claim", described(f"an array of shape {claimed}"), listed, "reshape it, or pass reduction=…")


def _check_claim_shape(claimed: tuple[int, ...], shape: tuple[int, ...], reduction: str) -> None:
    expected = reduced_shape(shape, reduction)
    if claimed != expected:
        shown = described(f"an array of shape {claimed}")
        remedy = f"parameters of shape {shape} give that shape under reduction={reduction!r}"
        raise ShapeError("claim", shown, f"of shape {expected}", remedy)


def _common_shape(q: Normal, p: Normal) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(q.shape, p.shape)
    except ValueError:
        shown = described(f"normals of shapes {q.shape} and {p.shape}")
        remedy = "the last axis holds the latents; the prior needs one number, or one a latent"
        raise ShapeError("q, p", shown, "of shapes that broadcast with each other", remedy) from None


def _require(argument: str, value: Any, met: bool, expectation: str, remedy: str) -> None:
    if not met:
        raise InputError(argument, value, expectation, remedy)


def _among(value: Any, names: tuple[str, ...]) -> bool:
    return issubclass(type(value), str) and value in names


def _fraction(argument: str, value: Any, remedy: str) -> None:
    number = issubclass(type(value), int | float | np.floating) and type(value) is not bool
    _require(argument, value, number and bool(0 < value < 1), "a number between 0 and 1", remedy)


def _count(argument: str, value: Any, least: int, most: int) -> None:
    number = issubclass(type(value), int | np.integer) and type(value) not in (bool, np.timedelta64)
    _require(
        argument, value, number and least <= value <= most, f"an integer from {least} to {most}", "the default serves"
    )
