"""The pages of the documentation tell the truth: what they show is run, and what they print is what comes out."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from elbo_check import cli, language
from elbo_check.models.conformance import conformance

DOCS = Path(__file__).resolve().parents[1] / "docs"
EXAMPLES = DOCS / "examples"
TUTORIAL = (DOCS / "derivations.md").read_text(encoding="utf-8")
LANGUAGE = (DOCS / "language.md").read_text(encoding="utf-8")
VAE_LOSS = (DOCS / "vae_loss.md").read_text(encoding="utf-8")
LOSSES = (DOCS / "losses.md").read_text(encoding="utf-8")
ELBO = (DOCS / "elbo.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"<!-- example -->\n```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
MODELS = (DOCS / "models.md").read_text(encoding="utf-8")


def shown(page: str, mark: str) -> str:
    """Return what stands in the fenced block after a mark."""
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", page, re.DOTALL)
    assert found is not None, mark
    return found[1]


def loaded(path: Path) -> ModuleType:
    """Return a file outside the package as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("code", "printed"), EXAMPLE.findall(ELBO))
def test_the_examples_of_the_page_on_the_elbo_print_what_it_says(
    code: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(code, "elbo.md", "exec"), {})  # the page's own example
    assert capsys.readouterr().out == printed


@pytest.mark.endurance
@pytest.mark.parametrize(("code", "printed"), EXAMPLE.findall(LOSSES))
def test_the_examples_of_the_page_on_own_losses_print_what_it_says(code: str, printed: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == printed


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


@pytest.mark.endurance
def test_the_examples_of_the_language_page_run_and_print_what_it_says() -> None:
    examples = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", LANGUAGE, re.DOTALL)
    assert len(examples) == 3
    for code, printed in examples:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == printed


def test_no_example_of_the_loss_page_is_left_out() -> None:
    assert len(EXAMPLE.findall(VAE_LOSS)) == VAE_LOSS.count("```python") == 5


@pytest.mark.endurance
@pytest.mark.parametrize("number", range(5))
def test_the_examples_of_the_loss_page_run_and_print_what_it_says(number: int) -> None:
    code, printed = EXAMPLE.findall(VAE_LOSS)[number]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (printed, "")


def test_every_word_of_the_language_is_on_its_page() -> None:
    missing = [name for name in language.__all__ if not re.search(rf"\b{name}\b", LANGUAGE)]
    assert set(missing) <= {"E", "exp", "pi", "sqrt", "Integer", "Rational"}


def test_the_page_of_the_laws_is_up_to_date() -> None:
    module = loaded(DOCS / "make_laws.py")
    said = "run `python docs/make_laws.py`"
    assert (DOCS / "laws.md").read_text(encoding="utf-8") == module.page(), said


def test_the_page_of_the_mistakes_is_up_to_date() -> None:
    module = loaded(DOCS / "make_mistakes.py")
    said = "run `python docs/make_mistakes.py`"
    assert (DOCS / "mistakes.md").read_text(encoding="utf-8") == module.page(), said


@pytest.mark.endurance
def test_the_page_of_models_shows_the_example_and_what_it_prints() -> None:
    example = EXAMPLES / "beta_geometric.py"
    assert shown(MODELS, "file: beta_geometric.py") == example.read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, str(example)], capture_output=True, text=True, check=True)
    assert done.stdout == shown(MODELS, "output: beta_geometric.py")


def test_a_slip_in_the_example_is_refuted_in_the_words_of_the_page() -> None:
    right = loaded(EXAMPLES / "beta_geometric.py").BetaGeometric

    class Slip(right):  # type: ignore[misc, valid-type]
        def log_likelihood(self, x, z, world):  # type: ignore[no-untyped-def]
            return z.log, -x * z.log_complement

    verdict = conformance(Slip)
    assert str(verdict).startswith(shown(MODELS, "refuted: the sign of x was lost"))
    assert bool(verdict) is False
