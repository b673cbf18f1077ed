"""Of several outputs it is found which the caller puts together, wherever they stand."""

import itertools

import numpy as np
import pytest

from .help import accused, ask, passed
from .test_bystanders import ROLES, bce, each, elements, kl


def mse(r, x):
    return ((x - r) ** 2).mean()


def of_means(mu):
    return (mu**2).sum(-1).mean() / 2


def of_spreads(lv):
    return (np.exp(lv) - 1 - lv).sum(-1).mean() / 2


@pytest.mark.endurance
@pytest.mark.parametrize("order", [*itertools.permutations(("kl", "nll", "mse"))], ids="-".join)
def test_the_right_pair_is_found_in_whatever_order(order):
    def fn(r, x, mu, lv):
        held = {"kl": kl(mu, lv), "nll": bce(r, x), "mse": mse(r, x)}
        return {name: held[name] for name in order}

    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    output = " + ".join(name for name in order if name != "mse")
    assert found.missing.endswith(f" and nothing else (say so: output='{output}')")
    passed(ask(fn, *ROLES, output=output))


def test_a_log_likelihood_beside_a_kl_is_found_behind_a_metric():
    found = ask(lambda r, x, mu, lv: {"log_px": -bce(r, x), "mse": mse(r, x), "kl": kl(mu, lv)}, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert "subtracts the KL, 'kl', from log p(x | z), 'log_px', and " in found.missing
    assert "(say so: output='kl - log_px')" in found.missing


def test_a_wrong_pair_beside_a_metric_is_refuted():
    accused("doubled", ask(lambda r, x, mu, lv: {"nll": bce(r, x), "mse": mse(r, x), "kl": 2 * kl(mu, lv)}, *ROLES))


HALVES = {
    "keys": (lambda r, x, mu, lv: {"recon": bce(r, x), "kl_mu": of_means(mu), "kl_sigma": of_spreads(lv)}),
    "a tuple": (lambda r, x, mu, lv: (bce(r, x), of_means(mu), of_spreads(lv))),
    "a key that says kl": (lambda r, x, mu, lv: {"recon": bce(r, x), "kl": of_means(mu), "kl_sigma": of_spreads(lv)}),
    "two groups of latents": (
        lambda r, x, mu, lv: (bce(r, x), each(mu[:, :1], lv[:, :1]).mean(), each(mu[:, 1:], lv[:, 1:]).mean())
    ),
    "four": (lambda r, x, mu, lv: (elements(r, x)[:, 0].mean(), elements(r, x)[:, 1:].sum(-1).mean(),
                                   of_means(mu), of_spreads(lv))),
    "three beside a weight": (lambda r, x, mu, lv: (bce(r, x), 1.0, of_means(mu), of_spreads(lv))),
    "three beside a metric": (lambda r, x, mu, lv: (bce(r, x), mse(r, x), of_means(mu), of_spreads(lv))),
}  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize("fn", HALVES.values(), ids=HALVES)
def test_three_right_parts_or_four_are_for_the_caller_to_add(fn):
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith("equal, if the caller adds its outputs '")
    output = found.missing.partition("output='")[2].removesuffix("')")
    assert output.count(" + ") >= 2
    assert "were added" in found.finding("judged-output").message
    passed(ask(fn, *ROLES, output=output))


def test_a_mistake_in_three_parts_is_named_where_their_sum_tells_it():
    found = ask(lambda r, x, mu, lv: (bce(r, x), 2 * of_means(mu), 2 * of_spreads(lv)), *ROLES)
    assert "'0', '1', '2' were added" in accused("doubled", found).finding("judged-output").message
    assert ask(lambda r, x, mu, lv: (bce(r, x), of_means(mu), 2 * of_spreads(lv)), *ROLES).outcome == "refuted"


@pytest.mark.endurance
def test_three_outputs_without_a_kl_lack_it():
    accused("missing-kl-term", ask(lambda r, x, mu, lv: (bce(r, x), mse(r, x), np.abs(x - r).mean()), *ROLES))


@pytest.mark.endurance
def test_a_log_likelihood_of_one_value_a_sample_is_for_the_caller_to_sign():
    def likelihood(r, x):
        return -elements(r, x).sum(-1)

    for fn in (
        lambda r, x, mu, lv: (likelihood(r, x), -kl(mu, lv)),
        lambda r, x, mu, lv: (likelihood(r, x), kl(mu, lv)),
        lambda r, x, mu, lv: (likelihood(r, x).mean(), -each(mu, lv)),
    ):
        found = ask(fn, *ROLES)
        assert (found.outcome, found.mistakes) == ("undecided", ())
        if "the KL, '1'" in found.missing:
            passed(ask(fn, *ROLES, output="1 - mean(0)"))
    accused("doubled", ask(lambda r, x, mu, lv: (likelihood(r, x), 2 * kl(mu, lv)), *ROLES))
    accused("wrong-sign", ask(lambda r, x, mu, lv: (elements(r, x).sum(-1), -kl(mu, lv)), *ROLES))


DECLARED = {
    "a tuple": (lambda r, x, mu, lv, k=1: (bce(r, x), k * kl(mu, lv)), "adds its outputs '0', '1'"),
    "keys": (lambda r, x, mu, lv, k=1: {"bce": bce(r, x), "kl": k * kl(mu, lv)}, "adds its outputs 'bce', 'kl'"),
    "a likelihood": (lambda r, x, mu, lv, k=1: (-bce(r, x), k * kl(mu, lv)), "takes its output '1', less '0'"),
    "one value a sample": (
        lambda r, x, mu, lv, k=1: (bce(r, x), k * each(mu, lv)),
        "adds its outputs '0', the mean of '1' over the batch",
    ),
    "behind a metric": (lambda r, x, mu, lv, k=1: (mse(r, x), bce(r, x), k * kl(mu, lv)), "adds its outputs '1', '2'"),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("fn", "way"), DECLARED.values(), ids=DECLARED)
@pytest.mark.parametrize("beta", [4, 0.5])
def test_a_declared_weight_of_raw_parts_is_for_the_caller_to_give(fn, way, beta):
    found = ask(fn, *ROLES, beta=beta)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    told = {4: "4", 0.5: "1/2"}[beta]
    assert found.missing.startswith(f"equal, if the caller multiplies the KL by {told} where it {way} (")
    output = found.missing.partition("output='")[2].removesuffix("')")
    passed(ask(fn, *ROLES, output=output, beta=1))


def test_a_declared_weight_is_for_the_caller_to_give_whatever_the_decoder_and_the_sign():
    gaussian = ask(
        lambda r, x, mu, lv: (((x - r) ** 2).sum(-1).mean(), kl(mu, lv)), "reconstruction", *ROLES[1:], beta=2
    )
    negative = ask(lambda r, x, mu, lv: (-bce(r, x), -kl(mu, lv)), *ROLES, beta=4)
    for found, told in ((gaussian, "2"), (negative, "4")):
        assert (found.outcome, found.mistakes) == ("undecided", ())
        assert found.missing.startswith(f"equal, if the caller multiplies the KL by {told} where it adds")
    accused("wrong-sign", ask(lambda r, x, mu, lv: (bce(r, x), -4 * kl(mu, lv)), *ROLES, beta=4))


@pytest.mark.endurance
def test_another_weight_than_the_declared_one_is_wrong_and_a_whole_has_it():
    fn = DECLARED["a tuple"][0]
    accused("halved", ask(lambda r, x, mu, lv: fn(r, x, mu, lv, 2), *ROLES, beta=4))
    accused("wrong-scale", ask(lambda r, x, mu, lv: sum(fn(r, x, mu, lv)), *ROLES, beta=4))
    accused("wrong-scale", ask(fn, *ROLES, beta=4, output="0 + 1"))
    passed(ask(lambda r, x, mu, lv: fn(r, x, mu, lv, 4), *ROLES, beta=4, output="0 + 1"))
    assert "adds its outputs '0' and '1' (" in ask(lambda r, x, mu, lv: fn(r, x, mu, lv, 4), *ROLES, beta=4).missing
