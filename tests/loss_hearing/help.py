"""Asking about a loss in one line, for the tests of samplers, importance weights, pairs and gradients."""

import importlib.util

import pytest

from elbo_check import verify_loss

needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
needs_jax = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed")

SECONDS = ("std", "variance", "log_variance", "log_std", "softplus_std")


def long_but(cases, *kept):
    """Cases by name, of one value or a tuple of them; all but those that are kept take long and reach nothing else."""
    every = {name: case if isinstance(case, tuple) else (case,) for name, case in cases.items()}
    return [
        pytest.param(*case, id=name, marks=() if name in kept else pytest.mark.endurance)
        for name, case in every.items()
    ]


def unmeasured(*case):
    """A case that reaches no line by itself."""
    return pytest.param(*case, marks=pytest.mark.unmeasured)


def long(*case):
    """A case that takes long and reaches nothing that others do not."""
    return pytest.param(*case, marks=pytest.mark.endurance)


def names_of(diagnosis):
    """All slugs of each mistake, those that are the same function included."""
    return [{mistake.slug, *mistake.same_as} for mistake in diagnosis.mistakes]


def codes_of(diagnosis):
    """The codes of the findings."""
    return {finding.code for finding in diagnosis.findings}


def ask(fn, *roles, rng=0, **settings):
    """Judge a function whose arguments hold these roles."""
    return verify_loss(fn, roles=roles or None, rng=rng, **settings)


def accused(slug, diagnosis):
    """The function is refuted, by one mistake, which has this name."""
    assert diagnosis.outcome == "refuted", diagnosis.outcome
    assert [slug in names for names in names_of(diagnosis)] == [True], diagnosis.mistakes
    return diagnosis


def passed(diagnosis):
    """The function is right, and nothing is said against it."""
    assert diagnosis.outcome == "consistent", (diagnosis.outcome, diagnosis.mistakes, diagnosis.missing)
    assert diagnosis.mistakes == ()
    return diagnosis


def told_at_a_spot(diagnosis):
    """The words about the spot at which a function is refuted, with numbers that differ there."""
    assert diagnosis.outcome == "refuted", (diagnosis.outcome, diagnosis.missing)
    numbers = diagnosis.counterexample
    assert abs(numbers["claim"] - numbers["truth"]) > 1e-6
    return diagnosis.finding("wrong-spot").message


def passes(found, function, name="loss"):
    """Whether the test that goes with a verdict passes, where `loss`, or the function's own name, is this function."""
    (test,) = [line for line in found.as_test().splitlines() if line.startswith("def ")]
    scope = {name: function}
    exec(found.as_test(), scope)
    try:
        scope[test.removeprefix("def ").removesuffix("():")]()
    except AssertionError:
        return False
    return True
