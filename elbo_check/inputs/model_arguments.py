"""From what a command line says to a model, its data and a density: numbers as JSON, names as keywords."""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Iterable
from typing import Any

from ..errors import InputError, described
from ..models import MODELS

__all__ = ["density_from", "model_from", "value_from"]

_NAMED = ("posterior", "prior")


def model_from(name: str, pairs: Iterable[str]) -> Any:
    """Return the model of this name; parameters that `pairs` (KEY=VALUE) do not give are those of its example."""
    if name not in MODELS:
        near = difflib.get_close_matches(name, MODELS, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"known are {', '.join(MODELS)}"
        raise InputError("MODEL", name, "the name of a model", remedy)
    kind = MODELS[name]
    given = _keywords("--param", pairs)
    known = dict(kind.example()[0].parameters)
    _require_known("--param", given, known, name)
    return kind(**known | given)


def density_from(model: Any, pairs: list[str]) -> Any:
    """Return the q that `pairs` describe: posterior, prior, or KEY=VALUE of the family; of the example without any."""
    if len(pairs) == 1 and pairs[0] in _NAMED:
        return pairs[0]
    given = _keywords("--q", pairs)
    for kind in model.families:
        known = list(inspect.signature(kind.__init__).parameters)[1:]
        if set(given) <= set(known):
            try:
                return kind(**given)
            except TypeError:
                missing = ", ".join(f"--q {key}=…" for key in known if key not in given)
                raise InputError(
                    "--q", described(", ".join(pairs)), f"a whole {kind.__name__}", f"add {missing}"
                ) from None
    _require_known("--q", given, dict.fromkeys(list(inspect.signature(model.families[0].__init__).parameters)[1:]),
                   model.families[0].__name__)  # fmt: skip
    raise InputError(  # pragma: no cover - the line above has raised: no family has all of these names
        "--q", described(", ".join(pairs)), "posterior, prior, or KEY=VALUE", "see --list"
    )


def value_from(argument: str, text: str) -> Any:
    """Return a number, a list or a table: 7, 0.5,-1 or [[1, 0], [0, 1]]; a fraction such as 1/8 stays as its text.

    >>> value_from("--x", "1,0,1"), value_from("--x", "[[1, 2], [3, 4]]")
    ([1, 0, 1], [[1, 2], [3, 4]])
    """
    for candidate in (text, f"[{text}]") if text.strip() else ():
        try:
            return json.loads(candidate, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            continue
    parts = text.split(",")
    if all(map(_is_fraction, parts)):
        return parts if len(parts) > 1 else parts[0]
    remedy = "write 7, 0.5,-1 or [[1, 0], [0, 1]] (as JSON)"
    raise InputError(argument, text, "a number, or numbers in a list", remedy)


def _keywords(argument: str, pairs: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        key, mark, text = pair.partition("=")
        if not mark or not key.isidentifier():
            raise InputError(argument, pair, "KEY=VALUE", f"for example {argument} alpha=2")
        if key in found:
            raise InputError(argument, pair, "given once", f"{key} is given twice")
        found[key] = value_from(argument, text)
    return found


def _require_known(argument: str, given: dict[str, Any], known: dict[str, Any], of: str) -> None:
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
            raise InputError(argument, key, f"a parameter of {of}", hint)


def _is_fraction(text: str) -> bool:
    numerator, _, denominator = text.strip().partition("/")
    return numerator.lstrip("-").isdecimal() and denominator.isdecimal() and text.isascii()


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number here")
