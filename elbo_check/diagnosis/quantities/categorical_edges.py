"""Where the formulas of categorical divergences suffer: one category has all, and the others next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.special import log_softmax, xlogy

from ..quantity import Edge

__all__ = ["pair_edges", "uniform_edges"]

_TINY = (2.0**-7, 2.0**-10, 2.0**-14, 2.0**-20, 0.0)
_LOGITS = (10.0, 30.0, 100.0, 300.0, 1000.0)


def uniform_edges(role: str, axes: tuple[str, ...]) -> tuple[Edge, ...]:
    """Return the lines to where one category of q has all, beside the accurate KL(q ‖ uniform)."""

    def value(arrays: Mapping[str, Any]) -> Any:
        return _entropy(role, arrays[role]) + np.log(np.shape(arrays[role])[-1])

    return _lines(role, axes, value)


def pair_edges(role_q: str, role_p: str, axes: tuple[str, ...]) -> tuple[Edge, ...]:
    """Return the lines to where one category of q has all, or one of p, beside the accurate KL(q ‖ p)."""

    def value(arrays: Mapping[str, Any]) -> Any:
        kinds = role_q.removesuffix("_q"), role_p.removesuffix("_p")
        q = np.exp(_logs(kinds[0], arrays[role_q]))
        return _entropy(kinds[0], arrays[role_q]) - _weighted(q, _logs(kinds[1], arrays[role_p])).sum(axis=-1)

    return (*_lines(role_q, axes, value), *_lines(role_p, axes, value))


def _lines(role: str, axes: tuple[str, ...], value: Callable[[Mapping[str, Any]], Any]) -> tuple[Edge, ...]:
    """Return the lines to where one category has all: by tiny probabilities of the others, or by its logit."""
    kind = role.removesuffix("_q").removesuffix("_p")
    if kind == "probabilities":
        lines, where = [[{role: tiny} for tiny in _TINY]], " in all categories but one"
    else:
        lines, where = [[{role: sign * size} for size in _LOGITS] for sign in (1, -1)], " in one category, 0 in others"
    where += " (as log probabilities)" if kind == "log_probabilities" else ""
    return tuple(Edge(value, axes[:-1], line, laid=_LAID[kind], where=where) for line in lines)


def _logs(kind: str, held: Any) -> Any:
    numbers = np.asarray(held, dtype=np.float64)
    if kind == "probabilities":
        with np.errstate(divide="ignore"):
            return np.log(numbers)
    return log_softmax(numbers, axis=-1) if kind == "logits" else numbers


def _entropy(kind: str, held: Any) -> Any:
    """Return Σ q log q, accurately, for q as an argument holds it."""
    if kind == "probabilities":
        return xlogy(held, held).sum(axis=-1)
    logs = _logs(kind, held)
    return _weighted(np.exp(logs), logs).sum(axis=-1)


def _weighted(q: Any, logs: Any) -> Any:
    """Return q log p, which is 0 where q is."""
    return np.where(q > 0, q * np.where(q > 0, logs, 0.0), 0.0)


def _all_but_one(shape: tuple[int, ...], number: float) -> Any:
    """Lay out a probability for all categories but the first, which has the rest."""
    made = np.full(shape, number)
    made[..., 0] = 1 - (shape[-1] - 1) * number
    return made


def _one(shape: tuple[int, ...], number: float) -> Any:
    """Lay out a logit for the first category beside 0 for the others."""
    made = np.zeros(shape)
    made[..., 0] = number
    return made


_LAID: Mapping[str, Callable[[tuple[int, ...], float], Any]] = {
    "probabilities": _all_but_one,
    "logits": _one,
    "log_probabilities": lambda shape, number: log_softmax(_one(shape, number), axis=-1),
}
"""How a number is laid out for an argument that holds q in one of three ways."""
