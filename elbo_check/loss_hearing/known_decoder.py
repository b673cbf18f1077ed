"""A loss with a decoder that is known in place of its own.

Of f(x, r, μ, σ) = −log p(x | z) + KL, or of a multiple, f less what it is at the prior is the KL. With 1/2 Σ (x − r)²
beside that, or a Bernoulli's −log p of logits, it is the loss of a decoder that is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.formula import Law, law
from ..diagnosis.probing import Arrays, Kind, Sample
from ..diagnosis.sizes import Layout
from ..errors import ElboCheckError, WitnessError
from .calls import Asked
from .growth import doubled
from .heard import Heard
from .unknown_decoder import data_of, is_moved_by
from .values import value_at

__all__ = ["WithKnownDecoder", "known_decoders"]

FloatArray = NDArray[np.float64]

_ONCE = law(1)
_ALIKE = 1e-3  # relative: one is far from two
_LOST, _NOTHING = 1e-5, 1e-11  # of a KL by rounding: relative, and in nats
_AT_ONE = {"softplus_std": math.log(math.expm1(1))}  # where σ is 1, if no simple number says so


class _Decoder(NamedTuple):
    """−log p(x | z) of a decoder that is known, pixel by pixel, and how it is written."""

    error: Callable[[FloatArray, FloatArray], FloatArray]
    words: str


_GAUSSIAN = _Decoder(lambda x, mean: (x - mean) ** 2 / 2, "1/2 Σ (x − r)²")
_BERNOULLI = _Decoder(lambda x, r: -x * np.log(r) - (1 - x) * np.log1p(-r), "−Σ (x·log r + (1 − x)·log(1 − r))")
_OF_LOGITS = _Decoder(lambda x, logits: np.logaddexp(0, logits) - x * logits, "Σ log(1 + e^l) − x·l")
_DECODERS: Mapping[str, Mapping[str, _Decoder]] = {
    "vae-loss": {"reconstruction": _GAUSSIAN, "logits": _OF_LOGITS},
    "gaussian-vae-loss": {"reconstruction": _GAUSSIAN},
    "bernoulli-vae-loss": {"reconstruction": _BERNOULLI, "logits": _OF_LOGITS},
}


@dataclass(frozen=True, slots=True)
class WithKnownDecoder(Asked):
    """A call with a decoder that is known in place of its own.

    `averages` says that it is a mean, `weight` what all of its own is multiplied by, and `from_nothing` that its KL is
    0 at simple latents, whatever that of this prior is there.
    """

    averages: bool = False
    weight: Law = _ONCE
    from_nothing: bool = False

    def __call__(self, arrays: Arrays) -> FloatArray:
        """Return what is the loss with the other decoder, if its KL at simple latents is what it should be."""
        data, prior = data_of(self), self.prior(arrays)
        whole, rest = self._own(arrays), self._own(prior)
        x, given = (np.asarray(arrays[role], dtype=np.float64) for role in data)
        error = self._known.error(x, given).reshape(len(x) if self.layout.batch else 1, -1).sum(1)
        total = _reduced(error, whole.ndim > 0, self.averages)
        if whole.shape != np.shape(np.squeeze(total)):
            raise WitnessError("it is neither one number nor one value a sample")
        blur = np.max(np.abs(rest)) * np.finfo(self.function.dtype).eps
        allowed = max(_NOTHING, _LOST * float(np.max(np.abs(whole - rest)) + np.max(total)))
        is_there = all(np.array_equal(arrays[role], prior[role]) for role in arrays)
        if not blur <= (math.inf if is_there else allowed):
            raise WitnessError("beside its decoder the KL is lost in rounding here")
        kl = 0.0 if self.from_nothing else self._kl_at(prior, whole.ndim > 0)
        return np.asarray((whole - rest) / self.share(arrays) + np.squeeze(total) + kl)

    def departure(self, arrays: Arrays) -> float:
        """Return how far its KL is from the right one, less what rounding of the whole may do, relative to that."""
        prior = self.prior(arrays)
        whole, rest = self._own(arrays), self._own(prior)
        right = self._kl_at(arrays, whole.ndim > 0) - self._kl_at(prior, whole.ndim > 0)
        blur = np.finfo(self.function.dtype).eps * (np.abs(whole) + np.abs(rest))
        return float(np.max((np.abs((whole - rest) / self.share(arrays) - right) - blur) / np.abs(right)))

    def share(self, arrays: Arrays) -> float:
        """Return what its own values are multiplied by, for arrays of these shapes."""
        return self.weight.value(self._sizes(arrays))

    def may_be_reduced_so(self, sample: Sample) -> bool:
        """Whether its data count as those of a mean do, or of a total, where every sample is there twice.

        What does neither, or takes no more samples, says nothing.
        """
        here = self.prior(sample.arrays[0])
        twice = doubled(here, self.quantity.axes, "B")
        longer = replace(self, given={**sample.sizes, "B": 2 * sample.sizes.get("B", 1)}, choices={})
        with suppress(ElboCheckError), np.errstate(all="ignore"):
            one, two = self._own(here) / self.share(here), longer._own(twice) / longer.share(twice)
            if not one.ndim and np.isclose(two, one if not self.averages else 2 * one, rtol=_ALIKE, atol=0):
                return False
        return True

    def _own(self, arrays: Arrays) -> FloatArray:
        return np.squeeze(Asked.__call__(self, arrays))

    def _sizes(self, arrays: Arrays) -> dict[str, int]:
        held = {
            role: [axis for axis in axes if self.layout.batch or axis != "B"]
            for role, axes in self.quantity.axes.items()
        }
        return {axis: n for role, axes in held.items() for axis, n in zip(axes, np.shape(arrays[role]), strict=True)}

    def _kl_at(self, arrays: Arrays, keeps_samples: bool) -> FloatArray:
        """Return what the KL is, for each sample or in all: 0 at a standard prior."""
        part, layout = self.quantity.parts[1], Layout({}, batch=self.layout.batch)
        kind = Kind(("B",) if layout.batch else ())
        formula = part.formula(part.forms[0], kind, layout).scaled(part.scale(kind, layout))
        each = value_at(formula, Sample(self._sizes(arrays), layout, kind, (), ()), arrays)
        return np.squeeze(_reduced(each, keeps_samples, self.averages))

    def prior(self, arrays: Arrays) -> Arrays:
        """Return the point at which the data are as they are, and the latents those of a standard prior."""
        data, simple = data_of(self), self.quantity.simple
        at = {role: _AT_ONE.get(role, simple[role][0]) for role in arrays if role not in data}
        latents = {role: np.full_like(arrays[role], number) for role, number in at.items()}
        return {**arrays, **latents}

    @property
    def words(self) -> str:
        """What stands in place of its own −log p(x | z)."""
        return self._known.words

    @property
    def _known(self) -> _Decoder:
        return _DECODERS[self.quantity.name][data_of(self)[1]]


def known_decoders(heard: Heard, weight: Law = _ONCE) -> Iterator[WithKnownDecoder]:
    """Yield it with the known decoder, as a total and as a mean; nothing where it is of no data, or of others."""
    call, data = heard.call, data_of(heard.call)
    known = _DECODERS.get(call.quantity.name, {})
    is_known = len(data) == 2 and data[1] in known and len(call.quantity.parts) == 2 and weight.names <= {*"BDd"}
    if is_known and heard.samples and all(is_moved_by(call, role, *heard.samples[0].arrays[:2]) for role in data):
        own = {each.name: getattr(call, each.name) for each in fields(Asked)}
        every = (WithKnownDecoder(**own, averages=averages, weight=weight) for averages in (True, False))
        yield from (each for each in every if each.may_be_reduced_so(heard.samples[0]))


def _reduced(each: FloatArray, keeps_samples: bool, averages: bool) -> FloatArray:
    return each if keeps_samples else np.asarray(each.mean() if averages else each.sum())
