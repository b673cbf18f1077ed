"""In which layouts and of which lengths a function is asked: one table, the likeliest first, each row with its reason.

What refuses the first lengths may take others, or one alone. A latent's or a pixel's length is tried before that of a
batch: in `view(-1, 784)` the batch is what is left. A length of one is the last: any array inside is broadcast to it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..diagnosis.quantity import Quantity
from ..diagnosis.sizes import LAYOUTS, Layout, Sizes, sizes_for
from .calls import Case
from .held_axes import HeldAxes, axes_held
from .insisted import CHANNELS, OF_AN_IMAGE, lengths_of, numbers_of, square_image, with_products

__all__ = ["WAYS", "Known", "Trial", "Way"]

Trial = tuple[Layout, Sizes]

_USUAL = (*range(2, 17), 20, 32, 50, 64, 100, 128, 256, 512)  # of a function that knows but one length
_SIDES = (4, 8, 32, 64)  # of square images where no number says so
_ODD_SIDES = (5, 7, 11)  # of those that every function of squares takes
_LARGE = (40, 48)  # a height and a width of which windows, strides and halvings leave nothing over
_MOST = 6  # of the numbers in its code; of two axes and a batch at once
_LARGEST_IMAGE, _LARGEST = 1 << 18, 1 << 19  # numbers of one sample, and of a batch


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a function before it is called: the axes of its arguments, what was said, what it holds.

    `first` are the sizes that it is asked with where nothing else is known, `free` the axes whose lengths nobody gave,
    `numbers` those of its code and lengths of arrays that it holds, `shapes` the shapes of these.
    """

    layouts: Sequence[Layout]
    axes: frozenset[str]
    given: Sizes
    first: Sizes
    free: Sequence[str]
    numbers: Sequence[int]
    shapes: Sequence[tuple[int, ...]]

    @classmethod
    def of(cls, case: Case, quantity: Quantity) -> Known:
        """Return what is known of a function that is asked about a quantity."""
        axes = frozenset(axis for held in quantity.axes.values() for axis in held)
        plain, *others = case.layouts
        layouts = [each for each in others if each.axes.keys() <= axes and (each.batch or "B" in axes)]
        first = next(sizes_for(axes | quantity.numbers, plain, case.given), {})
        free = [name for name in "dDKGB" if name in axes and name not in case.given and (case.batch or name != "B")]
        shapes = case.function.holds.shapes
        numbers = numbers_of(case.function.holds.numbers, shapes)
        return cls((plain, *layouts), axes, case.given, first, free, numbers, shapes)

    @property
    def plain(self) -> Layout:
        """The layout that is asked where nothing else is known: arrays of two axes, or of one without a batch."""
        return self.layouts[0]

    @property
    def others(self) -> Sequence[Layout]:
        """The layouts that a function may want instead, as far as its arguments have such axes."""
        return self.layouts[1:]

    @property
    def held(self) -> Sequence[HeldAxes]:
        """The layouts of which arrays that it holds speak, the likeliest first."""
        batches = [layout for layout in self.others if layout.axes and self.plain.batch]
        return axes_held(self.shapes, batches, self.whole)

    @property
    def whole(self) -> Sequence[str]:
        """The axes but the batch whose lengths nobody gave."""
        return [name for name in self.free if name != "B"]


class Way(NamedTuple):
    """A row of the table: why a function may want these, and what to try.

    What is `insisted` on is asked only where the function takes these lengths, and none beside any of them: without
    that it is broadcast to much that it is not meant for.
    """

    reason: str
    trials: Callable[[Known], Iterator[Trial]]
    insisted: bool = False


def _said(known: Known) -> Iterator[Trial]:
    """Yield layouts that have what was given, first those that leave the fewest lengths open."""
    if not known.plain.has(known.given):
        layouts = [layout for layout in known.others if layout.has(known.given)]
        parts = {layout.words: {name for names in layout.axes.values() for name in names} for layout in layouts}
        yield from (
            (layout, {}) for layout in sorted(layouts, key=lambda each: len(parts[each.words] - known.given.keys()))
        )


def _held(known: Known) -> Iterator[Trial]:
    yield from ((held.layout, held.lengths) for held in known.held if not held.in_rows)


def _rows_held(known: Known) -> Iterator[Trial]:
    yield from ((held.layout, held.lengths) for held in known.held if held.in_rows)


def _same(known: Known) -> Iterator[Trial]:
    same = {name: known.first[name] for name in known.free if known.first.get(name) in lengths_of(known.shapes)}
    yield known.plain, same
    yield from ((known.plain, {name: n}) for name, n in same.items())


def _nothing(known: Known) -> Iterator[Trial]:
    yield known.plain, {}


def _written(known: Known) -> Iterator[Trial]:
    """Yield lengths of one axis, or two, from the numbers in the code; none for a batch."""
    numbers, every = known.numbers, with_products(known.numbers)
    pairs = list(itertools.combinations(known.whole, 2))
    ways: list[Iterator[Sizes]] = [
        ({name: length} for name in known.whole for length in numbers),
        ({one: m, other: n} for one, other in pairs for m, n in itertools.product(numbers, repeat=2)),
        ({name: length} for name in known.whole for length in every[len(numbers) :]),
        ({one: m, other: n} for one, other in pairs for m in numbers for n in every[len(numbers) :]),
    ]
    yield from ((known.plain, lengths) for lengths in itertools.chain(*ways))


def _batches(known: Known) -> Iterator[Trial]:
    yield from ((known.plain, {"B": n}) for n in lengths_of(known.shapes) if "B" in known.free)


def _batches_in_parts(known: Known) -> Iterator[Trial]:
    """Yield numbers in the code that may be those of the samples of a part, or of the parts."""
    yield from ((known.plain, {"B": n}) for n in known.numbers if "B" in known.free and n > 1)


def _laid_out(known: Known) -> Iterator[Trial]:
    """Yield other layouts, each with lengths of its last axes, to which a prior of 20 latents is broadcast."""
    for layout in known.others:
        yield layout, {}
        if layout == LAYOUTS[1] and not any(map(square_image, known.numbers)):  # rows of 64 take many of these
            yield layout, dict(zip(layout.axes["D"][1:], _LARGE, strict=True))
        whole = [name for name in known.whole if name not in layout.axes]
        steps = [names[-1] for names in layout.axes.values() if len(names) == 2 and names[-1] in "Ll"]
        lasts = (*whole, *steps) if layout.axes else ()
        yield from ((layout, {name: n}) for name in lasts for n in known.numbers)


def _of_images(layout: Layout) -> Sequence[tuple[str, ...]]:
    """Return the names of the parts of axes that are images."""
    return [names for names in layout.axes.values() if len(names) == 3]


def _any_square(known: Known) -> Iterator[Trial]:
    """Yield square images of three channels and of a side of which no number in the code speaks."""
    sides = (side for side in _ODD_SIDES if not {side, side**2, 3 * side**2} & {*known.numbers})
    for side, layout in itertools.product(itertools.islice(sides, 1), LAYOUTS):
        if layout in known.others and (parts := _of_images(layout)):
            yield layout, {name: n for names in parts for name, n in zip(names, (3, side, side), strict=True)}


def _images(known: Known) -> Iterator[Trial]:
    """Yield square images of as many numbers, or of the heights, in the code.

    They are of one channel or three, or of as many as are in the code: `view(-1, 784)` takes 784 of 4 × 4 as well.
    """
    for layout in (each for each in LAYOUTS if each in known.others):
        parts = _of_images(layout)
        for lengths in filter(None, map(square_image, known.numbers)):
            yield from ((layout, dict(zip(names, lengths, strict=True))) for names in parts)
        for side in (n for n in known.numbers if n >= OF_AN_IMAGE):
            channels = (n for n in dict.fromkeys((*CHANNELS, *known.numbers)) if n * side * side <= _LARGEST_IMAGE)
            for n, names in itertools.product(channels, parts):
                yield layout, dict(zip(names, (n, side, side), strict=True))


def _squares(known: Known) -> Iterator[Trial]:
    """Yield square images, of data and of latents alike, with three channels or one."""
    for layout in (each for each in LAYOUTS if each in known.others):
        parts = _of_images(layout)
        for side, channels in itertools.product(_SIDES if parts else (), reversed(CHANNELS)):
            yield layout, {name: n for names in parts for name, n in zip(names, (channels, side, side), strict=True)}


def _usual(known: Known) -> Iterator[Trial]:
    yield from ((known.plain, {name: length}) for name in known.whole for length in _USUAL)


def _with_a_batch(known: Known) -> Iterator[Trial]:
    """Yield lengths of a batch, alone and beside those of other axes."""
    if "B" not in known.free:
        return
    numbers, every = known.numbers[:_MOST], with_products(known.numbers)
    yield from ((known.plain, {"B": length}) for length in (*known.numbers, *_USUAL))
    for m, name in itertools.product(numbers, known.whole):
        yield from ((known.plain, {"B": m, name: n}) for n in every if m * n <= _LARGEST)
    for one, other in itertools.combinations(known.whole, 2):
        lengths = itertools.product(numbers, numbers, every)
        held = ({"B": b, one: m, other: n} for b, m, n in lengths if b * max(m, n) <= _LARGEST)
        yield from ((known.plain, each) for each in held)


def _ones(known: Known) -> Iterator[Trial]:
    yield from ((known.plain, {name: 1}) for name in known.free)


WAYS: Sequence[Way] = (
    Way("lengths of an image or of steps were given: images or sequences are meant", _said),
    Way("an array that it holds has channels, pixels or steps", _held, insisted=True),
    Way("an array that it holds has the lengths that would be asked first", _same, insisted=True),
    Way("nothing is known: arrays of as many axes as the roles say, of all lengths", _nothing),
    Way("numbers in its code, and lengths of arrays that it holds, are lengths", _written),
    Way("an array that it holds has a weight for each sample", _batches, insisted=True),
    Way("an array in a row that it holds stands beside images, or along sequences", _rows_held, insisted=True),
    Way("it divides a batch into parts, which leave no rest", _batches_in_parts, insisted=True),
    Way("it takes images, sequences or single samples only", _laid_out),
    Way("it takes square images of any side", _any_square),
    Way("numbers in its code are the sides of images", _images),
    Way("it takes square images only", _squares),
    Way("it takes one usual length only", _usual),
    Way("it takes one number of samples only", _with_a_batch),
    Way("it holds an array of a length that nobody knows, which is broadcast to one", _ones),
)
"""The likeliest first: a function is asked in the first of these ways that it takes."""
