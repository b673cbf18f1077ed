"""A parameter at which a product over an index is taken is a block of coordinates, those that x[d] names, no number."""

import pytest
from sympy import log

from elbo_check import laws
from elbo_check.checking import check_step
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.outline import Outline, outline_of
from elbo_check.checking.starting import readings_for
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import (
    Bernoulli,
    Iterated,
    Member,
    Product,
    Value,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real, unit

x, z, mu, s, b, y = real("x"), real("z"), real("mu"), positive("s"), bit("b"), unit("y")
d, D, n = count("d"), count("D"), count("n")
q, f = model("q"), function("f")


def ruled(left, right, parameters, law=laws.algebra):
    step = Step("s", left, right, law)
    chain = Chain(Statement(left, right), (step,), parameters)
    readings = readings_for(chain)
    return check_step(step, chain, readings, shrink=False), readings


with author_form():
    decoder = gaussian(sequence(mu)[d], s)
    coin = Bernoulli(sequence(y)[d])

    def both(factor, place, index=d, upper=D):
        """log ∏ q_d(x_d) at a block, and the sum of logarithms at its entries."""
        whole = log(Iterated(factor, index, upper)(place))
        return whole, indexed_sum(log(Value(factor, sequence(place)[index])), index, upper)

    TRUE = {
        "Gaussians": (*both(decoder, x), (x, mu, s, D)),
        "draws": (*both(q(z).args[0], z), (z, D)),
        "a family": (*both(Member("q", d), z), (z, D)),
        "coins": (*both(coin, b), (b, y, D)),
        "the other way round": (
            log(Iterated(decoder, d, D)(-x)),
            indexed_sum(log(decoder(-sequence(x)[d])), d, D),
            (x, mu, s, D),
        ),
        "beside others": (
            log(Product(gaussian(0, s), Iterated(decoder, d, D))(z, x)),
            log(gaussian(0, s)(z)) + both(decoder, x)[1],
            (x, z, mu, s, D),
        ),
    }


@pytest.mark.parametrize("which", TRUE)
def test_the_product_over_an_index_is_that_of_the_entries_wherever_it_is_read(which):
    left, right, parameters = TRUE[which]
    found, readings = ruled(left, right, parameters)
    assert found.state == "undecided"
    assert "excluded" not in found.reason
    told = []
    for reader in readings:
        try:
            sides = reader.reading.read(left), reader.reading.read(right)
        except WitnessError:
            continue
        told.append(reader.reading.agreement(sides[0], "=", sides[1]))
    assert len(told) > 2
    assert all(told)
    false, _ = ruled(left, 2 * right, parameters)
    assert false.state == "refuted"


with author_form():
    REFUSED = [
        (Iterated(decoder, d, D)(x) * Iterated(decoder, d, D + 1)(x), (x, mu, s, D), GaussianReading, "several sizes"),
        (Iterated(Iterated(decoder, d, D), n, D)(x), (x, mu, s, D), GaussianReading, "draws of whole blocks"),
        (Iterated(q(z).args[0], d, D)(x) * Iterated(decoder, d, D)(x), (x, mu, s, D), FiniteReading, "several spaces"),
        (Iterated(decoder, d, D)(x) + gaussian(0, s)(x), (x, mu, s, D), GaussianReading, "is no number"),
    ]


@pytest.mark.parametrize(("side", "parameters", "kind", "said"), REFUSED)
def test_what_is_no_one_block_is_not_read(side, parameters, kind, said):
    chain = Chain(Statement(side, side), (Step("s", side, side, laws.algebra),), parameters)
    with pytest.raises(WitnessError, match=said):
        kind(Draws(0, {("number", D): 2}), outline_of(chain)).read(side)


def test_sabotage_were_it_drawn_as_a_number_nothing_could_be_told(monkeypatch):
    made = Outline.__init__
    monkeypatch.setattr(Outline, "__init__", lambda self, *args, **given: made(self, *args, **{**given, "blocks": {}}))
    left, right, parameters = TRUE["Gaussians"]
    found, _ = ruled(left, 2 * right, parameters)
    assert found.state == "undecided"  # and not refuted, as it should be
    assert "excluded" not in found.reason
