"""A case: a function, what its arguments hold, the quantity it should compute, and the mistakes that are in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

BERNOULLI_VAE = "bernoulli-vae-loss"
"""Bernoulli negative log likelihood + KL; `reconstruction` holds probabilities, `logits` their logits."""
GAUSSIAN_VAE = "gaussian-vae-loss"
"""Gaussian negative log likelihood + KL; `reconstruction` holds the mean, of variance 1 unless `decoder_…` is given."""
SAMPLER = "sampler"
IWAE = "iwae"
MINIBATCH = "minibatch-loss"
ENTROPY = "gaussian-entropy"
LIKELIHOOD = "gaussian-negative-log-likelihood"

OBJECTIVES = frozenset({BERNOULLI_VAE, GAUSSIAN_VAE, MINIBATCH})
"""Quantities of which every positive multiple is right."""

NOTES = frozenset({"global-scale-only", "unstable-form", "harmless-epsilon"})
"""Labels of losses that are right."""

Function = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """A loss as somebody wrote it. `quantity` is None where the roles say which KL it is."""

    id: str
    function: Function
    roles: tuple[str, ...]
    quantity: str | None = None
    truth: Function | None = None
    """The true quantity of the same arguments: an array with the batch first, summed over nothing it need not be."""
    slugs: tuple[str, ...] = ()
    url: str = ""
    note: str = ""
    backend: str = "numpy"
    prior: Any = None
    beta: float | None = None
    batch: bool = True
    """Whether the function is meant for batches; one that is not may take them and be wrong there."""
    unseen: tuple[str, ...] = ()
    """Those of the labels that the function does not show (they are about its caller, or its name)."""
    only_if: str = ""
    """Lengths at which a loss that is wrong elsewhere is right: then it is to be told so, and not refuted."""
    relation: tuple[float, float, str] | None = None
    """Factor and offset to a reduction of the truth, as the field list measured them for B = 6, d = 5."""

    @property
    def expected(self) -> tuple[str, ...]:
        """The names that a diagnosis should give."""
        return tuple(slug for slug in self.slugs if slug not in self.unseen)

    @property
    def is_wrong(self) -> bool:
        """Whether the loss must be refuted."""
        return any(slug not in NOTES for slug in self.expected)


Arguments = Mapping[str, Any]
