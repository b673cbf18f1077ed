"""The loss of a VAE with one draw of z: −log p(x | z) + β·KL(q(z | x) ‖ prior), up to a positive factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..epsilon import Place
from ..formula import Formula, Law, law
from ..naming import Scales
from ..probing import Arrays, Draw
from ..quantity import Edge, Form, Part, Quantity, grid, shape_of
from ..sizes import Sizes
from .epsilons import of_probabilities, places_of
from .gaussian_edges import FAR_APART, moved_edges, noise_edges, spread_edges
from .gaussian_kl import gaussian_kl
from .gaussian_nll import DATA, Density
from .gaussian_slips import KL_SCALES
from .gaussian_terms import AXES, STANDARD, Prior
from .reconstructions import LOGS, bernoulli, either, gaussian, learned_gaussian
from .sampled_kl import sampled_kl
from .sampler import ignoring_noise
from .seconds import SECONDS

__all__ = ["DECODERS", "LIKELIHOODS", "latent_kls", "vae_loss"]

DECODERS = ("decoder_std", "decoder_variance", "decoder_log_variance", "decoder_log_std")
LIKELIHOODS: Mapping[str, Callable[[str], Part]] = {"bernoulli": bernoulli, "gaussian": gaussian, "": either}
"""The reconstruction terms that may be asked for; "" takes whichever is there."""

VAE_SCALES: Scales = {
    **KL_SCALES,
    law(1, B=-1): ("double-averaging", "sum-for-mean"),
    law(1, B=1): ("sum-for-mean", "wrong-reduction-axis"),
}

_UNWEIGHTED = Fraction(1)
_FAR = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
_LOGITS = (3.0, 6.0, 12.0, 25.0, 50.0, 100.0, 200.0, 400.0, 800.0)
_TINY = (2.0**-7, 2.0**-10, 2.0**-14, 2.0**-20)
_ORDINARY = (1, 2)  # of these, and of the logits: 1/128 and ±6 are what any decoder gives
_SHAPES: tuple[tuple[str, ...], ...] = ((), ("D",), DATA)


def vae_loss(
    likelihood: str,
    decoded: str,
    kls: Sequence[Quantity],
    decoder: str | None = None,
    beta: Fraction = _UNWEIGHTED,
) -> Quantity:
    """Return the quantity −log p(x | z) + β·KL for arguments with these roles, and those of one of these KLs.

    `decoded` is what the decoder gives: reconstruction, probabilities, logits. `decoder` is the role of its spread,
    which may be one number, or one a pixel, or one a pixel of a sample.
    """
    part = learned_gaussian(decoded, decoder) if decoder else LIKELIHOODS[likelihood](decoded)
    first, *further = [
        _at(part, kl, likelihood, decoded, decoder, beta, shape)
        for kl in kls
        for shape in (_SHAPES if decoder else _SHAPES[:1])
    ]
    binary = [] if likelihood == "gaussian" or decoder else [_binary(each) for each in (first, *further)]
    return replace(first, otherwise=(*further, *binary))


def latent_kls(role: str, prior: Prior, *, noise: bool) -> list[Quantity]:
    """Return the KLs to a fixed prior that may stand beside a likelihood; with `noise` those of one draw as well."""
    exact = gaussian_kl(role, prior)
    lines = (*spread_edges(role, prior, AXES), *moved_edges(("mean",), prior, AXES))
    if not noise:
        return [replace(exact, edges=lines)]
    drawn = replace(sampled_kl(role, prior), edges=noise_edges())
    return [drawn, replace(ignoring_noise(exact, role), edges=lines)]


def _at(
    part: Part,
    kl: Quantity,
    likelihood: str,
    decoded: str,
    decoder: str | None,
    beta: Fraction,
    shape: tuple[str, ...],
) -> Quantity:
    spread = {decoder: shape} if decoder else {}
    simple = {decoder: SECONDS[decoder.removeprefix("decoder_")].simple} if decoder else {}
    data = (0.0, 1.0, 2.0) if decoded == "logits" else (0.5, 0.25, 0.75)
    return Quantity(
        name=f"{likelihood}-vae-loss".lstrip("-"),
        said=lambda n: f"−log p({n['x']} | {n[decoded]}) + {'' if beta == 1 else f'{beta} '}{kl.said(n)}",
        theorems=kl.theorems,
        axes={"x": DATA, decoded: DATA, **spread, **kl.axes},
        draw=_draw(kl.draw, decoded, spread, positive=False),
        formula=Formula({}),
        counts=(),
        slips=(),
        scales=VAE_SCALES,
        objective=True,
        parts=(part, _divergence(kl, law(beta))),
        beta=law(beta),
        only_positive=_draw(kl.only_positive or kl.draw, decoded, spread, positive=True),
        simple={"x": (0.5, 0.25, 0.75, 0.0, 1.0), decoded: data, **simple, **kl.simple},
        idle=kl.idle,
        edges=(
            *kl.edges,
            *(spread_edges(decoder, STANDARD, shape) if decoder else ()),
            *_edges(decoded),
        ),
        beyond=[{"x": x, decoded: r} for x, r in FAR_APART] if decoded == "reconstruction" else (),
        weighed=_weighed(decoded),
        bits=() if likelihood == "gaussian" or decoder else (("x", decoded),),
        near=kl.near,
        places=(*kl.places, *(_places(decoded, decoder) if decoder else _of_bernoulli(part, decoded))),
    )


def _edges(decoded: str) -> tuple[Edge, ...]:
    """Return the lines to logits far out, to probabilities near 0 and 1, and to images out of the unit interval."""
    if decoded == "logits":
        lines = [[{decoded: sign * size} for size in _LOGITS] for sign in (1, -1)]
    else:
        lines = [[{decoded: tiny} for tiny in _TINY], [{decoded: 1 - tiny} for tiny in _TINY]]
    edges = [Edge(None, DATA, line, ordinary=_ORDINARY[decoded == "logits"]) for line in lines]
    if decoded == "reconstruction":  # a Bernoulli's has no value there
        far = [[{"x": sign * size, decoded: sign * size + 0.5} for size in _FAR] for sign in (1, -1)]
        edges += [Edge(None, DATA, line) for line in far]
    return tuple(edges)


def _weighed(decoded: str) -> tuple[tuple[str, str], ...]:
    """Return which of the data and what is decoded may go far out, and which of them stays: logits may be anything."""
    both = (("x", decoded), (decoded, "x"))
    return {"reconstruction": both, "logits": both[:1]}.get(decoded, ())


def _places(decoded: str, decoder: str) -> tuple[Place, ...]:
    second = SECONDS[decoder.removeprefix("decoder_")]
    return places_of(second, decoder, Density(decoded, decoder, second).log)


def _of_bernoulli(part: Part, decoded: str) -> tuple[Place, ...]:
    """Return the places within log p and log (1 − p), where the decoder gives probabilities."""
    terms = {term.name: term for form in part.forms for term in form.formula.terms}
    return of_probabilities(decoded, *(terms[name] for name in LOGS)) if terms.keys() >= set(LOGS) else ()


def _divergence(kl: Quantity, weight: Law) -> Part:
    forms = (form for form in kl.also_right.values() if all(term.axes == AXES for term in form.formula.terms))
    return Part((Form(kl.formula, kl.counts), *forms), kl.slips, AXES, "missing-kl-term", weight, kl.wide)


def _binary(quantity: Quantity) -> Quantity:
    """Return the quantity at data that are 0 or 1, as the Bernoulli likelihood has them."""
    draw = quantity.draw

    def binary(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        arrays = draw(generator, sizes)
        return {**arrays, "x": generator.integers(0, 2, np.shape(arrays["x"])).astype(np.float64)}

    return replace(quantity, draw=binary, only_at="x holds 0 and 1 only")


def _draw(kl: Draw, decoded: str, spread: Mapping[str, tuple[str, ...]], *, positive: bool) -> Draw:
    def draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
        shape = shape_of(DATA, sizes)
        low, high = (-2.0, 2.0) if decoded == "logits" and not positive else (1 / 64, 63 / 64)
        drawn: dict[str, Any] = {
            "x": grid(generator, 1 / 64, 63 / 64, shape),
            decoded: grid(generator, low, high, shape),
        }
        for role, axes in spread.items():
            above = positive or SECONDS[role.removeprefix("decoder_")].positive
            drawn[role] = np.asarray(grid(generator, *((0.25, 2.25) if above else (-1.5, 1.25)), shape_of(axes, sizes)))
        return {**drawn, **kl(generator, sizes)}

    return draw
