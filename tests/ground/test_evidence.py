"""The choke point of evidence: what promises more than it holds cannot be built."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check import Basis, Estimate
from elbo_check.errors import WitnessError
from elbo_check.evidence import as_float

THIRD = Fraction(1, 3)


@pytest.mark.parametrize(
    ("value", "error"), [(math.nan, 0.0), (0.0, math.inf), (math.inf, 0.0), (0.0, -1e-30), (0.0, math.nan)]
)
@pytest.mark.parametrize("basis", [Basis.ENCLOSED, Basis.HEURISTIC])
def test_an_estimate_that_is_not_finite_or_has_a_negative_error_is_refused(value, error, basis):
    with pytest.raises(WitnessError, match="not a finite number"):
        Estimate("w", value, error, basis)


def test_what_is_exact_has_no_error():
    assert Estimate("w", THIRD, Fraction(0), Basis.EXACT).excludes(0.3333)
    with pytest.raises(WitnessError, match="calls 1/3 exact"):
        Estimate("w", THIRD, Fraction(1, 10**99), Basis.EXACT)


@pytest.mark.parametrize(
    "bound", [{}, {"bound": "none", "level": 1e-9}, {"bound": "chernoff"}, {"bound": "clt", "level": 1e-9}]
)
def test_a_sample_without_a_proved_bound_and_its_level_is_not_sampled_evidence(bound):
    with pytest.raises(WitnessError, match="its basis is heuristic"):
        Estimate("w", 1.0, 0.1, Basis.SAMPLED, **bound)
    assert Estimate("w", 1.0, 0.1, Basis.SAMPLED, bound="chernoff", level=1e-9)


def test_which_bases_may_prove_and_refute():
    assert [basis for basis in Basis if basis.proves] == [Basis.EXACT, Basis.ENCLOSED]
    assert [basis for basis in Basis if basis.refutes] == [Basis.EXACT, Basis.ENCLOSED, Basis.SAMPLED]


@pytest.mark.unmeasured
@given(st.fractions(), st.fractions(min_value=0), st.fractions(), st.fractions(min_value=0))
def test_exclusion_is_decided_exactly(value, error, claim, slack):
    estimate = Estimate("w", value, error, Basis.ENCLOSED)
    assert estimate.excludes(claim, slack) == (abs(claim - value) > error + slack)


def test_rationals_beyond_the_floats_are_evidence_too():
    huge = Fraction(10) ** 400
    assert Estimate("w", huge, Fraction(1), Basis.ENCLOSED).excludes(1.0)
    assert Estimate("w", huge, huge, Basis.ENCLOSED).resolution == math.inf
    assert (as_float(huge), as_float(-huge), as_float(THIRD)) == (math.inf, -math.inf, 1 / 3)


@pytest.mark.endurance
@given(st.fractions(), st.fractions(min_value=0), st.fractions(), st.fractions(min_value=0))
def test_a_bound_with_one_side_excludes_only_what_lies_below(value, error, claim, slack):
    settings = {"bound": "markov-one-sided", "level": 1e-9}
    below = Estimate("w", value, error, Basis.SAMPLED, **settings)
    assert below.excludes(claim, slack) == (claim < value - error - slack)
    other = Estimate("v", claim, slack, Basis.ENCLOSED)
    assert below.contradicts(other) == other.contradicts(below) == (claim + slack < value - error)


def test_two_bounds_from_below_never_contradict_each_other():
    one, other = (Estimate("w", v, 0.0, Basis.SAMPLED, bound="markov-one-sided", level=0.1) for v in (0.0, 9.0))
    assert not one.contradicts(other)
    assert not other.contradicts(one)
