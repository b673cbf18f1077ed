"""Which sums and products over an index had terms where they were read: of what is over nothing, nothing is told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..nodes import free_symbols

__all__ = ["Filled"]


class Filled:
    """What had terms, each node by the sums and products in which it stands, the outermost first.

    Σ_{l<i} has no terms within Σ_{i=1}^{1}, whatever it has elsewhere.
    """

    def __init__(self) -> None:
        self._within: tuple[Any, ...] = ()
        self._found: dict[tuple[Any, ...], bool] = {}
        self._of: dict[Any, dict[tuple[Any, ...], bool]] = {}

    def note(self, node: Any, filled: bool) -> None:
        """Note that a sum or product is read, and whether it has terms there."""
        key = (*self._within, node)
        self._found[key] = filled or self._found.get(key, False)

    @contextlib.contextmanager
    def inside(self, node: Any) -> Iterator[None]:
        """Note what is read within this block as part of a node."""
        before, self._within = self._within, (*self._within, node)
        try:
            yield
        finally:
            self._within = before

    def reader(self, node: Any, read: Callable[..., Any]) -> Callable[..., Any]:
        """Return a way to read that notes what is read as part of a node."""

        def within(expression: Any, **bound: Any) -> Any:
            with self.inside(node):
                return read(expression, **bound)

        return within

    @contextlib.contextmanager
    def apart(self, expression: Any) -> Iterator[None]:
        """Keep what is noted within this block as that of an expression, or of an abbreviation."""
        before, self._found = self._found, {}
        try:
            yield
            self._of.setdefault(expression, {}).update(self._found)  # s is read, and before it what s stands for
        finally:
            self._found = before

    def of(self, expressions: Iterable[Any], meanings: Mapping[Any, Any]) -> dict[tuple[Any, ...], bool]:
        """Return what was noted of some expressions, and of the meanings of the symbols in them."""
        waiting, found = list(expressions), dict.fromkeys(expressions)
        while waiting:
            part = waiting.pop()
            free = free_symbols(meanings.get(part, part))
            names = [name for name in meanings if name in free and name not in found]
            found |= dict.fromkeys(names)
            waiting += names
        return {place: some for part in found for place, some in self._of.get(part, {}).items()}
