"""The reconstruction term of a VAE loss: −log p(x | z), Bernoulli or Gaussian, and the slips made with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import sympy

from ..edits import constant_slips, dropped, exchanged, flipped
from ..formula import LOG_2PI, Formula, Term, law
from ..naming import Scales, Slip
from ..quantity import Count, Form, Part
from .gaussian_nll import DATA, Density
from .seconds import RAW, SECONDS

__all__ = ["LOGS", "bernoulli", "either", "gaussian", "learned_gaussian"]

MISSING = "missing-reconstruction-term"
LOGS = ("x log r", "(1-x) log(1-r)")
"""The names of the terms of a cross-entropy of probabilities."""

_WEIGHTED = ("reconstruction-weighted",)
DOUBLED: Scales = {law(2): ("doubled", "missing-half", "kl-counted-twice", *_WEIGHTED)}
BCE_WEIGHTS: Scales = {
    **DOUBLED,
    law("1/2"): ("halved", *_WEIGHTED),
    **{law(1, **{axis: 1}): ("bce-mean-vs-kl-sum",) for axis in "Dchwl"},
}
MSE_WEIGHTS: Scales = {
    **DOUBLED,
    **{law(1, **{axis: 1}): ("mse-mean-vs-kl-sum",) for axis in "Dchwl"},
    **{law("1/2", **{axis: 1}): ("mse-mean-vs-kl-sum", "mse-without-variance") for axis in "Dchwl"},
    law("1/2"): ("halved", "mse-without-variance", *_WEIGHTED),
}
BARE_WEIGHTS: Scales = {law(1, **{axis: 1}): ("mse-mean-vs-kl-sum", "mse-without-variance") for axis in "Dchwl"}

NO_CONSTANT = ("missing-constant", "½ log 2π a pixel is left out of the Gaussian likelihood: gradients are right")
NO_VARIANCE = (
    "mse-without-variance",
    (
        "beside this KL the squared error has twice the weight of a decoder of variance 1: it is the Gaussian "
        "likelihood of variance ½, up to a constant, or, if the variance is 1, an effective beta of ½"
    ),
)


class _Function(NamedTuple):
    """A function of x and of what the decoder gives, read by NumPy and by SymPy."""

    value: Callable[[Any, Any], Any]
    symbol: Callable[[Any, Any], Any]


def _sigmoid(t: Any) -> Any:
    return 1 / (1 + np.exp(-t))


def _sigmoid_symbol(t: Any) -> Any:
    return 1 / (1 + sympy.exp(-t))


_softplus, _softplus_symbol = RAW["softplus s"]


_FUNCTIONS: dict[str, _Function] = {
    "x log r": _Function(lambda x, r: x * np.log(r), lambda x, r: x * sympy.log(r)),
    "(1-x) log(1-r)": _Function(lambda x, r: (1 - x) * np.log(1 - r), lambda x, r: (1 - x) * sympy.log(1 - r)),
    "r log x": _Function(lambda x, r: r * np.log(x), lambda x, r: r * sympy.log(x)),
    "(1-r) log(1-x)": _Function(lambda x, r: (1 - r) * np.log(1 - x), lambda x, r: (1 - r) * sympy.log(1 - x)),
    "x log2 r": _Function(lambda x, r: x * np.log2(r), lambda x, r: x * sympy.log(r) / sympy.log(2)),
    "(1-x) log2(1-r)": _Function(
        lambda x, r: (1 - x) * np.log2(1 - r), lambda x, r: (1 - x) * sympy.log(1 - r) / sympy.log(2)
    ),
    "x log10 r": _Function(lambda x, r: x * np.log10(r), lambda x, r: x * sympy.log(r) / sympy.log(10)),
    "(1-x) log10(1-r)": _Function(
        lambda x, r: (1 - x) * np.log10(1 - r), lambda x, r: (1 - x) * sympy.log(1 - r) / sympy.log(10)
    ),
    "x r": _Function(lambda x, r: x * r, lambda x, r: x * r),
    "(1-x)(1-r)": _Function(lambda x, r: (1 - x) * (1 - r), lambda x, r: (1 - x) * (1 - r)),
    "(1-x)(1-log r)": _Function(lambda x, r: (1 - x) * (1 - np.log(r)), lambda x, r: (1 - x) * (1 - sympy.log(r))),
    "1 - x log(1-r)": _Function(lambda x, r: 1 - x * np.log(1 - r), lambda x, r: 1 - x * sympy.log(1 - r)),
    "x log(1-r)": _Function(lambda x, r: x * np.log(1 - r), lambda x, r: x * sympy.log(1 - r)),
    "(1-x) log r": _Function(lambda x, r: (1 - x) * np.log(r), lambda x, r: (1 - x) * sympy.log(r)),
    "softplus r": _Function(lambda _, r: _softplus(r), lambda _, r: _softplus_symbol(r)),
    "x sigmoid r": _Function(lambda x, r: x * _sigmoid(r), lambda x, r: x * _sigmoid_symbol(r)),
    "softplus sigmoid r": _Function(
        lambda _, r: _softplus(_sigmoid(r)), lambda _, r: _softplus_symbol(_sigmoid_symbol(r))
    ),
    "(x-r)^2": _Function(lambda x, r: (x - r) ** 2, lambda x, r: (x - r) ** 2),
    "x-r": _Function(lambda x, r: x - r, lambda x, r: x - r),
    "|x-r|": _Function(lambda x, r: np.abs(x - r), lambda x, r: sympy.Abs(x - r)),
}


def _after_a_sigmoid(function: _Function) -> _Function:
    return _Function(lambda x, r: function.value(x, _sigmoid(r)), lambda x, r: function.symbol(x, _sigmoid_symbol(r)))


_APART = ("(x-r)^2", "x-r", "|x-r|")
_FUNCTIONS |= {name.replace("r", "sigmoid r"): _after_a_sigmoid(_FUNCTIONS[name]) for name in _APART}
_FUNCTIONS |= {"(x-sigmoid sigmoid r)^2": _after_a_sigmoid(_FUNCTIONS["(x-sigmoid r)^2"])}


def _term(name: str, role: str) -> Term:
    function = _FUNCTIONS[name]

    def value(arrays: Mapping[str, Any]) -> Any:
        with np.errstate(all="ignore"):  # the logarithm of data that are 0 or 1: the fitting leaves such a term out
            return function.value(arrays["x"], arrays[role])

    return Term(name, DATA, value, lambda s: function.symbol(s["x"], s[role]))


def _apart(role: str, name: str = "(x-r)^2") -> Term:
    """A function of how far x is from the decoder's mean: of what it gives, or of the sigmoid of its logits."""
    return _term(name.replace("r", "sigmoid r") if role == "logits" else name, role)


def _root(role: str) -> Term:
    """The square root of a sample's squared error: a norm where its square is meant."""
    square, apart = _apart(role), _apart(role, "x-r")
    return Term(
        "norm of x-r",
        ("B",),
        lambda a: np.sqrt(square.value(a).sum(axis=-1)),
        lambda s: sympy.Function("norm")(apart.symbol(s)),
    )


def _swap(role: str, slug: str, *pairs: tuple[str, str, int]) -> Slip:
    return slug, exchanged([(_term(old, role), _term(new, role), law(c)) for old, new, c in pairs])


def bernoulli(role: str) -> Part:
    """Return −Σ (x log r + (1−x) log(1−r)); or Σ (log(1 + exp l) − x l), for logits."""
    return Part((_entropy(role),), _logit_slips(role) if role == "logits" else _cross_slips(role), DATA, MISSING)


def gaussian(role: str) -> Part:
    """Return Σ (½ (x−r)² + ½ log 2π): a decoder of variance 1. The constant may be left out; logits have a sigmoid."""
    slips = [*_square_slips(role), ("wrong-likelihood", _as_cross_entropy(role))]
    return Part(tuple(_squares(role)), slips, DATA, MISSING)


def either(role: str) -> Part:
    """Return the Bernoulli or the Gaussian term, whichever it is; a squared error may lack its half."""
    bare = Form(Formula.of({_apart(role): law(1)}), (), NO_VARIANCE, 2, BARE_WEIGHTS)
    crosses = _logit_slips(role) if role == "logits" else _cross_slips(role)
    slips = [*(slip for slip in crosses if slip[0] != "wrong-likelihood"), *_square_slips(role)]
    return Part((_entropy(role), *_squares(role), bare), slips, DATA, MISSING)


def learned_gaussian(role: str, decoder: str) -> Part:
    """Return −log N(x; r, σ²) with the decoder's σ in an argument of its own."""
    density = Density(role, decoder, SECONDS[decoder.removeprefix("decoder_")])
    forms = (
        Form(density.formula, density.counts, weights=MSE_WEIGHTS),
        Form(density.formula, (), NO_CONSTANT, weights=MSE_WEIGHTS),
    )
    return Part(forms, density.slips, DATA, MISSING, wide=density.wide)


def _entropy(role: str) -> Form:
    return _of_logits(role) if role == "logits" else _cross_entropy(role)


def _cross_entropy(role: str) -> Form:
    terms = {_term(name, role): law(-1) for name in LOGS}
    return Form(Formula.of(terms), weights=BCE_WEIGHTS)


def _of_logits(role: str) -> Form:
    return Form(Formula.of({_term("x r", role): law(-1), _term("softplus r", role): law(1)}), weights=BCE_WEIGHTS)


def _squares(role: str) -> list[Form]:
    formula = Formula.of({_apart(role): law("1/2")})
    whole = Form(formula, (Count(LOG_2PI, DATA, law("1/2")),), weights=MSE_WEIGHTS)
    return [whole, Form(formula, (), NO_CONSTANT, weights=MSE_WEIGHTS)]


def _cross_slips(role: str) -> list[Slip]:
    one, other = "x log r", "(1-x) log(1-r)"
    return [
        ("wrong-sign", flipped),
        ("missing-complement", dropped(_term(other, role))),
        ("missing-complement", dropped(_term(one, role))),
        _swap(role, "argument-order", (one, "r log x", 1), (other, "(1-r) log(1-x)", 1)),
        _swap(role, "argument-order", (one, "(1-x) log r", 1), (other, "x log(1-r)", 1)),
        _swap(role, "missing-log", (one, "x r", 1), (other, "(1-x)(1-r)", 1)),
        _swap(role, "missing-log", (one, "x r", 1)),
        _swap(role, "missing-log", (other, "(1-x)(1-r)", 1)),
        _swap(role, "misplaced-parenthesis", (other, "(1-x)(1-log r)", 1)),
        _swap(role, "misplaced-parenthesis", (other, "1 - x log(1-r)", 1)),
        _swap(role, "wrong-log-base", (one, "x log2 r", 1), (other, "(1-x) log2(1-r)", 1)),
        _swap(role, "wrong-log-base", (one, "x log10 r", 1), (other, "(1-x) log10(1-r)", 1)),
        _swap(role, "probabilities-as-logits", (one, "x r", 1), (other, "softplus r", -1)),
        ("wrong-likelihood", _as_squares(role, "(x-r)^2")),
    ]


def _logit_slips(role: str) -> list[Slip]:
    product, softplus = "x r", "softplus r"
    return [
        ("wrong-sign", flipped),
        ("missing-complement", dropped(_term(product, role))),
        ("missing-complement", dropped(_term(softplus, role))),
        _swap(role, "logits-as-probabilities", (product, "x log r", 1), (softplus, "(1-x) log(1-r)", -1)),
        _swap(role, "probabilities-as-logits", (product, "x sigmoid r", 1), (softplus, "softplus sigmoid r", 1)),
        ("wrong-likelihood", _as_squares(role, "(x-sigmoid r)^2")),
        ("wrong-likelihood", _as_squares(role, "(x-r)^2")),
    ]


def _square_slips(role: str) -> list[Slip]:
    square = _apart(role)
    apart = (_apart(role, "|x-r|"), _apart(role, "x-r"), _root(role))
    exchanges = [("not-squared", exchanged([(square, term, law(1))])) for term in apart]
    found = [*exchanges, *constant_slips({"D": "missing-dim-term"})]
    if role == "logits":
        found.append(_swap(role, "missing-sigmoid", (square.name, "(x-r)^2", 1)))
    twice = "(x-sigmoid sigmoid r)^2" if role == "logits" else "(x-sigmoid r)^2"
    return [*found, _swap(role, "probabilities-as-logits", (square.name, twice, 1))]


def _as_squares(role: str, name: str) -> Callable[[Formula], Iterable[Formula]]:
    """A squared error, with its half or without, in the place of a cross entropy."""

    def edit(formula: Formula) -> Iterable[Formula]:
        if not any(term.name.startswith("(x-") for term in formula.terms):
            for half in (law(1), law("1/2")):
                yield Formula.of({_term(name, role): half})

    return edit


def _as_cross_entropy(role: str) -> Callable[[Formula], Iterable[Formula]]:
    """A cross entropy in the place of a squared error."""

    def edit(formula: Formula) -> Iterable[Formula]:
        if _apart(role) in formula.terms:
            yield _cross_entropy(role).formula
            yield Formula.of({_term("x r", role): law(-1), _term("softplus r", role): law(1)})

    return edit
