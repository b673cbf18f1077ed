"""What a loss makes of its latents, whatever its decoder: judged with a decoder that is known in place of its own.

Of f(x, r, μ, σ) = −log p(x | z) + KL, f less what it is at the prior is the KL. With 1/2 Σ (x − r)² beside that, or a
Bernoulli's −log p of logits, it is the loss of a decoder that is known, and is asked all that such a loss is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.glance import FEW, may_be_right
from ..diagnosis.probing import Arrays
from ..errors import ElboCheckError, WitnessError
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .as_test import difference_test
from .beyond import spot_of
from .calls import Asked, samples_of
from .cards import mistake_of
from .decoders import is_moved_by, unknown_decoder
from .heard import HALF, Heard
from .inactive import inactive_spot_of_near
from .notes import on_decoder, on_tolerance
from .reading import called, generator_of
from .undecided import undecided

__all__ = ["with_latents_apart"]

FloatArray = NDArray[np.float64]

_NEAR = 1e-2  # at a glance; more than an epsilon or half precision does
_LOST, _NOTHING = 1e-5, 1e-11  # of a KL by rounding: relative, and in nats
_HARMLESS = 1e-3  # relative: what an epsilon may do, or half precision

_ERRORS: Mapping[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "reconstruction": lambda x, mean: (x - mean) ** 2 / 2,
    "logits": lambda x, logits: np.logaddexp(0, logits) - x * logits,
}
_AT_ONE = {"softplus_std": math.log(math.expm1(1))}  # where σ is 1, if no simple number says so
_WORDS = {"reconstruction": "1/2 Σ (x − r)²", "logits": "Σ log(1 + e^l) − x·l"}
_NEARLY = "the KL is right to within a thousandth, and not to rounding: an epsilon or a clamp inside?"
_WHATEVER = "whatever −log p(x | z) is, the KL is wrong. With {0} in its place: {1}"


@dataclass(frozen=True, slots=True)
class _WithKnownDecoder(Asked):
    """A call with a decoder that is known, and 0 at the prior, in place of its own; `averages` says it is a mean."""

    averages: bool = False

    def __call__(self, arrays: Arrays) -> FloatArray:
        """Return what is the loss with the other decoder, if the KL at the prior is 0."""
        data, prior = _data_of(self), _prior(self, arrays)
        whole, rest = (np.squeeze(Asked.__call__(self, point)) for point in (arrays, prior))
        x, given = (np.asarray(arrays[role], dtype=np.float64) for role in data)
        error = _ERRORS[data[1]](x, given).reshape(len(x) if self.layout.batch else 1, -1).sum(1)
        total = error if whole.ndim else error.mean() if self.averages else error.sum()
        if whole.shape != np.shape(np.squeeze(total)):
            raise WitnessError("it is neither one number nor one value a sample")
        blur = np.max(np.abs(rest)) * np.finfo(self.function.dtype).eps
        allowed = max(_NOTHING, _LOST * float(np.max(np.abs(whole - rest)) + np.max(total)))
        is_there = all(np.array_equal(arrays[role], prior[role]) for role in arrays)
        if not blur <= (math.inf if is_there else allowed):
            raise WitnessError("beside its decoder the KL is lost in rounding here")
        return np.asarray(whole - rest + np.squeeze(total))


def with_latents_apart(told: Diagnosis, heard: Heard, seeds: Seeds) -> tuple[Diagnosis, Heard | None]:
    """Return a diagnosis of a loss whose decoder is not known, once its KL has been asked whatever that is.

    A KL that is wrong somewhere is REFUTED; a loss that could not be read for what its KL alone does (an epsilon, half
    precision) is left open as others are. Beside it stands the loss of a known decoder, if that is right.
    """
    is_open = told.finding("unknown-decoder") is not None
    is_unread = told.outcome is Outcome.REFUTED and told.finding("not-recognised") is not None and not told.mistakes
    if not (is_open or is_unread or (told.outcome is Outcome.REFUTED and heard.dtype in HALF)):
        return told, None
    with suppress(ElboCheckError):
        for apart in _apart(heard, seeds):
            told = told if is_open else _opened(told, heard, apart)
            if told.outcome is Outcome.UNDECIDED and apart.dtype not in HALF:
                return _judged(told, apart), apart if apart.is_right else None
    return told, None


def _apart(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield it with the known decoder, as a total or as a mean, where that makes it right, or nearly so."""
    call, data = heard.call, _data_of(heard.call)
    is_known = len(data) == 2 and data[1] in _ERRORS and len(call.quantity.parts) == 2 and bool(heard.samples)
    if not is_known or not all(is_moved_by(call, role, *heard.samples[0].arrays[:2]) for role in data):
        return
    for averages in (True, False):
        asked = _WithKnownDecoder(**{each.name: getattr(call, each.name) for each in fields(Asked)}, averages=averages)
        (first,) = samples_of(asked, generator_of(seeds), calls=FEW, most=1)
        if may_be_right(first, asked.quantity, _NEAR):
            found = called(asked, heard.dtype, seeds)
            yield from [found] if found.recovery is not None else []


def _data_of(call: Asked) -> list[str]:
    """Return the roles of the data and of what the decoder gives, the data first."""
    return sorted((role for role, axes in call.quantity.axes.items() if "D" in axes), key=lambda role: role != "x")


def _prior(call: Asked, arrays: Arrays) -> Arrays:
    """Return the point at which the data are as they are, and the KL is 0."""
    data, simple = _data_of(call), call.quantity.simple
    at = {role: _AT_ONE.get(role, simple[role][0]) for role in arrays if role not in data}
    latents = {role: np.full_like(arrays[role], number) for role, number in at.items()}
    return {**arrays, **latents}


def _opened(told: Diagnosis, heard: Heard, apart: Heard) -> Diagnosis:
    """Return UNDECIDED of what was refuted as it could not be read, where nothing but the decoder is missing."""
    missing = "" if told.finding("weighed-data") else unknown_decoder(heard, _HARMLESS)
    if not missing:
        return told
    nearly = Finding("harmless-epsilon", _NEARLY, "note")
    notes = on_tolerance(apart) if apart.is_right_but_for_epsilon else [nearly]
    return undecided(heard, missing, told.record, {}, *notes, on_decoder())


def _judged(told: Diagnosis, apart: Heard) -> Diagnosis:
    """Return what is told where its KL is asked beside the known decoder; one that is nearly right, near the prior."""
    call, recovery = apart.call, apart.found
    spot = spot_of(apart) if apart.is_right else inactive_spot_of_near(call, recovery, apart.samples[0], apart.dtype)
    if spot is None or spot.case is None:
        return told
    words = spot.words or f"it is another value {f'where {spot.where}' if spot.where else 'at simple numbers'}"
    (_, given) = _data_of(apart.call)
    words = _WHATEVER.format(_WORDS[given], words)
    return replace(
        told,
        outcome=Outcome.REFUTED,
        missing="",
        findings=(*told.findings, Finding("wrong-spot", words, "error", details={"where": spot.where})),
        counterexample=spot.case.numbers,
        test=difference_test(spot.call, spot.case, _prior(spot.call, spot.case.arrays), apart.dtype),
        mistakes=(mistake_of(spot.slug, words),) if spot.slug else (),
    )
