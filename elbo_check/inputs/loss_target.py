"""From `package.module:function` or `file.py:function` to the function. Importing a module, or a file, runs it."""

from __future__ import annotations

import difflib
import importlib
import inspect
import os
import pkgutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from ..errors import ElboCheckError, InputError, described
from .user_code import module_at, reason, run, user_line

__all__ = ["read_loss"]

_EXAMPLE = "write package.module:function or file.py:function, as in losses.py:kl_loss"
_BUILT = "something that can be built"


class _Found(NamedTuple):
    value: Any
    holder: Any


def read_loss(target: str, factory: bool | str = False) -> Callable[..., Any]:
    """Return the function that a TARGET names: `package.module:function` or `file.py:function`.

    **Importing runs it**: the module, or the file, is run as `python` would run it, with its folder (for a module: the
    current one) at the head of `sys.path` from then on, since a function may import its neighbours when it is called.
    After the colon a path such as `Model.loss` reaches static methods and methods of objects. A file with a single
    function needs no name.

    `factory=True`: what the TARGET names is called without arguments, and what it returns is the function. `factory`
    may also be a TARGET of its own, which is called without arguments: then `target` is a method of what it returns
    (`loss`, or `models.py:VAE.loss`), or empty if that is the function.

    Raises `InputError`: it suggests the near miss for what does not exist, and tells what fails with the user's line.

    >>> read_loss("math:hypot")(3, 4)
    5.0
    """
    files: dict[Path, ModuleType] = {}
    if isinstance(factory, str):
        built = _made(_located(factory, files).value, factory)
        return _function(_bound(target, built, factory, files) if target else built, target or factory)
    found = _located(target, files)
    if factory:
        return _function(_made(found.value, target), target)
    if _lacks_self(found):
        remedy = (
            f"it is a method of {found.holder.__name__}: give factory, a TARGET that builds one, or a function of it"
        )
        raise InputError("TARGET", target, "a function that needs no self", remedy)
    return _function(found.value, target)


def _located(target: str, files: dict[Path, ModuleType]) -> _Found:
    """Return what a TARGET names; `files` are run already, and once is enough: a class has one identity."""
    place, colon, path = target.rpartition(":")
    if target.endswith(".py") or place.endswith(".py") or os.sep in target:
        file = Path(place if colon else target)
        if file not in files:
            files[file] = _run_file(file)
        module = files[file]
        path = path if colon else _only(module, file)
        return _reached(module, path, str(file))
    if not colon:
        module_name, dot, name = target.rpartition(".")
        remedy = f"did you mean {module_name}:{name}?" if dot else _EXAMPLE
        raise InputError("TARGET", target, "a module or a file, a colon, and a name", remedy)
    return _reached(_import(place, target), path, place)


def _run_file(file: Path) -> ModuleType:
    if file.suffix != ".py" or not file.is_file():
        near = difflib.get_close_matches(file.name, [other.name for other in file.parent.glob("*.py")], n=1)
        remedy = f"did you mean {file.parent / near[0]}?" if near else _EXAMPLE
        raise InputError("TARGET", str(file), "a Python file that exists", remedy)
    _put_first(str(file.resolve().parent))
    return module_at(file, _BUILT)


def _import(name: str, target: str) -> ModuleType:
    if not all(part.isidentifier() for part in name.split(".")):
        raise InputError("TARGET", target, "the name of a module before the colon", _EXAMPLE)
    _put_first(str(Path.cwd()))
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise _failure(name, error) from error
        raise InputError("TARGET", error.name, "a module that exists", _near_module(error.name)) from error
    except (Exception, SystemExit) as error:
        raise _failure(name, error) from error


def _failure(name: str, error: BaseException) -> InputError:
    line = user_line(error.__traceback__)
    happened = str(error) if isinstance(error, ElboCheckError) else reason(error)
    return InputError("TARGET", name, "a module that can be imported", f"{happened} ({line})" if line else happened)


def _near_module(missing: str) -> str:
    parent, _, last = missing.rpartition(".")
    places = getattr(sys.modules[parent], "__path__", []) if parent else None
    near = difflib.get_close_matches(last, [found.name for found in pkgutil.iter_modules(places)], n=1)
    return f"did you mean {'.'.join(filter(None, [parent, near[0]]))}?" if near else _EXAMPLE


def _put_first(folder: str) -> None:
    if folder not in sys.path:
        sys.path.insert(0, folder)


def _only(module: ModuleType, file: Path) -> str:
    own = [name for name in _callables(module) if getattr(vars(module)[name], "__module__", "") == module.__name__]
    if len(own) != 1:
        there = f"a file with exactly one function, not {len(own)} ({', '.join(own) or 'none'})"
        raise InputError("TARGET", str(file), there, f"name the one that is meant, as in {file.name}:kl_loss")
    return own[0]


def _reached(start: Any, path: str, place: str) -> _Found:
    """Follow a dotted path of attributes; what is not there is answered with the nearest name."""
    found = _Found(start, None)
    for name in path.split("."):
        try:
            found = _Found(getattr(found.value, name), found.value)
        except Exception as error:
            known = _callables(found.value)
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            there = f"it holds {', '.join(known[:12]) or 'no function'}"
            remedy = f"did you mean {near[0]}?" if near else there
            remedy = remedy if isinstance(error, AttributeError) else reason(error)
            raise InputError("TARGET", f"{place}:{path}", f"a name that {place} holds", remedy) from error
    return found


def _callables(holder: Any) -> list[str]:
    """The names of what can be called in a module, a class or an object, read without running properties."""
    return [name for name in _names(holder) if not name.startswith("_") and _is_callable(holder, name)]


def _names(holder: Any) -> Iterable[str]:
    return (
        vars(holder) if isinstance(holder, ModuleType) else dir(type(holder)) if not _is_class(holder) else dir(holder)
    )


def _is_callable(holder: Any, name: str) -> bool:
    value = inspect.getattr_static(holder, name, None)
    return callable(value) or isinstance(value, classmethod)


def _is_class(value: Any) -> bool:
    return issubclass(type(value), type)


def _lacks_self(found: _Found) -> bool:
    """Whether this is a plain method, reached through its class."""
    if not _is_class(found.holder) or type(found.value) is not FunctionType:
        return False
    return type(inspect.getattr_static(found.holder, found.value.__name__, None)) is FunctionType


def _made(maker: Any, target: str) -> Any:
    if not callable(maker):
        raise InputError("factory", target, "a function without arguments", f"it is a {type(maker).__name__}")
    missing = _demanded(maker)
    if missing:
        remedy = f"write a function without arguments that builds it, as in def build(): return {target}(…)"
        shown = described(f"{target}, which needs {', '.join(missing)}")
        raise InputError("factory", shown, "a function that is called without arguments", remedy)
    code = getattr(maker, "__code__", None)
    file = code.co_filename if code is not None else getattr(sys.modules.get(maker.__module__), "__file__", None)
    return run(maker, Path(file or target), _BUILT)


def _demanded(maker: Any) -> list[str]:
    """Return the arguments without which a maker cannot be called, as far as it tells."""
    try:
        found = inspect.signature(maker).parameters.values()
    except Exception:  # noqa: BLE001 - a foreign object may raise anything; a builtin may have no signature
        return []
    given = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [each.name for each in found if each.default is each.empty and each.kind not in given]


def _bound(target: str, built: Any, factory: str, files: dict[Path, ModuleType]) -> Any:
    if ":" not in target:
        return _reached(built, target, factory).value
    found = _located(target, files)
    if not _lacks_self(found) or not isinstance(built, found.holder):
        expected = f"a method of what {factory} builds, a {type(built).__name__}"
        raise InputError("TARGET", target, expected, "name the method alone, as in loss")
    return found.value.__get__(built)


def _function(found: Any, target: str) -> Callable[..., Any]:
    if _is_class(found):
        remedy = f"name a function in it, as in {target}.loss, or give factory to build one"
        raise InputError("TARGET", target, "a function, not a class", remedy)
    if not callable(found):
        shown = f"it is a {type(found).__name__}"
        raise InputError("TARGET", target, "a function, or an object that can be called", shown)
    return found  # type: ignore[no-any-return]
