"""Draws of a discrete model are held against its evidence."""

import math

import numpy as np
import pytest

from elbo_check.densities.world import numpy_world

DRAWS = 20_000
LEVEL = 1e-9


@pytest.fixture
def draws_agree():
    """Whether the frequency of each listed outcome lies within the bound of Hoeffding of its mass, at level 1e-9."""

    def check(model, outcomes):
        generator = np.random.default_rng(7)
        seen = [tuple(np.atleast_1d(model.draw(generator)).tolist()) for _ in range(DRAWS)]
        radius = math.sqrt(math.log(2 * len(outcomes) / LEVEL) / (2 * DRAWS))
        for outcome in outcomes:
            known = model.data(list(outcome) if len(outcome) > 1 else outcome[0])
            mass = math.exp(math.fsum(model.log_evidence(known, numpy_world())))
            assert abs(seen.count(outcome) / DRAWS - mass) <= radius, outcome

    return check
