"""What is known of a loss beside its roles, as exact numbers: the prior, the weight of the KL, sizes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from .output_sums import Sum

__all__ = ["LARGEST_SIZE", "batch_of", "beta_of", "output_of", "outputs_of", "prior_of", "seconds_of", "sizes_of"]

LARGEST_SIZE = 1 << 14
"""The longest axis that a function is called with: arrays of more would take long."""
_WIDEST = Fraction(10**4)  # of a prior, over 1 and under it: beyond it terms of a KL are lost beside others
_LONGEST_DENOMINATOR = 10**6
_SHORTEST, _LONGEST = 1e-4, 1e8  # of a call: an alarm takes as long, and has no more
_REDUCED = re.compile(r"((?P<over>mean|sum)\()?(?P<name>.+?)(?(over)\))")
_AXES = frozenset("BdDKGNCHWchwTLl")
_PARTS_OF = {"D": "chw", "d": "CHW", "G": "HW"}


def prior_of(given: Any) -> tuple[Fraction, Fraction]:
    """Return the mean and the standard deviation of a fixed prior as the decimals that they print as.

    >>> prior_of((0.1, 2))
    (Fraction(1, 10), Fraction(2, 1))
    """
    if given is None:
        return Fraction(0), Fraction(1)
    remedy = "give (mean, standard deviation), as in prior=(0.0, 2.0)"
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise InputError("prior", given, "a pair of numbers", remedy)
    mean, deviation = (_number("prior", each, remedy) for each in given)
    if deviation <= 0:
        raise InputError("prior", given, "a mean and a standard deviation > 0", remedy)
    if not 1 / _WIDEST <= deviation <= _WIDEST or abs(mean) > _WIDEST * deviation:
        expected = "a standard deviation from 1e-4 to 1e4, and a mean of at most 1e4 of it"
        raise InputError("prior", given, expected, "rescale the latents: beside such numbers digits of a KL are lost")
    return mean, deviation


def beta_of(given: Any) -> Fraction:
    """Return the declared weight of the KL."""
    remedy = "give the weight of the KL in your objective, as in beta=4"
    beta = _number("beta", given, remedy)
    if beta <= 0:
        raise InputError("beta", given, "> 0", remedy)
    return beta


def seconds_of(given: Any) -> float:
    """Return the time limit of a call."""
    number = float(min(given, 1e308)) if isinstance(given, int | float) and not isinstance(given, bool) else math.nan
    if not _SHORTEST <= number <= _LONGEST:
        raise InputError(
            "seconds", given, f"a number from {_SHORTEST:g} to {_LONGEST:g}", "give a call some time, such as 10"
        )
    return number


def batch_of(given: Any) -> tuple[bool, bool]:
    """Return whether a function takes batches, and whether it may be one of single samples.

    >>> batch_of(None), batch_of(False), batch_of(True)
    ((True, True), (False, False), (True, False))
    """
    if given is not None and not isinstance(given, bool):
        raise InputError("batch", given, "True, False or None", "False says one sample, True a batch, None either")
    return given is not False, given is None


def output_of(given: Any) -> str | None:
    """Return the name of an output; a position is that of one in a tuple, whose outputs are named by it.

    >>> output_of("kl"), output_of(1), output_of(None)
    ('kl', '1', None)
    """
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, int | np.integer) and not isinstance(given, bool) and given >= 0:
        return str(given)
    remedy = "give for example output='kl', output=1 for the second of a tuple, or output='0 + 1' for a sum"
    raise InputError("output", given, "the name of an output, or its position in a tuple", remedy)


def outputs_of(given: str | None) -> Sum:
    """Return the outputs that are to be added, or taken away; none where one output is named, or none.

    >>> str(outputs_of("0+1")), str(outputs_of("kl - log_p")), str(outputs_of("log-p")), bool(outputs_of(None))
    ('0 + 1', 'kl - log_p', '', False)
    >>> outputs_of("bce + mean(kl)")
    Sum(added=('bce', 'kl'), taken=(), over=(('kl', 'mean'),))
    """
    added, *taken = (given or "").split(" - ")
    count = len(added.split("+"))
    parts = [_REDUCED.fullmatch(part.strip()) for part in [*added.split("+"), *taken]]
    names = tuple(part["name"] for part in parts if part)
    over = tuple((part["name"], part["over"]) for part in parts if part and part["over"])
    return Sum(names[:count], names[count:], over) if len(names) == len(parts) > 1 else Sum()


def sizes_of(given: Any) -> dict[str, int]:
    """Return sizes that a function insists on, by the letter of their axis."""
    remedy = (
        "give for example sizes={'d': 8}: d latents, B samples, D observed numbers, K draws or categories, "
        "G categoricals a sample, N data in all, c, h, w of images"
    )
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError("sizes", given, "a mapping from axes to lengths", remedy)
    for name, length in given.items():
        whole = isinstance(length, int) and not isinstance(length, bool) and 1 <= length <= LARGEST_SIZE
        if name not in _AXES or not whole:
            raise InputError("sizes", {name: length}, f"an axis and a length of 1 to {LARGEST_SIZE}", remedy)
    for axis, parts in _PARTS_OF.items():
        known = [given[part] for part in parts if part in given]
        if axis in given and len(known) == len(parts) and math.prod(known) != given[axis]:
            shown = {name: given[name] for name in (axis, *parts)}
            expected = f"{axis} = {'·'.join(parts)}, which is {math.prod(known)}"
            raise InputError("sizes", shown, expected, f"leave {axis} out, or mend one of them")
    return dict(given)


def _number(argument: str, given: Any, remedy: str) -> Fraction:
    """Return a number exactly as it is written: 0.1 is a tenth, and the double next to a third is a third."""
    try:
        number = float(given)
    except (TypeError, ValueError):
        raise InputError(argument, given, "a number", remedy) from None
    except OverflowError:
        number = math.inf
    if isinstance(given, bool) or not math.isfinite(number):
        raise InputError(argument, given, "a finite number", remedy)
    if isinstance(given, int | Fraction):
        return Fraction(given)
    simple = Fraction(number).limit_denominator(_LONGEST_DENOMINATOR)
    return simple if float(simple) == number else Fraction(repr(number))
