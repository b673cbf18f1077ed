"""A derivation in a Python file of the user's: the file is run, as `python FILE` would run it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from ..derivation import Derivation
from ..errors import InputError
from .user_code import module_at, run

__all__ = ["is_file_address", "read_derivation"]

_BUILT = "a derivation that can be built"


def is_file_address(text: str) -> bool:
    """Whether a name is that of something in a file: `my_proof.py:proof`, or `my_proof.py`.

    >>> is_file_address("my_proof.py:proof"), is_file_address("gaussian-kl")
    (True, False)
    """
    return ".py" in text or ":" in text


def read_derivation(address: str) -> Derivation:
    """Return the derivation at `FILE.py:NAME`: a `Derivation`, or a function without arguments that returns one.

    Without a name the file must hold exactly one. Raises `InputError` with the reason.
    """
    path, name = _split(address)
    module = module_at(path, _BUILT)
    if not name:
        return _only(module, path)
    if not hasattr(module, name):
        there = f"one of {', '.join(_found(module)) or 'none (the file holds no derivation)'}"
        raise InputError("name", name, there, f"name a derivation of {path.name}, as in {path.name}:proof")
    found = getattr(module, name)
    if callable(found) and not isinstance(found, Derivation):
        found = run(found, path, _BUILT)
    if not isinstance(found, Derivation):
        expected = "a Derivation, or a function without arguments that returns one"
        raise InputError(name, found, expected, "build it with elbo_check.language")
    return found


def _split(address: str) -> tuple[Path, str]:
    file, colon, name = address.rpartition(":")
    path = Path(file if colon else address)
    if path.suffix != ".py" or not path.is_file():
        raise InputError("file", str(path), "a Python file that exists", "give it as my_proof.py:proof")
    return path, name if colon else ""


def _found(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if isinstance(value, Derivation)]


def _only(module: ModuleType, path: Path) -> Derivation:
    names = _found(module)
    if len(names) != 1:
        there = f"exactly one derivation, not {len(names)} ({', '.join(names) or 'none'})"
        raise InputError("file", str(path), there, f"name the one that is meant, as in {path.name}:proof")
    found: Derivation = getattr(module, names[0])
    return found
