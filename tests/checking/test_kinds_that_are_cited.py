"""What a theorem was proved of is said again by who cites it: H[q_1] ≤ log 2 is true of bits, and false of numbers."""

import pytest
from sympy import Integer, Rational

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
    Member,
    Statement,
    Step,
    author_form,
    bit,
    count,
    derive,
    indexed_sum,
    laws,
    log,
    model,
    positive,
    real,
    sqrt,
    unit,
)

A, B, W, X, Z, M, N, J, K = real("a"), bit("b"), bit("w"), real("x"), real("z"), *map(count, "mnjk")
ONE, HALF = Integer(1), Rational(1, 2)
FIRST, OTHER, COIN = Member("q", 1), Member("r", 1), Bernoulli(HALF)
SAYS_BITS = ((A, Expectation(FIRST, B, B)),)
RESTS = r"rests on \w+ \(bit\) for outcomes of the family q, and nothing in the chain says what these are: name one, as"
MIXED = r"has z \(real\) and \w+ \(bit\) for outcomes of the family q: take symbols of one kind"
with author_form():
    FAR = 5000 - X
    GATE = (sqrt(FAR**2) - FAR) ** (2 * M)  # is 0 wherever it is read, and not beyond


def theorem(*chains, name="t", **settings):
    return Derivation(name, f"On {name}", "a statement", (), chains, ("none",), **settings)


def chain(*lines, parameters=(), where=()):
    """Return a chain of a first side and (law, relation, side, citation) after it."""
    first, *others = lines
    sides = [first, *(side for _, _, side, _ in others)]
    steps = tuple(
        Step(f"step {number}", left, right, law, relation, cites=cited)
        for number, (left, (law, relation, right, cited)) in enumerate(zip(sides, others, strict=False))
    )
    relation = next((step.relation for step in steps if step.relation != "="), "=")
    return Chain(Statement(sides[0], sides[-1], relation), steps, parameters, where)


def cited_once(left, right, cites, **settings):
    return chain(left, (laws.theorem, "≤", right, cites), **settings)


def proved(made):
    checking._complete.cache_clear()
    return checking.check(made).outcome == "proved"


def of_bits(index=1, parameters=(), symbol=B):
    """H[q_i] ≤ log 2, which the lines in between say of bits."""
    q = Member("q", index)
    fair = log(COIN(symbol))
    with author_form():
        lines = (
            Entropy(q),
            (laws.definition_of_entropy, "=", -Expectation(q, log(q(symbol)), symbol), None),
            (
                laws.linearity,
                "=",
                -Expectation(q, log(q(symbol)) - fair, symbol) - Expectation(q, fair, symbol),
                None,
            ),
            (laws.definition_of_kl, "=", -KL(q, COIN) - Expectation(q, fair, symbol), None),
            (
                laws.bernoulli_log_mass,
                "=",
                -KL(q, COIN) - Expectation(q, symbol * log(HALF) + (1 - symbol) * log(1 - HALF), symbol),
                None,
            ),
            (laws.linearity, "=", -KL(q, COIN) - log(HALF), None),
            (laws.log_of_product, "=", -KL(q, COIN) + log(2), None),
            (laws.gibbs, "≤", log(2), Citation(derive("kl-nonnegative"))),
        )
        return theorem(chain(*lines, parameters=parameters), name="bits")


@pytest.fixture(scope="module")
def bits():
    return of_bits()


@pytest.fixture(scope="module")
def once_more(bits):
    """H[q_1] + 1 ≤ log 2 + 1, of bits only by an abbreviation that no line needs."""
    with author_form():
        return theorem(
            cited_once(Entropy(FIRST) + ONE, log(2) + ONE, Citation(bits), where=SAYS_BITS), name="once-more"
        )


def gated(left, right, cites, beside=(), **settings):
    """A step that is false of numbers, and hides it from every reading."""
    with author_form():
        sides = [sum(beside, GATE * side) for side in (left, right)]
        return cited_once(*sides, cites, parameters=(X, M), **settings)


@pytest.mark.endurance
def test_the_entropy_of_bits_is_proved(bits, once_more):
    assert proved(bits)
    assert proved(once_more)


@pytest.mark.unmeasured
def test_who_cites_a_theorem_on_bits_says_that_they_are_bits():
    at_one = Citation(of_bits(N, (N,)), (((N, ONE),),))
    with pytest.raises(DerivationError, match=RESTS) as refused:
        gated(Entropy(FIRST), log(2), at_one)
    assert str(refused.value).endswith("where=((a, Expectation(Member('q', 1), b, b)),) does for b = bit('b')")
    with pytest.raises(DerivationError, match=MIXED):
        gated(Entropy(FIRST), log(2), at_one, [Expectation(FIRST, Z**2, Z)])
    assert proved(theorem(gated(Entropy(FIRST), log(2), at_one, [Expectation(FIRST, W, W)])))


@pytest.mark.unmeasured
def test_the_remedy_of_the_message_serves(bits):
    said = theorem(gated(Entropy(FIRST), log(2), Citation(bits), where=SAYS_BITS))
    assert proved(said)
    assert "b is 0 or 1" in said.to_text()


@pytest.mark.endurance
def test_a_comparison_with_a_coin_says_it_as_well(bits):
    assert proved(theorem(gated(Entropy(FIRST), log(2), Citation(bits), [KL(FIRST, COIN)])))
    letter = theorem(gated(Entropy(FIRST), log(2), Citation(bits), [KL(FIRST, model("p")(B))]))
    assert proved(letter)
    assert "b is 0 or 1" in letter.to_text()


@pytest.mark.unmeasured
def test_an_abbreviation_says_what_a_theorem_is_about(once_more):
    cited = Citation(once_more)
    with author_form():
        left, right = Entropy(FIRST) + ONE, log(2) + ONE
    with pytest.raises(DerivationError, match=MIXED):
        gated(left, right, cited, [Expectation(FIRST, Z**2, Z)])
    with pytest.raises(DerivationError, match=RESTS):
        gated(left, right, cited)
    with author_form():
        beside = Expectation(FIRST, W, W)
        assert proved(theorem(cited_once(left + beside, right + beside, cited)))
    assert "b is 0 or 1" in once_more.to_text()


@pytest.mark.endurance
def test_what_is_assumed_says_on_the_page_what_a_family_is(bits):
    step = Step("s", Entropy(FIRST), log(2), laws.theorem, "≤", cites=Citation(bits))
    assuming = (Statement(Expectation(FIRST, B, B), HALF, "≥"),)
    said = theorem(Chain(Statement(step.left, step.right, "≤"), (step,), (), (), "", assuming))
    assert proved(said)
    assert "b is 0 or 1" in said.to_text()


def entropies():
    """Σ (k − 1) H[q_k] ≤ log 2 Σ (k − 1) for all J: at 1 nothing says of what the family is."""
    member = of_bits(N, (N,))

    def statement(upper):
        return Statement(
            indexed_sum((K - 1) * Entropy(Member("q", K)), K, upper), log(2) * indexed_sum(K - 1, K, upper), "≤"
        )

    with author_form():
        at_one, at_j = statement(ONE), statement(J)
        above = at_j.at({J: J + 1})
        last, weight = Member("q", J + 1), J + 1 - 1
        entropy = Entropy(last)
        mean = -Expectation(last, log(last(B)), B)
        first = chain(
            at_one.left,
            (laws.last_term, "=", (1 - ONE) * Entropy(FIRST), None),
            (laws.algebra, "=", Integer(0), None),
            (laws.last_term, "=", at_one.right, None),
        )
        first = Chain(at_one, first.steps, ())
        second = chain(
            above.left,
            (laws.last_term, "=", at_j.left + weight * entropy, None),
            (laws.definition_of_entropy, "=", at_j.left + weight * mean, None),
            (laws.definition_of_entropy, "=", at_j.left + weight * entropy * 1, None),
            (laws.induction_hypothesis, "≤", at_j.right + weight * entropy, None),
            (laws.theorem, "≤", at_j.right + weight * log(2), Citation(member, (((N, J + 1),),))),
            (laws.last_term, "=", above.right, None),
            parameters=(J,),
        )
    return theorem(first, second, name="entropies", induction=(J, at_j))


@pytest.mark.endurance
def test_both_chains_of_an_induction_say_what_it_is_about():
    induction = entropies()
    assert proved(induction)
    cited = Citation(induction, (((J, Integer(2)),),))
    (at_two,) = cited.statements
    with pytest.raises(DerivationError, match=MIXED):
        gated(at_two.left, at_two.right, cited, [Expectation(FIRST, Z**2, Z)])
    with pytest.raises(DerivationError, match=RESTS):
        gated(at_two.left, at_two.right, cited)
    with author_form():
        beside = Expectation(FIRST, B, B)
        assert proved(theorem(cited_once(at_two.left + beside, at_two.right + beside, cited)))


def test_an_abbreviation_of_both_chains_is_of_the_kind_of_their_lines():
    """Each chain agrees with the abbreviation, which says that q and r have the same outcomes; the chains differ."""
    s, meaning = positive("s"), KL(FIRST, OTHER)
    with author_form():
        zero = [0 * Expectation(FIRST, B, B), 0 * Expectation(OTHER, s, s)]
        chains = [
            chain(
                Integer(1) * upper,
                (laws.algebra, "=", Integer(1) * upper + nothing, None),
                (laws.algebra, "=", Integer(1) * upper, None),
                parameters=(J,),
                where=((A, meaning),),
            )
            for upper, nothing in zip((ONE, J + 1), zero, strict=True)
        ]
    with pytest.raises(DerivationError, match="the induction has"):
        theorem(*chains, induction=(J, Statement(J, J)))


@pytest.mark.unmeasured
@pytest.mark.parametrize("make", [bit, count, positive, unit])
def test_a_letter_in_a_proof_says_what_a_family_is(make):
    """KL(q_1‖p(b)) says of q_1 what p(b) says by its letter."""
    with author_form():
        one = Entropy(FIRST)
        between = one + 0 * KL(FIRST, model("p")(make("b")))
    of_letter = theorem(chain(one, (laws.algebra, "=", between, None), (laws.algebra, "=", one, None)))
    assert "b is " in of_letter.to_text()
    cited = Citation(of_letter)
    with pytest.raises(DerivationError, match=r"rests on b .* for outcomes of the family q"):
        chain(one, (laws.theorem, "=", one, cited))
    assert proved(
        theorem(chain(one, (laws.theorem, "=", one, cited), where=((A, Expectation(FIRST, make("w"), make("w"))),)))
    )


def test_a_family_that_only_helps_in_a_proof_is_of_no_kind_elsewhere(bits):
    """r is one of bits in the proof, and no part of what is proved: another r may be one of numbers."""
    with author_form():
        helped = X + 0 * Expectation(OTHER, B, B)
    cited = Citation(
        theorem(chain(X, (laws.algebra, "=", helped, None), (laws.algebra, "=", X, None), parameters=(X,)))
    )
    with author_form():
        side = X + Expectation(OTHER, Z, Z)
    cited = Citation(cited.theorem, (((X, X),),))
    assert proved(theorem(chain(side, (laws.theorem, "=", side, cited), parameters=(X,))))


def test_a_theorem_on_numbers_needs_no_more_words():
    """What is proved where nothing says of what a family is holds of numbers, and of bits among them."""
    with author_form():
        entropy = Entropy(FIRST)
        mean = -Expectation(FIRST, log(FIRST(Z)), Z)
    numbers = Citation(
        theorem(
            chain(
                entropy, (laws.definition_of_entropy, "=", mean, None), (laws.definition_of_entropy, "=", entropy, None)
            )
        )
    )
    assert proved(theorem(chain(entropy, (laws.theorem, "=", entropy, numbers))))
    assert proved(theorem(chain(entropy, (laws.theorem, "=", entropy, numbers), where=SAYS_BITS)))
