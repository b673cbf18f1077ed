from pathlib import Path

import pytest

from elbo_check.densities.scale import KINDS
from elbo_check.options import REDUCTIONS, ROUNDINGS, SECOND_KINDS, parsed
from elbo_check.question import REDUCTIONS as KNOWN_REDUCTIONS
from elbo_check.question import ROUNDINGS as KNOWN_ROUNDINGS


def test_the_choices_offered_are_those_of_the_rooms_below() -> None:
    assert tuple(KINDS) == SECOND_KINDS
    assert tuple(KNOWN_REDUCTIONS) == REDUCTIONS
    assert tuple(KNOWN_ROUNDINGS) == ROUNDINGS


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("--mu -0.5", "mu", -0.5),
        ("--mu=-0.5", "mu", -0.5),
        ("--mu -.5,1e-3,-2", "mu", [-0.5, 1e-3, -2.0]),
        ("--mu -1e-3", "mu", -1e-3),
        ("--mu -inf", "mu", float("-inf")),
        ("--claim 0.3679", "claim", 0.3679),
        ("--prior-mu -1 --prior-sigma 2", "prior_mu", -1.0),
        ("--seed 7", "seed", 7),
        ("--digits 50", "digits", 50),
        ("--tol 1e-12", "tol", 1e-12),
        ("--second log_variance", "second", "log_variance"),
        ("--json", "json", True),
    ],
)
def test_options_are_read(words: str, name: str, value: object) -> None:
    options = parsed(["kl", "--mu", "1", "--sigma", "2", *words.split()])
    assert getattr(options, name) == value


def test_what_is_not_said_is_none() -> None:
    options = parsed(["kl", "--mu", "0", "--sigma", "1"])
    assert [options.prior_mu, options.claim, options.tol, options.second, options.output] == [None] * 5


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "the following arguments are required: COMMAND"),
        ("lk", "invalid choice: 'lk'"),
        ("kl", "give --mu and --sigma, or FILE"),
        ("kl --mu -1", "--mu needs --sigma"),
        ("kl --sigma 1", "--sigma needs --mu"),
        ("kl a.npz --mu 1", "give FILE or --mu, not both"),
        ("kl a.npz --sigma 1", "give FILE or --sigma, not both"),
        ("kl 0.5 0.7", "numbers need their names: --mu 0.5 --sigma"),
        ("kl 0", "numbers need their names: --mu 0 --sigma"),
        ("kl --mu half --sigma 1", "argument --mu: 'half' is not a number, nor numbers with commas between them"),
        ("kl --mu 1,,2 --sigma 1", "argument --mu: '1,,2' is not a number"),
        ("kl --mu 1 --sigma 1 --second width", "argument --second: invalid choice: 'width'"),
        ("kl --mu 1 --sigma 1 --tol small", "argument --tol: 'small' is not a number"),
        ("kl --mu 1_0 --sigma 1", "argument --mu: '1_0' is not a number, nor numbers with commas between them"),
        ("kl --mu 1,٣ --sigma 1", "argument --mu: '1,٣' is not a number"),
        ("kl --mu 1 --sigma 1 --tol 1_0", "argument --tol: '1_0' is not a number"),
        ("kl --mu 1 --sigma 1 --level 1_0", "argument --level: '1_0' is not a number"),
        ("kl --mu 1 --sigma 1 --digits 5_0", "argument --digits: '5_0' is not a whole number"),
        ("kl --mu 1 --sigma 1 --draws 1_000", "argument --draws: '1_000' is not a whole number"),
        ("kl --mu 1 --sigma 1 --seed 0.5", "argument --seed: '0.5' is not a whole number"),
        ("kl --mu 1 --sigma 1 --jso", "unrecognized arguments: --jso"),
        ("kl --mu 1 --sigma 1 --json -1", "ignored explicit argument '-1'"),
        ("verify --mu 1", "unrecognized arguments: --mu"),
    ],
)
def test_usage_errors_say_what_is_wrong(words: str, complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        parsed(words.split())
    assert stop.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_file_that_is_called_like_a_number_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("0.5").touch()
    assert parsed(["kl", "0.5"]).files == ["0.5"]


def test_after_two_dashes_everything_is_a_file() -> None:
    assert parsed(["kl", "--", "--mu", "-1.npz"]).files == ["--mu", "-1.npz"]
