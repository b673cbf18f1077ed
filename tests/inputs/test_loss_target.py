"""A TARGET leads to a function; what does not exist is answered with the near miss, what fails with the user's line."""

import sys

import pytest

from elbo_check.errors import InputError
from elbo_check.inputs.loss_target import read_loss

SOURCE = """
import math
from functools import partial
from helpers import half

SCALE = 2.0

def kl_loss(mu, logvar):
    return half(mu) + logvar

def _hidden():
    return None

class Model:
    weight = 3.0

    def loss(self, mu):
        return self.weight * mu

    @staticmethod
    def kl(mu):
        return mu + 1

    @classmethod
    def scaled(cls, mu):
        return cls.weight * mu

    @property
    def broken(self):
        raise RuntimeError("not today")

class Callable(Model):
    def __call__(self, mu):
        return -mu

model = Model()
doubled = partial(kl_loss, logvar=0.0)

def make():
    return lambda mu: 10 * mu

def build():
    return Model()

def broken():
    return 1 / 0
"""


@pytest.fixture(autouse=True)
def paths(tmp_path, monkeypatch):
    """A folder of the user's, and the state of imports as it was."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "losses.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "helpers.py").write_text("def half(x):\n    return x / 2\n", encoding="utf-8")
    package = tmp_path / "project"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "parts.py").write_text("def half(x):\n    return x / 2\n", encoding="utf-8")
    (package / "losses.py").write_text(
        "from .parts import half\n\ndef kl_loss(mu):\n    return half(mu)\n", encoding="utf-8"
    )
    (package / "raising.py").write_text("x = 1\nraise ValueError('no luck')\n", encoding="utf-8")
    (package / "needy.py").write_text("import a_library_that_is_absent\n", encoding="utf-8")
    (package / "wrong.py").write_text("def f(:\n", encoding="utf-8")
    (package / "exiting.py").write_text("raise SystemExit(2)\n", encoding="utf-8")
    (package / "refusing.py").write_text("from elbo_check import Normal\nq = Normal(0.0, -1.0)\n", encoding="utf-8")
    (package / "unnamed.py").write_text("raise ModuleNotFoundError('none')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    known = set(sys.modules)
    yield
    for name in set(sys.modules) - known:
        if name.partition(".")[0] in {"project", "losses", "helpers", "_user_losses", "scripts"}:
            del sys.modules[name]


@pytest.mark.parametrize(
    ("target", "given", "expected"),
    [
        ("losses.py:kl_loss", (2.0, 1.0), 2.0),
        ("losses:kl_loss", (2.0, 1.0), 2.0),
        ("project.losses:kl_loss", (2.0,), 1.0),
        ("losses.py:Model.kl", (2.0,), 3.0),
        ("losses.py:Model.scaled", (2.0,), 6.0),
        ("losses.py:model.loss", (2.0,), 6.0),
        ("losses.py:doubled", (2.0,), 1.0),
        ("losses.py:math.exp", (0.0,), 1.0),
    ],
)
def test_a_target_leads_to_the_function(target, given, expected):
    assert read_loss(target)(*given) == expected


def test_a_file_may_be_anywhere_and_a_function_imports_its_neighbours_when_called(tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "scripts_late.py").write_text("ONE = 1.0\n", encoding="utf-8")
    (folder / "late.py").write_text("def f():\n    from scripts_late import ONE\n    return ONE\n", encoding="utf-8")
    assert read_loss(f"{folder}/late.py:f")() == 1.0
    assert sys.path.count(str(folder)) == 1
    read_loss(f"{folder}/late.py:f")
    assert sys.path.count(str(folder)) == 1


@pytest.mark.parametrize(
    ("target", "factory", "expected"),
    [
        ("losses.py:make", True, 20.0),
        ("losses.py:Callable", True, -2.0),
        ("losses:make", True, 20.0),
        ("", "losses.py:make", 20.0),
        ("loss", "losses.py:build", 6.0),
        ("loss", "losses.py:Model", 6.0),
        ("losses.py:Model.loss", "losses.py:Callable", 6.0),
        ("losses:Model.loss", "losses:build", 6.0),
    ],
)
def test_a_factory_is_called_without_arguments(target, factory, expected):
    assert read_loss(target, factory)(2.0) == expected


def test_a_file_with_one_function_needs_no_name(tmp_path):
    (tmp_path / "single.py").write_text("from math import exp\n_x = 1\ndef f(x):\n    return x\n", encoding="utf-8")
    assert read_loss("single.py")(3) == 3
    with pytest.raises(
        InputError, match=r"exactly one function, not 6 \(kl_loss, Model, Callable, make, build, broken"
    ):
        read_loss("losses.py")
    (tmp_path / "empty.py").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"exactly one function, not 0 \(none\)"):
        read_loss("empty.py")


@pytest.mark.parametrize(
    ("target", "factory", "said"),
    [
        ("loses.py:kl_loss", False, "did you mean losses.py?"),
        ("nowhere/deep.py:kl_loss", False, "a Python file that exists; write package.module:function"),
        ("project/parts.txt:half", False, "a Python file that exists"),
        ("loses:kl_loss", False, "TARGET='loses' must be a module that exists; did you mean losses?"),
        ("project.loses:kl_loss", False, "did you mean project.losses?"),
        ("projekt.losses:kl_loss", False, "did you mean project?"),
        ("qqqqqqqqqq:f", False, "a module that exists; write package.module:function"),
        ("losses.deep:f", False, "TARGET='losses.deep' must be a module that exists; write"),
        ("losses.py:kl_los", False, "did you mean kl_loss?"),
        ("losses.py:Model.kll", False, "did you mean kl?"),
        ("losses.py:model.los", False, "did you mean loss?"),
        ("losses.py:SCALE.qqq", False, "it holds as_integer_ratio, conjugate, fromhex, hex, is_integer"),
        ("losses.py:zzzzzz", False, "it holds partial, half, kl_loss, Model, Callable"),
        ("project:zzzzzz", False, "it holds no function"),
        ("losses.py:model.broken", False, "RuntimeError: not today"),
        ("losses.py:", False, "a name that losses.py holds"),
        ("losses.kl_loss", False, "a colon, and a name; did you mean losses:kl_loss?"),
        ("losses", False, "write package.module:function or file.py:function"),
        ("", False, "write package.module:function"),
        ("a b:f", False, "the name of a module before the colon"),
        (":f", False, "the name of a module before the colon"),
        ("..x:f", False, "the name of a module before the colon"),
        ("losses.py:SCALE", False, "a function, or an object that can be called; it is a float"),
        ("losses.py:Model", False, "a function, not a class; name a function in it, as in losses.py:Model.loss"),
        ("losses.py:Model.loss", False, "it is a method of Model: give factory"),
        ("losses.py:SCALE", True, "a function without arguments; it is a float"),
        ("losses.py:build", True, "it is a Model"),
        (
            "losses.py:kl_loss",
            True,
            "losses.py:kl_loss, which needs mu, logvar must be a function that is called",
        ),
        ("losses.py:broken", True, "losses.py:46' must be a Python file that runs; ZeroDivisionError"),
        ("losses.py:doubled", True, "losses.py:doubled, which needs mu must be"),
        ("los", "losses.py:build", "did you mean loss?"),
        ("losses.py:kl_loss", "losses.py:build", "a method of what losses.py:build builds, a Model"),
        ("losses:Model.loss", "losses:make", "a method of what losses:make builds, a function"),
        ("project.raising:f", False, "ValueError: no luck (raising.py, line 2)"),
        ("project.needy:f", False, "No module named 'a_library_that_is_absent' (needy.py, line 1)"),
        ("project.unnamed:f", False, "ModuleNotFoundError: none (unnamed.py, line 1)"),
        ("project.wrong:f", False, "SyntaxError: invalid syntax (wrong.py, line 1)"),
        ("project.exiting:f", False, "SystemExit: 2"),
        ("project.refusing:f", False, "must be > 0"),
        ("project/losses.py:kl_loss", False, "name it as a part of its package, as in package.module:name"),
        ("project/refusing.py:f", False, "refusing.py:2' must be something that can be built"),
        ("project/wrong.py:f", False, "wrong.py:1' must be a Python file that runs; SyntaxError"),
    ],
)
def test_what_does_not_lead_to_a_function_is_told_with_a_way_out(target, factory, said):
    with pytest.raises(InputError) as caught:
        read_loss(target, factory)
    assert said in str(caught.value)


def test_a_syntax_error_in_a_neighbour_is_not_told_as_one_of_this_file(tmp_path):
    (tmp_path / "outer.py").write_text("\n\nimport scripts_wrong\n", encoding="utf-8")
    (tmp_path / "scripts_wrong.py").write_text("def f(:\n", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"outer.py:3' must .*SyntaxError: invalid syntax \(scripts_wrong.py, line 1\)"
    ):
        read_loss("outer.py:f")


def test_a_library_that_raises_is_told_with_the_line_that_called_it(tmp_path):
    (tmp_path / "calling.py").write_text("import json\n\njson.loads('{')\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"JSONDecodeError: .* \(calling.py, line 3\)"):
        read_loss("calling:f")


def test_a_text_in_a_target_is_never_run(tmp_path):
    for target in ("losses.py:make()", "losses.py:__import__('os')", "losses:(1)", "os;x:f"):
        with pytest.raises(InputError):
            read_loss(target)


def test_an_exception_that_cannot_be_printed_is_told_by_its_kind(tmp_path):
    (tmp_path / "silent.py").write_text(
        "class Odd(Exception):\n    def __str__(self):\n        raise self\nraise Odd\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"silent\.py:4' must be a Python file that runs; Odd$"):
        read_loss("silent.py:f")
    (tmp_path / "endless.py").write_text("raise ValueError('x' * 5000)\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_loss("endless.py:f")
    assert len(str(caught.value)) < 500
    (tmp_path / "empty.py").write_text("raise ValueError\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"; ValueError$"):
        read_loss("empty.py:f")


def test_a_factory_that_raises_when_it_is_asked_for_its_arguments_is_called_all_the_same(tmp_path):
    (tmp_path / "unsigned.py").write_text(
        "class Unsigned:\n"
        "    @property\n"
        "    def __signature__(self):\n"
        "        raise RuntimeError('not today')\n\n"
        "    def __call__(self):\n"
        "        return lambda mu: 10 * mu\n\n"
        "made = Unsigned()\n",
        encoding="utf-8",
    )
    assert read_loss(f"{tmp_path}/unsigned.py:made", True)(2.0) == 20.0
