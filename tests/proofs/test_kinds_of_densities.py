"""A density is one of bits, of indices or of real numbers, and is taken at nothing else; a name is one variable."""

import pytest
import sympy

from elbo_check.derivation import Statement
from elbo_check.errors import DerivationError
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Gaussian,
    Independent,
    Integral,
    Iterated,
    Member,
    Product,
    Uniform,
    Value,
    derivative,
    function,
    gaussian,
    model,
    sequence,
)
from elbo_check.symbols import bit, count, positive, real, unit

x, z, w, mu = real("x"), real("z"), real("w"), real("mu")
s, y, b, c = positive("s"), unit("y"), bit("b"), bit("c")
k, n, m = count("k"), count("n"), count("m")
p, q, f = model("p"), model("q"), function("f")
N, COIN, DIE = gaussian(0, s), Bernoulli(y), Uniform(m)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: KL(q(b), N), "of bit, and .*of number, is not defined"),
        (lambda: KL(COIN, N), "densities of .*bit.* and .*number.* is not defined"),
        (lambda: KL(q(k), COIN), "of index, and .*of bit, is not defined"),
        (lambda: KL(q(z), DIE), "of number, and .*of index, is not defined"),
        (lambda: KL(q(b), Iterated(N, k, n)), "of bit, and .*of number, is not defined"),
        (lambda: KL(Product(q(x), q(b)), Product(N, N)), "of number, bit, and .*is not defined"),
        (lambda: Expectation(q(b), N(b) / q(b)), "density of a real number, and b is a bit: use real"),
        (lambda: N(k), "density of a real number, and k is an index"),
        (lambda: Gaussian((0, 0), ((1,), (0, 1)))(z, sequence(b)[1]), r"and b\[1\] is a bit"),
        (lambda: Integral(COIN(z), z), "density of a bit, and z is a real number: use bit"),
        (lambda: COIN(y), "density of a bit, and y is a real number"),
        (lambda: Integral(DIE(z), z), "density of an index, and z is a real number: use count"),
        (lambda: DIE(b), "density of an index, and b is a bit"),
        (lambda: Value(Product(N, COIN), z, x), "density of a bit, and x is a real number"),
        (lambda: Value(Iterated(COIN, k, n), z), "density of a bit, and z is a real number"),
        (lambda: Value(Iterated(q(z), k, n), b), "density of a real number, and b is a bit"),
        (lambda: Expectation(COIN, f(z), z), "density of a bit, and z is a real number"),
        (lambda: Expectation(DIE, f(z), z), "density of an index, and z is a real number"),
        (lambda: Expectation(Iterated(DIE, k, n), f(b), b), "density of an index, and b is a bit"),
    ],
)
def test_a_mass_function_is_no_density_of_real_numbers(build, said):
    with pytest.raises(DerivationError, match=said):
        build()


def test_densities_of_one_kind_are_taken():
    assert KL(q(b), COIN).args == (q(b).args[0], COIN)
    assert KL(q(z), N) != KL(q(z), Independent("r", n))
    assert KL(q(b), Iterated(COIN, k, n)).args[1].kinds == ("bit",)
    assert KL(Member("r", 1), q(b)) != KL(Member("r", 1), N)
    assert Member("r", 1)(b).args[1] == b
    assert KL(Product(q(x), q(b)), Product(N, COIN)).args[0].kinds == ("number", "bit")
    for value in (N(s), N(y), N(1), N(z + k), COIN(1), COIN(1 - b), COIN(sequence(b)[k]), DIE(k), DIE(n + 1)):
        assert isinstance(value, Value)
    assert Expectation(Iterated(COIN, k, n), f(c), c).args[2] == c


@pytest.mark.parametrize(
    ("density", "variable"),
    [(q(z), positive("w")), (q(z), count("w")), (q(b), real("w")), (q(k), bit("w")), (q(y), bit("w"))],
)
def test_a_block_is_no_less_than_the_outcomes_of_its_density(density, variable):
    for which in (Iterated(density, k, n), density.args[0]):
        with pytest.raises(DerivationError, match=r"w is no outcome of .*it is assumed to be"):
            Expectation(which, f(variable), variable)


@pytest.mark.parametrize(("density", "variable"), [(q(z), w), (q(y), w), (q(y), positive("w")), (q(b), c)])
def test_a_variable_of_another_letter_may_be_known_to_be_as_much(density, variable):
    assert Expectation(Iterated(density, k, n), f(variable), variable).args[2] == variable


@pytest.mark.parametrize(
    "build",
    [
        lambda: Expectation(Product(q(z), p(x, given=z)), f(z) * f(x), z, x),
        lambda: Product(q(z), p(x, given=z)),
        lambda: Product(Product(q(z), q(w)), p(x, given=z)),
        lambda: Product(Iterated(q(z), k, n), gaussian(z, 1)),
        lambda: Expectation(Product(N, gaussian(z, 1)), f(z, x), z, x),
        lambda: Expectation(gaussian(z, 1), f(z), z),
        lambda: KL(q(z), gaussian(z, 1)),
        lambda: Entropy(p(z, given={x: z})),
    ],
)
def test_what_is_drawn_is_no_parameter_of_what_is_drawn_beside_it(build):
    with pytest.raises(DerivationError, match="that is not the z drawn beside it: name it z_0"):
        build()


def test_a_parameter_of_another_name_is_taken():
    before = Product(q(z), p(x, given=real("z_0")))
    assert Expectation(q(real("z_0")), Expectation(before, f(z) * f(x), z, x)).args[1].args[0] == before
    assert Expectation(q(z), Expectation(p(x, given=z), f(z) * f(x))).args[2] == z


def test_no_derivative_is_taken_with_respect_to_the_name_of_a_sequence():
    squared = sequence(mu)[k] ** 2
    with pytest.raises(DerivationError, match=r"with respect to mu, which names a sequence in .*: name the entry"):
        derivative(squared, mu)
    with pytest.raises(DerivationError, match="with respect to mu, which names a sequence"):
        Statement(sympy.Derivative(squared, mu, evaluate=False), 1)
    assert derivative(squared * x, x).args[0] == squared * x
