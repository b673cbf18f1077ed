"""What the command line may say: options, their help, and usage errors, a command a file. Nothing heavy is imported."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..version import __version__
from .derive import add_derive
from .elbo import add_elbo, check_elbo
from .explain import add_explain
from .kl import add_kl, add_verify, check_kl
from .loss import add_loss
from .readers import joined
from .shared import REDUCTIONS, ROUNDINGS, SECOND_KINDS

__all__ = ["NUMBERS", "REDUCTIONS", "ROUNDINGS", "SECOND_KINDS", "SETTINGS", "parsed"]

NUMBERS = ("mu", "sigma", "prior_mu", "prior_sigma", "claim")
SETTINGS = ("reduction", "second", "prior_second", "tol", "rounding", "level", "digits", "draws")

_CHECKS = {"elbo": check_elbo, "kl": check_kl}


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; help, version and usage errors end in SystemExit, as argparse has it."""
    options = _parser().parse_args(joined(arguments))
    _CHECKS.get(options.command, lambda _: None)(options)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="elbo-check",
        description="Settle with evidence whether a KL divergence, an ELBO or a derivation is right.",
        epilog="exit codes: 0 proved or consistent, 1 refuted, 2 usage or bad input, 3 undecided, 4 internal error, "
        "130 interrupted",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"elbo-check {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_derive(commands)
    add_elbo(commands)
    add_explain(commands)
    add_kl(commands)
    add_loss(commands)
    add_verify(commands)
    return parser
