"""A likelihood that is written for data of 0 and 1 is right there, and asked there before it is accused elsewhere."""

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, codes_of, needs_torch, passed

ROLES = ("probabilities", "x", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def by_cases(r, x):
    return -(np.log(r) * (x == 1) + np.log(1 - r) * (x == 0)).sum(-1)


def loss(r, x, mu, logvar):
    return (by_cases(r, x) + kl(mu, logvar)).mean()


def bound(r, x, mu, logvar):
    return -loss(r, x, mu, logvar)


def parts(r, x, mu, logvar):
    return {"recon": by_cases(r, x).mean(), "kl": kl(mu, logvar).mean()}


@pytest.mark.endurance
@pytest.mark.parametrize("fn", [loss, bound, parts], ids=lambda fn: fn.__name__)
@pytest.mark.parametrize("role", ["probabilities", "reconstruction"])
def test_what_is_right_of_binary_data_is_right_where_they_are_binary(fn, role):
    found = passed(ask(fn, role, *ROLES[1:]))
    assert found.finding("points").message.startswith("right where x holds 0 and 1 only")


@pytest.mark.endurance
@needs_torch
def test_a_choice_by_the_data_is_right_of_logits():
    import torch

    def chosen(logits, x, mu, logvar, less=1.0, *, weight=1.0):
        r = logits.sigmoid()
        data = torch.where(x == 1, -r.log(), -less * (1 - r).log()).sum(-1)
        return (data + weight * 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)).mean()

    roles = ("logits", *ROLES[1:])
    assert "points" in codes_of(passed(ask(chosen, *roles, backend="torch")))
    wrong = ask(lambda r, x, m, t: chosen(r, x, m, t, less=0.0), *roles, backend="torch")
    assert wrong.outcome == "refuted"
    assert ask(lambda r, x, m, t: chosen(r, x, m, t, weight=2.0), *roles, backend="torch").outcome == "refuted"


WRONG = {
    "a doubled KL": lambda r, x, mu, logvar: (by_cases(r, x) + 2 * kl(mu, logvar)).mean(),
    "no complement": lambda r, x, mu, logvar: (-(np.log(r) * (x == 1)).sum(-1) + kl(mu, logvar)).mean(),
    "a mean over pixels": lambda r, x, mu, logvar: (by_cases(r, x) / r.shape[-1] + kl(mu, logvar)).mean(),
    "no sign": lambda r, x, mu, logvar: (-by_cases(r, x) + kl(mu, logvar)).mean(),
}


@pytest.mark.endurance
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("role", ["probabilities", "reconstruction"])
def test_what_is_wrong_of_binary_data_too_is_refuted(wrong, role):
    assert ask(wrong, role, *ROLES[1:]).outcome == "refuted"


def test_what_refuses_binary_data_is_accused_of_its_slip():
    def refusing(r, x, mu, logvar):
        if np.isin(x, (0.0, 1.0)).all():
            raise ValueError("no data without grey")
        return (-(x * np.log(r)).sum(-1) + kl(mu, logvar)).mean()

    accused("missing-complement", ask(refusing, *ROLES))


def cross(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


def of_logits(t, x):
    return np.maximum(t, 0) - x * t + np.log1p(np.exp(-np.abs(t)))


def weighed(error, weight=lambda r, x: 1.0):
    """A loss whose pixels have a weight."""
    return lambda r, x, mu, logvar: ((error(r, x) * weight(r, x)).sum(-1) + kl(mu, logvar)).mean()


def at_a_place(diagnosis, words):
    assert diagnosis.outcome == "refuted", (diagnosis.outcome, diagnosis.missing)
    assert words in diagnosis.finding("wrong-spot").message
    assert set(np.unique(diagnosis.counterexample["x"])) <= {0.0, 1.0}
    assert diagnosis.counterexample["claim"] != pytest.approx(diagnosis.counterexample["truth"])


MISSED = {
    "missed positives": (lambda r, x: 1.0 + ((x == 1) & (r < 0.5)), "x holds 0 and 1: a"),
    "halved far off": (lambda r, x: 1.0 - 0.5 * ((x == 0) & (r > 0.95)), "x holds 0 and 1: a"),
    "an edge": (lambda r, x: 1.0 + ((x == 1) & (r < 0.01)), "and r 0.0078125 or 0.992188: a"),
    "what is right": (lambda r, x: 1.0 - 0.5 * ((x == 1) & (r > 0.99)), "and r 0.0078125 or 0.992188: a"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize(("weight", "words"), MISSED.values(), ids=MISSED)
@pytest.mark.parametrize("role", ["probabilities", "reconstruction"])
def test_a_weight_by_a_bit_and_its_probability_is_refuted(weight, words, role):
    at_a_place(ask(weighed(cross, weight), role, *ROLES[1:]), words)


BY_LOGITS = {
    "missed positives": (lambda t, x: 1.0 + ((x == 1) & (t < 0)), "x holds 0 and 1: a"),
    "sure and wrong": (lambda t, x: 1.0 - 0.5 * ((x == 0) & (t > 5)), "and r 6 or -6: a"),
    "sure and right": (lambda t, x: 1.0 - 0.5 * ((x == 1) & (t > 2.5)), "and r 3 or -3: a"),
}


@pytest.mark.parametrize(("weight", "words"), BY_LOGITS.values(), ids=BY_LOGITS)
def test_a_weight_by_a_bit_and_its_logit_is_refuted(weight, words):
    at_a_place(ask(weighed(of_logits, weight), "logits", *ROLES[1:]), words)


def test_a_weight_that_begins_further_out_is_told():
    loss = weighed(of_logits, lambda t, x: 1.0 - 0.5 * ((x == 0) & (t > 20)))
    assert "r = 25 " in passed(ask(loss, "logits", *ROLES[1:])).finding("binding-clamp").message


def test_what_is_written_for_bits_is_asked_further_out_too():
    wrong = weighed(lambda r, x: -(np.log(r) * (x == 1) + np.log(1 - r) * (x == 0)), MISSED["an edge"][0])
    at_a_place(ask(wrong, *ROLES), "and r 0.0078125 or 0.992188")


def soft_alone(r, x):
    assert not np.isin(x, (0.0, 1.0)).any()
    return cross(r, x)


def of_an_interval(r, x):
    assert x.min() >= 0
    assert x.max() <= 1
    return cross(r, x)


RIGHT = {
    "plain": (cross, "reconstruction"),
    "no bits": (soft_alone, "probabilities"),
    "an interval": (of_an_interval, "reconstruction"),
    "a clamped term": (
        lambda r, x: -(x * np.log(r.clip(0.01)) + (1 - x) * np.log((1 - r).clip(0.01))),
        "probabilities",
    ),
    "clamped": (lambda r, x: cross(r.clip(0.01, 0.99), x), "probabilities"),
    "an epsilon": (lambda r, x: -(x * np.log(r + 1e-8) + (1 - x) * np.log(1 - r + 1e-8)), "probabilities"),
    "float32": (lambda r, x: cross(r.astype(np.float32), x.astype(np.float32)), "probabilities"),
    "logits": (of_logits, "logits"),
    "unstable logits": (lambda t, x: np.log(1 + np.exp(t)) - x * t, "logits"),
    "clamped logits": (lambda t, x: of_logits(t.clip(-5, 5), x), "logits"),
    "squares": (lambda r, x: 0.5 * (r - x) ** 2, "reconstruction"),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("error", "role"), RIGHT.values(), ids=RIGHT)
def test_a_right_likelihood_is_right_of_bits_whatever_it_refuses_or_clamps(error, role):
    passed(ask(weighed(error), role, *ROLES[1:]))


CHANGED = {
    "a threshold": lambda x: (x > 0.5) * 1.0,
    "whole numbers": lambda x: x.astype(int),
    "a square": lambda x: x**2,
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_a_squared_error_that_is_right_of_binary_data_alone_is_left_open(changed):
    def squared(r, x, mu, logvar):
        return (0.5 * (changed(x) - r) ** 2).sum(-1).mean() + kl(mu, logvar).mean()

    found = ask(squared, "reconstruction", *ROLES[1:])
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing == "equal, if x holds 0 and 1 only: elsewhere it fails, or is another function"
