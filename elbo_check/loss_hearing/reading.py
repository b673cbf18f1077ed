"""One function, called in one way at designed points: what is recovered of it, or what keeps it from being read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..diagnosis.decoders import decoder_spread
from ..diagnosis.fitting import Fitter, rounding_of
from ..diagnosis.glance import FEW, may_be_right
from ..diagnosis.probing import CALLS, Arrays, Sample, narrowest
from ..diagnosis.recovery import Recovery, is_right, recovered
from ..errors import WitnessError
from ..witnesses.seeding import Seeds
from .calls import Asked, samples_of
from .heard import HALF, Heard
from .precision import rounded_inside
from .random import RANDOM, average, random_words, seeded_words

__all__ = ["RANDOM", "called", "generator_of", "has_a_spread", "is_right_laid"]

_AN_EPSILON = 1e-6  # relative: what one in a small part may do to the whole
_NEAR = 1e-3  # at a glance; far more than rounding and a harmless epsilon do
_ONE_ALONE = (
    "it takes no other length of {0} than 1 of those that were tried, and an array inside it, of whatever length, is "
    "broadcast to that: what it is at its own length does not show there. Say that length: sizes={{{1}}}"
)
_NOT_FINITE = "it has no finite value at ordinary points, where the right value is finite"
_OF_LOGS = ". F.kl_div takes the logarithm of its target itself: where that is one already, say log_target=True"


def called(call: Asked, dtype: str, seeds: Seeds) -> Heard:
    """Call it, and recover what it computes; say what keeps it from being read."""
    if call.ones:
        told = ", ".join(f"'{name}': n" for name in call.ones)
        return Heard(call, dtype, trouble=_ONE_ALONE.format(" and ".join(call.ones), told))
    return _called(call, dtype, seeds)


def _called(call: Asked, dtype: str, seeds: Seeds) -> Heard:
    quantity = call.quantity
    first = quantity.draw(np.random.default_rng(0), next(call.sizes()))
    if call.function.is_random(call.arguments(first), call.output):
        return Heard(call, dtype, trouble=random_words(call, first), notes=tuple(average(call, generator_of(seeds))))
    try:
        samples = samples_of(call, generator_of(seeds))
    except WitnessError:
        if _is_random_now_and_then(call):
            return Heard(call, dtype, trouble=random_words(call, first))
        raise
    if _finite(samples):
        told, found = _recovered(call, samples, dtype)
        trouble = _of_draws(call, first) if found.fit is None else ""
        if trouble:
            return Heard(call, told, trouble=trouble)
        return Heard(call, told, tuple(samples), _blurred(found, call, samples, told), inside=told != dtype)
    if quantity.only_positive is None:
        return Heard(call, dtype, trouble=_not_finite(call))
    call = replace(call, quantity=replace(quantity, draw=quantity.only_positive))
    samples = samples_of(call, generator_of(seeds))
    if not _finite(samples):
        return Heard(call, dtype, trouble=_not_finite(call))
    told, found = _recovered(call, samples, dtype)
    return Heard(call, told, tuple(samples), found, only_positive=True, inside=told != dtype)


def _not_finite(call: Asked) -> str:
    may_be_of_logs = call.function.backend == "torch" and call.quantity.name.startswith("categorical-kl")
    return _NOT_FINITE + _OF_LOGS * may_be_of_logs


def _blurred(found: Recovery, call: Asked, samples: Sequence[Sample], dtype: str) -> Recovery:
    """Return what was recovered, and how far an objective in doubles is from it: as far as an epsilon takes it."""
    if found.fit is None or dtype != "float64" or not call.quantity.parts or found.fit.departure > _AN_EPSILON:
        return found
    fitter, computed = Fitter([replace(sample, kind=found.kind) for sample in samples]), found.fit.computed
    apart = (np.max(np.abs(fitter.difference(computed, index))) for index in range(len(samples)))
    return replace(found, blur=float(max(apart)))


def _of_draws(call: Asked, first: Arrays) -> str:
    """Say what draws keep a function from being read: some now and then, or some from a seed within; "" for none."""
    return random_words(call, first) if _is_random_now_and_then(call) else seeded_words(call, first)


def _is_random_now_and_then(call: Asked) -> bool:
    """Whether two calls with the same arguments differ in one of many pairs: a mask may be the same in the first."""
    generator, sizes = np.random.default_rng(0), next(call.sizes())
    points = (call.arguments(call.quantity.draw(generator, sizes)) for _ in range(CALLS))
    return any(call.function.is_random(point, call.output) for point in points)


def _recovered(call: Asked, samples: Sequence[Sample], dtype: str) -> tuple[str, Recovery]:
    """Recover a formula; where none fits sharply, as coarsely as a dtype that all answers are of, or that is inside.

    What rounds its arguments to half precision is read in float32 first: numbers of the grid are held exactly.
    """
    found = recovered(samples, call.quantity, rounding_of(dtype))
    if _is_sharp(found, dtype):
        return dtype, found
    narrow = narrowest(samples, dtype)
    coarser = [narrow]
    if narrow == dtype:
        inside = rounded_inside(call, samples[0], dtype)
        coarser = ["float32", inside] if inside in HALF else [inside]
    for coarse in coarser:
        if coarse != dtype:
            found = recovered(samples, call.quantity, rounding_of(coarse))
        if _is_sharp(found, coarse):
            return coarse, found
    return coarser[-1], found


def _is_sharp(found: Recovery, dtype: str) -> bool:
    return found.fit is not None and found.fit.tolerance <= rounding_of(dtype)


def is_right_laid(call: Asked, dtype: str, seeds: Seeds) -> bool:
    """Whether a function is right as it is called here: a quick look, without any slips.

    What is near to right, and may have an epsilon, is read for it.
    """
    if call.ones:
        return False
    generator, rounding = generator_of(seeds), rounding_of(dtype)
    (first,) = samples_of(call, generator, calls=FEW, most=1)
    if not (_finite([first]) and may_be_right(first, call.quantity, max(_NEAR, 10 * rounding))):
        return False
    samples = samples_of(call, generator)
    return _finite(samples) and (
        is_right(samples, call.quantity, rounding) or _is_right_but_for_epsilon(call, samples, dtype)
    )


def _is_right_but_for_epsilon(call: Asked, samples: Sequence[Sample], dtype: str) -> bool:
    if not call.quantity.places or dtype != "float64":
        return False
    return Heard(call, dtype, tuple(samples), recovered(samples, call.quantity, rounding_of(dtype))).is_right


def has_a_spread(call: Asked, dtype: str, seeds: Seeds) -> bool:
    """Whether a function is right, as it is called here, of a Gaussian decoder of some spread: a quick look."""
    samples, quantity = samples_of(call, generator_of(seeds)), call.quantity
    rights, fitter = quantity.rights(samples[0].kind, call.layout), Fitter(samples, quantity.constants)
    is_read = _finite(samples) and not call.ones
    return is_read and decoder_spread(fitter, quantity, rights, rounding_of(dtype)) is not None


def generator_of(seeds: Seeds) -> np.random.Generator:
    """Return the next stream of draws."""
    return np.random.default_rng(next(seeds.children()))


def _finite(samples: Sequence[Sample]) -> bool:
    return all(np.isfinite(output).all() for sample in samples for output in sample.outputs)
