"""What divides 0 is not divided by behind a power, and an index that begins at 0 is no count."""

import pytest
import sympy
from sympy import Integer, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.errors import DerivationError
from elbo_check.nodes import derivative, function, indexed_sum, sequence
from elbo_check.symbols import author_form, bit, count, positive, real

x, b, s, n, m, k, i, j = real("x"), bit("b"), positive("s"), *map(count, ("n", "m", "k", "i", "j"))
f, g, X, mu = function("f"), function("g"), sequence(bit("x")), real("mu")
FAR = 5000


def proof(left, right, law=laws.algebra, parameters=(), cites=None, where=()):
    step = Step("s", left, right, law, cites=cites)
    return Derivation("t", "t", "t", (), (Chain(Statement(left, right), (step,), parameters, where),), ("none",))


with author_form():
    far = FAR - x
    root = sqrt(far**2)
    above = root - far  # 0 for x ≤ 5000 alone
    sign = (-1) ** n
    FALSE = {
        "a bit": ((1 - b) ** (n - 1) + b, (1 - b) ** (n - 1), laws.algebra, (b, n)),
        "a bit of many": ((1 - X[1]) ** (n - 1) + X[1], (1 - X[1]) ** (n - 1), laws.algebra, (bit("x"), n)),
        "a root": ((root + far) ** (n - 1) + above, (root + far) ** (n - 1), laws.algebra, (x, n)),
        "a sign": ((1 + sign) ** (m - 1) + (1 - sign) * above, (1 + sign) ** (m - 1), laws.algebra, (x, n, m)),
        "a derivative": (
            derivative((root + far) ** n, x) + above, derivative((root + far) ** n, x), laws.differentiation, (x, n)),
        "b⁰": (
            indexed_sum(b**k * above, k, n, 0), indexed_sum(b ** (k + 1) * above, k, n, 0), laws.algebra, (b, x, n)),
    }  # fmt: skip
    parts = indexed_sum(g(i), i, j), indexed_sum(g(i), i, j - 1) + g(j)
    LAST = proof(*parts, laws.last_term, (j,))
    NESTED = [above * indexed_sum(indexed_sum(part + f(k), j, n, k), k, n, 0) for part in parts]
    TWICE = proof(indexed_sum(f(j) * 2, j, n), 2 * indexed_sum(f(j), j, n), laws.algebra, (n,))


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", FALSE.values(), ids=FALSE)
def test_what_is_false_where_a_divisor_of_zero_is_zero_is_not_proved(case):
    assert check(proof(*case)).outcome != "proved"


@pytest.mark.endurance
def test_a_theorem_about_counts_is_not_used_at_an_index_that_begins_at_an_index_from_0():
    for instances in ((), (((j, j),),)):
        assert check(proof(*NESTED, laws.theorem, (x, n), Citation(LAST, instances))).outcome != "proved"


def test_an_entry_with_properties_that_no_page_shows_is_refused():
    entry = sympy.IndexedBase(mu, positive=True)[1]
    with pytest.raises(DerivationError, match=r"the entry μ_1 has properties .*: make it by sequence\(mu\)"):
        Statement(entry, Integer(0), "≥")
    Statement(sequence(mu)[1], Integer(0), "≥")


def test_an_abbreviation_that_holds_what_a_cited_sum_binds_is_no_error():
    with author_form():
        total = indexed_sum(f(k) * 2, k, m), 2 * indexed_sum(f(k), k, m)
        sides = m * total[0], m * total[1]
    found = check(proof(*sides, laws.theorem, (j,), Citation(TWICE, (((n, m),),)), ((m, j + 1),)))
    assert found.outcome in ("proved", "undecided")


def test_powers_below_one_more_are_known_where_nothing_divides_zero():
    with author_form():
        true = {
            (x ** (n - 1) * x, x**n, laws.algebra, (x, n)),
            (derivative((1 - x**2) ** n, x), -2 * x * n * (1 - x**2) ** (n - 1), laws.differentiation, (x, n)),
            (sign * (-1) ** (n - 1), Integer(-1), laws.algebra, (n,)),
            ((x - s) ** (n + 1), (x - s) ** n * x - s * (x - s) ** n, laws.algebra, (x, s, n)),
        }
    for case in true:
        assert check(proof(*case)).outcome == "proved"
