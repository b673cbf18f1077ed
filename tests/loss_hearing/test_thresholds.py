"""What becomes another function beyond a threshold: wrong among ordinary numbers, and told further out."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, codes_of, passed

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s)


def beyond(level, t):
    return np.maximum(0, np.abs(t) - level)


def doubled(level, mu, s):
    return np.where(np.abs(mu) > level, 2, 1) * kl(mu, s)


NEAR = {
    "a penalty of means": (lambda mu, s: kl(mu, s) + beyond(2.5, mu), "mu = 4, s = 0"),
    "a penalty of log variances": (lambda mu, s: kl(mu, s) + beyond(2.5, s), "mu = 0, s = -3"),
    "a step": (lambda mu, s: kl(mu, s) + (np.abs(s) > 3), "mu = 0, s = -4"),
    "a doubled part": (lambda mu, s: doubled(3, mu, s), "mu = 4, s = 0"),
    "a clamp of one term": (lambda mu, s: kl(mu, np.minimum(s, 3)) + 0.5 * (np.minimum(s, 3) - s), "mu = 0, s = 4"),
    "a KL of nothing": (lambda mu, s: np.where(np.abs(mu) > 2.5, 0, kl(mu, s)), "mu = 4, s = 0"),
    "a KL of a thousand": (lambda mu, s: np.where(np.abs(mu) > 2.5, 1000, kl(mu, s)), "mu = 4, s = 0"),
    "a mean that is put back": (lambda mu, s: kl(np.where(np.abs(mu) > 2.5, 0, mu), s), "mu = 4, s = 0"),
    "a scale that is put back": (lambda mu, s: kl(mu, np.where(s < -2.5, 0, s)), "mu = 0, s = -3"),
    "a large part that is dropped": (lambda mu, s: kl(mu, s) * (kl(mu, s) < 4), "mu = 0, s = 3"),
    "the same in float32": (lambda mu, s: kl(*map(np.float32, (mu, s))) * (np.abs(mu) < 2.5), "mu = 4, s = 0"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("each", "place"), NEAR.values(), ids=NEAR)
def test_another_function_among_ordinary_numbers_is_refuted_with_the_place(each, place) -> None:
    found = ask(lambda mu, s: each(mu, s).sum(-1), *KL)
    assert found.outcome == "refuted"
    assert f"and another value at {place}: a penalty, a threshold" in found.finding("wrong-spot").message
    assert found.counterexample["claim"] != pytest.approx(found.counterexample["truth"])


@pytest.mark.endurance
@pytest.mark.parametrize("each", [each for each, _ in NEAR.values()], ids=NEAR)
def test_it_is_refuted_within_a_loss_too(each) -> None:
    def loss(r, x, mu, s):
        return (0.5 * ((r - x) ** 2).sum(-1) + each(mu, s).sum(-1)).mean()

    assert "a penalty" in ask(loss, *VAE).finding("wrong-spot").message


def test_means_of_two_densities_are_ordinary_numbers_as_well() -> None:
    def pair(a, b, c, d):
        terms = 0.5 * (d - b + np.exp(b - d) + (a - c) ** 2 * np.exp(-d) - 1)
        return (terms + beyond(2.5, a)).sum(-1)

    found = ask(pair, "mean_q", "log_variance_q", "mean_p", "log_variance_p")
    assert "at a = 4, c = 4.5" in found.finding("wrong-spot").message


FAR = {
    "a penalty": (lambda mu, s: kl(mu, s) + beyond(6, mu), "mu = 10, s = 0 it gives 162, right is 150"),
    "a doubled part": (lambda mu, s: doubled(20, mu, s), "mu = 100, s = 0 it gives 30000, right is 15000"),
    "a doubled part in float32": (lambda mu, s: doubled(20, np.float32(mu), np.float32(s)), "mu = 100, s = 0 it gives"),
    "a clamp of one term": (lambda mu, s: kl(mu, s.clip(-9, 9)) + 0.5 * (s.clip(-9, 9) - s), "mu = 0, s = 12 it"),
    "a mean that is put back": (lambda mu, s: kl(np.where(np.abs(mu) > 20, 0, mu), s), "mu = 100, s = 0 it gives 0"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("each", "place"), FAR.values(), ids=FAR)
def test_another_function_further_out_is_told_as_such_and_not_as_lost_digits(each, place) -> None:
    found = passed(ask(lambda mu, s: each(mu, s).sum(-1), *KL))
    told = [finding.message for finding in found.findings if finding.code == "binding-clamp"]
    assert any(f"a threshold, a clamp or a penalty binds: at {place}" in message for message in told), told
    assert "digits are lost" not in str(found)


RIGHT = {
    "a clamp of log variances": lambda mu, s: kl(mu, s.clip(-3, 3)),
    "a clamp of means": lambda mu, s: kl(mu.clip(-3, 3), s),
    "a clamp further out": lambda mu, s: kl(mu, s.clip(-10, 10)),
    "a clamp by a branch": lambda mu, s: kl(np.where(np.abs(mu) > 2.5, 2.5 * np.sign(mu), mu), s),
    "a clamp in float32": lambda mu, s: kl(np.float32(mu).clip(-2.5, 2.5), np.float32(s).clip(-3, 3)),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("each", RIGHT.values(), ids=RIGHT)
def test_a_clamp_of_an_argument_is_one_and_no_mistake(each) -> None:
    found = passed(ask(lambda mu, s: each(mu, s).sum(-1), *KL))
    assert "a clamp or an epsilon binds" in found.finding("binding-clamp").message


def test_a_step_to_a_constant_is_another_function_for_two_densities_and_a_sampler() -> None:
    def pair(a, b, c, d):
        terms = 0.5 * (d - b + np.exp(b - d) + (a - c) ** 2 * np.exp(-d) - 1)
        return np.where(d < -3.5, 0, terms).sum(-1)

    found = ask(pair, "mean_q", "log_variance_q", "mean_p", "log_variance_p")
    assert "at d = -4: " in found.finding("wrong-spot").message
    found = ask(lambda mu, s, e: np.where(np.abs(mu) > 3, 0, mu) + np.exp(s / 2) * e, *KL, "noise")
    assert "at mu = 4: " in found.finding("wrong-spot").message


def cross(p, x):
    return -(x * np.log(p) + (1 - x) * np.log(1 - p))


def of_logits(t, x):
    return np.logaddexp(0, t) - x * t


def put_back(level, t, to=0.0):
    return np.where(np.abs(t) > level, to, t)


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


OF_DATA = {
    "logits": (lambda t, x: of_logits(put_back(4.5, t), x), "logits", "at t = 6: "),
    "nothing": (lambda t, x: of_logits(t, x) * (t > -5), "logits", "at t = -6: "),
    "probabilities": (lambda p, x: cross(np.where(p < 0.01, 0.5, p), x), "probabilities", "at t = 0.0078125: "),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("error", "role", "place"), OF_DATA.values(), ids=OF_DATA)
def test_a_step_of_what_a_decoder_gives_is_another_function(error, role, place) -> None:
    found = ask(lambda t, x, mu, s: (error(t, x).sum(-1) + kl(mu, s).sum(-1)).mean(), role, "x", *KL)
    assert found.outcome == "refuted"
    assert f"another value {place}" in found.finding("wrong-spot").message


CLAMPED = {
    "logits": (lambda t, x: of_logits(t.clip(-2.5, 2.5), x), "logits"),
    "of a sigmoid": (lambda t, x: cross(sigmoid(t).clip(0.02, 0.98), x), "logits"),
    "an epsilon after it": (lambda t, x: cross(sigmoid(t) * (1 - 2e-6) + 1e-6, x), "logits"),
    "in each logarithm": (
        lambda p, x: -(x * np.log(np.maximum(p, 0.01)) + (1 - x) * np.log(np.maximum(1 - p, 0.01))),
        "probabilities",
    ),
    "far out": (lambda t, x: of_logits(put_back(9, t), x), "logits"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("error", "role"), CLAMPED.values(), ids=CLAMPED)
def test_a_clamp_of_what_a_decoder_gives_or_of_a_term_of_it_is_told(error, role) -> None:
    found = passed(ask(lambda t, x, mu, s: (error(t, x).sum(-1) + kl(mu, s).sum(-1)).mean(), role, "x", *KL))
    assert "binding-clamp" in codes_of(found)


def test_a_clamp_beyond_what_is_refused_is_no_step() -> None:
    def refusing(mu, s):
        if 2.2 < np.abs(mu).max() < 3:
            raise ValueError("not these")
        return kl(mu.clip(-2.5, 2.5), s).sum(-1)

    assert "binding-clamp" in codes_of(passed(ask(refusing, *KL)))


def test_what_grows_on_the_way_is_an_epsilon() -> None:
    epsilon = passed(ask(lambda mu, s: (kl(mu, 2 * np.log(s)) - 0.5 * np.log1p(1e-8 / s**2)).sum(-1), "mean", "std"))
    assert "a clamp or an epsilon binds" in epsilon.finding("binding-clamp").message


def test_a_function_that_refuses_what_is_beyond_its_clamp_is_not_accused() -> None:
    def refusing(mu, s):
        if np.abs(mu).max() > 5:
            raise ValueError("too large")
        return kl(mu.clip(-3, 3), s).sum(-1)

    assert "binding-clamp" in codes_of(passed(ask(refusing, *KL)))


def test_a_function_that_refuses_some_numbers_on_the_way_is_told_all_the_same() -> None:
    def refusing(mu, s):
        if 5 < np.abs(mu).max() < 7:
            raise ValueError("not these")
        return (kl(mu, s) + beyond(8, mu)).sum(-1)

    assert "binding-clamp" in codes_of(passed(ask(refusing, *KL)))


def draw(mu, s, e):
    return mu + np.exp(s / 2) * e


def one_draw(mu, s, e):
    return (0.5 * draw(mu, s, e) ** 2 - 0.5 * s - 0.5 * e**2).sum(-1)


def with_one_draw(r, x, mu, s, e):
    return (0.5 * ((r - x) ** 2).sum(-1) + one_draw(mu, s, e)).mean()


def clipping(loss, level):
    return lambda *arguments: loss(*arguments[:-1], arguments[-1].clip(-level, level))


NAMES = list("rxmse")
DRAWN = {"a sampler": (draw, KL), "a KL": (one_draw, KL), "a loss": (with_one_draw, VAE)}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("loss", "roles"), DRAWN.values(), ids=DRAWN)
def test_noise_that_is_clipped_within_three_is_another_distribution(loss, roles) -> None:
    for level in (2.0, 2.9):
        found = ask(clipping(loss, level), *roles, "noise", parameters=NAMES[-len(roles) - 1 :])
        assert [mistake.slug for mistake in found.mistakes] == ["wrong-noise"]
        assert "does not move any more at e = 3: a clip of the noise?" in found.finding("wrong-spot").message


@pytest.mark.unmeasured
@pytest.mark.parametrize(("loss", "roles"), DRAWN.values(), ids=DRAWN)
def test_noise_that_is_clipped_further_out_is_told(loss, roles) -> None:
    found = passed(ask(clipping(loss, 3.5), *roles, "noise", parameters=NAMES[-len(roles) - 1 :]))
    assert "a clamp or an epsilon binds: at e = 4" in found.finding("binding-clamp").message
    assert "binding-clamp" not in codes_of(passed(ask(loss, *roles, "noise")))


def test_noise_that_it_draws_itself_is_asked_as_far() -> None:
    def own(mu, s):
        return draw(mu, s, np.random.randn(*mu.shape).clip(-2, 2))  # noqa: NPY002 - the functions of users draw so

    assert [each.slug for each in ask(own, *KL, quantity="sampler").mistakes] == ["wrong-noise"]
    found = ask(lambda mu, s, e: draw(mu, s, np.where(np.abs(e) > 2.5, 2 * e, e)), *KL, "noise")
    assert "another value at e = 3: a penalty" in found.finding("wrong-spot").message
    assert found.mistakes == ()
