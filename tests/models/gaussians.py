"""What is asked of every model with Gaussian latents, and the joint density of latents and data by brute force."""

import math

import flint
import numpy as np
from hypothesis import strategies as st

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.densities.gaussian import Gaussian
from elbo_check.densities.linear_algebra import matrix
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.witnesses.sigma_points import enclose_mean, sigma_point_mean

from .sandwich import BITS, TIGHT, evaluated, quantities

numbers = st.floats(-1e3, 1e3) | st.sampled_from([0.0, 1.0, 1e6])
variances = st.floats(-6, 6).map(lambda power: 10.0**power) | st.sampled_from([1.0, 0.5])
deviations = st.floats(-3, 3).map(lambda power: 10.0**power) | st.just(1.0)


@st.composite
def covariances(draw, size):
    """One variance, a vector of them, or a matrix that is well away from singular in its own units."""
    kind = draw(st.sampled_from(["one", "vector", "matrix"]))
    if kind == "one":
        return draw(variances)
    spread = np.array(draw(st.lists(variances, min_size=size, max_size=size)))
    if kind == "vector":
        return spread
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    root = generator.normal(size=(size, size))
    mixed = root @ root.T + 0.01 * np.eye(size)
    scales = np.sqrt(spread / np.diag(mixed))
    return mixed * scales * scales[:, None]


@st.composite
def densities(draw, size):
    """A q over this many latents, of any kind."""
    mean = np.array(draw(st.lists(numbers, min_size=size, max_size=size)))
    held = draw(covariances(size))
    if np.ndim(held) == 2:
        return MultivariateNormal(mean, held)
    kind = draw(st.sampled_from(["sigma", "variance", "log_sigma", "log_variance"]))
    spread = np.broadcast_to(np.log(held) if kind.startswith("log") else held, mean.shape)
    return Normal(mean, spread, second=kind)


@st.composite
def matrices(draw, rows, columns):
    """Any matrix, entries of very different sizes and zeros among them."""
    return np.array(draw(st.lists(numbers, min_size=rows * columns, max_size=rows * columns))).reshape(rows, columns)


def assert_a_nudge_is_seen(model, x, relative=1e-6):
    """The mean, or one number of the root, of the exact posterior moved by a millionth: a gap that balls prove."""
    known = model.data(x)
    with flint.ctx.workprec(BITS):
        world = ball_world()
        posterior = model.posterior(known, world)
        step = world.exact(relative)
        shift = np.array([step * root for root in np.diag(posterior.factor)])
        wider = [Gaussian.with_covariance(posterior.mean, posterior.covariance * (1 + step), world)]
        for q in (posterior.moved(shift), *wider):
            said = evaluated(model, known, q, world)
            assert said.gap.value > 0
            assert (said.eubo - said.log_evidence).value > 0
            assert (said.gap - said.kl).value.contains(0)
            assert said.gap.value.rad() < TIGHT


def joint(model, x, q=None, posterior=False):
    """log p(x, z) − log q(z) as sigma points take it: under q, or under the posterior (whose own it is without a q)."""
    known = model.data(x)
    given = None if q is None else model.density(q)

    def in_world(world):
        prior, below = model.prior(known, world), model.posterior(known, world) if given is None else given.read(world)
        under = model.posterior(known, world) if posterior or given is None else below

        def terms(z):
            fit = *prior.log_density(z, world), *model.log_likelihood(known, z, world)
            return *fit, *(-term for term in below.log_density(z, world))

        return under, terms

    return in_world


def assert_definitions_agree(model, x, q):
    """ELBO, EUBO and evidence by their definitions, enclosed and in floats, are the closed forms."""
    with flint.ctx.workprec(BITS):
        said = quantities(model, x, q, ball_world())
    integrals = joint(model, x, q), joint(model, x, q, posterior=True), joint(model, x)
    for closed, defined in zip((said.elbo, said.eubo, said.log_evidence), integrals, strict=True):
        enclosed, floats = enclose_mean(defined, 30), sigma_point_mean(defined)
        with flint.ctx.workprec(BITS):
            middle = flint.arb(flint.fmpq(enclosed.value.numerator, enclosed.value.denominator))
            assert abs(closed.value - middle) <= 2 * float(enclosed.error) + 1e-60
        assert not enclosed.excludes(floats.value, floats.error)


def brute_force(model, x):
    """Evidence, posterior mean and covariance of a linear model: the joint density of z and x, conditioned on x."""
    with flint.ctx.workprec(400):
        world = ball_world()
        prior, noise = model.prior(model.data(x), world), model._noise(world)
        design, offset = matrix(model._design(numpy_world()), world), matrix(model._offset(numpy_world()), world)
        data = matrix(np.reshape(model.data(x), -1), world)
        cross = prior.covariance @ design.T
        seen = design @ cross + noise.covariance
        apart = data - design @ prior.mean - offset
        solve = flint.arb_mat(seen.tolist())
        weight = np.array(solve.solve(flint.arb_mat([[v] for v in apart])).tolist(), dtype=object)[:, 0]
        gain = np.array(solve.solve(flint.arb_mat(cross.T.tolist())).tolist(), dtype=object)
        constant = len(data) * (2 * flint.arb.pi()).log() + solve.det().log()
        return -(apart @ weight + constant) / 2, prior.mean + cross @ weight, prior.covariance - cross @ gain


def assert_brute_force_agrees(model, x):
    evidence, mean, covariance = brute_force(model, x)
    with flint.ctx.workprec(400):
        world, known = ball_world(), model.data(x)
        posterior = model.posterior(known, world)
        pairs = [(sum(model.log_evidence(known, world)), evidence)]
        pairs += [
            *zip(posterior.mean, mean, strict=True),
            *zip(posterior.covariance.flat, covariance.flat, strict=True),
        ]
        for ours, theirs in pairs:
            assert (ours - theirs).contains(0)
            assert (ours - theirs).rad() < 1e-60
    floats = model.posterior(known, numpy_world())
    assert math.fsum(map(float, model.log_evidence(known, numpy_world()))) == float(evidence) or math.isclose(
        math.fsum(map(float, model.log_evidence(known, numpy_world()))), float(evidence), rel_tol=1e-13
    )
    assert all(a == float(b.mid()) for a, b in zip(floats.covariance.flat, covariance.flat, strict=True))
