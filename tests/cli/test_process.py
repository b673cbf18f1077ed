"""The command line as a process of its own: pipes, signals, terminals, full disks."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and signals as POSIX has them")

COMMAND = [sys.executable, "-m", "elbo_check"]
KL = ["kl", "--mu", "0.3", "--sigma", "1.7", "--seed", "1"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)


def run_in_shell(redirection: str, *words: str) -> subprocess.CompletedProcess[str]:
    script = ["sh", "-c", f'exec "$@" {redirection}', "sh", *COMMAND, *words]
    return subprocess.run(script, capture_output=True, text=True, check=False)


@pytest.mark.endurance
def test_a_verdict_is_reached_from_the_command_line() -> None:
    done = run(*KL, "--claim", "0.4593717489378296", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["outcome"] == "proved"


@pytest.mark.endurance
def test_a_wrong_claim_exits_with_1() -> None:
    done = run(*KL, "--claim", "0.2297")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("REFUTED")
    assert "\x1b" not in done.stdout


@pytest.mark.endurance
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_claim_about_what_no_float_holds_exits_with_1(form: list[str]) -> None:
    done = run("kl", "--mu", "1e200", "--sigma", "1", "--claim", "3", *form)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.unmeasured
def test_bad_numbers_exit_with_2_and_say_why() -> None:
    done = run("kl", "--mu", "nan", "--sigma", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("elbo-check: error: mu=nan must be finite")


@pytest.mark.endurance
@pytest.mark.parametrize("words", [["--help"], KL])
def test_a_reader_who_leaves_early_is_no_error(words: list[str]) -> None:
    process = subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    assert (process.wait(), told) == (0, b"")
    process.stderr.close()


@pytest.mark.endurance
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_full_disk_is_a_clear_error() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([*COMMAND, *KL], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("elbo-check: error: standard output=unwritable (No space left on device)")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_help_on_a_full_disk_is_a_clear_error() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([*COMMAND, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("elbo-check: error: standard output=unwritable (No space left on device)")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.endurance
@pytest.mark.parametrize(("claim", "code"), [("0.4593717489378296", 0), ("0.2297", 1)])
@pytest.mark.parametrize(("closed", "told"), [("2>&-", True), (">&-", False), (">&- 2>&-", False)])
def test_a_closed_stream_gets_nothing_and_the_exit_code_stays(claim: str, code: int, closed: str, told: bool) -> None:
    done = run_in_shell(closed, *KL, "--claim", claim)
    assert (done.returncode, done.stderr) == (code, "")
    assert bool(done.stdout) is told


@pytest.mark.unmeasured
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), (["kl"], 2), (["kl", "missing.npz"], 2)])
def test_help_and_complaints_need_no_stream(words: list[str], code: int, closed: str) -> None:
    done = run_in_shell(closed, *words)
    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    words = [*COMMAND, *KL, "--draws", "1000000000", "-o", str(tmp_path / "verdict.txt")]
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)  # a process in the background is born deaf to it
    try:
        started = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, kept)
    with started as process:
        deadline = time.monotonic() + 30
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        try:
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
    assert told == "elbo-check: interrupted\n"
    # Python ends itself by the signal if it arrived while a string was being run (a dataclass being made, at import
    # time): a shell calls that 130, too
    assert process.returncode in (130, -signal.SIGINT)
    assert list(tmp_path.iterdir()) == []
