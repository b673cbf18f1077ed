"""`elbo-check derive`: names, files of one's own, formats, folders, exit codes, and clear errors."""

import json

import pytest

from elbo_check import checking, cli, derivations, derive, language
from elbo_check.errors import InputError
from elbo_check.inputs.derivation_file import is_file_address, read_derivation

RIGHT = """
from elbo_check.language import *

x, s = real("x"), positive("s")

def build(right):
    with author_form():
        step = Step("s cancels", log(s) + x, right, laws.algebra)
        chain = Chain(Statement(log(s) + x, right), (step,), (x, s))
    return Derivation("mine", "Mine", "a sum", ("x real",), (chain,), ("me",))

proof = build(x + log(s))
wrong = build(x - log(s))

def made():
    return build(x + log(s))

number = 3
"""


@pytest.fixture
def run(capsys):
    def ran(*arguments):
        code = cli.main(["derive", *map(str, arguments)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return ran


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my_proof.py"
    path.write_text(RIGHT, encoding="utf-8")
    return path


def test_a_theorem_is_proved_and_printed_as_text(run):
    code, out, err = run("gaussian-kl")
    assert (code, err) == (0, "")
    assert out.startswith("KL between two Gaussians\n")
    assert "PROVED" in out


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("latex", "\\documentclass"), ("markdown", "# KL"), ("html", "<!DOCTYPE"), ("text", "KL"), ("json", "{")],
)
def test_each_format_can_be_asked_for_and_follows_from_the_suffix(run, tmp_path, kind, begins):
    assert run("gaussian-kl", "--format", kind)[1].startswith(begins)
    suffix = {"latex": "tex", "markdown": "md", "html": "html", "text": "txt", "json": "json"}[kind]
    target = tmp_path / f"page.{suffix}"
    code, out, err = run("gaussian-kl", "-o", target)
    assert (code, out) == (0, "")
    assert "wrote" in err
    assert target.read_text(encoding="utf-8").startswith(begins)


def test_a_fragment_is_no_whole_page(run):
    assert "documentclass" not in run("gaussian-kl", "--format", "latex", "--fragment")[1]
    assert run("gaussian-kl", "--format", "html", "--fragment")[1].startswith("<div")
    assert json.loads(run("gaussian-kl", "--json")[1])["outcome"] == "proved"


def test_a_false_statement_exits_with_one_and_its_counterexample(run):
    code, out, _ = run("kl-symmetric")
    assert code == 1
    assert "Counterexample: p(z) = {z1: " in out
    code, _, err = run("kl-symmetric", "--format", "latex")
    assert code == 1
    assert "kl-symmetric is refuted. The step “exchange” is false" in err
    assert "the left side is" in err


def test_too_little_time_is_undecided_and_names_the_step(run):
    checking._complete.cache_clear()  # what was checked before needs no time
    code, out, _ = run("ppca", "--seconds", "1e-9")
    assert code == 3
    assert "UNDECIDED" in out
    assert "not finished after" in out
    code, _, err = run("ppca", "--seconds", "1e-9", "--format", "json")
    assert code == 3
    assert "ppca is undecided" in err


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "soon"])
def test_a_time_limit_is_a_positive_number(run, seconds):
    assert run("gaussian-kl", f"--seconds={seconds}")[0] == 2


def test_unknown_names_are_answered_with_close_ones(run):
    code, _, err = run("gausian-kl")
    assert code == 2
    assert "such as gaussian-kl" in err
    assert "bayes" in run("zzz")[2]
    assert "the name of a derivation" in run()[2]
    with pytest.raises(InputError, match="elbo"):
        derive("elbow")


def test_the_list_tells_theorems_from_false_statements(run):
    code, out, _ = run("--list")
    assert code == 0
    before, after = out.split("false statements, refuted")
    assert "vae-loss" in before
    assert "kl-symmetric" in after
    assert all(name in out for name in derivations())


def test_all_are_written_to_a_folder_with_an_index(run, tmp_path):
    folder = tmp_path / "new" / "pages"
    code, _, err = run("--all", "-o", folder, "--format", "markdown")
    assert code == 0
    assert {path.name for path in folder.iterdir()} == {"index.md", *(f"{name}.md" for name in derivations())}
    assert "(vae-loss.md): proved" in (folder / "index.md").read_text(encoding="utf-8")
    assert f"wrote {len(derivations())} derivations" in err


def test_a_folder_has_to_be_named_and_made(run, tmp_path):
    assert "say where" in run("--all")[2]
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    code, _, err = run("--all", "-o", blocked)
    assert code == 2
    assert "a folder that can be made" in err


@pytest.mark.endurance
def test_a_theorem_that_is_not_proved_decides_the_outcome_of_all(run, tmp_path):
    assert run("--all", "-o", tmp_path / "pages", "--seconds", "1e-9")[0] in (0, 3)


@pytest.mark.parametrize("name", ["proof", "made"])
def test_a_derivation_of_ones_own_is_checked(run, file, name):
    code, out, _ = run(f"{file}:{name}")
    assert code == 0
    assert out.startswith("Mine\n")


def test_a_wrong_derivation_of_ones_own_is_refuted(run, file):
    code, out, _ = run(f"{file}:wrong")
    assert code == 1
    assert "Counterexample: s = " in out


def test_a_file_with_one_derivation_needs_no_name(run, file, tmp_path):
    assert "exactly one derivation, not 2 (proof, wrong)" in run(file)[2]
    single = tmp_path / "single.py"
    single.write_text(RIGHT.replace("wrong = build(x - log(s))\n", ""), encoding="utf-8")
    assert run(single)[0] == 0


@pytest.mark.parametrize(
    ("text", "address", "said"),
    [
        (RIGHT, "my.py:nothing", "one of proof, wrong"),
        ("x = 1", "my.py:nothing", "none (the file holds no derivation)"),
        (RIGHT, "my.py:number", "a Derivation, or a function without arguments"),
        ("x = 1\nraise ValueError('no luck')", "my.py:proof", "my.py:2' must be a Python file that runs; ValueError"),
        ("x = = 1", "my.py:proof", "my.py:1' must be a Python file that runs; SyntaxError"),
        (
            RIGHT.replace('Step("s cancels", log(s) + x', 'Step("s cancels", log(s) - x'),
            "my.py:proof",
            "begins at",
        ),
        (RIGHT + "\ndef broken():\n    return 1 / 0\n", "my.py:broken", "ZeroDivisionError"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(run, tmp_path, text, address, said):
    (tmp_path / "my.py").write_text(text, encoding="utf-8")
    code, out, err = run(tmp_path / address)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_file_has_to_exist_and_to_be_python(run, tmp_path):
    assert "a Python file that exists" in run(tmp_path / "nowhere.py:proof")[2]
    (tmp_path / "proof.txt").write_text(RIGHT, encoding="utf-8")
    assert "a Python file that exists" in run(f"{tmp_path / 'proof.txt'}:proof")[2]
    assert is_file_address("a.py")
    assert not is_file_address("elbo")
    with pytest.raises(InputError):
        read_derivation("nowhere.py")


def test_the_language_is_one_module():
    assert len(set(language.__all__)) == len(language.__all__) > 40
    assert all(hasattr(language, name) for name in language.__all__)


def test_a_suffix_that_names_no_format_is_refused_unless_the_format_is_said(run, tmp_path):
    code, out, err = run("gaussian-kl", "-o", tmp_path / "x.pdf")
    assert (code, out) == (2, "")
    assert "must be a file that ends in .tex, .md, .html, .txt, .json" in err
    assert "--format" in err
    assert not list(tmp_path.iterdir())
    assert run("gaussian-kl", "-o", tmp_path / "x.pdf", "--format", "latex")[0] == 0
    assert (tmp_path / "x.pdf").read_text(encoding="utf-8").startswith("\\documentclass")
    assert run("gaussian-kl", "-o", tmp_path / "plain")[0] == 0
    assert (tmp_path / "plain").read_text(encoding="utf-8").startswith("KL between")
    assert run("gaussian-kl", "-o", tmp_path / "X.TEX")[0] == 0
    assert (tmp_path / "X.TEX").read_text(encoding="utf-8").startswith("\\documentclass")
