"""The statement of every law is run: where it holds, by law and by meaning, and just beside it, where it must not."""

from dataclasses import FrozenInstanceError

import pytest
import sympy

from elbo_check import laws
from elbo_check.checking import by_meaning
from elbo_check.derivation import Chain, Citation, Statement, Step
from elbo_check.laws import Law
from elbo_check.nodes import KL, Expectation, Gaussian, Independent, Member, Product, Value, gaussian, indexed_sum
from elbo_check.normal_form import Context
from elbo_check.proofs import theorem
from elbo_check.symbols import count, positive, real

x, y, z, w, mu, nu = real("x"), real("y"), real("z"), real("w"), real("mu"), real("nu")
s, t, u = positive("s"), positive("t"), positive("u")
J, j = count("J"), count("j")
N, M = gaussian(mu, s), gaussian(nu, t)
q1, q2, p1, p2 = Member("q", 1), Member("q", 2), Member("p", 1), Member("p", 2)
PLANE = Gaussian((mu, nu), ((s,), (x, t)))
log, pi = sympy.log, sympy.pi


def E(q, body, *names):
    return Expectation(q, body, *names)


def log_of(density, *point):
    return log(Value(density, *point))


KNOWN = Context(equations=((KL(N, M), x + s),))

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
    (laws.last_term, indexed_sum(x * j, j, J + 1), indexed_sum(x * j, j, J) + (J + 1) * x,
     indexed_sum(x * j, j, J) + J * x, None),
    (laws.last_term, indexed_sum(x + j, j, 1), x + 1, x, None),
    (laws.factorisation, KL(Product(N, M), Product(M, N)), KL(N, M) + KL(M, N), 2 * KL(N, M), None),
    (laws.factorisation, KL(Product(q1, q2, q1), Product(p1, p2, q2)), KL(q1, p1) + KL(q2, p2) + KL(q1, q2),
     KL(q1, p1) + KL(q2, p2), None),
    (laws.theorem, 2 * KL(N, M), 2 * (x + s), 2 * x + s, KNOWN),
    (laws.induction_hypothesis, 1 - KL(N, M), 1 - x - s, 1 - x + s, KNOWN),
]  # fmt: skip

LAWS = [value for value in vars(laws).values() if isinstance(value, Law)]
CITED = {"kl-additivity": Citation(theorem("kl-additivity"))}


def meaning(law, left, right):
    step = Step("s", left, right, law, cites=CITED.get(law.rests_on))
    chain = Chain(Statement(left, right), (step,), tuple(left.free_symbols | right.free_symbols))
    return by_meaning.meaning_of(step, by_meaning.readings_for(chain)).agrees


def test_every_law_has_a_case_a_statement_a_source_and_a_name_of_its_own():
    assert {law.name for law, *_ in CASES} == {law.name for law in LAWS}
    assert len({law.name for law in LAWS}) == len(LAWS) == 13
    assert all(law.statement.endswith(".") and law.source and law.statement == law.statement.strip() for law in LAWS)
    assert {name for name, value in vars(laws).items() if isinstance(value, Law)} <= set(laws.__all__)


@pytest.mark.parametrize(("law", "left", "right", "wrong", "context"), CASES)
def test_the_law_leads_from_left_to_right_and_no_further(law, left, right, wrong, context):
    assert law.objection(left, right, context) == ""
    assert law.objection(right, left, context) == ""
    assert "differ by" in law.objection(left, wrong, context)


@pytest.mark.parametrize(("law", "left", "right", "wrong", "context"), [c for c in CASES if c[4] is None])
def test_the_statement_is_true_by_meaning_and_what_is_beside_it_is_false(law, left, right, wrong, context):
    assert meaning(law, left, right) is True
    assert meaning(law, left, wrong) is False


@pytest.mark.parametrize("law", [laws.theorem, laws.induction_hypothesis])
def test_a_law_that_needs_an_equation_does_nothing_without_one(law):
    assert "no" in law.objection(x, x)


@pytest.mark.parametrize("law", [value for value in LAWS if value not in (laws.theorem, laws.induction_hypothesis)])
def test_a_law_does_not_do_what_another_is_for(law):
    """Each of these is true, and each only by the laws that say so."""
    truths = {
        log(s * t) - log(s): (log(t), {"log of a product", "Gaussian log-density"}),
        KL(N, M) + 0: (E(N, log_of(N, z) - log_of(M, z), z), {"definition of KL"}),
        E(N, z + x, z): (E(N, z, z) + x, {"linearity of E", "Gaussian moments"}),
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
    assert without == {"algebra"}
