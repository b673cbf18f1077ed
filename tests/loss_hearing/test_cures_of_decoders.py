"""A slip in −log p(x | z) is mended there: its cure is one of the decoder, and what differs is told."""

import numpy as np
import pytest

from .help import accused, ask

W = ("reconstruction", "x", "decoder_log_std", "mean", "log_variance")
ALONE = ("reconstruction", "x", "log_std")
KL_CURE = "kl = 0.5 * (mu**2 + sigma**2 - 1 - 2 * log(sigma)).sum(-1)"
NLL_CURE = "nll = 0.5 * ((x - r)**2 / s**2 + 2 * log(s)).sum(-1)"
CONSTANT = 0.5 * np.log(2 * np.pi)


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def nll(r, x, log_s, squares=0.5, logs=1.0, constant=0.0):
    return (squares * (x - r) ** 2 * np.exp(-2 * log_s) + logs * log_s + constant).sum(-1)


DECODERS = {
    "missing-log-term": ({"logs": 0.0}, NLL_CURE),
    "missing-half": ({"squares": 1.0}, NLL_CURE),
    "halved": ({"squares": 0.25}, "keep one ½: 0.5 * ((x - r)**2 / s**2 + 2 * log(s)).sum(-1)"),
    "wrong-constant": ({"constant": 2 * CONSTANT}, "the constant is ½ log 2π for every pixel, or none for any"),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("slug", "slip", "cure"), [(slug, *rest) for slug, rest in DECODERS.items()], ids=DECODERS)
def test_the_cure_of_a_slip_in_the_decoder_is_one_of_the_decoder(slug, slip, cure):
    def whole(r, x, log_s, mu, logvar):
        return (nll(r, x, log_s, **slip) + kl(mu, logvar)).mean()

    found = accused(slug, ask(whole, *W))
    assert found.mistakes[0].cure.split("; or")[0] == cure
    alone = accused(slug, ask(lambda r, x, log_s: nll(r, x, log_s, **{"constant": CONSTANT, **slip}).mean(), *ALONE))
    assert alone.mistakes[0].cure.split("; or")[0] == cure


def test_the_cure_of_a_mean_over_pixels_is_one_of_the_decoder():
    def averaged(r, x, log_s):
        return nll(r, x, log_s, constant=CONSTANT).mean() / x.shape[-1]

    (mistake,) = accused("mean-over-latent", ask(averaged, *ALONE)).mistakes
    assert mistake.cure == "sum over the pixels, then average over the batch: nll.sum(-1).mean()"


@pytest.mark.endurance
def test_the_terms_that_differ_are_told_of_a_whole_loss_too():
    def whole(r, x, log_s, mu, logvar):
        return (nll(r, x, log_s, logs=0.0) + kl(mu, logvar)).mean()

    assert ask(whole, *W).differs == "0 where 1/B Σ_b Σ_i log_s is right"
    twice = ask(lambda r, x, log_s, mu, logvar: 3 * whole(r, x, log_s, mu, logvar), *W)
    assert twice.differs == "0 where 1/B Σ_b Σ_i log_s is right, the scale aside"


@pytest.mark.unmeasured
def test_the_cure_of_a_slip_in_the_kl_is_one_of_the_kl():
    def whole(r, x, log_s, mu, logvar):
        return (nll(r, x, log_s) + 0.5 * (mu**2 + np.exp(logvar) - 1).sum(-1)).mean()

    (mistake,) = accused("missing-log-term", ask(whole, *W)).mistakes
    assert mistake.cure == KL_CURE
