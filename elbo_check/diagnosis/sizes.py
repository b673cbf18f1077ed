"""How many of everything: choices of sizes that all differ, so that the length of an axis tells what it counts.

Latents and observed numbers stand along one axis, or, where a function asks for it, along three (channels, height,
width).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["CHOICES", "LAYOUTS", "SINGLE", "Layout", "Sizes", "fixed_sizes", "sizes_for"]

Sizes = Mapping[str, int]

CHOICES: Mapping[str, Sequence[int]] = {
    "d": (3, 5, 8, 12, 4, 2),
    "B": (2, 4, 3, 7, 5, 9),
    "D": (6, 7, 10, 5, 9, 11),
    "K": (4, 3, 6, 5, 7, 8),
    "N": (50, 36, 120, 63, 90, 72),
}
"""The sizes that a function is tried at: latents, samples, observed numbers, categories or draws, the whole data."""

_IMAGES = ((3, 4, 5), (2, 5, 3), (5, 2, 4), (4, 3, 2), (6, 5, 2), (3, 2, 7))
_BATCHES_OF_IMAGES = (2, 4, 3, 5, 7, 9)


@dataclass(frozen=True, slots=True)
class Layout:
    """How arrays over the axes B, d, D are laid out for the function: an axis is one axis of the array, or three.

    `axes` maps d or D to the names of three axes; `batch` says whether there is a batch at all.
    """

    axes: Mapping[str, tuple[str, ...]]
    batch: bool = True

    def shape(self, axes: Sequence[str], sizes: Sizes) -> tuple[int, ...]:
        """Return the shape of an array over these axes."""
        return tuple(sizes[name] for name in self.concrete(axes))

    def concrete(self, axes: Sequence[str]) -> tuple[str, ...]:
        """Return the axes as they are laid out."""
        return tuple(name for axis in axes for name in self.axes.get(axis, (axis,)))

    @property
    def words(self) -> str:
        """The layout in words; nothing for the plain one."""
        images = [f"{axis} along three axes ({', '.join(names)})" for axis, names in self.axes.items()]
        return ", ".join([*images, *([] if self.batch else ["without a batch"])])


SINGLE = Layout({}, batch=False)

_LATENT_IMAGE, _DATA_IMAGE = {"d": ("C", "H", "W")}, {"D": ("c", "h", "w")}

LAYOUTS: Sequence[Layout] = (
    Layout({}),
    Layout(_DATA_IMAGE),
    Layout(_LATENT_IMAGE),
    Layout(_LATENT_IMAGE | _DATA_IMAGE),
    SINGLE,
)
"""The layouts that are tried, in this order, until the function takes one."""


def sizes_for(names: frozenset[str], layout: Layout, given: Sizes) -> Iterator[Sizes]:
    """Yield the choices of sizes for these axes; sizes that are given stay as they are."""
    seen = set()
    for i in range(len(CHOICES["d"])):
        sizes = {name: CHOICES[name][i] for name in sorted(names) if layout.batch or name != "B"}
        for axis, parts in layout.axes.items():
            sizes["B"] = _BATCHES_OF_IMAGES[i]
            lengths = _IMAGES[i] if axis == "d" or "d" not in layout.axes else (8, 9, 10 + i)
            sizes |= dict(zip(parts, lengths, strict=True))
            sizes[axis] = lengths[0] * lengths[1] * lengths[2]
        sizes = _apart(sizes, given)
        if tuple(sizes.items()) not in seen:
            seen.add(tuple(sizes.items()))
            yield sizes


def _apart(sizes: dict[str, int], given: Sizes) -> dict[str, int]:
    """Put the given sizes in, and move a batch that has the length of another axis."""
    sizes |= {name: length for name, length in given.items() if name in sizes}
    while "B" in sizes and "B" not in given and sizes["B"] in [n for name, n in sizes.items() if name != "B"]:
        sizes["B"] += 1
    return sizes


def fixed_sizes(choices: Sequence[Sizes]) -> Sizes:
    """Return the sizes that are the same in all choices."""
    return {name: n for name, n in choices[0].items() if all(each[name] == n for each in choices)}
