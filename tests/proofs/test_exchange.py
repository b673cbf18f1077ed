"""The order of finite sums, and that of draws of one density: it does not matter, and nothing else is said by it."""

import pytest

from elbo_check.language import (
    Chain,
    Derivation,
    Expectation,
    Integral,
    Product,
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
    real,
)

z, z1, z2, z3 = map(real, ("z", "z_1", "z_2", "z_3"))
n, J, K, i, j, k = map(count, ("n", "J", "K", "i", "j", "k"))
p, q, f, g = model("p"), model("q"), function("f"), function("g")


def outcome(left, right, parameters, law):
    chain = Chain(Statement(left, right), (Step("s", left, right, law),), parameters)
    return Derivation("t", "t", "t", (), (chain,), ("none",)).check().outcome


def total(body, *bounds):
    for index, last in bounds:
        body = indexed_sum(body, index, last)
    return body


with author_form():
    SUMS = {
        "two": (total(f(i, j), (i, n), (j, J)), total(f(i, j), (j, J), (i, n))),
        "as long": (total(f(i, j) * i, (i, n), (j, n)), total(f(j, i) * j, (i, n), (j, n))),
        "a factor of one": (total(g(i) * total(f(i, j), (j, J)), (i, n)), total(g(i) * f(i, j), (i, n), (j, J))),
        "three": (total(f(i, j, k), (i, n), (j, J), (k, K)), total(f(i, j, k), (k, K), (i, n), (j, J))),
        "side by side": (
            total(total(f(i, j), (i, n)) * total(g(j, k), (k, K)), (j, J)),
            total(f(i, j) * g(j, k), (j, J), (k, K), (i, n)),
        ),
        "of quotients": (
            total(1 / (1 + f(i, j) ** 2), (i, n), (j, J)),
            total(1 / (1 + f(i, j) ** 2), (j, J), (i, n)),
        ),
        "under E": (
            Expectation(q(z), exp(total(f(z, i, j), (i, n), (j, J)))),
            Expectation(q(z), exp(total(f(z, i, j), (j, J), (i, n)))),
        ),
        "within a sum": (
            total(log(1 + total(f(i, j, k) ** 2, (i, n), (j, J))), (k, K)),
            total(log(1 + total(f(i, j, k) ** 2, (j, J), (i, n))), (k, K)),
        ),
    }
    FALSE_SUMS = {
        "the ends, too": (total(f(i, j), (i, n), (j, J)), total(f(i, j), (i, J), (j, n))),
        "the names alone": (total(f(i, j) * i, (i, n), (j, n)), total(f(i, j) * j, (i, n), (j, n))),
        "an end that is an index": (total(f(i, j), (i, j), (j, J)), total(f(i, j), (j, J), (i, J))),
        "an end that is the other index": (total(f(i, j), (i, j), (j, J)), total(f(i, j), (j, i), (i, J))),
        "a square of a sum": (total(total(f(i, j), (i, n)) ** 2, (j, J)), total(f(i, j), (j, J), (i, n))),
        "a square": (total(total(f(i), (i, n)) ** 2 * g(j), (j, J)), total(f(i) ** 2 * g(j), (j, J), (i, n))),
    }
    DRAWS = {
        "two": (
            Expectation(q(z1), Expectation(q(z2), f(z1, z2))),
            Expectation(q(z2), Expectation(q(z1), f(z1, z2))),
        ),
        "in one": (
            Expectation(q(z1), Expectation(q(z2), f(z1, z2))),
            Expectation(Product(q(z1), q(z2)), f(z2, z1), z1, z2),
        ),
        "of two densities": (
            Expectation(q(z1), Expectation(p(z2), f(z1, z2))),
            Expectation(p(z2), Expectation(q(z1), f(z1, z2))),
        ),
        "three": (
            Expectation(q(z1), Expectation(q(z2), Expectation(q(z3), f(z1, z2, z3)))),
            Expectation(q(z3), Expectation(q(z1), Expectation(q(z2), f(z1, z2, z3)))),
        ),
    }
    FALSE_DRAWS = {
        "one draw for two": (
            Expectation(q(z1), Expectation(q(z2), f(z1, z2))),
            Expectation(q(z2), Expectation(q(z1), f(z1, z1))),
        ),
        "two of one for one of two": (
            Expectation(q(z1), Expectation(q(z2), f(z1, z2))),
            Expectation(q(z1), Expectation(p(z2), f(z1, z2))),
        ),
        "the places exchanged": (
            Expectation(q(z1), Expectation(p(z2), f(z1, z2))),
            Expectation(q(z1), Expectation(p(z2), f(z2, z1))),
        ),
    }


def parameters_of(left):
    return tuple(symbol for symbol in (n, J, K) if symbol in left.free_symbols)


@pytest.mark.parametrize("name", SUMS)
def test_finite_sums_exchange(name):
    left, right = SUMS[name]
    assert outcome(left, right, parameters_of(left), laws.exchange_of_sums) == "proved"
    assert laws.algebra.objection(left, right)


@pytest.mark.parametrize("name", FALSE_SUMS)
def test_what_is_no_exchange_of_sums_is_refuted(name):
    left, right = FALSE_SUMS[name]
    assert outcome(left, right, parameters_of(left), laws.exchange_of_sums) == "refuted"
    assert "differ by" in laws.exchange_of_sums.objection(left, right)


def test_a_sum_that_ends_at_an_index_and_one_of_too_many_sums_stay_as_they_are():
    triangle = total(f(i, j), (i, j), (j, J))
    many = [count(f"c_{place}") for place in range(5)]
    one, other = (total(f(*many), *((index, J) for index in order)) for order in (many, many[::-1]))
    assert outcome(triangle, triangle, (J,), laws.exchange_of_sums) == "proved"
    assert "differ by" in laws.exchange_of_sums.objection(one, other)


@pytest.mark.parametrize("name", DRAWS)
def test_draws_may_be_taken_in_any_order(name):
    assert outcome(*DRAWS[name], (), laws.total_expectation) == "proved"


def test_only_places_of_one_space_are_exchanged():
    w = real("w")
    one, other = Integral(f(z1, z2), z1, z2), Integral(f(z2, z1), z1, z2)
    assert laws.total_expectation.objection(one, other) == ""
    assert "differ by" in laws.total_expectation.objection(Integral(f(z, w), z, w), Integral(f(w, z), z, w))


@pytest.mark.parametrize("name", FALSE_DRAWS)
def test_draws_are_not_taken_for_each_other(name):
    assert outcome(*FALSE_DRAWS[name], (), laws.total_expectation) == "refuted"
    assert "differ by" in laws.total_expectation.objection(*FALSE_DRAWS[name])


def test_more_draws_than_are_tried_in_every_order_stay_as_they_are():
    many = [real(f"z_{place}") for place in range(1, 6)]
    one = other = f(*many)
    for first, second in zip(many, many[::-1], strict=True):
        one, other = Expectation(q(first), one), Expectation(q(second), other)
    assert "differ by" in laws.total_expectation.objection(one, other)
    assert laws.total_expectation.objection(one, one) == ""
