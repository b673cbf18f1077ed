"""What is certain of exponentials, logarithms, counts and bits, and what is not."""

import pytest
from sympy import Integer, Rational, exp, log, sqrt

from elbo_check import laws
from elbo_check.checking.bounds import counted_from_one, free_entries, with_divergences, with_meanings
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Expectation,
    Iterated,
    Maximum,
    Uniform,
    derivative,
    free_symbols,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real, unit
from tests.checking.test_defined import doubt, outcome, through_log

x, z, s, t, w = real("x"), real("z"), positive("s"), positive("t"), positive("w")
u, v, b = unit("u"), unit("v"), bit("b")
n, i, j, L = (count(name) for name in ("n", "i", "j", "L"))
q, p, f = model("q"), model("p"), function("f")
bits, sizes = sequence(b), sequence(s)

with author_form():
    divergence = KL(q(z), p(z))
    CERTAIN = {
        "1 − e^−s": log(1 - exp(-s)),
        "e^s − 1": log(exp(s) - 1) + 1 / (exp(s) - 1),
        "1 − e^−2st": log(1 - exp(-2 * s * t)),
        "1 − e^−x²": sqrt(1 - exp(-(x**2))),
        "1 − e^−KL": sqrt(1 - exp(-divergence)),
        "e^s and e^−s": log(exp(s) - exp(-s)),
        "1 − e^−s_j": indexed_sum(log(1 - exp(-sizes[j])), j, n),
        "1 − e^−Σ": log(1 - exp(-indexed_sum(sizes[j], j, n))),
        "a scale": KL(gaussian(0, sqrt(1 - exp(-2 * s))), gaussian(0, log(1 + exp(x)))),
        "−log u": log(-log(u)) + log(-log(1 - u)) + sqrt(-2 * log(u)),
        "log(1 + x²)": sqrt(log(1 + x**2)),
        "log(1 + s)": log(log(1 + s)) + 1 / log(1 + s),
        "a logarithm of 1 less": log(2 - log(1 - exp(-s))),
        "2 n − 1": 1 / (2 * n - 1) + log(n**2 - n + 1) + sqrt(n**2 - n) + log(n - Rational(1, 2)),
        "2 n − e^−s": log(2 * n - 1 - exp(-s)),
        "2 b − 1": 1 / (2 * b - 1),
        "2 b − 1 under a mean": Expectation(Bernoulli(u)(b), 1 / (2 * b - 1)),
        "a mass at a bit": log(u * b + (1 - u) * (1 - b)),
        "masses at bits": indexed_sum(log(u * bits[j] + (1 - u) * (1 - bits[j])), j, n),
        "a bit of a block": Expectation(Iterated(Bernoulli(u)(b), i, L), indexed_sum(log(2 - bits[j]), j, L), b),
    }
    DOUBTED = {
        "500 − e^s": log(500 - exp(s)),
        "500 − e^x": log(500 - exp(x)),
        "e^(s − 400) and 1": log(1 - exp(400 - s) / exp(400)) + log(500 - exp(s - 400)),
        "e^400 − e^x": log(exp(400) - exp(x)),
        "1 − e^(KL − 20)": sqrt(1 - exp(divergence - 20)),
        "e^2s − 50 e^s": log(exp(2 * s) - 50 * exp(s) + 3000 - 2500),
        "log(s)": sqrt(600 + log(s)),
        "log(u + 1/2)": sqrt(log(u + 1) - log(u + Rational(1, 2)) - Rational(1, 4)),
        "20 + log u": log(600 + log(u)),
        "2 n − 80": 1 / (2 * n - 80) + log(2 * n + 1),
        "n² − 9 n + 400": log(500 - n),
        "b − n": 1 / (b - n),
        "b − b_j": 1 / (b * x - bits[j] * x),
        "too many bits": log(20 - indexed_sum(bits[j], j, n)),
        "what moves": log(50 - derivative(exp(t), t)),
        "what is bound": log(50 - Maximum(exp(s) * f(x), x)),
        "a mean over what is bound anew": log(900 - Expectation(q(w), exp(w - s))),
    }  # fmt: skip


@pytest.mark.parametrize("side", CERTAIN.values(), ids=CERTAIN)
def test_what_is_certain_of_them_is_used(side):
    assert doubt(side, tuple(free_symbols(side))) == ""


@pytest.mark.parametrize("side", DOUBTED.values(), ids=DOUBTED)
def test_what_is_not_certain_of_them_is_doubted(side):
    assert "has no value" in doubt(side, tuple(free_symbols(side)))


def test_steps_that_hold_them_are_proved():
    with author_form():
        cases = (
            (exp(2 * log(1 - exp(-s))), (1 - exp(-s)) ** 2),
            (2 / (2 * b - 1) - 1 / (2 * b - 1), 1 / (2 * b - 1)),
        )
    for sides in cases:
        assert outcome(sides, ((laws.algebra, "="),), (s, b)).outcome == "proved"


@pytest.mark.parametrize("far", [500 - exp(s), 1000 + log(u), 700 - 7 * n])
def test_a_bound_that_is_rarely_violated_is_not_proved(far):
    assert outcome(*through_log(far), (s, u, n)).outcome != "proved"


@pytest.mark.parametrize(
    ("left", "right", "relation", "found"),
    [
        (1 - exp(-s), 0, "≥", "proved"),
        (exp(s), 1, "≥", "proved"),
        (exp(-(x**2)), 1, "≤", "proved"),
        (log(1 + exp(x)), 0, "≥", "proved"),
        (-log(u), 0, "≥", "proved"),
        (log(u), -log(1 - u), "≤", "proved"),
        (exp(s) - exp(-s), 0, "≥", "proved"),
        (sqrt(exp(s)) * (exp(s) - 1), 0, "≥", "proved"),
        (exp(x), 1, "≥", "refuted"),
        (1 - exp(-s), 1, "≥", "refuted"),
        (log(s), 0, "≥", "refuted"),
        (log(1 + exp(x)), 1, "≥", "refuted"),
        (exp(s) - exp(t), 0, "≥", "refuted"),
        (exp(s) - exp(2 * s) + 1, 0, "≥", "refuted"),
    ],
)
def test_they_are_signs_for_nonnegativity_too(left, right, relation, found):
    right = Integer(right) if isinstance(right, int) else right
    parameters = tuple(free_symbols(left) | free_symbols(right))
    assert outcome((left, right), ((laws.nonnegativity, relation),), parameters).outcome == found


def test_a_square_of_what_is_positive_leaves_a_logarithm():
    with author_form():
        sides = log((1 - exp(-s)) ** 2), 2 * log(1 - exp(-s))
        false = log((1 - exp(x)) ** 2), 2 * log(1 - exp(x))
    assert outcome(sides, ((laws.log_of_product, "="),), (s,)).outcome == "proved"
    assert outcome(false, ((laws.log_of_product, "="),), (x,)).outcome == "undecided"


def test_a_symbol_of_which_a_part_speaks_twice_is_left_alone():
    with author_form():
        twice = b + bits[j] + Expectation(Bernoulli(u)(b), b)
        counts = n + indexed_sum(f(j), j, n) + Expectation(Uniform(3)(j), j)
    assert free_entries(twice, "bit") == []
    assert free_entries(b + bits[j], "bit") == [bits[j]]
    assert {one.name for one in free_entries(counts, "count")} == {"n"}
    assert counted_from_one(x * j).free_symbols.isdisjoint({j})


def test_what_cannot_stand_is_not_put_there():
    with author_form():
        assert with_meanings(Bernoulli(u), {u: Integer(7)}) is None
        given = q(z, given={w: 1 + divergence})
    assert with_divergences(given).atoms(KL) == set()
