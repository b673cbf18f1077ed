import io
import time

import pytest

from elbo_check.render.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")


def test_short_work_shows_no_bar() -> None:
    stream, clock = Terminal(), Clock()
    with ProgressBar(stream, clock) as progress:
        clock.now = 0.9
        progress("quadrature", 1, 2)
    assert stream.getvalue() == ""


def test_long_work_shows_a_bar_for_its_stage_and_wipes_it_away() -> None:
    stream, clock = Terminal(), Clock()
    with ProgressBar(stream, clock) as progress:
        clock.now = 1.1
        progress("quadrature", 1, 4)
        progress("quadrature", 2, 4)
        time.sleep(0.3)  # rich draws ten times a second
        progress("sampling [red]", 5, 0)
    shown = stream.getvalue()
    assert "quadrature" in shown
    assert " 50%" in shown
    assert "sampling [red]" in shown
    assert shown.endswith("\x1b[2K")  # the line is erased
    assert not [frame for frame in shown.split("\x1b[2K") if "quadrature" in frame and "sampling" in frame]


def test_where_there_is_no_stream_nothing_is_shown() -> None:
    clock = Clock()
    with ProgressBar(None, clock) as progress:
        clock.now = 100.0
        progress("quadrature", 1, 4)


def test_a_file_gets_no_bar_however_long_it_takes() -> None:
    stream, clock = io.StringIO(), Clock()
    with ProgressBar(stream, clock) as progress:
        clock.now = 100.0
        progress("quadrature", 1, 4)
    assert stream.getvalue() == ""
