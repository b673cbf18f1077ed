"""Spots that random points leave out: simple numbers such as 0, a batch of one, one latent, many of both.

A formula that was recovered at random points holds there too, if the function is what it seems: free bits show where
the KL vanishes, and a `squeeze` where there is one latent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..diagnosis.fitting import Fit, Fitter
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.recovery import Recovery
from ..errors import ElboCheckError, LossFunctionError
from .calls import Asked
from .counterexample import Counterexample, plain_points, simple_points
from .spot_sizes import other_lengths

__all__ = ["NOT_FINITE", "Place", "Spot", "departing_at", "drawn_at", "far_off_spot", "spot_among", "wrong_spot"]

Place = tuple[Asked, Mapping[str, int], Arrays, str, str]
"""A call, its sizes and arrays; words for the place, and for a mistake that shows there alone."""

NOT_FINITE = "a value that is not finite"
_ROOM = 30.0  # times what is allowed at random points
_FAR = 10.0  # times what a function departs from the right value at random points
_LEAST = 1e-4
_AS_ELSEWHERE = 3.0  # times what an epsilon in a small part does at random points
_WHERE_ALONE = (
    "simple ones, where its smallest part is all there is: that part is wrong, and too small elsewhere to be read"
)
_CAPPED = (
    "it computes this at other sizes, and near simple numbers where {0}, and another value at others there: a cap on "
    "the value, or a branch?"
)
_IN_PARTS = (
    "it computes this at other sizes, and another value where {0}: a mean of the means of parts, or a "
    "sum over the first of them?"
)
_NEARER = 16
_BESIDE = 100  # data as they are drawn, beside which what belongs to all of them shows
_FEW, _PART = 16, 8  # samples that differ enough as they are drawn; and the part of more that is made alike


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a function departs from the formula that it computes elsewhere: `where`, and the case, if any.

    `words` say so in a sentence, where it is no usual one; `slug` names the mistake, where that is known.
    """

    call: Asked
    where: str
    yours: str
    case: Counterexample | None = None
    words: str = ""
    slug: str = ""


def wrong_spot(call: Asked, recovery: Recovery, fit: Fit, samples: tuple[Sample, ...]) -> Spot | None:
    """Return a spot at which a function does not compute the formula that it computes at random points.

    A function that refuses a spot says nothing there, and what it refused is kept.
    """
    call.function.refusals.at_spots.clear()
    call.function.refusals.slow.clear()
    return spot_among(_spots(call, recovery, samples[0]), recovery, fit, samples[0])


def spot_among(places: Iterable[Place], recovery: Recovery, fit: Fit, sample: Sample) -> Spot | None:
    """Return the first of these places at which a function departs from its formula; what it refuses is kept."""
    for asked, sizes, arrays, where, told in places:
        slow = asked.function.refusals.slow
        if any(all(sizes[name] >= length for name, length in longer.items()) for longer in slow):
            continue
        try:
            found = _spot_at(asked, recovery, fit, sizes, arrays)
        except LossFunctionError as refusal:
            longer = {name: length for name, length in sizes.items() if length > sample.sizes[name]}
            if refusal.kind in ("not-a-number", "no-output") or (refusal.kind == "too-slow" and not longer):
                raise
            slow += [longer] if refusal.kind == "too-slow" else []
            _keep(asked, refusal, where, arrays)
            continue
        if found is not None:
            if told and found.case is not None:
                return replace(found, where=where, words=told.format(where))
            if where and found.case is not None and _is_right_near(asked, recovery, fit, sizes, arrays):
                return replace(found, where=where, words=_CAPPED.format(where))
            return replace(_plainer(found, recovery, fit, sizes, arrays) if where else found, where=where)
    return None


def far_off_spot(call: Asked, recovery: Recovery, samples: tuple[Sample, ...]) -> Spot | None:
    """Return simple numbers at which a function is far off that is near to a right formula at random ones.

    Rounding and an epsilon do about as much everywhere.
    """
    points = () if recovery.kind.spread or call.quantity.only_at else simple_points(call, samples[0])
    fitter = Fitter([replace(sample, kind=recovery.kind) for sample in samples])
    formulas = {right.formula: fitter.departure(right.formula) for right in recovery.rights}
    nearest = min(formulas, key=formulas.__getitem__)
    apart = formulas[nearest]
    fit = Fit(nearest, apart, apart * _FAR / _ROOM)
    words = (
        f"it is within {apart:.0e} of the right value at random points, relative to its largest part, and far off at "
    )
    words += _WHERE_ALONE if recovery.unseen else "simple ones: free bits, a threshold or a branch?"
    found = (departing_at(call, recovery, fit, samples[0].sizes, point) for point in points)
    return next((replace(spot, words=words) for spot in found if spot is not None and spot.case is not None), None)


def departing_at(
    call: Asked, recovery: Recovery, fit: Fit, sizes: Mapping[str, int], arrays: Arrays, least: float = _LEAST
) -> Spot | None:
    """Return the spot that these arrays are, if a function departs from its formula there, by no less than that."""
    with suppress(ElboCheckError):
        return _spot_at(call, recovery, fit, sizes, arrays, least)
    return None


def _spot_at(
    call: Asked, recovery: Recovery, fit: Fit, sizes: Mapping[str, int], arrays: Arrays, least: float = _LEAST
) -> Spot | None:
    """Return the same, or raise what the function refuses these arrays with."""
    try:
        return _departing(call, recovery, fit, sizes, arrays, np.squeeze(call(arrays)), least)
    except LossFunctionError:
        raise
    except ElboCheckError:  # an output is missing there
        return None


def _keep(call: Asked, refusal: LossFunctionError, where: str, arrays: Arrays) -> None:
    """Keep what a function refused, if that is neither a shape nor asserted on purpose."""
    if refusal.kind in ("raises", "too-slow") and not isinstance(refusal.__cause__, AssertionError):
        names = call.assignment.names
        place = ", ".join(f"{names[role]} = {np.ravel(array)[-1]:.10g}" for role, array in arrays.items())
        call.function.refusals.at_spots.append(f"{f'where {where}' if where else f'at {place}'}: {refusal.happened}")


def _is_right_near(call: Asked, recovery: Recovery, fit: Fit, sizes: Mapping[str, int], arrays: Arrays) -> bool:
    """Whether a function computes its formula near simple numbers of these sizes, where its value is small."""
    simple = call.quantity.simple
    if call.quantity.only_at or not all(role in simple for role in arrays):
        return False
    near = {role: simple[role][0] + (array - simple[role][0]) / _NEARER for role, array in arrays.items()}
    return departing_at(call, recovery, fit, sizes, near) is None


def _plainer(spot: Spot, recovery: Recovery, fit: Fit, sizes: Mapping[str, int], arrays: Arrays) -> Spot:
    """Return the spot at numbers that are short to tell, if the function departs there as well."""
    call = spot.call
    sample = Sample(sizes, call.layout, recovery.kind, (arrays,), ())
    points = plain_points(call, sample) if spot.case is not None and not call.quantity.only_at else ()
    others = (departing_at(call, recovery, fit, sizes, point) for point in points)
    return next((other for other in others if other is not None and other.case is not None), spot)


def _spots(call: Asked, recovery: Recovery, sample: Sample) -> Iterator[Place]:
    """Yield simple points, and one or two at each of other lengths with words for these."""
    if not call.quantity.only_at:
        for arrays in simple_points(call, sample):
            yield call, sample.sizes, arrays, "", ""
    axes = call.quantity.axes
    for asked, sizes, words in other_lengths(call, recovery, sample):
        arrays = drawn_at(call, sizes)
        yield asked, sizes, arrays, words, ""
        if sizes.get("B", 1) > _FEW:  # parts of a batch may be alike by chance
            ending = {role: _ending_alike(arrays[role], axes[role]) for role in arrays}
            yield asked, sizes, ending, f"{words} and the last samples are alike", _IN_PARTS


def drawn_at(call: Asked, sizes: Mapping[str, int]) -> Arrays:
    """Return arrays of these sizes, the same at every call."""
    return _balanced(call, sizes, call.quantity.draw(np.random.default_rng(0), sizes))


def _balanced(call: Asked, sizes: Mapping[str, int], arrays: Arrays) -> Arrays:
    """Return arrays in which many data have small values, so that what belongs to all of them shows beside these."""
    whole = sizes["N"] // _BESIDE if "N" in call.quantity.numbers else 1
    axes = call.quantity.axes
    return {role: array / whole if whole > 1 and "B" in axes[role] else array for role, array in arrays.items()}


def _ending_alike(array: Any, axes: tuple[str, ...]) -> Any:
    """Return an array in which the last eighth of the samples is the first one, so that their mean is another."""
    if "B" not in axes:
        return array
    rows = np.moveaxis(np.array(array), axes.index("B"), 0)
    rows[-(len(rows) // _PART) :] = rows[0]
    return np.moveaxis(rows, 0, axes.index("B"))


def _departing(
    call: Asked,
    recovery: Recovery,
    fit: Fit,
    sizes: Mapping[str, int],
    arrays: Arrays,
    yours: np.ndarray,
    least: float,
) -> Spot | None:
    kept = call.layout.concrete(recovery.kind.kept)
    shape = tuple(sizes[name] for name in kept if sizes[name] != 1)
    if yours.shape != shape:
        return Spot(call, "", f"an output of shape {yours.shape} where one of shape {shape} is expected")
    if not np.isfinite(yours).all():
        return Spot(call, "", NOT_FINITE)
    yours = yours.reshape([sizes[name] for name in kept])
    sample = Sample(sizes, call.layout, recovery.kind, (arrays,), (yours,))
    fitter = Fitter([sample])
    is_blur = bool(np.max(np.abs(fitter.difference(fit.computed, 0))) <= _AS_ELSEWHERE * recovery.blur)
    if is_blur or fitter.departure(fit.computed) <= max(_ROOM * fit.tolerance, least):
        return None
    return Spot(call, "", "another value", Counterexample.at(call, sample, arrays, yours, fit.formula))
