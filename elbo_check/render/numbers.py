"""Numbers for people: as many digits as the evidence carries, and every rounding outwards."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

__all__ = [
    "WIDEST_NUMBER",
    "aligned",
    "exact_text",
    "integer_text",
    "interval_text",
    "lower_bound_text",
    "number_text",
    "plain",
    "rough_text",
    "rounded_up_text",
]

FLOAT_DIGITS = 17
WIDEST_NUMBER = 44  # a longer one is wrapped, and no column is made to hold it
FIXED_FROM, FIXED_BELOW = -5, 16  # powers of ten between which a value is written without an exponent
LONGEST_QUOTIENT = 24
_CHUNK = 4000  # Python refuses to print integers of more than 4,300 digits at once


def interval_text(value: Fraction | float, error: Fraction | float, most: int | None = None) -> tuple[str, str]:
    """Return value and error as decimals; the printed interval contains the true one.

    The error has two significant digits, rounded up; the value ends at the same decimal place, and what that
    moves it is part of the printed error. There are at most `most` significant digits, and for floats 17. Without
    an error, the value is exact and the second text is empty, as it is where the value is infinite.

    >>> interval_text(Fraction(2, 3), Fraction(1, 10**9))
    ('0.6666666667', '1.1e-9')
    >>> interval_text(Fraction(1, 8), 0)
    ('0.125', '')
    """
    if error == 0 or abs(value) == math.inf:
        return exact_text(value), ""
    if error == math.inf:
        return exact_text(value), "inf"
    centre, radius = Fraction(value), Fraction(error)
    place = _exponent(radius) - 1
    digits = FLOAT_DIGITS if isinstance(value, float) else most
    if digits and centre:
        place = max(place, _exponent(centre) - digits + 1)
    units = round(centre / _ten(place))
    if digits and abs(units) == 10**digits:  # rounded up to one digit more, which is a 0
        units, place = units // 10, place + 1
    return _decimal(units, place), rounded_up_text(radius + abs(centre - units * _ten(place)))


def lower_bound_text(bound: Fraction | float) -> str:
    """Return a bound from below with four significant digits, never more than it is.

    >>> lower_bound_text(-27.62311), lower_bound_text(Fraction(2, 3)), lower_bound_text(0.0)
    ('-27.63', '0.6666', '0')
    """
    exact = Fraction(bound)
    if exact == 0:
        return "0"
    place = _exponent(exact) - 3
    return _decimal(*_stripped(math.floor(exact / _ten(place)), place))


def rounded_up_text(size: Fraction | float) -> str:
    """Return a positive size with two significant digits, never less than it is.

    >>> rounded_up_text(Fraction(1, 3)), rounded_up_text(9.99e-31)
    ('0.34', '1.0e-30')
    """
    exact = Fraction(size)
    place = _exponent(exact) - 1
    units = math.ceil(exact / _ten(place))
    if units == 100:
        units, place = 10, place + 1
    return _decimal(units, place, fixed_from=-4, fixed_below=6)


def exact_text(value: Fraction | float) -> str:
    """Return a number that is known exactly: a short decimal, a short quotient, or ≈ and 17 digits.

    >>> exact_text(Fraction(-3, 8)), exact_text(Fraction(1, 3)), exact_text(0.1)
    ('-0.375', '1/3', '0.1')
    """
    if isinstance(value, float):
        return number_text(value)
    if value == 0:
        return "0"
    place = _exponent(value) - FLOAT_DIGITS + 1
    units = value / _ten(place)
    if units.denominator == 1:
        return _decimal(*_stripped(int(units), place))
    quotient = f"{integer_text(value.numerator)}/{integer_text(value.denominator)}"
    return quotient if len(quotient) <= LONGEST_QUOTIENT else "≈" + _decimal(round(units), place)


def number_text(value: Any) -> str:
    """Return a number as its owner would type it: integers with thousands marks, floats by their shortest digits.

    >>> number_text(14376), number_text(1e-09), number_text(0.5), number_text(2.0)
    ('14,376', '1e-9', '0.5', '2')
    """
    if getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        return plain(str(value))
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**15 else integer_text(value)
    if isinstance(value, Fraction):
        return exact_text(value)
    mantissa, mark, exponent = repr(float(value)).partition("e")
    mantissa = mantissa.removesuffix(".0")
    return f"{mantissa}e{int(exponent)}" if mark else mantissa


def rough_text(size: float, digits: int = 2) -> str:
    """Return a size of which only the first digits matter.

    >>> rough_text(1.0000000000000001e-09), rough_text(123456.7, 6)
    ('1e-9', '123457')
    """
    return number_text(float(f"{float(size):.{digits}g}"))


def aligned(texts: list[str], widest: int) -> list[str]:
    """Pad the numbers so that their decimal points stand in one column, as far as they fit into `widest`.

    >>> aligned(["0.25", "12.5", "3"], 40)
    [' 0.25', '12.5 ', ' 3   ']
    """
    heads = [len(text.partition("e")[0].partition(".")[0]) for text in texts]
    shifted = [" " * (max(heads, default=0) - head) + text for head, text in zip(heads, texts, strict=True)]
    width = max((len(text) for text in shifted if len(text) <= widest), default=0)
    return [text.ljust(width) for text in shifted]


def plain(text: str) -> str:
    r"""Return text on one line, with everything escaped that a terminal might obey instead of showing.

    >>> print(plain("mu\x1b[31m of\n  x"))
    mu\x1b[31m of x
    """
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


def integer_text(number: int) -> str:
    """Return the decimal digits of an integer of any size."""
    sign, rest, chunks = "-" if number < 0 else "", abs(number), []
    while rest >= 10**_CHUNK:
        rest, low = divmod(rest, 10**_CHUNK)
        chunks.append(str(low).zfill(_CHUNK))
    return sign + str(rest) + "".join(reversed(chunks))


def _decimal(units: int, place: int, fixed_from: int = FIXED_FROM, fixed_below: int = FIXED_BELOW) -> str:
    """Write units·10^place, without an exponent if its leading digit lies in the fixed range."""
    sign, digits = "-" if units < 0 else "", integer_text(abs(units))
    exponent = len(digits) - 1 + place
    if units == 0:
        return "0"
    if fixed_from <= exponent < fixed_below:
        whole = (digits + "0" * max(place, 0)).zfill(max(-place, 0) + 1)
        return sign + (whole if place >= 0 else f"{whole[:place]}.{whole[place:]}")
    point = "." if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{point}{digits[1:]}e{exponent}"


def _stripped(units: int, place: int) -> tuple[int, int]:
    """Drop trailing zeros."""
    while units % 10 == 0:
        units, place = units // 10, place + 1
    return units, place


def _exponent(number: Fraction) -> int:
    """Return the power of ten of the leading digit, exactly."""
    size = abs(number)
    guess = math.floor((size.numerator.bit_length() - size.denominator.bit_length()) * math.log10(2))
    while _ten(guess) > size:
        guess -= 1
    while _ten(guess + 1) <= size:
        guess += 1
    return guess


def _ten(power: int) -> Fraction:
    return Fraction(10) ** power
