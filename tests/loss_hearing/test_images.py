"""Losses that take flat arrays and images: lengths of an image say that images are meant, else the other is told of."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, codes_of, passed

VAE = ("reconstruction", "x", "mean", "log_variance")
IMAGE = {"c": 3, "h": 4, "w": 5}


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).reshape(len(mu), -1).sum(1).mean()


def over_the_width(recon, x, mu, logvar):
    return 0.5 * ((recon - x) ** 2).sum(-1).mean() + kl(mu, logvar)


def over_all(recon, x, mu, logvar):
    return 0.5 * ((recon - x) ** 2).reshape(len(x), -1).sum(-1).mean() + kl(mu, logvar)


@pytest.mark.endurance
@pytest.mark.parametrize("more", [{}, {"D": 60}])
def test_lengths_of_an_image_have_images_judged(more) -> None:
    found = ask(over_the_width, *VAE, sizes=IMAGE | more)
    assert found.outcome == "refuted"
    assert found.finding("effective-beta").message == "effective beta 12 instead of 1"
    assert found.counterexample["x"].shape[1:] == (3, 4, 5)
    passed(ask(over_all, *VAE, sizes=IMAGE | more))


@pytest.mark.unmeasured
def test_a_function_that_takes_no_images_is_judged_by_flat_arrays() -> None:
    def flat(recon, x, mu, logvar):
        assert x.ndim == 2
        return over_all(recon, x, mu, logvar)

    passed(ask(flat, *VAE, sizes=IMAGE))


def test_lengths_of_a_latent_image_are_of_no_sequence() -> None:
    def steps(mu, logvar):
        each = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)
        return each.reshape(len(mu), -1).sum() / len(mu) if mu.ndim > 2 else each.sum(-1).mean()

    passed(ask(steps, "mean", "log_variance", sizes={"C": 2, "H": 3, "W": 4}))


@pytest.mark.unmeasured
def test_what_a_flat_loss_is_of_images_is_told() -> None:
    found = passed(ask(over_the_width, *VAE))
    told = found.finding("not-of-images")
    assert told.severity == "note"
    assert "with an effective beta of 12 at (B, c, h, w) = (2, 3, 4, 5)" in told.message
    assert "not-of-images" not in codes_of(passed(ask(over_all, *VAE)))
    assert "not-of-images" not in codes_of(passed(ask(over_the_width, *VAE, sizes={"D": 60})))


def test_another_function_of_images_has_no_beta() -> None:
    def loss(recon, x, mu, logvar):
        return over_all(recon, x, mu, logvar) if x.ndim == 2 else np.cosh(x - recon).sum() + kl(mu, logvar)

    assert "beta" not in passed(ask(loss, *VAE)).finding("not-of-images").message


def test_of_arrays_without_parts_nothing_more_is_said() -> None:
    def nll(x, mean, std):
        return 0.5 * (((x - mean) / std) ** 2 + 2 * np.log(std) + np.log(2 * np.pi)).sum(-1).mean()

    passed(ask(nll, "x", "x_mean", "std"))


def with_its_spread(factor):
    """A loss of images whose σ has four axes and is not 1: of plain arrays each pixel counts for every sample."""
    log_sigma = np.full((1, 1, 1, 1), -1.0)

    def loss(recon, x, mu, logvar):
        each = 0.5 * ((recon - x) / np.exp(log_sigma)) ** 2 + log_sigma
        return each.reshape(len(each), -1).sum(-1).mean() + factor * kl(mu, logvar)

    return loss


def test_a_spread_with_the_axes_of_an_image_may_be_another_than_one() -> None:
    found = ask(with_its_spread(1.0), *VAE)
    assert found.outcome == "undecided"
    assert "standard deviation 0.3678794412, and its arguments hold D along three axes" in found.missing


@pytest.mark.endurance
@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_a_kl_twice_is_right_of_no_spread(factor) -> None:
    if factor == 2.0:
        assert ask(with_its_spread(factor), *VAE).outcome == "refuted"
    of_images = ask(with_its_spread(factor), *VAE, sizes=IMAGE)
    assert ("standard deviation 0.3678794412" in of_images.missing) == (factor == 1.0)
