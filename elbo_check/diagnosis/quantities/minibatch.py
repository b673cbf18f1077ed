"""The loss of a minibatch when the KL is that of weights shared by all data: N/B Σ_b NLL_b + KL, of B out of N data."""

from __future__ import annotations

import numpy as np

from ..formula import Formula, Term, law
from ..naming import Scales
from ..probing import Arrays
from ..quantity import Edge, Form, Part, Quantity, grid, shape_of
from ..sizes import Sizes

__all__ = ["minibatch"]

SAMPLES = ("B",)

MINIBATCH_SCALES: Scales = {
    **{law(1, **{size: power}): ("minibatch-weight",) for size in "BN" for power in (-1, 1)},
    law(2): ("doubled", "missing-half", "kl-counted-twice"),
    law("1/2"): ("halved",),
    law(-1): ("wrong-sign",),
}


_LARGE = (4.0, 10.0, 100.0, 1000.0, 10000.0)
_SMALL = (0.1, 0.01, 0.001)


def minibatch() -> Quantity:
    """Return the quantity N/B Σ_b NLL_b + KL, up to a positive factor: 1/B Σ_b NLL_b + KL/N is as right."""
    nll = Term("nll", SAMPLES, lambda a: a["nll"], lambda s: s["nll"])
    kl = Term("kl", (), lambda a: a["kl"], lambda s: s["kl"])
    return Quantity(
        name="minibatch-loss",
        said=lambda n: f"N/B Σ_b {n['nll']}_b + {n['kl']}, of B out of N = {n['dataset_size']} data",
        theorems=(),
        axes={"nll": SAMPLES, "kl": (), "dataset_size": ()},
        draw=_draw,
        formula=Formula({}),
        counts=(),
        slips=(),
        scales=MINIBATCH_SCALES,
        objective=True,
        numbers=frozenset({"N"}),
        parts=(
            Part((Form(Formula.of({nll: law(1)})),), (), SAMPLES, "missing-reconstruction-term", law(1, N=1, B=-1)),
            Part((Form(Formula.of({kl: law(1)})),), (), (), "missing-kl-term"),
        ),
        edges=(
            *(Edge(None, SAMPLES, [{"nll": sign * size} for size in (1.0, *_LARGE)]) for sign in (1, -1)),
            *(Edge(None, (), [{"kl": size, "nll": 0.0} for size in sizes]) for sizes in (_LARGE, _SMALL)),
        ),
    )


def _draw(generator: np.random.Generator, sizes: Sizes) -> Arrays:
    nll = grid(generator, 0.25, 2.0, shape_of(SAMPLES, sizes))
    return {"nll": nll, "kl": np.asarray(grid(generator, 0.25, 2.0, ())), "dataset_size": sizes["N"]}
