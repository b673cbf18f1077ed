from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.render.numbers import (
    WIDEST_NUMBER,
    aligned,
    exact_text,
    integer_text,
    interval_text,
    number_text,
    plain,
    rough_text,
    rounded_up_text,
)

scales = st.integers(-700, 700)
rationals = st.builds(lambda n, d, k: Fraction(n, d) * Fraction(10) ** k, st.integers(), st.integers(1, 10**40), scales)
sizes = st.builds(lambda n, k: Fraction(n) * Fraction(10) ** k, st.integers(1, 10**20), scales)
floats = st.floats(allow_nan=False, allow_infinity=False)


def contains(texts: tuple[str, str], value: Fraction | float, error: Fraction | float) -> bool:
    shown, radius = Fraction(texts[0]), Fraction(texts[1])
    return abs(shown - Fraction(value)) + Fraction(error) <= radius


@given(rationals, sizes)
def test_a_printed_interval_contains_the_proved_one_and_is_hardly_wider(value: Fraction, error: Fraction) -> None:
    texts = interval_text(value, error)
    assert contains(texts, value, error)
    assert Fraction(texts[1]) <= error * Fraction(6, 5)


@given(floats, st.floats(min_value=5e-324, max_value=1e300))
def test_a_printed_interval_of_floats_contains_the_true_one_within_17_digits(value: float, error: float) -> None:
    texts = interval_text(value, error)
    assert contains(texts, value, error)
    digits = texts[0].partition("e")[0].replace(".", "").lstrip("-0")
    assert len(digits) <= 17


def test_a_number_that_is_rounded_up_to_a_power_of_ten_has_no_digit_more() -> None:
    for value in (1e-14, -1e-14):
        texts = interval_text(value, 1.5e-196)
        assert texts[0].lstrip("-") == "1.0000000000000000e-14"
        assert contains(texts, value, 1.5e-196)


@given(rationals, sizes, st.integers(1, 40))
def test_no_more_digits_are_printed_than_asked_for(value: Fraction, error: Fraction, most: int) -> None:
    texts = interval_text(value, error, most)
    assert contains(texts, value, error)
    assert len(texts[0].partition("e")[0].replace(".", "").strip("-0")) <= most


def test_the_containment_test_can_fail() -> None:
    assert not contains(("0.333", "0.0001"), Fraction(1, 3), Fraction(1, 10**4))


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (Fraction(2, 3), Fraction(1, 10**30), ("0.6666666666666666666666666666667", "1.1e-30")),
        (Fraction(123456789), 25000, ("123457000", "26000")),
        (Fraction(-1, 2), Fraction("0.00121"), ("-0.5000", "0.0013")),
        (3e-32, 1e-30, ("0", "1.1e-30")),
        (4.9e-11, 1e-13, ("4.900e-11", "1.1e-13")),
        (Fraction(10) ** 20, 10**19, ("1.00e20", "1.0e19")),
        (Fraction(2), 2, ("2.0", "2.0")),
        (0.25, 0.0, ("0.25", "")),
        (Fraction(0), Fraction(1, 10), ("0", "0.10")),
        (float("inf"), 0.0, ("inf", "")),
        (float("inf"), float("inf"), ("inf", "")),
        (float("-inf"), Fraction(1), ("-inf", "")),
        (0.5, float("inf"), ("0.5", "inf")),
    ],
)
def test_intervals_read_as_people_write_them(value: Fraction, error: Fraction | float, shown: tuple[str, str]) -> None:
    assert interval_text(value, error) == shown


@given(sizes)
def test_a_size_is_rounded_up_to_two_digits(size: Fraction) -> None:
    shown = Fraction(rounded_up_text(size))
    assert size <= shown <= size * Fraction(11, 10)


@pytest.mark.parametrize(
    ("size", "shown"), [(99.1, "100"), (0.0001, "0.00011"), (999999, "1.0e6"), (9.99e-31, "1.0e-30")]
)
def test_rounding_up_carries_into_the_next_digit(size: float, shown: str) -> None:
    assert rounded_up_text(size) == shown


@given(rationals)
def test_an_exact_number_is_shown_exactly_or_marked_as_rounded(value: Fraction) -> None:
    text = exact_text(value)
    shown = Fraction(text.removeprefix("≈"))
    assert shown == value if not text.startswith("≈") else abs(shown - value) <= abs(value) * Fraction(1, 10**16)


def test_exact_numbers_read_as_people_write_them() -> None:
    values = [Fraction(0), Fraction(5), Fraction(-3, 8), Fraction(1, 3), Fraction(1, 3**50), 0.1]
    assert [exact_text(value) for value in values] == ["0", "5", "-0.375", "1/3", "≈1.3929555690985383e-24", "0.1"]


def test_numbers_of_every_kind_have_a_text() -> None:
    given = [
        14376,
        True,
        10**20,
        0.5,
        2.0,
        1e-9,
        float("inf"),
        np.float32(0.5),
        np.array(3),
        Fraction(1, 3),
        "a\tb",
        None,
    ]
    told = ["14,376", "True", "1" + "0" * 20, "0.5", "2", "1e-9", "inf", "0.5", "3", "1/3", "a b", "None"]
    assert [number_text(number) for number in given] == told


@given(floats)
def test_a_float_is_shown_by_its_shortest_digits(number: float) -> None:
    assert float(number_text(number)) == number


def test_integers_too_long_for_str_are_written() -> None:
    assert integer_text(-(10**9000) - 7) == "-1" + "0" * 8999 + "7"
    with pytest.raises(ValueError, match="limit"):
        str(10**9000)


def test_rough_sizes_show_their_first_digits() -> None:
    assert [rough_text(1.0000000001e-9), rough_text(Fraction(123456, 10), 3)] == ["1e-9", "12300"]


def test_decimal_points_stand_in_one_column() -> None:
    texts = aligned(["0.25", "-12.5", "3", "1.5e-300"], WIDEST_NUMBER)
    assert [text.find(".") for text in texts] == [3, 3, -1, 3]
    assert len({len(text) for text in texts}) == 1
    assert aligned([], WIDEST_NUMBER) == []


def test_a_very_long_number_does_not_widen_the_column() -> None:
    assert aligned(["0." + "3" * 99, "0.5"], WIDEST_NUMBER)[1] == "0.5"


@pytest.mark.endurance
@given(st.text())
def test_plain_text_is_one_printable_line(text: str) -> None:
    assert plain(text).isprintable()
    assert plain("mu\x1b[31m\u202e") == r"mu\x1b[31m\u202e"
