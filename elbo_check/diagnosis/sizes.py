"""How many of everything: choices of sizes that all differ, so that the length of an axis tells what it counts.

Latents and observed numbers stand along one axis, or, where a function asks for it, along three (channels, height,
width), or along two, of which one counts steps in time.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "CHOICES",
    "CLASSES",
    "GROUPS",
    "LAYOUTS",
    "MANY",
    "ROWS",
    "SEQUENCES",
    "SINGLE",
    "Layout",
    "Sizes",
    "fixed_sizes",
    "sizes_for",
]

Sizes = Mapping[str, int]
_Lengths = tuple[tuple[str, int], ...]
_Choices = tuple[tuple[str, tuple[int, ...]], ...]

CHOICES: Mapping[str, Sequence[int]] = {
    "d": (3, 5, 8, 12, 4, 2),
    "B": (2, 4, 3, 7, 5, 9),
    "D": (6, 7, 10, 5, 9, 11),
    "K": (4, 3, 6, 5, 7, 8),
    "G": (3, 5, 2, 4, 6, 7),
    "N": (50, 36, 120, 63, 90, 72),
}
"""The sizes that are tried: latents, samples, observed numbers, categories or draws, categoricals, the whole data."""

MANY = 8
"""From here on a number is a length; a smaller one may as well be a factor."""

_IMAGES: Sequence[tuple[int, ...]] = ((3, 4, 5), (2, 5, 3), (5, 2, 4), (4, 3, 2), (6, 5, 2), (3, 2, 7))
_FEW, _LONG = 3, 2048  # choices where an axis is longer than this
_ANY: Mapping[str, Sequence[int]] = {}
_PARTS = frozenset("CHWchwTLl")
_BATCHES_OF_IMAGES = (2, 4, 3, 5, 7, 9)
_OF_SEQUENCES: Mapping[str, Sequence[int]] = {
    "T": (3, 5, 2, 6, 4, 8),
    "L": (4, 3, 7, 5, 9, 6),
    "l": (5, 8, 4, 7, 3, 10),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How arrays over the axes B, d, D are laid out for the function: an axis is one axis of the array, or several.

    `axes` maps d or D to the names of three axes, or of two where T counts steps, and G to height and width; `batch`
    says whether there is a batch at all, `classes_first` whether the categories stand before the places of their
    categoricals, as the channels of an image do, `in_a_row` whether all categoricals of a sample are one axis together,
    which the function divides itself.
    """

    axes: Mapping[str, tuple[str, ...]]
    batch: bool = True
    classes_first: bool = False
    in_a_row: bool = False

    def __hash__(self) -> int:
        return hash((frozenset(self.axes.items()), self.batch, self.classes_first))

    def shape(self, axes: Sequence[str], sizes: Sizes) -> tuple[int, ...]:
        """Return the shape of an array over these axes."""
        return tuple(sizes[name] for name in self.concrete(axes))

    def concrete(self, axes: Sequence[str]) -> tuple[str, ...]:
        """Return the axes as they are laid out."""
        return tuple(name for axis in axes for name in self.axes.get(axis, (axis,)))

    def has(self, names: Iterable[str]) -> bool:
        """Whether these are lengths of this layout; others than parts of axes are of any."""
        return {name for name in names if name in _PARTS} <= {name for held in self.axes.values() for name in held}

    @property
    def of_sequences(self) -> bool:
        """Whether one of the axes counts steps in time: then it may be averaged, as a batch may."""
        return any("T" in names for names in self.axes.values())

    @property
    def steps_come_first(self) -> bool:
        """Whether steps, if any, stand before what is one step's."""
        return all(names[-1] != "T" for names in self.axes.values())

    @property
    def words(self) -> str:
        """The layout in words; nothing for the plain one."""
        images = [f"{axis} along {_COUNTS[len(names)]} axes ({', '.join(names)})" for axis, names in self.axes.items()]
        return ", ".join([*images, *filter(None, [self._order]), *([] if self.batch else ["without a batch"])])

    @property
    def _order(self) -> str:
        """Where the categories of several categoricals stand, if not last."""
        if "G" in self.axes:
            return f"the categories {'before' if self.classes_first else 'after'} these"
        if self.in_a_row:
            row = "(B, K·G), class by class" if self.classes_first else "(B, G·K)"
            return f"all categoricals of a sample in one row, {row}"
        return "the categories before their categoricals, (B, K, G)" if self.classes_first else ""


_COUNTS = {2: "two", 3: "three"}

SINGLE = Layout({}, batch=False)

_LATENT_IMAGE, _DATA_IMAGE = {"d": ("C", "H", "W")}, {"D": ("c", "h", "w")}

SEQUENCES: Sequence[Layout] = (
    Layout({"d": ("T", "L"), "D": ("T", "l")}),
    Layout({"d": ("T", "L")}),
    Layout({"D": ("T", "l")}),
    Layout({"d": ("L", "T"), "D": ("l", "T")}),
    Layout({"d": ("L", "T")}),
)
"""Sequences, the numbers of a step last or before the steps."""

LAYOUTS: Sequence[Layout] = (
    Layout({}),
    Layout(_DATA_IMAGE),
    Layout(_LATENT_IMAGE),
    Layout(_LATENT_IMAGE | _DATA_IMAGE),
    *SEQUENCES[:3],
    SINGLE,
)
"""The layouts that are tried, in this order, until the function takes one."""

CLASSES: Sequence[Layout] = (Layout({"G": ("H", "W")}, classes_first=True), Layout({"G": ("H", "W")}))
"""Images of categoricals, as a discrete VAE has them: the categories are its channels, or come last."""

GROUPS: Sequence[Layout] = (LAYOUTS[0], Layout({}, classes_first=True))
"""Several categoricals a sample along one axis: the categories come last, or first, as PyTorch's losses have them."""

ROWS: Sequence[Layout] = (Layout({}, in_a_row=True), Layout({}, classes_first=True, in_a_row=True))
"""Several categoricals a sample in one row, as a linear layer gives them: one after the other, or class by class."""


def sizes_for(
    names: frozenset[str], layout: Layout, given: Sizes, choices: Mapping[str, Sequence[int]] = _ANY
) -> Iterator[Sizes]:
    """Yield the choices of sizes for these axes; those given stay, and `choices` are all that an axis may be.

    Nothing is yielded where a given length is none that the layout can have: 10 pixels are no square image.
    """
    held = tuple(given.items()), tuple((name, tuple(lengths)) for name, lengths in choices.items())
    yield from map(dict, _sizes_for(names, layout, *held))


@functools.lru_cache(maxsize=1024)  # they are asked for with every call of a function
def _sizes_for(names: frozenset[str], layout: Layout, told: _Lengths, of: _Choices) -> list[Sizes]:
    given, choices = dict(told), dict(of)
    found: dict[_Lengths, Sizes] = {}
    for i in range(_FEW if max(given.values(), default=0) > _LONG else len(CHOICES["d"])):
        sizes = {name: CHOICES[name][i] for name in sorted(names) if layout.batch or name != "B"}
        sizes |= {name: lengths[i % len(lengths)] for name, lengths in choices.items() if name in sizes}
        parts = _parts(layout, i, given)
        if parts is None:
            continue
        sizes |= {"B": _BATCHES_OF_IMAGES[i], **parts} if layout.axes else {}
        sizes = _apart(sizes, {**given, **{name: sizes[name] for name in choices if name in sizes}})
        found.setdefault(tuple(sizes.items()), sizes)
    return list(found.values())


def _parts(layout: Layout, i: int, given: Sizes) -> Sizes | None:
    """Return the lengths of all axes that are laid out and of their parts; None where a given one cannot be had.

    Steps are as many in both arguments: those of an axis whose length is given are found first.
    """
    found: dict[str, int] = {}
    for axis, parts in sorted(layout.axes.items(), key=lambda laid: laid[0] not in given):
        lengths = _lengths(axis, parts, layout, i, {**given, **{name: found[name] for name in parts if name in found}})
        if lengths is None:
            return None
        found |= {**dict(zip(parts, lengths, strict=True)), axis: math.prod(lengths)}
    return found


def _lengths(axis: str, parts: Sequence[str], layout: Layout, i: int, given: Sizes) -> Sequence[int] | None:
    """Return the lengths of the parts of an axis: as given, or made of what is given for the whole."""
    if axis == "G":
        return _plane(parts, i, given)
    lengths: Sequence[int] = _IMAGES[i] if axis == "d" or "d" not in layout.axes else (8, 9, 10 + i)
    if layout.of_sequences:
        lengths = tuple(_OF_SEQUENCES[name][i] for name in parts)
    told = tuple(given.get(name, length) for name, length in zip(parts, lengths, strict=True))
    if axis not in given or math.prod(told) == given[axis]:
        return told
    made = _steps(given, parts, given[axis], i) if layout.of_sequences else _square(given[axis])
    fits = made is not None and all(given.get(name, n) == n for name, n in zip(parts, made, strict=True))
    return made if fits else None


def _plane(parts: Sequence[str], i: int, given: Sizes) -> Sequence[int] | None:
    """Return a height and a width: as given, or with the product that is given."""
    told = tuple(given.get(name, length) for name, length in zip(parts, _IMAGES[i][1:], strict=True))
    if "G" not in given or math.prod(told) == given["G"]:
        return told
    side = math.isqrt(given["G"])
    return (side, side) if side * side == given["G"] and not given.keys() & set(parts) else None


def _square(whole: int) -> Sequence[int]:
    """Return channels, height and width of a square image with so many pixels, at worst of one pixel a channel."""
    for channels in (1, 3, 2, 4, *range(5, whole)):
        side = math.isqrt(whole // channels)
        if channels * side * side == whole:
            return channels, side, side
    return whole, 1, 1


def _steps(given: Sizes, parts: Sequence[str], whole: int, i: int) -> Sequence[int] | None:
    """Return steps and what is one step's, in the order of the layout."""
    divisors = [n for n in range(2, whole) if whole % n == 0] or [1]
    steps = given.get("T", divisors[i % len(divisors)])
    if whole % steps:
        return None
    return tuple(steps if name == "T" else whole // steps for name in parts)


def _apart(sizes: dict[str, int], given: Sizes) -> dict[str, int]:
    """Put the given sizes in, and move a batch, categoricals and categories that have the length of another axis."""
    sizes |= {name: length for name, length in given.items() if name in sizes}
    whole = {"G"} if "H" in sizes else set()  # it is a product there
    for moved in [name for name in ("G", "K", "B") if name in sizes and name not in given.keys() | whole]:
        while sizes[moved] in [n for name, n in sizes.items() if name != moved]:
            sizes[moved] += 1
    return sizes


def fixed_sizes(choices: Sequence[Sizes]) -> Sizes:
    """Return the sizes that are the same in all choices."""
    return {name: n for name, n in choices[0].items() if all(each[name] == n for each in choices)}
