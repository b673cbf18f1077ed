"""What was once said of the wrong thing: the reading, the reduction, the cure, the sign, the name."""

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from elbo_check import verify_loss
from elbo_check.errors import InputError
from tests.loss_hearing.help import accused, ask, codes_of, needs_torch, passed, passes, unmeasured

KL = ("mean", "log_variance")
VAE = ("x", "probabilities", *KL)


def each(m, t):
    return 0.5 * (m**2 + np.exp(t) - 1 - t)


def entropy(x, r):
    return -(x * np.log(r) + (1 - x) * np.log1p(-r))


@needs_torch
@pytest.mark.unmeasured
def test_what_is_wrong_of_batches_and_of_single_samples_is_read_as_one_of_batches() -> None:
    """A spread of one number is refused by the likelihood, but for a single sample: a mean over pixels there."""
    from torch.nn import functional

    def loss(r, s, x, m, t):
        nll = functional.gaussian_nll_loss(r, x, s.exp(), reduction="sum", full=True) / x.size(0)
        return nll + 0.5 * (m**2 + t.exp() - 1 - t).sum()

    roles = ("reconstruction", "decoder_log_variance", "x", *KL)
    assert "effective beta of B" in accused("sum-for-mean", ask(loss, *roles, backend="torch")).mistakes[0].evidence


def test_a_data_term_of_the_whole_batch_in_every_sample_has_a_cure_of_its_own() -> None:
    loss = lambda x, r, m, t: entropy(x, r).sum(-1).mean() + each(m, t).sum(-1)
    assert "(nll.sum(-1) + kl.sum(-1)).mean()" in accused("wrong-reduction-axis", ask(loss, *VAE)).mistakes[0].cure


@pytest.mark.unmeasured
def test_so_has_a_parenthesis_of_a_cross_entropy() -> None:
    loss = lambda x, r, m, t: (-(x * np.log(r) + 1 - x * np.log1p(-r)).sum(-1) + each(m, t).sum(-1)).mean()
    assert "1 - x is one factor" in accused("misplaced-parenthesis", ask(loss, *VAE)).mistakes[0].cure


def test_two_signs_are_one_mistake() -> None:
    loss = lambda m, t: 0.5 * (m**2 + np.exp(t) + 1 + t).sum(-1)
    assert [mistake.slug for mistake in ask(loss, *KL).mistakes] == ["wrong-sign"]


@pytest.mark.parametrize(
    "loss",
    [
        unmeasured(lambda m, t: 0.5 * (m**2 + np.exp(-t) - 1 - t).sum(-1)),
        lambda m, t: 0.5 * (m**2 + np.exp(-t) - 1 + t).sum(-1),
    ],
)
def test_the_sign_of_an_exponent_is_one(loss) -> None:
    accused("wrong-sign", ask(loss, *KL))


@pytest.mark.unmeasured
def test_a_sum_over_a_part_of_the_latents_is_told_as_the_array_that_it_is() -> None:
    found = passed(ask(lambda m, t: each(m, t).sum((2, 3)), *KL))
    assert found.reduction == "summed over the latents, an array over (B, C)"
    accused("wrong-reduction-axis", ask(lambda m, t: each(m, t).sum((0, 2, 3)), *KL))


def test_a_weight_of_nothing_else_is_refused() -> None:
    with pytest.raises(InputError, match="leave it out to judge the KL itself"):
        verify_loss(lambda mu, logvar: 4 * each(mu, logvar), beta=4)


def test_what_a_softplus_gives_may_be_taken_for_the_variance() -> None:
    soft = lambda rho: np.log1p(np.exp(rho))
    loss = lambda m, rho: 0.5 * (m**2 + soft(rho) - 1 - np.log(soft(rho))).sum(-1)
    accused("sigma-as-var", ask(loss, "mean", "softplus_std"))


@pytest.mark.parametrize("number", [0.1, unmeasured(1e-4)])
def test_the_scale_of_a_prior_is_named_as_what_is_wrong(number) -> None:
    """Its standard deviation for its variance, or its variance for that."""
    loss = lambda m, s: 0.5 * ((m**2 + s**2) / number - 1 - np.log(s**2 / number)).sum(-1)
    found = ask(loss, "mean", "std", prior=(0, 0.1))
    assert found.outcome == "refuted"
    assert found.mistakes[0].slug == "wrong-prior-scale"


def log_normal_pdf(x, mean, log_variance):
    return norm.logpdf(x, mean, np.exp(log_variance / 2)).sum(-1)


def test_a_log_density_has_its_own_sign_by_its_name() -> None:
    roles = ("x", "x_mean", "log_variance")
    found = passed(ask(log_normal_pdf, *roles))
    assert found.finding("elbo").message.startswith("it is the log-likelihood itself")
    accused("wrong-sign", ask(lambda x, m, t: 1 * log_normal_pdf(x, m, t), *roles))


def test_the_negative_of_a_kl_may_be_called_so() -> None:
    def neg_kl(mu, logvar):
        return -each(mu, logvar).sum(-1)

    assert passed(ask(neg_kl, *KL)).finding("elbo").message == "it is the negative, as its name says"
    accused("wrong-sign", ask(lambda mu, logvar: neg_kl(mu, logvar) * 1, *KL))


def bound(log_w):
    return (logsumexp(log_w, axis=-1) - np.log(log_w.shape[-1])).mean()


def test_a_bound_has_the_sign_of_its_name() -> None:
    def iwae_loss(log_w):
        return bound(log_w)

    def iwae_nll(log_w):
        return -bound(log_w)

    accused("wrong-sign", ask(iwae_loss, "log_weights"))

    def iwae_bound(log_w):
        return -bound(log_w)

    for right in (bound, iwae_nll, iwae_bound, lambda log_w: 1 * bound(log_w), lambda log_w: -bound(log_w)):
        passed(ask(right, "log_weights"))


@needs_torch
def test_compiled_code_of_torch_names_its_arguments() -> None:
    import torch

    module = torch.jit.CompilationUnit("""
def kl(mu, logvar):
    return 0.5 * (mu * mu + torch.exp(logvar) - 1.0 - logvar).sum(dim=-1)
""")
    assert "proposed-roles" in codes_of(passed(verify_loss(module.kl, backend="torch", rng=0)))


def test_a_schema_of_another_kind_names_no_arguments() -> None:
    def kl(mu, logvar):
        return each(mu, logvar).sum(-1)

    kl.schema = {"mu": "number"}
    passed(verify_loss(kl, rng=0))


class Model:
    def loss(self, mu, logvar):
        return each(mu, logvar).sum(-1)


def test_a_method_without_its_object_is_refused_with_a_remedy() -> None:
    with pytest.raises(InputError, match="needs no self; give the method of an object"):
        verify_loss(Model.loss)
    passed(verify_loss(Model().loss, rng=0))


def test_names_that_do_not_tell_are_told_in_one_sentence() -> None:
    with pytest.raises(InputError, match=r"roles=not given must be given: the name of d does not tell; say what"):
        verify_loss(lambda mu, d: mu)
    with pytest.raises(InputError, match="must be given: mu, mean seem to hold the same"):
        verify_loss(lambda mu, mean: mu)


@pytest.mark.unmeasured
def test_a_prior_may_be_called_pr() -> None:
    def kl(mu_enc, logvar_enc, mu_pr, logvar_pr):
        square = (mu_enc - mu_pr) ** 2
        return 0.5 * (logvar_pr - logvar_enc + (np.exp(logvar_enc) + square) / np.exp(logvar_pr) - 1).sum(-1)

    passed(verify_loss(kl, rng=0))


def test_roles_are_suggested_on_the_side_that_a_name_says() -> None:
    with pytest.raises(InputError, match=r'roles=\{"mean_prior": "mean_p", "x1": "mean", "rest": "log_variance"\}'):
        verify_loss(lambda mean_prior, x1, rest: 0)


@needs_torch
@pytest.mark.unmeasured
def test_two_names_that_lie_together_are_no_accusation() -> None:
    from torch.nn.functional import binary_cross_entropy_with_logits

    def loss_fn(recon_x, x, mu, logvar):
        kl = 0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 * logvar).sum(-1)
        return (binary_cross_entropy_with_logits(recon_x, x, reduction="none").sum(-1) + kl).mean()

    found = verify_loss(loss_fn, backend="torch", rng=0)
    assert found.outcome == "undecided"
    assert "equal, if recon_x holds logits and logvar holds log σ;" in found.missing


def test_an_argument_with_the_name_of_its_function_does_not_hide_it() -> None:
    def kl(nll, kl, dataset_size):
        return nll.sum() + kl

    found = ask(kl, "nll", "kl", "dataset_size")
    assert "import kl as kl_itself" in found.as_test()
    assert not passes(found, kl, "kl_itself")


def test_a_fraction_of_a_fraction_is_one() -> None:
    loss = lambda m, s: 0.5 * ((m**2 + s**2) / 16 - 1 - np.log(s**2 / 16)).sum(-1)
    assert "(1/16 m_j² + 1/16 s_j² − " in str(ask(loss, "mean", "std", prior=(0, 2)).recovered)


@pytest.mark.unmeasured
def test_sigma_for_its_square_has_one_name_whatever_the_argument_holds() -> None:
    loss = lambda m, t: 0.5 * (m**2 + np.exp(t / 2) - 1 - t / 2).sum(-1)
    accused("sigma-as-var", ask(loss, *KL))
