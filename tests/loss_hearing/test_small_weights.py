"""A KL with a weight of a millionth and less, beside any likelihood: it is no argument ignored, and no KL missing."""

from fractions import Fraction

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, codes_of, passed, unmeasured

VAE = ("reconstruction", "x", "mean", "log_variance")
LIKELIHOODS = {
    "squares": lambda r, x: 0.5 * ((x - r) ** 2).sum(),
    "absolute": lambda r, x: np.abs(x - r).sum(),
    "entropy": lambda r, x: -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(),
}


def weighed(kind, weight, dtype=np.float64):
    """The loss of a mean over the batch, with its KL weighed so."""

    def loss(recon, x, mu, logvar):
        recon, x, mu, logvar = (np.asarray(each, dtype) for each in (recon, x, mu, logvar))
        kl = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum()
        return np.float64((LIKELIHOODS[kind](recon, x) + dtype(weight) * kl) / len(x))

    return loss


@pytest.mark.parametrize("weight", [1e-6, 1e-8, 1e-10])
@pytest.mark.parametrize("kind", ["squares", "entropy"])
def test_a_small_weight_is_read_and_its_declaration_proposed(kind, weight) -> None:
    found = accused("wrong-scale", ask(weighed(kind, weight), *VAE))
    told = f"effective beta {weight:.6g} instead of 1; if that is meant, declare it: beta={weight:.6g}"
    assert found.finding("effective-beta").message == told
    assert not codes_of(found) & {"ignored-argument", "coarse-inside", "not-recognised"}


@pytest.mark.parametrize("weight", [1e-6, 1e-10])
def test_a_small_weight_that_is_not_read_is_measured(weight) -> None:
    found = ask(weighed("absolute", weight), *VAE)
    assert found.outcome == "refuted"
    assert found.finding("small-part").message == (
        f"what depends on mu and logvar weighs about {weight:.6g} of what is right: if a small weight is meant, "
        f"declare it, as beta={weight:.6g}"
    )
    assert not codes_of(found) & {"ignored-argument", "coarse-inside"}


def test_what_was_proposed_holds_when_it_is_followed() -> None:
    passed(ask(weighed("squares", 1e-6), *VAE, beta=1e-6))
    passed(ask(weighed("entropy", 1e-6), *VAE, beta=1e-6))
    assert "Laplace" in ask(weighed("absolute", 1e-6), *VAE, beta=1e-6).missing


def test_a_weight_of_more_digits_is_told_with_fewer_of_them_beside() -> None:
    found = ask(weighed("squares", 0.1234567), *VAE)
    assert found.finding("effective-beta").message == "effective beta 0.1234567 = 0.123457 instead of 1"


@pytest.mark.endurance
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_weight_that_rounding_hides_at_ordinary_numbers_is_none_that_is_missing(dtype) -> None:
    found = ask(weighed("squares", 1e-12, dtype), *VAE)
    assert found.outcome == "refuted"
    assert found.mistakes == ()
    assert found.finding("hidden-part").message.startswith("a part that depends on mu and logvar is no more than ")
    assert "effective-beta" not in codes_of(found)


@pytest.mark.endurance
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_weight_of_nothing_is_a_kl_that_is_missing(dtype) -> None:
    accused("missing-kl-term", ask(weighed("squares", 0.0, dtype), *VAE))


@pytest.mark.endurance
def test_arguments_that_change_nothing_are_told_as_before() -> None:
    found = ask(lambda r, x, mu, logvar: np.cosh(3 * (x - r) * r).sum(), *VAE)
    assert found.finding("ignored-argument").message == "its value does not depend on mu or logvar"


@pytest.mark.endurance
def test_a_part_that_is_no_multiple_of_what_is_right_has_no_weight() -> None:
    found = ask(lambda r, x, mu, logvar: np.abs(x - r).sum() + 1e-6 * np.cosh(mu * logvar).sum(), *VAE)
    assert not codes_of(found) & {"ignored-argument", "small-part"}


def beside_squares(kl, beta):
    return lambda r, x, mu, s: (0.5 * ((x - r) ** 2).sum(1) + beta * kl(mu, s).sum(1)).mean()


EPSILONS = {
    "beside σ": lambda e: lambda mu, s: 0.5 * (mu**2 + (s + e) ** 2 - 1 - 2 * np.log(s + e)),
    "within the logarithm": lambda e: lambda mu, s: 0.5 * (mu**2 + s**2 - 1 - np.log(s**2 + e)),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("beta", "size"), [(1e-3, 1e-4), unmeasured(1e-4, 1e-5), unmeasured(1e-5, 1e-6)])
@pytest.mark.parametrize("kl", EPSILONS.values(), ids=EPSILONS)
def test_an_epsilon_in_a_kl_of_a_small_declared_weight_is_told_and_does_no_harm(kl, beta, size) -> None:
    """It departs from a right formula by a millionth at random points, by a thousandth where the rest is nothing."""
    found = passed(ask(beside_squares(kl(size), beta), "reconstruction", "x", "mean", "std", beta=beta))
    assert f"{size:.3g} is added to σ" in found.finding("harmless-epsilon").message


@pytest.mark.unmeasured
def test_a_large_one_is_asked_for() -> None:
    found = ask(beside_squares(EPSILONS["beside σ"](0.05), 1e-5), "reconstruction", "x", "mean", "std", beta=1e-5)
    assert found.outcome == "undecided"
    assert "0.05 is added to σ, which is more than an epsilon does" in found.missing


def with_an_epsilon(size):
    return lambda mu, s: 0.5 * (mu**2 + s**2 - 1) - np.log(s + size)


UNSEEN = [(1e-4, 1e-8), unmeasured(1e-5, 1e-7), unmeasured(1e-6, 1e-6)]


@pytest.mark.parametrize(("beta", "size"), UNSEEN)
def test_one_too_small_to_be_told_is_no_latent_that_is_left_out(beta, size) -> None:
    """Near the prior, where all else is 0, it shows as much as it does at random points, and no more."""
    passed(ask(beside_squares(with_an_epsilon(size), beta), "reconstruction", "x", "mean", "std", beta=beta))


@pytest.mark.unmeasured
@pytest.mark.parametrize(("beta", "size"), UNSEEN)
def test_a_latent_that_is_left_out_is_seen_beside_one(beta, size) -> None:
    def active(mu, s):
        return with_an_epsilon(size)(mu, s) * (np.abs(mu).mean(0) > 0.05)

    found = ask(beside_squares(active, beta), "reconstruction", "x", "mean", "std", beta=beta)
    assert found.outcome == "refuted"
    assert "wrong-spot" in codes_of(found)


@pytest.mark.unmeasured
def test_nor_is_a_kl_in_single_precision_or_a_constant_beside_the_squares() -> None:
    def single(r, x, mu, s):
        return beside_squares(with_an_epsilon(0.0), 1e-5)(r, x, mu.astype(np.float32), s.astype(np.float32))

    passed(ask(single, "reconstruction", "x", "mean", "std", beta=1e-5))
    for beta in (1e-3, 1e-4):
        whole = beside_squares(with_an_epsilon(0.0), beta)
        found = ask(
            lambda r, x, mu, s, whole=whole: whole(r, x, mu, s) + 5e-9 * x.shape[1],
            *("reconstruction", "x", "mean", "std"),
            beta=beta,
        )
        assert "wrong-spot" not in codes_of(found)


def beside_an_epsilon(weight, epsilon, reduced=lambda kl: kl.sum(1).mean()):
    """A cross-entropy whose logarithms have an epsilon, and a KL with a weight that nobody declared."""

    def loss(recon, x, mu, logvar):
        entropy = -(x * np.log(recon + epsilon) + (1 - x) * np.log(1 - recon + epsilon)).sum(1).mean()
        return entropy + weight * reduced(0.5 * (mu**2 + np.exp(logvar) - 1 - logvar))

    return loss


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("weight", "epsilon"), [("1/100", 1e-8), unmeasured("1/4000", 1e-6), unmeasured("37/100", 1e-7)]
)
def test_a_weight_beside_an_epsilon_is_read_from_the_answers(weight, epsilon) -> None:
    found = accused("wrong-scale", ask(beside_an_epsilon(float(Fraction(weight)), epsilon), "probabilities", *VAE[1:]))
    assert found.finding("effective-beta").message.startswith(f"effective beta {weight} instead of 1")
    assert found.finding("harmless-epsilon")


@pytest.mark.unmeasured
def test_a_weight_of_a_mean_beside_an_epsilon_is_told_with_it() -> None:
    found = ask(beside_an_epsilon(0.37, 1e-7, np.mean), "probabilities", *VAE[1:])
    assert [mistake.slug for mistake in found.mistakes] == ["mean-over-latent", "wrong-scale"]
    assert found.finding("effective-beta").message.startswith("effective beta 37/(100d) instead of 1")


@pytest.mark.unmeasured
def test_a_weight_that_no_short_decimal_is_stays_unread_beside_an_epsilon() -> None:
    found = ask(beside_an_epsilon(0.12345678, 1e-7), "probabilities", *VAE[1:])
    assert found.outcome == "refuted"
    assert "not-recognised" in codes_of(found)
