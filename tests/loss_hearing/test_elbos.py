"""A function that is called an ELBO is judged with its own sign, right or wrong: formula, numbers, cure and test."""

from types import FunctionType

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, codes_of, passed, passes

VAE = ("x", "reconstruction", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def likelihood(x, r):
    return (-0.5 * (x - r) ** 2).sum(-1).mean()


def right(x, r, mu, logvar):
    return likelihood(x, r) - kl(mu, logvar).sum(-1).mean()


def called_elbo(fn):
    return called(fn, "elbo")


def called(fn, name):
    named = FunctionType(fn.__code__, fn.__globals__, name, fn.__defaults__, fn.__closure__)
    named.__name__ = name
    return named


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        (lambda x, r, mu, logvar: likelihood(x, r) - kl(mu, logvar).mean(), "mean-over-latent"),
        (lambda x, r, mu, logvar: likelihood(x, r) - 2 * kl(mu, logvar).sum(-1).mean(), "doubled"),
        (lambda x, r, mu, logvar: likelihood(x, r) - kl(mu, 2 * logvar).sum(-1).mean(), "logvar-as-logsigma"),
        (lambda x, r, mu, logvar: likelihood(x, r) + kl(mu, logvar).sum(-1).mean(), "wrong-sign"),
        (lambda x, r, mu, logvar: likelihood(x, r) - np.cosh(mu + logvar).sum(-1).mean(), ""),
    ],
    ids=["mean", "doubled", "logvar as log sigma", "sign of the KL", "no KL"],
)
def test_a_wrong_elbo_has_one_name_and_a_test_that_the_right_elbo_passes(wrong, slug) -> None:
    found = ask(called_elbo(wrong), *VAE)
    assert found.outcome == "refuted"
    assert [mistake.slug for mistake in found.mistakes] == ([slug] if slug else [])
    case = found.counterexample
    point = {name: np.asarray(case[name]) for name in ("x", "r", "mu", "logvar")}
    assert np.isclose(case["claim"], wrong(**point))
    assert str(found.right).startswith("−1/(2B)")
    assert passes(found, right, "elbo")
    assert not passes(found, lambda **given: -right(**given), "elbo")
    assert not passes(found, wrong, "elbo")


def test_the_sign_of_a_kl_in_an_elbo_has_the_cure_of_an_elbo() -> None:
    found = ask(called_elbo(lambda x, r, mu, logvar: likelihood(x, r) + kl(mu, logvar).sum(-1).mean()), *VAE)
    assert found.mistakes[0].cure.startswith("elbo = log_likelihood - kl")


@pytest.mark.unmeasured
def test_what_differs_in_an_elbo_is_told_with_its_sign() -> None:
    def wrong(x, r, mu, logvar):
        return (-0.5 * (x - r) ** 2).sum() - 0.5 * (mu**2 + np.exp(logvar) - 1 - 2 * logvar).sum()

    told = ask(called_elbo(wrong), *VAE).differs
    assert told == "Σ_b Σ_j logvar_j where 1/2 Σ_b Σ_j logvar_j is right"


@pytest.mark.unmeasured
def test_a_loss_that_is_called_elbo_is_judged_as_a_loss_where_that_explains_more() -> None:
    found = ask(called_elbo(lambda x, r, mu, logvar: kl(mu, logvar).mean() - likelihood(x, r)), *VAE)
    assert [mistake.slug for mistake in found.mistakes] == ["mean-over-latent"]
    assert "elbo" not in codes_of(found)


@pytest.mark.endurance
@pytest.mark.parametrize("name", ["vlb", "variational_bound", "calcLowerBound", "evidence", "negative_free_energy"])
def test_what_is_called_a_bound_has_the_sign_of_one(name) -> None:
    assert "maximise it" in passed(ask(called(right, name), *VAE)).finding("elbo").message


@pytest.mark.unmeasured
def test_an_output_that_does_not_say_is_called_as_its_function_is() -> None:
    found = passed(ask(called(lambda *given: (right(*given), 0.0), "bound"), *VAE, parameters=["x", "r", "m", "v"]))
    assert "maximise it" in found.finding("elbo").message


@pytest.mark.endurance
@pytest.mark.parametrize("name", ["free_energy", "bound_loss", "minus_elbo"])
def test_what_is_called_a_loss_has_the_sign_of_one(name) -> None:
    accused("wrong-sign", ask(called(right, name), *VAE))
    passed(ask(called(lambda *given: -right(*given), name), *VAE, parameters=["x", "r", "m", "v"]))


@pytest.mark.unmeasured
def test_a_name_that_does_not_say_is_no_mistake_of_sign() -> None:
    found = ask(called(right, "step"), *VAE)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith("equal, if step is to be maximised: it is the ELBO itself")
    accused("wrong-sign", ask(called(right, "step"), *VAE, quantity="vae-loss"))


@pytest.mark.unmeasured
def test_a_wrong_function_whose_name_does_not_say_is_heard_as_a_loss() -> None:
    found = ask(called(lambda x, r, mu, logvar: likelihood(x, r) - 2 * kl(mu, logvar).sum(-1).mean(), "step"), *VAE)
    assert {slug for mistake in found.mistakes for slug in (mistake.slug, *mistake.same_as)} >= {"wrong-sign"}


@pytest.mark.unmeasured
def test_a_class_tells_where_its_method_does_not() -> None:
    class LowerBound:
        def forward(self, x, r, mu, logvar):
            return right(x, r, mu, logvar)

    passed(ask(LowerBound().forward, *VAE))


@pytest.mark.endurance
@pytest.mark.parametrize(("name", "outcome"), [("vlb", "consistent"), ("value", "undecided")])
def test_an_elbo_beside_its_parts_has_the_sign_that_it_is_called_by(name, outcome) -> None:
    def step(x, r, mu, logvar):
        terms = likelihood(x, r), kl(mu, logvar).sum(-1).mean()
        return {"likelihood": terms[0], "kl": terms[1], name: terms[0] - terms[1]}

    found = ask(step, *VAE)
    assert (found.outcome, found.mistakes) == (outcome, ())
    assert f"this is '{name}'" in found.finding("judged-output").message


@pytest.mark.unmeasured
def test_what_is_right_with_its_own_sign_comes_before_what_may_be_an_elbo() -> None:
    def step(x, r, mu, logvar):
        return {"kl": kl(mu, logvar).sum(), "value": right(x, r, mu, logvar), "other": -right(x, r, mu, logvar)}

    assert "this is 'other'" in passed(ask(step, *VAE)).finding("judged-output").message


@pytest.mark.endurance
def test_a_wrong_elbo_beside_its_parts_is_told_with_its_sign() -> None:
    def step(x, r, mu, logvar):
        return {"kl": kl(mu, logvar).sum(), "vlb": likelihood(x, r) - 2 * kl(mu, logvar).sum(-1).mean()}

    accused("doubled", ask(step, *VAE))


@pytest.mark.parametrize("name", ["elbo", "elbo_step"])
def test_a_loss_that_is_called_an_elbo_is_right_and_said_to_be_a_loss(name) -> None:
    found = passed(ask(called(lambda x, r, mu, logvar: -right(x, r, mu, logvar), name), *VAE))
    assert found.finding("elbo").message == "it is −ELBO, a loss to minimise, whatever its name says"
    assert "elbo" not in codes_of(ask(called(lambda x, r, mu, logvar: -right(x, r, mu, logvar), "step"), *VAE))
