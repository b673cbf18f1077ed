"""Arguments for a case, drawn by what they hold, with sizes that all differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

SIZES: Mapping[str, int] = {"B": 6, "d": 5, "D": 7, "K": 4, "M": 3, "N": 50}
"""B samples, d latent coordinates, D pixels, K classes or weights a sample, M terms of N."""

OTHER_SIZES: Mapping[str, int] = {"B": 4, "d": 3, "D": 11, "K": 5, "M": 7, "N": 90}


def draw(roles: Sequence[str], rng: np.random.Generator, sizes: Mapping[str, int] = SIZES) -> list[Any]:
    pixels = "D" if {"reconstruction", "logits"} & set(roles) else "d"
    return [_draw(role, rng, sizes, pixels) for role in roles]


def _draw(role: str, rng: np.random.Generator, sizes: Mapping[str, int], pixels: str) -> Any:
    kind = role.removesuffix("_q").removesuffix("_p").removeprefix("decoder_").removeprefix("delta_")
    in_pixels = kind in {"x", "reconstruction"} or role == "logits" or role.startswith("decoder_")
    if kind in LAWS:
        last = pixels if in_pixels else "K" if kind == "logits" else "d"
        return LAWS[kind](rng, (sizes["B"], sizes[last]))
    return OTHERS[kind](rng, sizes)


def _uniform(low: float, high: float) -> Callable[[np.random.Generator, Any], Any]:
    return lambda rng, shape: rng.uniform(low, high, shape)


def _probabilities(rng: np.random.Generator, sizes: Mapping[str, int]) -> Any:
    return rng.dirichlet(np.full(sizes["K"], 2.0), sizes["B"]) * 0.98 + 0.02 / sizes["K"]


LAWS: Mapping[str, Callable[[np.random.Generator, Any], Any]] = {
    "mean": _uniform(-2.0, 2.0),
    "std": _uniform(0.3, 2.25),
    "variance": _uniform(0.3, 2.25),
    "log_variance": _uniform(-1.5, 1.25),
    "log_std": _uniform(-1.5, 1.25),
    "softplus_std": _uniform(-1.5, 1.25),
    "noise": lambda rng, shape: rng.standard_normal(shape),
    "x": _uniform(0.05, 0.95),
    "reconstruction": _uniform(0.05, 0.95),
    "logits": _uniform(-2.0, 2.0),
}

OTHERS: Mapping[str, Callable[[np.random.Generator, Mapping[str, int]], Any]] = {
    "probabilities": _probabilities,
    "log_probabilities": lambda rng, sizes: np.log(_probabilities(rng, sizes)),
    "log_weights": lambda rng, sizes: rng.uniform(-5.0, 1.0, (sizes["K"], sizes["B"])),
    "nll": lambda rng, sizes: rng.uniform(0.5, 3.0, sizes["M"]),
    "kl": lambda rng, sizes: float(rng.uniform(1.0, 6.0)),
    "dataset_size": lambda rng, sizes: sizes["N"],
}
