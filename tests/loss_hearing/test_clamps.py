"""Where a clamp binds is told of every quantity; what is right everywhere is told of nothing."""

import numpy as np
import pytest

from elbo_check.errors import InputError, LossFunctionError

from .help import ask, codes_of, passed

LOG_2PI = np.log(2 * np.pi)
PAIR = ("mean_q", "log_variance_q", "mean_p", "log_variance_p")
RESIDUAL = ("delta_mean", "delta_log_variance", "mean_p", "log_variance_p")
NLL = ("x", "x_mean", "log_variance")
MINIBATCH = ("nll", "kl", "dataset_size")


def softplus(t):
    return np.logaddexp(0, t)


def normal_kl(mu, s):
    return (0.5 * (mu**2 + s**2 - 1) - np.log(s)).sum(-1)


def pair(a, b, c, d):
    return 0.5 * (d - b + np.exp(b - d) + (a - c) ** 2 * np.exp(-d) - 1).sum(-1)


def residual(m, r, _, t):
    return 0.5 * (m**2 * np.exp(-t) + np.exp(r) - 1 - r).sum(-1)


def nll(x, m, s):
    return 0.5 * ((x - m) ** 2 * np.exp(-s) + s + LOG_2PI).sum(-1)


def entropy(s):
    return 0.5 * (s + 1 + LOG_2PI).sum(-1)


def drawn(mu, s, e):
    return 0.5 * ((mu + np.exp(s / 2) * e) ** 2 - e**2 - s).sum(-1)


def log_softmax(t):
    return t - np.logaddexp.reduce(t, axis=-1, keepdims=True)


def categories(a, b):
    return (np.exp(log_softmax(a)) * (log_softmax(a) - log_softmax(b))).sum(-1)


def of_logs(p, q):
    return (np.exp(p) * (p - q)).sum(-1)


def of_weights(q, p):
    with np.errstate(all="ignore"):
        return np.where(q > 0, q * np.log(np.where(q > 0, q, 1) / p), 0).sum(-1)


def minibatch(likelihood, kl, n):
    return n / likelihood.shape[0] * likelihood.sum() + kl


def clip(low, high):
    return lambda t: np.clip(t, low, high)


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("loss", "roles", "place"),
    [
        (lambda x, m, s: nll(x, m, clip(-2, 2)(s)), NLL, "s = -3 "),
        (lambda x, m, s: nll(clip(-9, 9)(x), clip(-9, 9)(m), s), NLL, "x = 10, m = 10.5"),
        (lambda s: entropy(clip(-2, 2)(s)), ("log_variance",), "s = 3 "),
        (lambda s: entropy(2 * np.log(np.maximum(s, 0.01))), ("std",), "s = 0.0024"),
        (lambda a, b, c, d: pair(a, clip(-2, 2)(b), c, d), PAIR, "b = 3 "),
        (lambda a, b, c, d: pair(a, b, c, clip(-20, 20)(d)), PAIR, "d = -25 "),
        (lambda a, b, c, d: pair(clip(-3, 3)(a), b, clip(-3, 3)(c), d), PAIR, "a = 4, c = 4.5"),
        (lambda m, r, p, t: residual(m, clip(-4, 4)(r), p, t), RESIDUAL, "r = 6 "),
        (lambda m, r, p, t: residual(m, r, p, clip(-4, 4)(t)), RESIDUAL, "t = -6 "),
        (lambda mu, s, e: drawn(mu, clip(-4, 4)(s), e), ("mean", "log_variance", "noise"), "s = 6 "),
        (lambda a, b: categories(a, clip(-3, 3)(b)), ("logits_q", "logits_p"), "b = 10 in one category"),
        (lambda a, b: categories(clip(-3, 3)(a), b), ("logits_q", "logits_p"), "a = 10 in one category"),
        (lambda q, p: of_weights(q, np.maximum(p, 1e-3)), ("probabilities_q", "probabilities_p"), "p = 0.00097"),
        (
            lambda q, p: of_logs(q, np.maximum(p, -9)),
            ("log_probabilities_q", "log_probabilities_p"),
            "p = 10 in one category, 0 in others (as log probabilities)",
        ),
        (lambda n, k, size: minibatch(np.maximum(n, 0), k, size), MINIBATCH, "n = -1 "),
        (lambda n, k, size: minibatch(n, np.minimum(k, 50), size), MINIBATCH, "k = 100"),
        (lambda n, k, size: minibatch(n, np.maximum(k, 0.2), size), MINIBATCH, "k = 0.1"),
        (lambda mu, r: normal_kl(mu, np.maximum(softplus(r), 0.01)), ("mean", "softplus_std"), "r = -5.99"),
        (lambda mu, r: normal_kl(clip(-3, 3)(mu), softplus(r)), ("mean", "softplus_std"), "mu = 4 "),
    ],
)
def test_where_a_clamp_binds_is_told(loss, roles, place):
    messages = [f.message for f in passed(ask(loss, *roles)).findings if f.code == "binding-clamp"]
    assert any(place in message for message in messages), messages


@pytest.mark.parametrize(
    ("loss", "roles"),
    [
        (nll, NLL),
        (entropy, ("log_variance",)),
        (pair, PAIR),
        (residual, RESIDUAL),
        (drawn, ("mean", "log_variance", "noise")),
        (categories, ("logits_q", "logits_p")),
        (of_weights, ("probabilities_q", "probabilities_p")),
        (of_logs, ("log_probabilities_q", "log_probabilities_p")),
        (minibatch, MINIBATCH),
        (lambda mu, r: normal_kl(mu, softplus(r)), ("mean", "softplus_std")),
    ],
)
def test_what_is_right_everywhere_is_told_of_nothing(loss, roles):
    assert not codes_of(passed(ask(loss, *roles))) & {"binding-clamp", "unstable-form"}


def test_a_clamp_of_a_difference_of_means_is_no_interval():
    found = ask(lambda a, b, c, d: pair(clip(-5, 5)(a - c), b, 0 * c, d), *PAIR)
    assert found.outcome == "refuted"
    assert "further apart" in found.finding("wrong-spot").message
    huber = ask(lambda x, m, s: nll(m + clip(-5, 5)(x - m), m, s), *NLL)
    assert huber.outcome == "refuted"


@pytest.mark.unmeasured
def test_one_maximum_for_all_samples_is_told_with_the_place():
    def bound(epsilon):
        def made(w):
            top = w.max()
            with np.errstate(divide="ignore"):
                return (top + np.log(np.exp(w - top).mean(-1) + epsilon)).mean()

        return made

    found = ask(bound(1e-8), "log_weights")
    assert found.outcome == "refuted"
    assert "w = -30 for one sample, 0 for the others" in found.finding("wrong-spot").message
    assert (
        "it underflows: at w = -1000 for one" in passed(ask(bound(0.0), "log_weights")).finding("unstable-form").message
    )
    first = ask(lambda w: bound(1e-8)(w.T), "log_weights")
    assert "for one sample" in first.finding("wrong-spot").message
    alone = ask(lambda w: w.max() + np.log(np.exp(w - w.max()).mean()), "log_weights", batch=False)
    assert "unstable-form" not in codes_of(passed(alone))


def test_a_length_without_a_meaning_is_not_what_a_refusal_tells():
    def loss(w):
        raise ValueError(f"no weights of shape {w.shape}")

    with pytest.raises(LossFunctionError, match="no weights of shape"):
        ask(loss, "log_weights")
    with pytest.raises(InputError, match="at least two draws"):
        ask(loss, "log_weights", sizes={"K": 1})


@pytest.mark.unmeasured
def test_sums_over_the_first_places_are_refuted_where_there_are_more():
    def terms(mu, s):
        return 0.5 * (mu**2 + np.exp(s) - 1 - s)

    roles = ("mean", "log_variance")
    for loss, held, place in (
        (lambda mu, s: terms(mu, s)[..., :100].sum(-1), roles, "d = 192"),
        (lambda mu, s: terms(mu, s)[..., :512].sum(-1).mean(), roles, "d = 640"),
        (lambda mu, s: terms(mu, s).sum(-1)[:64].mean(), roles, "B = 513"),
        (lambda w: np.log(np.exp(w)[:, :50].sum(-1) / w.shape[-1]), ("log_weights",), "K = 63"),
        (lambda x, m, s: nll(x[:, :256], m[:, :256], s[:, :256]).mean(), NLL, "D = 320"),
    ):
        found = ask(loss, *held)
        assert found.outcome == "refuted", found.missing
        assert place in found.finding("wrong-spot").message
