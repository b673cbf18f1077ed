"""Values with which nobody can reckon: an outcome, a block of coordinates."""

from __future__ import annotations

from typing import Any

from ..errors import WitnessError

__all__ = ["NoNumber", "Outcome"]


class NoNumber:
    """A value with which nobody can reckon: an outcome, a block of coordinates. Every operation is refused."""

    __slots__ = ()
    what = "this value"

    def plain(self) -> Any:
        """Return the number that it is after all; raises `WitnessError` where it is none."""
        raise WitnessError(f"{self.what} is no number")

    def _refuse(self, *_: Any) -> Any:
        return self.plain()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __neg__ = (
        _refuse
    )


class Outcome(NoNumber):
    """One variable's place in a world: a tuple of coordinates. A number times a block is that of every coordinate."""

    __slots__ = ("places",)
    what = "an outcome"

    def __init__(self, places: tuple[Any, ...]) -> None:
        self.places = places

    @property
    def numbers(self) -> tuple[Any, ...]:
        """The coordinates as numbers."""
        return self.places

    def __neg__(self) -> Any:
        return Outcome(tuple(-place for place in self.numbers))

    def __mul__(self, factor: Any) -> Any:
        return (
            self.plain() if isinstance(factor, NoNumber) else Outcome(tuple(place * factor for place in self.numbers))
        )

    __rmul__ = __mul__
