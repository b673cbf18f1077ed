import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from elbo_check import cli, errors
from elbo_check.cli import main
from elbo_check.render.json import verdict_dict
from elbo_check.render.text import verdict_text
from elbo_check.verdict import Outcome, Verdict

from .conftest import Coin, Rooms

KL = ["kl", "--mu", "0.3", "--sigma", "1.7"]
CODES = [("proved", 0), ("consistent", 0), ("refuted", 1), ("undecided", 3)]


@pytest.fixture
def encoder(tmp_path: Path) -> str:
    path = tmp_path / "encoder.npz"
    np.savez(path, mu=np.zeros((2, 3)), logvar=np.ones((2, 3)), kl=np.ones(2), prior_mu=1.0, prior_var=2.0)
    return str(path)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("outcome", "code"), CODES)
def test_the_exit_code_tells_the_outcome(
    rooms: Rooms, outcome: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rooms.answer(outcome)
    assert main(KL) == code
    assert capsys.readouterr().out.startswith(outcome.upper())


def test_numbers_reach_the_verb_and_only_what_was_said(rooms: Rooms) -> None:
    main(KL)
    settings = (
        "--prior-mu -1 --prior-sigma 2 --claim 0.5,0.6 --reduction none --second variance --prior-second log_sigma"
    )
    settings += " --tol 1e-12 --rounding strict --level 1e-6 --seed 0 --digits 40 --draws 1000"
    main([*KL, *settings.split()])
    assert rooms.asked[0] == {"mu": 0.3, "sigma": 1.7}
    assert rooms.asked[1] == {
        "mu": 0.3,
        "sigma": 1.7,
        "prior_mu": -1.0,
        "prior_sigma": 2.0,
        "claim": [0.5, 0.6],
        "reduction": "none",
        "second": "variance",
        "prior_second": "log_sigma",
        "tol": 1e-12,
        "rounding": "strict",
        "level": 1e-6,
        "rng": 0,
        "digits": 40,
        "draws": 1000,
    }


def test_without_arguments_those_of_the_process_are_read(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["elbo-check", *KL])
    assert main() == 0
    assert rooms.asked == [{"mu": 0.3, "sigma": 1.7}]


def test_text_and_json_go_to_standard_output_alone(rooms: Rooms, capsys: pytest.CaptureFixture[str]) -> None:
    main(KL)
    assert capsys.readouterr() == (verdict_text(rooms.verdict) + "\n", "")
    main([*KL, "--json"])
    told = capsys.readouterr()
    assert (json.loads(told.out), told.err) == (verdict_dict(rooms.verdict), "")


def test_a_file_gives_the_numbers_and_its_names_are_recorded(
    rooms: Rooms, encoder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kl", encoder]) == 0
    asked = rooms.asked[0]
    assert asked["mu"].shape == (2, 3)
    assert (asked["second"], asked["prior_second"]) == ("log_variance", "variance")
    assert (asked["prior_mu"], asked["prior_sigma"]) == (1.0, 2.0)
    assert asked["claim"].tolist() == [1.0, 1.0]
    assert "encoder.npz (mu, logvar as sigma, kl as claim, prior_mu, prior_var as" in capsys.readouterr().out


def test_the_command_line_says_otherwise_than_the_file(rooms: Rooms, encoder: str) -> None:
    main(["kl", encoder, "--prior-sigma", "3", "--claim", "5", "--reduction", "sum", "--second", "sigma"])
    asked = rooms.asked[0]
    assert (asked["prior_sigma"], asked["claim"], asked["reduction"], asked["second"]) == (3.0, 5.0, "sum", "sigma")
    assert "prior_second" not in asked  # the file's kind belonged to the file's number


def test_a_table_says_what_its_claims_hold_and_what_was_passed_over(
    rooms: Rooms, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "encoder.csv"
    path.write_text("id,mu,sigma,kl\na,0.5,0.7,0.25\nb,0.1,0.9,0.02\n")
    assert main(["kl", str(path)]) == 0
    assert rooms.asked[0]["reduction"] == "latent"
    assert "encoder.csv (mu, sigma, kl as claim; not id)" in capsys.readouterr().out


def test_verify_checks_every_theorem_and_the_shipped_example(rooms: Rooms, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    out = capsys.readouterr().out
    assert "gaussian-kl  PROVED" in out
    assert "\nthe shipped example\n" in out
    assert out.endswith("PROVED  1 of 1 theorems proved; the shipped example: proved\n")
    assert rooms.asked[0]["mu"].shape == (1797, 8)


def test_verify_judges_a_file_and_writes_json(rooms: Rooms, encoder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", encoder, "--json", "--seed", "5"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["source"] == encoder
    assert data["kl"]["record"]["keys"]["second"] == "logvar"
    assert rooms.asked[0]["rng"] == 5


@pytest.mark.parametrize(("bounds", "code"), [("proved", 0), ("consistent", 0), ("undecided", 3), ("refuted", 1)])
def test_verify_goes_through_the_models(
    rooms: Rooms, bounds: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rooms.models["coin"] = Coin
    rooms.bounds = Outcome(bounds)
    assert main(["verify", "--seed", "3"]) == code
    out = capsys.readouterr().out
    assert f"  coin  {bounds.upper():10}" in out
    assert ("missing" in out) == (bounds in ("undecided", "refuted"))
    assert f"1 models: 1 {bounds}; " in out
    assert {"elbo": ("coin", 7, "q"), "rng": 3} in rooms.asked


@pytest.mark.parametrize(("outcome", "code", "known"), [("consistent", 0, 1), ("refuted", 1, 0)])
def test_verify_goes_through_the_losses(
    rooms: Rooms, outcome: str, code: int, known: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rooms.losses["kl"] = Verdict(Outcome(outcome), "recognised: right")
    assert main(["verify"]) == code
    out = capsys.readouterr().out
    assert f"  kl  {outcome.upper():10}" in out
    assert f"{known} of 1 losses recognised; " in out
    assert main(["verify", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["losses"]["kl"]["outcome"] == outcome


@pytest.mark.parametrize(
    ("theorem", "kl", "code"),
    [("proved", "refuted", 1), ("refuted", "undecided", 1), ("undecided", "proved", 3), ("consistent", "proved", 0)],
)
def test_the_exit_code_of_verify_is_the_worst(rooms: Rooms, theorem: str, kl: str, code: int) -> None:
    rooms.theorems["broken"] = Verdict(Outcome(theorem), "1 = 2", missing="a step")
    rooms.answer(kl)
    assert main(["verify"]) == code


def test_an_output_file_takes_the_result_and_standard_error_says_so(
    rooms: Rooms, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "verdict.json"
    rooms.answer("refuted")
    assert main([*KL, "--json", "-o", str(path)]) == 1
    assert capsys.readouterr() == ("", f"elbo-check: wrote {path}: refuted\n")
    assert json.loads(path.read_text()) == verdict_dict(rooms.verdict)
    assert main([*KL, "-o", "-"]) == 1
    assert capsys.readouterr().out == verdict_text(rooms.verdict) + "\n"


def test_an_unwritable_output_is_told_before_the_work(
    rooms: Rooms, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*KL, "-o", str(tmp_path / "missing" / "verdict.txt")]) == 2
    assert "must be a file that can be written; name another place with -o" in capsys.readouterr().err
    assert rooms.asked == []


@pytest.mark.parametrize("words", [["kl", "missing.npz"], ["verify", "missing.npz"]])
def test_a_missing_file_is_bad_input(rooms: Rooms, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("elbo-check: error: ")
    assert "missing.npz" in told.err


def test_bad_input_is_one_line_whatever_it_holds(rooms: Rooms, capsys: pytest.CaptureFixture[str]) -> None:
    rooms.failure = errors.InputError("mu\x1b[31m\n", -1.0, "> 0", "pass another")
    assert main(KL) == 2
    assert capsys.readouterr() == ("", "elbo-check: error: mu\\x1b[31m =-1.0 must be > 0; pass another\n")


def test_an_internal_error_is_one_line_that_says_how_to_report(
    rooms: Rooms, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ELBO_CHECK_DEBUG", raising=False)
    rooms.failure = RuntimeError("two\nlines")
    assert main(KL) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "elbo-check: internal error: RuntimeError: two lines; this is a bug of elbo-check: please report it with the "
        "command and what it prints with --debug\n"
    )


@pytest.mark.parametrize(("option", "variable"), [(["--debug"], ""), ([], "1")])
def test_the_traceback_is_there_for_those_who_ask(
    rooms: Rooms, option: list[str], variable: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELBO_CHECK_DEBUG", variable)
    rooms.failure = RuntimeError("broken")
    assert main([*KL, *option]) == 4
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_witness_that_gives_up_at_the_door_is_no_bad_input(rooms: Rooms) -> None:
    rooms.failure = errors.WitnessError("did not converge")
    assert main(KL) == 4


def test_an_interruption_is_told_and_has_its_own_code(rooms: Rooms, capsys: pytest.CaptureFixture[str]) -> None:
    rooms.failure = KeyboardInterrupt()
    assert main(KL) == 130
    assert capsys.readouterr() == ("", "elbo-check: interrupted\n")


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["kl", "--help"], ["verify", "--help"]])
def test_help_and_version_are_no_failure(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert "elbo-check" in capsys.readouterr().out


def test_a_usage_error_is_the_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kl"]) == 2
    assert "elbo-check kl (--mu X --sigma X | FILE [FILE]) [options]" in capsys.readouterr().err


def test_colour_is_for_terminals_and_never_in_json(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for words, painted in ([], True), (["--json"], False):
        monkeypatch.setattr(sys, "stdout", Terminal())
        main([*KL, *words])
        assert ("\x1b[1;32mPROVED" in sys.stdout.getvalue()) is painted
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", Terminal())
    main(KL)
    assert "\x1b" not in sys.stdout.getvalue()


def test_long_lines_fit_the_terminal(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms.verdict = replace(rooms.verdict, missing="word " * 50)
    monkeypatch.setenv("NO_COLOR", "1")
    for columns in (60, 90):
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "stdout", Terminal())
        main(KL)
        assert columns - 8 < max(map(len, sys.stdout.getvalue().splitlines())) <= columns


def test_every_outcome_has_an_exit_code() -> None:
    assert set(cli.EXIT_CODES) == set(Outcome)
