"""Diagnosing losses: how long it takes, and how often it is right in the clinic."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

import elbo_check

from ..clinic import disguises
from ..clinic.asking import ask, ask_all
from ..clinic.case import Case
from ..clinic.planted import pairs
from ..clinic.planted_gaussian import GAUSSIANS
from ..clinic.planted_objectives import OBJECTIVES
from ..clinic.planted_others import OTHERS
from ..clinic.planted_pairs import PAIRS
from ..clinic.relations import is_right
from ..clinic.replayable import REPLAYABLE
from ..clinic.written import WRITTEN
from .measure import Row, interleaved

FAMILIES = [*GAUSSIANS, *PAIRS, *OBJECTIVES, *OTHERS]
SAMPLE = {False: 200, True: 40}


def rows(quick: bool) -> Iterator[Row]:
    yield from _times()
    yield from _rates("the 28 replayable field cases", REPLAYABLE, 0.95)
    yield from _rates(f"{len(WRITTEN)} further field cases", WRITTEN, 0.95)
    singles = [case for family in FAMILIES for case in family.singles() if not is_right(case)]
    yield from _rates(f"{len(singles)} planted mistakes", singles[:: 8 if quick else 1], 0.98)
    yield from _rates("pairs of planted mistakes", _pairs(SAMPLE[quick]), 0.9)
    yield _accusations(SAMPLE[quick])


def _times() -> Iterator[Row]:
    roles = ("mean", "log_variance")
    seconds = interleaved(lambda: elbo_check.verify_loss(_kl, roles=roles, rng=0), repeats=5)[0]
    yield Row.within("verify_loss of a NumPy KL, after import", 0.5, seconds, "s")
    try:
        import torch
    except ModuleNotFoundError:
        yield Row("verify_loss of a torch VAE loss", "≤ 3 s", "torch is not installed")
        return

    def loss(recon_x: Any, x: Any, mu: Any, logvar: Any) -> Any:
        bce = torch.nn.functional.binary_cross_entropy(recon_x, x, reduction="sum")
        return bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())

    def mistaken(recon_x: Any, x: Any, mu: Any, logvar: Any) -> Any:
        bce = torch.nn.functional.binary_cross_entropy(recon_x, x)
        return bce - 0.5 * torch.sum(1 + logvar - mu.pow(2))

    given = {"roles": ("reconstruction", "x", *roles), "backend": "torch", "rng": 0}
    seconds = interleaved(lambda: elbo_check.verify_loss(loss, **given), repeats=3)[0]
    yield Row.within("verify_loss of a torch VAE loss", 3.0, seconds, "s")
    seconds = interleaved(lambda: elbo_check.verify_loss(mistaken, backend="torch", rng=0), repeats=3)[0]
    yield Row.within("the same with three mistakes, roles by its names", 3.0, seconds, "s")


def _kl(mu: Any, logvar: Any) -> Any:
    return -0.5 * np.mean(1 + logvar - mu**2 - np.exp(logvar), axis=-1)


def _pairs(count: int) -> list[Case]:
    drawn = random.Random(5)
    families = [family for family in FAMILIES if any(pairs(family))]
    return [drawn.choice(list(pairs(family))) for family in itertools.islice(itertools.cycle(families), count)]


def _rates(what: str, cases: Iterable[Case], names: float) -> Iterator[Row]:
    answers = ask_all(cases)
    right = sum(answer.verdict_is_right for answer in answers)
    yield Row.fact(f"{what}: verdict", "all right", f"{right} of {len(answers)}", right == len(answers))
    named = sum(answer.name_is_right for answer in answers)
    share = named / len(answers)
    yield Row.fact(f"{what}: name", f"≥ {names:.0%}", f"{named} of {len(answers)}, {share:.1%}", share >= names)


def _accusations(count: int) -> Row:
    answers = [ask(disguises.disguise(seed)) for seed in disguises.fresh_seeds(count)]
    accused = sum(answer.outcome == "REFUTED" for answer in answers)
    settled = sum(answer.outcome == "CONSISTENT" for answer in answers)
    measured = f"{accused} accused, {settled} of {count} consistent"
    return Row.fact(f"{count} right losses in disguise", "0 accused", measured, accused == 0)
