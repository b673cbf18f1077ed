"""A training run for people and for programs: a row an epoch, then the verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ..verdict import SCHEMA_VERSION
from .json import json_text, plain_data, verdict_dict
from .output import WIDTH
from .text import verdict_text

if TYPE_CHECKING:
    from ..examples.digits import Epoch, Training

__all__ = ["training_dict", "training_json", "training_text"]

_GAP = "  "
LEGEND = (
    ("phase", "sampled: Adam on the VAE loss, in minibatches; exact: 1, 2, 4, … sweeps up the exact ELBO"),
    ("gap", "log p(x) − ELBO, in nats per datum as all numbers; log p(x) of the parameters of that epoch"),
    ("KL", "KL(q(z|x) ‖ p(z|x)), by a formula of its own"),
    ("short", "optimum − ELBO"),
)


class _Column(NamedTuple):
    """A heading, and what stands below it; `wide` ones only where there is room."""

    heading: str
    text: Callable[[Epoch], str]
    wide: bool = False
    left: bool = False


COLUMNS = (
    _Column("epoch", lambda epoch: str(epoch.number)),
    _Column("phase", lambda epoch: epoch.phase, left=True),
    _Column("ELBO", lambda epoch: f"{epoch.elbo:.6f}"),
    _Column("log p(x)", lambda epoch: f"{epoch.log_evidence:.6f}"),
    _Column("gap", lambda epoch: f"{epoch.gap:.2e}"),
    _Column("KL", lambda epoch: f"{epoch.divergence:.2e}"),
    _Column("short", lambda epoch: f"{epoch.shortfall:.2e}"),
    _Column("ELBO by sampling", lambda epoch: f"{epoch.estimate:.3f} ± {epoch.standard_error:.3f}", wide=True),
    _Column("verdict", lambda epoch: epoch.outcome.upper(), left=True),
)
ROOMY = 96


def training_text(training: Training, width: int = WIDTH) -> str:
    """Return the table, and the verdict below it; lines are at most `width` characters."""
    about = f"A linear VAE with {training.latents} latents learns {training.data}."
    optimum = f"No such model can exceed log p(x) = {training.optimum:.6f}, the optimum of probabilistic PCA."
    head = [*_wrapped(about, width), *_wrapped(optimum, width), ""]
    for name, words in LEGEND:
        head += textwrap.wrap(f"  {name.ljust(5)}  {words}", width, subsequent_indent=" " * 9)
    table = _table(training.epochs, [column for column in COLUMNS if width >= ROOMY or not column.wide])
    return "\n".join([*head, "", *table, "", verdict_text(training.verdict, width)])


def training_dict(training: Training) -> dict[str, Any]:
    """Return the run as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": training.version,
        "outcome": str(training.outcome),
        "unit": "nats per datum",
        "data": training.data,
        "latents": training.latents,
        "optimum": plain_data(training.optimum),
        "epochs": [plain_data(asdict(epoch)) for epoch in training.epochs],
        "verdict": verdict_dict(training.verdict),
    }


def training_json(training: Training, indent: int | None = None) -> str:
    """Return the run as a JSON document."""
    return json_text(training_dict(training), indent)


def _table(epochs: tuple[Epoch, ...], columns: list[_Column]) -> list[str]:
    """Return heading and rows; numbers stand to the right, words to the left."""
    cells = [[column.heading, *(column.text(epoch) for epoch in epochs)] for column in columns]
    padded = []
    for column, held in zip(columns, cells, strict=True):
        width = max(map(len, held))
        padded.append([text.ljust(width) if column.left else text.rjust(width) for text in held])
    return [_GAP.join(row).rstrip() for row in zip(*padded, strict=True)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)
