"""Gradients beside values: what is detached or written wrongly is named; estimators of their own are not accused."""

import numpy as np
import pytest

from elbo_check.errors import WitnessError
from elbo_check.loss_hearing.slopes import Slope, slope
from tests.loss_hearing.help import accused, ask, codes_of, names_of, needs_jax, needs_torch, passed

KL = ("mean", "log_variance")
DRAW = ("mean", "log_variance", "noise")
VAE = ("reconstruction", "x", "mean", "log_variance")


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def kl(mu, logvar):
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1).mean()


def sampled_kl(torch, cut_density=False, cut_sample=False):
    normal = torch.distributions.Normal

    def estimate(mu, logvar, eps):
        sigma = (logvar / 2).exp()
        z = mu + sigma * eps
        z = z.detach() if cut_sample else z
        q = normal(mu.detach(), sigma.detach()) if cut_density else normal(mu, sigma)
        return (q.log_prob(z) - normal(0.0, 1.0).log_prob(z)).sum(-1).mean()

    return estimate


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("seed", range(3))
def test_right_gradients_are_not_accused(torch, seed) -> None:
    passed(ask(kl, *KL, backend="torch", rng=seed))
    passed(ask(lambda mu, logvar, eps: mu + (logvar / 2).exp() * eps, *DRAW, backend="torch", rng=seed))
    found = passed(ask(sampled_kl(torch), *DRAW, backend="torch", rng=seed))
    assert not codes_of(found) & {"gradient-estimator", "gradient-unchecked", "no-gradient"}


@pytest.mark.endurance
@needs_torch
def test_a_function_with_kinks_at_its_points_is_not_accused(torch) -> None:
    found = ask(lambda mu, logvar: kl(mu, logvar.clamp(-1.0, 1.0)), *KL, backend="torch")
    assert not any("detached-sample" in names or "wrong-gradient" in names for names in names_of(found))
    passed(ask(lambda mu, logvar: kl(mu.abs(), logvar), *KL, backend="torch"))


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize(
    "fn",
    [
        lambda mu, logvar: kl(mu.detach(), logvar),
        lambda mu, logvar: kl(mu, logvar.detach()),
        lambda mu, logvar: 0.5 * (mu * mu.detach() + logvar.exp() - 1 - logvar).sum(-1),
        lambda mu, logvar: kl(mu.float().detach(), logvar.float()),
        lambda mu, logvar, eps: mu + (logvar / 2).exp().detach() * eps,
        lambda mu, logvar, eps: mu.detach() + (logvar / 2).exp() * eps,
        lambda mu, logvar, eps: (mu + (logvar / 2).exp() * eps).detach(),
    ],
)
def test_detached_parts_are_named(fn) -> None:
    roles = KL if fn.__code__.co_argcount == 2 else DRAW
    found = accused("detached-sample", ask(fn, *roles, backend="torch"))
    assert found.relation == "equal"
    assert "right-value-wrong-gradient" in codes_of(found)
    assert "has the value of" in str(found)


@pytest.mark.endurance
@needs_torch
def test_the_derivative_that_is_wrong_is_shown_with_both_numbers() -> None:
    found = ask(lambda mu, logvar: kl(mu.detach(), logvar), *KL, backend="torch")
    case = found.counterexample
    mu = case["mu"][tuple(case["index"])]
    assert case["claim"] == 0.0
    assert case["truth"] == pytest.approx(mu / len(case["mu"]), rel=1e-9)
    assert "in mu" in found.mistakes[0].evidence
    assert "in logvar" not in found.mistakes[0].evidence


@pytest.mark.endurance
@needs_torch
def test_a_sample_that_is_cut_off_is_named_in_every_argument(torch) -> None:
    for seed in range(3):
        found = accused("detached-sample", ask(sampled_kl(torch, cut_sample=True), *DRAW, backend="torch", rng=seed))
        assert "in mu" in found.mistakes[0].evidence
        assert "in logvar" in found.mistakes[0].evidence


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("cut", ["mu", "logvar"])
def test_an_argument_that_is_cut_altogether_is_named_beside_noise(torch, cut) -> None:
    estimate = sampled_kl(torch)

    def loss(mu, logvar, eps):
        kept = {"mu": mu, "logvar": logvar}
        return estimate(**kept | {cut: kept[cut].detach()}, eps=eps)

    found = accused("detached-sample", ask(loss, *DRAW, backend="torch"))
    assert f"in {cut} the gradient is 0" in found.mistakes[0].evidence
    assert not codes_of(found) & {"gradient-unchecked", "gradient-estimator"}


def whole_loss(torch, cut_kl=False, cut_reconstruction=False, cut_mean_of_q=False):
    normal = torch.distributions.Normal

    def loss(recon, x, mu, logvar):
        std = (logvar / 2).exp()
        z = mu + std * torch.randn_like(std)
        q = normal(mu.detach() if cut_mean_of_q else mu, std)
        kl = (q.log_prob(z) - normal(0.0, 1.0).log_prob(z)).sum(-1)
        bce = torch.nn.functional.binary_cross_entropy(recon, x, reduction="none").sum(-1)
        return ((bce.detach() if cut_reconstruction else bce) + (kl.detach() if cut_kl else kl)).mean()

    return loss


@needs_torch
@pytest.mark.parametrize("cut", ["cut_kl", "cut_reconstruction"])
def test_a_part_of_a_loss_that_is_cut_altogether_is_named_beside_its_own_noise(torch, cut) -> None:
    accused("detached-sample", ask(whole_loss(torch, **{cut: True}), *VAE, backend="torch"))


@pytest.mark.endurance
@needs_torch
def test_a_density_that_is_cut_in_its_mean_alone_is_an_estimator_beside_a_reconstruction(torch) -> None:
    found = passed(ask(whole_loss(torch, cut_mean_of_q=True), *VAE, backend="torch"))
    assert [each.message.split()[5] for each in found.findings if each.code == "gradient-estimator"] == ["mu"]
    assert "gradient-unchecked" not in codes_of(found)
    assert not codes_of(passed(ask(whole_loss(torch), *VAE, backend="torch"))) & {"gradient-unchecked"}


@pytest.mark.endurance
@needs_torch
def test_sticking_the_landing_is_an_estimator_and_no_mistake(torch) -> None:
    for seed in range(3):
        found = passed(ask(sampled_kl(torch, cut_density=True), *DRAW, backend="torch", rng=seed))
        notes = [finding for finding in found.findings if finding.code == "gradient-estimator"]
        assert len(notes) == 2
        assert all(0 < note.resolution < 0.5 for note in notes)


@needs_torch
def test_an_estimator_of_fixed_batches_is_averaged_too(torch) -> None:
    estimate = sampled_kl(torch, cut_density=True)

    def two(mu, logvar, eps):
        assert mu.shape[0] == 2
        return estimate(mu, logvar, eps)

    assert "gradient-estimator" in codes_of(ask(two, *DRAW, backend="torch", sizes={"B": 2}))


@needs_torch
def test_a_gradient_of_the_other_sign_is_named(torch) -> None:
    class Reversed(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, gradient):
            return -gradient

    found = ask(lambda mu, logvar: kl(Reversed.apply(mu), logvar), *KL, backend="torch")
    assert accused("wrong-gradient", found).mistakes[0].same_as == ()


def untracked(torch, mu, logvar):
    with torch.no_grad():
        return kl(mu, logvar)


@pytest.mark.unmeasured
@needs_torch
@pytest.mark.parametrize(
    "cut",
    [
        untracked,
        lambda torch, mu, logvar: kl(mu.detach(), logvar.detach()),
        lambda torch, mu, logvar: torch.from_numpy(kl(mu, logvar).detach().numpy()),
        lambda torch, mu, logvar: (untracked(torch, mu, logvar), mu),
    ],
    ids=["no_grad", "detach", "through NumPy", "a tensor beside it"],
)
def test_a_kl_without_a_graph_trains_nothing_beside_a_reconstruction(torch, cut) -> None:
    found = accused("detached-sample", ask(lambda mu, logvar: cut(torch, mu, logvar), *KL, backend="torch"))
    assert found.counterexample["claim"] == 0.0
    assert "as a term of a loss it trains nothing" in found.finding("no-gradient").message
    assert "right-value-wrong-gradient" in codes_of(found)


@needs_torch
def test_the_test_of_a_kl_without_a_graph_fails_and_passes_with_one(torch) -> None:
    test = ask(lambda mu, logvar: untracked(torch, mu, logvar), *KL, backend="torch").as_test()
    with pytest.raises(RuntimeError, match="Numerical gradient"):
        run(test, lambda mu, logvar: untracked(torch, mu, logvar))
    run(test, kl)


@pytest.mark.unmeasured
@needs_torch
def test_what_is_cut_off_beside_a_loss_is_logged(torch) -> None:
    def losses(mu, logvar):
        found = kl(mu, logvar)
        return {"kl_logged": found.detach(), "loss": found}

    logged = passed(ask(losses, *KL, backend="torch", output="kl_logged"))
    assert "no-gradient" in codes_of(logged)
    assert "no-gradient" not in codes_of(passed(ask(losses, *KL, backend="torch")))


@needs_torch
def test_a_number_of_python_is_no_term_of_a_loss_and_is_told(torch) -> None:
    found = passed(ask(lambda mu, logvar: kl(mu, logvar).sum().item(), *KL, backend="torch"))
    assert found.finding("no-gradient").message.endswith("not a tensor, on which backward() would raise")


@needs_torch
def test_a_slip_in_a_kl_without_a_graph_is_named_beside_the_cut(torch) -> None:
    found = ask(lambda mu, logvar: 2 * untracked(torch, mu, logvar), *KL, backend="torch")
    assert ["doubled" in names_of(found)[0], "detached-sample" in names_of(found)[1]] == [True, True]


@needs_torch
def test_a_slip_and_a_detached_part_are_both_named() -> None:
    found = ask(lambda mu, logvar: 2 * kl(mu.detach(), logvar), *KL, backend="torch")
    assert found.outcome == "refuted"
    assert ["doubled" in names_of(found)[0], "detached-sample" in names_of(found)[1]] == [True, True]


@pytest.mark.unmeasured
@needs_torch
def test_a_surrogate_with_the_right_gradient_is_said_to_be_one(torch) -> None:
    weights = ("log_weights",)

    def surrogate(w):
        return (torch.softmax(w, -1).detach() * w).sum(-1).mean()

    found = accused("iwae-weights", ask(surrogate, *weights, backend="torch"))
    assert "gradients-right" in codes_of(found)
    full = ask(lambda w: (torch.softmax(w, -1) * w).sum(-1).mean(), *weights, backend="torch")
    assert "gradients-right" not in codes_of(accused("iwae-weights", full))


@pytest.mark.endurance
@needs_torch
def test_gradients_that_cannot_be_checked_are_said_to_be(torch) -> None:
    def on_the_grid_only(mu, logvar):
        return kl(torch.where(64 * mu == torch.round(64 * mu), mu, torch.nan), logvar)

    def raising(mu, logvar):
        if (64 * mu != torch.round(64 * mu)).any():
            raise ValueError("off the grid")
        return kl(mu, logvar)

    for fn in (on_the_grid_only, raising):
        found = passed(ask(fn, *KL, backend="torch"))
        assert "gradient-unchecked" in codes_of(found)


@needs_torch
def test_an_estimator_that_has_no_values_at_ordinary_noise_is_unchecked(torch) -> None:
    estimate = sampled_kl(torch, cut_density=True)

    def without_values(mu, logvar, eps):
        return estimate(mu, logvar, eps) + torch.where(eps.abs() > 2.05, torch.nan, 0.0).sum()

    def raising(mu, logvar, eps):
        if (eps.abs() > 2.05).any():
            raise ValueError("noise that is too large")
        return estimate(mu, logvar, eps)

    for fn in (without_values, raising):
        assert "gradient-unchecked" in codes_of(passed(ask(fn, *DRAW, backend="torch")))


@needs_torch
def test_the_test_that_is_printed_fails_for_the_wrong_gradient_and_passes_for_the_right_one(torch) -> None:
    def loss(mu, logvar):
        return kl(mu.detach(), logvar)

    source = ask(loss, *KL, backend="torch").as_test()
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        run(source, loss)
    run(source, kl)


@needs_torch
def test_the_test_of_one_output_asks_for_it(torch) -> None:
    def draw(mu, logvar, eps):
        return {"z": (mu + (logvar / 2).exp() * eps).detach(), "kl": kl(mu, logvar)}

    found = accused("detached-sample", ask(draw, *DRAW, backend="torch"))
    assert "['z']" in found.as_test()


@pytest.mark.endurance
@needs_jax
def test_stop_gradient_is_found_in_jax() -> None:
    jax = pytest.importorskip("jax")
    jnp, stop = jax.numpy, jax.lax.stop_gradient

    @jax.jit
    def loss(mu, logvar):
        return 0.5 * (stop(mu) ** 2 + jnp.exp(logvar) - 1 - logvar).sum(-1)

    @jax.jit
    def right(mu, logvar):
        return 0.5 * (mu**2 + jnp.exp(logvar) - 1 - logvar).sum(-1)

    passed(ask(right, *KL, backend="jax"))
    found = accused("detached-sample", ask(loss, *KL, backend="jax"))
    with pytest.raises(AssertionError):
        run(found.as_test(), loss)
    run(found.as_test(), right)


@pytest.mark.endurance
@needs_jax
def test_a_sampler_that_leaves_jax_is_warned_of() -> None:
    pytest.importorskip("jax")
    found = ask(lambda m, t, e: np.asarray(m) + np.exp(np.asarray(t) / 2) * np.asarray(e), *DRAW, backend="jax")
    assert (found.outcome, codes_of(found)) == ("consistent", {"no-gradient"})


def test_numpy_has_no_gradients_and_nothing_is_said() -> None:
    found = passed(ask(lambda m, t: 0.5 * (m**2 + np.exp(t) - 1 - t).sum(-1), *KL))
    assert not any("gradient" in code for code in codes_of(found))


@pytest.mark.parametrize(("dtype", "size"), [("float64", 1e-7), ("float32", 1e-2), ("bfloat16", 1e-2)])
def test_a_slope_is_within_its_measured_error(dtype, size) -> None:
    kind = np.float64 if dtype == "float64" else np.float32
    for rate in (0.5, 1.0, 2.5):
        found = slope(lambda t, r=rate: float(kind(np.exp(kind(r * t)))), dtype)
        assert abs(found.value - rate) <= found.error < size * max(1.0, rate)


def failing(t):
    raise WitnessError(f"nothing at {t}")


def test_a_kink_makes_a_slope_coarse_and_a_pole_makes_it_unknown() -> None:
    assert slope(lambda t: abs(t - 1e-6) * 100, "float64").is_coarse
    assert slope(lambda t: np.nan, "float64") is None
    assert slope(failing, "float64") is None
    assert not slope(lambda t: t if abs(t) < 0.01 else np.nan, "float64").is_coarse
    assert Slope(1.0, 0.0).excludes(1.0 + 1e-5)
    assert not Slope(1.0, 0.0).excludes(1.0 + 1e-7)


def run(source, function):
    """Run a printed test on a function."""
    space = {"loss": function, "right": function, "kl": function}
    exec(compile(source, "printed", "exec"), space)  # what it prints is what is tested
    next(value for name, value in space.items() if name.startswith("test_"))()
