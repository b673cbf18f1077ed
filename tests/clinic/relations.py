"""How what a function returns is related to the truth: a factor and an offset of one of the truth's reductions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .case import GAUSSIAN_VAE, OBJECTIVES, SAMPLER, Case
from .points import OTHER_SIZES, SIZES, draw


class Relation(NamedTuple):
    """answer = factor · reduced truth + offset, to `residual` (relative)."""

    reduction: str
    factor: float
    offset: float
    residual: float


def reductions(truth: NDArray[np.float64]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Every reduction of the truth that is right: nothing, a sample, the batch summed or averaged."""
    if truth.ndim > 1:
        yield "elementwise", truth
    rows = truth.reshape(len(truth), -1).sum(axis=1) if truth.ndim else truth
    yield "per-sample", rows
    if truth.ndim:
        yield "batch-sum", np.asarray(rows.sum())
        yield "batch-mean", np.asarray(rows.mean())


def relations(case: Case, sizes: Mapping[str, int] = SIZES, draws: int = 8, seed: int = 7) -> Iterator[Relation]:
    """The best factor and offset for every reduction of the shape that the function returns."""
    rng = np.random.default_rng(seed)
    pairs: dict[str, list[tuple[Any, Any]]] = {}
    assert case.truth is not None
    for _ in range(draws):
        arguments = draw(case.roles, rng, sizes)
        answer = np.asarray(case.function(*arguments), dtype=np.float64)
        for name, reduced in reductions(np.asarray(case.truth(*arguments))):
            if reduced.shape == answer.shape and (case.quantity != SAMPLER or name == "elementwise"):
                pairs.setdefault(name, []).append((answer, reduced))
    for name, found in pairs.items():
        answers = np.concatenate([np.ravel(answer) for answer, _ in found])
        truths = np.concatenate([np.ravel(truth) for _, truth in found])
        design = np.stack([truths, np.ones_like(truths)], axis=1)
        (factor, offset), *_ = np.linalg.lstsq(design, answers, rcond=None)
        residual = np.max(np.abs(design @ [factor, offset] - answers)) / np.max(np.abs(truths))
        yield Relation(name, float(factor), float(offset), float(residual))


def is_right(case: Case, tolerance: float = 1e-6, draws: int = 8) -> bool:
    """Whether the function is the truth under one right reduction, at two sets of sizes; of objectives, a multiple."""
    return all(
        any(_is_right(case, relation, sizes, tolerance) for relation in relations(case, sizes, draws))
        for sizes in (SIZES, OTHER_SIZES)
    )


def _is_right(case: Case, relation: Relation, sizes: Mapping[str, int], tolerance: float) -> bool:
    if relation.residual > tolerance:
        return False
    if case.quantity in OBJECTIVES:
        normaliser = _normaliser(case, relation, sizes)
        offsets = (0.0, normaliser, -normaliser)
        return relation.factor > 0 and any(abs(relation.offset - offset) < 100 * tolerance for offset in offsets)
    return abs(relation.factor - 1) < tolerance and abs(relation.offset) < tolerance * 10


def _normaliser(case: Case, relation: Relation, sizes: Mapping[str, int]) -> float:
    """The ½ log 2π of every pixel, which a Gaussian likelihood of constant variance may leave out."""
    if case.quantity != GAUSSIAN_VAE or any(role.startswith("decoder_") for role in case.roles):
        return 0.0
    pixels = 0.5 * np.log(2 * np.pi) * sizes["D"] * (sizes["B"] if relation.reduction == "batch-sum" else 1)
    return float(relation.factor * pixels)
