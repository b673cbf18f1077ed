"""`elbo-check elbo`: a model whose log p(x) is known, or a training run on real data."""

from __future__ import annotations

import argparse
from typing import Any

from .readers import real
from .shared import add_judging, add_output

__all__ = ["add_elbo", "check_elbo"]


def add_elbo(commands: Any) -> None:
    """Add the command `elbo`."""
    text = (
        "establish ELBO <= log p(x) <= EUBO on a model whose log p(x) is known, or at every epoch of a linear VAE "
        "that learns the digits that come with the package"
    )
    usage = "elbo-check elbo (MODEL [--param K=V ...] [--x X] [--q K=V ...] | --list | --example digits) [options]"
    elbo = commands.add_parser("elbo", usage=usage, help=text, description=text, allow_abbrev=False)
    elbo.set_defaults(command="elbo", usage_error=elbo.error, files=[])
    elbo.add_argument("model", nargs="?", metavar="MODEL", help="a name that --list shows; alone: its own example")
    elbo.add_argument("--list", action="store_true", help="list the models, their parameters and families of q")
    elbo.add_argument("--example", choices=("digits",), metavar="NAME", help="train on real data: digits")
    about = elbo.add_argument_group(
        "the model", "values as 7, 0.5,-1 or [[1, 0], [0, 1]]; what is left out: the example's"
    )
    about.add_argument("--param", action="append", default=[], metavar="K=V", help="a parameter: --param alpha=2")
    about.add_argument("--x", metavar="X", help="the data")
    about.add_argument("--q", action="append", default=[], metavar="K=V", help="posterior, prior, or a parameter of q")
    about.add_argument("--claim", type=real, metavar="X", help="your own ELBO, to be judged")
    add_judging(elbo.add_argument_group("settings"))
    output = elbo.add_argument_group("output")
    plot = "with --example: draw the run into FILE: .png, .pdf or .svg (needs pip install 'elbo-check[report]')"
    output.add_argument("--plot", metavar="FILE", help=plot)
    add_output(output)


def check_elbo(options: argparse.Namespace) -> None:
    """One of a model, a list and an example is asked for, and nothing that belongs to another."""
    asked = [
        name
        for name, held in (("MODEL", options.model), ("--list", options.list), ("--example", options.example))
        if held
    ]
    if len(asked) != 1:
        options.usage_error(f"give one of MODEL, --list and --example, not {' and '.join(asked) or 'none'}")
    of_model = {"--param": options.param, "--x": options.x, "--q": options.q, "--claim": options.claim}
    given = [name for name, held in of_model.items() if held not in (None, [])]
    if given and not options.model:
        options.usage_error(f"{given[0]} needs MODEL")
    if options.plot and not options.example:
        options.usage_error("--plot needs --example")
