"""A mean and a log σ² in one image: side by side along its channels, which may stand first or last."""

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, passed

PACKED = "mean_and_log_variance"


def halved(axis, times=0.5):
    """The KL of an image whose halves along an axis are the mean and log σ², as one value a sample."""

    def kl(parameters):
        mean, logvar = np.split(parameters, 2, axis=axis)
        return times * np.sum(mean**2 + np.exp(logvar) - 1 - logvar, axis=(1, 2, 3))

    return kl


@pytest.mark.parametrize(("axis", "words"), [(-1, "along its last axis, where channels stand last"), (1, "latents")])
def test_halves_along_the_channels_are_right_wherever_these_stand(axis, words) -> None:
    assert words in passed(ask(halved(axis), PACKED)).finding("halves").message


@pytest.mark.parametrize("axis", [-1, 1])
def test_what_is_wrong_of_halves_is_named(axis) -> None:
    assert accused("doubled", ask(halved(axis, 1.0), PACKED)).finding("halves")


def test_halves_of_the_last_axis_of_flat_arrays_are_those_of_the_latents() -> None:
    def kl(parameters):
        mean, logvar = np.split(parameters, 2, axis=-1)
        return 0.5 * np.sum(mean**2 + np.exp(logvar) - 1 - logvar, axis=-1)

    assert "along its latents" in passed(ask(kl, PACKED)).finding("halves").message
