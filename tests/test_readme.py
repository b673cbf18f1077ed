"""The README's examples run as printed; only times may differ, and digits that another processor may round."""

import contextlib
import io
import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


EXAMPLE = re.compile(r"<!-- example-output -->\n```python\n(.*?)```\n+```text\n(.*?)```", re.DOTALL)
EXAMPLES = EXAMPLE.findall(README.read_text(encoding="utf-8"))


def told(text):
    """Return what is said, without line breaks, times and the unproved digits."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"[\d.]+ (ms|µs|s)\b", "TIME", text)
    text = re.sub(r"agree to [\d.e-]+", "agree", text)
    return re.sub(r"(gauss-hermite|tanh-sinh|monte carlo) [\d.e-]+ ± [\d.e-]+", r"\1", text)


def test_no_example_of_the_readme_is_left_out():
    assert len(EXAMPLES) == README.read_text(encoding="utf-8").count("```python") == 2


@pytest.mark.parametrize(("code", "shown"), EXAMPLES)
def test_an_example_has_six_lines_at_most_and_prints_what_the_readme_shows(code, shown):
    assert len([line for line in code.splitlines() if line]) <= 6
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert told(printed.getvalue()) == told(shown)


def test_what_is_told_differs_where_the_verdict_does():
    assert told("PROVED  x\n  from 3 ms") == told("PROVED x from 812 µs")
    assert told("PROVED x 1.5") != told("REFUTED x 1.5") != told("PROVED x 1.6")
