"""A mask or a weight for each pixel, of one channel too, alone and beside a prior of its own: images are asked."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask

VAE = ("reconstruction", "x", "mean", "log_variance")


def losses(shape, latents):
    mask, prior = np.ones(shape), np.zeros(latents or 1)

    def likelihood(r, x):
        return 0.5 * mask * (r - x) ** 2

    def kl(mu, logvar):
        return 0.5 * (np.exp(logvar) + (mu - (prior if latents else 0.0)) ** 2 - 1 - logvar).sum(-1).mean()

    def right(r, x, mu, logvar):
        return likelihood(r, x).sum((1, 2, 3)).mean() + kl(mu, logvar)

    def flat(r, x, mu, logvar):
        return likelihood(r, x).reshape(len(r), -1).sum(1).mean() + kl(mu, logvar)

    def of_rows(r, x, mu, logvar):
        return likelihood(r, x).sum(-1).mean() + kl(mu, logvar)

    return right, flat, of_rows


@pytest.mark.endurance
@pytest.mark.parametrize("latents", [None, 16])
@pytest.mark.parametrize("shape", [(1, 1, 14, 14), (1, 14, 14), (14, 14), (1, 3, 8, 8)], ids=str)
def test_a_mask_of_images_is_asked_with_images(shape, latents) -> None:
    right, flat, of_rows = losses(shape, latents)
    assert ask(right, *VAE).outcome == "consistent"
    assert ask(flat, *VAE).outcome == "consistent"
    assert ask(of_rows, *VAE).outcome == "refuted"
