"""The test that goes with a verdict fails today, and passes once the function is mended, whatever was called."""

from functools import partial

import numpy as np
import pytest

from elbo_check.inputs.building import how_built
from elbo_check.inputs.loss_function import LossFunction
from elbo_check.loss_hearing.as_test import got_at

from .help import ask, needs_torch, passes

KL = ("mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


class Kl:
    """A KL as an object, with a weight that it is built with."""

    def __init__(self, weight):
        self.weight = weight

    def __call__(self, mu, logvar):
        return self.weight * kl(mu, logvar).sum(1)

    def value(self, mu, logvar):
        return self(mu, logvar)

    @classmethod
    def doubled(cls, mu, logvar):
        return 2 * kl(mu, logvar).sum(1)


class Unnamed:
    """An object that raises when it is asked for its name."""

    @property
    def __name__(self):
        raise RuntimeError("no name")


def weighted(mu, logvar, weight):
    return weight * kl(mu, logvar).sum(1)


BUILT = {
    "object": (Kl(2.0), Kl(1.0), "Kl", "Kl(…)"),
    "method": (Kl(2.0).value, Kl(1.0).value, "Kl", "Kl(…).value"),
    "method of a class": (Kl.doubled, Kl(1.0), "Kl", "Kl.doubled"),
    "partial": (partial(weighted, weight=2.0), partial(weighted, weight=1.0), "weighted", "partial(weighted, …)"),
}


@pytest.mark.parametrize("name", BUILT)
def test_an_object_is_built_and_called_loss(name):
    wrong, right, imported, expression = BUILT[name]
    found = ask(wrong, *KL)
    assert f"# from your_module import {imported}\n# loss = {expression}  #" in found.as_test()
    assert not passes(found, wrong)
    assert passes(found, right)


def test_a_function_is_imported_by_its_name():
    assert how_built(weighted) == ("", "")
    assert got_at(LossFunction.of(weighted)) == ("weighted", ["# from your_module import weighted"])
    assert how_built(partial(lambda mu: mu)) == ("something", "partial(something, …)")
    assert how_built(Unnamed()) == ("Unnamed", "Unnamed(…)")


@needs_torch
def test_a_module_with_a_parameter_has_a_test_that_can_pass():
    import torch

    class Sigma(torch.nn.Module):
        def __init__(self, weight):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.tensor(weight))

        def forward(self, mu, logvar):
            return self.weight * 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1).mean()

    found = ask(Sigma(2.0), *KL, backend="torch")
    assert not passes(found, Sigma(2.0))
    assert passes(found, Sigma(1.0))


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_has_a_test_that_can_pass(dtype):
    import torch

    def scaled(weight):
        def loss(mu, logvar):
            mu, logvar = (each.to(getattr(torch, dtype)) for each in (mu, logvar))
            return weight * (mu**2 + logvar.exp() - 1 - logvar).sum(1)

        return loss

    found = ask(scaled(1.0), *KL, backend="torch")
    assert found.outcome == "refuted"
    assert not passes(found, scaled(1.0))
    assert passes(found, scaled(0.5))


@needs_torch
def test_a_function_that_takes_single_precision_only_is_given_that():
    import torch

    def loss(weight):
        def inner(mu, logvar):
            if mu.dtype != torch.float32:
                raise TypeError("expected Float")
            return weight * (mu**2 + logvar.exp() - 1 - logvar).view(64, 20).sum(1)

        return inner

    found = ask(loss(1.0), *KL, backend="torch")
    assert "dtype=torch.float32" in found.as_test()
    assert not passes(found, loss(1.0), "inner")
    assert passes(found, loss(0.5), "inner")


def many(function):
    """Twice as much beyond 64 latents."""
    return lambda mu, logvar: function(mu, logvar) * (1 + (mu.shape[1] > 64))


SIZED = {
    "a latent's": kl,
    "a sample's": lambda mu, logvar: kl(mu, logvar).sum(1),
    "the batch's": lambda mu, logvar: kl(mu, logvar).sum(1).mean(),
}


@pytest.mark.parametrize("name", SIZED)
def test_a_branch_at_a_large_size_is_told_in_few_words_with_the_cause_first(name):
    wrong = many(SIZED[name])
    found = ask(wrong, *KL)
    head, cause, *rest = (
        " ".join(str(found).split()).replace(" error ", "\n", 1).replace(" elsewhere ", "\n").split("\n")
    )
    assert head.endswith("where d = 70")
    assert cause.startswith("[wrong-spot]")
    assert len(rest) == 1
    assert "it computes" not in str(found).replace("it computes this", "")
    assert "right is " not in str(found).split("fails")[0]
    for told in (str(found), found._repr_html_(), found._repr_latex_(), found.as_test(), found.to_json()):
        assert len(told) < 6000
    assert r"\displaystyle" in found._repr_latex_()
    assert not passes(found, wrong)
    assert passes(found, SIZED[name])


def uneven(mu):
    return len(np.unique(mu)) > 5


@pytest.mark.parametrize("name", ["a latent's", "the batch's"])
def test_a_branch_that_constant_arrays_do_not_show_is_told_by_arrays_that_repeat_a_few_numbers(name):
    right = SIZED[name]
    wrong = lambda mu, logvar: right(mu, logvar) * (1 + (mu.shape[1] > 64 and uneven(mu)))
    found = ask(wrong, *KL)
    assert "(shape 2 × 70)" in " ".join(str(found).split())
    assert "np.resize([" in found.as_test()
    for told in (str(found), found._repr_html_(), found._repr_latex_(), found.as_test()):
        assert len(told) < 3000
    assert not passes(found, wrong)
    assert passes(found, right)


def test_numbers_that_nothing_short_describes_are_shown_in_part():
    wrong = lambda mu, logvar: kl(mu, logvar).sum(1) * (1 + (mu.shape[1] > 64 and len(np.unique(mu)) > 50))
    found = ask(wrong, *KL)
    assert "…] (shape 2 × 70)" in " ".join(str(found).split())
    assert len(str(found)) < 1000
    assert not passes(found, wrong)
    assert passes(found, SIZED["a sample's"])


@needs_torch
def test_repeated_numbers_become_tensors():
    import torch

    def loss(weight):
        def inner(mu, logvar):
            many = mu.shape[1] > 64 and len(mu.unique()) > 5
            return (weight if many else 0.5) * (mu**2 + torch.exp(logvar) - 1 - logvar)

        return inner

    found = ask(loss(1.0), *KL, backend="torch")
    assert "mu = torch.tensor(np.resize([" in found.as_test()
    assert not passes(found, loss(1.0), "inner")
    assert passes(found, loss(0.5), "inner")


@pytest.mark.parametrize(
    ("loss", "names"),
    [
        (lambda *both: 2 * kl(*both).sum(-1), ("mu", "logvar")),
        (lambda mu, /, logvar: 2 * kl(mu, logvar).sum(-1), None),
        (lambda mu, weight=2, /, *, logvar: weight * kl(mu, logvar).sum(-1), None),
    ],
    ids=["any", "first by position", "beside a default"],
)
def test_what_is_taken_by_position_only_is_asked_so(loss, names):
    found = ask(loss, *KL, parameters=names)
    assert not passes(found, loss)
    assert passes(found, lambda *args, **named: loss(*args, **named) / 2)


@needs_torch
def test_the_test_of_a_gradient_passes_arguments_by_position_where_it_must():
    def loss(*both):
        return (0.5 * (both[0].detach() ** 2 + both[1].exp() - 1 - both[1])).sum(-1)

    found = ask(loss, *KL, parameters=("mu", "logvar"), backend="torch")
    assert "return loss(mu, logvar).sum()" in found.as_test()
