"""What arrays that a function holds say of its arguments: which have channels, pixels or steps, and how many.

An array has no more axes than what it stands beside: one of shape (1, 1, 8) is a prior of sequences, and not of latents
in a row, to which it is broadcast all the same. The more arrays a layout explains, the likelier it is; then the fewer
axes it lays out; a square is an image's, and what is none a sequence's.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..diagnosis.sizes import Layout, Sizes

__all__ = ["HeldAxes", "axes_held", "is_of_a_layer"]

Shape = Sequence[int]

_MOST = 4  # arrays of each group of axes
_OF_IMAGES, _LASTS = 3, "Ll"
_LARGEST, _SMALL = 1 << 17, 1 << 10  # numbers of an array; of one that is no layer's for sure


class HeldAxes(NamedTuple):
    """A layout with lengths of its axes, and how many arrays it explains.

    `in_rows` says that arrays in a row say all of it, and that `unusual` takes a square for what belongs to a sequence,
    or what is none for an image.
    """

    layout: Layout
    lengths: Sizes
    explained: int
    in_rows: bool
    unusual: bool


class _Told(NamedTuple):
    """An array, and the lengths that axes have if it stands beside them."""

    shape: Shape
    lengths: Sizes
    in_a_row: bool = False
    unusual: bool = False


def axes_held(shapes: Sequence[Shape], layouts: Sequence[Layout], whole: Sequence[str] = ()) -> list[HeldAxes]:
    """Return images and sequences of as many channels, pixels or steps as arrays have, the likeliest first.

    Arrays in a row are lengths of the last axis of sequences, or of `whole` axes beside what is laid out: a mask and a
    prior. Arrays of ones alone say no length.

    >>> [held.lengths for held in axes_held([(1, 12, 8), (20,)], [Layout({"D": ("T", "l")})], ["d"])][:2]
    [{'T': 12, 'l': 8, 'd': 20}, {'d': 20}]
    """
    found: list[HeldAxes] = []
    for layout in layouts:
        beside = [_in_a_row(shapes, axis) for axis in whole if axis not in layout.axes]
        found += _together(layout, [*(_laid_out(shapes, names) for names in _parts(layout)), *beside])
    return _likeliest(found)


def _parts(layout: Layout) -> list[tuple[str, ...]]:
    """Return the axes of each argument that is laid out; the categories stand where an image has its channels."""
    places = [("K", *names) for axis, names in layout.axes.items() if axis == "G" and layout.classes_first]
    return places or [names for names in layout.axes.values() if len(names) > 1 and "G" not in layout.axes]


def _laid_out(shapes: Sequence[Shape], names: Sequence[str]) -> list[_Told]:
    ordered = sorted(shapes, key=lambda shape: len(shape) == 2 and min(shape) > 1)  # those may be layers' as well
    along = (told for shape in ordered if not is_of_a_layer(shape, shapes) for told in _along(shape, names))
    return [*itertools.islice(along, _MOST), *(_in_a_row(shapes, names[-1]) if names[-1] in _LASTS else ())]


def _in_a_row(shapes: Sequence[Shape], axis: str) -> list[_Told]:
    rows = (shape for shape in shapes if len(shape) < 3 and math.prod(shape[:-1]) == 1 and shape[-1] > 1)
    return [_Told(shape, {axis: shape[-1]}, in_a_row=True) for shape in itertools.islice(rows, _MOST)]


def _along(shape: Shape, names: Sequence[str]) -> Iterator[_Told]:
    """Yield what an array says of these axes, if it may stand beside them; images may be of one channel."""
    count, rank = len(names), len(shape)
    end = ((1,) * (count - rank) + tuple(shape))[-count:]
    if not 2 <= rank <= count + 1 or (rank > count and shape[0] > 1):
        return
    told = _Told(shape, {name: n for name, n in zip(names, end, strict=True) if n > 1})
    if count < _OF_IMAGES:
        if rank > 2 or end[0] > 1:  # else it is a batch of one, in a row
            yield told._replace(unusual=end[0] == end[1] > 1)
    elif rank > count or end[0] > 1 or min(end[1:]) > 1:
        yield told._replace(unusual=rank <= count and end[0] == 1 and end[1] != end[2])


def is_of_a_layer(shape: Shape, shapes: Sequence[Shape]) -> bool:
    """Whether an array is the matrix of a layer: larger than what stands beside arguments, or beside its offsets.

    >>> is_of_a_layer((20, 400), [(20, 400), (20,)]), is_of_a_layer((12, 8), [(12, 8), (12,)])
    (True, False)
    """
    size, offsets = math.prod(shape), tuple(shape[:1])
    return size > _LARGEST or (len(shape) == 2 and size > _SMALL and any(tuple(each) == offsets for each in shapes))


def _together(layout: Layout, told: Sequence[Sequence[_Told]]) -> Iterator[HeldAxes]:
    """Yield what arrays say together, one or none of each group of axes, where they do not contradict each other."""
    for several in itertools.product(*([None, *each] for each in told)):
        chosen = [each for each in several if each is not None]
        lengths = {name: n for each in chosen for name, n in each.lengths.items()}
        if chosen and all(lengths[name] == n for each in chosen for name, n in each.lengths.items()):
            explained, in_rows = len({tuple(each.shape) for each in chosen}), all(each.in_a_row for each in chosen)
            yield HeldAxes(layout, lengths, explained, in_rows, any(each.unusual for each in chosen))


def _likeliest(found: Iterable[HeldAxes]) -> list[HeldAxes]:
    """Return each layout and its lengths once, those that explain most first, in the fewest axes."""
    ordered = sorted(found, key=lambda held: (-held.explained, held.unusual, len(held.layout.axes)))
    once = {(held.layout.words, *sorted(held.lengths.items())): held for held in reversed(ordered)}
    return list(reversed(once.values()))
