"""What a claimed number may hold instead: sums divided by the wrong count, or a total repeated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..question import Question
from .look import FloatArray, Look, Reading, whole_sum

__all__ = ["candidates"]


def candidates(look: Look, reading: Reading) -> Iterator[tuple[str, FloatArray, FloatArray]]:
    """Yield (name, value, C) for each way to reduce; the name is empty for the way that was said."""
    sums, sizes = look.sums(reading)
    for divisor, name in _divisors(look.question).items():
        yield "" if divisor == look.question.divisor else name, sums / divisor, sizes / divisor
    yield from _repeated(look, reading, sums, sizes)


def _divisors(question: Question) -> dict[int, str]:
    """Return the counts that a sum may be divided by; one count may have several names."""
    latents, samples, size = question.latents, question.samples, question.q.size
    first = question.shape[0] if len(question.shape) > 2 else 1
    if question.reduction == "latent":
        named = [(1, "summed over the latents"), (latents, "averaged over the latents, not summed")]
    elif question.reduction == "none":
        named = [(1, "one number a coordinate"), (latents, "divided by the number of latents")]
    else:
        named = [(1, "summed over everything (reduction='sum')")]
        named += [(samples, "averaged over the samples and summed over the latents (reduction='mean')")]
        named += [(size, "averaged over everything, latents included")]
        named += [(latents, "averaged over the latents and summed over the samples")]
    if question.width < size:
        named += [(samples, "divided by the number of samples"), (size, "divided by the number of elements")]
    named += [(first, "divided by the length of the first axis")]
    names: dict[int, list[str]] = {}
    for divisor, name in named:
        if not (divisor == 1 and names.get(1)):
            names.setdefault(divisor, []).append(name)
    return {divisor: ", or ".join(several) for divisor, several in names.items()}


def _repeated(
    look: Look, reading: Reading, sums: FloatArray, sizes: FloatArray
) -> Iterator[tuple[str, FloatArray, FloatArray]]:
    """Yield totals that were spread over several numbers; only claims that repeat themselves can hold one."""
    question = look.question
    if question.claims == 1:
        return
    ones = np.ones(len(look.index))
    if np.ptp(look.values) == 0:
        total, size = whole_sum(reading)
        for divisor, name in ((1, "the sum over everything"), (question.samples, "the mean over the samples")):
            yield f"{name}, repeated", total / divisor * ones, size / divisor * ones
    elif question.reduction == "none" and look.whole:
        rows, row_sizes = (part.reshape(-1, question.latents).sum(axis=1) for part in (sums, sizes))
        spread = (np.repeat(part, question.latents) for part in (rows, row_sizes))
        value, size = spread
        yield "the sum over the latents, repeated for every coordinate", value, size
