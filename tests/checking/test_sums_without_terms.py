"""A divisor leaves a sum that may have no terms only where it is not 0 then: Σ_{k=1}^{m−1} 1/(m−1) is 0 for m = 1.

Some of these steps were proved once: readings that meet no such count see nothing, so that the law has to object.
"""

import pytest
from sympy import Integer, exp, log, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import Expectation, free_symbols, function, gaussian, indexed_sum, sequence
from elbo_check.symbols import author_form, count, positive, real

x, y, z, s = real("x"), real("y"), real("z"), positive("s")
n, m, k, i, j, M = (count(name) for name in ("n", "m", "k", "i", "j", "M"))
A, G, f, N = positive("a"), real("g"), function("f"), gaussian(0, 1)
a, g = sequence(A), sequence(G)


def outcome(left, right, law, assuming=()):
    free = free_symbols(left) | free_symbols(right) | {name for one in assuming for name in free_symbols(one.left)}
    parameters = tuple(sorted(free, key=str))
    step = Step("s", left, right, law)
    chain = Chain(Statement(left, right), (step,), parameters, assuming=assuming)
    return check(Derivation("t", "T", "t", (), (chain,), ("none",)), 30).outcome


with author_form():
    SQUARE, LESS = (n - 7) ** 2, m - 1
    HIDDEN = 1 / ((SQUARE - k) + k)  # inside the sum it is at least k, and in its place (n − 7)² may be 0
    OF_SQUARE, OF_LESS = indexed_sum(HIDDEN, k, SQUARE), indexed_sum(1 / ((LESS - k) + k), k, LESS)
    SHARES = indexed_sum(a[k] / indexed_sum(a[j], j, LESS), k, LESS)
    CUBE_ROOT = indexed_sum(exp(-log((SQUARE**3 - k) + k) / 3), k, SQUARE)
    FALSE = {
        "a square that may be 0": (OF_SQUARE, n / n, laws.algebra),
        "times x": (x * OF_SQUARE, x * 1, laws.algebra),
        "under a mean": (Expectation(N, z**2 * OF_SQUARE, z), Expectation(N, z**2, z), laws.linearity),
        "by another law": (OF_SQUARE, n / n, laws.log_of_product),
        "n − 1": (OF_LESS, m / m, laws.algebra),
        "weights": (indexed_sum(k / indexed_sum(j, j, LESS), k, LESS), m / m, laws.algebra),
        "shares": (SHARES, m / m, laws.algebra),
        "shares under a mean": (Expectation(N, z * SHARES, z), Expectation(N, z, z), laws.linearity),
        "shares within a sum": (
            indexed_sum(indexed_sum(i / indexed_sum(j, j, k - 1), i, k - 1) + k, k, n),
            indexed_sum(1 + k, k, n),
            laws.algebra,
        ),
        "to an index from 0": (
            indexed_sum(m + indexed_sum(1 / ((m - k) + k), k, m), m, M, 0),
            indexed_sum(m + 1, m, M, 0),
            laws.algebra,
        ),
        "a root": (indexed_sum(1 / sqrt((SQUARE**2 - k) + k), k, SQUARE), n / n, laws.algebra),
        "a third root": (x * CUBE_ROOT**3, x * 1, laws.algebra),
        "sums in another order": (
            indexed_sum(indexed_sum(i * HIDDEN, k, SQUARE), i, n), indexed_sum(i, i, n), laws.exchange_of_sums,
        ),
        "set apart from the last term": (OF_LESS, m / m, laws.last_term),
        "shares without the last": (SHARES, m / m, laws.last_term),
        "a power that may be 0": (
            indexed_sum(indexed_sum(k / k * exp(1 / ((m - k) + k)), k, m) ** m, m, M, 0),
            exp(Integer(1)) * indexed_sum(m**m, m, M, 0),
            laws.algebra,
        ),
    }  # fmt: skip
    TRUE = {
        "a sum with a term": (indexed_sum(k / k * x / n, k, n), x * 1, laws.algebra),
        "weights": (indexed_sum(k / indexed_sum(j, j, n), k, n), n / n, laws.algebra),
        "shares": (x * indexed_sum(a[k] / indexed_sum(a[j], j, n), k, n), x * 1, laws.algebra),
        "shares under a mean": (
            Expectation(N, z * indexed_sum(a[k] / indexed_sum(a[j], j, n), k, n), z), Expectation(N, z, z),
            laws.linearity,
        ),
        "shares within a sum": (
            indexed_sum(indexed_sum(a[i] / indexed_sum(a[j], j, k), i, k), k, n), n * 1, laws.algebra,
        ),
        "from another index": (
            indexed_sum(indexed_sum(f(i) / (i * k), i, n, k), k, n),
            indexed_sum(indexed_sum(f(i) / i, i, n, k) / k, k, n), laws.algebra,
        ),
        "what is not 0": (indexed_sum(g[k] / m, k, LESS), indexed_sum(g[k], k, LESS) / m, laws.algebra),
        "a positive number": (indexed_sum(g[k] / s, k, LESS), indexed_sum(g[k], k, LESS) / s, laws.algebra),
        "apart from the ends": (indexed_sum(g[k] / y, k, LESS), indexed_sum(g[k], k, LESS) / y, laws.algebra),
        "a sum that is not 0": (
            indexed_sum(k / (1 + m * y**2), k, LESS), indexed_sum(k, k, LESS) / (1 + m * y**2), laws.algebra,
        ),
        "a logarithm": (indexed_sum(k * log(m), k, LESS), log(m) * indexed_sum(k, k, LESS), laws.algebra),
        "roots": (indexed_sum(k * sqrt(m + y**2), k, LESS), sqrt(m + y**2) * indexed_sum(k, k, LESS), laws.algebra),
        "a power": (indexed_sum(k * y**m, k, LESS), y**m * indexed_sum(k, k, LESS), laws.algebra),
        "two sums": (
            indexed_sum(indexed_sum(i / j, j, LESS), i, LESS), indexed_sum(i, i, LESS) * indexed_sum(1 / j, j, LESS),
            laws.algebra,
        ),
        "within it": (
            indexed_sum((g[k] + k) * HIDDEN, k, SQUARE),
            indexed_sum(g[k] * HIDDEN, k, SQUARE) + indexed_sum(k * HIDDEN, k, SQUARE), laws.algebra,
        ),
        "a mean": (
            Expectation(N, z**2 * OF_SQUARE, z), Expectation(N, z**2, z) * OF_SQUARE, laws.linearity,
        ),
    }  # fmt: skip


ASSUMED = (Statement(SQUARE, y),)


@pytest.mark.parametrize("case", FALSE)
def test_no_divisor_leaves_a_sum_that_may_have_no_terms(case):
    left, right, law = FALSE[case]
    assert law.objection(left, right)
    assert outcome(left, right, law) != "proved"


@pytest.mark.parametrize("case", TRUE)
def test_what_is_a_number_without_the_index_leaves_a_sum(case):
    left, right, law = TRUE[case]
    assert outcome(left, right, law) == "proved"


def test_what_an_assumption_makes_the_number_of_terms_does_not_leave():
    with author_form():
        whole = x * indexed_sum(1 / ((y - k) + k), k, SQUARE)
        assert outcome(whole, x * 1, laws.assumption, ASSUMED) == "undecided"
        assert outcome(x * indexed_sum(k / k, k, SQUARE), x * y, laws.assumption, ASSUMED) == "proved"
