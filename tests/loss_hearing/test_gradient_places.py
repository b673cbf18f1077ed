"""Gradients at μ = 0, at r = x and far out: nan where the value has a slope is told, and no right loss."""

import math

import numpy as np
import pytest

from elbo_check.loss_hearing import gradient_places
from tests.loss_hearing.help import accused, ask, codes_of, needs_jax, passed
from tests.loss_hearing.test_gradients import run

torch = pytest.importorskip("torch")
functional = torch.nn.functional

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", "mean", "log_variance")
LOGITS = ("logits", "x", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)


def softplus(t):
    return torch.where(t > 20, t, torch.log1p(torch.exp(t)))


def test_a_root_of_the_means_is_refuted_at_the_prior() -> None:
    def loss(mu, logvar):
        return 0.5 * ((mu**2).sum(1).sqrt() ** 2 + (logvar.exp() - logvar - 1).sum(1)).mean()

    found = accused("wrong-gradient", ask(loss, *KL, backend="torch"))
    assert codes_of(found) >= {"gradient-not-finite", "right-value-wrong-gradient"}
    assert found.finding("gradient-not-finite").message.startswith("at mu = 0, logvar = 0 its value is finite")
    case = found.counterexample
    assert (case["derivative"], math.isnan(case["claim"]), case["truth"]) == ("mu", True, 0.0)
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        run(found.as_test(), loss)
    run(found.as_test(), lambda mu, logvar: kl(mu, logvar).mean())


@pytest.mark.endurance
@needs_jax
def test_a_norm_of_the_means_in_jax_is_refuted_at_the_prior() -> None:
    jnp = pytest.importorskip("jax.numpy")

    def loss(mu, logvar):
        return 0.5 * (jnp.linalg.norm(mu, axis=1) ** 2 + (jnp.exp(logvar) - logvar - 1).sum(1)).mean()

    accused("wrong-gradient", ask(loss, *KL, backend="jax"))


@pytest.mark.endurance
def test_a_root_of_the_error_is_refuted_where_the_reconstruction_is_right() -> None:
    def loss(r, x, mu, logvar):
        return (0.5 * ((x - r) ** 2).sum(-1).sqrt() ** 2 + kl(mu, logvar)).mean()

    found = accused("wrong-gradient", ask(loss, *VAE, backend="torch"))
    assert "at r = 0.5, x = 0.5, mu = 0, logvar = 0" in found.finding("gradient-not-finite").message
    passed(ask(lambda r, x, mu, logvar: 0.5 * torch.norm(x - r) ** 2 + kl(mu, logvar).sum(), *VAE, backend="torch"))


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("loss", "roles", "place"),
    [
        (
            lambda mu, rho: (0.5 * (mu**2 + softplus(rho) ** 2 - 1) - softplus(rho).log()).sum(-1).mean(),
            ("mean", "softplus_std"),
            "rho = 268337.2865",
        ),
        (
            lambda logits, x, mu, logvar: ((softplus(logits) - x * logits).sum(-1) + kl(mu, logvar)).mean(),
            LOGITS,
            "logits = 800",
        ),
        (
            lambda logits: (
                torch.where((q := torch.softmax(logits, -1)) > 0, q * torch.log(q), torch.zeros_like(q)).sum(-1)
                + math.log(logits.shape[-1])
            ).mean(),
            ("logits",),
            "logits = 1000 in one category",
        ),
    ],
    ids=["softplus", "cross-entropy", "categorical"],
)
def test_a_branch_that_overflows_far_out_is_told_with_its_place(loss, roles, place) -> None:
    found = passed(ask(loss, *roles, backend="torch"))
    told = [finding for finding in found.findings if finding.code == "unstable-gradient"]
    assert f"at {place}" in told[0].message
    assert {finding.severity for finding in told} == {"warning"}


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles"),
    [
        (
            lambda mu, rho: (
                (0.5 * (mu**2 + functional.softplus(rho) ** 2 - 1) - functional.softplus(rho).log()).sum(-1)
            ),
            ("mean", "softplus_std"),
        ),
        (
            lambda logits, x, mu, logvar: (
                functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1) + kl(mu, logvar)
            ).mean(),
            LOGITS,
        ),
        (lambda logits: (
            (log := functional.log_softmax(logits, -1)).exp() * log).sum(-1) + math.log(logits.shape[-1]), ("logits",)),
        (lambda mu, var: 0.5 * (mu**2 + var - 1 - var.log()).sum(-1), ("mean", "variance")),
        (lambda mu, std: (0.5 * (mu**2 + std**2 - 1) - std.log()).sum(-1), ("mean", "std")),
        (lambda mu, logvar: kl(mu.clamp(-5, 5), logvar.clamp(-9, 9)), KL),
        (lambda log_w: -(torch.logsumexp(log_w, -1) - math.log(log_w.shape[-1])).mean(), ("log_weights",)),
    ],
    ids=["softplus", "cross-entropy", "categorical", "variance", "std", "clamped", "iwae"],
)  # fmt: skip
def test_right_gradients_are_not_told_of(loss, roles) -> None:
    found = passed(ask(loss, *roles, backend="torch"))
    assert not codes_of(found) & {"unstable-gradient", "gradient-not-finite"}


def test_a_gradient_that_raises_far_out_says_nothing() -> None:
    class Picky(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.clone()

        @staticmethod
        def backward(ctx, given):
            (x,) = ctx.saved_tensors
            if x.abs().max() > 50 or not x.any():
                raise ValueError("not there")
            return given

    def loss(mu, logvar):
        if mu.abs().max() > 1e5:
            raise ValueError("not there")
        return kl(Picky.apply(mu), logvar)

    assert "unstable-gradient" not in codes_of(passed(ask(loss, *KL, backend="torch")))


def test_without_gradients_there_is_nothing_to_ask(monkeypatch) -> None:
    monkeypatch.setattr(gradient_places, "gradient_of", None)
    passed(ask(lambda mu, logvar: 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1), *KL))
