"""Witnesses of a line: quadrature and proved enclosures of ELBO, evidence and EUBO, from the definition alone."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest

from elbo_check.densities.beta import Beta
from elbo_check.densities.dirichlet import Dirichlet
from elbo_check.densities.gamma import Gamma
from elbo_check.densities.spaces import REAL
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.errors import InputError, WitnessError
from elbo_check.evidence import Absence, Basis
from elbo_check.models import BetaBinomial, DirichletMultinomial, GammaPoisson
from elbo_check.models.line import line
from elbo_check.witnesses import concave, line_enclosure, line_quadrature
from elbo_check.witnesses.line import Line, common_margin
from elbo_check.witnesses.line_enclosure import enclose_line
from elbo_check.witnesses.line_quadrature import integrate_line

from ..models.sandwich import evaluated, nudged

BITS = 250
CASES = {
    "coin": BetaBinomial.example(),
    "coin at an edge": (BetaBinomial(1e-3, 2e-3, 3), 1, Beta(1e-3, 1.0)),
    "coin of many throws": (BetaBinomial(2.0, 3.0, 1000), 700, Beta(1.0, 1.0)),
    "counts": GammaPoisson.example(),
    "counts of a small shape": (GammaPoisson(1e-2, 1e-2), 0, Gamma(1e-3, 1.0)),
    "counts far from q": (GammaPoisson(2.0, 1e-3), 1000, Gamma(1e-2, 1e3)),
}


def in_balls(model, x, q):
    return line(model, model.data(x), q.read(ball_world()), ball_world())


def in_floats(model, x, q):
    return line(model, model.data(x), q.read(numpy_world()), numpy_world())


def truths(model, x, q):
    """The closed forms in balls, in the order of what a witness says."""
    with flint.ctx.workprec(BITS):
        said = evaluated(model, model.data(x), q.read(ball_world()), ball_world())
        return [quantity.value for quantity in (said.elbo, said.log_evidence, said.eubo, said.kl)]


def ball(estimate):
    """The answer as a ball."""
    with flint.ctx.workprec(BITS):
        value, error = (
            flint.arb(n.numerator) / n.denominator for n in (Fraction(estimate.value), Fraction(estimate.error))
        )
        return value + flint.arb(0, error.upper())


def holds(estimate, truth):
    with flint.ctx.workprec(BITS):
        return ball(estimate).contains(truth)


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", sorted(CASES))
def test_enclosures_hold_the_closed_forms_to_thirty_digits(name):
    answers = enclose_line(in_balls(*CASES[name]), 30)
    for answer, truth in zip(answers, truths(*CASES[name]), strict=True):
        assert answer.basis is Basis.ENCLOSED
        assert holds(answer, truth)
        assert 0 < answer.error <= Fraction(10) ** -30 * max(1, abs(answer.value) + 1)


@pytest.mark.parametrize("name", sorted(CASES))
def test_quadrature_is_as_near_as_it_says_and_says_something(name):
    for answer, truth in zip(integrate_line(in_floats(*CASES[name])), truths(*CASES[name]), strict=True):
        assert answer.basis is Basis.HEURISTIC
        assert holds(answer, truth)
        assert answer.error <= 1e-9 * max(1.0, abs(answer.value))


@pytest.mark.parametrize("digits", [1, 10, 60])
def test_the_asked_digits_are_reached(digits):
    for answer, truth in zip(enclose_line(in_balls(*CASES["coin"]), digits), truths(*CASES["coin"]), strict=True):
        assert holds(answer, truth)
        assert answer.error <= Fraction(10) ** -digits * 3


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["coin", "counts"])
def test_the_gap_of_the_posterior_holds_zero_and_that_of_a_nudged_one_is_positive(name):
    model, x, _ = CASES[name]
    known, world = model.data(x), ball_world()
    with flint.ctx.workprec(BITS):
        posterior = model.posterior(known, world)
        gap = enclose_line(line(model, known, posterior, world), 30).gap
        assert abs(gap.value) <= gap.error <= Fraction(10) ** -28
        for q in nudged(posterior, 1 + world.exact(1e-6)):
            gap = enclose_line(line(model, known, q, world), 30).gap
            assert gap.value > gap.error
            assert gap.value < Fraction(1, 10**10)


def test_a_density_of_the_real_line_needs_no_jacobian():
    """q = N(0, 1), joint = N(1, 2²)/7: everything is known by hand."""

    def normal(mean, precision, constant):
        def log_density(z, world):
            away = z.value - mean
            return -world.half * precision * away * away, constant(world)

        return log_density

    half_log = lambda world: -world.half * world.log_two_pi()
    shrunk = lambda world: -world.half * world.log_two_pi() - world.log(world.exact(14.0))
    real = Line(REAL, normal(0, 1, half_log), normal(1, 0.25, shrunk), (0.0, 1.0), common_margin([1.0], [0.25]))
    with mpmath.workdps(40):
        gap = mpmath.log(2) + (mpmath.mpf(1) + 1) / 8 - mpmath.mpf(1) / 2
        expected = -mpmath.log(7) - gap, -mpmath.log(7), gap
        texts = [mpmath.nstr(number, 36) for number in expected]
    for answers in (enclose_line(real, 30), integrate_line(real)):
        for answer, text in zip((answers.elbo, answers.log_evidence, answers.gap), texts, strict=True):
            assert abs(Fraction(answer.value) - Fraction(text)) <= Fraction(answer.error) + Fraction(10) ** -33


@pytest.mark.parametrize("reach", [1, 2, 4])
def test_tails_make_up_for_any_cut_and_without_them_the_truth_is_lost(reach, monkeypatch):
    model, x, q = CASES["coin"]
    truth = truths(model, x, q)

    def short(curves, goal):
        ends = [flint.arb(side * reach) for side in (-1, 1)]
        bounds = [concave._tails(curves, end, flint.arb(side) / 4) for end, side in zip(ends, (-1, 1), strict=True)]
        return concave.Ends(*ends, [a + b for a, b in zip(*bounds, strict=True)])

    with flint.ctx.workprec(BITS):
        seen = in_balls(model, x, q)
        monkeypatch.setattr(line_enclosure, "find_ends", short)
        balls = line_enclosure._once(seen, 30)
        assert all(one.contains(true) for one, true in zip(balls, truth, strict=True))
        assert all(one.rad() > 1e-15 for one in balls)
        monkeypatch.setattr(line_enclosure, "find_ends", lambda *a: short(*a)._replace(tails=[flint.arb(0)] * 6))
        balls = line_enclosure._once(seen, 30)
        assert not any(one.contains(true) for one, true in zip(balls, truth, strict=True))


@pytest.mark.unmeasured
@pytest.mark.parametrize("curve", range(6))
def test_every_tail_is_proved_from_chords(curve):
    """The bound is above the tail of each of the six curves, and not by much."""
    model, x, q = CASES["counts"]
    seen = {}

    def keep(curves, goal):
        seen["curves"] = curves
        return concave.find_ends(curves, goal)

    with pytest.MonkeyPatch.context() as patch, flint.ctx.workprec(100):
        patch.setattr(line_enclosure, "find_ends", keep)
        line_enclosure._once(in_balls(model, x, q), 20)
        height = lambda t: mpmath.mpf(float(seen["curves"](flint.arb(float(t)))[curve]))
        for end, side in ((4, 1), (-8, -1)):
            bound = float(concave._tails(seen["curves"], flint.arb(end), flint.arb(side) / 4)[curve])
            tail = float(mpmath.quad(lambda d: mpmath.exp(height(end + side * d)), [0, 1, 3, 10, 60]))  # noqa: B023
            assert tail <= bound <= 10 * tail


def test_a_wrong_jacobian_is_seen():
    model, x, q = CASES["coin"]
    right = in_balls(model, x, q)
    bare = Line(right.space, q.read(ball_world()).log_density, right.log_joint, right.bulk, right.margin)
    answers = enclose_line(bare, 20)
    assert isinstance(answers.elbo, Absence) or not holds(answers.elbo, truths(model, x, q)[0])


def test_a_truncated_reach_moves_quadrature(monkeypatch):
    monkeypatch.setattr(line_quadrature, "DROP", 1.0)
    model, x, q = CASES["coin"]
    answers = integrate_line(in_floats(model, x, q))
    assert not any(holds(answer, truth) for answer, truth in zip(answers, truths(model, x, q), strict=True))


def two_bumps(z, world):
    """exp −(z − 3)²/2 + exp −(z + 3)²/2."""
    return -world.half * (z.value - 3) * (z.value - 3), world.softplus(-6 * z.value)


def bell(z, world):
    return (-world.half * z.value * z.value,)


def test_a_density_that_is_not_log_concave_is_refused():
    answers = enclose_line(Line(REAL, bell, two_bumps, (0.0, 1.0), 0.5), 10)
    assert all(isinstance(answer, Absence) for answer in answers)
    assert answers.elbo.reason == "a log-density that was said to be concave along the line is not"


def test_a_margin_that_is_too_large_is_refused():
    """(1 + κ) ℓ_q − κ ℓ_1 is convex for a joint that is a hundred times as sharp as q."""
    sharp = lambda z, world: (-50 * z.value * z.value,)
    assert isinstance(
        enclose_line(Line(REAL, bell, sharp, (0.0, 1.0), common_margin([1.0], [100.0])), 10).elbo.value, Fraction
    )
    assert isinstance(enclose_line(Line(REAL, bell, sharp, (0.0, 1.0), 0.5), 10).elbo, Absence)


def test_without_a_margin_there_is_no_enclosure():
    answers = enclose_line(Line(REAL, bell, bell, (0.0, 1.0)), 10)
    assert answers.gap.reason == "the model lends no margin of log-concavity: no tail is proved"


def flat(z, world):
    return (0 * z.value,)


def test_an_improper_joint_is_refused_by_both():
    real = Line(REAL, bell, flat, (0.0, 1.0), 0.5)
    assert enclose_line(real, 10).elbo.reason.startswith("no end was found beyond which the integral is negligible")
    assert integrate_line(real).elbo.reason == "a density does not fall off along the line"


def test_a_density_that_is_no_number_is_refused():
    broken = lambda z, world: (np.nan * z.value,)
    answers = integrate_line(Line(REAL, broken, broken, (0.0, 1.0)))
    assert answers.elbo.reason == "no place was found where the density is a number"


def test_quadrature_that_does_not_converge_is_refused():
    rough = lambda z, world: (-0.5 * z.value * z.value, np.sin(1e6 * z.value * z.value))
    assert integrate_line(Line(REAL, bell, rough, (0.0, 1.0))).gap.reason == "tanh–sinh reports no convergence"


def test_an_integral_out_of_reach_is_refused(monkeypatch):
    monkeypatch.setattr("elbo_check.witnesses.enclosure.EVALUATIONS", 20)
    assert "did not come out finite" in enclose_line(in_balls(*CASES["coin"]), 30).elbo.reason


def test_digits_that_do_not_come_are_refused(monkeypatch):
    monkeypatch.setattr(line_enclosure, "LAST_DIGITS", 34)
    monkeypatch.setattr(line_enclosure, "find_ends", lambda curves, goal: concave.find_ends(curves, flint.arb(1e-6)))
    assert enclose_line(in_balls(*CASES["coin"]), 30).elbo.reason == "30 digits do not come at 34 working digits"


@pytest.mark.parametrize("digits", [0, 1001])
def test_digits_beyond_the_limits_are_refused(digits):
    with pytest.raises(InputError, match=f"digits={digits} must be from 1 to 1000"):
        enclose_line(in_balls(*CASES["coin"]), digits)


def test_a_latent_of_several_dimensions_has_no_line():
    model, x, _ = DirichletMultinomial.example()
    with pytest.raises(WitnessError, match="the simplex has no single coordinate"):
        line(model, model.data(x), Dirichlet([1.0, 1.0, 1.0]), numpy_world())


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_lent_margin_is_a_fact_by_second_differences_in_balls(name):
    """By another route than the tails: at random places no mixture is proved convex, and each is concave to the eye."""
    model, x, q = CASES[name]
    seen, generator = in_balls(model, x, q), np.random.default_rng(5)
    centre, scale = seen.bulk
    with flint.ctx.workprec(600):
        margin = flint.arb(seen.margin)
        for u in centre + scale * generator.uniform(-8, 8, 40):
            step = flint.arb(scale) / 64
            rows = [
                [sum(terms) for terms in seen.along(flint.arb(float(u)) + k * step, ball_world())] for k in (-1, 0, 1)
            ]
            bend_q, bend = (a - 2 * b + c for a, b, c in zip(*rows, strict=True))
            for curve in (bend_q, bend, bend_q - margin * (bend - bend_q), bend - margin * (bend_q - bend)):
                assert not curve > 0
                assert curve < 1e-100  # far out strict concavity is below every digit
