"""The rewritings a law may license, beyond the arithmetic that is always allowed."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Rule"]


class Rule(StrEnum):
    """One kind of rewriting; a law is checked with the rules it names and with no others."""

    LOGS = "log of a product, quotient and power of positive factors"
    KL = "KL(q‖p) is E_q[log q − log p]"
    LINEAR = "E is linear, constants leave it, E of 1 is 1"
    GAUSSIAN = "the logarithm of a Gaussian density"
    MOMENTS = "moments of a Gaussian"
    INDEPENDENT = "the density of independent blocks is the product of theirs"
    MARGINAL = "a block that does not occur is integrated out"
    LAST_FACTOR = "the last of n independent coordinates is set apart"
    LAST_TERM = "the last term of a sum is set apart"
    ADDITIVE = "KL of independent blocks is the sum of theirs"
