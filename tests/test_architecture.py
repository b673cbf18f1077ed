"""The house keeps its floors: imports go downwards or stay in the room, and no file runs what a user wrote."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "elbo_check"

# From the ground up. A floor is a list of wings; there is no door between the wings of one floor.
FLOORS = [
    [{"errors", "arrays", "deadline", "evidence", "loss_verdict", "verdict", "version"}],
    [{"symbols", "nodes", "boxes", "normal_form", "reading", "densities", "laws", "derivation"}],
    [{"proofs"}, {"witnesses"}],
    [
        {
            "checking",
            "closed_forms",
            "diagnosis",
            "estimators",
            "hearing",
            "inputs",
            "judge",
            "loss_hearing",
            "losses",
            "models",
            "question",
        }
    ],
    [{"api", "api_loss", "catalogue", "examples", "language"}],
    [
        {
            "render",
            "cli",
            "cli_derive",
            "cli_elbo",
            "cli_explain",
            "cli_kl",
            "cli_loss",
            "options",
            "__main__",
            "__init__",
        }
    ],
]

# The one exception: what a verdict or a derivation does for people is a hook that imports the higher room when called.
HOOKS = {("verdict", "render"), ("loss_verdict", "render"), ("derivation", "render"), ("derivation", "checking")}

RUNS_TEXT = {"eval", "exec", "sympify", "parse_expr", "lambdify", "pickle", "__import__"}
LONGEST_FILE = 250

SOURCES = sorted(PACKAGE.rglob("*.py"))


class Import(NamedTuple):
    """One import of one room by another, and whether it waits inside a function."""

    importer: str
    imported: str
    inside_function: bool


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, source: str) -> Iterator[Import]:
    """Every import of a room of this package, wherever in the file it stands."""
    package = ["elbo_check", *path.relative_to(PACKAGE).parts[:-1]]

    def visit(node: ast.AST, inside: bool) -> Iterator[Import]:
        for target in targets(node, package):
            if target[:1] == ["elbo_check"]:
                yield Import(room(path), named_room(target), inside)
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    return visit(ast.parse(source), False)


def targets(node: ast.AST, package: list[str]) -> list[list[str]]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".") for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = package[: len(package) - node.level + 1] if node.level else []
    base += node.module.split(".") if node.module else []
    return [[*base, alias.name] for alias in node.names]


def named_room(target: list[str]) -> str:
    """The room a dotted name lies in; a name that is no room is one of the front door's."""
    known = {room(path) for path in SOURCES}
    return target[1] if len(target) > 1 and target[1] in known else "__init__"


def place(name: str) -> tuple[int, int]:
    return next((f, w) for f, wings in enumerate(FLOORS) for w, wing in enumerate(wings) if name in wing)


def trespasses(found: Import) -> bool:
    if (found.importer, found.imported) in HOOKS:
        return not found.inside_function
    (floor, wing), (other_floor, other_wing) = place(found.importer), place(found.imported)
    return other_floor > floor or (other_floor == floor and other_wing != wing)


def runs_text(source: str) -> set[str]:
    """The names in a source that would run text, or unpickle it."""
    used: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        used |= {getattr(node, "id", ""), getattr(node, "attr", "")}
        used |= {part for target in targets(node, []) for part in target}
    return used & RUNS_TEXT


def test_every_room_has_its_floor_and_every_floor_its_rooms() -> None:
    listed = [name for wings in FLOORS for wing in wings for name in wing]
    assert sorted(listed) == sorted({room(path) for path in SOURCES})


@pytest.mark.endurance
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_downwards_runs_no_text_and_is_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert [found for found in imports(path, source) if trespasses(found)] == []
    assert runs_text(source) == set()
    assert len(source.splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("evidence.py", "from .verdict import Verdict\nfrom .api import verify_kl"),
        ("evidence.py", "from elbo_check import verify_kl"),
        ("evidence.py", "import elbo_check.api"),
        ("arrays.py", "from . import judge"),
        ("arrays.py", "def f():\n    from .render.text import verdict_text"),
        ("verdict.py", "from .render.text import verdict_text"),
        ("proofs/x.py", "from ..witnesses import quadrature"),
        ("witnesses/x.py", "def f():\n    import elbo_check.proofs.gaussian_kl"),
        ("densities/x.py", "if TYPE_CHECKING:\n    from ..judge import decide"),
    ],
)
def test_the_detector_sees_a_trespass(file: str, source: str) -> None:
    assert any(trespasses(found) for found in imports(PACKAGE / file, source))


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("verdict.py", "def f():\n    from .render.text import verdict_text"),
        ("judge.py", "from .question import Settings\nfrom .evidence import Basis"),
        ("densities/x.py", "from .scale import Scale\nfrom . import scale\nimport numpy"),
        ("cli.py", "from . import errors\nfrom .api import verify_kl"),
    ],
)
def test_the_detector_lets_pass_what_may_pass(file: str, source: str) -> None:
    assert not any(trespasses(found) for found in imports(PACKAGE / file, source))


@pytest.mark.parametrize(
    "source",
    ["eval('1')", "import pickle", "sympy.lambdify(x, y)", "from sympy import sympify as s", "import pickle.x as y"],
)
def test_the_detector_sees_what_runs_text(source: str) -> None:
    assert runs_text(source)


def test_the_detector_lets_words_in_strings_pass() -> None:
    assert runs_text("'never eval, never pickle'; numpy.load(f, allow_pickle=False)") == set()
