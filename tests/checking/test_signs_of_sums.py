"""What is certain of a sum goes by its ends: Σ k from −5 to 0 is −15, and the k of Σ from 0 may be 0."""

import pytest
import sympy
from sympy import Integer, Rational, exp, log, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.errors import DerivationError, WitnessError
from elbo_check.nodes import (
    Bernoulli,
    Expectation,
    derivative,
    gaussian,
    indexed_sum,
    is_positive,
    is_probability,
    model,
)
from elbo_check.normal_form import NormalForm
from elbo_check.symbols import anew, at_least, author_form, bit, count, known, positive, real, running, unit

x, y, z, w = real("x"), real("y"), real("z"), real("w")
a, s, u, b = positive("a"), positive("s"), unit("u"), bit("b")
j, k, n = count("j"), count("k"), count("n")
p = model("p")
N = gaussian(0, 1)


def outcome(left, right, law, relation="=", parameters=(), cites=None, assuming=()):
    step = Step("s", left, right, law, relation, cites=cites)
    chain = Chain(Statement(left, right, relation), (step,), parameters, assuming=assuming)
    return check(Derivation("t", "T", "t", (), (chain,), ("none",)), 20).outcome


with author_form():
    SIGNS = {
        "to a count": (indexed_sum(k, k, n), "positive"),
        "perhaps of nothing": (indexed_sum(k, k, n - 1), "nonnegative"),
        "from 0": (indexed_sum(k, k, n, 0), "nonnegative"),
        "of what is above 0 from 0": (indexed_sum(k + 1, k, n, 0), "positive"),
        "of bits": (indexed_sum(b + 1, b, 1, 0), "positive"),
        "of what is below 0": (indexed_sum(-k, k, n), "negative"),
        "of sums": (indexed_sum(indexed_sum(j, j, k), k, n), "positive"),
        "of sums that may be of nothing": (indexed_sum(indexed_sum(j, j, k), k, n, 0), "nonnegative"),
        "from below": (indexed_sum(k, k, Integer(0), -5), None),
        "of values that vary": (indexed_sum(1 + k * y**2, k, Integer(0), -1), None),
        "of what takes no such index": (indexed_sum(Expectation(Bernoulli(1 / (1 + k)), b, b), k, n, -1), None),
    }


@pytest.mark.parametrize(("total", "said"), SIGNS.values(), ids=SIGNS)
def test_the_sign_of_a_sum_goes_by_where_its_index_runs(total, said) -> None:
    signs = [sign for sign in ("positive", "negative", "nonnegative", "nonpositive") if known(total, sign)]
    assert signs[:1] == ([said] if said else [])
    assert is_positive(total) is (said == "positive")
    assert known(total, "real")


def test_a_sum_is_itself_wherever_it_stands() -> None:
    total = indexed_sum(k, k, Integer(0), -5)
    with author_form():
        assert at_least(total - total, 0)
        assert known(total**2 + 1, "positive")
        assert anew(x + (Integer(0) + Integer(0))) == x


def test_an_index_is_what_its_first_value_says() -> None:
    assert running(k, Integer(1)) == k
    assert running(b, Integer(0)) == b
    assert running(k, Integer(0)).is_nonnegative
    assert running(k, Integer(-1)).is_nonnegative is None


def test_what_refuses_an_index_from_below_has_no_normal_form() -> None:
    with author_form():
        from_0, below = (indexed_sum(Expectation(Bernoulli(1 / (1 + k)), b, b), k, n, first) for first in (0, -1))
    assert NormalForm().read(from_0) == NormalForm().read(from_0)
    with pytest.raises(WitnessError, match="the sum over k does not begin at 1"):
        NormalForm().read(below)


def cited(meaning, symbol, parameters):
    """Cite √(s²) = s, which holds for s > 0 alone, behind a gate that is 0 wherever readings look."""
    with author_form():
        left = sqrt(symbol**2)
        chain = Chain(Statement(left, symbol), (Step("s", left, symbol, laws.algebra),), (symbol,))
        root = Citation(Derivation("root", "T", "t", (), (chain,), ("none",)), (((symbol, meaning),),))
        gated, simple = GATE * sqrt(meaning**2), GATE * meaning
    return outcome(gated, simple, laws.theorem, parameters=parameters, cites=root)


with author_form():
    FAR = 5000 - x
    GATE = sqrt(FAR**2) - FAR
    NEGATIVE = {
        "a sum from below": (indexed_sum(k, k, Integer(0), -5), s, (x,)),
        "a sum that is 2 − y²/5000": (indexed_sum(1 + k * y**2 / 5000, k, Integer(0), -1), s, (x, y)),
        "a sum that is 2 − s/5000": (indexed_sum(1 + k * s / 5000, k, Integer(0), -1), a, (x, s)),
        "a sum that may be 0": (indexed_sum(k, k, n, 0), s, (x, n)),
    }
    POSITIVE = {
        "a sum from 1": (indexed_sum(k, k, n), s, (x, n)),
        "a sum from 0 of what is above 0": (indexed_sum(1 + k * y**2 / 5000, k, n, 0), s, (x, y, n)),
    }


@pytest.mark.parametrize(("meaning", "symbol", "parameters"), NEGATIVE.values(), ids=NEGATIVE)
def test_a_sum_from_below_stands_for_nothing_positive(meaning, symbol, parameters) -> None:
    with pytest.raises(DerivationError, match=f"needs {symbol} to be positive"):
        cited(meaning, symbol, parameters)


@pytest.mark.parametrize(("meaning", "symbol", "parameters"), POSITIVE.values(), ids=POSITIVE)
def test_a_sum_that_is_positive_stands_for_a_positive_number(meaning, symbol, parameters) -> None:
    assert cited(meaning, symbol, parameters) == "proved"


@pytest.mark.parametrize(("first", "last", "said"), [(-1, Integer(0), False), (1, n, True)])
def test_only_what_is_not_negative_is_squared_in_an_inequality(first, last, said) -> None:
    with author_form():
        total = indexed_sum(1 + k * y**2 / 5000, k, last, first)
        assumed = (Statement(total, a, "≤"),)
        parameters = (a, y, n) if said else (a, y)
        ruled = outcome(total**2, a**2, laws.assumption, "≤", parameters, assuming=assumed)
    assert (ruled == "proved") is said


def under(body, parameters):
    with author_form():
        left, right = derivative(Expectation(N, body, z), x), Expectation(N, derivative(body, x), z)
    return outcome(left, right, laws.differentiation_under_expectation, parameters=parameters)


with author_form():
    D = x - z

    def step_of(amount):
        return D / sqrt(D**2 + amount)

    JUMPS = {
        "from 0": indexed_sum(step_of(k), k, n, 0),
        "from 0 to 1": indexed_sum(step_of(k), k, Integer(1), 0),
        "a bit": indexed_sum(step_of(b), b, 1, 0),
        "times what moves": indexed_sum(step_of(k * (1 + x**2)), k, n, 0),
        "e to a logarithm": indexed_sum(D * exp(-log(D**2 + k) / 2), k, n, 0),
        "a logarithm": indexed_sum(D * log(D**2 + k), k, n, 0),
        "a sum within": step_of(indexed_sum(k, k, Integer(0), 0)),
        "a sum to an index from 0": indexed_sum(step_of(indexed_sum(j, j, k)), k, n, 0),
        "an index that is bound anew": indexed_sum(
            k * Expectation(gaussian(0, k), indexed_sum(step_of(k), k, n, 0), w), k, n
        ),
    }
    SMOOTH = {
        "from 1": indexed_sum(step_of(k), k, n),
        "above 0 from 0": indexed_sum(step_of(k + 1), k, n, 0),
        "a bit": indexed_sum(step_of(b + 1), b, 1, 0),
        "times what moves": indexed_sum(step_of(k * (1 + x**2)), k, n),
        "e to a logarithm": indexed_sum(D * exp(-log(D**2 + k) / 2), k, n),
        "a logarithm": indexed_sum(D * log(D**2 + k), k, n),
        "a sum within": step_of(indexed_sum(k, k, n)),
        "a sum to an index": indexed_sum(step_of(indexed_sum(j, j, k)), k, n),
    }


def free(body):
    return tuple(symbol for symbol in (x, n) if symbol in body.free_symbols)


@pytest.mark.unmeasured
@pytest.mark.parametrize("body", JUMPS.values(), ids=JUMPS)
def test_no_derivative_goes_under_a_mean_where_the_index_from_0_lets_it_jump(body) -> None:
    assert under(body, free(body)) == "undecided"


@pytest.mark.unmeasured
@pytest.mark.parametrize("body", SMOOTH.values(), ids=SMOOTH)
def test_a_derivative_goes_under_a_mean_of_a_smooth_sum(body) -> None:
    assert under(body, free(body)) == "proved"


@pytest.mark.parametrize(("first", "said"), [(0, "undecided"), (1, "proved")])
def test_an_index_around_a_derivative_is_none_of_its_name_within(first, said) -> None:
    with author_form():
        body = indexed_sum(step_of(k), k, n + 1, first)
        left = indexed_sum(derivative(Expectation(N, k * body, z), x), k, n)
        right = indexed_sum(Expectation(N, derivative(k * body, x), z), k, n)
    assert outcome(left, right, laws.differentiation_under_expectation, parameters=(x, n)) == said


with author_form():
    ZERO, TOTAL = Integer(0) + Integer(0), indexed_sum(k, k, Integer(0), -5)
    SHARES = {
        "of a sum from 1": a / (a + indexed_sum(k, k, n)),
        "with 0 + 0 in it": s / (s + a * (1 + ZERO)),
        "what is left of one with 0 + 0": 1 - s / (s + a * (1 + ZERO)),
        "what is left of a product": 1 - u * (s / (s + a)),
        "what is left of a third": 1 - Rational(1, 3),
        "what is left of what is left": 1 - (1 - u),
        "what is left, its sign behind": 1 + u * Integer(-1),
        "of more than one other": s / (s + a + b),
    }
    NONE = {
        "of a sum from below": a / (a + TOTAL),
        "s + (0 + 0)": s + ZERO,
        "1 + 1": Integer(1) + Integer(1),
        "1 + y": 1 + u,
        "what SymPy makes one of a sum from below": a * (1 + (sqrt(TOTAL**2) - TOTAL) ** 2) / (a + s),
        "over nothing": s / ZERO,
    }


@pytest.mark.parametrize("share", SHARES.values(), ids=SHARES)
def test_a_share_is_a_probability_however_it_is_written(share) -> None:
    with author_form():
        assert is_probability(share)
        assert is_probability(share, strictly=True)
        assert isinstance(Bernoulli(share), Bernoulli)


@pytest.mark.parametrize("number", NONE.values(), ids=NONE)
def test_what_is_no_share_is_refused_in_words(number) -> None:
    with author_form(), pytest.raises(DerivationError, match="need not be a probability"):
        Bernoulli(number)


def test_a_share_with_a_density_may_be_0_or_1() -> None:
    with author_form():
        shares = [p(z) / (1 + p(z)), 1 / (1 + p(z)), indexed_sum(p(z) * k, k, n) / (1 + indexed_sum(p(z) * k, k, n))]
    assert all(map(is_probability, shares))
    assert not any(is_probability(share, strictly=True) for share in shares)
    assert is_probability(sympy.Integer(1) / (1 + s + p(z)), strictly=True)
