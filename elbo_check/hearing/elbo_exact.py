"""Where all probabilities are rational: bounds and gaps as statements about logarithms, decided without rounding."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..closed_forms import latents
from ..errors import WitnessError
from ..verdict import Finding
from ..witnesses.all_outcomes import sum_exactly
from ..witnesses.rational import rational_world, sign
from .elbo_formulas import elbo_terms
from .elbo_witnesses import ElboCase, understood

__all__ = ["exact_findings"]


def exact_findings(case: ElboCase) -> tuple[Finding, ...]:
    """Return what holds exactly, or fails exactly; nothing where a number is not rational."""
    if not hasattr(case.q, "covers") or case.infinite:
        return ()
    world = rational_world()
    try:
        sums = sum_exactly(partial(understood, case))
        q, posterior = case.q_in(world), case.model.posterior(case.x, world)
        elbo = _total(elbo_terms(case.model, case.x, q, world))
        evidence = _total(case.model.log_evidence(case.x, world))
        divergence, upper = (_total(latents.kl(*pair, world)) for pair in ((q, posterior), (posterior, q)))
        agreed = {
            "the ELBO": elbo == sums.elbo,
            "log p(x)": evidence == sums.log_evidence,
            "the gap and KL(q‖posterior)": evidence - elbo == divergence == sums.kl,
            "the EUBO": evidence + upper == sums.eubo,
            "ELBO ≤ log p(x) ≤ EUBO": sign(divergence) >= 0 and sign(upper) >= 0,
        }
    except WitnessError:
        return ()
    wrong = [name for name, holds in agreed.items() if not holds]
    if wrong:
        words = f"in rational numbers and their logarithms these fail: {', '.join(wrong)}"
        return (Finding("inexact", words, "error"),)
    words = "in rational numbers and their logarithms, without rounding: ELBO ≤ log p(x) ≤ EUBO, and both gaps are KLs"
    return (Finding("exact", words),)


def _total(terms: tuple[Any, ...]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total
