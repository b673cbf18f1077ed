"""Random discrete models, with data and a q, and the one place that says how many of them are tried.

`cases` is the number of examples: `ORDINARY` in every run, `CAMPAIGN` with `-m campaign`.
"""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elbo_check.densities.categorical import Categorical
from elbo_check.densities.markov_chain import MarkovChain
from elbo_check.densities.world import numpy_world
from elbo_check.models import FiniteJoint, GaussianMixture, HiddenMarkovModel

ORDINARY, CAMPAIGN = 50, 5_000


def at_scales(ordinary):
    """Run a test with so many cases, and in a campaign with all."""
    return pytest.mark.parametrize("cases", [ordinary, pytest.param(CAMPAIGN, marks=pytest.mark.campaign)])


at_both_scales = at_scales(ORDINARY)


def hold(check, strategy, cases):
    """Call `check` with the parts of so many examples of a strategy."""

    @settings(max_examples=cases, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def every(example):
        check(*example)

    every()


def rationals(outcomes, zeros=True):
    """A row of probabilities, in fractions of small whole weights."""
    weights = st.lists(st.integers(0 if zeros else 1, 9), min_size=outcomes, max_size=outcomes).filter(any)
    return weights.map(lambda row: [Fraction(weight, sum(row)) for weight in row])


def floats(outcomes):
    """A row of probabilities in float64, some of them as small as e^−60."""
    logs = st.lists(st.one_of(st.floats(-60, 0), st.floats(-1, 0)), min_size=outcomes, max_size=outcomes)
    return logs.map(np.exp).map(lambda row: (row / row.sum()).tolist())


def rows(draw, count, outcomes, row):
    return [draw(row(outcomes)) for _ in range(count)]


@st.composite
def finite_joints(draw, numbers=None):
    number = draw(st.sampled_from([rationals, floats])) if numbers is None else numbers
    height, width = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    table = np.array(draw(number(height * width)), dtype=object if number is rationals else float)
    model = FiniteJoint(table.reshape(height, width))
    x = draw(st.sampled_from([row for row in range(height) if model.table[row].any()]))
    return model, x, Categorical(draw(number(width)))


@st.composite
def gaussian_mixtures(draw):
    number, count = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    means = draw(st.lists(st.floats(-5, 5), min_size=number, max_size=number))
    scales = [math.exp(log) for log in draw(st.lists(st.floats(-2, 2), min_size=number, max_size=number))]
    x = draw(st.lists(st.one_of(st.floats(-8, 8), st.floats(-1e3, 1e3)), min_size=count, max_size=count))
    kind = draw(st.sampled_from([rationals, floats]))
    return GaussianMixture(draw(kind(number)), means, scales), x, Categorical(rows(draw, count, number, kind))


@st.composite
def hidden_markov_models(draw, numbers=None):
    number = draw(st.sampled_from([rationals, floats])) if numbers is None else numbers
    states, symbols, length = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 5))
    initial, transitions = draw(number(states)), rows(draw, states, states, number)
    model = HiddenMarkovModel(initial, transitions, rows(draw, states, symbols, number))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = emitted(model, length, generator)
    if draw(st.booleans()):
        return model, x, Categorical(rows(draw, length, states, number))
    steps = [rows(draw, states, states, number) for _ in range(length - 1)]
    return model, x, MarkovChain(draw(number(states)), steps)


def emitted(model, length, generator):
    """Return symbols of positive probability: those that a chain of states has emitted."""
    chain = model.prior([0] * length, numpy_world()).draw(generator, 1).index[:, 0]
    return [int(Categorical(model.emissions[state]).draw(generator, 1).index[0]) for state in chain]


STRATEGIES = {
    "finite": finite_joints(),
    "gaussian-mixture": gaussian_mixtures(),
    "hidden-markov": hidden_markov_models(),
}
