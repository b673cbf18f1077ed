"""The pages of the documentation tell the truth: what they show is run, and what they print is what comes out."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from elbo_check import cli, language

DOCS = Path(__file__).resolve().parents[1] / "docs"
EXAMPLES = DOCS / "examples"
TUTORIAL = (DOCS / "derivations.md").read_text(encoding="utf-8")
LANGUAGE = (DOCS / "language.md").read_text(encoding="utf-8")


def shown(page: str, mark: str) -> str:
    """Return what stands in the fenced block after a mark."""
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", page, re.DOTALL)
    assert found is not None, mark
    return found[1]


@pytest.mark.parametrize("name", ["my_proof.py", "my_wrong_proof.py"])
def test_the_tutorial_shows_the_files_as_they_are(name: str) -> None:
    assert shown(TUTORIAL, f"file: {name}") == (EXAMPLES / name).read_text(encoding="utf-8")


def test_the_right_proof_is_proved_and_the_wrong_one_prints_what_the_page_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["derive", f"{EXAMPLES / 'my_proof.py'}:proof"]) == 0
    assert "PROVED" in capsys.readouterr().out
    assert cli.main(["derive", f"{EXAMPLES / 'my_wrong_proof.py'}:proof"]) == 1
    assert capsys.readouterr().out == shown(TUTORIAL, "output: my_wrong_proof.py")


def test_the_examples_of_the_language_page_run_and_print_what_it_says() -> None:
    examples = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", LANGUAGE, re.DOTALL)
    assert len(examples) == 2
    for code, printed in examples:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == printed


def test_every_word_of_the_language_is_on_its_page() -> None:
    missing = [name for name in language.__all__ if not re.search(rf"\b{name}\b", LANGUAGE)]
    assert set(missing) <= {"E", "exp", "pi", "sqrt", "Integer", "Rational"}


def test_the_page_of_the_laws_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("make_laws", DOCS / "make_laws.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said = "run `python docs/make_laws.py`"
    assert (DOCS / "laws.md").read_text(encoding="utf-8") == module.page(), said
