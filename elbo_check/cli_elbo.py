"""`elbo-check elbo`: the bound on real data, at every epoch of a training run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    import argparse

    from .examples.digits import Training

__all__ = ["trained"]


def trained(
    options: argparse.Namespace, progress: Callable[[str, int, int], None], say: Callable[[str], None]
) -> Training:
    """Run the example, and draw it if asked to; what keeps the picture from being drawn is said before the work."""
    from .examples.digits import run

    with ExitStack() as open_files:
        draw = _picture(options, open_files) if options.plot else None
        training = run(seed=0 if options.seed is None else options.seed, progress=progress)
        if draw:
            draw(training)
    if draw:
        say(f"wrote {options.plot}")
    return training


def _picture(options: argparse.Namespace, open_files: ExitStack) -> Callable[[Training], Any]:
    """Open the file of the picture, and return what draws into it."""
    from .render.output import new_file
    from .render.training_plot import plot_format, training_plot

    kind = plot_format(options.plot)
    if options.output and Path(options.output).resolve() == Path(options.plot).resolve():
        raise InputError("--plot", options.plot, "another file than that of -o", "give the picture a name of its own")
    write = open_files.enter_context(new_file(options.plot))
    return lambda training: write(training_plot(training, kind))
