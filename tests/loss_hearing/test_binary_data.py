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
