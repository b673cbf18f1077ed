"""A gradient that was estimated, number by number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..densities.world import World
from ..errors import InputError, WitnessError
from ..evidence import Basis, Estimate
from ..witnesses.streaming import Totals
from .analytic import kl_of, kl_slopes
from .bounds import Bound, none
from .problem import Problem
from .running import Piece, Run, as_estimate, guess, samples_of

__all__ = ["Asked", "Gradient", "gradient_of"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Gradient:
    """The derivatives of an objective with respect to the parameters of q, `names`, in nats per unit of each.

    `objective` is the value of what is differentiated, from the same draws. `error` holds for all numbers at once at
    the `level`, if `bound` names a proof; if it is "none", it is a guess and `note` says why there is no proof.
    """

    estimator: str
    objective: Estimate
    names: tuple[str, ...]
    value: FloatArray
    standard_error: FloatArray
    error: FloatArray
    basis: Basis
    bound: str
    level: float
    seconds: float
    note: str = ""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.value).all() and np.isfinite(self.error).all()):
            shown = ", ".join(
                f"∂/∂{name}: {v} ± {e}" for name, v, e in zip(self.names, self.value, self.error, strict=True)
            )
            raise WitnessError(f"{self.estimator} gave {shown}, not finite numbers: out of the range of float64")


def gradient_of(
    name: str, problem: Problem, run: Run, totals: Totals, bounds: list[Bound], *, form: str = "A", samples: int = 1
) -> Gradient:
    """Return the gradient whose totals are the objective and its derivatives; in form B the KL is taken off here.

    There is a proof for all derivatives or for none.
    """
    names = tuple(problem.q.parameters)
    divergence, floor, slopes, floors = 0.0, 0.0, np.zeros(len(names)), np.zeros(len(names))
    if form == "B":
        (divergence, floor), (slopes, floors) = kl_of(problem), kl_slopes(problem)
    objective = as_estimate(name, run, totals, bounds[0], samples=samples, shift=-divergence, floor=floor)
    proved, deviation = all(bound.proved for bound in bounds), totals.standard_error[1:]
    radius = np.array([bound.radius for bound in bounds[1:]]) if proved else guess(run.level) * deviation
    return Gradient(
        name,
        objective,
        names,
        totals.mean[1:] - slopes,
        deviation,
        radius + totals.floor[1:] + floors,
        Basis.SAMPLED if proved else Basis.HEURISTIC,
        bounds[0].kind if proved else "none",
        run.level,
        run.seconds,
        "; ".join(dict.fromkeys(filter(None, (*(bound.reason for bound in bounds), run.seeds.note)))),
    )


class Asked(NamedTuple):
    """What a gradient of the ELBO is asked for, checked: form "A" or "B", K, the run, the problem."""

    form: str
    samples: int
    run: Run
    problem: Problem

    @classmethod
    def of(cls, problem: tuple[Any, Any, Any], form: Any, samples: Any, settings: tuple[Any, Any, Any, Any]) -> Asked:
        """Check a model, data and q, and draws, rng, level and workers; raises `InputError`."""
        whole, run, known = samples_of(samples), Run.of(*settings), Problem.of(*problem)
        if not (isinstance(form, str) and form in {"A", "B"}):
            remedy = "A samples log p(x, z) − log q(z); B takes the KL in closed form"
            raise InputError("form", form, "'A' or 'B'", remedy)
        if form == "B" and whole > 1:
            raise InputError("samples", whole, "1 in form B", "only form A has importance weights: leave `form` out")
        return cls(form, whole, run, known)

    @property
    def derivatives(self) -> int:
        """How many derivatives there are."""
        return len(self.problem.q.parameters)

    @property
    def terms_at(self) -> Callable[[Any, Any, World], tuple[Any, ...]]:
        """The terms of what is sampled at a point, for a q, in a world."""
        return self.problem.log_likelihood if self.form == "B" else self.problem.log_weight

    def unproved(self, reason: str) -> list[Bound]:
        """Return that there is no bound on the objective or any derivative, and why."""
        return [none(reason)] * (1 + self.derivatives)

    def answer(self, name: str, piece: Piece, bounds: list[Bound]) -> Gradient:
        """Run the pieces and return the gradient."""
        totals = self.run.totals(piece, self.samples * (1 + self.derivatives))
        return gradient_of(name, self.problem, self.run, totals, bounds, form=self.form, samples=self.samples)
