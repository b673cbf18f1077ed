"""From calls to a formula: planted ones come back exactly, and a fit that holds only where it was made is refused."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from elbo_check.diagnosis.fitting import Fitter, rounding_of
from elbo_check.diagnosis.formula import LOG_2PI, ONE, Formula, Law, law
from elbo_check.diagnosis.probing import sampled
from elbo_check.diagnosis.quantities.gaussian_kl import gaussian_kl
from elbo_check.diagnosis.quantities.gaussian_terms import STANDARD, GaussianTerms
from elbo_check.diagnosis.quantities.seconds import SECONDS, of_role
from elbo_check.diagnosis.sizes import LAYOUTS, sizes_for

QUANTITY = gaussian_kl("log_variance")
TERMS = GaussianTerms(SECONDS["log_variance"], STANDARD)
KNOWN = (TERMS.square, TERMS.variance, TERMS.log, TERMS.distance)
PLAIN = {
    TERMS.square: lambda m, s: m**2,
    TERMS.variance: lambda m, s: np.exp(s),
    TERMS.log: lambda m, s: s,
    TERMS.distance: lambda m, s: m,
}


def seen(function, count=6, seed=0):
    """Call a function of mean and log variance as the engine does."""
    generator = np.random.default_rng(seed)
    call = lambda a: np.asarray(function(a["mean"], a["log_variance"]), dtype=np.float64)
    choices = itertools.islice(sizes_for(frozenset("Bd"), LAYOUTS[0], {}), count)
    return [sampled(call, QUANTITY.draw, QUANTITY.axes, sizes, LAYOUTS[0], generator) for sizes in choices]


NUMBERS = st.fractions(-4, 4, max_denominator=6).filter(bool)
LAWS = st.builds(lambda c, b, d: law(c, B=b, d=d), NUMBERS, st.integers(-1, 1), st.integers(-1, 1))


@pytest.mark.endurance
@example({TERMS.square: law(1, B=1, d=1)}, law("1/3", B=-1, d=-1))  # beside the large, the small has fewer digits
@runs(max_examples=30)
@given(st.dictionaries(st.sampled_from(KNOWN), LAWS, min_size=1), st.none() | LAWS)
def test_a_planted_formula_is_recovered_exactly(planted, constant):
    def function(mean, s):
        sizes = dict(zip("Bd", mean.shape, strict=True))
        number = {term: float(held.at(sizes).number) for term, held in planted.items()}
        held = 0.0 if constant is None else float(constant.at(sizes).number)
        return sum(number[term] * PLAIN[term](mean, s).sum() for term in planted) + held

    fit = Fitter(seen(function)).fit(planted, 1e-10)
    assert fit is not None
    assert fit.formula == Formula.of({**planted, ONE: constant or Law()})
    assert fit.departure <= 1e-10


def test_terms_that_are_too_many_get_no_coefficient():
    fit = Fitter(seen(lambda m, s: 2 * m.sum())).fit(KNOWN, 1e-10)
    assert fit is not None
    assert fit.formula == Formula.of({TERMS.distance: law(2)})


def test_what_no_terms_give_is_no_fit():
    fitter = Fitter(seen(lambda m, s: np.sum(m**4)))
    assert fitter.fit(KNOWN, 1e-10) is None
    assert fitter.fit(KNOWN, 2e-5) is None


def test_irrational_coefficients_are_no_formula_and_more_terms_do_not_help():
    fitter = Fitter(seen(lambda m, s: np.pi * np.sum(m**2)))
    assert fitter.fit([TERMS.square], 1e-10) is None
    assert len(fitter.unread) == 1
    solved = len(fitter._solved)
    assert fitter.fit([TERMS.square, TERMS.log], 1e-10) is None
    assert len(fitter._solved) == solved  # not even tried


def test_a_coefficient_that_follows_the_sizes_by_no_law_is_no_formula():
    fitter = Fitter(seen(lambda m, s: np.sum(m**2) * np.sin(m.size)))
    assert fitter.fit([TERMS.square], 1e-10) is None


def test_a_constant_that_is_no_law_is_no_formula():
    fitter = Fitter(seen(lambda m, s: np.sum(m**2) + np.sin(m.size)))
    assert fitter.fit([TERMS.square], 1e-10) is None


def test_a_fit_that_holds_only_at_the_fitted_calls_is_refused():
    samples = seen(lambda m, s: np.sum(m**2))
    for sample in samples:
        fresh = 2 * len(sample.outputs) // 3
        assert fresh < len(sample.outputs)
    last = samples[2].outputs[-1]
    fitter = Fitter(samples)
    assert fitter.fit([TERMS.square], 1e-10) is not None
    last += 1e-6  # a call that was not fitted, at one choice of sizes
    assert Fitter(samples).fit([TERMS.square], 1e-10) is None


def test_terms_that_are_the_same_cannot_be_told_apart():
    twin = of_role("s", "log_variance")
    again = type(twin)("another name", twin.axes, twin.value, twin.symbol)
    assert Fitter(seen(lambda m, s: s.sum())).fit([twin, again], 1e-10) is None


def test_numbers_that_are_not_finite_are_no_fit():
    with np.errstate(all="ignore"):
        fitter = Fitter(seen(lambda m, s: np.sum(m**2) + np.where(m.sum() > 0, np.inf, 0.0)))
        assert fitter.fit([TERMS.square], 1e-10) is None


def test_constants_with_a_name_are_told_from_rational_ones():
    function = lambda m, s: np.sum(m**2) + 0.5 * m.shape[1] * np.log(2 * np.pi) + 3
    fit = Fitter(seen(function), (ONE, LOG_2PI)).fit([TERMS.square], 1e-10)
    assert fit is not None
    assert fit.formula == Formula.of({TERMS.square: law(1), ONE: law(3), LOG_2PI: law("1/2", d=1)})


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 4e-5), ("float16", 2e-2)])
def test_in_a_narrow_dtype_the_formula_comes_back_with_what_rounding_leaves(dtype, tolerance):
    assert rounding_of(dtype) == tolerance
    rounded = lambda m, s: (0.5 * (m**2 + np.exp(s) - s - 1)).astype(dtype).sum(-1).astype(dtype)
    fit = Fitter(seen(rounded)).fit([TERMS.square, TERMS.variance, TERMS.log], rounding_of(dtype))
    assert fit is not None
    assert fit.formula == QUANTITY.formula + Formula.of({ONE: law("-1/2", d=1)})
    assert 0 < fit.departure <= tolerance


def test_an_unknown_dtype_counts_as_the_widest():
    assert rounding_of("int64") == rounding_of("float64")


def test_the_departure_of_a_formula_is_relative_to_the_largest_part():
    fitter = Fitter(seen(lambda m, s: np.sum(m**2)))
    assert fitter.departure(Formula.of({TERMS.square: law(1)})) <= 1e-14
    assert fitter.departure(Formula.of({TERMS.square: law(2)})) == pytest.approx(0.5, rel=1e-3)
    assert fitter.departure(Formula({})) == pytest.approx(1.0, rel=1e-3)
