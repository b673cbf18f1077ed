"""What estimators refuse, and how they say so."""

import re

import numpy as np
import pytest

from elbo_check.densities.beta import Beta
from elbo_check.densities.gamma import Gamma
from elbo_check.densities.normal import Normal
from elbo_check.errors import InputError, ShapeError, WitnessError
from elbo_check.estimators import eubo, importance, iwae, reparameterised, score_function, sgvb_a, sgvb_b
from elbo_check.estimators.gradient import Gradient
from elbo_check.evidence import Basis, Estimate
from elbo_check.models import BetaBinomial, NormalNormal

from .toys import Logistic

COIN, NORMAL = BetaBinomial.example(), NormalNormal.example()
ALL = {
    "sgvb_a": sgvb_a.estimate,
    "sgvb_b": sgvb_b.estimate,
    "eubo": eubo.estimate,
    "importance": importance.estimate,
    "iwae": lambda *p, **s: iwae.estimate(*p, samples=2, **s),
    "evidence": lambda *p, **s: iwae.evidence(*p, samples=2, **s),
    "score": score_function.gradient,
    "eubo gradient": eubo.gradient,
}


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize(
    ("setting", "value", "expectation"),
    [
        ("draws", 1, "an integer, at least 2"),
        ("draws", 1e5, "an integer, at least 2"),
        ("level", 0.0, "a number between 0 and 1"),
        ("level", 1.0, "a number between 0 and 1"),
        ("workers", 0, "an integer, at least 1"),
        ("rng", -1, "None, non-negative integers"),
    ],
)
def test_bad_settings_are_refused_by_name(name, setting, value, expectation):
    with pytest.raises(InputError, match=re.escape(f"{setting}={value!r} must be {expectation}")):
        ALL[name](*COIN, **{setting: value})


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_q_of_another_family_and_data_outside_the_support_are_refused(name):
    with pytest.raises(InputError, match="a Gamma must be a Beta"):
        ALL[name](COIN[0], COIN[1], Gamma(1.0, 1.0))
    with pytest.raises(InputError, match="x=11"):
        ALL[name](COIN[0], 11, COIN[2])


@pytest.mark.parametrize("samples", [0, -1, 1.0, True, "2", None])
def test_a_number_of_samples_below_one_is_refused(samples):
    for estimate in (iwae.estimate, iwae.evidence, score_function.gradient):
        with pytest.raises(InputError, match=re.escape(f"samples={samples!r} must be an integer, at least 1; K is")):
            estimate(*COIN, samples=samples)
    assert iwae.estimate(*COIN, samples=np.int64(2), draws=2, rng=0).scope == "2 groups of 2 draws"


@pytest.mark.parametrize("gradient", [score_function.gradient, reparameterised.gradient])
def test_forms_are_a_or_b_and_weights_belong_to_a(gradient):
    for form in ("C", "", None, 1):
        with pytest.raises(InputError, match="must be 'A' or 'B'"):
            gradient(*NORMAL, form=form)
    with pytest.raises(InputError, match="samples=2 must be 1 in form B"):
        gradient(*NORMAL, form="B", samples=2)


def test_a_density_that_cannot_be_moved_is_sent_to_the_score_function():
    with pytest.raises(WitnessError, match=r"a Beta has no reparameterisation.*score_function\.gradient needs none"):
        reparameterised.gradient(*COIN)


def test_a_baseline_is_one_number():
    with pytest.raises(ShapeError, match="baseline"):
        score_function.gradient(*COIN, baseline=[1.0, 2.0])


def test_without_a_posterior_there_is_no_upper_bound():
    with pytest.raises(WitnessError, match="no closed form"):
        eubo.estimate(Logistic(), 1, Normal(0.0, 1.0))


class OddPrior(BetaBinomial):
    """A model whose prior is of another family than q."""

    def prior(self, x, world):
        return Normal(0.0, 1.0)


def test_form_b_needs_a_closed_form():
    with pytest.raises(WitnessError, match=r"KL\(Beta‖Normal\) has no closed form here: use SGVB A"):
        sgvb_b.estimate(OddPrior(2.0, 3.0, 10), 7, Beta(1.0, 2.0), draws=10)


def test_a_gradient_that_is_not_finite_cannot_be_built():
    objective = Estimate("w", 1.0, 0.0, Basis.HEURISTIC)
    with pytest.raises(WitnessError, match=r"w gave ∂/∂a: nan ± 1\.0, not finite numbers"):
        Gradient("w", objective, ("a",), np.array([np.nan]), np.ones(1), np.ones(1), Basis.HEURISTIC, "none", 0.1, 0.0)
