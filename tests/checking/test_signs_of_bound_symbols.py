"""What is certain of a symbol is said of it where it is bound: an index has no sign of its kind or of another."""

import pytest
from sympy import Integer, log, sqrt

from elbo_check import laws
from elbo_check.derivation import Statement
from elbo_check.nodes import Bernoulli, Expectation, Uniform, free_symbols, function, indexed_sum, sequence
from elbo_check.symbols import author_form, bit, count, positive, real, unit
from tests.checking.test_defined import outcome, through_log

x, r, t, v = (real(name) for name in ("x", "r", "t", "v"))
u, b, s = unit("u"), bit("b"), positive("s")
i, k, m, n = (count(name) for name in ("i", "k", "m", "n"))
f = function("f")
entries, numbers = sequence(x), sequence(s)
FAR = Integer(1000)

with author_form():
    less = indexed_sum(numbers[k], k, n + 1) - numbers[i]
    FALSE = {
        "a unit index": FAR + indexed_sum(1 - u, u, n),
        "a unit index beside a function": FAR + indexed_sum((1 - u) * f(u) ** 2, u, n),
        "an index from −m": FAR + indexed_sum(indexed_sum(k, k, n, -m) - r, r, n, -m),
        "an index that a mean binds anew": FAR
        + indexed_sum(numbers[i] + Expectation(Uniform(n + 5)(i), less), i, n + 1),
        "a range that a mean binds anew": FAR
        + indexed_sum(Expectation(Uniform(n + 5)(i), (n + 1 - i) * s) + 1 / i, i, n),
        "an end that a mean binds anew": FAR
        + indexed_sum(
            indexed_sum(Expectation(Uniform(2)(m), indexed_sum(numbers[k], k, m + 1) - numbers[i]), i, m + 1), m, n
        ),
    }


@pytest.mark.parametrize("bound", FALSE.values(), ids=FALSE)
def test_no_bound_is_proved_by_the_sign_of_a_symbol_that_is_bound(bound) -> None:
    free = tuple(symbol for symbol in (n, m, s) if symbol in free_symbols(bound))
    assert outcome(*through_log(bound), free).outcome != "proved"


def test_an_assumption_is_one_whatever_its_bound_symbols_are_called() -> None:
    """x ≥ a²/Σ_t |t − 1000| says nothing of x where that sum is 0: n = 1000."""
    with author_form():
        said, asked = (indexed_sum(sqrt((one - 1000) ** 2), one, n, n) for one in (t, r))
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
        coins = Expectation(Bernoulli(u)(b), b)
        several = indexed_sum(2 * coins, u, n), 2 * indexed_sum(coins, u, n)
    for sides in (normal, doubled):
        assert outcome(sides, ((laws.algebra, "="),), (x, n)).outcome == "proved"
    assert outcome(several, ((laws.algebra, "="),), (n,)).outcome in ("proved", "undecided")
