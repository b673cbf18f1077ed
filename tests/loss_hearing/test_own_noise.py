"""Samplers that draw their own noise, as most do: their one draw is replaced, and they are read as any other."""

import importlib.util
import itertools
import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import LossFunctionError
from elbo_check.inputs.loss_function import LossFunction
from tests.loss_hearing.help import accused, ask, codes_of, long, names_of, needs_jax, needs_torch, passed, unmeasured

ROLES = ("mean", "log_variance")
STREAM = np.random.default_rng(0)

if importlib.util.find_spec("torch"):
    import torch
    from torch.distributions import Normal
if importlib.util.find_spec("jax"):
    import jax


def sigma(logvar):
    return np.exp(0.5 * logvar)


def divergence(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


NUMPY: dict[str, Callable[..., Any]] = {
    "randn": lambda mu, logvar: mu + sigma(logvar) * np.random.randn(*mu.shape),  # noqa: NPY002
    "normal": lambda mu, logvar: np.random.normal(mu, sigma(logvar)),  # noqa: NPY002
    "normal of a size": lambda mu, logvar: mu - sigma(logvar) * np.random.normal(size=mu.shape),  # noqa: NPY002
    "standard_normal": lambda mu, logvar: mu + sigma(logvar) * np.random.standard_normal(mu.shape),  # noqa: NPY002
    "a fixed seed": lambda mu, logvar: mu + sigma(logvar) * np.random.default_rng(0).normal(size=mu.shape),
    "a fresh generator": lambda mu, logvar: mu + sigma(logvar) * np.random.default_rng().standard_normal(mu.shape),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("fn", NUMPY.values(), ids=NUMPY)
def test_a_sampler_of_numpy_is_read(fn: Any) -> None:
    found = passed(ask(fn, *ROLES))
    assert found.claim.endswith("(mu, logvar) is mu + σ·ε with σ² = exp(logvar)")
    assert "ε_j·exp(logvar_j/2)" in found.recovered
    assert "own-noise" in codes_of(found)


def test_a_wrong_one_is_named_and_has_no_test_that_others_could_run() -> None:
    found = accused("var-as-std-in-reparam", ask(lambda mu, logvar: np.random.normal(mu, np.exp(logvar)), *ROLES))  # noqa: NPY002
    assert found.as_test() == ""
    assert found.counterexample is not None
    assert found.counterexample["ε"].shape == (2, 3)


def test_names_that_are_proposed_leave_a_condition() -> None:
    found = ask(lambda mu, logvar: mu + np.exp(logvar) * np.random.randn(*mu.shape))  # noqa: NPY002
    assert found.missing == "equal, if logvar holds log σ; say what the arguments hold with roles"
    told = next(each.message for each in found.findings if each.code == "proposed-roles")
    assert told.startswith("from the arguments' names: mu as mean, logvar as log_variance;")


@pytest.mark.unmeasured
def test_a_sample_and_its_kl_are_judged_together() -> None:
    def both(mu, logvar):
        return mu + np.exp(logvar) * np.random.randn(*mu.shape), divergence(mu, logvar)  # noqa: NPY002

    accused("sampler-kl-disagree", ask(both, *ROLES))


def test_a_kl_by_one_draw_is_read() -> None:
    def drawn(mu, logvar):
        eps = np.random.standard_normal(mu.shape)  # noqa: NPY002
        return (0.5 * (mu + sigma(logvar) * eps) ** 2 - 0.5 * eps**2 - 0.5 * logvar).sum(-1)

    assert passed(ask(drawn, *ROLES)).claim.endswith("z = mu + σ·ε")


NOT_ONE_DRAW: dict[str, Callable[..., Any]] = {
    "uniform": lambda mu, logvar: mu + sigma(logvar) * np.random.rand(*mu.shape),  # noqa: NPY002
    "two draws": lambda mu, logvar: np.random.normal(mu, sigma(logvar)) + np.random.randn(*mu.shape),  # noqa: NPY002
    "one row for all": lambda mu, logvar: mu + sigma(logvar) * np.random.randn(mu.shape[-1]),  # noqa: NPY002
    "one row, normal": lambda mu, logvar: mu + sigma(logvar) * np.random.normal(size=mu.shape[-1]),  # noqa: NPY002
    "a draw and a mask": lambda mu, logvar: np.random.normal(mu, sigma(logvar)) * (np.random.rand() < 0.5),  # noqa: NPY002
    "another's stream": lambda mu, logvar: mu + sigma(logvar) * STREAM.normal(size=mu.shape),
}


@pytest.mark.parametrize("fn", NOT_ONE_DRAW.values(), ids=NOT_ONE_DRAW)
def test_other_draws_are_not_known_and_nothing_is_said_of_them(fn: Any) -> None:
    found = ask(fn, *ROLES)
    assert found.outcome == "undecided"
    assert "give it its noise as an argument" in found.missing


def test_what_differs_in_one_call_of_seven_only_is_random_and_not_accused() -> None:
    calls = itertools.count(1)
    found = ask(lambda mu, logvar: divergence(mu, logvar).sum() * (next(calls) % 7 > 0), *ROLES)
    assert found.outcome == "undecided"
    assert found.missing.startswith("two calls with the same arguments gave different values")


def test_a_function_without_draws_and_a_quantity_without_noise_are_asked_as_they_are() -> None:
    assert "own-noise" not in codes_of(passed(ask(divergence, *ROLES)))
    found = ask(lambda mu, logvar: np.random.normal(mu, sigma(logvar)), *ROLES, quantity="gaussian-kl")  # noqa: NPY002
    assert found.outcome == "undecided"


def test_the_box_tells_how_often_a_function_drew() -> None:
    function = LossFunction.of(lambda mu: mu).with_own_noise("noise")
    with pytest.raises(LossFunctionError, match="drew normal noise 0 times") as caught:
        function({"mu": np.zeros(3), "noise": np.ones(3)})
    assert caught.value.kind == "draws"


def test_what_numpy_draws_elsewhere_is_its_own_afterwards() -> None:
    before = np.random.normal, np.random.default_rng
    ask(NUMPY["normal"], *ROLES)
    assert (np.random.normal, np.random.default_rng) == before
    generator = LossFunction.of(lambda mu: mu + np.random.default_rng(1).uniform()).with_own_noise("noise")
    with pytest.raises(LossFunctionError, match="0 times"):
        generator({"mu": np.zeros(3), "noise": np.ones(3)})


TORCH: dict[str, Callable[..., Any]] = {
    "randn_like": lambda mu, logvar: mu + torch.randn_like(logvar) * (0.5 * logvar).exp(),
    "randn": lambda mu, logvar: mu + torch.randn(mu.shape) * (0.5 * logvar).exp(),
    "rsample": lambda mu, logvar: Normal(mu, (0.5 * logvar).exp()).rsample(),
    "in place": lambda mu, logvar: (s := (0.5 * logvar).exp()).data.new(s.size()).normal_().mul(s).add_(mu),
    "normal_ of a spread": lambda mu, logvar: mu + torch.empty_like(mu).normal_(0.0, 1.0) * (0.5 * logvar).exp(),
    "normal_ by name": lambda mu, logvar: mu + torch.empty_like(mu).normal_(mean=0.0, std=1.0) * (0.5 * logvar).exp(),
    "normal of numbers": lambda mu, logvar: mu + torch.normal(0.0, 1.0, mu.shape) * (0.5 * logvar).exp(),
    "a seed": lambda mu, logvar: (
        mu + torch.randn(mu.shape, generator=torch.Generator().manual_seed(1)) * (0.5 * logvar).exp()
    ),
}


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("fn", TORCH.values(), ids=TORCH)
def test_a_sampler_of_torch_is_read(fn: Any) -> None:
    found = passed(ask(fn, *ROLES, backend="torch"))
    assert "ε_j·exp(logvar_j/2)" in found.recovered


@pytest.mark.unmeasured
@needs_torch
@pytest.mark.parametrize(
    "fn",
    [
        lambda mu, logvar: Normal(mu, (0.5 * logvar).exp()).sample(),
        lambda mu, logvar: torch.normal(mu, (0.5 * logvar).exp()),
    ],
    ids=["sample", "normal"],
)
def test_a_sample_without_a_gradient_is_named_with_a_test_that_fails(fn: Any) -> None:
    found = ask(fn, *ROLES, backend="torch")
    assert names_of(found) == [{"detached-sample"}]
    scope: dict[str, Any] = {"loss": fn}
    with pytest.raises((RuntimeError, ValueError), match=r"Jacobian mismatch|Numerical gradient"):  # gradcheck's own
        exec(f"{found.as_test()}\ntest_loss_has_the_gradient_of_its_value()", scope)
    scope["loss"] = TORCH["randn_like"]
    exec(f"{found.as_test()}\ntest_loss_has_the_gradient_of_its_value()", scope)


@needs_torch
def test_dropout_beside_the_draw_is_not_known() -> None:
    def noisy(mu, logvar):
        return torch.nn.functional.dropout(mu) + torch.randn_like(mu) * (0.5 * logvar).exp()

    assert ask(noisy, *ROLES, backend="torch").outcome == "undecided"


@pytest.mark.endurance
@needs_jax
@pytest.mark.parametrize("compiled", [False, True])
def test_a_sampler_of_jax_with_its_own_key_is_read(compiled: bool) -> None:
    key = jax.random.PRNGKey(0)

    def draw(mu, logvar):
        return mu + jax.numpy.exp(logvar / 2) * jax.random.normal(key, mu.shape)

    found = passed(ask(jax.jit(draw) if compiled else draw, *ROLES, backend="jax"))
    assert "ε_j·exp(logvar_j/2)" in found.recovered


@pytest.mark.endurance
@needs_jax
def test_one_row_of_noise_in_jax_is_no_sampler() -> None:
    key = jax.random.PRNGKey(0)
    found = ask(lambda mu, logvar: mu + jax.random.normal(key, mu.shape[-1:]), *ROLES, backend="jax")
    assert "own-noise" not in codes_of(found)


def z(mu, logvar, eps):
    return mu + sigma(logvar) * eps


def own(mu, logvar):
    return mu + np.exp(logvar) * np.random.randn(*mu.shape)  # noqa: NPY002


def test_a_sampler_is_judged_beside_its_kl() -> None:
    found = passed(verify_loss(divergence, sampler=z, roles=ROLES, rng=0))
    assert found.claim.startswith("z(mu, logvar, eps) is mu + σ·eps with σ² = exp(logvar), and KL(")
    passed(verify_loss(divergence, sampler=NUMPY["randn"], roles={"mu": "mean", "logvar": "log_variance"}, rng=0))
    passed(verify_loss(divergence, sampler=z, roles="mean,log_variance", rng=0))
    passed(verify_loss(divergence, sampler=z, rng=0))
    found = accused("sampler-kl-disagree", verify_loss(divergence, sampler=own, roles=ROLES, rng=0))
    assert "the sampler is right if logvar holds log σ, the KL if it holds log σ²" in found.mistakes[0].evidence


def test_a_role_by_name_may_be_the_samplers_alone() -> None:
    roles = {"mu": "mean", "logvar": "log_variance", "eps": "noise"}
    passed(verify_loss(divergence, sampler=z, roles=roles, rng=0))


def test_other_threads_draw_their_own_noise_meanwhile() -> None:
    drawn: list[Any] = []

    def draw(mu, logvar):
        other = threading.Thread(target=lambda: drawn.append(np.random.normal(size=mu.shape)))  # noqa: NPY002
        other.start()
        other.join()
        return mu + sigma(logvar) * np.random.randn(*mu.shape)  # noqa: NPY002

    passed(ask(draw, *ROLES))
    assert drawn[0].shape == (2, 3)


@needs_torch
@pytest.mark.parametrize(
    ("draw", "said"),
    [
        ("rand_like", "torch.rand_like"),
        ("bernoulli", "torch.bernoulli. To have it judged, if that is a dropout, switch it off, as"),
        ("dropout", "switch its dropout off"),
    ],
)
def test_what_is_random_is_told_by_its_name(draw, said):
    import torch

    draws = {
        "rand_like": torch.rand_like,
        "bernoulli": lambda mu: torch.bernoulli(torch.full_like(mu, 0.5)),
        "dropout": lambda mu: torch.native_dropout(mu, 0.5, True)[0],
    }

    def loss(mu, logvar):
        return (0.5 * (mu**2 + logvar.exp() - 1 - logvar) * draws[draw](mu)).sum()

    found = ask(loss, "mean", "log_variance", backend="torch")
    assert found.outcome == "undecided"
    assert said in found.missing
    assert "give it its noise as an argument" in found.missing
    assert found.finding("average") is not None


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (np.random.uniform, "NumPy's global stream"),
        (random.random, "Python's random"),
        (lambda: np.random.default_rng().uniform(), "np.random.default_rng"),
        (STREAM.uniform, "no stream that is watched"),
    ],
    ids=["NumPy", "Python", "made within", "own"],
)
def test_global_streams_are_told_by_their_names(draw, said):
    found = ask(lambda mu, logvar: (mu**2 + logvar).sum() * draw(), "mean", "log_variance")
    assert found.outcome == "undecided"
    assert said in found.missing


@needs_jax
def test_a_global_stream_is_told_in_jax_too():
    found = ask(lambda mu, logvar: (mu**2 + logvar).sum() * np.random.uniform(), *ROLES, backend="jax")  # noqa: NPY002
    assert found.outcome == "undecided"
    assert "NumPy's global stream" in found.missing


BINARY = ("logits", "x", "mean", "std")


@needs_torch
@pytest.mark.parametrize(("slug", "of_q"), [unmeasured("", -1.0), long("wrong-sign", 1.0), ("missing-entropy", 0.0)])
def test_a_density_that_takes_data_of_0_and_1_alone_is_asked_there(slug, of_q):
    def loss(logits, x, mu, std):
        q = Normal(mu, std)
        z = q.rsample()
        data = torch.distributions.Bernoulli(logits=logits).log_prob(x).sum(-1)
        return -(data + Normal(0, 1).log_prob(z).sum(-1) + of_q * q.log_prob(z).sum(-1)).mean()

    found = ask(loss, *BINARY, backend="torch")
    assert "own-noise" in codes_of(found)
    told = accused(slug, found) if slug else passed(found)
    assert told.relation == ("different" if slug else "equal")


@needs_torch
def test_an_average_beside_two_draws_tells_what_is_right_once_a_reduction():
    def loss(logits, x, mu, std):
        return (torch.normal(mu, std) + torch.rand(1)).sum() + logits.sum() + x.sum()

    words = ask(loss, *BINARY, backend="torch").finding("average").message
    assert words.count("averaged over the batch: ") == words.count("summed over the batch: ") == 1
    assert "(missing-constant)" in words
