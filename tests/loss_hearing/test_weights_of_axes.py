"""Weights between the parts of a loss are named after the axis that was averaged, and after no other."""

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, names_of, passed

VAE = ("reconstruction", "x", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def entropy(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


def of_parts(data, latents, axes=3):
    """A loss of two parts, each reduced to one value a sample or less, of x with so many axes."""

    def loss(r, x, mu, logvar):
        assert x.ndim == axes
        assert axes != 3 or mu.ndim == 3
        return np.mean(data(entropy(r, x))) + np.mean(latents(kl(mu, logvar)))

    return loss


PIXELS = {
    "of a total": (lambda r, x, mu, lv: entropy(r, x).sum(-1).mean() + kl(mu, lv).sum(-1).mean() / x.shape[-1], "1/D"),
    "of every sample": (lambda r, x, mu, lv: entropy(r, x).sum(-1) + kl(mu, lv).sum(-1) / x.shape[-1], "1/D"),
    "of an image": (
        lambda r, x, mu, lv: entropy(r, x).sum((1, 2, 3)).mean() + kl(mu, lv).sum(-1).mean() / x[0, 0].size,
        "1/(hw)",
    ),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("loss", "beta"), PIXELS.values(), ids=PIXELS)
def test_a_divergence_over_the_number_of_pixels_is_a_wrong_scale_and_no_wrong_axis(loss, beta) -> None:
    found = ask(loss, *VAE)
    assert names_of(found) == [{"wrong-scale"}]
    assert found.finding("effective-beta").message == f"effective beta {beta} instead of 1"
    assert f"an effective beta of {beta}" in found.mistakes[0].evidence


@pytest.mark.unmeasured
def test_the_batch_over_the_number_of_pixels_names_both() -> None:
    found = ask(lambda r, x, mu, lv: entropy(r, x).sum() + kl(mu, lv).sum() / x.size, *VAE)
    assert [names & {"double-averaging", "wrong-scale"} for names in names_of(found)] == [
        {"double-averaging"},
        {"wrong-scale"},
    ]


STEPS = {
    "a mean over the latents of a step": (
        of_parts(lambda e: e.sum((1, 2)), lambda k: k.mean(2).sum(1)),
        "mean-over-latent",
        "1/L",
    ),
    "a mean over the numbers of a step": (
        of_parts(lambda e: e.mean(2).sum(1), lambda k: k.sum((1, 2))),
        "bce-mean-vs-kl-sum",
        "l",
    ),
    "a mean over all latents": (
        of_parts(lambda e: e.sum((1, 2)), lambda k: k.mean((1, 2))),
        "mean-over-latent",
        "1/d",
    ),
    "a mean over all numbers": (
        of_parts(lambda e: e.mean((1, 2)), lambda k: k.sum((1, 2))),
        "bce-mean-vs-kl-sum",
        "D",
    ),
    "a mean over the steps of latents": (
        of_parts(lambda e: e.sum((1, 2)), lambda k: k.sum(2).mean(1)),
        "mean-over-steps",
        "1/T",
    ),
    "a mean over the steps of data": (
        of_parts(lambda e: e.sum(2).mean(1), lambda k: k.sum((1, 2))),
        "mean-over-steps",
        "T",
    ),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("loss", "slug", "beta"), STEPS.values(), ids=STEPS)
def test_the_axis_of_a_sequence_that_was_averaged_is_the_one_that_is_named(loss, slug, beta) -> None:
    found = accused(slug, ask(loss, *VAE))
    assert found.record["layout"] == "d along two axes (T, L), D along two axes (T, l)"
    assert found.finding("effective-beta").message == f"effective beta {beta} instead of 1"
    assert "reading" not in {finding.code for finding in found.findings}


@pytest.mark.endurance
@pytest.mark.parametrize("name", ["a mean over the steps of latents", "a mean over the steps of data"])
def test_a_mean_over_as_many_steps_as_were_given_may_be_that_or_a_factor(name) -> None:
    found = ask(STEPS[name][0], *VAE, sizes={"B": 4, "T": 6})
    assert names_of(found) == [{"wrong-scale", "mean-over-steps"}]


@pytest.mark.endurance
def test_both_parts_averaged_over_the_same_axes_are_right() -> None:
    passed(ask(of_parts(lambda e: e.sum(2).mean(1), lambda k: k.sum(2).mean(1)), *VAE))
    passed(ask(of_parts(lambda e: e.sum((1, 2)), lambda k: k.sum((1, 2))), *VAE, sizes={"B": 4, "T": 6}))


@pytest.mark.endurance
def test_pixels_averaged_over_height_and_width_are_one_mean() -> None:
    found = ask(of_parts(lambda e: e.mean((2, 3)).sum(1), lambda k: k.sum(-1), axes=4), *VAE)
    assert [("bce-mean-vs-kl-sum" in names) for names in names_of(found)] == [True]
    assert found.finding("effective-beta").message == "effective beta hw instead of 1"
