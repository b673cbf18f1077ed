"""Several categoricals a sample in one row, (B, G·K), which a function divides itself: `view(-1, 20, 10)`.

It takes one categorical of 200 categories as well, or an array (B, 20, 10), which is no row: what is right of these may
be wrong of the row that it is meant for, as with a softmax before the view.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.glance import FEW, may_be_right
from ..diagnosis.quantity import Quantity
from ..diagnosis.sizes import GROUPS, LAYOUTS, MANY, ROWS, Sizes
from ..errors import InputError, LossFunctionError, WitnessError
from ..verdict import Finding
from ..witnesses.seeding import Seeds
from .calls import Asked, samples_of, takes
from .heard import Heard
from .reading import called, is_right_laid

__all__ = ["in_rows", "is_of_groups", "of_rows", "on_groups"]

_MOST_NUMBERS = 6  # of the code
_NEAR = 1e-3  # at a glance
_OF_GROUPS = (
    "this is said of {0} of shape (B, K). It takes several categoricals a sample, (B, G, K), as well, and of those it "
    "is another function{1}: their divergences are to be added up, each over its own categories; sizes with G has it "
    "judged there"
)
_BY_CLASS = " (of (B, K, G), the categories before their categoricals, it is right)"


def is_of_groups(quantity: Quantity) -> bool:
    """Whether a quantity is of several categoricals a sample."""
    return any("G" in axes for axes in quantity.axes.values())


def in_rows(heard: Heard, given: Sizes, seeds: Seeds) -> Heard | None:
    """Return a right function of categoricals, heard of rows that it divides itself; None where it divides none.

    They are rows of one categorical after the other, if it is not right of rows class by class alone.
    """
    many = _of_groups(heard.call.quantity)
    if not heard.is_right or many is None or heard.call.layout != LAYOUTS[0]:
        return None
    for lengths in _of_a_row(heard, given):
        call = replace(heard.call, layout=ROWS[0], quantity=many, given=lengths, choices={})
        with suppress(LossFunctionError, WitnessError):
            rows = called(call, heard.dtype, seeds) if _divides(call) else None
            if rows is not None and rows.recovery is not None:
                by_class = replace(call, layout=ROWS[1])
                is_by_class = not rows.is_right and is_right_laid(by_class, heard.dtype, seeds)
                return replace(called(by_class, heard.dtype, seeds) if is_by_class else rows, outputs=heard.outputs)
    return None


def _of_a_row(heard: Heard, given: Sizes) -> Iterator[Sizes]:
    """Yield lengths of what may be a row; nothing for what takes any number of categories, which divides nothing.

    `view(-1, 20, 10)` takes 20 samples of 10 categories for one of 20 categoricals, or 40 for two.
    """
    held, batch = heard.found.fixed, heard.call.given.get("B", next(iter(heard.call.choices.get("B", ())), None))
    known = {**{name: n for name, n in held.items() if name in ("G", "K")}, **given}
    if known.keys() & {"G", "K"}:
        yield known
        if batch is not None and "B" not in given:
            yield {"G": batch, **known}


def _divides(call: Asked) -> bool:
    """Whether a function takes rows of categoricals because it divides them: with one number more, it does not."""
    sizes = next(call.sizes())
    return takes(call) and not takes(call, G=1, K=sizes["G"] * sizes["K"] + 1)


def of_rows(heard: Heard, given: Sizes, seeds: Seeds) -> Iterator[Heard]:
    """Yield a function of categoricals as one of several a sample, laid out otherwise, if it is right there.

    They may be in one row, of as many as its code says, or along an axis, the categories first or last.
    """
    many = _of_groups(heard.call.quantity)
    if heard.is_right or many is None or not heard.call.layout.batch:
        return
    for lengths in _lengths(heard, given):
        is_square = lengths.get("G") == lengths.get("K") != given.get("K")  # along axes, log K may be of either
        for layout in ROWS if is_square else (*ROWS, *GROUPS):
            call = replace(heard.call, layout=layout, quantity=many, given=lengths, choices={})
            with suppress(LossFunctionError, WitnessError, InputError):  # a length may have no meaning
                is_meant = _is_no_factor if layout in GROUPS else _tells_rows_apart
                if is_right_laid(call, heard.dtype, seeds) and is_meant(call, given):
                    yield called(call, heard.dtype, seeds)
                    return


def _is_no_factor(call: Asked, given: Sizes) -> bool:
    """Whether small numbers of the code may be lengths of axes: those beside which the function takes no others."""
    small = {name: n for name, n in call.given.items() if name not in given and n < MANY}
    return not any(takes(call, **{name: n + 1}) for name, n in small.items())


def _tells_rows_apart(call: Asked, _: Sizes) -> bool:
    """Whether it shows that a function divides rows: a sum over all their probabilities is none of each categorical."""
    return any(role.startswith("logits") for role in call.quantity.axes) or _divides(call)


def _lengths(heard: Heard, given: Sizes) -> Iterator[Sizes]:
    """Yield lengths, the likeliest first: those that it was heard with, one number of the code, two, and one twice."""
    numbers = heard.call.function.holds.numbers[:_MOST_NUMBERS]
    alone = [{name: number, **given} for name in "KG" for number in numbers]
    both = (*itertools.permutations(numbers, 2), *((number, number) for number in numbers))
    pairs = [{"G": rows, "K": classes, **given} for rows, classes in both]
    seen = [heard.call.given if is_of_groups(heard.call.quantity) else given]
    if is_of_groups(heard.call.quantity) or given.keys() & {"G", "K"}:
        yield seen[0]
    for lengths in (*alone, *pairs):
        if lengths not in seen:
            seen.append(lengths)
            yield lengths


def on_groups(heard: Heard) -> list[Finding]:
    """Say that a function which is right of one categorical a sample takes several too, and is not right of those."""
    call, many = heard.call, _of_groups(heard.call.quantity)
    if many is None or call.layout != LAYOUTS[0] or is_of_groups(call.quantity):
        return []
    ways = [_is_near(replace(call, layout=layout, quantity=many, choices={})) for layout in GROUPS]
    if ways[0] is not False:
        return []
    words = _OF_GROUPS.format(" and ".join(call.assignment.roles), _BY_CLASS if ways[1] else "")
    return [Finding("not-of-groups", words)]


def _is_near(call: Asked) -> bool | None:
    """Whether a function may be right as it is called here; None where it is not finite, or refuses."""
    with suppress(LossFunctionError, WitnessError):
        (first,) = samples_of(call, np.random.default_rng(0), calls=FEW, most=1)
        if np.isfinite(first.outputs).all():
            return may_be_right(first, call.quantity, _NEAR)
    return None


def _of_groups(quantity: Quantity) -> Quantity | None:
    """Return the same quantity of several categoricals a sample, if it is one of categoricals."""
    return next(filter(is_of_groups, (quantity, *quantity.otherwise)), None)
