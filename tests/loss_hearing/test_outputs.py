"""Which output is judged; and objectives besides a loss: an ELBO, or one with a decoder of a fixed spread."""

import importlib.util
import math
from typing import Any

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import InputError, LossFunctionError
from tests.loss_hearing.help import needs_torch

WHOLE = ("x", "reconstruction", "mean", "log_variance")


def kl(m, v):
    return 0.5 * np.sum(m**2 + np.exp(v) - 1 - v, axis=1)


def bce(x, r):
    return -np.sum(x * np.log(r) + (1 - x) * np.log(1 - r), axis=1)


def ask(loss: Any, **settings: Any) -> Any:
    return verify_loss(loss, roles=WHOLE, rng=0, **settings)


def in_a_tuple(x, r, m, v):
    a, b = bce(x, r).sum(), kl(m, v).sum()
    return a, b, a + b


@pytest.mark.unmeasured
def test_of_a_tuple_the_output_that_is_right_is_judged_and_named():
    found = ask(in_a_tuple)
    assert found.outcome == "consistent"
    assert (
        found.finding("judged-output").message
        == "of its outputs '0', '1', '2' this is '2'; output= (--output-name) names another"
    )
    assert [mistake.slug for mistake in ask(in_a_tuple, output="0").mistakes] == ["missing-kl-term"]


@pytest.mark.unmeasured
def test_of_names_the_loss_is_judged_whether_it_is_right_or_not():
    def named(x, r, m, v):
        a, b = bce(x, r).sum(), kl(m, v).sum()
        return {"nll": a, "kl": b, "neg_elbo": a + b}

    def wrong(x, r, m, v):
        held = named(x, r, m, v)
        return {**held, "loss": held["nll"] + 2 * held["kl"]}

    assert (
        ask(named)
        .finding("judged-output")
        .message.endswith("this is 'neg_elbo'; output= (--output-name) names another")
    )
    assert ask(wrong).outcome == "refuted"


@pytest.mark.endurance
def test_of_a_tuple_without_a_right_one_the_whole_is_judged_and_no_part():
    def wrong(x, r, m, v):
        a, b = bce(x, r).sum(), kl(m, v).mean()
        return a, b, a + b

    found = ask(wrong)
    assert found.outcome == "refuted"
    assert "missing-kl-term" not in [mistake.slug for mistake in found.mistakes]
    assert "this is '2'" in found.finding("judged-output").message


def right(x, r, m, v):
    return bce(x, r).sum() + kl(m, v).sum()


def doubled(x, r, m, v):
    return bce(x, r).sum() + 2 * kl(m, v).sum()


def minus(x, r, m, v):
    return -right(x, r, m, v)


NAMED = {
    "a loss beside an ELBO": lambda x, r, m, v: {"loss": doubled(x, r, m, v), "elbo": minus(x, r, m, v)},
    "the ELBO first": lambda x, r, m, v: {"elbo": minus(x, r, m, v), "loss": doubled(x, r, m, v)},
    "a loss of its own name": lambda x, r, m, v: {"my_loss": doubled(x, r, m, v), "elbo": minus(x, r, m, v)},
    "of training": lambda x, r, m, v: {"train_loss": doubled(x, r, m, v), "val": right(x, r, m, v)},
    "in words": lambda x, r, m, v: {"aux": right(x, r, m, v), "finalLoss": doubled(x, r, m, v)},
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("made", NAMED.values(), ids=NAMED)
def test_a_right_output_is_no_excuse_for_a_wrong_one_that_is_called_the_loss(made):
    found = ask(made)
    assert (found.outcome, [mistake.slug for mistake in found.mistakes]) == ("refuted", ["doubled"])


@pytest.mark.parametrize("names", [("val_loss", "train_loss"), ("mean_loss", "loss_sum"), ("myLoss", "testLoss")])
def test_of_two_that_are_called_the_loss_the_right_one_may_be_meant(names):
    for losses in ((right, doubled), (doubled, right), (right, lambda x, r, m, v: bce(x, r).sum())):
        made = lambda x, r, m, v, losses=losses: {
            name: loss(x, r, m, v) for name, loss in zip(names, losses, strict=True)
        }
        found = ask(made)
        assert (found.outcome, found.mistakes) == ("undecided", ())
        own, other = names if losses[0] is right else reversed(names)
        why = "has as good a name" if losses[0] is right else "comes first"
        assert found.missing.startswith(f"equal, if its output {own!r} is what is meant (say so: output={own!r}); ")
        assert f"{other!r}, which {why}, is something else" in found.missing
        assert ask(made, output=own).outcome == "consistent"
        assert ask(made, output=other).outcome == "refuted"


def test_of_two_that_are_called_the_loss_both_may_be_right_or_wrong_and_one_may_be_the_loss():
    average = lambda x, r, m, v: right(x, r, m, v) / len(x)
    assert ask(lambda x, r, m, v: {"a_loss": 1.0, "mean_loss": average(x, r, m, v), "loss_sum": right(x, r, m, v)}
               ).outcome == "consistent"  # fmt: skip
    assert ask(lambda x, r, m, v: {"loss": right(x, r, m, v), "val_loss": doubled(x, r, m, v)}).outcome == "consistent"
    for name in ("loss", "val_loss"):
        found = ask(lambda x, r, m, v, name=name: {name: doubled(x, r, m, v), "my_loss": doubled(x, r, m, v)})
        assert [mistake.slug for mistake in found.mistakes] == ["doubled"]


@pytest.mark.endurance
def test_a_right_output_is_no_excuse_for_a_wrong_kl():
    roles = ("mean", "log_variance")
    for name in ("kl", "loss", "kl_loss", "KLLoss"):
        found = verify_loss(lambda m, v, name=name: {"a": kl(m, v), name: kl(m, v) / m.shape[1]}, roles=roles, rng=0)
        assert (found.outcome, found.mistakes[0].slug) == ("refuted", "mean-over-latent")


def floored(x, r, m, v):
    return bce(x, r) + np.maximum(0.5 * (m**2 + np.exp(v) - 1 - v), 0.1).sum(-1)


FIRST = {
    "a wrong loss": lambda x, r, m, v: (doubled(x, r, m, v), right(x, r, m, v)),
    "a wrong loss, and an ELBO": lambda x, r, m, v: (doubled(x, r, m, v), minus(x, r, m, v)),
    "nobody knows what": lambda x, r, m, v: (np.mean((r > 0.5) == (x > 0.5)), right(x, r, m, v)),
    "one that nothing explains": lambda x, r, m, v: (floored(x, r, m, v).mean(), right(x, r, m, v)),
    "one of shape (1,)": lambda x, r, m, v: (np.array([floored(x, r, m, v).mean()]), right(x, r, m, v)),
    "one value a sample": lambda x, r, m, v: (floored(x, r, m, v), right(x, r, m, v)),
    "no finite value": lambda x, r, m, v: (np.log(-1 - right(x, r, m, v)), right(x, r, m, v)),
    "a name in another container": lambda x, r, m, v: {
        "losses": {"loss": doubled(x, r, m, v)},
        "log": {"elbo": minus(x, r, m, v)},
    },
}


@pytest.mark.endurance
@pytest.mark.parametrize("made", FIRST.values(), ids=FIRST)
def test_a_first_output_that_is_no_part_may_be_what_is_meant(made):
    found = ask(made)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith("equal, if its output '")
    assert "is what is meant (say so: output='" in found.missing


@pytest.mark.endurance
def test_tensors_that_are_handed_on_are_not_what_is_meant():
    for made in (lambda x, r, m, v: (r, m, v, right(x, r, m, v)), lambda x, r, m, v: (1.0, right(x, r, m, v))):
        assert ask(made).outcome == "consistent"


BEHIND = {
    "an argument": lambda loss: lambda x, r, m, v: (r, loss(x, r, m, v)),
    "an argument in another shape": lambda loss: lambda x, r, m, v: (np.ravel(r), loss(x, r, m, v)),
    "a tensor": lambda loss: lambda x, r, m, v: (np.tanh(r), loss(x, r, m, v)),
    "an argument, and parts": lambda loss: lambda x, r, m, v: (r, loss(x, r, m, v), bce(x, r).sum(), kl(m, v).sum()),
    "a tensor that is not finite": lambda loss: lambda x, r, m, v: (np.log(-r), loss(x, r, m, v)),
    "a key": lambda loss: lambda x, r, m, v: {"mu": m, "value": loss(x, r, m, v)},
}


@pytest.mark.endurance
@pytest.mark.parametrize("made", BEHIND.values(), ids=BEHIND)
def test_a_loss_behind_a_tensor_is_judged_whether_it_is_right_or_not(made):
    found = ask(made(doubled))
    assert (found.outcome, [mistake.slug for mistake in found.mistakes]) == ("refuted", ["doubled"])
    assert "; output= (--output-name) names another" in found.finding("judged-output").message
    assert ask(made(right)).outcome == "consistent"


def test_a_kl_behind_an_argument_is_judged():
    roles = ("mean", "log_variance")
    found = verify_loss(lambda m, v: (m, 2 * kl(m, v)), roles=roles, rng=0)
    assert (found.outcome, [mistake.slug for mistake in found.mistakes]) == ("refuted", ["doubled"])
    assert verify_loss(lambda m, v: (m, kl(m, v)), roles=roles, rng=0).outcome == "consistent"


@pytest.mark.endurance
def test_an_argument_that_is_all_there_is_and_one_that_is_asked_for_are_judged():
    for found in (
        ask(lambda x, r, m, v: (r, m)),
        ask(lambda x, r, m, v: (r, right(x, r, m, v)), output="0"),
    ):
        assert found.outcome == "refuted"
        assert "this is '0'" in found.finding("judged-output").message


def test_an_output_that_cannot_be_read_is_passed_over():
    found = ask(lambda x, r, m, v: (bce(x, r).sum(), np.ones(x.shape[0] + x.shape[1] + 40)))
    assert [mistake.slug for mistake in found.mistakes] == ["missing-kl-term"]


def beside_right_parts(loss):
    def fn(x, r, m, v):
        return {"recon": bce(x, r).mean(), "kl": kl(m, v).mean(), "loss": loss(doubled(x, r, m, v) / len(x))}

    return fn


UNREAD = {
    "a masked array": lambda total: np.ma.array([total]),
    "objects (a ndarray)": lambda total: np.array(total, dtype=object),
    "complex numbers (a complex)": complex,
    "text (a str)": "{:.4f}".format,
    "nothing (None: does it end with return?)": lambda total: None,
    "True or False (a bool)": bool,
    "an empty array of shape (0,)": lambda total: [],
}


@pytest.mark.endurance
@pytest.mark.parametrize("what", UNREAD)
def test_nothing_excuses_a_loss_by_its_name_that_cannot_be_read(what):
    fn = beside_right_parts(UNREAD[what])
    with pytest.raises(LossFunctionError) as caught:
        ask(fn)
    assert f"returned as its output 'loss' what cannot be read: {what}" in str(caught.value)
    assert "or name another, output='recon'" in caught.value.remedy
    assert ask(fn, output="recon + kl").outcome == "consistent"
    assert [mistake.slug for mistake in ask(beside_right_parts(float)).mistakes] == ["doubled"]


@pytest.mark.parametrize("loss", [doubled, right])
def test_a_first_output_that_cannot_be_read_may_be_the_loss(loss):
    fn = lambda x, r, m, v: (np.ma.array([loss(x, r, m, v)]), right(x, r, m, v), bce(x, r))
    with pytest.raises(LossFunctionError, match="its output '0' what cannot be read: a masked array"):
        ask(fn)
    assert ask(fn, output="1").outcome == "consistent"
    nested = lambda x, r, m, v: {"train": {"step": {"out": {"loss": loss(x, r, m, v)}}}, "value": right(x, r, m, v)}
    with pytest.raises(
        LossFunctionError, match=r"its output 'train\.step' what cannot be read: a dict, nested too deep"
    ):
        ask(nested)


@pytest.mark.endurance
@pytest.mark.parametrize("first", ["done", None, True, object(), {"a": {"b": {"c": "text"}}}])
def test_a_first_output_that_is_no_number_is_passed_over(first):
    assert ask(lambda x, r, m, v: (first, right(x, r, m, v))).outcome == "consistent"
    assert ask(lambda x, r, m, v: (first, doubled(x, r, m, v))).mistakes[0].slug == "doubled"
    assert ask(lambda x, r, m, v: ({"a": {"b": {"c": m}}}, right(x, r, m, v))).outcome == "consistent"


def test_an_output_that_changes_its_shape_by_chance_has_no_average():
    calls = iter(range(10**6))
    found = ask(lambda x, r, m, v: np.ones(next(calls) % 7 + 2))
    assert found.outcome == "undecided"
    assert found.finding("average") is None


def elbo(x, r, m, v):
    return -bce(x, r).sum() - kl(m, v).sum()


def test_an_elbo_is_right_as_what_it_is():
    found = ask(elbo)
    assert found.outcome == "consistent"
    assert found.claim.startswith("elbo(x, r, m, v) is the negative of −log p(x | r) + KL(")
    assert "maximise it" in found.finding("elbo").message
    assert found.recovered.startswith("Σ_b Σ_i (x_i·log(r_i)")


@pytest.mark.endurance
def test_the_same_values_as_a_loss_have_the_wrong_sign():
    def loss(x, r, m, v):
        return 1.0 * elbo(x, r, m, v)

    found = ask(loss)
    assert [mistake.slug for mistake in found.mistakes] == ["wrong-sign"]


def test_a_wrong_elbo_is_refuted():
    def lower_bound(x, r, m, v):
        return -bce(x, r).sum() - 2 * kl(m, v).sum()

    assert ask(lower_bound).outcome == "refuted"


def density(x, r, deviation):
    return np.sum((x - r) ** 2 / (2 * deviation**2) + 0.5 * math.log(2 * math.pi * deviation**2), axis=1)


@pytest.mark.unmeasured
@pytest.mark.parametrize("deviation", [0.1, pytest.param(2.0, marks=pytest.mark.endurance)])
@pytest.mark.parametrize("reduced", [np.sum, np.mean, lambda values: values], ids=["sum", "mean", "a sample"])
def test_a_decoder_of_a_fixed_spread_is_a_condition(deviation: float, reduced: Any):
    found = ask(lambda x, r, m, v: reduced(density(x, r, deviation) + kl(m, v)), quantity="gaussian-vae-loss")
    words = f"equal, if the decoder is a Gaussian with the fixed standard deviation {deviation:g}"
    assert (found.outcome, found.missing) == ("undecided", words)


WRONG = {
    "a mean over the pixels": lambda x, r, m, v: np.mean(density(x, r, 0.1) / x.shape[1] + kl(m, v)),
    "half of the KL": lambda x, r, m, v: np.mean(density(x, r, 0.1) + 0.5 * kl(m, v)),
    "another constant": lambda x, r, m, v: np.mean(density(x, r, 0.1) + math.log(3) + kl(m, v)),
    "a likelihood for its negative": lambda x, r, m, v: np.mean(-density(x, r, 0.1) + kl(m, v)),
    "no squares": lambda x, r, m, v: np.mean(np.sum(np.tanh(x - r), axis=1) + math.log(3) + kl(m, v)),
}


@pytest.mark.endurance
@pytest.mark.parametrize("loss", WRONG.values(), ids=WRONG)
def test_no_decoder_excuses_what_is_wrong(loss: Any):
    assert ask(loss, quantity="gaussian-vae-loss").outcome == "refuted"


def test_a_coroutine_is_refused_and_not_left_behind():
    async def later(mu, logvar):
        return kl(mu, logvar)

    with pytest.raises(LossFunctionError, match="a coroutine"):
        verify_loss(later, roles=("mean", "log_variance"), rng=0)


@needs_torch
def test_torch_has_its_threads_again():
    torch = importlib.import_module("torch")
    inside, before = [], torch.get_num_threads()

    def loss(mu, logvar):
        inside.append(torch.get_num_threads())
        return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)

    verify_loss(loss, roles=("mean", "log_variance"), backend="torch", rng=0)
    assert set(inside) == {1}
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    "made",
    [
        lambda x, r, m, v: {1: doubled(x, r, m, v), "1": right(x, r, m, v)},
        lambda x, r, m, v: {"a": {"b": doubled(x, r, m, v)}, "a.b": right(x, r, m, v)},
    ],
)
def test_two_outputs_of_one_name_are_refused(made):
    with pytest.raises(LossFunctionError, match=r"cannot be taken to pieces: .*two outputs are called '(1|a\.b)'"):
        ask(made)
    assert ask(lambda x, r, m, v: {1: 1.0, "one": right(x, r, m, v)}).outcome == "consistent"


def test_a_difference_without_spaces_is_no_name_and_a_hyphen_may_be_in_one():
    both = lambda x, r, m, v: {"log-p": -bce(x, r).sum(), "kl": kl(m, v).sum()}
    with pytest.raises(InputError, match="a difference is '1 - 0', with spaces"):
        ask(both, output="kl-log-p")
    with pytest.raises(InputError, match=r"outputs of a tuple are '0', '1', …$"):
        ask(both, output="kll")
    assert ask(both, output="kl - log-p").outcome == "consistent"
