"""Samplers and sampled KLs: right ones in disguise are never accused, and every slip is named."""

import numpy as np
import pytest

from elbo_check.diagnosis.quantities import Options, quantity_for
from elbo_check.diagnosis.quantities.seconds import SECONDS
from elbo_check.errors import InputError
from tests.loss_hearing.help import SECONDS as ROLES
from tests.loss_hearing.help import accused, ask, needs_jax, needs_torch, passed

SIGMA = {
    "std": lambda s: s,
    "variance": np.sqrt,
    "log_variance": lambda s: np.exp(s / 2),
    "log_std": np.exp,
    "softplus_std": lambda s: np.log1p(np.exp(s)),
}
LOGVAR = ("mean", "log_variance", "noise")


@pytest.mark.unmeasured
@pytest.mark.parametrize("role", ROLES)
def test_the_right_sampler_passes_under_every_reading(role) -> None:
    found = passed(ask(lambda m, s, e: m + SIGMA[role](s) * e, "mean", role, "noise"))
    assert (found.relation, found.kind) == ("equal", "one value a coordinate")


@pytest.mark.parametrize(
    "fn",
    [
        lambda m, t, e: m - np.exp(t / 2) * e,
        lambda m, t, e: e * np.sqrt(np.exp(t)) + m,
        lambda m, t, e: np.exp(0.5 * t) * (e + m * np.exp(-0.5 * t)),
        lambda m, t, e: (m + np.exp(t / 2) * e).astype("float32"),
    ],
)
def test_disguises_are_not_accused(fn) -> None:
    passed(ask(fn, *LOGVAR))


def test_the_other_sign_of_the_noise_is_said_to_have_the_same_law() -> None:
    assert "−noise" in passed(ask(lambda m, t, e: m - np.exp(t / 2) * e, *LOGVAR)).reduction


@pytest.mark.unmeasured
def test_images_and_single_vectors_are_taken() -> None:
    def image(m, t, e):
        assert m.ndim == 4
        return m + np.exp(t / 2) * e

    def vector(m, t, e):
        assert m.ndim == 1
        return m + np.exp(t / 2) * e

    passed(ask(image, *LOGVAR))
    passed(ask(vector, *LOGVAR))


@pytest.mark.endurance
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("read", ROLES)
def test_every_misreading_is_named(role, read) -> None:
    if role == read or SECONDS[role].deviation == SECONDS[read].deviation:
        return
    found = ask(lambda m, s, e: m + SIGMA[read](s) * e, "mean", role, "noise")
    accused(f"{SECONDS[role].short}-as-{SECONDS[read].short}", found)


@pytest.mark.unmeasured
@pytest.mark.parametrize("role", ROLES)
def test_the_variance_in_the_place_of_sigma_is_named(role) -> None:
    accused("var-as-std-in-reparam", ask(lambda m, s, e: m + SIGMA[role](s) ** 2 * e, "mean", role, "noise"))


PLANTED = [
    ("noise-scale", lambda m, t, e: m + 1e-2 * e * np.exp(0.5 * t)),
    ("noise-scale", lambda m, t, e: m + 0.001 * e * np.exp(0.5 * t)),
    ("noise-scale", lambda m, t, e: m + 0.7 * e * np.exp(0.5 * t)),
    ("deterministic-z-at-eval", lambda m, t, e: m),
    ("missing-mean-term", lambda m, t, e: np.exp(t / 2) * e),
    ("missing-sigma", lambda m, t, e: m + e),
    ("missing-noise", lambda m, t, e: m + np.exp(t / 2)),
    ("plus-instead-of-times", lambda m, t, e: m + np.exp(t / 2) + e),
    ("misplaced-parenthesis", lambda m, t, e: (m + np.exp(t / 2)) * e),
    ("wrong-sign", lambda m, t, e: -m + np.exp(t / 2) * e),
    ("precision-as-sigma", lambda m, t, e: m + np.exp(-t / 2) * e),
    ("logvar-as-logstd-in-reparam", lambda m, t, e: m + np.exp(t) * e),
    ("argument-order", lambda m, t, e: t + np.exp(m / 2) * e),
    ("doubled", lambda m, t, e: 2 * (m + np.exp(t / 2) * e)),
]


@pytest.mark.endurance
@pytest.mark.parametrize(("slug", "fn"), PLANTED)
def test_planted_slips_are_named(slug, fn) -> None:
    found = accused(slug, ask(fn, *LOGVAR))
    assert abs(found.counterexample["claim"] - found.counterexample["truth"]) > 1e-3


FIELD = {
    "w031": (lambda m, t, e: m + np.exp(t) * e, LOGVAR, "var-as-std-in-reparam"),
    "w066": (lambda m, t, e: m + np.exp(t) * e, LOGVAR, "var-as-std-in-reparam"),
    "w071": (lambda m, t, e: m + np.exp(t) * e, LOGVAR, "var-as-std-in-reparam"),
    "w073": (lambda m, v, e: m + v * e, ("mean", "variance", "noise"), "var-as-std-in-reparam"),
    "w078": (lambda m, t, e: m + 1e-2 * e * np.exp(0.5 * t), LOGVAR, "noise-scale"),
    "w080": (lambda m, t, e: m, LOGVAR, "deterministic-z-at-eval"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", FIELD)
def test_samplers_from_the_field(case) -> None:
    fn, roles, slug = FIELD[case]
    assert accused(slug, ask(fn, *roles)).mistakes[0].slug == slug


@pytest.mark.unmeasured
@needs_torch
def test_a_torch_sampler_is_judged_against_the_distribution_of_torch() -> None:
    torch = pytest.importorskip("torch")

    def standardised(m, t, e):
        normal = torch.distributions.Normal(m, (t / 2).exp())
        return normal.icdf(torch.distributions.Normal(0.0, 1.0).cdf(e))

    passed(ask(standardised, *LOGVAR, backend="torch"))
    accused("var-as-std-in-reparam", ask(lambda m, t, e: m + t.exp() * e, *LOGVAR, backend="torch"))


@pytest.mark.endurance
@needs_jax
def test_a_jax_sampler_is_judged() -> None:
    jnp = pytest.importorskip("jax.numpy")
    passed(ask(lambda m, t, e: m + jnp.exp(t / 2) * e, *LOGVAR, backend="jax"))


@pytest.mark.endurance
def test_what_no_slip_explains_is_not_guessed() -> None:
    found = ask(lambda m, t, e: m + np.tanh(t) * e, *LOGVAR)
    assert (found.outcome, found.mistakes) == ("refuted", ())


def sampled(m, s, e, role="log_variance", drawn=None, density=None, prior=(0.0, 1.0)):
    """log q(z) − log p(z), with σ by a reading of its own in the draw and in the density."""
    z = m + (drawn or SIGMA[role])(s) * e
    sigma, (a, b) = (density or SIGMA[role])(s), prior
    return (-0.5 * ((z - m) / sigma) ** 2 - np.log(sigma) + 0.5 * ((z - a) / b) ** 2 + np.log(b)).sum(-1)


@pytest.mark.endurance
@pytest.mark.parametrize("role", ROLES)
def test_the_right_sampled_kl_passes_under_every_reading_and_reduction(role) -> None:
    passed(ask(lambda m, s, e: sampled(m, s, e, role), "mean", role, "noise"))
    found = passed(ask(lambda m, s, e: sampled(m, s, -e, role).mean(), "mean", role, "noise"))
    assert "averaged over the batch" in found.reduction


@pytest.mark.parametrize("prior", [(1, 2), (0, 3), (2, 1)])
def test_another_prior_is_seen(prior) -> None:
    passed(ask(lambda m, t, e: sampled(m, t, e, prior=prior), *LOGVAR, prior=prior))
    accused("prior-ignored", ask(sampled_standard, *LOGVAR, prior=prior))


def log_q_added(m, t, e):
    """−log p(z) − log q(z), without log 2π."""
    return 0.5 * (m + np.exp(t / 2) * e) ** 2 + 0.5 * e**2 + t / 2


def sampled_standard(m, t, e):
    return sampled(m, t, e)


@pytest.mark.parametrize(
    ("slug", "fn"),
    [
        ("var-as-std-in-reparam", lambda m, t, e: sampled(m, t, e, drawn=np.exp)),
        ("logvar-as-logsigma", lambda m, t, e: sampled(m, t, e, density=np.exp)),
        ("logvar-as-logsigma", lambda m, t, e: sampled(m, t, e, drawn=np.exp, density=np.exp)),
        ("missing-constant", lambda m, t, e: sampled(m, t, e) + m.shape[-1] * 0.5 * np.log(2 * np.pi)),
        ("wrong-sign", lambda m, t, e: -sampled(m, t, e)),
        ("wrong-sign", lambda m, t, e: (-0.5 * e**2 - t / 2 - 0.5 * (m + np.exp(t / 2) * e) ** 2).sum(-1)),
        ("wrong-sign", lambda m, t, e: log_q_added(m, t, e).sum(-1)),
        ("wrong-sign", lambda m, t, e: (log_q_added(m, t, e) + np.log(2 * np.pi)).sum(-1)),
        ("wrong-sign", lambda m, t, e: (log_q_added(m, t, e) + np.log(2 * np.pi)).sum(-1).mean()),
        ("deterministic-z-at-eval", lambda m, t, e: (-0.5 * e**2 - t / 2 + 0.5 * m**2).sum(-1)),
        ("deterministic-z-at-eval", lambda m, t, e: (-t / 2 + 0.5 * m**2).sum(-1)),
        ("missing-log-term", lambda m, t, e: (-0.5 * e**2 + 0.5 * (m + np.exp(t / 2) * e) ** 2).sum(-1)),
        ("missing-entropy", lambda m, t, e: (0.5 * (m + np.exp(t / 2) * e) ** 2).sum(-1)),
        ("missing-entropy", lambda m, t, e: (0.5 * (m + np.exp(t / 2) * e) ** 2 + 0.5 * np.log(2 * np.pi)).sum(-1)),
        ("missing-half", lambda m, t, e: (-0.5 * e**2 - t / 2 + (m + np.exp(t / 2) * e) ** 2).sum(-1)),
        ("mean-over-latent", lambda m, t, e: sampled(m, t, e) / m.shape[-1]),
    ],
)
def test_planted_slips_of_a_sampled_kl_are_named(slug, fn) -> None:
    accused(slug, ask(fn, *LOGVAR, quantity="sampled-kl"))


def test_the_cure_of_a_sign_says_what_stands_at_a_draw() -> None:
    (mistake,) = ask(lambda m, t, e: -sampled(m, t, e), *LOGVAR, quantity="sampled-kl").mistakes
    assert mistake.cure == "kl = log_q - log_p at the draw z; that of one draw may be below 0"


def test_the_constant_of_a_prior_may_be_missing() -> None:
    def without(m, t, e):
        return sampled(m, t, e, prior=(1, 2)) - m.shape[-1] * np.log(2)

    assert accused("missing-constant", ask(without, *LOGVAR, prior=(1, 2))).relation == "offset"


@pytest.mark.unmeasured
@needs_torch
def test_a_sampled_kl_of_torch_distributions_passes() -> None:
    normal = pytest.importorskip("torch.distributions").Normal

    def kl(m, t, e):
        z = m + (t / 2).exp() * e
        return (normal(m, (t / 2).exp()).log_prob(z) - normal(0.0, 1.0).log_prob(z)).sum(-1).mean()

    assert passed(ask(kl, *LOGVAR, backend="torch")).relation == "equal"


def test_roles_without_a_scale_go_with_no_quantity() -> None:
    for name in ("sampler", "sampled-kl"):
        with pytest.raises(InputError, match="roles"):
            quantity_for(frozenset({"mean", "noise"}), name, Options())
