"""The rewritings a law may license, beyond the arithmetic that is always allowed."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Rule"]


class Rule(StrEnum):
    """One kind of rewriting; a law is checked with the rules it names and with no others."""

    LOGS = "log of a product, quotient and power of positive factors"
    KL = "KL(q‖p) is E_q[log q − log p]"
    ENTROPY = "H[q] is −E_q log q"
    INFORMATION = "I_p(x) is −log p(x)"
    INTEGRAL = "E_q f is ∫ q f"
    EVERYWHERE = "the density of an E vanishes nowhere, and may be divided by"
    CONDITIONAL = "p(z | x) is p(x, z)/p(x)"
    NORMALISED = "∫ p(x, z) dz is p(x), and ∫ p is 1"
    FUBINI = "integrals over several variables are taken in any order"
    LINEAR = "E and ∫ are linear, constants leave them, E of 1 is 1"
    WRITTEN = "E[a + b] is E[a] + E[b] for the terms that are written there, quotients not joined"
    CONSTANTS = "a constant factor leaves E and ∫, E of a constant is that constant"
    GAUSSIAN = "the formula of a Gaussian density"
    MOMENTS = "moments of a Gaussian"
    BERNOULLI = "the logarithm of a Bernoulli mass"
    DISCRETE = "the mean over an index or a bit is a weighted sum"
    CHANGE = "z = μ + L ε, with ε a standard Gaussian"
    DIFFERENTIATE = "the rules of differentiation"
    UNDER_EXPECTATION = "∂ and E exchange"
    INDEPENDENT = "the density of independent blocks is the product of theirs"
    FACTORS = "the density of a number of independent coordinates is the product of theirs"
    MARGINAL = "a block that does not occur is integrated out"
    LAST_FACTOR = "the last of n independent coordinates is set apart"
    LAST_TERM = "the first or last terms of a sum are set apart"
    EXCHANGE = "finite sums exchange, where neither ends at the index of the other"
    ALIKE = "which of n + 1 like draws is left out of a sum does not matter"
    LAST_DRAW = "the last of n + 1 like draws is a variable of its own"
    SEPARATE = "the mean of a product over independent blocks is the product of the means"
    ADDITIVE = "KL of independent blocks is the sum of theirs"
    NEGATION = "max f is −min(−f)"
    # What follows turns a side into a bound plus or minus something that is never negative.
    NONNEGATIVE = "squares and products of positive terms are not negative"
    TANGENT = "log t is t − 1 less something not negative"
    GIBBS = "KL is not negative"
    SUPPORT = "the mass of p where q > 0 is at most its mass"
    JENSEN = "the logarithm of a mean is the mean of the logarithms plus something not negative"
    WEIGHTS = "so is that of a sum with positive weights that add up to 1"
    EQUATIONS = "a statement with ≤ or ≥ that the step may use"


INEQUALITIES = frozenset({Rule.NONNEGATIVE, Rule.TANGENT, Rule.GIBBS, Rule.SUPPORT, Rule.JENSEN, Rule.EQUATIONS})
