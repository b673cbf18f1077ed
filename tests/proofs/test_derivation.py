"""An ill-typed or disconnected chain cannot be built; a false one can."""

import itertools
from dataclasses import FrozenInstanceError, replace

import pytest
import sympy

from elbo_check import laws
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.errors import DerivationError
from elbo_check.nodes import KL, Expectation, Independent, Member, gaussian, indexed_sum, sequence
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, count, positive, real
from elbo_check.verdict import Outcome

x, y, z, mu = real("x"), real("y"), real("z"), real("mu")
s = positive("s")
J, j = count("J"), count("j")
N = gaussian(mu, s)
A, B, C = (x + 1) ** 2, x**2 + 2 * x + 1, x * (x + 2) + 1
AB, BC = Step("a", A, B, laws.algebra), Step("b", B, C, laws.algebra)


def chain(*sides, relation="=", parameters=(x,), **more):
    steps = tuple(Step(f"step {i}", a, b, laws.algebra) for i, (a, b) in enumerate(itertools.pairwise(sides)))
    return Chain(Statement(sides[0], sides[-1], relation), steps, parameters, **more)


def derivation(*chains, **more):
    given = {"name": "n", "title": "t", "words": "w", "assumptions": (), "sources": ("s",), **more}
    return Derivation(chains=chains, **given)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: Statement(A, B, "<"), "must be =, ≤ or ≥"),
        (lambda: Statement("x", B), "text is never read"),
        (lambda: Statement(A, None), "no expression"),
        (lambda: Statement(A, True), "no expression"),
        (lambda: Step(" ", A, B, laws.algebra), "needs a name"),
        (lambda: Step("a", A, B, "algebra"), "must cite a law"),
        (lambda: Step("a", A, B, laws.factorisation), "'kl-additivity'"),
        (lambda: Step("a", A, B, laws.factorisation, cites=Citation(theorem("gaussian-kl"))), "'kl-additivity'"),
        (lambda: Chain(Statement(A, B), (), (x,)), "at least one step"),
        (lambda: Chain(Statement(A, B), (AB, replace(BC, name="a", right=B)), (x,)), "differ"),
        (lambda: Chain(Statement(A, C), (BC,), (x,)), "begins at"),
        (lambda: Chain(Statement(A, C), (AB, replace(AB, name="b", right=C)), (x,)), "come to"),
        (lambda: Chain(Statement(A, C), (AB,), (x,)), "promises"),
        (lambda: Chain(Statement(A, B), (Step("a", A, B, laws.algebra, "≤"),), (x,)), "do not yield"),
        (lambda: chain(A, B, parameters=()), "uses x"),
        (lambda: chain(A, B, parameters=(x,), where=((x, sympy.Integer(1)),)), "must be new"),
        (lambda: chain(A, B, parameters=(x,), where=((y, z),)), "declared before"),
        (lambda: chain(A, B, parameters=(x,), where=((y, "x"),)), "is no expression"),
        (lambda: chain(A, B, parameters=(x, "y")), "are symbols, and 'y' is none: make each"),
        (lambda: chain(A, B, parameters=(x, sequence(mu)[j])), r"are symbols, and mu\[j\] is none"),
        (lambda: chain(sequence(mu)[j], A, parameters=(x, j), where=((mu, 2 * x),)), "to mu, which names a sequence"),
        (lambda: chain(Expectation(N, x * z, z), x * mu, parameters=(x, mu, s, z)), "binds z"),
        (lambda: chain(x, x, parameters=(x, sympy.Symbol("a b"))), "named 'a b'"),
        (lambda: chain(x, x, parameters=(x, sympy.Symbol("x"))), "named 'x'"),
        (lambda: chain(indexed_sum(x, j, J), J * x, parameters=(x, J)), "does not occur in x"),
        (derivation, "chains"),
        (lambda: derivation(chain(A, B), name=""), "needs name"),
        (lambda: derivation(chain(A, B), sources=()), "needs sources"),
        (lambda: derivation(chain(A, B), words=""), "needs words"),
        (lambda: derivation(chain(A, B), induction=(x, Statement(A, B))), "positive whole number"),
        (lambda: derivation(chain(A, B), induction=(J, Statement(A, B))), "two chains"),
        (lambda: derivation(chain(A, B), chain(A, B), induction=(J, Statement(A, B, "≤"))), "does not prove"),
    ],
)
def test_what_is_ill_formed_cannot_be_built(build, said):
    with pytest.raises(DerivationError, match=said):
        build()


def triangle(base, upper):
    """Σ j = J(J + 1)/2, with an honest or a dishonest pair of chains."""

    def total(n):
        return indexed_sum(j, j, n)

    one = chain(total(sympy.Integer(1)), base, parameters=(J,), title="base")
    more = chain(total(J + 1), upper, parameters=(J,), title="more")
    return derivation(one, more, induction=(J, Statement(total(J), J * (J + 1) / 2)))


def test_an_induction_proves_the_statement_at_one_and_at_the_next():
    assert triangle(sympy.Integer(1), (J + 1) * (J + 2) / 2).statement.right == J * (J + 1) / 2
    with pytest.raises(DerivationError, match="'base' does not prove the statement at J = 1"):
        triangle(sympy.Integer(2), (J + 1) * (J + 2) / 2)
    with pytest.raises(DerivationError, match="'more' does not prove the statement at J = J \\+ 1"):
        triangle(sympy.Integer(1), J * (J + 1) / 2)


def test_the_whole_of_an_induction_is_checked():
    def total(n):
        return indexed_sum(j, j, n)

    split = total(J) + (J + 1)
    inserted, closed = J * (J + 1) / 2 + (J + 1), (J + 1) * (J + 2) / 2
    one, one_term = total(sympy.Integer(1)), sympy.Integer(1)
    base = Chain(Statement(one, one_term), (Step("one term", one, one_term, laws.last_term),), (), title="J = 1")
    steps = (
        Step("last term", total(J + 1), split, laws.last_term),
        Step("hypothesis", split, inserted, laws.induction_hypothesis),
        Step("algebra", inserted, closed, laws.algebra),
    )
    more = Chain(Statement(total(J + 1), closed), steps, (J,), title="J + 1")
    proof = derivation(base, more, induction=(J, Statement(total(J), J * (J + 1) / 2)))
    assert proof.check().outcome is Outcome.PROVED


def test_a_false_chain_can_be_built_and_a_weaker_statement_too():
    assert derivation(chain(A, x**2)).statement == Statement(A, x**2)
    assert chain(A, B, relation="≤").statement.relation == "≤"


def test_lists_are_taken_and_kept_as_tuples():
    built = derivation(Chain(Statement(A, B), [Step("a", A, B, laws.algebra)], [x], []), assumptions=["x real"])
    assert built.assumptions == ("x real",)
    assert isinstance(hash(built), int)
    with pytest.raises(FrozenInstanceError):
        built.name = "other"


def test_a_derivation_says_what_it_states_and_assumes():
    q1, p1 = Member("q", 1), Member("p", 1)
    both = Chain(
        Statement(KL(q1, p1), KL(q1, p1)),
        (
            Step("there", KL(q1, p1), Expectation(q1, sympy.log(z), z), laws.definition_of_kl),
            Step("back", Expectation(q1, sympy.log(z), z), KL(q1, p1), laws.definition_of_kl),
        ),
        (),
    )
    proof = derivation(both, chain(A, B, C), assumptions=("z real",))
    assert proof.conclusion == KL(q1, p1)
    assert proof.parameters == ()
    assert [step.name for step in proof.steps] == ["there", "back", "step 0", "step 1"]
    assert proof.ledger == ("z real", *laws.definition_of_kl.conditions)


def test_a_citation_gives_every_symbol_a_meaning_that_keeps_its_properties():
    cited = theorem("gaussian-kl")
    mu_q, sigma_q, mu_p, sigma_p = cited.parameters
    full = {mu_q: x, sigma_q: s, mu_p: y, sigma_p: 2 * s}
    left = Citation(cited, (tuple(full.items()),)).statements[0].left
    with author_form():
        assert left == KL(gaussian(x, s), gaussian(y, 2 * s))
    for wrong, said in (
        ({**full, mu_q: "x"}, "text is never read"),
        ({mu_q: x}, "needs meanings for mu_p, mu_q, sigma_p, sigma_q, not for mu_q"),
        ({}, "not for none"),
        ({**full, z: x}, "not for"),
        ({**full, sigma_q: x}, "sigma_q to be positive, and x need not be"),
        ({**full, sigma_q: -s}, "positive"),
        ({**full, mu_q: sympy.Symbol("c")}, "mu_q to be real"),
    ):
        with pytest.raises(DerivationError, match=said):
            Citation(cited, (tuple(wrong.items()),))


def test_a_statement_cannot_be_replaced_into_what_it_binds():
    bound = Statement(indexed_sum(x * j, j, J), x * J * (J + 1) / 2)
    with pytest.raises(DerivationError, match="j is bound"):
        bound.at({x: j})
    assert bound.at({J: sympy.Integer(2)}).left == indexed_sum(x * j, j, 2)


def test_an_inequality_is_cited_with_its_relation():
    weak = derivation(chain(A, B, relation="≤"))
    assert Citation(weak, (((x, y),),)).statements[0].relation == "≤"


def test_a_cited_statement_is_cited_without_its_abbreviations():
    short = chain(A, y**2, parameters=(x,), where=((y, x + 1),))
    assert Citation(derivation(short), (((x, mu),),)).statements[0].sides == ((mu + 1) ** 2, (mu + 1) ** 2)
    with pytest.raises(DerivationError, match="needs meanings"):
        Citation(derivation(short), (((x, mu), (y, mu)),))


def test_both_chains_of_an_induction_mean_the_same_by_an_abbreviation():
    proof = theorem("average-variance")
    first, second = proof.chains
    ((m, _),) = second.where
    with pytest.raises(DerivationError, match="same abbreviations"):
        replace(proof, chains=(first, replace(second, where=((m, sympy.Integer(2)),))))


@pytest.mark.endurance
def test_a_theorem_is_cited_without_its_abbreviations():
    """m is E_q f there; whoever means something else by m does not get the theorem about it."""
    proof = theorem("average-variance")
    ((m, _),) = proof.chains[0].where
    cited = Citation(proof).statement
    assert m not in cited.left.free_symbols | cited.right.free_symbols
    left, right = proof.statement.sides
    step = Step("cited", left, right, laws.theorem, cites=Citation(proof))
    of_another_m = Chain(Statement(left, right), (step,), (m, count("L")))
    assert derivation(of_another_m).check().outcome is Outcome.REFUTED


def test_what_holds_under_an_assumption_cannot_be_cited_without_it():
    with pytest.raises(DerivationError, match="≥ 0: repeat its steps"):
        Citation(theorem("linear-vae"), case=2)


def test_a_statement_serves_only_under_a_law_that_says_so():
    """Not even an induction hypothesis does, under the name of algebra."""
    proof = theorem("average-variance")
    (_, more), statement = proof.chains, proof.induction[1]
    step = next(step for step in more.steps if step.law is laws.induction_hypothesis)
    assert laws.induction_hypothesis.objection(step.left, step.right, more.context(step, statement)) == ""
    assert "differ by" in laws.algebra.objection(step.left, step.right, more.context(step, statement))


def test_one_case_of_several_can_be_cited():
    cases = theorem("gaussian-kl-full")
    plane = {symbol: symbol for symbol in cases.chains[1].parameters}
    assert len(Citation(cases, (tuple(plane.items()),), case=1).statements) == 1
    with pytest.raises(DerivationError, match="needs meanings"):
        Citation(cases, (tuple(plane.items()),))


def test_the_induction_of_the_project_cites_in_any_dimension():
    additivity = theorem("kl-additivity")
    (dimension, _) = additivity.induction
    left, right = Citation(additivity, (((dimension, sympy.Integer(5)),),)).statements[0].sides
    assert left == KL(Independent("q", 5), Independent("p", 5))
    assert right.limits[0][2] == 5


def test_a_step_can_be_changed_only_into_another_step():
    step = Step("a", A, B, laws.algebra)
    with pytest.raises(DerivationError):
        replace(step, right="x")


def test_a_sum_of_thousands_of_terms_written_one_by_one_is_told_to_be_nested_too_deeply():
    with author_form():
        deep = x
        for _ in range(3000):
            deep = deep + 1
    with pytest.raises(DerivationError, match="nested too deeply: name parts of them in where"):
        chain(deep, x + 3000)


def test_the_name_of_a_sequence_is_given_no_number_when_its_theorem_is_cited():
    total = indexed_sum(sequence(mu)[j], j, J)
    proved = derivation(chain(total, total, parameters=(mu, J)))
    for meaning in (sympy.Integer(3), 2 * x):
        with pytest.raises(DerivationError, match="to mu, which names a sequence: give it the symbol that names"):
            Citation(proved, (((mu, meaning), (J, J)),))
    (cited,) = Citation(proved, (((mu, y), (J, J)),)).statements
    assert cited.left == indexed_sum(sequence(y)[j], j, J)
