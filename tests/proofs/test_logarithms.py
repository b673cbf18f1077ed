"""Logarithms that fall apart into those of positive factors: normalisers, densities over them, sums multiplied out."""

import pytest

from elbo_check.language import (
    Chain,
    Derivation,
    Expectation,
    Integral,
    Statement,
    Step,
    author_form,
    count,
    exp,
    function,
    indexed_sum,
    laws,
    log,
    model,
    positive,
    real,
    sqrt,
    unit,
)

x, z, w, a = map(real, ("x", "z", "w", "a"))
s, t, y, m = positive("s"), positive("t"), unit("y"), positive("m")
K, k, i = map(count, ("K", "k", "i"))
p, q, f = model("p"), model("q"), function("f")


def outcome(left, right, parameters, law=laws.log_of_product, **more):
    step = Step("s", left, right, law)
    chain = Chain(Statement(left, right), (step,), parameters, **more)
    return Derivation("t", "t", "t", (), (chain,), ("none",)).check().outcome


with author_form():
    PARTITION, MEAN = indexed_sum(exp(f(k)), k, K), Expectation(p(z), exp(f(z)))
    LIKELIHOOD, EVIDENCE = Expectation(p(z), p(x, given=z)), Integral(p(x, given=z) * p(z), z)
    HOLDS = {
        "log softmax": (log(exp(f(i)) / PARTITION), f(i) - log(PARTITION), (i, K)),
        "InfoNCE": (log(exp(f(x)) / (1 / K * PARTITION)), f(x) - log(PARTITION) + log(K), (x, K)),
        "no weight": (log(1 / MEAN), -log(MEAN), ()),
        "Gibbs": (log(p(x) * exp(f(x)) / MEAN), log(p(x)) + f(x) - log(MEAN), (x,)),
        "posterior": (
            log(p(x, given=w) * p(w) / LIKELIHOOD),
            log(p(x, given=w)) + log(p(w)) - log(LIKELIHOOD),
            (x, w),
        ),
        "posterior over ∫": (
            log(p(x, given=w) * p(w) / EVIDENCE),
            log(p(x, given=w)) + log(p(w)) - log(EVIDENCE),
            (x, w),
        ),
        "square": (log((1 + exp(x)) ** 2), 2 * log(1 + exp(x)), (x,)),
        "two sums": (log((s + 1) * (t**2 + 1)), log(s + 1) + log(t**2 + 1), (s, t)),
        "a cube below": (log((s + 1) / (t**2 + 1) ** 3), log(s + 1) - 3 * log(t**2 + 1), (s, t)),
        "roots": (log((sqrt(s) + 1) ** 2 * (t + 1)), 2 * log(sqrt(s) + 1) + log(t + 1), (s, t)),
        "units": (log((1 - y**2) / s), log(1 - y) + log(1 + y) - log(s), (y, s)),
        "densities": (log(p(x) * (p(z) + q(z))), log(p(x)) + log(p(z) + q(z)), (x, z)),
    }
    MAY_BE_EMPTY = indexed_sum(exp(f(k)), k, K - 1)
    BESIDE = {
        "a sum that may be empty": (log(exp(f(i)) / MAY_BE_EMPTY), f(i) - log(MAY_BE_EMPTY), (i, K)),
        "a sum of what may be negative": (
            log(exp(f(i)) / indexed_sum(f(k), k, K)),
            f(i) - log(indexed_sum(f(k), k, K)),
            (i, K),
        ),
        "a mean of what may be negative": (
            log(x / Expectation(p(z), f(z))),
            log(x) - log(Expectation(p(z), f(z))),
            (x,),
        ),
        "a square of what may be negative": (log((x - a) ** 2), 2 * log(x - a), (x, a)),
        "a product of what may be negative": (log((x - a) * (x + a)), log(x - a) + log(x + a), (x, a)),
    }
    FALSE = {
        "log of e^f, not of the sum": (log(exp(f(i)) / PARTITION), f(i) - indexed_sum(f(k), k, K), (i, K)),
        "1/K is lost": (log(exp(f(x)) / (1 / K * PARTITION)), f(x) - log(PARTITION), (x, K)),
        "the sign of the normaliser": (log(p(x) * exp(f(x)) / MEAN), log(p(x)) + f(x) + log(MEAN), (x,)),
        "(log u)² for log u²": (log((1 + exp(x)) ** 2), log(1 + exp(x)) ** 2, (x,)),
        "log of a sum": (log((s + 1) * (t + 1)), log(s) + log(t) + log(s + t + 1), (s, t)),
    }


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", HOLDS)
def test_positive_factors_leave_a_logarithm(name):
    assert outcome(*HOLDS[name]) == "proved"
    left, right, _ = HOLDS[name]
    assert laws.log_of_product.objection(left, right) == ""
    assert laws.algebra.objection(left, right)


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", BESIDE)
def test_what_need_not_be_positive_stays(name):
    assert outcome(*BESIDE[name]) == "undecided"
    assert "differ by" in laws.log_of_product.objection(*BESIDE[name][:2])


@pytest.mark.parametrize("name", FALSE)
def test_what_looks_like_a_factor_is_none(name):
    assert outcome(*FALSE[name]) == "refuted"
    assert "differ by" in laws.log_of_product.objection(*FALSE[name][:2])


def test_an_abbreviation_is_as_positive_as_what_it_stands_for():
    with author_form():
        left, right = log(m**2), 2 * log(m)
    assert outcome(left, right, (x,), where=((m, x**2 + 1),)) == "proved"


def test_a_factor_is_taken_out_with_the_sign_that_makes_it_positive():
    with author_form():
        once, twice = log((y - 1) * (1 - a)), log((y - 1) ** 2 * (a - 1))
        first, second = log(1 - y) + log(a - 1), 2 * log(1 - y) + log(a - 1)
        beside = log((x**2 + 1) * (x - a)), log(x**2 + 1) + log(x - a)
        nowhere = 2 * log((-1) * (s + 1) * (t + 1)) - 2 * log((-1) * (s + 2)), 2 * log((s + 1) * (t + 1) / (s + 2))
    assert laws.log_of_product.objection(once, first) == laws.log_of_product.objection(twice, second) == ""
    assert laws.log_of_product.objection(*beside) == ""
    assert "differ by" in laws.log_of_product.objection(*nowhere)
    assert "differ by" in laws.log_of_product.objection(once, log(1 - y) + log(1 - a))


def test_what_would_take_long_to_factorise_stays_whole():
    """Nothing is wrong there: it is only not taken apart."""
    numbers = [positive(f"n_{n}") for n in range(8)]
    with author_form():
        many = log((numbers[0] + sum(numbers[1:])) * (1 + s)), log(numbers[0] + sum(numbers[1:])) + log(1 + s)
        high = log((1 + s) ** 14), 14 * log(1 + s)
        long = log((1 + s + t + y + m) ** 4), 4 * log(1 + s + t + y + m)
        below = log((1 + 1 / x**2) ** 2), 2 * log(1 + 1 / x**2)
    for left, right in (many, high, long, below):
        assert "differ by" in laws.log_of_product.objection(left, right)
        assert laws.log_of_product.objection(left, left) == ""
