"""The command line: parse, call, render, exit code. It computes nothing.

Exit codes: 0 proved or consistent, 1 refuted, 2 usage or bad input, 3 undecided, 4 internal error, 130 interrupted.
Where standard output or standard error was closed, nothing is written there and the exit code is the same.
Heavy imports wait until a command runs: `--help` loads neither NumPy nor what stands on it.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from .errors import InputError, LossFunctionError
from .options import parsed

if TYPE_CHECKING:
    import argparse

    Progress = Callable[[str, int, int], None]

__all__ = ["main"]

EXIT_USAGE, EXIT_INTERNAL, EXIT_INTERRUPTED = 2, 4, 130
EXIT_CODES = {"proved": 0, "consistent": 0, "refuted": 1, "undecided": 3}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        options = parsed(arguments)
        return _COMMANDS[options.command](options)
    except SystemExit as stop:  # argparse has said what there is to say
        return _flushed(stop.code if isinstance(stop.code, int) else 0)
    except KeyboardInterrupt:
        _say("interrupted")
        return EXIT_INTERRUPTED
    except (InputError, LossFunctionError) as error:
        _say(f"error: {error}")
        return EXIT_USAGE
    except Exception as failure:  # noqa: BLE001 - the last door: whatever comes here is a bug of this package
        return _internal_error(failure, "--debug" in arguments)


def _derive(options: argparse.Namespace) -> int:
    """Check a derivation and print it."""
    from .cli_derive import derive_command

    return EXIT_CODES[derive_command(options, _say)]


def _elbo(options: argparse.Namespace) -> int:
    """Judge the bounds on a model, list the models, or train the example and verify every epoch."""
    from .cli_elbo import bounds, listed, trained
    from .render.json import verdict_json
    from .render.output import write_stream
    from .render.text import verdict_text
    from .render.training import training_json, training_text

    if options.list:
        write_stream(sys.stdout, listed())
        return EXIT_CODES["proved"]
    if options.model:
        return _deliver(options, lambda told, _: bounds(told), verdict_text, verdict_json)
    return _deliver(options, partial(trained, say=_say), training_text, training_json)


def _explain(options: argparse.Namespace) -> int:
    """Print a mistake or a law, or list them."""
    from .cli_explain import explain_command

    return EXIT_CODES[explain_command(options)]


def _kl(options: argparse.Namespace) -> int:
    """Judge numbers, or those in a file."""
    from .cli_kl import verdict
    from .render.json import verdict_json
    from .render.text import verdict_text

    return _deliver(options, verdict, verdict_text, verdict_json)


def _loss(options: argparse.Namespace) -> int:
    """Judge a loss function."""
    from .cli_loss import diagnosis, test_or_text
    from .render.diagnosis import diagnosis_json, diagnosis_text

    as_text = test_or_text if options.test else diagnosis_text
    return _deliver(options, lambda told, _: diagnosis(told), as_text, diagnosis_json)


def _verify(options: argparse.Namespace) -> int:
    """Check the theorems, go through models and losses, judge a file, and sum up."""
    from .cli_kl import summary
    from .render.summary import summary_json, summary_text

    return _deliver(options, summary, summary_text, summary_json)


def _deliver(options: argparse.Namespace, judge: Any, as_text: Any, as_json: Any) -> int:
    """Do the work below a progress bar, write the result where it belongs, and return the exit code."""
    from .cli_kl import files_of
    from .render.output import WIDTH, coloured, destination, terminal_width, wants_colour
    from .render.progress import ProgressBar

    path, stream = options.output if options.output != "-" else None, sys.stdout
    with destination(path, stream, files_of(options)) as write:
        with ProgressBar(sys.stderr) as progress:
            result = judge(options, progress)
        text = as_json(result, 2) if options.json else as_text(result, WIDTH if path else terminal_width(stream))
        if not (path or options.json) and wants_colour(stream, os.environ):
            text = coloured(text)
        if text:
            write(f"{text}\n")
    if path:
        _say(f"wrote {path}: {result.outcome}")
    return EXIT_CODES[result.outcome]


def _say(message: str) -> None:
    """Tell people something on standard error, on one line."""
    from .render.numbers import plain

    _complain(f"elbo-check: {plain(message)}\n")


def _complain(text: str) -> None:
    from .render.output import write_stream

    with suppress(InputError):  # nobody is left to be told that standard error is full
        write_stream(sys.stderr, text)


def _flushed(code: int) -> int:
    """Let go of what argparse wrote, even if nobody reads it any more."""
    from .render.output import write_stream

    try:
        write_stream(sys.stdout, "")
    except (InputError, LossFunctionError) as error:
        _say(f"error: {error}")
        return EXIT_USAGE
    return code


def _internal_error(failure: Exception, debug: bool) -> int:
    if debug or os.environ.get("ELBO_CHECK_DEBUG"):
        _complain(traceback.format_exc())
    remedy = "this is a bug of elbo-check: please report it with the command and what it prints with --debug"
    _say(f"internal error: {type(failure).__name__}: {failure}; {remedy}")
    return EXIT_INTERNAL


_COMMANDS = {"derive": _derive, "elbo": _elbo, "explain": _explain, "kl": _kl, "loss": _loss, "verify": _verify}
