"""A decoder's spread may be one number or one a pixel: what is right of the one is asked of the other."""

import numpy as np
import pytest

from .help import ask, codes_of, long, passed, unmeasured

ROLES = ("reconstruction", "decoder_std", "x", "mean", "std")
HALF_LOG = 0.5 * np.log(2 * np.pi)


def kl(mu, std):
    return (0.5 * (mu**2 + std**2 - 1) - np.log(std)).sum()


def nll(r, s, x):
    return (((x - r) / s) ** 2 / 2 + np.log(s) + HALF_LOG).sum()


def log_of_the_mean(r, s, x, mu, std):
    return (((x - r) / s) ** 2 / 2 + np.log(np.mean(s)) + HALF_LOG).sum() + kl(mu, std)


def now_and_then(r, s, x, mu, std):
    value = nll(r, s, x) + kl(mu, std)
    return value if np.ndim(s) == 0 or len(x) == 2 else np.full(len(x), value)


def of_images(r, s, x, mu, std):
    assert x.ndim == 4
    v = np.mean(s) ** 2
    return ((x - r) ** 2 / (2 * v) + 0.5 * np.log(v)).sum((1, 2, 3)).mean() + kl(mu, std) / len(x)


@pytest.mark.parametrize(
    ("loss", "own"),
    [
        unmeasured(lambda r, s, x, mu, std: nll(r, np.mean(s), x) + kl(mu, std), "one number;"),
        unmeasured(lambda r, s, x, mu, std: nll(r, np.max(s), x) + kl(mu, std), "one number;"),
        unmeasured(lambda r, s, x, mu, std: nll(r, s if s.ndim < 2 else s[:, :1], x) + kl(mu, std), "one number;"),
        unmeasured(log_of_the_mean, "one number;"),
        (now_and_then, "one number;"),
        long(of_images, "one number;"),
        long(
            lambda r, s, x, mu, std: (
                (((x - r) / s) ** 2 / 2 + HALF_LOG).sum() + len(x) * np.log(s[..., : x.shape[1]]).sum() + kl(mu, std)
            ),
            "one number a pixel, the same for all samples;",
        ),
    ],
    ids=["mean", "largest", "first pixel", "log of the mean", "now and then", "images", "a number a pixel"],
)
def test_what_is_right_of_fewer_numbers_alone_is_open(loss, own):
    found = ask(loss, *ROLES)
    assert found.outcome == "undecided"
    assert f"holds {own}" in found.missing
    assert "let it use each pixel's own, or refuse them" in found.missing


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "loss",
    [
        lambda r, s, x, mu, std: nll(r, s, x) + kl(mu, std),
        lambda r, s, x, mu, std: nll(r, float(s), x) + kl(mu, std),
        lambda r, s, x, mu, std: (nll(r, s, x) + kl(mu, std)) / len(x),
    ],
    ids=["each pixel's own", "refuses more", "mean"],
)
def test_what_uses_every_number_or_takes_one_alone_is_right(loss):
    assert "not-a-spread-a-pixel" not in codes_of(passed(ask(loss, *ROLES)))


def test_one_number_that_gives_another_shape_otherwise_is_told():
    def loss(r, s, x, mu, std):
        return 0.5 * ((x - r) ** 2).sum() / s**2 + x.size * (np.log(s) + HALF_LOG) + kl(mu, std)

    found = passed(ask(loss, *ROLES)).finding("not-a-spread-a-pixel").message
    assert "is right where s holds one number, and has another shape" in found


def of_pixels(count):
    """A loss with half a log σ² for each number that `count` finds, which is right of a spread of every pixel."""

    def loss(r, s, x, mu, std):
        return (((x - r) / s) ** 2 / 2 + HALF_LOG).sum() + count(np.log(s), x).sum() + kl(mu, std)

    return loss


def test_a_sum_of_a_spread_that_is_right_of_every_pixel_alone_tells_the_others():
    told = passed(ask(of_pixels(lambda t, x: t), *ROLES)).finding("not-one-spread").message
    assert "where s holds one number a pixel of every sample; where it holds one number, or one number a pixel" in told


@pytest.mark.unmeasured
def test_a_sum_over_pixels_for_every_sample_tells_that_it_is_not_of_one_number():
    def loss(r, s, x, mu, std):
        each = s if s.ndim < 2 else s.reshape(-1)[: x.size].reshape(x.shape)
        logs = np.log(each).sum() * (len(x) if each.ndim < 2 else 1)
        return (((x - r) / each) ** 2 / 2 + HALF_LOG).sum() + logs + kl(mu, std)

    told = passed(ask(loss, *ROLES)).finding("not-one-spread").message
    assert "where s holds one number a pixel, the same for all samples; where it holds one number, which" in told


@pytest.mark.parametrize("offset", [0.0, 1e-4], ids=["as it is", "with an epsilon"])
def test_a_spread_of_every_pixel_that_refuses_others_or_counts_them_is_told_of_nothing(offset):
    def refusing(r, s, x, mu, std):
        assert s.shape == x.shape
        return nll(r, s + offset, x) + kl(mu, std)

    def counting(r, s, x, mu, std):
        return of_pixels(lambda t, x: np.broadcast_to(t, x.shape))(r, s + offset, x, mu, std)

    for right in (refusing, counting):
        assert "not-one-spread" not in codes_of(passed(ask(right, *ROLES)))
