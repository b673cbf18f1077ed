"""`elbo-check explain`."""

from __future__ import annotations

from typing import Any

__all__ = ["add_explain"]


def add_explain(commands: Any) -> None:
    """Add the command `explain`."""
    text = "print a mistake of the catalogue (formulas, effect, cure), or a law (statement, conditions)"
    usage = "elbo-check explain (CODE | SLUG | LAW | --list) [--json]"
    explain = commands.add_parser("explain", usage=usage, help=text, description=text, allow_abbrev=False)
    explain.set_defaults(command="explain", usage_error=explain.error)
    name = "EC012, mean-over-latent, or the name of a law or a part of it: jensen"
    explain.add_argument("name", nargs="?", metavar="NAME", help=name)
    explain.add_argument("--list", action="store_true", help="list all mistakes and laws")
    explain.add_argument("--json", action="store_true", help="write JSON")
    explain.add_argument("--debug", action="store_true", help="show the traceback of an internal error")
