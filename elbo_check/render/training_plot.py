"""A training run as a picture: ELBO ≤ log p(x) ≤ optimum above, how fast the distances shrink below."""

from __future__ import annotations

import importlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError, described

if TYPE_CHECKING:
    from ..examples.digits import Training

__all__ = ["plot_format", "training_plot"]

FORMATS = ("pdf", "png", "svg")
ELBO, EVIDENCE, OPTIMUM, GAP, SHADE = "#0072b2", "#d55e00", "#000000", "#009e73", "#f0f0f0"
NEAR = 5.0  # nats below the optimum: from here on the curves are drawn a second time, larger
_NO_DATE = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


def plot_format(path: str) -> str:
    """Return the format that a file's suffix names; raise `InputError` for another one, or without matplotlib."""
    kind = Path(path).suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise InputError("--plot", path, f"a file that ends in .{', .'.join(FORMATS)}", "name it training.png")
    _matplotlib("figure")
    return kind


def training_plot(training: Training, kind: str = "png") -> bytes:
    """Return the picture as a file of the format `kind`; the same run gives the same picture."""
    figure = _matplotlib("figure").Figure(figsize=(8, 8), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1.1, 1))
    claim = "ELBO ≤ log p(x) ≤ optimum at every epoch"
    figure.suptitle(f"A linear VAE learns the digits. {claim}: {training.outcome}", fontsize=11)
    _values(above, training)
    _distances(below, training)
    held = BytesIO()
    with _matplotlib("style").context({"svg.hashsalt": "elbo_check", "svg.fonttype": "none"}):
        figure.savefig(held, format=kind, dpi=150, metadata=_NO_DATE.get(kind))
    return held.getvalue()


def _values(axes: Any, training: Training) -> None:
    """Draw ELBO, evidence and optimum, and look closer where they crowd together."""
    _bounds(axes, training)
    axes.set_ylabel("nats per datum")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False, fontsize=9)
    _shade(axes, training)
    near = [epoch for epoch in training.epochs if epoch.shortfall < NEAR and epoch.phase == "sampled"]
    if len(near) > 1:
        closer = axes.inset_axes((0.33, 0.14, 0.62, 0.62))
        _bounds(closer, training)
        closer.set_xlim(near[0].number, near[-1].number + 1)
        closer.set_ylim(near[0].elbo, training.optimum + 0.05 * near[0].shortfall)
        closer.tick_params(labelsize=8)
        closer.xaxis.get_major_locator().set_params(integer=True)
        axes.indicate_inset_zoom(closer, edgecolor="0.5")


def _bounds(axes: Any, training: Training) -> None:
    epochs, elbo, evidence = _columns(training, "number", "elbo", "log_evidence")
    axes.axhline(training.optimum, color=OPTIMUM, linewidth=1, linestyle="--", label="optimum (pPCA)")
    axes.plot(epochs, evidence, color=EVIDENCE, label="log p(x), current parameters")
    axes.plot(epochs, elbo, color=ELBO, label="ELBO")
    axes.fill_between(epochs, elbo, evidence, color=GAP, alpha=0.3, linewidth=0, label="gap")


def _distances(axes: Any, training: Training) -> None:
    epochs, shortfall, gap, divergence = _columns(training, "number", "shortfall", "gap", "divergence")
    rest = [training.optimum - epoch.log_evidence for epoch in training.epochs]
    axes.plot(epochs, shortfall, color=ELBO, label="optimum − ELBO")
    axes.plot(epochs, rest, color=EVIDENCE, label="optimum − log p(x)", zorder=3)
    axes.plot(epochs, gap, color=GAP, linewidth=4, label="gap: log p(x) − ELBO")
    axes.plot(epochs, divergence, color=OPTIMUM, linestyle=":", label="KL(q ‖ posterior)", zorder=4)
    axes.set_yscale("log")
    axes.set_ylim(top=20 * max(shortfall))
    axes.set_xlim(0, max(epochs[-1], 1))
    axes.set_xlabel("epoch")
    axes.set_ylabel("nats per datum (log scale)")
    axes.legend(loc="lower left", frameon=False, fontsize=9)
    for start, words in _shade(axes, training):
        axes.text(start + 0.5, 0.95, words, transform=axes.get_xaxis_transform(), color="0.3", va="top", fontsize=9)


def _shade(axes: Any, training: Training) -> list[tuple[int, str]]:
    """Set off the exact phase; return where each phase begins, and what to call it."""
    axes.spines[["top", "right"]].set_visible(False)
    first = {epoch.phase: epoch.number for epoch in reversed(training.epochs)}
    if "exact" in first:
        axes.axvspan(first["exact"] - 1, training.epochs[-1].number, color=SHADE, zorder=0)
    named = (("sampled", "VAE loss, sampled gradients"), ("exact", "exact ELBO"))
    return [(first[phase] - 1, words) for phase, words in named if phase in first]


def _columns(training: Training, *names: str) -> tuple[list[Any], ...]:
    return tuple([getattr(epoch, name) for epoch in training.epochs] for name in names)


def _matplotlib(part: str) -> Any:
    """Import a part of matplotlib when a picture is wanted; it is an extra."""
    try:
        return importlib.import_module(f"matplotlib.{part}")
    except ImportError as failure:
        remedy = "pip install 'elbo-check[report]', or leave --plot out"
        raise InputError("--plot", described("a picture"), "drawn by matplotlib, which is missing", remedy) from failure
