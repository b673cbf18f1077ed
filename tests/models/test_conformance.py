"""Every model of the package conforms; each way of breaking one is refuted, by the trial that should see it."""

import pytest

from elbo_check.densities.beta import Beta
from elbo_check.densities.categorical import Categorical
from elbo_check.densities.finite import FinitePoint
from elbo_check.densities.spaces import UnitPoint
from elbo_check.densities.world import ball_world
from elbo_check.errors import InputError, WitnessError
from elbo_check.models import MODELS, BetaBinomial, FiniteJoint, HiddenMarkovModel
from elbo_check.models.conformance import conformance
from elbo_check.models.points import point_at, read_terms
from elbo_check.verdict import Outcome

DRAWS = 4_000


def codes(verdict):
    return {found.code for found in verdict.findings if found.severity == "error"}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_conforms(name):
    verdict = conformance(MODELS[name], draws=DRAWS)
    assert verdict.outcome is Outcome.CONSISTENT, verdict
    absent = {"model-bayes-absent", "model-sandwich-absent", "model-rounding-absent", "model-draws-absent"}
    assert {found.code for found in verdict.findings} == (absent if name == "logistic" else set())


def first_dropped(method):
    return lambda self, *given: method(self, *given)[1:]


BROKEN = {
    "data lets everything in": ({"data": lambda self, x: 7}, {"model-door"}),
    "draws are no data": ({"draw": lambda self, generator: -1}, {"model-door"}),
    "log-likelihood": (
        {"log_likelihood": lambda self, x, z, world: (-x * z.log,)},
        {"model-bayes", "model-draws"},
    ),
    "expected log-likelihood": (
        {"expected_log_likelihood": first_dropped(BetaBinomial.expected_log_likelihood)},
        {"model-sandwich", "model-draws"},
    ),
    "evidence": ({"log_evidence": first_dropped(BetaBinomial.log_evidence)}, {"model-bayes", "model-sandwich"}),
    "posterior": (
        {"posterior": lambda self, x, world: Beta.of(world.exact(self.alpha) + x, world.exact(self.beta))},
        {"model-bayes", "model-sandwich"},
    ),
    "no tuple": ({"log_evidence": lambda self, x, world: world.exact(0.0)}, {"model-bayes", "model-rounding"}),
    "rounding": (
        {"log_evidence": lambda self, x, world: (*BetaBinomial.log_evidence(self, x, world), cancelled(world))},
        {"model-rounding"},
    ),
    "an attribute missing": ({"prior": lambda self, x, world: self.nothing}, {"model-bayes", "model-sandwich"}),
}


def cancelled(world):
    """A 0 that float64 gets wrong."""
    large = world.exact(1e9)
    return (large + world.exact(0.1)) - large - world.exact(0.1)


@pytest.mark.parametrize("slip", sorted(BROKEN))
def test_a_broken_model_is_refuted_by_the_trial_that_sees_it(slip):
    methods, expected = BROKEN[slip]
    broken = type("Broken", (BetaBinomial,), methods)
    verdict = conformance(broken, draws=DRAWS)
    assert verdict.outcome is Outcome.REFUTED
    assert expected <= codes(verdict), verdict


def test_draws_that_do_not_follow_their_density_are_seen(monkeypatch):
    right = Beta.draw

    def swapped(self, generator, count):
        drawn = right(self, generator, count)
        return UnitPoint(drawn.log_complement, drawn.log)

    monkeypatch.setattr(Beta, "draw", swapped)
    verdict = conformance(BetaBinomial, draws=DRAWS)
    assert codes(verdict) == {"model-draws"}


def test_closed_forms_of_a_family_that_disagree_are_seen(monkeypatch):
    import elbo_check.closed_forms.beta as forms

    right = forms.kl
    monkeypatch.setattr(forms, "kl", lambda q, p, world: 2 * right(q, p, world))
    assert "model-sandwich" in codes(conformance(BetaBinomial, draws=DRAWS))


def test_what_has_no_closed_form_is_noted():
    def absent(self, x, world):
        raise WitnessError("the posterior has no closed form")

    without = type("Without", (BetaBinomial,), {"posterior": absent})
    verdict = conformance(without, draws=DRAWS)
    assert verdict.outcome is Outcome.CONSISTENT
    assert [found.code for found in verdict.findings] == ["model-bayes-absent", "model-sandwich-absent"]
    assert "no posterior in closed form" in verdict.findings[0].message


def test_ones_own_data_and_q_and_those_with_infinite_bounds():
    model = FiniteJoint([[1, 2, 0], [1, 1, 1]])
    verdict = conformance(model, 0, Categorical([0.25, 0.25, 0.5]), draws=DRAWS)
    assert verdict.outcome is Outcome.CONSISTENT, verdict
    assert "−∞" in verdict.finding("model-sandwich-absent").message
    assert conformance(model, x=1, q=Categorical([0.25, 0.25, 0.5]), draws=DRAWS)
    with pytest.raises(InputError):
        conformance(model, 5, Categorical([0.25, 0.25, 0.5]))


def test_an_impossible_outcome_given_a_chance_is_seen():
    example = (
        HiddenMarkovModel([1, 0], [[1, 0], [0, 1]], [[0.5, 0.5], [0.25, 0.75]]),
        [0, 1],
        Categorical([[0.5, 0.5]] * 2),
    )
    broken = type(
        "Broken",
        (HiddenMarkovModel,),
        {"posterior": lambda self, x, world: type(example[0]).prior(uniform, x, world)},
    )
    uniform = HiddenMarkovModel([0.5, 0.5], [[0.5, 0.5]] * 2, [[0.5, 0.5]] * 2)
    assert "model-bayes" in codes(conformance(broken(**example[0].parameters), *example[1:], draws=DRAWS))


def test_points_are_read_exactly():
    import numpy as np

    from elbo_check.densities.spaces import RealPoint

    world = ball_world()
    vectors, origin = np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([1.0, 2.0, 3.0])
    vector, shared = point_at((vectors, origin), 1, 2, world)
    assert [float(number) for number in vector] == [0.2, 0.4]
    assert [float(number) for number in shared] == [1.0, 2.0, 3.0]
    assert float(point_at(RealPoint(vectors[0]), 0, 2, world).value) == 0.1
    assert point_at(FinitePoint(np.array([[0, 1], [1, 1]])), 0, 2, world).index.tolist() == [0, 1]
    assert point_at((1.5, 2), 0, 2, world)[0] == 1.5
    assert point_at((1.5, 2), 0, 2, world)[1] == 2


def test_a_number_is_no_tuple_of_terms():
    with pytest.raises(InputError, match="log_evidence=a float must be a tuple of terms"):
        read_terms("log_evidence", 1.0)
