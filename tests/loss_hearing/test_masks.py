"""A loss with a mask bound to it is not refuted for leaving steps out: what it is with all of them kept tells."""

import functools
import importlib.util

import numpy as np
import pytest

from .help import accused, ask, codes_of, needs_torch, passed

ROLES = ("logits", "x", "mean", "log_variance")
MASK = np.array([[1.0, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0]])
SIZES = {"B": 3, "T": 6}
CONDITION = "equal, if all that {0!r} leaves out is to be left out of {2}: with {1} for {0!r} the function is right"
WORDS = CONDITION.format("mask", "ones", "every part")
OF_ZEROS = CONDITION.format("pad", "zeros", "every part")
OF_THE_DATA = CONDITION.format("mask", "ones", "the reconstruction alone")
OF_THE_KL = CONDITION.format("mask", "ones", "the KL alone")


def parts(logits, x, mu, logvar):
    bce = np.logaddexp(0, logits) - logits * x
    return bce.sum(-1), 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def summed(logits, x, mu, logvar, mask=MASK):
    one, other = parts(logits, x, mu, logvar)
    return ((one + other) * mask).sum(-1).mean()


def averaged(logits, x, mu, logvar, *, mask):
    one, other = parts(logits, x, mu, logvar)
    return ((one + other) * mask).sum() / mask.sum()


def doubled(logits, x, mu, logvar, mask=MASK):
    one, other = parts(logits, x, mu, logvar)
    return ((one + 2 * other) * mask).sum() / mask.sum()


RIGHT = {
    "a default": summed,
    "bound": functools.partial(averaged, mask=MASK),
    "of bits": functools.partial(averaged, mask=MASK > 0),
    "of whole numbers": functools.partial(averaged, mask=MASK.astype(int)),
}


@pytest.mark.endurance
@pytest.mark.parametrize("fn", RIGHT.values(), ids=RIGHT)
def test_a_loss_with_a_mask_is_right_if_the_mask_is_meant(fn):
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith(WORDS)


def filled(logits, x, mu, logvar, pad=MASK == 0):
    one, other = parts(logits, x, mu, logvar)
    return np.where(pad, 0, one + other).sum(-1).mean()


def less(logits, x, mu, logvar, pad=1 - MASK):
    one, other = parts(logits, x, mu, logvar)
    return ((one + other) * (1 - pad)).sum() / (1 - pad).sum()


def of_the_kl_alone(logits, x, mu, logvar, pad=MASK == 0):
    one, other = parts(logits, x, mu, logvar)
    return (one + other * ~pad).sum()


def chosen(logits, x, mu, logvar, pad=MASK == 0):
    one, other = parts(logits, x, mu, logvar)
    return (one + other)[~pad].mean()


@pytest.mark.endurance
@pytest.mark.parametrize("fn", [filled, less, of_the_kl_alone, chosen])
def test_a_mask_of_what_is_left_out_keeps_all_with_zeros(fn):
    found = ask(fn, *ROLES, sizes=SIZES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    parts = "the KL alone" if fn is of_the_kl_alone else "every part"
    assert found.missing.startswith(CONDITION.format("pad", "zeros", parts))


@pytest.mark.endurance
def test_a_mistake_beside_a_mask_of_what_is_left_out_is_named():
    def doubled(logits, x, mu, logvar, pad=MASK == 0):
        one, other = parts(logits, x, mu, logvar)
        return np.where(pad, 0, one + 2 * other).sum()

    words = accused("doubled", ask(doubled, *ROLES, sizes=SIZES)).finding("all-kept").message
    assert words.startswith("judged with zeros for 'pad', and what is told as its value is that one")


def test_masks_of_both_kinds_are_told_apart():
    def loss(logits, x, mu, logvar, mask=MASK, pad=MASK == 0):
        one, other = parts(logits, x, mu, logvar)
        return (one * mask + np.where(pad, 0, other)).sum()

    told = ask(loss, *ROLES, sizes=SIZES).missing
    assert told.startswith("equal, if all that 'mask' and 'pad' leaves out")
    assert "with ones for 'mask' and zeros for 'pad' the function is right" in told


KEPT = np.array([1.0, 1, 0, 1])


def added_by_the_caller(logits, x, mu, logvar, mask=KEPT):
    one, other = parts_of_latents(logits, x, mu, logvar, mask)
    return one.mean(), other.mean()


def step(logits, x, mu, logvar, mask=KEPT):
    one, other = parts_of_latents(logits, x, mu, logvar, mask)
    return -(one + other).mean()


def of_another_decoder(logits, x, mu, logvar, mask=KEPT):
    _, other = parts_of_latents(logits, x, mu, logvar, mask)
    return (np.abs(logits - x).sum(-1) + other).mean()


def subtracted_by_the_caller(logits, x, mu, logvar, mask=KEPT):
    one, other = parts_of_latents(logits, x, mu, logvar, mask)
    return {"ll": -one.mean(), "kl": other.mean()}


def parts_of_latents(logits, x, mu, logvar, mask):
    bce = np.logaddexp(0, logits) - logits * x
    return bce.sum(-1), 0.5 * ((mu**2 + np.exp(logvar) - 1 - logvar) * mask).sum(-1)


LEFT_OPEN = {
    added_by_the_caller: "equal, if the caller adds its outputs '0' and '1' (say so: output='0 + 1')",
    step: "equal, if step is to be maximised",
    of_another_decoder: "equal, if −log p(x | z) is this function of x",
    subtracted_by_the_caller: "equal, if the caller subtracts the KL, 'kl', from log p(x | z), 'll'",
}


@pytest.mark.endurance
@pytest.mark.parametrize("fn", LEFT_OPEN)
def test_what_is_left_open_without_a_mask_is_left_open_with_one(fn):
    def whole(logits, x, mu, logvar):
        return fn(logits, x, mu, logvar, 1)

    whole.__name__ = fn.__name__
    found = ask(fn, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith(LEFT_OPEN[fn])
    assert found.missing.startswith(ask(whole, *ROLES).missing)
    assert "; this is said with ones for 'mask', and holds if all that 'mask' leaves out is to be left" in found.missing


def test_proposed_roles_are_left_open_beside_a_mask():
    def kl(mu, log_std, mask=KEPT):
        return 0.5 * ((mu**2 + np.exp(log_std) - 1 - log_std) * mask).sum(-1)

    found = ask(kl)
    assert found.outcome == "undecided"
    assert found.missing.startswith("equal, if log_std holds log σ²")
    assert "this is said with ones for 'mask'" in found.missing


@pytest.mark.endurance
def test_right_parts_of_a_dict_are_right_but_for_the_mask_on_one():
    def loss(logits, x, mu, logvar, mask=KEPT):
        one, other = parts_of_latents(logits, x, mu, logvar, mask)
        return {"bce": one.mean(), "kl": other.mean()}

    found = ask(loss, *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith(OF_THE_KL)


def test_a_slip_beside_a_masked_part_is_the_one_that_is_named():
    def loss(logits, x, mu, logvar, mask=KEPT):
        one, other = parts_of_latents(logits, x, mu, logvar, mask)
        return {"bce": one.mean(), "kl": 2 * other.mean()}

    assert "all-kept" in codes_of(accused("doubled", ask(loss, *ROLES)))


@pytest.mark.endurance
def test_a_mistake_that_a_mask_does_not_hide_is_told_of_the_loss_as_it_stands():
    def loss(logits, x, mu, logvar, mask=KEPT):
        one, other = parts_of_latents(logits, x, mu, logvar, mask)
        return one.mean(), 0 * other.mean() + mask.sum() / len(mask)

    found = accused("missing-kl-term", ask(loss, *ROLES))
    assert "all-kept" not in codes_of(found)
    assert found.as_test()


def of_the_data_alone(logits, x, mu, logvar, mask=MASK):
    bce = np.logaddexp(0, logits) - logits * x
    return ((bce.sum(-1) * mask).sum(-1) + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)).mean()


def averaged_of_the_data_alone(logits, x, mu, logvar, mask=MASK):
    bce = np.logaddexp(0, logits) - logits * x
    return ((bce.mean(-1) * mask).sum(-1) + 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)).mean()


@pytest.mark.endurance
def test_masked_data_are_no_unknown_decoder():
    assert ask(of_the_data_alone, *ROLES, sizes=SIZES).missing.startswith(OF_THE_DATA)
    found = ask(averaged_of_the_data_alone, *ROLES, sizes=SIZES)
    assert found.outcome == "refuted"
    assert "bce-mean-vs-kl-sum" in [mistake.slug for mistake in found.mistakes]


@pytest.mark.endurance
def test_what_a_mask_counts_more_than_once_is_no_mask_of_what_is_left_out():
    def loss(logits, x, mu, logvar, mask=MASK):  # with zeros it is right
        one, other = parts(logits, x, mu, logvar)
        return (one + other + other * mask).sum()

    accused("doubled", ask(loss, *ROLES, sizes=SIZES))


def test_a_mask_that_chooses_between_two_parts_keeps_all_with_neither():
    def loss(logits, x, mu, logvar, mask=MASK):
        one, other = parts(logits, x, mu, logvar)
        return (one * mask + other * (1 - mask)).sum()

    found = ask(loss, *ROLES, sizes=SIZES)
    assert (found.outcome, found.mistakes) == ("refuted", ())
    assert "all-kept" not in codes_of(found)


@pytest.mark.endurance
def test_a_mask_that_changes_nothing_keeps_nothing():
    def loss(logits, x, mu, logvar, mask=MASK):
        one, other = parts(logits, x, mu, logvar)
        return (np.sqrt(one) + np.tanh(other)).sum() + 0 * mask.sum()

    found = ask(loss, *ROLES)
    assert (found.outcome, found.mistakes) == ("refuted", ())
    assert "all-kept" not in codes_of(found)


def test_a_mask_of_samples_of_several_categoricals_that_has_to_keep_some_is_one():
    def divergence(probabilities, mask):
        assert probabilities.ndim == 3
        assert mask.any()
        kl = (probabilities * np.log(probabilities)).sum(-1) + np.log(probabilities.shape[-1])
        return kl.sum(-1) * mask

    def right(probabilities, mask=MASK[0, 2:5]):
        return divergence(probabilities, mask).sum()

    def doubled(probabilities, mask=MASK[0, 2:5]):
        return 2 * divergence(probabilities, mask).sum()

    assert ask(right, "probabilities").missing.startswith(WORDS)
    accused("doubled", ask(doubled, "probabilities"))


def test_what_takes_positive_numbers_only_is_asked_with_those():
    def loss(logits, mask=MASK[0, 2:5]):
        assert logits.min() > 0
        return (np.tanh(logits).sum(-1) * mask).sum()

    found = ask(loss, "logits")
    assert (found.outcome, found.mistakes) == ("refuted", ())


@pytest.mark.endurance
def test_a_mask_may_be_bound_by_position():
    def loss(mask, logits, x, mu, logvar, /):
        one, other = parts(logits, x, mu, logvar)
        return ((one + other) * mask).sum(-1).mean()

    assert ask(functools.partial(loss, MASK), *ROLES).missing.startswith(WORDS)
    passed(ask(functools.partial(loss, np.ones_like(MASK)), *ROLES))


def test_a_mask_bound_among_arguments_without_names_is_told_by_its_place():
    def loss(*given):
        mask, logits, x, mu, logvar = given
        one, other = parts(logits, x, mu, logvar)
        return ((one + other) * mask).sum(-1).mean()

    names = ("logits", "x", "mu", "logvar")
    told = ask(functools.partial(loss, MASK), *ROLES, parameters=names).missing
    assert told.startswith("equal, if all that '*0' leaves out")


def test_without_a_zero_a_mask_hides_nothing():
    assert ask(functools.partial(averaged, mask=np.ones_like(MASK)), *ROLES).outcome == "consistent"


@pytest.mark.endurance
def test_a_mistake_beside_a_mask_is_named():
    found = accused("doubled", ask(doubled, *ROLES))
    assert found.finding("all-kept").message.startswith("judged with ones for 'mask'")
    assert found.as_test() == ""


@pytest.mark.endurance
def test_what_is_not_recognised_without_its_mask_is_refuted_as_it_stands():
    def strange(logits, x, mu, logvar, mask=MASK):
        one, other = parts(logits, x, mu, logvar)
        return ((np.sqrt(one) + np.tanh(other)) * mask).sum()

    found = ask(strange, *ROLES)
    assert found.outcome == "refuted"
    assert "all-kept" not in codes_of(found)


@pytest.mark.endurance
def test_a_weight_that_is_no_mask_and_what_is_no_array_are_left_alone():
    class Odd:
        shape = (2,)
        dtype = "odd"

    nothing = Odd()

    def weighed(logits, x, mu, logvar, weight=MASK + 0.5, odd=nothing, beta=1.0):
        one, other = parts(logits, x, mu, logvar)
        return ((one + other) * weight).sum()

    found = ask(weighed, *ROLES)
    assert (found.outcome, found.mistakes) == ("refuted", ())


@pytest.mark.endurance
@needs_torch
def test_a_mask_of_torch_is_one_as_well():
    torch = importlib.import_module("torch")

    kept = torch.tensor(MASK > 0)

    def loss(logits, x, mu, logvar, mask=kept):
        bce = torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)
        return ((bce + 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)) * mask).sum() / mask.sum()

    assert ask(loss, *ROLES, backend="torch").missing.startswith(WORDS)
    passed(ask(functools.partial(loss, mask=torch.ones(3, 6)), *ROLES, backend="torch"))


@pytest.mark.endurance
@needs_torch
def test_a_mask_of_torch_that_is_filled_in_keeps_all_with_zeros():
    torch = importlib.import_module("torch")

    dropped = torch.tensor(MASK == 0)

    def loss(logits, x, mu, logvar, pad=dropped):
        bce = torch.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)
        return (bce + 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)).masked_fill(pad, 0).sum(-1).mean()

    assert ask(loss, *ROLES, backend="torch", sizes=SIZES).missing.startswith(OF_ZEROS)
