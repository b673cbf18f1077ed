"""The README's example runs as printed; only its times may differ, and digits that another processor may round."""

import contextlib
import io
import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def example():
    """Return the example's lines of code and the output printed below them."""
    text = README.read_text(encoding="utf-8")
    block = re.search(r"<!-- example-output -->\n```python\n(.*?)```\n+```text\n(.*?)```", text, re.DOTALL)
    assert block, "README.md has no example with its output"
    return block.group(1), block.group(2)


def told(text):
    """Return what is said, without line breaks, times and the unproved digits."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"[\d.]+ (ms|µs|s)\b", "TIME", text)
    return re.sub(r"(gauss-hermite|tanh-sinh|monte carlo) [\d.e-]+ ± [\d.e-]+", r"\1", text)


def test_the_example_has_six_lines_and_prints_what_the_readme_shows():
    code, shown = example()
    assert len(code.split("\n\n")) <= 2
    assert len([line for line in code.splitlines() if line]) == 6
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert told(printed.getvalue()) == told(shown)


def test_what_is_told_differs_where_the_verdict_does():
    assert told("PROVED  x\n  from 3 ms") == told("PROVED x from 812 µs")
    assert told("PROVED x 1.5") != told("REFUTED x 1.5") != told("PROVED x 1.6")
