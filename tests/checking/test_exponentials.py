"""Densities outside logarithms: their expectations against quadrature, and what has none."""

import math

import flint
import mpmath
import pytest
import sympy
from sympy import exp, log

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.checking.ball_polynomials import BallPolynomial, Quotient, constant
from elbo_check.checking.ball_worlds import ball_polynomial_world
from elbo_check.checking.draws import Draws
from elbo_check.checking.exponentials import Exponentials
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.outcome import Outcome as Block
from elbo_check.checking.outline import Outline
from elbo_check.checking.undefined import UndefinedError
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import Expectation, Gaussian, Iterated, derivative, free_symbols, gaussian, model, sequence
from elbo_check.symbols import author_form, count, positive, real
from elbo_check.verdict import Outcome

x, z, w, m = real("x"), real("z"), real("w"), real("m")
s, r, j = positive("s"), positive("r"), count("j")
Q, P, STANDARD = gaussian(m, s), gaussian(x, r), gaussian(0, 1)
PLANE = Gaussian((m, x), ((s,), (x, r)))
u, v = BallPolynomial.variable(0), BallPolynomial.variable(1)
two = flint.fmpq(2)
world = ball_polynomial_world()


def reading(seed=0):
    return GaussianReading(Draws(seed), Outline((x, m, s, r)))


def normal(at, mean, scale):
    return mpmath.exp(-(((at - mean) / scale) ** 2) / 2) / scale / mpmath.sqrt(2 * mpmath.pi)


with author_form():
    INTEGRANDS = {
        "a density": (P(z), lambda at, c: normal(at, c["x"], c["r"])),
        "a negative one": (-P(z), lambda at, c: -normal(at, c["x"], c["r"])),
        "a polynomial times it": (
            z**3 * P(z) - 2 * z, lambda at, c: at**3 * normal(at, c["x"], c["r"]) - 2 * at),
        "a square of it": (P(z) ** 2 + z, lambda at, c: normal(at, c["x"], c["r"]) ** 2 + at),
        "a root of it": (sympy.sqrt(P(z)), lambda at, c: mpmath.sqrt(normal(at, c["x"], c["r"]))),
        "a difference": (
            P(z) - Q(z), lambda at, c: normal(at, c["x"], c["r"]) - normal(at, c["m"], c["s"])),
        "an exponential": (z * exp(z / 3), lambda at, c: at * mpmath.exp(at / 3)),
        "one over a root": (
            z**2 / sympy.sqrt(Q(z)), lambda at, c: at**2 / mpmath.sqrt(normal(at, c["m"], c["s"]))),
    }  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize("name", INTEGRANDS)
@pytest.mark.parametrize("seed", range(3))
def test_expectations_agree_with_quadrature(name, seed):
    body, at = INTEGRANDS[name]
    told = reading(seed)
    chosen = {symbol.name: mpmath.mpf(int(told.values[symbol.name].p)) / int(told.values[symbol.name].q)
              for symbol in (x, m, s, r)}  # fmt: skip
    with mpmath.workdps(30):
        centre, scale = chosen["m"], chosen["s"]
        cuts = [centre + k * scale for k in range(-40, 41, 4)]
        wanted = mpmath.quad(lambda place: at(place, chosen) * normal(place, centre, scale), cuts)
    assert float(told.read(Expectation(Q, body, z))) == pytest.approx(float(wanted), rel=1e-10, abs=1e-12)


def test_two_coordinates_are_integrated_one_after_the_other():
    told = reading(1)
    with author_form():
        inner = Expectation(PLANE, PLANE(z, w), z, w)
        apart = Expectation(Q, Expectation(P, Q(z) * P(w) * z, w), z)
        single = Expectation(Q, Q(z) * z, z) * Expectation(P, P(w), w)
    wanted = 1 / (4 * math.pi * float(told.values["s"]) * float(told.values["r"]))  # ∫ N² = 1/√(det 4πΣ)
    with flint.ctx.workprec(256):
        assert float(told.read(inner)) == pytest.approx(wanted, rel=1e-12)
        assert told.agreement(told.read(apart), "=", told.read(single)) is True


def test_derivatives_of_densities_outside_logarithms():
    told = reading(2)
    with author_form():
        pairs = [
            (derivative(Expectation(STANDARD, exp(m * z), z), m), m * exp(m**2 / 2)),
            (derivative(P(m), m), (x - m) / r**2 * P(m)),
            (Expectation(STANDARD, derivative(exp(m * z), m), z), m * exp(m**2 / 2)),
            (derivative(log(Expectation(STANDARD, exp(m * z), z)), m), m),
            (derivative(1 / Expectation(STANDARD, exp(m * z), z), m), -m * exp(-(m**2) / 2)),
        ]
    with flint.ctx.workprec(256):
        for left, right in pairs:
            assert told.agreement(told.read(left), "=", told.read(right)) is True, left


def test_what_has_no_expectation_is_not_defined():
    told = reading()
    with author_form():
        for body in (1 / Q(z), z / Q(z) ** 2, exp(z**2 / s**2), 1 / z, 1 / (z - m) ** 2 + z, z / (z**2 - 4)):
            with pytest.raises(UndefinedError, match="diverges"):
                told.read(Expectation(Q, body, z))
        for body in (1 / Q(z) - 1 / Q(z), (z - m) / (z - m), exp(z**3), 1 / (z * x + z**2 + 9), 1 / z - 1 / z,
                     1 / (z * w)):  # fmt: skip
            with pytest.raises(WitnessError) as refusal:
                told.read(Expectation(Q, Expectation(Q, body, w) if body.has(w) else body, z))
            assert not isinstance(refusal.value, UndefinedError)
        with pytest.raises(UndefinedError, match="nowhere positive"):
            told.read(Expectation(Q, log(-P(z)), z))
        with pytest.raises(UndefinedError, match="nowhere positive"):
            told.read(Expectation(Q, log(-P(z) - Q(z)), z))


def test_a_pole_is_seen_through_another_variable():
    told = reading()
    with author_form():
        nested = Expectation(Q, Expectation(P, w / (z - m), w), z)
    with pytest.raises(WitnessError):
        told.read(nested)
    joint = Expectation(Gaussian((0, 0), ((1,), (0, 1))), w / z, z, w)
    with pytest.raises(UndefinedError, match="pole"):
        told.read(joint)


def test_a_density_that_is_not_normalised_is_read_in_logarithms_only():
    p = model("p")
    told = GaussianReading(Draws(0), Outline((x,), forms={"p": {(("x",), ())}}))
    assert told.read(log(p(x))) is not None
    for body in (p(x), p(x) + 1, 2 * p(x), Expectation(STANDARD, p(z) / STANDARD(z), z), 1 / p(x), p(x) - p(x) ** 2):
        with pytest.raises(WitnessError, match="outside a logarithm"):
            told.read(body)


def claim(left, right, law):
    parameters = sorted(free_symbols(left) | free_symbols(right), key=lambda symbol: symbol.name)
    chain = Chain(Statement(left, right), (Step("claimed", left, right, law),), parameters)
    return check(Derivation("claim", "A claim", "a claim", (), (chain,), ("none",))).outcome


@pytest.mark.endurance
def test_true_statements_about_densities_are_never_refuted_and_false_ones_are():
    with author_form():
        true = [
            (Expectation(Q, P(z) / Q(z) * z, z), Expectation(P, z, z)),
            (Expectation(Q, P(z), z), Expectation(P, Q(z), z)),
            (Expectation(Q, exp(z), z), exp(m + s**2 / 2)),
            (Expectation(Q, exp(-z), z), Expectation(STANDARD, exp(-m - s * z), z)),
            (Expectation(Q, P(z) - P(z) + z, z), m),
            (log(Expectation(Q, P(z) / Q(z) * exp(z), z)), log(Expectation(P, exp(z), z))),
        ]
        false = [
            (Expectation(Q, P(z), z), Expectation(Q, Q(z), z)),
            (Expectation(Q, exp(z), z), exp(m)),
        ]
        undefined = [
            (Expectation(Q, 1 / z, z), 1 / m),
            (Expectation(Q, log(-Q(z)), z), Expectation(Q, log(Q(z)), z)),
        ]
    for law in (laws.definition_of_kl, laws.algebra):
        assert all(claim(left, right, law) is not Outcome.REFUTED for left, right in true)
        assert all(claim(left, right, law) is Outcome.REFUTED for left, right in false)
        assert all(claim(left, right, law) is Outcome.UNDECIDED for left, right in undefined)


def test_sums_of_exponentials_reckon_and_refuse():
    one, other = Exponentials.of(u), Exponentials.of(v)
    assert len((one + other).terms) == 2
    assert (one - one * flint.fmpq(0)).terms == one.terms
    assert len((two - one).terms) == 2
    assert (one**2 * two).single()[0].terms[()] == 2
    for refused in (
        lambda: one + Block((u,)), lambda: one * Block((u,)), lambda: one / Block((u,)), lambda: one + two / u,
        lambda: 1 / (one + other), lambda: world.log(u * one), lambda: world.sqrt(one + other),
        lambda: u / one / (one + other), lambda: (two / u) * Block((u,)), lambda: (two / u) ** -1,
    ):  # fmt: skip
        with pytest.raises(WitnessError):
            refused()
    with flint.ctx.workprec(100):
        plain = Exponentials.of(two) + Exponentials.of(flint.fmpq(0))
        assert float(constant(world.log(plain))) == pytest.approx(math.log(math.exp(2) + 1))
        assert float(world.sqrt(plain).plain()) == pytest.approx(math.sqrt(math.exp(2) + 1))
        assert float((1 / plain).plain()) == pytest.approx(1 / (math.exp(2) + 1))
        assert (u / one).single()[0].terms[((0, 1),)] == 1


def test_quotients_reckon_like_quotients():
    a, b = two / u, u / (u + two)
    at = flint.fmpq(3)

    def value(quotient):
        def of(polynomial):
            return sum(c * at ** dict(powers).get(0, 0) for powers, c in polynomial.terms.items())

        return of(quotient.numerator) / of(quotient.denominator)

    assert isinstance(a + b, Quotient)
    assert value(a + b) == two / at + at / (at + 2)
    assert value(a * b) == two / at * at / (at + 2)
    assert value(two - a) == 2 - two / at
    assert value(a - u) == two / at - at
    assert value(a**3) == (two / at) ** 3
    assert value(a / two) == 1 / at


def test_a_vector_times_a_number_is_one_among_gaussians():
    block = Iterated(gaussian(m, s), j, 2)
    f = sympy.Function("f", real=True)
    told = reading()
    with author_form():
        entries = sequence(z)
        turned = Expectation(block, f(-z), z)
        mirrored = Expectation(Iterated(gaussian(-m, s), j, 2), f(z), z)
        doubled = Expectation(block, f(2 * z), z)
    assert told.read(turned) == told.read(mirrored)
    assert (-Block((u,))).places[0].terms == (-u).terms
    assert told.read(doubled) != told.read(Expectation(block, f(z), z))
    assert told.read(Expectation(block, entries[1], z)) == told.values["m"]


def test_the_derivative_of_what_is_not_read_is_not_read():
    p = model("p")
    told = GaussianReading(Draws(0), Outline((x, m, s), forms={"p": {(("x",), ())}}))
    with author_form():
        unread = [
            derivative(p(x) * m, m),
            Expectation(STANDARD, derivative(1 / (z * m), m), z),
            Expectation(STANDARD, derivative(m / z, m), z),
            derivative(Expectation(STANDARD, (m + z) / z, z), m),
        ]
    for expression in unread:
        with pytest.raises(WitnessError):
            told.read(expression)
    with pytest.raises(WitnessError, match="not positive"), flint.ctx.workprec(100):
        world.log(Exponentials.of(u) * (flint.arb(2).log() - flint.arb(2).log()))
