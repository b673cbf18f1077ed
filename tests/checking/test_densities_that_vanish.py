"""A density may be 0: that it is positive is certain where a mean by it runs, and is granted only where a page says it.

Were it positive wherever it is written, x ≥ 0 would be proved from a² ≤ x E_q[p(z)], with nothing on the page that
excludes q and p of which one vanishes where the other does not.
"""

import itertools

import pytest
from sympy import Integer, Rational, exp, log, pi, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.checking.defined import doubt_of, granted_to
from elbo_check.checking.granted import NOTHING, granted_lines
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Independent,
    Information,
    Integral,
    Iterated,
    Member,
    Product,
    Uniform,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real, unit

x, z, v, c, a = (real(name) for name in ("x", "z", "v", "c", "a"))
b, u, s = bit("b"), unit("u"), positive("s")
i, j, k, n, m, J, K = (count(name) for name in ("i", "j", "k", "n", "m", "J", "K"))
p, q, r, f = model("p"), model("q"), model("r"), function("f")
LEAST, HALF = Rational(1, 100), Rational(1, 2)
draws, points = sequence(z), sequence(c)

with author_form():
    MAY_VANISH = {
        "a mean": (Expectation(q(z), p(z)), ()),
        "a mean of bits": (Expectation(Bernoulli(u)(b), p(b)), (u,)),
        "an integral": (Integral(q(z) * p(z), z), ()),
        "a sum": (indexed_sum(p(points[i]), i, n), (c, n)),
        "a density": (p(c), (c,)),
        "a negative one": (Integer(-1) * p(c), (c,)),
        "a product": (p(c) * q(c) ** 2 * exp(c), (c,)),
        "a root": (sqrt(p(c)), (c,)),
        "a mass": (Uniform(n)(m), (n, m)),
        "a member": (Member("p", n)(c), (n, c)),
    }


def divided(divisor, *assuming):
    """The step x = x U/U in a chain that assumes a² ≤ x U and more, and its chain."""
    with author_form():
        sides = x, x * divisor / divisor
        assumed = Statement(a**2, x * divisor, "≤")
    step = Step("divided", *sides, laws.algebra)
    return step, sides, (assumed, *assuming)


@pytest.mark.unmeasured
@pytest.mark.parametrize(("divisor", "parameters"), MAY_VANISH.values(), ids=MAY_VANISH)
def test_what_is_assumed_of_a_density_is_not_divided_by_it_unless_it_is_not_zero(divisor, parameters) -> None:
    step, sides, assumed = divided(divisor)
    doubt = doubt_of(step, Chain(Statement(*sides), (step,), (x, a, *parameters), assuming=assumed))
    assert "= 0, which is not excluded: assume " in doubt
    remedy = Statement(divisor, LEAST, "≥")
    step, sides, assumed = divided(divisor, remedy)
    assert doubt_of(step, Chain(Statement(*sides), (step,), (x, a, *parameters), assuming=assumed)) == ""


@pytest.mark.parametrize("bound", [Statement(a * b, -HALF, "≤"), Statement(a * b, HALF), Statement(HALF, a * b, "≤")])
def test_what_is_assumed_of_a_product_is_said_of_it(bound) -> None:
    with author_form():
        side = 1 / (a * b)
    step = Step("s", side, side, laws.algebra)
    assert doubt_of(step, Chain(Statement(side, side), (step,), (a, b), assuming=(bound,))) == ""
    other = Statement(bound.right, bound.left, "≤")
    away = Chain(Statement(side, side), (step,), (a, b), assuming=(other,))
    assert bool(doubt_of(step, away)) == (bound.relation == "≤")


@pytest.mark.endurance
def test_a_bound_that_is_false_where_q_and_p_share_no_outcome_is_not_proved() -> None:
    step, sides, assumed = divided(MAY_VANISH["a mean"][0])
    chain = Chain(Statement(*sides), (step,), (x, a), assuming=assumed)
    assert check(Derivation("t", "t", "t", (), (chain,), ("none",))).outcome == "undecided"


def granted(side, parameters=(), assuming=(), law=laws.algebra):
    step = Step("s", side, side, law)
    chain = Chain(Statement(side, side), (step,), parameters, assuming=assuming)
    assert doubt_of(step, chain) == ""
    found = granted_to(step, chain)
    assert found.exponents == ()
    return found.logarithms, found.divisors


with author_form():
    both = Iterated(Iterated(q(z), j, J), k, K)
    family = Expectation(Independent("q", J), indexed_sum(log(Member("q", j)(draws[j])), j, J), z)
    CERTAIN = {
        "its own": Expectation(q(z), log(q(z)) + 1 / q(z)),
        "of a draw": Expectation(Iterated(q(z), k, K), indexed_sum(log(q(draws[k])), k, K), z),
        "of an entry of a draw": Expectation(both, indexed_sum(log(q(draws[k, 1])), k, K), z),
        "of a member": family,
        "a factor": Expectation(Product(q(z), p(v)), log(p(v)) + log(Product(p(v), q(z))(v, z)), z, v),
        "a marginal": Expectation(q(z, v), log(q(v)) + log(q(z, given=v)) + log(Product(q(z), q(v))(z, v))),
        "a joint": Expectation(q(v), Expectation(q(z, given=v), log(q(z, v)) + log(q(z)))),
        "a mixture": Expectation(q(z), log(q(z) + p(z)) + 1 / (q(z) + p(z))),
        "a mean of its own": 1 / Expectation(q(z), q(z)),
        "a Gaussian": log(gaussian(0, 1)(c)) + log(Product(gaussian(0, 1), gaussian(0, s))(c, x)) + 1 / Integral(
            gaussian(c, s)(z) ** 2, z),
        "Gaussians": log(Iterated(gaussian(0, s), j, J)(c)),
        "a bit": log(Bernoulli(u)(b)) + log(Bernoulli(u)(sequence(b)[n])),
    }  # fmt: skip


@pytest.mark.parametrize("side", CERTAIN.values(), ids=CERTAIN)
def test_where_a_mean_runs_its_density_is_positive_and_nothing_is_granted(side) -> None:
    assert granted(side, (c, x, s, u, b, n, J, K)) == ((), ())


with author_form():
    assumed = (Statement(p(c), f(c), "≥"),)
    apart = Expectation(p(z), Expectation(p(v), log(p(z, v)) + log(p(z))))
    anew = Expectation(q(z), Integral(log(q(z)) * q(z), z))
    GRANTED = {
        "of another": ((Expectation(q(z), log(p(z))), ()), (("p(z)",), ())),
        "of a mean": ((log(Expectation(q(z), p(z) * exp(z) / q(z))), ()), (("p(z)",), ())),
        "of an integral and a sum": (
            (log(Integral(p(z) * q(z), z)) + log(indexed_sum(p(points[i]), i, n)), (c, n)),
            (("p(z)", "q(z)", "p(c)"), ()),
        ),
        "of independent draws": ((apart, ()), (("p(z, v)",), ())),
        "of other draws": ((Expectation(Iterated(q(z), k, K), log(q(z)) + log(q(draws[1, 2])), z), (K,)),
                           (("q(z)",), ())),
        "of a variable bound anew": ((anew, ()), (("q(z)",), ())),
        "of a draw under another": (
            (Expectation(q(x), Expectation(q(z, given=v), log(q(z, v)))), (v,)), (("q(z, v)",), ())),
        "of more than is drawn": ((Expectation(q(v, x), Expectation(q(z, given=v), log(q(v, x, z)))), ()),
                                  (("q(v, x, z)",), ())),
        "of an integral within its mean": (
            (Expectation(q(z), z * log(Integral(q(z) * p(z), z))), ()), (("q(z)", "p(z)"), ())),
        "of a symbol that is one": (
            (log(x * p(c)) + log(p(c) + a - a) + log(p(c) + u), (x, c, a, u), (Statement(x, q(c)),)),
            (("x", "p(c)", "p(c) + a − a"), ())),
        "of terms that cancel": (
            (log(Expectation(q(z), 2 * q(z) - q(z))), ()), (("E_{q(z)}[2 q(z) − q(z)]",), ())),
        "of a given one": ((Expectation(q(z, given=v), log(q(z, v))), (v,)), (("q(z, v)",), ())),
        "an information": ((Information(p(c)), (c,)), (("p(c)",), ())),
        "a product": ((log(Product(q(z), p(v))(z, v)), (z, v)), (("q(z)", "p(v)"), ())),
        "a divisor": ((1 / p(c) + 1 / sqrt(q(c)), (c,)), ((), ("p(c)", "q(c)"))),
        "a mean as a divisor": ((1 / Expectation(q(z), p(z)), ()), ((), ("E_{q(z)}[p(z)]",))),
        "a divisor under a mean": ((Expectation(q(z), 1 / p(z)), (c,), assumed), ((), ("p(z)",))),
        "a divisor of which the logarithm is taken": ((1 / p(c) + log(p(c)), (c,), assumed), (("p(c)",), ("p(c)",))),
        "a divisor of which the law speaks": ((1 / p(c), (c,), assumed, laws.bayes), ((), ("p(c)",))),
        "a certain bit": ((log(Bernoulli(1)(b)) + log(Bernoulli(u)(1)), (b, u)),
                          (("Bernoulli(b; 1)", "Bernoulli(1; u)"), ())),
    }  # fmt: skip


@pytest.mark.parametrize(("given", "told"), GRANTED.values(), ids=GRANTED)
def test_what_is_not_certain_of_a_density_is_granted_and_told(given, told) -> None:
    assert granted(*given) == told


@pytest.mark.endurance
def test_a_mean_that_is_an_exponent_is_told_to_be_finite() -> None:
    """x ≥ 0 follows from a² ≤ x e^{−KL(q ‖ p)} where that is above 0."""
    with author_form():
        raised = exp(Integer(-1) * KL(q(z), p(z)) + log(Expectation(q(z), exp(z))) - Expectation(q(z), f(z)))
    step, sides, assumed = divided(raised)
    chain = Chain(Statement(*sides), (step,), (x, a), assuming=assumed)
    assert doubt_of(step, chain) == ""
    (finding,) = check(Derivation("t", "t", "t", (), (chain,), ("none",))).findings
    finite = "E_{q(z)}[f(z)] and KL(q(z) ‖ p(z)) are finite where they are exponents"
    assert granted_lines([finding], ()) == (finite,)


def test_a_name_for_a_density_is_as_positive_as_that() -> None:
    with author_form():
        side, named = log(x), (Statement(x, p(c)),)
    step = Step("s", side, side, laws.algebra)
    chain = Chain(Statement(side, side), (step,), (x, c), assuming=named)
    assert "unless x > 0" in doubt_of(step, chain)


def proof(name, *sides, cites=None, assumptions=()):
    law = laws.algebra if cites is None else laws.theorem
    pairs = enumerate(itertools.pairwise(sides))
    steps = tuple(Step(f"{number}", *pair, law, cites=cites) for number, pair in pairs)
    chain = Chain(Statement(sides[0], sides[-1]), steps, ())
    return Derivation(name, name, name, assumptions, (chain,), ("none",))


def test_what_is_granted_stands_on_every_page_and_on_that_of_who_cites_it() -> None:
    with author_form():
        mean = Expectation(q(z), p(z))
        sides = 2 * mean, 2 * exp(log(mean)), mean + mean
    line = "p(z) > 0 where a logarithm is taken of it, or of a sum, mean or integral of it"
    first = proof("first", *sides)
    citing = proof("citing", sides[0], sides[-1], cites=Citation(first))
    for derivation in (first, citing):
        assert derivation.check().outcome == "proved"
        assert line in derivation.to_dict()["ledger"]
        assert line in " ".join(derivation.to_text().split())
        assert r"p(z) \> 0 where" in derivation.to_markdown()
    said = proof("said", *sides, assumptions=("p(z) > 0 for every z",))
    assert line not in said.to_dict()["ledger"]


def test_only_an_author_who_says_it_of_all_of_it_has_said_it() -> None:
    with author_form():
        step = Step("s", log(p(c)), log(p(c)), laws.algebra)
    chain = Chain(Statement(step.left, step.right), (step,), (c,))
    finding = check(Derivation("t", "t", "t", (), (chain,), ("none",))).findings
    for said, times in (("p(c) > 0", 0), ("let p(c) > 0", 0), ("p(c) > 0 where it is divided by", 1), ("2p(c) > 0", 1)):
        assert len(granted_lines(finding, [said])) == times
    assert granted_lines((), ()) == ()
    assert dict(NOTHING.details) == {}


with author_form():
    TOLD = {
        "a divergence": (KL(q(z), p(z)), (), "KL(q(z) ‖ p(z))"),
        "a divergence less a number": (KL(q(z), p(z)) - c, (c,), "KL(q(z) ‖ p(z)) − c"),
        "a mean": (Expectation(q(z), z) - c, (c,), "E_{q(z)}[z] − c"),
        "an entropy": (Entropy(q(z)), (), "H[q(z)]"),
        "a difference of densities": (p(c) - q(c), (c,), "p(c) − q(c)"),
        "a density times a number": (p(c) * a**2, (c, a), "p(c)"),
        "a total that is 0": (Integral(p(z), z) - 1, (), "∫ p(z) d z − 1"),
        "a Gaussian integral that is 0": (
            s * Integral(exp(-(s**2) * z**2 / 2), z) - sqrt(2 * pi),
            (s,),
            "s ∫ e^{−s² z²/2} d z − √(2 π)",
        ),
    }


@pytest.mark.parametrize(("divisor", "parameters", "told"), TOLD.values(), ids=TOLD)
def test_a_mean_that_may_be_zero_is_granted_as_a_divisor_and_told(divisor, parameters, told) -> None:
    with author_form():
        sides = x, x * divisor / divisor
    step = Step("divided", *sides, laws.algebra)
    chain = Chain(Statement(*sides), (step,), (x, *parameters))
    assert doubt_of(step, chain) == ""
    assert granted_to(step, chain).divisors == (told,)


@pytest.mark.parametrize("side", [log(KL(q(z), p(z))), log(Expectation(q(z), z) ** 2 * c**2)])
def test_a_mean_that_may_be_zero_is_told_where_a_logarithm_is_taken_of_it(side) -> None:
    with author_form():
        step = Step("itself", side, side, laws.algebra)
    chain = Chain(Statement(side, side), (step,), (c,))
    assert doubt_of(step, chain) == ""
    (told,) = granted_to(step, chain).logarithms
    assert told in ("KL(q(z) ‖ p(z))", "c² (E_{q(z)}[z])²")  # E_q[z] may be negative


@pytest.mark.parametrize("divisor", [KL(q(z), p(z)), p(c) * a])
def test_of_what_something_is_assumed_nothing_is_granted(divisor) -> None:
    step, sides, assumed = divided(divisor)
    chain = Chain(Statement(*sides), (step,), (x, a, c), assuming=assumed)
    assert "= 0, which is not excluded" in doubt_of(step, chain)


with author_form():
    apart_from_each_other = (p(c) - q(c)) ** 2
    NOT_OPENED = {
        "a square of a difference": (log(apart_from_each_other), ("(p(c) − q(c))²",)),
        "its mean": (log(Expectation(q(z), (p(z) - q(z)) ** 2)), ("(p(z) − q(z))²",)),
        "a product with it": (log(p(c) * apart_from_each_other), ("p(c) (p(c) − q(c))²",)),
        "a sum of densities": (log(p(c) * q(c) + p(c) ** 2), ("p(c)", "q(c)")),
        "a sum without a term": (
            log(indexed_sum(indexed_sum(p(points[i]), i, n + 1) - p(points[k]), k, n + 1)), ("p(c)",)),
    }  # fmt: skip


@pytest.mark.parametrize(("side", "told"), NOT_OPENED.values(), ids=NOT_OPENED)
def test_of_a_difference_it_is_not_enough_that_its_densities_are_not_zero(side, told) -> None:
    assert granted(side, (c, n)) == (told, ())


with author_form():
    FINITE = exp(-KL(q(z), p(z))) * exp(KL(q(z), p(z))), s ** KL(q(z), p(z)) * exp(x)


@pytest.mark.parametrize("side", FINITE, ids=["of e", "of s"])
def test_a_mean_that_is_an_exponent_is_told_to_be_finite_wherever_that_stands(side) -> None:
    step = Step("s", side, side, laws.algebra)
    chain = Chain(Statement(side, side), (step,), (s, x))
    assert granted_to(step, chain).exponents == ("KL(q(z) ‖ p(z))",)
