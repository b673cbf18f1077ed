"""Sums of what a function returned, by the names of its outputs: for a caller adds the parts of a loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, sub
from typing import Any

from ..errors import LossFunctionError
from .outputs import access, pieces

__all__ = ["Sum"]


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of outputs by name, less others: 1 − 0, a KL less a log-likelihood, is `1 - 0`.

    `over` says which are summed over the batch first, or averaged: an output of one value a sample, by its name, or of
    several, which are summed.

    >>> str(Sum(("0", "1"))), str(Sum(("kl",), ("log_p",))), bool(Sum()), str(Sum(("0", "1"), over=(("1", "mean"),)))
    ('0 + 1', 'kl - log_p', False, '0 + mean(1)')
    """

    added: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    over: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added)

    def __str__(self) -> str:
        reductions = dict(self.over)
        names = [f"{reductions[name]}({name})" if name in reductions else name for name in self.names]
        return self._joined(names)

    @property
    def words(self) -> tuple[str, str]:
        """What is added and what is taken away, for people.

        >>> Sum(("0", "1"), over=(("1", "mean"),)).words
        ("'0', the mean of '1' over the batch", '')
        """
        reductions = dict(self.over)
        told = {name: f"the {reductions[name]} of {name!r} over the batch" for name in reductions}
        added, taken = (", ".join(told.get(n, repr(n)) for n in names) for names in (self.added, self.taken))
        return added, taken

    @property
    def names(self) -> tuple[str, ...]:
        """All outputs in it."""
        return self.added + self.taken

    def written(self, call: str, returned: Any) -> str:
        """Return the sum in Python, where a call is written so and returned this.

        >>> import numpy as np
        >>> Sum(("a", "b"), over=(("b", "mean"),)).written("f()", {"a": 1.0, "b": np.ones((3, 2))})
        "f()['a'] + f()['b'].sum((1,)).mean()"
        """
        reductions, held = dict(self.over), pieces(returned)
        ways = {name: _called(reductions[name], held[name].ndim) if name in reductions else "" for name in self.names}
        return self._joined([f"{call}{access(returned, name)}{ways[name]}" for name in self.names])

    def _joined(self, parts: Sequence[str]) -> str:
        count = len(self.added)
        return " - ".join([" + ".join(parts[:count]), *parts[count:]])

    def of(self, returned: Any, function: str) -> Any:
        """Return the sum of parts of what a function returned, by all their names; or all of it, if nothing is added.

        >>> Sum(("0",), ("1",)).of((1.5, 0.5, "done"), "loss")
        {'0 - 1': 1.0}
        """
        if not self:
            return returned
        parts = pieces(returned)
        absent = ", ".join(repr(name) for name in self.names if name not in parts)
        if absent:
            happened = f"{function} returned {', '.join(map(repr, parts))}, and no {absent} to be added"
            raise LossFunctionError("no-output", happened, "name outputs that are there, as in output='0 + 1'")
        for name, reduction in self.over:
            parts[name] = _over_the_batch(parts[name], reduction, f"{function}, output {name!r}")
        first, *others = (parts[name] for name in self.added)
        return {str(self): reduce(sub, (parts[name] for name in self.taken), reduce(add, others, first))}


def _over_the_batch(part: Any, reduction: str, where: str) -> Any:
    shape = tuple(getattr(part, "shape", ()))
    if not shape:
        happened = f"{where}: {reduction}(…) is taken of one value a sample, shape (B,), or more, and this has shape ()"
        raise LossFunctionError("shape", happened, "name an output of one value a sample, or reduce it in the function")
    samples = part.sum(tuple(range(1, len(shape)))) if len(shape) > 1 else part
    return getattr(samples, reduction)()


def _called(reduction: str, axes: int) -> str:
    """Return how an array is reduced over the batch in Python."""
    inner = f".sum({tuple(range(1, axes))})" if reduction == "mean" and axes > 1 else ""
    return f"{inner}.{reduction}()" if reduction else ""
