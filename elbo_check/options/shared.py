"""What several commands may be told: settings of the judge, and where the result goes."""

from __future__ import annotations

import argparse
from typing import Any

from .readers import real, whole

__all__ = ["REDUCTIONS", "ROUNDINGS", "SECOND_KINDS", "add_judging", "add_output", "add_settings"]

SECOND_KINDS = ("sigma", "variance", "log_sigma", "log_variance")
REDUCTIONS = ("none", "latent", "sum", "mean")
ROUNDINGS = ("floating", "strict")


def add_settings(command: argparse.ArgumentParser) -> None:
    """Add what the numbers hold, and how sharply to look."""
    kinds = f"{', '.join(SECOND_KINDS)} (default sigma)"
    reductions = "none (a number a coordinate), latent (summed over the last axis), sum, mean; default: by its shape"
    settings = command.add_argument_group("settings")
    settings.add_argument("--second", choices=SECOND_KINDS, metavar="KIND", help=f"what sigma holds: {kinds}")
    settings.add_argument("--prior-second", choices=SECOND_KINDS, metavar="KIND", help="the same for --prior-sigma")
    settings.add_argument("--reduction", choices=REDUCTIONS, metavar="HOW", help=f"what a claim holds: {reductions}")
    add_judging(settings)
    add_output(command.add_argument_group("output"))


def add_judging(settings: Any) -> None:
    """Add how sharply to look."""
    rounding = "floating (default) excuses what rounding does to a textbook formula, strict does not"
    settings.add_argument("--tol", type=real, metavar="X", help="relative tolerance (default 1e-9)")
    settings.add_argument("--rounding", choices=ROUNDINGS, metavar="HOW", help=rounding)
    settings.add_argument("--level", type=real, metavar="X", help="chance of a false alarm by sampling (default 1e-9)")
    settings.add_argument("--digits", type=whole, metavar="N", help="digits to prove of a single value (default 30)")
    settings.add_argument("--draws", type=whole, metavar="N", help="Monte Carlo draws (default 200000)")
    settings.add_argument(
        "--seed", type=whole, metavar="N", help="seed of the Monte Carlo draws (default: a fresh one)"
    )


def add_output(output: Any) -> None:
    """Add where the result goes."""
    output.add_argument("--json", action="store_true", help="write JSON")
    output.add_argument("-o", "--output", metavar="FILE", help="write to FILE, whole or not at all")
    output.add_argument("--debug", action="store_true", help="show the traceback of an internal error")
