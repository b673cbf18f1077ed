"""The order of integrals: two that have a value may differ by it, unless the parts are integrable over both variables.

With g = 2 (t/5000 − 1) and τ = 0 beyond t = 5000, σ(y) tends to ±1/g: ∫ (∫ (N(z; y, 1) − N(z; y + 1, 1)) σ(y) dy) dz is
2/g there, and 0 in the other order. Below 5000 σ(y) is y e^(−τ y²), and both are 0.
"""

import pytest
from sympy import Integer, exp, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import Expectation, Integral, Product, function, gaussian, model
from elbo_check.symbols import author_form, real

x, y, z, t = real("x"), real("z_1"), real("z"), real("t")
f, p, q, r = function("f"), model("p"), model("q"), model("r")
NORMAL = gaussian(0, 1)
FUBINI = "the integrand is integrable (Fubini)"

with author_form():
    FAR = 1 - t / 5000
    BELOW, BEYOND = sqrt(FAR**2) + FAR, sqrt(FAR**2) - FAR
    SIGMA = exp(-BELOW * y**2) * y / sqrt(1 + BEYOND**2 * y**2)
    BOTH = (gaussian(y, 1)(z) - gaussian(y + 1, 1)(z)) * SIGMA
    OUTER_Z, OUTER_Y = Integral(Integral(BOTH, y), z), Integral(Integral(BOTH, z), y)
    AT_ONCE = Integral(BOTH, y, z)


def verdict(left, right, law, parameters=()):
    chain = Chain(Statement(left, right), (Step("s", left, right, law),), parameters)
    derivation = Derivation("t", "T", "t", (), (chain,), ("none",))
    return check(derivation, 20), derivation


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("left", "right"),
    [(OUTER_Z, Integer(0)), (OUTER_Z, OUTER_Y), (AT_ONCE, Integer(0))],
    ids=["0", "exchanged", "as it is written"],
)
def test_integrals_are_exchanged_only_where_fubini_is_granted(left, right):
    found, _ = verdict(left, right, laws.normalisation, (t,))
    assert found.outcome == "undecided"
    assert FUBINI in laws.normalisation.objection(left, right)
    found, derivation = verdict(left, right, laws.total_expectation, (t,))
    assert found.outcome == "proved"
    assert any(FUBINI in line for line in derivation.ledger)


def test_the_order_in_which_all_is_a_density_is_proved_as_before():
    assert verdict(OUTER_Y, Integer(0), laws.normalisation, (t,))[0].outcome == "proved"


@pytest.mark.unmeasured
@pytest.mark.parametrize("law", [laws.linearity, laws.jensen, laws.log_bound, laws.mass_on_the_support])
def test_no_other_law_exchanges_integrals(law):
    assert FUBINI in law.objection(OUTER_Z, OUTER_Y)
    assert law.objection(OUTER_Z, OUTER_Z) == ""


def test_a_mean_divided_by_its_density_is_no_licence_to_exchange_integrals():
    with author_form():
        left = Expectation(NORMAL, Integral(BOTH, y) / NORMAL(z), z)
    assert laws.multiply_and_divide.objection(left, OUTER_Z) == ""
    assert FUBINI in laws.multiply_and_divide.objection(left, Integer(0))


with author_form():
    INSIDE, JOINT = Integral(f(x, z), z), p(x, given=z) * f(z)
    KEPT = {
        "a marginal beside what is no density": (Integral(p(x, z) + f(z), z), p(x) + Integral(f(z), z)),
        "the inner one goes": (Integral(Integral(JOINT, x), z), Integral(f(z), z)),
        "the outer one goes, of densities": (Integral(Integral(p(x, given=z) * q(z), z), x), Integer(1)),
        "of densities, over what is left": (Integral(Integral(p(x, z), z), x), Integer(1)),
        "over both at once": (Integral(JOINT, x, z), Integral(f(z), z)),
        "a product over both at once": (Integral(f(x, z) + q(x) * r(z), z, x), 1 + Integral(INSIDE, x)),
        "one in the other": (Integral(q(x) * INSIDE, x), Integral(Integral(q(x) * f(x, z), z), x)),
        "a Gaussian": (Integral(Integral(gaussian(x, 1)(z) * gaussian(0, 1)(x), x), z), Integer(1)),
    }
    OTHERS = {
        "the outer one goes": (Integral(Integral(JOINT, z), x), Integral(f(z), z)),
        "over both at once": (Integral(JOINT, z, x), Integral(f(z), z)),
        "in two orders": (Integral(f(x, z), x, z), Integral(f(x, z), z, x)),
        "the other way round": (Integral(INSIDE, x), Integral(Integral(f(x, z), x), z)),
    }


@pytest.mark.parametrize("name", KEPT)
def test_normalisation_takes_integrals_as_they_are_written(name):
    left, right = KEPT[name]
    assert verdict(left, right, laws.normalisation, tuple(right.free_symbols))[0].outcome == "proved"


@pytest.mark.parametrize("name", OTHERS)
def test_what_needs_another_order_is_said_to(name):
    assert FUBINI in laws.normalisation.objection(*OTHERS[name])
    assert verdict(*OTHERS[name], laws.total_expectation)[0].outcome == "proved"


def test_a_mean_over_two_blocks_is_one_integral():
    both = Product(q(x), r(z))
    with author_form():
        left, right = (
            Expectation(both, f(x, z) / (q(x) * r(z)) + f(x), x, z),
            Integral(f(x, z) + q(x) * r(z) * f(x), x, z),
        )
    assert laws.multiply_and_divide.objection(left, right) == ""


def test_integrals_that_are_exchanged_by_way_of_a_mean_need_what_the_mean_needs():
    """E over p(y, z) is that over p(z, y) where it exists; ∫∫ f may have two values where it does not."""
    with author_form():
        left, right = Integral(Integral(f(z, x), x), z), Integral(Integral(f(z, x), z), x)
        one, other = (Expectation(density, f(z, x) / density) for density in (p(x, z), p(z, x)))
    steps = (
        Step("a", left, one, laws.multiply_and_divide),
        Step("b", one, other, laws.algebra),
        Step("c", other, right, laws.multiply_and_divide),
    )
    derivation = Derivation("t", "T", "t", (), (Chain(Statement(left, right), steps, ()),), ("none",))
    assert check(derivation, 20).outcome == "proved"
    assert any("f is integrable" in line for line in derivation.ledger)
