"""Verdicts on outputs that are right parts, left open: what the caller makes of them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..diagnosis.wording import law_text
from ..loss_verdict import Diagnosis
from .heard import Heard
from .told import told_of
from .undecided import undecided

__all__ = ["apart", "composed", "summed", "weighed"]


def summed(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: two outputs add up to what is right, and whether they are added only the caller knows."""
    *names, last = map(repr, heard.call.function.added.names)
    ways = heard.call.function.added.over
    over = "".join(f", which differ in shape, of {name!r} its {way} over the batch" for name, way in ways)
    alone = " and nothing else" if heard.besides else ""
    missing = (
        f"equal, if the caller adds its outputs {', '.join(names)} and {last}{over}{alone} "
        f"(say so: output='{heard.call.output}')"
    )
    return undecided(heard, missing, record, told_of(heard))


def apart(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: two outputs of different shapes are right parts, and only the caller puts them together."""
    one, other = heard.apart
    missing = (
        f"equal, if the caller adds its outputs {one!r} and {other!r}, which differ in shape, once both are summed "
        "over what is one sample's, and reduced over the batch alike"
    )
    told = {**told_of(heard), "relation": "different", "factor": "", "differs": ""}
    return undecided(heard, missing, record, told)


def composed(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: of two outputs one is a log-likelihood, and the caller gives it its sign."""
    one, other = heard.call.function.added.names
    added = heard.found.explanations[0].beta is None
    whole = "adds log p(x | z) and −KL" if added else "subtracts the KL from log p(x | z)"
    missing = (
        f"equal, if the caller {whole}, as {one!r} and {other!r} are in some order, and maximises that. Their "
        f"sum is no loss (if it is meant to be one, say so: output='{heard.call.output}')"
    )
    return undecided(heard, missing, record, told_of(heard))


def weighed(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: two outputs are right parts, and the KL lacks the declared weight, which a caller may give."""
    added, beta = heard.call.function.added, law_text(heard.call.quantity.beta)
    plus, minus = added.words
    way = f"takes its output {plus}, less {minus}" if minus else f"adds its outputs {plus}"
    missing = (
        f"equal, if the caller multiplies the KL by {beta} where it {way} (the parts alone: beta=1, "
        f"output='{heard.call.output}')"
    )
    return undecided(heard, missing, record, told_of(heard))
