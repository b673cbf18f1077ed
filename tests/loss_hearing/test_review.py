"""What a hostile reading of the verdicts found: right losses that were accused, wrong ones that passed, bad tests."""

from typing import NamedTuple

import numpy as np
import pytest

from elbo_check.inputs.outputs import access
from elbo_check.loss_hearing.balance import balance

from .help import accused, ask, codes_of, names_of, needs_torch, passed, passes

KL = ("mean", "log_variance")
PAIR = ("mean_q", "std_q", "mean_p", "std_p")
VAE = ("reconstruction", "x", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def squares(x, r):
    return 0.5 * (x - r) ** 2


SPOTS = {
    "free bits of the batch": lambda m, s: np.maximum(kl(m, s).sum(1).mean(), 0.5),
    "another value at zero": lambda m, s: np.where((m == 0).any(1), 1.0, kl(m, s).sum(1)),
    "a batch of one": lambda m, s: kl(m, s).sum(1) * (1 + (len(m) == 1)),
    "one latent": lambda m, s: kl(m, s).sum(1) * (1 + (m.shape[1] == 1)),
    "many latents": lambda m, s: kl(m, s)[:, :50].sum(1),
    "many samples": lambda m, s: kl(m, s)[:32].sum(),
}
REDUCED = {"free bits of the batch": lambda m, s: kl(m, s).sum(1).mean(), "many samples": lambda m, s: kl(m, s).sum()}


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", SPOTS)
def test_what_is_right_at_random_points_only_is_refuted(name):
    found = ask(SPOTS[name], *KL)
    assert found.outcome == "refuted"
    assert "wrong-spot" in codes_of(found)
    assert found.mistakes == ()
    assert found.counterexample["claim"] != pytest.approx(found.counterexample["truth"])
    assert not passes(found, SPOTS[name])
    assert passes(found, REDUCED.get(name, lambda m, s: kl(m, s).sum(1)))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda m, s: kl(m, s).squeeze().sum(-1), "an output of shape () where one of shape (2,) is expected where d"),
        (lambda m, s: kl(m, s).sum(1) + (0.0 if len(m) > 1 else np.nan), "a value that is not finite where B = 1"),
    ],
)
def test_a_spot_without_a_value_leaves_it_undecided(function, words):
    found = ask(function, *KL)
    assert found.outcome == "undecided"
    assert words in found.missing


def only_small(m, s):
    if min(m.shape) < 2 or max(m.shape) > 20:
        raise ValueError(m.shape)
    return kl(m, s).sum(1)


def test_a_function_that_refuses_a_spot_is_not_accused():
    passed(ask(only_small, *KL))


def test_a_clamp_of_negative_means_is_told():
    found = passed(ask(lambda m, s: kl(np.maximum(m, -2), s).sum(1), *KL))
    assert "binding-clamp" in codes_of(found)


def of_three_axes(function):
    def loss(mu, logvar):
        _, _, _ = mu.shape
        return function(kl(mu, logvar))

    return loss


STEPS = {
    "sum, mean": lambda each: each.sum(2).sum(1).mean(),
    "mean of all steps": lambda each: each.sum(2).mean(),
    "steps first": lambda each: each.sum(2).mean(1).sum(0),
    "a value a sample": lambda each: each.sum(2).mean(1),
    "a value a step": lambda each: each.sum(2),
    "pairs of axes": lambda each: each.sum((1, 2)).mean(),
}


@pytest.mark.endurance
@pytest.mark.parametrize("strict", [True, False], ids=["three axes only", "images too"])
@pytest.mark.parametrize("name", STEPS)
def test_losses_of_sequences_are_not_accused_as_those_of_images(name, strict):
    reduce = STEPS[name]
    passed(ask(of_three_axes(reduce) if strict else lambda m, s: reduce(kl(m, s)), *KL))


def test_a_mean_over_the_last_axis_is_right_if_that_holds_the_steps():
    found = ask(lambda m, s: kl(m, s).sum(1).mean(1), *KL)
    assert found.outcome == "undecided"
    assert found.missing.startswith("equal, if its arguments hold d along two axes (L, T)")


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("reduce", "slug"),
    [
        (lambda each: each.mean(2).mean(1).mean(), "mean-over-latent"),
        (lambda each: 2 * each.sum(2).mean(), "missing-half"),
        (lambda each: 2 * each.sum(2).sum(1).mean(), "missing-half"),
    ],
)
def test_mistakes_in_losses_of_sequences_are_named(reduce, slug):
    accused(slug, ask(of_three_axes(reduce), *KL))
    accused(slug, ask(lambda m, s: reduce(kl(m, s)), *KL))


@pytest.mark.endurance
def test_a_step_weighs_as_much_in_both_parts():
    def loss(r, x, mu, logvar):
        return squares(x, r).sum(2).sum(1).mean() + kl(mu, logvar).sum(2).mean()

    found = accused("mean-over-steps", ask(loss, *VAE))
    assert found.finding("effective-beta").details["beta"] == "1/T"


@pytest.mark.unmeasured
def test_images_that_are_summed_from_behind_are_not_accused():
    def loss(r, x, mu, logvar):
        return sum_from_behind(squares(x, r)) + kl(mu, logvar).sum(-1)

    found = ask(loss, *VAE)
    assert found.outcome == "undecided"
    assert "three axes (c, h, w)" in found.missing


def sum_from_behind(each):
    for _ in range(3):
        each = each.sum(-1)
    return each


@pytest.mark.parametrize("names", ["mu1 s1 mu2 s2", "mu_q s_q mu_p s_p"])
def test_which_density_is_q_is_asked_where_only_names_tell(names):
    first, one, second, two = names.replace("s", "std").split()
    scope = {"np": np}
    body = f"0.5 * (2*np.log({one}/{two}) + ({two}**2 + ({first}-{second})**2)/{one}**2 - 1).sum(-1)"
    exec(f"def loss({first}, {one}, {second}, {two}):\n    return {body}", scope)
    found = ask(scope["loss"])
    assert found.outcome == "undecided"
    assert f"{first} holds the mean of p" in found.missing
    accused("reversed-kl", ask(scope["loss"], *PAIR))


class Losses(NamedTuple):
    kl: float


@pytest.mark.parametrize(
    ("put", "how"),
    [
        (lambda value: {"losses": {"kl": value}}, "['losses']['kl']"),
        (lambda value: (Losses(value), "text"), "[0].kl"),
        (lambda value: {3: [value, "text"]}, "[3][0]"),
    ],
)
def test_a_test_gets_at_nested_outputs(put, how):
    def loss(mu, logvar):
        return put(2 * kl(mu, logvar).sum())

    found = accused("missing-half", ask(loss, *KL))
    assert how in found.as_test()
    assert not passes(found, loss)
    assert passes(found, lambda mu, logvar: put(kl(mu, logvar).sum()))


def test_access_to_what_is_not_there_is_none():
    assert access({"kl": 1.0}, "loss") == ""


def test_a_test_of_a_wrong_axis_passes_for_every_right_reduction():
    found = accused("wrong-reduction-axis", ask(lambda mu, logvar: kl(mu, logvar).sum(0), *KL, batch=True))
    assert not passes(found, lambda mu, logvar: kl(mu, logvar).sum(0))
    for right in (lambda e: e.sum(1), lambda e: e.sum(1).mean(), lambda e: e.sum()):
        assert passes(found, lambda mu, logvar, right=right: right(kl(mu, logvar)))


def test_infinite_answers_are_undecided():
    with np.errstate(all="ignore"):
        assert ask(lambda mu, logvar: 1e308 * kl(mu, logvar).sum(1) * 10, *KL).outcome == "undecided"


def pair(q, s, p, t):
    import torch

    return (torch.log(t / s) + (s**2 + (q - p) ** 2) / (2 * t**2) - 0.5).sum(-1).mean()


def balanced(left, right):
    def loss(q, s, p, t):
        return left * pair(q.detach(), s.detach(), p, t) + right * pair(q, s, p.detach(), t.detach())

    return loss


@pytest.mark.endurance
@needs_torch
def test_kl_balancing_is_told_and_not_accused():
    found = passed(ask(balanced(0.8, 0.2), *PAIR, backend="torch"))
    assert "0.2 of that of its value in q, s, and 0.8 of it in p, t" in found.finding("kl-balancing").message
    scaled = accused("wrong-scale", ask(balanced(0.5, 0.1), *PAIR, backend="torch"))
    assert "kl-balancing" in codes_of(scaled)


@needs_torch
@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.0, 1.0)])
def test_a_gradient_stopped_on_one_side_is_asked_about(weights):
    found = ask(balanced(*weights), *PAIR, backend="torch")
    assert found.outcome == "undecided"
    assert "on purpose" in found.missing


@needs_torch
def test_one_detached_argument_of_a_pair_is_accused():
    accused("detached-sample", ask(lambda q, s, p, t: pair(q.detach(), s, p, t), *PAIR, backend="torch"))


@needs_torch
def test_balanced_logits_are_not_said_to_have_the_right_gradient():
    import torch

    def kl_of(a, b):
        return (torch.softmax(a, -1) * (torch.log_softmax(a, -1) - torch.log_softmax(b, -1))).sum(-1).mean()

    def loss(a, b):
        return 0.8 * kl_of(a.detach(), b) + 0.2 * kl_of(a, b.detach())

    found = passed(ask(loss, "logits_q", "logits_p", backend="torch"))
    assert "kl-balancing" in codes_of(found)
    assert "gradients-right" not in codes_of(found)


def test_weights_that_do_not_add_up_are_no_balance():
    roles = ["mean_q", "std_q", "mean_p"]
    assert balance({"mean_q": (0.2, 0.3)}, roles) is None
    assert balance({"mean_q": (0.5,), "std_q": (0.5,)}, roles) is None
    assert balance({"mean": (0.2,)}, ["mean"]) is None


@pytest.mark.endurance
@needs_torch
def test_half_precision_summed_in_single_is_undecided_and_does_not_crash():
    def loss(mu, logvar):
        mu, logvar = mu.half(), logvar.half()
        return (-0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1)).float().mean()

    found = ask(loss, *KL, backend="torch", rng=3)
    assert found.outcome != "refuted"
    assert names_of(found) == []
