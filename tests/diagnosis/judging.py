"""Asking about one function with explicit roles, and what the answer says in short."""

import itertools
from fractions import Fraction

from elbo_check.diagnosis.quantities import Options
from elbo_check.diagnosis.roles import assigned
from elbo_check.inputs.loss_function import LossFunction
from elbo_check.loss_hearing.hearing import Case, verdict_on_loss
from elbo_check.witnesses.seeding import Seeds


def judged(function, roles, quantity=None, *, backend="numpy", beta=1, prior=(0, 1), sizes=None, output=None):
    """The diagnosis of a function."""
    held = LossFunction.of(function, backend=backend)
    options = Options((Fraction(prior[0]), Fraction(prior[1])), Fraction(beta))
    case = Case(held, assigned(held.parameters, held.optional, roles), quantity, options, sizes or {}, output)
    return verdict_on_loss(case, Seeds.of(0))


def outcome(diagnosis):
    return diagnosis.outcome.value


def named(diagnosis):
    """The names of each mistake, those of the same function together."""
    return [{mistake.slug, *mistake.same_as} for mistake in diagnosis.mistakes]


def is_named(diagnosis, *slugs):
    """Whether there is one mistake for each slug, another for each, and no other."""
    groups = named(diagnosis)
    return len(groups) == len(slugs) and any(
        all(slug in group for slug, group in zip(slugs, order, strict=True)) for order in itertools.permutations(groups)
    )


def beta_of(diagnosis):
    """The effective beta that is told of, or ""."""
    told = [finding for finding in diagnosis.findings if finding.code == "effective-beta"]
    return told[0].details["beta"] if told else ""


def codes(diagnosis):
    return {finding.code for finding in diagnosis.findings}
