"""An entry of a block is certainly one of 1 … n: that there is a seventh of seven draws is seen at no small number."""

import pytest
from sympy import Integer

from elbo_check import checking, laws
from elbo_check.checking.ranges import NO_RANGES
from elbo_check.derivation import Statement
from elbo_check.nodes import (
    Expectation,
    Integral,
    Iterated,
    Product,
    Uniform,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, real
from tests.checking.test_defined import doubt, outcome

n, m, j, k, l_, J = (count(name) for name in ("n", "m", "j", "k", "l", "J"))
x, z, mu, b, f = real("x"), real("z"), real("mu"), bit("b"), function("f")
q, p = model("q"), model("p")
Z, ONE, ZERO = sequence(z), Integer(1), Integer(0)


def draws(upper, of=None):
    return Iterated(q(z) if of is None else of, l_, upper)


def mean(body, upper=n):
    return Expectation(draws(upper), body, z)


with author_form():
    beyond = n + (n - 1) * (n - 2) * (n - 3) * (n - 2 * 2) * (n - (2 * 2 + 1)) * (n - (2 * 3))  # n, up to n = 6
    coordinates = Iterated(gaussian(sequence(mu)[j], 1), j, J)
    triangle = Iterated(gaussian(sequence(mu)[j], 1), j, l_)
    points = Expectation(draws(n, coordinates), indexed_sum(indexed_sum(Z[l_, j], j, J), l_, n), z)
    CERTAIN = {
        "the first and the last": (mean(f(Z[1]) * f(Z[n])), ()),
        "a sum over all": (mean(indexed_sum(f(Z[k]), k, n)), ()),
        "the index of the product": (mean(indexed_sum(f(Z[l_]), l_, n)), ()),
        "one after each but the last": (mean(indexed_sum(f(Z[k + 1]) - f(Z[k]), k, n - 1)), ()),
        "from the last": (mean(indexed_sum(f(Z[n + 1 - k]), k, n)), ()),
        "a sum around the mean": (indexed_sum(mean(f(Z[k])), k, n), ()),
        "as many as an index says": (indexed_sum(mean(f(Z[k]) + indexed_sum(f(Z[j]), j, k), k), k, n), ()),
        "a uniform index": (Expectation(Uniform(n)(k), mean(f(Z[k]))), ()),
        "a number of a number": (mean(f(Z[3]), Integer(3)), ()),
        "two for each value of a bit": (mean(f(Z[b + 1]), n + 1), (b,)),
        "coordinates of draws": (points, (J, mu)),
        "as many coordinates as the draw says": (
            Expectation(draws(n, triangle), indexed_sum(indexed_sum(Z[l_, j], j, l_), l_, n), z),
            (mu,),
        ),
        "a block of coordinates": (Expectation(coordinates, indexed_sum(Z[j], j, J), z), (J, mu)),
        "draws beside one": (Expectation(Product(draws(n), p(x)), f(Z[n]) * f(x), z, x), ()),
        "an integral": (Integral(draws(n)(z) * f(Z[n]), z), ()),
        "a parameter": (draws(n)(z) * f(Z[n]), (z,)),
        "a sequence that is no block": (f(Z[n + 3]) + Z[1] + indexed_sum(Z[n + 1 - k], k, n), (z,)),
        "two blocks of that name": (mean(f(Z[m]), m) + mean(f(Z[n])), (m,)),
    }
    DOUBTED = {
        "a sequence that is no block": (f(Z[n - 3]), (z,), "z_{n − 3} has no value unless n − 3 is at least 1"),
        "beyond": (mean(f(Z[beyond])), (), "as the last of its block is n: assume n − (n + "),
        "another number": (mean(f(Z[m])), (m,), "z_m has no value unless n − m is at least 0, which is not certain"),
        "the second": (mean(f(Z[2])), (), "assume n − 2 ≥ 0, or take an index that runs from 1 to n"),
        "before the first": (
            mean(f(Z[n - 1])),
            (),
            "unless n − 1 is at least 1, which is not certain: assume n − 1 ≥ 1",
        ),
        "a sum from 0": (mean(indexed_sum(f(Z[k]), k, n, 0)), (), "unless k is at least 1"),
        "one after each": (mean(indexed_sum(f(Z[k + 1]), k, n)), (), "unless n − (k + 1) is at least 0"),
        "a sum over others": (mean(indexed_sum(f(Z[k]), k, m)), (m,), "can be assumed: take an index that runs from 1"),
        "another uniform index": (Expectation(Uniform(m)(k), mean(f(Z[k]))), (m,), "unless n − k is"),
        "the second for one value of a bit": (mean(f(Z[b + 1])), (b,), "unless n − (b + 1) is"),
        "as many as an index says": (indexed_sum(mean(f(Z[n]), k), k, n), (), "unless k − n is"),
        "the draw of a coordinate": (Expectation(draws(n, coordinates), Z[m, 1], z), (J, m, mu), "unless n − m is"),
        "the coordinate of a draw": (Expectation(draws(n, coordinates), Z[1, m], z), (J, m, mu), "unless J − m is"),
        "more coordinates than the draw says": (
            Expectation(draws(n, triangle), indexed_sum(indexed_sum(Z[l_, j], j, n), l_, n), z),
            (mu,),
            "unless l − j is",
        ),
        "what is given": (mean(f(x) * p(x, given={z: Z[m]})), (x, m), "unless n − m is"),
        "draws beside one": (Expectation(Product(draws(n), p(x)), f(Z[m]) * f(x), z, x), (m,), "unless n − m is"),
        "an integral": (Integral(draws(n)(z) * f(Z[m]), z), (m,), "unless n − m is"),
        "a parameter": (draws(n)(z) * f(Z[m]), (z, m), "unless n − m is"),
        "a number that is bound anew": (
            indexed_sum(mean(indexed_sum(f(Z[k]), k, 7), k), k, 3),
            (),
            "z_k has no value unless another k − k is",
        ),
    }


def used(parameters, side):
    return tuple(dict.fromkeys(symbol for symbol in (*parameters, n) if symbol in side.free_symbols))


@pytest.mark.unmeasured
@pytest.mark.parametrize("which", CERTAIN)
def test_an_entry_that_is_there_is_not_doubted(which):
    side, parameters = CERTAIN[which]
    assert doubt(side, used(parameters, side)) == ""


@pytest.mark.unmeasured
@pytest.mark.parametrize("which", DOUBTED)
def test_an_entry_that_need_not_be_there_is_named_with_a_remedy(which):
    side, parameters, said = DOUBTED[which]
    assert said in doubt(side, used(parameters, side))


@pytest.mark.parametrize(
    "assuming",
    [
        (Statement(m, n, "≤"),),
        (Statement(n, m, "≥"),),
        (Statement(n - m, ZERO, "≥"),),
        (Statement(n, m),),
    ],
)
def test_the_remedies_serve(assuming):
    with author_form():
        side = mean(f(Z[m]))
    assert doubt(side, (n, m), assuming) == ""


@pytest.mark.endurance
def test_what_is_assumed_of_both_ends_serves_a_whole_number_of_any_size():
    with author_form():
        side = mean(f(Z[beyond]))
        assuming = (Statement(beyond, n, "≤"), Statement(beyond, ONE, "≥"))
    assert doubt(side, (n,), assuming) == ""


def about_all(body):
    with author_form():
        return outcome((mean(body - body), ZERO), ((laws.linearity, "="),), (n,))


def test_a_statement_of_a_draw_beyond_all_is_not_proved():
    verdict = about_all(f(Z[beyond]))
    assert verdict.outcome == "undecided"
    assert "as the last of its block is n" in verdict.missing
    assert about_all(f(Z[n])).outcome == "proved"


def test_what_is_certainly_beyond_is_told_as_before():
    verdict = about_all(f(Z[n + 1]))
    assert verdict.outcome == "undecided"
    assert "z has no coordinate" in verdict.missing


def test_sabotage_without_this_a_draw_beyond_all_is_spoken_of(monkeypatch):
    monkeypatch.setattr(checking, "doubt_of", lambda *_: "")
    checking._complete.cache_clear()
    assert about_all(f(Z[beyond])).outcome == "proved"
    checking._complete.cache_clear()


def test_a_variable_that_is_bound_anew_is_no_block():
    around = NO_RANGES.in_mean(mean(f(Z[1])))
    assert around.blocks == ((z, ((l_, n),)),)
    assert around.without((l_,)) == around
    assert around.without((z,)).blocks == ()
    assert around.without((n,)).blocks[0][1] != ((l_, n),)


def test_the_number_of_coordinates_is_that_of_the_draw():
    """In ∏_l ∏_{j ≤ l} the inner l is the draw's, whatever else is called l around it."""
    around = NO_RANGES.in_mean(Expectation(draws(n, triangle), f(Z[1]), z))
    assert around.without((l_,)).blocks == ((z, ((l_, n), (j, l_))),)
