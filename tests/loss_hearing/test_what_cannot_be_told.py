"""Small helpers where they can tell nothing: they say so, and accuse nobody."""

from types import SimpleNamespace

import numpy as np
import pytest

from elbo_check.diagnosis import free_scale
from elbo_check.diagnosis.formula import law
from elbo_check.errors import InputError, LossFunctionError, WitnessError
from elbo_check.loss_hearing import counterexample, likelihood, own_draws
from elbo_check.loss_hearing import random as random_functions

from .help import ask

ROLES = ("mean", "log_variance")


def random_loss(mu, logvar):
    return (mu**2 + logvar).sum() * np.random.uniform()  # noqa: NPY002


def refusing(kind):
    def refuses(*_):
        raise kind

    return refuses


CALL = SimpleNamespace(
    arguments=dict, function=SimpleNamespace(drawn_from=refusing(LossFunctionError("raised", "it fails", "mend it")))
)


def test_an_average_of_what_cannot_be_read_is_not_told(monkeypatch):
    monkeypatch.setattr(random_functions, "kind_of", refusing(WitnessError("it has no shape that can be read")))
    found = ask(random_loss, *ROLES)
    assert found.outcome == "undecided"
    assert found.finding("average") is None


def test_an_average_over_shapes_that_change_is_not_told(monkeypatch):
    monkeypatch.setattr(random_functions, "_outputs", lambda *_: [np.float64(1), *map(np.ones, range(2, 9))])
    monkeypatch.setattr(random_functions, "kind_of", lambda *_: None)
    assert ask(random_loss, *ROLES).finding("average") is None


def test_what_a_function_draws_by_is_not_told_where_it_fails():
    assert random_functions._drawn(CALL, {}) == ()
    assert own_draws._drawn_by(CALL, {}) == ""


def test_a_likelihood_that_has_no_value_is_not_the_nearest(monkeypatch):
    monkeypatch.setattr(likelihood, "value_at", lambda *_: np.inf)
    monkeypatch.setattr(likelihood, "replace", lambda sample, **_: sample)
    heard = SimpleNamespace(samples=[None], found=SimpleNamespace(kind=SimpleNamespace(kept=())))
    assert likelihood._apart(heard, None, [{}, {}], np.zeros(2)) == np.inf


class Fitter:
    """Answers to two questions, beside two formulas whose values are given."""

    samples = (SimpleNamespace(outputs=[np.array([1.0, 2.0])]),)

    def __init__(self, *values):
        self.values = values

    def difference(self, which, _index):
        return self.values[which] - np.array([[1.0, 2.0]])

    def departure(self, _formula):
        return 1.0


def test_weights_of_what_has_no_value_are_not_told():
    assert free_scale.weights_of(Fitter(np.array([1.0, 0.0]), np.array([np.inf, 1.0])), 0, 1, 0, 1e-9) is None
    assert free_scale.weights_of(Fitter(np.array([1.0, 0.0]), np.array([0.0, 1.0])), 0, 1, 0, 1e-9) == (
        pytest.approx(1.0),
        pytest.approx(2.0),
    )


def test_weights_that_do_not_hold_at_every_point_are_not_told(monkeypatch):
    class Part(int):
        def scaled(self, _law):
            return 0

    monkeypatch.setattr(free_scale, "_weight", lambda *_: law(1))
    fitter = Fitter(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    assert free_scale.weighted_right(fitter, [(Part(0), Part(1))], 1e-9) is None


@pytest.mark.parametrize(("dtype", "levels"), [("float16", 1), ("float32", 2), ("float64", 3)])
def test_points_are_told_as_finely_as_a_dtype_allows(dtype, levels):
    known = SimpleNamespace(fit=SimpleNamespace(tolerance=0.0))
    assert len(list(counterexample._levels(known, dtype))) == levels


@pytest.mark.parametrize("roles", [("logits",), ("probabilities_q", "probabilities_p")])
def test_of_one_category_nothing_can_be_asked(roles):
    with pytest.raises(InputError, match=r"K=1 must be at least two categories; one category has all"):
        ask(lambda *held: sum(held).sum(-1), *roles, parameters=roles, sizes={"K": 1})


def test_a_weight_that_rounding_hides_is_no_law(monkeypatch):
    fitter = SimpleNamespace(samples=[SimpleNamespace(sizes={})])
    monkeypatch.setattr(free_scale, "_blur", lambda *_: 1.0)
    assert free_scale._weight([1e-14], fitter, None, 1e-10, 1.0) is None
    monkeypatch.setattr(free_scale, "_blur", lambda *_: 0.0)
    assert free_scale._weight([2.0], fitter, None, 1e-10, 1.0) == law(2)
