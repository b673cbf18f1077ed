"""`elbo-check elbo`: the bounds on a model whose log p(x) is known, or at every epoch of a training run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    import argparse

    from .examples.digits import Training
    from .verdict import Verdict

__all__ = ["bounds", "listed", "trained"]

SETTINGS = ("tol", "rounding", "level", "digits", "draws")


def bounds(options: argparse.Namespace) -> Verdict:
    """Return the verdict on the model, data and q that the command line describes."""
    from .api import verify_elbo
    from .inputs.model_arguments import density_from, model_from, value_from

    model = model_from(options.model, options.param)
    _, example_x, example_q = type(model).example()
    x = example_x if options.x is None else value_from("--x", options.x)
    q = density_from(model, options.q) if options.q else _example_q(options, example_q)
    given = {name: getattr(options, name) for name in SETTINGS if getattr(options, name) is not None}
    return verify_elbo(model, x, q, claim=options.claim, rng=options.seed, **given)


def _example_q(options: argparse.Namespace, example: Any) -> Any:
    """Return the q of the example where all is the example's, and the posterior of what the user described."""
    return "posterior" if options.param or options.x is not None else example


def listed() -> str:
    """Return the models that there are: their names, what they are, their parameters, and what q may be."""
    from .models import MODELS

    rows = []
    for name, kind in MODELS.items():
        parameters = ", ".join(kind.example()[0].parameters)
        families = " or ".join(family.__name__ for family in kind.families)
        rows += [f"{name:<24}{kind.title}", f"{'':<24}--param {parameters}; q: {families}"]
    return "\n".join(rows) + "\n"


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
