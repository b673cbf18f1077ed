"""Whatever the decoder is, the KL beside it is asked all that it is asked beside one that is known."""

import numpy as np
import pytest

from elbo_check.loss_hearing import as_test

from .help import accused, ask, codes_of, long, long_but, needs_torch, passes

VAE = ("reconstruction", "x", "mean", "log_variance")
KNOWS_NOT = "what is missing is the decoder. The KL part is right"


def student(r, x):
    return 2.5 * np.log1p((x - r) ** 2 / 4)


def tenth(r, x):
    return 50 * (x - r) ** 2 + np.log(0.1) + 0.5 * np.log(2 * np.pi)


def poisson(r, x):
    return np.exp(r) - x * r


def each(mu, s, add=0.0):
    return 0.5 * (mu**2 + np.exp(s) + add - 1 - np.log(np.exp(s) + add))


def inactive(mu, s):
    k = each(mu, s)
    return (k * (k.mean(0) > 1e-2)).sum(1)


WRONG = {
    "64 latents": lambda mu, s: each(mu, s)[:, :64].sum(1),
    "a clamp of one term": lambda mu, s: 0.5 * (mu**2 + np.exp(np.minimum(s, 2)) - 1 - s).sum(1),
    "inactive latents": inactive,
    "a cap": lambda mu, s: np.minimum(each(mu, s).sum(1), 50),
}


def summed(decoder, kl, reduce=np.mean):
    def loss(r, x, mu, s):
        return reduce(decoder(r, x).sum(1) + kl(mu, s))

    return loss


def right(mu, s):
    return each(mu, s).sum(1)


@pytest.mark.endurance
@pytest.mark.parametrize("reduce", long_but({"mean": np.mean, "sum": np.sum, "each": lambda each: each}, "mean"))
@pytest.mark.parametrize(("decoder", "given"), [(student, "reconstruction"), (poisson, "logits")])
def test_a_right_kl_is_left_open_with_its_decoder(decoder, given, reduce):
    told = ask(summed(decoder, right, reduce), given, *VAE[1:])
    assert told.outcome == "undecided"
    assert KNOWS_NOT in told.missing
    assert "wrong-spot" not in codes_of(told)


@pytest.mark.endurance
@pytest.mark.parametrize("decoder", [student, tenth])
@pytest.mark.parametrize("slip", WRONG)
def test_one_that_is_wrong_somewhere_is_refuted_with_a_test_of_its_own(slip, decoder):
    loss = summed(decoder, WRONG[slip])
    told = ask(loss, *VAE)
    assert told.outcome == "refuted"
    words = told.finding("wrong-spot").message
    assert words.startswith("whatever −log p(x | z) is, the KL is wrong. With 1/2 Σ (x − r)² in its place: ")
    assert told.counterexample["claim"] != told.counterexample["truth"]
    assert not passes(told, loss)
    for reduce in (np.mean, np.sum, lambda each: each):
        assert passes(told, summed(decoder, right, reduce))


@pytest.mark.endurance
def test_so_is_one_beside_logits_in_an_elbo():
    elbo, whole = (summed(poisson, kl, lambda each: -each.mean()) for kl in (WRONG["64 latents"], right))
    elbo.__name__ = whole.__name__ = "elbo"
    told = ask(elbo, "logits", *VAE[1:])
    assert told.outcome == "refuted"
    words = "With Σ log(1 + e^l) − x·l in its place: it is another value where d = "
    assert words in told.finding("wrong-spot").message
    assert passes(told, whole, "elbo")
    assert not passes(told, elbo, "elbo")
    assert ask(whole, "logits", *VAE[1:]).missing.startswith("equal, if −log p(x | z) is this function")


def of_sigma(mu, sigma):
    return (0.5 * (mu**2 + sigma**2 - 1) - np.log(sigma)).sum(1)


HEADS = {
    "log variance": ("log_variance", lambda mu, s: each(mu, s, 1e-6).sum(1)),
    "σ": ("std", lambda mu, s: of_sigma(mu, s + 1e-4)),
    "softplus": ("softplus_std", lambda mu, s: of_sigma(mu, np.logaddexp(0, s) + 1e-5)),
}


@pytest.mark.endurance
@pytest.mark.parametrize("decoder", long_but({"student": student, "tenth": tenth}, "student"))
@pytest.mark.parametrize(("role", "kl"), HEADS.values(), ids=HEADS)
def test_an_epsilon_is_told_and_no_reason_to_refute(decoder, role, kl):
    told = ask(summed(decoder, kl), *VAE[:3], role)
    assert told.outcome == "undecided"
    assert KNOWS_NOT in told.missing
    assert {"harmless-epsilon", "unknown-decoder"} <= codes_of(told)


@pytest.mark.endurance
def test_a_whole_loss_that_stands_first_is_judged_and_no_metric_beside_it():
    def loss(r, x, mu, s):
        nll, kl = student(r, x).sum(1).mean(), right(mu, s).mean()
        return nll + kl, nll, kl, ((x - r) ** 2).mean()

    told = ask(loss, *VAE)
    assert told.outcome == "undecided"
    assert KNOWS_NOT in told.missing


def test_latents_that_are_left_out_one_by_one_are_no_epsilon():
    told = ask(summed(student, lambda mu, s: (each(mu, s) * (each(mu, s) > 1e-3)).sum(1)), *VAE)
    assert told.outcome == "refuted"


@pytest.mark.endurance
def test_what_is_neither_one_number_nor_one_a_sample_is_not_judged_so():
    def of_three_axes(r, x, mu, s):
        return student(r, x)[:, :, None] + (each(mu, s).sum(1) ** 1.5)[:, None, None]

    assert ask(of_three_axes, *VAE).outcome == "refuted"


@pytest.mark.endurance
@pytest.mark.parametrize(
    "kl",
    [
        lambda mu, s: 2 * each(mu, s, 1e-6).sum(1),
        lambda mu, s: each(mu, s, 1e-6).mean(1),
        lambda mu, s: right(mu, s) ** 2,
        lambda mu, s: each(s, mu).sum(1),
    ],
    ids=["doubled", "a mean", "squared", "exchanged"],
)
def test_another_slip_beside_an_epsilon_stays_refuted(kl):
    assert ask(summed(student, kl), *VAE).outcome == "refuted"


def test_what_a_decoder_hides_in_rounding_far_out_is_not_judged():
    """The cosine hyperbolic of 1,000 has no value, and beside that of 100 a KL is nothing."""
    told = ask(summed(lambda r, x: np.cosh(r - x), right), *VAE)
    assert told.outcome == "undecided"
    assert KNOWS_NOT in told.missing


@pytest.mark.unmeasured
def test_what_is_not_moved_by_the_data_has_no_decoder():
    assert ask(summed(lambda r, x: 0 * x, lambda mu, s: right(mu, s) ** 1.5), *VAE).outcome == "refuted"


def test_where_no_test_would_tell_there_is_none(monkeypatch):
    monkeypatch.setattr(as_test, "expected_difference", lambda *_: None)
    told = ask(summed(student, WRONG["64 latents"]), *VAE)
    assert (told.outcome, told.as_test()) == ("refuted", "")


@pytest.mark.endurance
@needs_torch
def test_half_precision_of_one_argument_is_left_open():
    import torch

    def loss(r, x, mu, lv):
        half = mu.half().to(mu.dtype)
        nll = -torch.distributions.StudentT(4.0, r, 1.0).log_prob(x)
        return (nll.sum(1) + 0.5 * (half**2 + lv.exp() - 1 - lv).sum(1)).mean()

    told = ask(loss, *VAE, backend="torch")
    assert told.outcome == "undecided"
    assert KNOWS_NOT in told.missing
    assert "coarse-dtype" in codes_of(told)


@pytest.mark.endurance
@needs_torch
def test_a_gradient_that_is_cut_beyond_some_latents_is_refuted():
    import torch

    def loss(r, x, mu, s, is_cut=True):
        k = 0.5 * (mu**2 + s.exp() - 1 - s)
        k = torch.cat([k[:, :8], k[:, 8:].detach()], 1) if is_cut else k
        return (2.5 * torch.log1p((x - r) ** 2 / 4)).sum(1).mean() + k.sum(1).mean()

    told = accused("detached-sample", ask(loss, *VAE, backend="torch", parameters=("r", "x", "mu", "s")))
    words = "whatever −log p(x | z) is, the KL has its value and a wrong gradient"
    assert told.finding("right-value-wrong-gradient").message == words
    whole = ask(lambda r, x, mu, s: loss(r, x, mu, s, is_cut=False), *VAE, backend="torch")
    assert (whole.outcome, whole.mistakes) == ("undecided", ())


LEARNED = {
    "a weight": lambda s, nll, kl: nll + s.exp() * kl,
    "a scale without its logarithm": lambda s, nll, kl: nll / s.exp() + kl,
}


@needs_torch
@pytest.mark.parametrize("name", ["a weight", long("a scale without its logarithm")])
def test_what_is_learned_beside_an_unknown_decoder_is_told(name):
    from .test_learned import kl, module

    def loss(learned, x, r, mu, s):
        return LEARNED[name](learned, (2.5 * ((x - r) ** 2 / 4).log1p()).sum(1), kl(mu, s)).mean()

    roles = ("x", "reconstruction", "mean", "log_variance")
    told = ask(module(0.0, loss), *roles, backend="torch", parameters=("x", "r", "mu", "s"))
    assert told.outcome == "undecided"
    words = "while a number that it learns is what it is now"
    if name == "a weight":
        assert told.missing.endswith(f"; and all that {words}: moved by 0.25, it is wrong")
    else:
        assert told.finding("learned-numbers").message == f"this is told {words}"
