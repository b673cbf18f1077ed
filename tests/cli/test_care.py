"""What the command line must not do: overwrite its input, need a stream that was closed, run when imported."""

import importlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from elbo_check import cli, inputs
from elbo_check.cli import main

from .conftest import Rooms

KL = ["kl", "--mu", "0.3", "--sigma", "1.7"]


@pytest.mark.parametrize("command", ["kl", "verify"])
def test_an_input_is_never_overwritten(
    rooms: Rooms, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, link = tmp_path / "encoder.npz", tmp_path / "link.npz"
    np.savez(path, mu=np.zeros(2), sigma=np.ones(2))
    link.symlink_to(path)
    before = path.read_bytes()
    for given, output in (path, path), (link, path), (path, link):
        assert main([command, str(given), "-o", str(output)]) == 2
        told = capsys.readouterr().err
        assert told.endswith("must be another file than the input; name another place with -o\n")
    assert rooms.asked == []
    assert path.read_bytes() == before


def test_the_shipped_example_is_never_overwritten(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "example.npz"  # or a failure of this test would overwrite the example itself
    shutil.copy(inputs.shipped_example(), copy)
    monkeypatch.setattr(inputs, "shipped_example", lambda: copy)
    assert main(["verify", "-o", str(copy)]) == 2
    assert rooms.asked == []
    assert main(["verify", "-o", str(tmp_path / "verdict.txt")]) == 0


def test_a_closed_standard_error_hides_no_verdict_and_gets_no_traceback(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    rooms.answer("refuted")
    assert main(KL) == 1
    assert capsys.readouterr().out.startswith("REFUTED")
    rooms.failure = RuntimeError("broken")
    assert main([*KL, "--debug"]) == 4
    assert capsys.readouterr().out == ""


def test_a_closed_standard_output_leaves_the_exit_code(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    rooms.answer("undecided")
    assert main(KL) == 3
    assert main(["--version"]) == 0


def test_help_that_cannot_be_written_is_the_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full:
        encoding = "utf-8"

        def write(self, text: str) -> None: ...

        def flush(self) -> None:
            raise OSError("full")

        def fileno(self) -> int:
            raise OSError

    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["--help"]) == 2
    assert capsys.readouterr().err.startswith("elbo-check: error: standard output=unwritable (full)")


def test_help_tells_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    told = " ".join(capsys.readouterr().out.split())
    for code in (*cli.EXIT_CODES.values(), cli.EXIT_USAGE, cli.EXIT_INTERNAL, cli.EXIT_INTERRUPTED):
        assert f" {code} " in told.partition("exit codes:")[2]


def test_the_module_runs_only_when_it_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "main", lambda: pytest.fail("an import ran the command line"))
    monkeypatch.delitem(sys.modules, "elbo_check.__main__", raising=False)
    assert importlib.import_module("elbo_check.__main__").main is cli.main
    monkeypatch.delitem(sys.modules, "elbo_check.__main__")
