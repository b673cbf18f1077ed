"""Powers whose exponent is a symbol: s^y is e^(y log s) for s > 0, and xⁿ for a whole n what it is for any x."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..nodes import Value
from ..reading import written_out
from ..symbols import at_least, known
from .polynomials import ONE, Monomial, Polynomial, Ratio, constant, generator
from .roots import reduced
from .signs import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["lowered", "power_of"]

Values = Mapping[str, Ratio]


def power_of(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Read a power; a whole one falls apart by what its exponent is there, and not by how that is written.

    A density q may be 0, and then so is q^n for n ≥ 1, but q^0 is 1: of n that may be 0 that is no exponential.
    """
    written = written_out(node)
    base = form.inside(node.base, values)
    if written.is_Pow:
        power: Ratio = form.reader.power(base, node.exp)
        return reduced(power, form.terms)
    if not known(node.exp, "integer"):
        return form.inside(written, values)
    times, inner = form.inside(node.exp, values), node.base
    while inner.is_Pow and known(inner.exp, "integer") and not inner.has(Value):  # (xⁿ)ᵐ is x^(n m)
        times, inner = times * form.inside(inner.exp, values), inner.base
        base = form.inside(inner, values)
    open_ended = not any(at_least(end, 1) for end in (node.exp, -node.exp))
    if node.base.has(Value) and open_ended and _number(times) is None:
        return _term(form, base, times)
    return reduced(_whole(form, base, times), form.terms)


def lowered(form: NormalForm, base: Ratio, exponent: Ratio) -> Ratio:
    """Return x^(n − 1) for x and n: xⁿ/x where x divides no 0, and a term of its own elsewhere."""
    if _is_no_divisor_of_zero(form, base):
        return generator(form.terms.make(("power",), base, exponent, signed=_signed(form, base, exponent))) / base
    return _term(form, base, exponent - constant(1))


def _is_no_divisor_of_zero(form: NormalForm, base: Ratio) -> bool:
    """Whether no product with a base is 0 but that with 0: 1 − b is none for a bit b, nor is √(x²) + x."""
    single = base.whole.single if base.whole is not None else None
    return single is not None and form.terms.known_powers.keys().isdisjoint(factor for factor, _ in single[0])


def _whole(form: NormalForm, base: Ratio, times: Ratio) -> Ratio:
    """Return (c x y/s)ⁿ as |c|ⁿ (±1)ⁿ xⁿ yⁿ e^(−n log s); a sum has the sign of its first term taken out."""
    number = _number(times)
    if number is not None:
        return base**number
    if base.whole is None:
        bottom = Ratio(base.denominator)
        if not form.terms.is_positive(bottom):
            return _term(form, base, times)
        return _whole(form, Ratio(base.numerator), times) * form.exp(-times * form.log(bottom))
    if base.whole.single is not None:
        return _of_factors(form, *base.whole.single, times)
    if form.terms.is_positive(base):
        return form.exp(times * form.log(base))
    first = min(base.numerator.terms, key=sorted, default=None)
    if first is None or base.numerator.terms[first] > 0:
        return _of_base(form, base, times, single=False)
    return _of_number(form, Fraction(-1), times) * _of_base(form, -base, times, single=False)


def _of_factors(form: NormalForm, monomial: Monomial, number: Fraction, times: Ratio) -> Ratio:
    result = _of_number(form, number, times)
    for factor, exponent in monomial:
        one = generator(factor)
        if form.terms.is_positive(one):
            result = result * form.exp(times * constant(Fraction(exponent)) * form.log(one))
        else:  # roots are taken of what is positive alone
            result = result * _of_base(form, one, times, single=True) ** int(exponent)
    return result


def _of_base(form: NormalForm, base: Ratio, times: Ratio, single: bool) -> Ratio:
    """Return xⁿ for one x, or for a sum: n ≥ 1 is (n − 1) + 1, so that nothing is divided by but where n may be < 0.

    Of a sum, powers are whole terms: (x² − 1)²ⁿ is not negative. Where an exponent may be negative, an x of 0 has been
    excluded, as that side has no value there.
    """
    if form.terms.is_positive(-times):
        return _of_base(form, base, -times, single).inverse()
    if form.terms.is_bit_itself(base):
        return base if form.terms.is_positive(times) else _term(form, base, times)
    parts = _parts(form, times)
    if parts is None:
        return _term(form, base, times)
    result, left = constant(1), times.numerator.terms.get(ONE, Fraction(0))
    for monomial, often, least in parts:
        low = least if single else 0
        left = left + often * low
        below = Ratio(Polynomial({monomial: Fraction(1)})) - constant(low)
        result = result * _term(form, base, below) ** often
    if left < 0 and (not single or form.terms.sign(times) is not Sign.UNKNOWN):
        return _term(form, base, times)
    return result * base ** int(left)


def _parts(form: NormalForm, times: Ratio) -> list[tuple[Monomial, int, int]] | None:
    """Return an exponent as whole multiples of what is whole and not negative, each with what it is not below."""
    found: list[tuple[Monomial, int, int]] = []
    for monomial, often in sorted(times.numerator.terms.items(), key=str):
        least = form.terms.least_of(monomial)
        if times.whole is None or often.denominator != 1 or least is None or (often < 0 and monomial):
            return None
        found += [(monomial, int(often), least)] if monomial else []
    return found


def _number(times: Ratio) -> int | None:
    """Return an exponent that is a number."""
    if times.whole is None or times.whole.terms.keys() - {ONE}:
        return None
    return int(times.whole.terms.get(ONE, Fraction(0)))


def _of_number(form: NormalForm, number: Fraction, times: Ratio) -> Ratio:
    """Return cⁿ: |c|ⁿ, times (−1)ⁿ where c is negative, of which the square is 1."""
    size = abs(number)
    result = constant(1) if size == 1 else form.exp(times * form.log(constant(size)))
    if number > 0:
        return result
    odd, negative = _modulo_two(form, times)
    turned = form.terms.make(("power",), constant(-1), odd) if odd.numerator.terms else None
    if turned is not None:
        form.terms.known_powers[turned] = (2, constant(1))
        result = result * generator(turned)
    return -result if negative else result


def _modulo_two(form: NormalForm, times: Ratio) -> tuple[Ratio, bool]:
    """Return an exponent of −1 without even multiples of what is whole, and whether a 1 was left over."""
    kept: dict[Monomial, Fraction] = {}
    for monomial, often in times.numerator.terms.items():
        whole = times.whole is not None and often.denominator == 1 and form.terms.least_of(monomial) is not None
        kept[monomial] = often % 2 if whole else often
    negative = times.whole is not None and kept.get(ONE) == 1
    odd = {monomial: often for monomial, often in kept.items() if often and not (negative and monomial == ONE)}
    return Ratio(Polynomial(odd), times.denominator), negative


def _term(form: NormalForm, base: Ratio, times: Ratio) -> Ratio:
    """Return a power as one term."""
    return generator(form.terms.make(("power",), base, times, signed=_signed(form, base, times)))


def _signed(form: NormalForm, base: Ratio, times: Ratio) -> Sign:
    """Return what is known of the sign of a power: an even one is not negative."""
    odd, negative = _modulo_two(form, times)
    even = not (odd.numerator.terms or negative)
    return Sign.NOT_NEGATIVE if even or form.terms.sign(base) is not Sign.UNKNOWN else Sign.UNKNOWN
