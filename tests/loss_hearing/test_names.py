"""What a wrong loss is called: names that were missing or false, and words that said another thing than was meant."""

import numpy as np
import pytest

from .help import SECONDS, accused, ask, codes_of, needs_torch

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", "mean", "log_variance")
DEVIATION = {
    "std": lambda s: s,
    "variance": np.sqrt,
    "log_variance": lambda s: np.exp(s / 2),
    "log_std": np.exp,
    "softplus_std": lambda s: np.logaddexp(0, s),
}


def elementwise(q_mean, q_std, p_mean, p_std):
    """The KL of two Gaussians, q first."""
    return np.log(p_std / q_std) + (q_std**2 + (q_mean - p_mean) ** 2) / (2 * p_std**2) - 0.5


@pytest.mark.unmeasured
@pytest.mark.parametrize("prior", [(0, 1), (0, 2), (1, 2)])
@pytest.mark.parametrize("second", SECONDS)
def test_the_direction_of_a_kl_to_a_fixed_prior_is_named(second, prior):
    def loss(mu, s):
        return elementwise(*prior, mu, DEVIATION[second](s)).sum(1)

    accused("reversed-kl", ask(loss, "mean", second, prior=prior))


@needs_torch
def test_the_direction_of_a_library_s_kl_is_named():
    from torch import distributions

    def loss(mu, logvar):
        prior, posterior = distributions.Normal(0.0, 1.0), distributions.Normal(mu, (logvar / 2).exp())
        return 2 * distributions.kl_divergence(prior, posterior).sum(1).mean()

    found = ask(loss, *KL, backend="torch")
    assert {mistake.slug for mistake in found.mistakes} == {"reversed-kl", "doubled"}


@pytest.mark.parametrize("number", [3.0, np.pi])
def test_a_function_that_depends_on_nothing_is_told_so_without_a_list_of_mistakes(number):
    found = ask(lambda mu, logvar: number, *KL)
    assert found.outcome == "refuted"
    assert found.mistakes == ()
    assert found.alternatives == ()
    assert "does not depend on its arguments" in found.finding("constant-value").message
    assert not codes_of(found) & {"not-recognised", "not-in-catalogue", "coarse-dtype"}


@pytest.mark.endurance
def test_a_clamp_that_always_binds_is_a_constant():
    found = ask(lambda r, x, mu, logvar: np.full(len(mu), mu.shape[1] / 2), *VAE)
    assert found.outcome == "refuted"
    assert found.mistakes == ()
    assert "constant-value" in codes_of(found)


def test_the_kl_of_a_density_to_itself_is_a_constant_that_has_a_name():
    found = accused("wrong-tensor", ask(lambda mu, logvar: 0.0, *KL))
    assert "constant-value" in codes_of(found)


def squares(x, r):
    return ((x - r) ** 2).sum(-1)


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - logvar - 1)


def evidence_of(found):
    return {mistake.slug: mistake.evidence for mistake in found.mistakes}


@pytest.mark.endurance
def test_a_wrong_weight_between_two_parts_is_told_as_the_effective_beta():
    found = ask(lambda r, x, mu, s: 10 * squares(x, r).mean() + kl(mu, s).sum(1).mean(), *VAE)
    assert evidence_of(found) == {"wrong-scale": "an effective beta of 1/20"}
    assert found.finding("effective-beta").details["beta"] == "1/20"


def test_two_wrong_weights_are_told_with_what_they_make_together():
    def loss(r, x, mu, s):
        cross = -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(1)
        return cross.mean() + kl(mu, s).sum() / 5

    words = "together an effective beta of B/5 (tried B = 2, 4, 3, 7, 5, 9)"
    assert evidence_of(ask(loss, *VAE)) == {"sum-for-mean": words, "wrong-scale": words}


def test_the_factor_of_a_whole_objective_is_no_evidence_for_a_slip_in_a_part():
    found = ask(lambda r, x, mu, s: 3 * (squares(x, r) / 2 - kl(mu, s).sum(1)), *VAE)
    assert evidence_of(found) == {"wrong-sign": ""}


@pytest.mark.unmeasured
@pytest.mark.parametrize("head", [str, lambda found: found._repr_html_(), lambda found: found._repr_latex_()])
def test_an_undecided_headline_says_whether(head):
    def loss(mu, log_std):
        return kl(mu, log_std).sum(1)

    told = head(ask(loss))
    assert "whether" in told.replace("\n", " ").split("is KL")[0]
    assert "whether" not in head(ask(loss, *KL))


@pytest.mark.parametrize("second", ["std", "log_variance"])
def test_the_standard_deviation_of_a_prior_for_its_variance_is_a_square_that_is_missing(second):
    def loss(mu, s):
        sigma = DEVIATION[second](s)
        return (np.log(0.1 / sigma) + (sigma**2 + mu**2) / (2 * 0.1) - 0.5).sum(1)

    accused("not-squared", ask(loss, "mean", second, prior=(0, 0.1)))


@pytest.mark.unmeasured
@pytest.mark.parametrize("base", [2, 10])
@pytest.mark.parametrize("second", SECONDS)
def test_a_logarithm_to_another_base_is_named_whatever_the_second_argument_holds(second, base):
    def loss(mu, s):
        variance = DEVIATION[second](s) ** 2
        return 0.5 * (mu**2 + variance - 1 - np.log(variance) / np.log(base)).sum(1)

    accused("wrong-log-base", ask(loss, "mean", second))


@pytest.mark.unmeasured
def test_a_logarithm_to_another_base_is_named_in_densities_entropies_and_pairs():
    log10 = lambda s: np.log10(np.exp(s))
    accused("wrong-log-base", ask(lambda s: 0.5 * (log10(s) + 1 + np.log(2 * np.pi)).sum(1), "log_variance"))

    def density(x, m, s):
        return 0.5 * ((x - m) ** 2 / np.exp(s) + log10(s) + np.log(2 * np.pi)).sum(1)

    accused("wrong-log-base", ask(density, "x", "x_mean", "log_variance"))

    def pair(m, s, n, t):
        return 0.5 * (((m - n) ** 2 + np.exp(s)) / np.exp(t) - 1 - log10(s - t)).sum(1)

    accused("wrong-log-base", ask(pair, "mean_q", "log_variance_q", "mean_p", "log_variance_p"))


def cross_entropy(x, r):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


@pytest.mark.endurance
@pytest.mark.parametrize("total", [np.mean, np.sum, lambda each: each])
@pytest.mark.parametrize(
    ("error", "slug"), [(cross_entropy, "bce-mean-vs-kl-sum"), (lambda x, r: (x - r) ** 2, "mse-mean-vs-kl-sum")]
)
def test_a_mean_over_the_height_of_images_is_named(error, slug, total):
    def loss(r, x, mu, logvar):
        return total(error(x, r).mean(2).sum((1, 2)) + kl(mu, logvar).sum(1))

    found = accused(slug, ask(loss, *VAE))
    assert found.finding("effective-beta").details["beta"] in ("h", "h/2")


@pytest.mark.unmeasured
def test_a_mean_over_two_of_three_axes_of_images_is_named():
    def loss(r, x, mu, logvar):
        return (cross_entropy(x, r).mean((1, 3)).sum(1) + kl(mu, logvar).sum(1)).mean()

    found = ask(loss, *VAE)
    assert "bce-mean-vs-kl-sum" in [mistake.slug for mistake in found.mistakes]
    assert found.finding("effective-beta").details["beta"] == "cw"


@pytest.mark.endurance
def test_a_prior_that_is_narrow_is_written_in_whole_numbers():
    def loss(mu, rho):
        sigma = np.logaddexp(0, rho)
        return (np.log(0.1 / sigma) + (sigma**2 + mu**2) / (2 * 0.1) - 0.5).sum(1)

    found = ask(loss, "mean", "softplus_std", prior=(0, 0.1))
    tail = "softplus(rho_j)² − 2 log(softplus(rho_j)) − 1 + log(1/100))"
    assert found.recovered == f"1/2 Σ_j (10 mu_j² + 10 {tail}"
    assert found.right == f"1/2 Σ_j (100 mu_j² + 100 {tail}"
    assert found.claim.endswith("N(0, (1/10)² I))")
    sampled = ask(lambda m, s, e: s, "mean", "std", "noise", prior=(0, 0.1), quantity="sampled-kl")
    assert "p = N(0, (1/10)² I)" in sampled.claim


def test_the_fraction_before_a_narrow_prior_keeps_its_sign():
    found = ask(lambda mu, s: -((s**2 + mu**2) / 0.2).sum(1), "mean", "std", prior=(0, 0.1))
    assert found.recovered == "−1/2 Σ_j (10 mu_j² + 10 s_j²)"


@pytest.mark.parametrize("sizes", [{"d": 10}, {"d": 10, "D": 784}])
def test_a_constant_of_the_kl_stands_among_its_terms_where_lengths_are_fixed(sizes):
    def loss(r, x, mu, logvar):
        return cross_entropy(x, r).mean() + kl(mu, logvar).sum(1).mean() / 392

    found = ask(loss, *VAE, sizes=sizes)
    assert found.recovered.removesuffix(", at D = 392").endswith("Σ_b Σ_j (mu_j² + exp(logvar_j) − logvar_j − 1)")
    assert "5/392" not in str(found)
    assert str(found.expression).count("Sum(") == 2


def test_a_function_of_one_sample_is_written_without_a_sum_over_samples():
    found = ask(lambda mu, logvar: 2 * kl(mu, logvar).sum(), *KL, batch=False)
    assert found.recovered == "Σ_j (mu_j² + exp(logvar_j) − logvar_j − 1)"
    assert found.right == f"1/2 {found.recovered}"
    assert "(b, 1, B)" not in str(found.expression)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("loss", "slug"),
    [
        (lambda r, x, mu, s: 3 * squares(x, r) / 2, "missing-kl-term"),
        (lambda r, x, mu, s: -3 * (squares(x, r) / 2 + kl(mu, s).sum(1)), "wrong-sign"),
    ],
)
def test_without_a_weight_between_the_parts_there_is_no_evidence_of_one(loss, slug):
    loss.__name__ = "loss"
    assert evidence_of(ask(loss, *VAE)) == {slug: ""}
