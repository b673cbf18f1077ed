"""Positive numbers, and those between 0 and 1, are half of the line and less: what Gaussians say holds of all of it."""

import pytest
import sympy

from elbo_check import checking
from elbo_check.errors import DerivationError
from elbo_check.language import (
    KL,
    Bernoulli,
    Chain,
    Citation,
    Derivation,
    Entropy,
    Expectation,
    Gaussian,
    Iterated,
    Member,
    Product,
    Statement,
    Step,
    author_form,
    bit,
    count,
    derive,
    function,
    gaussian,
    laws,
    log,
    model,
    positive,
    real,
    sequence,
    unit,
)
from elbo_check.nodes import arbitrary
from elbo_check.nodes.given import Str
from elbo_check.normal_form import marginals

P, Q, R, F = model("p"), model("q"), model("r"), function("f")
Z, X, W, U, B = real("z"), real("x"), positive("w"), unit("u"), bit("b")
L, M, ONE, ZERO = count("l"), count("m"), sympy.Integer(1), sympy.Integer(0)
NORMAL, PLANE, LOG2 = gaussian(0, 1), Gaussian((0, 0), ((1,), (0, 1))), log(sympy.Integer(2))
FIRST = Member("q", 1)


def theorem(left, relation, right, law=laws.algebra, parameters=(), cites=None):
    step = Step("s", left, right, law, relation, cites=cites)
    chain = Chain(Statement(left, right, relation), (step,), parameters)
    return Derivation("t", "T", "a statement", (), (chain,), ("none",))


def outcome(*given, **more):
    checking._complete.cache_clear()
    return checking.check(theorem(*given, **more)).outcome


def block(density):
    return Iterated(density, L, M)


with author_form():
    AT_LEAST_LOG2 = {
        "positive": (KL(Q(W), NORMAL), ()),
        "between 0 and 1": (KL(Q(U), NORMAL), ()),
        "one of two": (KL(P(W, Z), PLANE), ()),
        "beside another": (KL(Product(Q(W), R(Z)), Product(NORMAL, NORMAL)), ()),
        "beside a bit": (KL(P(W, B), Product(NORMAL, Bernoulli(sympy.Rational(1, 2)))), ()),
        "given another": (KL(Q(W, given=X), NORMAL), (X,)),
        "in the mean": (Expectation(P(Z), KL(Q(W, given=Z), NORMAL)), ()),
        "a block": (KL(block(Q(W)), block(NORMAL)), (M,)),
        "without KL": (Expectation(Q(W), log(Q(W)) - log(NORMAL(W))), ()),
    }
    WEIGHTS = {
        "positive": Expectation(Q(W), NORMAL(W) / Q(W)),
        "between 0 and 1": Expectation(Q(U), NORMAL(U) / Q(U)),
        "a member": Expectation(FIRST, NORMAL(W) / FIRST(W), W),
        "one of two": Expectation(Q(W, Z), NORMAL(W) * NORMAL(Z) / Q(W, Z)),
        "nested": Expectation(Q(W), Expectation(R(Z, given=W), NORMAL(W) * NORMAL(Z) / (Q(W) * R(Z, given=W)))),
    }


@pytest.mark.parametrize("which", AT_LEAST_LOG2)
def test_what_has_half_of_the_mass_at_most_is_far_from_a_gaussian(which):
    left, parameters = AT_LEAST_LOG2[which]
    assert outcome(left, "≥", LOG2, parameters=parameters) == "undecided"


def test_what_a_gaussian_refutes_of_the_line_stays_refuted():
    assert outcome(KL(Q(Z), NORMAL), "≥", LOG2) == "refuted"
    assert outcome(Entropy(Q(W)), "≤", ZERO) == "refuted"
    with author_form():
        given = -Expectation(Q(W), log(gaussian(-1, 1)(W)))
        least = (1 + log(2 * sympy.pi)) / 2
        assert outcome(given, "≥", least) == "undecided"  # and true: −log N is at least that where w > 0
        assert outcome(-Expectation(Q(Z), log(gaussian(-1, 1)(Z))), "≥", least) == "refuted"


@pytest.mark.unmeasured
@pytest.mark.parametrize("which", WEIGHTS)
def test_a_gaussian_has_less_than_all_of_its_mass_on_a_part_of_the_line(which, monkeypatch):
    left, law = WEIGHTS[which], laws.multiply_and_divide
    assert outcome(left, "=", ONE, law) == "undecided"
    assert law.objection(left, ONE)
    monkeypatch.setattr(marginals, "runs_over", lambda *_: True)
    assert not law.objection(left, ONE)  # ½ = 1, if it was not looked at


def test_a_gaussian_has_all_of_its_mass_on_the_line():
    with author_form():
        assert outcome(Expectation(Q(Z), NORMAL(Z) / Q(Z)), "=", ONE, laws.multiply_and_divide) == "proved"
        assert outcome(Expectation(Q(W), P(W) / Q(W)), "=", ONE, laws.multiply_and_divide) == "proved"
        two = Expectation(Q(W, Z), P(W, Z) / Q(W, Z))
        assert outcome(two, "=", ONE, laws.multiply_and_divide) == "proved"
        mixed = Expectation(Q(W, Z), P(W) * NORMAL(Z) / Q(W, Z))
        assert laws.multiply_and_divide.objection(mixed, ONE) == ""
        plane = Expectation(Q(W, Z), PLANE(W, Z) / Q(W, Z))
        assert outcome(plane, "=", ONE, laws.multiply_and_divide) == "undecided"  # it is ½


def test_an_integral_over_a_part_is_another_than_that_over_the_line():
    with author_form():
        part, whole = (Expectation(Q(v), F(v) / Q(v)) for v in (W, real("w")))
    assert laws.multiply_and_divide.objection(part, whole)


def test_densities_of_one_letter_are_of_one_kind():
    """KL(q(w)‖N) shows no more than the letter: positive and real numbers may not both be meant."""
    real_one = KL(Q(real("w")), NORMAL)
    for other in (Entropy(Q(W)), Expectation(Q(positive("w_1")), F(positive("w_1"))), KL(Q(U, W), P(U, W))):
        with author_form(), pytest.raises(DerivationError, match=r"densities of a w that is|take symbols of one kind"):
            theorem(real_one + other, "=", real_one + other)


@pytest.mark.endurance
def test_what_is_proved_of_half_of_the_line_is_not_said_of_all_of_it():
    left = KL(Q(W), P(W))
    proved = theorem(left, "≥", ZERO, laws.gibbs, cites=Citation(derive("kl-nonnegative")))
    assert checking.check(proved).outcome == "proved"
    other = KL(Q(real("w")), P(real("w")))
    with pytest.raises(DerivationError, match=r"as it is cited, has densities of a w that is real, and .* positive"):
        theorem(other, "≥", ZERO, laws.theorem, cites=Citation(proved))
    assert outcome(left, "≥", ZERO, laws.theorem, cites=Citation(proved)) == "proved"


def test_a_block_of_positive_draws_may_be_said_to_be_real_numbers():
    assert Expectation(block(Q(W)), F(Z), Z).args[2] == Z
    with pytest.raises(DerivationError, match="x is no outcome of q"):
        Expectation(block(Q(W)), F(unit("x")), unit("x"))


def test_sabotage_a_space_that_forgets_its_kind_is_refuted_wrongly(monkeypatch):
    kept = arbitrary.place_space
    monkeypatch.setattr(arbitrary, "place_space", lambda variable: Str(kept(variable).name))
    assert outcome(KL(Q(W), NORMAL), "≥", LOG2) == "refuted"
    first = sequence(W)[1]
    assert isinstance(kept(first), arbitrary.Space)
