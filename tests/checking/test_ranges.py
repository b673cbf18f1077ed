"""An index runs from one end to the other: k ≥ 0, or k ≤ n, and no more than that is certain of it."""

import pytest
from sympy import Integer, exp, log, sqrt

from elbo_check import laws
from elbo_check.checking.certain_signs import CertainSigns
from elbo_check.checking.ranges import NO_RANGES, with_in_place
from elbo_check.derivation import Statement
from elbo_check.errors import DerivationError
from elbo_check.nodes import Bernoulli, Expectation, Uniform, function, indexed_sum
from elbo_check.symbols import author_form, bit, count, positive, real
from tests.checking.test_defined import doubt, outcome, through_log

n, m, i, j, k = (count(name) for name in ("n", "m", "i", "j", "k"))
x, s, b, f = real("x"), positive("s"), bit("b"), function("f")
ONE, ZERO = Integer(1), Integer(0)

with author_form():
    CERTAIN = {
        "from 0": indexed_sum(log(1 + k), k, n - 1, 0),
        "a root of an index from 0": indexed_sum(sqrt(k) * sqrt(n - k), k, n, 0),
        "a sum from 0 itself": log(indexed_sum(exp(f(k)), k, n, 0)),
        "to n": indexed_sum(log(n + 1 - k), k, n),
        "to n, beside a positive number": indexed_sum(log(s + n - k), k, n, 0),
        "a range within a range": indexed_sum(indexed_sum(1 / (n + 1 - k), k, i), i, n),
        "to one less than another index": indexed_sum(indexed_sum(1 / (j - i), i, j - 1), j, n),
        "from another index": indexed_sum(indexed_sum(log(k - i + s), k, n, i), i, n),
        "from where an index is not certain": indexed_sum(indexed_sum(log(1 + k), k, n, n - i), i, n),
        "a uniform index": Expectation(Uniform(n)(i), log(n + 1 - i)),
        "a mean over a uniform index": log(Expectation(Uniform(n)(i), n + 1 - i)),
        "with a sum in it that binds another": indexed_sum(log(n - k + indexed_sum(exp(f(i)), i, n)), k, n),
    }
    DOUBTED = {
        "from 0 to what may be 0": indexed_sum(log(k), k, n - 1, 0),
        "to more than a number": indexed_sum(log(1000 - k), k, n),
        "to n, one less": indexed_sum(log(n - k), k, n),
        "from −9": indexed_sum(log(9 + k), k, n, -9),
        "a range within a range, one less": indexed_sum(indexed_sum(1 / (n - k), k, i), i, n),
        "to another index": indexed_sum(indexed_sum(1 / (j - i), i, j), j, n),
        "to another number": indexed_sum(log(n + 50 - k), k, m),
        "a uniform index, to more": Expectation(Uniform(n + 1)(i), log(n + 1 - i)),
        "a uniform index that is bound anew": indexed_sum(
            Expectation(Uniform(n + 5)(k), log(n + 1 - k)) / k, k, n
        ),
        "what is bound anew beside it": indexed_sum(
            log(n + 1 - k + Expectation(Uniform(n + 5)(k), n + 1 - k)), k, n
        ),
        "an index that is no count": indexed_sum(Expectation(Bernoulli(1 / (1 + k))(b), b), k, n, -2),
    }  # fmt: skip


@pytest.mark.parametrize("side", CERTAIN.values(), ids=CERTAIN)
def test_an_index_is_within_its_ends(side):
    assert doubt(side, (n, m, s)) == ""


@pytest.mark.parametrize("side", DOUBTED.values(), ids=DOUBTED)
def test_an_index_is_nothing_more(side):
    assert "has no value" in doubt(side, (n, m, s))


def test_nothing_is_said_of_a_sum_over_what_cannot_be_an_index():
    with author_form():
        whole = indexed_sum(Expectation(Bernoulli(1 / (1 + k))(b), exp(b)) * (n - k), k, n, -2)
    assert not CertainSigns(()).is_not_negative(whole)


def test_an_end_may_be_assumed_to_reach_no_further():
    with author_form():
        side = indexed_sum(log(n + 1 - k), k, m)
    assert doubt(side, (n, m), (Statement(m, n, "≤"),)) == ""
    assert "has no value" in doubt(side, (n, m), (Statement(m, n, "≥"),))


def test_a_sum_of_logarithms_from_0_is_proved():
    with author_form():
        sides = indexed_sum(2 * log(1 + k), k, n - 1, 0), 2 * indexed_sum(log(1 + k), k, n - 1, 0)
    assert outcome(sides, ((laws.algebra, "="),), (n,)).outcome == "proved"


def test_a_bound_that_holds_for_short_sums_alone_is_not_proved():
    with author_form():
        far = 1000 + indexed_sum(3 - k, k, n - 1, 0)
    assert outcome(*through_log(far), (n,)).outcome != "proved"


def test_no_symbol_is_put_where_it_would_be_bound():
    with author_form():
        part = k + indexed_sum(i * k, i, n)
    assert with_in_place(part, k, n) == n + indexed_sum(i * n, i, n)
    for symbol, meaning in ((k, i + 1), (i, n)):
        with pytest.raises(DerivationError, match="cannot stand for"):
            with_in_place(part, symbol, meaning)
    with author_form():
        assert len(list(NO_RANGES.over(k, ONE, i).placed(part))) == 1
        assert len(list(NO_RANGES.over(k, ONE, n).placed(part))) == 2


def test_the_index_of_a_sum_without_a_term_is_its_own_under_another_of_its_name():
    with author_form():
        rest = indexed_sum(s * (41 - k), k, n + 1) - s * (41 - i)
        side = indexed_sum(k * indexed_sum(log(rest), i, n + 1), k, Integer(2))
    assert "has no value" in doubt(side, (s, n))


def test_nor_is_a_divisor_not_0_for_an_index_of_its_own_because_another_of_its_name_ends_before():
    with author_form():
        side = indexed_sum(k / indexed_sum(s * (41 - k), k, n), k, Integer(40))
    assert "= 0" in doubt(side, (s, n))
