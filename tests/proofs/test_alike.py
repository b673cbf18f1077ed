"""What is printed alike is one object: a derivation with two such is refused, and both are named."""

import pytest

from elbo_check import laws
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import DerivationError
from elbo_check.nodes import (
    Entropy,
    Expectation,
    Gaussian,
    Information,
    Integral,
    Iterated,
    Member,
    Product,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.nodes.functions import exp, log
from elbo_check.symbols import author_form, bit, count, positive, real

x, z, mu, first, j, J = real("x"), real("z"), real("mu"), real("mu_1"), count("j"), count("J")
p, q, f, w, s = model("p"), model("q"), function("f"), real("w"), positive("s")


def derivation(side, *parameters, **more):
    step = Step("as it is", side, side, laws.algebra)
    chain = Chain(Statement(side, side), (step,), parameters, **more)
    return Derivation("name", "title", "words", (), (chain,), ("a source",))


@pytest.mark.parametrize(
    ("build", "parameters", "one", "other"),
    [
        (lambda: first + sequence(mu)[1], (first, mu), "the entry mu[1] of a sequence", "the symbol mu_1"),
        (lambda: first + sequence(mu)[j], (first, mu, j), "an entry of the sequence mu", "the symbol mu_1"),
        (lambda: real("mu_j") + sequence(mu)[j], (real("mu_j"), mu, j), "the entry mu[j]", "the symbol mu_j"),
        (lambda: real("pi") * x, (real("pi"), x), "the number pi", "the symbol pi"),
        (lambda: real("e") ** x + exp(x), (real("e"), x), "the number e", "the symbol e"),
        (lambda: real("log") * x, (real("log"), x), "the logarithm", "the symbol log"),
        (lambda: function("p")(x) + p(x), (x,), "the function p", "the density p"),
        (lambda: real("p") * p(x), (real("p"), x), "the symbol p", "the density p"),
        (lambda: log(model("q_j")(x) * Member("q", j)(x)), (x, j), "the density q_j", "the member q_j of a family"),
        (lambda: real("nu") + real("nu_"), (real("nu"), real("nu_")), "the symbol nu", "the symbol nu_"),
        (lambda: Information(p(x)) + function("I_p")(x), (x,), "the information of p", "the function I_p"),
        (
            lambda: Expectation(Iterated(q(z), j, J), f(real("z_1")), z),
            (J, real("z_1")),
            "an entry of the block z",
            "the symbol z_1",
        ),
        (
            lambda: Expectation(Product(Iterated(q(z), j, J), p(w)), f(real("z_J")), z, w),
            (J, real("z_J")),
            "the last entry of the block z",
            "the symbol z_J",
        ),
        (
            lambda: Expectation(Iterated(gaussian(mu, s), j, 2), f(real("z_1")), z),
            (mu, s, real("z_1")),
            "an entry of the block z",
            "the symbol z_1",
        ),
        (lambda: Entropy(model("N")(x, s)), (), "a Gaussian", "the density N"),
        (lambda: model("Bernoulli")(x), (x,), "a Bernoulli density", "the density Bernoulli"),
        (lambda: function("Uniform")(x), (x,), "a uniform density", "the function Uniform"),
        (lambda: function("H")(x), (x,), "an entropy", "the function H"),
        (lambda: function("KL")(x, mu), (x, mu), "a divergence", "the function KL"),
        (lambda: function("I")(x), (x,), "an information", "the function I"),
        (lambda: function("E_q")(x), (x,), "an expectation", "the function E_q"),
        (lambda: function("exp")(x), (x,), "the exponential", "the function exp"),
        (lambda: Integral(p(z) * real("dz"), z), (real("dz"),), "the dz of an integral", "the symbol dz"),
        (lambda: Integral(p(z) * real("d"), z), (real("d"),), "the d of an integral", "the symbol d"),
        (
            lambda: Expectation(Gaussian((first, real("mu_2")), ((1,), (0, 1))), x * z * mu, x, z),
            (first, real("mu_2"), mu),
            "the mean mu of a Gaussian",
            "the symbol mu",
        ),
    ],
)  # fmt: skip
def test_two_objects_that_are_printed_alike_are_refused_and_both_are_named(build, parameters, one, other):
    with author_form():
        side = build()
    with pytest.raises(DerivationError, match=r"are both printed as \w+: rename one of them") as refused:
        derivation(side, *parameters)
    assert one in str(refused.value)
    assert other in str(refused.value)


def test_names_that_stand_apart_are_taken():
    u, v, two, low, axes = real("u"), real("v"), real("mu_2"), real("L_21"), (positive("L_11"), positive("L_22"))
    a, k = real("a"), count("k")
    with author_form():
        mean = Expectation(Gaussian((first, two), (axes[:1], (low, axes[1]))), x * z, x, z)
        said = mean + first + Information(Member("q", j + 1)(u)) + Information(p(v)) + sequence(a)[j + 1, 2]
        said = said + Expectation(Gaussian((a, 2), (axes[:1], (0, axes[1]))), x * z, x, z) + indexed_sum(k, k, j)
    assert derivation(said, first, two, low, *axes, a, j, u, v).statement.left == said
    assert derivation(first + 1, first).check().outcome == "proved"
    data, dx = count("N"), real("dx")
    with author_form():
        free = data * real("E") + Integral(p(z), z) * dx + Expectation(Iterated(q(z), j, J), f(sequence(z)[1]), z)
        free = free + Expectation(p(w), f(real("w_1"))) * function("I_q")(dx)
    assert derivation(free, data, real("E"), dx, J, real("w_1")).statement.left == free


def test_abbreviations_assumptions_and_the_statement_of_an_induction_count():
    with author_form():
        with pytest.raises(DerivationError, match="both printed as p"):
            derivation(p(x), x, real("w"), where=((real("p"), real("w")),))
        with pytest.raises(DerivationError, match="both printed as mu_1"):
            derivation(x + first, x, first, mu, assuming=(Statement(sequence(mu)[1], x, "≥"),))


def test_one_letter_for_two_kinds_of_outcomes_is_refused_in_two_chains_as_well():
    sides = [Entropy(p(variable)) for variable in (z, bit("z"))]
    chains = tuple(Chain(Statement(h, h), (Step("as it is", h, h, laws.algebra),), ()) for h in sides)
    with pytest.raises(DerivationError, match=r"a variable z \((real|bit)\) and a variable z \((real|bit)\) are both"):
        Derivation("name", "title", "words", (), chains, ("a source",))
