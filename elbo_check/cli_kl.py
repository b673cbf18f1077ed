"""`elbo-check kl` and `elbo-check verify`: numbers and files in, a verdict or a summary out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .options import NUMBERS, SETTINGS
from .version import __version__

if TYPE_CHECKING:
    import argparse

    from .inputs import EncoderOutput
    from .render.summary import Summary
    from .verdict import Verdict

    Progress = Callable[[str, int, int], None]

__all__ = ["files_of", "summary", "verdict"]


def verdict(options: argparse.Namespace, progress: Progress) -> Verdict:
    """Return the verdict on the numbers or the files that the command line names."""
    encoder = _encoder(options.files, options.second) if options.files else None
    return _judged(options, encoder, progress)


def summary(options: argparse.Namespace, progress: Progress) -> Summary:
    """Go through the theorems, the models, the losses, and the numbers of a file."""
    from .render.summary import Summary

    encoder = _encoder(files_of(options), options.second)
    source = ", ".join(encoder.source) if options.files else "the shipped example"
    theorems = _theorems(progress)
    kl = _judged(options, encoder, progress)
    return Summary(__version__, theorems, source, kl, _models(options, progress), _losses(options, progress))


def _theorems(progress: Progress) -> dict[str, Verdict]:
    from .checking import checked
    from .proofs import names

    verdicts = {}
    for done, name in enumerate(names()):
        progress("theorems", done, len(names()))
        verdicts[name] = checked(name)
    return verdicts


def _models(options: argparse.Namespace, progress: Progress) -> dict[str, Verdict]:
    """Return the verdict on the bounds of each model's example."""
    from .api import verify_elbo
    from .models import MODELS

    verdicts = {}
    for done, (name, kind) in enumerate(MODELS.items()):
        progress("models", done, len(MODELS))
        verdicts[name] = verify_elbo(*kind.example(), rng=options.seed)
    return verdicts


def _losses(options: argparse.Namespace, progress: Progress) -> dict[str, Verdict]:
    """Return for each loss of the examples whether it is recognised for what it is."""
    from .examples.losses import LOSSES, recognised

    verdicts = {}
    for done, (name, found) in enumerate(recognised(options.seed)):
        progress("losses", done, len(LOSSES))
        verdicts[name] = found
    return verdicts


def files_of(options: argparse.Namespace) -> list[Any]:
    """Return the files that are read; `verify` has one of its own."""
    if options.files or options.command != "verify":
        return list(options.files)
    from .inputs import shipped_example

    return [shipped_example()]


def _encoder(files: list[Any], second: str | None) -> EncoderOutput:
    from .inputs import read_encoder

    return read_encoder(files, second=second)


def _judged(options: argparse.Namespace, encoder: EncoderOutput | None, progress: Progress) -> Verdict:
    """Ask for the verdict, and note in its record which file the numbers came from."""
    from .api import verify_kl

    said = {name: getattr(options, name, None) for name in (*NUMBERS, *SETTINGS)} | {"rng": options.seed}
    given = {name: value for name, value in said.items() if value is not None}
    if encoder is None:
        return verify_kl(**given, progress=progress)
    verdict = verify_kl(**_from_file(encoder, given), progress=progress)
    names = [Path(name).name for name in encoder.source]
    origin = {"source": names, "keys": dict(encoder.keys), "ignored": list(encoder.ignored)}
    return replace(verdict, record={**verdict.record, **origin})


def _from_file(encoder: EncoderOutput, given: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords of `verify_kl`: those of the file, unless the command line says otherwise."""
    held: dict[str, Any] = {"mu": encoder.mu, "sigma": encoder.second, "second": encoder.second_kind}
    held["prior_mu"] = encoder.prior_mu
    if "prior_sigma" not in given:
        held |= {"prior_sigma": encoder.prior_second, "prior_second": encoder.prior_kind}
    if "claim" not in given:
        held |= {"claim": _claim(encoder), "reduction": encoder.claim_reduction}
    return {name: value for name, value in held.items() if value is not None} | given


def _claim(encoder: EncoderOutput) -> Any:
    """Return the file's claim; one read from text knows to how many digits it was printed."""
    if encoder.claim is None or encoder.claim_half_unit is None:
        return encoder.claim
    from .arrays import reals

    return replace(reals("claim", encoder.claim), printed=encoder.claim_half_unit)
