"""Whole VAE losses: right ones in disguise are not accused, and every slip is found, named, and weighed."""

import itertools
import random

import numpy as np
import pytest
from scipy.special import expit, xlogy

from elbo_check.diagnosis.mistakes import find_card
from elbo_check.diagnosis.quantities import Options, quantity_for
from elbo_check.errors import InputError, LossFunctionError

from .judged import beta_of, codes, is_named, judged, named, outcome

R = ("x", "reconstruction", "mean", "log_variance")
L = ("x", "logits", "mean", "log_variance")
P = ("x", "probabilities", "mean", "log_variance")
BERNOULLI, GAUSSIAN = "bernoulli-vae-loss", "gaussian-vae-loss"
LOG_2PI = np.log(2 * np.pi)


def kl(mu, lv):
    return 0.5 * np.sum(mu**2 + np.exp(lv) - 1 - lv, axis=-1)


def bce(x, r):
    return -np.sum(x * np.log(r) + (1 - x) * np.log(1 - r), axis=-1)


def bce_logits(x, t):
    return np.sum(np.maximum(t, 0) - t * x + np.log1p(np.exp(-np.abs(t))), axis=-1)


def sse(x, r):
    return np.sum((x - r) ** 2, axis=-1)


VARIANCES = {
    "std": lambda s: s**2,
    "variance": lambda s: s,
    "log_variance": np.exp,
    "log_std": lambda s: np.exp(2 * s),
    "softplus_std": lambda s: np.logaddexp(0, s) ** 2,
}

RIGHT = {
    "batch mean": (R, lambda x, r, m, s: np.mean(bce(x, r) + kl(m, s))),
    "batch sum": (R, lambda x, r, m, s: np.sum(bce(x, r)) + np.sum(kl(m, s))),
    "rows": (R, lambda x, r, m, s: bce(x, r) + kl(m, s)),
    "mean times D": (R, lambda x, r, m, s: bce(x, r) / x.shape[1] * x.shape[1] + kl(m, s)),
    "a tuple": (R, lambda x, r, m, s: (np.mean(bce(x, r) + kl(m, s)), np.mean(bce(x, r)), np.mean(kl(m, s)))),
    "a dict": (R, lambda x, r, m, s: {"kl": np.mean(kl(m, s)), "loss": np.mean(bce(x, r) + kl(m, s))}),
    "epsilon": (R,
        lambda x, r, m, s: np.mean(-np.sum(xlogy(x, r + 1e-9) + (1 - x) * np.log(1 - r + 1e-9), -1) + kl(m, s))),
    "over all numbers": (R, lambda x, r, m, s: np.mean(bce(x, r) + kl(m, s)) / x.size),
    "a constant factor": (R, lambda x, r, m, s: 0.001 * np.mean(bce(x, r) + kl(m, s))),
    "probabilities": (P, lambda x, r, m, s: np.mean(bce(x, r) + kl(m, s))),
    "stable logits": (L, lambda x, t, m, s: np.mean(bce_logits(x, t) + kl(m, s))),
    "sigmoid of logits": (L, lambda x, t, m, s: np.mean(bce(x, expit(t)) + kl(m, s))),
    "half squares": (R, lambda x, r, m, s: np.mean(0.5 * sse(x, r) + kl(m, s))),
    "half squares, normalised": (R, lambda x, r, m, s: np.sum(0.5 * sse(x, r) + 0.5 * LOG_2PI * x.shape[1] + kl(m, s))),
    "expanded squares": (R, lambda x, r, m, s: 0.5 * np.sum(x * x - 2 * x * r + r * r, -1) + kl(m, s)),
    "squares": (R, lambda x, r, m, s: np.mean(sse(x, r) + kl(m, s))),
    "mean squares and all means": (R, lambda x, r, m, s: np.mean((x - r) ** 2) + np.sum(kl(m, s)) / x.size),
    "choice by a label": (R, lambda x, r, m, s: np.mean(-np.log(np.where(x > 0.5, r, 1 - r)).sum(-1) + kl(m, s))),
    "pixel by pixel": (R, lambda x, r, m, s: -xlogy(x, r) - xlogy(1 - x, 1 - r) + (kl(m, s) / x.shape[1])[:, None]),
}  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize("case", RIGHT)
def test_right_losses_are_not_accused(case):
    roles, function = RIGHT[case]
    diagnosis = judged(function, roles)
    assert outcome(diagnosis) == "consistent", str(diagnosis)
    assert diagnosis.mistakes == ()


@pytest.mark.unmeasured
@pytest.mark.parametrize("role", VARIANCES)
def test_every_reading_of_the_encoder_is_taken(role):
    variance = VARIANCES[role]

    def loss(x, r, m, s):
        return np.mean(bce(x, r) + 0.5 * np.sum(m**2 + variance(s) - 1 - np.log(variance(s)), -1))

    assert outcome(judged(loss, ("x", "reconstruction", "mean", role))) == "consistent"


@pytest.mark.endurance
def test_notes_say_what_is_left_out_and_what_is_global():
    assert "global-scale-only" in codes(judged(RIGHT["over all numbers"][1], R))
    assert "missing-constant" in codes(judged(RIGHT["half squares"][1], R))
    assert "mse-without-variance" in codes(judged(RIGHT["squares"][1], R))
    assert not {"missing-constant", "mse-without-variance"} & codes(judged(RIGHT["half squares, normalised"][1], R))


def test_a_loss_of_labels_is_right_at_labels_and_says_so():
    assert "points" in codes(judged(RIGHT["choice by a label"][1], R))

    def strict(x, r, m, s):
        if not np.isin(x, (0, 1)).all():
            raise ValueError("labels are 0 or 1")
        return np.mean(bce(x, r) + kl(m, s))

    assert outcome(judged(strict, R)) == "consistent"

    def strict_and_wrong(x, r, m, s):
        return strict(x, r, m, s) + np.mean(kl(m, s))

    assert is_named(judged(strict_and_wrong, R), "doubled")


@pytest.mark.endurance
def test_images_are_laid_along_three_axes():
    def loss(x, r, m, s):
        assert x.ndim == 4
        each = -(x * np.log(r) + (1 - x) * np.log(1 - r))
        return np.mean(each.sum(axis=(1, 2, 3)) + kl(m, s))

    def averaged(x, r, m, s):
        assert x.ndim == 4
        each = -(x * np.log(r) + (1 - x) * np.log(1 - r))
        return np.mean(each) + np.mean(kl(m, s))

    assert outcome(judged(loss, R)) == "consistent"
    diagnosis = judged(averaged, R)
    assert is_named(diagnosis, "bce-mean-vs-kl-sum")
    assert beta_of(diagnosis) == "D"


@pytest.mark.endurance
def test_a_loss_of_one_sample_is_taken_without_a_batch():
    def loss(x, r, m, s):
        if x.ndim > 1:
            raise ValueError("one sample")
        return bce(x, r) + kl(m, s)

    assert outcome(judged(loss, R)) == "consistent"

    def doubled(x, r, m, s):
        return loss(x, r, m, s) + kl(m, s)

    assert is_named(judged(doubled, R), "doubled")


@pytest.mark.endurance
def test_a_declared_beta_is_right_and_another_is_weighed():
    def loss(x, r, m, s):
        return np.mean(bce(x, r) + 4 * kl(m, s))

    assert outcome(judged(loss, R, beta=4)) == "consistent"
    assert beta_of(judged(loss, R)) == "4"
    assert beta_of(judged(RIGHT["batch mean"][1], R, beta=4)) == "1"


@pytest.mark.endurance
def test_a_prior_of_the_latents_is_heeded():
    def loss(x, r, m, s):
        return np.mean(bce(x, r) + 0.5 * np.sum((m - 1) ** 2 / 4 + np.exp(s) / 4 - 1 - s + np.log(4), -1))

    assert outcome(judged(loss, R, prior=(1, 2))) == "consistent"
    assert is_named(judged(RIGHT["batch mean"][1], R, prior=(1, 2)), "prior-ignored")


WEIGHTS = {
    "bce mean, kl sum": (R,
        lambda x, r, m, s: np.mean(bce(x, r) / x.shape[1] + kl(m, s)), ("bce-mean-vs-kl-sum",), "D"),
    "bce mean, kl mean": (R, lambda x, r, m, s: np.mean(bce(x, r)) / x.shape[1] + np.mean(kl(m, s)) / m.shape[1],
                          ("bce-mean-vs-kl-sum", "mean-over-latent"), "D/d"),
    "bce sum, kl mean": (R,
        lambda x, r, m, s: np.mean(bce(x, r) + kl(m, s) / m.shape[1]), ("mean-over-latent",), "1/d"),
    "batch total, kl batch mean": (R,
        lambda x, r, m, s: np.sum(bce(x, r)) + np.mean(kl(m, s)), ("sum-for-mean",), "1/B"),
    "batch mean, kl total": (R, lambda x, r, m, s: np.mean(bce(x, r)) + np.sum(kl(m, s)), ("sum-for-mean",), "B"),
    "squares mean": (R, lambda x, r, m, s: np.mean((x - r) ** 2) + np.mean(kl(m, s)), ("mse-mean-vs-kl-sum",), "D/2"),
    "half squares mean": (R,
        lambda x, r, m, s: np.mean((x - r) ** 2) / 2 + np.mean(kl(m, s)), ("mse-mean-vs-kl-sum",), "D"),
    "kl twice": (R, lambda x, r, m, s: np.mean(bce(x, r) + 2 * kl(m, s)), ("kl-counted-twice",), "2"),
    "kl without its half, squares": (R,
        lambda x, r, m, s: np.mean(sse(x, r) / 2 + 2 * kl(m, s)), ("missing-half",), "2"),
    "kl halved": (R, lambda x, r, m, s: np.mean(bce(x, r) + 0.5 * kl(m, s)), ("halved",), "1/2"),
    "kl subtracted": (R, lambda x, r, m, s: np.mean(bce(x, r) - kl(m, s)), ("wrong-sign",), "−1"),
    "likelihood subtracted": (R, lambda x, r, m, s: np.mean(kl(m, s) - bce(x, r)), ("wrong-sign",), "−1"),
    "elbo": (R, lambda x, r, m, s: -np.mean(bce(x, r) + kl(m, s)), ("wrong-sign",), ""),
    "no kl": (R, lambda x, r, m, s: np.mean(bce(x, r)), ("missing-kl-term",), "0"),
    "no reconstruction": (R, lambda x, r, m, s: np.mean(kl(m, s)), ("missing-reconstruction-term",), ""),
    "small weight": (R, lambda x, r, m, s: np.mean(bce(x, r) + 0.00025 * kl(m, s)), ("wrong-scale",), "1/4000"),
    "odd weight": (R, lambda x, r, m, s: np.mean(bce(x, r) + 0.0037 * kl(m, s)), ("wrong-scale",), "37/10000"),
    "total of the kl in every row": (R, lambda x, r, m, s: bce(x, r) + np.sum(kl(m, s)), ("wrong-reduction-axis",), ""),
    "mean likelihood in every row": (R,
        lambda x, r, m, s: np.mean(bce(x, r)) + kl(m, s), ("wrong-reduction-axis",), ""),
}  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize("case", WEIGHTS)
def test_a_weight_between_the_parts_is_named_and_is_an_effective_beta(case):
    roles, function, slugs, beta = WEIGHTS[case]
    function.__name__ = "loss"  # a lambda without a name may be an ELBO
    diagnosis = judged(function, roles)
    assert outcome(diagnosis) == "refuted"
    assert is_named(diagnosis, *slugs), named(diagnosis)
    assert beta_of(diagnosis) == beta


SHAPES = {
    "swapped": (R, lambda x, r: bce(r, x), "argument-order"),
    "no complement": (R, lambda x, r: -np.sum(x * np.log(r), -1), "missing-complement"),
    "no logarithm": (R, lambda x, r: -np.sum(x * r + (1 - x) * (1 - r), -1), "missing-log"),
    "log of the other": (
        R,
        lambda x, r: -np.sum(x * np.log(r) + (1 - x) * (1 - np.log(r)), -1),
        "misplaced-parenthesis",
    ),
    "1 - x log": (R, lambda x, r: -np.sum(x * np.log(r) + 1 - x * np.log(1 - r), -1), "misplaced-parenthesis"),
    "base 2": (R, lambda x, r: bce(x, r) / np.log(2), "wrong-log-base"),
    "base 10": (R, lambda x, r: bce(x, r) / np.log(10), "wrong-log-base"),
    "sign within": (R, lambda x, r: -np.sum(x * np.log(r) - (1 - x) * np.log(1 - r), -1), "wrong-sign"),
    "sigmoid of probabilities": (R, bce_logits, "probabilities-as-logits"),
    "norm": (R, lambda x, r: np.linalg.norm(x - r, axis=-1), "not-squared"),
    "no sigmoid": (L, bce, "logits-as-probabilities"),
    "two sigmoids": (L, lambda x, t: bce_logits(x, expit(t)), "probabilities-as-logits"),
    "squares of logits": (L, lambda x, t: 0.5 * sse(x, t), "missing-sigmoid"),
    "squares of probabilities": (P, sse, "wrong-likelihood"),
    "half of it": (L, lambda x, t: -np.sum(x * np.log(expit(t)), -1), "missing-complement"),
    "the other half": (L, lambda x, t: -np.sum((1 - x) * np.log(expit(-t)), -1), "missing-complement"),
    "swapped logits": (L, lambda x, t: bce_logits(t, x), "argument-order"),
    "no logarithm of a sigmoid": (L, lambda x, t: -np.sum(x * expit(t) + (1 - x) * expit(-t), -1), "missing-log"),
    "no softplus": (L, lambda x, t: -np.sum(x * t, -1), "missing-complement"),
}


@pytest.mark.parametrize("case", SHAPES)
def test_a_slip_of_the_reconstruction_is_named(case):
    roles, part, slug = SHAPES[case]
    diagnosis = judged(lambda x, r, m, s: np.mean(part(x, r) + kl(m, s)), roles)
    assert outcome(diagnosis) == "refuted"
    assert is_named(diagnosis, slug), named(diagnosis)
    assert find_card(slug) is not None


DIVERGENCES = {
    "logvar-as-logsigma": lambda m, s: kl(m, 2 * s),
    "missing-mean-term": lambda m, s: 0.5 * np.sum(np.exp(s) - 1 - s, -1),
    "missing-constant": lambda m, s: 0.5 * np.sum(m**2 + np.exp(s) - s, -1),
    "missing-log-term": lambda m, s: 0.5 * np.sum(m**2 + np.exp(s) - 1, -1),
    "not-squared": lambda m, s: 0.5 * np.sum(m + np.exp(s) - 1 - s, -1),
}


@pytest.mark.endurance
@pytest.mark.parametrize("slug", DIVERGENCES)
def test_a_slip_of_the_kl_is_named(slug):
    assert is_named(judged(lambda x, r, m, s: np.sum(bce(x, r) + DIVERGENCES[slug](m, s)), R), slug)


@pytest.mark.endurance
def test_pairs_of_a_slip_in_each_part_and_a_weight_are_named():
    shapes = [case for case in SHAPES if SHAPES[case][0] is R and case != "norm"]
    chosen = random.Random(3).sample(list(itertools.product(shapes, DIVERGENCES)), 6)
    right = 0
    for case, slug in chosen:
        part, other = SHAPES[case][1:]
        pair = judged(lambda x, r, m, s, f=part, g=DIVERGENCES[slug]: np.mean(f(x, r) + g(m, s)), R)
        weighed = judged(lambda x, r, m, s, g=DIVERGENCES[slug]: np.mean(bce(x, r)) / x.shape[1] + np.mean(g(m, s)), R)
        assert outcome(pair) == outcome(weighed) == "refuted"
        right += is_named(pair, other, slug) + is_named(weighed, "bce-mean-vs-kl-sum", slug)
    assert right >= 0.9 * 2 * len(chosen)


@pytest.mark.endurance
def test_a_likelihood_that_was_asked_for_is_kept_to():
    squares, crosses = RIGHT["half squares"][1], RIGHT["batch mean"][1]
    assert outcome(judged(squares, R, GAUSSIAN)) == "consistent"
    assert outcome(judged(crosses, R, BERNOULLI)) == "consistent"
    assert is_named(judged(squares, R, BERNOULLI), "wrong-likelihood")
    assert is_named(judged(crosses, R, GAUSSIAN), "wrong-likelihood")
    diagnosis = judged(RIGHT["squares"][1], R, GAUSSIAN)
    assert is_named(diagnosis, "mse-without-variance")
    assert beta_of(diagnosis) == "1/2"
    assert outcome(judged(RIGHT["squares"][1], R, GAUSSIAN, beta=0.5)) == "consistent"


DECODERS = {"decoder_std": lambda s: s**2, "decoder_variance": lambda s: s, "decoder_log_variance": np.exp}
SPREADS = {
    "number": lambda v, x: 0.5 * np.sum(x, -1) / v + 0.5 * x.shape[-1] * (np.log(v) + LOG_2PI),
    "pixel": lambda v, x: np.sum(0.5 * x / v, -1) + 0.5 * np.log(v).sum(-1),
    "sample": lambda v, x: np.sum(0.5 * x / v, -1) + 0.5 * np.log(v).sum(axis=1),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("role", "shape"), list(itertools.product(DECODERS, SPREADS)))
def test_a_decoder_with_a_spread_is_right_in_every_shape(role, shape):
    def loss(x, r, spread, m, s):
        return np.mean(SPREADS[shape](DECODERS[role](spread), (x - r) ** 2) + kl(m, s))

    assert outcome(judged(loss, ("x", "reconstruction", role, "mean", "log_variance"))) == "consistent"


@pytest.mark.endurance
def test_a_spread_that_is_not_used_is_named():
    roles = ("x", "reconstruction", "decoder_std", "mean", "log_variance")
    assert is_named(judged(lambda x, r, spread, m, s: sse(x, r) + kl(m, s), roles), "mse-without-variance")


@pytest.mark.endurance
@pytest.mark.parametrize(("quantity", "told"), [(BERNOULLI, "refuted"), (GAUSSIAN, "refuted"), (None, "undecided")])
def test_what_is_not_known_is_refuted_where_the_likelihood_is_said_and_not_guessed(quantity, told):
    diagnosis = judged(lambda x, r, m, s: np.mean(np.sin(bce(x, r)) + kl(m, s)), R, quantity)
    assert outcome(diagnosis) == told
    assert ("not-recognised" in codes(diagnosis)) == (told == "refuted")
    assert diagnosis.mistakes == ()


@pytest.mark.endurance
@pytest.mark.parametrize(("roles", "quantity", "told"), [(L, None, "undecided"), (R, GAUSSIAN, "refuted")])
def test_slips_of_a_likelihood_are_tried_two_at_a_time_and_end(roles, quantity, told):
    diagnosis = judged(lambda x, r, m, s: np.mean(np.cos(3 * x * r).sum(-1) + kl(m, s)), roles, quantity)
    assert outcome(diagnosis) == told
    assert diagnosis.mistakes == ()


@pytest.mark.endurance
def test_terms_that_no_slip_leads_to_are_read_and_not_named():
    def loss(x, r, m, s):
        return np.mean(bce(x, r) + np.sum(m**2 + 3 * np.exp(2 * s) - 7 * np.exp(s) + s**2, -1))

    diagnosis = judged(loss, R)
    assert "not-in-catalogue" in codes(diagnosis)
    assert "exp(2·lv_j)" in diagnosis.recovered.replace(" ", "·").replace("s_j", "lv_j")


@pytest.mark.endurance
def test_terms_that_are_in_no_slip_are_read_too():
    def loss(x, r, m, s):
        return np.mean(bce(x, r) + np.sum(m**2 + 3 * m**2 * np.exp(-s) + np.exp(s) - s, -1))

    diagnosis = judged(loss, R)
    assert "not-in-catalogue" in codes(diagnosis)
    assert diagnosis.recovered


@pytest.mark.endurance
def test_a_loss_that_is_always_nothing_is_refuted():
    diagnosis = judged(lambda x, r, m, s: 0.0, R)
    assert outcome(diagnosis) == "refuted"


def test_two_slips_in_a_part_that_is_spread_over_the_rows_are_named():
    def loss(x, r, m, s):
        return bce(x, r) + np.sum(kl(m, 2 * s))

    assert is_named(judged(loss, R), "wrong-reduction-axis", "logvar-as-logsigma")


def test_a_function_that_always_raises_says_why():
    def broken(x, r, m, s):
        raise RuntimeError("no weights are loaded")

    with pytest.raises(LossFunctionError, match="no weights are loaded"):
        judged(broken, R)


@pytest.mark.parametrize(
    ("roles", "quantity"),
    [
        (("x", "probabilities", "mean", "std"), GAUSSIAN),
        (("x", "mean", "std", "logits", "probabilities"), "vae-loss"),
        (("x", "logits", "decoder_std", "mean", "std"), "vae-loss"),
        (("x", "reconstruction", "decoder_std", "decoder_variance", "mean", "std"), "vae-loss"),
    ],
)
def test_roles_that_do_not_go_together_are_told(roles, quantity):
    with pytest.raises(InputError):
        quantity_for(frozenset(roles), quantity, Options())


@pytest.mark.endurance
def test_the_right_formulas_are_those_of_torch_distributions():
    """An independent truth: log_prob and kl_divergence of torch itself, at labels."""
    torch = pytest.importorskip("torch")
    d = torch.distributions

    def latent(m, s):
        return d.kl_divergence(d.Normal(m, (0.5 * s).exp()), d.Normal(0.0, 1.0)).sum(-1)

    def bernoulli(x, t, m, s):
        return (latent(m, s) - d.Bernoulli(logits=t).log_prob(x).sum(-1)).mean()

    def gaussian(x, r, m, s):
        return (latent(m, s) - d.Normal(r, 1.0).log_prob(x).sum(-1)).mean()

    assert outcome(judged(bernoulli, L, backend="torch")) == "consistent"
    found = judged(gaussian, R, GAUSSIAN, backend="torch")
    assert outcome(found) == "consistent"
    assert found.relation == "equal"


@pytest.mark.endurance
def test_losses_of_torch_are_read_in_their_reductions():
    torch = pytest.importorskip("torch")
    f = torch.nn.functional

    def latent(m, s):
        return -0.5 * (1 + s - m**2 - s.exp()).sum()

    def summed(x, r, m, s):
        return f.binary_cross_entropy(r, x, reduction="sum") + latent(m, s)

    def averaged(x, r, m, s):
        return f.binary_cross_entropy(r, x) + latent(m, s) / len(x)

    def logits(x, t, m, s):
        return f.binary_cross_entropy_with_logits(t, x, reduction="sum") + latent(m, s)

    def no_sigmoid(x, t, m, s):
        return f.binary_cross_entropy(t, x, reduction="sum") + latent(m, s)

    def squares(x, r, m, s):
        return f.mse_loss(r, x) + latent(m, s) / len(x)

    assert outcome(judged(summed, R, backend="torch")) == "consistent"
    assert outcome(judged(logits, L, backend="torch")) == "consistent"
    assert is_named(judged(averaged, R, backend="torch"), "bce-mean-vs-kl-sum")
    assert is_named(judged(squares, R, backend="torch"), "mse-mean-vs-kl-sum")
    assert is_named(judged(no_sigmoid, L, backend="torch"), "logits-as-probabilities")
