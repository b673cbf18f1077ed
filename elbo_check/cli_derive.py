"""`elbo-check derive`: check derivations and print them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InputError

if TYPE_CHECKING:
    import argparse

    from .derivation import Derivation
    from .verdict import Verdict

__all__ = ["derive_command"]

SUFFIXES = {".tex": "latex", ".md": "markdown", ".html": "html", ".txt": "text", ".json": "json"}
ENDINGS = {kind: suffix for suffix, kind in SUFFIXES.items()}

Say = Callable[[str], None]


def derive_command(options: argparse.Namespace, say: Say) -> str:
    """Do what was asked; return the outcome."""
    from .render.output import WIDTH, destination, terminal_width

    if options.list:
        return _listed()
    if options.all:
        return _all(options, say)
    kind = _kind(options)
    path, stream = options.output if options.output != "-" else None, sys.stdout
    derivation = _found(options.name)
    with destination(path, stream, []) as write:
        verdict = derivation.check(options.seconds)
        write(_printed(derivation, verdict, kind, options.fragment, WIDTH if path else terminal_width(stream)))
    if verdict.outcome != "proved" and kind != "text":
        say(_failure(derivation, verdict))
    if path:
        say(f"wrote {path}: {verdict.outcome}")
    return str(verdict.outcome)


def _found(name: str | None) -> Derivation:
    from .catalogue import derive
    from .inputs.derivation_file import is_file_address, read_derivation

    if name is None:
        raise InputError("NAME", "nothing", "the name of a derivation", "see elbo-check derive --list")
    return read_derivation(name) if is_file_address(name) else derive(name)


def _kind(options: argparse.Namespace) -> str:
    """Return the format: what was asked for, or what the suffix of the output says; text without a suffix."""
    if options.json:
        return "json"
    if options.format:
        return str(options.format)
    suffix = Path(options.output or "").suffix.lower()
    if suffix and suffix not in SUFFIXES and not options.all:
        remedy = "name the file otherwise, or say --format"
        raise InputError("--output", options.output, f"a file that ends in {', '.join(SUFFIXES)}", remedy)
    return SUFFIXES.get(suffix, "text")


def _printed(derivation: Derivation, verdict: Verdict, kind: str, fragment: bool, width: int) -> str:
    from .render import derivation as printing

    printers: dict[str, Callable[[], str]] = {
        "latex": lambda: printing.derivation_latex(derivation, verdict, standalone=not fragment),
        "markdown": lambda: printing.derivation_markdown(derivation, verdict),
        "html": lambda: printing.derivation_html(derivation, verdict, page=not fragment),
        "text": lambda: printing.derivation_text(derivation, verdict, width),
        "json": lambda: printing.derivation_json(derivation, verdict),
    }
    return printers[kind]().rstrip("\n") + "\n"


def _failure(derivation: Derivation, verdict: Verdict) -> str:
    """Return what is wrong, on a line: the step, and the counterexample."""
    from .render.derivation.story import counterexample_words, failure_words

    failed = next(failure_words(verdict))
    shown = f" {counterexample_words(verdict.counterexample)}" if verdict.counterexample else ""
    return f"{derivation.name} is {verdict.outcome}. {failed}{shown}"


def _listed() -> str:
    from . import proofs
    from .render.output import write_stream

    rows: list[str] = []
    for heading, names in (("theorems", proofs.names()), ("false statements, refuted", proofs.misconceptions())):
        rows += [heading, *(f"  {name:<30}{proofs.theorem(name).title}" for name in names), ""]
    write_stream(sys.stdout, "\n".join(rows[:-1]) + "\n")
    return "proved"


def _all(options: argparse.Namespace, say: Say) -> str:
    """Write every derivation into a folder, and an index; a theorem that is not proved decides the outcome."""
    from . import proofs
    from .catalogue import derivations, derive

    if not options.output or options.output == "-":
        raise InputError("--output", options.output, "a folder", "say where: --all -o FOLDER")
    folder, kind, outcomes = Path(options.output), _kind(options), {}
    _make_folder(folder)
    for name in derivations():
        derivation = derive(name)
        verdict = derivation.check(options.seconds)
        _write(folder / f"{name}{ENDINGS[kind]}", _printed(derivation, verdict, kind, options.fragment, 100))
        outcomes[name] = str(verdict.outcome)
    _write(folder / "index.md", _index(outcomes, ENDINGS[kind]))
    say(f"wrote {len(outcomes)} derivations and index.md to {folder}")
    wrong = [outcomes[name] for name in proofs.names() if outcomes[name] != "proved"]
    missed = ["undecided" for name in proofs.misconceptions() if outcomes[name] != "refuted"]
    return "refuted" if "refuted" in wrong else "undecided" if wrong or missed else "proved"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("--output", str(folder), "a folder that can be made", str(error)) from error


def _write(path: Path, text: str) -> None:
    from .render.output import destination

    with destination(str(path), sys.stdout, []) as write:
        write(text)


def _index(outcomes: dict[str, Any], ending: str) -> str:
    from .catalogue import derive
    from .render.derivation.prose import prose_markdown

    rows = [f"- [{prose_markdown(derive(name).title)}]({name}{ending}): {said}" for name, said in outcomes.items()]
    return "# Derivations\n\n" + "\n".join(rows) + "\n"
