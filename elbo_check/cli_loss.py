"""`elbo-check loss`: from the words of the command line to a diagnosis."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import InputError

if TYPE_CHECKING:
    import argparse

    from .loss_verdict import Diagnosis

__all__ = ["diagnosis", "test_or_text"]

T = TypeVar("T")

_STDOUT, _STDERR = 1, 2


def diagnosis(options: argparse.Namespace) -> Diagnosis:
    """Return the diagnosis of the function that the command line names."""
    from .api_loss import verify_loss
    from .inputs.loss_target import read_loss

    with _stdout_aside():
        fn = read_loss(options.target, factory=options.factory)
        sampler = None if options.sampler is None else read_loss(options.sampler)
        return verify_loss(
            fn,
            roles=_roles(options.roles),
            sampler=sampler,
            quantity=options.quantity,
            prior=_prior(options.prior),
            beta=1 if options.beta is None else options.beta,
            backend=options.backend,
            output=options.output_name,
            sizes=_once("--size", map(_size, options.size)) or None,
            batch=False if options.one_sample else True if options.batches else None,
            parameters=_names(options.parameters),
            seconds=options.seconds,
            rng=options.seed,
        )


@contextlib.contextmanager
def _stdout_aside() -> Iterator[None]:
    """What the user's module, factory or function prints is no part of the verdict, and goes to stderr.

    So does what it writes past Python, as a shell or a library in C does, to the process's own stream.
    """
    with contextlib.redirect_stdout(sys.stderr), contextlib.ExitStack() as after:
        with contextlib.suppress(OSError):  # a stream may be closed
            kept = os.dup(_STDOUT)
            after.callback(os.close, kept)
            os.dup2(_STDERR, _STDOUT)
            after.callback(os.dup2, kept, _STDOUT)
            after.callback((sys.__stdout__ or sys.stderr).flush)  # first of all: what it holds was written within
        yield


def test_or_text(found: Diagnosis, width: int) -> str:
    """Return the test that fails until the function is mended; where there is none, nothing: the diagnosis is told."""
    from .render.diagnosis import diagnosis_text
    from .render.output import write_stream

    if not found.as_test():
        write_stream(sys.stderr, f"elbo-check: no test, for this is the verdict:\n{diagnosis_text(found, width)}\n")
    return found.as_test().rstrip("\n")


def _roles(text: str | None) -> Any:
    """Read `mean,log_variance`, or `mu=mean,logvar=log_variance`."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    named = [part.partition("=") for part in parts]
    if all(sign for _, sign, _ in named):
        return _once("--roles", ((name.strip(), role.strip()) for name, _, role in named))
    if any(sign for _, sign, _ in named):
        raise InputError("--roles", text, "all in order or all by name", "as in --roles mu=mean,logvar=log_variance")
    return parts


def _once(option: str, pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Return what is said of each name; a name of which two things are said is an error."""
    told: dict[str, T] = {}
    for name, each in pairs:
        if name in told:
            raise InputError(option, f"{name}={each}", "said once of each", f"{name}={told[name]} stands before it")
        told[name] = each
    return told


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",")]


def _prior(text: str | None) -> Any:
    if text is None:
        return None
    parts = text.split(",")
    return tuple(parts)


def _size(text: str) -> tuple[str, int]:
    name, sign, number = text.partition("=")
    if not sign or not (number.isascii() and number.isdigit()):
        raise InputError("--size", text, "an axis and a length", "as in --size d=8")
    return name, int(number)
