"""A function that is right at the numbers that are drawn, and another one further out, at 0, or where real ones lie."""

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.loss_hearing import beyond

from .help import ask, codes_of, passed, passes

VAE = ("reconstruction", "x", "mean", "log_variance")
BERNOULLI = ("probabilities", "x", "mean", "log_variance")
LOGITS = ("logits", "x", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum()


def square(x):
    return 0.5 * (x**2).sum()


def cross(p, x):
    return -(x * np.log(p) + (1 - x) * np.log(1 - p))


def huber(delta):
    def error(r, x):
        apart = np.abs(r - x)
        return np.where(apart <= delta, 0.5 * apart**2, delta * (apart - 0.5 * delta)).sum()

    return error


def of(reconstruction):
    def loss(recon_x, x, mu, logvar):
        return reconstruction(recon_x, x) + kl(mu, logvar)

    return loss


def findings_of(diagnosis, code):
    return [finding for finding in diagnosis.findings if finding.code == code]


def refuted(diagnosis):
    assert diagnosis.outcome == "refuted", (diagnosis.outcome, diagnosis.missing)
    assert "wrong-spot" in codes_of(diagnosis)
    numbers = diagnosis.counterexample
    assert abs(numbers["claim"] - numbers["truth"]) > 1e-6
    return diagnosis


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "error",
    [huber(1.0), huber(2.0), huber(50.0), lambda r, x: square(np.clip(r - x, -1, 1))],
    ids=["huber", "huber-2", "huber-50", "clipped"],
)
def test_what_is_no_square_where_the_difference_is_large_is_refuted_with_a_case(error):
    found = refuted(ask(of(error), *VAE))
    numbers = found.counterexample
    r, x, d = np.asarray(numbers["recon_x"]), np.asarray(numbers["x"]), np.asarray(numbers["mu"]).size
    assert np.abs(r - x).min() > 1
    assert numbers["claim"] == pytest.approx(error(r, x))
    assert numbers["truth"] == pytest.approx(square(r - x))
    assert d > 1
    assert "further apart" in str(found).replace("\n", " ").replace("  ", " ")


def on_one_side(sign, delta):
    """A half square that goes on as a line beyond delta, where the difference has one sign."""

    def error(apart):
        return np.where(sign * apart > delta, delta * (sign * apart - 0.5 * delta), 0.5 * apart**2)

    return error


@pytest.mark.endurance
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("delta", [5.0, 9.0, 50.0])
def test_a_huber_loss_on_either_side_is_refuted(sign, delta):
    error = on_one_side(sign, delta)

    def divergence(mu_q, s_q, mu_p, s_p):
        return (s_p - s_q + np.exp(s_q - s_p) - 1).sum() / 2 + (error(mu_q - mu_p) * np.exp(-s_p)).sum()

    def likelihood(x, m, s):
        return (error(x - m) * np.exp(-s) + 0.5 * s + 0.5 * np.log(2 * np.pi)).sum()

    refuted(ask(of(lambda r, x: error(x - r).sum()), *VAE))
    refuted(ask(of(lambda r, x: error(x - r).sum()), *VAE, quantity="gaussian-vae-loss"))
    refuted(ask(divergence, "mean_q", "log_variance_q", "mean_p", "log_variance_p"))
    refuted(ask(likelihood, "x", "x_mean", "log_variance"))


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("error", "place"),
    [
        (lambda r, x: square(np.clip(r, 0, 1) - x), "x = 2, recon_x = 2.5"),
        (lambda r, x: square(np.maximum(r, 0) - x), "x = -2, recon_x = -1.5"),
        (lambda r, x: square(r - np.clip(x, 0, 1)), "x = -2, recon_x = -1.5"),
        (lambda r, x: square(np.clip(r, -50, 50) - x), "x = 64, recon_x = 64.5"),
    ],
    ids=["clip", "relu", "clip-x", "clip-50"],
)
def test_an_interval_of_the_images_is_no_mistake_and_is_told(error, place):
    found = passed(ask(of(error), *VAE))
    assert any(place in finding.message for finding in findings_of(found, "binding-clamp")), found.findings


def test_a_square_that_is_one_everywhere_is_told_of_nothing():
    found = passed(ask(of(lambda r, x: square(r - x)), *VAE))
    assert not codes_of(found) & {"binding-clamp", "wrong-spot", "unstable-form"}


def test_a_function_that_refuses_images_out_of_the_unit_interval_is_not_accused():
    def refusing(r, x):
        if r.min() < 0 or r.max() > 1:
            raise ValueError("all elements of input should be between 0 and 1")
        return square(r - x)

    passed(ask(of(refusing), *VAE))
    passed(ask(of(lambda r, x: cross(r, x).sum()), *VAE))


@pytest.mark.unmeasured
def test_a_decoder_with_a_spread_of_its_own_is_looked_at_far_out_too():
    roles = ("reconstruction", "x", "decoder_log_variance", "mean", "log_variance")

    def right(r, x, s, mu, logvar):
        return 0.5 * ((r - x) ** 2 * np.exp(-s) + s).sum() + kl(mu, logvar)

    def clipped(r, x, s, mu, logvar):
        return right(x + np.clip(r - x, -1, 1), x, s, mu, logvar)

    def clamped(r, x, s, mu, logvar):
        return right(r, x, np.clip(s, -4, 4), mu, logvar)

    assert "binding-clamp" not in codes_of(passed(ask(right, *roles, sizes={"D": 6})))
    refuted(ask(clipped, *roles, sizes={"D": 6}))
    assert "s = -6" in findings_of(passed(ask(clamped, *roles, sizes={"D": 6})), "binding-clamp")[0].message


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("loss", "roles"),
    [
        (of(lambda r, x: (0.5 * (r - x) ** 2 * (x != 0)).sum()), VAE),
        (of(lambda r, x: (0.5 * (r - x) ** 2 * (x != 1)).sum()), VAE),
        (of(lambda p, x: (cross(p, x) * (x != 0)).sum()), BERNOULLI),
        (of(lambda p, x: (cross(p, x) * (x > 0.01)).sum()), BERNOULLI),
        (of(lambda p, x: (cross(p, x) * (x < 0.99)).sum()), BERNOULLI),
    ],
)
def test_a_mask_of_black_or_white_pixels_is_seen(loss, roles):
    assert set(np.unique(refuted(ask(loss, *roles)).counterexample["x"])) & {0.0, 1.0}


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("loss", "roles", "place"),
    [
        (lambda r, x, mu, s: square(r - x) + kl(mu, np.clip(s, -2, 2)), VAE, "s = 3 "),
        (lambda r, x, mu, s: square(r - x) + kl(mu, np.clip(s, -30, 20)), VAE, "s = 25 "),
        (lambda r, x, mu, s: square(r - x) + kl(np.clip(mu, -3, 3), s), VAE, "mu = -4 "),
        (lambda p, x, mu, s: cross(np.clip(p, 0.01, 0.99), x).sum() + kl(mu, s), BERNOULLI, "p = 0.9921875 "),
        (
            lambda t, x, mu, s: (np.logaddexp(0, np.clip(t, -2, 2)) - x * np.clip(t, -2, 2)).sum() + kl(mu, s),
            LOGITS,
            "t = 3 ",
        ),
    ],
    ids=["logvar", "wide-logvar", "mu", "probabilities", "logits"],
)
def test_where_a_clamp_in_an_objective_begins_to_bind_is_told(loss, roles, place):
    found = passed(ask(loss, *roles))
    assert any(place in finding.message for finding in findings_of(found, "binding-clamp")), found.findings


def test_an_elbo_is_told_of_a_clamp_with_its_own_sign():
    def elbo(r, x, mu, s):
        return -square(r - x) - kl(mu, np.clip(s, -2, 2))

    told = findings_of(passed(ask(elbo, *VAE)), "binding-clamp")[0].message
    assert "it gives -" in told
    assert "right is -" in told


@pytest.mark.unmeasured
def test_logits_that_overflow_are_told():
    found = passed(ask(of(lambda t, x: (np.log(1 + np.exp(t)) - x * t).sum()), *LOGITS))
    assert "at recon_x = 800 " in findings_of(found, "unstable-form")[0].message  # float64 holds exp 400

    def single(t, x, mu, s):
        t = t.astype(np.float32)
        return (np.log(1 + np.exp(t)) - x * t).sum() + kl(mu, s)

    assert "overflows: at t = 100" in findings_of(passed(ask(single, *LOGITS)), "unstable-form")[0].message


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (lambda w: -np.log(np.exp(w.astype(np.float32)).mean(-1)).mean(), "underflows: at w = -300 "),
        (lambda w: -np.log(np.exp(w).mean(-1)).mean(), "overflows: at w = 1000 "),
    ],
    ids=["float32", "naive"],
)
def test_log_weights_as_models_have_them_are_tried(loss, words):
    found = passed(ask(loss, "log_weights"))
    assert any(words in finding.message for finding in findings_of(found, "unstable-form")), found.findings
    assert "harmless-epsilon" not in codes_of(found)


def less_one_maximum(w):
    return -(np.max(w) + np.log(np.exp(w - np.max(w)).mean(-1) + 1e-10)).mean()


@pytest.mark.parametrize(
    ("loss", "place"),
    [
        (lambda w: -np.log(np.exp(w).mean(-1) + 1e-6).mean(), "w = -10"),
        (lambda w: -np.log(np.maximum(np.exp(w).mean(-1), 1e-3)).mean(), "w = -10"),
        (lambda w: np.log(np.exp(np.clip(w, -300, 300)).mean(-1)), "w = -1000"),
        (less_one_maximum, "w = -30 for one sample, 0 for the others"),
    ],
    ids=["epsilon", "clamp", "a wide clamp", "one maximum for all"],
)
def test_a_bound_that_is_another_number_at_usual_log_weights_is_refuted(loss, place):
    found = ask(loss, "log_weights")
    assert found.outcome == "refuted"
    assert f"wrong at usual numbers, from {place} on" in found.finding("wrong-spot").message
    assert np.isfinite(found.counterexample["claim"])
    assert not passes(found, loss, loss.__name__.replace("<lambda>", "loss"))


def test_a_stable_bound_is_told_of_nothing():
    def stable(w):
        top = w.max(-1, keepdims=True)
        return -(np.log(np.exp(w - top).mean(-1)) + top[..., 0]).mean()

    assert codes_of(passed(ask(stable, "log_weights"))) == set()


def softmax(t):
    made = np.exp(t - t.max(-1, keepdims=True))
    return made / made.sum(-1, keepdims=True)


@pytest.mark.parametrize(
    ("loss", "role", "words"),
    [
        (lambda q: (q * np.log(q * q.shape[-1])).sum(-1), "probabilities", "it has no value: at q = 0 in all"),
        (lambda q: (q * np.log(np.maximum(q, 1e-9) * q.shape[-1])).sum(-1), "probabilities", ""),
        (
            lambda q: (np.maximum(q, 1e-3) * np.log(np.maximum(q, 1e-3) * q.shape[-1])).sum(-1),
            "probabilities",
            "binds: at q = 6.1",
        ),
        (lambda t: (softmax(t) * np.log(softmax(t) * t.shape[-1])).sum(-1), "logits", "no value: at t = 1000 in one"),
        (lambda t: (np.exp(t) * (t + np.log(t.shape[-1]))).sum(-1), "log_probabilities", ""),
    ],
    ids=["no-epsilon", "guarded", "clamped", "naive", "logs"],
)
def test_where_one_category_has_all_is_tried(loss, role, words):
    found = passed(ask(loss, role))
    told = [finding.message for finding in found.findings if finding.severity == "warning"]
    assert any(words in message for message in told) if words else told == []


def test_the_value_of_a_single_category_has_no_edges():
    passed(ask(lambda q: q * np.log(q * q.shape[-1]), "probabilities"))


def test_a_clamp_of_a_sampler_is_told_alone_and_in_a_pair():
    def sampler(mu, logvar, eps):
        return mu + eps * np.exp(0.5 * np.clip(logvar, -2, 2))

    def divergence(mu, logvar):
        return kl(mu, logvar)

    alone = passed(ask(sampler, "mean", "log_variance", "noise"))
    assert "logvar = 3 " in findings_of(alone, "binding-clamp")[-1].message
    pair = passed(ask(divergence, "mean", "log_variance", sampler=sampler))
    assert "binding-clamp" in codes_of(pair)


def test_without_a_look_far_out_a_huber_loss_would_pass(monkeypatch):
    monkeypatch.setattr(beyond, "wrong_beyond", lambda *_: None)
    passed(ask(of(huber(9.0)), *VAE))


@pytest.mark.unmeasured
def test_without_the_shift_an_interval_would_be_accused(monkeypatch):
    monkeypatch.setattr(beyond, "edge_findings", lambda *_: [])
    assert verify_loss(of(lambda r, x: square(np.clip(r, 0, 1) - x)), roles=VAE, rng=0).outcome == "refuted"


def errors(r, x):
    return 0.5 * ((r - x) ** 2).sum(-1)


def divergences(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)


@pytest.mark.endurance
@pytest.mark.parametrize("most", [60.0, 200.0, 1000.0])
@pytest.mark.parametrize("quantity", [None, "gaussian-vae-loss"])
def test_a_kl_that_a_large_error_switches_off_is_refuted(most, quantity):
    def a_sample(r, x, mu, s):
        return (errors(r, x) + divergences(mu, s) * (2 * errors(r, x) < most)).mean()

    def a_batch(r, x, mu, s):
        mean = 2 * errors(r, x).mean()
        return mean / 2 + (1.0 if mean < most else 0.1) * divergences(mu, s).mean()

    for loss in (a_sample, a_batch):
        assert (
            "a part that it switches off" in refuted(ask(loss, *VAE, quantity=quantity)).finding("wrong-spot").message
        )


def test_a_divergence_that_means_far_apart_switch_off_in_part_is_refuted():
    def divergence(mu_q, s_q, mu_p, s_p):
        far, scales = (mu_q - mu_p) ** 2 * np.exp(-s_p), s_p - s_q + np.exp(s_q - s_p) - 1
        return 0.5 * (far + scales * (np.abs(mu_q - mu_p) < 7)).sum()

    refuted(ask(divergence, "mean_q", "log_variance_q", "mean_p", "log_variance_p"))


@pytest.mark.unmeasured
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_square_that_is_written_out_is_right_far_out_beside_any_kl(dtype):
    def loss(r, x, mu, s):
        r, x, mu, s = (np.asarray(array, dtype) for array in (r, x, mu, s))
        return (0.5 * (r * r - 2 * r * x + x * x).sum(-1) + divergences(np.clip(mu, -50, 50), s)).mean()

    def bounded(r, x, mu, s):
        assert np.abs(x).max() <= 5, "data are standardised"
        return loss(r, x, mu, s)

    for right in (loss, bounded):
        assert "wrong-spot" not in codes_of(passed(ask(right, *VAE)))
