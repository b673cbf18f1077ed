"""Images of one channel, MNIST's: a mean over an axis of length 1 is none. Which axis that is, the caller says."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, passed

VAE = ("probabilities", "x", "mean", "log_variance")


def of_images(reduced):
    """A loss of images alone, whose cross-entropy is reduced in this way."""

    def loss(recon, x, mu, logvar):
        assert x.ndim == 4
        each = -(x * np.log(recon) + (1 - x) * np.log(1 - recon))
        return reduced(each) + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1).mean()

    return loss


OVER_CHANNELS = of_images(lambda each: each.sum((2, 3)).mean())
OVER_THE_LAST = of_images(lambda each: each.mean(-1).sum((1, 2)).mean())


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "name", "words"),
    [(OVER_CHANNELS, "c", "images of one channel"), (OVER_THE_LAST, "w", "images of one channel, which stands last")],
)
def test_a_mean_over_channels_is_right_of_one_channel(loss, name, words) -> None:
    found = ask(loss, *VAE)
    assert found.outcome == "undecided"
    assert found.missing.startswith(f"equal, if {name} = 1: {words} (say so: sizes={{'{name}': 1}}); at other lengths")
    assert found.missing.endswith(f"(effective beta {name} instead of 1)")
    passed(ask(loss, *VAE, sizes={name: 1}))


@pytest.mark.endurance
@pytest.mark.parametrize(
    "reduced",
    [
        lambda each: each.sum((1, 3)).mean(),
        lambda each: each.sum(1).mean(),
        lambda each: each.sum((2, 3)).mean() * 2,
        np.mean,
    ],
    ids=["height", "height and width", "channels, and doubled", "all"],
)
def test_a_mean_over_pixels_is_one_of_one_channel_too(reduced) -> None:
    assert ask(of_images(reduced), *VAE).outcome == "refuted"


@pytest.mark.parametrize(
    ("loss", "sizes"),
    [
        (OVER_CHANNELS, {"c": 3}),
        (OVER_CHANNELS, {"c": 28, "h": 28}),
        (OVER_THE_LAST, {"c": 3}),
        (OVER_THE_LAST, {"h": 28, "w": 28}),
        (OVER_THE_LAST, {"D": 60}),
    ],
)
def test_lengths_that_are_given_say_which_axis_that_of_channels_is(loss, sizes) -> None:
    assert ask(loss, *VAE, sizes=sizes).outcome == "refuted"


@pytest.mark.unmeasured
def test_images_of_so_many_pixels_are_squares_of_one_channel() -> None:
    found = ask(OVER_THE_LAST, *VAE, sizes={"D": 49})
    assert found.missing.startswith("equal, if w = 1 and c = 7 and h = 7 (say so: sizes={'w': 1, 'c': 7, 'h': 7})")
    passed(ask(OVER_CHANNELS, *VAE, sizes={"D": 49}))
