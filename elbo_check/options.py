"""What the command line may say: options, their help, and usage errors. Nothing heavy is imported here."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from .version import __version__

__all__ = ["NUMBERS", "SETTINGS", "parsed"]

SECOND_KINDS = ("sigma", "variance", "log_sigma", "log_variance")
REDUCTIONS = ("none", "latent", "sum", "mean")
ROUNDINGS = ("floating", "strict")
FORMATS = ("latex", "markdown", "html", "text", "json")
NUMBERS = ("mu", "sigma", "prior_mu", "prior_sigma", "claim")
SETTINGS = ("reduction", "second", "prior_second", "tol", "rounding", "level", "digits", "draws")

_Number = TypeVar("_Number", int, float)
_NEGATIVE = re.compile(r"-(\d|\.\d|inf|nan)", re.IGNORECASE)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; help, version and usage errors end in SystemExit, as argparse has it."""
    options = _parser().parse_args(_joined(arguments))
    if options.command == "kl":
        _check_kl(options)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="elbo-check",
        description="Settle with evidence whether a KL divergence, or a derivation, is right.",
        epilog="exit codes: 0 proved or consistent, 1 refuted, 2 usage or bad input, 3 undecided, 4 internal error, "
        "130 interrupted",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"elbo-check {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_derive(commands)
    _add_elbo(commands)
    _add_explain(commands)
    _add_kl(commands)
    _add_verify(commands)
    return parser


def _add_derive(commands: Any) -> None:
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
    output.add_argument("--seconds", type=_seconds, metavar="N", help="time limit of the check (default 60)")
    _add_output(output)


def _add_elbo(commands: Any) -> None:
    text = "train a linear VAE on the digits that come with the package, and verify its ELBO at every epoch"
    usage = "elbo-check elbo --example digits [options]"
    elbo = commands.add_parser("elbo", usage=usage, help=text, description=text, allow_abbrev=False)
    elbo.set_defaults(command="elbo", usage_error=elbo.error, files=[])
    elbo.add_argument("--example", choices=("digits",), required=True, metavar="NAME", help="digits")
    elbo.add_argument("--seed", type=_whole, metavar="N", help="seed of start, minibatches and noise (default 0)")
    output = elbo.add_argument_group("output")
    plot = "draw the run into FILE: .png, .pdf or .svg (needs pip install 'elbo-check[report]')"
    output.add_argument("--plot", metavar="FILE", help=plot)
    _add_output(output)


def _add_explain(commands: Any) -> None:
    text = "print a law: its statement, its conditions, its source"
    explain = commands.add_parser("explain", usage="elbo-check explain LAW", help=text, description=text)
    explain.set_defaults(command="explain", usage_error=explain.error)
    explain.add_argument("law", metavar="LAW", help="the name of a law, or a part of it: jensen")
    explain.add_argument("--debug", action="store_true", help="show the traceback of an internal error")


def _add_kl(commands: Any) -> None:
    text = "judge KL(q || p) of two Gaussians, in nats: numbers from the command line, or all those in a file"
    usage = "elbo-check kl (--mu X --sigma X | FILE [FILE]) [options]"
    kl = commands.add_parser("kl", usage=usage, help=text, description=text, allow_abbrev=False)
    kl.set_defaults(command="kl", usage_error=kl.error)
    files = "an .npz, .csv or .npy file with mu and sigma (or variance, logvar, ...); two .npy files: mu, then sigma"
    kl.add_argument("files", nargs="*", metavar="FILE", help=files)
    numbers = kl.add_argument_group("numbers", "one number, or several with commas: --mu 0.5,-1.0")
    numbers.add_argument("--mu", type=_numbers, metavar="X", help="mean of q")
    numbers.add_argument("--sigma", type=_numbers, metavar="X", help="standard deviation of q, or what --second says")
    numbers.add_argument("--prior-mu", type=_numbers, metavar="X", help="mean of p (default 0)")
    numbers.add_argument("--prior-sigma", type=_numbers, metavar="X", help="standard deviation of p (default 1)")
    numbers.add_argument("--claim", type=_numbers, metavar="X", help="the KL value to be judged")
    _add_settings(kl)


def _add_verify(commands: Any) -> None:
    text = "check every theorem, then the KL values in FILE (default: the example that comes with the package)"
    usage = "elbo-check verify [FILE [FILE]] [options]"
    verify = commands.add_parser("verify", usage=usage, help=text, description=text, allow_abbrev=False)
    verify.set_defaults(command="verify", usage_error=verify.error)
    verify.add_argument("files", nargs="*", metavar="FILE", help="as for elbo-check kl")
    _add_settings(verify)


def _add_settings(command: argparse.ArgumentParser) -> None:
    kinds = f"{', '.join(SECOND_KINDS)} (default sigma)"
    reductions = "none (a number a coordinate), latent (summed over the last axis), sum, mean; default: by its shape"
    rounding = "floating (default) excuses what rounding does to a textbook formula, strict does not"
    settings = command.add_argument_group("settings")
    settings.add_argument("--second", choices=SECOND_KINDS, metavar="KIND", help=f"what sigma holds: {kinds}")
    settings.add_argument("--prior-second", choices=SECOND_KINDS, metavar="KIND", help="the same for --prior-sigma")
    settings.add_argument("--reduction", choices=REDUCTIONS, metavar="HOW", help=f"what a claim holds: {reductions}")
    settings.add_argument("--tol", type=_real, metavar="X", help="relative tolerance (default 1e-9)")
    settings.add_argument("--rounding", choices=ROUNDINGS, metavar="HOW", help=rounding)
    settings.add_argument("--level", type=_real, metavar="X", help="chance of a false alarm by sampling (default 1e-9)")
    settings.add_argument("--digits", type=_whole, metavar="N", help="digits to prove of a single value (default 30)")
    settings.add_argument("--draws", type=_whole, metavar="N", help="Monte Carlo draws (default 200000)")
    settings.add_argument(
        "--seed", type=_whole, metavar="N", help="seed of the Monte Carlo draws (default: a fresh one)"
    )
    _add_output(command.add_argument_group("output"))


def _add_output(output: Any) -> None:
    output.add_argument("--json", action="store_true", help="write JSON")
    output.add_argument("-o", "--output", metavar="FILE", help="write to FILE, whole or not at all")
    output.add_argument("--debug", action="store_true", help="show the traceback of an internal error")


def _check_kl(options: argparse.Namespace) -> None:
    """Numbers come from the command line or from files, and numbers come in pairs."""
    given = [f"--{name}" for name in ("mu", "sigma") if getattr(options, name) is not None]
    if options.files and given:
        options.usage_error(f"give FILE or {given[0]}, not both")
    if options.files and all(_is_number(name) and not Path(name).exists() for name in options.files):
        options.usage_error(f"numbers need their names: --mu {options.files[0]} --sigma ...")
    if not options.files and len(given) < 2:
        missing = "--sigma" if given == ["--mu"] else "--mu"
        options.usage_error(f"{given[0]} needs {missing}" if given else "give --mu and --sigma, or FILE")


def _numbers(text: str) -> float | list[float]:
    """Read "0.5" as a number and "0.5,1.0" as a list."""
    try:
        numbers = [_real(part) for part in text.split(",")]
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number, nor numbers with commas between them") from None
    return numbers if len(numbers) > 1 else numbers[0]


def _real(text: str) -> float:
    return _read(float, text, "a number")


def _seconds(text: str) -> float:
    seconds = _real(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


def _whole(text: str) -> int:
    return _read(int, text, "a whole number")


def _read(kind: Callable[[str], _Number], text: str, expected: str) -> _Number:
    """Read a number; `1_000` and digits of other scripts, which Python reads too, are no numbers here."""
    with suppress(ValueError):
        if text.isascii() and "_" not in text:
            return kind(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not {expected}")


def _is_number(text: str) -> bool:
    try:
        _numbers(text)
    except argparse.ArgumentTypeError:
        return False
    return True


def _joined(arguments: Sequence[str]) -> list[str]:
    """Turn `--mu -0.5,1` into `--mu=-0.5,1`: argparse would take the number for an option."""
    joined: list[str] = []
    for argument in arguments:
        last = joined[-1] if joined else ""
        if "--" not in joined and last.startswith("--") and "=" not in last and _NEGATIVE.match(argument):
            joined[-1] = f"{last}={argument}"
        else:
            joined.append(argument)
    return joined
