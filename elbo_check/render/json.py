"""A verdict for programs: plain data that every JSON reader takes.

How numbers are written (schema 1):

- A float is a JSON number; one that JSON does not know is the string "inf", "-inf" or "nan".
- An integer beyond 2**53, which some readers would round, is a string of its digits.
- A rational is {"value": nearest float, "exact": "p/q"}. An estimate keeps two plain floats instead, `value` and
  `error`, whose interval contains the rational one, and gives the rationals as `exact_value` and `exact_error`.
  One that only bounds from below has the `error` null, and `at_least`.
- An array of up to 1,000 elements is a nested list; a larger one is {"shape", "dtype", "min", "max", "sum"}.

Everything else becomes its text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np

from ..evidence import Absence, Estimate, as_float
from ..verdict import SCHEMA_VERSION, Finding, Verdict
from .numbers import integer_text

__all__ = ["LONGEST_ARRAY", "json_text", "plain_data", "verdict_dict", "verdict_json"]

LONGEST_ARRAY = 1000
LARGEST_SHARED_INTEGER = 2**53


def verdict_dict(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict as plain data: what `json.loads` gives back for `verdict_json`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "outcome": str(verdict.outcome),
        "claim": verdict.claim,
        "unit": "nats",
        "value": plain_data(verdict.value),
        "estimates": [_estimate(estimate) for estimate in verdict.estimates],
        "absences": [plain_data(_fields(absence)) for absence in verdict.absences],
        "findings": [plain_data(_fields(finding)) for finding in verdict.findings],
        "resolution": plain_data(verdict.resolution),
        "counterexample": plain_data(verdict.counterexample),
        "missing": verdict.missing,
        "theorems": list(verdict.theorems),
        "record": plain_data(verdict.record),
    }


def verdict_json(verdict: Verdict, indent: int | None = None) -> str:
    """Return the verdict as a JSON document."""
    return json_text(verdict_dict(verdict), indent)


def json_text(data: Any, indent: int | None = None) -> str:
    """Return plain data as JSON in ASCII; a NaN or an infinity that slipped through is an error, not a document."""
    return json.dumps(data, indent=indent, allow_nan=False)


def plain_data(held: Any) -> Any:
    """Return anything as lists, dicts, texts, finite numbers, booleans and None."""
    if held is None or isinstance(held, bool):
        return held
    if isinstance(held, str):
        return str(held)  # an enumeration becomes its text
    if isinstance(held, Mapping):
        return {str(key): plain_data(value) for key, value in held.items()}
    if isinstance(held, np.ndarray | np.generic):
        return _array(np.asarray(held))
    if isinstance(held, list | tuple | set | frozenset):
        return [plain_data(item) for item in held]
    return _number(held)


def _number(held: Any) -> Any:
    if isinstance(held, int):
        return held if abs(held) <= LARGEST_SHARED_INTEGER else integer_text(held)
    if isinstance(held, float):
        return held if math.isfinite(held) else str(held)
    if isinstance(held, Fraction):
        return {"value": plain_data(as_float(held)), "exact": _quotient(held)}
    return str(held)


def _array(array: np.ndarray[Any, Any]) -> Any:
    if array.ndim == 0 or array.size <= LONGEST_ARRAY:
        return plain_data(array.tolist())
    summary: dict[str, Any] = {"shape": list(array.shape), "dtype": array.dtype.name}
    if array.dtype.kind in "biuf":
        with np.errstate(over="ignore"):
            summary |= {"min": array.min(), "max": array.max(), "sum": array.sum(dtype=np.float64)}
    return plain_data(summary)


def _fields(held: Estimate | Absence | Finding) -> dict[str, Any]:
    return {field.name: getattr(held, field.name) for field in fields(held)}


def _estimate(estimate: Estimate) -> dict[str, Any]:
    held = _fields(estimate)
    if isinstance(estimate.value, Fraction) or isinstance(estimate.error, Fraction):
        value, error = Fraction(estimate.value), Fraction(estimate.error)
        held["value"], held["error"] = _outwards(value, error)
        held |= {"exact_value": _quotient(value), "exact_error": _quotient(error)}
    if estimate.one_sided:
        bound = Fraction(estimate.value) - Fraction(estimate.error)
        held |= {"error": None, "at_least": _downwards(bound)}
    return {key: plain_data(number) for key, number in held.items()}


def _downwards(bound: Fraction) -> float:
    """Return a float that is no larger."""
    nearest = as_float(bound)
    return nearest if nearest <= bound else math.nextafter(nearest, -math.inf)


def _outwards(value: Fraction, error: Fraction) -> tuple[float, float]:
    """Return a float interval that contains the rational one; an infinite error where floats end."""
    centre = as_float(value)
    if math.isinf(centre):
        return centre, math.inf
    needed = error + abs(value - Fraction(centre))
    radius = as_float(needed)
    return centre, radius if math.isinf(radius) or Fraction(radius) >= needed else math.nextafter(radius, math.inf)


def _quotient(number: Fraction) -> str:
    """Write p/q, which `fractions.Fraction` reads back."""
    numerator, denominator = integer_text(number.numerator), integer_text(number.denominator)
    return numerator if denominator == "1" else f"{numerator}/{denominator}"
