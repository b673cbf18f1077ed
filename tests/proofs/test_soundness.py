"""What once let a false statement through, or ended in a raw error: each hole has a sentence, and stays closed."""

import pytest
import sympy

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.errors import DerivationError
from elbo_check.language import exp, log, sqrt
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Expectation,
    Gaussian,
    Independent,
    Integral,
    Iterated,
    Maximum,
    Member,
    Minimum,
    Product,
    Uniform,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.normal_form import Context
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, bit, count, positive, real, unit

PAYLOAD = "__import__('pathlib').Path({path!r}).touch() or 1"
w, x, z, mu, nu = map(real, ("w", "x", "z", "mu", "nu"))
s, y = positive("s"), unit("y")
i, j, J = map(count, ("i", "j", "J"))
ZERO = sympy.Integer(0)


def proof(left, right, law, relation="=", parameters=(), *, cites=None, name="t", **more):
    step = Step("s", left, right, law, relation, cites=cites)
    chain = Chain(Statement(left, right, relation), (step,), parameters, **more)
    return Derivation(name, name, name, (), (chain,), ("none",))


POSITIVE = proof(positive("z"), ZERO, laws.nonnegativity, "≥", (positive("z"),), name="positive")
SHARE = proof(s, ZERO, laws.nonnegativity, "≥", (s,), name="share")


@pytest.mark.parametrize(
    "door",
    [
        lambda text: sequence(real("mu"))[text],
        lambda text: sequence(real("mu"))[count("j"), text],
        function("f"),
        lambda text: function("f")(real("z"), text),
        log,
        exp,
        sqrt,
    ],
)
def test_text_is_neither_read_nor_run(door, tmp_path):
    path = tmp_path / "touched"
    with pytest.raises(DerivationError, match="is no expression"):
        door(PAYLOAD.format(path=str(path)))
    assert not path.exists()


def test_an_entry_and_a_function_need_an_argument():
    with pytest.raises(DerivationError, match="needs an index"):
        sequence(real("mu"))[()]
    with pytest.raises(DerivationError, match="function of something"):
        function("f")()
    assert str(sequence(real("mu"))[sympy.Tuple(1, 2)]) == "mu[1, 2]"


def test_the_second_index_of_an_entry_counts():
    table = sequence(real("W"))
    for left, right in (
        (table[1, 1], table[1, 2]),
        (table[1, 2], table[1]),
        (indexed_sum(table[j, 1], j, 2), indexed_sum(table[j, 2], j, 2)),
    ):
        assert laws.algebra.objection(left, right)
        assert check(proof(left, right, laws.algebra, parameters=(real("W"),))).outcome == "refuted"


def test_what_a_theorem_assumes_is_not_lost_when_it_is_cited():
    assumed = (Statement(x, 10, "≤"),)
    small = proof(x, sympy.Integer(10), laws.assumption, "≤", (x,), assuming=assumed)
    assert check(small).outcome == "proved"
    with pytest.raises(DerivationError, match="proved only where x ≤ 10"):
        Citation(small)


def induction(assuming=(), where=(), parameters=(x, J), variable=J):
    with author_form():
        base, more, general = (Statement(x + at, x + 3, "≤") for at in (sympy.Integer(1), J + 1, J))
    chains = [
        Chain(said, (Step("s", *said.sides, laws.nonnegativity, "≤"),), parameters, where, assuming=assuming)
        for said in (base, more)
    ]
    return Derivation("i", "i", "i", (), tuple(chains), ("none",), (variable, general))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"where": ((J, sympy.Integer(1)),), "parameters": (x,)}, "must be a parameter"),
        ({"assuming": (Statement(J, 2, "≤"),)}, "assumes nothing of J"),
        ({"where": ((nu, J + 1),)}, "assumes nothing of J"),
    ],
)
def test_the_step_of_an_induction_holds_for_every_number(changes, said):
    with pytest.raises(DerivationError, match=said):
        induction(**changes)
    assert check(induction()).outcome == "refuted"


def test_the_statement_of_an_induction_speaks_of_the_symbols_of_its_chains():
    with author_form():
        base, more, general = (Statement(x + at, x + at) for at in (sympy.Integer(1), J + 1, J))
    general = general.at({x: positive("x")})
    chains = [Chain(said, (Step("s", *said.sides, laws.algebra),), (x, J)) for said in (base, more)]
    with pytest.raises(DerivationError, match=r"the statement at J = 1|symbol named 'x'"):
        Derivation("i", "i", "i", (), tuple(chains), ("none",), (J, general))


def test_a_theorem_cited_as_it_stands_speaks_of_the_same_symbols():
    mean = Expectation(gaussian(mu + 10, 1)(z), z)
    with pytest.raises(DerivationError, match=r"with positive as it is cited, has a symbol named 'z'"):
        proof(mean, ZERO, laws.monotonicity, "≥", (mu,), cites=Citation(POSITIVE))
    bounded = proof(y, sympy.Integer(1), laws.assumption, "≤", (y,), assuming=())
    with pytest.raises(DerivationError, match="symbol named 'y'"):
        proof(positive("y"), sympy.Integer(1), laws.theorem, "≤", (positive("y"),), cites=Citation(bounded))
    with pytest.raises(DerivationError, match="symbol named 's'"):
        proof(real("s"), ZERO, laws.theorem, "≥", (nu,), where=((real("s"), nu + 10),), cites=Citation(SHARE))


@pytest.mark.parametrize(
    ("symbol", "meaning", "said"),
    [
        (s, nu + 10, "to be positive"),
        (unit("u"), s / 9, "between 0 and 1"),
        (unit("u"), sympy.Integer(1), "between 0 and 1"),
        (bit("b"), s, "0 or 1"),
        (J, s, "whole number"),
        (J, bit("b"), "whole number"),
    ],
)
def test_a_meaning_has_the_properties_of_its_symbol(symbol, meaning, said):
    given = tuple(meaning.free_symbols)
    with pytest.raises(DerivationError, match=said):
        proof(symbol, symbol, laws.algebra, parameters=given, where=((symbol, meaning),))
    known = proof(symbol, symbol + 0, laws.algebra, parameters=(symbol,))
    with pytest.raises(DerivationError, match=said):
        Citation(known, (((symbol, meaning),),))


@pytest.mark.parametrize(
    ("symbol", "meaning"),
    [
        (s, nu**2 + 1),
        (s, exp(nu) * positive("t")),
        (unit("u"), 1 - y),
        (unit("u"), y**2 / 2),
        (unit("u"), sympy.Rational(1, 3)),
        (unit("u"), exp(nu) / (exp(nu) + 1)),
        (bit("b"), sympy.Integer(1)),
        (bit("b"), bit("c")),
        (J, count("K") + 1),
        (real("r"), 1 / (nu - w)),
    ],
)
def test_a_meaning_that_is_known_to_have_them_is_taken(symbol, meaning):
    given = tuple(meaning.free_symbols)
    assert check(proof(symbol, symbol, laws.algebra, parameters=given, where=((symbol, meaning),))).outcome == "proved"


def test_a_bound_index_captures_another_symbol_of_its_name():
    block, a = sequence(z), real("a")
    second = Expectation(Iterated(gaussian(a, 1), j, 2), block[2], z)
    fact = proof(second, second, laws.algebra, parameters=(a,))
    for index in (j, positive("j")):
        with pytest.raises(DerivationError, match="j is bound in the statement"):
            Citation(fact, (((a, index),),))


def test_a_name_is_one_symbol_in_a_whole_chain():
    th, tp, f = real("theta"), positive("theta"), function("f")
    lines = [Expectation(model("p")(v), f(v)) for v in (th, tp)]
    with pytest.raises(DerivationError, match="the chain has a symbol named 'theta'"):
        proof(*lines, laws.algebra)


def test_an_abbreviation_binds_no_parameter():
    mean = Expectation(gaussian(mu + 10, 1)(z), z)
    with pytest.raises(DerivationError, match="the abbreviation F binds z"):
        proof(
            real("F"),
            ZERO,
            laws.assumption,
            "≥",
            (mu, z),
            where=((real("F"), mean),),
            assuming=(Statement(z, ZERO, "≥"),),
        )


def test_what_is_differentiated_keeps_its_symbol():
    r = real("r")
    with author_form():
        slope = derivative(x * mu, x)
    fact = proof(slope, mu, laws.differentiation, parameters=(x, mu))
    assert check(fact).outcome == "proved"
    for meanings in (((x, x), (mu, x**2)), ((x, nu + 1), (mu, mu)), ((x, nu), (mu, nu))):
        with pytest.raises(DerivationError, match="differentiates with respect to x"):
            Citation(fact, (meanings,))
    assert Citation(fact, (((x, nu), (mu, w)),)).statements[0].right == w
    with pytest.raises(DerivationError, match="differentiates with respect to x"):
        proof(slope, mu, laws.theorem, parameters=(x,), where=((mu, x**2),), cites=Citation(fact))
    for meaning in (2 * mu, sympy.Integer(2), mu):
        with pytest.raises(DerivationError, match="r, an abbreviation"):
            proof(derivative(r**2, r), 4 * r, laws.differentiation, parameters=(mu,), where=((r, meaning),))


@pytest.mark.parametrize("symbol", [sympy.Symbol("c"), sympy.Symbol("c", complex=True), sympy.Dummy("c", real=True)])
def test_symbols_are_of_the_kinds_that_the_checks_know(symbol):
    with pytest.raises(DerivationError, match="of no known kind"):
        proof(symbol**2, ZERO, laws.nonnegativity, "≥", (symbol,))


def test_only_laws_of_the_project_license_a_step():
    own = laws.law("my", source="me")(lambda *_: "")
    for wrong in (own, None):
        with pytest.raises(DerivationError, match="must cite a law of"):
            Step("s", x, x + 1, wrong)


@pytest.mark.parametrize(
    "part",
    [
        sympy.sin(x),
        sympy.Abs(x),
        sympy.Max(x, mu),
        sympy.Float(0.5) * x,
        sympy.oo + x,
        sympy.I * x,
        sympy.Piecewise((x, x > 0), (0, True)),
        sympy.factorial(J),
        sympy.Sum(1 / j**2, (j, 1, sympy.oo)),
        sympy.Derivative(function("f")(x), (x, J)),
        sympy.Product(j, (j, 1, J)),
        sympy.Integral(x, (x, 0, 1)),
    ],
)
def test_what_no_check_can_read_is_refused_when_it_is_written(part):
    with pytest.raises(DerivationError, match=r"not supported|no number"):
        Statement(part, part)
    with pytest.raises(DerivationError, match=r"not supported|no number|needs r"):
        proof(x, x, laws.algebra, parameters=(x, mu, J), where=((real("r"), part),))


def test_numbers_stand_for_themselves():
    assert proof(x - x, 0, laws.algebra, parameters=(x,)).statement.right == 0
    assert Statement(x, 0).right == 0


def test_assumptions_are_compared_in_author_form_too():
    with author_form():
        kept = proof(x, x, laws.algebra, parameters=(x,), assuming=(Statement(x, 10, "≤"), Statement(x, 3, "≥")))
        with pytest.raises(DerivationError, match="nothing is left for x"):
            proof(x, x, laws.algebra, parameters=(x,), assuming=(Statement(x, 2, "≤"), Statement(x, 3, "≥")))
    assert check(kept).outcome == "proved"


def test_a_sum_of_zeros_still_names_its_symbols():
    a = sequence(real("a"))
    with author_form():
        nothing, hidden = indexed_sum(a[j] - a[j], j, J), x + indexed_sum(0 * (mu + j), j, J)
    assert check(proof(nothing, ZERO, laws.algebra, parameters=(J, real("a")))).outcome == "proved"
    with pytest.raises(DerivationError, match="uses mu"):
        proof(hidden, x, laws.algebra, parameters=(J, x))


STEP = Step("s", x, x, laws.algebra)
LINE = {"statement": Statement(x, x), "steps": (STEP,), "parameters": (x,)}
WHOLE = {"name": "n", "title": "t", "words": "w", "assumptions": ("a",), "chains": (Chain(**LINE),), "sources": ("s",)}


@pytest.mark.parametrize(
    ("make", "field", "values"),
    [
        (lambda **k: Chain(**LINE | k), "statement", (None, x)),
        (lambda **k: Chain(**LINE | k), "steps", (None, 5, [None], ("a",), STEP)),
        (lambda **k: Chain(**LINE | k), "parameters", (None, x, 5, ("x",), "x")),
        (lambda **k: Chain(**LINE | k), "where", (5, (mu,), ((mu,),), (("mu", x),), ((mu, "x"),), ((mu, None),))),
        (lambda **k: Chain(**LINE | k), "assuming", (5, (x,), (None,), Statement(x, x))),
        (lambda **k: Chain(**LINE | k), "title", (5,)),
        (lambda **k: Derivation(**WHOLE | k), "chains", (None, 5, (None,), ())),
        (lambda **k: Derivation(**WHOLE | k), "induction", (5, (J,), (J, None), (x, Statement(x, x)))),
        (lambda **k: Derivation(**WHOLE | k), "title", (5, None, "")),
        (lambda **k: Derivation(**WHOLE | k), "words", (5,)),
        (lambda **k: Derivation(**WHOLE | k), "assumptions", (None, 5, (5,), "text")),
        (lambda **k: Derivation(**WHOLE | k), "sources", (None, (None,), ())),
        (lambda **k: Citation(**{"theorem": theorem("gaussian-kl")} | k), "theorem", (None, "gaussian-kl")),
        (lambda **k: Citation(theorem("gaussian-kl"), **k), "case", (99, -1, "a", True)),
        (lambda **k: Citation(theorem("gaussian-kl"), **k), "instances", (5, ((mu, 1),), [[(mu, mu, mu)]])),
        (lambda **k: Step(**{"name": "s", "left": x, "right": x, "law": laws.algebra} | k), "name", (5, "")),
        (lambda **k: Step("s", x, x, laws.algebra, **k), "cites", ("a", theorem("gaussian-kl"))),
        (lambda **k: Step("s", x, x, laws.algebra, **k), "words", (7,)),
        (lambda **k: Step("s", x, x, laws.algebra, **k), "relation", ("<", ["="])),
    ],
)
def test_what_is_of_a_wrong_type_is_refused_in_words(make, field, values):
    for value in values:
        with pytest.raises(DerivationError):
            make(**{field: value})


def test_lists_serve_as_tuples():
    chain = Chain(Statement(x, x), [STEP], [x], where=[[mu, x + 1]])
    assert check(Derivation("n", "t", "w", ["a"], [chain], ["s"])).outcome == "proved"


def test_a_drawn_block_has_no_sign_whatever_its_label():
    label = positive("z")
    with pytest.raises(DerivationError, match="runs over all real numbers"):
        Expectation(Iterated(gaussian(mu + 10, 1), j, 2), sequence(label)[1], label)
    mean = Expectation(Iterated(Member("q", j), j, 2), sequence(label)[1], label)
    assert laws.nonnegativity.objection(mean, ZERO, Context(relation="≥"))
    assert not laws.nonnegativity.objection(sequence(label)[1], ZERO, Context(relation="≥"))
    named = Context(where=((real("r"), -2 * s),), relation="≥")
    assert laws.nonnegativity.objection(sequence(real("r"))[1], ZERO, named)


@pytest.mark.parametrize(
    ("density", "variable"),
    [
        (gaussian(0, 1), positive("v")),
        (gaussian(0, 1), bit("v")),
        (Bernoulli(y), positive("v")),
        (Bernoulli(y), unit("v")),
        (Bernoulli(y), real("v")),
        (Uniform(J), bit("v")),
        (Product(Bernoulli(y), gaussian(0, 1)), (bit("a"), count("v"))),
    ],
)
def test_a_variable_may_be_every_outcome_of_its_density(density, variable):
    names = variable if isinstance(variable, tuple) else (variable,)
    with pytest.raises(DerivationError, match=r"runs over all real|is a density of"):
        Expectation(density, names[-1] ** 2, *names)


def test_extrema_and_integrals_run_over_all_real_numbers():
    th = positive("theta")
    for node in (Maximum, Minimum, Integral):
        with pytest.raises(DerivationError, match="runs over all real numbers"):
            node(-((th + 1) ** 2), th)


def test_a_sum_is_taken_apart_only_where_it_has_terms():
    short, shorter = indexed_sum(j, j, 3 - J), indexed_sum(j, j, 2 - J) + 3 - J
    assert laws.last_term.objection(short, shorter)
    assert not laws.last_term.objection(indexed_sum(j, j, J + 2), indexed_sum(j, j, J) + (J + 1) + (J + 2))
    with author_form():
        constant = indexed_sum(j - j + x, j, bit("b") - 1)
    assert laws.algebra.objection(constant, (bit("b") - 1) * x)
    pair = [KL(*(Independent(name, upper) for name in ("q", "p"))) for upper in (3 - J, 2 - J)]
    assert laws.last_factor.objection(pair[0], pair[1])


@pytest.mark.parametrize("upper", [s, J / 2, sympy.oo])
def test_the_ends_of_a_sum_are_whole_numbers(upper):
    with pytest.raises(DerivationError, match="whole numbers"):
        Statement(indexed_sum(j, j, upper), 0)


def test_a_draw_is_left_out_or_set_apart_only_if_it_is_one_of_the_draws():
    q, f, v = model("q"), function("f"), sequence(z)
    whole = indexed_sum(f(v[j]), j, J + 1)
    apart = [Expectation(Iterated(q(z), j, J + 1), whole - f(v[at]), z) for at in (i, J + 1, sympy.Integer(1))]
    fewer = Expectation(Iterated(q(z), j, J), indexed_sum(f(v[j]), j, J), z)
    assert "need not be one of the draws" in laws.one_draw_less.objection(apart[0], fewer)
    assert not laws.one_draw_less.objection(apart[1], fewer)
    assert not laws.one_draw_less.objection(apart[2], fewer)
    single = [Expectation(Iterated(q(z), j, J), f(v[at]), z) for at in (i, J)]
    assert laws.marginalisation.objection(single[0], Expectation(q(z), f(z)))
    assert not laws.marginalisation.objection(single[1], Expectation(q(z), f(z)))


@pytest.mark.parametrize("given", [x + 10, sympy.Integer(2), s, -y, s / (s + x)])
def test_a_probability_is_known_to_be_one(given):
    with pytest.raises(DerivationError, match="need not be a probability"):
        Bernoulli(given)


def test_what_is_a_probability_is_taken():
    for given in (bit("b"), sequence(y)[j], 1 / (1 + exp(-x)), 1 - y, sympy.Integer(0), y * unit("u")):
        assert Bernoulli(given).args[0] == given


def test_a_gaussian_takes_tuples():
    for wrong in ((5, 5), ((mu,), 5), ((mu,), (5,))):
        with pytest.raises(DerivationError, match="needs tuples"):
            Gaussian(*wrong)
    assert model("p")(x, given=[z]) == model("p")(x, given=z)


def test_a_derivative_is_taken_with_respect_to_a_symbol_alone():
    r = real("r")
    for meaning in (2 * mu, mu**2, sympy.Integer(2)):
        used = Context(where=((r, meaning),))
        assert "not an abbreviation" in laws.differentiation.objection(derivative(r**2, r), 4 * r, used)
