"""How a function is called: which arguments it must be given, which it may be, and which go by position."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import numpy as np

from ..errors import InputError, described

__all__ = ["CallPlan", "call_plan", "require_floats"]

_EXAMPLE = 'give their names in order, as in parameters=("mu", "logvar"), or --parameters mu,logvar'
_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True, slots=True)
class CallPlan:
    """The arguments of a function: `required` and `optional` by name; `positional` in order; `never_by_name`."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    positional: tuple[str, ...]
    never_by_name: frozenset[str]
    defaults: Mapping[str, Any]

    def bind(self, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return positional and keyword arguments. What can go by position does: wrappers often know `*args` only.

        >>> call_plan(lambda mu, /, scale=1.0, *, beta=2.0: 0, "kl", None).bind({"mu": 0.5, "beta": 3.0})
        ([0.5], {'beta': 3.0})
        """
        forced = max((i for i, name in enumerate(self.positional) if self._is_forced(name, values)), default=-1)
        args: list[Any] = []
        for place, name in enumerate(self.positional):
            if name not in values and place > forced:
                break
            args.append(values[name] if name in values else self.defaults[name])
        by_name = {name: value for name, value in values.items() if name not in self.positional[: len(args)]}
        return args, by_name

    def with_others(self, fn: Callable[..., Any], defaults: Mapping[str, Any]) -> Callable[..., Any]:
        """Return the function with other values for some of its defaults.

        >>> def scaled(mu, shift=1.0, scale=2.0, /):
        ...     return (mu + shift) * scale
        >>> call_plan(scaled, "kl", None).with_others(scaled, {"scale": 10.0})(0.5)
        15.0
        """
        if self.never_by_name.isdisjoint(defaults):
            return partial(fn, **defaults)

        @wraps(fn, updated=())
        def by_place(*args: Any, **by_name: Any) -> Any:
            given = dict(zip(self.positional, args, strict=False))
            args_too, named = self.bind({**defaults, **given, **by_name})
            return fn(*args_too, **named)

        return partial(by_place)  # which goes by the name of the function, as the other one does

    def written(self, names: Iterable[str]) -> str:
        """Return the arguments of a call as they are written where variables bear their names: by name, if they may be.

        >>> call_plan(lambda *both: 0, "kl", ("mu", "logvar")).written(["mu", "logvar"])
        'mu, logvar'
        >>> call_plan(lambda mu, logvar: 0, "kl", None).written(["mu", "logvar"])
        'mu=mu, logvar=logvar'
        """
        held = [name for name in names if name in (*self.required, *self.optional)]
        args, by_name = self.bind(dict.fromkeys(held)) if self.never_by_name & {*held} else ([], held)
        placed = [name if name in held else repr(self.defaults[name]) for name in self.positional[: len(args)]]
        return ", ".join([*placed, *(f"{name}={name}" for name in by_name)])

    def check(self, values: Mapping[str, Any], function: str) -> None:
        """Raise `InputError` unless all that is required is given, and nothing unknown is."""
        known = (*self.required, *self.optional)
        for name in values:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                remedy = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
                raise InputError("arguments", name, f"an argument of {function}", remedy)
        missing = [name for name in self.required if name not in values]
        if missing:
            shown = described(", ".join(values) or "nothing")
            raise InputError("arguments", shown, f"all of {', '.join(self.required)}", f"add {', '.join(missing)}")

    def _is_forced(self, name: str, values: Mapping[str, Any]) -> bool:
        return name in values and name in self.never_by_name


def call_plan(fn: Callable[..., Any], name: str, parameters: Sequence[str] | None) -> CallPlan:
    """Read the signature of a function; `parameters` names what the signature does not (`*args`, compiled code).

    Raises `InputError` for a function that says nothing of its arguments, and for names that do not fit it.
    """
    signature = _signature(fn)
    if signature is not None and "self" in list(signature.parameters)[:1]:
        raise InputError(
            "fn", described(name), "a function that needs no self", "give the method of an object, vae.loss"
        )
    if parameters is None:
        if signature is None or _says_nothing(signature):
            shown = described(f"those of {name}, which does not name them")
            raise InputError("parameters", shown, "the names of its arguments", _EXAMPLE)
        return _planned(signature, name, [])
    given = _names(parameters)
    if signature is None:
        return CallPlan(given, (), given, frozenset(given), {})
    extra = [one for one in given if one not in _named(signature)]
    plan = _planned(signature, name, extra)
    missing = [one for one in plan.required if one not in given]
    if missing:
        raise InputError("parameters", given, f"all that {name} must be given", f"add {', '.join(missing)}")
    optional = tuple(one for one in plan.optional if one not in given)
    return CallPlan(given, optional, plan.positional, plan.never_by_name, plan.defaults)


def _signature(fn: Any) -> inspect.Signature | None:
    """Return the signature, that of `forward` for a module of torch, or None if there is none to be read."""
    try:
        scripted = getattr(getattr(fn, "schema", None), "arguments", None)  # of TorchScript, named nowhere else
        if scripted is not None:
            kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
            return inspect.Signature([inspect.Parameter(each.name, kind) for each in scripted])
        found = inspect.signature(fn)
        forward = getattr(fn, "forward", None)
        return inspect.signature(forward) if _says_nothing(found) and callable(forward) else found
    except Exception:  # noqa: BLE001 - compiled code has none, and a foreign object may raise anything
        return None


def _says_nothing(signature: inspect.Signature) -> bool:
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    return bool(kinds) and kinds <= {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


def _names(parameters: Sequence[str]) -> tuple[str, ...]:
    listed = isinstance(parameters, str | tuple | list)
    given = (parameters,) if isinstance(parameters, str) else tuple(parameters) if listed else ()
    if not given or len(set(given)) != len(given) or not all(isinstance(name, str) for name in given):
        raise InputError("parameters", parameters, "different names of arguments", _EXAMPLE)
    return given


def _named(signature: inspect.Signature) -> dict[str, inspect.Parameter]:
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {one.name: one for one in signature.parameters.values() if one.kind not in variable}


def _planned(signature: inspect.Signature, name: str, extra: list[str]) -> CallPlan:
    named = _named(signature)
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    positional = [one for one, parameter in named.items() if parameter.kind in _BY_POSITION]
    only = {one for one in positional if named[one].kind is inspect.Parameter.POSITIONAL_ONLY}
    if extra and inspect.Parameter.VAR_POSITIONAL in kinds:
        positional += extra
        only |= set(extra)
    elif (extra and inspect.Parameter.VAR_KEYWORD not in kinds) or not kinds:
        has = (
            f"it has {', '.join(named)}" if named else "a function that makes the loss is a factory: pass what it makes"
        )
        raise InputError("parameters", tuple(extra), f"arguments that {name} takes", has)
    defaults = {one: named[one].default for one in named if named[one].default is not inspect.Parameter.empty}
    required = (*(one for one in named if one not in defaults), *extra)
    return CallPlan(required, tuple(defaults), tuple(positional), frozenset(only), defaults)


def require_floats(arguments: Mapping[str, Any], names: Iterable[str]) -> None:
    """Require arrays of floats for the arguments with respect to which a gradient is asked."""
    for name in names:
        if not isinstance(given := arguments.get(name), np.ndarray) or given.dtype.kind != "f":
            raise InputError("wrt", name, "an argument given as an array of floats", "pass an array")
