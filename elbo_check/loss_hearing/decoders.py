"""A decoder that is not known: all of a loss but its KL is a function of x and of what the decoder gives.

Of f(x, r, μ, σ) the latents are exchanged and x and r kept. If f moves just as the KL does, at every pair of points and
at every choice of sizes, then f − KL is some function of x and r. Whether that is −log p(x | z) the decoder decides.
What no decoder can mend stays wrong: a total over the batch beside a mean over it, and a mean over the pixels. Both
show where every sample, or every pixel, is given twice; a mean behind a softmax, where pixels are added that are black.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.decoders import decoder_spread
from ..diagnosis.fitting import Fitter, rounding_of
from ..diagnosis.formula import Formula, law
from ..diagnosis.probing import Arrays, Axes, Kind, Sample
from ..diagnosis.wording import law_text
from ..errors import ElboCheckError
from .calls import Asked
from .heard import Heard
from .values import value_at

__all__ = ["deviation_of", "fixed_spread", "laplace", "unknown_decoder"]

_IF = "equal, if −log p(x | z) is this function of x and of what the decoder gives: what is missing is the decoder. "
_RIGHT = "The KL part is right, up to a constant"
_UNSEEN = "And the KL is too small beside it to be seen: ask with a larger beta, or let it compute in float64"

_ANY = "vae-loss"
_PAIRS = 4
_APART = 1e-3  # relative: a ratio is a small whole number, or another one by far
_BLACK = {"x": 0.0, "reconstruction": 0.0, "logits": -40.0}  # a pixel that is nought, and certain to be
_SEEN = 10.0  # times what rounding may do: the KL moves by so much somewhere, or nothing is told of it


def laplace(scale: str) -> str:
    """Return what is missing of a loss with the sum of |x − r|/scale."""
    return (
        f"equal up to a constant, if the decoder is a Laplace distribution of scale {scale} around what it gives: "
        f"what is missing is the decoder. {_RIGHT}"
    )


def deviation_of(heard: Heard, dtype: str = "") -> float | None:
    """Return the standard deviation of the Gaussian decoder of which a loss is right; None if there is none.

    `dtype` is that in which its spread is worked out, if it is another one than that of its arguments.
    """
    if heard.recovery is None:
        return None
    fitter = Fitter(heard.samples, heard.call.quantity.constants)
    found = decoder_spread(fitter, heard.call.quantity, heard.recovery.rights, rounding_of(dtype or heard.dtype))
    return None if found is None else found.deviation


def fixed_spread(heard: Heard) -> str:
    """Return what is missing of a loss that is right of a Gaussian decoder of some spread; "" of any other."""
    found = heard.found.spread
    if found is None:
        return ""
    share = "equal" if found.factor == law(1) else f"{law_text(found.factor)} times the objective"
    return f"{share}, if the decoder is a Gaussian with the fixed standard deviation {found.deviation:.10g}"


def unknown_decoder(heard: Heard) -> str:
    """Return what is missing, if a loss is a function of x and of what the decoder gives beside a right KL; else "".

    Only where no likelihood was asked for, and the decoder has no spread of its own.
    """
    call = heard.call
    data = [role for role, axes in call.quantity.axes.items() if "D" in axes]
    if call.quantity.name != _ANY or any(role.startswith("decoder_") for role in call.quantity.axes):
        return ""
    rounding = rounding_of(heard.dtype)
    with suppress(ElboCheckError):
        for divergence, grows in _divergences(call, heard.samples[0]):
            moves = (_moves_as(call, sample, divergence, data, rounding) for sample in heard.samples)
            if all(moves) and _counts_all(call, heard.samples[0], divergence, grows):
                seen = any(_is_seen(call, sample, divergence, rounding) for sample in heard.samples)
                return _IF + (_RIGHT if seen else _UNSEEN)
    return ""


def _divergences(call: Asked, sample: Sample) -> list[tuple[Formula, float]]:
    """Return the KL of a right loss as it stands beside the likelihood, in every reduction over the batch.

    With it, by how much a loss grows in this reduction where every sample is given twice.
    """
    part, kind = call.quantity.parts[1], Kind(sample.kind.kept)
    weight = part.scale(kind, call.layout)
    formulas = [part.formula(form, kind, call.layout).scaled(weight) for form in part.forms]
    scales = dict.fromkeys(right.scale for right in call.quantity.rights(kind, call.layout))
    return [(each.scaled(scale), 1.0 if "B" in scale.names else 2.0) for each in formulas for scale in scales]


def _counts_all(call: Asked, sample: Sample, divergence: Formula, grows: float) -> bool:
    """Whether all but the KL grows as a loss in this reduction should, where samples or pixels are given twice.

    A function that refuses as many says nothing.
    """
    if call.layout.axes or sample.kind.kept:
        return True
    held = [axis for axis in ("B", "D") if axis in sample.sizes and axis not in call.given]
    if "D" in held and _is_thinned(call, sample, divergence):
        return False
    return all(_counts(call, sample, divergence, axis, grows if axis == "B" else None) for axis in held)


def _counts(call: Asked, sample: Sample, divergence: Formula, axis: str, grows: float | None) -> bool:
    """Whether the rest grows by that factor where all along an axis is given twice; or at all, where it is None."""
    with suppress(ElboCheckError):
        twice = replace(sample, sizes={**sample.sizes, axis: 2 * sample.sizes[axis]})
        before = _rest(call, sample, divergence, sample.arrays[0])
        after = _rest(call, twice, divergence, _doubled(sample.arrays[0], call.quantity.axes, axis))
        as_many = abs(after - (grows or 1.0) * before) <= _APART * (abs(after) + abs(before))
        return as_many == (grows is not None)
    return True


def _is_thinned(call: Asked, sample: Sample, divergence: Formula) -> bool:
    """Whether the rest is halved where as many black pixels are added: a mean over pixels, behind a softmax too."""
    with suppress(ElboCheckError):
        wide = replace(sample, sizes={**sample.sizes, "D": 2 * sample.sizes["D"]})
        arrays = {
            role: np.concatenate([array, np.full_like(array, _BLACK[role])], call.quantity.axes[role].index("D"))
            if role in _BLACK
            else array
            for role, array in sample.arrays[0].items()
        }
        before = _rest(call, sample, divergence, sample.arrays[0])
        after = _rest(call, wide, divergence, arrays)
        return before != 0 and abs(2 * after - before) <= _APART * abs(before)
    return False


def _rest(call: Asked, sample: Sample, divergence: Formula, arrays: Arrays) -> float:
    return float(_value(call, arrays) - np.squeeze(value_at(divergence, sample, arrays)))


def _doubled(arrays: Arrays, axes: Axes, axis: str) -> Arrays:
    return {
        role: np.concatenate([array, array], axes[role].index(axis)) if axis in axes[role] else array
        for role, array in arrays.items()
    }


def _moves_as(call: Asked, sample: Sample, divergence: Formula, data: Sequence[str], rounding: float) -> bool:
    """Whether f moves as the KL where the latents are exchanged, and at all where x is, or what the decoder gives."""
    pairs = list(zip(sample.arrays, sample.arrays[1:], strict=False))[:_PAIRS]
    moves = all(any(_moves(call, role, *pair) for pair in pairs) for role in data)
    return moves and all(_at(call, sample, divergence, data, rounding, *pair) for pair in pairs)


def _moves(call: Asked, role: str, here: Arrays, there: Arrays) -> bool:
    return not np.array_equal(_value(call, {**here, role: there[role]}), _value(call, here))


def _at(
    call: Asked,
    sample: Sample,
    divergence: Formula,
    data: Sequence[str],
    rounding: float,
    here: Arrays,
    there: Arrays,
) -> bool:
    before = _value(call, here)
    after = _value(call, {role: here[role] if role in data else array for role, array in there.items()})
    one, other = (np.squeeze(value_at(divergence, sample, arrays)) for arrays in (here, there))
    allowed = rounding * (np.abs(before) + np.abs(after) + np.abs(one) + np.abs(other))
    return bool(np.all(np.abs(after - before - (other - one)) <= allowed))


def _is_seen(call: Asked, sample: Sample, divergence: Formula, rounding: float) -> bool:
    """Whether the KL differs by more than rounding between two points."""
    one, other = (np.squeeze(value_at(divergence, sample, arrays)) for arrays in sample.arrays[:2])
    size = sum(np.abs(_value(call, arrays)) for arrays in sample.arrays[:2])
    return bool(np.max(np.abs(other - one) / (size + np.abs(one) + np.abs(other))) >= _SEEN * rounding)


def _value(call: Asked, arrays: Arrays) -> NDArray[np.float64]:
    return np.squeeze(call(arrays))
