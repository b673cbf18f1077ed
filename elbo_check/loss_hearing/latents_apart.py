"""What a loss makes of its latents, whatever its decoder: judged with a decoder that is known in place of its own.

It is asked all that a loss of that decoder is asked, and a KL that is wrong there is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.formula import Law, law
from ..diagnosis.glance import FEW, may_be_right
from ..errors import ElboCheckError
from ..loss_verdict import Diagnosis, Mistake
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .as_test import difference_test
from .beyond import spot_of
from .calls import Asked, samples_of
from .cards import mistake_of
from .counterexample import Counterexample, counterexample
from .evidence import mistakes_of
from .heard import HALF, UNEXPLAINED, Heard
from .inactive import inactive_spot_of_near
from .known_decoder import WithKnownDecoder, known_decoders
from .notes import on_decoder, on_tolerance
from .reading import called, generator_of
from .told import recovered_words
from .undecided import undecided
from .unknown_decoder import beside_unknown, data_of, has_weight_of_no_density, is_moved_by, unknown_decoder

__all__ = ["with_latents_apart"]

_NEAR = 1e-2  # at a glance; more than an epsilon or half precision does
_HARMLESS = 1e-3  # relative: what an epsilon may do, or half precision
_NEARLY = "the KL is right to within a thousandth, and not to rounding: an epsilon, a clamp, or half precision inside?"
_WHATEVER = "whatever −log p(x | z) is, the KL is wrong. With {0} in its place: {1}"
_BESIDE = (
    "its −log p(x | z) is none that is known, and its KL is wrong. With {0} in place of the former it computes {1}, up "
    "to a constant"
)
_UNSEEN, _OF_ALL = {"missing-constant", "wrong-constant"}, {"doubled", "wrong-scale"}  # names of a constant, a weight


def with_latents_apart(told: Diagnosis, heard: Heard, seeds: Seeds) -> tuple[Diagnosis, Heard | None]:
    """Return a diagnosis of a loss whose decoder is not known, once its KL has been asked whatever that is.

    A KL that is wrong somewhere is REFUTED, and named where it was refuted as nothing known; a loss that could not be
    read for what its KL alone does (an epsilon, half precision) is left open as others are. Beside it stands the loss
    of a known decoder, if that is right.
    """
    is_open = told.finding("unknown-decoder") is not None
    is_unread = told.outcome is Outcome.REFUTED and told.finding("not-recognised") is not None and not told.mistakes
    if not (is_open or is_unread or (told.outcome is Outcome.REFUTED and heard.dtype in HALF)):
        return told, None
    beside = beside_unknown(heard) if is_open else None
    with suppress(ElboCheckError):
        for apart, known in _apart(heard, beside.weight if beside else law(1), seeds):
            told = told if is_open else _opened(told, heard, apart, known)
            if told.outcome is Outcome.UNDECIDED and apart.dtype not in HALF:
                is_as_it_is = apart.is_right and known.weight == law(1)  # else its gradients are those of a multiple
                return _judged(told, apart, known), apart if is_as_it_is else None
        if is_unread and told.outcome is Outcome.REFUTED and _has_a_kl(heard):
            told = _named(told, heard, seeds)
    return told, None


def _apart(heard: Heard, weight: Law, seeds: Seeds) -> Iterator[tuple[Heard, WithKnownDecoder]]:
    """Yield it with the known decoder, as a total or as a mean, where that makes it right, or nearly so."""
    for asked in known_decoders(heard, weight):
        (first,) = samples_of(asked, generator_of(seeds), calls=FEW, most=1)
        if may_be_right(first, asked.quantity, _NEAR):
            found = called(asked, heard.dtype, seeds)
            yield from [(found, asked)] if found.recovery is not None else []


def _opened(told: Diagnosis, heard: Heard, apart: Heard, known: WithKnownDecoder) -> Diagnosis:
    """Return UNDECIDED of what was refuted as it could not be read, where nothing but the decoder is missing.

    Beside a decoder that counts a thousand times as much any KL is right but for a harmless part of the whole.
    """
    missing = "" if told.finding("weighed-data") else unknown_decoder(heard, _HARMLESS)
    if not missing or max(known.departure(each.arrays[0]) for each in heard.samples) > _NEAR:
        return told
    nearly = Finding("harmless-epsilon", _NEARLY, "note")
    notes = on_tolerance(apart) if apart.is_right_but_for_epsilon else [nearly]
    return undecided(heard, missing, told.record, {}, *notes, on_decoder())


def _judged(told: Diagnosis, apart: Heard, known: WithKnownDecoder) -> Diagnosis:
    """Return what is told where its KL is asked beside the known decoder; one that is nearly right, near the prior."""
    call, recovery = apart.call, apart.found
    spot = spot_of(apart) if apart.is_right else inactive_spot_of_near(call, recovery, apart.samples[0], apart.dtype)
    if spot is None or spot.case is None:
        return told
    words = spot.words or f"it is another value {f'where {spot.where}' if spot.where else 'at simple numbers'}"
    words = _WHATEVER.format(known.words, words)
    return replace(
        told,
        outcome=Outcome.REFUTED,
        missing="",
        findings=(*told.findings, Finding("wrong-spot", words, "error", details={"where": spot.where})),
        counterexample=spot.case.numbers,
        test=_test(known, spot.call, spot.case, apart.dtype),
        mistakes=(mistake_of(spot.slug, words),) if spot.slug else (),
    )


def _named(told: Diagnosis, heard: Heard, seeds: Seeds) -> Diagnosis:
    """Return a refutation of what was not recognised, with the mistakes of its KL, if known ones explain it."""
    apart, known = next(_explained(heard, seeds), (heard, None))
    named = _of_latents(mistakes_of(apart.call, apart.found, apart.samples)) if known else []
    if known is None or apart.is_right or not named or has_weight_of_no_density(heard):
        return told
    words = _BESIDE.format(known.words, recovered_words(apart))
    findings = [found for found in told.findings if found.code != "not-recognised"]
    told = replace(
        told,
        findings=(*findings, Finding("wrong-kl", words, "error")),
        mistakes=named[0],
        alternatives=tuple(tuple(mistake.slug for mistake in each) for each in named[1:]),
    )
    case = counterexample(apart.call, apart.found, apart.samples, apart.dtype)
    if case is None:
        return told
    return replace(told, counterexample=case.numbers, test=_test(known, apart.call, case, apart.dtype))


def _has_a_kl(heard: Heard) -> bool:
    """Whether it moves with any of its latents: what is of the data alone has no KL to be wrong."""
    latents = heard.call.quantity.axes.keys() - set(data_of(heard.call))
    return any(is_moved_by(heard.call, role, *heard.samples[0].arrays[:2]) for role in latents)


def _of_latents(ways: list[tuple[Mistake, ...]]) -> list[tuple[Mistake, ...]]:
    """Return explanations without a constant, which is not seen, nor a weight beside a slip, which all may have."""
    seen = [tuple(each for each in way if each.slug not in _UNSEEN) for way in ways]
    others = [tuple(each for each in way if each.slug not in _OF_ALL) or way for way in seen]
    return [way for way in others if way]


def _explained(heard: Heard, seeds: Seeds) -> Iterator[tuple[Heard, WithKnownDecoder]]:
    """Yield what explains it best with the known decoder, by its own constant, or else by none."""
    for from_nothing in (False, True):
        found: list[tuple[Heard, WithKnownDecoder]] = []
        for known in known_decoders(heard):
            asked = replace(known, from_nothing=from_nothing)
            with suppress(ElboCheckError):
                found.append((called(asked, heard.dtype, seeds), asked))
        yield from sorted((each for each in found if each[0].slips < UNEXPLAINED), key=lambda each: each[0].slips)


def _test(known: WithKnownDecoder, call: Asked, case: Counterexample, dtype: str) -> str:
    """Return the source of a test of what the loss loses from there to the prior."""
    return difference_test(call, case, known.prior(case.arrays), dtype, known.share(case.arrays))
