"""`elbo-check kl` and `elbo-check verify`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .readers import is_number, numbers
from .shared import add_settings

__all__ = ["add_kl", "add_verify", "check_kl"]


def add_kl(commands: Any) -> None:
    """Add the command `kl`."""
    text = "judge KL(q || p) of two Gaussians, in nats: numbers from the command line, or all those in a file"
    usage = "elbo-check kl (--mu X --sigma X | FILE [FILE]) [options]"
    kl = commands.add_parser("kl", usage=usage, help=text, description=text, allow_abbrev=False)
    kl.set_defaults(command="kl", usage_error=kl.error)
    files = "an .npz, .csv or .npy file with mu and sigma (or variance, logvar, ...); two .npy files: mu, then sigma"
    kl.add_argument("files", nargs="*", metavar="FILE", help=files)
    group = kl.add_argument_group("numbers", "one number, or several with commas: --mu 0.5,-1.0")
    group.add_argument("--mu", type=numbers, metavar="X", help="mean of q")
    group.add_argument("--sigma", type=numbers, metavar="X", help="standard deviation of q, or what --second says")
    group.add_argument("--prior-mu", type=numbers, metavar="X", help="mean of p (default 0)")
    group.add_argument("--prior-sigma", type=numbers, metavar="X", help="standard deviation of p (default 1)")
    group.add_argument("--claim", type=numbers, metavar="X", help="the KL value to be judged")
    add_settings(kl)


def add_verify(commands: Any) -> None:
    """Add the command `verify`."""
    text = (
        "check every theorem and the bounds on every model, then the KL values in FILE (default: the shipped example)"
    )
    usage = "elbo-check verify [FILE [FILE]] [options]"
    verify = commands.add_parser("verify", usage=usage, help=text, description=text, allow_abbrev=False)
    verify.set_defaults(command="verify", usage_error=verify.error)
    verify.add_argument("files", nargs="*", metavar="FILE", help="as for elbo-check kl")
    add_settings(verify)


def check_kl(options: argparse.Namespace) -> None:
    """Numbers come from the command line or from files, and numbers come in pairs."""
    given = [f"--{name}" for name in ("mu", "sigma") if getattr(options, name) is not None]
    if options.files and given:
        options.usage_error(f"give FILE or {given[0]}, not both")
    if options.files and all(is_number(name) and not Path(name).exists() for name in options.files):
        options.usage_error(f"numbers need their names: --mu {options.files[0]} --sigma ...")
    if not options.files and len(given) < 2:
        missing = "--sigma" if given == ["--mu"] else "--mu"
        options.usage_error(f"{given[0]} needs {missing}" if given else "give --mu and --sigma, or FILE")
