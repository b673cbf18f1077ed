"""What a drawn variable is assumed to be is known to the laws; and smaller truths of sums and of Gaussians."""

import pytest
from sympy import Integer

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.errors import DerivationError
from elbo_check.nodes import (
    Expectation,
    Iterated,
    Member,
    Product,
    Uniform,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.nodes.functions import log
from elbo_check.symbols import author_form, count, positive, real, unit

z, e, A, s, w, u = real("z"), real("e"), real("a"), positive("s"), positive("w"), unit("u")
J, j, n, i, k = map(count, ("J", "j", "n", "i", "k"))
q, r, f, a = model("q"), model("r"), function("f"), sequence(A)
ZERO = Integer(0)


def ruled(left, relation, right, law, parameters=()):
    step = Step("s", left, right, law, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters)
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=False).state


with author_form():
    PAIR = Product(q(w), r(z))
    SUM = indexed_sum(f(k), k, i)
    MIRRORED, PLAIN = (Expectation(gaussian(0, 1), f(place), e) for place in (-e, e))
    TRUE = [
        (Expectation(q(w), w), "≥", ZERO, laws.nonnegativity, ()),
        (Expectation(PAIR, w * z**2, w, z), "≥", ZERO, laws.nonnegativity, ()),
        (Expectation(q(u), 1 - u), "≥", ZERO, laws.nonnegativity, ()),
        (Expectation(q(w), log(w**2)), "=", Expectation(q(w), 2 * log(w)), laws.log_of_product, ()),
        (Expectation(q(u), log(u * (1 - u))), "=", Expectation(q(u), log(u) + log(1 - u)), laws.log_of_product, ()),
        (indexed_sum(a[j], j, J), "=", indexed_sum(a[j], j, J - 1) + a[J], laws.last_term, (J, A)),
        (Expectation(Uniform(n), SUM + 1, i), "=", Expectation(Uniform(n), SUM, i) + 1, laws.linearity, (n,)),
        (MIRRORED, "=", PLAIN, laws.change_of_variables, ()),
        (PLAIN, "=", MIRRORED, laws.change_of_variables, ()),
        (Expectation(gaussian(2, s), f(4 - z), z), "=", Expectation(gaussian(2, s), f(z), z), laws.change_of_variables,
         (s,)),
    ]  # fmt: skip
    FALSE = [
        (Expectation(q(z), z), "≥", ZERO, laws.nonnegativity, ()),
        (Expectation(PAIR, w * z, w, z), "≥", ZERO, laws.nonnegativity, ()),
        (Expectation(q(u), 2 - 3 * u), "≥", ZERO, laws.nonnegativity, ()),
        (indexed_sum(a[j], j, J), "=", indexed_sum(a[j], j, J - 1) + a[1], laws.last_term, (J, A)),
        (indexed_sum(f(j), j, J - 1), "=", indexed_sum(f(j), j, J - 2) + f(J - 1), laws.last_term, (J,)),
        (Expectation(gaussian(1, s), f(-z), z), "=", Expectation(gaussian(1, s), f(z), z), laws.change_of_variables,
         (s,)),
    ]  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize(("left", "relation", "right", "law", "parameters"), TRUE)
def test_what_is_true_is_proved(left, relation, right, law, parameters):
    assert ruled(left, relation, right, law, parameters) == "proved"


@pytest.mark.parametrize(("left", "relation", "right", "law", "parameters"), FALSE)
def test_what_is_false_is_not(left, relation, right, law, parameters):
    assert ruled(left, relation, right, law, parameters) == "refuted"


def test_nothing_is_known_of_what_a_family_draws():
    drawn = Expectation(Member("q", 1), w, w)
    assert laws.nonnegativity.objection(drawn, ZERO)
    block = Expectation(Iterated(Member("q", j), j, 2), sequence(w)[1], w)
    assert laws.nonnegativity.objection(block, ZERO)


def test_the_variables_of_a_product_are_named():
    with pytest.raises(DerivationError, match="name its variables after the integrand"):
        Expectation(Product(q(z), r(real("v"))), z)
