"""`elbo-check derive`."""

from __future__ import annotations

from typing import Any

from .readers import seconds
from .shared import add_output

__all__ = ["add_derive"]

FORMATS = ("latex", "markdown", "html", "text", "json")


def add_derive(commands: Any) -> None:
    """Add the command `derive`."""
    text = "check a derivation, every step by its law and by meaning, and print it"
    usage = "elbo-check derive (NAME | FILE.py:NAME | --list | --all -o FOLDER) [options]"
    derive = commands.add_parser("derive", usage=usage, help=text, description=text, allow_abbrev=False)
    derive.set_defaults(command="derive", usage_error=derive.error)
    name = "a name that --list shows, or one of your own in a Python file (which is run): my_proof.py:proof"
    derive.add_argument("name", nargs="?", metavar="NAME", help=name)
    derive.add_argument("--list", action="store_true", help="list the derivations that come with the package")
    derive.add_argument("--all", action="store_true", help="write all of them, and an index, to the folder -o FOLDER")
    output = derive.add_argument_group("output")
    kinds = f"{', '.join(FORMATS)}; default: by the suffix of FILE, or text"
    output.add_argument("--format", choices=FORMATS, metavar="KIND", help=kinds)
    output.add_argument("--fragment", action="store_true", help="LaTeX or HTML to be put into a page of yours")
    output.add_argument("--seconds", type=seconds, metavar="N", help="time limit of the check (default 60)")
    add_output(output)
