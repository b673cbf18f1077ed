"""A function that draws its own noise: what can still be said is its average, with the spread of that average."""

from __future__ import annotations

import time
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import Arrays, Sample, kind_of
from ..errors import LossFunctionError, WitnessError
from ..verdict import Finding
from .calls import Asked
from .values import value_at

__all__ = ["RANDOM", "average", "random_words", "seeded_words"]

FloatArray = NDArray[np.float64]

RANDOM = "two calls with the same arguments gave different values"
"""How all that is said of a random function begins."""

_COUNTS = "it draws from no stream that is watched: hold still what it counts, and give it its noise as an argument"
_GIVE = "give it its noise as an argument (role noise, for a standard normal)"
_TO_JUDGE = "What it is of its arguments does not show in that. To have it judged, let it take one draw, or "
_DROPPED = {  # torch and JAX drop by bernoulli, which others draw as well
    "dropout": "switch its dropout off, as model.eval() does; or ",
    "bernoulli": "if that is a dropout, switch it off, as model.eval() does; or ",
}
_OF_ONE_DRAW = ("normal", "randn", "default_rng", "PRNGKey", "random.key", "global stream")
_CALLS = 400
_SECONDS = 2.0
_FEWEST = 20


def random_words(call: Asked, arrays: Arrays) -> str:
    """Say what is random in a function, and what can be done about it."""
    drawn = _drawn(call, arrays)
    if not drawn:
        return f"{RANDOM}: {_COUNTS} (role noise)"
    dropped = next((words for part, words in _DROPPED.items() if any(part in name for name in drawn)), "")
    return f"{RANDOM}: it draws by {', '.join(drawn)}. To have it judged, {dropped}{_GIVE}"


def seeded_words(call: Asked, arrays: Arrays) -> str:
    """Say that the value of a function hangs on draws from a seed within, if it draws any; else "".

    Its one draw from a normal that was replaced is none of these.
    """
    drawn = _drawn(call, arrays)
    if call.function.own_noise:
        drawn = tuple(name for name in drawn if not any(part in name for part in _OF_ONE_DRAW))
    if not drawn:
        return ""
    return (
        f"it draws by {', '.join(drawn)}, and the same every time: its value hangs on these draws. {_TO_JUDGE}{_GIVE}"
    )


def _drawn(call: Asked, arrays: Arrays) -> tuple[str, ...]:
    with suppress(LossFunctionError):
        return call.function.drawn_from(call.arguments(arrays))
    return ()


def average(call: Asked, generator: np.random.Generator) -> list[Finding]:
    """Return what the average of many calls says beside the right values; nothing where it says nothing.

    The spread is estimated, so this agrees or objects in a note; it decides nothing.
    """
    sizes = next(call.sizes())
    arrays = call.quantity.draw(generator, sizes)
    try:
        outputs = _outputs(call, arrays)
        kind = kind_of(lambda _: outputs[0], (arrays, arrays), call.quantity.axes, sizes, call.layout, outputs[0])
    except (LossFunctionError, WitnessError):
        return []
    if any(output.shape != outputs[0].shape for output in outputs):
        return []
    drawn = np.array(outputs)
    if len(drawn) < _FEWEST or not np.isfinite(drawn).all():
        return []
    sample = Sample(sizes, call.layout, kind, (), ())
    column = drawn.reshape(len(drawn), -1)[:, 0]
    mean, error = float(column.mean()), float(column.std(ddof=1) / np.sqrt(len(column)))
    rights: dict[str, dict[str, None]] = {}
    for right in call.quantity.rights(kind, call.layout):
        value = f"{float(value_at(right.formula, sample, arrays).flat[0]):.6g}"
        told_of = f"{value} ({right.note[0]})" if right.note[0] else value
        rights.setdefault(right.reduction, {})[told_of] = None
    told = [f"{reduction}: {' or '.join(values)}" for reduction, values in rights.items()]
    words = f"the average of {len(drawn)} calls at one point is {mean:.6g} ± {error:.2g} (one standard error)"
    return [Finding("average", f"{words}; right is {'; or '.join(told)}", "note", resolution=error)]


def _outputs(call: Asked, arrays: Arrays) -> list[FloatArray]:
    started = time.perf_counter()
    outputs: list[FloatArray] = []
    while len(outputs) < _CALLS and time.perf_counter() - started < _SECONDS:
        outputs.append(np.squeeze(call(arrays)))
    return outputs
