"""The reconstruction term of a VAE loss: −log p(x | z), Bernoulli or Gaussian, and the slips made with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import sympy

from ..edits import constant_slips, dropped, exchanged, flipped
from ..formula import LOG_2PI, Formula, Term, law
from ..naming import Scales, Slip
from ..quantity import Count, Form, Part
from .gaussian_nll import DATA, Density
from .reconstruction_terms import data_term
from .seconds import SECONDS

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


def _apart(role: str, name: str = "(x-r)^2") -> Term:
    """A function of how far x is from the decoder's mean: of what it gives, or of the sigmoid of its logits."""
    return data_term(name.replace("r", "sigmoid r") if role == "logits" else name, role)


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
    return slug, exchanged([(data_term(old, role), data_term(new, role), law(c)) for old, new, c in pairs])


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
    slips = [*(slip for slip in crosses if slip[0] != "wrong-likelihood"), *_square_slips(role, "absolute-error")]
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
    terms = {data_term(name, role): law(-1) for name in LOGS}
    return Form(Formula.of(terms), weights=BCE_WEIGHTS)


def _of_logits(role: str) -> Form:
    return Form(
        Formula.of({data_term("x r", role): law(-1), data_term("softplus r", role): law(1)}), weights=BCE_WEIGHTS
    )


def _squares(role: str) -> list[Form]:
    formula = Formula.of({_apart(role): law("1/2")})
    whole = Form(formula, (Count(LOG_2PI, DATA, law("1/2")),), weights=MSE_WEIGHTS)
    return [whole, Form(formula, (), NO_CONSTANT, weights=MSE_WEIGHTS)]


def _cross_slips(role: str) -> list[Slip]:
    one, other = "x log r", "(1-x) log(1-r)"
    return [
        ("wrong-sign", flipped),
        ("missing-complement", dropped(data_term(other, role))),
        ("missing-complement", dropped(data_term(one, role))),
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
        ("missing-complement", dropped(data_term(product, role))),
        ("missing-complement", dropped(data_term(softplus, role))),
        _swap(role, "missing-complement", (softplus, "x softplus r", 1)),  # −x log σ(r) alone
        _swap(role, "missing-complement", (product, "x softplus r", 1)),  # −(1 − x) log(1 − σ(r)) alone
        _swap(role, "argument-order", (softplus, "softplus x", 1)),
        _swap(role, "missing-log", (product, "x sigmoid r", 1), (softplus, "(1-x)(1-sigmoid r)", -1)),
        _swap(role, "logits-as-probabilities", (product, "x log r", 1), (softplus, "(1-x) log(1-r)", -1)),
        _swap(role, "probabilities-as-logits", (product, "x sigmoid r", 1), (softplus, "softplus sigmoid r", 1)),
        ("wrong-likelihood", _as_squares(role, "(x-sigmoid r)^2")),
        ("wrong-likelihood", _as_squares(role, "(x-r)^2")),
    ]


def _square_slips(role: str, of_size: str = "not-squared") -> list[Slip]:
    """Return the slips of a squared error; `of_size` is the name for |x − r| in its place."""
    square = _apart(role)
    apart = {_apart(role, "|x-r|"): of_size, _apart(role, "x-r"): "not-squared", _root(role): "not-squared"}
    exchanges = [(slug, exchanged([(square, term, law(1))])) for term, slug in apart.items()]
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
                yield Formula.of({data_term(name, role): half})

    return edit


def _as_cross_entropy(role: str) -> Callable[[Formula], Iterable[Formula]]:
    """A cross entropy in the place of a squared error."""

    def edit(formula: Formula) -> Iterable[Formula]:
        if _apart(role) in formula.terms:
            yield _cross_entropy(role).formula
            yield Formula.of({data_term("x r", role): law(-1), data_term("softplus r", role): law(1)})

    return edit
