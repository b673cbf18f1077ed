"""What `functools.lru_cache` keeps, looked at from without."""

from __future__ import annotations

import functools
import gc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["CACHE", "Cache"]

CACHE = type(functools.lru_cache(lambda: None))
_LINK = "_lru_list_elem"


@dataclass(frozen=True, slots=True)
class Cache:
    """What `functools.lru_cache` keeps: no entry can be taken out, so it is emptied, and filled again when asked."""

    cache: Any

    def read(self) -> dict[int, Any]:
        """Return its keys and entries, and never the dict in which it keeps them: who writes there breaks the process.

        Of one without a limit that dict holds the entries; of one with a limit, links of its own.
        """
        own, found = vars(self.cache), list[Any]()
        is_bounded = self.cache.cache_parameters()["maxsize"] is not None
        for each in gc.get_referents(self.cache):
            if type(each) is not dict:
                found.append(each)
            elif each is own or not is_bounded:
                found += each.values()
            elif not {type(value).__name__ for value in each.values()} <= {_LINK}:
                found.append(each)
        return {id(each): each for each in found}

    def write(self, entries: Mapping[int, Any]) -> None:  # noqa: ARG002 - a silhouette
        """Empty it: no entry can be taken out, and what is asked for again is kept again."""
        self.cache.cache_clear()
