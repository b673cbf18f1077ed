"""Decoders of which a loss is right, if it is not of the one that was asked for: what is missing of each, in words."""

from __future__ import annotations

from ..diagnosis.decoders import Laplace, decoder_spread, laplace_decoders
from ..diagnosis.fitting import Fitter, rounding_of
from ..diagnosis.formula import Law, law
from ..diagnosis.wording import law_text
from .calls import Asked, pixel_axes
from .heard import Heard
from .unknown_decoder import RIGHT, is_plain, unknown_decoder

__all__ = ["deviation_of", "fixed_spread", "missing_decoder"]

_HALF = law("1/2")


def missing_decoder(heard: Heard) -> str:
    """Return under which decoder a function is right: a Gaussian of one spread, or one that is not known."""
    recovery = heard.found
    if recovery.fit is not None:
        found = laplace_decoders(recovery.fit.computed, heard.call.quantity, recovery.rights, recovery.fixed)
        return next((told for told in (_laplace(each, heard.call) for each in found) if told), "")
    return fixed_spread(heard) or unknown_decoder(heard)


def _laplace(found: Laplace, call: Asked) -> str:
    """Return what is missing of a loss with the sum of |x − r|, where it is that of a decoder; "" where of none.

    One of scale 1 may lack its constant, whatever it is multiplied by, and any what a number multiplies. That of scale
    ½ has none to lack.
    """
    scale, factor = found
    is_told = law(1) in (scale, factor) or is_plain(factor)
    if not is_told and not (scale == _HALF and _is_a_multiple(factor, call)):
        return ""
    share = "equal" if factor == law(1) else f"{law_text(factor)} times the objective,"
    rest = RIGHT
    if factor != law(1) and scale == _HALF:
        rest = "Of scale 1 its KL is halved"
    elif factor != law(1) and not factor.names and not scale.names:
        other = law_text(scale * factor.inverse())
        rest = f"Of scale {other} its KL {'is doubled' if factor == law(2) else f'has a weight of {law_text(factor)}'}"
    return (
        f"{share} up to a constant, if the decoder is a Laplace distribution of scale {law_text(scale)} around what it "
        f"gives: what is missing is the decoder. {rest}"
    )


def _is_a_multiple(factor: Law, call: Asked) -> bool:
    """Whether an objective may be multiplied by this: by a positive number, and by how many pixels there are."""
    return factor.parts[0][1] > 0 and factor.names <= pixel_axes(call)


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
