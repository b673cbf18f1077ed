"""A chain of hidden states, each of which emits a symbol."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np

from ..densities.categorical import Categorical
from ..densities.finite import FinitePoint, held, log_sum, log_total, logarithms, zero
from ..densities.markov_chain import MarkovChain
from ..densities.rows import outcomes, rows
from ..densities.world import World, numpy_world
from ..errors import InputError, ShapeError, WitnessError, described
from .doors import family
from .model import Terms

__all__ = ["HiddenMarkovModel"]


@dataclass(frozen=True, slots=True, eq=False)
class HiddenMarkovModel:
    """z₁ ~ initial, zₜ₊₁ | zₜ ~ transitions[zₜ], xₜ | zₜ ~ emissions[zₜ], for t = 1 … T.

    `initial` has the shape (K,), `transitions` (K, K), `emissions` (K, M): rows of probabilities, which may be 0. Data
    are T symbols from 0 to M − 1. log p(x) = Σₜ log p(xₜ|x₁ … xₜ₋₁) comes from the forward recursion, in nats; p(z|x)
    is a `MarkovChain` that comes from the backward one. q is a `MarkovChain`, or a `Categorical` of shape (T, K).

    Raises `InputError` for a row that does not sum to 1 and `ShapeError` for shapes that do not fit together.

    >>> model = HiddenMarkovModel([0.5, 0.5], [[0.9, 0.1], [0.1, 0.9]], [[0.8, 0.2], [0.2, 0.8]])
    >>> sum(model.log_evidence(model.data([0, 0]), numpy_world()))
    np.float64(-1.1332037334377287)

    Source: Rabiner (1989), A tutorial on hidden Markov models, Proceedings of the IEEE 77(2), section III.
    """

    initial: Any
    transitions: Any
    emissions: Any

    name: ClassVar[str] = "hidden-markov"
    title: ClassVar[str] = "a hidden Markov chain with discrete symbols"
    source: ClassVar[str] = "Rabiner (1989), A tutorial on hidden Markov models, section III"
    families: ClassVar[tuple[type, ...]] = (MarkovChain,)

    def __post_init__(self) -> None:
        initial = rows("initial", self.initial, 1)
        transitions, emissions = rows("transitions", self.transitions, 2), rows("emissions", self.emissions, 2)
        k = len(initial)
        if transitions.shape != (k, k) or len(emissions) != k:
            shapes = f"arrays of the shapes {initial.shape}, {transitions.shape} and {emissions.shape}"
            expected = f"of the shapes ({k},), ({k}, {k}) and ({k}, M)"
            remedy = "a row of transitions and one of emissions for each state"
            raise ShapeError("initial, transitions, emissions", described(shapes), expected, remedy)
        for name, given in (("initial", initial), ("transitions", transitions), ("emissions", emissions)):
            object.__setattr__(self, name, given)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {"initial": self.initial, "transitions": self.transitions, "emissions": self.emissions}

    def data(self, x: Any) -> Any:
        """Return x, symbols of shape (T,) that some chain of states can emit."""
        remedy = "x holds the symbols in their order, as columns of `emissions`; a single one is [x]"
        symbols = outcomes("x", x, self.emissions.shape[1], axes=1, remedy=remedy)
        states = self.initial != 0
        for place, symbol in enumerate(symbols):
            states = states & (self.emissions[:, symbol] != 0)
            if not states.any():
                impossible = "of positive probability", "the evidence p(x) is 0: no chain of states emits these symbols"
                raise InputError(f"x[{place}]", int(symbol), *impossible)
            states = (self.transitions[states] != 0).any(axis=0)
        return symbols

    def density(self, q: Any) -> MarkovChain:
        """Return q as a `MarkovChain`; a `Categorical` of shape (T, K) is one whose latents are independent."""
        if isinstance(q, Categorical) and len(q.shape) == 2:
            q = MarkovChain.independent(q)
        latents: MarkovChain = family("q", q, MarkovChain, "or a Categorical of shape (T, K), a row for each symbol")
        if latents.shape[1] != len(self.initial):
            shown = described(f"a density of shape {latents.shape}")
            raise ShapeError("q", shown, f"of shape (T, {len(self.initial)})", "a latent for each symbol")
        return latents

    def prior(self, x: Any, world: World) -> MarkovChain:
        """Return the chain of as many states as there are symbols."""
        steps = np.broadcast_to(self.transitions, (len(x) - 1, *self.transitions.shape)).copy()
        return MarkovChain.of(Categorical.of_rationals(self.initial, world), Categorical.of_rationals(steps, world))

    def posterior(self, x: Any, world: World) -> MarkovChain:
        """Return the chain of p(z₁|x) and p(zₜ₊₁|zₜ, x), weighed by what the later symbols say of each state."""
        initial, transitions, emissions = self._logs(world)
        messages: list[Any] = [world.exact(0.0)] * len(initial)  # log p(later symbols|state), less a constant
        steps = []
        for symbol in x[:0:-1]:
            onward = _added(emissions[:, symbol], messages)
            step = [_added(row, onward) for row in transitions]
            steps.append([row if _possible(row) else onward for row in step])
            messages = _small([log_total(row, world) for row in step], world)
        first = _added(initial, _added(emissions[:, x[0]], messages))
        shape = len(steps), len(initial), len(initial)
        later = held([log for step in steps[::-1] for row in step for log in row]).reshape(shape)
        return MarkovChain.of(Categorical.of_logs(held(first), world), Categorical.of_logs(later, world))

    def log_likelihood(self, x: Any, z: FinitePoint, world: World) -> Terms:
        """Return Σₜ log emissions[zₜ, xₜ], −inf where a state does not emit its symbol."""
        emissions = logarithms(self.emissions, world)
        return tuple(emissions[:, symbol][state] for symbol, state in zip(x, z.index, strict=True))

    def expected_log_likelihood(self, x: Any, q: MarkovChain, world: World) -> Terms:
        """Return Σₜ Σₖ q(zₜ = k) log emissions[k, xₜ]; raises `WitnessError` where it is −∞."""
        if len(x) != q.shape[0]:
            shown = described(f"a density of shape {q.shape}")
            raise ShapeError("q", shown, f"of shape ({len(x)}, {len(self.initial)})", "a latent for each symbol")
        emissions = logarithms(self.emissions, world)[:, x].T
        reached = q.reached
        if any(map(zero, emissions[reached])):
            raise WitnessError("E_q log p(x|z) is −∞: q is positive where p(x|z) is 0")
        return tuple(q.marginals()[reached] * emissions[reached])

    def log_evidence(self, x: Any, world: World) -> Terms:
        """Return Σₜ log p(xₜ|x₁ … xₜ₋₁) by the forward recursion, four terms for each symbol."""
        initial, transitions, emissions = self._logs(world)
        terms: list[Any] = []
        predicted, before = list(initial), world.exact(0.0)  # log p(x₁ … xₜ₋₁, zₜ) and its sum, less a constant
        for symbol in x:
            joint = _added(predicted, emissions[:, symbol])
            largest, rest = log_sum(joint, world)
            terms += [predicted[largest], emissions[largest, symbol], rest, -before]
            filtered = _small(joint, world)
            before = log_total(filtered, world)
            predicted = [log_total(_added(filtered, transitions[:, j]), world) for j in range(len(initial))]
        return tuple(terms)

    def draw(self, generator: np.random.Generator) -> Any:
        """Draw a chain of three states from the prior, and a symbol from each."""
        world = numpy_world()
        states = self.prior([0] * 3, world).draw(generator, 1).index[:, 0]
        return Categorical.of_rationals(self.emissions[states], world).draw(generator, 1).index[:, 0]

    @classmethod
    def example(cls) -> tuple[Self, Any, MarkovChain]:
        """Return a model, data and a q."""
        model = cls([0.75, 0.25], [[0.875, 0.125], [0.25, 0.75]], [[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]])
        q = MarkovChain([0.625, 0.375], [[[0.75, 0.25], [0.5, 0.5]], [[0.5, 0.5], [0.125, 0.875]]])
        return model, np.array([0, 2, 2]), q

    def _logs(self, world: World) -> tuple[Any, Any, Any]:
        initial, transitions, emissions = self.parameters.values()
        return logarithms(initial, world), logarithms(transitions, world), logarithms(emissions, world)


def _added(logs: Any, others: Any) -> list[Any]:
    """Return the logarithms of products."""
    pairs = zip(logs, others, strict=True)
    return [-np.inf if zero(log) or zero(other) else log + other for log, other in pairs]


def _possible(logs: list[Any]) -> bool:
    return not all(map(zero, logs))


def _small(logs: list[Any], world: World) -> list[Any]:
    """Return logarithms less that of a power of 2 near the largest of them: exact, so that balls do not grow."""
    power = round(float(max(logs, key=float)) / math.log(2))
    return [log if zero(log) else log - world.log_rational(Fraction(2) ** power) for log in logs]
