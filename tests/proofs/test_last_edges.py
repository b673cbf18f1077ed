"""Corners of the language, of its normal forms and of its readings that no proof walks through."""

import flint
import pytest
import sympy
from sympy import log

from elbo_check import laws
from elbo_check.boxes.expressions import layout
from elbo_check.checking import by_meaning, check_step
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.gaussians import PRECISION, GaussianReading
from elbo_check.checking.outcome import Outcome
from elbo_check.checking.outline import Outline
from elbo_check.checking.undefined import UndefinedError
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import (
    KL,
    Expectation,
    Gaussian,
    Independent,
    Integral,
    Iterated,
    Member,
    Product,
    Uniform,
    Value,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)  # fmt: skip
from elbo_check.normal_form import Context, NormalForm, Rule
from elbo_check.render.derivation.breaking import lines, width
from elbo_check.symbols import author_form, count, positive, real, unit
from elbo_check.witnesses.enumeration import LogSum

x, y, z, w, mu = real("x"), real("y"), real("z"), real("w"), real("mu")
s, t = positive("s"), positive("t")
HALF = sympy.Rational(1, 2)
j, i, k, n, J = count("j"), count("i"), count("k"), count("n"), count("J")
p, q, f = model("p"), model("q"), function("f")


def same(left, right, *rules):
    form = NormalForm(frozenset(rules))
    return form.read(left) == form.read(right)


def test_a_finite_world_wants_numbers_for_indices_and_blocks_for_products():
    reading = FiniteReading(Draws(0), Outline((), families={"r"}))
    with pytest.raises(WitnessError, match="a bit or an index"):
        reading.reader.read(Value(Uniform(2), j), {"j": Outcome((0, 1))})
    with pytest.raises(WitnessError, match="at a block"):
        reading.reader.read(Value(Independent("r", 2), z), {"z": LogSum.number(1)})


def test_densities_and_products_are_told_in_words():
    assert str(gaussian(0, 1)(z)) == "N(0, 1)(z)"
    assert str(Product(gaussian(0, 1), gaussian(mu, 2))) == "N(0, 1) × N(mu, 4)"


def test_a_change_of_variables_leaves_other_densities_as_they_are():
    assert same(Expectation(q(z), f(z)), Expectation(q(z), f(z)), Rule.CHANGE)
    mixed = Product(q(x), gaussian(mu, s))
    moved = Product(q(x), gaussian(0, 1))
    left, right = Expectation(mixed, f(x, z), x, z), Expectation(moved, f(x, mu + s * z), x, z)
    assert laws.change_of_variables.objection(left, right) == ""
    assert laws.change_of_variables.objection(left, Expectation(moved, f(x, mu + z), x, z))


def test_a_derivative_that_no_rule_knows_stays_one():
    divergence = KL(gaussian(mu, s), gaussian(0, 1))
    assert same(derivative(s * divergence, s), divergence + s * derivative(divergence, s), Rule.DIFFERENTIATE)


def test_a_derivative_goes_into_a_sum():
    total = derivative(indexed_sum(log(s + j), j, J), s)
    assert same(total, indexed_sum(1 / (s + j), j, J), Rule.DIFFERENTIATE)


def test_the_marginal_of_a_gaussian_is_not_guessed():
    plane = Gaussian((0, 0), ((1,), (x, 1)))
    form = NormalForm(frozenset({Rule.NORMALISED}))
    assert form.read(Integral(plane(z, w), z)).whole is not None
    assert not same(Integral(plane(z, w), z), sympy.Integer(1), Rule.NORMALISED)


def test_nested_integrals_with_a_quotient_inside_stay_nested():
    with author_form():
        inner = Integral(f(x) / (f(z) + f(x)), x)
    assert same(Integral(f(z) * inner, z), Integral(inner * f(z), z), Rule.LINEAR)


def test_jensen_opens_sums_that_were_written_step_by_step():
    with author_form():
        mean = log(sympy.Rational(1, 3) * (s + t + 1))
        logs = sympy.Rational(1, 3) * (log(s) + log(t) + log(sympy.Integer(1)))
    assert laws.jensen.objection(logs, mean, Context(relation="≤")) == ""


def test_one_draw_less_needs_draws_that_are_alike_and_a_sum_that_loses_one():
    each = sequence(z)
    block = Iterated(q(z).args[0], j, J + 1)
    whole = indexed_sum(f(each[j]), j, J + 1)
    fewer = Expectation(Iterated(q(z).args[0], j, J), f(indexed_sum(f(each[j]), j, J)), z)
    with author_form():
        good = Expectation(block, f(whole - f(each[J + 1])), z)
        twice = Expectation(block, f(whole - f(each[1]) - f(each[2])), z)
        kept = Expectation(block, f(whole), z)
        beside = Expectation(block, f(whole - f(each[1])) + f(each[1]), z)
        bound = Expectation(block, indexed_sum(f(whole - f(each[i])), i, J + 1), z)
        as_whole = Expectation(block, f(whole - f(each[1])) + f(z), z)
        weighted = indexed_sum(j * f(each[j]), j, J + 1)
        uneven = Expectation(block, f(weighted - f(each[1])), z)
    assert laws.one_draw_less.objection(good, fewer) == ""
    for wrong in (twice, kept, beside, as_whole, uneven):
        assert laws.one_draw_less.objection(wrong, fewer)
    assert laws.one_draw_less.objection(bound, bound) == ""
    single = Expectation(Iterated(q(z).args[0], j, 1), f(indexed_sum(f(each[j]), j, 1) - f(each[1])), z)
    assert laws.one_draw_less.objection(single, single) == ""


def test_the_last_draw_is_set_apart_only_from_sums_over_draws_that_are_alike():
    each = sequence(z)
    block = Iterated(q(z).args[0], j, J + 1)
    apart = Product(Iterated(q(z).args[0], j, J), q(z))
    whole, fewer = (indexed_sum(f(each[j]), j, upper) for upper in (J + 1, J))
    with author_form():
        good = Expectation(block, f(whole), z)
        set_apart = Expectation(apart, f(fewer + f(w)), z, w)
        kept = Expectation(block, f(whole) + f(each[1]), z)
        uneven = Expectation(block, f(indexed_sum(j * f(each[j]), j, J + 1)), z)
        unlike = Expectation(Iterated(Member("q", j), j, J + 1), f(whole), z)
        single = Expectation(Iterated(q(z).args[0], j, 1), f(indexed_sum(f(each[j]), j, 1)), z)
        constant = Expectation(block, f(each[1]), z)
    assert laws.last_draw.objection(good, set_apart) == ""
    for wrong in (kept, uneven, unlike, constant):
        assert laws.last_draw.objection(wrong, set_apart)
    assert laws.last_draw.objection(single, single) == ""


def shadowed(size, summed):
    """E f(Σ_{n=0}^0 (n + 1) Σ_{k=1}^{n+2} z_k − z_i): within the sum n is 0, and the draws are as many as outside."""
    whole = indexed_sum((n + 1) * indexed_sum(f(sequence(z)[k]), k, summed), n, 0, 0)
    return Expectation(Iterated(q(z).args[0], j, size), f(whole - f(sequence(z)[i])), z)


def test_a_sum_over_all_draws_is_none_where_their_number_has_another_meaning():
    with author_form():
        bound = indexed_sum(shadowed(n + 2, n + 2) * i, i, n + 2)
        free = indexed_sum(shadowed(J + 2, J + 2) * i, i, J + 2)
        fewer = Expectation(Iterated(q(z).args[0], j, n + 1), f(indexed_sum(f(sequence(z)[k]), k, n + 1)), z)
    for law in (laws.one_draw_less, laws.last_draw):
        assert law.objection(bound, indexed_sum(fewer * i, i, n + 2))
        assert law.objection(bound, bound) == ""
    assert laws.one_draw_less.objection(free, free) == ""


def test_of_no_draws_there_is_no_last_one():
    each, s = sequence(z), real("s")

    def both(size, fewer):
        with author_form():
            whole = Expectation(Iterated(q(z).args[0], j, size), f(indexed_sum(f(each[j]), j, size)), z)
            density = Product(Iterated(q(z).args[0], j, fewer), q(z))
            return whole, Expectation(density, f(indexed_sum(f(each[j]), j, fewer) + f(w)), z, w)

    assert "there need not be a last one" in laws.last_draw.objection(*both(n - 1, n - 2))
    whole, apart = both(k, k - 1)
    from_nothing = (indexed_sum(side * k * s, k, J, 0) for side in (whole, apart))
    assert "there need not be a last one" in laws.last_draw.objection(*from_nothing)
    from_one = (indexed_sum(side * k * s, k, J) for side in (whole, apart))
    assert laws.last_draw.objection(*from_one) == ""
    assert laws.last_draw.objection(*both(n + 1, n)) == ""


def test_factors_that_share_a_block_stay_together():
    """E[f(z) g(w)] falls apart; f(z) h(z, w) does not, whatever stands beside it."""
    both, g, h = Product(q(z), q(z)), function("g"), function("h")
    with author_form():
        joint = Expectation(both, f(z) * g(w) * h(z, w), z, w)
        split = Expectation(q(z), f(z)) * Expectation(both, g(w) * h(z, w), z, w)
        three = Expectation(Product(q(z), q(z), q(z)), f(z) * h(z, w) * g(y), z, w, y)
        two = Expectation(both, f(z) * h(z, w), z, w) * Expectation(q(z), g(z))
    assert laws.independent_factors.objection(joint, joint) == ""
    assert laws.independent_factors.objection(joint, split)
    assert laws.independent_factors.objection(three, two) == ""


def draws_of_blocks(factor, number=2, size=2):
    return Iterated(Iterated(factor, j, size), i, number)


def test_a_draw_of_a_block_has_coordinates_by_law_and_by_meaning():
    """E Σ_l Σ_j j·z[l, j] over L draws of J coordinates is L Σ_j j μ, and z[j, l] is not z[l, j]."""
    k = count("k")
    block = Iterated(Iterated(gaussian(mu, s), j, J), i, 3)
    with author_form():
        total = Expectation(block, indexed_sum(indexed_sum(j * sequence(z)[k, j], j, J), k, 3), z)
        closed = 3 * mu * indexed_sum(j, j, J)
        turned = Expectation(block, indexed_sum(indexed_sum(j * sequence(z)[j, k], j, J), k, 3), z)
        step = Step(
            "coordinates", total, Expectation(gaussian(mu, s)(z), 3 * indexed_sum(j * z, j, J)), laws.unbiased_average
        )
        wrong = Step("turned", turned, closed, laws.unbiased_average)
    chains = [Chain(Statement(s_.left, s_.right), (s_,), (mu, s, J)) for s_ in (step, wrong)]
    good, bad = (check_step(c.steps[0], c, by_meaning.readings_for(c)) for c in chains)
    assert good.state == "proved"
    assert bad.state == "undefined"  # for J = 3 both sides agree, and beyond there is no z[j, l]
    assert "has no coordinate" in bad.reason


def test_a_density_of_draws_is_taken_at_draws_of_the_same_size():
    reading = GaussianReading(Draws(0), Outline())
    with author_form():
        same = Expectation(draws_of_blocks(gaussian(0, 1)), log(Value(draws_of_blocks(gaussian(0, 1)), z)), z)
        other = Expectation(draws_of_blocks(gaussian(0, 1)), log(Value(draws_of_blocks(gaussian(0, 1), 1, 4), z)), z)
        single = Expectation(Iterated(gaussian(0, 1), j, 2), log(Value(draws_of_blocks(gaussian(0, 1)), z)), z)
        entropy = -4 * Expectation(gaussian(0, 1)(z), -log(gaussian(0, 1)(z)))
    with flint.ctx.workprec(PRECISION):
        assert reading.agreement(reading.read(same), "=", reading.read(entropy)) is True
    for wrong in (other, single):
        with pytest.raises(UndefinedError, match="draws of"):
            reading.read(wrong)


def test_draws_of_blocks_are_not_listed_in_a_finite_world():
    outline = Outline(families={"q"})
    with pytest.raises(WitnessError, match="draws of whole blocks"):
        FiniteReading(Draws(0), outline, False).read(
            Expectation(draws_of_blocks(Member("q", j)), f(sequence(z)[1, 1]), z)
        )


def test_a_quotient_under_e_is_set_apart_from_what_stands_beside_it():
    """E[f + ½ + g/(1 + h)] falls apart as it is written; joined over one denominator it would not."""
    g, h = function("g"), function("h")
    below = 1 + h(z) ** 2
    with author_form():
        joined_ = Expectation(q(z), f(z) + HALF + g(z) / below)
        apart = Expectation(q(z), f(z)) + HALF + Expectation(q(z), g(z) / below)
        wrong = Expectation(q(z), f(z)) + HALF + Expectation(q(z), g(z)) / below
    assert laws.linearity.objection(joined_, apart) == ""
    assert laws.linearity.objection(joined_, 2 * apart)
    assert laws.algebra.objection(joined_, apart)
    assert laws.linearity.objection(joined_, wrong)


def test_a_denominator_loses_what_all_its_terms_have_in_common():
    """Quotients that are equal are one term under E, however they were written."""
    with author_form():
        one = Expectation(q(z), 2 * f(z) / (2 * s * t + 4 * s * f(z)))
        same = Expectation(q(z), -f(z) / s / (-t - 2 * f(z)))
        other = Expectation(q(z), f(z) / s / (t - 2 * f(z)))
    assert laws.algebra.objection(one, same) == ""
    assert laws.algebra.objection(one, other)


def test_what_is_left_of_a_probability_is_positive():
    """log((1 − a)/(1 − b)) falls apart for a, b between 0 and 1, and for no other numbers."""
    a, b = unit("a"), unit("b")
    for left, right, holds in ((a, b, True), (a, s, False), (s, b, False), (x, b, False), (a, 2 * b, False)):
        with author_form():
            whole = log((1 - left) / (1 - right))
            parts = log(1 - left) - log(1 - right)
        assert (laws.log_of_product.objection(whole, parts) == "") is holds
    with author_form():
        doubled, squared = log((2 - 2 * a) / s), log((1 - a**2) / (1 - b))
    assert laws.log_of_product.objection(doubled, log(2) + log(1 - a) - log(s)) == ""
    assert laws.log_of_product.objection(squared, log(1 - a**2) - log(1 - b)) == ""
    assert laws.log_of_product.objection(log((1 - s**2) / (1 - b)), log(1 - s**2) - log(1 - b))
    entry = sequence(unit("y"))[j]
    with author_form():
        whole, parts = log(s / (1 - entry)), log(s) - log(1 - entry)
        both = log((1 - a - b) / (1 - b)), log(1 - a - b) - log(1 - b)
    assert laws.log_of_product.objection(whole, parts) == ""
    assert laws.log_of_product.objection(*both)


def test_a_law_that_does_not_exist_names_those_that_are_near():
    with pytest.raises(AttributeError, match="did you mean definition_of_kl or"):
        _ = laws.definition_of_KL
    with pytest.raises(AttributeError, match=r"see docs/laws\.md"):
        _ = laws.zzz


def test_draws_are_of_a_density_or_of_its_value():
    assert Iterated(q(z), j, J) == Iterated(q(z).args[0], j, J)


def test_roots_have_a_width_and_nothing_has_no_lines():
    with author_form():
        root = layout(sympy.sqrt(s + 1) + 1)
    assert width(root) > 3
    assert len(lines(root, 50)) == 1
