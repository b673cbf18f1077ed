"""Odd but right losses: none is ever accused. A wrong accusation is the worst mistake that can be made here."""

import math
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest
from scipy.special import logsumexp

from elbo_check import verify_loss

LOG_VARIANCE, STD, VARIANCE, LOG_STD = (("mean", role) for role in ("log_variance", "std", "variance", "log_std"))
CASES = []
LATENTS = "summed over the latents"
EACH, MEAN, SUM = (
    f"{LATENTS}, {words}" for words in ("one value a sample", "averaged over the batch", "summed over the batch")
)


def right(reduction, roles=LOG_VARIANCE, **settings):
    def listed(function):
        CASES.append(pytest.param(function, roles, reduction, settings, id=function.__name__))
        return function

    return listed


def kl(m, s):
    return 0.5 * (m**2 + np.exp(s) - 1 - s)


@right(MEAN)
def in_place_on_a_copy(mu, logvar):
    held = mu.copy()
    held *= held
    held += np.exp(logvar)
    held -= 1 + logvar
    return held.sum(-1).mean() / 2


@right(EACH)
def einsum(mu, logvar):
    return 0.5 * (np.einsum("bd,bd->b", mu, mu) + np.einsum("bd->b", np.exp(logvar) - logvar) - mu.shape[-1])


@right(MEAN)
def loops(mu, logvar):
    total = 0.0
    for row, other in zip(mu, logvar, strict=True):
        for m, s in zip(row, other, strict=True):
            total += float(kl(m, s))
    return total / len(mu)


@right(MEAN)
def single_precision(mu, logvar):
    return float(kl(mu.astype(np.float32), logvar.astype(np.float32)).sum(-1).mean())


@right(EACH)
def kept_dimensions(mu, logvar):
    return kl(mu, logvar).sum(-1, keepdims=True)


@right(EACH)
def further_dimensions(mu, logvar):
    return kl(mu, logvar).sum(-1)[None, :, None]


@right("elementwise")
def transposed(mu, logvar):
    return kl(mu, logvar).T


@right(EACH)
def a_matrix(mu, logvar):
    return np.asmatrix(kl(mu, logvar)).sum(1)


class Subclass(np.ndarray):
    pass


@right(EACH)
def a_subclass(mu, logvar):
    return kl(mu.view(Subclass), logvar.view(Subclass)).sum(-1)


@right(EACH)
def a_list_of_numbers(mu, logvar):
    return [sum(map(kl, *rows)) for rows in zip(mu.tolist(), logvar.tolist(), strict=True)]


@right("elementwise")
def lists_of_lists(mu, logvar):
    return kl(mu, logvar).tolist()


@right(EACH)
def a_list_in_a_dict(mu, logvar):
    return MappingProxyType({"kl": kl(mu, logvar).sum(-1).tolist()})


@right(MEAN)
def a_list_of_outputs(mu, logvar):
    return [float(kl(mu, logvar).sum(-1).mean()), 2.0, 3.0]


@right(EACH, VARIANCE)
def log1p(mu, var):
    return 0.5 * ((mu**2).sum(-1) + ((var - 1) - np.log1p(var - 1)).sum(-1))


@right(EACH)
def expm1(mu, logvar):
    return 0.5 * (mu**2 + np.expm1(logvar) - logvar).sum(-1)


@right(EACH)
def logsumexp_of_the_variances(mu, logvar):
    return 0.5 * ((mu**2 - 1 - logvar).sum(-1) + np.exp(logsumexp(logvar, axis=-1)))


@right(EACH, LOG_STD)
def hyperbolic(mu, ls):
    return (mu**2 / 2 + np.exp(ls) * np.sinh(ls) - ls).sum(1)


@right(MEAN, STD)
def an_epsilon_in_the_logarithm(mu, sigma):
    return (-np.log(sigma + 1e-8) + 0.5 * (sigma**2 + mu**2 - 1)).sum(-1).mean()


@right(EACH)
def clamps_that_do_not_bind(mu, logvar):
    return np.maximum(kl(mu, np.clip(logvar, -10, 10)), 0.0).sum(-1)


@right(EACH)
def only_eight_latents(mu, logvar):
    if mu.shape[-1] != 8:
        raise ValueError(mu.shape)
    return kl(mu, logvar).sum(-1)


@right(SUM)
def folded_to_eight_latents(mu, logvar):
    return kl(mu, logvar).reshape(-1, 8).sum(-1).sum()


@right(LATENTS)
def single_vectors(mu, logvar):
    (d,) = mu.shape
    return 0.5 * (mu @ mu + np.exp(logvar).sum() - logvar.sum() - d)


@right(MEAN)
def images(mu, logvar):
    _, c, h, w = mu.shape
    return 0.5 * ((mu**2 + np.exp(logvar) - logvar).sum((1, 2, 3)).mean() - c * h * w)


@right("summed over the latents, an array over (B, H, W)")
def maps_of_images(mu, logvar):
    _, _, _, _ = mu.shape
    return kl(mu, logvar).sum(1)


@right(EACH)
def by_determinants(mu, logvar):
    found = []
    for m, s in zip(mu, logvar, strict=True):
        covariance = np.diag(np.exp(s))
        found.append(0.5 * (np.trace(covariance) + m @ m - len(m) - np.linalg.slogdet(covariance)[1]))
    return np.array(found)


@right(EACH)
def by_quadrature(mu, logvar):
    x, w = np.polynomial.hermite_e.hermegauss(8)
    z = mu[..., None] + np.exp(logvar / 2)[..., None] * x
    return ((z**2 / 2 - x**2 / 2 - logvar[..., None] / 2) @ (w / w.sum())).sum(-1)


@right(MEAN)
def exactly_summed(mu, logvar):
    return math.fsum(kl(mu, logvar).ravel()) / len(mu)


@right(SUM)
def in_fractions(mu, logvar):
    return float(sum(Fraction(float(x)) for x in kl(mu, logvar).ravel()))


@right(EACH)
def long_double(mu, logvar):
    return kl(mu.astype(np.longdouble), logvar.astype(np.longdouble)).sum(-1)


@right(EACH)
def big_endian(mu, logvar):
    return kl(mu, logvar).sum(-1).astype(">f8")


@right(MEAN)
def a_mean_times_the_number_of_latents(mu, logvar):
    return kl(mu, logvar).mean() * mu.shape[-1]


@right(MEAN)
def a_tuple(mu, logvar):
    each = kl(mu, logvar).sum(-1)
    return each.mean(), each


@right(MEAN)
def the_kl_of_a_dict(mu, logvar):
    return {"other": 3.0, "kl": kl(mu, logvar).sum(-1).mean()}


@right("elementwise, averaged over the batch")
def one_value_a_latent(mu, logvar):
    return kl(mu, logvar).mean(0)


@right(EACH)
def sorted_before_it_is_summed(mu, logvar):
    return np.sort(kl(mu, logvar), -1).sum(-1)


@right(EACH)
def positional_only(mu, logvar, /):
    return kl(mu, logvar).sum(-1)


@right(EACH)
def keyword_only(*, mu, logvar):
    return kl(mu, logvar).sum(-1)


@right(EACH, ("log_variance", "mean"))
def the_other_order(logvar, mu):
    return kl(mu, logvar).sum(-1)


@right(EACH, prior=(0.5, 2))
def another_prior(mu, logvar):
    return (np.log(2) - logvar / 2 + (np.exp(logvar) + (mu - 0.5) ** 2) / 8 - 0.5).sum(-1)


@right(MEAN, prior=(3, "0.3"))
def a_prior_of_decimals(mu, logvar):
    return (np.log(0.3) - logvar / 2 + (np.exp(logvar) + (mu - 3) ** 2) / 0.18 - 0.5).sum(-1).mean()


@right(EACH, ("mean", "softplus_std"))
def softplus_with_an_epsilon(mu, rho):
    sigma = np.log1p(np.exp(rho)) + 1e-6
    return (-np.log(sigma) + (sigma**2 + mu**2) / 2 - 0.5).sum(1)


@pytest.mark.endurance
@pytest.mark.parametrize(("function", "roles", "reduction", "settings"), CASES)
def test_a_right_loss_is_consistent_in_its_own_reduction(function, roles, reduction, settings):
    found = verify_loss(function, roles=roles, rng=7, **settings)
    assert (str(found.outcome), found.relation, found.reduction) == ("consistent", "equal", reduction), str(found)
    assert found.mistakes == ()
    assert found.counterexample is None
    assert found.as_test() == ""
    assert 0 < found.resolution < 0.02


@pytest.mark.endurance
@pytest.mark.parametrize(("function", "roles", "reduction", "settings"), CASES)
def test_the_same_loss_doubled_is_refuted(function, roles, reduction, settings):
    def doubled(*arguments, **named):
        return _doubled(function(*arguments, **named))

    names = [each.strip("*") for each in function.__code__.co_varnames[:2]]
    if function.__code__.co_kwonlyargcount:
        doubled = lambda *arguments: _doubled(function(**dict(zip(names, arguments, strict=True))))
    found = verify_loss(doubled, roles=roles, rng=7, parameters=names, **settings)
    assert str(found.outcome) == "refuted", str(found)
    assert found.relation == "proportional"
    assert found.factor == "2"


def _doubled(returned):
    if isinstance(returned, tuple):
        return tuple(map(_doubled, returned))
    if isinstance(returned, MappingProxyType | dict):
        return {name: _doubled(each) for name, each in returned.items()}
    if isinstance(returned, list):
        return list(map(_doubled, returned))
    return 2 * returned


# --- what cannot be called right or wrong ---


def verdict(function, roles=LOG_VARIANCE, **settings):
    return verify_loss(function, roles=roles, rng=7, **settings)


@pytest.mark.unmeasured
@pytest.mark.parametrize("digits", [3, 4])
def test_a_value_rounded_to_a_few_digits_is_not_called_wrong(digits):
    found = verdict(lambda mu, logvar: np.round(kl(mu, logvar).sum(-1), digits))
    assert str(found.outcome) == "undecided"
    assert "of the right value" in found.missing
    assert found.mistakes == ()


@pytest.mark.unmeasured
@pytest.mark.parametrize("epsilon", [1e-5, 1e-4, 1e-3])
def test_an_epsilon_of_some_size_is_not_called_wrong(epsilon):
    def loss(mu, logvar):
        variance = np.exp(logvar) + epsilon
        return 0.5 * (mu**2 + variance - 1 - np.log(variance)).sum(-1)

    assert str(verdict(loss).outcome) != "refuted"


@pytest.mark.unmeasured
@pytest.mark.parametrize("handed_out", [np.float16, np.float64])
@pytest.mark.parametrize("seed", range(4))
def test_half_precision_is_no_proof_and_no_mistake(handed_out, seed):
    def loss(mu, logvar):
        return kl(mu.astype(np.float16), logvar.astype(np.float16)).sum(-1).astype(handed_out)

    found = verify_loss(loss, roles=("mean", "log_variance"), rng=seed)
    assert str(found.outcome) == "undecided"
    assert found.mistakes == ()
    assert "which is what float16 can tell" in found.missing


@pytest.mark.parametrize("loss", [lambda mu, logvar: mu + logvar, lambda mu, logvar: 3.0 + 0.0 * mu.sum()])
def test_numbers_that_are_exact_in_half_precision_are_not_read_in_it(loss):
    found = verdict(loss)
    assert str(found.outcome) == "refuted"
    assert found.record["dtype"] == "float64"


@pytest.mark.endurance
def test_half_precision_that_is_summed_in_double_is_not_called_wrong():
    loss = lambda mu, logvar: kl(mu.astype(np.float16), logvar.astype(np.float16)).astype(float).sum(-1).mean()
    assert str(verdict(loss).outcome) == "undecided"


def test_an_error_of_a_percent_is_called_wrong():
    found = verdict(lambda mu, logvar: 1.0123456789 * kl(mu, logvar).sum(-1))
    assert str(found.outcome) == "refuted"
    assert found.counterexample is not None


def with_its_length(mu, logvar):
    return 0.5 * ((mu**2).sum() + np.exp(logvar).sum() - logvar.sum() - len(mu))


def a_mean_times_its_length(mu, logvar):
    return kl(mu, logvar).mean() * len(mu)


def a_curve_of_its_length(mu, logvar):
    return kl(mu, logvar).sum() * np.cos(mu.size - len(mu))


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "ending"),
    [
        (with_its_length, "logvar_j) − B/2: missing-dim-term (batch=True says that it takes batches)"),
        (a_mean_times_its_length, "logvar_j − 1): wrong-reduction-axis (batch=True says that it takes batches)"),
        (a_curve_of_its_length, "something else"),
    ],
)
def test_what_is_right_of_single_samples_only_is_not_called_wrong(loss, ending):
    found = verdict(loss)
    assert str(found.outcome) == "undecided"
    assert found.missing.startswith("equal, if its arguments are single samples (batch=False); of a batch it is ")
    assert found.missing.endswith(ending)
    assert str(verdict(loss, batch=False).outcome) == "consistent"


def test_a_constant_that_is_wrong_of_single_samples_too_is_refuted():
    def loss(mu, logvar):
        return 0.5 * ((mu**2).sum() + np.exp(logvar).sum() - logvar.sum() - 2 * len(mu))

    assert str(verdict(loss).outcome) == "refuted"


@pytest.mark.unmeasured
def test_a_loss_that_no_single_sample_fits_is_refuted_as_it_is():
    def loss(mu, logvar):
        batch, _ = mu.shape
        return kl(mu, logvar).sum() + batch

    assert str(verdict(loss).outcome) == "refuted"
    assert (
        str(verdict(lambda mu, logvar: loss(mu[None], logvar[None]) if mu.ndim == 1 else np.cos(mu).sum()).outcome)
        == "refuted"
    )


@pytest.mark.parametrize("flatten", [np.ravel, lambda each: np.array([each.sum()] * 2)])
def test_a_shape_that_has_no_meaning_is_undecided(flatten):
    found = verdict(lambda mu, logvar: flatten(kl(mu, logvar)))
    assert str(found.outcome) == "undecided"
    assert "cannot be read" in found.missing
