"""The discrete models against oracles of other make, and the messages at their doors."""

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats

from elbo_check.densities.beta import Beta
from elbo_check.densities.categorical import Categorical
from elbo_check.densities.markov_chain import MarkovChain
from elbo_check.densities.world import numpy_world
from elbo_check.errors import InputError, ShapeError, WitnessError
from elbo_check.models import FiniteJoint, GaussianMixture, HiddenMarkovModel
from elbo_check.witnesses.rational import rational_world

from .sandwich import assert_sandwich, assert_tight, quantities

WORLD = numpy_world()
THIRD = Fraction(1, 3)
FINITE, MIXTURE, HIDDEN = (kind.example()[0] for kind in (FiniteJoint, GaussianMixture, HiddenMarkovModel))


def value(terms):
    return math.fsum(map(float, terms))


def test_the_evidence_of_a_mixture_is_that_of_scipy_and_of_mpmath():
    model, x, _ = GaussianMixture.example()
    weights = np.array(model.weights, dtype=float)
    logs = scipy.stats.norm.logpdf(x[:, None], model.means, model.scales) + np.log(weights)
    known = scipy.special.logsumexp(logs, axis=1)
    assert value(model.log_evidence(x, WORLD)) == pytest.approx(known.sum(), rel=1e-14)
    posterior = model.posterior(x, WORLD)
    assert posterior.probabilities == pytest.approx(np.exp(logs - known[:, None]), rel=1e-13)
    far = model.data([1e6])  # every density underflows, and only one component is possible
    with mpmath.workdps(50):
        parts = zip(weights, model.means, model.scales, strict=True)
        truth = mpmath.log(sum(w * mpmath.npdf(mpmath.mpf(10) ** 6, float(m), float(s)) for w, m, s in parts))
    assert value(model.log_evidence(far, WORLD)) == pytest.approx(float(truth), rel=1e-15)
    assert_tight(model, far)


def chains(model, x):
    """Every chain of states with p(x, z), in fractions."""
    for states in itertools.product(range(len(model.initial)), repeat=len(x)):
        mass = model.initial[states[0]]
        for before, after in itertools.pairwise(states):
            mass *= model.transitions[before, after]
        yield states, mass * math.prod(model.emissions[state, symbol] for state, symbol in zip(states, x, strict=True))


def test_the_forward_recursion_and_the_backward_chain_are_sums_over_all_chains():
    model = HiddenMarkovModel(
        [THIRD, 2 * THIRD],
        [[Fraction(1, 4), Fraction(3, 4)], [1, 0]],
        [[Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)], [0, THIRD, 2 * THIRD]],
    )
    x = model.data([1, 0, 2, 2, 1])
    joint = dict(chains(model, x))
    evidence = sum(joint.values())
    world = rational_world()
    terms = model.log_evidence(x, world)
    assert sum(terms[1:], start=terms[0]) == world.log_rational(evidence)
    posterior = model.posterior(x, WORLD)
    for z in posterior.space.points():
        mass = math.exp(value(posterior.log_density(z, WORLD)))
        assert mass == pytest.approx(float(joint[tuple(z.index.tolist())] / evidence), rel=1e-13)


@pytest.mark.unmeasured
def test_a_long_chain_neither_underflows_nor_loses_its_digits():
    model, _, _ = HiddenMarkovModel.example()
    x = [0, 2, 1, 2] * 50
    scaled, log_scale = np.array(model.initial, dtype=float), 0.0
    transitions, emissions = (np.array(held, dtype=float) for held in (model.transitions, model.emissions))
    for symbol in x:
        scaled = scaled * emissions[:, symbol]
        log_scale += math.log(scaled.sum())
        scaled = (scaled / scaled.sum()) @ transitions
    assert value(model.log_evidence(model.data(x), WORLD)) == pytest.approx(log_scale, rel=1e-14)
    assert_sandwich(model, x, Categorical([[0.5, 0.5]] * len(x)))
    assert_tight(model, x)


def test_a_table_is_read_in_three_ways():
    weights = FiniteJoint([[1, 2], [3, 2]])
    fractions = FiniteJoint([[Fraction(1, 8), Fraction(1, 4)], [Fraction(3, 8), Fraction(1, 4)]])
    floats = FiniteJoint([[0.125, 0.25], [0.375, 0.25]])
    assert weights.table.tolist() == fractions.table.tolist() == floats.table.tolist()
    rounded = FiniteJoint(np.full((3, 3), 1 / 9))
    assert rounded.table.sum() == 1


def test_where_a_density_vanishes_the_bounds_are_infinite_and_said_to_be():
    model = FiniteJoint([[1, 2, 0], [1, 1, 0]])
    x = model.data(0)
    beyond = Categorical([0.5, 0.25, 0.25])
    assert quantities(model, 0, beyond, WORLD).elbo is None
    with pytest.raises(WitnessError, match="−∞"):
        model.expected_log_likelihood(x, beyond, WORLD)
    assert quantities(model, 0, Categorical([1, 0, 0]), WORLD).eubo is None
    hidden = HiddenMarkovModel([0.5, 0.5], [[0.5, 0.5]] * 2, [[1, 0], [0.5, 0.5]])
    with pytest.raises(WitnessError, match="−∞"):
        hidden.expected_log_likelihood(hidden.data([1]), hidden.density(Categorical([[0.5, 0.5]])), WORLD)
    assert quantities(hidden, [1, 0], Categorical([[0, 1], [0.5, 0.5]]), WORLD).elbo is not None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FiniteJoint([0.5, 0.5]), r"an array of shape \(2,\) must be a table: a row for each x"),
        (lambda: FiniteJoint([[0.5, 0.6]]), "the sum 1.1 must be probabilities: their sum is 1; divide them"),
        (lambda: FiniteJoint([[0, 0]]), "one of them at least is positive"),
        (lambda: FiniteJoint([[1, -1]]), r"table\[0, 1\]=-1.0 must be ≥ 0"),
        (lambda: FINITE.data(2), "x=2.0 must be a whole number from 0 to 1"),
        (lambda: FINITE.data(0.5), "x=0.5"),
        (
            lambda: FiniteJoint([[1, 1], [0, 0]]).data(1),
            r"x=1 must be of positive probability; the evidence p\(x\) is 0",
        ),
        (lambda: FINITE.density(Categorical([0.5, 0.5])), r"of shape \(2,\) must be of shape \(3,\)"),
        (lambda: FINITE.density(Beta(1.0, 1.0)), "a Beta must be a Categorical"),
        (lambda: GaussianMixture([0.5, 0.6], [0, 1], [1, 1]), "weights=numbers with the sum 1.1"),
        (lambda: GaussianMixture([0.5, 0.5], [0, 1], [1, 0]), r"scales\[1\]=0.0 must be > 0"),
        (lambda: GaussianMixture([0.5, 0.5], [0], [1]), r"\(2,\), \(1,\) and \(1,\) must be of one length"),
        (lambda: MIXTURE.data(1.0), r"an array of shape \(\) must be a sequence of numbers \(N,\)"),
        (lambda: MIXTURE.data([math.nan]), "finite"),
        (lambda: MIXTURE.density(Categorical([0.5, 0.25, 0.25])), r"must be of shape \(N, 3\); a row for each datum"),
        (lambda: MIXTURE.density(Categorical([[0.5, 0.5]])), r"must be of shape \(N, 3\)"),
        (lambda: MIXTURE.expected_log_likelihood([1.0], Categorical([[1, 0, 0]] * 2), WORLD), r"of shape \(1, 3\)"),
        (
            lambda: HiddenMarkovModel([0.5, 0.5], [[1]], [[1]] * 2),
            r"must be of the shapes \(2,\), \(2, 2\) and \(2, M\)",
        ),
        (
            lambda: HiddenMarkovModel([0.5, 0.5], [[0.5, 0.4]] * 2, [[1]] * 2),
            r"transitions\[0\]=numbers with the sum 0.9",
        ),
        (lambda: HIDDEN.data([0, 3]), r"x\[1\]=3.0 must be a whole number from 0 to 2"),
        (lambda: HIDDEN.data(0), r"an array of shape \(\) must be a sequence of numbers"),
        (lambda: HIDDEN.density(Categorical([0.5, 0.5])), "must be a MarkovChain; or a Categorical of shape"),
        (lambda: HIDDEN.density(Categorical([[0.5, 0.25, 0.25]])), r"must be of shape \(T, 2\)"),
        (
            lambda: HIDDEN.expected_log_likelihood([0], MarkovChain([0.5, 0.5], [[[0.5, 0.5]] * 2]), WORLD),
            r"of shape \(1, 2\); a latent for each symbol",
        ),
        (
            lambda: HiddenMarkovModel([1, 0], [[0, 1], [0, 1]], [[0.5, 0.5], [1, 0]]).data([1, 1]),
            r"x\[1\]=1 must be of positive probability; the evidence p\(x\) is 0: no chain of states emits",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(make, message):
    with pytest.raises((InputError, ShapeError), match=message):
        make()


@pytest.mark.endurance
@pytest.mark.parametrize("model", [FINITE, MIXTURE, HIDDEN], ids=lambda model: model.name)
def test_what_a_model_draws_follows_its_evidence(model):
    generator = np.random.default_rng(7)
    drawn = [model.draw(generator) for _ in range(4_000)]
    if model is MIXTURE:
        mean = float(np.dot(np.array(model.weights, dtype=float), model.means))
        assert np.mean(drawn) == pytest.approx(mean, abs=0.1)
        return
    counts: dict = {}
    for x in drawn:
        key = tuple(np.ravel(x).tolist())
        counts[key] = counts.get(key, 0) + 1
    for key, count in counts.items():
        x = model.data(key[0] if model is FINITE else list(key))
        known = math.exp(value(model.log_evidence(x, WORLD)))
        assert scipy.stats.binomtest(count, len(drawn), known).pvalue > 1e-9
