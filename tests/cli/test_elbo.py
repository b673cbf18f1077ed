"""`elbo-check elbo --example digits`: the door; what the run itself finds is tested in `tests/examples`."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from elbo_check.cli import main
from elbo_check.examples.digits import run
from elbo_check.models import MODELS
from elbo_check.render.training import training_dict, training_text
from elbo_check.verdict import Outcome

DIGITS = ["elbo", "--example", "digits"]


@pytest.fixture(scope="module")
def short():
    return run(epochs=1, ascents=1)


@pytest.fixture
def asked(short, monkeypatch):
    """Put a short run in place of the long one, and keep what was asked of it."""
    kept, room = [], ModuleType("elbo_check.examples.digits")

    def answer(*, seed, progress):
        kept.append(seed)
        progress("epochs", 0, 1)
        return answer.training

    answer.training = short
    room.run = answer
    monkeypatch.setitem(sys.modules, "elbo_check.examples.digits", room)
    kept.append(answer)
    return kept


@pytest.mark.endurance
def test_the_table_is_printed_and_the_exit_code_tells_the_outcome(asked, short, capsys) -> None:
    assert main(DIGITS) == 1
    assert capsys.readouterr().out == training_text(short) + "\n"
    asked[0].training = replace(short, verdict=replace(short.verdict, outcome=Outcome.PROVED))
    assert main([*DIGITS, "--seed", "7"]) == 0
    asked[0].training = replace(short, verdict=replace(short.verdict, outcome=Outcome.UNDECIDED))
    assert main(DIGITS) == 3
    assert asked[1:] == [0, 7, 0]


def test_json_and_a_file(asked, short, tmp_path: Path, capsys) -> None:
    assert main([*DIGITS, "--json", "-o", str(tmp_path / "run.json")]) == 1
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8")) == training_dict(short)
    assert capsys.readouterr().err == f"elbo-check: wrote {tmp_path / 'run.json'}: refuted\n"


def test_the_picture_is_written_beside_the_table(asked, tmp_path: Path, capsys) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "run.png"
    assert main([*DIGITS, "--plot", str(picture)]) == 1
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["run.png"]
    told = capsys.readouterr()
    assert told.err == f"elbo-check: wrote {picture}\n"
    assert "epoch  phase" in told.out


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("run.bmp", "must be a file that ends in .pdf, .png, .svg"),
        ("missing/run.png", "must be a file that can be written"),
        ("same.svg", "must be another file than that of -o"),
    ],
)
def test_what_cannot_be_drawn_is_said_before_the_work(asked, name: str, complaint: str, tmp_path: Path, capsys) -> None:
    pytest.importorskip("matplotlib")
    assert main([*DIGITS, "--plot", str(tmp_path / name), "-o", str(tmp_path / "same.svg")]) == 2
    assert complaint in capsys.readouterr().err
    assert len(asked) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_the_remedy_is_named(asked, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main([*DIGITS, "--plot", str(tmp_path / "run.png")]) == 2
    assert "pip install 'elbo-check[report]'" in capsys.readouterr().err
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("elbo", "give one of MODEL, --list and --example, not none"),
        ("elbo coin --example digits", "not MODEL and --example"),
        ("elbo --list --x 3", "--x needs MODEL"),
        ("elbo --example digits --claim 3", "--claim needs MODEL"),
        ("elbo coin --plot x.png", "--plot needs --example"),
        ("elbo beta-binomial --claim x", "'x' is not a number"),
        ("elbo --example letters", "invalid choice: 'letters'"),
        ("elbo --example digits --seed x", "'x' is not a whole number"),
    ],
)
def test_usage_errors(words: str, complaint: str, capsys) -> None:
    assert main(words.split()) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.unmeasured
def test_a_model_is_judged_as_it_is_described(capsys) -> None:
    words = "elbo beta-binomial --param alpha=1 --x 3 --q alpha=2 --q beta=3 --claim -2.8488026183378446 --seed 0"
    assert main(words.split()) == 0
    told = capsys.readouterr().out
    assert "beta-binomial(alpha=1, beta=3, trials=10) at x = 3, q = Beta(alpha=2, beta=3)" in " ".join(told.split())
    assert main([*words.split()[:-4], "--claim", "-1", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [f["code"] for f in data["findings"] if f["severity"] == "error"] == ["above-evidence"]


def test_alone_a_model_shows_its_example_and_with_other_data_the_posterior(capsys) -> None:
    assert main(["elbo", "beta-binomial", "--seed", "0"]) == 0
    assert "q = Beta(alpha=6, beta=4)" in " ".join(capsys.readouterr().out.split())
    assert main(["elbo", "beta-binomial", "--x", "2", "--tol", "1e-6", "--seed", "0"]) == 0
    assert "q = Beta(alpha=4, beta=11)" in " ".join(capsys.readouterr().out.split())


def test_the_models_are_listed(capsys) -> None:
    assert main(["elbo", "--list"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in MODELS)
    assert "--param alpha, beta, trials; q: Beta" in told


def test_a_model_that_is_not_there_suggests_the_near_miss(capsys) -> None:
    assert main(["elbo", "beta-binomal"]) == 2
    assert "did you mean beta-binomial" in capsys.readouterr().err


def test_a_negative_seed_is_bad_input(capsys) -> None:
    assert main([*DIGITS, "--seed", "-1"]) == 2
    assert "rng=-1 must be" in capsys.readouterr().err
