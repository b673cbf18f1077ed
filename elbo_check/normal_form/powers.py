"""Powers whose exponent is a symbol: s^y is e^(y log s) for s > 0, and xⁿ for a whole n what it is for any x."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from ..nodes import Value
from ..reading import written_out
from ..symbols import at_least, known
from .polynomials import ONE, Ratio, constant, generator
from .roots import reduced
from .signs import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["lowered", "power_of"]

Values = Mapping[str, Ratio]


def power_of(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Read a power; xⁿ is e^(n log x) only where x is certainly positive, and otherwise a term of its own.

    A density q may be 0, and then so is q^n for n ≥ 1, but q^0 is 1: of n that may be 0 that is no exponential.
    """
    written = written_out(node)
    base = form.inside(node.base, values)
    if written.is_Pow:
        power: Ratio = form.reader.power(base, node.exp)
        return reduced(power, form.terms)
    if not known(node.exp, "integer"):
        return form.inside(written, values)
    if node.base.has(Value) and not any(at_least(end, 1) for end in (node.exp, -node.exp)):
        return _term(form, base, node.exp, values)
    if form.terms.is_positive(base):
        return form.inside(written, values)
    return reduced(_whole(form, base, node.exp, values), form.terms)


def _whole(form: NormalForm, base: Ratio, exponent: Any, values: Values) -> Ratio:
    """Return x^(n + 1) as xⁿ x, and x^(2 n) as the square of xⁿ: for every n, both are the same polynomial in x."""
    if exponent.is_Integer:
        return base ** int(exponent)
    parts = () if form.terms.is_bit_itself(base) else exponent.args
    below = any(part.is_Integer and part.is_negative for part in parts) and not _is_no_divisor_of_zero(form, base)
    if exponent.is_Add and parts and not below and all(known(part, "integer") for part in parts):
        result = constant(1)
        for part in parts:
            result = result * _whole(form, base, part, values)
        return result
    number = next((part for part in parts if exponent.is_Mul and part.is_Integer), None)
    rest = [part for part in parts if part is not number]
    if number is not None and all(known(part, "integer") for part in rest):
        with sympy.evaluate(False):
            return _whole(form, base, sympy.Mul(*rest), values) ** int(number)
    return _of_factors(form, base, exponent, values)


def _is_no_divisor_of_zero(form: NormalForm, base: Ratio) -> bool:
    """Whether no product with a base is 0 but that with 0: 1 − b is none for a bit b, nor is √(x²) + x."""
    single = base.whole.single if base.whole is not None else None
    return single is not None and form.terms.known_powers.keys().isdisjoint(factor for factor, _ in single[0])


def lowered(form: NormalForm, base: Ratio, exponent: Ratio) -> Ratio:
    """Return x^(n − 1) for x and n: xⁿ/x where x divides no 0, and a term of its own elsewhere."""
    if _is_no_divisor_of_zero(form, base):
        return generator(form.terms.make(("power",), base, exponent)) / base
    return generator(form.terms.make(("power",), base, exponent - constant(1)))


def _of_factors(form: NormalForm, base: Ratio, exponent: Any, values: Values) -> Ratio:
    """Return (c x y/s)ⁿ as |c|ⁿ (±1)ⁿ xⁿ yⁿ e^(−n log s); the power of a sum, or of its opposite, is one term."""
    single = base.whole.single if base.whole is not None else None
    bottom = Ratio(base.denominator)
    if base.whole is None and form.terms.is_positive(bottom):
        below = form.exp(-form.inside(exponent, values) * form.log(bottom))
        return _whole(form, Ratio(base.numerator), exponent, values) * below
    if single is None:
        first = min(base.numerator.terms, key=sorted, default=None)
        if first is None or base.numerator.terms[first] > 0:
            return _term(form, base, exponent, values)
        return _of_number(form, Fraction(-1), exponent, values) * _term(form, -base, exponent, values)
    monomial, number = single
    result = _of_number(form, number, exponent, values)
    for factor, times in monomial:
        one = generator(factor)
        if form.terms.is_positive(one):
            amount = form.inside(exponent, values) * constant(Fraction(times))
            result = result * form.exp(amount * form.log(one))
        else:  # roots are taken of what is positive alone
            result = result * _term(form, one, exponent, values) ** int(times)
    return result


def _of_number(form: NormalForm, number: Fraction, exponent: Any, values: Values) -> Ratio:
    """Return cⁿ: |c|ⁿ, times (−1)ⁿ where c is negative, of which the square is 1."""
    size = sympy.Rational(abs(number.numerator), number.denominator)
    with sympy.evaluate(False):
        result = constant(1) if size == 1 else form.inside(sympy.exp(exponent * sympy.log(size)), values)
    if number > 0:
        return result
    times = form.inside(exponent, values)
    shift = times.whole.terms.get(ONE, Fraction(0)) if times.whole is not None else Fraction(0)
    shift = shift if shift.denominator == 1 else Fraction(0)  # (−1)^(n − 1) is −(−1)ⁿ
    turned = form.terms.make(("power",), constant(-1), times - constant(shift))
    form.terms.known_powers[turned] = (2, constant(1))
    return result * generator(turned) * constant(-1 if shift % 2 else 1)


def _term(form: NormalForm, base: Ratio, exponent: Any, values: Values) -> Ratio:
    """Return a power as one term; (xⁿ)ᵐ is x^(n m), and bⁿ of a bit is b."""
    if form.terms.is_bit_itself(base) and (at_least(exponent, 1) or known(exponent, "positive")):
        return base
    even = known(exponent / 2, "integer") or form.terms.sign(base) is not Sign.UNKNOWN
    times = form.inside(exponent, values)
    inner = form.terms.meaning(base, ("power",))
    if inner is not None:
        base, times = inner[0], inner[1] * times
    signed = Sign.NOT_NEGATIVE if even else Sign.UNKNOWN
    return generator(form.terms.make(("power",), base, times, signed=signed))
