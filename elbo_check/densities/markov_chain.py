"""A chain of discrete latents, each drawn given the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..errors import ShapeError, described
from .categorical import Categorical, drawn
from .finite import Finite, FinitePoint, held, log_total
from .latent import Numbers
from .rows import rows
from .world import World, numpy_world

__all__ = ["MarkovChain"]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class MarkovChain(Numbers):
    """The density of T discrete latents z₁ … z_T with K outcomes each.

    log p(z) = log initial[z₁] + Σₜ log transitions[t, zₜ, zₜ₊₁], in nats. `initial` has the shape (K,), `transitions`
    (T − 1, K, K), each row a density of the next latent; () where there is one latent. Where the rows of every
    transition are equal, the latents are independent.

    Raises `InputError` for a row that does not sum to 1, `ShapeError` for shapes that do not fit together.

    >>> chain = MarkovChain([0.5, 0.5], [[[0.9, 0.1], [0.2, 0.8]]])
    >>> chain.shape
    (2, 2)

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, section 13.1.
    """

    initial: Categorical
    transitions: Categorical

    def __init__(self, initial: Any, transitions: Any) -> None:
        first = rows("initial", initial, 1)
        k = len(first)
        given = rows("transitions", transitions, 3) if np.size(transitions) else np.empty((0, k, k), dtype=object)
        if given.shape[1:] != (k, k):
            shown = described(f"an array of shape {given.shape}")
            remedy = "from each of the K outcomes of a latent to each of those of the next"
            raise ShapeError("transitions", shown, f"of shape (T − 1, {k}, {k})", remedy)
        world = numpy_world()
        self._hold(Categorical.of_rationals(first, world), Categorical.of_rationals(given, world))

    @classmethod
    def independent(cls, latents: Categorical) -> Self:
        """Return independent latents, of shape (T, K), as a chain of equal rows."""
        given = latents.given
        steps = np.broadcast_to(given[1:, None, :], (len(given) - 1, given.shape[1], given.shape[1]))
        world = numpy_world()
        return cls.of(Categorical.of_rationals(given[0], world), Categorical.of_rationals(steps, world))

    def read(self, world: World) -> Self:
        """Return the same chain in another world."""
        return self.of(self.initial.read(world), self.transitions.read(world))

    @property
    def parameters(self) -> dict[str, float]:
        """The logits of the first latent and of the steps."""
        parts = ("initial", self.initial), ("transitions", self.transitions)
        return {f"{name}.{key}": number for name, part in parts for key, number in part.parameters.items()}

    def with_parameters(self, numbers: Sequence[Any], world: World) -> MarkovChain:
        """Return the chain with these logits, of any world."""
        first = len(self.initial.parameters)
        initial = self.initial.with_parameters(numbers[:first], world)
        return self.of(initial, self.transitions.with_parameters(numbers[first:], world))

    @property
    def shape(self) -> tuple[int, int]:
        """(T, K)."""
        return len(self.transitions.probabilities) + 1, self.initial.shape[0]

    @property
    def space(self) -> Finite:
        """The latents' outcomes."""
        return Finite(self.shape)

    @property
    def reached(self) -> Any:
        """Which outcomes each latent can have, of shape (T, K)."""
        reached = [self.initial.support]
        for step in self.transitions.support:
            reached.append((reached[-1][:, None] & step).any(axis=0))
        return np.array(reached)

    def marginals(self) -> Any:
        """Return the probabilities of each latent's outcomes, of shape (T, K): sums of positive numbers only."""
        marginals = [self.initial.probabilities]
        for step in self.transitions.probabilities:
            marginals.append((marginals[-1][:, None] * step).sum(axis=0))
        return np.array(marginals)

    def log_density(self, z: FinitePoint, world: World) -> tuple[Any, ...]:
        """Return the terms whose sum is the log-density at a point: one for each latent."""
        steps = zip(self.transitions.logs, z.index[:-1], z.index[1:], strict=True)
        return self.initial.logs[z.index[0]], *(logs[before, after] for logs, before, after in steps)

    def covers(self, other: MarkovChain) -> bool:
        """Whether this density is positive wherever the other is: along every step that the other can take."""
        steps = other.reached[:-1, :, None] & other.transitions.support
        first = self.initial.covers(other.initial)
        return first and bool(np.all(self.transitions.support | ~steps))

    def draw(self, generator: np.random.Generator, count: int) -> FinitePoint:
        """Draw `count` chains, along the last axis; what has probability 0 is never drawn."""
        chain = [self.initial.draw(generator, count).index]
        for step in np.cumsum(np.asarray(self.transitions.probabilities, dtype=np.float64), axis=-1):
            chain.append(drawn(step[chain[-1]], generator.random(count)))
        return FinitePoint(np.array(chain))

    def moments(self, world: World) -> tuple[Any, ...]:
        """Return the means of the statistics: P(z₁ = j), and P(zₜ = i, zₜ₊₁ = j) for each step."""
        pairs = self.marginals()[:-1, :, None] * self.transitions.probabilities
        return *self.initial.probabilities, *pairs.flat

    def natural(self) -> tuple[Any, ...]:
        """Return the factors of the statistics in the log-density: logarithms of the initial row and the steps."""
        return *self.initial.natural(), *self.transitions.natural()

    def statistics(self, z: FinitePoint) -> tuple[Any, ...]:
        """Return the statistics of a point, in the order of `natural`: whether it starts so, and takes which steps."""
        outcomes = range(self.shape[1])
        starts = [z.index[0] == j for j in outcomes]
        steps = zip(z.index[:-1], z.index[1:], strict=True)
        return *starts, *((before == i) & (after == j) for before, after in steps for i in outcomes for j in outcomes)

    def log_partition(self, natural: tuple[Any, ...], world: World) -> Any:
        """Return log Σ exp(natural · statistics) over all chains, by sums from the first latent to the last."""
        number = self.shape[1]
        values, steps = list(natural[:number]), held(natural[number:]).reshape(-1, number, number)
        for step in steps:
            values = [
                log_total([value + log for value, log in zip(values, step[:, j], strict=True)], world)
                for j in range(number)
            ]
        return log_total(values, world)
