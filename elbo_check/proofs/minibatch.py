"""A minibatch: its scaled sum of losses has no bias for the sum over all data."""

from __future__ import annotations

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Expectation, Iterated, Uniform, indexed_sum, sequence
from ..symbols import author_form, count, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return E[(N/M) Σ_m loss_{i_m}] = Σ_i loss_i with its proof."""
    return Derivation(
        name="minibatch",
        title="A minibatch has no bias",
        words="E[(N/M) Σ_m ℓ_{i_m}] = Σ_i ℓ_i for i_1, …, i_M uniform on 1 … N",
        assumptions=(
            "M ≥ 1 indices, each uniform on 1 … N (drawn with replacement; without it, each index is uniform as well)",
        ),
        chains=(_chain(),),
        sources=("D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, (8)",),
    )


def _chain() -> Chain:
    i, m, data, batch = count("i"), count("m"), count("N"), count("M")
    loss, drawn = sequence(real("ell")), sequence(i)
    with author_form():
        draws = Iterated(Uniform(data), m, batch)
        average = Expectation(draws, data / batch * indexed_sum(loss[drawn[m]], m, batch), i)
        single = data * Expectation(Uniform(data)(i), loss[i])
        mean = data * (indexed_sum(loss[i], i, data) / data)
        total = indexed_sum(loss[i], i, data)
    steps = (
        Step("every index has the same distribution", average, single, laws.unbiased_average, label="L2"),
        Step("mean over a uniform index", single, mean, laws.discrete_mean, label="L2"),
        Step("the factor N", mean, total, laws.algebra, label="L2"),
    )
    return Chain(Statement(average, total), steps, (loss.label, data, batch))
