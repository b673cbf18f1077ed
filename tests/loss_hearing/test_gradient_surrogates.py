"""A gradient that is that of another right value is one of a surrogate, unless the value itself is right."""

import pytest

from tests.loss_hearing.help import accused, ask, codes_of

torch = pytest.importorskip("torch")

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", "mean", "log_variance")


def each(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


def half_cut(mu, logvar):
    total = each(mu, logvar).sum()
    return 0.5 * total + 0.5 * total.detach()


class Forgetful(torch.autograd.Function):
    """The mean over a batch of KLs; its gradient is that of the sum."""

    @staticmethod
    def forward(ctx, mu, logvar):
        ctx.save_for_backward(mu, logvar)
        return each(mu, logvar).sum(1).mean()

    @staticmethod
    def backward(ctx, given):
        mu, logvar = ctx.saved_tensors
        return given * mu, given * 0.5 * (logvar.exp() - 1)


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles"),
    [
        (half_cut, KL),
        (lambda r, x, mu, logvar: 0.5 * ((r - x) ** 2).sum() + half_cut(mu, logvar), VAE),
        (lambda mu, logvar: 2 * (Forgetful.apply(mu, logvar) / 2), KL),
        (lambda r, x, mu, logvar: ((r - x) ** 2).sum() / len(x) + Forgetful.apply(mu, logvar), VAE),
    ],
    ids=["half", "half of a loss", "forgotten 1/B", "forgotten 1/B of a loss"],
)
def test_what_returns_a_right_value_is_no_surrogate_for_another_right_value(loss, roles) -> None:
    found = accused("wrong-gradient", ask(loss, *roles, backend="torch"))
    assert "gradients-right" not in codes_of(found)


def test_a_surrogate_is_one_for_more_than_two_samples() -> None:
    def surrogate(mu, logvar):
        right = each(mu, logvar).sum(1).mean()
        return right + (2 * right).detach()

    def of_two_samples(mu, logvar):  # half the gradient of a sum is that of a mean where B = 2
        total = each(mu, logvar).sum()
        return 0.5 * total + 2 * total.detach()

    assert "gradients-right" in codes_of(ask(surrogate, *KL, backend="torch"))
    assert "gradients-right" not in codes_of(ask(of_two_samples, *KL, backend="torch"))


def test_a_gradient_that_raises_for_more_samples_is_that_of_no_surrogate() -> None:
    class Picky(torch.autograd.Function):
        @staticmethod
        def forward(ctx, mu):
            return mu.clone()

        @staticmethod
        def backward(ctx, given):
            if len(given) > 2:
                raise ValueError("two samples, please")
            return given

    def surrogate(mu, logvar):
        right = each(Picky.apply(mu), logvar).sum(1).mean()
        return right + (2 * right).detach()

    assert "gradients-right" not in codes_of(ask(surrogate, *KL, backend="torch"))
