"""Notes on form: not what the function means, but how it is written; wrong at most somewhere, or in digits."""

from __future__ import annotations

from .card import KL, KL_OF_TENSOR, VAE, Card

__all__ = ["CARDS"]

CARDS = (
    Card(
        "EC120",
        "global-scale-only",
        "the whole loss is multiplied by one positive constant",
        "c · (Σ_i BCE_i + KL)",
        "Σ_i BCE_i + KL",
        "Every term is divided by the same number: pixels, batch size, number of data.",
        "Proportional to −ELBO with the effective beta 1: minimum and balance are right, and only the step length of "
        "a plain gradient descent changes. A size written as a number is right only while that size stays the same.",
        "nothing to do; multiply by the constant where values are reported in nats",
        "https://github.com/tkipf/gae/issues/20",
        (),
        "note",
    ),
    Card(
        "EC121",
        "unstable-form",
        "a right formula that loses its digits near the prior",
        "−½ Σ_j (1 + t_j − μ_j² − exp(t_j))",
        KL_OF_TENSOR,
        "exp(t) − 1 − t is a difference of nearly equal numbers where t is small.",
        "In exact arithmetic it is the KL. In float32, at μ = 0 and log σ² = 1e-4, the KL is 2.5e-09 and the formula "
        "gives 0: no digit is right. The same terms in another order may be negative.",
        "expm1(logvar) - logvar instead of exp(logvar) - 1 - logvar; float64 where values are compared",
        VAE,
        (),
        "warning",
    ),
    Card(
        "EC122",
        "harmless-epsilon",
        "a small number inside a logarithm or under a quotient",
        "½ Σ_j (μ_j² + σ_j² − 1 − log(σ_j² + e))",
        KL,
        "e = 1e-8 guards against log 0.",
        "−½ log(1 + e/σ²) a latent: 5e-09 at σ = 1 for e = 1e-8, and nothing that training notices. It grows as σ "
        "falls: 0.347 at σ = 1e-4.",
        "nothing to do while sigma stays far above sqrt(e)",
        "https://github.com/hwalsuklee/tensorflow-mnist-CVAE/issues/2",
        (),
        "note",
    ),
    Card(
        "EC123",
        "binding-clamp",
        "a clamp cuts off values that occur",
        "½ Σ_j (μ_j² + exp(clamp(t_j)) − 1 − clamp(t_j))",
        KL_OF_TENSOR,
        "log σ² is clamped to keep exp from overflowing, in a range that posteriors reach.",
        "Inside the range nothing changes. Beyond it the value is constant in log σ² and the gradient is 0: a latent "
        "that has got there is never pulled back by the KL. A clamp on one of two terms alone makes them disagree.",
        "widen the range until it is never reached, or clamp softly",
        "https://github.com/pytorch/pytorch/issues/72525",
    ),
)
