"""`elbo-check loss`: a loss function of the user's."""

from __future__ import annotations

from typing import Any

from .readers import real, seconds, whole
from .shared import add_output

__all__ = ["BACKENDS", "add_loss"]

BACKENDS = ("numpy", "torch", "jax")


def add_loss(commands: Any) -> None:
    """Add the command `loss`."""
    text = (
        "judge whether a loss function of yours computes what it should, and name the mistake if it does not. "
        "Importing the target runs it, as python would"
    )
    usage = "elbo-check loss TARGET [--roles ROLE,ROLE,...] [--prior MEAN,STD] [--backend NAME] [options]"
    loss = commands.add_parser("loss", usage=usage, help=text, description=text, allow_abbrev=False)
    loss.set_defaults(command="loss", usage_error=loss.error, files=[])
    target = "package.module:function or file.py:function; a path such as file.py:Model.loss reaches methods"
    loss.add_argument("target", metavar="TARGET", help=target)
    made = "call something without arguments that builds it: TARGET itself, or FACTORY, whose method TARGET then is"
    loss.add_argument("--factory", nargs="?", const=True, default=False, metavar="FACTORY", help=made)
    about = loss.add_argument_group("what it should compute")
    roles = "what each argument holds, in order (mean,log_variance) or by name (mu=mean,logvar=log_variance)"
    about.add_argument("--roles", metavar="ROLES", help=f"{roles}; default: proposed from the arguments' names")
    about.add_argument("--sampler", metavar="TARGET", help="the function that draws the latents, judged beside the KL")
    about.add_argument("--quantity", metavar="NAME", help="which quantity, where the roles leave a choice")
    about.add_argument("--prior", metavar="MEAN,STD", help="a fixed Gaussian prior (default 0,1)")
    about.add_argument("--beta", type=real, metavar="X", help="the declared weight of the KL (default 1)")
    about.add_argument("--output-name", metavar="NAME", help="the output to judge: a key, or 0, 1, ... of a tuple")
    about.add_argument("--size", action="append", default=[], metavar="d=N", help="a size that it insists on: d=8")
    taken = about.add_mutually_exclusive_group()
    taken.add_argument("--one-sample", action="store_true", help="it takes one sample, (d,), and no batches (B, d)")
    taken.add_argument(
        "--batches", action="store_true", help="it takes batches (B, d), and is never meant for one sample"
    )
    calls = loss.add_argument_group("how it is called")
    calls.add_argument("--backend", choices=BACKENDS, default="numpy", help="whose tensors it takes (default numpy)")
    names = "the names of its arguments, in order, where its signature, as (*args), does not tell them"
    calls.add_argument("--parameters", metavar="NAME,NAME,...", help=names)
    calls.add_argument("--seconds", type=seconds, default=10.0, metavar="N", help="time limit of a call (default 10)")
    calls.add_argument("--seed", type=whole, metavar="N", help="seed of the points (default: a fresh one)")
    output = loss.add_argument_group("output")
    output.add_argument("--test", action="store_true", help="print a pytest function that fails until it is mended")
    add_output(output)
