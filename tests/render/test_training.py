"""A training run as text, JSON and picture; the run is made up, so that these tests need no training."""

import json
import sys
from dataclasses import replace

import pytest

from elbo_check.errors import InputError
from elbo_check.examples.digits import Epoch, Training
from elbo_check.render.training import training_dict, training_json, training_text
from elbo_check.render.training_plot import plot_format, training_plot
from elbo_check.verdict import Outcome

from .samples import SCALAR

START = Epoch(0, "start", 0, -69.8101, -67.8433, 1.9668, 1.9668, 84.0199, -69.811, 0.0147, Outcome.PROVED)
SAMPLED = Epoch(1, "sampled", 18, 12.5685, 12.9642, 0.3957, 0.3957, 1.6413, 12.57, 0.0192, Outcome.PROVED)
LATER = replace(SAMPLED, number=2, elbo=13.5621, log_evidence=13.7984, gap=0.2363, divergence=0.2363, shortfall=0.6477)
EXACT = Epoch(3, "exact", 16384, 14.209776, 14.209782, 6.2e-6, 6.2e-6, 1.2e-5, 14.19, 0.0169, Outcome.REFUTED, ("x",))
RUN = Training("0.1.0", "some digits", 8, 14.209788, (START, SAMPLED, LATER, EXACT), SCALAR)

NARROW = """\
epoch  phase          ELBO    log p(x)       gap        KL     short  verdict
    0  start    -69.810100  -67.843300  1.97e+00  1.97e+00  8.40e+01  PROVED
    1  sampled   12.568500   12.964200  3.96e-01  3.96e-01  1.64e+00  PROVED
    2  sampled   13.562100   13.798400  2.36e-01  2.36e-01  6.48e-01  PROVED
    3  exact     14.209776   14.209782  6.20e-06  6.20e-06  1.20e-05  REFUTED
"""


def test_the_table_fits_a_narrow_terminal() -> None:
    text = training_text(RUN, 80)
    assert NARROW in text
    assert max(map(len, text.splitlines())) <= 80
    assert text.startswith(
        "A linear VAE with 8 latents learns some digits.\nNo such model can exceed log p(x) = 14.209788"
    )
    assert "PROVED  KL(N(0.3, 1.7²) ‖ N(0, 1)) = 0.459371748938212" in text


@pytest.mark.parametrize("width", [60, 80, 96, 100])
def test_only_the_rows_may_be_wider_than_the_narrowest_terminal(width: int) -> None:
    lines = training_text(RUN, width).splitlines()
    assert max(map(len, lines)) <= max(width, 79)


def test_a_wide_one_shows_what_sampling_says() -> None:
    text = training_text(RUN)
    assert "  1.20e-05    14.190 ± 0.017  REFUTED\n" in text
    assert "ELBO by sampling" in text
    assert "ELBO by sampling" not in training_text(RUN, 80)


def test_every_heading_that_is_no_word_is_explained() -> None:
    for heading in ("phase", "gap", "KL", "short"):
        assert f"\n  {heading.ljust(5)}  " in training_text(RUN, 80)


def test_the_json_holds_every_row_and_the_verdict() -> None:
    held = json.loads(training_json(RUN, 2))
    assert held == training_dict(RUN)
    assert held["epochs"][3]["failed"] == ["x"]
    assert held["epochs"][1]["elbo"] == SAMPLED.elbo
    assert (held["outcome"], held["schema_version"], held["unit"]) == ("proved", 1, "nats per datum")
    assert held["verdict"]["claim"] == SCALAR.claim


SIGNATURES = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}


@pytest.mark.endurance
@pytest.mark.parametrize("kind", SIGNATURES)
def test_the_picture_is_one_and_always_the_same(kind: str) -> None:
    pytest.importorskip("matplotlib")
    first, again = training_plot(RUN, kind), training_plot(RUN, kind)
    assert first.startswith(SIGNATURES[kind])
    assert first == again
    assert plot_format(f"a/b.{kind.upper()}") == kind


def test_the_picture_says_what_it_shows() -> None:
    pytest.importorskip("matplotlib")
    drawn = training_plot(RUN, "svg").decode()
    for words in ("ELBO ≤ log p(x) ≤ optimum at every epoch: proved", "exact ELBO", "gap: log p(x) − ELBO", "KL(q ‖"):
        assert words in drawn


@pytest.mark.parametrize("epochs", [(START,), (START, SAMPLED), (START, EXACT)])
def test_a_short_run_is_drawn_too(epochs: tuple[Epoch, ...]) -> None:
    pytest.importorskip("matplotlib")
    assert training_plot(replace(RUN, epochs=epochs)).startswith(b"\x89PNG")


@pytest.mark.parametrize("path", ["run", "run.txt", "png"])
def test_another_suffix_is_refused(path: str) -> None:
    with pytest.raises(InputError, match=r"must be a file that ends in \.pdf, \.png, \.svg; name it training\.png"):
        plot_format(path)


def test_without_matplotlib_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"pip install 'elbo-check\[report\]', or leave --plot out"):
        plot_format("run.png")
