"""Images that a function flattens to a number of pixels in its code: they are square, of one channel or three."""

import numpy as np
import pytest

from .help import accused, ask, passed
from .test_unknown_decoder import L, V, kl


def half_square(r, x):
    return 0.5 * ((x - r) ** 2).sum(-1)


def entropy(t, x):
    return (np.logaddexp(0, t) - t * x).sum(-1)


def of_64(r, x, mu, lv):
    assert x.ndim == 4
    return half_square(r.reshape(-1, 64), x.reshape(-1, 64)).mean() + kl(mu, lv).mean()


def wrong_of_64(r, x, mu, lv):
    return of_64(r, x, mu, lv) + kl(mu, lv).mean()


def of_784(part, divergence=kl):
    def loss(r, x, mu, lv):
        assert x.ndim == 4
        return part(r.reshape(-1, 784), x.reshape(-1, 784)).mean() + divergence(mu, lv).mean()

    return loss


def of_3072(r, x, mu, lv):
    assert x.ndim == 4
    return half_square(r.reshape(-1, 3 * 32 * 32), x.reshape(-1, 3 * 32 * 32)).mean() + kl(mu, lv).mean()


def unpacked(r, x, mu, lv):
    count, _, _, _ = x.shape
    return half_square(r.reshape(count, 784), x.reshape(count, 784)).sum() / count + kl(mu, lv).sum() / count


def turned(r, x, mu, lv):
    flat = (each.transpose(0, 2, 3, 1).reshape(-1, 784) for each in (r, x))
    return half_square(*flat).mean() + kl(mu, lv).mean()


def read_at(found, pixels):
    assert f"D = {pixels}" in passed(found).finding("fixed-size").message


@pytest.mark.endurance
def test_images_of_one_channel_are_flattened():
    read_at(ask(of_64, *V), 64)


@pytest.mark.endurance
def test_a_doubled_kl_is_refuted_beside_them():
    accused("doubled", ask(wrong_of_64, *V))


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles", "pixels"),
    [
        (of_784(half_square), V, 784),
        (of_784(entropy), L, 784),
        (of_3072, V, 3072),
        (unpacked, V, 784),
        (turned, V, 784),
    ],
    ids=["squares", "entropy", "three channels", "a shape that is unpacked", "axes that are turned"],
)
def test_other_images_are_flattened(loss, roles, pixels):
    read_at(ask(loss, *roles), pixels)


@pytest.mark.endurance
def test_lengths_that_are_given_stay():
    read_at(ask(of_784(half_square), *V, sizes={"c": 1, "h": 28, "w": 28}), 784)


@pytest.mark.endurance
def test_a_mean_over_flattened_images_is_refuted():
    accused("wrong-scale", ask(of_784(lambda r, x: half_square(r, x) / 784), *V))


@pytest.mark.endurance
def test_a_sum_beside_a_mean_of_flattened_images_is_refuted():
    assert ask(of_784(half_square, lambda mu, lv: kl(mu, lv).sum()), *V).outcome == "refuted"
