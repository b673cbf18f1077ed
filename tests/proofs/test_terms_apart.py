"""The first terms of a sum are set apart as the last ones are, and its index is counted from elsewhere."""

import pytest
from sympy import Integer, log

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import KL, Expectation, Value, free_symbols, function, gaussian, indexed_sum, sequence
from elbo_check.symbols import author_form, bit, count, positive, real

x, z, b = real("x"), real("z"), bit("b")
n, m, k, i, j, t, T = (count(name) for name in ("n", "m", "k", "i", "j", "t", "T"))
f, A, G, N = function("f"), positive("a"), real("g"), gaussian(0, 1)
a, g = sequence(A), sequence(G)


def outcome(*steps):
    every = {symbol for left, right, _ in steps for side in (left, right) for symbol in free_symbols(side)}
    made = tuple(Step(f"s{place}", *step) for place, step in enumerate(steps))
    chain = Chain(Statement(steps[0][0], steps[-1][1]), made, tuple(sorted(every, key=str)))
    return check(Derivation("t", "T", "t", (), (chain,), ("none",)), 30).outcome


def total(body, last, first=1):
    return indexed_sum(body, k, last, first)


with author_form():
    TRUE = {
        "the first": (total(g[k], n), g[1] + total(g[k], n, 2)),
        "of any function": (total(f(k, x), n), f(1, x) + total(f(k, x), n, 2)),
        "of what is counted from 0": (total(f(k - 1), n), f(0) + total(f(k - 1), n, 2)),
        "the one at 0": (total(f(k), n, 0), f(0) + total(f(k), n)),
        "those below 1": (total(f(k), n - 1, -1), f(-1) + f(0) + total(f(k), n) - f(n)),
        "from any index": (total(f(k), m + 1, n), total(f(k + 1), m, n - 1)),
        "a number of ones": (total(k / k, n, 2), n - 1),
        "two of n + 1": (total(g[k], n + 1), g[1] + g[2] + total(g[k], n + 1, 3)),
        "the first and the last": (total(g[k], n + 1), g[1] + total(g[k], n, 2) + g[n + 1]),
        "numbers": (total(k, 3, 2), Integer(5)),
        "a sum in each term": (
            total(indexed_sum(f(j) * g[k], j, k), n),
            f(1) * g[1] + total(indexed_sum(f(j) * g[k], j, k), n, 2),
        ),
        "shares": (x * total(a[k] / total(a[k], n + 1, 2), n + 1, 2), x * n / n),
        "counted from 2": (total(g[k + 1], n), total(g[k], n + 1, 2)),
        "counted from 1": (total(g[k - 1], n, 2), total(g[k], n - 1)),
        "within a function": (total(log(k + 1), n), total(log(k), n + 1, 2)),
        "within a divisor": (total(1 / (a[k + 1] + k), n, 2), total(1 / (a[k] + k - 1), n + 1, 3)),
        "a last one that has no value": (x * total(1 / (n - k), n - 1), total(1 / (n - k), n - 1) * x),
        "a first one that has no value": (x * total(1 / (k - 1), n, 2), total(1 / (k - 1), n, 2) * x),
        "a product that is counted": (
            total(f(k + 1) * indexed_sum(g[j + 1], j, n), n),
            indexed_sum(f(k) * indexed_sum(g[j], j, n + 1, 2), k, n + 1, 2),
        ),
        "what telescopes": (total(g[k + 1] - g[k], n), g[n + 1] - g[1]),
        "what telescopes from 2": (total(g[k] - g[k - 1], n, 2), g[n] - g[1]),
        "half of each": (
            total((g[k + 1] + g[k]) / 2, n), total((g[k + 1] + g[k]) / 2, n + 1) - (g[n + 2] + g[n + 1]) / 2,
        ),
        "a bit": (indexed_sum(f(b + 1) * b**2, b, 1, 0), indexed_sum(f(b + 1) * b, b, 1, 0)),
    }  # fmt: skip
    FALSE = {
        "the one at 0": (total(f(k), n - 2, 0), f(0) + total(f(k), n - 2)),
        "from any index": (total(f(k), m + 1, n), f(m + 1) + total(f(k), m, n)),
        "the second": (total(g[k], n), g[2] + total(g[k], n, 2)),
        "both left": (total(g[k], n), g[1] + total(g[k], n)),
        "two of n": (total(g[k], n), g[1] + g[2] + total(g[k], n, 3)),
        "ones from 3": (total(k / k, n, 3), n - 2),
        "ones from 2 to n − 1": (total(k / k, n - 1, 2), n - 2),
        "the first of n − 1": (total(g[k], n - 1), g[1] + total(g[k], n - 1, 2)),
        "the first of any": (total(g[k], (n - 7) ** 2), g[1] + total(g[k], (n - 7) ** 2, 2)),
        "counted from 1": (total(g[k + 1], n), total(g[k], n + 1)),
        "to n": (total(g[k + 1], n), total(g[k], n, 2)),
        "an end that is counted": (
            total(indexed_sum(f(k, j), j, k + 1), n), total(indexed_sum(f(k, j), j, k), n + 1, 2),
        ),
        "what telescopes": (total(g[k + 1] - g[k], n), g[n + 1]),
        "a divisor that is 0": (total(1 / ((n - 1 - k) + k), n, 2), n / n),
        "shares of none": (x * total(a[k] / total(a[k], n, 2), n, 2), x * n / n),
        "shares within": (total(indexed_sum(j / j / (k - 1), j, k - 1), n, 2), n * 1),
        "a last one that has no value": (total(1 / (n - k), n - 1), total(1 / (n - k), n - 1) + g[1]),
        "a bit": (indexed_sum(f(b + 1) * b**2, b, 1, 0), indexed_sum(f(b) * b, b, 1, 0)),
    }  # fmt: skip


@pytest.mark.parametrize("case", TRUE)
def test_first_and_last_terms_are_set_apart(case):
    assert not laws.last_term.objection(*TRUE[case])
    assert outcome((*TRUE[case], laws.last_term)) == "proved"


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", FALSE)
def test_no_term_is_set_apart_that_need_not_be_there(case):
    assert laws.last_term.objection(*FALSE[case])
    assert outcome((*FALSE[case], laws.last_term)) in ("refuted", "undecided")


def line(of, first_term):
    """Return how the closed form of Σ_t KL(q_t‖p_t) is ruled on, over the steps of a diffusion, the first one apart."""
    mu, nu, s = sequence(real("m")), sequence(real("h")), sequence(positive("s"))
    with author_form():
        q, p = gaussian(mu[t], s[t]), gaussian(nu[t], s[t])
        apart = KL(gaussian(mu[1], s[1]), gaussian(nu[1], s[1]))
        means = Expectation(q, log(Value(q, z)) - log(Value(p, z)), z)
        squares = Expectation(q, ((z - nu[t]) ** 2 - (z - mu[t]) ** 2) / (2 * s[t] ** 2), z)
        closed = (mu[t] - nu[t]) ** 2 / (2 * s[t] ** 2)
        rest = [indexed_sum(part, t, T, of) for part in (KL(q, p), means, squares, closed)]
        sides = [indexed_sum(KL(q, p), t, T), *(first_term(apart) + part for part in rest)]
    by = laws.last_term, laws.definition_of_kl, laws.gaussian_log_density, laws.gaussian_moments
    return outcome(*zip(sides, sides[1:], by, strict=False))


def test_the_closed_line_of_a_diffusion_is_proved():
    assert line(2, lambda first: first) == "proved"


@pytest.mark.unmeasured
def test_a_line_that_counts_the_first_step_twice_is_refuted():
    assert line(1, lambda first: first) == "refuted"
    assert line(2, lambda first: 2 * first) == "refuted"
