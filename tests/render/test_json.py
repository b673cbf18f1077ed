import json
import math
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.evidence import Basis, Estimate
from elbo_check.render.json import LONGEST_ARRAY, json_text, plain_data, verdict_dict, verdict_json
from elbo_check.verdict import Verdict

from .samples import ALL, BATCH, BOUNDS, SCALAR, hostile


def strict(text: str) -> Any:
    """Read JSON as the standard has it: no NaN, no Infinity."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


def test_the_strict_reader_refuses_what_is_no_json() -> None:
    with pytest.raises(ValueError, match="NaN"):
        strict("[NaN]")


@pytest.mark.parametrize("verdict", [*ALL, hostile()], ids=lambda v: v.outcome)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_reads_back_as_the_plain_data(verdict: Verdict, indent: int | None) -> None:
    assert strict(verdict_json(verdict, indent)) == verdict_dict(verdict)
    assert strict(verdict.to_json(indent)) == verdict.to_dict()


def test_the_schema_has_these_keys_and_its_version() -> None:
    data = verdict_dict(SCALAR)
    assert data["schema_version"] == 1
    assert sorted(data) == sorted(
        [
            "absences",
            "claim",
            "counterexample",
            "estimates",
            "findings",
            "missing",
            "outcome",
            "record",
            "resolution",
            "schema_version",
            "theorems",
            "unit",
            "value",
        ]
    )
    assert (data["outcome"], data["unit"], data["value"]) == ("proved", "nats", SCALAR.value)


def test_rationals_come_back_exactly_beside_floats_that_enclose_them() -> None:
    given, data = SCALAR.estimates[0], verdict_dict(SCALAR)["estimates"][0]
    assert Fraction(data["exact_value"]) == given.value
    assert Fraction(data["exact_error"]) == given.error
    assert abs(Fraction(data["value"]) - given.value) + given.error <= Fraction(data["error"])
    assert "exact_value" not in verdict_dict(SCALAR)["estimates"][1]


@pytest.mark.unmeasured
@given(st.fractions(), st.fractions(min_value=0))
def test_the_float_interval_of_any_rational_estimate_encloses_it(value: Fraction, error: Fraction) -> None:
    data = verdict_dict(replace(SCALAR, estimates=(Estimate("x", value, error, Basis.ENCLOSED),)))["estimates"][0]
    assert abs(Fraction(data["value"]) - value) + error <= Fraction(data["error"])


@pytest.mark.parametrize(("value", "error"), [(Fraction(10) ** 400, Fraction(1)), (Fraction(1), Fraction(10) ** 400)])
def test_a_rational_beyond_the_floats_has_an_infinite_error_and_its_exact_digits(
    value: Fraction, error: Fraction
) -> None:
    data = verdict_dict(replace(SCALAR, estimates=(Estimate("x", value, error, Basis.ENCLOSED),)))["estimates"][0]
    assert data["error"] == "inf"
    assert (Fraction(data["exact_value"]), Fraction(data["exact_error"])) == (value, error)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("held", "plain"),
    [
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
        (np.float32(0.5), 0.5),
        (np.float64("nan"), "nan"),
        (np.array(3), 3),
        (True, True),
        (None, None),
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        (Fraction(1, 3), {"value": 1 / 3, "exact": "1/3"}),
        (Fraction(10) ** 400, {"value": "inf", "exact": "1" + "0" * 400}),
        (Colour.RED, "red"),
        ((1, [2.5, {3}]), [1, [2.5, [3]]]),
        (MappingProxyType({1: PurePosixPath("a/b")}), {"1": "a/b"}),
        (np.array([[1.0, np.inf]]), [[1.0, "inf"]]),
        (1j, "1j"),
    ],
)
def test_every_kind_of_value_becomes_plain(held: object, plain: object) -> None:
    assert plain_data(held) == plain
    assert type(plain_data(held)) is type(plain)
    assert strict(json_text(plain_data(held))) == plain


def test_an_integer_too_long_for_str_is_its_digits() -> None:
    assert plain_data(-(10**5000)) == "-1" + "0" * 5000


def test_an_array_is_listed_up_to_a_size_and_summed_up_beyond() -> None:
    longest = np.arange(float(LONGEST_ARRAY))
    assert plain_data(longest) == longest.tolist()
    assert verdict_dict(BATCH)["value"] == {
        "shape": [1797],
        "dtype": "float64",
        "min": 0.0,
        "max": 1.796,
        "sum": pytest.approx(1613.706),
    }


def test_a_large_array_that_overflows_or_holds_no_numbers_is_summed_up_too() -> None:
    assert plain_data(np.full(2000, 1e308))["sum"] == "inf"
    assert plain_data(np.array(["a"] * 2000)) == {"shape": [2000], "dtype": "str32"}


def test_what_slipped_through_is_an_error_and_no_document() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        json_text({"value": math.nan})


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.fractions()


@pytest.mark.endurance
@given(st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_any_nested_data_becomes_json_that_reads_back(held: object) -> None:
    data = plain_data(held)
    assert strict(json_text(data)) == data


@pytest.mark.parametrize(("value", "error"), [(-2.51, 20.7232658369464), (0.1, 0.3), (-1e16, 1.0), (1.0, 0.0)])
def test_a_bound_with_one_side_has_no_error_but_a_least_value(value: float, error: float) -> None:
    data = verdict_dict(replace(BOUNDS, estimates=(replace(BOUNDS.estimates[-1], value=value, error=error),)))
    (known,) = data["estimates"]
    exact = Fraction(value) - Fraction(error)
    assert known["error"] is None
    assert known["at_least"] <= exact < math.nextafter(math.nextafter(known["at_least"], math.inf), math.inf)
    assert all("at_least" not in other for other in verdict_dict(SCALAR)["estimates"])
