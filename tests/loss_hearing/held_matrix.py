"""Losses for every layout, what they hold, its shape and how they are reduced: right ones, and one mistake in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np

ROLES = ("reconstruction", "x", "mean", "log_variance")

LAYOUTS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "flat": ((10,), (6,)),
    "images": ((3, 7, 7), (6,)),
    "grey images": ((1, 7, 7), (6,)),
    "images of images": ((3, 7, 7), (6, 4, 4)),
    "sequences": ((12, 8), (12, 6)),
    "sequences of one z": ((12, 8), (6,)),
}
"""What one sample has: the axes of x, and those of its latents."""

HELD = ("none", "prior", "weight", "mask", "scale", "pair")
MISTAKES = ("no half", "wrong sign", "mean over latents", "mean over pixels")
REDUCED = ("by axes", "flattened", "total")


def shapes(axes: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """The shapes of an array that is held beside these axes, by what it is: all, one a channel or a feature, one."""
    ones = (1,) * (len(axes) - 1)
    found = {"all": axes, "all, behind a one": (1, *axes), "one": (*ones, 1), "one, behind a one": (1, *ones, 1)}
    if ones:
        found |= {"first axis": (axes[0], *ones), "first axis, behind a one": (1, axes[0], *ones)}
    if len(axes) == 2:
        found |= {"last axis": (axes[-1],), "last axis, behind ones": (1, *ones, axes[-1])}
    return found


@dataclass(frozen=True)
class Cell:
    """One loss of the matrix; `mistake` is "" where it is right."""

    layout: str
    held: str
    shape: str
    reduced: str
    backend: str = "numpy"
    mistake: str = ""

    def with_mistake(self, mistake: str) -> Cell:
        """The same loss with one mistake."""
        return replace(self, mistake=mistake)

    @property
    def loss(self) -> Any:
        """The loss: a closure over arrays of NumPy, or a method of a module of torch."""
        pixels, latents = LAYOUTS[self.layout]
        of_pixels, of_latents = shapes(pixels)[self.shape], shapes(latents).get(self.shape, latents)
        kinds = {"weight": np.ones(of_pixels), "mask": np.ones(of_pixels), "scale": np.zeros(of_pixels)}
        kinds |= {"prior": np.zeros(of_latents)}
        names = {"none": (), "pair": ("weight", "prior")}.get(self.held, (self.held,))
        arrays = {name: kinds[name] for name in names}
        return _closure(self, SimpleNamespace(**arrays)) if self.backend == "numpy" else _module(self, arrays).loss


def _closure(cell: Cell, held: Any) -> Any:
    def loss(r: Any, x: Any, mu: Any, logvar: Any) -> Any:
        return _value(cell, np, held, r, x, mu, logvar)

    return loss


def _module(cell: Cell, arrays: dict[str, Any]) -> Any:
    import torch

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, array in arrays.items():
                if name == "scale":
                    self.scale = torch.nn.Parameter(torch.tensor(array))
                else:
                    self.register_buffer(name, torch.tensor(array))

        def loss(self, r: Any, x: Any, mu: Any, logvar: Any) -> Any:
            return _value(cell, torch, self, r, x, mu, logvar)

    return Model()


def _value(cell: Cell, xp: Any, held: Any, r: Any, x: Any, mu: Any, logvar: Any) -> Any:
    apart = r - x
    if cell.held == "scale":
        nll = 0.5 * (apart / xp.exp(held.scale)) ** 2 + held.scale
    elif cell.held == "mask":
        nll = xp.where(held.mask > 0, 0.5 * apart**2, 0.0 * apart)
    else:
        nll = 0.5 * apart**2 * (held.weight if cell.held in ("weight", "pair") else 1)
    moved = mu - held.prior if cell.held in ("prior", "pair") else mu
    kl = 0.5 * (moved**2 + xp.exp(logvar) - 1 - logvar)
    of_pixels = "mean" if cell.mistake == "mean over pixels" else cell.reduced
    of_latents = "mean" if cell.mistake == "mean over latents" else cell.reduced
    factor = {"no half": 2.0, "wrong sign": -1.0}.get(cell.mistake, 1.0)
    pixels, latents = (len(axes) for axes in LAYOUTS[cell.layout])
    return _reduced(nll, of_pixels, pixels) + factor * _reduced(kl, of_latents, latents)


def _reduced(each: Any, how: str, axes: int) -> Any:
    if how == "mean":
        return each.mean()
    if how == "by axes":
        return each.sum(tuple(range(1, axes + 1))).mean()
    if how == "flattened":
        return each.reshape(len(each), -1).sum(1).mean()
    return each.sum() / len(each)


def cells(*, mistakes: bool = False) -> Iterator[Cell]:
    """All losses that are right, or all with one mistake in each, the mistakes by turns for each shape and backend."""
    for turn, (layout, held, reduced) in enumerate(product(LAYOUTS, HELD, REDUCED)):
        pixels, latents = LAYOUTS[layout]
        several = shapes(latents if held == "prior" else pixels) if held != "none" else ["one"]
        for place, (shape, backend) in enumerate(product(several, ("numpy", "torch"))):
            mistake = MISTAKES[(turn + place) % len(MISTAKES)] if mistakes else ""
            yield Cell(layout, held, shape, reduced, backend, mistake)
