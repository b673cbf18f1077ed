"""Arbitrary densities as those of one joint Gaussian a name: against NumPy, and what is true on the real line alone."""

import math

import flint
import numpy as np
import pytest
import sympy
from sympy import log, pi

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step
from elbo_check.checking.counterexamples import assignment
from elbo_check.checking.descent import neighbours
from elbo_check.checking.draws import Draws
from elbo_check.checking.gaussian_worlds import GaussianWorld
from elbo_check.checking.gaussians import PRECISION
from elbo_check.checking.outline import Outline
from elbo_check.checking.shrinking import simpler
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import (
    KL,
    Entropy,
    Expectation,
    Integral,
    Iterated,
    Value,
    Vector,
    function,
    gaussian,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real

x, y, z = real("x"), real("y"), real("z")
s, j, k = positive("s"), count("j"), count("k")
p, q, f = model("p"), model("q"), function("f")


def at(density, *point):
    return Value(density.args[0], *point)


def ruled(left, right, relation="=", parameters=(), law=laws.algebra):
    step = Step("s", left, right, law, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters)
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=False)


def world(seed, *parameters, kinds=None):
    return GaussianWorld(Draws(seed), Outline(parameters, kinds=kinds or {}))


def joint(reading, name, *coordinates):
    """The mean and covariance of some coordinates, from what was drawn."""
    drawn = [tuple(map(float, reading.draws.made["normal", name, space, place])) for space, place in coordinates]
    mean, loading, variance = map(np.array, zip(*drawn, strict=True))
    return mean, np.outer(loading, loading) + np.diag(variance)


def log_normal(point, mean, covariance):
    away = np.array(point) - mean
    return -0.5 * away @ np.linalg.solve(covariance, away) - 0.5 * math.log(np.linalg.det(2 * math.pi * covariance))


@pytest.mark.parametrize("seed", range(4))
def test_joint_marginal_and_conditional_are_those_of_one_gaussian(seed):
    reading = world(seed, x, y, z)
    point = [float(reading.draws.made["number", symbol]) for symbol in (x, y, z)]
    with flint.ctx.workprec(PRECISION):
        whole = float(reading.read(log(p(x, y, z))))
        given = float(reading.read(log(p(z, y, given=x))))
        marginal = float(reading.read(log(p(x))))
    mean, covariance = joint(reading, "p", ("x", 0), ("y", 0), ("z", 0))
    assert whole == pytest.approx(log_normal(point, mean, covariance), rel=1e-10)
    assert marginal == pytest.approx(log_normal(point[:1], mean[:1], covariance[:1, :1]), rel=1e-10)
    assert given == pytest.approx(whole - marginal, rel=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_a_divergence_an_entropy_and_an_integral_against_numpy(seed):
    reading = world(seed)
    with flint.ctx.workprec(PRECISION):
        kl = float(reading.read(KL(q(x, z), p(x, z))))
        entropy = float(reading.read(Entropy(q(x, z))))
        moment = float(reading.read(Integral(z**2 * q(z), z)))
    (m, c), (n, d) = (joint(reading, name, ("x", 0), ("z", 0)) for name in "qp")
    precision = np.linalg.inv(d)
    ratio = math.log(np.linalg.det(d @ np.linalg.inv(c)))
    expected = 0.5 * (np.trace(precision @ c) + (n - m) @ precision @ (n - m) - 2 + ratio)
    assert kl == pytest.approx(expected, rel=1e-9)
    assert entropy == pytest.approx(0.5 * math.log(np.linalg.det(2 * math.pi * math.e * c)), rel=1e-9)
    assert moment == pytest.approx(m[1] ** 2 + c[1, 1], rel=1e-9)


def test_a_decoder_is_given_a_block():
    reading = world(0, x)
    block = Iterated(gaussian(0, 1), j, 2)
    with author_form():
        inside = Expectation(block, log(p(x, given={z: z})), z)
        placed = log(p(x, given={z: Vector(j + 0 * j, j, 2)}))
    with flint.ctx.workprec(PRECISION):
        assert math.isfinite(float(reading.read(inside)))
        value = float(reading.read(placed))
    mean, covariance = joint(reading, "p", ("x", 0), ("z", 0), ("z", 1))
    whole = log_normal([float(reading.draws.made["number", x]), 1, 2], mean, covariance)
    assert value == pytest.approx(whole - log_normal([1, 2], mean[1:], covariance[1:, 1:]), rel=1e-10)
    with pytest.raises(WitnessError, match="blocks of several sizes"):
        reading.read(log(p(z)) + Expectation(p(z), z))
    with pytest.raises(WitnessError, match="several draws"):
        reading.read(Expectation(Iterated(block, k, 2), log(p(x, given={z: z})), z))
    single = Expectation(Iterated(block, k, 1), log(p(x, given={z: z})), z)
    with flint.ctx.workprec(PRECISION):  # all of one draw is that draw
        assert float(reading.read(single)) == pytest.approx(float(reading.read(inside)), rel=1e-12)


def test_all_draws_at_the_place_of_one_are_refuted_by_a_single_draw():
    inner, draws = Iterated(gaussian(0, s), j, count("J")), sequence(z)
    block = Iterated(inner, k, count("K"))
    conditional = p(x, given={z: draws[1]}).args[0]
    wrong = Expectation(block, log(Value(conditional, z)), z)
    right = Expectation(block, log(p(x, given={z: draws[1]})), z)
    one = Expectation(inner, log(p(x, given=z)), z)
    assert ruled(wrong, one, "=", (x, s, count("J"), count("K")), laws.algebra).state == "refuted"
    assert ruled(right, one, "=", (x, s, count("J"), count("K")), laws.unbiased_average).state == "proved"


def test_what_is_no_number_of_the_line_has_no_gaussian():
    with pytest.raises(WitnessError, match="assumed not to be"):
        world(0, kinds={"z": {positive("z")}}).read(Expectation(p(z), z))
    wrong = Expectation(p(bit("b")), bit("b"))
    assert ruled(wrong, sympy.Integer(1), "≤").state != "refuted"


VARIANCE = Expectation(q(z), z**2) - Expectation(q(z), z) ** 2
TRUE_OF_THE_LINE = [
    (Entropy(q(z)), "≤", log(2 * pi * VARIANCE) / 2 + sympy.Rational(1, 2), ()),
    (Integral(p(z), z), "=", Integral(at(p(z), -z), z), ()),
    (Integral(p(z), z), "=", 2 * Integral(at(p(z), 2 * z), z), ()),
    (Integral(f(z) * p(z), z), "=", Integral(f(z - 1) * at(p(z), z - 1), z), ()),
    (Integral(at(p(z, given=x), x - z), z), "=", sympy.Integer(1), (x,)),
    (Expectation(q(z), log(p(z))), "≤", -Entropy(q(z)), ()),
    (Expectation(q(z), log(at(p(z), 2 * z))), "≤", -Entropy(q(z)) - log(2), ()),
    (Expectation(q(x, z), log(q(x, z))), "≥", -Entropy(q(x)) - Entropy(q(z)), ()),
]  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize(("left", "relation", "right", "parameters"), TRUE_OF_THE_LINE)
def test_what_is_true_of_the_line_is_not_refuted(left, relation, right, parameters):
    assert ruled(left, right, relation, parameters).state in ("proved", "undecided")


FALSE_OF_THE_LINE = [
    (Entropy(q(z)), "≤", log(2 * pi * VARIANCE) / 2 + sympy.Rational(1, 3), ()),
    (Integral(p(z), z), "=", Integral(at(p(z), 2 * z), z), ()),
    (Expectation(q(z), log(p(z))), "=", Expectation(q(z), log(at(p(z), -z))), ()),
    (Expectation(q(z), log(p(z))), "=", Expectation(q(z), log(at(p(z), 2 * z))), ()),
    (Expectation(q(z, given=x), log(at(q(z, given=x), z - 1))), "=", -Entropy(q(z, given=x)), (x,)),
    (Expectation(q(z), log(at(p(z), 2 * z))), "≤", -Entropy(q(z)) - 2 * log(2), ()),
]  # fmt: skip


@pytest.mark.parametrize(("left", "relation", "right", "parameters"), FALSE_OF_THE_LINE)
def test_what_is_false_at_a_point_that_moves_is_refuted_by_a_gaussian_world(left, relation, right, parameters):
    step = Step("s", left, right, laws.algebra, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters)
    readers = [reader for reader in by_meaning.readings_for(chain) if isinstance(reader.reading, GaussianWorld)]
    found = check_step(step, chain, readers)
    assert found.state == "refuted"
    assert "excluded by a Gaussian world" in found.reason


def test_a_world_is_written_shrunk_and_descended():
    reading = world(0)
    reading.read(KL(q(x, z), p(x, z)))
    shown = assignment(reading)
    assert set(shown) == {"x under p", "x under q", "z under p", "z under q"}
    assert all("·t" in words for words in shown.values())
    key = ("normal", "p", "x", 0)
    value = (sympy.Rational(3, 2), sympy.Rational(5, 2), sympy.Rational(7, 2))
    assert all(len(other) == 3 and other[2] > 0 and other != value for other in simpler(key, value))
    assert all(len(other) == 3 and other[2] > 0 for other in neighbours(key, value))
    reading.draws.made[key] = (1, 0, 2)
    reading.draws.made["normal", "p", "x", 1] = (1, 1, 2)
    assert assignment(reading)["x under p"] == "N(1, 2)"
    assert assignment(reading)["x2 under p"] == "N(1, 2) + (1)·t"


def test_sabotage_a_conditional_that_forgets_what_is_given_is_noticed(monkeypatch):
    step = Step("s", log(p(x, z)), log(p(z, given=x)) + log(p(x)), laws.algebra)
    chain = Chain(Statement(step.left, step.right), (step,), (x, z))
    readers = [reader for reader in by_meaning.readings_for(chain) if isinstance(reader.reading, GaussianWorld)]
    assert by_meaning.meaning_of(step, readers).agrees is True
    plain = GaussianWorld._regression

    def forgetful(self, own, other):
        return plain(self, own, other)[0], plain(self, own, [])[1]

    monkeypatch.setattr(GaussianWorld, "_regression", forgetful)
    readers = [reader for reader in by_meaning.readings_for(chain) if isinstance(reader.reading, GaussianWorld)]
    assert by_meaning.meaning_of(step, readers, shrink=False).agrees is False
