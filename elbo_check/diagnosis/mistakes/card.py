"""What a card of the catalogue holds, and the formulas and papers that many cards name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BAYES_BY_BACKPROP", "IWAE", "KL", "KL_OF_TENSOR", "VAE", "Card", "Severity"]

VAE = "https://arxiv.org/abs/1312.6114"
IWAE = "https://arxiv.org/abs/1509.00519"
BAYES_BY_BACKPROP = "https://arxiv.org/abs/1505.05424"

KL = "½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²)"
KL_OF_TENSOR = "½ Σ_j (μ_j² + exp(t_j) − 1 − t_j)"

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Card:
    """One mistake: how to recognise it, what it does, how to mend it.

    Formulas are plain text in one notation: μ_j and σ_j of latent j of d, x_i and r_i (the reconstruction) of pixel i
    of D, sample b of a batch of B (or M of N data points), draw or class k of K, T steps of a sequence, t_j for the
    tensor itself where what it holds is in question; Σ reaches to the end of its product. `same_function` holds the
    slugs of cards that are the same function in some setting, so that no black box can tell them apart there.
    `cure_of_categories` is the cure of categorical distributions, if `cure` is that of Gaussians; `cure_of_decoder`
    that of −log p(x | z), if `cure` is that of a KL.

    `severity`: error, what is learned changes; warning, gradients are right and the value is not; note, neither.
    """

    code: str
    slug: str
    title: str
    with_mistake: str
    right: str
    why: str
    effect: str
    cure: str
    source: str
    same_function: tuple[str, ...] = ()
    severity: Severity = "error"
    cure_of_categories: str = ""
    cure_of_decoder: str = ""
