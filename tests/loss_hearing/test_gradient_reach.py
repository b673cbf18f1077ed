"""Gradients beyond the first entries, near the prior, and further out than random points lie."""

import math

import pytest

from tests.loss_hearing.help import accused, ask, codes_of, passed
from tests.loss_hearing.test_gradients import run

torch = pytest.importorskip("torch")

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", "mean", "log_variance")
LOGITS = ("logits", "x", "mean", "log_variance")
PAIR = ("mean_q", "std_q", "mean_p", "std_p")


def each(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


def kl(mu, logvar):
    return each(mu, logvar).sum(1).mean()


def cut(value, where):
    """The value, whose gradient is cut there."""
    return torch.where(where, value.detach(), value)


def passing_through(array, bound):
    """The array, with the gradient of a clamp that its value does not have."""
    held = array.clamp(-bound, bound)
    return held + (array - held).detach()


class Scaled(torch.autograd.Function):
    """The identity; its gradient is a tenth from some entry of each sample on."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, given):
        return torch.cat([given[:, :32], 0.1 * given[:, 32:]], 1)


def clipped(array):
    """The array, whose gradient is clipped on its way."""
    array = array.clone()
    if array.requires_grad:
        array.register_hook(lambda gradient: gradient.clamp(-2, 2))
    return array


# At binary data


@pytest.mark.endurance
@pytest.mark.parametrize("decoded", ["probabilities", "logits", "reconstruction"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_gradient_that_is_cut_where_data_are_binary_is_refuted_there(decoded, number) -> None:
    crossed = torch.nn.functional.binary_cross_entropy
    crossed = torch.nn.functional.binary_cross_entropy_with_logits if decoded == "logits" else crossed

    def right(r, x, mu, logvar):
        return crossed(r, x, reduction="none").sum(1).mean() + kl(mu, logvar)

    def wrong(r, x, mu, logvar):
        return cut(crossed(r, x, reduction="none"), x == number).sum(1).mean() + kl(mu, logvar)

    found = accused("detached-sample", ask(wrong, decoded, *VAE[1:], backend="torch"))
    assert found.mistakes[0].evidence.startswith("where x holds 0 and 1: along a line in r")
    passed(ask(right, decoded, *VAE[1:], backend="torch"))


@pytest.mark.endurance
def test_data_of_a_gaussian_may_be_zero_and_a_loss_of_binary_data_is_asked_there_alone() -> None:
    def squares(r, x):
        return 0.5 * (r - x) ** 2

    def at_zero(r, x, mu, logvar):
        return cut(squares(r, x), x == 0).sum(1).mean() + kl(mu, logvar)

    accused("detached-sample", ask(at_zero, *VAE, backend="torch"))
    passed(ask(lambda r, x, m, t: squares(r, x).sum(1).mean() + kl(m, t), *VAE, backend="torch"))

    def of_binary(r, x, mu, logvar):
        return -torch.where(x > 0.5, r, 1 - r).log().sum(1).mean() + kl(mu, logvar)

    passed(ask(of_binary, "probabilities", *VAE[1:], backend="torch"))


# Along long axes


def first_latents(mu, logvar):
    terms = each(mu, logvar)
    return (terms[:, :3].sum(1) + terms[:, 3:].detach().sum(1)).mean()


def first_samples(mu, logvar):
    terms = each(mu, logvar).sum(1)
    return torch.cat([terms[:2], terms[2:].detach()]).mean()


def first_batches(mu, logvar):
    """A gradient of the first 200 samples, of which no number in the code tells."""
    terms, least = each(mu, logvar).sum(1), int("2" + "00")
    return torch.cat([terms[:least], terms[least:].detach()]).mean()


def first_pixels(r, x, mu, logvar):
    terms = 0.5 * (r - x) ** 2
    return (terms[:, :100].sum(1) + terms[:, 100:].detach().sum(1)).mean() + kl(mu, logvar)


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles", "place", "entry"),
    [(first_latents, KL, "d = 192", (1, 3)), (first_samples, KL, "B = 513", (0, 2)),
     (first_batches, KL, "B = 513", (0, 200)), (first_pixels, VAE, "D = 208", (1, 100))],
)  # fmt: skip
def test_a_gradient_of_the_first_entries_is_refuted_where_there_are_more(loss, roles, place, entry) -> None:
    found = accused("detached-sample", ask(loss, *roles, backend="torch"))
    assert f"where {place}: along a line in" in found.mistakes[0].evidence
    axis, first = entry
    assert found.counterexample["claim"] == 0 < abs(found.counterexample["truth"])
    assert found.counterexample["index"][axis] >= first


def test_a_gradient_that_is_scaled_from_some_entry_on_is_no_cut() -> None:
    found = ask(lambda mu, logvar: kl(Scaled.apply(mu), logvar), *KL, backend="torch")
    assert accused("wrong-gradient", found).mistakes[0].same_as == ()
    assert found.counterexample["claim"] == pytest.approx(0.1 * found.counterexample["truth"])


@pytest.mark.endurance
def test_the_test_of_a_cut_along_a_long_axis_is_short_and_tells_it() -> None:
    def loss(mu, logvar):
        return first_latents(mu, logvar)

    source = ask(loss, *KL, backend="torch").as_test()
    assert "torch.full((2, 192), 1.0, dtype=torch.float64, requires_grad=True)" in source
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        run(source, loss)
    run(source, kl)


@pytest.mark.endurance
def test_a_cut_along_a_long_axis_is_found_in_jax() -> None:
    jax = pytest.importorskip("jax")

    @jax.jit
    def loss(mu, logvar):
        terms = 0.5 * (mu**2 + jax.numpy.exp(logvar) - 1 - logvar)
        return (terms[:, :3].sum(1) + jax.lax.stop_gradient(terms[:, 3:]).sum(1)).mean()

    accused("detached-sample", ask(loss, *KL, backend="jax"))


# Further out


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles", "slug", "place"),
    [
        (lambda m, t: kl(m, passing_through(t, 2)), KL, "detached-sample", "at t = 2.3"),
        (lambda m, t: kl(m, passing_through(t, 5)), KL, "detached-sample", "at t = 5.7"),
        (lambda m, t: kl(m.float(), passing_through(t.float(), 4)), KL, "detached-sample", "at t = 4.3"),
        (
            lambda r, x, m, t: (
                torch.nn.functional.binary_cross_entropy(cut(r, r < 0.01), x, reduction="sum") + each(m, t).sum()
            ),
            ("probabilities", "x", "mean", "log_variance"),
            "detached-sample",
            "at r = 0.0047",
        ),
        (lambda m, t: kl(m, torch.where(t < -4, t.detach(), t)), KL, "detached-sample", "at t = -4.3"),
        (lambda m, t: cut(each(m, t), m.abs() > 3).sum(1), KL, "detached-sample", "at m = 4.3"),
        (lambda m, t: each(clipped(m), t).sum(), KL, "wrong-gradient", "at m = 2.3"),
        (lambda m, t: cut(kl(m, t), kl(m, t) < 0.05), KL, "detached-sample", "at m = 0.1, t = 0.1"),
        (lambda m, t: kl(m, t) if kl(m, t) > 0.01 else kl(m, t).detach(), KL, "detached-sample", "at m = 0.01"),
        (lambda m, t: cut(each(m, t), each(m, t) < 0.005).sum(1), KL, "detached-sample", "at m = 0.01, t = 0.01"),
        (
            lambda r, x, m, t: (0.5 * (r - x) ** 2).sum(1).mean() + kl(m, passing_through(t, 4)),
            VAE,
            "detached-sample",
            "at t = 4.3",
        ),
        (
            lambda r, x, m, t: (
                torch.nn.functional.binary_cross_entropy_with_logits(passing_through(r, 5), x, reduction="sum")
                + each(m, t).sum()
            ),
            LOGITS,
            "detached-sample",
            "at r = 5.7",
        ),
        (
            lambda logits: cut(q := torch.log_softmax(logits, -1), logits > 4).exp().mul(q).sum(-1)
            + math.log(logits.shape[-1]),
            ("logits",),
            "gradient",
            "where logits lies within ±",
        ),
        (
            lambda w: cut((torch.logsumexp(w, -1) - math.log(w.shape[-1])), w.amax(-1) < -50).mean(),
            ("log_weights",),
            "detached-sample",
            "where w lies near -100.3",
        ),
        (lambda nll, kl, n: n * nll.mean() + cut(kl, kl < 0.02), ("nll", "kl", "dataset_size"), "detached-sample",
         "at kl = 0.013"),
        (
            lambda m, s, a, b: torch.distributions.kl_divergence(
                torch.distributions.Normal(m, s, validate_args=False),
                torch.distributions.Normal(a, torch.where(b < 0.2, b.detach(), b), validate_args=False),
            ).sum(1),
            PAIR,
            "detached-sample",
            "at b = 0.116",
        ),
        (
            lambda m, s, a, b: cut(terms := ((b / s).log() + (s**2 + (m - a) ** 2) / (2 * b**2) - 0.5).sum(1),
                                   terms < 0.05),
            PAIR,
            "detached-sample",
            "at m = 0.1, s = 1.05127, a = 0, b = 1: along",
        ),
        (
            lambda d, v, t: cut(terms := 0.5 * (d**2 / t.exp() + v.exp() - 1 - v).sum(1), terms < 0.01),
            ("delta_mean", "delta_log_variance", "log_variance_p"),
            "detached-sample",
            "at d = 0.01, v = 0.01: along",
        ),
    ],
)  # fmt: skip
def test_a_gradient_that_is_cut_or_changed_at_ordinary_numbers_is_refuted_there(loss, roles, slug, place) -> None:
    found = ask(loss, *roles, backend="torch")
    assert found.outcome == "refuted"
    (mistake,) = found.mistakes
    assert slug in mistake.slug
    assert mistake.evidence.startswith(place)
    assert "right-value-wrong-gradient" in codes_of(found)


def test_the_kl_may_be_small_at_another_prior() -> None:
    def loss(m, s):
        terms = (0.5 * ((m - 2) ** 2 / 0.01 + s**2 / 0.01 - 1) - (10 * s).log()).sum(1).mean()
        return cut(terms, terms < 0.01)

    found = accused("detached-sample", ask(loss, "mean", "std", backend="torch", prior=(2, 0.1)))
    assert found.mistakes[0].evidence.startswith("at m = 2.001, s = 0.100501: along a line")


@pytest.mark.parametrize(("bound", "place"), [(10, "11.3"), (20, "21.3")])
def test_a_gradient_that_is_cut_far_out_is_told_with_its_place(bound, place) -> None:
    found = passed(ask(lambda mu, logvar: kl(mu, passing_through(logvar, bound)), *KL, backend="torch"))
    told = [finding for finding in found.findings if finding.code == "unstable-gradient"]
    assert [finding.severity for finding in told] == ["warning", "warning"]
    assert [f"at logvar = {sign}{place}: along a line in logvar the gradient is 0" in finding.message
            for sign, finding in zip(("", "-"), told, strict=True)] == [True, True]  # fmt: skip


def straight_through(array, low, high):
    """The array clamped, whose gradient passes."""
    return array + (array.clamp(low, high) - array).detach()


class LowerBound(torch.autograd.Function):
    """A lower bound whose gradient passes where it leads back above it."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.clamp(min=0.11)

    @staticmethod
    def backward(ctx, given):
        (x,) = ctx.saved_tensors
        return given * ((x >= 0.11) | (given < 0))


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles", "place"),
    [
        (lambda m, t: kl(m, straight_through(t, -5, 5)), KL, "at t = 5.7"),
        (lambda m, t: kl(m, straight_through(t, -5, 5)), KL, "at t = -5.7"),
        (
            lambda r, x, m, t: (0.5 * (straight_through(r, 0, 1) - x) ** 2).sum(1).mean() + kl(m, t),
            VAE,
            "at r = 2.3",
        ),
        (lambda m, s: each(m, 2 * LowerBound.apply(s).log()).sum(), ("mean", "std"), "at s = 0.0578"),
    ],
)
def test_a_gradient_beyond_a_clamp_that_the_value_has_is_told_and_not_accused(loss, roles, place) -> None:
    found = passed(ask(loss, *roles, backend="torch"))
    told = [finding.message for finding in found.findings if finding.code == "unstable-gradient"]
    assert sum(f"{place}: along a line" in message for message in told) == 1
    assert "binding-clamp" in codes_of(found)


@pytest.mark.unmeasured
def test_a_gradient_that_is_cut_within_the_interval_of_a_clamp_is_refuted() -> None:
    def loss(m, t):
        return kl(cut(m, m.abs() > 4), straight_through(t, -5, 5))

    found = accused("detached-sample", ask(loss, *KL, backend="torch"))
    assert found.mistakes[0].evidence.startswith("at m = 4.3")


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles"),
    [
        (lambda m, t: kl(m.clamp(-3, 3), t.clamp(-4, 4)), KL),
        (lambda m, t: kl(m, t.clamp(-2.3, 4.3)), KL),
        (lambda m, t: kl(m.float(), t.float()), KL),
        (lambda m, t: torch.where(t.abs() < 3, each(m, t), 0.5 * (m**2 + t.exp()) - 0.5 * (1 + t)).sum(), KL),
        (lambda m, t: kl(m, 20 * torch.tanh(t / 20).detach() + (t - 20 * torch.tanh(t / 20).detach())), KL),
        (lambda m, s: (0.5 * (m**2 + s**2 - 1) - s.clamp(min=1e-6).log()).sum(-1), ("mean", "std")),
        (lambda m, v: 0.5 * (m**2 + v - 1 - (v + 1e-8).log()).sum(-1), ("mean", "variance")),
        (
            lambda m, r: (0.5 * (m**2 + torch.nn.functional.softplus(r) ** 2 - 1)
                          - torch.nn.functional.softplus(r).log()).sum(-1),
            ("mean", "softplus_std"),
        ),
        (
            lambda r, x, m, t: torch.nn.functional.binary_cross_entropy(r, x, reduction="sum") + each(m, t).sum(),
            ("probabilities", "x", "mean", "log_variance"),
        ),
        (
            lambda r, x, m, t: (
                torch.nn.functional.binary_cross_entropy(r.float().sigmoid(), x.float(), reduction="sum")
                + each(m.float(), t.float()).sum()
            ),
            LOGITS,
        ),
        (
            lambda r, x, m, t: 0.5 * torch.nn.functional.mse_loss(r.clamp(-1, 2), x, reduction="sum")
            + each(m, t).sum(),
            VAE,
        ),
    ],
    ids=["clamps", "a clamp at the number", "float32", "where", "tanh", "std", "variance", "softplus", "probabilities",
         "float32 logits", "a clamped reconstruction"],
)  # fmt: skip
def test_right_gradients_are_not_accused_further_out(loss, roles) -> None:
    found = ask(loss, *roles, backend="torch")
    assert not found.mistakes, found
    assert "right-value-wrong-gradient" not in codes_of(found)
    assert "unstable-gradient" not in codes_of(found)


@pytest.mark.unmeasured
def test_a_place_that_a_function_refuses_is_passed_over() -> None:
    def loss(mu, logvar):
        if mu.abs().max() > 4:
            raise ValueError("not there")
        return kl(mu, torch.where(logvar > 5, torch.nan, logvar))

    assert "unstable-gradient" not in codes_of(passed(ask(loss, *KL, backend="torch")))


# Cures


@pytest.mark.unmeasured
def test_the_cure_of_a_cut_fits_what_is_cut() -> None:
    def of_decoder(r, x, mu, logvar):
        return 0.5 * ((r.detach() - x) ** 2).sum() + each(mu, logvar).sum()

    found = accused("detached-sample", ask(of_decoder, *VAE, backend="torch"))
    assert found.mistakes[0].cure.startswith("let the gradient pass through r: no detach()")
    assert "sample" not in found.mistakes[0].title
    drawn = ask(lambda m, t, e: m.detach() + (t / 2).exp().detach() * e, *KL, "noise", backend="torch")
    assert "detached-sample" in drawn.mistakes[0].slug
