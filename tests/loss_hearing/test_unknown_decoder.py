"""Likelihoods that are not known, beside a KL that is right: the decoder is asked for, and nobody is accused."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from elbo_check.diagnosis.formula import law
from elbo_check.errors import LossFunctionError, WitnessError
from elbo_check.loss_hearing import decoders, likelihoods, unknown_decoder
from elbo_check.loss_hearing.heard import Heard
from tests.loss_hearing.help import ask, codes_of, long, needs_torch, unmeasured

V = ("reconstruction", "x", "mean", "log_variance")
L = ("logits", "x", "mean", "log_variance")
P = ("probabilities", "x", "mean", "log_variance")


def kl(mu, lv):
    return 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1)


def student(r, x):
    return 2 * np.log1p((x - r) ** 2 / 3).sum(-1)


def laplace(r, x):
    return (np.abs(x - r) + math.log(2)).sum(-1)


def continuous(t, x):
    constant = np.log(np.abs(2 * np.arctanh(np.tanh(t / 2)) / (np.tanh(t / 2) + 1e-300)))
    return (np.maximum(t, 0) - t * x + np.log1p(np.exp(-np.abs(t))) - constant).sum(-1)


def open_as(found):
    assert found.outcome == "undecided", (found.outcome, found.missing)
    assert "unknown-decoder" in codes_of(found)
    assert not found.mistakes
    return found.missing


@pytest.mark.endurance
@pytest.mark.parametrize(("part", "roles"), [(student, V), (laplace, V), (continuous, L)])
def test_other_decoders_are_asked_for(part, roles):
    for loss in (
        lambda r, x, mu, lv: (part(r, x) + kl(mu, lv)).sum(),
        lambda r, x, mu, lv: (part(r, x) + kl(mu, lv)).mean(),
        lambda r, x, mu, lv: part(r, x) + kl(mu, lv),
    ):
        assert "what is missing is the decoder" in open_as(ask(loss, *roles))


@pytest.mark.endurance
def test_an_unknown_likelihood_is_open():
    missing = open_as(ask(lambda t, x, mu, lv: (np.cosh(t - x).sum(-1) + kl(mu, lv)).mean(), *L))
    assert "The KL part is right, up to a constant" in missing


@pytest.mark.endurance
def test_a_spread_of_the_whole_batch_is_open():
    def optimal(r, x, mu, lv):
        return 0.5 * x.size * np.log(((x - r) ** 2).mean()) + kl(mu, lv).sum()

    open_as(ask(optimal, *V))


@pytest.mark.endurance
@pytest.mark.parametrize(
    "loss",
    [
        lambda t, x, mu, lv: (np.cosh(t - x).sum(-1) + kl(mu, lv) / x.shape[1]).mean(),
        lambda t, x, mu, lv: np.cosh(t - x).sum() + kl(mu, lv).mean(),
        lambda t, x, mu, lv: np.cosh(t - x).mean() + kl(mu, lv).mean(),
        lambda t, x, mu, lv: (np.cosh(t - x).sum(-1) + kl(mu, 2 * lv)).mean(),
        lambda t, x, mu, lv: (np.cosh(x).sum(-1) + kl(mu, lv)).mean(),
        lambda t, x, mu, lv: (np.cosh(t).sum(-1) + kl(mu, lv)).mean(),
        lambda t, x, mu, lv: (np.cosh(t - x).sum(-1) + np.maximum(kl(mu, lv), 3)).mean(),
    ],
    ids=["mean", "reduction", "pixels", "reading", "no decoder", "no data", "free bits"],
)
def test_a_wrong_kl_or_no_reconstruction_is_refuted_beside_it(loss):
    found = ask(loss, *L)
    assert found.outcome == "refuted", found.missing
    assert "unknown-decoder" not in codes_of(found)


@pytest.mark.endurance
def test_where_the_likelihood_is_said_it_is_held_to():
    for quantity, roles in (("gaussian-vae-loss", V), ("bernoulli-vae-loss", L), (None, P)):
        found = ask(lambda t, x, mu, lv: (np.cosh(t - x).sum(-1) + kl(mu, lv)).mean(), *roles, quantity=quantity)
        assert found.outcome == "refuted"
        assert "not-recognised" in codes_of(found)


@pytest.mark.endurance
@pytest.mark.parametrize(("weight", "told"), [(2.0, "2"), (0.5, "1/2")])
def test_a_weight_of_the_kl_is_refuted_beside_a_density_and_open_beside_what_is_none(weight, told):
    found = ask(lambda r, x, mu, lv: (laplace(r, x) + weight * kl(mu, lv)).mean(), *V)
    assert found.outcome == "refuted", found.missing
    missing = open_as(ask(lambda t, x, mu, lv: (np.cosh(t - x).sum(-1) + weight * kl(mu, lv)).mean(), *L))
    assert missing.startswith(f"{told} times the objective, if")
    assert f"if it is all of that, the KL has a weight of {told}." in missing


def test_a_function_that_takes_no_more_pixels_is_not_asked_twice():
    def loss(t, x, mu, lv):
        if x.shape[1] == 12:
            raise ValueError("a dozen")
        return np.cosh(t - x).sum() + kl(mu, lv).sum()

    open_as(ask(loss, *L, sizes={"B": 5}))


def test_images_are_open_as_well():
    def loss(t, x, mu, lv):
        assert x.ndim == 4
        return np.cosh(t - x).sum() + kl(mu, lv).sum()

    open_as(ask(loss, *L))


@pytest.mark.endurance
def test_a_spread_of_its_own_says_which_decoder_it_is():
    def loss(r, s, x, mu, lv):
        return (np.cosh((r - x) / s).sum() + kl(mu, lv).sum()) / len(x)

    found = ask(loss, "reconstruction", "decoder_std", "x", "mean", "log_variance")
    assert found.outcome == "refuted"


@needs_torch
@pytest.mark.endurance
def test_a_detached_kl_is_seen_beside_an_unknown_decoder():
    import torch

    def loss(logits, x, mu, lv):
        divergence = 0.5 * (mu**2 + lv.exp() - 1 - lv).sum()
        return torch.cosh(logits - x).sum() + divergence.detach()

    found = ask(loss, *L, backend="torch")
    assert found.outcome == "refuted"
    assert [mistake.slug for mistake in found.mistakes] == ["detached-sample"]
    assert found.missing == ""


def test_a_function_that_refuses_other_points_is_not_read_so(monkeypatch):
    def refuses(*_):
        raise LossFunctionError("raises", "loss", "no")

    monkeypatch.setattr(unknown_decoder, "_value", refuses)
    found = ask(lambda t, x, mu, lv: (np.cosh(t - x).sum(-1) + kl(mu, lv)).mean(), *L)
    assert found.outcome == "refuted"


SIGMA = 0.1


@pytest.mark.endurance
@pytest.mark.parametrize("more", [0.0, 0.5 * math.log(2 * math.pi)])
def test_a_gaussian_of_fixed_spread_is_asked_for_with_2_pi_and_without(more):
    def loss(r, x, mu, lv):
        return ((x - r) ** 2 / (2 * SIGMA**2) + math.log(SIGMA) + more).sum() + kl(mu, lv).sum()

    found = ask(loss, *V, quantity="gaussian-vae-loss")
    assert "fixed standard deviation 0.1" in open_as(found)
    assert "(x_i − r_i)²" in found.right


@pytest.mark.endurance
def test_another_constant_is_that_of_no_gaussian():
    def loss(r, x, mu, lv):
        return ((x - r) ** 2 / (2 * SIGMA**2) + math.log(SIGMA) + 0.1234567).sum() + kl(mu, lv).sum()

    assert ask(loss, *V, quantity="gaussian-vae-loss").outcome == "refuted"


@pytest.mark.endurance
def test_what_is_not_recognised_is_set_beside_the_nearest_right_one():
    def loss(r, x, mu, lv):
        return (0.5 * ((x - r) ** 2).sum(-1) + 0.01 * np.sin(x * r).sum(-1) + kl(mu, np.sin(lv))).mean()

    found = ask(loss, *V)
    assert found.outcome == "refuted"
    assert "(x_i − r_i)²" in found.right


@pytest.mark.endurance
@pytest.mark.parametrize("total", [np.mean, np.sum])
def test_an_unknown_decoder_is_open_in_float32_too(total):
    def loss(r, x, mu, lv):
        r, x, mu, lv = (np.asarray(a, np.float32) for a in (r, x, mu, lv))
        kl = 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1)
        return total((np.abs(r - x) + np.float32(np.log(2))).sum(-1) + kl)

    found = ask(loss, "reconstruction", "x", "mean", "log_variance")
    assert found.outcome == "undecided"
    assert found.missing.endswith("The KL part is right, up to a constant")


@pytest.mark.endurance
def test_a_fixed_spread_is_found_in_float32_too():
    def loss(r, x, mu, lv):
        r, x, mu, lv = (np.asarray(a, np.float32) for a in (r, x, mu, lv))
        kl = 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1)
        return np.mean((2 * (r - x) ** 2 + np.float32(np.log(0.5) + 0.5 * np.log(2 * np.pi))).sum(-1) + kl)

    found = ask(loss, "reconstruction", "x", "mean", "log_variance")
    assert found.missing == "equal, if the decoder is a Gaussian with the fixed standard deviation 0.5"


def test_a_kl_that_is_too_small_to_be_seen_is_not_called_right():
    def loss(r, x, mu, lv):
        return np.mean(np.abs(r - x).sum(-1) * 1.5 + 1e-14 * 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1))

    found = ask(loss, "reconstruction", "x", "mean", "log_variance", beta=1e-14)
    assert found.outcome == "undecided"
    assert "ask with a larger beta" in found.missing


@pytest.mark.unmeasured
def test_a_spread_near_one_is_told_and_not_taken_for_a_rounding():
    def loss(r, x, mu, lv):
        return (((x - r) / 1.0025) ** 2 / 2 + np.log(1.0025)).sum(-1).mean() + kl(mu, lv).mean()

    assert "a Gaussian with the fixed standard deviation 1.0025" in ask(loss, *V).missing


def absolute(r, x):
    return np.abs(x - r).sum(-1)


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "beta", "scale"),
    [
        (lambda r, x, mu, lv: (absolute(r, x) + kl(mu, lv)).mean(), 1, "1"),
        (lambda r, x, mu, lv: (absolute(r, x) + kl(mu, lv)).sum(), 1, "1"),
        (lambda r, x, mu, lv: (absolute(r, x) + kl(mu, lv)).mean() / x.shape[1], 1, "1"),
        (lambda r, x, mu, lv: (absolute(r, x) + 4 * kl(mu, lv)).mean(), 4, "1"),
        (lambda r, x, mu, lv: (0.3 * absolute(r, x) + kl(mu, lv)).mean(), 1, "10/3"),
        (lambda r, x, mu, lv: 2 * (0.3 * absolute(r, x) + kl(mu, lv)).mean(), 1, "10/3"),
    ],
    ids=["mean", "sum", "pixel", "beta", "scale", "all doubled"],
)
def test_absolute_errors_are_a_laplace_decoder_up_to_a_constant(loss, beta, scale):
    missing = open_as(ask(loss, *V, beta=beta))
    assert f"if the decoder is a Laplace distribution of scale {scale} around" in missing


@pytest.mark.endurance
@pytest.mark.parametrize(
    "loss",
    [
        lambda r, x, mu, lv: absolute(r, x).mean() / x.shape[1] + kl(mu, lv).mean(),
        lambda r, x, mu, lv: absolute(r, x).sum() + kl(mu, lv).mean(),
        lambda r, x, mu, lv: (absolute(r, x) + 1e-4 * kl(mu, lv)).mean(),
        lambda r, x, mu, lv: (kl(mu, lv) - absolute(r, x)).mean(),
        lambda r, x, mu, lv: (absolute(r, x) + kl(mu, lv) + 0.5 * lv.sum(-1)).mean(),
        lambda r, x, mu, lv: absolute(r, x).mean() + 0 * kl(mu, lv).mean(),
        lambda r, x, mu, lv: ((x - r).sum(-1) + kl(mu, lv)).mean(),
    ],
    ids=["pixels", "reduction", "a small weight", "sign", "no log", "no kl", "no size"],
)
def test_a_wrong_kl_or_reduction_is_refuted_beside_absolute_errors(loss):
    assert ask(loss, *V).outcome == "refuted"


def test_absolute_errors_are_no_gaussian():
    found = ask(lambda r, x, mu, lv: (absolute(r, x) + kl(mu, lv)).mean(), *V, quantity="gaussian-vae-loss")
    assert found.outcome == "refuted"
    assert "not-squared" in {mistake.slug for mistake in found.mistakes}


@pytest.mark.unmeasured
def test_a_wrong_kl_beside_absolute_errors_is_named_and_they_are_not_called_a_forgotten_square():
    slip = lambda mu, lv: 0.5 * (mu**2 + np.exp(lv) - 1 - 2 * lv).sum(-1)
    found = ask(lambda r, x, mu, lv: (absolute(r, x) + slip(mu, lv)).mean(), *V)
    assert found.outcome == "refuted"
    assert {mistake.slug for mistake in found.mistakes} == {"absolute-error", "logvar-as-logsigma"}
    assert "where a Laplace decoder is meant" in found.mistakes[0].cure


@pytest.mark.parametrize(
    ("loss", "square", "distance"),
    [
        (lambda r, x, mu, lv: np.abs(x - r).mean() + kl(mu, lv).mean(), "D/2", "D"),
        (lambda r, x, mu, lv: absolute(r, x).mean() + kl(mu, lv).mean() / 2000, "1/4000", "1/2000"),
    ],
)
def test_the_weight_of_a_kl_beside_absolute_errors_is_told_for_both_decoders(loss, square, distance):
    (words,) = [found.message for found in ask(loss, *V).findings if found.code == "effective-beta"]
    assert words == (
        f"effective beta {square} instead of 1, if |x − r| stands for its square; of a Laplace decoder of scale 1 it "
        f"is {distance}"
    )


def sharp(r, x):
    """A Laplace distribution of scale ½, of which the constant is 0."""
    return 2 * absolute(r, x)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        unmeasured(
            lambda r, x, mu, lv: 3 * (sharp(r, x) + kl(mu, lv)).mean(), "3 times the objective, up to a constant, if"
        ),
        long(lambda r, x, mu, lv: 0.77 * (sharp(r, x) + kl(mu, lv)).sum(), "77/100 times the objective"),
        unmeasured(lambda r, x, mu, lv: sharp(r, x) / 2 + kl(mu, lv) / 2, "1/2 times the objective"),
        (lambda r, x, mu, lv: ((sharp(r, x) + kl(mu, lv)) / x.shape[1]).mean(), "1/D times the objective"),
    ],
)
def test_a_laplace_decoder_without_a_constant_may_be_multiplied(loss, words):
    missing = open_as(ask(loss, *V))
    assert missing.startswith(words)
    assert "if the decoder is a Laplace distribution of scale 1/2 around" in missing
    assert missing.endswith("Of scale 1 its KL is halved")


@pytest.mark.endurance
@pytest.mark.parametrize(
    "loss",
    [
        lambda r, x, mu, lv: (sharp(r, x) + kl(mu, lv) / x.shape[1]).mean(),
        lambda r, x, mu, lv: (sharp(r, x) + kl(mu, lv)).mean() / mu.shape[1],
        lambda r, x, mu, lv: -3 * (sharp(r, x) + kl(mu, lv)).mean(),
        lambda r, x, mu, lv: 3 * (sharp(r, x) + kl(mu, lv) + 0.5 * lv.sum(-1)).mean(),
    ],
    ids=["1/D", "all by d", "sign", "no log"],
)
def test_a_wrong_weight_is_refuted_beside_a_laplace_decoder_without_a_constant(loss):
    assert ask(loss, *V).outcome == "refuted"


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        long(lambda r, x, mu, lv: (sharp(r, x) + 2 * kl(mu, lv)).mean(), "Of scale 1/2 its KL is doubled"),
        (lambda r, x, mu, lv: (absolute(r, x) + 2 * kl(mu, lv)).mean(), "Of scale 1 its KL is doubled"),
        unmeasured(lambda r, x, mu, lv: (sharp(r, x) + 4 * kl(mu, lv)).mean(), "Of scale 1/2 its KL has a weight of 4"),
    ],
)
def test_a_weight_of_the_kl_is_told_beside_absolute_errors_of_any_scale(loss, words):
    """Whether all is multiplied, or the KL alone, only the scale can say."""
    missing = open_as(ask(loss, *V))
    assert "times the objective, up to a constant, if the decoder is a Laplace distribution of scale" in missing
    assert missing.endswith(words)


def logistic(r, x):
    """A logistic distribution rounded to levels k/255, as decoders of images have it: it adds up to 1 over all k."""
    above, below = (1 / (1 + np.exp(-(x - r + side / 510) / 0.1)) for side in (1, -1))
    return -np.log(above - below).sum(-1)


def unnormalised(r, x):
    return np.cosh(x - r).sum(-1)


def per_pixel(part, weight=1.0):
    return lambda r, x, mu, lv: ((part(r, x) + weight * kl(mu, lv)) / x.shape[1]).mean()


TIMES = [
    (lambda r, x, mu, lv: 2 * (laplace(r, x) + kl(mu, lv)).mean(), "2 times the objective"),
    (lambda r, x, mu, lv: 0.77 * (laplace(r, x) + kl(mu, lv)).sum(), "77/100 times the objective"),
    (lambda r, x, mu, lv: 3 * (laplace(r, x) + kl(mu, lv)), "3 times the objective"),
    (per_pixel(laplace), "1/D times the objective"),
    (per_pixel(unnormalised), "1/D times the objective"),
    (lambda r, x, mu, lv: per_pixel(logistic)(r, x, mu, lv) / math.log(2), "1/(D·log 2) times the objective"),
]


@pytest.mark.unmeasured
@pytest.mark.parametrize(("loss", "words"), TIMES[:1] + TIMES[3:4])
def test_an_objective_with_an_unknown_decoder_may_be_multiplied(loss, words):
    assert open_as(ask(loss, *V)).startswith(words)


@pytest.mark.endurance
@pytest.mark.parametrize(("loss", "words"), TIMES[1:3] + TIMES[4:])
def test_an_objective_with_other_unknown_decoders_may_be_multiplied(loss, words):
    assert open_as(ask(loss, *V)).startswith(words)


@pytest.mark.endurance
@pytest.mark.parametrize(
    "loss",
    [
        lambda r, x, mu, lv: (laplace(r, x) + 2 * kl(mu, lv)).mean(),
        lambda r, x, mu, lv: (laplace(r, x) + kl(mu, lv) / x.shape[1]).mean(),
        lambda r, x, mu, lv: (laplace(r, x) / x.shape[1] ** 2 + kl(mu, lv) / x.shape[1]).mean(),
        per_pixel(laplace, 2.0),
        lambda r, x, mu, lv: (laplace(r, x) - kl(mu, lv)).mean(),
        lambda r, x, mu, lv: (laplace(r, x) + kl(mu, lv) / mu.shape[1]).mean(),
        lambda r, x, mu, lv: 2 * (laplace(r, x) + np.maximum(kl(mu, lv), 0.1)).mean(),
        lambda r, x, mu, lv: (laplace(r, x) + np.maximum(kl(mu, lv) - 0.1, 0)).mean(),
    ],
    ids=["2", "1/D", "D twice", "2/D", "sign", "1/d", "free bits", "less free bits"],
)
def test_a_weight_that_no_density_has_is_refuted_beside_it(loss):
    found = ask(loss, *V)
    assert found.outcome == "refuted", found.missing
    assert "unknown-decoder" not in codes_of(found)


@pytest.mark.endurance
@pytest.mark.parametrize(
    "total", [np.median, np.max, lambda each: each[0], lambda each: (each**2).mean() / each.mean()], ids=list("mx1t")
)
def test_a_likelihood_that_is_no_sum_over_the_samples_is_told(total):
    missing = open_as(ask(lambda r, x, mu, lv: total(laplace(r, x)) + kl(mu, lv).mean(), *V))
    assert "It is no sum over the samples" in missing
    assert "It is no sum" not in open_as(ask(lambda r, x, mu, lv: (laplace(r, x) + kl(mu, lv)).mean(), *V))


@pytest.mark.endurance
def test_what_falls_where_data_are_far_out_is_no_likelihood():
    """−(nll − KL): the sign of the KL within an ELBO is wrong, and as a loss it has no minimum."""
    assert ask(lambda r, x, mu, lv: (kl(mu, lv) - student(r, x)).mean(), *V).outcome == "refuted"


def weighed(monkeypatch, pixels, weight):
    """Whether functions of x and r, one a choice of sizes, are what a pixel counts of an objective of this weight."""
    ways = iter(pixels)
    monkeypatch.setattr(likelihoods, "_pixel", lambda *_: next(ways))
    samples = [SimpleNamespace(arrays=[{"x": np.array([0.25, 0.75]), "logits": np.array([-1.0, 2.0])}])] * len(pixels)
    return likelihoods.is_weighed_likelihood(None, samples, None, law(1), weight, ["x", "logits"])


def gaussian(x, r):
    return 0.5 * (x - r) ** 2 + 0.5 * math.log(2 * math.pi)


def bit(x, r):
    return math.log1p(math.exp(-r if x else r)) if x in (0, 1) else (1 - x) * bit(0, r) + x * bit(1, r)


def uniform(x, _):
    if not 0 <= x <= 1:
        raise ZeroDivisionError
    return 0.0


def level(x, r):
    return math.log(256)


@pytest.mark.parametrize("pixel", [gaussian, bit, uniform, level])
def test_a_density_adds_up_to_one_over_all_that_data_may_be(pixel, monkeypatch):
    assert weighed(monkeypatch, [pixel] * 2, law(2))
    assert not weighed(monkeypatch, [lambda x, r: pixel(x, r) + 0.5] * 2, law(2))


def test_what_pixels_count_by_their_number_is_no_weight_of_all(monkeypatch):
    assert weighed(monkeypatch, [lambda x, r: (x - r) ** 4] * 2, law(1, D=-1))
    assert not weighed(monkeypatch, [lambda x, r: (x - r) ** 4] * 2, law(2, D=-1))
    assert not weighed(monkeypatch, [lambda x, r: (x - r) ** 4, lambda x, r: 7 * (x - r) ** 4], law(1, D=-1))
    assert not weighed(monkeypatch, [lambda x, r: math.nan] * 2, law(1, D=-1))


def test_what_is_refused_where_all_pixels_are_alike_is_no_likelihood(monkeypatch):
    def refused(x, r):
        raise WitnessError("no")

    assert not weighed(monkeypatch, [refused] * 2, law(1, D=-1))


def test_what_refuses_data_far_out_may_be_a_likelihood():
    def loss(r, x, mu, lv):
        if np.abs(x).max() > 100:
            raise ValueError("no image")
        return (student(r, x) + kl(mu, lv)).mean()

    assert "what is missing is the decoder" in open_as(ask(loss, *V))


def test_what_was_not_read_has_no_spread():
    assert decoders.deviation_of(Heard(None, "float64", trouble="it is random")) is None
