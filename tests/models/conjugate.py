"""What is asked of every conjugate model, whatever it is about."""

import flint
import numpy as np
from hypothesis import strategies as st

from elbo_check.densities.spaces import HalfPlanePoint, SimplexPoint, Space
from elbo_check.densities.world import ball_world, numpy_world

from .sandwich import BITS, TIGHT, evaluated, nudged

# from a density with almost all its mass at the edges to one as sharp as ten thousand observations make it
positives = st.floats(-3, 4).map(lambda power: 10.0**power) | st.sampled_from(
    [1.0, 2.0, 0.5, 1 + 2.0**-40, 1 - 2.0**-40]
)
reals = st.floats(-1e3, 1e3)


def points(density, generator, count=8):
    """Draws of a density as single points whose numbers are exact balls."""
    exact = ball_world().exact
    z = density.draw(generator, count)
    for i in range(count):
        if isinstance(density.space, Space):
            yield density.space.point(exact(_coordinate(z, i)), ball_world())
        elif isinstance(z, SimplexPoint):
            first, *others = (exact(log[i]).exp() for log in z.logs)
            total = sum(others, first)
            yield SimplexPoint(tuple((share / total).log() for share in (first, *others)))
        else:
            yield HalfPlanePoint(exact(z.origin), exact(z.shift[i]), exact(z.log_variance[i]))


def _coordinate(z, i):
    return (z.log - z.log_complement)[i] if hasattr(z, "log_complement") else z.log[i]


def assert_bayes(model, x, seed=3):
    """At points: log p(z) + log p(x|z) − log p(x) − log p(z|x) is 0, and no small ball of anything else."""
    known = model.data(x)
    start = model.posterior(known, numpy_world())
    with flint.ctx.workprec(BITS):
        world = ball_world()
        prior, posterior = model.prior(known, world), model.posterior(known, world)
        evidence = sum(model.log_evidence(known, world))
        for z in points(start, np.random.default_rng(seed)):
            joint = sum(prior.log_density(z, world)) + sum(model.log_likelihood(known, z, world))
            ball = joint - evidence - sum(posterior.log_density(z, world))
            assert ball.contains(0), ball
            assert ball.rad() < 1e-25


def assert_a_nudge_is_seen(model, x, relative=1e-6):
    """One number of the exact posterior moved by a millionth: the gap is proved to be positive, and to be the KL."""
    known = model.data(x)
    with flint.ctx.workprec(BITS):
        world = ball_world()
        posterior = model.posterior(known, world)
        for q in nudged(posterior, 1 + world.exact(relative)):
            said = evaluated(model, known, q, world)
            assert said.gap.value > 0
            assert said.kl.value > 0
            assert (said.eubo - said.log_evidence).value > 0
            assert (said.gap - said.kl).value.contains(0)
            assert said.gap.value.rad() < TIGHT


def shown(number):
    """A float of a ball or of the terms of one."""
    return float(sum(number[1:], number[0])) if isinstance(number, tuple) else float(number)
