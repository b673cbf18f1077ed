"""What a tensor may hold, and the formula that each reading calls for: cards of misreadings are made of these."""

from __future__ import annotations

from typing import NamedTuple

from .card import Card

__all__ = ["misreading"]


class _Held(NamedTuple):
    """A parameter of the scale: its words, and σ² and log σ² as formulas of the tensor t_j that holds it."""

    words: str
    variance: str
    log_variance: str
    code: str


_HELD = {
    "sigma": _Held("σ", "t_j²", "log(t_j²)", "sigma**2 and 2 * log(sigma)"),
    "var": _Held("σ²", "t_j", "log t_j", "var and log(var)"),
    "logvar": _Held("log σ²", "exp(t_j)", "t_j", "exp(logvar) and logvar"),
    "logsigma": _Held("log σ", "exp(2t_j)", "2t_j", "exp(2 * log_sigma) and 2 * log_sigma"),
    "softplus": _Held(
        "ρ with softplus(ρ) = σ",
        "softplus(t_j)²",
        "log(softplus(t_j)²)",
        "sigma = softplus(rho), then sigma**2 and 2 * log(sigma)",
    ),
}


def misreading(
    code: str, held: str, taken: str, why: str, effect: str, source: str, same: tuple[str, ...] = ()
) -> Card:
    """Return the card of a tensor that holds one parameter and is put into the formula for another."""
    wrong, right = _HELD[taken], _HELD[held]
    return Card(
        code,
        f"{held}-as-{taken}",
        f"a tensor that holds {right.words} in the formula for {wrong.words}",
        _kl(wrong),
        _kl(right),
        why,
        effect,
        f"for a tensor that holds {right.words} the terms are {right.code}",
        source,
        same,
    )


def _kl(held: _Held) -> str:
    return f"½ Σ_j (μ_j² + {held.variance} − 1 − {held.log_variance})"
