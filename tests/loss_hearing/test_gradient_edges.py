"""Edges of what is said of gradients: ELBOs, arguments without axes, nan, rounding inside, losses that change."""

import itertools
import json
import math

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.inputs.loss_function import LossFunction
from elbo_check.loss_hearing.slopes import Slope, tells_apart
from elbo_check.loss_hearing.steadiness import has_changed
from tests.loss_hearing.help import accused, ask, codes_of, names_of, needs_jax, needs_torch, passed
from tests.loss_hearing.test_gradients import failing, run

KL = ("mean", "log_variance")
DRAW = ("mean", "log_variance", "noise")
VAE = ("reconstruction", "x", "mean", "log_variance")
BERNOULLI = ("probabilities", "x", "mean", "log_variance")
DECODER = {"r": "reconstruction", "x": "x", "s": "decoder_std", "mu": "mean", "logvar": "log_variance"}
MINIBATCH = {"nll": "nll", "kl": "kl", "n": "dataset_size"}


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def kl(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()


def ask_by_name(fn, roles):
    """Judge a function of torch whose arguments hold these roles, by name."""
    return verify_loss(fn, roles=roles, backend="torch", rng=0)


# The ELBO with its own sign


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("seed", range(2))
def test_the_gradient_of_an_elbo_is_checked_with_its_own_sign(seed) -> None:
    def elbo(r, x, mu, logvar):
        return -0.5 * ((r - x) ** 2).sum() - kl(mu, logvar)

    def elbo_without_kl(r, x, mu, logvar):
        return -0.5 * ((r - x) ** 2).sum() - kl(mu, logvar).detach()

    def elbo_without_decoder(r, x, mu, logvar):
        return -0.5 * ((r.detach() - x) ** 2).sum() - kl(mu, logvar)

    passed(ask(elbo, *VAE, backend="torch", rng=seed))
    found = accused("detached-sample", ask(elbo_without_kl, *VAE, backend="torch", rng=seed))
    case = found.counterexample
    assert case["claim"] == 0.0
    assert case["truth"] == pytest.approx(-case["mu"][tuple(case["index"])], rel=1e-9)
    found = accused("detached-sample", ask(elbo_without_decoder, *VAE, backend="torch", rng=seed))
    assert found.counterexample["derivative"] == "r"


@needs_torch
def test_a_part_of_an_elbo_that_is_held_fixed_is_a_cut_as_well() -> None:
    def elbo(r, x, mu, logvar):
        variance = logvar.exp().detach()
        return {"elbo": -0.5 * ((r - x) ** 2 + 0).sum() - 0.5 * (mu**2 + variance - 1 - logvar).sum()}

    found = ask(elbo, *VAE, backend="torch")
    assert names_of(found) == [{"detached-sample", "wrong-gradient"}]
    assert found.mistakes[0].slug == "detached-sample"


# Arguments without axes


@pytest.mark.endurance
@needs_torch
def test_arguments_without_axes_have_their_gradients_checked(torch) -> None:
    def nll(r, x, s):
        return (0.5 * ((x - r) / s) ** 2 + torch.log(s)).sum()

    def right(r, s, x, mu, logvar):
        return nll(r, x, s) + kl(mu, logvar)

    def detached(r, s, x, mu, logvar):
        return nll(r, x, s.detach()) + kl(mu, logvar)

    assert "gradient-unchecked" not in codes_of(passed(ask_by_name(right, DECODER)))
    found = accused("detached-sample", ask_by_name(detached, DECODER))
    assert (found.counterexample["derivative"], found.counterexample["index"]) == ("s", [])
    assert "in s " in found.mistakes[0].evidence
    assert "gradient" in found.as_test()


@needs_torch
def test_a_kl_of_a_minibatch_that_is_detached_is_found() -> None:
    passed(ask_by_name(lambda nll, kl, n: n * nll.mean() + kl, MINIBATCH))
    found = accused("detached-sample", ask_by_name(lambda nll, kl, n: n * nll.mean() + kl.detach(), MINIBATCH))
    assert found.counterexample["derivative"] == "kl"


# Gradients that are no numbers


@needs_torch
@pytest.mark.parametrize("seed", range(3))
def test_a_gradient_that_is_nan_in_the_branch_left_out_is_refuted(torch, seed) -> None:
    def loss(mu, logvar):
        v = logvar.exp()
        kept = torch.where(v < 1, logvar, logvar + 0 * torch.sqrt(v - 1))
        return 0.5 * (mu**2 + v - 1 - kept).sum()

    found = ask(loss, *KL, backend="torch", rng=seed)
    assert found.outcome == "refuted"
    assert codes_of(found) >= {"gradient-not-finite", "right-value-wrong-gradient"}
    assert [mistake.slug for mistake in found.mistakes] == ["wrong-gradient"]
    case = found.counterexample
    assert (case["derivative"], math.isnan(case["claim"])) == ("logvar", True)
    place = case["logvar"][tuple(case["index"])]
    assert case["truth"] == pytest.approx(0.5 * (np.exp(place) - 1), rel=1e-6)
    assert "nan" in str(found)
    assert json.loads(found.to_json())["outcome"] == "refuted"
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        run(found.as_test(), loss)
    run(found.as_test(), kl)


@needs_torch
def test_a_gradient_that_is_nan_everywhere_is_refuted(torch) -> None:
    found = ask(lambda mu, logvar: kl(mu, logvar) + (0 * torch.sqrt(0 * mu)).sum(), *KL, backend="torch")
    assert found.outcome == "refuted"
    assert "in mu the gradient is nan or infinite" in found.mistakes[0].evidence


@pytest.mark.endurance
@needs_jax
def test_a_gradient_that_is_nan_in_jax_is_refuted() -> None:
    jax = pytest.importorskip("jax")
    jnp = jax.numpy

    @jax.jit
    def loss(mu, logvar):
        each = 0.5 * (mu**2 + jnp.exp(logvar) - 1 - logvar)
        return jnp.where(logvar > -50, each, jnp.sqrt(logvar)).sum()

    assert "gradient-not-finite" in codes_of(
        accused("wrong-gradient", ask(loss, *KL, backend="jax", sizes={"B": 2, "d": 3}))
    )


@pytest.mark.endurance
@needs_torch
def test_a_gradient_that_is_nan_where_a_value_ends_is_unchecked(torch) -> None:
    def loss(mu, logvar):
        here = (64 * mu == torch.round(64 * mu)).all()
        return kl(mu, logvar) + (0.0 if here else (0 * torch.sqrt(0 * mu)).sum() + torch.nan)

    found = ask(loss, *KL, backend="torch")
    assert "gradient-not-finite" not in codes_of(found)
    assert "gradient-unchecked" in codes_of(found)


# Which mistake a wrong gradient is


def changed(torch, change):
    """The identity with another gradient."""

    class Changed(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, gradient):
            return change(gradient)

    return Changed.apply


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize(
    "change", [lambda g: 0.1 * g, lambda g: g.clamp(-1, 1), lambda g: g.flip(-1), lambda g: -g, lambda g: g + 1.0]
)
def test_a_gradient_that_no_cut_gives_is_not_called_a_cut(torch, change) -> None:
    function = changed(torch, change)
    found = ask(lambda mu, logvar: kl(function(mu), logvar), *KL, backend="torch")
    assert found.outcome == "refuted"
    assert [(mistake.slug, mistake.same_as) for mistake in found.mistakes] == [("wrong-gradient", ())]


@needs_torch
def test_half_of_a_gradient_is_a_forgotten_factor_or_a_factor_held_fixed(torch) -> None:
    found = ask(lambda m, t: 0.5 * (m * m.detach() + t.exp() - 1 - t).sum(), *KL, backend="torch")
    assert [(mistake.slug, mistake.same_as) for mistake in found.mistakes] == [("wrong-gradient", ("detached-sample",))]


@pytest.mark.unmeasured
@needs_torch
@pytest.mark.parametrize(
    "fn",
    [
        lambda m, t: kl(m.detach(), t),
        lambda m, t: 0.5 * (m**2 + t.exp().detach() - 1 - t).sum(),
        lambda m, t: kl(m[:1], t[:1]) + kl(m[1:].detach(), t[1:]),
    ],
)
def test_a_cut_is_called_one(fn) -> None:
    assert [mistake.slug for mistake in ask(fn, *KL, backend="torch").mistakes] == ["detached-sample"]


@pytest.mark.endurance
@needs_torch
def test_a_sample_that_is_held_in_one_density_is_a_cut_and_a_changed_one_is_not(torch) -> None:
    normal = torch.distributions.Normal

    def estimate(mu, logvar, eps, held=None):
        s = (logvar / 2).exp()
        z = mu + s * eps
        return (normal(mu, s).log_prob(held(z) if held else z) - normal(0.0, 1.0).log_prob(z)).sum(-1)

    found = ask(lambda m, t, e: estimate(m, t, e, lambda z: z.detach()), *DRAW, backend="torch")
    assert [mistake.slug for mistake in found.mistakes] == ["detached-sample"]
    found = ask(lambda m, t, e: estimate(m.float(), t.float(), e.float(), lambda z: z.detach()), *DRAW, backend="torch")
    assert [mistake.slug for mistake in found.mistakes] == ["detached-sample"]
    scaled = changed(torch, lambda g: 0.1 * g)
    found = ask(lambda m, t, e: estimate(scaled(m), t, e), *DRAW, backend="torch")
    assert [mistake.slug for mistake in found.mistakes] == ["wrong-gradient"]


@pytest.mark.endurance
@needs_torch
def test_a_cut_in_a_value_that_is_not_recognised_is_told_by_its_own_slopes() -> None:
    found = ask(lambda m, t: kl(m[:1].detach(), t) + kl(m[1:], t) + (m * t).sin().sum() * 0.7, *KL, backend="torch")
    assert found.outcome == "refuted"
    assert found.mistakes[-1].slug == "wrong-gradient"


# Rounding inside


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize(("narrow", "seed"), list(itertools.product(["bfloat16", "half"], range(3))))
def test_half_precision_inside_decides_nothing_at_any_seed(narrow, seed) -> None:
    def cast(mu, logvar):
        return kl(getattr(mu, narrow)().double(), getattr(logvar, narrow)().double())

    found = ask(cast, *KL, backend="torch", rng=seed)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert "half precision" in found.missing
    passed(ask(lambda mu, logvar: kl(mu.float().double(), logvar.float().double()), *KL, backend="torch", rng=seed))


@needs_torch
@pytest.mark.parametrize("seed", range(3))
def test_a_staircase_is_not_accused_of_its_gradient(seed) -> None:
    found = ask(lambda m, t: 2 * kl(m.bfloat16().double(), t.bfloat16().double()), *KL, backend="torch", rng=seed)
    assert found.outcome == "refuted"
    assert not any(names & {"detached-sample", "wrong-gradient"} for names in names_of(found))


def test_half_precision_inside_is_seen_in_numpy() -> None:
    def cast(mu, logvar):
        mu, logvar = mu.astype(np.float16).astype(float), logvar.astype(np.float16).astype(float)
        return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)

    assert "half precision" in ask(cast, *KL).missing


def test_half_precision_inside_is_seen_where_data_are_binary_only() -> None:
    def cast(p, x, mu, logvar):
        if not np.isin(x, (0.0, 1.0)).all():
            raise ValueError("binary data only")
        p, mu = p.astype(np.float16).astype(float), mu.astype(np.float16).astype(float)
        nll = -np.where(x == 1.0, np.log(p), np.log1p(-p)).sum()
        return nll + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum()

    assert "half precision" in ask(cast, *BERNOULLI).missing


def test_steps_of_two_lengths_tell_a_staircase_from_a_slope() -> None:
    def stairs(t):
        return math.floor(512 * t + 0.5) / 512

    assert not tells_apart(stairs, Slope(0.0, 0.0), 1.0, "float64")
    assert not tells_apart(stairs, Slope(1.03, 0.0), 1.0, "float64")
    assert tells_apart(lambda t: 3 * t, Slope(3.0, 0.0), 0.0, "float32")
    assert not tells_apart(failing, Slope(3.0, 0.0), 0.0, "float64")


# Losses that change


class WarmUp:
    """A loss whose weight of the KL grows with the calls, up to 1."""

    def __init__(self, weight) -> None:
        self.calls, self.weight = 0, weight

    def __call__(self, p, x, mu, logvar):
        self.calls += 1
        nll = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum()
        return nll + self.weight(self.calls) * 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum()


@pytest.mark.parametrize(
    "weight",
    [lambda n: min(1.0, n / 100), lambda n: 1.0 if n > 5 else 0.1, lambda n: 1.0 if n > 1 else 0.1, lambda n: n / 1e4],
)
def test_a_loss_that_counts_its_calls_is_undecided(weight) -> None:
    found = ask(WarmUp(weight), *BERNOULLI)
    assert (found.outcome, found.mistakes, found.relation) == ("undecided", (), "")
    assert "different values" in found.missing or "changes from call to call" in found.missing
    passed(ask(WarmUp(lambda n: 1.0), *BERNOULLI))


def test_a_function_knows_whether_its_first_answer_comes_again() -> None:
    calls = itertools.count()

    def once(mu):
        if next(calls):
            raise ValueError("spent")
        return mu

    function = LossFunction.of(once)
    assert not has_changed(function, "")
    function({"mu": np.ones(2)})
    assert has_changed(function, "")


@needs_torch
@pytest.mark.parametrize("seed", range(2))
def test_dropout_inside_is_random_and_has_no_test(torch, seed) -> None:
    def loss(mu, logvar):
        return kl(torch.nn.functional.dropout(mu, 0.1), logvar)

    found = ask(loss, *KL, backend="torch", rng=seed)
    assert (found.outcome, found.as_test()) == ("undecided", "")
    assert "different values" in found.missing
