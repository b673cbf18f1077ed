"""A letter says what a density is over: H[q(z)] ≤ log 2 is no theorem of a real z, though its lines take a bit z_1."""

from itertools import pairwise

import pytest
from sympy import Rational, pi

from elbo_check import checking
from elbo_check.errors import DerivationError
from elbo_check.language import (
    KL,
    Bernoulli,
    Chain,
    Citation,
    Derivation,
    Entropy,
    Expectation,
    Iterated,
    Member,
    Product,
    Statement,
    Step,
    author_form,
    bit,
    count,
    derive,
    gaussian,
    laws,
    log,
    model,
    positive,
    real,
    unit,
)
from elbo_check.nodes import free_symbols

Q, P, HALF, J, N = model("q"), model("p"), Rational(1, 2), count("j"), count("n")
Z, W, X, B = real("z"), real("z_1"), real("x"), bit("z_1")
MIXED = r"has z\w* \(\w+\) and z\w* \(\w+\) for outcomes of one space z: take symbols of one kind"


def theorem(lines, parameters=()):
    """Return a theorem of a first side and (side, law, relation) after it."""
    sides = [side for side, *_ in lines]
    steps = tuple(Step(f"step {at}", a[0], *b) for at, (a, b) in enumerate(pairwise(lines)))
    relation = next((step.relation for step in steps if step.relation != "="), "=")
    chain = Chain(Statement(sides[0], sides[-1], relation), steps, parameters)
    return Derivation("t", "T", "t", (), (chain,), ("none",))


def proved(made):
    checking._complete.cache_clear()
    return checking.check(made).outcome == "proved"


def at_most_log_two(letter, over):
    """H[q] ≤ log 2 through a bit z_1 of the space of a letter."""
    q = Q(letter)
    coin, own = Bernoulli(HALF), over(q)

    def mean(body):
        return Expectation(own, body, B)

    with author_form():
        rest = mean(log(coin(B)))
        lines = [
            (Entropy(q),),
            (-mean(log(own(B))), laws.definition_of_entropy),
            (-mean(log(own(B)) - log(coin(B))) - rest, laws.linearity),
            (mean(log(coin(B)) - log(own(B))) - rest, laws.linearity),
            (mean(log(coin(B) / own(B))) - rest, laws.log_of_product),
            (log(mean(coin(B) / own(B))) - rest, laws.jensen, "≤"),
            (-rest, laws.mass_on_the_support, "≤"),
            (-mean(B * log(HALF) + (1 - B) * log(1 - HALF)), laws.bernoulli_log_mass),
            (-log(HALF), laws.linearity),
            (log(2), laws.log_of_product),
        ]
        return theorem(lines)


OVER = {"q": lambda q: q.args[0], "a product": Product}


@pytest.mark.unmeasured
@pytest.mark.parametrize("over", OVER.values(), ids=OVER)
def test_lines_on_a_bit_say_nothing_of_a_real_number(over):
    assert proved(at_most_log_two(bit("z"), over))
    for letter in (Z, count("z"), unit("z")):
        with pytest.raises(DerivationError, match=MIXED):
            at_most_log_two(letter, over)


def compared(letter, variable):
    """KL(q‖N(0, 1)) − KL(q‖N(1, 1)) ≥ −½ where z > 0."""
    q = Q(letter).args[0]
    ends = [(gaussian(at, 1), -((variable - at) ** 2) / 2 - log(2 * pi) / 2) for at in (0, 1)]
    with author_form():
        own = Expectation(q, log(q(variable)), variable)
        lines = [
            (KL(Q(letter), ends[0][0]) - KL(Q(letter), ends[1][0]),),
            (
                Expectation(q, log(q(variable)) - log(ends[0][0](variable)), variable)
                - Expectation(q, log(q(variable)) - log(ends[1][0](variable)), variable),
                laws.definition_of_kl,
            ),
            (
                own
                - Expectation(q, log(ends[0][0](variable)), variable)
                - (own - Expectation(q, log(ends[1][0](variable)), variable)),
                laws.linearity,
            ),
            (
                own - Expectation(q, ends[0][1], variable) - (own - Expectation(q, ends[1][1], variable)),
                laws.gaussian_log_density,
            ),
            (Expectation(q, variable, variable) - HALF, laws.linearity),
            (-HALF, laws.nonnegativity, "≥"),
        ]
        return theorem(lines)


@pytest.mark.endurance
def test_lines_on_a_positive_number_say_nothing_of_a_real_one():
    assert proved(compared(positive("z"), positive("z_1")))
    with pytest.raises(DerivationError, match=MIXED):
        compared(Z, positive("z_1"))


PLACES = {
    "a place": lambda own, at: own(at),
    "a mean": lambda own, at: Expectation(own, at, at),
    "draws": lambda own, at: Expectation(Iterated(Q(Z), J, N), log(2), at),
    "given": lambda own, at: P(X, given={Z: at}),
    "a family": lambda own, at: KL(Member("r", 1), Q(Z)) + Expectation(Member("r", 1), at, at),
}


@pytest.mark.parametrize("make", [bit, count, positive, unit])
@pytest.mark.parametrize("which", PLACES)
def test_no_place_of_a_real_space_is_of_another_kind(which, make):
    for place in (make("z_1"), W):
        side = PLACES[which](Q(Z).args[0], place)
        lines = [(side,), (side, laws.algebra)]
        free = [symbol for symbol in (X, N, place) if symbol in free_symbols(side)]
        if place == W:
            assert proved(theorem(lines, free))
        else:
            with pytest.raises(DerivationError, match="take symbols of one kind"):
                theorem(lines, free)


@pytest.mark.endurance
@pytest.mark.parametrize("make", [bit, count, positive, unit])
def test_a_theorem_of_a_letter_for_a_real_number_serves_every_kind(make):
    gibbs, variable = derive("kl-nonnegative"), make("z")
    left = KL(Q(variable), P(variable)) + Expectation(Q(variable), variable, variable)
    right = Expectation(Q(variable), variable, variable)
    assert proved(theorem([(left,), (right, laws.gibbs, "≥", "", Citation(gibbs))]))
