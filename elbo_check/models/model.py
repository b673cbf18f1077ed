"""What a tractable model is: a prior, a likelihood, and an evidence and a posterior that are known exactly.

A model is a class with these few methods; `elbo_check.models.conformance` tries them on one. Every quantity that is
computed, not measured, is written once over a `World` and returned as the terms whose sum it is: read with floats it
knows how far rounding may reach (16·eps·Σ|terms|), read with FLINT balls it is an enclosure, read with SymPy a formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import numpy as np

from ..densities.world import World

__all__ = ["Model", "Terms"]

Terms = tuple[Any, ...]


class Model(Protocol):
    """A model p(x, z) = p(z) p(x|z) whose log p(x) is known exactly.

    `name` is what the command line calls it, `title` one line, `source` where its formulas are proved;
    `families` are the densities that q may be.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    families: ClassVar[tuple[type, ...]]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords with their values, for people and for `--param`."""
        ...

    def data(self, x: Any) -> Any:
        """Return x as this model reads it, or raise `InputError` (outside the support, of an impossible shape)."""
        ...

    def density(self, q: Any) -> Any:
        """Return q as a density of this model's latents, or raise `InputError` (another family, another dimension)."""
        ...

    def prior(self, x: Any, world: World) -> Any:
        """Return p(z), its numbers in `world`; x only says how many latents there are."""
        ...

    def posterior(self, x: Any, world: World) -> Any:
        """Return p(z|x), its numbers in `world`."""
        ...

    def log_likelihood(self, x: Any, z: Any, world: World) -> Terms:
        """Return the terms of log p(x|z) at a point z of the latents' space: the definition."""
        ...

    def expected_log_likelihood(self, x: Any, q: Any, world: World) -> Terms:
        """Return the terms of E_q log p(x|z) in closed form; raises `WitnessError` if there is none."""
        ...

    def log_evidence(self, x: Any, world: World) -> Terms:
        """Return the terms of log p(x) in closed form: not by way of the posterior; `WitnessError` if there is none."""
        ...

    def draw(self, generator: np.random.Generator) -> Any:
        """Draw z from the prior and x from p(x|z), and return x as `data` accepts it."""
        ...

    @classmethod
    def example(cls) -> tuple[Any, Any, Any]:
        """Return a model, data and a q (not the posterior), all small: what documentation and tests start from."""
        ...
