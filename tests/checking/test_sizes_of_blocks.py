"""A density of n coordinates has a value at a block of n: KL from ten draws to eleven is compared by no proof."""

import pytest

from elbo_check.derivation import Statement
from elbo_check.nodes import (
    KL,
    Expectation,
    Iterated,
    Product,
    Vector,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.nodes.functions import log
from elbo_check.symbols import author_form, count, real
from tests.checking.test_defined import doubt
from tests.checking.test_entries_of_blocks import used

n, m, j, i, k, l_, J, L = (count(name) for name in ("n", "m", "j", "i", "k", "l", "J", "L"))
x, z, mu, f = real("x"), real("z"), real("mu"), function("f")
q, p = model("q"), model("p")


def block(density, upper, index=l_):
    return Iterated(density, index, upper)


def drawn(density, by=None):
    return Expectation(by or block(q(z), n), log(density), z)


def rows(index, inner, upper, of=n):
    return block(block(gaussian(sequence(mu)[inner], 1), upper, inner), of, index)


with author_form():
    CERTAIN = {
        "KL of as many": KL(block(q(z), n), block(p(z), n)),
        "KL of as many, written otherwise": KL(block(q(z), n + 1), block(p(z), 2 + n - 1)),
        "KL of blocks of blocks": KL(rows(l_, j, J), rows(k, i, J)),
        "KL of blocks of as many as the draw says": KL(rows(l_, j, l_), rows(k, i, k)),
        "KL of products": KL(Product(block(q(z), n), q(x)), Product(block(p(z), n), p(x))),
        "KL of numbers": KL(q(z), p(z)),
        "at its own draws": Expectation(block(q(z), n), log(block(p(z), n)(z)), z),
        "under a sum": indexed_sum(KL(block(q(z), k), block(p(z), k)), k, n),
        "a parameter": block(q(z), n)(z) * block(p(z), n)(z),
        "at minus its own draws": drawn(block(p(z), n)(-z)),
        "at a vector": drawn(block(p(z), n)(Vector(2 * sequence(z)[l_], l_, n))),
        "at one of the draws of blocks": drawn(block(p(z), J)(sequence(z)[1]), by=block(block(q(z), J, j), n)),
        "at a block as large as the draw says": drawn(block(p(z), 2)(sequence(z)[2]), by=block(block(q(z), l_, j), 2)),
    }
    DOUBTED = {
        "KL": (
            KL(block(q(z), n), block(p(z), m)),
            "has no value unless n − m is 0, which is not certain: assume n − m = 0",
        ),
        "KL of one more": (KL(block(q(z), n), block(p(z), m + 1)), "or take blocks of n"),
        "KL of blocks of blocks": (KL(rows(l_, j, J), rows(k, i, L)), "unless J − L is 0"),
        "KL of more and more": (KL(rows(l_, j, l_), rows(k, i, m)), "unless l − m is 0"),
        "KL of products": (KL(Product(q(x), block(q(z), n)), Product(p(x), block(p(z), m))), "unless n − m is 0"),
        "at other draws": (Expectation(block(q(z), n), log(block(p(z), m)(z)), z), "unless n − m is 0"),
        "at minus other draws": (drawn(block(p(z), m)(-z)), "unless n − m is 0"),
        "at twice and one more": (drawn(block(p(z), m)(2 * z + 1)), "unless n − m is 0"),
        "at a vector": (drawn(block(p(z), m)(Vector(2 * sequence(z)[l_], l_, n))), "unless n − m is 0"),
        "at one of the draws of blocks": (
            drawn(block(p(z), m)(sequence(z)[1]), by=block(block(q(z), J, j), n)),
            "unless J − m is 0",
        ),
        "at a block larger than the draw says": (
            drawn(block(p(z), 3)(sequence(z)[2]), by=block(block(q(z), l_, j), 2)),
            "unless 2 − 3 is 0",
        ),
        "under a sum": (indexed_sum(KL(block(q(z), k), block(p(z), n)), k, n), "can be assumed: take blocks of k"),
    }


def parameters(side):
    return used((m, J, L, z, x, mu), side)


@pytest.mark.parametrize("which", CERTAIN)
def test_blocks_of_one_size_are_not_doubted(which):
    side = CERTAIN[which]
    assert doubt(side, parameters(side)) == ""


@pytest.mark.parametrize("which", DOUBTED)
def test_blocks_of_two_sizes_are_named_with_a_remedy(which):
    side, said = DOUBTED[which]
    assert said in doubt(side, parameters(side))


@pytest.mark.parametrize("assuming", [(Statement(n - m, 0),), (Statement(n, m),), (Statement(m, n),)])
def test_the_remedy_serves(assuming):
    assert doubt(KL(block(q(z), n), block(p(z), m)), (n, m), assuming) == ""
