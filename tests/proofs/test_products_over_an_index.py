"""The density of a block of coordinates: the product of theirs, and its logarithm the sum of theirs."""

import pytest

from elbo_check.language import (
    Bernoulli,
    Chain,
    Derivation,
    Expectation,
    Iterated,
    Product,
    Statement,
    Step,
    Vector,
    author_form,
    bit,
    count,
    function,
    gaussian,
    indexed_sum,
    laws,
    log,
    model,
    positive,
    real,
    sequence,
    unit,
)

z, w, mu, s, b = real("z"), real("w"), real("mu"), positive("s"), bit("b")
J, L, j, l = map(count, ("J", "L", "j", "l"))  # noqa: E741  # l is the index of draws
p, q = model("p"), model("q")
Z, B, M, Y = sequence(z), sequence(b), sequence(mu), sequence(unit("y"))

DRAWS, COORDINATES, BITS = Iterated(q(z), l, L), Iterated(gaussian(M[j], s), j, J), Iterated(Bernoulli(Y[j]), j, J)
TWO, BLOCKS = Iterated(gaussian(M[j], s), j, 2), Iterated(Iterated(gaussian(0, s), j, J), l, L)
BOTH = Product(DRAWS, p(w))


def E(density, body, *variables):
    return Expectation(density, body, *(variables or (z,)))


def outcome(left, right, parameters, law=laws.independence):
    chain = Chain(Statement(left, right), (Step("s", left, right, law),), parameters)
    return Derivation("t", "t", "t", (), (chain,), ("none",)).check().outcome


with author_form():
    FIRST, SECOND = gaussian(M[1], s)(Z[1]), gaussian(M[2], s)(Z[2])
    HOLDS = {
        "draws": (E(DRAWS, log(DRAWS(z))), E(DRAWS, indexed_sum(log(q(Z[l])), l, L)), (L,)),
        "coordinates": (
            E(COORDINATES, log(COORDINATES(z))),
            E(COORDINATES, indexed_sum(log(gaussian(M[j], s)(Z[j])), j, J)),
            (J, mu, s),
        ),
        "bits": (
            E(BITS, log(BITS(b)), b),
            E(BITS, indexed_sum(log(Bernoulli(Y[j])(B[j])), j, J), b),
            (J, unit("y")),
        ),
        "draws of coordinates": (
            E(BLOCKS, log(BLOCKS(z))),
            E(BLOCKS, indexed_sum(indexed_sum(log(gaussian(0, s)(Z[l, j])), j, J), l, L)),
            (J, L, s),
        ),
        "at a vector": (
            E(COORDINATES, log(COORDINATES(Vector(2 * Z[j], j, J)))),
            E(COORDINATES, indexed_sum(log(gaussian(M[j], s)(2 * Z[j])), j, J)),
            (J, mu, s),
        ),
        "two of them": (E(TWO, TWO(z)), E(TWO, FIRST * SECOND), (mu, s)),
        "the log of two": (E(TWO, log(TWO(z))), E(TWO, log(FIRST * SECOND)), (mu, s)),
        "a sum of two": (E(TWO, log(TWO(z))), E(TWO, indexed_sum(log(gaussian(M[j], s)(Z[j])), j, 2)), (mu, s)),
        "beside another": (E(BOTH, log(BOTH(z, w)), z, w), E(BOTH, log(DRAWS(z) * p(w)), z, w), (L,)),
    }
    FALSE = {
        "the index counts": (E(DRAWS, log(DRAWS(z))), E(DRAWS, indexed_sum(l * log(q(Z[l])), l, L)), (L,)),
        "log of the sum": (E(DRAWS, log(DRAWS(z))), E(DRAWS, log(indexed_sum(q(Z[l]), l, L))), (L,)),
        "one draw more": (
            E(Iterated(q(z), l, L + 1), log(Iterated(q(z), l, L + 1)(z))),
            E(Iterated(q(z), l, L + 1), indexed_sum(log(q(Z[l])), l, L)),
            (L,),
        ),
        "one mean for all": (
            E(COORDINATES, log(COORDINATES(z))),
            E(COORDINATES, indexed_sum(log(gaussian(M[1], s)(Z[j])), j, J)),
            (J, mu, s),
        ),
        "one of two twice": (E(TWO, TWO(z)), E(TWO, FIRST * FIRST), (mu, s)),
        "the means exchanged": (
            E(TWO, log(TWO(z))),
            E(TWO, log(gaussian(M[2], s)(Z[1]) * gaussian(M[1], s)(Z[2]))),
            (mu, s),
        ),
    }


@pytest.mark.parametrize("name", HOLDS)
def test_the_density_of_a_block_is_that_of_its_coordinates(name):
    left, right, parameters = HOLDS[name]
    assert outcome(left, right, parameters) == "proved"
    assert laws.log_of_product.objection(left, right)


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", FALSE)
def test_and_of_no_others(name):
    assert outcome(*FALSE[name]) == "refuted"
    assert "differ by" in laws.independence.objection(*FALSE[name][:2])


def test_a_draw_that_is_certainly_one_of_them_is_drawn_alone():
    f, more = function("f"), Iterated(q(z), l, L + 1)
    for density, draw in ((DRAWS, Z[1]), (more, Z[2]), (more, Z[L]), (more, Z[L + 1])):
        assert outcome(E(density, f(draw)), E(q(z), f(z)), (L,), laws.marginalisation) == "proved"
    for density, draw in ((DRAWS, Z[2]), (DRAWS, Z[0]), (DRAWS, Z[L - 1]), (DRAWS, Z[L + 1]), (more, Z[L + 2])):
        assert outcome(E(density, f(draw)), E(q(z), f(z)), (L,), laws.marginalisation) == "undecided"
        assert "differ by" in laws.marginalisation.objection(E(density, f(draw)), E(q(z), f(z)))
