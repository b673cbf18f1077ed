"""What is certain of a symbol is said of it where it is bound: an index from −m has no sign."""

import pytest
from sympy import Integer, log, sqrt

from elbo_check import laws
from elbo_check.derivation import Statement
from elbo_check.nodes import Expectation, Uniform, free_symbols, function, indexed_sum, sequence
from elbo_check.symbols import author_form, count, positive, real
from tests.checking.test_defined import outcome, through_log

x, v = real("x"), real("v")
s = positive("s")
i, k, m, n = (count(name) for name in ("i", "k", "m", "n"))
f = function("f")
entries, numbers = sequence(x), sequence(s)
FAR = Integer(1000)

with author_form():
    less = indexed_sum(numbers[k], k, n + 1) - numbers[i]
    FALSE = {
        "an index from −m": FAR + indexed_sum(indexed_sum(k, k, n, -m) - i, i, n, -m),
        "the square of an index from −m": FAR + indexed_sum(i * f(i) ** 2, i, n, -m),
        "an index that a mean binds anew": FAR
        + indexed_sum(numbers[i] + Expectation(Uniform(n + 5)(i), less), i, n + 1),
        "a range that a mean binds anew": FAR
        + indexed_sum(Expectation(Uniform(n + 5)(i), (n + 1 - i) * s) + 1 / i, i, n),
        "an end that a mean binds anew": FAR
        + indexed_sum(
            indexed_sum(Expectation(Uniform(2)(m), indexed_sum(numbers[k], k, m + 1) - numbers[i]), i, m + 1), m, n
        ),
    }


@pytest.mark.endurance
@pytest.mark.parametrize("bound", FALSE.values(), ids=FALSE)
def test_no_bound_is_proved_by_the_sign_of_a_symbol_that_is_bound(bound) -> None:
    free = tuple(symbol for symbol in (n, m, s) if symbol in free_symbols(bound))
    assert outcome(*through_log(bound), free).outcome != "proved"


@pytest.mark.endurance
def test_an_assumption_is_one_whatever_its_bound_symbols_are_called() -> None:
    """x ≥ a²/Σ_i |i − 1000| says nothing of x where that sum is 0: n = 1000."""
    with author_form():
        said, asked = (indexed_sum(sqrt((one - 1000) ** 2), one, n, n) for one in (i, k))
        assumed = (Statement(v**2, x * said, "≤"),)
        sides = (x, x * asked / asked, v**2 / asked, Integer(0))
        steps = ((laws.algebra, "="), (laws.assumption, "≥"), (laws.nonnegativity, "≥"))
    assert outcome(sides, steps, (x, v, n), assuming=assumed).outcome != "proved"


def test_letters_that_are_bound_twice_are_no_error() -> None:
    with author_form():
        root = sqrt(indexed_sum(entries[i] ** 2, i, n) + 1)
        normal = indexed_sum(entries[i] / root, i, n), indexed_sum(entries[i], i, n) / root
        inner = log(1 + indexed_sum(entries[i] ** 2, i, n) + entries[i] ** 2)
        doubled = indexed_sum(2 * inner, i, n), 2 * indexed_sum(inner, i, n)
    for sides in (normal, doubled):
        assert outcome(sides, ((laws.algebra, "="),), (x, n)).outcome == "proved"
