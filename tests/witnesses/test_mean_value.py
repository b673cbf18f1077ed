"""Functions of wide balls: derivatives by the chain rule, enclosures that hold, and balls on which nothing is known."""

import flint
import numpy as np
import pytest

from elbo_check.densities import Beta, Gamma
from elbo_check.densities.world import analytic_world, ball_world
from elbo_check.models import BetaBinomial, GammaPoisson
from elbo_check.models.line import line
from elbo_check.witnesses import line_enclosure
from elbo_check.witnesses.line_enclosure import enclose_line
from elbo_check.witnesses.mean_value import Sloped, by_mean_value, sloped_world

FUNCTIONS = {
    "sum": lambda z, w: 3 + z + 2 - z * w.half - (1 - z),
    "product": lambda z, w: z * z * 5 * w.exact(0.5),
    "quotient": lambda z, w: (z / 3) / (1 + z * z) + 2 / z,
    "power": lambda z, w: z**3 - 2 * z**-1,
    "log": lambda z, w: w.log(z) * w.log(z * 2) + w.log(flint.acb(3)),
    "exp": lambda z, w: w.exp(-z) * z,
    "root": lambda z, w: w.sqrt(z) + w.sqrt(flint.acb(2)),
    "log1p": lambda z, w: w.log1p(z * z),
    "softplus": lambda z, w: w.softplus(z) - w.softplus(-2 * z),
    "numbers of other kinds": lambda z, w: np.float64(0.5) * z + flint.arb(2) * z + np.array([z, z], dtype=object)[1],
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("at", [0.75, 2 - 0.5j])
def test_slopes_are_those_of_a_circle_of_values(name, at):
    """f′(a) = 1/(2πi) ∮ f(z)/(z − a)² dz, by 64 points on a circle of radius ¼."""
    function, world = FUNCTIONS[name], analytic_world(True)
    with flint.ctx.workprec(100):
        centre, turn = flint.acb(at), [flint.acb.exp_pi_i(flint.acb(k) / 32) for k in range(64)]
        truth = sum(function(centre + step / 4, world) / step for step in turn) / 16
        found = function(Sloped(centre, flint.acb(1)), sloped_world(True))
        assert abs(found.value - function(centre, world)) < 1e-25
        assert abs(found.slope - truth) < 1e-15


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_enclosure_holds_the_values_in_the_ball(name):
    ball = flint.acb(flint.arb(2, 0.25), flint.arb(0.5, 0.25))
    generator = np.random.default_rng(3)
    (held,) = by_mean_value(lambda z, w: (FUNCTIONS[name](z, w),), ball, True)
    assert held.is_finite()
    for x, y in generator.uniform(-0.25, 0.25, (50, 2)):
        assert held.overlaps(FUNCTIONS[name](flint.acb(2 + float(x), 0.5 + float(y)), analytic_world(True)))


def test_a_constant_stays_and_a_cut_gives_nothing():
    ball = flint.acb(flint.arb(-1, 0.5), flint.arb(0, 0.5))
    both = lambda z, w: (w.exact(2.0), w.log(z))
    constant, logarithm = by_mean_value(both, ball, True)
    assert constant == 2
    assert not logarithm.is_finite()


MILLION = {
    "throws": (BetaBinomial(2.0, 3.0, 10**6), 700_000, Beta(700_000.0, 300_100.0)),
    "counts": (GammaPoisson(2.0, 1.0, [1.0, 3.0]), [250_000, 750_000], Gamma(1e6, 5.0)),
}


@pytest.mark.endurance
@pytest.mark.parametrize("name", MILLION)
def test_a_million_counts_need_no_more_evaluations_than_ten(name, monkeypatch):
    model, x, q = MILLION[name]
    asked, exact = [], line_enclosure._Seen.on_ball
    monkeypatch.setattr(line_enclosure._Seen, "on_ball", lambda *known: asked.append(1) or exact(*known))
    seen = line(model, model.data(x), q.read(ball_world()), ball_world())
    answers = enclose_line(seen, 30)
    assert all(answer.error < 1e-29 * max(1, abs(answer.value)) for answer in answers)
    assert len(asked) < 4000
    monkeypatch.setattr(line_enclosure, "WIDE", 1e300)
    monkeypatch.setattr("elbo_check.witnesses.enclosure.EVALUATIONS", 4000)
    with flint.ctx.workprec(200):
        assert line_enclosure._Integrals(seen, 30).elbo().rad() > 1e-6
