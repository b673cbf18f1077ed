"""Members of a family are of one kind: the variables say it that they are taken at, or what they are compared with."""

import pytest
import sympy

from elbo_check import checking
from elbo_check.checking import outline
from elbo_check.checking.outline import outline_of
from elbo_check.errors import DerivationError
from elbo_check.language import (
    KL,
    Bernoulli,
    Chain,
    Citation,
    Derivation,
    Entropy,
    Expectation,
    Iterated,
    Member,
    Product,
    Statement,
    Step,
    Uniform,
    author_form,
    bit,
    count,
    derive,
    gaussian,
    indexed_sum,
    laws,
    log,
    model,
    positive,
    real,
    sequence,
    unit,
)
from elbo_check.nodes import Value, free_symbols, same_spaces, spaces_of

P, Q = model("p"), model("q")
Z, W, B, U, S = real("z"), real("w"), bit("b"), unit("u"), positive("s")
K, L, M, ZERO = count("k"), count("l"), count("m"), sympy.Integer(0)
FIRST, OTHER, HALF = Member("q", 1), Member("r", 1), sympy.Rational(1, 2)
LOG2 = log(sympy.Integer(2))
COIN, NORMAL = Bernoulli(U), gaussian(0, 1)
NONNEGATIVE = derive("kl-nonnegative")


def chain(left, relation, right, law=laws.algebra, parameters=(), cites=None):
    step = Step("s", left, right, law, relation, cites=cites)
    return Chain(Statement(left, right, relation), (step,), parameters)


def theorem(*given, **more):
    return Derivation("t", "T", "a statement", (), (chain(*given, **more),), ("none",))


def outcome(*given, **more):
    checking._complete.cache_clear()
    return checking.check(theorem(*given, **more)).outcome


def block(density):
    return Iterated(density, L, M)


def of(symbol, family="q"):
    """A term that is 0 and says what a family is of."""
    return 0 * Expectation(Member(family, 1), symbol, symbol)


with author_form():
    SQUARES, SUM = (
        Expectation(block(Member("q", L)), indexed_sum(sequence(B)[K] ** power, K, M), B) for power in (2, 1)
    )
    TRUE = {
        "a bit is its square": (SQUARES, "=", SUM, (M,)),
        "KL to a fair coin": (KL(FIRST, Bernoulli(HALF)), "≤", LOG2, ()),
        "KL of blocks to fair coins": (KL(block(Member("q", L)), block(Bernoulli(HALF))), "≤", M * LOG2, (M,)),
        "H of bits": (Entropy(FIRST) + of(B), "≥", ZERO, ()),
        "H of numbers between 0 and 1": (Entropy(FIRST) + of(U), "≤", ZERO, ()),
        "E of numbers between 0 and 1": (Expectation(FIRST, U, U), "≤", sympy.Integer(1), ()),
        "E of positive numbers": (Expectation(FIRST, S, S), "≥", ZERO, ()),
        "E of indices": (Expectation(FIRST, K, K) + 0 * KL(FIRST, Uniform(M)), "≥", sympy.Integer(1), (M,)),
        "log of a mass": (Expectation(FIRST, log(COIN(B)), B), "≤", ZERO, (U,)),
        "KL of blocks of bits": (KL(block(Q(B)), block(Member("q", L))), "≥", ZERO, (M,)),
        "KL of families": (KL(FIRST, OTHER) + of(B), "≥", ZERO, ()),
        "two kinds": (Entropy(FIRST) + of(B), "≥", 0 * Expectation(OTHER, Z, Z), ()),
        "blocks of two letters": (KL(block(Q(Z)), block(P(W))), "≥", ZERO, (M,)),
        "half of the line": (KL(FIRST, NORMAL) + of(S), "≥", LOG2, ()),
        "a mass is at most 1": (log(FIRST(B)), "≤", ZERO, (B,)),
    }
    PROVED = {
        "Gibbs, a coin": (KL(block(Member("q", L)), block(COIN)), "≥", ZERO, laws.gibbs, (M, U), Citation(NONNEGATIVE)),
        "Gibbs, a letter": (KL(FIRST, P(B)), "≥", ZERO, laws.gibbs, (), Citation(NONNEGATIVE)),
        "Gibbs, bits": (KL(block(Q(B)), block(Member("q", L))), "≥", ZERO, laws.gibbs, (M,), Citation(NONNEGATIVE)),
        "a logarithm": (
            Expectation(FIRST, log(COIN(B)), B),
            "=",
            Expectation(FIRST, B * log(U) + (1 - B) * log(1 - U), B),
            laws.bernoulli_log_mass,
            (U,),
        ),
        "KL to a coin": (
            KL(FIRST, COIN),
            "=",
            Expectation(FIRST, log(FIRST(B)) - log(COIN(B)), B),
            laws.definition_of_kl,
            (U,),
        ),
        "a sum over coins": (
            KL(block(Member("q", L)), block(COIN)),
            "=",
            indexed_sum(KL(Member("q", K), COIN), K, M),
            laws.factorisation,
            (M, U),
            Citation(derive("kl-additivity")),
        ),
        "weights of bits": (
            Expectation(FIRST, COIN(B) / FIRST(B), B),
            "=",
            sympy.Integer(1),
            laws.multiply_and_divide,
            (U,),
        ),
    }
    FALSE = {
        "H of numbers": (Entropy(FIRST) + of(Z), "≥", ZERO, ()),
        "H of what is not said": (Entropy(FIRST), "≥", ZERO, ()),
        "H of positive numbers": (-Expectation(FIRST, log(FIRST(S)), S), "≤", ZERO, ()),
        "a fair family": (Expectation(FIRST, B, B), "=", HALF, ()),
        "KL of families": (KL(FIRST, OTHER) + of(B), "≤", ZERO, ()),
        "blocks of two letters": (KL(block(Q(Z)), block(P(W))), "≤", ZERO, (M,)),
        "all of the line": (KL(FIRST, NORMAL), "≥", LOG2, ()),
        "a density is no mass": (log(FIRST(Z)), "≤", ZERO, (Z,)),
    }


@pytest.mark.endurance
@pytest.mark.parametrize("which", TRUE)
def test_what_is_true_of_a_kind_is_not_refuted(which):
    left, relation, right, parameters = TRUE[which]
    assert outcome(left, relation, right, parameters=parameters) != "refuted"


@pytest.mark.endurance
@pytest.mark.parametrize("which", PROVED)
def test_families_of_bits_meet_coins_and_letters(which):
    assert outcome(*PROVED[which]) == "proved"


@pytest.mark.parametrize("which", FALSE)
def test_what_is_false_of_a_kind_is_refuted(which):
    left, relation, right, parameters = FALSE[which]
    assert outcome(left, relation, right, parameters=parameters) == "refuted"


def test_a_counterexample_says_of_which_outcomes_a_volume_is():
    verdict = checking.check(theorem(*FALSE["H of what is not said"][:3]))
    assert "volume of an outcome of q_j" in verdict.counterexample


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (
            lambda: KL(FIRST, COIN) + of(Z),
            r"q \(bit\) and z \(real\) for outcomes of the family q: take",
        ),
        (lambda: KL(FIRST, Uniform(M)) + of(B), "for outcomes of the family q: take symbols of one kind"),
        (lambda: KL(FIRST, NORMAL) + of(B), r"b \(bit\) for outcomes of the family q, and a KL between that and a Gau"),
        (lambda: KL(FIRST, NORMAL) + KL(FIRST, P(K)), r"k \(count\) for outcomes of the family q, and a KL"),
        (lambda: KL(Product(FIRST, OTHER), Product(NORMAL, COIN)) + of(B), r"and a KL between that and a Gaussian"),
        (lambda: KL(FIRST, OTHER) + of(B) + of(Z, "r"), "take symbols of one kind"),
        (lambda: KL(FIRST, P(B)) + of(Z), "take symbols of one kind"),
        (lambda: FIRST(sequence(B)[1]) + of(Z), "take symbols of one kind"),
    ],
)
def test_a_family_of_two_kinds_is_none(build, said):
    with author_form():
        side = build()
    with pytest.raises(DerivationError, match=said):
        chain(side, "=", side, parameters=tuple(free_symbols(side)))


@pytest.mark.parametrize(
    "build",
    [
        lambda: KL(FIRST, block(COIN)),
        lambda: KL(FIRST, Product(COIN, COIN)),
        lambda: Expectation(block(FIRST), log(FIRST(Z)), Z),
    ],
)
def test_a_member_has_one_outcome(build):
    with pytest.raises(DerivationError, match=r"is not defined|a block, but needs a number"):
        build()


def test_a_theorem_on_bits_is_none_on_numbers():
    """H[q_1] ≥ 0 is proved of bits, which a step in between says that they are, and is false of numbers."""
    with author_form():
        left, between = Entropy(FIRST), Entropy(FIRST) + of(B)
    steps = (Step("add 0", left, between, laws.algebra), Step("drop it", between, left, laws.algebra))
    proved = Derivation("t", "T", "of bits", (), (Chain(Statement(left, left), steps, ()),), ("none",))
    assert checking.check(proved).outcome == "proved"
    assert "b is 0 or 1" in proved.to_text()
    with pytest.raises(DerivationError, match=r"as it is cited, rests on b \(bit\) for outcomes of the family q"):
        chain(left, "=", left, laws.theorem, cites=Citation(proved))
    with (
        author_form(),
        pytest.raises(DerivationError, match=r"with t as it is cited, has z .* of the family q"),
    ):
        chain(left + of(Z), "=", left, laws.theorem, cites=Citation(proved))
    with author_form():
        said = left + of(B), "=", left
    assert outcome(*said, laws.theorem, cites=Citation(proved)) == "proved"


def test_spaces_that_are_one_have_one_name():
    assert same_spaces([KL(Q(Z), P(Z)), KL(Q(Z), NORMAL)]) == {}
    assert same_spaces([KL(FIRST, OTHER), OTHER(Z)]) == {"q_": "z", "r_": "z"}
    assert same_spaces([KL(block(Q(Z)), block(P(W)))]) == {"z": "w"}
    with author_form():
        moved = [FIRST(2 * Z), OTHER(-sequence(W)[1]), Value(Member("s", 1), Z + 1), Value(Member("t", 1), 2 * S)]
    assert same_spaces(moved) == {"q_": "z", "r_": "w"}
    assert spaces_of(Product(block(FIRST), P(Z, W).args[0], COIN)) == ("q_", "z", "w", None)
    spoken = outline_of(chain(KL(FIRST, OTHER), "≥", KL(OTHER, P(B))))
    assert spoken.name_of("r_") == "b" == spoken.name_of("b")
    assert spoken.name_of("x") == "x"
    assert spoken.kinds_of("q_") == {B}


def test_sabotage_spaces_of_two_volumes_refute_what_is_true(monkeypatch):
    monkeypatch.setattr(outline, "same_spaces", lambda _: {})
    left, relation, right, parameters = TRUE["blocks of two letters"]
    assert outcome(left, relation, right, parameters=parameters) == "refuted"
