"""What was established about the bounds, in sentences, and models, data and densities in words."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..arrays import Reals
from ..densities.normal import Normal
from ..evidence import Estimate, as_float
from ..judge.bounds import ELBO, EUBO, EVIDENCE, GAP, UPPER_GAP, Bounds
from ..verdict import Finding
from .elbo_witnesses import ElboCase

__all__ = ["elbo_findings", "shown"]

LONGEST_LIST = 6
LONGEST_TABLE = 72

_INFINITE = {
    ELBO: "q is positive where the posterior is zero: the ELBO is −∞, and so far below log p(x) that it says nothing",
    EUBO: "q is zero where the posterior is positive: the EUBO is +∞, and bounds nothing",
}


def elbo_findings(case: ElboCase, bounds: Bounds, held: Reals | None) -> tuple[Finding, ...]:
    """Return the findings on one case, errors first."""
    found = [*_errors(bounds, held), *_claim_accepted(bounds)]
    found += [Finding("infinite", words, "warning") for name, words in _INFINITE.items() if name in bounds.infinite]
    found += [*_sandwich(bounds), *_equalities(bounds), *_doubts(bounds)]
    if case.seeds.note:
        found.append(Finding("seeded-by-draws", case.seeds.note))
    return tuple(found)


def _errors(bounds: Bounds, held: Reals | None) -> Iterator[Finding]:
    for quantity, formula, other in bounds.broken:
        words = f"{quantity}: the formula “{formula}” and “{other}” exclude each other: the model is inconsistent"
        yield Finding("inconsistent-model", words, "error")
    for name in bounds.disordered:
        yield Finding("disordered", f"{name} is negative, which no divergence can be", "error")
    if held is not None and bounds.claim and bounds.claim.wrong:
        yield _wrong_claim(float(held.values), bounds)


def _wrong_claim(claim: float, bounds: Bounds) -> Finding:
    evidence, elbo = bounds.best(EVIDENCE), bounds.best(ELBO)
    if evidence is not None and evidence.basis.proves and Fraction(claim) > evidence.value + evidence.error:
        excess = as_float(Fraction(claim) - Fraction(evidence.value))
        words = f"an ELBO of {claim!r} is impossible: it exceeds log p(x) by {excess:.6g} nats, whatever q is"
        return Finding("above-evidence", words, "error")
    if elbo is None:
        return Finding("wrong-claim", f"the ELBO is −∞, and no number such as {claim!r}", "error")
    off = as_float(Fraction(claim) - Fraction(elbo.value))
    words = f"the claim {claim!r} is {'above' if off > 0 else 'below'} the ELBO by {abs(off):.6g} nats"
    return Finding("wrong-claim", words, "error")


def _claim_accepted(bounds: Bounds) -> Iterator[Finding]:
    if bounds.claim and bounds.claim.unstable:
        words = "the claim is off by no more than rounding does to the terms of the ELBO in the claim's own dtype"
        yield Finding("unstable-form", words, "warning")


def _sandwich(bounds: Bounds) -> Iterator[Finding]:
    """Say how the three stand, and on what that rests."""
    told = [_gap_words(bounds, GAP, ELBO, EVIDENCE), _gap_words(bounds, UPPER_GAP, EVIDENCE, EUBO)]
    if any(told):
        yield Finding("sandwich", "; ".join(part for part in told if part))


def _gap_words(bounds: Bounds, gap: str, below: str, above: str) -> str:
    order, best = bounds.order(gap), bounds.best(gap)
    if order == "infinite" or best is None:
        return ""
    if order == "positive":
        return f"{below} < {above}: the gap of {_rough(best)} nats is positive, certified by balls"
    if order == "touching":
        return f"{below} = {above}: the gap is 0 to within {as_float(best.error):.1e} nats"
    return f"{below} ≤ {above} by the theorem; the gap of {_rough(best)} nats is not certified here"


def _equalities(bounds: Bounds) -> Iterator[Finding]:
    """Say what several formulas for one quantity agree on: both forms of the ELBO, each gap and its divergence."""
    agreed, widest = [], Fraction(0)
    for quantity, words in (
        (ELBO, "both forms of the ELBO"),
        (GAP, "log p(x) − ELBO and KL(q‖posterior)"),
        (UPPER_GAP, "EUBO − log p(x) and KL(posterior‖q)"),
    ):
        formulas = [e for e in bounds.formulas if e.quantity == quantity]
        if len(formulas) > 1 and not any(name == quantity for name, *_ in bounds.broken):
            agreed.append(words)
            widest = max(widest, *(Fraction(e.error) for e in formulas))
    if agreed:
        yield Finding("equalities", f"the formulas agree to {as_float(widest):.1e} nats: {'; '.join(agreed)}")


def _doubts(bounds: Bounds) -> Iterator[Finding]:
    proofs: dict[str, list[str]] = {}
    for guess, proof in bounds.doubts:
        proofs.setdefault(guess, []).append(proof)
    for guess, names in proofs.items():
        words = f"{guess} lies outside what is enclosed by {', '.join(dict.fromkeys(names))}: its error is only a guess"
        yield Finding("objection", words, "warning")


def _rough(estimate: Estimate) -> str:
    return f"{as_float(Fraction(estimate.value)):.6g}"


def shown(held: Any) -> str:
    """Write a model, data or a density as its owner would type it, long tables cut.

    >>> from elbo_check.densities import Beta
    >>> shown(Beta(2.0, 0.5))
    'Beta(alpha=2, beta=0.5)'
    """
    if hasattr(held, "log_likelihood"):
        return f"{held.name}({_arguments(held.parameters)})"
    if isinstance(held, Normal):
        return f"Normal({_arguments({'mu': held.mu, held.scale.kind: held.scale.values})})"
    if getattr(held, "source", None) is not None and not isinstance(held.source, str):
        return shown(held.source)  # a Gaussian that was made of what the user passed
    if dataclasses.is_dataclass(held):
        names = [name for name in inspect.signature(type(held)).parameters if hasattr(held, name)]
        names = names or [field.name for field in dataclasses.fields(held) if field.repr]
        return f"{type(held).__name__}({_arguments({name: getattr(held, name) for name in names})})"
    if isinstance(held, np.ndarray | list | tuple):
        return _list(held)
    return f"{held:.6g}" if isinstance(held, float | np.floating) else str(held)


def _arguments(named: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={shown(value)}" for name, value in named.items())


def _list(held: Any) -> str:
    if np.ndim(held) == 0:
        return shown(held.item() if isinstance(held, np.ndarray) else held)
    items = [shown(item) for item in held[:LONGEST_LIST]]
    listed = f"[{', '.join(items)}{', …' if len(held) > LONGEST_LIST else ''}]"
    return listed if len(listed) <= LONGEST_TABLE else f"an array of shape {np.shape(held)}"
