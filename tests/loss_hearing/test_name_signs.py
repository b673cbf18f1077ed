"""What a name tells of the sign of an objective: a table of names, and the verdicts on ±ELBO under each of them."""

import functools

import pytest

from elbo_check.inputs.building import called_as
from elbo_check.inputs.loss_target import read_loss
from elbo_check.loss_hearing.name_signs import sign_of_class, sign_told

from .help import ask, needs_jax, needs_torch, passed
from .test_elbos import VAE, called, right

MINIMISED = (
    "loss", "loss_fn", "lossfn", "vae_loss", "vaeloss", "VAELoss", "elbo_loss", "ELBOLoss", "loss_elbo",
    "loss_from_elbo",
    "elbo_to_loss", "bound_loss", "iwae_loss", "free_energy_loss", "NegativeBinomialLoss", "negative_sampling_loss",
    "cost", "cost_function", "criterion", "vae_criterion", "nll", "gaussian_nll", "neg_log_likelihood", "neg_elbo_loss",
    "negative_log_likelihood", "negative_log_prob", "neg_log_evidence", "neg_elbo", "negelbo", "negELBO", "NegELBO",
    "negativeELBO", "nelbo", "nELBO", "NELBO", "n_elbo", "minus_elbo", "negated_elbo", "elbo_neg", "nvlb",
    "negative_vlb", "negative_per_sample_elbo", "negate_elbo", "neg_sum_elbo", "loss_and_grads", "opposite_elbo",
    "negative_variational_lower_bound", "negative_evidence_lower_bound", "neg_lower_bound", "neg_beta_elbo",
    "free_energy", "variational_free_energy", "freeEnergy", "vfe", "VFE", "upper_bound", "evidence_upper_bound",
    "elbo_to_minimize", "minimised_elbo", "elbo_minimised", "objective_to_minimise", "elbo_for_minimization", "loss1",
    "nelbo_2", "negative_iwae_bound", "neg_ELBO_mc", "calcNegELBO", "elbo_for_descent", "neg_vae_elbo",
)  # fmt: skip
MAXIMISED = (
    "non_negative_elbo", "nonnegative_elbo", "elbo_and_kl", "elbo_negative_kl",
    "elbo", "ELBO", "elbo2", "gaussianELBO", "gaussian_elbo", "computeELBO", "ELBOs", "elbo_from_loss", "loss_to_elbo",
    "lower_bound", "LowerBound", "calcLowerBound", "lowerbound", "variational_bound", "variational_lower_bound", "vlb",
    "evidence_lower_bound", "evidence", "log_evidence", "iwae_bound", "iwae_elbo", "bound", "negative_free_energy",
    "neg_variational_free_energy", "neg_free_energy", "neg_vfe", "negative_upper_bound", "log_likelihood", "log_prob",
    "reward", "negative_binomial_elbo", "negativeBinomialELBO", "negative_samples_elbo", "n_samples_elbo",
    "maximised_elbo", "elbo_to_maximise", "objective_to_maximize", "loss_to_maximise", "log_likelihood_minus_kl",
)  # fmt: skip
UNTOLD = (
    "step", "objective", "train", "forward", "vb", "iwae", "score", "anomaly_score", "elbow", "elbow_point", "boundary",
    "bounded", "unbounded_step", "gloss", "lossless_step", "negative", "negative_binomial", "NegativeBinomialVAE",
    "negative_of_my_elbo", "negative_loss", "neg_loss", "neg_vae_loss", "elbo_nll",
    "energy_based_step", "kl_minus_elbo", "loss_and_elbo",
    "n_bound", "min_elbo", "elbo_sign_flipped", "not_elbo", "min_max", "minimise_or_maximise", "f", "", "_", "42",
)  # fmt: skip
TABLE = [*((name, 1) for name in MINIMISED), *((name, -1) for name in MAXIMISED), *((name, 0) for name in UNTOLD)]
OUTCOME = {1: "refuted", -1: "consistent", 0: "undecided"}


def negative(x, r, mu, logvar):
    return -right(x, r, mu, logvar)


@pytest.mark.parametrize(("name", "sign"), TABLE)
def test_a_name_tells_its_sign(name, sign):
    assert sign_told(name) == sign


CLASSES = {
    1: ("NegativeELBO", "TraceELBO_loss", "VAELoss", "ELBOLoss", "NegELBOModule", "LossFunction", "FreeEnergy", "Loss"),
    -1: ("ELBO", "GaussianELBO", "LowerBound", "NegativeFreeEnergy", "NegativeBinomialELBO"),
    0: ("ELBOTrainer", "NegativeBinomialVAE", "LossScaler", "Module", "EvidenceModel", "LowerBoundVAE", "Elbow", ""),
}


@pytest.mark.parametrize(("name", "sign"), [(name, sign) for sign, names in CLASSES.items() for name in names])
def test_the_last_word_of_a_class_tells_its_sign(name, sign):
    assert sign_of_class(name) == sign


def judged(fn, sign, **settings):
    """The ELBO has the outcome that goes with the sign of its name."""
    found = ask(fn, *VAE, **settings)
    assert (found.outcome, [mistake.slug for mistake in found.mistakes]) == (
        OUTCOME[sign],
        ["wrong-sign"] if sign > 0 else [],
    )
    return found


HEARD = (
    "loss_fn", "NegativeBinomialLoss", "nelbo", "nvlb", "neg_elbo", "negative_variational_lower_bound", "free_energy",
    "elbo_to_minimize", "minimised_elbo", "gaussianELBO", "negative_binomial_elbo", "negative_free_energy", "log_prob",
    "reward", "iwae", "score", "elbow", "negative_loss", "negative_of_my_elbo", "NegativeBinomialVAE",
)  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize("name", HEARD)
def test_an_elbo_is_accused_under_the_name_of_a_loss_alone(name):
    judged(called(right, name), dict(TABLE)[name])


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "name", ["vae_loss", "nvlb", "free_energy", "elbo", "negative_free_energy", "step", "neg_loss"]
)
def test_a_loss_is_right_under_any_name(name):
    passed(ask(called(negative, name), *VAE))


def test_a_lambda_without_a_name_is_accused_of_no_sign():
    found = judged(lambda x, r, mu, logvar: 2 * right(x, r, mu, logvar), 0)
    assert found.missing.startswith("equal, if it is to be maximised")
    passed(ask(lambda x, r, mu, logvar: 2 * negative(x, r, mu, logvar), *VAE))


BOUND = """
from functools import partial
{name} = lambda x, r, mu, logvar: right(x, r, mu, logvar)
bound_twice = {name}
del bound_twice
part_{name} = partial(lambda x, r, mu, logvar, weight: weight * right(x, r, mu, logvar), weight=1)
"""


@pytest.mark.endurance
@pytest.mark.parametrize(("name", "sign"), [("elbo", -1), ("vae_loss", 1), ("neg_elbo", 1), ("step", 0)])
def test_a_lambda_and_a_partial_go_by_the_name_that_their_module_binds(name, sign):
    names = {"right": right}
    exec(BOUND.format(name=name), names)
    assert name in judged(names[name], sign).claim
    judged(names[f"part_{name}"], sign)
    names["loss"] = names[name]  # by two names: none is its own
    judged(names[name], 0)


TARGET = """
import numpy as np

def loss_of(x, r, mu, logvar):
    kl = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)
    return (0.5 * ((x - r) ** 2).sum(-1) + kl).mean()

{name} = lambda x, r, mu, logvar: -loss_of(x, r, mu, logvar)
"""


@pytest.mark.unmeasured
@pytest.mark.parametrize(("name", "sign"), [("elbo", -1), ("vae_loss", 1), ("step", 0)])
def test_a_lambda_of_a_file_goes_by_the_name_of_the_target(tmp_path, name, sign):
    file = tmp_path / f"{name}_of_target.py"
    file.write_text(TARGET.format(name=name), encoding="utf-8")
    judged(read_loss(f"{file}:{name}"), sign)


@pytest.mark.endurance
def test_a_decorated_function_has_the_name_that_it_wraps():
    def traced(fn):
        @functools.wraps(fn)
        def wrapper(*given):
            return fn(*given)

        return wrapper

    judged(traced(called(right, "elbo")), -1)
    judged(traced(called(right, "neg_elbo")), 1)


class Partial(functools.partial):
    """As some libraries have one of their own."""


class Everything:
    """Has every attribute, and none of them is what it should be."""

    def __getattr__(self, name):
        return self

    def __call__(self, x, r, mu, logvar):
        return right(x, r, mu, logvar)


@pytest.mark.endurance
@pytest.mark.parametrize(("name", "sign"), [("step", 1), ("elbo", -1), ("vae_loss", 1)])
def test_the_name_of_a_partial_comes_before_that_of_what_it_binds(name, sign):
    names = {"right": right}
    exec("def neg_elbo(x, r, mu, logvar, weight):\n    return weight * right(x, r, mu, logvar)", names)
    names[name] = functools.partial(names["neg_elbo"], weight=1)
    judged(names[name], sign)


def test_what_is_named_by_nothing_that_is_a_name_is_called_so():
    assert called_as(Partial(right)) == ("", "right", "")
    assert called_as(functools.partial(Everything())) == ("", "", "")
    assert called_as(Everything()) == ("", "", "")


def holding(kind, method):
    """A class of this name with one method of this name, which returns the ELBO."""

    def held(self, x, r, mu, logvar):
        return right(x, r, mu, logvar)

    held.__name__ = method
    return type(kind, (), {method: held})


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("kind", "method", "sign"),
    [
        ("NegativeELBO", "forward", 1),
        ("NegativeBinomialVAE", "objective", 0),
        ("NegativeBinomialVAE", "elbo", -1),
        ("ELBOTrainer", "step", 0),
        ("ELBOTrainer", "loss", 1),
        ("VAELoss", "elbo", -1),
    ],
)
def test_the_name_of_a_method_comes_before_the_last_word_of_its_class(kind, method, sign):
    judged(getattr(holding(kind, method)(), method), sign)


@pytest.mark.endurance
@pytest.mark.parametrize(("kind", "sign"), [("VAELoss", 1), ("LowerBound", -1), ("ELBOTrainer", 0)])
def test_an_object_that_is_called_has_the_sign_of_its_class(kind, sign):
    judged(holding(kind, "__call__")(), sign)


@pytest.mark.endurance
def test_a_method_of_a_class_has_its_own_name():
    class NegativeELBO:
        @classmethod
        def forward(cls, x, r, mu, logvar):
            return right(x, r, mu, logvar)

    judged(NegativeELBO.forward, 1)


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize(("kind", "sign"), [("NegativeELBO", 1), ("GaussianELBO", -1), ("NegativeBinomialVAE", 0)])
def test_a_module_of_torch_has_the_sign_of_its_class(kind, sign):
    import torch

    class Held(torch.nn.Module):
        def forward(self, x, r, mu, logvar):
            kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)
            return (-0.5 * ((x - r) ** 2).sum(-1) - kl).mean()

    judged(type(kind, (Held,), {})(), sign, backend="torch")


@needs_jax
def test_a_jitted_function_keeps_its_name():
    import jax

    names = {}
    exec("elbo = lambda x: x", names)
    names["elbo"] = jax.jit(names["elbo"])
    assert called_as(names["elbo"]) == ("elbo", "", "")
    assert called_as(jax.jit(right)) == ("right", "", "")
    assert called_as(jax.jit(lambda x: x)) == ("", "", "")


@pytest.mark.endurance
@pytest.mark.parametrize(("key", "sign"), [("neg_elbo", 1), ("elbo", -1), ("value", 0)])
def test_a_key_comes_before_the_name_of_its_function(key, sign):
    def step(x, r, mu, logvar):
        return {key: right(x, r, mu, logvar)}

    judged(step, sign)
