"""Laws of constants that go along with the same sizes, and rationals as people write them."""

from fractions import Fraction

import numpy as np
import pytest

from elbo_check.diagnosis.formula import ONE, law
from elbo_check.diagnosis.quantities.gaussian_nll import LOG_2PI
from elbo_check.diagnosis.snapping import constant_laws, rational

SIZES = [{"B": b, "d": d} for b, d in ((2, 3), (4, 5), (3, 8), (7, 12), (5, 4), (9, 2))]
LOG = np.log(2 * np.pi)


def found(function, sizes=SIZES, tolerance=1e-9):
    values = np.array([function(**each) for each in sizes])
    return constant_laws(values, sizes, tolerance, (ONE, LOG_2PI))


def test_two_constants_beside_one_power_are_told_apart():
    assert found(lambda B, d: 0.5 * d * (1 + LOG)) == {ONE: law("1/2", d=1), LOG_2PI: law("1/2", d=1)}
    assert found(lambda B, d: -0.25 + 2 * LOG) == {ONE: law("-1/4"), LOG_2PI: law(2)}
    assert found(lambda B, d: B * d * LOG / 3) == {LOG_2PI: law("1/3", B=1, d=1)}


def test_two_constants_beside_two_powers_are_told_apart():
    laws = found(lambda B, d: d * (0.5 + LOG) - B * (1.5 - 0.5 * LOG))
    assert laws == {ONE: law("1/2", d=1) + law("-3/2", B=1), LOG_2PI: law(1, d=1) + law("1/2", B=1)}
    assert found(lambda B, d: d * (0.5 + LOG) - 2 * B) == {
        ONE: law("1/2", d=1) + law(-2, B=1), LOG_2PI: law(1, d=1)
    }  # fmt: skip


def test_what_is_no_sum_of_small_rationals_is_left_alone():
    assert found(lambda B, d: d * (np.sqrt(2) + np.sqrt(3) * LOG)) is None
    assert found(lambda B, d: np.sin(d) + np.cos(B)) is None


def test_what_is_known_roughly_is_not_taken_apart():
    assert found(lambda B, d: 0.5 * d * (1 + LOG), tolerance=1e-3) != {ONE: law("1/2", d=1), LOG_2PI: law("1/2", d=1)}


def test_few_sizes_show_no_sum():
    assert found(lambda B, d: d + 2 * B * LOG, SIZES[:3]) is None


@pytest.mark.parametrize(
    ("value", "tolerance", "expected"),
    [
        (-0.00025, 1e-9, Fraction(-1, 4000)),
        (0.0037, 1e-9, Fraction(37, 10000)),
        (1 / 100352, 1e-9, Fraction(1, 100352)),
        (0.123456789, 1e-9, None),
        (0.00025, 1e-3, None),
        (1e-12, 1e-9, None),
        (float("nan"), 1e-9, None),
        (0.0, 1e-9, None),
    ],
)
def test_decimals_and_counts_are_rationals_unless_chance_would_find_them(value, tolerance, expected):
    assert rational(value, tolerance) == expected


def test_where_no_size_varies_there_are_no_three_parts():
    values = np.array([0.1234567, 0.7654321, 0.3141592, 0.2718281])
    assert constant_laws(values, [{"B": 2, "d": 3}] * 4, 1e-9, (ONE, LOG_2PI)) is None
