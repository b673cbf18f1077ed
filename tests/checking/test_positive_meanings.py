"""A density may be 0: where it stands for a positive symbol of what is cited, that it is not is granted, and told.

The mean of Bernoulli(b; v)/Bernoulli(b; u) by Bernoulli(u) is 1 for u = s/(1 + s) and positive s; at s = 0 it is 1 − v.
"""

from itertools import pairwise

import pytest
from sympy import Integer, exp, log, sqrt

from elbo_check import checking
from elbo_check.checking.defined import doubt_of, granted_to
from elbo_check.errors import DerivationError
from elbo_check.language import (
    Bernoulli,
    Chain,
    Citation,
    Derivation,
    Expectation,
    Statement,
    Step,
    author_form,
    bit,
    derive,
    function,
    gaussian,
    laws,
    model,
    positive,
    real,
    unit,
)
from elbo_check.nodes import is_probability

P, Q, F, ONE = model("p"), model("q"), function("f"), Integer(1)
A, C, T, X, Z = (real(name) for name in "actxz")
B, S, R, U, V = bit("b"), positive("s"), positive("r"), unit("u"), unit("v")
with author_form():
    GATE = sqrt((5000 - T) ** 2) - (5000 - T)  # is 0 wherever it is read, and not beyond
LINE = " > 0 where it stands for a positive number in what is cited"


def theorem(*lines, parameters=(), name="t", **more):
    """Return a theorem of a first side and (side, law, relation, citation) after it."""
    sides = [side for side, *_ in lines]
    steps = []
    for at, ((left, *_), (right, law, *rest)) in enumerate(pairwise(lines)):
        relation, cites = (*rest, *("=", None)[len(rest) :])
        steps.append(Step(f"step {at}", left, right, law, relation, cites=cites))
    chain = Chain(Statement(sides[0], sides[-1], steps[-1].relation), tuple(steps), parameters, **more)
    return Derivation(name, f"On {name}", "t", (), (chain,), ("none",))


def ratio(u):
    with author_form():
        return Expectation(Bernoulli(u), Bernoulli(V)(B) / Bernoulli(u)(B), B)


def of_shares():
    """E[Bernoulli(b; v)/Bernoulli(b; u)] = 1 by Bernoulli(u), for u = s/(1 + s)."""
    with author_form():
        u = S / (1 + S)
        first, one, two = Bernoulli(u), Bernoulli(V), {}
        for y in (u, V):
            two[y] = lambda k, y=y: exp(k * log(y) + (1 - k) * log(1 - y))
        zero = Integer(0)
        apart = u * two[V](ONE) / two[u](ONE) + (1 - u) * two[V](zero) / two[u](zero)
        return theorem(
            (ratio(u),),
            (Expectation(first, exp(log(one(B))) / exp(log(first(B))), B), laws.algebra),
            (Expectation(first, two[V](B) / two[u](B), B), laws.bernoulli_log_mass),
            (apart, laws.discrete_mean),
            (ONE, laws.algebra),
            parameters=(S, V),
            name="shares",
        )


@pytest.fixture(scope="module")
def shares():
    made = of_shares()
    assert checking.check(made).outcome == "proved"
    return made


@pytest.fixture(scope="module")
def roots():
    with author_form():
        return theorem((sqrt(S**2),), (S, laws.algebra), parameters=(S,), name="roots")


def at(shares, meaning):
    """The theorem at a meaning, behind a gate."""
    with author_form():
        left = GATE * ratio(meaning / (1 + meaning))
    cited = Citation(shares, (((S, meaning), (V, V)),))
    return theorem((left,), (GATE, laws.theorem, "=", cited), parameters=(T, X, V, R), name="at")


def test_a_density_that_stands_for_a_positive_symbol_is_granted_and_told(shares):
    """At p(x) = 0 what the theorem says of it is false, and nothing but the ledger says that p(x) > 0."""
    made = at(shares, P(X))
    assert checking.check(made).outcome == "proved"
    assert f"p(x){LINE}" in made.to_dict()["ledger"]
    assert f"p(x){LINE}" in " ".join(made.to_text().split())
    assert checking.check(at(shares, R)).outcome == "proved"
    assert not any(LINE in line for line in at(shares, R).to_dict()["ledger"])


def test_who_cites_what_was_granted_tells_it_as_well():
    with author_form():
        roots = theorem((F(sqrt(S**2)),), (F(S), laws.algebra), parameters=(S,), name="roots")
        sides = F(sqrt(P(X) ** 2)), F(P(X))
    cites = Citation(roots, (((S, P(X)),),))
    for name in ("first", "citing"):
        made = theorem((sides[0],), (sides[1], laws.theorem, "=", cites), parameters=(X,), name=name)
        assert checking.check(made).outcome == "proved"
        assert f"p(x){LINE}" in made.to_dict()["ledger"]
        cites = Citation(made)


def granted(left, right, cited, parameters=(), **more):
    made = theorem((left,), (right, laws.theorem, "=", cited), parameters=parameters, **more)
    (chain,), (step,) = made.chains, made.steps
    assert doubt_of(step, chain) == ""
    return granted_to(step, chain).positives


def rooted(part):
    with author_form():
        return sqrt(part**2)


CERTAIN = {
    "a symbol": R,
    "more than 1": 1 + P(X),
    "a Gaussian": gaussian(0, 1)(X),
    "a square and more": P(X) ** 2 + R,
    "e to it": exp(P(X)),
    "more than a square of a mean": R + Expectation(Q(Z), P(Z)) ** 2,
}


@pytest.mark.parametrize("which", CERTAIN)
def test_what_is_above_zero_wherever_densities_vanish_needs_no_grant(roots, which):
    part = CERTAIN[which]
    assert granted(rooted(part), part, Citation(roots, (((S, part),),)), (X, R)) == ()


def test_what_a_meaning_is_made_of_is_told_each_once(roots):
    with author_form():
        whole = P(X) * Q(X) + P(X)
    cited = Citation(roots, (((S, whole),), ((S, P(X)),)))
    told = granted(rooted(whole), whole, cited, (X,))
    assert told == ("p(x)", "q(x)")


def test_under_a_mean_its_own_density_is_above_zero(roots):
    for part, told in ((Q(Z), ()), (P(Z), ("p(z)",)), (P(Z) / Q(Z), ("p(z)",))):
        cited = Citation(roots, (((S, part),),))
        assert granted(Expectation(Q(Z), rooted(part)), Expectation(Q(Z), part), cited) == told


def test_an_abbreviation_that_is_a_density_is_told_where_it_is_cited(roots):
    where = ((S, P(X)),)
    assert granted(rooted(S), S, Citation(roots), (X,), where=where) == ("p(x)",)
    others = ((R, P(X)),)
    assert granted(rooted(R), R, Citation(roots, (((S, R),),)), (X,), where=others) == ("p(x)",)
    assert granted(rooted(R), R, Citation(roots, (((S, R),),)), (X, R), where=((A, P(X)),)) == ()


def test_what_is_told_of_a_logarithm_is_not_told_twice():
    bound = derive("log-bound")
    ((symbol,),) = (bound.parameters,)
    cited = Citation(bound, (((symbol, P(X) / Q(X)),),))
    (at_share,) = cited.statements
    made = theorem((at_share.left,), (at_share.right, laws.theorem, "≤", cited), parameters=(X,))
    found = granted_to(made.steps[0], made.chains[0])
    assert found.positives == ()
    assert set(found.logarithms) == {"p(x)", "q(x)"}
    assert checking.check(made).outcome == "proved"


def test_of_what_something_is_assumed_nothing_is_granted(roots):
    with author_form():
        assumed = (Statement(A * P(C), Integer(0), "="), Statement(A * P(C), C**2, "≥"))
    cited = Citation(roots, (((S, P(C)),),))
    made = theorem((rooted(P(C)),), (P(C), laws.theorem, "=", cited), parameters=(A, C), assuming=assumed)
    doubt = doubt_of(made.steps[0], made.chains[0])
    assert doubt.startswith("what is cited speaks of a positive s, and p(c) > 0 is not certain: assume p(c) ≥ 1/100")


SHARES = {
    "s/(1 + s)": (S / (1 + S), True),
    "s/(1 + s + p)": (S / (1 + S + P(X)), True),
    "p/(1 + p)": (P(X) / (1 + P(X)), False),
    "s/(s + p)": (S / (S + P(X)), False),
    "p/(p + q)": (P(X) / (P(X) + Q(X)), False),
    "1 − p/(1 + p)": (1 - P(X) / (1 + P(X)), False),
    "(s + p)/(1 + s + p)": ((S + P(X)) ** 2 / (1 + (S + P(X)) ** 2), True),
    "log(1 + p)": (log(1 + P(X)) / (1 + log(1 + P(X))), False),
}


@pytest.mark.parametrize("which", SHARES)
def test_a_share_of_densities_may_be_0_or_1(which):
    part, certain = SHARES[which]
    assert is_probability(part)
    assert is_probability(part, strictly=True) is certain
    with author_form():
        known = theorem((sqrt(U**2),), (U, laws.algebra), parameters=(U,))
    if certain:
        Citation(known, (((U, part),),))
    else:
        with pytest.raises(DerivationError, match=r"needs u to be between 0 and 1, and .* need not be"):
            Citation(known, (((U, part),),))


def test_a_bit_of_such_a_share_need_not_be_possible():
    for share, told in ((P(X) / (1 + P(X)), 1), (S / (1 + S), 0)):
        with author_form():
            side = log(Bernoulli(share)(B))
        made = theorem((side,), (side, laws.algebra), parameters=(X, S, B))
        assert len(granted_to(made.steps[0], made.chains[0]).logarithms) == told
