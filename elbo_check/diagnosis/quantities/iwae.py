"""The importance-weighted bound log (1/K) Σ_k exp(log_weights): one number a sample, from K draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import sympy
from scipy.special import logsumexp, softmax

from ...errors import InputError
from ..edits import constant_slips, exchanged, flipped, rescaled
from ..formula import ONE, Formula, Law, Term, law
from ..naming import Scales, Slip
from ..probing import Arrays
from ..quantity import Count, Edge, Quantity, grid, shape_of
from ..sizes import Sizes

__all__ = ["iwae"]

Axes = tuple[str, ...]
ORDERS: tuple[Axes, ...] = (("B", "K"), ("K", "B"))

_APART = (-30.0, -100.0, -300.0, -1000.0, -3000.0)
_USUAL = (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0)

IWAE_SCALES: Scales = {
    law(2): ("doubled",),
    law("1/2"): ("halved",),
    law(-1): ("wrong-sign",),
    law(1, B=-1): ("double-averaging",),
    law(1, B=1): ("wrong-reduction-axis", "sum-for-mean"),
    law(1, K=1): ("sum-instead-of-mc-mean", "wrong-reduction-axis"),
    law(1, K=-1): ("double-averaging",),
}


def iwae() -> Quantity:
    """Return the quantity log (1/K) Σ_k w_k, as a bound or as a loss, K along the last axis; or along the first one."""
    last, first = (_along(axes) for axes in ORDERS)
    return replace(last, otherwise=(first,))


def _along(axes: Axes) -> Quantity:
    terms = _Terms(axes)
    where = "last" if axes[-1] == "K" else "first"
    return Quantity(
        name="iwae",
        said=lambda n: f"log (1/K) Σ_k exp({n['log_weights']}_k), the K draws along the {where} axis",
        theorems=(),
        axes={"log_weights": axes},
        draw=_draw(axes),
        formula=Formula.of({terms.bound: law(1)}),
        counts=(Count(LOG_DRAWS, ("B",), law(-1)), Count(LOG_BATCH, ("B",), Law())),
        slips=_slips(terms),
        scales=IWAE_SCALES,
        wide=[
            frozenset((terms.bound, terms.plain, terms.largest)),
            frozenset((terms.plain, terms.square, terms.weight)),
        ],
        signs=(1, -1),
        simple={"log_weights": (0.0, 1.0, 2.0, -1.0)},
        edges=[
            *(Edge(None, axes, [{"log_weights": sign * size} for size in _USUAL], usual=True) for sign in (-1, 1)),
            Edge(None, axes, [{"log_weights": n} for n in _APART], usual=True, laid=_one(axes, "B"), where=_ONE_ROW),
            *(
                Edge(
                    None,
                    axes,
                    [{"log_weights": sign * size} for size in _USUAL],
                    usual=True,
                    laid=_one(axes, "K"),
                    where=_ONE_DRAW,
                )
                for sign in (1, -1)
            ),
        ],
    )


_ONE_ROW = " for one sample, 0 for the others"
_ONE_DRAW = " for one draw of each sample, 0 for the others"


def _one(axes: Axes, axis: str) -> Callable[[tuple[int, ...], float], Any]:
    """Return what lays out a log weight for the first place along an axis beside 0 for the others."""

    def laid(shape: tuple[int, ...], number: float) -> Any:
        made = np.zeros(shape)
        if len(shape) == len(axes):
            np.moveaxis(made, axes.index(axis), 0)[0] = number
        return made

    return laid


def _log_of(size: str) -> Term:
    return Term(f"log {size}", (), lambda n: float(np.log(float(n[size]))), lambda s: sympy.log(s[size]), constant=True)


LOG_DRAWS, LOG_BATCH = _log_of("K"), _log_of("B")


class _Terms:
    """Functions of the log-weights: of each, of all draws of a sample, of all samples of a draw, of all."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.bound = self.over("K", "lse over K", logsumexp, _printed("logsumexp"))
        self.other_axis = self.over("B", "lse over B", logsumexp, _printed("logsumexp_over_batch"))
        self.negative = self.over("K", "lse over K of minus", lambda x, axis: logsumexp(-x, axis=axis), _of_minus)
        self.largest = self.over("K", "max over K", np.max, _printed("max"))
        self.softened = self.over("K", "softmax-weighted mean", _weighted(1.0), _printed("softmax_mean"))
        self.hardened = self.over("K", "softmax(-L)-weighted mean", _weighted(-1.0), _printed("softmax_of_minus_mean"))
        self.whole = Term("lse over all", (), lambda a: logsumexp(a["log_weights"]), _printed("logsumexp_over_all"))
        self.plain = self.each("L", lambda x: x, lambda x: x)
        self.square = self.each("L^2", np.square, lambda x: x**2)
        self.weight = self.each("exp L", np.exp, sympy.exp)

    def each(self, name: str, function: Callable[[Any], Any], symbol: Callable[[Any], Any]) -> Term:
        return Term(name, self.axes, lambda a: function(a["log_weights"]), lambda s: symbol(s["log_weights"]))

    def over(self, gone: str, name: str, function: Callable[..., Any], symbol: Callable[[Any], Any]) -> Term:
        kept = tuple(axis for axis in self.axes if axis != gone)
        index = self.axes.index(gone)

        def value(arrays: Arrays) -> Any:
            held = np.asarray(arrays["log_weights"])
            if held.ndim == len(self.axes):
                return function(held, axis=index)
            return function(held, axis=0) if gone == "K" else held  # without a batch: a sum over one sample

        return Term(name, kept, value, symbol)


def _printed(name: str) -> Callable[[Any], Any]:
    return lambda symbols: sympy.Function(name)(symbols["log_weights"])


def _of_minus(symbols: Any) -> Any:
    return sympy.Function("logsumexp")(-symbols["log_weights"])


def _weighted(sign: float) -> Callable[..., Any]:
    return lambda x, axis: np.sum(softmax(sign * x, axis=axis) * x, axis=axis)


def _slips(terms: _Terms) -> list[Slip]:
    gone = (LOG_DRAWS, LOG_DRAWS, Law())
    over_draws, over_batch = law(1, K=-1), law(1, B=1, K=-1)
    found: list[Slip] = [
        ("wrong-sign", flipped),
        *constant_slips({}),
        ("missing-logK", exchanged([gone])),
        ("prob-instead-of-logprob", exchanged([(LOG_DRAWS, ONE, law(-1, K=-1))])),
        ("mean-of-logs", exchanged([(terms.bound, terms.plain, over_draws), gone])),
        ("mean-of-logs", exchanged([(terms.bound, terms.plain, over_draws)])),
        ("wrong-reduction-axis", exchanged([(terms.bound, terms.other_axis, over_batch)])),
        (
            "wrong-reduction-axis",
            exchanged([(terms.bound, terms.other_axis, over_batch), (LOG_DRAWS, LOG_BATCH, law(1))]),
        ),
        ("wrong-reduction-axis", exchanged([(LOG_DRAWS, LOG_BATCH, law(1))])),
        ("wrong-sign", exchanged([(terms.bound, terms.negative, law(1))])),
        ("wrong-sign", exchanged([(terms.bound, terms.negative, law(-1)), (LOG_DRAWS, LOG_DRAWS, law(-1))])),
        ("missing-log", exchanged([(terms.bound, terms.weight, over_draws), gone])),
        ("missing-log", exchanged([(terms.bound, terms.weight, law(1)), gone])),
        ("sum-instead-of-mc-mean", rescaled((terms.plain,), law(1, K=1))),
        *_weights(terms, gone),
        *(("log-of-batch-mean", edit) for edit in (_pooled(terms, batch_of_sums) for batch_of_sums in (False, True))),
    ]
    return found


def _weights(terms: _Terms, gone: tuple[Term, Term, Law]) -> list[Slip]:
    """The weights are kept in the value: Σ softmax(L)·L, and with the sign of a loss inside."""
    return [
        ("iwae-weights", exchanged([(terms.bound, weighted, law(1)), *more]))
        for weighted in (terms.softened, terms.hardened)
        for more in ([gone], [])
    ]


def _pooled(terms: _Terms, summed: bool) -> Any:
    """The mean over the batch is taken inside of the logarithm: log of the mean of all weights."""
    scale = law(1) if summed else law(1, B=1)

    def edit(formula: Formula) -> list[Formula]:
        held = formula[terms.bound] * scale
        logs = {LOG_DRAWS: -held, LOG_BATCH: -held}
        return [formula.with_terms({terms.bound: Law(), terms.whole: held, **logs})] if held else []

    return edit


def _draw(axes: Axes) -> Any:
    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        if sizes["K"] < 2:
            raise InputError("K", sizes["K"], "at least two draws", "with one draw the bound is the ELBO: let K vary")
        return {"log_weights": grid(generator, -3.0, 2.0, shape_of(axes, sizes))}

    return draw
