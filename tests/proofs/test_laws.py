"""The statement of every law is run: where it holds, by law and by meaning, and just beside it, where it must not."""

from dataclasses import FrozenInstanceError, replace

import pytest
import sympy

from elbo_check import laws
from elbo_check.checking import by_meaning
from elbo_check.derivation import Chain, Citation, Statement, Step
from elbo_check.laws import Law
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Gaussian,
    Independent,
    Information,
    Integral,
    Iterated,
    Maximum,
    Member,
    Minimum,
    Product,
    Uniform,
    Value,
    Vector,
    derivative,
    free_symbols,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)  # fmt: skip
from elbo_check.normal_form import Context
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, bit, count, positive, real, unit

x, y, z, w, mu, nu = real("x"), real("y"), real("z"), real("w"), real("mu"), real("nu")
s, t, u = positive("s"), positive("t"), positive("u")
z1, z2 = real("z_1"), real("z_2")
J, K, j, i = count("J"), count("K"), count("j"), count("i")
N, M = gaussian(mu, s), gaussian(nu, t)
q1, q2, p1, p2 = Member("q", 1), Member("q", 2), Member("p", 1), Member("p", 2)
PLANE = Gaussian((mu, nu), ((s,), (x, t)))
log, pi = sympy.log, sympy.pi


def E(q, body, *names):
    return Expectation(q, body, *names)


def log_of(density, *point):
    return log(Value(density, *point))


p, q, f = model("p"), model("q"), function("f")
a, b, y01 = real("a"), real("b"), unit("y")
DRAWS, PAIR = Iterated(q(z), j, J), Independent("q", 2)
ms, ss, bs = sequence(real("m")), sequence(positive("v")), sequence(b)

KNOWN = Context(equations=((KL(N, M), "=", x + s),), assumed=((KL(M, N), "=", x + s),))

# law, left, right where it holds (the statement), right where it must not, context
CASES = [
    (laws.algebra, (z - x) ** 2, z**2 - 2 * x * z + x**2, z**2 - x**2, None),
    (laws.algebra, 1 / s - 1 / t, (t - s) / (s * t), (s - t) / (s * t), None),
    (laws.log_of_product, log(s * t), log(s) + log(t), log(s) - log(t), None),
    (laws.log_of_product, log(s / t), log(s) - log(t), log(s) / log(t), None),
    (laws.log_of_product, log(s**3), 3 * log(s), log(s) ** 3, None),
    (laws.log_of_product, log(s**2) / 2, log(s), log(s) / 2, None),
    (laws.definition_of_kl, KL(N, M), E(N, log_of(N, z) - log_of(M, z), z), E(M, log_of(N, z) - log_of(M, z), z), None),
    (laws.definition_of_kl, KL(q1, p1), E(q1, log_of(q1, z) - log_of(p1, z), z), E(q1, log_of(p1, z), z), None),
    (laws.linearity, E(N, 2 * x * z**2 + 3, z), 2 * x * E(N, z**2, z) + 3, 2 * E(N, x * z, z) + 3, None),
    (laws.linearity, E(N, (z - x) / s, z), (E(N, z, z) - x) / s, E(N, z, z) / s - x, None),
    (laws.gaussian_log_density, log_of(gaussian(0, 1), x), -x**2 / 2 - log(2 * pi) / 2, -x**2 - log(2 * pi) / 2, None),
    (laws.gaussian_log_density, log_of(N, x), -(x - mu)**2 / (2 * s**2) - log(s) - log(2 * pi) / 2,
     -(x - mu)**2 / (2 * s**2) - log(s**2) - log(2 * pi) / 2, None),
    (laws.gaussian_log_density, log_of(PLANE, y, z),
     -((y - mu) / s) ** 2 / 2 - ((z - nu - x * (y - mu) / s) / t) ** 2 / 2 - log(s * t) - log(2 * pi),
     -((y - mu) / s) ** 2 / 2 - ((z - nu) / t) ** 2 / 2 - log(s * t) - log(2 * pi), None),
    (laws.gaussian_moments, E(N, z - mu, z), sympy.Integer(0), mu, None),
    (laws.gaussian_moments, E(N, (z - mu) ** 2, z), s**2, s, None),
    (laws.gaussian_moments, E(N, (z - mu) ** 6, z), 15 * s**6, 5 * s**6, None),
    (laws.gaussian_moments, E(PLANE, (z - mu) * (w - nu), z, w), s * x, x**2 + t**2, None),
    (laws.gaussian_moments, E(Product(N, M), (z * w) ** 2, z, w), (mu**2 + s**2) * (nu**2 + t**2), (mu * nu)**2, None),
    (laws.independence, E(Product(q1, q2), log_of(Product(q1, q2), z, w), z, w),
     E(Product(q1, q2), log(Value(q1, z) * Value(q2, w)), z, w), E(Product(q1, q2), log(Value(q1, z)), z, w), None),
    (laws.marginalisation, E(Product(q1, q2), log_of(q1, z), z, w), E(q1, log_of(q1, z), z),
     E(q2, log_of(q2, z), z), None),
    (laws.marginalisation, E(Product(N, M), w**2, z, w), E(M, z**2, z), E(N, z**2, z), None),
    (laws.last_factor, KL(Independent("q", 1), Independent("p", 1)), KL(q1, p1), KL(q2, p2), None),
    (laws.last_factor, KL(Independent("q", J + 1), Independent("p", J + 1)),
     KL(Product(Independent("q", J), Member("q", J + 1)), Product(Independent("p", J), Member("p", J + 1))),
     KL(Independent("q", J), Independent("p", J)), None),
    (laws.independence, E(DRAWS, log_of(DRAWS, z), z), E(DRAWS, indexed_sum(log(q(sequence(z)[j])), j, J), z),
     E(DRAWS, log(indexed_sum(q(sequence(z)[j]), j, J)), z), None),
    (laws.independence, E(PAIR, Value(PAIR, z), z), E(PAIR, Value(q1, sequence(z)[1]) * Value(q2, sequence(z)[2]), z),
     E(PAIR, Value(q1, sequence(z)[1]) * Value(q1, sequence(z)[2]), z), None),
    (laws.exchange_of_sums, indexed_sum(indexed_sum(f(i, j), i, K), j, J),
     indexed_sum(indexed_sum(f(i, j), j, J), i, K), indexed_sum(indexed_sum(f(i, j), j, K), i, J), None),
    (laws.total_expectation, Expectation(q(z1), Expectation(q(z2), f(z1, z2))),
     Expectation(q(z2), Expectation(q(z1), f(z1, z2))), Expectation(q(z1), f(z1, z1)), None),
    (laws.last_term, indexed_sum(x * j, j, J + 1), indexed_sum(x * j, j, J) + (J + 1) * x,
     indexed_sum(x * j, j, J) + J * x, None),
    (laws.last_term, indexed_sum(x + j, j, 1), x + 1, x, None),
    (laws.factorisation, KL(Product(N, M), Product(M, N)), KL(N, M) + KL(M, N), 2 * KL(N, M), None),
    (laws.factorisation, KL(Product(q1, q2, q1), Product(p1, p2, q2)), KL(q1, p1) + KL(q2, p2) + KL(q1, q2),
     KL(q1, p1) + KL(q2, p2), None),
    (laws.theorem, 2 * KL(N, M), 2 * (x + s), 2 * x + s, KNOWN),
    (laws.monotonicity, 2 * KL(N, M), 2 * (x + s), 2 * x + s, KNOWN),
    (laws.assumption, 2 * KL(M, N), 2 * (x + s), 2 * x + s, KNOWN),
    (laws.substitution, (z - x) ** 2, z**2 - 2 * x * z + x**2, z**2 - x**2, None),
    (laws.nonnegativity, (z - x) ** 2, z**2 - 2 * x * z + x**2, z**2 - x**2, None),
    (laws.algebra, indexed_sum(x * j, j, J), x * indexed_sum(j, j, J), J * x, None),
    (laws.algebra, indexed_sum(2 + j, j, J), 2 * J + indexed_sum(j, j, J), 2 + indexed_sum(j, j, J), None),
    (laws.differentiation, derivative(x * log(s) + s**2, s), x / s + 2 * s, x / s + s, None),
    (laws.differentiation, derivative(sympy.exp(2 * s) / s, s), sympy.exp(2 * s) * (2 * s - 1) / s**2,
     sympy.exp(2 * s) * 2 / s, None),
    (laws.differentiation, derivative(sympy.sqrt(1 + s**2), s), s / sympy.sqrt(1 + s**2), s, None),
    (laws.differentiation, derivative(indexed_sum(s**2 * j, j, J), s), 2 * s * indexed_sum(j, j, J), 2 * s, None),
    (laws.differentiation, derivative(x + s, s), sympy.Integer(1), x, None),
    (laws.negation, Maximum(f(z), z), -Minimum(-f(z), z), -Minimum(f(z), z), None),
    (laws.conditional_density, p(a, b), p(b, given=a) * p(a), p(b, given=a) * p(b), None),
    (laws.conditional_density, p(a, b), p(b, a), p(a) * p(b), None),
    (laws.bayes, p(b, given=a), p(a, given=b) * p(b) / p(a), p(a, given=b) * p(a) / p(b), None),
    (laws.normalisation, Integral(p(a, b), b), p(a), 2 * p(a), None),
    (laws.normalisation, Integral(p(b, given=a), b), sympy.Integer(1), p(a), None),
    (laws.normalisation, Integral(2 * p(a, b), a, b), sympy.Integer(2), sympy.Integer(1), None),
    (laws.definition_of_expectation, E(q(b).args[0], log(p(a, b)), b), Integral(q(b) * log(p(a, b)), b),
     Integral(log(p(a, b)), b), None),
    (laws.multiply_and_divide, E(q(b).args[0], p(a, b) / q(b), b), p(a), 2 * p(a), None),
    (laws.constants, E(q(b).args[0], 2 * x * f(b), b), 2 * x * E(q(b).args[0], f(b), b), x * E(q(b).args[0], f(b), b),
     None),
    (laws.total_expectation, Expectation(p(a), Expectation(p(b, given=a), f(a, b))), Expectation(p(a, b), f(a, b)),
     Expectation(p(a), Expectation(p(b), f(a, b))), None),
    (laws.total_expectation, Expectation(p(a, b), f(a)), Expectation(p(a), f(a)), Expectation(p(b), f(b)), None),
    (laws.total_expectation, Expectation(p(b), Expectation(p(a, given=b), f(a, b))), Expectation(p(b, a), f(a, b)),
     Expectation(p(a, b), f(b, a) + f(a, b)), None),
    (laws.unbiased_average, E(Iterated(N, j, J), indexed_sum(f(sequence(z)[j]), j, J) / J, z), E(N, f(z), z),
     J * E(N, f(z), z), None),
    (laws.unbiased_average, E(Iterated(Member("q", j), j, J), indexed_sum(f(sequence(z)[j]), j, J), z),
     indexed_sum(E(Member("q", j), f(z), z), j, J), J * E(q1, f(z), z) + 1, None),
    (laws.one_draw_less, E(Iterated(q(b).args[0], j, J + 1), (indexed_sum(f(bs[j]), j, J + 1) - f(bs[J])) ** 2, b),
     E(Iterated(q(b).args[0], j, J), indexed_sum(f(bs[j]), j, J) ** 2, b),
     E(Iterated(q(b).args[0], j, J), indexed_sum(f(bs[j]) ** 2, j, J), b), None),
    (laws.last_draw, E(Iterated(q(b).args[0], j, J + 1), indexed_sum(f(bs[j]), j, J + 1) ** 2, b),
     E(Product(Iterated(q(b).args[0], j, J), q(b)), (indexed_sum(f(bs[j]), j, J) + f(a)) ** 2, b, a),
     E(Product(Iterated(q(b).args[0], j, J), q(b)), (indexed_sum(f(bs[j]), j, J) - f(a)) ** 2, b, a), None),
    (laws.independent_factors, E(Product(q1, q2), (f(z) + x) * f(w), z, w),
     E(q1, f(z), z) * E(q2, f(w), w) + x * E(q2, f(w), w),
     E(q1, f(z) ** 2, z) + x * E(q2, f(w), w), None),
    (laws.discrete_mean, E(Uniform(J), x * j, j), x * indexed_sum(j, j, J) / J, x * indexed_sum(j, j, J), None),
    (laws.discrete_mean, E(Bernoulli(y01), x * bit("c"), bit("c")), x * y01, x * (1 - y01), None),
    (laws.change_of_variables, E(N, f(z), z), E(gaussian(0, 1), f(mu + s * z), z), E(gaussian(0, 1), f(mu + z), z),
     None),
    (laws.change_of_variables, E(PLANE, f(z, w), z, w),
     E(Product(gaussian(0, 1), gaussian(0, 1)), f(mu + s * z, nu + x * z + t * w), z, w),
     E(Product(gaussian(0, 1), gaussian(0, 1)), f(mu + s * z, nu + t * w), z, w), None),
    (laws.change_of_variables, E(Iterated(gaussian(ms[j], ss[j]), j, J), f(z), z),
     E(Iterated(gaussian(0, 1), j, J), f(Vector(ms[j] + ss[j] * sequence(z)[j], j, J)), z),
     E(Iterated(gaussian(0, 1), j, J), f(z), z), None),
    (laws.differentiation_under_expectation, derivative(E(gaussian(0, 1), f(x + z), z), x),
     E(gaussian(0, 1), derivative(f(x + z), x), z), E(gaussian(0, 1), f(x + z), z), None),
    (laws.bernoulli_log_mass, log(Bernoulli(y01)(bit("c"))), bit("c") * log(y01) + (1 - bit("c")) * log(1 - y01),
     bit("c") * log(y01), None),
    (laws.definition_of_information, Information(p(a)), -log(p(a)), log(p(a)), None),
    (laws.definition_of_entropy, Entropy(q(b)), -Expectation(q(b), log(q(b))), Expectation(q(b), log(q(b))), None),
    (laws.definition_of_entropy, Entropy(N), -E(N, log_of(N, z), z), -E(M, log_of(M, z), z), None),
    (laws.log_bound, f(x) + log(s), log(s) + f(x), log(s), None),
    (laws.mass_on_the_support, f(x) + log(s), log(s) + f(x), log(s), None),
    (laws.jensen, f(x) + log(s), log(s) + f(x), log(s), None),
    (laws.gibbs, KL(q1, p1) - x, KL(q1, p1) - x, KL(q1, p1) + x, None),
    (laws.log_cosh_tangent, x + s, s + x, x - s, None),
    (laws.induction_hypothesis, 1 - KL(N, M), 1 - x - s, 1 - x + s, KNOWN),
]  # fmt: skip

LAWS = laws.LAWS
CITED = {name: Citation(theorem(name)) for name in ("kl-additivity", "kl-nonnegative")}

with author_form():
    AVERAGE = log(1 / J * indexed_sum(ss[j], j, J))
    SIGMOID = log(sympy.exp(x / 2) + sympy.exp(-x / 2)), log(sympy.exp(s / 2) + sympy.exp(-s / 2))
    TWO = log(sympy.Rational(1, 2) * (s + t)), sympy.Rational(1, 2) * (log(s) + log(t))
    MIXED = log(y01 * s + (1 - y01) * t), y01 * log(s) + (1 - y01) * log(t)
SLOPE = (sympy.exp(s) - 1) / (sympy.exp(s) + 1) / (4 * s)
TAUGHT = Context(equations=((log(s), "≤", s - 1), (f(x), "≥", y)), assumed=((f(x), "≤", y),))

# law, left ≤ right, and what is not at least left
INEQUALITIES = [
    (laws.nonnegativity, -(x**2) * s, sympy.Integer(0), -s, None),
    (laws.log_bound, log(s / t), s / t - 1, s / t - 2, None),
    (laws.log_bound, Expectation(q(b), log(p(b) / q(b))), Expectation(q(b), p(b) / q(b) - 1), sympy.Integer(-1), None),
    (laws.log_bound, 1 - s, -log(s), log(s), None),
    (laws.mass_on_the_support, Expectation(q(b), p(b) / q(b)), sympy.Integer(1), p(a), None),
    (laws.mass_on_the_support, Expectation(q(b), p(a, b) / q(b)), p(a), p(a) / 2, None),
    (laws.mass_on_the_support, log(Expectation(q(b), p(a, b) / q(b))), log(p(a)), 2 * log(p(a)), None),
    (laws.gibbs, x, x + 2 * KL(q(b), p(b)), x - 1, None),
    (laws.gibbs, -Expectation(q(a), KL(q(b, given=a), p(b))), sympy.Integer(0), sympy.Integer(-1), None),
    (laws.jensen, Expectation(q(b), log(p(b))), log(Expectation(q(b), p(b))), Expectation(q(b), 2 * log(p(b))), None),
    (laws.jensen, indexed_sum(log(ss[j]), j, J) / J, AVERAGE, indexed_sum(log(ss[j]), j, J) / J - 1, None),
    (laws.jensen, TWO[1], TWO[0], TWO[1] - 1, None),
    (laws.jensen, MIXED[1], MIXED[0], MIXED[1] - 1, None),
    (laws.log_cosh_tangent, SIGMOID[0], SIGMOID[1] + SLOPE * (x**2 - s**2), SIGMOID[1] - 9, None),
    (laws.theorem, log(s), s - 1, s - 2, TAUGHT),
    (laws.theorem, 2 * y + 1, 2 * f(x) + 1, f(x), TAUGHT),
    (laws.monotonicity, Expectation(q(b), x + log(s) * p(b)), Expectation(q(b), x + (s - 1) * p(b)), x, TAUGHT),
    (laws.assumption, f(x) - y, sympy.Integer(0), sympy.Integer(-1), TAUGHT),
    (laws.induction_hypothesis, log(s), s - 1, s - 2, TAUGHT),
]
FLIPPED = {"≤": "≥", "≥": "≤"}


NEEDS_A_STATEMENT = (laws.theorem, laws.induction_hypothesis, laws.monotonicity, laws.assumption)
OPENS_E = {
    law.name
    for law in (
        laws.linearity,
        laws.gaussian_moments,
        laws.log_bound,
        laws.mass_on_the_support,
        laws.jensen,
        laws.total_expectation,
        laws.multiply_and_divide,
        laws.unbiased_average,
        laws.independent_factors,
    )
}


def meaning(law, left, right, relation="="):
    step = Step("s", left, right, law, relation, cites=CITED.get(law.rests_on))
    chain = Chain(Statement(left, right, relation), (step,), tuple(free_symbols(left) | free_symbols(right)))
    readings = by_meaning.readings_for(chain)
    found = by_meaning.meaning_of(step, readings)
    return found.agrees if relation == "=" else (by_meaning.searched(step, readings) or found).agrees


def test_every_law_has_a_case_a_statement_a_source_and_a_name_of_its_own():
    assert {law.name for law, *_ in CASES} == {law.name for law in LAWS}
    assert len({law.name for law in LAWS}) == len({law.anchor for law in LAWS}) == len(LAWS) == 42
    assert all(law.statement.endswith(".") and law.source and law.statement == law.statement.strip() for law in LAWS)
    assert {name for name, value in vars(laws).items() if isinstance(value, Law)} <= set(laws.__all__)


@pytest.mark.parametrize(("law", "left", "right", "wrong", "context"), CASES)
def test_the_law_leads_from_left_to_right_and_no_further(law, left, right, wrong, context):
    assert law.objection(left, right, context) == ""
    assert law.objection(right, left, context) == ""
    assert "differ by" in law.objection(left, wrong, context)


@pytest.mark.endurance
@pytest.mark.parametrize(("law", "left", "right", "wrong", "context"), [c for c in CASES if c[4] is None])
def test_the_statement_is_true_by_meaning_and_what_is_beside_it_is_false(law, left, right, wrong, context):
    assert meaning(law, left, right) is True
    assert meaning(law, left, wrong) is False


@pytest.mark.parametrize(("law", "left", "right", "wrong", "context"), INEQUALITIES)
def test_an_inequality_leads_one_way_and_no_further(law, left, right, wrong, context):
    context = context or Context()
    upwards, downwards, equal = (replace(context, relation=relation) for relation in "≤≥=")
    assert law.objection(left, right, upwards) == ""
    assert law.objection(right, left, downwards) == ""
    assert "differ by" in law.objection(left, right, downwards)
    assert "differ by" in law.objection(left, right, equal)
    assert "differ by" in law.objection(left, wrong, upwards)


@pytest.mark.endurance
@pytest.mark.parametrize(("law", "left", "right", "wrong", "context"), [c for c in INEQUALITIES if c[4] is None])
def test_an_inequality_is_true_by_meaning_and_its_reverse_is_false(law, left, right, wrong, context):
    assert meaning(law, left, right, "≤") is True
    assert meaning(law, left, right, "≥") is False
    assert meaning(law, left, wrong, "≤") is False


@pytest.mark.parametrize("law", [laws.theorem, laws.induction_hypothesis, laws.monotonicity, laws.assumption])
def test_a_law_that_needs_an_equation_does_nothing_without_one(law):
    assert "no" in law.objection(x, x)


@pytest.mark.parametrize("law", [value for value in LAWS if value not in NEEDS_A_STATEMENT])
def test_a_law_does_not_do_what_another_is_for(law):
    """Each of these is true, and each only by the laws that say so."""
    truths = {
        log(s * t) - log(s): (log(t), {"log of a product", "Gaussian log-density"}),
        KL(N, M) + 0: (E(N, log_of(N, z) - log_of(M, z), z), {"definition of KL"}),
        E(N, z + x, z): (E(N, z, z) + x, OPENS_E),
        E(N, z**2, z): (mu**2 + s**2, {"Gaussian moments"}),
        KL(Product(q1, N), Product(p1, M)): (KL(q1, p1) + KL(N, M), {"factorisation"}),
    }
    for left, (right, able) in truths.items():
        assert (law.objection(left, right) == "") == (law.name in able)


def test_what_cannot_be_read_is_an_objection_and_no_crash():
    assert "cannot be applied: sin" in laws.algebra.objection(sympy.sin(x), sympy.sin(x))


def test_a_law_is_frozen_and_its_docstring_is_its_statement():
    with pytest.raises(FrozenInstanceError):
        laws.algebra.name = "magic"

    @laws.law("nothing", source="here")
    def nothing(left, right, context):
        """Everything is equal.

        Or not.
        """
        return ""

    assert nothing.statement == "Everything is equal.\n\nOr not."
    assert nothing.conditions == ()
    assert laws.law("bare", source="here")(lambda *_: "").statement == ""


def test_conditions_are_stated_where_a_law_has_any():
    without = {law.name for law in LAWS if not law.conditions}
    assert without == {"algebra", "substitution", "nonnegativity"}
