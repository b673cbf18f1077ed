"""Verdicts on outputs that are right parts, left open: what the caller makes of them, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..diagnosis.wording import law_text
from ..loss_verdict import Diagnosis
from .heard import Heard
from .signs import is_maximised
from .told import told_of
from .two_parts import is_said_to_be_added
from .undecided import undecided

__all__ = ["by_the_caller", "composed", "summed", "weighed"]

_UNTOLD = "; and if it is to be maximised: it is the ELBO itself, and nothing says so (call it elbo)"


def by_the_caller(heard: Heard) -> str:
    """Say what a caller has to make of two parts, beside what is missing of their decoder; "" where names say it.

    Of an ELBO that nothing calls so, that it is to be maximised.
    """
    added, output = heard.call.function.added, heard.call.output
    if not added or heard.is_declared_sum:
        return _UNTOLD if heard.call.negated and not is_maximised(heard.call) else ""
    if added.taken:
        return f"; and if the caller {_subtracting(*added.words)} (say so: output='{output}')"
    others = len(heard.outputs) > len(added.names)
    if is_said_to_be_added(heard) and not (heard.call.negated or others):
        return ""
    aim, named = (", and maximises that, the ELBO", _naming(heard)) if heard.call.negated else ("", "")
    *names, last = map(repr, added.names)
    every = f"{', '.join(names)} and {last}" + (" and nothing else" if others else "")
    return f"; and if the caller adds its outputs {every}{aim} (say so: output='{output}'{named})"


def _subtracting(kl: str, likelihood: str) -> str:
    return f"subtracts the KL, {kl}, from log p(x | z), {likelihood}, and maximises that, or minimises its negative"


def summed(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: outputs add up to what is right, and whether they are added only the caller knows."""
    *names, last = map(repr, heard.call.function.added.names)
    ways = heard.call.function.added.over
    each = " and ".join(f"of {name!r} its {way}" for name, way in ways)
    over = f", which differ in shape, once what is one sample's is summed, {each} over the batch" if ways else ""
    alone = " and nothing else" if heard.besides or heard.unread else ""
    aim, named = (", and maximises that, the ELBO", _naming(heard)) if heard.call.negated else ("", "")
    missing = (
        f"equal, if the caller adds its outputs {', '.join(names)} and {last}{over}{alone}{aim} "
        f"(say so: output='{heard.call.output}'{named}){_unread(heard)}"
    )
    return undecided(heard, missing, record, told_of(heard))


def _unread(heard: Heard) -> str:
    """Say what stands beside a sum and cannot be read, though it may be the loss, or a part of it."""
    told = ", ".join(f"{name!r} ({what})" for name, what in heard.unread.items())
    return f"; what cannot be read beside them may be the loss itself: {told}" if told else ""


def _naming(heard: Heard) -> str:
    """Say what else must tell that a sum is to be maximised: the name of the function, if it does not."""
    return "" if is_maximised(heard.call) else " of a function that is called elbo"


def composed(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: of two outputs one is a log-likelihood, and the caller gives it its sign."""
    added, difference = heard.call.function.added, heard.difference
    if difference:
        way = _subtracting(*difference.words)
        missing = (
            f"equal, if the caller {way} (say so: output='{difference}'). Their sum is no loss (if it is meant to be "
            f"one, say so: output='{heard.call.output}')"
        )
    else:
        missing = (
            f"equal, if the caller adds {added.words[0].replace(', ', ' and ')}, log p(x | z) and −KL, and maximises "
            f"that, the ELBO (say so: output='{heard.call.output}'{_naming(heard)}). It is no loss"
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
