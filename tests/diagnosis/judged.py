"""How the tests of quantities ask, and read what was said."""

import itertools

import numpy as np

from elbo_check import verify_loss
from elbo_check.diagnosis.probing import Kind, Sample
from elbo_check.diagnosis.sizes import LAYOUTS
from elbo_check.loss_hearing.values import value_at
from elbo_check.verdict import Outcome

SIZES = {"B": 4, "d": 3, "K": 5}


def judged(function, roles, quantity=None, **given):
    """The diagnosis of a function."""
    return verify_loss(function, roles=roles, quantity=quantity, rng=0, **given)


def outcome(diagnosis) -> str:
    return diagnosis.outcome.value


def is_right(diagnosis) -> bool:
    return diagnosis.outcome is Outcome.CONSISTENT and diagnosis.relation == "equal" and not diagnosis.mistakes


def names(diagnosis) -> str:
    return f"{diagnosis.outcome.value}: {diagnosis.recovered}: " + ", ".join(
        "=".join((mistake.slug, *mistake.same_as)) for mistake in diagnosis.mistakes
    )


def named(diagnosis) -> list[set[str]]:
    """The names of each mistake, those of the same function together."""
    return [{mistake.slug, *mistake.same_as} for mistake in diagnosis.mistakes]


def codes(diagnosis) -> set[str]:
    return {finding.code for finding in diagnosis.findings}


def beta_of(diagnosis) -> str:
    """The effective beta that is told of, or ""."""
    told = [finding for finding in diagnosis.findings if finding.code == "effective-beta"]
    return told[0].details["beta"] if told else ""


def is_named(diagnosis, *slugs: str) -> bool:
    """Whether it is refuted, and the mistakes are these, in some order, each under one of its names."""
    groups = named(diagnosis)
    alternatives = [[{slug} for slug in each] for each in diagnosis.alternatives]
    return diagnosis.outcome is Outcome.REFUTED and any(
        len(found) == len(slugs) and any(_meets(found, order) for order in itertools.permutations(slugs))
        for found in (groups, *alternatives)
    )


def _meets(groups, slugs) -> bool:
    return all(slug in group for slug, group in zip(slugs, groups, strict=True))


def right_values(quantity, kept, seed=0):
    """Points of a quantity, and what it says is right there: one array a reduction."""
    arrays = quantity.draw(np.random.default_rng(seed), SIZES)
    sample = Sample(SIZES, LAYOUTS[0], Kind(kept), (arrays,), ())
    return arrays, [value_at(right.formula, sample, arrays) for right in quantity.rights(sample.kind, sample.layout)]
