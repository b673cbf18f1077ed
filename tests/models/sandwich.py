"""ELBO ≤ log p(x) ≤ EUBO, with the gap a KL divergence: what every tractable model must show, and what must not pass.

`quantities` reads the formulas of a model in a world of numbers; the assertions compare them in float64 (within
16·eps·Σ|terms|), and in balls, where nothing is forgiven. The saboteurs are the usual slips, each a wrong ELBO.
"""

import math
from typing import Any, NamedTuple

import flint
import numpy as np

from elbo_check.closed_forms.latents import cross, entropy, kl
from elbo_check.densities import Beta, Dirichlet, Gamma, NormalInverseGamma
from elbo_check.densities.world import ball_world, numpy_world

ROUNDING = 16 * 2.0**-52
BITS = 256
CONJUGATE = Beta, Dirichlet, Gamma, NormalInverseGamma
TIGHT = 1e-28  # the largest radius of the ball of a gap that should be 0


class Quantity(NamedTuple):
    """A number, as the terms whose sum it is, and how far it may be off before any term is formed."""

    terms: tuple[Any, ...]
    inherited: float = 0.0

    @property
    def value(self):
        kinds = {type(term) for term in self.terms}
        return math.fsum(self.terms) if all(issubclass(kind, float | int) for kind in kinds) else sum_of(self.terms)

    @property
    def size(self):
        """Σ|terms|: how far rounding may reach, in units of eps."""
        return sum_of([abs(term) for term in self.terms])

    @property
    def floor(self):
        """How far rounding may reach in float64."""
        return ROUNDING * self.size + self.inherited

    def __add__(self, other):
        return Quantity(self.terms + other.terms, self.inherited + other.inherited)

    def __neg__(self):
        return Quantity(tuple(-term for term in self.terms), self.inherited)

    def __sub__(self, other):
        return self + -other


class Quantities(NamedTuple):
    """All that is said of a model, data and a q; None where it is infinite."""

    elbo: Quantity | None
    elbo_by_entropy: Quantity | None
    log_evidence: Quantity
    kl: Quantity | None  # KL(q‖posterior)
    eubo: Quantity | None
    eubo_by_kl: Quantity | None

    @property
    def gap(self):
        return self.log_evidence - self.elbo


def sum_of(terms):
    terms = list(terms)
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def covers(p, q):
    """Whether p is positive wherever q is: so for every pair of one family, unless the family says otherwise."""
    return p.covers(q) if hasattr(p, "covers") else True


def quantities(model, x, q, world):
    """Return ELBO, log p(x), KL(q‖posterior) and EUBO in a world; x and q as a user passes them."""
    return evaluated(model, model.data(x), model.density(q).read(world), world)


def evaluated(model, x, q, world):
    """Return the same for data and a q that the model has let in, its numbers of this world."""
    prior, posterior = model.prior(x, world), model.posterior(x, world)
    evidence = Quantity(model.log_evidence(x, world))
    elbo = by_entropy = divergence = eubo = by_kl = None
    if covers(posterior, q):
        fit = Quantity(model.expected_log_likelihood(x, q, world))
        elbo = fit - Quantity(kl(q, prior, world))
        by_entropy = fit + Quantity(cross(q, prior, world)) + Quantity(entropy(q, world))
        divergence = Quantity(kl(q, posterior, world))
    if covers(q, posterior):
        fit = Quantity(model.expected_log_likelihood(x, posterior, world))
        eubo = fit + Quantity(cross(posterior, prior, world)) - Quantity(cross(posterior, q, world))
        by_kl = evidence + Quantity(kl(posterior, q, world))
    return Quantities(elbo, by_entropy, evidence, divergence, eubo, by_kl)


def in_floats(model, x, q):
    """Return the same in float64, each number with what rounding may have done to it before its terms were formed.

    b + E is a number of the posterior, and a float: where b is 1 and E a thousandth, its rounding is a thousand times
    that of the term log(b + E). How far that reaches is read off balls of 53 bits, in which every operation widens.
    """
    said = quantities(model, x, q, numpy_world())
    if not isinstance(model.density(q), CONJUGATE):  # others are made in balls and rounded, or have no such sums
        return said
    with flint.ctx.workprec(53):
        wide = quantities(model, x, q, ball_world())
    reaches = [math.fsum(float(term.rad()) for term in each.terms) for each in wide]
    return Quantities(*(each._replace(inherited=reach) for each, reach in zip(said, reaches, strict=True)))


def nudged(density, factor):
    """The density with each of its numbers in turn times a factor."""
    names = list(density.__dataclass_fields__)
    held = [getattr(density, name) for name in names]
    if isinstance(held[0], tuple):
        for k in range(len(held[0])):
            yield density.of(tuple(a * factor if i == k else a for i, a in enumerate(held[0])))
    else:
        for k in range(len(held)):
            yield density.of(*(a * factor if i == k else a for i, a in enumerate(held)))


def assert_sandwich(model, x, q, bits=BITS):
    """ELBO ≤ log p(x) ≤ EUBO, gap = KL(q‖posterior), both forms of each equal: in float64 and in balls."""
    _in_floats(in_floats(model, x, q))
    with flint.ctx.workprec(bits):
        _in_balls(quantities(model, x, q, ball_world()))


def assert_tight(model, x):
    """Where q is the posterior, the ball of the gap contains 0 and is small; so are those of the two KLs."""
    with flint.ctx.workprec(BITS):
        world, known = ball_world(), model.data(x)
        said = evaluated(model, known, model.posterior(known, world), world)
        for quantity in (said.gap, said.kl, said.log_evidence - said.elbo_by_entropy, said.eubo - said.log_evidence):
            ball = quantity.value
            assert ball.contains(0), ball
            assert ball.rad() <= TIGHT, ball


def assert_loose(model, x, q):
    """For a q off the posterior, however little, the gap is positive, proved by its ball; so is EUBO − log p(x)."""
    with flint.ctx.workprec(BITS):
        said = quantities(model, x, q, ball_world())
        assert said.elbo is None or said.gap.value > 0, said.gap.value
        assert said.eubo is None or (said.eubo - said.log_evidence).value > 0


def _in_floats(said):
    if said.elbo is not None:
        _assert_close(said.elbo, said.elbo_by_entropy)
        _assert_close(said.gap, said.kl)
        _assert_below(said.elbo, said.log_evidence)
    if said.eubo is not None:
        _assert_close(said.eubo, said.eubo_by_kl)
        _assert_below(said.log_evidence, said.eubo)


def _assert_close(one, other):
    difference = one - other
    assert abs(difference.value) <= ROUNDING * difference.size + difference.inherited, (
        one.value,
        other.value,
        difference.size,
    )


def _assert_below(lower, upper):
    difference = upper - lower
    assert difference.value >= -ROUNDING * difference.size - difference.inherited, (
        lower.value,
        upper.value,
        difference.size,
    )


def _in_balls(said):
    if said.elbo is not None:
        _assert_same_ball(said.elbo, said.elbo_by_entropy)
        _assert_same_ball(said.gap, said.kl)
        _assert_not_below_zero(said.gap, said.kl)
    if said.eubo is not None:
        _assert_same_ball(said.eubo, said.eubo_by_kl)
        over = said.eubo - said.log_evidence
        _assert_not_below_zero(over, over)


def _assert_same_ball(one, other):
    difference = (one - other).value
    assert difference.contains(0), (one.value, other.value)
    assert difference.rad() <= TIGHT * max(1, (one - other).size.mid()), difference


def _assert_not_below_zero(gap, known):
    """A gap is proved to be positive unless the KL that it equals is too near to 0 to be told from it."""
    if known.value > TIGHT * max(1, gap.size.mid()):
        assert gap.value > 0, gap.value
    assert not gap.value < 0, gap.value


# The saboteurs: each returns the terms of a wrong ELBO, or None where the slip cannot be made.


def wrong_entropy_sign(model, x, q, world):
    fit, prior = model.expected_log_likelihood(x, q, world), model.prior(x, world)
    return Quantity(fit) + Quantity(cross(q, prior, world)) - Quantity(entropy(q, world))


def dropped_kl(model, x, q, world):
    return Quantity(model.expected_log_likelihood(x, q, world))


def doubled_kl(model, x, q, world):
    divergence = Quantity(kl(q, model.prior(x, world), world))
    return dropped_kl(model, x, q, world) - divergence - divergence


def lost_normaliser_of_q(model, x, q, world):
    """H[q] = −E_q log q, where the logarithm of q's normaliser was forgotten."""
    right = evaluated(model, x, q, world).elbo_by_entropy
    if hasattr(q, "log_scales"):
        return right - Quantity((*q.log_scales, q.dimension * world.half * world.log_two_pi()))
    if not hasattr(q, "log_partition"):
        return None
    return right - Quantity((q.log_partition(q.natural(), world),))


def lost_normaliser_of_the_likelihood(model, x, q, world):
    """Log p(x|z) without the terms that do not depend on z."""
    generator, floats = np.random.default_rng(1), numpy_world()
    points = [model.prior(x, floats).draw(generator, 1) for _ in range(20)]
    read = [[float(np.sum(term)) for term in model.log_likelihood(x, z, floats)] for z in points]
    constant = [terms[0] for terms in zip(*read, strict=True) if terms[0] and len(set(terms)) == 1]
    if not constant:
        return None
    return evaluated(model, x, q, world).elbo - Quantity(tuple(map(world.exact, constant)))


def prior_for_posterior(model, x, q, world):
    """Log p(x) − KL(q‖prior)."""
    divergence = kl(q, model.prior(x, world), world)
    return Quantity(model.log_evidence(x, world)) - Quantity(divergence)


def centre_for_a_draw(model, x, q, world):
    """Log p(x|z) at one z in the middle of q, for its expectation."""
    if hasattr(q, "place"):
        zero = [world.exact(0.0)] * q.dimension
        point = q.place(zero if q.dimension > 1 else zero[0], world)
    elif hasattr(q, "bulk"):
        point = q.space.point(world.exact(q.bulk()[0]), world)
    else:
        return None
    return Quantity(model.log_likelihood(x, point, world)) - Quantity(kl(q, model.prior(x, world), world))


SABOTEURS = (
    wrong_entropy_sign,
    dropped_kl,
    doubled_kl,
    lost_normaliser_of_q,
    lost_normaliser_of_the_likelihood,
    prior_for_posterior,
    centre_for_a_draw,
)


SLIPS = frozenset(saboteur.__name__ for saboteur in SABOTEURS)
OF_A_SPACE_WITHOUT_A_CENTRE = SLIPS - {"centre_for_a_draw"}


def assert_sabotage_is_seen(model, x, q, *, harmless=()):
    """Each wrong ELBO is proved, in balls, to differ from the ELBO, and to break the sandwich's equation.

    `harmless` names the saboteurs that change nothing here; they are held to that. Returns the names of those seen.
    """
    seen = set()
    with flint.ctx.workprec(BITS):
        world, known = ball_world(), model.data(x)
        density = model.density(q).read(world)
        right = evaluated(model, known, density, world)
        for saboteur in SABOTEURS:
            wrong = saboteur(model, known, density, world)
            if wrong is None:
                continue
            name, difference = saboteur.__name__, (wrong - right.elbo).value
            if name in harmless:
                assert difference.contains(0), name
                continue
            assert not difference.contains(0), name
            assert not ((right.log_evidence - wrong) - right.kl).value.contains(0), name
            seen.add(name)
    return seen
