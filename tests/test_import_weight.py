"""The front door and `--help` are light: nothing heavy is imported before it is needed."""

import subprocess
import sys

import pytest

HEAVY = {"sympy", "scipy", "flint", "rich"}

REPORT = """
import atexit, sys
atexit.register(lambda: print("imported:", *sorted({name.partition(".")[0] for name in sys.modules})))
"""


def imported_by(code: str) -> set[str]:
    """The top-level modules that a fresh Python holds after running `code`."""
    done = subprocess.run([sys.executable, "-c", REPORT + code], capture_output=True, text=True, check=False)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("imported: "), done.stderr
    return set(last.split()[1:])


RUN = "import sys; sys.argv = ['elbo-check', {}]; from elbo_check.cli import main; main()"


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "code",
    [
        "import elbo_check",
        "import elbo_check; dir(elbo_check); elbo_check.__version__; elbo_check.errors.InputError",
        RUN.format("'--help'"),
        RUN.format("'kl', '--help'"),
        RUN.format("'verify', '--help'"),
        RUN.format("'elbo', '--help'"),
        RUN.format("'explain', '--help'"),
        RUN.format("'explain', 'EC012'"),
        RUN.format("'--version'"),
        RUN.format("'kl', '--mu', '1'"),
    ],
)
def test_the_door_is_light(code: str) -> None:
    assert imported_by(code) & (HEAVY | {"numpy"}) == set()


@pytest.mark.endurance
def test_rich_waits_for_work_that_takes_long() -> None:
    seen = imported_by(RUN.format("'kl', '--mu', '0.3', '--sigma', '1.7'"))
    assert "flint" in seen  # the verdict was reached
    assert "rich" not in seen


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", sorted(HEAVY))
def test_the_report_sees_a_module_that_is_imported(name: str) -> None:
    assert name in imported_by(f"import {name}")
